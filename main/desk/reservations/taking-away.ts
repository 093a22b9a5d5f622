import type { ClosedBookings, FreedBookings } from '../../../shared/contract/desk/reservations/reservations.ts'
import { addDays, type Day, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import { alphabetically } from '../../../shared/rules/people/names.ts'
import { endedAfter } from '../../../shared/rules/people/registration.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import {
  type Closing,
  closeOpenings,
  type OpeningRow,
  openingsToClose,
  slotsShownAs,
} from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { departureLabel, writeDeparture as writeFamilyLeft } from '../families/families.ts'
import { registrationsToEnd, writeEnded, writeRegistrationsEnded } from '../registrations/registrations.ts'
import { schoolNames } from '../settings/settings.ts'
import { type Board, readBoard } from './board/board.ts'
import { requireRegistration } from './board/checks.ts'
import { newPlan, type PlannedMove, planEmptying, writePlan } from './board/moving.ts'
import {
  type CellRow,
  cellsBetween,
  cellsMarked,
  cellsOfSchool,
  nextMoveId,
  registrationRow,
  registrationsIn,
} from './reservations-store.ts'
import { promoteFreed } from './waiting/waiting-lists.ts'

/** Lists what ending a registration after a day would free. */
export const previewEnding = (
  { store, clock }: Core,
  { registrationId, lastDay }: { registrationId: number; lastDay: Day },
) =>
  summary(
    store,
    endingCells(store, clock(), registrationId, lastDay).map(({ cell: one }) => one),
  )

export const endRegistration = (
  { store }: Core,
  person: Person,
  input: { registrationId: number; lastDay: Day; reason: string; charged: boolean },
): FreedBookings => {
  const { startDay } = requireRegistration(store, input.registrationId)
  const hasBegun = endedAfter(startDay, input.lastDay) === 'ended'
  return store.act(person, 'registrations.end', `Inscription ${hasBegun ? 'terminée' : 'retirée'}`, (write) => {
    const found = endingCells(store, write.at, input.registrationId, input.lastDay)
    const freed = takeAway(write, nextMoveId(store), found, input.reason, input.charged)
    writeEnded(store, write, input.registrationId, input.lastDay, input.reason)
    promoteFreed(store, write, freed)
    return summary(
      store,
      found.map(({ cell: one }) => one),
    )
  })
}

/**
 * Lists the registrations that a family's departure on `on` would end and the places that it would free. Changes
 * nothing.
 */
export const previewLeaving = ({ store, clock }: Core, { familyId, on }: { familyId: number; on: Day }) => {
  const ending = registrationsToEnd(store, familyId, on)
  return {
    registrations: ending.map(({ id, firstName, period, becomes }) => ({ id, firstName, period, becomes })),
    ...summary(
      store,
      leavingCells(store, clock(), ending).map(({ cell: one }) => one),
    ),
  }
}

/**
 * Ends a departing family's registrations and frees its places in the same act, so that one undo restores everything.
 */
export const departFamily = (
  { store }: Pick<Core, 'store'>,
  person: Person,
  { familyId, on, charged }: { familyId: number; on: Day; charged: boolean },
): void => {
  const reason = 'Départ de la famille'
  store.act(person, 'families.leave', departureLabel(store, familyId, on), (write) => {
    const ending = registrationsToEnd(store, familyId, on)
    const freed = takeAway(write, nextMoveId(store), leavingCells(store, write.at, ending), reason, charged)
    writeRegistrationsEnded(write, ending, on, reason)
    writeFamilyLeft(store, write, familyId, on)
    promoteFreed(store, write, freed)
  })
}

const leavingCells = (store: Store, at: Instant, left: ReturnType<typeof registrationsToEnd>) =>
  [...Map.groupBy(left, ({ periodId }) => periodId)].flatMap(([periodId, own]) => {
    const rows = own.flatMap(({ id }) => registrationRow(store, id) ?? [])
    const from = own.map((one) => one.from).reduce(earliest)
    const to = own.map((one) => one.endDay).reduce(latest)
    const board = readBoard(store, at, periodId, rows, from, to)
    return own.flatMap((one) =>
      cellsBetween(store, [one.id], one.from, one.endDay)
        .filter(hasFacts)
        .map((cell) => ({ board, cell })),
    )
  })

const earliest = (one: Day, other: Day) => (other < one ? other : one)
const latest = (one: Day, other: Day) => (other > one ? other : one)

/**
 * Part of an act: empties a registration that the family takes back, without charge.
 * @returns the sentence that refuses, or null
 */
export const writeRegistrationEmptied = (store: Store, write: Write, id: number, reason: string): string | null => {
  const registration = registrationRow(store, id)
  if (!registration) return null
  const { periodId, startDay, endDay } = registration
  const cells = cellsBetween(store, [id], startDay, endDay).filter(hasFacts)
  if (cells.some((one) => booked(one) && one.day <= dayAt(write.at))) {
    return 'L’inscription a déjà commencé\u00a0: le service peut y mettre fin à une date.'
  }
  const board = readBoard(store, write.at, periodId, [registration], startDay, endDay, write.begunActId)
  const freed = takeAway(
    write,
    nextMoveId(store),
    cells.map((cell) => ({ board, cell })),
    reason,
    false,
  )
  promoteFreed(store, write, freed)
  return null
}

const endingCells = (store: Store, at: Instant, registrationId: number, lastDay: Day) => {
  const registration = requireRegistration(store, registrationId)
  const from = addDays(lastDay, 1)
  if (from > registration.endDay) return []
  const board = readBoard(store, at, registration.periodId, [registration], from, registration.endDay)
  return cellsBetween(store, [registrationId], from, registration.endDay)
    .filter(hasFacts)
    .map((one) => ({ board, cell: one }))
}

type ClosingInput = {
  readonly from: Day
  readonly to: Day
  readonly periodIds: readonly number[] | null
  readonly slotIds: readonly number[] | null
}
type Closed = Closing & { readonly reason: string; readonly charged: boolean }

export const previewClosing = (core: Core, input: ClosingInput): ClosedBookings =>
  previewClosingOf(core, closingOf(core.store, input))

export const previewClosingOf = ({ store }: Core, closing: Closing): ClosedBookings => {
  refuseReversedDays(closing)
  return closedSummary(store, cellsOfOpenings(store, openingsToClose(store, closing)))
}

/** Closes days for all children concerned, as one act. */
export const closeDays = (
  core: Core,
  person: Person,
  { reason, charged, ...input }: ClosingInput & { readonly reason: string; readonly charged: boolean },
): ClosedBookings => closeDaysOf(core, person, { ...closingOf(core.store, input), reason, charged })

/** The same for several periods at once. */
export const closeDaysOf = ({ store }: Core, person: Person, input: Closed): ClosedBookings => {
  refuseReversedDays(input)
  return store.act(person, 'reservations.close', `Fermeture\u00a0: ${daysText(input)}`, (write) => {
    const closed = closeOpenings(store, write, input)
    if (closed.length === 0) throw new Refused('Rien n’est ouvert ces jours-là.', 'from')
    const cells = cellsOfOpenings(store, closed)
    for (const own of Map.groupBy(cells.freed, ({ periodId }) => periodId).values())
      writeCellsEmptied(store, write, own, input)
    return closedSummary(store, cells)
  })
}

type SchoolClosing = { readonly schoolId: number; readonly from: Day; readonly to: Day }

export const previewSchoolClosing = ({ store }: Core, input: SchoolClosing): ClosedBookings =>
  closedSummary(store, schoolCells(store, input))

/**
 * Frees the children of a school on days when it is closed. The activities that they share with others stay open, and
 * the places go to the children who wait.
 */
export const closeSchool = (
  { store }: Core,
  person: Person,
  { reason, ...input }: SchoolClosing & { readonly reason: string },
): ClosedBookings => {
  const [name = ''] = schoolNames(store, [input.schoolId])
  return store.act(person, 'reservations.close', `Fermeture, ${name}\u00a0: ${daysText(input)}`, (write) => {
    const cells = schoolCells(store, input)
    const freed = [...Map.groupBy(cells.freed, ({ periodId }) => periodId).values()].flatMap((own) =>
      writeCellsEmptied(store, write, own, { reason, charged: false }),
    )
    promoteFreed(store, write, freed)
    return closedSummary(store, cells)
  })
}

const schoolCells = (store: Store, { schoolId, from, to }: SchoolClosing): ClosedCells =>
  byMark(store, cellsOfSchool(store, schoolId, from, to))

const daysText = ({ from, to }: Pick<ClosingInput, 'from' | 'to'>): string =>
  from === to ? shortDay(from) : `${shortDay(from)} → ${shortDay(to)}`

/** What a closing frees, and the places that it leaves: a child was already marked, and what happened stays. */
export type ClosedCells = { readonly freed: readonly CellRow[]; readonly marked: readonly CellRow[] }

/** Every place, rank and demande on these openings. */
export const cellsOfOpenings = (
  store: Store,
  openings: readonly Pick<OpeningRow, 'periodId' | 'day' | 'slotId'>[],
): ClosedCells => byMark(store, cellsWithFacts(store, openings))

const byMark = (store: Store, cells: readonly CellRow[]): ClosedCells => {
  const marks = cellsMarked(store, cells)
  const { freed = [], marked = [] } = Object.groupBy(cells, ({ id }) => (marks.has(id) ? 'marked' : 'freed'))
  return { freed, marked }
}

const cellsWithFacts = (
  store: Store,
  openings: readonly Pick<OpeningRow, 'periodId' | 'day' | 'slotId'>[],
): CellRow[] =>
  [...Map.groupBy(openings, ({ periodId }) => periodId)].flatMap(([periodId, own]) => {
    const days = own.map(({ day }) => day).toSorted()
    const places = new Set(own.map(({ day, slotId }) => `${day} ${slotId}`))
    const [first, last] = [days[0], days.at(-1)]
    if (first === undefined || last === undefined) return []
    const ids = registrationsIn(store, periodId, null).map(({ id }) => id)
    return cellsBetween(store, ids, first, last).filter(
      (one) => hasFacts(one) && places.has(`${one.day} ${one.slotId}`),
    )
  })

/**
 * Part of the act that closed these days: empties cells of one period, read again since they may have changed.
 * @returns the moves that emptied them
 */
export const writeCellsEmptied = (
  store: Store,
  write: Write,
  cells: readonly CellRow[],
  { reason, charged }: { readonly reason: string; readonly charged: boolean },
): readonly PlannedMove[] => {
  const registrations = [...new Set(cells.map(({ registrationId }) => registrationId))]
  const days = cells.map(({ day }) => day).toSorted()
  const [one, first, last] = [cells[0], days[0], days.at(-1)]
  if (!one || first === undefined || last === undefined) return []
  const rows = registrations.flatMap((id) => registrationRow(store, id) ?? [])
  const board = readBoard(store, write.at, one.periodId, rows, first, last, write.begunActId)
  const found = byMark(store, cells).freed.flatMap(({ registrationId, day, slotId }) => {
    const cell = board.cell(registrationId, day, slotId)
    return cell && hasFacts(cell) ? [{ board, cell }] : []
  })
  return takeAway(write, nextMoveId(store), found, reason, charged)
}

const refuseReversedDays = ({ from, to }: Pick<ClosingInput, 'from' | 'to'>) => {
  if (to < from) throw new Refused('La date de fin vient avant la date de début.', 'to')
}

const closingOf = (store: Store, { from, to, periodIds, slotIds }: ClosingInput): Closing => ({
  from,
  to,
  periodIds: periodIds ?? undefined,
  slotIds: slotIds?.flatMap((id) => slotsShownAs(store, id)),
})

const hasFacts = ({ held, ask }: CellRow) => held !== 'none' || ask !== null

const takeAway = (
  write: Write,
  firstMove: number,
  found: readonly { board: Board; cell: CellRow }[],
  reason: string,
  charged: boolean,
): readonly PlannedMove[] => {
  const plan = newPlan(firstMove)
  for (const { board, cell: one } of found) planEmptying(plan, board, one, reason, charged)
  writePlan(write, plan)
  return plan.moves
}

const booked = ({ held }: CellRow) => held === 'confirmed'

const waits = ({ held }: CellRow) => held === 'waitlisted'

const closedSummary = (store: Store, { freed, marked }: ClosedCells): ClosedBookings => ({
  ...summary(store, freed),
  marked: new Set(marked.map(({ registrationId }) => registrationId)).size,
})

const summary = (store: Store, cells: readonly CellRow[]): FreedBookings => {
  const children = [...Map.groupBy(cells, ({ registrationId }) => registrationId)].map(([registrationId, own]) => {
    const { lastName, firstName, familyId } = requireRegistration(store, registrationId)
    const name = `${lastName} ${firstName}`
    return { registrationId, name, familyId, bookings: own.filter(booked).length, waiting: own.filter(waits).length }
  })
  return {
    bookings: cells.filter(booked).length,
    waiting: cells.filter(waits).length,
    demands: cells.filter(({ ask }) => ask !== null).length,
    billed: cells.filter((one) => booked(one) && one.billedBy !== null).length,
    families: new Set(children.map(({ familyId }) => familyId)).size,
    children: children
      .map(({ familyId: _family, ...child }) => child)
      .toSorted((one, other) => alphabetically(one.name, other.name)),
  }
}
