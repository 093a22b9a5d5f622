import { ascending } from '../../collections.ts'
import { type Day, monthKey } from '../calendar/day.ts'
import { takenOf } from '../money/aid.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { isUpTo } from './bracket.ts'
import { addUnit, groupFor, type PricingBasis } from './price-groups.ts'
import type { ChargeableSlot } from './price-terms.ts'
import { type Deduction, type Fiscal, yearStart } from './tariff.ts'
import { deductionUnits } from './tariff-words.ts'

/** A cost of a day that a deduction may reduce. */
export type Cost = { readonly fiscal: Fiscal; readonly cents: Cents; readonly slots: readonly ChargeableSlot[] }

/** The costs of one child's day in one activity, whose deductions go to the lines of `basis`. */
export type DeductibleDay = {
  readonly day: Day
  readonly basis: PricingBasis
  readonly costs: readonly Cost[]
}

type Cap = NonNullable<Deduction['cap']>

/** The ceiling of a deduction in the month or school year of a day. */
export const ceilingKey = (label: string, per: Cap['per'], on: Day): string =>
  `${per === 'month' ? monthKey(on) : yearStart('school', on)} ${label}`

/**
 * Deducts from the days of one child under one tariff, in order of day; on the same day, in the order in which
 * activities are given. So activities that share a ceiling use it up alike, whichever is billed first.
 * @param before what earlier days took of each ceiling, by `ceilingKey`
 * @returns what these days take of each ceiling; 0 where they asked and got nothing
 */
export const deductInOrder = (
  days: readonly DeductibleDay[],
  before: ReadonlyMap<string, Cents> = new Map(),
): ReadonlyMap<string, Cents> => {
  const takes = new Map<string, Cents>()
  for (const one of days.toSorted(ascending(({ day }) => day))) deduct(one, before, takes)
  return takes
}

const deduct = (
  { day, basis, costs }: DeductibleDay,
  before: ReadonlyMap<string, Cents>,
  takes: Map<string, Cents>,
): void => {
  const care = costs.filter(({ fiscal }) => fiscal === 'garde')
  const meals = costs
    .filter(({ fiscal }) => fiscal === 'repas')
    .map((cost) => ({ slots: cost.slots, left: cost.cents }))
  const wholeCare = {
    slots: care.flatMap(({ slots }) => slots),
    left: care.reduce((sum, { cents }) => sum + cents, 0),
  }
  const open = { day: care.length > 0 ? [wholeCare] : [], meal: meals } satisfies Record<Deduction['per'], unknown>
  for (const { label, cents, upTo, leaves, cap, per } of basis.version.deductions ?? []) {
    if (upTo !== null && (basis.familyQuotient === null || !isUpTo(basis.version.brackets, basis.familyQuotient, upTo)))
      continue
    for (const cost of open[per]) {
      const most = Math.max(0, cost.left - leaves)
      if (most === 0) continue
      const key = cap && ceilingKey(label, cap.per, day)
      const used = key === null ? 0 : (before.get(key) ?? 0) + (takes.get(key) ?? 0)
      const room = cap ? Math.max(0, cap.cents - used) : cents
      const { cents: taken, why } = takenOf({
        askedCents: cents,
        costCents: cost.left,
        leavesCents: leaves,
        roomCents: room,
      })
      if (key !== null) takes.set(key, (takes.get(key) ?? 0) + taken)
      if (taken === 0) continue
      cost.left -= taken
      const group = groupFor(basis, `deduction ${label} ${taken}${why}`, () => ({
        line: label,
        fiscal: fiscalOf[per],
        unit: deductionUnits[per],
        cents: 0 - taken,
        explanation: `${label} ${formatEuros(cents)} par ${deductionUnits[per].one}${why} → ${formatEuros(0 - taken)}`,
        bracket: null,
        deduction: label,
      }))
      addUnit(group, day, cost.slots)
    }
  }
}

const fiscalOf: Readonly<Record<Deduction['per'], Fiscal>> = { day: 'garde', meal: 'repas' }
