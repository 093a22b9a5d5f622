import type { CalendarPart, CalendarSection } from '../contract/desk/reservations/reservations.ts'
import type { ShownSection } from './joined-sections.ts'

/** The calendar of one group or list: its children and, if it has its own places, those. Null: the whole calendar. */
export const ofPart = (section: ShownSection, part: CalendarPart | null): ShownSection => {
  if (part === null) return section
  return part.kind === 'group' ? ofGroup(section, part.id) : ofSublist(section, part.id)
}

const ofSublist = (section: ShownSection, sublistId: number): ShownSection => {
  const list = section.sublists.find(({ id }) => id === sublistId)
  return {
    ...section,
    rows: section.rows.filter(({ sublistIds }) => sublistIds.includes(sublistId)),
    columns: section.columns.map((column) =>
      list?.slotIds.includes(column.slotId) && column.open
        ? { ...column, held: heldOnList(column, sublistId), capacity: list.capacity, waiting: 0 }
        : column,
    ),
  }
}

/** The number of children of a list who hold a place. */
export const heldOnList = ({ sublists }: CalendarSection['columns'][number], sublistId: number): number =>
  sublists.find((one) => one.sublistId === sublistId)?.held ?? 0

const ofGroup = (section: ShownSection, groupId: number): ShownSection => ({
  ...section,
  rows: section.rows.filter(({ groupIds }) => groupIds.includes(groupId)),
  columns: section.columns.map((column) => {
    const own = column.groups.find((one) => one.groupId === groupId)
    // Where all groups share the places, the gauge keeps counting all children.
    if (!own || column.groups.every(({ capacity }) => capacity === null)) return column
    return own.capacity === null
      ? { ...column, open: false }
      : { ...column, held: own.held, capacity: own.capacity, waiting: own.waiting }
  }),
})

/** « ALSH mercredi 2026/2027, 3-5 ans »: the name of the calendar with that of the group or list. */
export const nameOfPart = ({ period, groups, sublists }: ShownSection, part: CalendarPart | null): string => {
  const named = part && (part.kind === 'group' ? groups : sublists).find(({ id }) => id === part.id)
  return named ? `${period.name}, ${named.name}` : period.name
}
