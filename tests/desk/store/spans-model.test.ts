import { eq } from 'drizzle-orm'
import * as fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { chargeableCells } from '../../../main/desk/attendance/attendance.ts'
import { homeHistories, homeOn } from '../../../main/desk/families/families.ts'
import { aidsOfHomes, siblingsOfHomes } from '../../../main/desk/prices/prices.ts'
import type { Write } from '../../../main/store/acts/acts.ts'
import {
  aid,
  attendance,
  child,
  family,
  familyAddress,
  familyQuotient,
  registration,
  reservation,
} from '../../../main/store/schema/index.ts'
import { type Day, day, instant, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { covers } from '../../../shared/rules/money/aid.ts'
import { rankAmong } from '../../../shared/rules/price/siblings.ts'
import { examples } from '../../support/long.ts'
import { aBillingTown, period } from '../../support/towns/billing.ts'
import { aPeriod, aRegistration, type Town } from '../../support/towns/town.ts'

/** All facts, except tariffs, on which the price of each span depends, as text: « familyId month ». */
const factsBySpan = ({ store }: Town): Map<string, string> => {
  const familyIds = store.statement('select id from family order by id').pluck().all() as number[]
  const homes = homeHistories(store, familyIds)
  const siblings = siblingsOfHomes(store, familyIds)
  const promised = aidsOfHomes(store, familyIds)
  const schemes = new Map(store.statement('select id, benefit_scheme from family').raw().all() as [number, string][])
  const births = new Map(store.statement('select id, birth_day from child').raw().all() as [number, Day][])
  const years = { from: day('2026-01-01'), to: day('2027-12-31') }
  const cells = chargeableCells(store, { ...years, activityIds: null, familyIds, includesBilled: true })
  const facts = cells.map(({ billedBy: _billedBy, ...cell }) => {
    const home = homes.get(cell.familyId)
    const { quotient = null, resident } = home ? homeOn(home, cell.day) : { resident: false }
    const birth = births.get(cell.childId) ?? day('1900-01-01')
    const registered = siblings.get(cell.familyId) ?? []
    // A billed child whose registration is gone still has a rank.
    const isGone = registered.every(({ id }) => id !== cell.childId)
    const own = isGone ? [{ id: cell.childId, birth, registered: [] }] : []
    const rank = rankAmong([...registered, ...own], cell.childId)
    const aids = promised.get(cell.familyId)?.filter((one) => covers(one, { ...cell, fiscal: 'garde' })) ?? []
    const scheme = aids.length > 0 ? schemes.get(cell.familyId) : ''
    const ranks = [rank(cell.day, 'rank'), rank(cell.day, 'count')]
    return { ...cell, birth, quotient: quotient?.value ?? null, resident, ranks, aids, scheme }
  })
  const spans = Map.groupBy(facts, (cell) => `${cell.familyId} ${cell.day.slice(0, 7)}`)
  return new Map([...spans].map(([span, of]) => [span, JSON.stringify(of)]))
}

const revisions = ({ store }: Town) =>
  new Map(
    store.statement(`select family_id || ' ' || month, revision from billing_span`).raw().all() as [string, number][],
  )

const days = ['2026-11-18', '2026-12-09', '2026-12-16', '2027-01-06', '2027-01-13', '2027-02-03'].map(day)

/** A change of one row. A change that the checks of the file refuse is not written. */
type Change = (write: Write, town: Town, one: number, other: number) => void

const pick = <T>(all: readonly T[], at: number): T => {
  const found = all[at % all.length]
  if (found === undefined) throw new RangeError('none')
  return found
}
const idOf = ({ store }: Town, table: string, at: number): number =>
  pick(store.statement(`select id from ${table} order by id`).pluck().all() as number[], at)

const slots = ['Matin', 'Repas', 'Après-midi']
const marks = ['present', 'absent', 'justifiedInTime', 'justifiedLate'] as const
const states = ['asked', 'accepted', 'refused', 'withdrawn', 'ended'] as const
const anAid = { label: 'Aide', per: 'day', amountCents: 100, scheme: 'CAF', state: 'promised' } as const
const [now, none] = [instant('2026-11-25T08:00:00.000Z'), { held: 'none', waitingSince: null } as const]

const changes: Readonly<Record<string, Change>> = {
  newCell: (write, town, one, other) =>
    void write.insert(reservation, {
      registrationId: idOf(town, 'registration', one),
      periodId: town.period(period),
      day: pick(days, other),
      slotId: town.slot('CLSH MERCREDI', pick(slots, one + other)),
      held: other % 3 === 0 ? 'none' : 'confirmed',
    }),
  held: (write, town, one, other) => {
    const held = [none, { held: 'confirmed', waitingSince: null }, { held: 'waitlisted', waitingSince: now }] as const
    write.update(reservation, idOf(town, 'reservation', one), pick(held, other))
  },
  charged: (write, town, one, other) =>
    void write.update(reservation, idOf(town, 'reservation', one), { chargedReason: pick([null, 'Grève'], other) }),
  surcharge: (write, town, one, other) =>
    void write.update(reservation, idOf(town, 'reservation', one), { surchargeCents: pick([0, 100], other) }),
  late: (write, town, one, other) =>
    void write.update(reservation, idOf(town, 'reservation', one), { cancelSurchargeCents: pick([0, 200], other) }),
  day: (write, town, one, other) =>
    void write.update(reservation, idOf(town, 'reservation', one), { day: pick(days, other) }),
  slot: (write, town, one, other) =>
    void write.update(reservation, idOf(town, 'reservation', one), {
      slotId: town.slot('CLSH MERCREDI', pick(slots, other)),
    }),
  cellOfAnother: (write, town, one, other) =>
    void write.update(reservation, idOf(town, 'reservation', one), {
      registrationId: idOf(town, 'registration', other),
    }),
  lostCell: (write, town, one) => write.remove(reservation, idOf(town, 'reservation', one)),
  billed: (write, town, one, other) =>
    void write.update(reservation, idOf(town, 'reservation', one), { billedBy: pick([null, 1], other) }),
  mark: (write, town, one, other) =>
    void write.insert(attendance, {
      reservationId: idOf(town, 'reservation', one),
      mark: pick(marks, other),
      markedAt: now,
    }),
  otherMark: (write, town, one, other) =>
    void write.update(attendance, idOf(town, 'attendance', one), { mark: pick(marks, other) }),
  departure: (write, town, one, other) =>
    void write.update(attendance, idOf(town, 'attendance', one), { leftAt: pick([null, timeOfDay('18:40')], other) }),
  noMark: (write, town, one) => write.remove(attendance, idOf(town, 'attendance', one)),
  state: (write, town, one, other) =>
    void write.update(registration, idOf(town, 'registration', one), { state: pick(states, other) }),
  end: (write, town, one, other) =>
    void write.update(registration, idOf(town, 'registration', one), { endDay: pick(days, other) }),
  start: (write, town, one, other) =>
    void write.update(registration, idOf(town, 'registration', one), { startDay: pick(days, other) }),
  ended: (write, town, one, other) =>
    void write.update(registration, idOf(town, 'registration', one), {
      state: pick(states, one + other),
      startDay: pick(days, 0),
      endDay: pick(days, other),
    }),
  home: (write, town, one, other) =>
    void write.update(registration, idOf(town, 'registration', one), { familyId: idOf(town, 'family', other) }),
  child: (write, town, one, other) =>
    void write.update(registration, idOf(town, 'registration', one), { childId: idOf(town, 'child', other) }),
  noRegistration: (write, town, one) => write.remove(registration, idOf(town, 'registration', one)),
  birth: (write, town, one, other) =>
    void write.update(child, idOf(town, 'child', one), {
      birthDay: pick([day('2018-01-01'), day('2022-01-01')], other),
    }),
  quotient: (write, town, one, other) =>
    void write.insert(familyQuotient, {
      familyId: idOf(town, 'family', one),
      fromDay: pick(days, other),
      value: pick([500, 900, null], one + other),
      updatedOn: pick(days, 0),
    }),
  otherQuotient: (write, town, one, other) =>
    void write.update(familyQuotient, idOf(town, 'family_quotient', one), {
      fromDay: pick(days, other),
      value: pick([500, 900, null], one + other),
    }),
  quotientOfAnother: (write, town, one, other) =>
    void write.update(familyQuotient, idOf(town, 'family_quotient', one), { familyId: idOf(town, 'family', other) }),
  noQuotient: (write, town, one) => write.remove(familyQuotient, idOf(town, 'family_quotient', one)),
  address: (write, town, one, other) =>
    void write.insert(familyAddress, {
      familyId: idOf(town, 'family', one),
      fromDay: pick(days, other),
      line1: '1 rue du Port',
      postcode: '14000',
      town: 'Caen',
      resident: (one + other) % 2 === 0,
    }),
  otherAddress: (write, town, one, other) =>
    void write.update(familyAddress, idOf(town, 'family_address', one), {
      fromDay: pick(days, other),
      resident: (one + other) % 2 === 0,
    }),
  aid: (write, town, one, other) => {
    const dates = { fromDay: pick(days, one), toDay: pick([null, ...days], other) }
    write.insert(aid, { ...anAid, ...dates, familyId: idOf(town, 'family', one), position: one })
  },
  otherAid: (write, town, one, other) =>
    void write.update(aid, idOf(town, 'aid', one), { fromDay: pick(days, other), toDay: pick([null, ...days], one) }),
  aidOfAnother: (write, town, one, other) =>
    void write.update(aid, idOf(town, 'aid', one), { familyId: idOf(town, 'family', other) }),
  amount: (write, town, one, other) =>
    void write.update(aid, idOf(town, 'aid', one), { amountCents: pick([100, 200], other) }),
  refused: (write, town, one, other) =>
    void write.update(
      aid,
      idOf(town, 'aid', one),
      pick(
        [{ state: 'promised', refusedOn: null } as const, { state: 'refused', refusedOn: pick(days, 0) } as const],
        other,
      ),
    ),
  noAid: (write, town, one) => write.remove(aid, idOf(town, 'aid', one)),
  scheme: (write, town, one, other) =>
    void write.update(family, idOf(town, 'family', one), { benefitScheme: pick(['CAF', 'MSA'], other) }),
  noAddress: (write, town, one) => write.remove(familyAddress, idOf(town, 'family_address', one)),
}

/** Each history begins with accepted registrations, and with cells that are booked or marked on most days. */
const asBefore = (write: Write, town: Town, registrations: readonly (typeof registration.$inferSelect)[]) => {
  for (const { id } of write.db.select().from(attendance).all()) write.remove(attendance, id)
  for (const { id } of write.db.select().from(reservation).all()) write.remove(reservation, id)
  for (const { id, actId: _, ...wished } of registrations)
    if (write.db.select().from(registration).where(eq(registration.id, id)).get())
      write.update(registration, id, wished)
    else write.insert(registration, { id, ...wished })
  // One registration has no cell: only such a one can be removed.
  for (const { id } of registrations.filter((_, at) => at !== 1))
    for (const [at, on] of days.entries()) {
      if ((id + at) % 3 === 0) continue
      const { id: reservationId } = write.insert(reservation, {
        registrationId: id,
        periodId: town.period(period),
        day: on,
        slotId: town.slot('CLSH MERCREDI', 'Matin'),
        held: (id + at) % 4 === 0 ? 'none' : 'confirmed',
      })
      if (at % 2 === 0) write.insert(attendance, { reservationId, mark: pick(marks, id), markedAt: now })
    }
}

it('a span is raised whenever anything that its price depends on changes, and whatever is undone', async () => {
  const town = await aBillingTown().open()
  onTestFinished(() => town.close())
  const spring = { startDay: '2027-01-04', endDay: '2027-06-30' }
  await aPeriod('Printemps', 'CLSH MERCREDI', spring)(town)
  await aRegistration('Marchand', 'Basile', 'Printemps')(town)
  const { store, person } = town
  const registrations = store.db.select().from(registration).all()
  const written: Record<string, number> = {}
  /** Runs a change, and compares the spans whose facts changed with those that were raised. */
  const watched = async (name: string, work: () => unknown) => {
    const [facts, before] = [factsBySpan(town), revisions(town)]
    await work()
    const [factsNow, after] = [factsBySpan(town), revisions(town)]
    const spans = [...new Set([...facts.keys(), ...factsNow.keys()])]
    const changed = spans.filter((span) => facts.get(span) !== factsNow.get(span))
    expect(changed.filter((span) => after.get(span) === before.get(span))).toEqual([])
    written[name] = (written[name] ?? 0) + changed.length
  }
  const step = fc.tuple(fc.constantFrom(...Object.keys(changes)), fc.nat(50), fc.nat(50))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), fc.boolean(), async (steps, isRolledBack) => {
      store.act(person, 'reservations.custody', 'Essai', (write) => asBefore(write, town, registrations))
      // The rows of an open act are not priced yet: each change is written by an act of its own.
      for (const [name, one, other] of steps)
        await watched(name, () => {
          try {
            store.act(person, 'reservations.custody', 'Essai', (write) => changes[name]?.(write, town, one, other))
          } catch (error) {
            if (!(error instanceof Error && /constraint|RangeError|none/i.test(`${error.name} ${error.message}`)))
              throw error
          }
        })
      const cells = store.statement('select id from reservation').pluck().all() as number[]
      const act = store.longAct(person, 'reservations.custody', 'Essai')
      await act.slices(cells, (write, id) => write.update(reservation, id, none))
      if (isRolledBack) await watched('rollBack', () => act.rollBack())
      else act.close(() => undefined)
    }),
    { numRuns: examples(600) },
  )
  // Each kind of change has changed some price, except the one that never does.
  expect(Object.keys(changes).filter((name) => name !== 'billed' && !written[name])).toEqual([])
  expect(written['billed']).toBe(0)
})
