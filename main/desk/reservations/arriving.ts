import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { dayAt } from '../../../shared/rules/calendar/day.ts'
import { arrivalRefusal } from '../../../shared/rules/cell/arrival.ts'
import type { Facts, Held, Wish } from '../../../shared/rules/cell/cell.ts'
import type { Answer, CellActor } from '../../../shared/rules/cell/cell-actions.ts'
import { move } from '../../../shared/rules/cell/cell-moves.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Board, readBoard } from './board/board.ts'
import { type CellPlace, newPlan, type Plan, planMove, planTakenOver, putAsked, writePlan } from './board/moving.ts'
import {
  type CellRow,
  nextMoveId,
  type RegistrationRow,
  registrationRow,
  unansweredCells,
} from './reservations-store.ts'
import { promoteFreed } from './waiting/waiting-lists.ts'

/** What a parent recorded on the portal for one cell of a registration of their own. */
export type Arrival = CellPlace & {
  readonly wish: Wish
  readonly recordedAt: Instant
  /** What the family accepted to pay for asking late. */
  readonly surchargeCents: number | null
}

type Arrived =
  /** The move that collected it: what follows on its cell answers it. */
  | { readonly moveId: number }
  /** Answered without touching the cell. */
  | { readonly settled: Answer; readonly reason: string }

/** The exchange carries what parents did. */
const exchange: CellActor = { kind: 'exchange' }

/** Part of an act: collects asks, in the order in which they were recorded. Each gets what became of it. */
export const writeArrivals = (store: Store, write: Write, arrivals: readonly Arrival[]): Arrived[] => {
  const arrived: Arrived[] = []
  for (const group of byPeriod(store, arrivals)) {
    const board = readBoard(store, write.at, group.periodId, group.registrations, group.from, group.to, write.actId)
    const plan = newPlan(nextMoveId(store))
    const byId = new Map(group.registrations.map((one) => [one.id, one]))
    // A cell asked for twice in one batch: the second is judged once the first is written, as any that comes later.
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

/** Runs of one period that ask for no cell twice: order counts where hours or places are shared. */
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
  return groups.map(({ periodId, arrivals: own }) => {
    const days = own.map(({ day }) => day).toSorted()
    const registrations = [...new Set(own.map(({ registrationId }) => registrationId))].flatMap(
      (id) => rows.get(id) ?? [],
    )
    const [from, to] = [days[0], days.at(-1)]
    if (!from || !to) throw new RangeError('a group without a day')
    return { periodId, registrations, arrivals: own, from, to }
  })
}

const unknownSlot = 'Cette plage n’existe pas dans cette activité.'
const busy = 'Le service modifie ce jour en ce moment\u00a0: refaites la demande.'

/** Where its move stands in the plan, or the answer that it gets at once. */
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
  // A demande written at the counter for the same cell: one decision answers both, from the earlier instant.
  if (now.ask && now.ask.wish === wish) {
    const since = now.ask.recordedAt < recordedAt ? now.ask.recordedAt : recordedAt
    const late = surchargeAsked(board.facts(registration, day, slotId, since), wish, stored)
    plan.moves.push(joined(board, stored, since, (surchargeCents ?? 0) >= late ? keptAs(wish, late) : {}))
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
  putAsked(plan, board, ask, surchargeAsked(then, wish, stored))
  const notMoved = planMove(plan, board, registration, day, slotId, 'collect', exchange, { at: recordedAt })
  if (notMoved === null) return { at: plan.moves.length - 1 }
  if (stored) board.put(stored)
  return { settled: 'refused', reason: busy }
}

/** At the town's price, not at the one that the family accepted: that may be more. */
const surchargeAsked = ({ bookable, cancellable, held }: Facts, wish: Wish, stored: CellRow | undefined): number => {
  if (wish !== 'book') return wish === 'cancel' && cancellable.answer === 'surcharge' ? cancellable.surcharge : 0
  if (held.kind === 'none') return bookable.answer === 'surcharge' ? bookable.surcharge : 0
  // A rank, or a booking that staff made meanwhile, costs what it was given at; nothing, where the family had asked in time.
  return held.kind === 'confirmed' && bookable.answer === 'yes' ? 0 : (stored?.surchargeCents ?? 0)
}

const keptAs = (wish: Wish, cents: number): Partial<CellRow> =>
  wish === 'cancel' ? { cancelSurchargeCents: cents } : wish === 'book' ? { surchargeCents: cents } : {}

/** @param accepted what the family pays for asking late, where it changes */
const joined = (
  board: Board,
  stored: CellRow | undefined,
  recordedAt: Instant,
  accepted: Partial<CellRow>,
): Plan['moves'][number] => {
  if (!stored) throw new RangeError('an ask without a cell')
  const next = { ...stored, recordedAt, ...accepted }
  board.put(next)
  return { before: stored, next, move: 'collect', mover: 'exchange', answer: null, reason: '' }
}

/**
 * Part of an act: a parent changed their mind about an ask that the desk has.
 * @param crossed what the desk had answered meanwhile, if it had
 * @returns the sentence that refuses it, or null once it is undone
 */
export const writeTakenBack = (
  store: Store,
  write: Write,
  { registrationId, day, slotId }: CellPlace,
  crossed: { readonly wish: Wish; readonly answer: Answer } | null,
): string | null => {
  const registration = registrationRow(store, registrationId)
  if (!registration) throw new RangeError(`no registration ${registrationId}`)
  const board = readBoard(store, write.at, registration.periodId, [registration], day, day, write.actId)
  const plan = newPlan(nextMoveId(store))
  const context = { at: write.at, ...(crossed && { crossed }) }
  const notMoved = planMove(plan, board, registration, day, slotId, 'takeBack', exchange, context)
  if (notMoved !== null) return notMoved.sentence
  writePlan(write, plan)
  promoteFreed(store, write, plan.moves)
  return null
}

/** Part of an act: answers that the desk had forgotten. Each cell becomes what its family was told. */
export const writeTakenOver = (
  store: Store,
  write: Write,
  { registrationId, day, slotId }: CellPlace,
  told: { readonly held: Held; readonly since: Instant; readonly answer: Answer | null; readonly reason: string },
): number | null => {
  const registration = registrationRow(store, registrationId)
  if (!registration) return null
  const board = readBoard(store, write.at, registration.periodId, [registration], day, day, write.actId)
  if (!board.slots.some(({ id }) => id === slotId)) return null
  const plan = newPlan(nextMoveId(store))
  planTakenOver(plan, board, { registrationId, day, slotId }, told)
  return writePlan(write, plan)[0] ?? null
}

/** Part of an act: what stayed without an answer until its day is closed. Returns how many. */
export const writeExpired = (store: Store, write: Write): number => {
  let count = 0
  const cells = unansweredCells(store, dayAt(write.at))
  for (const { registrationId, periodId, day, slotId } of cells) {
    const registration = registrationRow(store, registrationId)
    if (!registration) continue
    const board = readBoard(store, write.at, periodId, [registration], day, day, write.actId)
    const plan = newPlan(nextMoveId(store))
    planMove(plan, board, registration, day, slotId, 'expire', { kind: 'rule' }, { at: write.at })
    writePlan(write, plan)
    count += plan.moves.length
  }
  return count
}
