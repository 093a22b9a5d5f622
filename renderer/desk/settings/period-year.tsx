import { Button, NumberInput } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Activity, Opening, Period, PeriodInput } from '../../../shared/contract/desk/activities.ts'
import {
  addDays,
  type Day,
  dayOfMonth,
  daysBetween,
  firstOfMonth,
  lastOfMonth,
  weekday,
} from '../../../shared/rules/day.ts'
import { counted, monthText, shortDay, weekdayName } from '../../../shared/rules/french.ts'
import { openingsOf } from '../../../shared/rules/openings.ts'
import { publicHolidayOn } from '../../../shared/rules/public-holidays.ts'
import { holidaysOn, type Zone } from '../../../shared/rules/school-holidays.ts'
import { client, orpc } from '../../connection/client.ts'
import { Section } from '../parts/screen.tsx'
import { Failure } from '../parts/telling.tsx'
import { tellRefusal } from '../queries.ts'
import { CloseDaysDialog } from './close-days-dialog.tsx'

type Kind = 'open' | 'hand' | 'closed' | 'holidays' | 'public' | 'none'

const kinds: readonly (readonly [kind: Kind, words: string])[] = [
  ['open', 'ouvert'],
  ['hand', 'changé à la main'],
  ['closed', 'fermé à la main'],
  ['holidays', 'vacances'],
  ['public', 'férié'],
]

type Plan = Pick<PeriodInput, 'startDay' | 'endDay' | 'weekdays' | 'schoolHolidays' | 'places'>

const planned = (plan: Plan, zone: Zone) =>
  Map.groupBy(
    openingsOf({
      from: plan.startDay,
      to: plan.endDay,
      weekdays: plan.weekdays,
      schoolHolidays: plan.schoolHolidays,
      zone,
      slots: plan.places.map(({ slotId, capacity }) => ({ slot: slotId, capacity })),
    }),
    ({ day }) => day,
  )

/** The whole period, month by month: what its rule opens, what hands changed; one day at a time below. */
export const PeriodYear = ({
  activity,
  zone,
  input,
  period,
  canChange,
  chosen,
  onChoose,
}: {
  activity: Activity
  zone: Zone
  input: PeriodInput
  period: Period | undefined
  canChange: boolean
  chosen: Day | undefined
  onChoose: (day: Day) => void
}) => {
  const stored = useQuery(
    orpc.activities.openings.queryOptions({ input: period ? { periodId: period.id } : skipToken }),
  )
  const grid = useRef<HTMLDivElement>(null)
  const isTooLong = input.endDay < input.startDay || input.endDay > addDays(input.startDay, 800)
  if (isTooLong) return null
  const now = planned(input, zone)
  const before = period ? planned(period, zone) : new Map<Day, { slot: number; capacity: number }[]>()
  const openings = Map.groupBy(stored.data ?? [], ({ day }) => day)
  const byHand = (on: Day) =>
    (openings.get(on) ?? []).some(
      ({ slotId, capacity, closedReason }) =>
        closedReason !== null || before.get(on)?.find(({ slot }) => slot === slotId)?.capacity !== capacity,
    )
  const kindOf = (on: Day): Kind => {
    const rows = openings.get(on) ?? []
    if (byHand(on)) return rows.every(({ closedReason }) => closedReason !== null) ? 'closed' : 'hand'
    if (now.has(on)) return 'open'
    if (publicHolidayOn(on) !== null) return 'public'
    return holidaysOn(zone, on) ? 'holidays' : 'none'
  }
  const months = monthsOf(input.startDay, input.endDay)
  const isOpen = (on: Day) => kindOf(on) === 'open' || kindOf(on) === 'hand'
  const all = daysBetween(input.startDay, input.endDay)
  const stop = chosen ?? all.find(isOpen) ?? input.startDay
  /** Arrows go from day to day, and from week to week. */
  const move = (event: React.KeyboardEvent, from: Day) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = addDays(from, step)
    if (next < input.startDay || next > input.endDay) return
    onChoose(next)
    grid.current?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus()
  }
  return (
    <>
      <Section
        title={counted(all.filter(isOpen).length, 'jour ouvert', 'jours ouverts')}
        soft={counted(all.filter(byHand).length, 'jour changé à la main', 'jours changés à la main')}
      >
        {stored.error ? <Failure error={stored.error} onRetry={() => void stored.refetch()} /> : null}
        <ul className="year-legend">
          {kinds.map(([kind, words]) => (
            <li key={kind}>
              <span className="year-day" data-kind={kind} aria-hidden="true" />
              {kind === 'holidays' ? `vacances, zone ${zone}` : words}
            </li>
          ))}
        </ul>
      </Section>
      {chosen && period ? (
        <ChosenDay
          key={chosen}
          day={chosen}
          activity={activity}
          period={period}
          rows={openings.get(chosen) ?? []}
          canChange={canChange}
        />
      ) : null}
      <div className="year" ref={grid} role="group" aria-label="Jours de la période">
        {months.map((first) => (
          <section key={first}>
            <h3>
              {monthText(first)}
              <span>
                {daysBetween(first, lastOfMonth(first)).filter((on) => all.includes(on) && isOpen(on)).length}
              </span>
            </h3>
            <div className="year-month">
              {[1, 2, 3, 4, 5, 6, 7].map((number) => (
                <b key={number} aria-hidden="true">
                  {weekdayName(number).charAt(0)}
                </b>
              ))}
              {daysBetween(first, lastOfMonth(first)).map((on) => {
                const kind = kindOf(on)
                const words = kinds.find(([one]) => one === kind)?.[1] ?? 'fermé'
                return (
                  <button
                    key={on}
                    type="button"
                    className="year-day"
                    data-day={on}
                    data-kind={kind}
                    style={dayOfMonth(on) === 1 ? { gridColumnStart: weekday(on) } : undefined}
                    disabled={on < input.startDay || on > input.endDay}
                    tabIndex={on === stop ? 0 : -1}
                    aria-pressed={on === chosen}
                    aria-label={`${weekdayName(weekday(on))} ${dayOfMonth(on)} ${monthText(on)}, ${publicHolidayOn(on) ?? words}`}
                    onClick={() => onChoose(on)}
                    onKeyDown={(event) => move(event, on)}
                  >
                    {dayOfMonth(on)}
                  </button>
                )
              })}
            </div>
          </section>
        ))}
      </div>
    </>
  )
}

const monthsOf = (from: Day, to: Day): Day[] => {
  const months: Day[] = []
  for (let first = firstOfMonth(from); first <= to; first = addDays(lastOfMonth(first), 1)) months.push(first)
  return months
}

/** Places of one day, slot by slot; opening and closing it. */
const ChosenDay = ({
  day,
  activity,
  period,
  rows,
  canChange,
}: {
  day: Day
  activity: Activity
  period: Period
  rows: readonly Opening[]
  canChange: boolean
}) => {
  const [isClosing, setIsClosing] = useState(false)
  const slots = activity.slots.filter(({ id }) => period.places.some(({ slotId }) => slotId === id))
  const isOpen = rows.some(({ closedReason }) => closedReason === null)
  const canOpen = slots.some(({ id }) => rows.find(({ slotId }) => slotId === id)?.closedReason !== null)
  const open = (slotIds?: number[]) => {
    client.activities.openDay({ periodId: period.id, day, ...(slotIds && { slotIds }) }).catch(tellRefusal)
  }
  return (
    <Section
      title={shortDay(day)}
      soft={publicHolidayOn(day) ?? undefined}
      aside={
        canChange ? (
          <span className="row">
            {isOpen ? <Button onClick={() => setIsClosing(true)}>Fermer ce jour…</Button> : null}
            {canOpen ? <Button onClick={() => open()}>Ouvrir ce jour</Button> : null}
          </span>
        ) : undefined
      }
    >
      <ul className="stack">
        {slots.map((slot) => {
          const row = rows.find(({ slotId }) => slotId === slot.id)
          return (
            <li key={slot.id} className="row between">
              <span>{slot.name}</span>
              {!row ? (
                <span className="soft small">pas ouverte</span>
              ) : row.closedReason === null ? (
                <Places key={row.capacity} name={slot.name} row={row} canChange={canChange} />
              ) : (
                <span className="row">
                  <span className="soft small">fermée : {row.closedReason}</span>
                  {canChange ? (
                    <Button variant="subtle" onClick={() => open([slot.id])} aria-label={`Rouvrir ${slot.name}`}>
                      Rouvrir
                    </Button>
                  ) : null}
                </span>
              )}
            </li>
          )
        })}
      </ul>
      {isClosing ? <CloseDaysDialog wish={{ periodId: period.id, day }} onClose={() => setIsClosing(false)} /> : null}
    </Section>
  )
}

const Places = ({ name, row, canChange }: { name: string; row: Opening; canChange: boolean }) => {
  const [capacity, setCapacity] = useState<number | string>(row.capacity)
  const save = () => {
    if (capacity === '' || capacity === row.capacity) return
    client.activities
      .changeCapacity({ periodId: row.periodId, day: row.day, slotId: row.slotId, capacity: Number(capacity) })
      .catch(tellRefusal)
  }
  return (
    <NumberInput
      aria-label={`Places, ${name}`}
      suffix=" places"
      w={130}
      allowDecimal={false}
      allowNegative={false}
      disabled={!canChange}
      value={capacity}
      onChange={setCapacity}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save()
      }}
    />
  )
}
