import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { obstacleText } from '../../../shared/rules/cell/bookable.ts'
import type { Facts, Held } from '../../../shared/rules/cell/cell.ts'
import { whyNotUndo } from '../../../shared/rules/cell/cell-verdicts.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { writeDecisionsUndone } from '../registrations/registrations.ts'
import { readBoard } from './board/board.ts'
import { requireRegistration } from './board/checks.ts'
import { newPlan, planUndo, writePlan } from './board/moving.ts'
import {
  type CellRow,
  cellRow,
  isOutsideRegistration,
  isPlaceGivenSince,
  movesOf,
  movesOfAct,
  nextMoveId,
} from './reservations-store.ts'

/**
 * Part of an act: undoes a whole act by new, recorded moves, all of its cells or none.
 * @returns how many cells and registrations were restored
 * @throws Refused when one has changed since
 */
export const writeActUndone = (store: Store, write: Write, actId: number): number => {
  const groups = movesToUndo(store, actId)
  for (const moves of groups) writeMovesUndone(store, write, moves)
  const asked = writeDecisionsUndone(store, write, actId)
  refuseCellsOutsideRegistration(store, actId)
  return groups.flat().length + asked
}

/**
 * Called once everything else that an act did is undone, registrations included: a restored cell must lie within its
 * registration, which may have been ended or shortened since.
 * @throws Refused when a cell lies outside
 */
export const refuseCellsOutsideRegistration = (store: Store, actId: number): void => {
  const cellIds = movesOfAct(store, actId).map(({ reservationId }) => reservationId)
  if (isOutsideRegistration(store, cellIds)) {
    throw new Refused('L’inscription ne comprend plus ces jours\u00a0: il n’y a plus rien à annuler ici.')
  }
}

type Undoable = ReturnType<typeof movesOfAct>[number]
/** Moves of one registration that are undone in one slice. */
export type MovesToUndo = readonly Undoable[]

/** Few enough moves for a slice of at most 20 ms, enough to share what one board reads of their days. */
const maxMovesPerSlice = 12

/**
 * Orders an act's moves for undoing: those that give up a place come before those that take one again.
 * @throws Refused for what families asked
 */
export const movesToUndo = (store: Store, actId: number): MovesToUndo[] => {
  const moves = movesOfAct(store, actId)
  if (moves.some(({ mover }) => mover === 'exchange' || mover === 'parent')) {
    throw new Refused('Ce que les familles ont demandé ne s’annule pas\u00a0: répondez-y.')
  }
  const takes = new Map(moves.map((one) => [one.id, Number(takesPlace(one))]))
  const ordered = moves.toSorted(
    (one, other) =>
      (takes.get(one.id) ?? 0) - (takes.get(other.id) ?? 0) ||
      (one.registrationId ?? 0) - (other.registrationId ?? 0) ||
      // Plain comparison: thousands of moves are sorted at once, and days need no language.
      (one.day === other.day ? 0 : (one.day ?? '') < (other.day ?? '') ? -1 : 1) ||
      other.id - one.id,
  )
  const groups: Undoable[][] = []
  for (const one of ordered) {
    const last = groups.at(-1)
    const first = last?.[0]
    const joins =
      first?.registrationId === one.registrationId &&
      takesPlace(first) === takesPlace(one) &&
      (last?.length ?? 0) < maxMovesPerSlice
    if (last && joins) last.push(one)
    else groups.push([one])
  }
  return groups
}

const takesPlace = ({ before }: Undoable): boolean => {
  const cell = before === null ? null : (JSON.parse(before) as Partial<CellRow>)
  return cell?.held === 'confirmed' || Boolean(cell?.offeredUntil)
}

/**
 * Part of an act: restores cells of one registration to what moves replaced. @throws Refused when one has changed since
 */
export const writeMovesUndone = (store: Store, write: Write, moves: MovesToUndo): void => {
  const days = moves.flatMap(({ day }) => day ?? []).toSorted()
  const [from, to] = [days[0], days.at(-1)]
  const registrationId = moves[0]?.registrationId ?? null
  if (registrationId === null || from === undefined || to === undefined) throw new Refused(changedSince)
  const registration = requireRegistration(store, registrationId)
  const board = readBoard(store, write.at, registration.periodId, [registration], from, to, write.begunActId)
  const plan = newPlan(nextMoveId(store))
  for (const { id, reservationId, before } of moves) {
    const current = cellRow(store, reservationId)
    if (!current || lastEffectiveMove(movesOf(store, reservationId))?.id !== id) throw new Refused(changedSince)
    const facts = board.facts(registration, current.day, current.slotId)
    const earlier = before === null ? null : withoutExpiredOffer(JSON.parse(before) as Partial<CellRow>, write.at)
    const held = heldIn(earlier)
    const isGiven = facts.placesLeft <= 0 && isPlaceGivenSince(store, current, id)
    const sentence =
      whyNotUndo(held, facts.held, facts, current.billedBy !== null, isGiven) ?? whyNotRestore(held, facts)
    if (sentence !== null) throw new Refused(sentence)
    planUndo(plan, board, current, earlier)
  }
  writePlan(write, plan)
}

const changedSince = 'Une case a changé depuis\u00a0: il n’y a plus rien à annuler ici.'

/**
 * Why a freed cell cannot be booked again: the day was closed since, or the child was booked elsewhere at the same
 * hours.
 */
const whyNotRestore = (before: Held, { held, bookable }: Facts): string | null => {
  const obstacles = bookable.answer === 'no' ? bookable.obstacles : []
  const closed = obstacles.find(({ kind }) => kind === 'dayClosed')
  if (closed && before.kind !== 'none' && held.kind === 'none') return obstacleText(closed)
  const isElsewhere = obstacles.some(({ kind }) => kind === 'overlap')
  return isElsewhere && before.kind === 'confirmed' && held.kind !== 'confirmed'
    ? 'L’enfant est réservé ailleurs à ces heures depuis.'
    : null
}

/** An expired offer is not restored, only the rank. */
const withoutExpiredOffer = (cell: Partial<CellRow>, at: Instant): Partial<CellRow> =>
  cell.offeredUntil && cell.offeredUntil <= at ? { ...cell, offeredUntil: null } : cell

/** Returns the last move still in effect: an undo and the move that it undid cancel out. @param moves newest first */
const lastEffectiveMove = <Move extends { readonly move: string }>(moves: readonly Move[]): Move | undefined => {
  let undone = 0
  for (const one of moves) {
    if (one.move === 'undo') undone += 1
    else if (undone > 0) undone -= 1
    else return one
  }
  return undefined
}

const heldIn = (cell: Partial<CellRow> | null): Held => {
  if (cell?.held === 'confirmed') return { kind: 'confirmed', cancelDenied: cell.cancelDenied === 1 }
  if (cell?.held !== 'waitlisted') return { kind: 'none' }
  return { kind: 'waitlisted', rank: 1, ...(cell.offeredUntil && { offeredUntil: cell.offeredUntil }) }
}
