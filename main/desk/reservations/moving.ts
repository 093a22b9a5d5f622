import type { Facts } from '../../../shared/rules/cell.ts'
import {
  allowedActs,
  type CellAct,
  type Context,
  type Moved,
  type Mover,
  move,
  type Needs,
  reasonText,
} from '../../../shared/rules/cell-moves.ts'
import type { Day } from '../../../shared/rules/day.ts'
import { rankAmong } from '../../../shared/rules/places.ts'
import type { Write } from '../../store/acts.ts'
import { reservation, reservationMove } from '../../store/schema/index.ts'
import type { Board } from './board.ts'
import type { CellRow, RegistrationRow } from './reservations-store.ts'

/** A move decided on a board and not yet written. */
export type PlannedMove = {
  readonly before: CellRow
  readonly next: CellRow
  readonly move: CellAct | 'takenAway' | 'undo'
  readonly mover: Mover['kind']
  readonly answer: (Moved & { ok: true })['answer']
  readonly reason: string
}

/** Moves prepared one after the other on a board, then written together. */
export type Plan = { readonly moves: PlannedMove[]; nextNumber: number }

export const newPlan = (nextNumber: number): Plan => ({ moves: [], nextNumber })

const busy = 'Une opération est en cours sur ce jour : recommencez dans un instant.'

/** Why a cell was not moved; `needs` when a reason, given by who may give it, would do. */
export type NotMoved = { readonly sentence: string; readonly needs: Exclude<Needs, 'nothing'> | null }

/** Asks the rule for one move and puts it on the board. Returns what refuses it, or null. */
export const planMove = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  day: Day,
  slotId: number,
  act: CellAct,
  who: Mover,
  context: Context,
): NotMoved | null => {
  const before = board.cell(registration.id, day, slotId) ?? emptyCell(plan, board, registration.id, day, slotId)
  if (board.isBusy(before)) return { sentence: busy, needs: null }
  const facts = board.facts(registration, day, slotId)
  const number = plan.nextNumber + plan.moves.length
  const rank = rankAmong({ recordedAt: waitingSince(facts, context), logNumber: number }, board.waiting(day, slotId))
  const moved = move(facts, act, who, { ...context, rank })
  if (!moved.ok) {
    const needs = allowedActs(facts, who).find((allowed) => allowed.act === act)?.needs ?? 'nothing'
    return { sentence: moved.reason, needs: needs === 'nothing' ? null : needs }
  }
  const becomesConfirmed = moved.facts.held.kind === 'confirmed' && facts.held.kind !== 'confirmed'
  const reason = moved.reason ? reasonText(moved.reason) : ''
  const next: CellRow = {
    ...before,
    ...storedFacts(moved.facts, before, waitingSince(facts, context), number),
    overbooked:
      moved.facts.held.kind !== 'confirmed' ? 0 : becomesConfirmed ? (moved.overbooked ? 1 : 0) : before.overbooked,
    surchargeCents: surchargeOf(act, facts, before, context),
    chargedReason: moved.charged ? reason : becomesConfirmed || frees(act) ? null : before.chargedReason,
  }
  board.put(next)
  plan.moves.push({ before, next, move: act, mover: who.kind, answer: moved.answer, reason })
  return null
}

/** Empties a cell whatever stands in it, as closing a day or ending a registration does. */
export const planTakingAway = (plan: Plan, board: Board, cell: CellRow, reason: string, charged: boolean): void => {
  const next: CellRow = {
    ...cell,
    ...clearFacts,
    overbooked: 0,
    chargedReason: charged && cell.held === 'confirmed' ? reason : cell.chargedReason,
  }
  board.put(next)
  plan.moves.push({ before: cell, next, move: 'takenAway', mover: 'staff', answer: answerTaken(cell), reason })
}

/** Back to what a move replaced: a new move that compensates. */
export const planUndo = (plan: Plan, board: Board, cell: CellRow, before: Partial<CellRow> | null): void => {
  const next: CellRow = { ...cell, ...clearFacts, overbooked: 0, surchargeCents: 0, chargedReason: null, ...before }
  board.put(next)
  plan.moves.push({ before: cell, next, move: 'undo', mover: 'staff', answer: null, reason: '' })
}

/** Writes what was planned: the cells, and the story of each. */
export const writePlan = (write: Write, { moves }: Plan): void => {
  const finals = new Map(moves.map(({ next }) => [next.id, next]))
  const fresh = [...finals.values()].filter(({ id }) => id < 0)
  const ids = write.insertMany(reservation, fresh.map(toRow))
  const realId = new Map(fresh.map(({ id }, index) => [id, ids[index] ?? 0]))
  for (const cell of finals.values()) {
    if (cell.id > 0) write.update(reservation, cell.id, { ...toRow(cell), actId: write.actId })
  }
  write.insertMany(
    reservationMove,
    moves.map(({ before, next, move, mover, answer, reason }) => ({
      reservationId: realId.get(next.id) ?? next.id,
      move,
      mover,
      answer,
      reason,
      before: before.id < 0 ? null : factsOnly(before),
    })),
  )
}

type Stored = Pick<
  CellRow,
  'held' | 'cancelDenied' | 'ask' | 'recordedAt' | 'collected' | 'takenBack' | 'waitingSince' | 'waitingNumber'
>

const clearFacts: Stored = {
  held: 'none',
  cancelDenied: 0,
  ask: null,
  recordedAt: null,
  collected: 0,
  takenBack: 0,
  waitingSince: null,
  waitingNumber: null,
}

const storedFacts = (
  { held, ask }: Facts,
  before: CellRow,
  since: NonNullable<CellRow['waitingSince']>,
  number: number,
): Stored => ({
  held: held.kind,
  cancelDenied: held.kind === 'confirmed' && held.cancelDenied ? 1 : 0,
  ask: ask?.wish ?? null,
  recordedAt: ask?.recordedAt ?? null,
  collected: ask?.collected ? 1 : 0,
  takenBack: ask?.takenBack ? 1 : 0,
  waitingSince: held.kind === 'waitlisted' ? (before.waitingSince ?? since) : null,
  waitingNumber: held.kind === 'waitlisted' ? (before.waitingNumber ?? number) : null,
})

/** A demande keeps its own instant in the waiting list, however long its answer took. */
const waitingSince = ({ ask }: Facts, { at }: Context) => (ask?.wish === 'book' ? ask.recordedAt : at)

const frees = (act: CellAct) => act === 'free' || act === 'acceptCancel'

const surchargeOf = (act: CellAct, { bookable }: Facts, before: CellRow, { surchargeAccepted }: Context): number => {
  if (act !== 'book') return before.surchargeCents
  return bookable.answer === 'surcharge' && surchargeAccepted ? bookable.surcharge : 0
}

const answerTaken = ({ ask, collected }: CellRow): PlannedMove['answer'] => {
  if (ask === null || !collected) return null
  return ask === 'book' ? 'refused' : 'accepted'
}

/** New cells have a negative id until they are written. */
const emptyCell = (plan: Plan, board: Board, registrationId: number, day: Day, slotId: number): CellRow => ({
  ...clearFacts,
  id: -1 - plan.moves.length,
  registrationId,
  day,
  slotId,
  overbooked: 0,
  surchargeCents: 0,
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
