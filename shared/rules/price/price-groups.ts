import type { Day } from '../calendar/day.ts'
import { bracketIndex } from './bracket.ts'
import type { FamilyQuotientRow } from './family-quotient.ts'
import type { ChargeableSlot } from './price-terms.ts'
import type { Fiscal, TariffVersion, UnitName } from './tariff.ts'
import type { PriceConditions, PricedUnit } from './unit-price.ts'

/** Groups units of the same price; each group becomes one line. */

export type PricingBasis = PriceConditions & { readonly groups: Map<string, LineGroup> }

export type LineGroup = PricedUnit & {
  readonly line: string
  readonly fiscal: Fiscal
  readonly unit: UnitName
  readonly days: Day[]
  readonly cellsOfUnits: number[][]
  readonly deduction?: string
  /** The name of a reduction by quantity, on its line. */
  readonly reduction?: string
  /** What the price was chosen for among those of its line. */
  readonly condition?: string
  /** The last day to pay the deposit or the balance of a forfait. */
  readonly dueOn?: Day
  readonly lateCancellation?: true
}

export const basisFor = (
  bases: PricingBasis[],
  version: TariffVersion,
  { value: familyQuotient, endedOn: quotientEndedOn }: Pick<FamilyQuotientRow, 'value' | 'endedOn'>,
  resident: boolean,
  rank: number,
): PricingBasis => {
  const existing = bases.find(
    (basis) =>
      basis.version === version &&
      basis.familyQuotient === familyQuotient &&
      basis.quotientEndedOn === quotientEndedOn &&
      basis.resident === resident &&
      basis.rank === rank,
  )
  if (existing) return existing
  const bracket = familyQuotient === null ? -1 : bracketIndex(version.brackets, familyQuotient)
  const basis = {
    version,
    familyQuotient,
    quotientEndedOn,
    bracket,
    resident,
    rank,
    groups: new Map<string, LineGroup>(),
  }
  bases.push(basis)
  return basis
}

export const groupFor = (
  basis: PricingBasis,
  key: string,
  make: () => Omit<LineGroup, 'days' | 'cellsOfUnits'>,
): LineGroup => {
  const existing = basis.groups.get(key)
  if (existing) return existing
  const group = { ...make(), days: [], cellsOfUnits: [] }
  basis.groups.set(key, group)
  return group
}

export const addUnit = (group: LineGroup, day: Day, slots: readonly ChargeableSlot[]): void => {
  group.days.push(day)
  group.cellsOfUnits.push(slots.flatMap(({ cell }) => (cell === undefined ? [] : [cell])))
}
