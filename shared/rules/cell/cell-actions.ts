import type { Instant } from '../calendar/day.ts'
import type { Wish } from './cell.ts'

export const cellActions = [
  'record',
  'withdraw',
  'collect',
  'accept',
  'waitList',
  'refuse',
  'takeBack',
  'expire',
  'offer',
  'promote',
  'lapse',
  'leave',
  'removeFromList',
  'askCancel',
  'acceptCancel',
  'refuseCancel',
  'book',
  'free',
  'enterDemand',
] as const

export type CellAction = (typeof cellActions)[number]

/**
 * Who acts on a cell: a parent, staff with their rights, an automatic rule of the period, or the exchange, which
 * carries out what parents did on the portal.
 */
export type CellActor =
  | { readonly kind: 'parent' }
  | { readonly kind: 'staff'; readonly decide: boolean; readonly override: boolean }
  | { readonly kind: 'rule' }
  | { readonly kind: 'exchange' }

export type ListedReason = keyof typeof listedReasons

/** The reasons that staff can pick from when they act after the deadline. */
export const listedReasons = {
  toldInTime: 'Demandé à temps, au téléphone ou au guichet',
  illness: 'Enfant malade',
  work: 'Changement d’horaires de travail',
  family: 'Urgence familiale',
  school: 'Organisation de l’école changée',
  service: 'Erreur ou demande du service',
} as const

export type Reason =
  | { readonly kind: 'listed'; readonly code: ListedReason }
  | { readonly kind: 'written'; readonly text: string }

export const reasonText = (reason: Reason): string =>
  reason.kind === 'listed' ? listedReasons[reason.code] : reason.text.trim()

/**
 * The reason that an action needs: none, any, one of the listed reasons, or a written one from staff with the right to
 * override.
 */
export type RequiredReason = (typeof requiredReasons)[number]

/** From the least to the most demanding. */
export const requiredReasons = ['nothing', 'reason', 'listedReason', 'writtenReason'] as const

export const isStricter = (one: RequiredReason, other: RequiredReason): boolean =>
  requiredReasons.indexOf(one) > requiredReasons.indexOf(other)

/** The answer to a demande: each gets exactly one. */
export type Answer = 'accepted' | 'waitListed' | 'refused' | 'withdrawn' | 'expired' | 'moot'

export type Charged = boolean | 'surcharge'

export type ActionContext = {
  /** When the action is recorded; for a demande entered by staff, when the parent asked. */
  readonly at: Instant
  readonly reason?: Reason | undefined
  /**
   * Whether a cancelled place stays billed, which needs a reason; `surcharge`: only what a late cancellation costs is
   * due. Staff who free a place after the deadline must choose.
   */
  readonly charged?: Charged | undefined
  /** Whether the surcharge of a late ask is due. Parents accept it; staff apply or waive it. */
  readonly surchargeAccepted?: boolean | undefined
  /** For `book`: staff confirm that the child passes before children on the waiting list. */
  readonly passesWaiting?: boolean | undefined
  /** The rank that the child gets on the waiting list (`places.ts`); 1 when absent. */
  readonly rank?: number | undefined
  /** For `offer`: until when the place is reserved for the child (`waiting.ts`). */
  readonly offeredUntil?: Instant | undefined
  /** For `takeBack`: the answer that the desk had already given when the parent changed their mind. */
  readonly crossed?: { readonly wish: Wish; readonly answer: Answer } | undefined
}
