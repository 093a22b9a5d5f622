import type { Write } from '../../../main/store/acts/acts.ts'
import { bodyDigest, hashedContent, sha256 } from '../../../main/store/paper-hash.ts'
import * as schema from '../../../main/store/schema/index.ts'
import { type Store, systemActor } from '../../../main/store/store.ts'
import { type Day, day, type Instant, instant, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { eightDaysBefore } from '../../../shared/rules/calendar/deadline.ts'
import { type PaperFacts, sealOf } from '../../../shared/rules/money/invoice.ts'

const now = instant('2026-11-25T08:00:00.000Z')
const rule = { deadline: eightDaysBefore, after: 'closed' as const }

/**
 * The smallest file with one of everything that the check reads, written row by row: two children of one family on a
 * Wednesday with two places, a third on the waiting list, two invoices, a credit note, two payments.
 */
export const fillSmallTown = (store: Store) =>
  store.act(systemActor, 'families.change', 'Petite ville', (write) => {
    const town = 'Blainville-sur-Orne'
    write.insert(schema.organisation, {
      id: 1,
      name: 'Espace Jeunesse',
      authority: 'Ville',
      address: '3 place des Marronniers',
      postcode: '14550',
      town,
      residentTown: town,
      schoolZone: 'B',
    })
    const facility = write.insert(schema.facility, { name: 'Centre de loisirs' })
    const type = write.insert(schema.activityType, { name: 'ALSH' })
    const activity = write.insert(schema.activity, {
      facilityId: facility.id,
      typeId: type.id,
      name: 'CLSH MERCREDI',
      bookingRule: rule,
      cancelRule: rule,
    })
    const [morning, lunch] = (['matin', 'repas'] as const).map((name, position) =>
      write.insert(schema.slot, {
        activityId: activity.id,
        name,
        shortName: name.slice(0, 5),
        start: timeOfDay(position === 0 ? '08:00' : '12:00'),
        end: timeOfDay(position === 0 ? '12:00' : '13:30'),
        position,
      }),
    ) as [typeof schema.slot.$inferSelect, typeof schema.slot.$inferSelect]
    const period = write.insert(schema.period, {
      activityId: activity.id,
      name: 'Mercredis 2026/2027',
      startDay: day('2026-09-01'),
      endDay: day('2027-07-02'),
      weekdays: [3],
      schoolHolidays: 'without',
      places: [{ slotId: morning.id, capacity: 2 }],
    })
    const wednesday = day('2026-12-09')
    const opening = write.insert(schema.opening, {
      periodId: period.id,
      day: wednesday,
      slotId: morning.id,
      capacity: 2,
    })
    write.insert(schema.opening, { periodId: period.id, day: wednesday, slotId: lunch.id, capacity: 2 })
    const [family, other] = write.insertMany(schema.family, [{ name: 'Marchand' }, { name: 'Lebrun' }]) as [
      number,
      number,
    ]
    const registrations = ['Léa', 'Tom', 'Zoé'].map((firstName, rank) => {
      const child = write.insert(schema.child, { firstName, lastName: 'Marchand', birthDay: day('2018-03-04') })
      const familyId = rank === 2 ? other : family
      write.insert(schema.familyChild, { familyId, childId: child.id })
      return write.insert(schema.registration, {
        childId: child.id,
        familyId,
        periodId: period.id,
        state: 'accepted',
        startDay: day('2026-09-01'),
        endDay: day('2027-07-02'),
        typicalWeek: [],
        askedAt: now,
      })
    })
    const cell = (registration: number, slotId: number, waitingSince: Instant | null = null) =>
      write.insert(schema.reservation, {
        registrationId: registrations[registration]?.id ?? 0,
        periodId: period.id,
        day: wednesday,
        slotId,
        held: waitingSince ? 'waitlisted' : 'confirmed',
        waitingSince,
      })
    const cells = [cell(0, morning.id), cell(0, lunch.id), cell(1, morning.id)]
    const waiting = cell(2, morning.id, now)
    const childId = registrations[0]?.childId ?? 0
    const bill = (
      reservations: readonly { id: number; day: Day }[],
      kind: 'invoice' | 'creditNote',
      correctsId?: number,
    ) =>
      issue(write, {
        familyId: family,
        childId,
        activityId: activity.id,
        reservations,
        kind,
        ...(correctsId && { correctsId }),
      })
    const first = bill(cells.slice(0, 2), 'invoice')
    const second = bill(cells.slice(2), 'invoice')
    const note = bill(cells.slice(2), 'creditNote', second)
    for (const { id } of cells.slice(0, 2)) write.update(schema.reservation, id, { billedBy: first })
    const pay = (receiptNumber: number) =>
      write.insert(schema.payment, {
        familyId: family,
        means: 'cheque',
        amountCents: 800,
        receivedOn: day('2026-11-25'),
        bookedOn: day('2026-11-25'),
        recordedAt: now,
        receiptYear: 2026,
        receiptNumber,
      })
    const payments = [pay(1), pay(2)]
    write.insert(schema.allocation, {
      paymentId: payments[0]?.id ?? 0,
      invoiceId: first,
      amountCents: 800,
      onDay: day('2026-11-25'),
    })
    write.insert(schema.allocation, {
      creditNoteId: note,
      invoiceId: second,
      amountCents: 500,
      onDay: day('2026-11-25'),
    })
    const takenOver = (amountCents: number, onDay: string) =>
      write.insert(schema.openingBalance, {
        familyId: family,
        onDay: day(onDay),
        bookedOn: day(onDay),
        dueOn: day(onDay),
        amountCents,
      }).id
    const [ahead, owed] = [takenOver(-400, '2026-08-31'), takenOver(300, '2026-07-31')]
    write.insert(schema.allocation, {
      openingCreditId: ahead,
      invoiceId: first,
      amountCents: 100,
      onDay: day('2026-11-25'),
    })
    write.insert(schema.allocation, {
      openingCreditId: ahead,
      openingDebtId: owed,
      amountCents: 300,
      onDay: day('2026-11-25'),
    })
    return {
      period,
      opening,
      morning,
      lunch,
      registrations,
      cells,
      waiting,
      family,
      other,
      first,
      second,
      note,
      payments,
    }
  })

const paper: PaperFacts = {
  organisation: {
    name: 'Espace Jeunesse',
    town: 'Blainville-sur-Orne',
    addressLines: ['3 place des Marronniers'],
    phone: '',
    email: '',
    siret: '',
    cashDesk: '',
    logoId: null,
  },
  familyNumber: 'F-00001',
  debtor: { name: 'Mme Marchand', addressLines: [] },
  children: [],
  activities: [],
  familyQuotients: [],
  explanations: [],
  remarks: [],
  carriedOver: [],
  payment: { payfipNumber: '', atTheDesk: [], chequePayableTo: '' },
  complaints: { contact: '', within: '' },
  corrects: '',
}

type Bill = {
  familyId: number
  childId: number
  activityId: number
  reservations: readonly { id: number; day: Day }[]
  kind: 'invoice' | 'creditNote'
  correctsId?: number
}

const issue = (write: Write, { familyId, childId, activityId, reservations, kind, correctsId }: Bill): number => {
  const before = write.db.select().from(schema.invoice).all().at(-1)
  const sign = kind === 'invoice' ? 1 : -1
  const draft = write.insert(schema.invoice, {
    familyId,
    kind,
    state: 'draft',
    fromDay: day('2026-12-01'),
    toDay: day('2026-12-31'),
    totalCents: sign * 500 * reservations.length,
    verdict: 'ready',
    journal: [],
    ...(correctsId !== undefined && { correctsId, reason: 'Annulée à temps' }),
  })
  const line = write.insert(schema.invoiceLine, {
    invoiceId: draft.id,
    position: 1,
    childId,
    activityId,
    label: 'Matin',
    quantity: sign * reservations.length,
    unit: { one: 'matin', many: 'matins' },
    unitCents: 500,
    totalCents: sign * 500 * reservations.length,
    fiscal: 'garde',
    explanation: 'QF 727 → 5,00 €',
    basis: { familyQuotient: 727, bracket: '621–1100', resident: true, example: false },
    days: reservations.map((cell) => cell.day),
    reservationIds: reservations.map(({ id }) => id),
  })
  const issued = {
    ...draft,
    state: 'issued' as const,
    series: 'F',
    year: 2026,
    number: (before?.number ?? 0) + 1,
    issuedOn: day('2026-11-25'),
    dueOn: day('2026-12-25'),
    previousBalanceCents: 0,
    paper,
    previousHash: before?.hash ?? null,
  }
  const hash = sealOf(hashedContent(issued, bodyDigest(issued, [line])), issued.previousHash, sha256)
  write.update(schema.invoice, draft.id, { ...issued, hash })
  return draft.id
}
