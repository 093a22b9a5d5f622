import type { Day } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { addTo, type Basis, groupOf } from './price-groups.ts'
import type { ChargeableSlot, Deducted } from './price-terms.ts'
import { type Deduction, type Fiscal, yearStart } from './tariff.ts'

/** Something of a day that a deduction may lower. */
export type Cost = { readonly fiscal: Fiscal; readonly cents: Cents; readonly slots: readonly ChargeableSlot[] }

export const deduct = (
  deductions: readonly Deduction[],
  basis: Basis,
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
  for (const deduction of deductions) {
    const { label, cents, upTo, leaves, cap, per } = deduction
    if (upTo !== null && (basis.familyQuotient === null || basis.familyQuotient > upTo)) continue
    for (const cost of per === 'meal' ? meals : care.length > 0 ? [wholeCare] : []) {
      const open = Math.max(0, cost.left - leaves)
      const room = cap ? Math.max(0, cap.cents - usedOf(deduction, day, deducted)) : cents
      const taken = Math.min(cents, open, room)
      if (taken === 0) continue
      cost.left -= taken
      deducted.push({ label, day, cents: taken })
      const why = taken === cents ? '' : room < open ? ' → plafond atteint' : ` → ${stays(leaves)}`
      const group = groupOf(basis, `deduction ${label} ${taken}${why}`, () => ({
        line: label,
        fiscal: per === 'meal' ? 'repas' : 'garde',
        unit: per === 'meal' ? { one: 'repas', many: 'repas' } : { one: 'jour', many: 'jours' },
        cents: 0 - taken,
        explanation: `${label} ${formatEuros(cents)} par ${per === 'meal' ? 'repas' : 'jour'}${why} → ${formatEuros(0 - taken)}`,
        bracket: null,
        deduction: label,
      }))
      addTo(group, day, cost.slots)
    }
  }
}

const stays = (leaves: Cents): string =>
  leaves > 0 ? `il reste au moins ${formatEuros(leaves)} à payer` : 'jamais plus que le prix'

const usedOf = ({ label, cap }: Deduction, on: Day, deducted: readonly Deducted[]): Cents => {
  const spanOf = (of: Day) => (cap?.per === 'month' ? of.slice(0, 7) : yearStart('school', of))
  const span = spanOf(on)
  return deducted.reduce((sum, one) => (one.label === label && spanOf(one.day) === span ? sum + one.cents : sum), 0)
}
