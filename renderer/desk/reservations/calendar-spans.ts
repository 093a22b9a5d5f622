import { ascending, descending } from '../../../shared/collections.ts'
import type { Period } from '../../../shared/contract/desk/activities.ts'
import {
  addDays,
  addMonths,
  type Day,
  firstOfMonth,
  lastOfMonth,
  mondayOf,
} from '../../../shared/rules/calendar/day.ts'
import { isShownWith, jointName } from '../../../shared/rules/groups/joined-activities.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { capitalised, daysText, listed, longDay, monthSpanText } from '../../../shared/rules/text/french.ts'

export type Zoom = 'month' | 'week' | 'day'

/** The days shown, and their name in the header. */
export type CalendarSpan = { readonly from: Day; readonly to: Day; readonly words: string }

/** The month view also shows the next month, since bookings are mostly made for later weeks. */
export const spanOf = (zoom: Zoom, anchor: Day): CalendarSpan => {
  if (zoom === 'day') return { from: anchor, to: anchor, words: capitalised(longDay(anchor)) }
  if (zoom === 'week') {
    const from = mondayOf(anchor)
    const to = addDays(from, 6)
    return { from, to, words: daysText(from, to) }
  }
  const to = lastOfMonth(addMonths(firstOfMonth(anchor), 1))
  return { from: anchor, to, words: capitalised(monthSpanText(anchor, to)) }
}

/**
 * The day on which the calendar opens while staff have chosen none: today, or the period's next open day when none of
 * the days shown from today is open, as on a Sunday in the week view.
 */
export const openingDay = (zoom: Zoom, today: Day, nextOpen: Day | null): Day =>
  zoom === 'day' || nextOpen === null || nextOpen <= spanOf(zoom, today).to ? today : nextOpen

/** From the middle of a month, one step back goes to its first day, which a view opened on today does not show. */
export const nextAnchor = (zoom: Zoom, anchor: Day, by: 1 | -1): Day => {
  if (zoom === 'day') return addDays(anchor, by)
  if (zoom === 'week') return addDays(anchor, 7 * by)
  const first = firstOfMonth(anchor)
  return by === -1 && first < anchor ? first : addMonths(first, by)
}

/** The current period that began last, else the next period to begin, else the last period that ended. */
export const periodToShow = (periods: readonly Period[], today: Day): Period | undefined => {
  const { running, coming, over } = inTime(periods, today)
  return running.toSorted((one, other) => (one.startDay < other.startDay ? 1 : -1))[0] ?? coming[0] ?? over[0]
}

/** The period that the calendar shows for one of a joined activity: that of the lead, in whose grid it is. */
export const shownPeriod = (periods: readonly Period[], period: Period): Period =>
  period.activityId === period.leadId
    ? period
    : (periods.find((one) => one.activityId === one.leadId && isShownWith(one, period)) ?? period)

/** « ALSH mercredi 2026/2027 » for the grid of the joined « …, 3-5 ans » and « …, 6-11 ans »; else the period's name. */
export const gridName = (periods: readonly Period[], period: Period): string => {
  const { name } = period
  const others = periods.filter((other) => isShownWith(period, other)).map((other) => other.name)
  const joint = others.reduce(jointName, name)
  return others.every((other) => other.startsWith(joint)) ? joint : listed([name, ...others])
}

/**
 * Choices of the period field: current periods by name, then future ones, soonest first, then past ones, latest first.
 */
export const periodChoices = (periods: readonly Period[], today: Day) => {
  const { running, coming, over } = inTime(
    periods.filter((one) => shownPeriod(periods, one) === one),
    today,
  )
  const groups = [
    ['En cours', running],
    ['À venir', coming],
    ['Terminées', over],
  ] as const
  return groups.flatMap(([group, own]) =>
    own.length === 0
      ? []
      : [{ group, items: own.map((one) => ({ value: String(one.id), label: gridName(periods, one) })) }],
  )
}

const inTime = (periods: readonly Period[], today: Day) => ({
  running: periods
    .filter(({ startDay, endDay }) => startDay <= today && today <= endDay)
    .toSorted((one, other) => alphabetically(one.name, other.name)),
  coming: periods.filter(({ startDay }) => startDay > today).toSorted(ascending(({ startDay }) => startDay)),
  over: periods.filter(({ endDay }) => endDay < today).toSorted(descending(({ endDay }) => endDay)),
})
