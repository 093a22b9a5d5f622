import type { CalendarSection } from '../contract/desk/reservations/reservations.ts'
import { letterOf } from '../rules/cell/cell.ts'
import { isSameSlot } from '../rules/groups/joined-activities.ts'
import { byFullName } from '../rules/people/names.ts'
import { listed } from '../rules/text/french.ts'

/** A calendar in which equal slots of activities that became one share a column. */
export type ShownSection = CalendarSection & {
  /** The slot of a registration’s own activity that a column stands for; absent where they are the same. */
  readonly slotOf?: (registrationId: number, slotId: number) => number
}

/** The calendars as they are shown: each of an activity that was joined lies in that of its lead, where they share days. */
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
  /** By slot of any of them, the slot that is shown. */
  const shownAs = new Map<number, number>()
  for (const slot of sections.flatMap((section) => section.slots)) {
    const twin = slots.find((one) => isSameSlot(one, slot))
    shownAs.set(slot.id, twin?.id ?? slot.id)
    if (!twin) slots.push(slot)
  }
  const groups = sections.flatMap((section) => section.groups)
  // Lists are those of the lead, whichever of them one reads.
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

/** Every day and shown slot, with the places of all; a group whose activity does not open it has none there. */
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
              },
          ),
          sublists: [
            ...Map.groupBy(
              own.flatMap((column) => column.sublists),
              ({ sublistId }) => sublistId,
            ),
          ].map(([sublistId, listed]) => ({ sublistId, held: listed.reduce((total, one) => total + one.held, 0) })),
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

/** The rows of one of them on all columns; its children have nothing to book in those of the others. */
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
