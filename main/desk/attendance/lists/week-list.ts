import type { ListCell, ListInput } from '../../../../shared/contract/desk/attendance.ts'
import { addDays, daysBetween, mondayOf } from '../../../../shared/rules/calendar/day.ts'
import { byFullName } from '../../../../shared/rules/people/names.ts'
import { ageText, briefDay, counted, longDay } from '../../../../shared/rules/text/french.ts'
import { jointSlots, leadActivity } from '../../activities/activities.ts'
import type { Core } from '../../core.ts'
import { childrenOnDay } from '../../families/families.ts'
import { jointCellsOfDay, openSlotsOn } from '../attendance.ts'
import { registrationsOn } from '../attendance-store.ts'
import type { DayList } from './list.ts'

/** Empty rows for children who come without being on the list. */
const emptyRows = 4

/** A week to tick by hand, where there is no screen or network. Without health data: the sheet is pinned to a wall. */
export const weekList = ({ store }: Core, { activityId, from }: Extract<ListInput, { kind: 'week' }>): DayList => {
  const monday = mondayOf(from)
  const activity = leadActivity(store, activityId)
  const joint = jointSlots(store, activity.id)
  const days = daysBetween(monday, addDays(monday, 6)).map((day) => {
    const open = openSlotsOn(store, joint, day)
    const cells = jointCellsOfDay(store, joint, day).filter(({ held }) => held === 'confirmed')
    return {
      day,
      cells,
      slots: joint.slots.filter(({ id }) => open.has(id) || cells.some(({ slotId }) => slotId === id)),
    }
  })
  const columns = days.flatMap(({ day, cells, slots: own }) =>
    own.map((slot) => ({
      title: `${briefDay(day)} ${slot.shortName}`,
      expected: new Set(cells.filter(({ slotId }) => slotId === slot.id).map(({ registrationId }) => registrationId)),
    })),
  )
  const coming = new Set(columns.flatMap(({ expected }) => [...expected]))
  const registered = new Map(
    days
      .flatMap(({ day }) => joint.activityIds.flatMap((id) => registrationsOn(store, id, day)))
      .map(({ id, childId }) => [id, childId]),
  )
  const people = childrenOnDay(store, [...registered.values()], monday)
  const rows = [...registered]
    .filter(([id]) => coming.has(id))
    .flatMap(([id, childId]) => {
      const child = people.get(childId)
      return child ? [{ ...child, registrationId: id }] : []
    })
    .toSorted(byFullName)
  return {
    table: {
      title: 'Feuille de la semaine',
      about: `${activity.name}, ${activity.facility} – semaine du ${longDay(monday)}`,
      summary: columns.map(({ title, expected }) => ({ name: title, value: String(expected.size) })),
      blanks: [],
      columns: [
        { title: 'Enfant', kind: 'text' },
        ...columns.map(({ title }) => ({
          title,
          kind: 'box' as const,
          width: Math.min(13, 144 / Math.max(1, columns.length)),
        })),
      ],
      groups: [
        {
          name: '',
          count: counted(rows.length, 'enfant'),
          rows: rows.map(({ registrationId, lastName, firstName, age }) => ({
            id: String(registrationId),
            registrationId,
            cells: [
              { text: `${lastName} ${firstName}`, under: ageText(age), strong: true },
              ...columns.map(
                ({ expected }): ListCell => ({
                  text: '',
                  box: expected.has(registrationId) ? 'expected' : 'notBooked',
                }),
              ),
            ],
          })),
        },
      ],
      emptyRows,
      empty: 'Aucun enfant n’est attendu cette semaine-là.',
      note: 'Cochez quand l’enfant est là. Absent\u00a0: écrivez ABS. Hachuré\u00a0: pas réservé.',
      showsHealth: false,
    },
    spreadsheet: {
      columns: ['Nom', 'Prénom', ...columns.map(({ title }) => title)],
      rows: rows.map(({ lastName, firstName, registrationId }) => [
        lastName,
        firstName,
        ...columns.map(({ expected }) => (expected.has(registrationId) ? 'x' : '')),
      ]),
    },
  }
}
