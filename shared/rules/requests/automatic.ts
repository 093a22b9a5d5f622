import type { CellAction } from '../cell/cell-actions.ts'

/** The answers that the town gives automatically, without staff, when every rule allows it. */
export type AutomaticAnswers = {
  readonly bookings: boolean
  readonly cancellations: boolean
  readonly registrations: boolean
  /** Fields of proposals accepted automatically, as `subject.field`. */
  readonly fields: readonly string[]
}

/**
 * Whether a demande is accepted automatically. Staff decide refusals and waiting lists, and demandes whose price
 * differs from what the family was told: late ones, and those already invoiced.
 */
export const decidesAutomatically = (
  { bookings, cancellations }: AutomaticAnswers,
  part: { readonly suggested: CellAction; readonly inTime: boolean; readonly isBilled: boolean },
): boolean => {
  if (!part.inTime || part.isBilled) return false
  return part.suggested === 'accept' ? bookings : part.suggested === 'acceptCancel' && cancellations
}

/** Whether a registration is accepted automatically: all its conditions are met. */
export const acceptsRegistrationAutomatically = (
  { registrations }: AutomaticAnswers,
  check: { readonly obstacle: string | null; readonly unmet: readonly string[] },
): boolean => registrations && check.obstacle === null && check.unmet.length === 0

/**
 * Whether the town may accept changes of a field automatically. Never pick-up persons: staff check them, and the time
 * of an automatic answer would reveal who is forbidden.
 */
export const mayBeAutomatic = (field: string): boolean => field !== 'child.pickups'

/** Whether a proposed change is applied automatically: the town allows the field, and nobody changed it meanwhile. */
export const appliesChangeAutomatically = (
  { fields }: AutomaticAnswers,
  proposal: {
    readonly subject: string
    readonly field: string
    readonly before: string
    readonly now: string
  },
): boolean => {
  const field = `${proposal.subject}.${proposal.field}`
  return mayBeAutomatic(field) && fields.includes(field) && proposal.before === proposal.now
}
