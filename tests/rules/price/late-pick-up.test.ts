import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exampleTariffs } from '../../../shared/examples/tariffs.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import type { ChargeableDay } from '../../../shared/rules/price/price-terms.ts'
import { type Tariff, withExplicitLate } from '../../../shared/rules/price/tariff.ts'
import { refuseTariff } from '../../../shared/rules/price/tariff-refusals.ts'
import { tryPrice } from '../../../shared/rules/price/trying/try-price.ts'

const explicit = (tariff: Tariff): Tariff => ({
  ...tariff,
  versions: tariff.versions.map(({ from, ...definition }) => ({ ...withExplicitLate(definition), from })),
})
const evening = (late: number): ChargeableDay => ({
  day: day('2026-12-09'),
  slots: [{ slot: 'matin', cell: 1, why: 'booked', attendance: 'present' }],
  late: { minutes: late, cell: 1 },
})
const priceOf = (tariff: Tariff, lates: readonly number[], quotient: number | null = 727) =>
  tryPrice(tariff, { quotient, resident: true, children: lates.map((late) => ({ days: [evening(late)] })) })

const withRetard = exampleTariffs.filter(
  (tariff) =>
    explicit(tariff) !== tariff && tariff.versions.some(({ lines }) => lines.some(({ label }) => label === 'Retard')),
)

describe('a late pick-up as a rule of its own', () => {
  it('says what the slot `retard` said, to the cent and to the word', () => {
    expect(withRetard.length).toBeGreaterThan(2)
    fc.assert(
      fc.property(fc.constantFrom(...withRetard), fc.integer({ min: 1, max: 200 }), (tariff, late) => {
        const rule = explicit(tariff)
        expect(rule.versions[0]?.latePickUp).toMatchObject({ free: 5, part: 60 })
        expect(refuseTariff(rule)).toBeUndefined()
        expect(priceOf(rule, [late])).toEqual(priceOf(tariff, [late]))
      }),
    )
  })

  it('is paid once an evening by a home, for the child that costs most', () => {
    const [tariff] = withRetard.map(explicit)
    if (!tariff) throw new Error('an example prices late pick-ups')
    const perHome: Tariff = {
      ...tariff,
      versions: tariff.versions.map((version) => ({
        ...version,
        ...(version.latePickUp && { latePickUp: { ...version.latePickUp, per: 'home' as const } }),
      })),
    }
    const lateCents = (priced: ReturnType<typeof priceOf>) =>
      priced
        .flatMap(({ charges }) => charges)
        .filter(({ label }) => label === 'Retard')
        .map(({ childId, totalCents }) => [childId, totalCents])
    expect(lateCents(priceOf(tariff, [10, 70]))).toEqual([
      [1, 500],
      [2, 1000],
    ])
    expect(lateCents(priceOf(perHome, [10, 70]))).toEqual([[2, 1000]])
    expect(lateCents(priceOf(perHome, [10, 20]))).toEqual([[1, 500]])
  })
})
