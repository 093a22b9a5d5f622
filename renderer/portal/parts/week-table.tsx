import { capitalised, weekdayName } from '../../../shared/rules/text/french.ts'
import './week-table.css'

export type WeekTick = { readonly weekday: number; readonly slot: number }

/** « Semaine Type »: a table with a checkbox for each weekday and slot. */
export const WeekTable = ({
  weekdays,
  slots,
  week,
  onChange,
}: {
  weekdays: readonly number[]
  slots: readonly { readonly id: number; readonly name: string }[]
  week: readonly WeekTick[]
  onChange: (week: readonly WeekTick[]) => void
}) => {
  const isAt = (weekday: number, slot: number) => (one: WeekTick) => one.weekday === weekday && one.slot === slot
  return (
    <table className="week-type">
      <caption className="vh">Ce que vous voulez chaque semaine</caption>
      <thead>
        <tr>
          <td>
            <span className="vh">Jours</span>
          </td>
          {slots.map(({ id, name }) => (
            <th key={id} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weekdays.map((weekday) => (
          <tr key={weekday}>
            <th scope="row">{capitalised(weekdayName(weekday))}</th>
            {slots.map(({ id, name }) => (
              <td key={id}>
                <label className="tick">
                  <input
                    type="checkbox"
                    aria-label={`${capitalised(weekdayName(weekday))}, ${name.toLocaleLowerCase('fr')}`}
                    checked={week.some(isAt(weekday, id))}
                    onChange={({ target }) =>
                      onChange(
                        target.checked
                          ? [...week, { weekday, slot: id }]
                          : week.filter((one) => !isAt(weekday, id)(one)),
                      )
                    }
                  />
                </label>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
