import { Button } from '@mantine/core'
import { useState } from 'react'
import type { CustodyYear } from '../../../../shared/contract/desk/reservations/custody.ts'
import { type Day, daysBetween } from '../../../../shared/rules/calendar/day.ts'
import { withoutBridge } from '../../../../shared/rules/calendar/school-holidays.ts'
import { homeByRule, homeOf } from '../../../../shared/rules/people/custody.ts'
import { capitalised, counted, longDay, shortDay } from '../../../../shared/rules/text/french.ts'
import { DayMonths } from '../../parts/forms/day-months.tsx'
import { useTownHolidays } from '../../year/holidays.ts'
import { atHome } from './custody-texts.ts'

type Chosen = { readonly anchor: Day; readonly focus: Day }

/**
 * A school year of a child between two homes. Selected days are given to one home, or follow the custody rule again.
 */
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
  /** Absent for a person who may only read. */
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
  const stateOfDay = (on: Day) => {
    const home = homeOf(custody, on, holidays)
    const own = booked.get(on) ?? []
    return {
      home,
      isExchanged: custody.exceptions.has(on) && homeByRule(data.rules, on, holidays) !== home,
      isBooked: own.length > 0,
      isMisplaced: home !== null && own.some(({ familyId }) => familyId !== home),
      words: [
        home === null ? 'aucune règle' : atHome(homes, home),
        ...(custody.exceptions.has(on) ? ['échangé'] : []),
        ...(holidays(on) ? ['vacances'] : []),
        ...own.map(({ familyId, count }) => `${counted(count, 'réservation')} ${atHome(homes, familyId)}`),
      ],
    }
  }
  return (
    <>
      <ul className="day-legend">
        {homes.map(({ id }, index) => (
          <li key={id}>
            <span className="custody-day" data-home={homeMarks[index]} aria-hidden="true" />
            {atHome(homes, id)}
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
        <span aria-live="polite">{chosenText(days, stateOfDay)}</span>
        {onGive && days.length > 0 ? (
          <>
            {homes.map(({ id }) => (
              <Button key={id} onClick={() => onGive(days, id)}>
                {capitalised(atHome(homes, id))}
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
            const { home, isExchanged, isBooked, isMisplaced, words } = stateOfDay(on)
            return {
              words,
              isChosen: days.includes(on),
              marks: {
                'data-home': homeMarks[homes.findIndex(({ id }) => id === home)],
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

/** Values of `data-home`, by which the style draws each home, in the order of the homes. */
const homeMarks = ['a', 'b'] as const

const between = ({ anchor, focus }: Chosen): Day[] =>
  anchor <= focus ? daysBetween(anchor, focus) : daysBetween(focus, anchor)

const chosenText = (days: readonly Day[], toldOf: (on: Day) => { words: readonly string[] }): string => {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return 'Choisissez un jour, ou plusieurs avec Maj, pour les échanger.'
  return first === last
    ? `${capitalised(longDay(first))}\u00a0: ${toldOf(first).words.join(', ')}`
    : `${counted(days.length, 'jour')}, du ${shortDay(first)} au ${shortDay(last)}`
}
