import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import type { ActionContext, CellAction } from '../../../shared/rules/cell/cell-actions.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Person, Refused } from '../core.ts'
import { alreadyDecidedText, decidedBy, writeAccepted, writeRefused } from '../registrations/registrations.ts'
import { cellActorOf, requireRegistration } from './board/checks.ts'
import type { NotMoved } from './board/moving.ts'
import { type MovesResult, writeMoves } from './move-cells.ts'
import {
  type AskedCells,
  type CellRow,
  countUnanswered,
  lastAnswer,
  type MoveRow,
  movesOf,
} from './reservations-store.ts'
import { promoteFreed } from './waiting/waiting-lists.ts'
import { writeAcceptedWeek } from './weeks/typical-weeks.ts'

export type Decision =
  | {
      readonly kind: 'cells'
      readonly registrationId: number
      /** Identify the demande to answer: a newer one, or one withdrawn meanwhile, is not touched. */
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
      /** The reason for refusing, or for overriding an unmet condition. */
      readonly reason: string
    }

export type DecisionsResult = {
  /** Null when no decision could be applied. */
  readonly actId: number | null
  /** Number of demandes answered, at least in part. */
  readonly done: number
  readonly refused: {
    registrationId: number
    day: Day | null
    slotId: number | null
    sentence: string
    needs: NotMoved['needs']
  }[]
  /** Days that each accepted registration's typical week booked. */
  readonly weeks: (WeekResult & { readonly registrationId: number })[]
  readonly promoted: number
}

/**
 * Part of an act: answers demandes in the given order. A demande that cannot be answered is listed with its reason and
 * keeps waiting; one answered meanwhile keeps that answer.
 */
export const writeDecisions = (
  store: Store,
  write: Write,
  person: Person,
  decisions: readonly Decision[],
): Omit<DecisionsResult, 'actId'> => {
  const refused: DecisionsResult['refused'] = []
  const weeks: DecisionsResult['weeks'] = []
  let done = 0
  let promoted = 0
  for (const run of groupByBoard(store, decisions)) {
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
type DecisionGroup =
  | Extract<Decision, { kind: 'registration' }>
  | { readonly kind: 'cells'; readonly decisions: CellsDecision[] }

/**
 * Groups decisions that can share one board: acceptances in one period, each for another child. A decision that frees a
 * place, or concerns a child already in the group, gets a board of its own.
 */
const groupByBoard = (store: Store, decisions: readonly Decision[]): DecisionGroup[] => {
  const runs: DecisionGroup[] = []
  /** Period of the last group while it accepts more decisions; 0 for none. */
  let periodId = 0
  const childIds = new Set<number>()
  for (const decision of decisions) {
    if (decision.kind === 'registration' || decision.answers.some(({ act }) => act !== 'accept')) {
      runs.push(decision.kind === 'registration' ? decision : { kind: 'cells', decisions: [decision] })
      periodId = 0
      continue
    }
    const found = requireRegistration(store, decision.registrationId)
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
  const { firstName, lastName } = requireRegistration(store, registrationId)
  return `${firstName} ${lastName}`
}

/** Returns the sentence that refuses, or null on success. */
const writeRegistrationAnswer = (
  store: Store,
  write: Write,
  person: Person,
  { registrationId, act, reason }: Extract<Decision, { kind: 'registration' }>,
  weeks: DecisionsResult['weeks'],
): string | null => {
  const answered = alreadyDecidedText(store, registrationId, write.actId)
  if (answered !== null) return answered
  if (act === 'refuse') {
    if (reason === '') return 'Indiquez un motif\u00a0: la famille le lira.'
    writeRefused(store, write, registrationId, reason)
    return null
  }
  try {
    writeAccepted(store, write, person, registrationId, reason)
  } catch (error) {
    // `writeAccepted` refuses before it writes anything: the rest of the act is still valid.
    if (error instanceof Refused) return error.sentence
    throw error
  }
  if (act === 'accept') {
    weeks.push({ registrationId, ...writeAcceptedWeek(store, write, person, registrationId) })
  }
  return null
}

/** @param decisions all of one period */
const writeAnswers = (store: Store, write: Write, person: Person, decisions: readonly CellsDecision[]): MovesResult => {
  const decided = decisions.flatMap(({ registrationId, wish, recordedAt, answers }) =>
    answers.flatMap((answer) =>
      answer.slotIds.map((slotId) => ({ registrationId, slotId, wish, recordedAt, ...answer })),
    ),
  )
  return writeMoves(store, write, cellActorOf(person), decided, (answer, board) => {
    const stored = board.cell(answer.registrationId, answer.day, answer.slotId)
    if (stored?.ask !== answer.wish || stored.recordedAt !== answer.recordedAt)
      return { refused: answeredText(store, stored) }
    const { act, reason, charged } = answer
    return { act, context: { at: write.at, reason, charged } }
  })
}

const answeredText = (store: Store, stored: CellRow | undefined): string =>
  answerSentence(stored && movesOf(store, stored.id).find((one) => one.answer !== null))

const answerSentence = (answer: Pick<MoveRow, 'who' | 'at' | 'mover'> | undefined): string =>
  answer
    ? decidedBy({ who: answer.mover === 'rule' ? 'une règle du service' : answer.who, at: answer.at })
    : 'Cette demande n’est plus là\u00a0: la famille l’a retirée.'

/** Says who answered a registration's demande of one moment; null while one of its days still waits. */
export const answeredDemande = (store: Store, demande: AskedCells): string | null =>
  countUnanswered(store, demande) > 0 ? null : answerSentence(lastAnswer(store, demande))
