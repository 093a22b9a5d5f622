import type { CalendarSection } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { aboveText } from '../../../shared/rules/people/groups.ts'
import { briefDay } from '../../../shared/rules/text/french.ts'
import { Gauge } from '../../parts/gauge.tsx'
import './groups.css'

/** The groups of a calendar: who is in each, its places on the day in view, and the choice of one. */
export const GroupsBar = ({
  section: { groups, slots, columns, rows },
  today,
  chosen,
  onChoose,
}: {
  section: CalendarSection
  today: Day
  chosen: number | null
  onChoose: (groupId: number | null) => void
}) => {
  const open = columns.filter((column) => column.open)
  const day = open.find((column) => column.day >= today)?.day ?? open.at(-1)?.day
  const ofDay = columns.filter((column) => column.day === day)
  const count = (groupId: number) => rows.filter(({ groupIds }) => groupIds.includes(groupId)).length
  return (
    <section className="groups-bar" aria-label="Groupes">
      <fieldset className="segment" aria-label="Groupe">
        <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
          Tous <span className="soft">{rows.length}</span>
        </button>
        {groups.map(({ id, name }) => (
          <button key={id} type="button" aria-pressed={chosen === id} onClick={() => onChoose(id)}>
            {name} <span className="soft">{count(id)}</span>
          </button>
        ))}
      </fieldset>
      <table className="table table-flush">
        <thead>
          <tr>
            <th>Groupe</th>
            <th>Qui y va</th>
            {slots.map(({ id, name }) => (
              <th key={id} className="num">
                {name}
              </th>
            ))}
            <th className="num">Attente</th>
            <th>{day ? `Adultes, ${briefDay(day)}` : ''}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map(({ id, name, who }) => {
            const places = slots.map((slot) =>
              ofDay.find(({ slotId }) => slotId === slot.id)?.groups.find(({ groupId }) => groupId === id),
            )
            const waiting = places.reduce((sum, own) => sum + (own?.waiting ?? 0), 0)
            const above = places.flatMap((own) =>
              own?.capacity == null ? [] : (aboveText(own.held, own.capacity) ?? []),
            )
            const adults = Math.max(...places.map((own) => own?.adults ?? 0))
            return (
              <tr key={id} aria-selected={chosen === id}>
                <th scope="row">{name}</th>
                <td className="soft">{who}</td>
                {places.map((own, index) => (
                  <td key={slots[index]?.id} className="num">
                    {own ? <GroupCount {...own} /> : <span className="soft">–</span>}
                  </td>
                ))}
                <td className="num">{waiting === 0 ? <span className="soft">–</span> : waiting}</td>
                <td>
                  {adults === 0 ? null : <span>il en faut {adults} </span>}
                  <span className="warn">{above[0] ?? ''}</span>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

/** Places taken and all places; the children alone where all groups share the places. */
const GroupCount = ({ held, capacity }: { held: number; capacity: number | null }) =>
  capacity === null ? <span>{held}</span> : <Gauge held={held} capacity={capacity} line />
