import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { arrivalRefusal } from '../../../shared/rules/cell/arrival.ts'
import type { Facts, Held, Wish } from '../../../shared/rules/cell/cell.ts'
import type { Answer, CellActor } from '../../../shared/rules/cell/cell-actions.ts'
import { move } from '../../../shared/rules/cell/cell-moves.ts'
import { isSurchargeAccepted, type LateSurcharge } from '../../../shared/rules/cell/late-surcharge.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Board, readBoard } from './board/board.ts'
import {
  type CellPosition,
  newPlan,
  type Plan,
  planMove,
  planRecoveredAnswer,
  putAskOnBoard,
  writePlan,
} from './board/moving.ts'
import {
  bookingSurchargeOf,
  type CellRow,
  cellsToExpire,
  nextMoveId,
  type RegistrationRow,
  registrationRow,
  withBookingSurcharge,
  withCancelSurcharge,
} from './reservations-store.ts'
import { promoteFreed } from './waiting/waiting-lists.ts'

/** One cell of a demande that a parent recorded on the portal. */
export type Arrival = CellPosition & {
  readonly wish: Wish
  readonly recordedAt: Instant
  /** What the family accepted to pay for a late demande; 0: what the tariff adds; null when it accepted nothing. */
  readonly surchargeCents: number | null
}

type Arrived =
  /** The « collect » move of this ask: the cell's later moves answer the parent. */
  | { readonly moveId: number }
  /** The desk answered at once, without changing the cell. */
  | { readonly settled: Answer; readonly reason: string }

/** The actor of every move here: the exchange carries what parents did. */
const exchange: CellActor = { kind: 'exchange' }

/**
 * Part of an act: collects parents' asks in the order in which they were recorded.
 * @returns for each ask, its move or its immediate answer
 */
export const writeArrivals = (store: Store, write: Write, arrivals: readonly Arrival[]): Arrived[] => {
  const arrived: Arrived[] = []
  for (const group of byPeriod(store, arrivals)) {
    const board = readBoard(
      store,
      write.at,
      group.periodId,
      group.registrations,
      group.from,
      group.to,
      write.begunActId,
    )
    const plan = newPlan(nextMoveId(store))
    const byId = new Map(group.registrations.map((one) => [one.id, one]))
    // Asks of one group are judged on one board, each after the ones before it. A cell asked for twice falls in two
    // groups.
    const results = group.arrivals.map((arrival) => {
      const registration = byId.get(arrival.registrationId)
      if (!registration) throw new RangeError(`no registration ${arrival.registrationId}`)
      return collect(plan, board, registration, arrival)
    })
    const moveIds = writePlan(write, plan)
    arrived.push(...results.map((one) => ('at' in one ? { moveId: moveIds[one.at] ?? 0 } : one)))
    promoteFreed(store, write, plan.moves)
  }
  return arrived
}

type Group = {
  readonly periodId: number
  readonly registrations: readonly RegistrationRow[]
  readonly arrivals: readonly Arrival[]
  readonly from: Day
  readonly to: Day
}

/**
 * Groups consecutive asks of one period, no cell twice in a group. Never reorders: shared hours and places depend on
 * order.
 */
const byPeriod = (store: Store, arrivals: readonly Arrival[]): Group[] => {
  const rows = new Map(
    [...new Set(arrivals.map(({ registrationId }) => registrationId))].map((id) => [id, registrationRow(store, id)]),
  )
  const groups: { periodId: number; arrivals: Arrival[]; seen: Set<string> }[] = []
  for (const arrival of arrivals) {
    const periodId = rows.get(arrival.registrationId)?.periodId ?? 0
    const cell = `${arrival.registrationId} ${arrival.day} ${arrival.slotId}`
    const last = groups.at(-1)
    if (last?.periodId === periodId && !last.seen.has(cell)) {
      last.arrivals.push(arrival)
      last.seen.add(cell)
    } else groups.push({ periodId, arrivals: [arrival], seen: new Set([cell]) })
  }
  return groups.map(({ periodId, arrivals: sameGroup }) => {
    const days = sameGroup.map(({ day }) => day).toSorted()
    const registrations = [...new Set(sameGroup.map(({ registrationId }) => registrationId))].flatMap(
      (id) => rows.get(id) ?? [],
    )
    const [from, to] = [days[0], days.at(-1)]
    if (!from || !to) throw new RangeError('a group without a day')
    return { periodId, registrations, arrivals: sameGroup, from, to }
  })
}

const unknownSlot = 'Cette plage n’existe pas dans cette activité.'
const busy = 'Le service modifie ce jour en ce moment\u00a0: refaites la demande.'

/** Returns the index of the planned move, or the answer when the desk answers at once. */
const collect = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  arrival: Arrival,
): { readonly at: number } | Extract<Arrived, { settled: Answer }> => {
  const { day, slotId, wish, recordedAt, surchargeCents } = arrival
  if (!board.slots.some(({ id }) => id === slotId)) return { settled: 'refused', reason: unknownSlot }
  const now = board.facts(registration, day, slotId)
  const stored = board.cell(registration.id, day, slotId)
  const asked = { wish, recordedAt, collected: false, takenBack: false }
  // Staff entered a demande for the same cell at the counter: one decision answers both, as of the earlier instant.
  if (now.ask && now.ask.wish === wish) {
    const since = now.ask.recordedAt < recordedAt ? now.ask.recordedAt : recordedAt
    const late = surchargeDue(board.facts(registration, day, slotId, since), wish, stored)
    const isAccepted = late === 0 || isSurchargeAccepted(surchargeCents, late)
    plan.moves.push(joinedMove(board, stored, since, isAccepted ? surchargeColumns(wish, late) : {}))
    return { at: plan.moves.length - 1 }
  }
  if (now.ask) {
    const settled = move({ ...now, ask: asked }, 'collect', exchange, { at: recordedAt })
    return settled.ok && settled.answer !== null
      ? { settled: settled.answer, reason: '' }
      : { settled: 'moot', reason: 'Une autre demande attend déjà la réponse du service pour ce jour.' }
  }
  const then: Facts = board.facts(registration, day, slotId, recordedAt)
  const refusal = arrivalRefusal(then, wish, surchargeCents)
  if (refusal !== null) return { settled: 'refused', reason: refusal }
  const ask = { registrationId: registration.id, day, slotId, wish, recordedAt }
  putAskOnBoard(plan, board, ask, surchargeDue(then, wish, stored))
  const notMoved = planMove(plan, board, registration, day, slotId, 'collect', exchange, { at: recordedAt })
  if (notMoved === null) return { at: plan.moves.length - 1 }
  if (stored) board.put(stored)
  return { settled: 'refused', reason: busy }
}

/** Returns the town's price for a late demande. The family may have accepted a higher, outdated one. */
const surchargeDue = (
  { bookable, cancellable, held }: Facts,
  wish: Wish,
  stored: CellRow | undefined,
): LateSurcharge => {
  if (wish !== 'book') return wish === 'cancel' && cancellable.answer === 'surcharge' ? cancellable.surcharge : 0
  if (held.kind === 'none') return bookable.answer === 'surcharge' ? bookable.surcharge : 0
  // A waiting-list rank, or a booking that staff made meanwhile, keeps its stored surcharge; zero if the family asked
  // in time.
  return held.kind === 'confirmed' && bookable.answer === 'yes' ? 0 : stored ? bookingSurchargeOf(stored) : 0
}

const surchargeColumns = (wish: Wish, surcharge: LateSurcharge): Partial<CellRow> =>
  wish === 'cancel' ? withCancelSurcharge(surcharge) : wish === 'book' ? withBookingSurcharge(surcharge) : {}

/**
 * Joins a parent's ask to one already waiting in the cell.
 * @param accepted the surcharge column to change, if any
 */
const joinedMove = (
  board: Board,
  stored: CellRow | undefined,
  recordedAt: Instant,
  accepted: Partial<CellRow>,
): Plan['moves'][number] => {
  if (!stored) throw new RangeError('an ask without a cell')
  const next = { ...stored, recordedAt, ...accepted }
  board.put(next)
  return { previous: stored, next, move: 'collect', mover: 'exchange', answer: null, reason: '' }
}

/**
 * Part of an act: a parent withdraws an ask that the desk has already collected.
 * @param crossed the desk's answer, when the desk answered before it learnt of the withdrawal
 * @returns the sentence that refuses the withdrawal, or null on success
 */
export const writeTakenBack = (
  store: Store,
  write: Write,
  { registrationId, day, slotId }: CellPosition,
  crossed: { readonly wish: Wish; readonly answer: Answer } | null,
): string | null => {
  const registration = registrationRow(store, registrationId)
  if (!registration) throw new RangeError(`no registration ${registrationId}`)
  const board = readBoard(store, write.at, registration.periodId, [registration], day, day, write.begunActId)
  const plan = newPlan(nextMoveId(store))
  const context = { at: write.at, ...(crossed && { crossed }) }
  const notMoved = planMove(plan, board, registration, day, slotId, 'takeBack', exchange, context)
  if (notMoved !== null) return notMoved.sentence
  writePlan(write, plan)
  promoteFreed(store, write, plan.moves)
  return null
}

/**
 * Part of an act: restores an answer that a restored, older file has lost. Each cell becomes what its family was told.
 */
export const writeRecoveredAnswer = (
  store: Store,
  write: Write,
  { registrationId, day, slotId }: CellPosition,
  recovered: { readonly held: Held; readonly since: Instant; readonly answer: Answer | null; readonly reason: string },
): number | null => {
  const registration = registrationRow(store, registrationId)
  if (!registration) return null
  const board = readBoard(store, write.at, registration.periodId, [registration], day, day, write.begunActId)
  if (!board.slots.some(({ id }) => id === slotId)) return null
  const plan = newPlan(nextMoveId(store))
  planRecoveredAnswer(plan, board, { registrationId, day, slotId }, recovered)
  return writePlan(write, plan)[0] ?? null
}

/** Part of an act: closes asks still unanswered once their day has begun. Returns how many. */
export const writeExpired = (store: Store, write: Write): number => {
  let count = 0
  const cells = cellsToExpire(store, dayAt(write.at))
  for (const { registrationId, periodId, day, slotId } of cells) {
    const registration = registrationRow(store, registrationId)
    if (!registration) continue
    const board = readBoard(store, write.at, periodId, [registration], day, day, write.begunActId)
    const plan = newPlan(nextMoveId(store))
    planMove(plan, board, registration, day, slotId, 'expire', { kind: 'rule' }, { at: write.at })
    writePlan(write, plan)
    count += plan.moves.length
  }
  return count
}
