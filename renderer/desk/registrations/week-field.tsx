import { Checkbox } from '@mantine/core'
import type { Activity, Period } from '../../../shared/contract/desk/activities.ts'
import { weekdayName } from '../../../shared/rules/text/french.ts'
import './registrations.css'
import { shortWeekday, type Week } from './registration-texts.ts'

/** « Semaine type »: the period's weekdays and slots, ticked where the child comes every week. */
export const WeekField = ({
  activity,
  period,
  week,
  onChange,
}: {
  activity: Activity
  period: Pick<Period, 'weekdays' | 'places'>
  week: Week
  onChange: (week: Week) => void
}) => {
  const slots = activity.slots.filter(({ id }) => period.places.some(({ slotId }) => slotId === id))
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
          {period.weekdays.map((weekday) => (
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
            {period.weekdays.map((weekday) => (
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
