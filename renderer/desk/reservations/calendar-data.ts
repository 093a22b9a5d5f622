import type { CalendarSection } from '../../../shared/contract/desk/reservations.ts'
import { type CellState, cellStates, legend } from '../../../shared/rules/cell.ts'
import { type Day, daysBetween } from '../../../shared/rules/day.ts'
import { briefDay, longDay } from '../../../shared/rules/french.ts'
import { holidaysOn, type Zone } from '../../../shared/rules/school-holidays.ts'
import type { CellAt, GridCell, GridColumn, GridRow, GridSlot } from '../../parts/calendar-grid.tsx'

/** A section of the calendar as the grid draws it. */
export type Drawn = {
  readonly section: CalendarSection
  readonly rows: readonly GridRow[]
  readonly columns: readonly GridColumn[]
  readonly cell: (row: GridRow, column: GridColumn, slot: GridSlot) => GridCell | undefined
  readonly counts: Partial<Record<CellState, number>>
}

export type CellKey = { readonly registrationId: number; readonly day: Day; readonly slotId: number }

export const keyOf = ({ row, day, slot }: CellAt): CellKey => ({
  registrationId: Number(row),
  day,
  slotId: Number(slot),
})

const firstLetter = 'a'.charCodeAt(0)
const stateAt = (states: string, index: number): CellState =>
  cellStates[states.charCodeAt(index) - firstLetter] ?? 'closed'

export const drawn = (section: CalendarSection, from: Day, to: Day, today: Day, zone: Zone): Drawn => {
  const slots = new Map(section.slots.map((slot) => [slot.id, slot]))
  const position = new Map(section.columns.map(({ day, slotId }, index) => [`${day} ${slotId}`, index]))
  const byDay = Map.groupBy(section.columns, ({ day }) => day)
  const registrations = new Map(section.rows.map((row) => [String(row.registrationId), row]))
  const counts: Partial<Record<CellState, number>> = {}
  for (const { states } of section.rows) {
    for (let index = 0; index < states.length; index += 1) {
      const state = stateAt(states, index)
      counts[state] = (counts[state] ?? 0) + 1
    }
  }
  return {
    section,
    counts,
    rows: section.rows.map(({ registrationId, lastName, firstName, age }) => ({
      id: String(registrationId),
      name: `${lastName} ${firstName}`,
      age,
    })),
    columns: daysBetween(from, to).map((day): GridColumn => {
      const own = byDay.get(day) ?? []
      return {
        day,
        label: briefDay(day),
        name: longDay(day),
        note: noteOf(day, today, own, zone),
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
      if (index === undefined || !registration) return undefined
      const state = stateAt(registration.states, index)
      const rank = registration.ranks[index]
      const { words } = legend[state]
      return rank === undefined ? { state, text: words } : { state, rank, text: `${words}, rang ${rank}` }
    },
  }
}

const noteOf = (day: Day, today: Day, own: readonly { closedReason: string | null }[], zone: Zone): string => {
  if (day === today) return 'aujourd’hui'
  const closed = own.length > 0 && own.every(({ closedReason }) => closedReason !== null)
  return closed ? (own[0]?.closedReason ?? 'fermé') : (holidaysOn(zone, day)?.name ?? '')
}
