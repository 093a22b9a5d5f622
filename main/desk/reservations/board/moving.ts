import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import type { Facts, Held, Wish } from '../../../../shared/rules/cell/cell.ts'
import {
  type ActionContext,
  type Answer,
  type CellAction,
  type CellActor,
  type RequiredReason,
  reasonText,
} from '../../../../shared/rules/cell/cell-actions.ts'
import { type MoveResult, move, remainingCancelSurcharge } from '../../../../shared/rules/cell/cell-moves.ts'
import { allowedActions, waitingPassedOver } from '../../../../shared/rules/cell/cell-verdicts.ts'
import { type LateSurcharge, surchargeText } from '../../../../shared/rules/cell/late-surcharge.ts'
import { rankAmong } from '../../../../shared/rules/cell/places.ts'
import { offeredUntil } from '../../../../shared/rules/cell/waiting.ts'
import { instantText } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { reservation, reservationMove } from '../../../store/schema/index.ts'
import {
  bookingSurchargeOf,
  type CellRow,
  cancelSurchargeOf,
  type RegistrationRow,
  withBookingSurcharge,
  withCancelSurcharge,
} from '../reservations-store.ts'
import type { Board } from './board.ts'

/** A move judged on a board and not written yet. */
export type PlannedMove = {
  readonly previous: CellRow
  readonly next: CellRow
  readonly move: CellAction | 'takenAway' | 'takenOver' | 'received' | 'kept' | 'undo'
  readonly mover: CellActor['kind']
  readonly answer: (MoveResult & { ok: true })['answer']
  readonly reason: string
}

/** Moves judged one after the other on a board, to be written in one go. */
export type Plan = { readonly moves: PlannedMove[]; nextNumber: number }

export const newPlan = (nextNumber: number): Plan => ({ moves: [], nextNumber })

const busy = 'Une opération est en cours sur ce jour\u00a0: recommencez dans un instant.'

/**
 * Why a cell was not moved. `needs`: the reason that would allow the move, and who may give it. `surcharge`: when
 * staff must say whether the family owes it. `waiting`: how many waiting children the move passes over, when staff
 * must confirm it.
 */
export type NotMoved = {
  readonly sentence: string
  readonly needs: Exclude<RequiredReason, 'nothing'> | null
  readonly surcharge: LateSurcharge | null
  readonly waiting: number | null
}

/** The rule's context, with what only the desk records. */
export type MoveContext = ActionContext & {
  /** When the family asked, if the deadline is judged at that instant instead of now. */
  readonly asOf?: Instant | undefined
  /** Whether the family asked for it with its registration. */
  readonly wasAsked?: boolean | undefined
  /** Appended to the reason in the history of the cell: « déplacé au mer. 9 déc. ». */
  readonly note?: string | undefined
  /** The first day of what is offered together: the whole offer ends before it. */
  readonly offerDay?: Day | undefined
}

/**
 * Asks the rule for one move and puts the result on the board.
 * @returns why the rule refuses, or null when the move is planned
 */
export const planMove = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  day: Day,
  slotId: number,
  act: CellAction,
  who: CellActor,
  context: MoveContext,
): NotMoved | null => {
  const previous = board.cell(registration.id, day, slotId) ?? emptyCell(plan, board, registration.id, day, slotId)
  if (board.isBusy(previous)) return { sentence: busy, needs: null, surcharge: null, waiting: null }
  const facts = board.facts(registration, day, slotId, context.asOf, context.wasAsked)
  const newcomer = waitingCandidate(board, previous, waitingSince(facts, context), plan.nextNumber + plan.moves.length)
  const moved = move(facts, act, who, {
    ...context,
    rank: rankAmong(newcomer, board.placesFor(registration.id, day, slotId).waiting),
    ...(act === 'offer' && {
      offeredUntil: offeredUntil(context.at, board.period.offerHours, context.offerDay ?? day),
    }),
  })
  if (!moved.ok) {
    const allowed = allowedActions(facts, who).find((one) => one.act === act)
    const { needs = 'nothing', surcharge = null } = allowed ?? {}
    const waiting = allowed && act === 'book' && !context.passesWaiting ? waitingPassedOver(facts) : null
    return { sentence: moved.reason, needs: needs === 'nothing' ? null : needs, surcharge, waiting }
  }
  const becomesConfirmed = moved.facts.held.kind === 'confirmed' && facts.held.kind !== 'confirmed'
  const reason = [reasonOf(act, registration, facts, moved), context.note ?? '']
    .filter((part) => part !== '')
    .join(', ')
  const next: CellRow = {
    ...previous,
    ...storedFacts(moved.facts, previous, newcomer),
    overbooked:
      moved.facts.held.kind !== 'confirmed' ? 0 : becomesConfirmed ? (moved.overbooked ? 1 : 0) : previous.overbooked,
    ...withBookingSurcharge(surchargeOf(act, facts, previous, moved)),
    ...withCancelSurcharge(remainingCancelSurcharge(act, facts, moved, cancelSurchargeOf(previous))),
    chargedReason: moved.charged ? reason : becomesConfirmed || frees(act) ? null : previous.chargedReason,
  }
  board.put(next)
  plan.moves.push({ previous, next, move: act, mover: who.kind, answer: moved.answer, reason })
  return null
}

/**
 * Ranks a child on a waiting list. A demande entered at the counter comes after all others of the same instant.
 * @param nextNumber id of the move that adds the child: takes the place of a number in the portal's log
 */
export const waitingCandidate = (board: Board, cell: CellRow, recordedAt: Instant, nextNumber: number) => ({
  recordedAt,
  logNumber: board.askNumber(cell) ?? nextNumber,
  met: board.prioritiesMetBy(cell.registrationId, cell.day),
})

/**
 * The reason that the history shows: the one that staff gave, or for an offer and its end the sentence sent to the
 * family.
 */
const reasonOf = (
  act: CellAction,
  { firstName }: RegistrationRow,
  { held }: Facts,
  { reason, facts, surcharge }: MoveResult & { ok: true },
): string => {
  if (act === 'offer' && facts.held.kind === 'waitlisted' && facts.held.offeredUntil !== undefined)
    return `Une place se libère pour ${firstName}. Dites-nous si vous la prenez, avant le ${instantText(facts.held.offeredUntil)}.`
  if (act === 'lapse' && held.kind === 'waitlisted' && held.offeredUntil !== undefined)
    return `La place proposée jusqu’au ${instantText(held.offeredUntil)} est restée sans réponse\u00a0: elle est passée à l’enfant suivant.`
  const text = reason ? reasonText(reason) : ''
  if (act === 'book' && surcharge === 0) return `${text} (sans majoration)`
  return act === 'free' && surcharge ? `${text} (${surchargeText(surcharge)})` : text
}

/** Empties a cell, whatever its facts: a day is closed, or a registration ends. */
export const planEmptying = (plan: Plan, board: Board, cell: CellRow, reason: string, charged: boolean): void => {
  const next: CellRow = {
    ...cell,
    ...clearFacts,
    overbooked: 0,
    // The service takes the place away, so the family owes no late-cancellation surcharge.
    ...(cell.held === 'confirmed' && withCancelSurcharge(0)),
    chargedReason: charged && cell.held === 'confirmed' ? reason : cell.chargedReason,
  }
  board.put(next)
  plan.moves.push({ previous: cell, next, move: 'takenAway', mover: 'staff', answer: answerTaken(cell), reason })
}

/** Transfers a place or a rank unchanged to the registration of the child's other home, without judging it again. */
export const planTransfer = (plan: Plan, board: Board, cell: CellRow, registrationId: number, reason: string): void => {
  const { day, slotId, held, overbooked, waitingSince, waitingNumber, offeredUntil: keptUntil } = cell
  planEmptying(plan, board, cell, reason, false)
  const previous = board.cell(registrationId, day, slotId) ?? emptyCell(plan, board, registrationId, day, slotId)
  const isPlace = held === 'confirmed'
  const isAnswered = previous.ask === 'book' && previous.collected === 1
  const next: CellRow = {
    ...previous,
    ...(isAnswered && { ask: null, recordedAt: null, collected: 0 }),
    held,
    cancelDenied: 0,
    waitingSince,
    waitingNumber,
    offeredUntil: keptUntil,
    overbooked,
    ...withBookingSurcharge(0),
    ...(isPlace && withCancelSurcharge(0)),
    chargedReason: isPlace ? null : previous.chargedReason,
  }
  board.put(next)
  const answer = isAnswered ? (isPlace ? 'accepted' : 'waitListed') : null
  plan.moves.push({ previous, next, move: isPlace ? 'received' : 'waitList', mover: 'staff', answer, reason: '' })
}

/** Records that staff knowingly leave a booking on a day of the other home. */
export const planLeftInPlace = (plan: Plan, cell: CellRow): void => {
  plan.moves.push({ previous: cell, next: cell, move: 'kept', mover: 'staff', answer: null, reason: '' })
}

/** Restores the facts that a move replaced, by a new compensating move. */
export const planUndo = (plan: Plan, board: Board, cell: CellRow, previous: Partial<CellRow> | null): void => {
  const next: CellRow = {
    ...cell,
    ...clearFacts,
    overbooked: 0,
    ...withBookingSurcharge(0),
    ...withCancelSurcharge(0),
    chargedReason: null,
    ...previous,
  }
  board.put(next)
  plan.moves.push({ previous: cell, next, move: 'undo', mover: 'staff', answer: null, reason: '' })
}

/** Puts a parent's ask on the board before its « collect » move, which writes it. */
export const putAskOnBoard = (
  plan: Plan,
  board: Board,
  { registrationId, day, slotId, ...ask }: CellPosition & { readonly wish: Wish; readonly recordedAt: Instant },
  surcharge: LateSurcharge,
): void => {
  const cell = board.cell(registrationId, day, slotId) ?? emptyCell(plan, board, registrationId, day, slotId)
  board.put({
    ...cell,
    ask: ask.wish,
    recordedAt: ask.recordedAt,
    collected: 0,
    takenBack: 0,
    ...(ask.wish === 'book' && withBookingSurcharge(surcharge)),
    // A place that staff freed meanwhile is not a late cancellation by the family.
    ...(ask.wish === 'cancel' && cell.held === 'confirmed' && withCancelSurcharge(surcharge)),
  })
}

/** Restores an answer that the desk's file has lost: the cell becomes what the family was told. */
export const planRecoveredAnswer = (
  plan: Plan,
  board: Board,
  { registrationId, day, slotId }: CellPosition,
  recovered: { readonly held: Held; readonly since: Instant; readonly answer: Answer | null; readonly reason: string },
): void => {
  const previous = board.cell(registrationId, day, slotId) ?? emptyCell(plan, board, registrationId, day, slotId)
  const { held, since, answer, reason } = recovered
  const isWaiting = held.kind === 'waitlisted'
  const next: CellRow = {
    ...previous,
    ...clearFacts,
    held: held.kind,
    cancelDenied: held.kind === 'confirmed' && held.cancelDenied ? 1 : 0,
    ...(held.kind === 'confirmed' && !held.cancelDenied && withCancelSurcharge(0)),
    chargedReason: held.kind === 'confirmed' ? null : previous.chargedReason,
    waitingSince: isWaiting ? (previous.waitingSince ?? since) : null,
    waitingNumber: isWaiting ? (previous.waitingNumber ?? board.askNumber(previous) ?? plan.nextNumber) : null,
  }
  board.put(next)
  const { capacity, held: heldCount } = board.placesFor(registrationId, day, slotId)
  const isOver = next.held === 'confirmed' && previous.held !== 'confirmed' && heldCount > (capacity ?? 0)
  const written = { ...next, overbooked: isOver ? 1 : next.held === 'confirmed' ? previous.overbooked : 0 } as const
  board.put(written)
  plan.moves.push({ previous, next: written, move: 'takenOver', mover: 'exchange', answer, reason })
}

export type CellPosition = { readonly registrationId: number; readonly day: Day; readonly slotId: number }

/** Writes the planned cells and one history row for each move. Returns the ids of the moves, in order. */
export const writePlan = (write: Write, { moves }: Plan): number[] => {
  const finals = new Map(moves.map(({ next }) => [next.id, next]))
  const fresh = [...finals.values()].filter(({ id }) => id < 0)
  const ids = write.insertMany(reservation, fresh.map(toRow))
  const realId = new Map(fresh.map(({ id }, index) => [id, ids[index] ?? 0]))
  for (const cell of finals.values()) {
    if (cell.id > 0) write.update(reservation, cell.id, { ...toRow(cell), actId: write.actId })
  }
  return write.insertMany(
    reservationMove,
    moves.map(({ previous: before, next, move, mover, answer, reason }) => ({
      reservationId: realId.get(next.id) ?? next.id,
      move,
      mover,
      answer,
      reason,
      before: before.id < 0 ? null : factsOnly(before),
    })),
  )
}

type CellFacts = Pick<
  CellRow,
  | 'held'
  | 'cancelDenied'
  | 'ask'
  | 'recordedAt'
  | 'collected'
  | 'takenBack'
  | 'waitingSince'
  | 'waitingNumber'
  | 'offeredUntil'
>

const clearFacts: CellFacts = {
  held: 'none',
  cancelDenied: 0,
  ask: null,
  recordedAt: null,
  collected: 0,
  takenBack: 0,
  waitingSince: null,
  waitingNumber: null,
  offeredUntil: null,
}

const storedFacts = (
  { held, ask }: Facts,
  previous: CellRow,
  { recordedAt, logNumber }: ReturnType<typeof waitingCandidate>,
): CellFacts => ({
  held: held.kind,
  cancelDenied: held.kind === 'confirmed' && held.cancelDenied ? 1 : 0,
  ask: ask?.wish ?? null,
  recordedAt: ask?.recordedAt ?? null,
  collected: ask?.collected ? 1 : 0,
  takenBack: ask?.takenBack ? 1 : 0,
  waitingSince: held.kind === 'waitlisted' ? (previous.waitingSince ?? recordedAt) : null,
  waitingNumber: held.kind === 'waitlisted' ? (previous.waitingNumber ?? logNumber) : null,
  offeredUntil: held.kind === 'waitlisted' ? (held.offeredUntil ?? null) : null,
})

/** A demande keeps its own instant on the waiting list, however late the answer. */
const waitingSince = ({ ask }: Facts, { at }: ActionContext) => (ask?.wish === 'book' ? ask.recordedAt : at)

const frees = (act: CellAction) => act === 'free' || act === 'acceptCancel'

/**
 * A surcharge accepted for a demande stays with the demande; a move that staff start afresh ignores the cell's old
 * surcharge.
 */
const surchargeOf = (
  act: CellAction,
  { held, ask }: Facts,
  previous: CellRow,
  { surcharge }: MoveResult & { ok: true },
): LateSurcharge => {
  const beginsAnew = held.kind === 'none' && ask === null && startingActions.has(act)
  return beginsAnew ? (surcharge ?? 0) : bookingSurchargeOf(previous)
}

const startingActions: ReadonlySet<CellAction> = new Set<CellAction>(['book', 'waitList', 'enterDemand'])

const answerTaken = ({ ask, collected }: CellRow): PlannedMove['answer'] => {
  if (ask === null || !collected) return null
  return ask === 'book' ? 'refused' : 'accepted'
}

/** Builds a cell that has no row yet: its id is negative until written. */
const emptyCell = (plan: Plan, board: Board, registrationId: number, day: Day, slotId: number): CellRow => ({
  ...clearFacts,
  id: -1 - plan.moves.length,
  registrationId,
  day,
  slotId,
  overbooked: 0,
  ...withBookingSurcharge(0),
  ...withCancelSurcharge(0),
  chargedReason: null,
  billedBy: null,
  actId: 0,
  periodId: board.period.id,
})

const factsOnly = ({
  id: _id,
  registrationId: _r,
  day: _d,
  slotId: _s,
  billedBy: _b,
  actId: _a,
  periodId: _p,
  ...facts
}: CellRow) => facts

const toRow = ({ id: _id, actId: _act, billedBy: _billed, ...cell }: CellRow) => ({
  ...cell,
  cancelDenied: cell.cancelDenied === 1,
  collected: cell.collected === 1,
  takenBack: cell.takenBack === 1,
  overbooked: cell.overbooked === 1,
})
