import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import type { ActionContext, CellAction } from '../../../shared/rules/cell/cell-actions.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Person, Refused } from '../core.ts'
import { decidedBy, whyNotAskedAnyMore, writeAccepted, writeRefused } from '../registrations/registrations.ts'
import { moverOf, registrationFound } from './board/checks.ts'
import type { NotMoved } from './board/moving.ts'
import { type Moved, writeMoves } from './move-cells.ts'
import { type AskedCells, type CellRow, lastAnswer, type MoveRow, movesOf, waitingCells } from './reservations-store.ts'
import { writeAcceptedWeek } from './typical-weeks.ts'
import { promoteFreed } from './waiting/waiting-lists.ts'

export type Decision =
  | {
      readonly kind: 'cells'
      readonly registrationId: number
      /** The demande that is answered: another one, or none any more, is left alone. */
      readonly wish: Wish
      readonly recordedAt: Instant
      readonly answers: readonly {
        readonly day: Day
        readonly slotIds: readonly number[]
        readonly act: CellAction
        readonly reason?: ActionContext['reason']
        readonly charged?: boolean | undefined
      }[]
    }
  | {
      readonly kind: 'registration'
      readonly registrationId: number
      readonly act: 'accept' | 'acceptWithoutDays' | 'refuse'
      /** Of the refusal, or for which a condition is passed over. */
      readonly reason: string
    }

export type Decided = {
  /** Null when nothing could be done. */
  readonly actId: number | null
  /** Demandes answered, at least in part. */
  readonly done: number
  readonly refused: {
    registrationId: number
    day: Day | null
    slotId: number | null
    sentence: string
    needs: NotMoved['needs']
  }[]
  /** What the semaine type of each registration accepted gave. */
  readonly weeks: (WeekResult & { readonly registrationId: number })[]
  readonly promoted: number
}

/**
 * Part of an act: answers demandes, in the order given. What cannot be answered so is listed with its reason and waits
 * on; a demande that somebody answered meanwhile keeps that answer.
 */
export const writeDecisions = (
  store: Store,
  write: Write,
  person: Person,
  decisions: readonly Decision[],
): Omit<Decided, 'actId'> => {
  const refused: Decided['refused'] = []
  const weeks: Decided['weeks'] = []
  let done = 0
  let promoted = 0
  for (const run of runsOf(store, decisions)) {
    if (run.kind === 'registration') {
      const { registrationId } = run
      const sentence = writeRegistrationAnswer(store, write, person, run, weeks)
      if (sentence === null) done += 1
      else refused.push({ registrationId, day: null, slotId: null, sentence, needs: null })
      continue
    }
    const moved = writeAnswers(store, write, person, run.decisions)
    refused.push(...moved.refused)
    promoted += promoteFreed(store, write, moved.moves)
    done += new Set(moved.moves.map(({ next }) => next.registrationId)).size
  }
  return { done, refused, weeks, promoted }
}

type CellsDecision = Extract<Decision, { kind: 'cells' }>
type Run = Extract<Decision, { kind: 'registration' }> | { readonly kind: 'cells'; readonly decisions: CellsDecision[] }

/**
 * Decisions judged on one board: places accepted one after the other in one period, for as many children. What frees a
 * place, or could meet the same child again, is judged on a board of its own.
 */
const runsOf = (store: Store, decisions: readonly Decision[]): Run[] => {
  const runs: Run[] = []
  /** Of the last run, as long as others may join it; 0 for none. */
  let periodId = 0
  const childIds = new Set<number>()
  for (const decision of decisions) {
    if (decision.kind === 'registration' || decision.answers.some(({ act }) => act !== 'accept')) {
      runs.push(decision.kind === 'registration' ? decision : { kind: 'cells', decisions: [decision] })
      periodId = 0
      continue
    }
    const found = registrationFound(store, decision.registrationId)
    const last = runs.at(-1)
    if (last?.kind === 'cells' && found.periodId === periodId && !childIds.has(found.childId)) {
      last.decisions.push(decision)
    } else {
      runs.push({ kind: 'cells', decisions: [decision] })
      periodId = found.periodId
      childIds.clear()
    }
    childIds.add(found.childId)
  }
  return runs
}

/** « Zoé Lecerf », for the label of the act that decides one demande. */
export const childOfDecision = (store: Store, { registrationId }: Decision): string => {
  const { firstName, lastName } = registrationFound(store, registrationId)
  return `${firstName} ${lastName}`
}

/** What refuses it, or null. */
const writeRegistrationAnswer = (
  store: Store,
  write: Write,
  person: Person,
  { registrationId, act, reason }: Extract<Decision, { kind: 'registration' }>,
  weeks: Decided['weeks'],
): string | null => {
  const answered = whyNotAskedAnyMore(store, registrationId, write.actId)
  if (answered !== null) return answered
  if (act === 'refuse') {
    if (reason === '') return 'Indiquez un motif\u00a0: la famille le lira.'
    writeRefused(store, write, registrationId, reason)
    return null
  }
  try {
    writeAccepted(store, write, person, registrationId, reason)
  } catch (error) {
    // It refuses before it writes: the rest of the act stands.
    if (error instanceof Refused) return error.sentence
    throw error
  }
  if (act === 'accept') {
    weeks.push({ registrationId, ...writeAcceptedWeek(store, write, person, registrationId) })
  }
  return null
}

/** @param decisions of one period */
const writeAnswers = (store: Store, write: Write, person: Person, decisions: readonly CellsDecision[]): Moved => {
  const decided = decisions.flatMap(({ registrationId, wish, recordedAt, answers }) =>
    answers.flatMap((answer) =>
      answer.slotIds.map((slotId) => ({ registrationId, slotId, wish, recordedAt, ...answer })),
    ),
  )
  return writeMoves(store, write, moverOf(person), decided, (answer, board) => {
    const stored = board.cell(answer.registrationId, answer.day, answer.slotId)
    if (stored?.ask !== answer.wish || stored.recordedAt !== answer.recordedAt)
      return { refused: answeredBefore(store, stored) }
    const { act, reason, charged } = answer
    return { act, context: { at: write.at, reason, charged } }
  })
}

const answeredBefore = (store: Store, stored: CellRow | undefined): string =>
  answerSentence(stored && movesOf(store, stored.id).find((one) => one.answer !== null))

const answerSentence = (answer: Pick<MoveRow, 'who' | 'at' | 'mover'> | undefined): string =>
  answer
    ? decidedBy({ who: answer.mover === 'rule' ? 'une règle du service' : answer.who, at: answer.at })
    : 'Cette demande n’est plus là\u00a0: la famille l’a retirée.'

/** Who answered a registration's demande of one moment, as a sentence; null while one of its days still waits. */
export const answeredDemande = (store: Store, demande: AskedCells): string | null =>
  waitingCells(store, demande) > 0 ? null : answerSentence(lastAnswer(store, demande))
