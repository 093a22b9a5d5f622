import { addDays, addMonths, type Day, day, dayOf, daysFrom, yearOf } from '../calendar/day.ts'
import { formatNumber } from '../money/money.ts'
import type { FamilyQuotientRow } from '../price/family-quotient.ts'
import { counted, datedText, numericDay } from '../text/french.ts'

/** A date that comes back each year: the 31st of month 12. */
export type YearlyDate = { readonly month: number; readonly date: number }

/** How long a family quotient stays valid, and what prices a home afterwards. */
export type QuotientRule = {
  readonly holds:
    | { readonly kind: 'until'; readonly date: YearlyDate }
    | { readonly kind: 'months'; readonly months: number }
  /** `top`: the highest price. `lastKnown`: the former quotient up to that date, then the highest price. */
  readonly without: { readonly kind: 'top' } | { readonly kind: 'lastKnown'; readonly until: YearlyDate }
}

export const maxQuotientMonths = 60

/** A recorded quotient. `value` null: unknown from that day on. `toDay`: its own last day, whatever the rule says. */
export type RecordedQuotient = {
  readonly fromDay: Day
  readonly toDay: Day | null
  readonly value: number | null
  readonly source: string
}

/** The last day on which a quotient counts, were no other recorded; null when it counts until another one. */
export const lastValidDay = (
  rule: QuotientRule | null,
  { fromDay, toDay }: Pick<RecordedQuotient, 'fromDay' | 'toDay'>,
): Day | null => {
  if (toDay !== null || rule === null) return toDay
  switch (rule.holds.kind) {
    case 'until':
      return nextDate(rule.holds.date, fromDay)
    case 'months':
      return addDays(addMonths(fromDay, rule.holds.months), -1)
  }
}

/**
 * The last day that a quotient valid until `lastDay` still prices as the last known one; null where the highest price
 * applies at once.
 */
export const lastKnownUntil = (rule: QuotientRule | null, lastDay: Day): Day | null =>
  rule?.without.kind === 'lastKnown' ? nextDate(rule.without.until, addDays(lastDay, 1)) : null

/**
 * The last day that a quotient prices, as the last known one where the rule lets it; null when it counts until another
 * one.
 */
const pricesUntil = (rule: QuotientRule | null, dated: RecordedQuotient): Day | null => {
  const lastDay = lastValidDay(rule, dated)
  return lastDay && (lastKnownUntil(rule, lastDay) ?? lastDay)
}

/**
 * The last day until which a home has a quotient without interruption, beginning with the one that counts on a day: a
 * quotient that starts right after another one continues it. Null when the home has none on that day.
 * @param quotients of one home, the oldest first
 */
export const coveredUntil = (
  rule: QuotientRule | null,
  quotients: readonly RecordedQuotient[],
  on: Day,
): { readonly until: Day | null } | null => {
  const at = quotients.findLastIndex(({ fromDay }) => fromDay <= on)
  const present = quotients[at]
  if (!present || present.value === null) return null
  let until = pricesUntil(rule, present)
  for (const next of quotients.slice(at + 1)) {
    if (until !== null && next.fromDay > addDays(until, 1)) break
    if (next.value === null) return { until: addDays(next.fromDay, -1) }
    until = pricesUntil(rule, next)
  }
  return { until }
}

/** How a recorded quotient counts on a day that no later one prices. */
export const quotientStateOn = (
  rule: QuotientRule | null,
  dated: Pick<RecordedQuotient, 'fromDay' | 'toDay'>,
  on: Day,
): 'counts' | 'lastKnown' | 'ended' => {
  const lastDay = lastValidDay(rule, dated)
  if (lastDay === null || on <= lastDay) return 'counts'
  const knownUntil = lastKnownUntil(rule, lastDay)
  return knownUntil !== null && on <= knownUntil ? 'lastKnown' : 'ended'
}

/** Whether recording a quotient would change nothing: the same value counts on its first day, and for as long. */
export const isQuotientKnown = (
  rule: QuotientRule | null,
  known: RecordedQuotient | undefined,
  { fromDay, value }: Pick<RecordedQuotient, 'fromDay' | 'value'>,
): boolean => {
  if (known?.value !== value || quotientStateOn(rule, known, fromDay) !== 'counts') return false
  const [lastDay, newLastDay] = [lastValidDay(rule, known), lastValidDay(rule, { fromDay, toDay: null })]
  return known.toDay !== null || lastDay === newLastDay
}

/** « 727 », « 727, jusqu’au 31/12/2026 »; empty without any. */
export const knownQuotientText = (rule: QuotientRule | null, known: RecordedQuotient | undefined): string => {
  if (!known || known.value === null) return ''
  const lastDay = lastValidDay(rule, known)
  return [formatNumber(known.value), ...(lastDay ? [`jusqu’au ${numericDay(lastDay)}`] : [])].join(', ')
}

/**
 * For queries over all homes: a quotient has ended by the day `on` if its own last day is before `toDay` or, without
 * one of its own, if its first day is before `fromDay`.
 */
export const oldestQuotientsPricing = (
  rule: QuotientRule | null,
  on: Day,
): { readonly fromDay: Day; readonly toDay: Day } => {
  const oldest = (datedFrom: (day: Day) => Pick<RecordedQuotient, 'fromDay' | 'toDay'>): Day => {
    // A quotient with a later day never ends earlier: the search by halves finds the first day that still counts.
    let [ended, counts] = [addMonths(on, -12 * longestYears), on]
    if (quotientStateOn(rule, datedFrom(ended), on) !== 'ended') return longAgo
    while (daysFrom(ended, counts) > 1) {
      const middle = addDays(ended, Math.floor(daysFrom(ended, counts) / 2))
      if (quotientStateOn(rule, datedFrom(middle), on) === 'ended') ended = middle
      else counts = middle
    }
    return counts
  }
  return {
    fromDay: oldest((fromDay) => ({ fromDay, toDay: null })),
    toDay: oldest((toDay) => ({ fromDay: toDay, toDay })),
  }
}

/** No rule lets a quotient count longer than the months of `maxQuotientMonths` and the year of a last known one. */
const longestYears = maxQuotientMonths / 12 + 2
const longAgo = day('1900-01-01')

/** That date on `from` or after it. */
const nextDate = ({ month, date }: YearlyDate, from: Day): Day => {
  const sameYear = dayOf(yearOf(from), month, date)
  return sameYear >= from ? sameYear : dayOf(yearOf(from) + 1, month, date)
}

/** Why the calendar does not have this date every year; null when it does. */
export const whyNotYearlyDate = ({ month, date }: YearlyDate): string | null => {
  if (month === 2 && date === 29) return 'Le 29 février ne revient pas chaque année\u00a0: choisissez le 28.'
  return date <= (daysInMonth[month - 1] ?? 0)
    ? null
    : 'Cette date n’existe pas\u00a0: écrivez-la comme «\u00a031/12\u00a0».'
}

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * The days that each recorded quotient prices under the rule, oldest first. Days after a quotient has ended are a row
 * of their own: with its value as long as the rule lets the last known one count, then without value.
 * @param recorded oldest first
 */
export const quotientsByRule = (
  rule: QuotientRule | null,
  recorded: readonly RecordedQuotient[],
): FamilyQuotientRow[] =>
  recorded.flatMap(({ value, source, ...dated }, position) => {
    if (value === null) return []
    const next = recorded[position + 1]
    const before = next && addDays(next.fromDay, -1)
    const endedOn = lastValidDay(rule, dated)
    const rows: FamilyQuotientRow[] = [
      { from: dated.fromDay, to: earliest(endedOn ?? undefined, before), value, source },
    ]
    if (endedOn === null || (before && before <= endedOn)) return rows
    const graceEnd = lastKnownUntil(rule, endedOn)
    if (graceEnd) rows.push({ from: addDays(endedOn, 1), to: earliest(graceEnd, before), value, source, endedOn })
    if (!before || !graceEnd || graceEnd < before)
      rows.push({ from: addDays(graceEnd ?? endedOn, 1), to: before, value: null, source: '', endedOn })
    return rows
  })

const earliest = (one: Day | undefined, other: Day | undefined): Day | undefined =>
  one && other ? (one < other ? one : other) : (one ?? other)

/** « Un quotient compte jusqu’au 31 décembre. Ensuite, le dernier connu compte jusqu’au 28 février, puis… » */
export const quotientRuleText = (rule: QuotientRule | null): string => {
  if (rule === null) return 'Un quotient compte jusqu’au suivant.'
  const holds =
    rule.holds.kind === 'until' ? `jusqu’au ${datedText(rule.holds.date)}` : counted(rule.holds.months, 'mois', 'mois')
  const after =
    rule.without.kind === 'top'
      ? 'Ensuite, sans nouveau quotient\u00a0: le tarif le plus haut.'
      : `Ensuite, le dernier connu compte jusqu’au ${datedText(rule.without.until)}, puis le tarif le plus haut s’applique.`
  return `Un quotient compte ${holds}. ${after}`
}
