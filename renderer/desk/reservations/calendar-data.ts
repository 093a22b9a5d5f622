import IconListDetails from '@tabler/icons-react/icons/IconListDetails'
import { createElement } from 'react'
import type { CalendarSection } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { ShownSection } from '../../../shared/pages/joined-sections.ts'
import { type Day, daysBetween } from '../../../shared/rules/calendar/day.ts'
import type { HolidaysOn } from '../../../shared/rules/calendar/school-holidays.ts'
import { type CellState, legend, stateAt } from '../../../shared/rules/cell/cell.ts'
import { warningsBySlot } from '../../../shared/rules/cell/places.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { briefDay, longDay } from '../../../shared/rules/text/french.ts'
import type { CellAt, GridCell, GridRow } from '../../parts/calendar-grid.tsx'
import type { GridColumn, GridSlot } from '../../parts/calendar-layout.ts'

/** The data that `CalendarGrid` draws. */
export type GridData = {
  readonly id: string
  readonly name: string
  readonly rows: readonly GridRow[]
  readonly columns: readonly GridColumn[]
  readonly cell: (row: GridRow, column: GridColumn, slot: GridSlot) => GridCell | undefined
  readonly counts: Partial<Record<CellState, number>>
  readonly keyOf: (at: CellAt) => CellKey | undefined
}

export type CellKey = { readonly registrationId: number; readonly day: Day; readonly slotId: number }

export const gridOf = (section: ShownSection, from: Day, to: Day, today: Day, holidays: HolidaysOn): GridData => {
  const slots = new Map(section.slots.map((slot) => [slot.id, slot]))
  const position = new Map(section.columns.map(({ day, slotId }, index) => [`${day} ${slotId}`, index]))
  const byDay = Map.groupBy(section.columns, ({ day }) => day)
  const registrations = new Map(section.rows.map((row) => [String(row.registrationId), row]))
  return {
    id: String(section.period.id),
    name: section.period.name,
    counts: counted([section], () => true),
    keyOf: ({ row, day, slot }) => cellKeyOf(section, Number(row), day, Number(slot)),
    rows: section.rows.map(({ registrationId, lastName, firstName, age, sublistIds }) => ({
      id: String(registrationId),
      name: `${lastName} ${firstName}`,
      firstName,
      age,
      icons: listIcon(section.sublists.flatMap(({ id, name }) => (sublistIds.includes(id) ? [name] : []))),
    })),
    columns: daysBetween(from, to).map((day): GridColumn => {
      const own = byDay.get(day) ?? []
      return {
        day,
        label: briefDay(day),
        name: longDay(day),
        warning: warningsBySlot(
          own.map(({ slotId, staffingWarning }) => ({ name: slots.get(slotId)?.name ?? '', staffingWarning })),
        ).join('\u00a0; '),
        note: noteOf(day, today, own, holidays),
        isToday: day === today,
        folded: own.length === 0,
        slots: own.map(({ slotId, held, capacity, open }) => ({
          id: String(slotId),
          label: slots.get(slotId)?.shortName ?? '',
          name: slots.get(slotId)?.name ?? '',
          held,
          capacity: open ? capacity : 0,
        })),
      }
    }),
    cell(row, column, slot) {
      const index = position.get(`${column.day} ${slot.id}`)
      const registration = registrations.get(row.id)
      return index === undefined || !registration ? undefined : gridCellAt(registration, index)
    },
  }
}

/** The lists that a child is on, as an icon, since their names would leave no room for the child's. */
const listIcon = (names: readonly string[]) =>
  names.length > 0 &&
  createElement(IconListDetails, {
    size: 14,
    className: 'soft',
    role: 'img',
    title: names.join(', '),
    'aria-label': names.join(', '),
  })

/** The child's own cell in a column, which may combine the same slots of several activities. */
const cellKeyOf = ({ slotOf }: ShownSection, registrationId: number, day: Day, slotId: number): CellKey => ({
  registrationId,
  day,
  slotId: slotOf ? slotOf(registrationId, slotId) : slotId,
})

/**
 * One day of every activity, with a row per child and a column per activity; a row's cells may belong to several
 * registrations. While the day loads, `sections` may still be those of a week: only the day's columns are drawn.
 */
export const dayGridOf = (sections: readonly ShownSection[], day: Day): GridData => {
  const isOnDay = (column: { readonly day: Day }) => column.day === day
  const children = new Map<string, GridRow>()
  const faces = new Map<string, { key: CellKey; face: GridCell }>()
  for (const section of sections) {
    for (const registration of section.rows) {
      const { childId, familyId, lastName, firstName, age, registrationId } = registration
      const id = `${childId} ${familyId}`
      children.set(id, { id, name: `${lastName} ${firstName}`, firstName, age })
      for (const [index, column] of section.columns.entries()) {
        if (!isOnDay(column)) continue
        const key = cellKeyOf(section, registrationId, day, column.slotId)
        faces.set(`${id} ${column.slotId}`, { key, face: gridCellAt(registration, index) })
      }
    }
  }
  return {
    id: day,
    name: longDay(day),
    counts: counted(sections, isOnDay),
    rows: [...children.values()].toSorted((one, other) => alphabetically(one.name, other.name)),
    columns: sections.map(({ period, slots, columns }) => ({
      day,
      label: period.activity,
      name: period.name,
      slots: columns.filter(isOnDay).map(({ slotId, held, capacity, open }) => {
        const slot = slots.find(({ id }) => id === slotId)
        return {
          id: String(slotId),
          label: slot?.shortName ?? '',
          name: `${period.activity}, ${slot?.name ?? ''}`,
          held,
          capacity: open ? capacity : 0,
        }
      }),
    })),
    cell: (row, _column, slot) => faces.get(`${row.id} ${slot.id}`)?.face,
    keyOf: ({ row, slot }) => faces.get(`${row} ${slot}`)?.key,
  }
}

const gridCellAt = ({ states, ranks, offered }: CalendarSection['rows'][number], index: number): GridCell => {
  const state = stateAt(states, index)
  const rank = ranks[index]
  const { words } = legend[state]
  if (rank === undefined) return { state, text: words }
  return { state, rank, text: `${words}, rang ${rank}${offered.includes(index) ? ', place proposée' : ''}` }
}

const counted = (
  sections: readonly CalendarSection[],
  isShown: (column: { readonly day: Day }) => boolean,
): GridData['counts'] => {
  const counts: Partial<Record<CellState, number>> = {}
  for (const { rows, columns } of sections) {
    for (const { states } of rows) {
      for (const [index, column] of columns.entries()) {
        if (!isShown(column)) continue
        const state = stateAt(states, index)
        counts[state] = (counts[state] ?? 0) + 1
      }
    }
  }
  return counts
}

const noteOf = (
  day: Day,
  today: Day,
  own: readonly { closedReason: string | null }[],
  holidays: HolidaysOn,
): string => {
  if (day === today) return 'aujourd’hui'
  const closed = own.length > 0 && own.every(({ closedReason }) => closedReason !== null)
  return closed ? (own[0]?.closedReason ?? 'fermé') : (holidays(day)?.name ?? '')
}
