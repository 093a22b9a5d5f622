import type { Day } from '../calendar/day.ts'
import { bracketIndex } from './bracket.ts'
import type { ChargeableSlot } from './price-terms.ts'
import type { Fiscal, TariffVersion, Unit } from './tariff.ts'
import type { PricedUnder, UnitOfPrice } from './unit-price.ts'

/* Units of one price, gathered into the line that will tell them. */

export type Basis = PricedUnder & { readonly groups: Map<string, Group> }

export type Group = UnitOfPrice & {
  readonly line: string
  readonly fiscal: Fiscal
  readonly unit: Unit
  readonly days: Day[]
  readonly cells: number[]
  readonly deduction?: string
  readonly lateCancellation?: true
}

export const basisOf = (
  bases: Basis[],
  version: TariffVersion,
  familyQuotient: number | null,
  resident: boolean,
  rank: number,
): Basis => {
  const known = bases.find(
    (basis) =>
      basis.version === version &&
      basis.familyQuotient === familyQuotient &&
      basis.resident === resident &&
      basis.rank === rank,
  )
  if (known) return known
  const bracket = familyQuotient === null ? -1 : bracketIndex(version.brackets, familyQuotient)
  const basis = { version, familyQuotient, bracket, resident, rank, groups: new Map<string, Group>() }
  bases.push(basis)
  return basis
}

export const groupOf = (basis: Basis, key: string, make: () => Omit<Group, 'days' | 'cells'>): Group => {
  const known = basis.groups.get(key)
  if (known) return known
  const group = { ...make(), days: [], cells: [] }
  basis.groups.set(key, group)
  return group
}

export const addTo = (group: Group, day: Day, slots: readonly ChargeableSlot[]): void => {
  group.days.push(day)
  for (const { cell } of slots) if (cell !== undefined) group.cells.push(cell)
}
