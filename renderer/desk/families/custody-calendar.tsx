import { Button } from '@mantine/core'
import { useState } from 'react'
import type { CustodyYear } from '../../../shared/contract/desk/reservations/custody.ts'
import { type Day, daysBetween } from '../../../shared/rules/calendar/day.ts'
import { withoutBridge } from '../../../shared/rules/calendar/school-holidays.ts'
import { homeByRule, homeOf } from '../../../shared/rules/people/custody.ts'
import { capitalised, counted, longDay, shortDay } from '../../../shared/rules/text/french.ts'
import { DayMonths } from '../parts/forms/day-months.tsx'
import { useTownHolidays } from '../year/holidays.ts'
import { at } from './custody-texts.ts'

type Chosen = { readonly anchor: Day; readonly focus: Day }

/** A year of a child between its homes. Days chosen, one or a row of them, are given to a home or back to the rule. */
export const CustodyCalendar = ({
  label,
  data,
  from,
  to,
  today,
  onGive,
}: {
  label: string
  data: CustodyYear
  from: Day
  to: Day
  today: Day
  /** Absent for who may only read. */
  onGive?: (days: Day[], home: number | null) => void
}) => {
  const [chosen, setChosen] = useState<Chosen>()
  const { homes, zone } = data
  const holidays = withoutBridge(useTownHolidays())
  const custody = { rules: data.rules, exceptions: new Map(data.exceptions.map(({ day, home }) => [day, home])) }
  const booked = Map.groupBy(data.bookings, ({ day }) => day)
  const days = chosen ? between(chosen) : []
  const stop = chosen?.focus ?? (from <= today && today <= to ? today : from)
  const choose = (on: Day, extends_: boolean) =>
    setChosen({ anchor: extends_ && chosen ? chosen.anchor : on, focus: on })
  const toldOf = (on: Day) => {
    const home = homeOf(custody, on, holidays)
    const own = booked.get(on) ?? []
    return {
      home,
      isExchanged: custody.exceptions.has(on) && homeByRule(data.rules, on, holidays) !== home,
      isBooked: own.length > 0,
      isMisplaced: home !== null && own.some(({ familyId }) => familyId !== home),
      words: [
        home === null ? 'aucune règle' : at(homes, home),
        ...(custody.exceptions.has(on) ? ['échangé'] : []),
        ...(holidays(on) ? ['vacances'] : []),
        ...own.map(({ familyId, count }) => `${counted(count, 'réservation')} ${at(homes, familyId)}`),
      ],
    }
  }
  return (
    <>
      <ul className="day-legend">
        {homes.map(({ id }, index) => (
          <li key={id}>
            <span className="custody-day" data-home={sides[index]} aria-hidden="true" />
            {at(homes, id)}
          </li>
        ))}
        <li>
          <span className="custody-day" data-home="a" data-exchanged aria-hidden="true" />
          jour échangé
        </li>
        <li>
          <span className="custody-day" data-home="a" data-booked aria-hidden="true">
            9
          </span>
          réservé
        </li>
        <li>
          <span className="custody-day" data-home="b" data-booked data-misplaced aria-hidden="true">
            9
          </span>
          réservé par l’autre foyer
        </li>
        <li>
          <span className="custody-day" data-holidays aria-hidden="true" />
          vacances, zone {zone}
        </li>
      </ul>
      <div className="row custody-chosen" role="group" aria-label="Jours choisis">
        <span aria-live="polite">{chosenText(days, toldOf)}</span>
        {onGive && days.length > 0 ? (
          <>
            {homes.map(({ id }) => (
              <Button key={id} onClick={() => onGive(days, id)}>
                {capitalised(at(homes, id))}
              </Button>
            ))}
            <Button
              disabled={!days.some((on) => custody.exceptions.has(on))}
              onClick={() =>
                onGive(
                  days.filter((on) => custody.exceptions.has(on)),
                  null,
                )
              }
            >
              Selon la règle
            </Button>
          </>
        ) : null}
      </div>
      <div className="custody-months">
        <DayMonths
          label={label}
          from={from}
          to={to}
          tabStop={stop}
          today={today}
          dayClass="custody-day"
          onChoose={choose}
          dayOf={(on) => {
            const { home, isExchanged, isBooked, isMisplaced, words } = toldOf(on)
            return {
              words,
              isChosen: days.includes(on),
              marks: {
                'data-home': sides[homes.findIndex(({ id }) => id === home)],
                'data-exchanged': isExchanged || undefined,
                'data-booked': isBooked || undefined,
                'data-misplaced': isMisplaced || undefined,
                'data-holidays': holidays(on) !== null || undefined,
              },
            }
          }}
        />
      </div>
    </>
  )
}

/** How each home is drawn, in their order. */
const sides = ['a', 'b'] as const

const between = ({ anchor, focus }: Chosen): Day[] =>
  anchor <= focus ? daysBetween(anchor, focus) : daysBetween(focus, anchor)

const chosenText = (days: readonly Day[], toldOf: (on: Day) => { words: readonly string[] }): string => {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return 'Choisissez un jour, ou plusieurs avec Maj, pour les échanger.'
  return first === last
    ? `${capitalised(longDay(first))}\u00a0: ${toldOf(first).words.join(', ')}`
    : `${counted(days.length, 'jour')}, du ${shortDay(first)} au ${shortDay(last)}`
}
