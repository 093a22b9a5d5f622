import type { CellKey, MoveResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { ActionContext, CellAction, CellActor, Charged } from '../../../shared/rules/cell/cell-actions.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type Board, readBoard } from './board/board.ts'
import { cellActorOf, refuseUnknownSlot, requireRegistration } from './board/checks.ts'
import { type MoveContext, newPlan, type PlannedMove, writePlan } from './board/moving.ts'
import { planCells } from './board/weeks.ts'
import { nextMoveId } from './reservations-store.ts'
import { moveSentences } from './story.ts'
import { endExpiredOffers, promoteFreed } from './waiting/waiting-lists.ts'

type MoveInput = {
  readonly cells: readonly CellKey[]
  readonly act: CellAction
  readonly reason?: ActionContext['reason']
  readonly charged?: Charged | undefined
  readonly surchargeAccepted?: boolean | undefined
  readonly passesWaiting?: boolean | undefined
  /** When the parent asked, for a demande entered by staff. */
  readonly recordedAt?: Instant | undefined
}

/**
 * Moves cells in one act. Each cell is judged separately, in the given order, against the places that earlier moves
 * left; refused cells are listed with their reason and stay unchanged.
 */
export const moveCells = (core: Core, person: Person, input: MoveInput): MoveResult => {
  const { store, clock } = core
  endExpiredOffers(core)
  if (input.recordedAt !== undefined && input.recordedAt > clock()) {
    throw new Refused('Cette demande serait faite dans l’avenir.', 'recordedAt')
  }
  const label = ({ done }: MoveResult) => `${moveSentences[input.act] ?? input.act}\u00a0: ${counted(done, 'case')}`
  return store.act(person, `reservations.${input.act}`, label, (write) => {
    const context: MoveContext = {
      at: input.recordedAt ?? write.at,
      // The deadline is judged at the instant when the family asked.
      asOf: input.act === 'enterDemand' ? input.recordedAt : undefined,
      reason: input.reason,
      charged: input.charged,
      surchargeAccepted: input.surchargeAccepted,
      passesWaiting: input.passesWaiting,
    }
    const refused: MoveResult['refused'] = []
    const moves: PlannedMove[] = []
    for (const own of groupByPeriod(store, input.cells)) {
      const moved = writeMoves(store, write, cellActorOf(person), own, () => ({ act: input.act, context }))
      refused.push(...moved.refused)
      moves.push(...moved.moves)
    }
    const promoted = promoteFreed(store, write, moves)
    return { actId: moves.length > 0 ? write.actId : null, done: moves.length, refused, promoted }
  })
}

export type MovesResult = { readonly moves: readonly PlannedMove[]; readonly refused: MoveResult['refused'] }

/** Part of an act: moves cells of one period in their order. Writes at once, so that the next group sees the result. */
export const writeMoves = <Cell extends CellKey>(
  store: Store,
  write: Write,
  who: CellActor,
  cells: readonly Cell[],
  moveOf: (cell: Cell, board: Board) => { act: CellAction; context: MoveContext } | { refused: string },
): MovesResult => {
  const ids = new Set(cells.map(({ registrationId }) => registrationId))
  const registrations = new Map([...ids].map((id) => [id, requireRegistration(store, id)]))
  const [first] = registrations.values()
  const days = cells.map(({ day }) => day).toSorted()
  const [from, to] = [days[0], days.at(-1)]
  if (!first || !from || !to) return { moves: [], refused: [] }
  const board = readBoard(store, write.at, first.periodId, [...registrations.values()], from, to, write.begunActId)
  for (const slotId of new Set(cells.map((one) => one.slotId))) refuseUnknownSlot(board, slotId)
  const plan = newPlan(nextMoveId(store))
  const refused = planCells(plan, board, cells, who, (cell) => moveOf(cell, board)).map(({ cell, ...notMoved }) => {
    const { registrationId, day, slotId } = cell
    const registration = registrations.get(registrationId)
    const child = `${registration?.firstName} ${registration?.lastName}`
    const slot = board.slots.find(({ id }) => id === slotId)?.name ?? ''
    return { registrationId, day, slotId, child, slot, ...notMoved }
  })
  writePlan(write, plan)
  return { moves: plan.moves, refused }
}

/** Groups distinct cells by period: bookings of one period count in the next where hours overlap. */
export const groupByPeriod = (store: Store, cells: readonly CellKey[]): CellKey[][] => {
  const unique = [...new Map(cells.map((one) => [`${one.registrationId} ${one.day} ${one.slotId}`, one])).values()]
  const periods = new Map(
    [...new Set(unique.map(({ registrationId }) => registrationId))].map((id) => [
      id,
      requireRegistration(store, id).periodId,
    ]),
  )
  return [...Map.groupBy(unique, ({ registrationId }) => periods.get(registrationId)).values()]
}
