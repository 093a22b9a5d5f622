import type { Instant } from '../rules/calendar/day.ts'
import type { Answer } from '../rules/cell/cell-acts.ts'
import type { Entry, NewEntry } from './log.ts'
import type { Side } from './side.ts'

/** What the desk says to one ask. The facts it changes travel in the same message and are written with it. */
export type Answered = {
  readonly of: string
  readonly answer: Answer
  /** In French, for the parent. */
  readonly reason: string | null
  /** 1 is the answer. Above, a correction that staff sent on purpose after an undo. */
  readonly revision: number
}

/**
 * Collected is nothing but: the desk has acknowledged the entry, after its commit.
 * @param number of the entry in the portal's log; null when it is so old that it is forgotten
 */
export const isCollected = (number: number | null, { acknowledged }: Pick<Side, 'acknowledged'>): boolean =>
  number === null || number <= acknowledged.number

/** The one name an answer can have, so that a second answer to the same ask is the same message. */
const answerId = ({ of, revision }: Pick<Answered, 'of' | 'revision'>): string => `answer:${of}:${revision}`

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
): NewEntry | null => {
  if ((before?.revision ?? 0) + 1 !== answered.revision) return null
  return { id: answerId(answered), kind: 'answer', at, body: JSON.stringify({ ...answered, facts }) }
}

/**
 * A desk restored from before what either log keeps may decide again what it had decided: the answer that parents were
 * given stands, and the portal tells it back. The desk takes it over as its next revision, so that its log ends on it.
 *
 * @param repeated an answer whose id the portal has acted upon before
 * @param body the answer it holds, as it came
 * @returns null when the two say the same
 */
export const standing = (repeated: Entry, body: string, at: Instant): NewEntry | null =>
  repeated.body === body ? null : { id: `stands:${repeated.hash}`, kind: 'answerStands', at, body }
