import type { Answer } from '../rules/cell-moves.ts'
import type { Instant } from '../rules/day.ts'
import type { Entry, Said } from './log.ts'
import type { Side } from './side.ts'

/**
 * A demande, or the taking back of one, as a parent recorded it on the portal: its own id, and its place in the log,
 * which orders demandes of one instant.
 */
export type Asked = { readonly id: string; readonly recordedAt: Instant; readonly number: number }

/** What the desk says to one ask. The facts it changes travel in the same message and are written with it. */
export type Answered = {
  readonly of: string
  readonly answer: Answer
  /** In French, for the parent. */
  readonly reason: string | null
  /** 1 is the answer. Above, a correction that staff sent on purpose after an undo. */
  readonly revision: number
}

export type Step = 'recorded' | 'collected' | 'answered'

/** Where a demande stands on the portal. Collected is nothing but: the desk has acknowledged it, after its commit. */
export const stepOf = (asked: Asked, side: Side, answer: Answered | null): Step => {
  if (answer) return 'answered'
  return asked.number <= side.acknowledged.number ? 'collected' : 'recorded'
}

/** The one name an answer can have, so that a second answer to the same ask is the same message. */
export const answerId = ({ of, revision }: Pick<Answered, 'of' | 'revision'>): string => `answer:${of}:${revision}`

/**
 * An answer to be said to the portal.
 *
 * @param before the answer that this ask already had
 * @param facts what the answer changes, JSON values of the portal's contract
 * @returns null when the ask was answered meanwhile: nothing is decided twice
 */
export const answering = (
  answered: Answered,
  before: Answered | null,
  facts: readonly unknown[],
  at: Instant,
): Said | null => {
  if ((before?.revision ?? 0) + 1 !== answered.revision) return null
  return { id: answerId(answered), kind: 'answer', at, body: JSON.stringify({ ...answered, facts }) }
}

/** What a parent who changed their mind finds at the desk. */
export type TakenBack =
  /** Not decided yet, or not even arrived: it is answered « withdrawn », and so is the taking back. */
  | { readonly kind: 'beforeAnswer' }
  /** The answer was under way: the cell is undone as `shared/rules/cell-moves.ts` says (`crossed`), and that is told. */
  | { readonly kind: 'crossed'; readonly answer: Answer }

export const takenBack = (before: Answered | null): TakenBack =>
  before ? { kind: 'crossed', answer: before.answer } : { kind: 'beforeAnswer' }

/**
 * A desk restored from before what either log keeps may decide again what it had decided: the answer that parents were
 * given stands, and the portal tells it back. The desk takes it over as its next revision, so that its log ends on it.
 *
 * @param repeated an answer whose id the portal has acted upon before
 * @param body the answer it holds, as it came
 * @returns null when the two say the same
 */
export const standing = (repeated: Entry, body: string, at: Instant): Said | null =>
  repeated.body === body ? null : { id: `stands:${repeated.hash}`, kind: 'answerStands', at, body }
