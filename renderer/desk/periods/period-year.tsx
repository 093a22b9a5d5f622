import { Button, NumberInput } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Activity, Opening, Period, PeriodInput } from '../../../shared/contract/desk/activities.ts'
import { addDays, type Day, daysBetween } from '../../../shared/rules/calendar/day.ts'
import { openingsOf } from '../../../shared/rules/calendar/openings.ts'
import { publicHolidayOn } from '../../../shared/rules/calendar/public-holidays.ts'
import type { HolidaysOn, Zone } from '../../../shared/rules/calendar/school-holidays.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { Failure } from '../parts/feedback.tsx'
import { DayMonths } from '../parts/forms/day-months.tsx'
import { Section } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { withFreedNotice } from '../reservations/freed-lists.tsx'
import { useTownHolidays } from '../year/holidays.ts'
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

const planned = (plan: Plan, holidays: HolidaysOn) =>
  Map.groupBy(
    openingsOf({
      from: plan.startDay,
      to: plan.endDay,
      weekdays: plan.weekdays,
      schoolHolidays: plan.schoolHolidays,
      holidays,
      slots: plan.places.map(({ slotId, capacity }) => ({ slot: slotId, capacity })),
    }),
    ({ day }) => day,
  )

/**
 * The whole period, month by month: days opened by the rule and days changed by hand; a chosen day's slots are above.
 */
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
  const holidays = useTownHolidays()
  const isTooLong = input.endDay < input.startDay || input.endDay > addDays(input.startDay, 800)
  if (isTooLong) return null
  const now = planned(input, holidays)
  const before = period ? planned(period, holidays) : new Map<Day, { slot: number; capacity: number }[]>()
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
    return holidays(on) ? 'holidays' : 'none'
  }
  const isOpen = (on: Day) => kindOf(on) === 'open' || kindOf(on) === 'hand'
  const all = daysBetween(input.startDay, input.endDay)
  const stop = chosen ?? all.find(isOpen) ?? input.startDay
  return (
    <>
      <Section
        title={counted(all.filter(isOpen).length, 'jour ouvert', 'jours ouverts')}
        subtitle={counted(all.filter(byHand).length, 'jour changé à la main', 'jours changés à la main')}
      >
        {stored.error ? <Failure error={stored.error} onRetry={() => void stored.refetch()} /> : null}
        <ul className="day-legend">
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
      <div className="year">
        <DayMonths
          label="Jours de la période"
          from={input.startDay}
          to={input.endDay}
          tabStop={stop}
          dayClass="year-day"
          onChoose={(on) => onChoose(on)}
          countOf={(days) => days.filter((on) => all.includes(on) && isOpen(on)).length}
          dayOf={(on) => {
            const kind = kindOf(on)
            const words = kinds.find(([one]) => one === kind)?.[1] ?? 'fermé'
            return {
              words: [publicHolidayOn(on) ?? words],
              isChosen: on === chosen,
              isOff: on < input.startDay || on > input.endDay,
              marks: { 'data-kind': kind },
            }
          }}
        />
      </div>
    </>
  )
}

/** Places of one day by slot, with buttons to open and close the day. */
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
    withFreedNotice(() =>
      clientOutsideForms.activities.openDay({ periodId: period.id, day, ...(slotIds && { slotIds }) }),
    ).catch(notifyRefusal)
  }
  return (
    <Section
      title={shortDay(day)}
      subtitle={publicHolidayOn(day) ?? undefined}
      action={
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
                <DayPlaces name={slot.name} row={row} groups={activity.groups} canChange={canChange} />
              ) : (
                <span className="row">
                  <span className="soft small">fermée&nbsp;: {row.closedReason}</span>
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
      {isClosing ? (
        <CloseDaysDialog initial={{ periodId: period.id, day }} onClose={() => setIsClosing(false)} />
      ) : null}
    </Section>
  )
}

/** The places of a slot on a day: of all children, or of each group that has its own. */
const DayPlaces = ({
  name,
  row,
  groups,
  canChange,
}: {
  name: string
  row: Opening
  groups: Activity['groups']
  canChange: boolean
}) => {
  const { periodId, day, slotId, groupPlaces } = row
  const change = (capacity: number, own: Opening['groupPlaces']) => {
    withFreedNotice(() =>
      clientOutsideForms.activities.changeCapacity({ periodId, day, slotId, capacity, groupPlaces: own }),
    ).catch(notifyRefusal)
  }
  if (groupPlaces === null)
    return (
      <Places
        key={row.capacity}
        label={`Places, ${name}`}
        suffix=" places"
        placesNow={row.capacity}
        canChange={canChange}
        onSave={(capacity) => change(capacity, null)}
      />
    )
  return (
    <span className="row">
      {groupPlaces.map(({ groupId, capacity: now }) => (
        <Places
          key={`${groupId} ${now}`}
          label={`Places, ${name}, ${groups.find(({ id }) => id === groupId)?.name ?? ''}`}
          suffix={` ${groups.find(({ id }) => id === groupId)?.name ?? ''}`}
          placesNow={now}
          canChange={canChange}
          onSave={(capacity) =>
            change(
              row.capacity - now + capacity,
              groupPlaces.map((one) => (one.groupId === groupId ? { groupId, capacity } : one)),
            )
          }
        />
      ))}
    </span>
  )
}

const Places = ({
  label,
  suffix,
  placesNow,
  canChange,
  onSave,
}: {
  label: string
  suffix: string
  placesNow: number
  canChange: boolean
  onSave: (capacity: number) => void
}) => {
  const [capacity, setCapacity] = useState<number | string>(placesNow)
  const save = () => {
    if (capacity !== '' && capacity !== placesNow) onSave(Number(capacity))
  }
  return (
    <NumberInput
      aria-label={label}
      suffix={suffix}
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
