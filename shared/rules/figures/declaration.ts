import type { Month } from '../calendar/day.ts'
import type { AgeGroup, Scheme } from './child-group.ts'
import type { HoursRule } from './hours-rule.ts'
import type { UsedRule } from './used-rule.ts'

/** A row of hours, in minutes, for an accueil, an age group, a scheme and a month. */
export type HoursRow = {
  /** The name under which the accueil is declared. */
  readonly accueil: string
  readonly kind: HoursRule['kind']
  readonly ageGroup: AgeGroup
  readonly scheme: Scheme
  readonly month: Month
  readonly booked: number
  readonly done: number
  readonly billed: number
  /** Days of children with hours done. */
  readonly childDays: number
}

/** A row as it was declared. */
export type DeclaredRow = HoursRow

/** A rule as it was when the hours were declared. Those kept first have no dates. */
export type DeclaredRule = Omit<UsedRule, 'fromDay' | 'until'> &
  Partial<Pick<UsedRule, 'fromDay' | 'until'>> & { readonly activityId: number }

/** What changed in the hours done of an accueil, an age and a month since they were declared. */
export type DeclaredDifference = Pick<HoursRow, 'accueil' | 'ageGroup' | 'month'> & {
  readonly declared: number
  readonly now: number
}

/** The differences between today's hours done and the declared ones. The declaration itself never changes. */
export const differencesSince = (declared: readonly HoursRow[], now: readonly HoursRow[]): DeclaredDifference[] => {
  const keyOf = ({ accueil, ageGroup, month }: HoursRow) => JSON.stringify([accueil, ageGroup, month])
  const sums = new Map<string, { declared: number; now: number; of: HoursRow }>()
  const add = (row: HoursRow, side: 'declared' | 'now') => {
    const found = sums.get(keyOf(row)) ?? { declared: 0, now: 0, of: row }
    found[side] += row.done
    sums.set(keyOf(row), found)
  }
  for (const row of declared) add(row, 'declared')
  for (const row of now) add(row, 'now')
  return [...sums.values()]
    .filter((one) => one.declared !== one.now)
    .map(({ of: { accueil, ageGroup, month }, ...both }) => ({ accueil, ageGroup, month, ...both }))
}
