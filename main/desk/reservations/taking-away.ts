import type { TakenAway } from '../../../shared/contract/desk/reservations.ts'
import { addDays, type Day, type Instant } from '../../../shared/rules/day.ts'
import { shortDay } from '../../../shared/rules/french.ts'
import { alphabetically } from '../../../shared/rules/names.ts'
import type { Write } from '../../store/acts.ts'
import type { Store } from '../../store/store.ts'
import { type Closing, openingsToClose, setClosed } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { writeEnded } from '../registrations/registrations.ts'
import { type Board, readBoard } from './board.ts'
import { registrationFound } from './checks.ts'
import { newPlan, planTakingAway, writePlan } from './moving.ts'
import { type CellRow, cellsBetween, nextMoveId, registrationsIn } from './reservations-store.ts'

/** What ending a registration after a day would free. */
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
): TakenAway =>
  store.act(person, 'registrations.end', 'Inscription terminée', (write) => {
    const found = endingCells(store, write.at, input.registrationId, input.lastDay)
    const taken = takeAway(store, write, found, input.reason, input.charged)
    writeEnded(store, write, input.registrationId, input.lastDay, input.reason)
    return taken
  })

const endingCells = (store: Store, at: Instant, registrationId: number, lastDay: Day) => {
  const registration = registrationFound(store, registrationId)
  const from = addDays(lastDay, 1)
  if (from > registration.endDay) return []
  const board = readBoard(store, at, registration.periodId, [registration], from, registration.endDay)
  return cellsBetween(store, [registrationId], from, registration.endDay)
    .filter(hasFacts)
    .map((one) => ({ board, cell: one }))
}

type ClosingInput = { from: Day; to: Day; periodId: number | null; slotIds: readonly number[] | null }

export const previewClosing = ({ store, clock }: Core, input: ClosingInput): TakenAway => {
  refuseUpsideDown(input)
  return summary(
    store,
    closingCells(store, clock(), input).map(({ cell: one }) => one),
  )
}

/** Closes days for everyone concerned, as one act. */
export const closeDays = (
  { store }: Core,
  person: Person,
  input: ClosingInput & { reason: string; charged: boolean },
): TakenAway => {
  refuseUpsideDown(input)
  const days = input.from === input.to ? shortDay(input.from) : `${shortDay(input.from)} → ${shortDay(input.to)}`
  return store.act(person, 'reservations.close', `Fermeture : ${days}`, (write) => {
    const found = closingCells(store, write.at, input)
    const closed = setClosed(store, write, { ...closingOf(input), reason: input.reason })
    if (closed.length === 0) throw new Refused('Rien n’est ouvert ces jours-là.', 'from')
    return takeAway(store, write, found, input.reason, input.charged)
  })
}

const refuseUpsideDown = ({ from, to }: ClosingInput) => {
  if (to < from) throw new Refused('La date de fin vient avant la date de début.', 'to')
}

const closingOf = ({ from, to, periodId, slotIds }: ClosingInput): Closing => ({
  from,
  to,
  periodIds: periodId === null ? undefined : [periodId],
  slotIds: slotIds ?? undefined,
})

const closingCells = (store: Store, at: Instant, input: ClosingInput) => {
  const openings = openingsToClose(store, closingOf(input))
  return [...Map.groupBy(openings, ({ periodId }) => periodId)].flatMap(([periodId, own]) => {
    const registrations = registrationsIn(store, periodId, null)
    const board = readBoard(store, at, periodId, registrations, input.from, input.to)
    const closing = new Set(own.map(({ day, slotId }) => `${day} ${slotId}`))
    const ids = registrations.map(({ id }) => id)
    return cellsBetween(store, ids, input.from, input.to)
      .filter((one) => hasFacts(one) && closing.has(`${one.day} ${one.slotId}`))
      .map((one) => ({ board, cell: one }))
  })
}

const hasFacts = ({ held, ask }: CellRow) => held !== 'none' || ask !== null

const takeAway = (
  store: Store,
  write: Write,
  found: readonly { board: Board; cell: CellRow }[],
  reason: string,
  charged: boolean,
): TakenAway => {
  const plan = newPlan(nextMoveId(store))
  for (const { board, cell: one } of found) planTakingAway(plan, board, one, reason, charged)
  writePlan(write, plan)
  return summary(
    store,
    found.map(({ cell: one }) => one),
  )
}

const booked = ({ held }: CellRow) => held === 'confirmed'

const waits = ({ held }: CellRow) => held === 'waitlisted'

const summary = (store: Store, cells: readonly CellRow[]): TakenAway => {
  const children = [...Map.groupBy(cells, ({ registrationId }) => registrationId)].map(([registrationId, own]) => {
    const { lastName, firstName, familyId } = registrationFound(store, registrationId)
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
