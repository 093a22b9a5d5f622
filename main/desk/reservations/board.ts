import { type Booked, bookable, cancellable, overlaps } from '../../../shared/rules/bookable.ts'
import type { Facts, Held } from '../../../shared/rules/cell.ts'
import { type Day, dayAt, type Instant } from '../../../shared/rules/day.ts'
import { inOrder } from '../../../shared/rules/places.ts'
import { isWorkingDay } from '../../../shared/rules/public-holidays.ts'
import type { Conditions } from '../../../shared/rules/registration.ts'
import type { Window } from '../../../shared/rules/window.ts'
import type { Store } from '../../store/store.ts'
import {
  bookingsElsewhere,
  type CellRow,
  cellsBetween,
  countsBetween,
  levelsOf,
  type OpeningRow,
  openActs,
  openingsBetween,
  type PeriodRow,
  periodRow,
  type RegistrationRow,
  residencesOf,
  type SlotRow,
  slotsOpenIn,
  type Waiting,
  waitingBetween,
} from './reservations-store.ts'

/** What is known of a period's cells between two days, read at once: the facts of any of them. */
export type Board = {
  readonly period: PeriodRow
  readonly slots: readonly SlotRow[]
  readonly openings: ReadonlyMap<string, OpeningRow>
  readonly registrations: readonly RegistrationRow[]
  cell(registrationId: number, day: Day, slotId: number): CellRow | undefined
  held(day: Day, slotId: number): number
  /** In the order of the list. */
  waiting(day: Day, slotId: number): readonly Waiting[]
  /** Whether an act under way is writing this cell. */
  isBusy(cell: CellRow | undefined): boolean
  /** The board as it stands once the cell is `next`: what follows is judged against it. */
  put(next: CellRow): void
  facts(registration: RegistrationRow, day: Day, slotId: number): Facts
}

const place = (day: Day, slotId: number) => `${day} ${slotId}`
const key = (registrationId: number, day: Day, slotId: number) => `${registrationId} ${day} ${slotId}`

/** @throws RangeError when there is no such period */
export const readBoard = (
  store: Store,
  at: Instant,
  periodId: number,
  registrations: readonly RegistrationRow[],
  from: Day,
  to: Day,
): Board => {
  const period = periodRow(store, periodId)
  if (!period) throw new RangeError(`no period ${periodId}`)
  const today = dayAt(at)
  const slots = slotsOpenIn(store, period.activityId)
  const slotById = new Map(slots.map((slot) => [slot.id, slot]))
  const openings = new Map(openingsBetween(store, periodId, from, to).map((row) => [place(row.day, row.slotId), row]))
  const heldCounts = new Map<string, number>()
  for (const { day, slotId, held, count } of countsBetween(store, periodId, from, to)) {
    if (held === 'confirmed') heldCounts.set(place(day, slotId), count)
  }
  const lists = new Map(
    Map.groupBy(waitingBetween(store, periodId, from, to), ({ day, slotId }) => place(day, slotId))
      .entries()
      .map(([where, list]) => [where, inOrder(list)] as const),
  )
  const cells = new Map(
    cellsBetween(
      store,
      registrations.map(({ id }) => id),
      from,
      to,
    ).map((cell) => [key(cell.registrationId, cell.day, cell.slotId), cell]),
  )
  const childIds = [...new Set(registrations.map(({ childId }) => childId))]
  const familyIds = [...new Set(registrations.map(({ familyId }) => familyId))]
  const levels = Map.groupBy(levelsOf(store, childIds), ({ childId }) => childId)
  const residences = Map.groupBy(residencesOf(store, familyIds), ({ familyId }) => familyId)
  const elsewhere = Map.groupBy(
    bookingsElsewhere(store, period.activityId, childIds, from, to),
    ({ childId, day }) => `${childId} ${day}`,
  )
  const busy = openActs(store)
  const window = windowOf(period)
  const conditions: Conditions = {
    minAge: period.minAge,
    maxAge: period.maxAge,
    classes: period.levels,
    residentsOnly: period.residentsOnly,
  }

  const rivals = new Map(
    slots.map((slot) => [slot.id, slots.filter((other) => other.id !== slot.id && overlaps(other, slot))]),
  )
  const otherBookings = ({ childId, id }: RegistrationRow, day: Day, slot: SlotRow): Booked[] => [
    ...(elsewhere.get(`${childId} ${day}`) ?? []).filter(
      (booked) => booked.registrationId !== id && overlaps(booked, slot),
    ),
    // Those of the registration itself come from the cells, which follow what the act has already moved.
    ...(rivals.get(slot.id) ?? [])
      .filter((rival) => cells.get(key(id, day, rival.id))?.held === 'confirmed')
      .map(({ name, start, end }) => ({ activity: period.activity, slot: name, start, end })),
  ]

  return {
    period,
    slots,
    openings,
    registrations,
    cell: (registrationId, day, slotId) => cells.get(key(registrationId, day, slotId)),
    held: (day, slotId) => heldCounts.get(place(day, slotId)) ?? 0,
    waiting: (day, slotId) => lists.get(place(day, slotId)) ?? [],
    isBusy: (cell) => cell !== undefined && busy.has(cell.actId),
    put(next) {
      const where = place(next.day, next.slotId)
      const before = cells.get(key(next.registrationId, next.day, next.slotId))
      const taken = Number(next.held === 'confirmed') - Number(before?.held === 'confirmed')
      heldCounts.set(where, (heldCounts.get(where) ?? 0) + taken)
      const others = (lists.get(where) ?? []).filter(({ id }) => id !== next.id)
      lists.set(where, isWaiting(next) ? inOrder([...others, waitingOf(next)]) : others)
      cells.set(key(next.registrationId, next.day, next.slotId), next)
    },
    facts(registration, day, slotId) {
      const slot = slotById.get(slotId)
      if (!slot) throw new RangeError(`no slot ${slotId} in « ${period.activity} »`)
      const opening = openings.get(place(day, slotId))
      const held = heldCounts.get(place(day, slotId)) ?? 0
      const cell = cells.get(key(registration.id, day, slotId))
      const asked = { at, day, slot, isWorkingDay, period: { from: period.startDay } }
      return {
        day,
        today,
        held: heldOf(cell, lists.get(place(day, slotId)) ?? []),
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
              ? { open: true, capacity: opening.capacity, held }
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
            schoolClass: levels.get(registration.childId)?.find(({ fromDay }) => fromDay <= day)?.level || null,
            resident: residences.get(registration.familyId)?.find(({ fromDay }) => fromDay <= day)?.resident === 1,
          },
          ownDay: true,
          others: otherBookings(registration, day, slot),
        }),
        cancellable: cancellable(period.cancelRule, asked),
        placesLeft: (opening?.capacity ?? 0) - held,
      }
    },
  }
}

type WaitingCell = CellRow & { waitingSince: Instant; waitingNumber: number }

const isWaiting = (cell: CellRow): cell is WaitingCell => cell.held === 'waitlisted'

const waitingOf = ({ waitingSince, waitingNumber, ...cell }: WaitingCell): Waiting => ({
  ...cell,
  recordedAt: waitingSince,
  logNumber: waitingNumber,
})

/** Age, class and residence were passed over once, with a reason, when the child was registered. */
const noConditions: Conditions = { minAge: null, maxAge: null, classes: [], residentsOnly: false }

const heldOf = (cell: CellRow | undefined, list: readonly Waiting[]): Held => {
  if (!cell || cell.held === 'none') return { kind: 'none' }
  if (cell.held === 'confirmed') return { kind: 'confirmed', cancelDenied: cell.cancelDenied === 1 }
  return { kind: 'waitlisted', rank: list.findIndex(({ id }) => id === cell.id) + 1 }
}

const windowOf = ({ bookingOpensAt, bookingClosesAt, residentsOpenAt }: PeriodRow): Window | undefined =>
  bookingOpensAt === null && bookingClosesAt === null
    ? undefined
    : {
        opensAt: bookingOpensAt ?? ('0000-01-01T00:00:00.000Z' as Instant),
        residentsFrom: residentsOpenAt ?? undefined,
        closesAt: bookingClosesAt ?? undefined,
      }
