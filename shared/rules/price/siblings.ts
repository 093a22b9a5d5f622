import { type Day, type DaySpan, isWithin } from '../calendar/day.ts'

/** A child of a home, and when it is registered somewhere: its accepted registrations, whatever the activity. */
export type Sibling = {
  readonly id: number
  readonly birth: Day
  readonly registered: readonly DaySpan[]
}

/**
 * The place of a child among those of its home that are registered on a day, itself included: 1 for the eldest, twins in
 * the order of their files. By count, how many they are. It hangs on registrations alone, so that two runs of one month cannot disagree.
 */
export const rankAmong =
  (siblings: readonly Sibling[], childId: number) =>
  (on: Day, by: 'rank' | 'count' = 'rank'): number => {
    const child = siblings.find(({ id }) => id === childId)
    if (!child) return 1
    const others = siblings.filter((one) => one.id !== childId && one.registered.some((span) => isWithin(span, on)))
    return 1 + (by === 'count' ? others : others.filter((one) => isBefore(one, child))).length
  }

const isBefore = (one: Sibling, other: Sibling): boolean =>
  one.birth < other.birth || (one.birth === other.birth && one.id < other.id)
