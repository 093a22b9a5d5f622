import { type Day, daysOfMonth, type Month } from '../calendar/day.ts'
import { monthText } from '../text/french.ts'
import { type HoursRule, hoursRuleText } from './hours-rule.ts'

/** A rule that counted hours of an activity. */
export type UsedRule = HoursRule & {
  readonly activity: string
  /** The name under which the activity is declared. */
  readonly accueil: string
  /** Null: the town typed no rule, the usual one counted. */
  readonly fromDay: Day | null
  /** The last month that it counted, when another followed. */
  readonly until: Month | null
}

/** A rule to write in words. One of an old declaration has no dates. */
type ToldRule = Omit<UsedRule, 'fromDay' | 'until'> & {
  readonly fromDay?: Day | null | undefined
  readonly until?: Month | null | undefined
}

/** « depuis septembre 2026 », « règle usuelle, jusqu’en août 2026 » */
export const ruleDatesText = ({ fromDay, until }: Pick<ToldRule, 'fromDay' | 'until'>): string =>
  [
    ...(fromDay === undefined ? [] : [fromDay === null ? 'règle usuelle' : `depuis ${monthText(fromDay)}`]),
    ...(until ? [`jusqu’en ${monthText(daysOfMonth(until).from)}`] : []),
  ].join(', ')

/** « Accueil périscolaire (GARDERIE DU SOIR), depuis septembre 2026 : plage entière (convention) », one for each rule. */
export const ruleLines = (rules: readonly ToldRule[]): string[] =>
  [...Map.groupBy(rules, lineEnd)].map(([end, own]) => `${accueilsText(own)}${end}`)

/** The same for all activities that the rule counts. */
const lineEnd = (rule: ToldRule): string => {
  const dates = ruleDatesText(rule)
  return `${dates === '' ? '' : `, ${dates}`}\u00a0: ${hoursRuleText(rule)}${rule.source === '' ? '' : ` (${rule.source})`}`
}

/** Each accueil, with its activities where their names differ. */
const accueilsText = (rules: readonly ToldRule[]): string =>
  [...Map.groupBy(rules, ({ accueil }) => accueil)]
    .map(([accueil, own]) => {
      const activities = [...new Set(own.map(({ activity }) => activity))]
      return activities.every((name) => name === accueil) ? accueil : `${accueil} (${activities.join(', ')})`
    })
    .join(', ')
