import { addMonths, type Day } from '../../calendar/day.ts'
import { shortDay } from '../../text/french.ts'
import type { PaperFacts } from '../invoice.ts'
import { type Cents, formatEuros } from '../money.ts'
import type { RemindedDebt } from './reminder.ts'

/** A part of an « échéancier »: an amount of its debts that a payer promises to pay by a day. It allocates no money. */
export type PlanPart = { readonly dueOn: Day; readonly cents: Cents }

/** The content of a plan's paper, stored with the plan. `leftCents` of a debt is the amount that the plan includes. */
export type PlanFacts = Pick<PaperFacts, 'organisation' | 'payment' | 'debtor'> & {
  /** « F-00418 »; empty for a third party. */
  readonly familyNumber: string
  readonly debts: readonly RemindedDebt[]
  readonly cashier: string
}

export const maxPlanParts = 24
const maxPlanMonths = 24

/** Equal parts, one per month from a day on; the last part contains the rest. @param count at least 1 */
export const monthlyParts = (cents: Cents, count: number, firstOn: Day): PlanPart[] => {
  const equal = Math.floor(cents / count)
  return Array.from({ length: count }, (_, month) => ({
    dueOn: addMonths(firstOn, month),
    cents: month === count - 1 ? cents - equal * (count - 1) : equal,
  }))
}

/** Why a plan for debts of `cents` cannot have these parts, with the wrong part; undefined when it can. */
export const refuseParts = (
  parts: readonly PlanPart[],
  cents: Cents,
  on: Day,
): { readonly sentence: string; readonly row: number; readonly field: keyof PlanPart } | undefined => {
  if (parts.length < 2) return { sentence: 'Un échéancier a au moins deux parts.', row: 0, field: 'cents' }
  if (parts.length > maxPlanParts)
    return { sentence: `${maxPlanParts}\u00a0parts au plus.`, row: maxPlanParts, field: 'cents' }
  for (const [row, part] of parts.entries()) {
    const before = parts[row - 1]
    if (part.cents <= 0) return { sentence: 'Chaque part demande une somme.', row, field: 'cents' }
    if (part.dueOn < on) return { sentence: 'Ce jour est passé.', row, field: 'dueOn' }
    if (before && part.dueOn <= before.dueOn)
      return { sentence: 'Chaque part vient après la précédente.', row, field: 'dueOn' }
    if (part.dueOn > addMonths(on, maxPlanMonths)) return { sentence: 'Deux ans au plus.', row, field: 'dueOn' }
  }
  const sum = parts.reduce((total, part) => total + part.cents, 0)
  return sum === cents
    ? undefined
    : {
        sentence: `Les parts font ${formatEuros(sum)}, les dettes choisies ${formatEuros(cents)}.`,
        row: parts.length - 1,
        field: 'cents',
      }
}

/**
 * The unpaid amount of each part. Whatever reduces the debts of the plan, such as a payment, pays its parts in the
 * order of their days.
 * @param leftCents the unpaid amount of the plan's debts
 */
export const partsLeft = <Part extends PlanPart>(
  parts: readonly Part[],
  leftCents: Cents,
): (Part & { readonly leftCents: Cents })[] => {
  let paid = Math.max(0, parts.reduce((sum, { cents }) => sum + cents, 0) - leftCents)
  return parts.map((part) => {
    const taken = Math.min(paid, part.cents)
    paid -= taken
    return { ...part, leftCents: part.cents - taken }
  })
}

type LeftPart = { readonly dueOn: Day; readonly leftCents: Cents }

/**
 * The state of a plan on a day: paid; kept, with the next part to pay; or broken, because a part was not paid by its
 * day.
 */
export type PlanState =
  | { readonly kind: 'paid' }
  | { readonly kind: 'kept'; readonly part: LeftPart }
  | { readonly kind: 'broken'; readonly part: LeftPart }

/**
 * A part can still be paid on its day. A late payment makes the plan kept again, because only the missing money counts.
 */
export const planState = (parts: readonly LeftPart[], on: Day): PlanState => {
  const next = parts.find(({ leftCents }) => leftCents > 0)
  if (!next) return { kind: 'paid' }
  const { dueOn, leftCents } = next
  return { kind: dueOn < on ? 'broken' : 'kept', part: { dueOn, leftCents } }
}

/**
 * The state of a payer's plans at a régie: a broken plan counts before a kept one; null when no plan includes the debts
 * past due.
 * @param states for each debt past due, the state of the plan that includes it; debts due later are ignored
 */
export const planOfOverdue = (states: readonly (PlanState | undefined)[]): PlanState | null =>
  states.find((state) => state?.kind === 'broken') ?? states.find((state) => state !== undefined) ?? null

/** « Échéancier respecté : 50,00 € avant le ven. 15 janv. 2027 » */
export const planStateText = (state: PlanState): string => {
  if (state.kind === 'paid') return 'Échéancier soldé'
  const { dueOn, leftCents } = state.part
  return state.kind === 'kept'
    ? `Échéancier respecté\u00a0: ${formatEuros(leftCents)} avant le ${shortDay(dueOn)}`
    : `Échéancier rompu\u00a0: ${formatEuros(leftCents)} attendus le ${shortDay(dueOn)}`
}
