import type { Day } from '../calendar/day.ts'
import { shortDay } from '../text/french.ts'

/*
 * Health in an emergency: a director names delegates, who may then open the health record of a child who is booked that
 * day. A reason is chosen among these and never typed, so that the audit trail, which people without any right on
 * health read, says nothing of the child's health.
 */

export const emergencyReasons = ['accident', 'rescue', 'care', 'meal'] as const
export type EmergencyReason = (typeof emergencyReasons)[number]

export const emergencyReasonNames: Readonly<Record<EmergencyReason, string>> = {
  accident: 'Accident ou malaise',
  rescue: 'Demandée par les secours',
  care: 'Soin ou médicament à donner',
  meal: 'Doute sur un repas',
}

/** From one day to another, both included; null without an end. */
export type Delegation = { readonly staffId: number; readonly from: Day; readonly to: Day | null }

export const isDelegateOn = (delegations: readonly Delegation[], staffId: number, on: Day): boolean =>
  delegations.some((one) => one.staffId === staffId && one.from <= on && (one.to === null || on <= one.to))

/** « du lun. 30 nov. 2026 au ven. 18 déc. 2026 » */
export const delegationText = ({ from, to }: Pick<Delegation, 'from' | 'to'>): string =>
  to === null ? `à partir du ${shortDay(from)}` : `du ${shortDay(from)} au ${shortDay(to)}`

/** Why somebody cannot be named for these days, and beside which field; null when they can. */
export const whyNotDelegation = (
  wanted: Delegation,
  others: readonly Delegation[],
): { readonly sentence: string; readonly field: 'to' | 'from' } | null => {
  const { staffId, from, to } = wanted
  if (to !== null && to < from)
    return { sentence: 'Le dernier jour vient avant le premier\u00a0: échangez-les.', field: 'to' }
  const met = others.find(
    (one) => one.staffId === staffId && (to === null || one.from <= to) && (one.to === null || from <= one.to),
  )
  return met ? { sentence: `Cet agent est déjà délégué ${delegationText(met)}.`, field: 'from' } : null
}
