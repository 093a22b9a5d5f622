import type { Instant } from '../calendar/day.ts'
import type { Wish } from './cell.ts'

export const cellActs = [
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

export type CellAct = (typeof cellActs)[number]

/** Who moves a cell. A rule decides alone where the period says automatic; the exchange carries what parents did. */
export type Mover =
  | { readonly kind: 'parent' }
  | { readonly kind: 'staff'; readonly decide: boolean; readonly override: boolean }
  | { readonly kind: 'rule' }
  | { readonly kind: 'exchange' }

export type ListedReason = keyof typeof listedReasons

/** Why staff act past the deadline: the short list they pick from. */
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

/** What an act asks of who does it: nothing, any reason, one of the short list, or one written by who may override. */
export type Needs = (typeof needsInOrder)[number]

/** The lightest first. */
export const needsInOrder = ['nothing', 'reason', 'listedReason', 'writtenReason'] as const

export const isStricter = (one: Needs, other: Needs): boolean => needsInOrder.indexOf(one) > needsInOrder.indexOf(other)

/** What a demande was told. Each gets exactly one. */
export type Answer = 'accepted' | 'waitListed' | 'refused' | 'withdrawn' | 'expired' | 'moot'

export type Context = {
  /** When it is recorded, or, for a demande entered by hand, when the parent asked. */
  readonly at: Instant
  readonly reason?: Reason | undefined
  /** Whether a cancellation stays billed, which needs a reason. Staff who free a place past the deadline must choose. */
  readonly charged?: boolean | undefined
  /** Whether what is asked late is paid for. Parents accept it; staff say so, or let it go. */
  readonly surchargeAccepted?: boolean | undefined
  /** `book` only: staff confirm that the child goes before those who wait. */
  readonly passesWaiting?: boolean | undefined
  /** The rank that a child put on the list gets there (`places.ts`); the first when absent. */
  readonly rank?: number | undefined
  /** `offer` only: until when the place is kept (`waiting.ts`). */
  readonly offeredUntil?: Instant | undefined
  /** `takeBack` only: the answer that was already under way when the parent changed their mind. */
  readonly crossed?: { readonly wish: Wish; readonly answer: Answer } | undefined
}
