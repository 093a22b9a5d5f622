import { addDays, type Day, type Instant, mondayOf } from '../../../../shared/rules/calendar/day.ts'
import type { Facts } from '../../../../shared/rules/cell/cell.ts'
import type { CellAction, CellActor } from '../../../../shared/rules/cell/cell-actions.ts'
import {
  brokenText,
  dependentSlots,
  newlyBroken,
  togetherText,
  type WeekCell,
  weekKey,
} from '../../../../shared/rules/requests/week-rule.ts'
import { briefDay, listed, withFullStop } from '../../../../shared/rules/text/french.ts'
import type { RegistrationRow } from '../reservations-store.ts'
import type { Board } from './board.ts'
import { type CellPosition, type MoveContext, type NotMoved, type Plan, planMove } from './moving.ts'

type Asked = { readonly act: CellAction; readonly context: MoveContext } | { readonly refused: string }
type Refused<Cell> = NotMoved & { readonly cell: Cell }

/**
 * Plans the moves of cells in their order. Where the period has a rule of weeks, those of a child's week are planned
 * together or not at all; elsewhere each alone.
 * @returns the cells that are not moved, each with the reason
 */
export const planCells = <Cell extends CellPosition>(
  plan: Plan,
  board: Board,
  cells: readonly Cell[],
  who: CellActor,
  moveOf: (cell: Cell) => Asked,
): Refused<Cell>[] => {
  const registrations = new Map(board.registrations.map((one) => [one.id, one]))
  const blocks = board.period.weekRule
    ? [...Map.groupBy(cells, ({ registrationId, day }) => weekKey(registrationId, day)).values()]
    : cells.map((cell) => [cell])
  return blocks.flatMap((block) => {
    const registration = registrations.get(block[0]?.registrationId ?? 0)
    return registration ? planBlock(plan, board, registration, block, who, moveOf) : []
  })
}

const planBlock = <Cell extends CellPosition>(
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  block: readonly Cell[],
  who: CellActor,
  moveOf: (cell: Cell) => Asked,
): Refused<Cell>[] => {
  const start = plan.moves.length
  const monday = mondayOf(block[0]?.day ?? board.period.startDay)
  const before = board.period.weekRule ? weekCells(board, registration, monday, block) : []
  const asked = block.map((cell) => ({ cell, move: moveOf(cell) }))
  // A week is taken as a whole, so all that is offered of it ends at the same instant.
  const offerDay = board.period.weekRule ? block.map(({ day }) => day).toSorted()[0] : undefined
  const refused = asked.flatMap(({ cell, move }): Refused<Cell>[] => {
    const notMoved =
      'refused' in move
        ? { sentence: move.refused, needs: null, surcharge: null, waiting: null }
        : planMove(plan, board, registration, cell.day, cell.slotId, move.act, who, { ...move.context, offerDay })
    return notMoved ? [{ ...notMoved, cell }] : []
  })
  if (!board.period.weekRule) return refused
  const [first] = refused
  if (first) {
    rollBack(plan, board, start)
    const others = block.filter((cell) => !refused.some((one) => one.cell === cell))
    return [
      ...refused,
      ...others.map((cell) => ({ ...first, sentence: togetherText(first.cell.day, first.sentence), cell })),
    ]
  }
  const moves = asked.flatMap(({ move }) => ('act' in move ? [move] : []))
  leaveDependents(plan, board, registration, start, who, moves[0]?.context.at)
  const trouble = weekTrouble(
    plan,
    board,
    registration,
    before,
    start,
    moves.map(({ act }) => act),
  )
  if (trouble === null) return []
  const notMoved = withReason(trouble, who, moves)
  if (notMoved === null) return []
  rollBack(plan, board, start)
  return block.map((cell) => ({ ...notMoved, cell }))
}

/**
 * What waits for a slot that is only taken with another leaves its list with the place that staff free: the family
 * keeps no rank for what it could not take. The places of others, and their ranks, follow as with any other leaving.
 */
const leaveDependents = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  start: number,
  who: CellActor,
  at: Instant | undefined,
): void => {
  const rule = board.period.weekRule
  if (!rule || who.kind !== 'staff' || at === undefined) return
  const freed = plan.moves
    .slice(start)
    .filter(({ previous, next }) => previous.held === 'confirmed' && next.held === 'none')
  const nameOf = (slotId: number) => board.slots.find(({ id }) => id === slotId)?.name ?? ''
  for (const { next: gone } of freed)
    for (const slotId of dependentSlots(rule, gone.slotId)) {
      if (board.cell(registration.id, gone.day, slotId)?.held !== 'waitlisted') continue
      const text = `${nameOf(slotId)} se prend avec ${nameOf(gone.slotId)}, qui n’est plus réservé`
      const reason = { kind: 'written', text } as const
      planMove(plan, board, registration, gone.day, slotId, 'removeFromList', who, { at, reason })
    }
}

/** Undoes the moves planned since the plan had so many. */
export const rollBack = (plan: Plan, board: Board, start: number): void => {
  for (const { previous } of plan.moves.splice(start).toReversed()) board.putBack(previous)
}

/**
 * All cells of a child's week, as they are on the board.
 * @param asked cells whose demande is ignored, to see the week as it would be without it
 */
export const weekCells = (
  board: Board,
  registration: RegistrationRow,
  monday: Day,
  asked: readonly Pick<CellPosition, 'day' | 'slotId'>[] = [],
): WeekCell[] =>
  Array.from({ length: 7 }, (_, more) => addDays(monday, more)).flatMap((day) =>
    board.slots.map(({ id: slotId }) => {
      const facts = board.facts(registration, day, slotId)
      const isAsked = asked.some((cell) => cell.day === day && cell.slotId === slotId)
      return { day, slotId, facts: isAsked ? { ...facts, ask: null } : facts }
    }),
  )

/** What the moves planned since `start` break of the rule of weeks, as a sentence; null when nothing. */
const weekTrouble = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  before: readonly WeekCell[],
  start: number,
  acts: readonly CellAction[],
): string | null => {
  const rule = board.period.weekRule
  const judged = acts.filter((act) => !unjudged.has(act))
  const [first] = judged
  if (!rule || first === undefined) return null
  const left = leftUndecided(plan, board, registration, before, start, first)
  if (left.length > 0) return withFullStop(`La semaine va ensemble\u00a0: décidez aussi ${listed(left.map(briefDay))}`)
  if (answers.has(first) && new Set(judged).size > 1)
    return 'La semaine va ensemble\u00a0: donnez-lui une seule réponse.'
  return brokenSince(board, registration, before)
}

/** What the week breaks on the board that it did not break before, as a sentence; null when nothing. */
export const brokenSince = (
  board: Board,
  registration: RegistrationRow,
  before: readonly WeekCell[],
  factsNow: (cell: WeekCell) => Facts = ({ day, slotId }) => board.facts(registration, day, slotId),
): string | null => {
  const rule = board.period.weekRule
  const after = before.map((cell) => ({ ...cell, facts: factsNow(cell) }))
  const broken = rule && newlyBroken(rule, before, after)
  return broken && brokenText(rule, broken, (slotId) => board.slots.find(({ id }) => id === slotId)?.name ?? '')
}

/**
 * Actions that are not judged: leaving a waiting list is never refused, and what the family takes back or the day ends
 * is a fact.
 */
const unjudged: ReadonlySet<CellAction> = new Set<CellAction>(['leave', 'takeBack', 'expire', 'lapse', 'collect'])
const answers: ReadonlySet<CellAction> = new Set<CellAction>([
  'accept',
  'waitList',
  'refuse',
  'acceptCancel',
  'refuseCancel',
])
const promotions: ReadonlySet<CellAction> = new Set<CellAction>(['promote', 'offer'])

/** Days of the same demande that would stay unanswered, or of the same wait that would stay without a place. */
const leftUndecided = (
  plan: Plan,
  board: Board,
  { id }: RegistrationRow,
  before: readonly WeekCell[],
  start: number,
  act: CellAction,
): Day[] => {
  const moved = plan.moves.slice(start)
  const asked = new Set(moved.map(({ previous }) => `${previous.ask} ${previous.recordedAt}`))
  const isLeft = (cell: ReturnType<Board['cell']>) => {
    if (!cell || moved.some(({ next }) => next.id === cell.id)) return false
    if (promotions.has(act)) return cell.held === 'waitlisted' && cell.offeredUntil === null
    return answers.has(act) && cell.ask !== null && cell.collected === 1 && asked.has(`${cell.ask} ${cell.recordedAt}`)
  }
  return [...new Set(before.flatMap(({ day, slotId }) => (isLeft(board.cell(id, day, slotId)) ? [day] : [])))]
}

/**
 * A week that breaks the rule may be booked by staff who may override, with a written reason; a refusal for another
 * cause has no such way.
 */
const withReason = (
  trouble: string,
  who: CellActor,
  moves: readonly { readonly act: CellAction; readonly context: MoveContext }[],
): NotMoved | null => {
  const none = { surcharge: null, waiting: null }
  const mayPass = !moves.some(({ act }) => refusals.has(act))
  if (who.kind !== 'staff' || !mayPass) return { ...none, sentence: trouble, needs: null }
  if (!who.override) return { ...none, sentence: `${trouble} Passer outre demande le rôle Directeur.`, needs: null }
  const isGiven = moves.every(({ context: { reason } }) => reason?.kind === 'written' && reason.text.trim() !== '')
  return isGiven
    ? null
    : { ...none, sentence: `${trouble} Passer outre demande un motif écrit.`, needs: 'writtenReason' }
}

const refusals: ReadonlySet<CellAction> = new Set<CellAction>(['refuse', 'refuseCancel', 'removeFromList'])
