import { ORPCError } from '@orpc/client'
import * as fc from 'fast-check'
import { chargeableCells } from '../../../../main/desk/attendance/attendance.ts'
import { Refused } from '../../../../main/desk/core.ts'
import { homeHistories } from '../../../../main/desk/families/families.ts'
import { type PricedSpan, priceSpans } from '../../../../main/desk/invoicing/spans/spans.ts'
import { changedSpans, freeLines, giveUps, type SpanKey } from '../../../../main/desk/invoicing/spans/spans-store.ts'
import { givenUpBy, inGroup } from '../../../../main/desk/invoicing/spans/standing.ts'
import {
  aidsOfHomes,
  chargesByChildAndActivity,
  currentBook,
  homeFacts,
  siblingsOfHomes,
} from '../../../../main/desk/prices/prices.ts'
import type { AidInput } from '../../../../shared/contract/desk/money/payers.ts'
import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { exampleTariffs } from '../../../../shared/examples/tariffs.ts'
import { day, instantOf, type Month, monthKey, timeOfDay } from '../../../../shared/rules/calendar/day.ts'
import type { BookingRule } from '../../../../shared/rules/calendar/deadline.ts'
import { unitsOf } from '../../../../shared/rules/money/charges.ts'
import { withoutGivenUp } from '../../../../shared/rules/money/difference.ts'
import { freeLinesOf } from '../../../../shared/rules/money/free-lines.ts'
import { type Cents, sumOf } from '../../../../shared/rules/money/money.ts'
import { payerDifference, reductionsOf } from '../../../../shared/rules/money/payers.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { addTakes, byMonth, priceMonths, type YearTakes } from '../../../../shared/rules/price/span-price.ts'
import { aClock } from '../../../support/desk.ts'
import { last } from '../../../support/towns/billing.ts'
import { anAddress } from '../../../support/towns/families.ts'
import { anAidInput, aThirdPartyInput } from '../../../support/towns/payers.ts'
import {
  aFamily,
  anActivity,
  aPeriod,
  aRegistration,
  aTown,
  described,
  type Part,
  type Town,
} from '../../../support/towns/town.ts'

/*
 * Random histories of a billed home: actions of staff, families and cashiers in any order. Each history has its own
 * home, two activities and a tariff, so that one town serves many histories.
 */

const months = ['2026-12', '2027-01'] as Month[]
const firstDay = day('2026-12-01')
const lastDay = day('2027-01-31')
const slots = ['Matin', 'Repas', 'Après-midi']
/** Wednesdays and Thursdays of the two activities, some of them before the day of the history. */
const days = [
  ['2026-12-09', '2026-12-16', '2027-01-06', '2027-01-13'],
  ['2026-12-10', '2026-12-17', '2027-01-07', '2027-01-14'],
]
export const happensOn = '2026-12-18'

const membership = (cents: number, per: 'family' | 'child'): NonNullable<Definition['membership']> => ({
  label: 'Adhésion',
  per,
  year: 'school',
  price: { method: 'fixed', cents, nonResident: { rule: 'same' } },
})
/** The surcharge of late bookings and cancellations: an amount, a percentage, or the whole price. */
const late = {
  lateBooking: { percent: 20 },
  lateCancellation: [
    { notice: 25, surcharge: { cents: 120 } },
    { notice: 15, surcharge: { percent: 50 } },
    { notice: 0, surcharge: { percent: 100 } },
  ],
} as const satisfies Definition['beside']
const aid = { label: 'Aide CAF', per: 'day', cents: 400, upTo: 700, leaves: 100, cap: null } as const

const tariffs = {
  plain: {},
  minimum: { minimum: { cents: 1300 } },
  membership: { membership: membership(1000, 'family') },
  aid: { deductions: [aid] },
  capped: { deductions: [{ ...aid, leaves: 0, cap: { per: 'schoolYear', cents: 700 } }] },
  siblings: { siblings: { percents: [10, 20], on: ['garde'] } },
  late: { beside: late },
  everything: {
    minimum: { cents: 900 },
    membership: membership(500, 'child'),
    deductions: [{ ...aid, leaves: 0, cap: { per: 'month', cents: 600 } }],
    beside: late,
  },
} satisfies Readonly<Record<string, Partial<Definition>>>
type Rules = keyof typeof tariffs
const rulesNames = Object.keys(tariffs) as Rules[]

/** There is nothing to apply the action to: it is skipped. */
const pick = <T>(all: readonly T[], at: number): T => {
  const found = all[at % all.length]
  if (found === undefined) throw new Refused('Il n’y en a pas.')
  return found
}

/** A refused action must change nothing. */
export const unlessRefused = async (work: () => unknown): Promise<void> => {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Refused || (error instanceof ORPCError && error.code === 'REFUSED'))) throw error
  }
}

const definitionWith = (rules: Rules): Definition => {
  const version = exampleTariffs.find(({ label }) => label === 'ALSH mercredi, 3-6 ans')?.versions[0]
  if (!version) throw new Error('the examples have this tariff')
  const { from: _, ...definition } = structuredClone(version)
  return { ...(definition as unknown as Definition), ...tariffs[rules] }
}

/** The same definition with all prices of a formula raised, as a version that the council voted later. */
const dearer = (definition: Definition, byCents: number): Definition => {
  const copy = structuredClone(definition)
  for (const { count } of copy.lines)
    if (count.per === 'formula')
      for (const { price } of count.formulas)
        if (price.method === 'bracket') price.cents = price.cents.map((cents) => cents + byCents)
  return copy
}

/** The number of homes in one town: checking the whole file after each history takes longer with each home. */
export const homesPerTown = 10

const namesOf = (number: number) => ({
  name: `Marchand ${number}`,
  activities: [`Mercredi ${number}`, `Jeudi ${number}`],
  children: [`Louison ${number}`, `Basile ${number}`],
  tariff: `Tarif ${number}`,
})

/** In these histories, every booking and cancellation is after its deadline. */
const byTariff = {
  deadline: { unit: 'calendarDays', amount: 60, before: 'day' },
  after: { surcharge: 0, byTariff: true },
} as const satisfies BookingRule

/** Homes of two children, in two activities that have one tariff. */
const manyHomes = described(
  'manyHomes',
  (): Part => async (town) => {
    for (let number = 1; number <= homesPerTown; number += 1) {
      const { name, activities, children, tariff } = namesOf(number)
      const [elder = '', younger = ''] = children
      await aFamily(name, { familyQuotient: 727, children: { [elder]: {}, [younger]: { birthDay: '2021-05-02' } } })(
        town,
      )
      const { id: tariffId } = await town.client.prices.saveTariff({ name: tariff })
      town.known.set(`tariff ${tariff}`, tariffId)
      const definition = definitionWith('plain')
      const saved = await town.client.prices.saveVersion({ tariffId, from: '2026-09-01', definition })
      town.known.set(`version ${tariff}`, saved.versions[0]?.id ?? 0)
      for (const [index, activity] of activities.entries()) {
        await anActivity(activity)(town)
        const span = { startDay: firstDay, endDay: lastDay, weekdays: [3 + index] }
        const rules = { bookingRule: byTariff, cancelRule: byTariff }
        await aPeriod(activity, activity, { ...span, ...rules, schoolHolidays: 'without' })(town)
        for (const child of children) await aRegistration(name, child, activity)(town)
        await town.client.prices.attach({ activityId: town.activity(activity), tariffId })
      }
    }
  },
)

export const openTown = (): Promise<Town> => aTown().with(manyHomes()).open(aClock(happensOn))

/** A new home with these rules, without any history. */
export const openHome = async (town: Town, rules: Rules, number: number) => {
  const names = namesOf(number)
  const [tariffId = 0, id = 0] = [`tariff ${names.tariff}`, `version ${names.tariff}`].map((one) => town.known.get(one))
  await town.client.prices.saveVersion({ id, tariffId, from: '2026-09-01', definition: definitionWith(rules) })
  const { id: thirdPartyId } = await town.client.payers.saveThirdParty(aThirdPartyInput(`CCAS ${number}`))
  const lastRun = town.store.statement('select coalesce(max(id), 0) from invoice_run').pluck().get() as number
  return { ...names, town, familyId: town.family(names.name), tariffId, thirdPartyId, firstRun: lastRun + 1 }
}
export type Home = Awaited<ReturnType<typeof openHome>>

const numbers = ({ town: { store } }: Home, sql: string): number[] => store.statement(sql).pluck().all() as number[]
const runsOf = (home: Home) => numbers(home, `select id from invoice_run where id >= ${home.firstRun} order by id`)
const invoicesOf = (home: Home) =>
  numbers(
    home,
    `select id from invoice where family_id = ${home.familyId} and kind = 'invoice' and state = 'issued' order by id`,
  )
const draftsOf = (home: Home, runId: number) =>
  numbers(home, `select id from invoice where run_id = ${runId} and state = 'draft' order by id`)

const since = [day('2026-12-01'), day('2026-12-14'), day('2027-01-01')]
const asksOn = ['2026-11-20', '2026-12-08', '2026-12-12', happensOn].map(day)
const reason = { kind: 'written' as const, text: 'Modèle' }

/** Four numbers that choose the records of an action. */
type At = readonly [one: number, other: number, more: number, last: number]

const scopeOf = (home: Home, [one, other]: At) => {
  const month = pick(months, one)
  const whole = { from: day(`${month}-01`), to: day(`${month}-31`), activityIds: null, familyIds: [home.familyId] }
  const scopes = [
    whole,
    { ...whole, familyIds: null },
    { ...whole, activityIds: [home.town.activity(pick(home.activities, one))] },
    { ...whole, to: day(`${month}-14`) },
    { ...whole, from: day(`${month}-14`) },
    { ...whole, from: firstDay, to: lastDay },
  ]
  return pick(scopes, other)
}

const amount = (per: AidInput['per'], amountCents: number) => ({ per, amountCents, percent: null })

/** The terms of an aid, sometimes with a ceiling or a last day within the two months. */
const aidTerms = (home: Home, [one, other, more, last]: At): AidInput => {
  const share = { per: 'rest', amountCents: null, percent: pick([30, 100, 55.5], more) } as const
  const given = [share, amount('day', 450), amount('halfDay', 120), amount('meal', 200), amount('week', 700), share]
  return anAidInput(last === 1 ? null : home.thirdPartyId, {
    ...pick(given, one),
    label: `Aide ${one % 3}`,
    fiscals: more === 5 ? ['garde'] : null,
    activityIds: more === 4 ? [home.town.activity(pick(home.activities, other))] : null,
    ceilingCents: pick([null, 500, 1200, 3000, null, null], other),
    ceilingUnits: pick([null, null, 2, null], more),
    leavesCents: pick([0, 0, 100], other),
    upToQuotient: more === 3 ? 800 : null,
    from: pick(since, last),
    to: pick([null, day('2026-12-16'), day('2027-01-06')], other + last),
  })
}

/** All actions on a home, possible at this moment or not. */
export const gesturesOf = (home: Home) => {
  const { town, familyId, tariffId } = home
  const { client } = town
  const cell = ([one, other, more, last]: At) => {
    const activity = pick(home.activities, last)
    return {
      registrationId: town.registration(pick(home.children, one), activity),
      day: day(pick(pick(days, last), other)),
      slotId: town.slot(activity, pick(slots, more)),
    }
  }
  /** A day on which the home has a booking or a bill: on other days, most actions would be refused. */
  const known = ([one]: At) => {
    const cells = town.store
      .statement(
        `select registration_id as registrationId, day, slot_id as slotId from reservation
        join registration on registration.id = registration_id and family_id = ?
        where held = 'confirmed' or billed_by is not null order by reservation.id`,
      )
      .all(familyId) as ReturnType<typeof cell>[]
    return pick(cells, one)
  }
  const prepare = async (at: At) => (await last(await client.invoicing.run(scopeOf(home, at)))).id
  const issue = async (runId: number, ids = draftsOf(home, runId)) => last(await client.invoicing.issue({ runId, ids }))
  /** Both answers to « gardent leur prix » or « Refaire les comptes ». */
  const answer = async (
    scope: { readonly familyId: number } | { readonly tariffId: number },
    [, , more, at]: At,
  ): Promise<void> => {
    if (at % 2 === 0) await client.invoicing.reprice({ ...scope, fromDay: pick(since, more), reason: 'Modèle' })
  }
  const pay = (amountCents: number, chosen: Parameters<typeof client.payments.record>[0]['chosen']) =>
    client.payments.record({
      familyId,
      means: 'cheque',
      amountCents,
      receivedOn: happensOn,
      chosen,
      payer: '',
      reference: '1234567',
    })
  return {
    book: (at: At) =>
      client.reservations.move({ cells: [cell(at)], act: 'book', surchargeAccepted: at[3] % 2 === 0, reason }),
    free: async (at: At) => client.reservations.move({ cells: [known(at)], act: 'free', charged: false, reason }),
    charge: async (at: At) => client.reservations.move({ cells: [known(at)], act: 'free', charged: true, reason }),
    /** Staff free a place late, and the tariff sets what stays due. */
    giveBack: async (at: At) =>
      client.reservations.move({ cells: [known(at)], act: 'free', charged: 'surcharge', reason }),
    /** A family asks late for a day, or for a cancellation, and gets an answer. */
    demand: async (at: At) => {
      const cells = [at[3] < 2 ? cell(at) : known(at)]
      const recordedAt = instantOf(pick(asksOn, at[2]), timeOfDay('08:00'))
      const surchargeAccepted = at[1] !== 5
      await client.reservations.move({ cells, act: 'enterDemand', recordedAt, surchargeAccepted })
      for (const act of ['accept', 'acceptCancel'] as const) await client.reservations.move({ cells, act, reason })
    },
    mark: async (at: At) =>
      client.attendance.mark({
        cells: [at[1] === 0 ? cell(at) : known(at)],
        mark: pick(['present', 'absent', 'justifiedInTime', 'justifiedLate', null] as const, at[2]),
        reason: 'Certificat',
      }),
    depart: async (at: At) => {
      const { registrationId, day: on } = known(at)
      const time = pick([timeOfDay('19:10'), timeOfDay('20:30'), null], at[2])
      return client.attendance.departure({ registrationId, day: on, at: time })
    },
    prepare,
    bill: async (at: At) => issue(await prepare(at)),
    issue: async ([one]: At) => issue(pick(runsOf(home), one)),
    issueOne: async ([one, other]: At) => {
      const runId = pick(runsOf(home), one)
      return issue(runId, [pick(draftsOf(home, runId), other)])
    },
    recalculate: async ([one]: At) => last(await client.invoicing.recalculate({ runId: pick(runsOf(home), one) })),
    discard: async ([one]: At) => client.invoicing.discard({ runId: pick(runsOf(home), one) }),
    /** Credits a line or one of its days, permanently or to be billed again; sometimes the whole invoice. */
    credit: async ([one, other, more, at]: At) => {
      const invoiceId = pick(invoicesOf(home), one)
      const { lines } = await client.invoicing.leftToCredit({ invoiceId })
      const line = pick(lines, other)
      const chosen = { lineId: line.id, days: more % 3 === 0 ? null : [pick(line.days, more)] }
      return client.invoicing.creditNote({
        invoiceId,
        lines: at === 5 ? null : [chosen],
        reason: 'Modèle',
        billAgain: more % 2 === 0,
      })
    },
    quotient: async (at: At) => {
      const [fromDay, value] = [pick(since, at[0]), pick([200, 600, 900, 2000, null], at[1])]
      await client.families.setQuotient({ familyId, fromDay, value, source: '', updatedOn: fromDay })
      await answer({ familyId }, at)
    },
    move: async (at: At) => {
      const address = anAddress('1 rue de Caen', 'Ouistreham', '14150')
      const resident = at[1] % 2 === 0
      await client.families.setAddress({ familyId, fromDay: pick(since, at[0]), address, resident })
      await answer({ familyId }, at)
    },
    /** Edits a version in place, or adds one that is valid from a later day. */
    tariff: async (at: At) => {
      const versions = (await client.prices.tariffs()).find(({ id }) => id === tariffId)?.versions ?? []
      const version = pick(versions, at[0])
      const definition = dearer(definitionWith(pick(rulesNames, at[1])), 50 * (at[2] % 4))
      const own = { tariffId, from: at[0] % 2 === 0 ? version.from : pick(since, at[2]), definition }
      await client.prices.saveVersion(at[0] % 2 === 0 ? { ...own, id: version.id } : own)
      await answer({ tariffId }, at)
    },
    pay: ([one]: At) => pay(100 * (1 + one), null),
    /** Adds a positive or negative free line; sometimes removes an unbilled one. */
    freeLine: async (at: At) => {
      const waiting = (await client.freeLines.ofHome({ familyId })).filter(({ isBilled }) => !isBilled)
      if (at[3] === 0) return client.freeLines.remove({ id: pick(waiting, at[0]).id })
      return client.freeLines.write({
        homes: { familyIds: [familyId] },
        kindId: null,
        childId: null,
        activityId: null,
        regieId: firstRegieId,
        day: pick(since, at[0]),
        label: 'Ligne libre',
        quantity: 1,
        unitCents: pick([-1200, -400, 300, 900], at[1]),
        fiscal: pick(['garde', 'repas', 'autre'] as const, at[2]),
        reason: 'Modèle',
      })
    },
    /** Promises an aid, or changes, refuses or moves one. */
    aid: async (at: At) => {
      const aids = await client.payers.ofFamily({ familyId })
      const terms = aidTerms(home, at)
      const [one, other, , last] = at
      if (last < 2 || aids.length === 0)
        return client.payers.promise({
          aid: terms,
          beneficiaries: [{ familyId, childId: other % 3 === 0 ? null : town.child(pick(home.children, other)) }],
        })
      const { id, thirdPartyId } = pick(aids, one)
      if (last === 5 && other < 3)
        return other < 2
          ? client.payers.move({ id, by: other === 0 ? -1 : 1 })
          : client.payers.refuse({ id, on: day(happensOn), reason: 'Modèle' })
      return client.payers.changeAid({ id, aid: { ...terms, thirdPartyId } })
    },
    billThirdParty: () => client.payers.bill({ thirdPartyIds: [home.thirdPartyId] }),
    /** Takes back a whole run; sometimes one of its invoices is paid first. */
    takeBack: async ([one, other, , at]: At) => {
      const runId = pick(runsOf(home), one)
      if (at % 2 === 0) {
        const invoiceId = pick(invoicesOf(home), other)
        await unlessRefused(() => pay(100 * (1 + at), [{ invoiceId, openingDebtId: null, cents: 100 * (1 + at) }]))
      }
      return last(await client.invoicing.takeBack({ runId, reason: 'Modèle' }))
    },
  }
}

type Name = keyof ReturnType<typeof gesturesOf>
type Gesture = { readonly what: Name; readonly at: At; readonly beside: Name | null }

/** Actions after which billed months may keep a price that differs from their present facts. */
export const declares: ReadonlySet<Name> = new Set<Name>(['quotient', 'move', 'tariff'])

const anyName = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Name>('book') },
  { weight: 5, arbitrary: fc.constantFrom<Name>('bill', 'credit') },
  { weight: 5, arbitrary: fc.constantFrom<Name>('free', 'charge', 'mark', 'depart', 'pay') },
  { weight: 2, arbitrary: fc.constant<Name>('prepare') },
  { weight: 5, arbitrary: fc.constantFrom<Name>('giveBack', 'demand') },
  { weight: 3, arbitrary: fc.constantFrom<Name>('issue', 'issueOne', 'recalculate', 'discard') },
  { weight: 2, arbitrary: fc.constantFrom<Name>('quotient', 'move', 'tariff', 'freeLine') },
  { weight: 4, arbitrary: fc.constantFrom<Name>('aid', 'aid', 'billThirdParty', 'takeBack') },
)

export type History = { readonly rules: Rules; readonly gestures: readonly Gesture[]; readonly isErased: boolean }

const gestureOf = (what: fc.Arbitrary<Name>): fc.Arbitrary<Gesture> =>
  fc.record({
    what,
    at: fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(5)),
    /** An action of another workstation at the same time. */
    beside: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: anyName }),
  })

export const aHistory: fc.Arbitrary<History> = fc.record({
  rules: fc.constantFrom(...rulesNames),
  // Most histories begin with bookings and a bill, because otherwise most actions find nothing to change.
  gestures: fc
    .tuple(
      fc.array(gestureOf(fc.constant('book')), { maxLength: 6 }),
      fc.array(gestureOf(fc.constantFrom('aid', 'bill')), { maxLength: 4 }),
      fc.array(gestureOf(anyName), { minLength: 8, maxLength: 16 }),
    )
    .map((parts) => parts.flat()),
  isErased: fc.nat(19).map((one) => one === 0),
})

export const play = async (home: Home, history: readonly Gesture[]): Promise<void> => {
  const gestures = gesturesOf(home)
  for (const { what, at, beside } of history) {
    const works = [what, ...(beside === null ? [] : [beside])]
    await Promise.all(works.map((name) => unlessRefused(() => gestures[name](at))))
  }
}

const everything = ({ familyId }: Home) => ({
  from: firstDay,
  to: lastDay,
  activityIds: null,
  familyIds: [familyId],
})

/** Discards unfinished drafts, then bills the home and its third party until nothing is left to bill. */
export const settle = async (home: Home): Promise<void> => {
  const { client } = home.town
  for (const runId of runsOf(home)) await unlessRefused(() => client.invoicing.discard({ runId }))
  for (let before = -1; before !== issuedRows(home); ) {
    before = issuedRows(home)
    await unlessRefused(async () => {
      const { id: runId } = await last(await client.invoicing.run(everything(home)))
      await last(await client.invoicing.issue({ runId, ids: draftsOf(home, runId) }))
    })
  }
  await unlessRefused(() => client.payers.bill({ thirdPartyIds: [home.thirdPartyId] }))
}

/** The papers of the home, and the amounts that they left to third parties. */
const issuedRows = (home: Home): number =>
  numbers(
    home,
    `select (select count(*) from invoice where family_id = ${home.familyId} and state = 'issued')
      + (select count(*) from payer_part where family_id = ${home.familyId})`,
  )[0] ?? 0

/**
 * Prices all billed months again with the present facts. A repricing that changes no price is refused, but may be
 * possible after another one.
 */
export const repriceAll = async ({ familyId, tariffId, town: { client } }: Home): Promise<void> => {
  for (let isChanged = true; isChanged; ) {
    isChanged = false
    for (const scope of [{ tariffId }, { familyId }])
      await unlessRefused(async () => {
        await client.invoicing.reprice({ ...scope, fromDay: day('2026-09-01'), reason: 'Modèle' })
        isChanged = true
      })
  }
}

/** The amounts owed by the home and by its third party. */
export type Parts = { readonly home: Cents; readonly thirdParty: Cents }

/** The amounts of issued papers. */
export const billedParts = (home: Home): Parts => {
  const { store } = home.town
  const sum = store.statement(
    `select coalesce(sum(total_cents), 0) from invoice where state = 'issued' and (family_id = ? or third_party_id = ?)`,
  )
  const sumOfPayer = (...payer: (number | null)[]) => sum.pluck().get(...payer) as Cents
  return { home: sumOfPayer(home.familyId, null), thirdParty: sumOfPayer(null, home.thirdPartyId) }
}

class TrialRollback extends Error {}

/** Prices months as a run does. Leaves nothing in the file. */
/** The data of a home that pricing needs. */
type PricedHome = Pick<Home, 'town' | 'familyId'>

const priced = ({ town: { store, person } }: PricedHome, spans: readonly SpanKey[]): PricedSpan[] => {
  const found: PricedSpan[] = []
  try {
    store.act(person, 'invoicing.run', 'Modèle', (write) => {
      found.push(...priceSpans(store, write, currentBook(store), spans))
      throw new TrialRollback()
    })
  } catch (error) {
    if (!(error instanceof TrialRollback)) throw error
  }
  return found
}

/** All months of the home, including those that a run would skip. */
const pricedMonths = (home: PricedHome): PricedSpan[] =>
  priced(
    home,
    months.map((month) => ({ familyId: home.familyId, month })),
  )

/** The cost of the home's months, each with the facts stored at its billing, less what was given up. */
export const owedParts = (home: Home): Parts => {
  const priced = pricedMonths(home)
  return {
    home: sumOf(priced.flatMap(({ owed }) => owed)),
    thirdParty: sumOf(priced.flatMap(({ payers }) => payers.owed)),
  }
}

/**
 * The cost of all days of the home today, less what was given up, from the rules alone and for the whole year at once.
 * `whole` is the total of its payers.
 */
export const costs = ({ town: { store }, familyId }: Home): Parts & { readonly whole: Cents } => {
  const history = homeHistories(store, [familyId]).get(familyId)
  if (!history) throw new RangeError(`no family ${familyId}`)
  const book = currentBook(store)
  const scope = { from: firstDay, to: lastDay, activityIds: null, familyIds: [familyId], includesBilled: true }
  const parts = chargesByChildAndActivity(book, chargeableCells(store, scope))
  const siblings = siblingsOfHomes(store, [familyId]).get(familyId) ?? []
  const aids = aidsOfHomes(store, [familyId]).get(familyId) ?? []
  const givenUp = giveUps(store, [familyId]).flatMap((row) => givenUpBy(book, row))
  let takenByAids: YearTakes = {}
  const days = priceMonths(byMonth({ ...homeFacts(history), siblings, parts })).flatMap(({ charges }) => {
    const prices = unitsOf(charges)
    const { reductions, takes } = reductionsOf(prices, aids, { ...factsOfAids, taken: takenByAids })
    takenByAids = addTakes(takenByAids, takes)
    return withoutGivenUp(
      [...prices, ...reductions].map((unit) => inGroup(book, unit)),
      givenUp,
    )
  })
  const lines = freeLines(store, [familyId])
  let taken: YearTakes = {}
  const free = months.flatMap((month) => {
    const asked = days
      .filter((unit) => monthKey(unit.day) === month)
      .map((unit) => ({ ...unit, regieId: firstRegieId }))
    const found = freeLinesOf(lines, { month, taken, asked })
    taken = addTakes(taken, found.takes)
    return found.units
  })
  const [ofThirdParty, others] = [true, false].map((isAid) =>
    sumOf([...days, ...free].filter(({ basis }) => (basis.thirdParty !== undefined) === isAid)),
  ) as [Cents, Cents]
  return { home: others + ofThirdParty, thirdParty: 0 - ofThirdParty, whole: others }
}

/** No aid of these homes depends on a rank, a scheme or hours. */
const factsOfAids = { rankOn: () => 1, scheme: '', minutesOf: () => 0 }

/** Months with a difference that a run would nevertheless skip, because nothing seems to have changed. */
export const overlooked = (home: PricedHome): string[] => {
  const { store } = home.town
  const scope = {
    to: lastDay,
    bookId: currentBook(store).id,
    billsFrom: null,
    monthsAround: 0,
    madeAgain: null,
  }
  const looked = new Set(priced(home, changedSpans(store, [home.familyId], scope)).map(({ month }) => month))
  return pricedMonths(home).flatMap(({ month, difference: { added, givenBack }, payers }) => {
    const isSettled =
      added.every(({ cents }) => cents === 0) &&
      givenBack.length === 0 &&
      payerDifference(payers.owed, payers.standing).length === 0
    return isSettled || looked.has(month) ? [] : [month]
  })
}

/**
 * Negative invoices, credit notes above their invoices, papers whose lines do not add up, and invoices of a run taken
 * back although they were paid.
 */
export const wrongPapers = ({ town: { store }, familyId, thirdPartyId }: Home): unknown[] =>
  store
    .statement(
      `select paper.id, paper.kind, paper.total_cents as total, corrected.total_cents as corrected
      from invoice paper left join invoice corrected on corrected.id = paper.corrects_id
      where (paper.family_id = ? or paper.third_party_id = ?) and paper.state = 'issued' and (
        paper.kind = 'invoice' and paper.total_cents < 0
        or paper.kind = 'creditNote' and paper.total_cents >= 0
        or paper.kind = 'invoice' and paper.total_cents + (select coalesce(sum(note.total_cents), 0) from invoice note
          where note.corrects_id = paper.id and note.state = 'issued') < 0
        or exists (select 1 from act join allocation paid on paid.invoice_id = paper.corrects_id
          join act paying on paying.id = paid.act_id and paying.kind = 'payments.record'
          where act.id = paper.act_id and act.kind = 'invoicing.takeBack' and paying.id < act.id)
        or paper.total_cents <> (select sum(total_cents) from invoice_line where invoice_id = paper.id)
        or exists (select 1 from invoice_line where invoice_id = paper.id and total_cents <> quantity * unit_cents))`,
    )
    .all(familyId, thirdPartyId)
