import type { CellAction } from '../cell/cell-actions.ts'

/** What the town lets through without staff, when every rule allows it. */
export type Automatic = {
  readonly bookings: boolean
  readonly cancellations: boolean
  readonly registrations: boolean
  /** `subject.field` of proposals. */
  readonly fields: readonly string[]
}

/**
 * Whether a demande is answered « yes » by the rule alone. Refusals and waiting lists are for staff, and so is what costs
 * more or less than the family was told: asked late, or already invoiced.
 */
export const decidesAlone = (
  { bookings, cancellations }: Automatic,
  part: { readonly suggested: CellAction; readonly inTime: boolean; readonly isBilled: boolean },
): boolean => {
  if (!part.inTime || part.isBilled) return false
  return part.suggested === 'accept' ? bookings : part.suggested === 'acceptCancel' && cancellations
}

/** A registration whose conditions are all met. */
export const acceptsAlone = (
  { registrations }: Automatic,
  check: { readonly obstacle: string | null; readonly unmet: readonly string[] },
): boolean => registrations && check.obstacle === null && check.unmet.length === 0

/**
 * Whether the town may let a field through alone. Not whom a child is handed to: staff look, and how long an answer takes
 * tells nobody who is forbidden.
 */
export const mayPassAlone = (field: string): boolean => field !== 'child.pickups'

/** A field of the town's list that nobody changed meanwhile. */
export const changesAlone = (
  { fields }: Automatic,
  proposal: {
    readonly subject: string
    readonly field: string
    readonly before: string
    readonly now: string
  },
): boolean => {
  const field = `${proposal.subject}.${proposal.field}`
  return mayPassAlone(field) && fields.includes(field) && proposal.before === proposal.now
}
