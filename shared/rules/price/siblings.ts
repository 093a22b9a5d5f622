import { type Day, type DaySpan, isWithin } from '../calendar/day.ts'

/** A child of a home, with the spans of its accepted registrations in any activity. */
export type Sibling = {
  readonly id: number
  readonly birth: Day
  readonly registered: readonly DaySpan[]
}

/**
 * The rank of a child among the children of its home that are registered on a day: 1 for the eldest; twins by record
 * id. With `count`, the number of these children instead. Depends on registrations only, so that invoicing a month
 * twice gives the same ranks.
 */
export const rankAmong =
  (siblings: readonly Sibling[], childId: number) =>
  (on: Day, by: 'rank' | 'count' = 'rank'): number => {
    const child = siblings.find(({ id }) => id === childId)
    if (!child) return 1
    const others = siblings.filter(
      (sibling) => sibling.id !== childId && sibling.registered.some((span) => isWithin(span, on)),
    )
    return 1 + (by === 'count' ? others : others.filter((one) => isElder(one, child))).length
  }

const isElder = (one: Sibling, other: Sibling): boolean =>
  one.birth < other.birth || (one.birth === other.birth && one.id < other.id)
