import { type ReactNode, useRef } from 'react'
import {
  addDays,
  type Day,
  dayOfMonth,
  daysBetween,
  firstOfMonth,
  lastOfMonth,
  weekday,
} from '../../../../shared/rules/calendar/day.ts'
import { monthText, weekdayName } from '../../../../shared/rules/text/french.ts'
import './day-months.css'

type DrawnDay = {
  /** Texts that a screen reader reads after the date. */
  readonly words: readonly string[]
  readonly isChosen: boolean
  readonly isOff?: boolean
  /** Attributes that the style of `dayClass` draws. */
  readonly marks: Readonly<Record<`data-${string}`, string | true | undefined>>
}

/**
 * Days month by month, each a button. Arrows go from day to day and week to week; with Shift they extend the selection.
 */
export const DayMonths = ({
  label,
  from,
  to,
  tabStop,
  today,
  dayClass,
  dayOf,
  countOf,
  onChoose,
}: {
  label: string
  from: Day
  to: Day
  /** The only day that Tab reaches (roving tabindex). */
  tabStop: Day
  today?: Day
  dayClass: string
  dayOf: (on: Day) => DrawnDay
  /** Shown next to the name of a month. */
  countOf?: (days: readonly Day[]) => ReactNode
  onChoose: (on: Day, isExtending: boolean) => void
}) => {
  const grid = useRef<HTMLDivElement>(null)
  const move = (event: React.KeyboardEvent, on: Day) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = addDays(on, step)
    if (next < from || next > to) return
    onChoose(next, event.shiftKey)
    grid.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus()
  }
  return (
    <div className="day-months" ref={grid} role="group" aria-label={label}>
      {monthsOf(from, to).map((first) => {
        const days = daysBetween(first, lastOfMonth(first))
        return (
          <section key={first}>
            <h3>
              {monthText(first)}
              {countOf ? <span>{countOf(days)}</span> : null}
            </h3>
            <div className="day-month">
              {[1, 2, 3, 4, 5, 6, 7].map((number) => (
                <b key={number} aria-hidden="true">
                  {weekdayName(number).charAt(0)}
                </b>
              ))}
              {days.map((on) => {
                const { words, isChosen, isOff, marks } = dayOf(on)
                return (
                  <button
                    key={on}
                    type="button"
                    className={dayClass}
                    data-day={on}
                    {...marks}
                    style={dayOfMonth(on) === 1 ? { gridColumnStart: weekday(on) } : undefined}
                    disabled={isOff}
                    tabIndex={on === tabStop ? 0 : -1}
                    aria-pressed={isChosen}
                    aria-current={on === today ? 'date' : undefined}
                    aria-label={[`${weekdayName(weekday(on))} ${dayOfMonth(on)} ${monthText(on)}`, ...words].join(', ')}
                    onClick={(event) => onChoose(on, event.shiftKey)}
                    onKeyDown={(event) => move(event, on)}
                  >
                    {dayOfMonth(on)}
                  </button>
                )
              })}
            </div>
          </section>
        )
      })}
    </div>
  )
}

const monthsOf = (from: Day, to: Day): Day[] => {
  const months: Day[] = []
  for (let first = firstOfMonth(from); first <= to; first = addDays(lastOfMonth(first), 1)) months.push(first)
  return months
}
