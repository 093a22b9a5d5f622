import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day, day, daysBetween, mondayOf } from '../../../shared/rules/calendar/day.ts'
import type { SpanCharge } from '../../../shared/rules/price/span-price.ts'
import type { PriceLimit, QuantityReduction, TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import { tryPrice } from '../../../shared/rules/price/trying/try-price.ts'
import { examples } from '../../support/long.ts'

const monday = day('2026-11-02')
const plain = (text: string | undefined) => text?.replaceAll(/[\u00A0\u202F]/g, ' ')

const session = (label: string, slot: string, cents: number, fiscal: 'garde' | 'repas') => ({
  label,
  fiscal,
  count: {
    per: 'slot' as const,
    slots: [slot],
    unit: { one: 'séance', many: 'séances' },
    price: { method: 'fixed' as const, cents, nonResident: { rule: 'same' as const } },
  },
  withoutBooking: null,
})

const version = (rules: Partial<TariffVersion>): TariffVersion => ({
  from: day('2020-01-01'),
  decision: null,
  example: false,
  rounding: 'halfUp',
  brackets: [],
  lines: [session('Accueil', 'soir', 800, 'garde'), session('Repas', 'repas', 350, 'repas')],
  absence: { unjustified: 'billed', justifiedInTime: 'notBilled' },
  ...rules,
})
const tariffWith = (rules: Partial<TariffVersion>) => ({ id: '1', label: 'Garderie', versions: [version(rules)] })

/** @param children the days of each, with their slots */
const priceMonthByMonth = (rules: Partial<TariffVersion>, children: readonly ReadonlyMap<Day, readonly string[]>[]) =>
  tryPrice(tariffWith(rules), {
    quotient: null,
    resident: true,
    children: children.map((days) => ({
      days: [...days].map(([on, slots]) => ({
        day: on,
        slots: slots.map((slot) => ({ slot, why: 'booked' as const, attendance: 'present' as const })),
      })),
    })),
  })

const price = (...asked: Parameters<typeof priceMonthByMonth>) => {
  const [span] = priceMonthByMonth(...asked)
  if (!span) throw new Error('a month is priced')
  return span
}

const weekOf = (slots: readonly string[], days = 5) =>
  new Map(Array.from({ length: days }, (_, at) => [addDays(monday, at), slots] as const))
const lines = (charges: readonly SpanCharge[]) =>
  charges.map(({ label, quantity, unitCents }) => plain(`${label} ${quantity} × ${unitCents}`))
const centsByDay = (charges: readonly SpanCharge[]) => {
  const sums = new Map<string, number>()
  for (const { childId, days, unitCents } of charges)
    for (const on of days) sums.set(`${childId} ${on}`, (sums.get(`${childId} ${on}`) ?? 0) + unitCents)
  return sums
}

const fifteenOff: QuantityReduction = { per: 'week', from: 5, cents: 1500, on: ['garde'] }

describe('a reduction by number of days', () => {
  it('is spread over the days of the week that reach it', () => {
    const { charges, totalCents } = price({ reductions: [fifteenOff] }, [weekOf(['soir', 'repas'])])
    expect(lines(charges)).toEqual(['Accueil 5 × 800', '5 jours dans la semaine 5 × -300', 'Repas 5 × 350'])
    expect(totalCents).toBe(5 * 1150 - 1500)
    expect(plain(charges[1]?.explanation)).toBe('5 jours dans la semaine − 15,00 € en tout → −3,00 €')
  })

  it('is not given for a day less, nor twice for a day more', () => {
    expect(price({ reductions: [fifteenOff] }, [weekOf(['soir'], 4)]).totalCents).toBe(4 * 800)
    expect(price({ reductions: [fifteenOff] }, [weekOf(['soir'], 7)]).totalCents).toBe(7 * 800 - 1500)
  })

  it('is given once for a week that crosses two months, each of its days taking its part', () => {
    const around = daysBetween(day('2026-11-16'), day('2027-01-08'))
    fc.assert(
      fc.property(fc.subarray(around, { minLength: 1 }), (days) => {
        const months = priceMonthByMonth({ reductions: [fifteenOff] }, [new Map(days.map((on) => [on, ['soir']]))])
        const whole = [...Map.groupBy(days, mondayOf).values()].filter(({ length }) => length >= 5)
        const total = months.reduce((sum, { totalCents }) => sum + totalCents, 0)
        expect(total).toBe(days.length * 800 - whole.length * 1500)
      }),
      { numRuns: examples(50) },
    )
  })

  it('takes no day below zero', () => {
    const { charges } = price({ reductions: [{ ...fifteenOff, cents: 9000 }] }, [weekOf(['soir'])])
    expect([...centsByDay(charges).values()]).toEqual([0, 0, 0, 0, 0])
  })

  it('applies for the largest number of days that is reached', () => {
    const steps = [
      { ...fifteenOff, from: 3, cents: 600 },
      { ...fifteenOff, from: 5, cents: 1500 },
    ]
    expect(price({ reductions: steps }, [weekOf(['soir'], 4)]).totalCents).toBe(4 * 800 - 600)
    expect(price({ reductions: steps }, [weekOf(['soir'], 5)]).totalCents).toBe(5 * 800 - 1500)
  })
})

describe('a package from so many units in a month', () => {
  const bundled = {
    lines: [
      {
        ...session('Présence', 'soir', 255, 'garde'),
        bundle: {
          from: 20,
          unit: { one: 'forfait', many: 'forfaits' },
          price: { method: 'fixed' as const, cents: 5000, nonResident: { rule: 'same' as const } },
        },
      },
    ],
  }
  it.each([
    [19, 19 * 255],
    [20, 5000],
    [28, 5000],
  ])('%i presences cost %i', (days, cents) => {
    expect(price(bundled, [weekOf(['soir'], days)]).totalCents).toBe(cents)
  })

  it('is counted for each child', () => {
    expect(price(bundled, [weekOf(['soir'], 12), weekOf(['soir'], 12)]).totalCents).toBe(24 * 255)
  })
})

const limit = (more: Partial<PriceLimit>): PriceLimit => ({ per: 'day', of: 'child', least: null, most: null, ...more })

describe('the least and the most', () => {
  it('of a day apply to each child', () => {
    const children = [weekOf(['soir', 'repas'], 1), weekOf(['repas'], 1)]
    expect(price({ limits: [limit({ most: 1000, least: 500 })] }, children).totalCents).toBe(1000 + 500)
  })

  it('of a day apply to the home', () => {
    const children = [weekOf(['soir'], 1), weekOf(['soir'], 1)]
    const { charges, totalCents } = price({ limits: [limit({ of: 'home', most: 1000 })] }, children)
    expect(totalCents).toBe(1000)
    expect(lines(charges)).toEqual([
      'Accueil 1 × 800',
      'Plafond par jour et par foyer 1 × -300',
      'Accueil 1 × 800',
      'Plafond par jour et par foyer 1 × -300',
    ])
  })

  it('never let a day or a month over the most, nor a day below zero', () => {
    const slots = fc.subarray(['soir', 'repas'], { minLength: 1 })
    const child = fc
      .uniqueArray(fc.integer({ min: 0, max: 27 }), { minLength: 1, maxLength: 8 })
      .chain((days) => fc.tuple(...days.map((at) => slots.map((own) => [addDays(monday, at), own] as const))))
      .map((days) => new Map(days))
    fc.assert(
      fc.property(
        fc.array(child, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('day' as const, 'month' as const),
        fc.constantFrom('child' as const, 'home' as const),
        fc.integer({ min: 1, max: 3000 }),
        fc.option(fc.integer({ min: 2, max: 5 }), { nil: null }),
        (children, per, of, most, from) => {
          const reductions = from === null ? [] : [{ ...fifteenOff, from }]
          const { charges } = price({ limits: [limit({ per, of, most })], reductions }, children)
          const sums = new Map<string, number>()
          for (const [key, cents] of centsByDay(charges)) {
            expect(cents).toBeGreaterThanOrEqual(0)
            const [childId, on] = key.split(' ')
            const group = `${of === 'child' ? childId : ''} ${per === 'day' ? on : ''}`
            sums.set(group, (sums.get(group) ?? 0) + cents)
          }
          for (const cents of sums.values()) expect(cents).toBeLessThanOrEqual(most)
        },
      ),
    )
  })
})

describe('bad input', () => {
  it.each<[string, Partial<TariffVersion>, RegExp]>([
    ['a reduction from one day', { reductions: [{ ...fifteenOff, from: 1 }] }, /2 jours au moins/],
    ['a reduction of nothing', { reductions: [{ ...fifteenOff, cents: 0 }] }, /supérieur à zéro/],
    ['a reduction of no price', { reductions: [{ ...fifteenOff, on: [] }] }, /nature de prix/],
    ['a limit without amount', { limits: [limit({})] }, /pas de montant/],
    ['a least above the most', { limits: [limit({ least: 500, most: 400 })] }, /dépasse le plafond/],
  ])('refuses %s', (_, rules, sentence) => {
    expect(refuseTariff(tariffWith(rules))).toMatch(sentence)
  })
})
