import { ORPCError } from '@orpc/client'
import { eq } from 'drizzle-orm'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { reservation } from '../../../main/store/schema/index.ts'
import type { CustodyChangeInput, HomeDecision } from '../../../shared/contract/desk/reservations/custody.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../../shared/rules/people/custody.ts'
import { confirmedParent, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { factsOf } from '../../support/towns/facts.ts'
import { aChild, aGuardian, aHome, anAddress } from '../../support/towns/families.ts'
import { aList, takenIn } from '../../support/towns/import.ts'
import { aFamily, anActivity, aPeriod, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const period = 'ALSH mercredi 2026/2027'

/**
 * An action of staff, with records chosen by the numbers. An action that is impossible is refused, and must then change
 * nothing.
 */
type Gesture = (town: Town, one: number, other: number, more: number) => Promise<unknown>

const pick = <T>(all: readonly T[], at: number): T => {
  const found = all[at % all.length]
  if (found === undefined) throw new Refusal()
  return found
}
class Refusal extends Error {}

const ids = ({ store }: Town, sql: string): number[] => store.statement(sql).pluck().all() as number[]
const families = (town: Town) => ids(town, 'select id from family order by id')
const ofTwoGuardians = (town: Town) =>
  ids(town, 'select family_id from family_guardian group by family_id having count(*) > 1 order by family_id')
const children = (town: Town) => ids(town, 'select id from child order by id')
const guardians = (town: Town) => ids(town, 'select id from guardian order by id')
const registrations = (town: Town) => ids(town, 'select id from registration order by id')
const asked = (town: Town) => ids(town, "select id from registration where state = 'asked' order by id")
const periods = (town: Town) => ids(town, 'select id from period order by id')
const tariffs = (town: Town) => ids(town, 'select id from tariff order by id')
const days = ['2026-12-09', '2026-12-16', '2027-01-06', '2027-01-13']
const slots = ['Matin', 'Repas', 'Après-midi']
const names = ['Lebrun', 'Petit', 'MARCHAND', 'Duval']
const firstNames = ['Lou', 'Basile', 'Zoé']

const cells = async (town: Town, one: number, other: number, more: number) => {
  const registrationId = pick(registrations(town), one)
  return [
    { registrationId, day: pick(days, other), slotId: town.slot('CLSH MERCREDI', pick(slots, more)) },
    { registrationId, day: pick(days, other + 1), slotId: town.slot('CLSH MERCREDI', pick(slots, more)) },
  ]
}
const homeOf = (town: Town, childId: number): number =>
  pick(ids(town, `select family_id from family_child where child_id = ${childId} order by id`), 0)

const gestures: Readonly<Record<string, Gesture>> = {
  createFamily: ({ client }, one, other) =>
    client.families.create({
      home: aHome(pick(names, one)),
      guardians: [aGuardian('Camille', pick(names, one))],
      move: { fromDay: '2026-10-01', address: anAddress(`${other} rue du Port`), resident: null },
      quotient: { fromDay: '2026-10-01', value: 640 + other, source: 'CAF', updatedOn: '2026-10-01' },
      children: [{ ...aChild(pick(firstNames, other), pick(names, one), '2020-10-02'), schooling: null }],
    }),
  changeFamily: (town, one, other) =>
    town.client.families.change({ ...aHome(pick(names, other)), id: pick(families(town), one) }),
  leave: (town, one) =>
    town.client.reservations.leave({ familyId: pick(families(town), one), on: '2027-01-01', charged: false }),
  addGuardian: (town, one, other) =>
    town.client.families.addGuardian({
      familyId: pick(families(town), one),
      guardian: other % 2 ? { existingId: pick(guardians(town), other) } : aGuardian('Alix', pick(names, other)),
    }),
  changeGuardian: (town, one, other) =>
    town.client.families.changeGuardian({
      id: pick(guardians(town), one),
      guardian: { ...aGuardian('Camille', pick(names, other)), email: `a${other}@exemple.fr` },
    }),
  swap: (town, one) => {
    const familyId = pick(ofTwoGuardians(town), one)
    const others = `select guardian_id from family_guardian where family_id = ${familyId} and rank > 1`
    return town.client.families.swapGuardians({ familyId, guardianId: pick(ids(town, others), one) })
  },
  bond: (town, one, other) => {
    const familyId = pick(ofTwoGuardians(town), one)
    const guardianId = pick(ids(town, `select guardian_id from family_guardian where family_id = ${familyId}`), other)
    const childId = pick(ids(town, `select child_id from family_child where family_id = ${familyId}`), other)
    return town.client.families.setBond({
      ...(other % 2 ? confirmedParent : { ...unconfirmedBond, authority: 'no' }),
      guardianId,
      childId,
    })
  },
  confirm: (town, one) => town.client.families.confirmBonds({ familyId: pick(families(town), one) }),
  removeGuardian: (town, one) => {
    const familyId = pick(ofTwoGuardians(town), one)
    const guardianId = pick(ids(town, `select guardian_id from family_guardian where family_id = ${familyId}`), one)
    return town.client.families.removeGuardian({ familyId, guardianId })
  },
  address: (town, one, other) =>
    town.client.families.setAddress({
      familyId: pick(families(town), one),
      fromDay: pick(['2026-10-01', '2026-12-01'], other),
      address: anAddress(`${other} rue des Lilas`),
      resident: null,
    }),
  quotient: (town, one, other) =>
    town.client.families.setQuotient({
      familyId: pick(families(town), one),
      fromDay: pick(['2026-10-01', '2026-12-01'], other),
      value: other,
      source: 'CAF',
      updatedOn: '2026-11-25',
    }),
  addChild: (town, one, other) =>
    town.client.families.addChild({
      familyId: pick(families(town), one),
      child: aChild(pick(firstNames, other), pick(names, one), '2019-03-04'),
      schooling: { fromDay: '2026-09-01', schoolId: null, level: 'CP', className: '' },
    }),
  changeChild: (town, one, other) =>
    town.client.families.changeChild({
      id: pick(children(town), one),
      child: aChild(pick(firstNames, other), pick(names, other), '2019-03-04'),
    }),
  linkChild: (town, one, other) =>
    town.client.families.linkChild({ familyId: pick(families(town), one), childId: pick(children(town), other) }),
  schooling: (town, one, other) =>
    town.client.families.setSchooling({
      childId: pick(children(town), one),
      fromDay: pick(['2026-09-01', '2026-12-01'], other),
      schoolId: null,
      level: pick(['CP', 'CE1'] as const, other),
      className: '',
    }),
  pickup: (town, one, other) =>
    town.client.families.addPickup({
      childId: pick(children(town), one),
      name: pick(names, other),
      relation: '',
      phone: '',
      allowed: other % 2 === 0,
    }),
  register: async (town, one, other, more) => {
    const childId = pick(children(town), one)
    const periodId = pick(periods(town), other)
    const { startDay, endDay } = await town.client.activities.period({ id: periodId })
    return town.client.registrations.ask({
      childId,
      familyId: homeOf(town, childId),
      periodId,
      startDay,
      endDay,
      typicalWeek: [],
      overrideReason: '',
      accepted: more % 3 > 0,
    })
  },
  registerWithWeek: async (town, one) => {
    const newcomers = `select id from child
      where id not in (select child_id from registration where period_id = ${town.period(period)}) order by id`
    const childId = pick(ids(town, newcomers), one)
    const { startDay } = await town.client.activities.period({ id: town.period(period) })
    return town.client.reservations.registerWithWeek({
      childId,
      familyId: homeOf(town, childId),
      periodId: town.period(period),
      startDay,
      endDay: '2027-01-31',
      typicalWeek: [{ weekday: 3, slotId: town.slot('CLSH MERCREDI', 'Matin') }],
      overrideReason: '',
    })
  },
  accept: (town, one) =>
    town.client.registrations.accept({ id: pick(asked(town), one), overrideReason: '', seen: 'asked' }),
  refuse: (town, one) => town.client.registrations.refuse({ id: pick(asked(town), one), reason: 'non' }),
  withdraw: (town, one) => town.client.registrations.withdraw({ id: pick(registrations(town), one), reason: 'non' }),
  changeDates: (town, one, other) =>
    town.client.registrations.change({
      id: pick(registrations(town), one),
      startDay: '2026-09-02',
      endDay: pick(['2027-06-30', '2026-12-31'], other),
      typicalWeek: [],
      overrideReason: '',
    }),
  end: (town, one, other) =>
    town.client.reservations.endRegistration({
      registrationId: pick(registrations(town), one),
      lastDay: pick(days, other),
      reason: 'déménagement',
      charged: other % 2 === 0,
    }),
  book: async (town, one, other, more) =>
    town.client.reservations.move({ cells: await cells(town, one, other, more), act: 'book' }),
  free: async (town, one) => {
    const id = pick(ids(town, "select id from reservation where held in ('confirmed', 'waitlisted') order by id"), one)
    const [cell] = town.store.db.select().from(reservation).where(eq(reservation.id, id)).all()
    return town.client.reservations.move({ cells: cell ? [cell] : [], act: 'free' })
  },
  waitList: async (town, one, other, more) =>
    town.client.reservations.move({ cells: await cells(town, one, other, more), act: 'waitList' }),
  week: (town, one, other) =>
    town.client.reservations.applyWeek({
      registrationId: pick(registrations(town), one),
      week: [{ weekday: 3, slotId: town.slot('CLSH MERCREDI', pick(slots, other)) }],
      from: '2026-12-01',
    }),
  close: (town, one, other) =>
    town.client.reservations.close({
      from: pick(days, one),
      to: pick(days, one),
      periodIds: null,
      slotIds: other % 2 ? [town.slot('CLSH MERCREDI', pick(slots, other))] : null,
      reason: 'Travaux',
      charged: false,
    }),
  openDay: (town, one) =>
    town.client.activities.openDay({ periodId: town.period(period), day: pick(['2026-12-10', '2026-12-11'], one) }),
  capacity: (town, one, other, more) =>
    town.client.activities.changeCapacity({
      periodId: town.period(period),
      day: pick(days, one),
      slotId: town.slot('CLSH MERCREDI', pick(slots, other)),
      capacity: more % 3,
    }),
  newPeriod: async (town, one) => {
    const { id: _id, ...input } = await town.client.activities.period({ id: town.period(period) })
    return town.client.activities.savePeriod({ ...input, name: `Période ${one % 3}`, endDay: '2027-01-31' })
  },
  changePeriod: async (town, one, other) => {
    const { id, ...input } = await town.client.activities.period({ id: pick(periods(town), one) })
    return town.client.activities.savePeriod({ ...input, id, weekdays: other % 2 ? [3] : [2, 3] })
  },
  activity: async (town, one) => {
    const { id, ...input } = await town.client.activities.get({ id: town.activity('CLSH MERCREDI') })
    return town.client.activities.save({
      ...input,
      id,
      slots: [
        ...input.slots,
        { name: `Soir ${one % 3}`, shortName: 'soir', start: '18:00', end: '19:00', isMeal: false },
      ],
    })
  },
  tariff: ({ client }, one) => client.prices.saveTariff({ name: `Tarif ${one % 4}` }),
  renameTariff: (town, one, other) =>
    town.client.prices.saveTariff({ id: pick(tariffs(town), one), name: `Tarif ${other % 4}` }),
  removeTariff: (town, one) => town.client.prices.removeTariff({ id: pick(tariffs(town), one) }),
  attach: (town, one, other) =>
    town.client.prices.attach({
      activityId: town.activity('CLSH MERCREDI'),
      tariffId: other % 3 ? pick(tariffs(town), one) : null,
    }),
  import: ({ client }, one, other) =>
    takenIn(
      client,
      aList([
        'Nom;Prénom;Né le;QF',
        `${pick(names, one)};Margot;27/02/2017;${600 + other}`,
        'OZENNE;Lou;01/01/2018;500',
      ]),
      true,
    ),
  mergeFamilies: (town, one, other) =>
    town.client.doubles.merge({
      kind: 'family',
      keptId: pick(families(town), one),
      goneId: pick(families(town), other),
      take: ['homePhone'],
    }),
  mergeChildren: (town, one, other) =>
    town.client.doubles.merge({
      kind: 'child',
      keptId: pick(children(town), one),
      goneId: pick(children(town), other),
      take: ['firstName'],
    }),
  mark: async (town, one, other) =>
    town.client.attendance.mark({
      cells: [
        {
          registrationId: pick(registrations(town), one),
          day: '2026-11-25',
          slotId: town.slot('CLSH MERCREDI', pick(slots, other)),
        },
      ],
      mark: other % 3 ? 'present' : null,
    }),
  custody: async (town, one, other, more) => {
    const childId = pick(children(town), one)
    const homes = ids(town, `select family_id from family_child where child_id = ${childId} order by id`)
    const [evenHome, oddHome] = [pick(homes, other), pick(homes, other + 1)]
    const from = day(pick(['2026-09-01', '2026-12-12'], more))
    const weeks = {
      from,
      evenWeek: [...sameHomeAllWeek(evenHome)],
      oddWeek: [...sameHomeAllWeek(oddHome)],
      holidays: null,
    }
    const wanted: readonly CustodyChangeInput[] = [
      { kind: 'rule', rule: weeks },
      { kind: 'days', days: [day(pick(days, more))], home: evenHome },
      { kind: 'rule', rule: weeks },
      { kind: 'removeRule', from },
    ]
    const change = pick(wanted, other)
    const { bookings } = await town.client.reservations.custodyPreview({ childId, change })
    const decided = ({ held, whyNotMoved }: (typeof bookings)[number]): HomeDecision =>
      more % 3 === 0 && whyNotMoved === null ? 'move' : more % 3 === 1 || held === 'waitlisted' ? 'free' : 'keep'
    return town.client.reservations.changeCustody({
      childId,
      change,
      decisions: bookings.map((one) => ({ reservationId: one.reservationId, act: decided(one) })),
    })
  },
  facility: ({ client }, one) =>
    client.settings.saveFacility({
      name: `Lieu ${one % 3}`,
      address: '',
      contact: '',
      phone: '',
      archived: false,
    }),
}

const opened = () =>
  aTown()
    .with(aFamily('Marchand', { familyQuotient: 727, children: { Basile: { birthDay: '2020-10-02' } } }))
    .with(aFamily('Lebrun', { children: { Zoé: { birthDay: '2018-03-04' }, Tom: { birthDay: '2019-05-04' } } }))
    .with(aWednesday({ capacity: 2 }))
    .with(anActivity('Sport', { slots: { Matin: ['09:00', '11:00'] } }))
    .with(aPeriod('Sport du mercredi', 'Sport'))
    .with(async ({ client }) => {
      await client.prices.saveTariff({ name: 'Tarif 9' })
    })
    .with(aRegistration('Marchand', 'Basile', period))
    .with(aRegistration('Lebrun', 'Zoé', period))
    .with(async (town) => {
      // Her parents live apart.
      await town.client.families.linkChild({ familyId: town.family('Marchand'), childId: town.child('Zoé') })
      await aRegistration('Marchand', 'Zoé', period)(town)
    })
    .with(async (town) => {
      const { startDay, endDay } = await town.client.activities.period({ id: town.period(period) })
      const child = { childId: town.child('Tom'), familyId: town.family('Lebrun'), periodId: town.period(period) }
      const wished = { ...child, startDay, endDay, typicalWeek: [], overrideReason: '' }
      await town.client.registrations.ask({ ...wished, accepted: false })
    })
    .open()

/** The acts that changed something since one, oldest first. */
const actsSince = ({ store }: Town, last: number): number[] =>
  store
    .statement(
      `select id from act where id > ? and state = 'closed'
        and exists (select 1 from audit where act_id = act.id and operation <> 'consult') order by id`,
    )
    .pluck()
    .all(last) as number[]

const rowsOf = ({ store }: Town, actId: number): number =>
  store
    .statement(
      `select sum(case operation when 'insertMany' then (select sum(value ->> 1 - value ->> 0 + 1) from json_each(after, '$.ids'))
        when 'updateMany' then json_array_length(before, '$.rows') else 1 end) from audit where act_id = ?`,
    )
    .pluck()
    .get(actId) as number

const tried = async (name: string, work: () => Promise<unknown>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    const isRefused = error instanceof ORPCError && error.code === 'REFUSED'
    // An import reports a refusal with an error of its own.
    if (!isRefused && !(error instanceof Refusal) && name !== 'import') throw error
  }
}

const runs = process.env['LONG'] ? 150 : 5

const someGestures = fc.array(fc.tuple(fc.constantFrom(...Object.keys(gestures)), fc.nat(11), fc.nat(11), fc.nat(11)), {
  minLength: 8,
  maxLength: 20,
  size: 'max',
})

it(
  'whatever staff did, taking their last acts back in order gives the same facts row by row, one act after the other',
  async () => {
    const done = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(someGestures, async (wanted) => {
        const town = await opened()
        try {
          const stack: { readonly name: string; readonly actId: number; readonly before: unknown }[] = []
          for (const [name, one, other, more] of wanted) {
            const before = factsOf(town.store)
            const last = actsSince(town, 0).at(-1) ?? 0
            await tried(name, async () => gestures[name]?.(town, one, other, more))
            const made = actsSince(town, last)
            expect(made.length).toBeLessThan(2)
            for (const actId of made) stack.push({ name, actId, before })
            done.set(name, (done.get(name) ?? 0) + made.length)
          }
          expect(checkFile(town.store.sqlite)).toEqual([])
          for (const { actId, before, name } of stack.toReversed()) {
            await undone(town.client, actId).catch((error: unknown) => {
              throw new Error(`${name} is not taken back`, { cause: error })
            })
            expect([name, factsOf(town.store)]).toEqual([name, before])
          }
          expect(checkFile(town.store.sqlite)).toEqual([])
        } finally {
          await town.close()
        }
      }),
      { numRuns: runs },
    )
    // An action that is refused every time tests nothing.
    const idle = Object.keys(gestures).filter((name) => !done.get(name))
    expect(process.env['LONG'] ? idle : []).toEqual([])
  },
  process.env['LONG'] ? 1_800_000 : 180_000,
)

/** A few actions on a few records, so that they affect each other. */
const meetingGestures = fc
  .uniqueArray(fc.constantFrom(...Object.keys(gestures)), { minLength: 4, maxLength: 7 })
  .chain((names) =>
    fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(2), fc.nat(3), fc.nat(3)), {
      minLength: 8,
      maxLength: 20,
      size: 'max',
    }),
  )

it(
  'taken back in any order, an act is whole or refused with a sentence, and the file stays without fault',
  async () => {
    const count = { done: 0, refused: 0, whole: 0 }
    await fc.assert(
      fc.asyncProperty(meetingGestures, fc.array(fc.nat(20), { minLength: 6, maxLength: 6 }), async (wanted, order) => {
        const town = await opened()
        const initial = factsOf(town.store)
        const base = actsSince(town, 0).at(-1) ?? 0
        const standing = async () =>
          (await town.client.history.lastActs({ screen: 'accueil', mine: true, count: 40 })).filter(
            ({ actId, undone: mark }) => mark === null && actId > base,
          )
        try {
          for (const [name, one, other, more] of wanted)
            await tried(name, async () => gestures[name]?.(town, one, other, more))
          for (const at of order) {
            const acts = await standing()
            const act = acts[at % Math.max(1, acts.length)]
            if (!act) continue
            const before = factsOf(town.store)
            const refusal = await undone(town.client, act.actId).catch((error: unknown) => error)
            const said = refusal instanceof Error ? refusal.message : null
            // Whether an act can be undone must be as the list said; for acts with many rows, the list only says what
            // was made on them since.
            const isForetold = act.whyNot !== null || rowsOf(town, act.actId) <= 60
            expect([act.label, isForetold ? said : act.whyNot]).toEqual([act.label, act.whyNot])
            expect(said === null ? before : factsOf(town.store)).toEqual(before)
            count[said === null ? 'done' : 'refused'] += 1
            expect([act.label, checkFile(town.store.sqlite)]).toEqual([act.label, []])
          }
          // Unless something was refused, undoing the other acts in order must restore the first state.
          let isWhole = true
          for (const { actId } of await standing())
            await undone(town.client, actId).catch(() => {
              isWhole = false
            })
          count.whole += isWhole ? 1 : 0
          expect(isWhole ? factsOf(town.store) : initial).toEqual(initial)
        } finally {
          await town.close()
        }
      }),
      { numRuns: runs },
    )
    expect(count.done).toBeGreaterThan(runs)
    expect(count.whole).toBeGreaterThan(runs / 2)
  },
  process.env['LONG'] ? 1_800_000 : 180_000,
)
