import { addDays, type Day, dayAt, type Instant, mondayOf } from '../../../../shared/rules/calendar/day.ts'
import { isWorkingDay } from '../../../../shared/rules/calendar/public-holidays.ts'
import { windowOf } from '../../../../shared/rules/calendar/window.ts'
import { bookable, type ConfirmedBooking, cancellable, overlaps } from '../../../../shared/rules/cell/bookable.ts'
import type { Facts, Held } from '../../../../shared/rules/cell/cell.ts'
import { type HeadCount, inRankOrder, rankAmong } from '../../../../shared/rules/cell/places.ts'
import { prioritiesMet } from '../../../../shared/rules/cell/waiting.ts'
import { conditionsWithGroups, noConditions } from '../../../../shared/rules/people/conditions.ts'
import { classDay, type Schooling } from '../../../../shared/rules/people/schooling.ts'
import type { Store } from '../../../store/store.ts'
import { homesSuspendedIn } from '../../debts/debts.ts'
import { incompleteAmong } from '../../dossiers/dossiers.ts'
import { dayOfHomeTest } from '../../families/families.ts'
import { memoized } from '../../memoized.ts'
import { type ChildGroups, childGroupsIn } from '../../registrations/registrations.ts'
import {
  askLogNumbers,
  bookingsElsewhere,
  type CellRow,
  cellsBetween,
  countsBetween,
  countsByGroup,
  type OpeningRow,
  openActs,
  openingsBetween,
  type PeriodRow,
  periodRow,
  type RegistrationRow,
  residencesOf,
  type SlotRow,
  schoolingRows,
  slotsOpenIn,
} from '../reservations-store.ts'
import { priorityClaimsFor, type Waiting, waitingBetween, waitingPosition } from '../waiting/waiting-order.ts'
import { isUnderSix, readStaffing, type Staffing } from './staffing.ts'

/** All data on the cells of one period between two days, read at once, from which the facts of any cell follow. */
export type Board = {
  readonly period: PeriodRow
  readonly slots: readonly SlotRow[]
  readonly openings: ReadonlyMap<string, OpeningRow>
  readonly registrations: readonly RegistrationRow[]
  cell(registrationId: number, day: Day, slotId: number): CellRow | undefined
  /** The groups of the children; null where the activity has none. */
  readonly groups: ChildGroups | null
  /** Places taken in all: confirmed bookings, and places kept for families who were offered one. */
  held(day: Day, slotId: number): number
  /** All waiting children, of whichever group, by rank. */
  waiting(day: Day, slotId: number): readonly Waiting[]
  /** The children who had places of the group when the board was read. */
  childrenIn(day: Day, slotId: number, groupId: number): HeadCount
  /**
   * The places that this child may take: those of its group where groups have places of their own, else the opening's.
   */
  placesFor(registrationId: number, day: Day, slotId: number): Places
  /** All places of an opening: those of each group, or one for all children. */
  placesOn(day: Day, slotId: number): readonly Places[]
  /** Whether an act still open is writing this cell. */
  isBusy(cell: CellRow | undefined): boolean
  /** Replaces a cell on the board: later moves are judged against the places that this leaves. */
  put(next: CellRow): void
  /** Puts back the cell that a planned move replaced, as if it had not been planned. */
  putBack(previous: CellRow): void
  /**
   * @param asOf when the family asked, if deadlines and the booking window are judged at that instant instead of now
   * @param wasAsked whether the family asked for it with its registration: what it owes or lacks does not matter then
   */
  facts(registration: RegistrationRow, day: Day, slotId: number, asOf?: Instant, wasAsked?: boolean): Facts
  /** Which of the waiting list's priorities the child of this registration meets on this day. */
  prioritiesMetBy(registrationId: number, day: Day): readonly boolean[]
  /** Adults planned and needed on this slot; null where the period does not count adults. */
  staffing(day: Day, slotId: number): Staffing | null
  /** Position in the portal's log of the demande on this cell: orders demandes of the same instant. */
  askNumber(cell: CellRow): number | undefined
}

/** Places that are given in one order, to the children of one waiting list. */
export type Places = {
  /** Null: of all children, or of those in no group where groups have places of their own. */
  readonly groupId: number | null
  /** Null: the group is not taken that day. */
  readonly capacity: number | null
  readonly held: number
  readonly waiting: readonly Waiting[]
}

const placesKey = (day: Day, slotId: number, groupId: number | null) => `${day} ${slotId} ${groupId ?? ''}`
const openingKey = (day: Day, slotId: number) => `${day} ${slotId}`
const cellKey = (registrationId: number, day: Day, slotId: number) => `${registrationId} ${day} ${slotId}`

/**
 * @param ownAct the open act that reads: its own rows count as written, not as busy
 * @param placesOf replaces the stored places of an opening, to try others
 * @throws RangeError when there is no such period
 */
export const readBoard = (
  store: Store,
  at: Instant,
  periodId: number,
  registrations: readonly RegistrationRow[],
  firstDay: Day,
  lastDay: Day,
  ownAct = 0,
  placesOf: (opening: OpeningRow) => OpeningRow = (opening) => opening,
): Board => {
  const period = periodRow(store, periodId)
  if (!period) throw new RangeError(`no period ${periodId}`)
  // A rule of weeks judges each day with its whole week.
  const from = period.weekRule ? mondayOf(firstDay) : firstDay
  const to = period.weekRule ? addDays(mondayOf(lastDay), 6) : lastDay
  const today = dayAt(at)
  const slots = slotsOpenIn(store, period.activityId)
  const slotById = new Map(slots.map((slot) => [slot.id, slot]))
  const openings = new Map(
    openingsBetween(store, periodId, from, to).map((row) => [openingKey(row.day, row.slotId), placesOf(row)]),
  )
  const groups = childGroupsIn(store, periodId, from, to)
  const hasGroupPlaces = (day: Day, slotId: number) => openings.get(openingKey(day, slotId))?.groupPlaces != null
  /** The group whose places a child is judged by; null where all children share them. */
  const groupFor = (registrationId: number, day: Day, slotId: number): number | null =>
    groups && hasGroupPlaces(day, slotId) ? groups.of(registrationId, day) : null
  const heldCounts = new Map<string, number>()
  for (const { day, slotId, held, count } of countsBetween(store, periodId, from, to)) {
    if (held === 'confirmed') heldCounts.set(openingKey(day, slotId), count)
  }
  const lists = new Map(
    [...waitingBetween(store, periodId, from, to).values()].flatMap((list) => {
      const [first] = list
      return first ? [[placesKey(first.day, first.slotId, first.groupId), list] as const] : []
    }),
  )
  for (const list of lists.values()) {
    const [first] = list
    const offered = list.filter(({ offeredUntil }) => offeredUntil !== null).length
    const where = first && openingKey(first.day, first.slotId)
    if (where && offered > 0) heldCounts.set(where, (heldCounts.get(where) ?? 0) + offered)
  }
  const takenCounts = new Map<string, number>()
  const headCounts = new Map<string, HeadCount>()
  if (groups) {
    for (const { groupId, day, slotId, held, underSix } of countsByGroup(store, groups.spans)) {
      takenCounts.set(placesKey(day, slotId, groupId), held)
      headCounts.set(placesKey(day, slotId, groupId), { underSix, fromSix: held - underSix })
    }
  }
  const placesOfGroup = (day: Day, slotId: number, groupId: number | null): Places => {
    const where = placesKey(day, slotId, groupId)
    const opening = openings.get(openingKey(day, slotId))
    const own = groupId === null ? null : opening?.groupPlaces?.find((one) => one.groupId === groupId)
    // A child of no group would take a place that belongs to a group: only staff may let it in, above the places.
    if (groupId === null && opening?.groupPlaces != null)
      return { groupId, capacity: 0, held: 0, waiting: lists.get(where) ?? [] }
    return {
      groupId,
      capacity: groupId === null ? (opening?.capacity ?? 0) : (own?.capacity ?? null),
      held: (groupId === null ? heldCounts.get(openingKey(day, slotId)) : takenCounts.get(where)) ?? 0,
      waiting: lists.get(where) ?? [],
    }
  }
  const placesFor = (registrationId: number, day: Day, slotId: number): Places =>
    placesOfGroup(day, slotId, groupFor(registrationId, day, slotId))
  const metCache = new Map<string, readonly boolean[]>()
  const met = (registrationId: number, day: Day): readonly boolean[] => {
    if (period.priorities.length === 0) return []
    const cached = metCache.get(`${registrationId} ${day}`)
    if (cached) return cached
    const claims = priorityClaimsFor(store, [{ registrationId, day }])(registrationId, day)
    const found = claims ? prioritiesMet(period.priorities, claims) : []
    metCache.set(`${registrationId} ${day}`, found)
    return found
  }
  const staffing = readStaffing(store, period, slots, [...openings.values()])
  const birthOf = new Map(registrations.map(({ id, birthDay }) => [id, birthDay]))
  const cells = new Map(
    cellsBetween(
      store,
      registrations.map(({ id }) => id),
      from,
      to,
    ).map((cell) => [cellKey(cell.registrationId, cell.day, cell.slotId), cell]),
  )
  const childIds = [...new Set(registrations.map(({ childId }) => childId))]
  const familyIds = [...new Set(registrations.map(({ familyId }) => familyId))]
  const isOwnDay = dayOfHomeTest(store, childIds)
  const suspended = homesSuspendedIn(store, period.activityId, familyIds, today)
  const incompleteByDay = memoized((on: Day) =>
    period.dossier === 'required' ? incompleteAmong(store, period.activityId, registrations, on) : new Set<number>(),
  )
  const schoolings = Map.groupBy(schoolingRows(store, childIds), ({ childId }) => childId)
  const residences = Map.groupBy(residencesOf(store, familyIds), ({ familyId }) => familyId)
  const elsewhere = Map.groupBy(
    bookingsElsewhere(store, period.activityId, childIds, from, to).map((booked) => ({
      ...booked,
      isHidden: booked.activityId !== period.activityId && store.limits?.sees('activity', booked.activityId) === false,
    })),
    ({ childId, day }) => `${childId} ${day}`,
  )
  const busy = new Set([...openActs(store)].filter((id) => id !== ownAct))
  const window = windowOf(period.bookingOpensAt, period.residentsOpenAt, period.bookingClosesAt)
  const numbers = new Map(
    askLogNumbers(
      store,
      registrations.map(({ id }) => id),
      from,
      to,
    ).map((ask) => [`${cellKey(ask.registrationId, ask.day, ask.slotId)} ${ask.recordedAt}`, ask.number]),
  )
  const conditions = conditionsWithGroups(
    {
      minAge: period.minAge,
      maxAge: period.maxAge,
      classes: period.levels,
      schools: period.schools,
      residentsOnly: period.residentsOnly,
    },
    { groups: groups?.groups ?? [], only: groups?.only ?? null },
  )

  const rivals = new Map(slots.map((slot) => [slot.id, slots.filter((other) => overlaps(other, slot))]))
  const ofChild = Map.groupBy(registrations, ({ childId }) => childId)
  const otherBookings = ({ childId, id }: RegistrationRow, day: Day, slot: SlotRow): ConfirmedBooking[] => [
    ...(elsewhere.get(`${childId} ${day}`) ?? []).filter(
      (booked) => !birthOf.has(booked.registrationId) && overlaps(booked, slot),
    ),
    // Bookings on this board, in the child's other home too, come from its cells: they include the moves of this act.
    ...(ofChild.get(childId) ?? []).flatMap((own) =>
      (rivals.get(slot.id) ?? [])
        .filter((rival) => own.id !== id || rival.id !== slot.id)
        .filter((rival) => cells.get(cellKey(own.id, day, rival.id))?.held === 'confirmed')
        .map(({ name, start, end }) => ({ activity: period.activity, slot: name, start, end })),
    ),
  ]

  const put = (next: CellRow): void => {
    const whole = openingKey(next.day, next.slotId)
    const groupId = groupFor(next.registrationId, next.day, next.slotId)
    const where = placesKey(next.day, next.slotId, groupId)
    const previous = cells.get(cellKey(next.registrationId, next.day, next.slotId))
    const taken = Number(takesUpPlace(next)) - Number(previous !== undefined && takesUpPlace(previous))
    const birth = birthOf.get(next.registrationId)
    if (birth !== undefined && taken !== 0) staffing?.add(next.day, next.slotId, isUnderSix(birth, next.day), taken)
    heldCounts.set(whole, (heldCounts.get(whole) ?? 0) + taken)
    takenCounts.set(where, (takenCounts.get(where) ?? 0) + taken)
    const others = (lists.get(where) ?? []).filter(({ id }) => id !== next.id)
    const newcomer = isWaiting(next) ? waitingOf(next, met(next.registrationId, next.day), groupId) : null
    lists.set(where, newcomer ? others.toSpliced(rankAmong(newcomer, others) - 1, 0, newcomer) : others)
    cells.set(cellKey(next.registrationId, next.day, next.slotId), next)
  }

  return {
    period,
    slots,
    openings,
    registrations,
    groups,
    cell: (registrationId, day, slotId) => cells.get(cellKey(registrationId, day, slotId)),
    held: (day, slotId) => heldCounts.get(openingKey(day, slotId)) ?? 0,
    waiting: (day, slotId) => {
      const all = [...lists.values()].filter(([first]) => first?.day === day && first.slotId === slotId)
      return all.length > 1 ? inRankOrder(all.flat()) : (all[0] ?? [])
    },
    childrenIn: (day, slotId, groupId) =>
      headCounts.get(placesKey(day, slotId, groupId)) ?? { underSix: 0, fromSix: 0 },
    placesFor,
    placesOn: (day, slotId) =>
      [...(openings.get(openingKey(day, slotId))?.groupPlaces ?? []).map(({ groupId }) => groupId), null].map(
        (groupId) => placesOfGroup(day, slotId, groupId),
      ),
    isBusy: (cell) => cell !== undefined && busy.has(cell.actId),
    put,
    putBack(previous) {
      put(previous)
      // A cell without a row is made anew by the next move: its id counts the moves of the plan.
      if (previous.id < 0) cells.delete(cellKey(previous.registrationId, previous.day, previous.slotId))
    },
    prioritiesMetBy: met,
    staffing: (day, slotId) => staffing?.at(day, slotId) ?? null,
    askNumber: ({ registrationId, day, slotId, recordedAt }) =>
      numbers.get(`${cellKey(registrationId, day, slotId)} ${recordedAt}`),
    facts(registration, day, slotId, asOf = at, wasAsked = false) {
      const slot = slotById.get(slotId)
      if (!slot) throw new RangeError(`no slot ${slotId} in «\u00a0${period.activity}\u00a0»`)
      const opening = openings.get(openingKey(day, slotId))
      const { groupId, capacity, held, waiting } = placesFor(registration.id, day, slotId)
      const cell = cells.get(cellKey(registration.id, day, slotId))
      const asked = { at: asOf, day, slot, isWorkingDay, period: { from: period.startDay } }
      return {
        day,
        today,
        held: heldOf(cell, waiting),
        ask:
          cell?.ask && cell.recordedAt
            ? {
                wish: cell.ask,
                recordedAt: cell.recordedAt,
                collected: cell.collected === 1,
                takenBack: cell.takenBack === 1,
              }
            : null,
        bookable: bookable({
          ...asked,
          opening:
            opening && opening.closedReason === null
              ? capacity === null
                ? {
                    open: false,
                    why: `pas d’accueil du groupe ${groups?.groups.find(({ id }) => id === groupId)?.name ?? ''}`,
                  }
                : { open: true, capacity, held }
              : { open: false, why: opening?.closedReason ?? undefined },
          period: {
            from: period.startDay,
            window,
            booking: period.bookingRule,
            waitingList: period.waitingList,
          },
          registration: { state: registration.state, span: { from: registration.startDay, to: registration.endDay } },
          conditions: registration.overrideReason === '' ? conditions : noConditions,
          child: {
            birth: registration.birthDay,
            ...schoolingIn(schoolings.get(registration.childId) ?? [], day),
            ...(groups && { put: [{ from: day, groupId: groups.of(registration.id, day) }] }),
            resident: residentOn(residences.get(registration.familyId) ?? [], day),
          },
          mayAsk: true,
          ownDay: isOwnDay(registration.childId, registration.familyId, day),
          others: otherBookings(registration, day, slot),
          suspended: wasAsked ? null : (suspended.get(registration.familyId) ?? null),
          lacksDossier: !wasAsked && incompleteByDay(dayAt(asOf)).has(registration.id),
        }),
        cancellable: cancellable(period.cancelRule, asked),
        placesLeft: (capacity ?? 0) - held,
        waiting: waiting.filter(({ id, offeredUntil }) => id !== cell?.id && offeredUntil === null).length,
        ...(period.staffingBlocks && {
          understaffed: staffing?.whyNotOneMore(day, slotId, isUnderSix(registration.birthDay, day)),
        }),
      }
    },
  }
}

/** Null for the places of all children. */
export const groupName = ({ groups }: Pick<Board, 'groups'>, groupId: number | null): string | null =>
  groups?.groups.find(({ id }) => id === groupId)?.name ?? null

/** Before the first known address, that first address counts, as for prices. @param rows newest first */
const residentOn = (rows: readonly { readonly fromDay: Day; readonly resident: 0 | 1 }[], on: Day): boolean =>
  (rows.find(({ fromDay }) => fromDay <= on) ?? rows.at(-1))?.resident === 1

/** @param rows newest first */
const schoolingIn = (rows: ReturnType<typeof schoolingRows>, on: Day): Schooling => {
  const row = rows.find(({ fromDay }) => fromDay <= classDay(on))
  return { school: row?.school ?? null, schoolClass: row?.level || null }
}

type WaitingCell = CellRow & { waitingSince: Instant; waitingNumber: number }

const isWaiting = (cell: CellRow): cell is WaitingCell => cell.held === 'waitlisted'

const waitingOf = (cell: WaitingCell, met: readonly boolean[], groupId: number | null): Waiting => ({
  ...cell,
  recordedAt: cell.waitingSince,
  logNumber: cell.waitingNumber,
  met,
  markedFor: '',
  groupId,
})

/** Whether the cell takes up one of the slot's places: booked, or offered to a waiting child. */
export const takesUpPlace = ({ held, offeredUntil }: Pick<CellRow, 'held' | 'offeredUntil'>): boolean =>
  held === 'confirmed' || offeredUntil !== null

const heldOf = (cell: CellRow | undefined, list: readonly Waiting[]): Held => {
  if (!cell || cell.held === 'none') return { kind: 'none' }
  if (cell.held === 'confirmed') return { kind: 'confirmed', cancelDenied: cell.cancelDenied === 1 }
  return waitingPosition(list, cell.id)
}
