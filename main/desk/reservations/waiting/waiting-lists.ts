import { ageOn, dayAt, type Instant, mondayOf, today } from '../../../../shared/rules/calendar/day.ts'
import { nextToPromote } from '../../../../shared/rules/cell/places.ts'
import { togetherText } from '../../../../shared/rules/requests/week-rule.ts'
import { ageText } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { errorTrace } from '../../../store/failures.ts'
import type { Store } from '../../../store/store.ts'
import type { Core, Person } from '../../core.ts'
import { type Board, readBoard, takesUpPlace } from '../board/board.ts'
import { type CellPosition, newPlan, type PlannedMove, planMove, writePlan } from '../board/moving.ts'
import { planCells, weekCells } from '../board/weeks.ts'
import { nextMoveId, periodRow, registrationRow, registrationsIn } from '../reservations-store.ts'
import { type WaitedSlot, type Waiting, waitingAfter } from './waiting-order.ts'
import { expiredOffers, freePlaces, isWaitedFor } from './waiting-store.ts'

/** Gives or offers each place that a plan freed to the next waiting child, where the period does so automatically. */
export const promoteFreed = (store: Store, write: Write, freed: readonly PlannedMove[]): number =>
  promotePlaces(
    store,
    write,
    freed.flatMap(({ previous: before, next }) => (takesUpPlace(before) && !takesUpPlace(next) ? [next] : [])),
  )

/** The same for slots where a place may have become free, as when a child changes group. */
export const promotePlaces = (store: Store, write: Write, slots: readonly WaitedSlot[]): number => {
  const places = new Map(slots.map((slot) => [`${slot.periodId} ${slot.day} ${slot.slotId}`, slot]))
  let promoted = 0
  for (const { periodId, day, slotId } of places.values()) {
    if (!isWaitedFor(store, { periodId, day, slotId })) continue
    const registrations = registrationsIn(store, periodId, null)
    const board = readBoard(store, write.at, periodId, registrations, day, day, write.actId)
    const { promotion } = board.period
    if (promotion === 'proposal') continue
    const act = promotion === 'offer' ? 'offer' : 'promote'
    const plan = newPlan(nextMoveId(store))
    const next = board
      .placesOn(day, slotId)
      .flatMap(({ waiting, held, capacity }) => nextToPromote(waiting, held, capacity ?? 0))
    for (const { registrationId } of next) {
      planCells(plan, board, waitedWith(board, { registrationId, day, slotId }), { kind: 'rule' }, () => ({
        act,
        context: { at: write.at },
      }))
    }
    writePlan(write, plan)
    promoted += plan.moves.length
  }
  return promoted
}

/** The waiting cells that get a place together: those of the child's week, where the period has a rule of weeks. */
export const waitedWith = (board: Board, cell: CellPosition): CellPosition[] => {
  const registration = board.registrations.find(({ id }) => id === cell.registrationId)
  if (!board.period.weekRule || !registration) return [cell]
  return weekCells(board, registration, mondayOf(cell.day))
    .filter(({ facts: { held } }) => held.kind === 'waitlisted' && held.offeredUntil === undefined)
    .map(({ day, slotId }) => ({ registrationId: cell.registrationId, day, slotId }))
}

const rule: Person = { kind: 'rule', name: 'Règle du service', roles: [] }

/**
 * Ends expired offers: each child leaves its list, and the place passes to the next. Runs when the desk opens, each
 * minute, and before any decision, in an act of its own, so that undoing a decision restores no offer.
 * @returns how many offers ended
 */
export const endExpiredOffers = ({ store, clock }: Core): number => {
  const over = expiredOffers(store, clock())
  if (over.length === 0) return 0
  return store.act(rule, 'reservations.lapse', 'Places proposées restées sans réponse', (write) =>
    // A place passed on may be offered to a child whose own offer has expired too: each cell is read again.
    over.map((cell) => endOffer(store, write, cell)).reduce((sum, ended) => sum + ended, 0),
  )
}

const endOffer = (
  store: Store,
  write: Write,
  { id, registrationId, day, slotId }: ReturnType<typeof expiredOffers>[number],
): number => {
  const registration = registrationRow(store, registrationId)
  if (!registration) return 0
  const board = readBoard(store, write.at, registration.periodId, [registration], day, day, write.actId)
  const stored = board.cell(registrationId, day, slotId)
  if (stored?.id !== id || !hasExpired(stored.offeredUntil, write.at)) return 0
  const plan = newPlan(nextMoveId(store))
  const act = day <= dayAt(write.at) ? 'expire' : 'lapse'
  planMove(plan, board, registration, day, slotId, act, { kind: 'rule' }, { at: write.at })
  writePlan(write, plan)
  promoteFreed(store, write, plan.moves)
  return plan.moves.length
}

const hasExpired = (until: Instant | null, at: Instant): boolean => until !== null && until <= at

/** Waiting lists with a free place, soonest first. */
export const listsWithFreePlaces = ({ store, clock }: Core) => {
  const lists = [...waitingAfter(store, today(clock)).values()]
  const firsts = lists.flatMap((list): Waiting[] => {
    const next = list.find(({ offeredUntil }) => offeredUntil === null)
    return next ? [next] : []
  })
  return freePlaces(store, firsts)
    .filter(({ free }) => free > 0)
    .map(({ registrationId, day, slotId, birthDay, lastName, firstName, ...one }) => ({
      ...one,
      key: { registrationId, day, slotId },
      name: `${lastName} ${firstName}`,
      age: ageText(ageOn(birthDay, day)),
      stopped: whyWeekWaits(store, clock(), one.periodId, { registrationId, day, slotId }),
    }))
}

/**
 * Why the next child does not take a free place: its week goes together, and another day of it cannot be given. Null
 * where it can, or where days do not go together.
 */
const whyWeekWaits = (store: Store, at: Instant, periodId: number, cell: CellPosition): string | null => {
  const registration = periodRow(store, periodId)?.weekRule ? registrationRow(store, cell.registrationId) : undefined
  if (!registration) return null
  const board = readBoard(store, at, periodId, [registration], cell.day, cell.day)
  const plan = newPlan(nextMoveId(store))
  const [first] = planCells(plan, board, waitedWith(board, cell), { kind: 'rule' }, () => ({
    act: 'promote',
    context: { at },
  }))
  return first ? togetherText(first.cell.day, first.sentence) : null
}

const minute = 60_000

/**
 * Sweeps expired offers now, then each minute, on whichever file is open. @returns the function that stops the timer
 */
export const endExpiredOffersEachMinute = (
  core: Core,
  { after }: { readonly after: (milliseconds: number, work: () => void) => () => void },
): (() => void) => {
  let stop: () => void
  const look = () => {
    try {
      endExpiredOffers(core)
    } catch (error) {
      // A long act may hold the rows: the next minute tries again.
      core.log(`places proposées\u00a0: ${errorTrace(error)}`)
    }
    stop = after(minute, look)
  }
  look()
  return () => stop()
}
