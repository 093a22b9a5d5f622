import type { Instant } from '../rules/calendar/day.ts'
import type { Answer } from '../rules/cell/cell-actions.ts'
import type { Entry, NewEntry } from './log.ts'
import type { Side } from './side.ts'

/**
 * The desk's answer to one ask. The facts that the answer changes are in the same entry and are written in the same
 * transaction.
 */
export type AnswerToAsk = {
  readonly of: string
  readonly answer: Answer
  /** In French, shown to the parent. */
  readonly reason: string | null
  /** 1 for the first answer; higher for a correction that staff sent deliberately after undoing it. */
  readonly revision: number
}

/**
 * Whether an ask is collected: the desk has committed and acknowledged its entry.
 *
 * @param number the entry's number in the portal's log; null when the entry is so old that the log no longer has it
 */
export const isCollected = (number: number | null, { acknowledged }: Pick<Side, 'acknowledged'>): boolean =>
  number === null || number <= acknowledged.number

/** An id derived from the ask and the revision alone, so that the same answer sent twice is one entry. */
const answerId = ({ of, revision }: Pick<AnswerToAsk, 'of' | 'revision'>): string => `answer:${of}:${revision}`

/**
 * Builds the entry that carries an answer to the portal.
 *
 * @param previous the answer that this ask already has
 * @param facts what the answer changes, JSON values of the portal's contract
 * @returns null when the ask was answered meanwhile: an answer is never given twice
 */
export const answerEntry = (
  answered: AnswerToAsk,
  previous: AnswerToAsk | null,
  facts: readonly unknown[],
  at: Instant,
): NewEntry | null => {
  if ((previous?.revision ?? 0) + 1 !== answered.revision) return null
  return { id: answerId(answered), kind: 'answer', at, body: JSON.stringify({ ...answered, facts }) }
}

/**
 * Builds the portal's reply to an answer that contradicts one it has already applied. A desk restored from a very old
 * copy may decide an ask a second time: the answer that parents were given remains valid, and the desk adopts it as its
 * next revision, so that the last answer in its log is the valid one.
 *
 * @param repeated an answer whose id the portal has already applied
 * @param body the body of the answer that the portal applied, as received
 * @returns null when both answers are the same
 */
export const answerStandsEntry = (repeated: Entry, body: string, at: Instant): NewEntry | null =>
  repeated.body === body ? null : { id: `stands:${repeated.hash}`, kind: 'answerStands', at, body }
