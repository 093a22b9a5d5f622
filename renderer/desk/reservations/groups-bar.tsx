import IconListDetails from '@tabler/icons-react/icons/IconListDetails'
import { Link } from '@tanstack/react-router'
import type { CalendarPart } from '../../../shared/contract/desk/reservations/reservations.ts'
import { heldOnList } from '../../../shared/pages/calendar-part.ts'
import type { ShownSection } from '../../../shared/pages/joined-sections.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { aboveText } from '../../../shared/rules/groups/groups.ts'
import { briefDay } from '../../../shared/rules/text/french.ts'
import { Gauge } from '../../parts/gauge.tsx'
import { keyText } from '../parts/keyboard/key.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import './groups.css'

/** The groups and lists of a calendar, each with its children and places on the day shown; one can be chosen. */
export const GroupsBar = ({
  section: { period, groups, sublists, slots, columns, rows, slotOf },
  today,
  chosen,
  onChoose,
}: {
  section: ShownSection
  today: Day
  chosen: CalendarPart | null
  onChoose: (part: CalendarPart | null) => void
}) => {
  const open = columns.filter((column) => column.open)
  const day = open.find((column) => column.day >= today)?.day ?? open.at(-1)?.day
  const ofDay = columns.filter((column) => column.day === day)
  const adultsTold = ofDay.flatMap(({ adults }) => adults ?? [])
  /** When two activities were joined, a column has several waiting lists: the screen then opens on the day. */
  const waitingSearch = (groupe: number, at: number) => {
    const plage = slots[at]?.id
    if (slotOf || day === undefined || plage === undefined) return day ? { jour: day } : {}
    return { periode: period.id, jour: day, plage, groupe }
  }
  const parts: { part: CalendarPart | null; name: string; children: number }[] = [
    { part: null, name: 'Tous', children: rows.length },
    ...groups.map(({ id, name }) => ({
      part: { kind: 'group' as const, id },
      name,
      children: rows.filter(({ groupIds }) => groupIds.includes(id)).length,
    })),
    ...sublists.map(({ id, name }) => ({
      part: { kind: 'sublist' as const, id },
      name,
      children: rows.filter(({ sublistIds }) => sublistIds.includes(id)).length,
    })),
  ]
  const isChosen = (part: CalendarPart | null) => chosen?.kind === part?.kind && chosen?.id === part?.id
  return (
    <section className="groups-bar" aria-label="Groupes">
      <fieldset className="segment" aria-label="Groupe">
        {parts.map(({ part, name, children }, index) => (
          <GroupButton
            key={part ? `${part.kind} ${part.id}` : ''}
            combo={index < 9 ? String(index + 1) : null}
            name={name}
            count={children}
            isChosen={isChosen(part)}
            onChoose={() => onChoose(part)}
          />
        ))}
      </fieldset>
      <table className="table table-flush">
        <thead>
          <tr>
            <th>{groups.length === 0 ? 'Liste' : 'Groupe'}</th>
            <th>Qui y va</th>
            {slots.map(({ id, name }) => (
              <th key={id} className="num">
                {name}
              </th>
            ))}
            <th className="num">Attente</th>
            <th>
              {day ? `${groups.length === 0 ? 'Le' : 'Adultes,'} ${briefDay(day)}` : ''}
              {groups.length > 0 && adultsTold.length > 0 ? `\u00a0: ${Math.max(...adultsTold)} en tout` : ''}
            </th>
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
            const busiest = places.toSorted((one, other) => (other?.adults ?? 0) - (one?.adults ?? 0))[0]
            return (
              <tr key={id} aria-selected={isChosen({ kind: 'group', id })}>
                <th scope="row">{name}</th>
                <td className="soft">{who}</td>
                {places.map((own, index) => (
                  <td key={slots[index]?.id} className="num">
                    {own ? <GroupCount {...own} /> : <span className="soft">–</span>}
                  </td>
                ))}
                <td className="num">
                  {waiting === 0 ? (
                    <span className="soft">–</span>
                  ) : (
                    <Link
                      to="/calendrier/attente"
                      search={waitingSearch(
                        id,
                        places.findIndex((own) => own?.waiting),
                      )}
                    >
                      {waiting}
                    </Link>
                  )}
                </td>
                <td>
                  {busiest?.adults ? <AdultsText {...busiest} needed={busiest.adults} /> : null}
                  <span className="warn">{above[0] ?? ''}</span>
                </td>
              </tr>
            )
          })}
          {sublists.map(({ id, name, capacity, slotIds }) => {
            const places = slots.map((slot) =>
              slotIds.includes(slot.id) ? ofDay.find(({ slotId }) => slotId === slot.id) : undefined,
            )
            const held = places.map((column) => (column?.open ? heldOnList(column, id) : 0))
            return (
              <tr key={`liste ${id}`} aria-selected={isChosen({ kind: 'sublist', id })}>
                <th scope="row">
                  <IconListDetails size={14} className="soft" aria-hidden="true" /> {name}
                </th>
                <td className="soft">à la main{groups.length > 1 ? ', parmi les groupes' : ''}</td>
                {places.map((column, index) => (
                  <td key={slots[index]?.id} className="num">
                    {column?.open ? (
                      <Gauge held={held[index] ?? 0} capacity={capacity} line />
                    ) : (
                      <span className="soft">–</span>
                    )}
                  </td>
                ))}
                <td className="num">
                  <span className="soft">–</span>
                </td>
                <td className="warn">{aboveText(Math.max(0, ...held), capacity) ?? ''}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

/** Places taken and all places; only the number of children when the groups share the places. */
const GroupCount = ({ held, capacity }: { held: number; capacity: number | null }) =>
  capacity === null ? <span>{held}</span> : <Gauge held={held} capacity={capacity} line />

/** « 4 pour 39, il en faut 4 »; only what is needed where nobody said how many are there for the group. */
const AdultsText = ({ present, held, needed }: { present: number | null; held: number; needed: number }) => (
  <span className={present !== null && present < needed ? 'warn' : undefined}>
    {present === null ? '' : `${present} pour ${held}, `}il en faut {needed}{' '}
  </span>
)

const GroupButton = ({
  combo,
  name,
  count,
  isChosen,
  onChoose,
}: {
  /** Null from the tenth on: the keyboard has nine number keys. */
  combo: string | null
  name: string
  count: number
  isChosen: boolean
  onChoose: () => void
}) => {
  useShortcut(combo ?? '', `groupe\u00a0: ${name}`, onChoose, { enabled: combo !== null })
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      title={combo === null ? name : `${name} (${keyText(combo)})`}
      onClick={onChoose}
    >
      {name} <span className="soft">{count}</span>
    </button>
  )
}
