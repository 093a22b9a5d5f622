import { type Day, type DayRange, isWithin } from '../calendar/day.ts'
import { defaultRanking, type Ranking } from './tariff.ts'

/** A child of a home, with the spans of its accepted registrations, each in its activity. */
export type Sibling = {
  readonly id: number
  readonly birth: Day
  readonly registered: readonly (DayRange & { readonly activityId?: number | undefined })[]
}

/** The rank of a child on a day, 1 for the eldest, or with `count` how many children are ranked. */
export type RankOn = (on: Day, by?: 'rank' | 'count', ranking?: Ranking) => number

/** What ranks need to know when they do not depend on registrations alone. */
export type RankFacts = {
  /** The activity of the price. */
  readonly activityId?: number | undefined
  /** The children who come on a day, in that activity or (null) in any. */
  readonly presentOn?: ((on: Day, activityId: number | null) => ReadonlySet<number>) | undefined
  /** The number of dependent children that the home declared. */
  readonly dependentChildren?: number | null | undefined
}

/**
 * The rank of a child among the children of its home that the ranking asks for, on a day: 1 for the eldest; twins by
 * record id. With `count`, the number of these children instead. The default ranking depends on registrations only, so
 * that invoicing a month twice gives the same ranks.
 */
export const rankAmong =
  (
    siblings: readonly Sibling[],
    childId: number,
    { activityId, presentOn, dependentChildren }: RankFacts = {},
  ): RankOn =>
  (on, by = 'rank', ranking = defaultRanking) => {
    const child = siblings.find(({ id }) => id === childId)
    if (!child) return 1
    const isIn = activityId === undefined || ranking.over === 'home' ? () => true : (id?: number) => id === activityId
    const isRegistered = ({ registered }: Sibling) =>
      registered.some((span) => isWithin(span, on) && isIn(span.activityId))
    const present =
      ranking.among === 'present' ? presentOn?.(on, ranking.over === 'home' ? null : (activityId ?? null)) : undefined
    const isCounted = (sibling: Sibling): boolean => {
      if (ranking.among === 'dependent') return true
      return present ? present.has(sibling.id) : isRegistered(sibling)
    }
    const others = siblings.filter((sibling) => sibling.id !== childId && isCounted(sibling))
    if (by === 'rank') return 1 + others.filter((one) => isElder(one, child)).length
    const known = 1 + others.length
    return ranking.among === 'dependent' ? Math.max(known, dependentChildren ?? 0) : known
  }

const isElder = (one: Sibling, other: Sibling): boolean =>
  one.birth < other.birth || (one.birth === other.birth && one.id < other.id)
