import { compareTexts } from '../../../shared/collections.ts'
import type { CalendarSection } from '../../../shared/contract/desk/reservations/reservations.ts'
import { ageOn, type Day, daysFrom } from '../../../shared/rules/calendar/day.ts'
import { cellState, letterOf } from '../../../shared/rules/cell/cell.ts'
import { adultsForGroup, supervisionKind } from '../../../shared/rules/cell/places.ts'
import { whoText } from '../../../shared/rules/people/conditions.ts'
import { byFullName } from '../../../shared/rules/people/names.ts'
import { ageText } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { jointSlots, sublistsOf } from '../activities/activities.ts'
import { type Core, Refused } from '../core.ts'
import { childrenOnLists } from '../registrations/registrations.ts'
import { type Board, readBoard } from './board/board.ts'
import {
  heldByList,
  periodRow,
  periodsOpenBetween,
  type RegistrationRow,
  registrationsIn,
} from './reservations-store.ts'

const maxDays = 93

/** Calendars between two days: of the given periods, or of every period open then; for all children or one family's. */
export const readCalendar = (
  { store, clock }: Core,
  { from, to, periodIds, familyId }: { from: Day; to: Day; periodIds: number[] | null; familyId: number | null },
): CalendarSection[] => {
  if (to < from) throw new Refused('La date de fin vient avant la date de début.', 'to')
  if (daysFrom(from, to) >= maxDays) throw new Refused('Trois mois au plus à la fois.', 'to')
  if (periodIds?.some((id) => !periodRow(store, id))) throw new Refused('Cette période n’existe plus.', 'periodIds')
  const at = clock()
  return (periodIds ?? periodsOpenBetween(store, from, to))
    .map((periodId) => readBoard(store, at, periodId, registrationsIn(store, periodId, familyId), from, to))
    .filter(({ registrations }) => familyId === null || registrations.length > 0)
    .map((board) => section(board, listsOf(store, board, from, to), from, to))
}

type Lists = {
  readonly sublists: CalendarSection['sublists']
  readonly of: (registrationId: number) => number[]
  readonly heldOn: (day: Day, slotId: number) => CalendarSection['columns'][number]['sublists']
}

/** The lists of the activity under which the period is shown, with who is on them between two days. */
const listsOf = (store: Store, { period, slots }: Board, from: Day, to: Day): Lists => {
  const lists = sublistsOf(store, period.leadId).filter(({ endedFrom }) => endedFrom === null || from < endedFrom)
  if (lists.length === 0) return { sublists: [], of: () => [], heldOn: () => [] }
  const { shownAs } = jointSlots(store, period.leadId)
  const listed = [...childrenOnLists(store, period.leadId).values()]
    .flat()
    .filter((one) => one.from <= to && from <= one.to)
  const byRegistration = Map.groupBy(listed, ({ registrationId }) => registrationId)
  const held = Map.groupBy(heldByList(store, period.id, from, to), ({ day, slotId }) => `${day} ${slotId}`)
  return {
    sublists: lists.map(({ id, name, capacity, slotIds }) => ({
      id,
      name,
      capacity,
      slotIds: slots.flatMap((slot) => (slotIds?.includes(shownAs(slot.id)) === false ? [] : [slot.id])),
    })),
    of: (registrationId) => [...new Set((byRegistration.get(registrationId) ?? []).map(({ sublistId }) => sublistId))],
    heldOn: (day, slotId) =>
      (held.get(`${day} ${slotId}`) ?? []).map(({ sublistId, children }) => ({ sublistId, held: children })),
  }
}

const section = (board: Board, lists: Lists, from: Day, to: Day): CalendarSection => {
  const { period } = board
  const openings = [...board.openings.values()].filter(({ day }) => day >= from && day <= to)
  const position = new Map(board.slots.map(({ id }, index) => [id, index]))
  const columns = openings.toSorted(
    (one, other) =>
      compareTexts(one.day, other.day) || (position.get(one.slotId) ?? 0) - (position.get(other.slotId) ?? 0),
  )
  const kinds = new Map(
    [...Map.groupBy(openings, ({ day }) => day)].map(([day, own]) => [
      day,
      supervisionKind(
        period.supervision,
        board.slots.filter(({ id }) => own.some(({ slotId, closedReason }) => slotId === id && closedReason === null)),
      ),
    ]),
  )
  const used = new Set(columns.map(({ slotId }) => slotId))
  return {
    period: {
      id: period.id,
      name: period.name,
      activityId: period.activityId,
      activity: period.activity,
      leadId: period.leadId,
    },
    slots: board.slots
      .filter(({ id }) => used.has(id))
      .map(({ id, name, shortName, start, end }) => ({ id, name, shortName, start, end })),
    groups: (board.groups?.groups ?? []).map((group) => ({ id: group.id, name: group.name, who: whoText(group) })),
    sublists: lists.sublists,
    columns: columns.map(({ day, slotId, capacity, closedReason: why }) => {
      const staffing = why === null ? board.staffing(day, slotId) : null
      return {
        day,
        slotId,
        open: why === null,
        capacity,
        held: board.held(day, slotId),
        waiting: board.waiting(day, slotId).length,
        groups: (board.groups?.groups ?? []).map(({ id, childrenPerAdult }) => {
          const isOnly = board.groups?.only?.id === id
          const places = board.placesOn(day, slotId).find(({ groupId }) => groupId === (isOnly ? null : id))
          const heads = board.childrenIn(day, slotId, id)
          return {
            groupId: id,
            capacity: places?.capacity ?? null,
            held: heads.underSix + heads.fromSix,
            waiting: places?.waiting.length ?? 0,
            adults: adultsForGroup(kinds.get(day) ?? null, heads, childrenPerAdult),
            present: isOnly ? (staffing?.adults ?? null) : null,
          }
        }),
        sublists: lists.heldOn(day, slotId),
        adults: staffing?.adults ?? null,
        staffingWarning: staffing?.warning ?? null,
        closedReason: why,
      }
    }),
    rows: board.registrations
      .map((registration) => ({ ...row(board, registration, columns, from), sublistIds: lists.of(registration.id) }))
      .toSorted(byFullName),
  }
}

const row = (
  board: Board,
  registration: RegistrationRow,
  columns: readonly { day: Day; slotId: number }[],
  from: Day,
): Omit<CalendarSection['rows'][number], 'sublistIds'> => {
  const ranks: Record<string, number> = {}
  const offered: number[] = []
  const states = columns.map(({ day, slotId }, index) => {
    const facts = board.facts(registration, day, slotId)
    const state = cellState(facts)
    if (state === 'waitlisted' && facts.held.kind === 'waitlisted') {
      ranks[index] = facts.held.rank
      if (facts.held.offeredUntil !== undefined) offered.push(index)
    }
    return letterOf(state)
  })
  const { id, childId, familyId, lastName, firstName, birthDay } = registration
  const age = ageText(ageOn(birthDay, from))
  const spans = board.groups?.spansOf(id) ?? []
  const groupIds = [...new Set(spans.flatMap(({ groupId }) => groupId ?? []))]
  return {
    registrationId: id,
    childId,
    familyId,
    lastName,
    firstName,
    age,
    groupIds,
    states: states.join(''),
    ranks,
    offered,
  }
}
