import { Checkbox } from '@mantine/core'
import type { Activity, Period } from '../../../shared/contract/desk/activities.ts'
import { isSameSlot } from '../../../shared/rules/groups/joined-activities.ts'
import { weekdayName } from '../../../shared/rules/text/french.ts'
import './registrations.css'
import { shortWeekday, type Week } from './registration-texts.ts'

type Slot = Activity['slots'][number]

/** The slots of these periods: the same slots of joined activities appear once. */
export const slotsOfPeriods = (
  activities: readonly Pick<Activity, 'id' | 'slots'>[],
  periods: readonly Pick<Period, 'activityId' | 'places'>[],
): readonly Slot[] =>
  periods
    .flatMap(({ activityId, places }) =>
      (activities.find(({ id }) => id === activityId)?.slots ?? []).filter(({ id }) =>
        places.some(({ slotId }) => slotId === id),
      ),
    )
    .reduce<Slot[]>((shown, slot) => (shown.some((one) => isSameSlot(one, slot)) ? shown : [...shown, slot]), [])

/** « Semaine type »: weekdays and slots, ticked where the child comes every week. */
export const WeekField = ({
  slots,
  weekdays,
  week,
  onChange,
}: {
  slots: readonly Slot[]
  weekdays: readonly number[]
  week: Week
  onChange: (week: Week) => void
}) => {
  const wished = (weekday: number, slotId: number) =>
    week.some((one) => one.weekday === weekday && one.slotId === slotId)
  const toggle = (weekday: number, slotId: number) =>
    onChange(
      wished(weekday, slotId)
        ? week.filter((one) => one.weekday !== weekday || one.slotId !== slotId)
        : [...week, { weekday, slotId }],
    )
  return (
    <table className="week-field" aria-label="Semaine type">
      <thead>
        <tr>
          <th scope="col">
            <span className="unseen">Plage</span>
          </th>
          {weekdays.map((weekday) => (
            <th key={weekday} scope="col">
              <abbr title={weekdayName(weekday)}>{shortWeekday(weekday)}</abbr>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {slots.map((slot) => (
          <tr key={slot.id}>
            <th scope="row">{slot.name}</th>
            {weekdays.map((weekday) => (
              <td key={weekday}>
                <Checkbox
                  aria-label={`${slot.name}, ${weekdayName(weekday)}`}
                  checked={wished(weekday, slot.id)}
                  onChange={() => toggle(weekday, slot.id)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
