import type { WeekResult } from '../../../shared/contract/desk/reservations.ts'
import { obstacleText } from '../../../shared/rules/bookable.ts'
import { type Day, dayAt, type Instant, today } from '../../../shared/rules/day.ts'
import { applyTypicalWeek, type TypicalWeek } from '../../../shared/rules/typical-week.ts'
import type { Write } from '../../store/acts.ts'
import type { Store } from '../../store/store.ts'
import type { Core, Person } from '../core.ts'
import { type Asked, registrationOf, writeAccepted, writeAsked } from '../registrations/registrations.ts'
import { readBoard } from './board.ts'
import { moverOf, refuseUnknownSlot, registrationFound } from './checks.ts'
import { newPlan, planMove, writePlan } from './moving.ts'
import { nextMoveId } from './reservations-store.ts'

export type WeekInput = {
  readonly registrationId: number
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
  readonly from: Day
}

/** What a typical week gives from a day to the registration's end: booked, put on the list when full, or skipped. */
export const previewWeek = ({ store, clock }: Core, person: Person, input: WeekInput): WeekResult =>
  planWeek(store, clock(), person, input).result

export const applyWeek = ({ store }: Core, person: Person, input: WeekInput): WeekResult =>
  store.act(person, 'reservations.week', 'Semaine type appliquée', (write) => writeWeek(store, write, person, input))

/** Part of an act, such as the one that accepts the registration. */
const writeWeek = (store: Store, write: Write, person: Person, input: WeekInput): WeekResult => {
  const { plan, result } = planWeek(store, write.at, person, input)
  writePlan(write, plan)
  return result
}

export const acceptWithWeek = (
  { store }: Core,
  person: Person,
  { registrationId, overrideReason }: { registrationId: number; overrideReason: string },
): WeekResult =>
  store.act(person, 'registrations.accept', 'Inscription acceptée avec sa semaine type', (write) => {
    writeAccepted(store, write, person, registrationId, overrideReason)
    return writeAcceptedWeek(store, write, person, registrationId)
  })

export const writeAcceptedWeek = (store: Store, write: Write, person: Person, registrationId: number): WeekResult =>
  writeWeek(store, write, person, acceptedWeek(store, write.at, registrationId))

/** The semaine type wished with a registration, from its first day that is not past. */
const acceptedWeek = (store: Store, at: Instant, registrationId: number): WeekInput => {
  const { startDay, typicalWeek } = registrationOf(store, registrationId)
  return { registrationId, week: typicalWeek, from: later(startDay, dayAt(at)) }
}

/** What accepting a registration that is « ? » would give of its semaine type. */
export const previewAcceptance = ({ store, clock }: Core, person: Person, registrationId: number): WeekResult => {
  const at = clock()
  const registration = { ...registrationFound(store, registrationId), state: 'accepted' as const }
  return planWeek(store, at, person, acceptedWeek(store, at, registrationId), registration).result
}

export const registerWithWeek = (
  { store, clock }: Core,
  person: Person,
  asked: Asked,
): WeekResult & { registrationId: number } =>
  store.act(person, 'registrations.ask', 'Inscription avec sa semaine type', (write) => {
    const { id, startDay, typicalWeek } = writeAsked(store, write, person, asked, true)
    const week = { registrationId: id, week: typicalWeek, from: later(startDay, today(clock)) }
    return { registrationId: id, ...writeWeek(store, write, person, week) }
  })

const later = (one: Day, other: Day): Day => (one < other ? other : one)

const planWeek = (
  store: Store,
  at: Instant,
  person: Person,
  { registrationId, week, from }: WeekInput,
  registration = registrationFound(store, registrationId),
) => {
  const { startDay, endDay, periodId } = registration
  const board = readBoard(store, at, periodId, [registration], later(from, startDay), endDay)
  const plan = newPlan(nextMoveId(store))
  const who = moverOf(person)
  const waitListed: WeekResult['waitListed'] = []
  const wanted: TypicalWeek<number> = week.map(({ weekday, slotId }) => ({ weekday, slot: slotId }))
  for (const { slot } of wanted) refuseUnknownSlot(board, slot)
  const { filled, skipped } = applyTypicalWeek(wanted, { from: later(from, startDay), to: endDay }, (day, slotId) => {
    const { bookable, held, placesLeft } = board.facts(registration, day, slotId)
    if (bookable.answer === 'no' && held.kind === 'none') return obstacleText(bookable.obstacles[0])
    const isFull = placesLeft <= 0 && held.kind === 'none'
    const notMoved = planMove(plan, board, registration, day, slotId, isFull ? 'waitList' : 'book', who, { at })
    if (isFull && notMoved === null) waitListed.push({ day, slotId })
    return notMoved?.sentence ?? null
  })
  const isWaiting = new Set(waitListed.map(({ day, slotId }) => `${day} ${slotId}`))
  const result: WeekResult = {
    filled: filled
      .filter(({ day, slot }) => !isWaiting.has(`${day} ${slot}`))
      .map(({ day, slot }) => ({ day, slotId: slot })),
    waitListed,
    skipped: skipped.map(({ day, slot, reason }) => ({ day, slotId: slot, reason })),
  }
  return { plan, result }
}
