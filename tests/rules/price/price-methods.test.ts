import { describe, expect, it } from 'vitest'
import { falaiseWednesday3to6 } from '../../../shared/examples/tariffs.ts'
import { addDays, day } from '../../../shared/rules/calendar/day.ts'
import { bracketsFrom } from '../../../shared/rules/price/bracket.ts'
import { priceDays } from '../../../shared/rules/price/price.ts'
import type { ChargeableSlot, PriceRequest } from '../../../shared/rules/price/price-terms.ts'
import { rankAmong } from '../../../shared/rules/price/siblings.ts'
import { defaultAbsence, startedParts, type Tariff, type TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'

const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')
const wednesday = day('2026-12-09')
const since = day('2020-01-01')

const read = bracketsFrom([0, 301, 621, 1101])
if ('refusal' in read) throw new Error(read.refusal)

const tariffOf = (version: Partial<TariffVersion>): Tariff => ({
  id: '1',
  label: 'Tarif',
  versions: [
    {
      from: since,
      decision: null,
      example: false,
      rounding: 'halfUp',
      brackets: read.brackets,
      lines: [],
      absence: defaultAbsence,
      ...version,
    },
  ],
})

const withRules = (rules: Partial<TariffVersion>): Tariff => ({
  ...falaiseWednesday3to6,
  versions: falaiseWednesday3to6.versions.map((version) => ({ ...version, ...rules })),
})

const booked = (slot: string, more: Partial<ChargeableSlot> = {}): ChargeableSlot => ({
  slot,
  why: 'booked',
  attendance: 'present',
  ...more,
})
const wholeDay = [booked('matin', { cell: 1 }), booked('repas', { cell: 2 }), booked('apres-midi', { cell: 3 })]

const price = (tariff: Tariff, slots: readonly ChargeableSlot[], more: Partial<PriceRequest> = {}, weeks = 1) =>
  priceDays({
    activity: 'ALSH mercredi',
    tariff,
    familyQuotients: [{ from: since, value: 727, source: 'CAF' }],
    residence: [{ from: since, resident: true }],
    days: Array.from({ length: weeks }, (_, week) => ({ day: addDays(wednesday, week * 7), slots })),
    ...more,
  })
const lines = (priced: ReturnType<typeof price>) =>
  priced.lines.map(({ label, quantity, unitCents, fiscal }) => [label, quantity, unitCents, fiscal])

const halfHours = (grace: number) =>
  tariffOf({
    lines: [
      {
        label: 'Accueil',
        fiscal: 'garde',
        count: {
          per: 'time',
          slots: ['matin', 'soir'],
          minutes: 30,
          grace,
          unit: { one: 'demi-heure', many: 'demi-heures' },
          price: { method: 'bracket', cents: [58, 63, 70, 77], nonResident: { rule: 'same' } },
        },
        withoutBooking: null,
      },
    ],
  })

describe('hours and started fractions', () => {
  it.each([
    [0, 0, 0],
    [1, 0, 1],
    [30, 0, 1],
    [31, 0, 2],
    [35, 5, 1],
    [36, 5, 2],
    [120, 0, 4],
  ])('%i minutes with %i forgiven make %i started half-hours', (length, grace, parts) => {
    expect(startedParts(length, 30, grace)).toBe(parts)
  })

  it('adds the time of the day before it counts what is started', () => {
    const day = [booked('matin', { minutes: 50, cell: 1 }), booked('soir', { minutes: 100, cell: 2 })]
    const priced = price(halfHours(0), day)
    expect(lines(priced)).toEqual([['Accueil', 5, 70, 'garde']])
    expect(priced.lines[0]?.cellsOfUnits).toEqual([[1, 2], [], [], [], []])
    expect(plain(priced.lines[0]?.explanation)).toBe('QF 727 → tranche 621–1100 → demi-heure 0,70 €')
  })

  it('has no price where the time is not known', () => {
    const priced = price(halfHours(0), [booked('matin')])
    expect(priced.errors.map(({ kind }) => kind)).toEqual(['noPrice'])
  })

  it('refuses a tolerance as long as the part', () => {
    expect(refuseTariff(halfHours(30))).toMatch(/tolérance/)
    expect(refuseTariff(halfHours(5))).toBeUndefined()
  })
})

const morning = (rounding: TariffVersion['rounding']) =>
  tariffOf({
    rounding,
    siblings: { percents: [15], on: ['garde'] },
    lines: [
      {
        label: 'Accueil',
        fiscal: 'garde',
        count: {
          per: 'slot',
          slots: ['matin'],
          unit: { one: 'séance', many: 'séances' },
          price: { method: 'fixed', cents: 123, nonResident: { rule: 'percent', percent: 20 } },
        },
        withoutBooking: null,
      },
    ],
  })

describe('brothers and sisters', () => {
  const rule = withRules({ siblings: { percents: [10, 20], on: ['garde'] } })

  it.each([
    [1, 1055],
    [2, 950],
    [3, 844],
    [4, 844],
  ])('the child of rank %i pays %i for its day, and the meal as anyone', (rank, care) => {
    const priced = price(rule, wholeDay, { rankOn: () => rank })
    expect(lines(priced)).toEqual([
      ['Accueil', 1, care, 'garde'],
      ['Repas', 1, 450, 'repas'],
    ])
  })

  it('says so in the price', () => {
    expect(plain(price(rule, wholeDay, { rankOn: () => 2 }).lines[0]?.explanation)).toBe(
      'QF 727 → tranche 621–1100 → 2ᵉ enfant − 10 % → journée 9,50 €',
    )
  })

  it('is rounded once with the surcharge of who lives elsewhere, as the tariff names it', () => {
    const elsewhere = { rankOn: () => 2, residence: [{ from: since, resident: false }] }
    // 1,23 × 1,2 × 0,85 = 1,2546
    expect(price(morning('halfUp'), [booked('matin')], elsewhere).totalCents).toBe(125)
    expect(price(morning('halfUpToFive'), [booked('matin')], elsewhere).totalCents).toBe(125)
    expect(price(morning('halfUpToTen'), [booked('matin')], elsewhere).totalCents).toBe(130)
  })

  it('by their number, where the town says so: the first child pays less too', () => {
    const byCount = withRules({ siblings: { percents: [10, 20], on: ['garde'], by: 'count' } })
    const year = [{ from: day('2026-09-01'), to: day('2027-07-03') }]
    const home = [
      { id: 1, birth: day('2016-02-01'), registered: year },
      { id: 2, birth: day('2018-03-01'), registered: year },
    ]
    for (const { id } of home) {
      const { lines: made } = price(byCount, wholeDay, { rankOn: rankAmong(home, id) })
      expect(plain(made[0]?.explanation)).toBe('QF 727 → tranche 621–1100 → 2 enfants − 10 % → journée 9,50 €')
    }
  })

  it('are ranked by age among those registered on the day; twins by their files', () => {
    const year = [{ from: day('2026-09-01'), to: day('2027-07-03') }]
    const home = [
      { id: 4, birth: day('2022-05-01'), registered: year },
      { id: 3, birth: day('2016-02-01'), registered: [{ from: day('2027-01-01') }] },
      { id: 2, birth: day('2018-03-01'), registered: year },
      { id: 1, birth: day('2018-03-01'), registered: year },
    ]
    const ranks = (on: string) => [1, 2, 3, 4].map((id) => rankAmong(home, id)(day(on)))
    expect(ranks('2026-12-09')).toEqual([1, 2, 1, 3])
    expect(ranks('2027-01-13')).toEqual([2, 3, 1, 4])
    expect(rankAmong([], 1)(wednesday)).toBe(1)
  })
})

describe('deductions', () => {
  const aid = { label: 'Aide CAF', per: 'day', cents: 400, upTo: null, leaves: 0, cap: null } as const
  const mealAid = { label: 'Aide repas', per: 'meal', cents: 100, upTo: null, leaves: 0, cap: null } as const

  it('are lines of their own, of the nature of what they lower, billed with its reservations', () => {
    const priced = price(withRules({ deductions: [aid, mealAid] }), wholeDay, {}, 2)
    expect(lines(priced)).toEqual([
      ['Accueil', 2, 1055, 'garde'],
      ['Aide CAF', 2, -400, 'garde'],
      ['Repas', 2, 450, 'repas'],
      ['Aide repas', 2, -100, 'repas'],
    ])
    expect(priced.lines[1]?.cellsOfUnits).toEqual([
      [1, 3],
      [1, 3],
    ])
    expect(plain(priced.lines[1]?.explanation)).toBe('Aide CAF 4,00 € par jour → −4,00 €')
  })

  it('stack, each on what is left, and never go below what stays to pay', () => {
    const second = { ...aid, label: 'Aide de la ville', cents: 800, leaves: 200 }
    const priced = price(withRules({ deductions: [aid, second] }), [booked('matin'), booked('apres-midi')])
    expect(lines(priced)).toEqual([
      ['Accueil', 1, 1055, 'garde'],
      ['Aide CAF', 1, -400, 'garde'],
      ['Aide de la ville', 1, -455, 'garde'],
    ])
    expect(priced.totalCents).toBe(200)
  })

  it('stop at their ceiling of the month, and begin again the next one', () => {
    const capped = { ...aid, cap: { per: 'month', cents: 1000 } } as const
    const priced = price(withRules({ deductions: [capped] }), [booked('matin')], {}, 5)
    expect(priced.lines.map(({ unitCents, days }) => [unitCents, days])).toEqual([
      [550, [0, 7, 14, 21, 28].map((offset) => addDays(wednesday, offset))],
      [-400, ['2026-12-09', '2026-12-16', '2027-01-06']],
      [-200, ['2026-12-23']],
    ])
    expect(priced.lines[2]?.explanation).toMatch(/plafond atteint/)
  })

  it('go to the homes under their quotient only, and not to one whose quotient nobody knows', () => {
    const limited = withRules({ deductions: [{ ...aid, upTo: 620 }] })
    const at = (value: number | null) =>
      price(limited, [booked('matin')], {
        familyQuotients: value === null ? [] : [{ from: since, value, source: 'CAF' }],
      }).totalCents
    expect([at(620), at(621), at(null)]).toEqual([75, 550, 625])
    // The bracket « 301–620 » contains 620,50, and so does the bound of the aid.
    expect([at(620.5), at(620.99)]).toEqual([75, 75])
  })
})

describe('a tariff that cannot be kept', () => {
  const aid = { label: 'Aide', per: 'day', cents: 400, upTo: null, leaves: 0, cap: null } as const
  it.each<[string, Partial<TariffVersion>, RegExp]>([
    ['a sibling rule without percentage', { siblings: { percents: [], on: ['garde'] } }, /fratrie/],
    ['a reduction over 100 %', { siblings: { percents: [120], on: ['garde'] } }, /de 0 à 100/],
    [
      'a reduction that would be rounded',
      { siblings: { percents: [12.345], on: ['garde'] } },
      /fratrie.*deux décimales/,
    ],
    ['a limit that would be rounded', { deductions: [{ ...aid, upTo: 620.505 }] }, /quotient limite.*deux décimales/],
    ['two deductions of one name', { deductions: [aid, aid] }, /Deux déductions/],
    ['a deduction of nothing', { deductions: [{ ...aid, cents: 0 }] }, /supérieur à zéro/],
    [
      'a membership that misses a tranche',
      {
        membership: {
          label: 'Adhésion',
          per: 'child',
          year: 'school',
          price: { method: 'bracket', cents: [500], nonResident: { rule: 'same' } },
        },
      },
      /chaque tranche/,
    ],
    ['a minimum of nothing', { minimum: { cents: 0 } }, /minimum de facturation/],
  ])('%s', (_, rules, sentence) => {
    expect(refuseTariff(withRules(rules))).toMatch(sentence)
  })
})
