import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleTariffs, falaisePeriscolaire, falaiseWednesday3to6 } from '../../../shared/examples/tariffs.ts'
import { addDays, day, daysBetween, daysOfMonth, type Month, monthKey } from '../../../shared/rules/calendar/day.ts'
import type { ChargeableSlot, HomePart } from '../../../shared/rules/price/price-terms.ts'
import {
  addTakes,
  priceMonths,
  priceSpan,
  type SpanRequest,
  type YearTakes,
} from '../../../shared/rules/price/span-price.ts'
import type { Deduction, Tariff, TariffVersion } from '../../../shared/rules/price/tariff.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')
const since = day('2020-01-01')

const withRules = (tariff: Tariff, rules: Partial<TariffVersion>): Tariff => ({
  ...tariff,
  versions: tariff.versions.map((version) => ({ ...version, ...rules })),
})
const membership = {
  label: 'Adhésion',
  per: 'child',
  year: 'school',
  price: { method: 'bracket', cents: [500, 800, 1000, 1200], nonResident: { rule: 'column', cents: [2000] } },
} as const
const aid: Deduction = { label: 'Aide', per: 'day', cents: 300, upTo: null, leaves: 0, cap: null }
const club = withRules(falaiseWednesday3to6, { membership })
const byHome = withRules(falaiseWednesday3to6, { membership: { ...membership, per: 'family' } })
const monthly = withRules(falaiseWednesday3to6, { deductions: [{ ...aid, cap: { per: 'month', cents: 700 } }] })
const yearly = withRules(falaiseWednesday3to6, { deductions: [{ ...aid, cap: { per: 'schoolYear', cents: 700 } }] })
const least = withRules(falaisePeriscolaire, { minimum: { cents: 1000 } })

const slotsOf = (...names: string[]): ChargeableSlot[] =>
  names.map((slot) => ({ slot, why: 'booked', attendance: 'present' }))
const part = (childId: number, tariff: Tariff, days: readonly string[], more: Partial<HomePart> = {}): HomePart => ({
  childId,
  activityId: 1,
  activity: 'ALSH mercredi',
  tariff,
  days: days.map((on) => ({ day: day(on), slots: slotsOf('matin') })),
  ...more,
})
const onlyLate = (tariff: Tariff, on: string): HomePart =>
  part(1, tariff, [], {
    days: [
      { day: day(on), slots: [{ slot: 'matin', why: 'lateCancellation', attendance: 'expected', surcharge: 500 }] },
    ],
  })

type Unpriced = Omit<SpanRequest, 'taken'>
const span = (month: string, parts: readonly HomePart[], more: Partial<Unpriced> = {}): Unpriced => ({
  month: month as Month,
  familyQuotients: [{ from: since, value: 727, source: 'CAF' }],
  residence: [{ from: since, resident: true }],
  siblings: [
    { id: 1, birth: day('2018-03-01'), registered: [{ from: since }] },
    { id: 2, birth: day('2021-03-01'), registered: [{ from: since }] },
  ],
  parts,
  ...more,
})
const price = (month: string, parts: readonly HomePart[], more: Partial<Unpriced> = {}) =>
  priceSpan({ ...span(month, parts, more), taken: {} })
const lines = ({ charges }: ReturnType<typeof priceSpan>) =>
  charges.map(({ childId, label, quantity, unitCents, days }) => [childId, label, quantity, unitCents, days.join(' ')])

const twoWednesdays = (first: number): HomePart['days'] => [
  { day: day('2026-12-09'), slots: slotsOf('matin', 'repas').map((slot, at) => ({ ...slot, cell: first + at })) },
  { day: day('2026-12-16'), slots: slotsOf('matin').map((slot) => ({ ...slot, cell: first + 2 })) },
]
const winterAndNextYear = (tariff: Tariff) => [
  span('2026-12', [part(1, tariff, ['2026-12-16'])]),
  span('2027-01', [part(1, tariff, ['2027-01-06']), part(2, tariff, ['2027-01-13'])]),
  span('2027-09', [part(1, tariff, ['2027-09-08'])]),
]
const wednesdays = (tariff: Tariff) => [
  part(1, tariff, ['2026-12-16'], { activityId: 2, activity: 'Vacances' }),
  part(1, tariff, ['2026-12-09', '2026-12-23']),
]
const yearlyAccount = (child: number, year: number) => `cap ${yearly.id} ${child} Aide ${year}-09-01`
const sumOf = (priced: readonly ReturnType<typeof priceSpan>[]) =>
  priced.reduce<YearTakes>((sums, { takes }) => addTakes(sums, takes), {})
const membershipCents = ({ charges }: ReturnType<typeof priceSpan>) =>
  charges.reduce((sum, { basis, totalCents }) => (basis.membership ? sum + totalCents : sum), 0)

describe('a month of a home', () => {
  it('is priced child by child, the eldest first, with the reservations of each unit', () => {
    const { charges, totalCents } = price('2026-12', [
      part(2, falaiseWednesday3to6, [], { days: twoWednesdays(20) }),
      part(1, falaiseWednesday3to6, [], { days: twoWednesdays(10) }),
    ])
    expect(
      charges.map(({ childId, activityId, label, quantity, cellsOfUnits }) => [
        childId,
        activityId,
        label,
        quantity,
        cellsOfUnits,
      ]),
    ).toEqual([
      [1, 1, 'Accueil', 2, [[10], [12]]],
      [1, 1, 'Repas', 1, [[11]]],
      [2, 1, 'Accueil', 2, [[20], [22]]],
      [2, 1, 'Repas', 1, [[21]]],
    ])
    expect(charges.every(({ tariffId }) => tariffId === falaiseWednesday3to6.id)).toBe(true)
    expect(totalCents).toBe(4 * 550 + 2 * 450)
  })

  it('names the child and the activity of what is wrong or worth a remark', () => {
    const { charges, errors, remarks, warnings } = price('2026-12', [
      part(1, falaiseWednesday3to6, [], {
        days: [{ day: day('2026-12-09'), slots: [{ slot: 'matin', why: 'booked', attendance: 'justifiedInTime' }] }],
      }),
      { ...part(2, club, ['2026-12-09']), activityId: 3, tariff: null },
      part(2, falaiseWednesday3to6, [], {
        activityId: 4,
        days: [{ day: day('2026-12-16'), slots: [{ slot: 'matin', why: 'booked', attendance: 'notPointed' }] }],
      }),
    ])
    expect(errors).toMatchObject([{ kind: 'noTariff', childId: 2, activityId: 3, days: ['2026-12-09'] }])
    expect(remarks).toMatchObject([{ childId: 1, activityId: 1, day: '2026-12-09' }])
    expect(warnings).toMatchObject([{ kind: 'notPointed', childId: 2, activityId: 4 }])
    expect(charges).toHaveLength(1)
  })
})

describe('a yearly membership', () => {
  it('is asked of each child with its first day, on a line of its own', () => {
    const priced = price('2026-12', [part(1, club, ['2026-12-16', '2026-12-09']), part(2, club, ['2026-12-23'])])
    expect(lines(priced)).toEqual([
      [1, 'Accueil', 2, 550, '2026-12-09 2026-12-16'],
      [1, 'Adhésion', 1, 1000, '2026-12-09'],
      [2, 'Accueil', 1, 550, '2026-12-23'],
      [2, 'Adhésion', 1, 1000, '2026-12-23'],
    ])
    expect(plain(priced.charges[1]?.explanation)).toBe(
      'QF 727 → tranche 621–1100 → adhésion 10,00 €, une fois pour 2026-2027',
    )
    expect(priced.takes).toEqual({
      [`membership ${club.id} 1 2026-09-01`]: 1,
      [`membership ${club.id} 2 2026-09-01`]: 1,
    })
  })

  it('is owed by the first month of the year that has a day, then by none; by home, once for its children', () => {
    const owed = (tariff: Tariff) =>
      priceMonths(winterAndNextYear(tariff)).map(({ charges }) =>
        charges.flatMap(({ childId, basis }) => (basis.membership ? [[childId, basis.membership]] : [])),
      )
    expect(owed(club)).toEqual([[[1, '2026-09-01']], [[2, '2026-09-01']], [[1, '2027-09-01']]])
    expect(owed(byHome)).toEqual([[[1, '2026-09-01']], [], [[1, '2027-09-01']]])
    expect(priceMonths(winterAndNextYear(byHome))[1]?.takes).toEqual({ [`membership ${byHome.id} 0 2026-09-01`]: 0 })
  })

  it('that costs nothing to this home is owed once too', () => {
    const free = withRules(club, {
      membership: { ...membership, price: { method: 'fixed', cents: 0, nonResident: { rule: 'same' } } },
    })
    const [first, second] = priceMonths([
      span('2026-12', [part(1, free, ['2026-12-16'])]),
      span('2027-01', [part(1, free, ['2027-01-06'])]),
    ])
    expect([first?.charges.length, second?.charges.length]).toEqual([2, 1])
  })
})

describe('the least that a month costs', () => {
  it('is made up once for the home, its children together', () => {
    expect(lines(price('2026-12', [part(1, least, ['2026-12-09']), part(2, least, ['2026-12-16'])]))).toEqual([
      [1, 'Accueil', 1, 295, '2026-12-09'],
      [2, 'Accueil', 1, 295, '2026-12-16'],
      [2, 'Minimum de facturation', 1, 410, '2026-12-16'],
    ])
    expect(
      lines(price('2026-12', [part(1, least, ['2026-12-09', '2026-12-10', '2026-12-11', '2026-12-14'])])),
    ).toHaveLength(1)
  })

  it('is asked of nobody who owes nothing, nor for late cancellations alone, which count in it otherwise', () => {
    expect(price('2026-12', [part(1, least, [])]).charges).toEqual([])
    const two = withRules(falaiseWednesday3to6, { minimum: { cents: 2000 } })
    const late = onlyLate(two, '2026-12-16')
    expect(price('2026-12', [late]).totalCents).toBe(500)
    expect(
      lines(price('2026-12', [part(1, two, [], { days: [...part(1, two, ['2026-12-09']).days, ...late.days] })])),
    ).toEqual([
      [1, 'Accueil', 1, 550, '2026-12-09'],
      [1, 'Annulation tardive', 1, 500, '2026-12-16'],
      [1, 'Minimum de facturation', 1, 950, '2026-12-16'],
    ])
    expect(lines(price('2026-12', [onlyLate(club, '2026-12-16')]))).toHaveLength(1)
  })

  it('may be what papers of an earlier version billed', () => {
    const keptMinimums = new Map([[least.id, 1300]])
    expect(price('2026-12', [part(1, least, ['2026-12-09'])], { keptMinimums }).totalCents).toBe(1300)
    const none = withRules(least, { minimum: undefined })
    expect(price('2026-12', [part(1, none, ['2026-12-09'])], { keptMinimums }).totalCents).toBe(1300)
  })
})

describe('a ceiling that activities share', () => {
  it('is used up in order of day, whatever their names', () => {
    expect(lines(price('2026-12', wednesdays(monthly)))).toEqual([
      [1, 'Accueil', 2, 550, '2026-12-09 2026-12-23'],
      [1, 'Aide', 1, -300, '2026-12-09'],
      [1, 'Aide', 1, -100, '2026-12-23'],
      [1, 'Accueil', 1, 550, '2026-12-16'],
      [1, 'Aide', 1, -300, '2026-12-16'],
    ])
  })

  it('of a year is what the earlier months of the year left of it, for each child', () => {
    const months = ['2026-11', '2026-12', '2027-01', '2027-09'].map((month) =>
      span(month, [part(1, yearly, [`${month}-04`, `${month}-11`]), part(2, yearly, [`${month}-11`])]),
    )
    const priced = priceMonths(months)
    expect(priced.map(({ takes }) => takes)).toEqual([
      { [yearlyAccount(1, 2026)]: 600, [yearlyAccount(2, 2026)]: 300 },
      { [yearlyAccount(1, 2026)]: 100, [yearlyAccount(2, 2026)]: 300 },
      { [yearlyAccount(1, 2026)]: 0, [yearlyAccount(2, 2026)]: 100 },
      { [yearlyAccount(1, 2027)]: 600, [yearlyAccount(2, 2027)]: 300 },
    ])
  })
})

describe('any months of any home', () => {
  const amount = fc.integer({ min: 1, max: 900 })
  const rules = fc.record({
    rounding: fc.constantFrom<TariffVersion['rounding']>('halfUp', 'halfUpToFive', 'halfUpToTen'),
    siblings: fc.option(
      fc.record({
        percents: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 3 }),
        on: fc.constantFrom<TariffVersion['lines'][number]['fiscal'][]>(['garde'], ['garde', 'repas']),
      }),
      { nil: undefined },
    ),
    deductions: fc.uniqueArray(
      fc.record<Deduction>({
        label: fc.constantFrom('Aide CAF', 'Aide de la ville'),
        per: fc.constantFrom('day', 'meal'),
        cents: amount,
        upTo: fc.option(fc.nat(1500)),
        leaves: fc.nat(500),
        cap: fc.option(fc.record({ per: fc.constantFrom('month', 'schoolYear'), cents: amount })),
      }),
      { selector: ({ label }) => label, maxLength: 2 },
    ),
    membership: fc.constantFrom(undefined, membership, { ...membership, per: 'family' as const }),
    minimum: fc.option(fc.record({ cents: amount }), { nil: undefined }),
  })
  const tariffs = fc
    .tuple(fc.constantFrom(...exampleTariffs.filter(({ versions }) => versions[0]?.brackets.length === 4)), rules)
    .map(([tariff, own]) => withRules(tariff, own))
  const allDays = daysBetween(day('2026-07-01'), day('2026-11-30'))
  const days = fc.uniqueArray(
    fc.record({
      day: fc.constantFrom(...allDays),
      slots: fc.subarray(['matin', 'repas', 'apres-midi', 'soir'], { minLength: 1 }).map((names) => slotsOf(...names)),
    }),
    { selector: (one) => one.day, minLength: 1, maxLength: 8 },
  )
  const homes = fc.record({
    quotient: fc.option(fc.nat(2000)),
    resident: fc.boolean(),
    tariffs: fc.tuple(tariffs, tariffs).map(([one, other]) => [one, { ...other, id: `${other.id} bis` }] as const),
    parts: fc.array(fc.record({ child: fc.integer({ min: 1, max: 3 }), second: fc.boolean(), days }), { maxLength: 4 }),
  })
  type Home = typeof homes extends fc.Arbitrary<infer Generated> ? Generated : never
  const partsOf = ({ tariffs: two, parts }: Home): HomePart[] =>
    parts.map(({ child, second, days: on }, index) => ({
      childId: child,
      activityId: index,
      activity: `Activité ${index % 2}`,
      tariff: two[second ? 1 : 0],
      days: on,
    }))
  const months = [...new Set(allDays.map(monthKey))]
  /** The five months, each with the days of the parts that the home has. */
  const spansOf = (home: Home, parts = partsOf(home)): Unpriced[] =>
    months.map((month) => ({
      month,
      familyQuotients: home.quotient === null ? [] : [{ from: since, value: home.quotient, source: 'CAF' }],
      residence: [{ from: since, resident: home.resident }],
      siblings: [1, 2, 3].map((id) => ({ id, birth: day(`20${16 + id}-03-01`), registered: [{ from: since }] })),
      parts: parts
        .map((one) => ({ ...one, days: one.days.filter(({ day: on }) => monthKey(on) === month) }))
        .filter(({ days: on }) => on.length > 0),
    }))

  const totalOf = (home: Home) => priceMonths(spansOf(home)).reduce((sum, { totalCents }) => sum + totalCents, 0)

  it('costs the sum of its charges, never less than nothing, not even one day; only deductions are negative', () => {
    fc.assert(
      fc.property(homes, (home) => {
        for (const { charges, totalCents } of priceMonths(spansOf(home))) {
          expect(charges.reduce((sum, line) => sum + line.quantity * line.unitCents, 0)).toBe(totalCents)
          const perDay = new Map<string, number>()
          for (const { childId, activityId, unitCents, days: on, cellsOfUnits, basis } of charges) {
            expect(unitCents >= 0 || basis.deduction !== undefined).toBe(true)
            expect(cellsOfUnits).toHaveLength(on.length)
            for (const one of on) {
              const key = `${childId} ${activityId} ${one}`
              perDay.set(key, (perDay.get(key) ?? 0) + unitCents)
            }
          }
          expect([...perDay.values()].filter((cents) => cents < 0)).toEqual([])
        }
      }),
    )
  })

  it('costs the same whatever the order its children, activities and days come in', () => {
    fc.assert(
      fc.property(homes, fc.infiniteStream(fc.nat(1000)), (home, shuffle) => {
        const mixed = <Item>(items: readonly Item[]): Item[] =>
          items
            .map((item) => ({ item, at: shuffle.next().value ?? 0 }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ item }) => item)
        const others = spansOf(home).map((one) => ({
          ...one,
          siblings: mixed(one.siblings),
          parts: mixed(one.parts.map((own) => ({ ...own, days: mixed(own.days) }))),
        }))
        expect(priceMonths(others)).toEqual(priceMonths(spansOf(home)))
      }),
    )
  })

  it('never grows with the quotient going down, where the table is monotone and aids are', () => {
    fc.assert(
      fc.property(homes, fc.nat(2000), (home, less) => {
        const quotient = home.quotient ?? 2000
        const lower = Math.max(0, quotient - less)
        expect(totalOf({ ...home, quotient: lower })).toBeLessThanOrEqual(totalOf({ ...home, quotient }))
      }),
    )
  })

  it('costs the same priced together, or month by month with what the earlier months took', () => {
    fc.assert(
      fc.property(homes, (home) => {
        const spans = spansOf(home)
        const together = priceMonths(spans)
        for (const [at, one] of spans.entries()) {
          const taken = sumOf(together.slice(0, at))
          expect(priceSpan({ ...one, taken })).toEqual(together[at])
        }
        expect([
          ...priceMonths(spans.slice(0, 2)),
          ...priceMonths(spans.slice(2), sumOf(together.slice(0, 2))),
        ]).toEqual(together)
      }),
    )
  })

  it('changes a later month only by what a freed day took of an account of the year', () => {
    fc.assert(
      fc.property(homes, fc.nat(100), fc.nat(100), (home, atPart, atDay) => {
        const parts = partsOf(home)
        const freedPart = parts[atPart % Math.max(1, parts.length)]
        const freed = freedPart?.days[atDay % Math.max(1, freedPart.days.length)]?.day
        fc.pre(freed !== undefined)
        const less = parts.map((one) =>
          one === freedPart ? { ...one, days: one.days.filter(({ day: on }) => on !== freed) } : one,
        )
        const [before, after] = [priceMonths(spansOf(home)), priceMonths(spansOf(home, less))]
        const others = months.flatMap((month, at) => {
          const [was, is] = [before[at], after[at]]
          return was && is && freed !== undefined && month !== monthKey(freed) ? [{ at, was, is }] : []
        })
        const whereAccountsAreAsBefore = others.filter(({ at, was, is }) => {
          const [takenBefore, takenAfter] = [sumOf(before.slice(0, at)), sumOf(after.slice(0, at))]
          return Object.keys({ ...was.takes, ...is.takes }).every(
            (account) => (takenBefore[account] ?? 0) === (takenAfter[account] ?? 0),
          )
        })
        expect(whereAccountsAreAsBefore.map(({ is }) => is)).toEqual(whereAccountsAreAsBefore.map(({ was }) => was))
        // Freeing a day leaves more of a ceiling; it can cost more later only by a membership that is asked later now.
        for (const { was, is } of others)
          expect(is.totalCents - was.totalCents).toBeLessThanOrEqual(membershipCents(is))
      }),
    )
  })

  it('has the days of its calendar month', () => {
    expect(daysOfMonth('2028-02' as Month)).toEqual({ from: '2028-02-01', to: '2028-02-29' })
    expect(monthKey(addDays(day('2028-02-29'), 1))).toBe('2028-03')
  })
})
