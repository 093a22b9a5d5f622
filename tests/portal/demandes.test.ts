import { randomUUID } from 'node:crypto'
import { eq, isNotNull, ne } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../main/portal/account/accounts.ts'
import { chooseHome } from '../../main/portal/account/accounts.ts'
import { applyAnswers, type DeskAnswer } from '../../main/portal/exchange/answers.ts'
import { publish } from '../../main/portal/exchange/publications.ts'
import { factsIn, homeOf, requireRegistered } from '../../main/portal/family/homes.ts'
import { propose } from '../../main/portal/family/proposals.ts'
import { account, calendar, dashboard, registrations } from '../../main/portal/pages/pages.ts'
import { remindOfDrafts } from '../../main/portal/program/reminders.ts'
import { register } from '../../main/portal/registrations/registering.ts'
import { latestDemandes, takeBack, withdraw } from '../../main/portal/reservations/demandes.ts'
import { clearDrafts, drafts, draftWeek, saveDrafts } from '../../main/portal/reservations/drafts.ts'
import { isGenuine, listReceipts, readReceipt } from '../../main/portal/reservations/receipts.ts'
import { leave, record, takeOffer } from '../../main/portal/reservations/recorded-days.ts'
import { accountHome, demande, logEntry, mail, receipt } from '../../main/portal/store/schema/index.ts'
import { sha256 } from '../../main/portal/store/store.ts'
import { entries as shapes } from '../../shared/contract/portal/entries.ts'
import { isContinuation, logStart } from '../../shared/exchange/log.ts'
import { addDays, day, instant, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { cellState } from '../../shared/rules/cell/cell.ts'
import { ticksDigest } from '../../shared/rules/requests/ticks.ts'
import { aPortal } from './portal.ts'
import { stores } from './stores.ts'
import { bookings, families, money, period, published, town, wednesdays } from './town.ts'

const noa = 1001
const january6 = day('2027-01-06')
const january13 = day('2027-01-13')
const december9 = day('2026-12-09')
const tick = (on: typeof january6, slot: number, wish: 'book' | 'cancel' | null = 'book', registration = noa) => ({
  registration,
  day: on,
  slot,
  wish,
})
const group = (id: number, name: string, minAge: number, maxAge: number) => ({ id, name, minAge, maxAge, classes: [] })
/** The morning that the town has given. */
const theGivenPlace = () => ({ registration: noa, day: december9, slot: 1, request: randomUUID() })
const now = (surchargeAccepted = false) => ({ request: randomUUID(), surchargeAccepted })

const change = (field: string, value: string) => ({ subject: 'family' as const, subjectId: 1, field, value })

describe.each(stores)('demandes on %s', (_, open) => {
  let place: Awaited<ReturnType<typeof aPortal>>
  let claire: Login
  beforeEach(async () => {
    place = await aPortal(open)
    claire = await place.login('claire.aubry@exemple.fr')
  })
  afterEach(() => place.close())

  const stateOf = async (on: typeof january6, slot: number, at = place.portal.clock()) => {
    const home = await homeOf(place.portal.store.db, claire)
    const facts = factsIn(home, requireRegistered(home, noa), at)(on, slot)
    return facts && cellState(facts)
  }
  const recordDays = async (...cells: ReturnType<typeof tick>[]) => {
    await saveDrafts(place.portal, claire, cells)
    return record(place.portal, claire, now())
  }

  it('records nothing new while the home’s debts suspend it, and says whom to call; what it has stays', async () => {
    const { portal } = place
    const says = (suspended?: (typeof suspension)[]) =>
      publish(portal, { documents: [published('bookings/1', { ...bookings(1), suspended })], withdrawn: [] })
    const suspension = { activities: [period.activity.id], regie: '', phone: '02 61 91 12 34' }
    await saveDrafts(portal, claire, [tick(january13, 1)])
    await says([{ ...suspension, activities: [99] }])
    expect(await stateOf(january13, 1)).toBe('free')
    // Ticked before, recorded after.
    await says([suspension])
    expect(await stateOf(january13, 1)).toBe('closed')
    expect(await stateOf(december9, 1)).toBe('confirmed')
    await expect(recordDays(tick(january6, 1))).rejects.toThrow(
      'Réservations suspendues\u00a0: appelez la régie, 02 61 91 12 34.',
    )
    await says()
    expect(await stateOf(january13, 1)).toBe('free')
  })

  it('counts the places of the child’s group, by age or where staff put the child, and refuses a child of none', async () => {
    const { portal } = place
    const groups = [group(1, '3-5 ans', 3, 5), group(2, '6-11 ans', 6, 11)]
    const groupPlaces = [
      { groupId: 1, capacity: 5 },
      { groupId: 2, capacity: 7 },
    ]
    const counts = [
      { groupId: 1, held: 1, waiting: 0 },
      { groupId: 2, held: 7, waiting: 2 },
    ]
    const onThirteenth = { day: january13, slot: 1 }
    const says = (own: typeof groups, put?: { from: typeof january6; groupId: number | null }[]) =>
      publish(portal, {
        documents: [
          published('period/1', {
            ...period,
            conditions: { ...period.conditions, groups: own },
            openings: [{ ...onThirteenth, capacity: 12, groupPlaces }],
          }),
          published('places/1', { openings: [{ ...onThirteenth, held: 8, waiting: 2, groups: counts }] }),
          published('family/1', {
            ...families.aubry,
            registrations: families.aubry.registrations.map((one) => ({ ...one, ...(put && { put }) })),
          }),
        ],
        withdrawn: [],
      })
    await says(groups)
    const { items } = await saveDrafts(portal, claire, [tick(january13, 1)])
    expect(items[0]).toMatchObject({
      outcome: 'waitingList',
      text: 'Complet\u00a0: vous serez 3ᵉ sur la liste d’attente.',
    })
    expect((await registrations(portal, claire))[0]?.registrations[0]?.group).toBe('6-11 ans')
    await says(groups, [{ from: january6, groupId: 1 }])
    expect((await drafts(portal, claire)).items[0]?.outcome).toBe('record')
    await says([group(1, '3-5 ans', 3, 5)])
    await expect(record(portal, claire, now())).rejects.toThrow(/d’aucun groupe de cette activité.*3-5 ans/)
  })

  it('keeps ticks as a draft, priced like the bill, with the effect of recording them', async () => {
    const { portal } = place
    const shown = await saveDrafts(portal, claire, [
      tick(january13, 1),
      tick(january13, 2),
      tick(january13, 3),
      // The morning is booked: its afternoon makes half a day more a whole one, 10,00 € instead of 5,50 €.
      tick(day('2027-01-27'), 1),
      tick(day('2026-12-02'), 1),
    ])
    expect(shown.items.map(({ day: on, slotName, outcome }) => [on, slotName, outcome])).toEqual([
      ['2027-01-13', 'Matin', 'record'],
      ['2027-01-13', 'Repas', 'record'],
      ['2027-01-13', 'Après-midi', 'record'],
      ['2027-01-27', 'Matin', 'waitingList'],
    ])
    expect(shown.items.at(-1)?.text).toBe('Complet\u00a0: vous serez 3ᵉ sur la liste d’attente.')
    expect(shown.refused).toMatchObject([{ day: '2026-12-02', reason: expect.stringContaining('Trop tard') }])
    expect(shown.estimate.days).toEqual([
      { registration: noa, day: '2027-01-13', cents: 1450 },
      { registration: noa, day: '2027-01-27', cents: 0 },
    ])
    expect(shown.estimate.waitingCents).toBe(550)
    expect(shown.estimate.totalCents).toBe(1450)
    const fewer = await saveDrafts(portal, claire, [tick(january13, 2, null)])
    expect(fewer.items).toHaveLength(3)
    expect((await clearDrafts(portal, claire)).items).toEqual([])
    expect(await portal.store.db.$count(logEntry, ne(logEntry.kind, 'activated'))).toBe(0)
  })

  it('prices the second half of a day as what it adds, and a cancellation as what it gives back', async () => {
    await publish(place.portal, {
      documents: [
        published('bookings/1', { ...bookings(1), cells: bookings(1).cells.filter(({ slot }) => slot === 1) }),
      ],
      withdrawn: [],
    })
    const half = await saveDrafts(place.portal, claire, [tick(december9, 3)])
    expect(half.estimate.totalCents).toBe(450)
    const given = await saveDrafts(place.portal, claire, [tick(december9, 3, null), tick(december9, 1, 'cancel')])
    expect(given.estimate.totalCents).toBe(-550)
  })

  it('records at the portal’s clock, with a signed receipt, a mail, and entries that the desk can read', async () => {
    const { portal, mailbox } = place
    const given = await recordDays(tick(january6, 1), tick(january6, 2), tick(december9, 1, 'cancel'))
    expect(given).toMatchObject({
      number: 'R-2026-000001',
      recordedAt: portal.clock(),
      answerDueOn: '2026-11-27',
      refused: [],
      guardianName: 'Mme Claire Aubry',
    })
    expect(given.items.map(({ wish }) => wish)).toEqual(['cancel', 'book', 'book'])
    expect(given.costs.map(({ child, day: on, cents }) => [child, on, cents])).toEqual([
      ['Noa', '2026-12-09', -550],
      ['Noa', '2027-01-06', 1000],
    ])
    expect(isGenuine(portal.keys, { body: given.text, signature: given.signature })).toBe(true)
    const forged = given.text.replace('2026-11-25T09:42', '2026-11-20T09:42')
    expect(isGenuine(portal.keys, { body: forged, signature: given.signature })).toBe(false)
    const entries = await portal.store.db.select().from(logEntry).orderBy(logEntry.number)
    expect(isContinuation(logStart, entries, sha256)).toBe(true)
    // The first entry tells the desk that the account is open.
    const [, ...said] = entries
    expect(said.map(({ id }) => id)).toEqual(given.items.map((item) => item.demande))
    for (const { body } of said) expect(shapes.demande.parse(JSON.parse(body)).receipt).toBe(given.number)
    expect(given.log).toEqual({ epoch: 1, number: 4, hash: entries[3]?.hash })
    expect(await stateOf(january6, 1)).toBe('requested')
    expect(await stateOf(december9, 1)).toBe('cancelRequested')
    expect((await drafts(portal, claire)).items).toEqual([])
    await expect.poll(() => mailbox.received.at(-1)?.subject).toContain('R-2026-000001')
    // What staff enter again after a loss: the parent has it even when no server does.
    const [file = ''] = mailbox.received.at(-1)?.files ?? []
    expect(JSON.parse(file)).toEqual({ text: given.text, signature: given.signature })
    // The server has it before the portal has noted so.
    await expect.poll(() => portal.store.db.select().from(mail).where(isNotNull(mail.fileText))).toEqual([])
  })

  it('reminds of a draft by mail, in the evening, once a day, whoever has one', async () => {
    const { portal, mailbox, clock } = place
    await saveDrafts(portal, claire, [tick(january13, 1), tick(january13, 2)])
    const remind = async () => {
      await Promise.all([remindOfDrafts(portal), remindOfDrafts(portal)])
      await portal.mails.sendWaiting()
      return mailbox.received.filter(({ subject }) => subject.includes('à enregistrer')).map(({ to }) => to)
    }
    expect(await remind()).toEqual([])
    clock.set(instant('2026-11-25T17:00:00.000Z'))
    expect(await remind()).toEqual([claire.email])
    clock.later(60)
    expect(await remind()).toEqual([claire.email])
    clock.later(24 * 60)
    expect(await remind()).toHaveLength(2)
    await clearDrafts(portal, claire)
    clock.later(24 * 60)
    expect(await remind()).toHaveLength(2)
  })

  it('is not reminded of days that nobody can see any more: their registration, or the home itself, is gone', async () => {
    const { portal, mailbox, clock } = place
    await saveDrafts(portal, claire, [tick(january13, 1)])
    clock.set(instant('2026-11-25T17:00:00.000Z'))
    const { aubry } = families
    const others = aubry.registrations.filter(({ id }) => id !== noa)
    await publish(portal, { documents: [published('family/1', { ...aubry, registrations: others })], withdrawn: [] })
    await remindOfDrafts(portal)
    await publish(portal, { documents: [published('family/1', aubry)], withdrawn: [] })
    await portal.store.db.update(accountHome).set({ familyId: 2 }).where(eq(accountHome.guardianId, claire.guardianId))
    await remindOfDrafts(portal)
    await portal.mails.sendWaiting()
    expect(mailbox.received.filter(({ subject }) => subject.includes('à enregistrer'))).toEqual([])
  })

  it('gives one receipt for one request, however often and at once it is sent', async () => {
    const { portal } = place
    await saveDrafts(portal, claire, [tick(january6, 1)])
    const request = now()
    const all = await Promise.all(Array.from({ length: 5 }, () => record(portal, claire, request)))
    expect(new Set(all.map(({ text }) => text)).size).toBe(1)
    expect(await portal.store.db.$count(demande)).toBe(1)
    expect(await portal.store.db.$count(receipt)).toBe(1)
    await expect(record(portal, claire, now())).rejects.toThrow('rien à enregistrer')
  })

  it('records the ticks that it can and lists the others with the reason: the other parent asked first', async () => {
    const { portal } = place
    const marc = await place.login('marc.aubry@exemple.fr')
    await saveDrafts(portal, claire, [tick(january6, 1)])
    await saveDrafts(portal, marc, [tick(january6, 1), tick(january6, 2)])
    await record(portal, claire, now())
    const given = await record(portal, marc, now())
    expect(given.items.map(({ slot }) => slot)).toEqual(['Repas'])
    expect(given.refused).toMatchObject([{ slot: 'Matin', reason: 'Déjà demandé par l’autre parent.' }])
  })

  it('gives a cell to one of two parents who record it at once', async () => {
    const { portal } = place
    const marc = await place.login('marc.aubry@exemple.fr')
    await saveDrafts(portal, claire, [tick(january6, 1)])
    await saveDrafts(portal, marc, [tick(january6, 1)])
    const both = await Promise.allSettled([claire, marc].map((login) => record(portal, login, now())))
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await portal.store.db.$count(demande)).toBe(1)
  })

  it('records homes that come at the same moment in one go: a receipt each, and what one is refused costs the other nothing', async () => {
    const { portal } = place
    const other = await place.login('claire.marchand@exemple.fr')
    const [theirs] = (await homeOf(portal.store.db, other)).family.registrations
    await saveDrafts(portal, claire, [tick(january6, 1)])
    await saveDrafts(portal, other, [tick(january6, 1, 'book', theirs?.id), tick(january13, 2, 'book', theirs?.id)])
    const [first, again, second] = await Promise.allSettled([
      record(portal, claire, now()),
      record(portal, claire, now()),
      record(portal, other, now()),
    ])
    expect(again).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('rien à enregistrer') },
    })
    if (first?.status !== 'fulfilled' || second?.status !== 'fulfilled') throw new Error('one was not recorded')
    expect([first.value, second.value].map(({ number }) => number)).toEqual(['R-2026-000001', 'R-2026-000002'])
    expect([first.value, second.value].map(({ items }) => items.length)).toEqual([1, 2])
    const said = await portal.store.db.select().from(logEntry).orderBy(logEntry.number)
    const of = (text: string) => said.find(({ hash }) => hash === JSON.parse(text).log.hash)
    expect(shapes.demande.parse(JSON.parse(of(first.value.text)?.body ?? '')).family).toBe(1)
    expect(shapes.demande.parse(JSON.parse(of(second.value.text)?.body ?? '')).family).toBe(2)
  })

  it('judges the deadline by the portal’s clock when it is recorded, not when it was ticked', async () => {
    const { portal, clock } = place
    await saveDrafts(portal, claire, [tick(january6, 1), tick(january13, 1)])
    // 29 December is 8 days before 6 January: at midnight in France it is over.
    clock.set(instant('2026-12-29T23:00:00.000Z'))
    const given = await record(portal, claire, now())
    expect(given.items.map(({ day: on }) => on)).toEqual([january13])
    expect(given.refused[0]?.reason).toContain('Trop tard')
  })

  it('takes a late day for more money once the parent accepts it, and keeps its tick until then', async () => {
    const { portal } = place
    const late = { ...period, booking: { ...period.booking, after: { surcharge: 200 } } }
    await publish(portal, { documents: [published('period/1', late)], withdrawn: [] })
    const shown = await saveDrafts(portal, claire, [tick(day('2026-12-02'), 1), tick(january6, 1)])
    expect(shown.items[0]).toMatchObject({ outcome: 'surcharge', surchargeCents: 200 })
    expect(shown.estimate.totalCents).toBe(550 + 200 + 550)
    const first = await record(portal, claire, now())
    expect(first.refused[0]?.reason).toContain('majoration')
    expect((await drafts(portal, claire)).items).toHaveLength(1)
    const second = await record(portal, claire, now(true))
    expect(second).toMatchObject({ estimateCents: 750, items: [{ day: '2026-12-02' }] })
    const [row] = await portal.store.db
      .select()
      .from(demande)
      .where(eq(demande.day, day('2026-12-02')))
    expect(row?.surchargeCents).toBe(200)
  })

  it('records a late day at the tariff’s surcharge, shown in the estimate, once the parent accepts it', async () => {
    const { portal } = place
    const { tariff } = period
    if (!tariff) throw new Error('the period has a tariff')
    const late = {
      ...period,
      booking: { ...period.booking, after: { surcharge: 0, byTariff: true as const } },
      tariff: {
        ...tariff,
        versions: tariff.versions.map((version) => ({ ...version, beside: { lateBooking: { percent: 50 } } })),
      },
    }
    await publish(portal, { documents: [published('period/1', late)], withdrawn: [] })
    const shown = await saveDrafts(portal, claire, [tick(day('2026-12-02'), 1)])
    expect(shown.items[0]).toMatchObject({
      outcome: 'surcharge',
      surchargeCents: 0,
      text: 'Hors délai\u00a0: majoration prévue au tarif.',
    })
    expect(shown.estimate.totalCents).toBe(550 + 275)
    await expect(record(portal, claire, now())).rejects.toThrow('majoration')
    await record(portal, claire, now(true))
    const [row] = await portal.store.db
      .select()
      .from(demande)
      .where(eq(demande.day, day('2026-12-02')))
    expect(row?.surchargeCents).toBe(0)
  })

  it('gives no rank on a list that the town’s priorities order', async () => {
    const { portal } = place
    await publish(portal, {
      documents: [published('period/1', { ...period, waitingByPriority: true })],
      withdrawn: [],
    })
    const { items } = await saveDrafts(portal, claire, [tick(day('2027-01-27'), 1)])
    expect(items[0]?.text).toMatch(/^Complet\s: vous serez sur la liste d’attente, dans l’ordre des priorités/)
  })

  it('says when reservations open, and takes none before', async () => {
    const opensAt = instant('2026-12-01T07:00:00.000Z')
    const later = { ...period, bookingWindow: { opensAt, residentsFrom: instant('2026-11-30T07:00:00.000Z') } }
    await publish(place.portal, { documents: [published('period/1', later)], withdrawn: [] })
    const { refused } = await saveDrafts(place.portal, claire, [tick(january6, 1)])
    expect(refused[0]?.reason).toContain('ouvrent le lun. 30 nov. 2026')
    place.clock.set(instant('2026-11-30T07:00:00.000Z'))
    expect((await saveDrafts(place.portal, claire, [tick(january6, 1)])).refused).toEqual([])
  })

  it('refuses a day of the other home, a closed day, a slot of nowhere and a second booking of the same cell', async () => {
    const { refused } = await saveDrafts(place.portal, claire, [
      tick(day('2026-12-16'), 1),
      tick(day('2026-12-23'), 1),
      tick(january6, 99),
      tick(december9, 1),
    ])
    expect(refused.map(({ reason }) => reason.replaceAll('\u00a0', ' '))).toEqual([
      'Jour de l’autre foyer.',
      'Fermé : vacances de Noël.',
      'Cette plage n’existe pas.',
      'Cette case est déjà réservée.',
    ])
  })

  it('refuses a slot at the hours of another that is booked in the same registration', async () => {
    const { portal } = place
    const slots = period.slots.map((slot) => (slot.id === 2 ? { ...slot, start: timeOfDay('11:30') } : slot))
    await publish(portal, { documents: [published('period/1', { ...period, slots })], withdrawn: [] })
    expect(await stateOf(december9, 2)).toBe('closed')
    const { refused } = await saveDrafts(portal, claire, [tick(december9, 2), tick(january6, 2)])
    expect(refused.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^Déjà réservé aux mêmes heures/)])
  })

  it('withdraws what the town does not have yet, even past the deadline, and takes back what it has', async () => {
    const { portal, clock } = place
    const [first, second] = (await recordDays(tick(january6, 1), tick(january13, 1))).items
    if (!first || !second) throw new Error('two days were recorded')
    await expect(takeBack(portal, claire, first.demande)).rejects.toThrow('peut simplement être retirée')
    clock.set(instant('2026-12-30T09:00:00.000Z'))
    await withdraw(portal, claire, first.demande)
    expect(await stateOf(january6, 1)).toBe('closed')
    await expect(withdraw(portal, claire, first.demande)).rejects.toThrow('déjà retirée')
    await place.collected()
    expect(await stateOf(january13, 1)).toBe('requestSent')
    await expect(withdraw(portal, claire, second.demande)).rejects.toThrow('déjà reçu')
    await takeBack(portal, claire, second.demande)
    await expect(takeBack(portal, claire, second.demande)).rejects.toThrow('déjà demandé')
    const kinds = await portal.store.db.select({ kind: logEntry.kind }).from(logEntry).orderBy(logEntry.number)
    expect(kinds.map(({ kind }) => kind)).toEqual(['activated', 'demande', 'demande', 'withdrawn', 'takenBack'])
  })

  it('records a draft only as its page shows it', async () => {
    const { portal } = place
    const both = [tick(january6, 1), tick(january13, 1)].map((one) => ({ ...one, wish: 'book' as const }))
    await saveDrafts(portal, claire, both)
    const shown = ticksDigest(both.slice(0, 1))
    await expect(record(portal, claire, { ...now(), shown })).rejects.toThrow('a changé dans une autre page')
    expect((await drafts(portal, claire)).items).toHaveLength(2)
    const press = { ...now(), shown: ticksDigest(both.toReversed()) }
    const given = await record(portal, claire, press)
    expect(given.items).toHaveLength(2)
    expect((await record(portal, claire, press)).number).toBe(given.number)
    expect(await listReceipts(portal, claire)).toMatchObject([{ about: '2\u00a0demandes de réservation' }])
  })

  it('leaves the waiting list at any time, and once', async () => {
    const { portal } = place
    const spot = { registration: noa, day: december9, slot: 3 }
    // Nothing was paid for it: the receipt tells no amount.
    const left = await leave(portal, claire, { ...spot, request: randomUUID() })
    expect(left.estimateCents).toBeNull()
    await expect(leave(portal, claire, { ...spot, request: randomUUID() })).rejects.toThrow('déjà en cours')
  })

  it('answers an outdated page, which leaves a list or takes an offer, that the child already has the place', async () => {
    const { portal, clock } = place
    await expect(leave(portal, claire, theGivenPlace())).rejects.toThrow('gardez-la, ou touchez la case pour l’annuler')
    await expect(takeOffer(portal, claire, theGivenPlace())).rejects.toThrow('La place est déjà à votre enfant')
    clock.set(instant('2026-12-07T08:00:00.000Z'))
    await expect(leave(portal, claire, theGivenPlace())).rejects.toThrow('il est trop tard pour l’annuler ici')
    const nothing = { ...theGivenPlace(), slot: 2 }
    await expect(leave(portal, claire, nothing)).rejects.toThrow('n’est plus sur cette liste d’attente')
  })

  it('is recorded in the very last second of a deadline, and refused in the next, in spring too', async () => {
    const { portal, clock } = place
    const april7 = day('2027-04-07')
    const openings = [
      ...period.openings,
      { day: april7, slot: 1, capacity: 32 },
      { day: april7, slot: 2, capacity: 32 },
    ]
    await publish(portal, { documents: [published('period/1', { ...period, openings })], withdrawn: [] })
    // All of 30 March, two hours ahead of UTC since the 28th.
    clock.set(instant('2027-03-30T21:59:59.000Z'))
    expect((await recordDays(tick(april7, 1))).items).toMatchObject([{ day: april7, slot: 'Matin' }])
    await saveDrafts(portal, claire, [tick(april7, 2)])
    clock.set(instant('2027-03-30T22:00:00.000Z'))
    await expect(record(portal, claire, now())).rejects.toThrow(/au plus tard le mar\. 30 mars/)
    expect(await stateOf(april7, 1)).toBe('requested')
    expect(await stateOf(april7, 2)).toBe('closed')
  })

  it('takes the place that is offered from the waiting list, past the deadline of booking and before that of the offer', async () => {
    const { portal, clock } = place
    const spot = { registration: noa, day: december9, slot: 3 }
    const taking = () => takeOffer(portal, claire, { ...spot, request: randomUUID() })
    await expect(taking()).rejects.toThrow('plus proposée')
    const offered = bookings(1).cells.map((one) =>
      one.held.kind === 'waitlisted'
        ? { ...one, held: { ...one.held, offeredUntil: instant('2026-12-06T10:00:00.000Z') } }
        : one,
    )
    await publish(portal, { documents: [published('bookings/1', { ...bookings(1), cells: offered })], withdrawn: [] })
    clock.set(instant('2026-12-07T08:00:00.000Z'))
    await expect(taking()).rejects.toThrow('plus proposée')
    clock.set(instant('2026-12-05T08:00:00.000Z'))
    const { items } = await taking()
    expect(items).toMatchObject([{ day: december9, slot: 'Après-midi', wish: 'book' }])
    expect(await stateOf(december9, 3)).toBe('waitlisted')
    expect((await latestDemandes(portal, claire)).map(({ takesOffer }) => takesOffer)).toEqual([true])
    await expect(taking()).rejects.toThrow(/\p{Lu}.+\./u)
  })

  it('shows an answer and its cell at once, mails it, and follows each step', async () => {
    const { portal, clock, mailbox } = place
    const [first, second] = (await recordDays(tick(january6, 1), tick(january13, 1))).items
    await place.collected()
    clock.later(60)
    const cell = { family: 1, registration: noa, slot: 1, note: '' }
    const facts = [{ ...cell, day: january6, held: { kind: 'confirmed', cancelDenied: false } }]
    const told = { reason: null, facts: [], revision: 1, at: portal.clock() }
    const yes: DeskAnswer = { ...told, of: first?.demande ?? '', answer: 'accepted', facts }
    const refused = 'La demande n’est pas acceptée. Sortie annulée.'
    const no: DeskAnswer = { ...told, of: second?.demande ?? '', answer: 'refused', reason: refused }
    const take = (...answers: DeskAnswer[]) => portal.store.db.transaction((tx) => applyAnswers(portal, tx, answers))
    await take(yes, no)
    expect(await stateOf(january6, 1)).toBe('confirmed')
    expect(await stateOf(january13, 1)).toBe('free')
    expect(await latestDemandes(portal, claire)).toMatchObject([
      { day: january6, collectedAt: expect.any(String), answer: 'accepted', answeredAt: portal.clock() },
      { day: january13, answer: 'refused', answerReason: refused },
    ])
    await expect(withdraw(portal, claire, first?.demande ?? '')).rejects.toThrow('déjà répondu')
    await portal.mails.sendWaiting()
    expect(mailbox.received.at(-1)).toMatchObject({
      subject: 'Réponse à 2\u00a0demandes',
      text: expect.stringMatching(/Matin.: réservation validée\r?\n.*réservation refusée. Sortie annulée\.\r?\n/),
    })
    // The same again, or older than a correction, changes nothing and writes to nobody.
    await take({ ...no, answer: 'accepted', reason: 'Sortie remise', revision: 2 })
    await take(yes, no)
    expect((await latestDemandes(portal, claire)).map(({ answer }) => answer)).toEqual(['accepted', 'accepted'])
    await portal.mails.sendWaiting()
    expect(
      mailbox.received.filter(({ subject }) => subject.startsWith('Réponse')).map(({ subject }) => subject),
    ).toEqual(['Réponse à 2\u00a0demandes', 'Réponse à 1\u00a0demande'])
    expect(mailbox.received.at(-1)?.text).toContain('réservation validée. Sortie remise (réponse corrigée)')
    // The next document of the home tells it itself, or otherwise: staff freed the cell since.
    await publish(portal, { documents: [published('bookings/1', bookings(1))], withdrawn: [] })
    expect(await stateOf(january6, 1)).toBe('free')
  })

  it('says of a demande that waits that a place is offered, as long as it is', async () => {
    const { portal, clock } = place
    const [item] = (await recordDays(tick(january13, 1))).items
    await place.collected()
    const told = { of: item?.demande ?? '', reason: null, facts: [], revision: 1, at: portal.clock() }
    const listed: DeskAnswer = { ...told, answer: 'waitListed' }
    await portal.store.db.transaction((tx) => applyAnswers(portal, tx, [listed]))
    const until = instant('2026-12-06T10:00:00.000Z')
    const held = { kind: 'waitlisted' as const, rank: 1, offeredUntil: until }
    const cell = { registration: noa, day: january13, slot: 1, held, note: '' }
    const offered = { ...bookings(1), cells: [...bookings(1).cells, cell] }
    await publish(portal, { documents: [published('bookings/1', offered)], withdrawn: [] })
    const shown = async () => (await latestDemandes(portal, claire)).map(({ offeredUntil }) => offeredUntil)
    expect(await shown()).toEqual([until])
    expect((await dashboard(portal, claire)).offers).toMatchObject([{ registration: noa, day: january13, until }])
    expect((await dashboard(portal, claire)).answers).toEqual([])
    clock.set(instant('2026-12-06T10:00:01.000Z'))
    expect(await shown()).toEqual([null])
    expect((await dashboard(portal, claire)).offers).toEqual([])
  })

  it('sends no mail about a kept place that left too late to take it', async () => {
    const { portal, clock, mailbox } = place
    const items = (await recordDays(tick(january6, 1), tick(january13, 1))).items
    await place.collected()
    const offered = (at: number, until: string): DeskAnswer => ({
      of: items[at]?.demande ?? '',
      answer: 'waitListed',
      reason: null,
      facts: [
        {
          family: 1,
          registration: noa,
          day: items[at]?.day,
          slot: 1,
          held: { kind: 'waitlisted', rank: 1, offeredUntil: instant(until) },
          note: '',
        },
      ],
      revision: 1,
      at: portal.clock(),
    })
    const take = (...answers: DeskAnswer[]) => portal.store.db.transaction((tx) => applyAnswers(portal, tx, answers))
    const places = () => mailbox.received.filter(({ subject }) => subject.includes('libérée'))
    await take(offered(0, '2026-12-06T10:00:00.000Z'), offered(1, '2026-12-07T10:00:00.000Z'))
    clock.set(instant('2026-12-07T10:00:00.000Z'))
    await portal.mails.sendWaiting()
    expect(places()).toEqual([])
    await take({ ...offered(0, '2026-12-09T10:00:00.000Z'), revision: 2 })
    clock.set(instant('2026-12-09T09:59:00.000Z'))
    await portal.mails.sendWaiting()
    expect(places()).toHaveLength(1)
  })

  it('shows the present state of a cell: not an answer that a later demande overtook', async () => {
    const { portal, clock, mailbox } = place
    const [first] = (await recordDays(tick(january13, 1))).items
    await place.collected()
    const told = { reason: null, facts: [], revision: 1, at: portal.clock() }
    const take = (answer: DeskAnswer) => portal.store.db.transaction((tx) => applyAnswers(portal, tx, [answer]))
    const until = instant('2026-12-06T10:00:00.000Z')
    await take({ ...told, of: first?.demande ?? '', answer: 'waitListed', reason: 'Dites-nous si vous la prenez.' })
    const held = { kind: 'waitlisted' as const, rank: 1, offeredUntil: until }
    const cell = { registration: noa, day: january13, slot: 1, held, note: '' }
    await publish(portal, {
      documents: [published('bookings/1', { ...bookings(1), cells: [...bookings(1).cells, cell] })],
      withdrawn: [],
    })
    clock.later(60)
    const taken = await takeOffer(portal, claire, { registration: noa, day: january13, slot: 1, request: randomUUID() })
    const { answers, offers } = await dashboard(portal, claire)
    expect({ answers, offers }).toEqual({ answers: [], offers: [] })
    const states = async () => (await latestDemandes(portal, claire)).map((one) => [one.answer, one.isOvertaken])
    expect(await states()).toEqual([
      [null, false],
      ['waitListed', true],
    ])
    // Given up, the later one leaves the first as it was.
    await withdraw(portal, claire, taken.items[0]?.demande ?? '')
    expect(await states()).toEqual([
      [null, false],
      ['waitListed', false],
    ])
    // What the page said of the withdrawal at once is not told again, neither here nor by mail.
    await portal.mails.sendWaiting()
    const mailed = mailbox.received.length
    await take({
      ...told,
      of: taken.items[0]?.demande ?? '',
      answer: 'withdrawn',
      reason: 'Votre demande est retirée.',
    })
    await portal.mails.sendWaiting()
    expect([(await dashboard(portal, claire)).answers, mailbox.received.length]).toEqual([[], mailed])
    clock.later(60)
    const again = await takeOffer(portal, claire, { registration: noa, day: january13, slot: 1, request: randomUUID() })
    await place.collected()
    await take({ ...told, of: again.items[0]?.demande ?? '', answer: 'accepted' })
    expect((await dashboard(portal, claire)).answers).toMatchObject([
      { title: 'Noa\u00a0: réservation validée', about: 'mer. 13 janv., matin', receipt: again.id },
    ])
  })

  it('leads a new home through its first steps, each until it is done, and none once a child was registered', async () => {
    const { portal } = place
    const [noaHimself, ...others] = families.aubry.children
    if (!noaHimself) throw new Error('the small town has children')
    const children = [{ ...noaHimself, school: '' }, ...others]
    const fresh = { ...families.aubry, children, registrations: [], familyQuotients: [], dependentChildren: null }
    const shows = (home: object, takesPapers = true) =>
      publish(portal, {
        documents: [
          published('family/1', home),
          published('town', takesPapers ? { ...town, papersKey: 'AAAA' } : town),
        ],
        withdrawn: [],
      })
    const steps = async () => (await dashboard(portal, claire)).firstSteps.map(({ path }) => path)
    await shows(fresh)
    expect(await steps()).toEqual([
      '/mes-pieces?pour=quotient',
      '/ma-famille/101',
      '/ma-famille/101/sante',
      '/ma-famille/102/sante',
      '/nouvelle-inscription?enfant=101',
      '/nouvelle-inscription?enfant=102',
    ])
    expect(await account(portal, claire)).toMatchObject({ dependentChildren: 2 })
    await propose(portal, claire, [{ subject: 'child', subjectId: 101, field: 'school', value: 'École Colleville' }])
    const asked = { child: 101, period: 1, from: day('2026-11-25'), to: day('2027-07-07'), week: [] }
    await register(portal, claire, { ...asked, request: randomUUID() })
    expect(await steps()).toEqual([
      '/mes-pieces?pour=quotient',
      '/ma-famille/101/sante',
      '/ma-famille/102/sante',
      '/nouvelle-inscription?enfant=102',
    ])
    await shows(fresh, false)
    expect(await steps()).toEqual(['/nouvelle-inscription?enfant=102'])
    await shows({ ...fresh, registrations: families.aubry.registrations })
    expect(await steps()).toEqual([])
  })

  it('puts a refusal among what there is to do, until the day is asked for again', async () => {
    const { portal, clock } = place
    const [item] = (await recordDays(tick(january13, 1))).items
    await place.collected()
    const no: DeskAnswer = {
      of: item?.demande ?? '',
      answer: 'refused',
      reason: 'Sortie annulée.',
      facts: [],
      revision: 1,
      at: portal.clock(),
    }
    await portal.store.db.transaction((tx) => applyAnswers(portal, tx, [no]))
    const shown = async () => {
      const { refusals, answers } = await dashboard(portal, claire)
      return { refusals: refusals.map(({ title }) => title), answers: answers.map(({ title }) => title) }
    }
    expect(await shown()).toEqual({ refusals: ['Noa\u00a0: réservation refusée'], answers: [] })
    clock.set(instant('2026-12-04T09:42:00.000Z'))
    expect(await shown()).toEqual({ refusals: [], answers: ['Noa\u00a0: réservation refusée'] })
    await recordDays(tick(january13, 1))
    expect(await shown()).toEqual({ refusals: [], answers: [] })
  })

  it('shows a registration that was ended as it is until its last day, then as over', async () => {
    const { portal, clock } = place
    const [own, ...others] = families.aubry.registrations
    if (!own) throw new Error('the small town has no registration')
    const ended = { ...own, state: 'ended' as const, to: day('2026-12-18') }
    const home = { ...families.aubry, registrations: [ended, ...others] }
    await publish(portal, { documents: [published('family/1', home)], withdrawn: [] })
    const state = async () => {
      const shown = (await registrations(portal, claire)).flatMap((child) => child.registrations)
      return shown.find(({ id }) => id === own.id)?.state
    }
    expect(await state()).toBe('accepted')
    clock.set(instant('2026-12-19T08:00:00.000Z'))
    expect(await state()).toBe('ended')
  })

  it('says on a day that was refused why, until it is asked for again', async () => {
    const { portal } = place
    const [item] = (await recordDays(tick(january13, 1))).items
    await place.collected()
    const reason = 'La demande n’est pas acceptée. Sortie annulée.'
    const no = {
      of: item?.demande ?? '',
      answer: 'refused',
      reason,
      facts: [],
      revision: 1,
      at: portal.clock(),
    } as const
    await portal.store.db.transaction((tx) => applyAnswers(portal, tx, [no]))
    await publish(portal, { documents: [published('bookings/1', bookings(1))], withdrawn: [] })
    const shown = async () => {
      const { cells } = await calendar(portal, claire, { registration: noa, from: january13, to: january13 })
      return cells.map(({ slot, facts, note }) => [slot, cellState(facts), note])
    }
    expect(await shown()).toContainEqual([1, 'free', 'Sortie annulée.'])
    await recordDays(tick(january13, 1))
    expect(await shown()).toContainEqual([1, 'requested', ''])
  })

  it('says that a place came free to who waited for it, not that an answer was wrong', async () => {
    const { portal, mailbox } = place
    const [asked] = (await recordDays(tick(january6, 1))).items
    const told: DeskAnswer = {
      of: asked?.demande ?? '',
      answer: 'waitListed',
      reason: null,
      facts: [],
      revision: 1,
      at: portal.clock(),
    }
    const take = (answer: DeskAnswer) => portal.store.db.transaction((tx) => applyAnswers(portal, tx, [answer]))
    await take(told)
    await portal.mails.sendWaiting()
    await take({ ...told, answer: 'accepted', revision: 2 })
    await portal.mails.sendWaiting()
    expect(mailbox.received.at(-1)?.text).toMatch(/une place s’est libérée, réservation validée\r?\n/)
    expect(mailbox.received.at(-1)?.text).not.toContain('à prendre, ou à laisser')
    // Each mail leads to what it speaks of.
    expect(mailbox.received.at(-1)?.text).toContain(`${portal.address}/mes-reservations/${noa}?mois=2027-01`)
    expect(mailbox.received.at(-2)?.text).toContain(`${portal.address}/mes-demandes`)
  })

  it('mails the answer to a change that a parent proposed, once for an address', async () => {
    const { portal, mailbox } = place
    const made = await propose(portal, claire, [
      change('address.line1', '4 rue des Lilas'),
      change('address.town', 'Ouistreham'),
      change('homePhone', '02 61 91 00 00'),
    ])
    const told = { facts: [], revision: 1, at: portal.clock() }
    const answers = made.map(
      ({ id, field }): DeskAnswer =>
        field === 'homePhone'
          ? { ...told, of: id, answer: 'refused', reason: 'Numéro déjà celui d’une autre famille' }
          : { ...told, of: id, answer: 'accepted', reason: null },
    )
    const take = () => portal.store.db.transaction((tx) => applyAnswers(portal, tx, answers))
    await take()
    await portal.mails.sendWaiting()
    const letters = () => mailbox.received.filter(({ subject }) => subject.startsWith('Réponse'))
    const [letter] = letters()
    expect(letter).toMatchObject({ to: claire.email, subject: 'Réponse à 2\u00a0demandes' })
    const lines = (letter?.text ?? '').split(/\r?\n/).filter((line) => line.startsWith('- '))
    expect(lines.toSorted()).toEqual([
      '- Adresse : Votre changement est enregistré.',
      '- Tél domicile : Votre changement n’est pas accepté. Numéro déjà celui d’une autre famille.',
    ])
    await take()
    await portal.mails.sendWaiting()
    expect(letters()).toHaveLength(1)
  })

  it('mails each parent of a home once that an invoice is there, but not for credit notes', async () => {
    const { portal, mailbox } = place
    await place.login('marc.aubry@exemple.fr')
    const [known] = money.invoices
    if (!known) throw new Error('the small town has an invoice')
    const issue = (id: number, kind: 'invoice' | 'creditNote') => ({ ...known, id, kind, number: `2026-00${id}` })
    const grown = published('money/1', {
      ...money,
      invoices: [issue(1301, 'creditNote'), issue(1300, 'invoice'), known],
    })
    await publish(portal, { documents: [grown], withdrawn: [] })
    await publish(portal, { documents: [grown], withdrawn: [] })
    await portal.mails.sendWaiting()
    const letters = mailbox.received.filter(({ subject }) => subject.includes('facture'))
    expect(letters.map(({ to }) => to).toSorted()).toEqual([claire.email, 'marc.aubry@exemple.fr'])
    expect(letters[0]?.subject).toBe('Une nouvelle facture')
    expect(letters[0]?.text.replaceAll('\u00a0', ' ')).toContain(
      '- Octobre 2026, n° 2026-001300 : 141,18 €, à régler au plus tard le 7 décembre 2026',
    )
  })

  it('applies the typical week as drafts, leaving out what cannot be booked', async () => {
    const week = [
      { weekday: 3, slot: 1 },
      { weekday: 3, slot: 2 },
    ]
    const asked = { registration: noa, from: day('2026-11-25'), week }
    const { items, skipped } = await draftWeek(place.portal, claire, asked)
    const open = wednesdays.filter((on) => on >= '2026-12-03' && on !== '2026-12-16')
    expect(items.map(({ day: on }) => on)).toEqual(open.flatMap((on) => (on === december9 ? [on] : [on, on])))
    const why = skipped.map(({ day: on, slotName, reason }) => `${on} ${slotName}: ${reason.replaceAll('\u00a0', ' ')}`)
    expect(why).toContain('2026-12-02 Matin: Trop tard : il fallait demander au plus tard le mar. 24 nov.')
    expect(why).toContain('2026-12-16 Repas: Jour de l’autre foyer.')
    expect(why).toContain('2026-12-23 Matin: Fermé : vacances de Noël.')
  })

  it('asks for a registration once, within its period, for a child whom the activity takes', async () => {
    const { portal } = place
    const tao = { child: 102, period: 1, from: day('2026-11-25'), to: day('2027-07-07') }
    const ask = (over: object) => register(portal, claire, { ...tao, week: [], request: randomUUID(), ...over })
    await expect(ask({ child: 101 })).rejects.toThrow('déjà inscrit')
    await expect(ask({ from: day('2026-01-01') })).rejects.toThrow('dans la période')
    await expect(ask({ from: day('2026-09-02'), to: day('2026-11-24') })).rejects.toThrow('déjà passée')
    await expect(ask({ period: 9 })).rejects.toThrow('n’existe pas')
    await expect(ask({ week: [{ weekday: 1, slot: 1 }] })).rejects.toThrow('semaine type')
    const given = await ask({ week: [{ weekday: 3, slot: 1 }] })
    const week = [{ weekday: 3, slot: 'Matin' }]
    expect(given.registration).toMatchObject({ child: 'Tao', period: 'ALSH mercredi 2026/2027', week })
    expect(JSON.parse(given.text)).toMatchObject({ registration: { week } })
    await expect.poll(() => place.mailbox.received.at(-1)?.text).toContain('Semaine type – Mercredi\u00a0: matin')
    await expect(ask({})).rejects.toThrow('déjà demandée')
    const shown = async () => (await registrations(portal, claire)).flatMap((one) => one.registrations)
    expect(await shown()).toContainEqual(expect.objectContaining({ id: null, state: 'asked', isSent: false }))
    await place.collected()
    expect(await shown()).toContainEqual(expect.objectContaining({ id: null, state: 'asked', isSent: true }))
    await withdraw(portal, claire, given.registration?.demande ?? '')
    await ask({ to: addDays(tao.to, -7) })
  })

  it('lets nobody reach another home: not its days, its demandes, its children or its receipts', async () => {
    const { portal } = place
    const mine = await recordDays(tick(january6, 1))
    const [item] = mine.items
    const stranger = await place.login('claire.marchand@exemple.fr')
    await expect(saveDrafts(portal, stranger, [tick(january6, 1)])).rejects.toThrow('n’existe pas')
    const week = [{ weekday: 3, slot: 1 }]
    const from = january6
    await expect(draftWeek(portal, stranger, { registration: noa, from, week })).rejects.toThrow('n’existe pas')
    await expect(withdraw(portal, stranger, item?.demande ?? '')).rejects.toThrow('n’existe pas')
    await expect(takeBack(portal, stranger, item?.demande ?? '')).rejects.toThrow('n’existe pas')
    const spot = { registration: noa, day: december9, slot: 3, request: randomUUID() }
    await expect(leave(portal, stranger, spot)).rejects.toThrow('n’existe pas')
    const asked = { child: 102, period: 1, from: january6, to: january13, week: [], request: randomUUID() }
    await expect(register(portal, stranger, asked)).rejects.toThrow('n’existe pas')
    await expect(readReceipt(portal, stranger, mine.id)).rejects.toThrow('n’existe pas')
    expect(await listReceipts(portal, stranger)).toEqual([])
    expect(await latestDemandes(portal, stranger)).toEqual([])
    // One guardian, two homes: only the one on screen, and a request of the other is not answered here.
    const marc = await place.login('marc.aubry@exemple.fr')
    const elsewhere = await chooseHome(portal, marc, 2)
    await expect(readReceipt(portal, elsewhere, mine.id)).rejects.toThrow('n’existe pas')
    await expect(withdraw(portal, elsewhere, item?.demande ?? '')).rejects.toThrow('n’existe pas')
  })
})
