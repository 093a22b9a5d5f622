import { ascending } from '../../shared/collections.ts'
import type { Custody, CustodyRule, Halves, Home } from '../../shared/rules/people/custody.ts'
import type { custodyDay, custodyRule } from './schema/index.ts'

/* How tables store the custody of a child: the ids of the two homes once, then the letter `a` or `b` for each day. */

export type CustodyRuleRow = Omit<typeof custodyRule.$inferSelect, 'id' | 'childId' | 'actId'>
export type CustodyDayRow = Pick<typeof custodyDay.$inferSelect, 'day' | 'familyId'>

export const custodyFrom = (rules: readonly CustodyRuleRow[], days: readonly CustodyDayRow[]): Custody => ({
  rules: rules.map(ruleFrom).toSorted(ascending(({ from }) => from)),
  exceptions: new Map(days.map(({ day, familyId }) => [day, familyId])),
})

const ruleFrom = ({ fromDay, homeId, otherHomeId, evenWeek, oddWeek, evenYears, oddYears }: CustodyRuleRow) => {
  const homeBy = (letter: string | undefined): Home => (letter === 'a' ? homeId : otherHomeId)
  const halves = (letters: string): Halves => [homeBy(letters[0]), homeBy(letters[1])]
  return {
    from: fromDay,
    evenWeek: Array.from(evenWeek, homeBy),
    oddWeek: Array.from(oddWeek, homeBy),
    holidays:
      evenYears === null || oddYears === null ? null : { evenYears: halves(evenYears), oddYears: halves(oddYears) },
  } satisfies CustodyRule
}

/** @param homes the child's two homes; the rule names no other */
export const custodyRowOf = (
  { from, evenWeek, oddWeek, holidays }: CustodyRule,
  [homeId, otherHomeId]: readonly [Home, Home],
): CustodyRuleRow => {
  const letters = (homes: readonly Home[]) => homes.map((home) => (home === homeId ? 'a' : 'b')).join('')
  return {
    fromDay: from,
    homeId,
    otherHomeId,
    evenWeek: letters(evenWeek),
    oddWeek: letters(oddWeek),
    evenYears: holidays && letters(holidays.evenYears),
    oddYears: holidays && letters(holidays.oddYears),
  }
}
