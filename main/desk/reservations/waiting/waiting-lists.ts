import { ageOn, dayAt, type Instant, today } from '../../../../shared/rules/calendar/day.ts'
import { nextToPromote } from '../../../../shared/rules/cell/places.ts'
import { ageText } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { errorTrace } from '../../../store/failures.ts'
import type { Store } from '../../../store/store.ts'
import type { Core, Person } from '../../core.ts'
import { keepsPlace, readBoard } from '../board/board.ts'
import { newPlan, type PlannedMove, planMove, writePlan } from '../board/moving.ts'
import { nextMoveId, registrationRow, registrationsIn } from '../reservations-store.ts'
import { type Waiting, waitingAfter } from './waiting-order.ts'
import { isWaitedFor, offersOver, openPlaces } from './waiting-store.ts'

/** Where the period moves its lists by itself, each place that the plan freed is given, or offered, to the next. */
export const promoteFreed = (store: Store, write: Write, freed: readonly PlannedMove[]): number => {
  const places = new Map(
    freed
      .filter(({ before, next }) => keepsPlace(before) && !keepsPlace(next))
      .map(({ next }) => [`${next.periodId} ${next.day} ${next.slotId}`, next]),
  )
  let promoted = 0
  for (const { periodId, day, slotId } of places.values()) {
    if (!isWaitedFor(store, { periodId, day, slotId })) continue
    const registrations = registrationsIn(store, periodId, null)
    const board = readBoard(store, write.at, periodId, registrations, day, day, write.actId)
    const { promotion } = board.period
    if (promotion === 'proposal') continue
    const act = promotion === 'offer' ? 'offer' : 'promote'
    const capacity = board.openings.get(`${day} ${slotId}`)?.capacity ?? 0
    const plan = newPlan(nextMoveId(store))
    for (const next of nextToPromote(board.waiting(day, slotId), board.held(day, slotId), capacity)) {
      const registration = registrations.find(({ id }) => id === next.registrationId)
      if (registration) planMove(plan, board, registration, day, slotId, act, { kind: 'rule' }, { at: write.at })
    }
    writePlan(write, plan)
    promoted += plan.moves.length
  }
  return promoted
}

const rule: Person = { kind: 'rule', name: 'Règle du service', roles: [] }

/**
 * Offers whose time is over: each child leaves its list, and its place passes on to the next. Asked for as the desk opens,
 * each minute, and before any decision; an act of its own, so that no decision undone brings an offer back.
 * @returns how many ended
 */
export const sweepOffers = ({ store, clock }: Core): number => {
  const over = offersOver(store, clock())
  if (over.length === 0) return 0
  return store.act(rule, 'reservations.lapse', 'Places proposées restées sans réponse', (write) =>
    // What the first passes on may be offered to one that is over too: each is read again.
    over.map((cell) => endOffer(store, write, cell)).reduce((sum, ended) => sum + ended, 0),
  )
}

const endOffer = (
  store: Store,
  write: Write,
  { id, registrationId, day, slotId }: ReturnType<typeof offersOver>[number],
): number => {
  const registration = registrationRow(store, registrationId)
  if (!registration) return 0
  const board = readBoard(store, write.at, registration.periodId, [registration], day, day, write.actId)
  const stored = board.cell(registrationId, day, slotId)
  if (stored?.id !== id || !isOver(stored.offeredUntil, write.at)) return 0
  const plan = newPlan(nextMoveId(store))
  const act = day <= dayAt(write.at) ? 'expire' : 'lapse'
  planMove(plan, board, registration, day, slotId, act, { kind: 'rule' }, { at: write.at })
  writePlan(write, plan)
  promoteFreed(store, write, plan.moves)
  return plan.moves.length
}

const isOver = (until: Instant | null, at: Instant): boolean => until !== null && until <= at

/** Waiting lists that can move, soonest first. */
export const promotable = ({ store, clock }: Core) => {
  const lists = [...waitingAfter(store, today(clock)).values()]
  const firsts = lists.flatMap((list): Waiting[] => {
    const next = list.find(({ offeredUntil }) => offeredUntil === null)
    return next ? [next] : []
  })
  return openPlaces(store, firsts)
    .filter(({ free }) => free > 0)
    .map(({ registrationId, day, slotId, birthDay, lastName, firstName, ...one }) => ({
      ...one,
      key: { registrationId, day, slotId },
      name: `${lastName} ${firstName}`,
      age: ageText(ageOn(birthDay, day)),
    }))
}

const minute = 60_000

/** Now, then each minute, on whatever file is open. @returns how to stop */
export const sweepEachMinute = (
  core: Core,
  { after }: { readonly after: (milliseconds: number, work: () => void) => () => void },
): (() => void) => {
  let stop: () => void
  const look = () => {
    try {
      sweepOffers(core)
    } catch (error) {
      // A long act holds the rows: the next minute will do.
      core.log(`places proposées\u00a0: ${errorTrace(error)}`)
    }
    stop = after(minute, look)
  }
  look()
  return () => stop()
}
