import type { CustodyYear } from '../../../../shared/contract/desk/reservations/custody.ts'
import type { CustodyRule, Home, HomesOfWeek } from '../../../../shared/rules/people/custody.ts'
import { capitalised, listed, weekdayName } from '../../../../shared/rules/text/french.ts'

export type Homes = CustodyYear['homes']

export const atHome = (homes: Homes, home: Home): string => `chez ${homes.find(({ id }) => id === home)?.name ?? '?'}`

/** « Semaines paires chez Marchand, impaires chez Duval ; vacances par moitiés. » */
export const ruleText = (rule: CustodyRule, homes: Homes): string =>
  `${capitalised(weeksText(rule, homes))}${rule.holidays ? '\u00a0; vacances scolaires par moitiés' : ''}.`

const weeksText = ({ evenWeek, oddWeek }: CustodyRule, homes: Homes): string => {
  const [even, odd] = [onlyHome(evenWeek), onlyHome(oddWeek)]
  if (even !== undefined && even === odd) return `toujours ${atHome(homes, even)}`
  if (even !== undefined && odd !== undefined)
    return `semaines paires ${atHome(homes, even)}, semaines impaires ${atHome(homes, odd)}`
  if (evenWeek.every((home, index) => home === oddWeek[index])) return weekText(evenWeek, homes)
  return `semaines paires\u00a0: ${weekText(evenWeek, homes)}\u00a0; semaines impaires\u00a0: ${weekText(oddWeek, homes)}`
}

const weekText = (week: HomesOfWeek, homes: Homes): string => {
  const only = onlyHome(week)
  if (only !== undefined) return atHome(homes, only)
  return homes
    .map(({ id }) => {
      const days = week.flatMap((home, index) => (home === id ? [weekdayName(index + 1)] : []))
      return days.length === 0 ? '' : `${listed(days)} ${atHome(homes, id)}`
    })
    .filter((text) => text !== '')
    .join(', ')
}

const onlyHome = (week: HomesOfWeek): Home | undefined => (new Set(week).size === 1 ? week[0] : undefined)
