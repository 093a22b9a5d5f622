import type { CalendarSection } from '../contract/desk/reservations/reservations.ts'
import { letterOf } from '../rules/cell/cell.ts'
import { isSameSlot } from '../rules/groups/joined-activities.ts'
import { byFullName } from '../rules/people/names.ts'
import { listed } from '../rules/text/french.ts'

/** A calendar in which the same slots of joined activities share a column. */
export type ShownSection = CalendarSection & {
  /** The slot of a registration's own activity for a column; absent when it is the column's slot. */
  readonly slotOf?: (registrationId: number, slotId: number) => number
}

/** The calendars to show: that of a joined activity becomes a part of its lead's, when they have days in common. */
export const joinedSections = (sections: readonly CalendarSection[]): ShownSection[] => {
  const hostOf = (section: CalendarSection) => {
    const { activityId, leadId } = section.period
    if (activityId === leadId) return undefined
    const days = new Set(section.columns.map(({ day }) => day))
    return sections.find(
      ({ period, columns }) =>
        period.activityId === leadId && columns.some((column) => column.open && days.has(column.day)),
    )
  }
  const hosts = new Map(sections.map((section) => [section, hostOf(section)]))
  return sections.flatMap((section): ShownSection[] => {
    if (hosts.get(section)) return []
    const guests = sections.filter((other) => hosts.get(other) === section)
    return [guests.length === 0 ? section : joined([section, ...guests])]
  })
}

type Sections = readonly [CalendarSection, ...CalendarSection[]]

const joined = (sections: Sections): ShownSection => {
  const [host] = sections
  const slots: CalendarSection['slots'] = []
  /** For each slot of these activities, the slot in whose column it is shown. */
  const shownAs = new Map<number, number>()
  for (const slot of sections.flatMap((section) => section.slots)) {
    const twin = slots.find((one) => isSameSlot(one, slot))
    shownAs.set(slot.id, twin?.id ?? slot.id)
    if (!twin) slots.push(slot)
  }
  const groups = sections.flatMap((section) => section.groups)
  // Lists belong to the lead, also in the calendars of the other activities.
  const sublists = host.sublists.map((list) => ({
    ...list,
    slotIds: [
      ...new Set(
        sections.flatMap((section) =>
          (section.sublists.find(({ id }) => id === list.id)?.slotIds ?? []).map((id) => shownAs.get(id) ?? id),
        ),
      ),
    ],
  }))
  const columns = columnsOf(sections, slots, shownAs, groups)
  const ownSlots = new Map(
    sections.flatMap((section) => {
      const own = new Map(section.slots.map(({ id }) => [shownAs.get(id) ?? id, id]))
      return section.rows.map(({ registrationId }) => [registrationId, own] as const)
    }),
  )
  return {
    ...host,
    period: { ...host.period, name: listed(sections.map(({ period }) => period.name)) },
    slots,
    groups,
    sublists,
    columns,
    rows: sections.flatMap((section) => rowsOf(section, columns, shownAs)).toSorted(byFullName),
    slotOf: (registrationId, slotId) => ownSlots.get(registrationId)?.get(slotId) ?? slotId,
  }
}

type Column = CalendarSection['columns'][number]

/**
 * All days and columns, with the places of all joined activities together; a group whose activity is closed on that day
 * has none.
 */
const columnsOf = (
  sections: Sections,
  slots: CalendarSection['slots'],
  shownAs: ReadonlyMap<number, number>,
  groups: CalendarSection['groups'],
): Column[] => {
  const position = new Map(slots.map(({ id }, index) => [id, index]))
  const all = sections.flatMap((section) =>
    section.columns.map((column) => ({ ...column, slotId: shownAs.get(column.slotId) ?? column.slotId })),
  )
  return [...Map.groupBy(all, keyOf).values()]
    .flatMap((own): Column[] => {
      const [first] = own
      if (!first) return []
      const open = own.filter((column) => column.open)
      const sum = (of: (column: Column) => number) => open.reduce((total, column) => total + of(column), 0)
      return [
        {
          ...first,
          open: open.length > 0,
          capacity: sum(({ capacity }) => capacity),
          held: sum(({ held }) => held),
          waiting: sum(({ waiting }) => waiting),
          groups: groups.map(
            ({ id }) =>
              open.flatMap((column) => column.groups).find(({ groupId }) => groupId === id) ?? {
                groupId: id,
                capacity: null,
                held: 0,
                waiting: 0,
                adults: null,
                present: null,
              },
          ),
          sublists: [
            ...Map.groupBy(
              own.flatMap((column) => column.sublists),
              ({ sublistId }) => sublistId,
            ),
          ].map(([sublistId, listed]) => ({ sublistId, held: listed.reduce((total, one) => total + one.held, 0) })),
          adults: open.some(({ adults }) => adults === null) ? null : sum(({ adults }) => adults ?? 0),
          staffingWarning: open.find(({ staffingWarning }) => staffingWarning !== null)?.staffingWarning ?? null,
          closedReason: open.length > 0 ? null : first.closedReason,
        },
      ]
    })
    .toSorted((one, other) =>
      one.day === other.day
        ? (position.get(one.slotId) ?? 0) - (position.get(other.slotId) ?? 0)
        : one.day < other.day
          ? -1
          : 1,
    )
}

const keyOf = ({ day, slotId }: { readonly day: string; readonly slotId: number }) => `${day} ${slotId}`

/** The rows of one activity over all columns; its children have no cells in the columns of the other activities. */
const rowsOf = (
  section: CalendarSection,
  columns: readonly Column[],
  shownAs: ReadonlyMap<number, number>,
): CalendarSection['rows'] => {
  const indexOf = new Map(
    section.columns.map(({ day, slotId }, index) => [keyOf({ day, slotId: shownAs.get(slotId) ?? slotId }), index]),
  )
  const own = columns.map((column) => indexOf.get(keyOf(column)))
  return section.rows.map((row) => ({
    ...row,
    states: own.map((index) => (index === undefined ? letterOf('closed') : (row.states[index] ?? ''))).join(''),
    ranks: Object.fromEntries(
      own.flatMap((index, at) => {
        const rank = index === undefined ? undefined : row.ranks[index]
        return rank === undefined ? [] : [[String(at), rank]]
      }),
    ),
    offered: own.flatMap((index, at) => (index !== undefined && row.offered.includes(index) ? [at] : [])),
  }))
}
