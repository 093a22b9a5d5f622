import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascending } from '../../../shared/collections.ts'
import { addDays, type Day, day, monthKey } from '../../../shared/rules/calendar/day.ts'
import { type Aid, aidLevel, aidNotice, aidText, ceilingsText, refuseAid } from '../../../shared/rules/money/aid.ts'
import type { ChargeUnit } from '../../../shared/rules/money/charges.ts'
import {
  type AidFacts,
  payerDifference,
  payerUnitsOf,
  reductionsOf,
  withoutOpposites,
} from '../../../shared/rules/money/payers.ts'
import { addTakes, type YearTakes } from '../../../shared/rules/price/span-price.ts'
import type { Fiscal } from '../../../shared/rules/price/tariff.ts'

const [louison, basile] = [1, 2]
const [holidays, wednesdays] = [10, 11]
const [caf, ccas, worksCouncil] = [1, 2, 3]
const monday = day('2026-10-19')

const price = (
  cents: number,
  {
    on = monday,
    fiscal = 'garde',
    childId = louison,
    activityId = holidays,
    cells = [0],
  }: Partial<Pick<ChargeUnit, 'fiscal' | 'childId' | 'activityId' | 'cells'> & { on: Day }> = {},
): ChargeUnit => ({
  childId,
  activityId,
  label: fiscal === 'repas' ? 'Repas' : 'Accueil',
  unit: { one: 'jour', many: 'jours' },
  fiscal,
  explanation: '',
  basis: { familyQuotient: 727, bracket: null, resident: true, example: false },
  day: on,
  cents,
  cells,
})
const meal = (cents: number, on = monday, childId = louison) => price(cents, { fiscal: 'repas', on, childId })

let lastAid = 0
const anAid = (changes: Partial<Aid> = {}): Aid => ({
  id: (lastAid += 1),
  label: 'Aide',
  childId: null,
  thirdPartyId: ccas,
  per: 'day',
  amountCents: 450,
  percent: null,
  fiscals: null,
  activityIds: null,
  from: day('2026-01-01'),
  to: day('2026-12-31'),
  ceilingCents: null,
  ceilingUnits: null,
  leavesCents: 0,
  upToQuotient: null,
  fromRank: null,
  scheme: null,
  ...changes,
})
const share = (percent: number, changes: Partial<Aid> = {}) =>
  anAid({ per: 'rest', amountCents: null, percent, ...changes })

const facts: AidFacts = { rankOn: () => 1, scheme: 'Régime général', minutesOf: () => 240 }
const given = (
  units: readonly ChargeUnit[],
  aids: readonly Aid[],
  taken: YearTakes = {},
  more: Partial<AidFacts> = {},
) => reductionsOf(units, aids, { ...facts, ...more, taken })
const sumOf = (units: readonly { readonly cents: number }[]) => units.reduce((sum, { cents }) => sum + cents, 0)
/** The amount that an aid pays, by day and category: « 2026-10-19 garde 450 ». */
const taken = (
  units: readonly ChargeUnit[],
  aids: readonly Aid[],
  before: YearTakes = {},
  more: Partial<AidFacts> = {},
) =>
  given(units, aids, before, more).reductions.map(
    ({ day: on, fiscal, cents }) => `${on.slice(5)} ${fiscal} ${0 - cents}`,
  )

describe('what an aid takes of a day', () => {
  it('takes from care first, and the rest from the meal', () => {
    expect(taken([price(300), meal(450)], [anAid()])).toEqual(['10-19 garde 300', '10-19 repas 150'])
  })

  it('spreads a share over all that it covers, by largest remainder', () => {
    expect(taken([price(605), meal(450)], [share(40)])).toEqual(['10-19 garde 242', '10-19 repas 180'])
    expect(taken([price(1), meal(1)], [share(50)])).toEqual(['10-19 garde 1'])
  })

  it('rounds a share half-up to the cent, child by child and day by day', () => {
    const twoChildren = [price(5), price(5, { childId: basile })]
    expect(taken(twoChildren, [share(50)])).toEqual(['10-19 garde 3', '10-19 garde 3'])
    expect(taken([price(1055)], [share(33.33)])).toEqual(['10-19 garde 352'])
  })

  it('never takes more than the price, nor than what has to remain', () => {
    expect(taken([price(300)], [anAid()])).toEqual(['10-19 garde 300'])
    expect(taken([price(300)], [anAid({ leavesCents: 100 })])).toEqual(['10-19 garde 200'])
    expect(taken([price(300), price(-300)], [anAid()])).toEqual([])
  })

  it('counts a day once over all activities, its halves, its meals or its hours', () => {
    const twice = [price(500), price(500, { activityId: wednesdays, cells: [2] })]
    expect(taken(twice, [anAid({ amountCents: 400 })])).toEqual(['10-19 garde 200', '10-19 garde 200'])
    const halves = [price(1000, { cells: [1, 2] })]
    expect(taken(halves, [anAid({ per: 'halfDay', amountCents: 225 })])).toEqual(['10-19 garde 450'])
    expect(taken([price(1000), meal(450)], [anAid({ per: 'meal', amountCents: 100 })])).toEqual(['10-19 repas 100'])
    expect(taken(halves, [anAid({ per: 'hour', amountCents: 50 })], {}, { minutesOf: () => 105 })).toEqual([
      '10-19 garde 175',
    ])
  })

  it('uses the amount of a week or a month up, in order of day', () => {
    const days = [0, 1, 7].map((after) => price(600, { on: addDays(monday, after) }))
    expect(taken(days, [anAid({ per: 'week', amountCents: 1000 })])).toEqual([
      '10-19 garde 600',
      '10-20 garde 400',
      '10-26 garde 600',
    ])
    expect(taken(days, [anAid({ per: 'month', amountCents: 1000 })])).toEqual(['10-19 garde 600', '10-20 garde 400'])
  })

  it('names its activities, categories and child, and counts only its days', () => {
    const all = [price(500), meal(450), price(500, { activityId: wednesdays }), price(500, { childId: basile })]
    expect(sumOf(given(all, [share(100, { fiscals: ['repas'] })]).reductions)).toBe(-450)
    expect(sumOf(given(all, [share(100, { activityIds: [wednesdays] })]).reductions)).toBe(-500)
    expect(sumOf(given(all, [share(100, { childId: basile })]).reductions)).toBe(-500)
    const week = [0, 1, 2, 3, 4].map((after) => price(500, { on: addDays(monday, after) }))
    expect(taken(week, [anAid({ from: day('2026-10-21'), to: day('2026-10-22') })])).toEqual([
      '10-21 garde 450',
      '10-22 garde 450',
    ])
  })

  it('asks for a quotient, a rank or a scheme where the town does', () => {
    const noQuotient = price(500)
    const unknown = { ...noQuotient, basis: { ...noQuotient.basis, familyQuotient: null } }
    expect(taken([price(500)], [anAid({ upToQuotient: 727 })])).toHaveLength(1)
    expect(taken([price(500)], [anAid({ upToQuotient: 700 })])).toEqual([])
    expect(taken([unknown], [anAid({ upToQuotient: 700 })])).toEqual([])
    expect(taken([price(500)], [anAid({ fromRank: 2 })])).toEqual([])
    expect(taken([price(500)], [anAid({ fromRank: 2 })], {}, { rankOn: () => 2 })).toHaveLength(1)
    expect(taken([price(500)], [anAid({ scheme: 'régime général' })])).toHaveLength(1)
    expect(taken([price(500)], [anAid({ scheme: 'MSA' })])).toEqual([])
  })

  it('takes a membership or a minimum over for who bears the whole month, not for an amount per day', () => {
    const membership = { ...price(1000, { fiscal: 'autre' }), basis: { ...price(1).basis, membership: monday } }
    expect(taken([price(500), membership], [anAid()])).toEqual(['10-19 garde 450'])
    const { reductions } = given([price(500), membership], [share(100)])
    expect(sumOf(reductions)).toBe(-1500)
    expect(reductions.find(({ fiscal }) => fiscal === 'autre')?.basis.membership).toBe(monday)
  })
})

const explained = (units: readonly ChargeUnit[], aid: Aid) =>
  given(units, [aid])
    .reductions.map(({ explanation }) => explanation)[0]
    ?.replaceAll('\u00a0', ' ')
const remarked = (aid: Aid, before: YearTakes = {}) =>
  given([price(600), price(600, { on: addDays(monday, 1) })], [aid], before).remarks.map(({ day: on, text }) => [
    on,
    text.replaceAll('\u00a0', ' '),
  ])

describe('several aids', () => {
  it('take each from what the ones before leave, as drawn: 5 × 15,05, CAF 22,50, CCAS 21,10, the family 31,65', () => {
    const days = [0, 1, 2, 3, 4].flatMap((after) => {
      const on = addDays(monday, after)
      return [price(1055, { on }), meal(450, on)]
    })
    const aids = [
      anAid({ label: 'Aide aux temps libres', thirdPartyId: caf }),
      share(40, { label: 'Vacances', thirdPartyId: ccas }),
    ]
    const { reductions } = given(days, aids)
    const of = (party: number) => sumOf(reductions.filter(({ basis }) => basis.thirdParty === party))
    expect([sumOf(days), of(caf), of(ccas), sumOf(days) + sumOf(reductions)]).toEqual([7525, -2250, -2110, 3165])
  })

  it('reduces the price first by what nobody bears', () => {
    const aids = [share(100, { thirdPartyId: ccas }), anAid({ thirdPartyId: null, amountCents: 100 })]
    expect(given([price(500)], aids).reductions.map(({ cents, basis }) => [cents, basis.thirdParty])).toEqual([
      [-100, undefined],
      [-400, ccas],
    ])
  })

  it('says on each line how it was found', () => {
    expect(explained([price(605), meal(450)], share(40, { label: 'Vacances', thirdParty: 'CCAS' }))).toBe(
      'Vacances, 40 % du reste, aide payée par CCAS → 40 % de 10,55 € → 4,22 € sur la journée → −2,42 €',
    )
    expect(explained([price(605)], anAid({ label: 'CE', thirdPartyId: null, ceilingCents: 200 }))).toBe(
      'CE, 4,50 € par jour, baisse du prix → plafond de 2,00 € atteint → −2,00 €',
    )
    expect(explained([price(3000)], anAid({ label: 'CE', per: 'hour', ceilingUnits: 2 }))).toBe(
      'CE, 4,50 € par heure, aide → plafond de 2 heures atteint → −9,00 €',
    )
  })

  it('say how far their ceilings are used, at the last day that asked for them', () => {
    expect(remarked(anAid())).toEqual([])
    expect(remarked(anAid({ label: 'CE', ceilingCents: 20_000, ceilingUnits: 30 }))).toEqual([
      ['2026-10-20', 'CE : 9,00 € pris sur 200,00 € et 2 jours sur 30 ; il reste 191,00 € et 28 jours'],
    ])
    const used = anAid({ label: 'CE', ceilingUnits: 30 })
    expect(remarked(used, { [`aid ${used.id} units`]: 30 })).toEqual([
      ['2026-10-20', 'CE : plafond de 30 jours atteint, la famille paie le reste'],
    ])
  })
})

describe('a ceiling', () => {
  const days = [0, 1, 2, 3].map((after) => price(600, { on: addDays(monday, after) }))

  it('goes by order of day, and clips the last one', () => {
    expect(taken(days.toReversed(), [anAid({ ceilingCents: 1000 })])).toEqual([
      '10-19 garde 450',
      '10-20 garde 450',
      '10-21 garde 100',
    ])
    expect(taken(days, [anAid({ ceilingUnits: 2 })])).toEqual(['10-19 garde 450', '10-20 garde 450'])
    expect(taken(days, [share(50, { ceilingUnits: 1 })])).toEqual(['10-19 garde 300'])
  })

  it('is an account that earlier months take from; a month that asks in vain says so', () => {
    const aid = anAid({ ceilingCents: 1000, ceilingUnits: 30 })
    const first = given(days.slice(0, 2), [aid])
    expect(first.takes).toEqual({ [`aid ${aid.id} cents`]: 900, [`aid ${aid.id} units`]: 2 })
    expect(taken(days.slice(2), [aid], first.takes)).toEqual(['10-21 garde 100'])
    expect(given(days.slice(3), [aid], { [`aid ${aid.id} cents`]: 1000 }).takes).toEqual({
      [`aid ${aid.id} cents`]: 0,
      [`aid ${aid.id} units`]: 0,
    })
  })

  it('lets the amount of a week go on in the next month', () => {
    const aid = anAid({ per: 'week', amountCents: 1000 })
    const [october, november] = [price(600, { on: day('2026-10-30') }), price(600, { on: day('2026-11-01') })]
    const first = given([october], [aid])
    expect(taken([november], [aid], first.takes)).toEqual(['11-01 garde 400'])
  })
})

const randomDay = fc.integer({ min: 0, max: 70 }).map((after) => addDays(monday, after))
const randomUnit = fc
  .record({
    on: randomDay,
    cents: fc.integer({ min: 0, max: 2000 }),
    fiscal: fc.constantFrom<Fiscal>('garde', 'repas', 'autre'),
    childId: fc.constantFrom(louison, basile),
    activityId: fc.constantFrom(holidays, wednesdays),
  })
  .map(({ cents, ...of }) => price(cents, of))
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 2 })
const randomAid = fc
  .record({
    per: fc.constantFrom<Aid['per']>('day', 'halfDay', 'meal', 'hour', 'week', 'month', 'rest'),
    size: fc.integer({ min: 1, max: 10_000 }),
    thirdPartyId: orNull(fc.constantFrom(caf, ccas, worksCouncil)),
    childId: orNull(fc.constantFrom(louison, basile)),
    fiscals: orNull(fc.constantFrom<readonly Fiscal[]>(['garde'], ['repas', 'autre'])),
    from: randomDay,
    to: orNull(randomDay),
    ceilingCents: orNull(fc.integer({ min: 1, max: 6000 })),
    ceilingUnits: orNull(fc.integer({ min: 1, max: 12 })),
    leavesCents: fc.constantFrom(0, 0, 100),
  })
  .map(({ per, size, ...of }) =>
    anAid({
      ...of,
      per,
      amountCents: per === 'rest' ? null : Math.ceil(size / 10),
      percent: per === 'rest' ? size / 100 : null,
    }),
  )
const randomUnits = fc.array(randomUnit, { maxLength: 30 })
const randomAids = fc.array(randomAid, { maxLength: 4 })
const byDay = (units: readonly ChargeUnit[]) => units.toSorted((a, b) => a.day.localeCompare(b.day))
const keyOf = ({ basis, day: on, cents }: ChargeUnit) => `${basis.aid} ${on} ${cents}`
const sumsByDay = (reductions: readonly ChargeUnit[]) =>
  [...Map.groupBy(reductions, ({ basis, day: on }) => `${basis.aid} ${on}`)]
    .map(([key, ofDay]) => `${key} ${sumOf(ofDay)}`)
    .toSorted()
const byMonth = (units: readonly ChargeUnit[]) =>
  [...Map.groupBy(units, ({ day: on }) => monthKey(on))]
    .toSorted(ascending(([month]) => month))
    .map(([, ofMonth]) => ofMonth)

describe('whatever the prices and the aids', () => {
  it('the payers owe the price together, none less than nothing, and what has to remain does', () => {
    fc.assert(
      fc.property(randomUnits, randomAids, (units, aids) => {
        const { reductions } = given(units, aids)
        expect(reductions.every(({ cents }) => cents < 0)).toBe(true)
        const home = Map.groupBy([...units, ...reductions], (unit) =>
          [unit.childId, unit.activityId, unit.day, unit.fiscal].join(' '),
        )
        for (const cost of home.values()) expect(sumOf(cost)).toBeGreaterThanOrEqual(0)
        const nobody = sumOf(reductions.filter(({ basis }) => basis.thirdParty === undefined))
        expect(sumOf(units)).toBe(sumOf([...units, ...reductions]) + sumOf(payerUnitsOf(reductions)) - nobody)
      }),
    )
  })

  it('no ceiling is passed, and months priced one after the other give what they give together', () => {
    fc.assert(
      fc.property(randomUnits, randomAids, (units, aids) => {
        // The amount of a month is used up within it.
        const overMonths = aids.filter(({ per }) => per !== 'month')
        let takes: YearTakes = {}
        const apart = byMonth(units).flatMap((ofMonth) => {
          const found = given(ofMonth, overMonths, takes)
          takes = addTakes(takes, found.takes)
          return found.reductions
        })
        expect(sumsByDay(apart)).toEqual(sumsByDay(given(units, overMonths).reductions))
        for (const { id, ceilingCents } of overMonths)
          expect(0 - sumOf(apart.filter(({ basis }) => basis.aid === id))).toBeLessThanOrEqual(
            ceilingCents ?? Number.POSITIVE_INFINITY,
          )
      }),
    )
  })

  it('the order in which days come does not matter', () => {
    fc.assert(
      fc.property(randomUnits, randomAids, (units, aids) => {
        expect(given(byDay(units), aids).reductions.map(keyOf).toSorted()).toEqual(
          given(units, aids).reductions.map(keyOf).toSorted(),
        )
      }),
    )
  })

  it('the difference added to what stands for third parties gives what they owe', () => {
    fc.assert(
      fc.property(randomUnits, fc.array(randomAids, { minLength: 1, maxLength: 3 }), (units, histories) => {
        let standing = payerUnitsOf([])
        for (const aids of histories) {
          const owed = payerUnitsOf(given(units, aids).reductions)
          standing = [...standing, ...payerDifference(owed, standing)]
          expect(sumOf(standing)).toBe(sumOf(owed))
          expect(payerDifference(owed, standing)).toEqual([])
          expect(withoutOpposites(standing)).toHaveLength(owed.length)
        }
      }),
    )
  })
})

describe('an aid', () => {
  const nothing = { cents: 0, units: 0 }
  const refusal = (changes: Partial<Aid>, use = nothing) => refuseAid(anAid(changes), use)?.field

  it('is refused at the field that is wrong', () => {
    expect(refusal({})).toBeUndefined()
    expect(refusal({ label: ' ' })).toBe('label')
    expect(refusal({ amountCents: 0 })).toBe('amountCents')
    for (const percent of [0, 100.01, 33.333, Number.NaN])
      expect(refuseAid(share(percent), nothing)?.field).toBe('percent')
    expect(refusal({ from: day('2026-10-02'), to: day('2026-10-01') })).toBe('to')
    expect(refusal({ fiscals: [] })).toBe('fiscals')
    expect(refusal({ activityIds: [] })).toBe('activityIds')
    expect(refusal({ leavesCents: -1 })).toBe('leavesCents')
    expect(refusal({ upToQuotient: -1 })).toBe('upToQuotient')
    expect(refusal({ fromRank: 0 })).toBe('fromRank')
  })

  it('cannot have a ceiling below what it gave', () => {
    expect(refusal({ ceilingCents: 900 }, { cents: 901, units: 2 })).toBe('ceilingCents')
    expect(refusal({ ceilingUnits: 1 }, { cents: 901, units: 2 })).toBe('ceilingUnits')
    expect(refusal({ ceilingCents: 901, ceilingUnits: 2 }, { cents: 901, units: 2 })).toBeUndefined()
  })

  it('is described in words, also before it is used up', () => {
    expect(aidText(share(40, { label: 'Vacances' }))).toBe('Vacances, 40\u00a0% du reste')
    expect(aidText(share(100, { label: 'ASE' }))).toBe('ASE, prise en charge entière')
    expect(aidText(anAid({ label: 'Cantine', per: 'meal', amountCents: 100 }))).toBe('Cantine, 1,00\u00a0€ par repas')
    expect(ceilingsText(anAid({ ceilingCents: 20_000, ceilingUnits: 30 }))).toBe('200,00\u00a0€ et 30\u00a0jours')
    const aid = anAid({ ceilingCents: 20_000, ceilingUnits: 30 })
    expect(aidLevel(aid, { cents: 8440, units: 20 })).toBe('open')
    expect(aidLevel(aid, { cents: 8440, units: 28 })).toBe('nearlyUsed')
    expect(aidLevel(aid, { cents: 20_000, units: 20 })).toBe('usedUp')
    const notice = (on: string, cents: number, state: 'promised' | 'refused' = 'promised') =>
      aidNotice({ ...aid, state }, { cents, units: 0 }, day(on))
    expect(notice('2026-11-30', 17_999)).toBe(null)
    expect(notice('2026-11-30', 18_000)).toBe('nearlyUsed')
    expect(notice('2026-12-01', 0)).toBe('endsSoon')
    expect(notice('2026-12-31', 20_000)).toBe('usedUp')
    expect([notice('2027-01-01', 20_000), notice('2026-12-31', 20_000, 'refused')]).toEqual([null, null])
  })
})
