import { type Day, daysBetween, weekday } from '../../../../shared/rules/calendar/day.ts'
import type { Obstacle } from '../../../../shared/rules/cell/bookable.ts'
import { ownSlot } from '../../activities/activities.ts'
import type { Core } from '../../core.ts'
import { readBoard } from '../board/board.ts'
import { periodsOpenBetween, registrationsIn } from '../reservations-store.ts'

/** A typical week that a home plans for some of its children, and the days over which it plans it. */
export type PlannedWeek = {
  readonly familyId: number
  readonly childIds: readonly number[]
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
  readonly from: Day
  readonly to: Day
}

export type PlannedSlot = {
  readonly registrationId: number
  readonly familyId: number
  readonly childId: number
  readonly activityId: number
  readonly day: Day
  readonly slotId: number
}

/** Obstacles to a plan. Staff may still book what is late, full or not open for booking yet, so none of these is one. */
const obstacles: ReadonlySet<Obstacle['kind']> = new Set<Obstacle['kind']>([
  'noRegistration',
  'outsideRegistration',
  'dayClosed',
  'dayPast',
  'otherHome',
  'overlap',
])

/**
 * The days of a planned week that registered children may come and have not booked. A registration that waits for its
 * decision counts as accepted. Writes nothing.
 */
export const plannedSlots = (
  { store, clock }: Core,
  { familyId, childIds, week, from, to }: PlannedWeek,
): PlannedSlot[] =>
  periodsOpenBetween(store, from, to).flatMap((periodId) => {
    const registrations = registrationsIn(store, periodId, familyId).flatMap((one) =>
      childIds.includes(one.childId) ? [one.state === 'asked' ? { ...one, state: 'accepted' as const } : one] : [],
    )
    if (registrations.length === 0) return []
    const board = readBoard(store, clock(), periodId, registrations, from, to)
    const { activityId } = board.period
    const slotIdsOf = (on: Day) =>
      week.flatMap((wish) => {
        const slotId = ownSlot(store, activityId, wish.slotId)
        return wish.weekday === weekday(on) && board.slots.some(({ id }) => id === slotId) ? [slotId] : []
      })
    return registrations.flatMap((registration) =>
      daysBetween(from, to).flatMap((day) =>
        slotIdsOf(day).flatMap((slotId): PlannedSlot[] => {
          const { held, bookable } = board.facts(registration, day, slotId)
          const isPlanned =
            held.kind !== 'confirmed' &&
            (bookable.answer !== 'no' || !bookable.obstacles.some(({ kind }) => obstacles.has(kind)))
          const { id: registrationId, childId } = registration
          return isPlanned ? [{ registrationId, familyId, childId, activityId, day, slotId }] : []
        }),
      ),
    )
  })
