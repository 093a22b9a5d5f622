import type { Day } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { isUpTo } from './bracket.ts'
import { addUnit, groupFor, type PricingBasis } from './price-groups.ts'
import type { ChargeableSlot, Deducted } from './price-terms.ts'
import { type Deduction, type Fiscal, yearStart } from './tariff.ts'
import { deductionUnits } from './tariff-words.ts'

/** A cost of a day that a deduction may reduce. */
export type Cost = { readonly fiscal: Fiscal; readonly cents: Cents; readonly slots: readonly ChargeableSlot[] }

export const deduct = (
  deductions: readonly Deduction[],
  basis: PricingBasis,
  day: Day,
  costs: readonly Cost[],
  deducted: Deducted[],
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
  for (const { label, cents, upTo, leaves, cap, per } of deductions) {
    if (upTo !== null && (basis.familyQuotient === null || !isUpTo(basis.version.brackets, basis.familyQuotient, upTo)))
      continue
    for (const cost of open[per]) {
      const most = Math.max(0, cost.left - leaves)
      const room = cap ? Math.max(0, cap.cents - deductedInSpan(label, cap.per, day, deducted)) : cents
      const taken = Math.min(cents, most, room)
      if (taken === 0) continue
      cost.left -= taken
      deducted.push({ label, day, cents: taken })
      const why = taken === cents ? '' : room < most ? ' → plafond atteint' : ` → ${remainderText(leaves)}`
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

const remainderText = (leaves: Cents): string =>
  leaves > 0 ? `il reste au moins ${formatEuros(leaves)} à payer` : 'jamais plus que le prix'

const fiscalOf: Readonly<Record<Deduction['per'], Fiscal>> = { day: 'garde', meal: 'repas' }

type Cap = NonNullable<Deduction['cap']>

/** The span, a month or a school year, over which the cap of a deduction is shared. */
const spans: Readonly<Record<Cap['per'], (of: Day) => string>> = {
  month: (of) => of.slice(0, 7),
  schoolYear: (of) => yearStart('school', of),
}

const deductedInSpan = (label: string, per: Cap['per'], on: Day, deducted: readonly Deducted[]): Cents => {
  const spanOf = spans[per]
  const span = spanOf(on)
  return deducted.reduce((sum, one) => (one.label === label && spanOf(one.day) === span ? sum + one.cents : sum), 0)
}
