import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascending } from '../../../shared/collections.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { type Charge, type ChargeUnit, chargesOf, unitsOf } from '../../../shared/rules/money/charges.ts'
import { canonical } from '../../../shared/rules/money/invoice.ts'

const anyUnit = fc.record<ChargeUnit>({
  childId: fc.integer({ min: 1, max: 2 }),
  activityId: fc.integer({ min: 1, max: 2 }),
  label: fc.constantFrom('Accueil', 'Repas'),
  unit: fc.constant({ one: 'demi-journée', many: 'demi-journées' }),
  fiscal: fc.constantFrom('garde', 'repas', 'autre'),
  explanation: fc.constantFrom('prix unique 5,50 €', ''),
  basis: fc.record({
    familyQuotient: fc.constantFrom(null, 727),
    bracket: fc.constant(null),
    resident: fc.boolean(),
    example: fc.constant(false),
  }),
  day: fc.constantFrom(day('2026-12-02'), day('2026-12-09'), day('2026-12-16')),
  cents: fc.constantFrom(-300, 0, 550),
  cells: fc.array(fc.nat(9), { maxLength: 2 }),
})

const sorted = (units: readonly ChargeUnit[]) => units.toSorted(ascending(canonical))

const unit = (label: string, fiscal: ChargeUnit['fiscal'], cents: number): ChargeUnit => ({
  childId: 1,
  activityId: 1,
  label,
  unit: { one: '', many: '' },
  fiscal,
  explanation: '',
  basis: { familyQuotient: null, bracket: null, resident: true, example: false },
  day: day('2026-12-09'),
  cents,
  cells: [],
})

describe('charges and their units', () => {
  it('are each other’s reverse, whatever order the units come in', () => {
    fc.assert(
      fc.property(fc.array(anyUnit), (units) => {
        expect(sorted(unitsOf(chargesOf(units) as Charge[]))).toEqual(sorted(units))
      }),
    )
  })

  it('are one for each product, price and reason, their days in order', () => {
    fc.assert(
      fc.property(fc.array(anyUnit), (units) => {
        const charges = chargesOf(units)
        const keys = charges.map((charge) =>
          canonical({ ...charge, days: [], cellsOfUnits: [], quantity: 0, totalCents: 0 }),
        )
        expect(new Set(keys).size).toBe(charges.length)
        for (const { days, quantity, totalCents, unitCents } of charges) {
          expect(days).toEqual(days.toSorted())
          expect([quantity, totalCents]).toEqual([days.length, days.length * unitCents])
        }
      }),
    )
  })

  it('print care, meals, then the rest, deductions last', () => {
    const units = [
      unit('Retard', 'autre', 300),
      unit('Aide', 'garde', -300),
      unit('Repas', 'repas', 450),
      unit('Accueil', 'garde', 550),
    ]
    expect(chargesOf(units).map(({ label }) => label)).toEqual(['Accueil', 'Aide', 'Repas', 'Retard'])
  })
})
