import { may } from '../../../shared/rules/access/roles.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { whyNotTakenOver } from '../../../shared/rules/takeover/former-booking.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
import type { Person } from '../core.ts'
import { mapInTurns } from '../in-turns.ts'
import { type Board, readBoard } from './board/board.ts'
import { newPlan, type Plan, planMove, writePlan } from './board/moving.ts'
import { rollBack } from './board/weeks.ts'
import { cellsBetween, nextMoveId, type RegistrationRow, registrationsAmong } from './reservations-store.ts'

/** A child's booking in another program: one or several slots of a day, which are taken over together or not at all. */
export type FormerBooking = {
  readonly registrationId: number
  readonly day: Day
  readonly slotIds: readonly number[]
  /** The child waits for a place. */
  readonly waits: boolean
}

export type FormerBookingVerdict =
  | {
      readonly kind: 'taken'
      /** The day now has more children than places. */
      readonly exceeds: boolean
      /** How many cells it takes. */
      readonly cells: number
    }
  /** Booked, or waiting, here as there. */
  | { readonly kind: 'there'; readonly cellIds: readonly number[] }
  /** It was here, and the service or the family changed it since: that is not undone by an older file. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'refused'; readonly sentence: string }

/**
 * What taking over these bookings of one period and day would do, each judged against the places that those before it
 * leave. Above them only a person who may override goes. Other calls are served in between.
 */
export const judgeFormerBookings = async (
  store: Store,
  at: Instant,
  periodId: number,
  day: Day,
  bookings: readonly FormerBooking[],
  person: Person,
): Promise<FormerBookingVerdict[]> => mapInTurns(bookings, planner(store, at, periodId, day, bookings, person).plan)

/**
 * Part of an act: the same, written.
 * @returns for each booking, the ids of its cells that have a place; none where it is refused
 */
export const writeFormerBookings = (
  store: Store,
  write: Write,
  periodId: number,
  day: Day,
  bookings: readonly FormerBooking[],
  person: Person,
): { readonly verdict: FormerBookingVerdict; readonly cellIds: readonly number[] }[] => {
  const { plan, moves } = planner(store, write.at, periodId, day, bookings, person, write.begunActId)
  const verdicts = bookings.map(plan)
  writePlan(write, moves)
  const ids = new Map(
    cellsBetween(
      store,
      bookings.map(({ registrationId }) => registrationId),
      day,
      day,
    )
      .filter(({ held }) => held === 'confirmed')
      .map((cell) => [`${cell.registrationId} ${cell.slotId}`, cell.id]),
  )
  return bookings.map(({ registrationId, slotIds }, at) => {
    const verdict = verdicts[at] ?? { kind: 'changed' }
    const isTaken = verdict.kind === 'taken' || verdict.kind === 'there'
    return {
      verdict,
      cellIds: !isTaken ? [] : slotIds.flatMap((id) => ids.get(`${registrationId} ${id}`) ?? []),
    }
  })
}

/** Plans bookings of one day one after the other on a board that is read once. */
const planner = (
  store: Store,
  at: Instant,
  periodId: number,
  day: Day,
  bookings: readonly FormerBooking[],
  { roles }: Person,
  ownAct = 0,
) => {
  const ids = [...new Set(bookings.map(({ registrationId }) => registrationId))]
  const registrations = registrationsAmong(store, periodId, ids)
  const byId = new Map(registrations.map((one) => [one.id, one]))
  const board = readBoard(store, at, periodId, registrations, day, day, ownAct)
  const moves = newPlan(nextMoveId(store))
  const mayExceed = may(roles, 'override')
  const plan = (booking: FormerBooking): FormerBookingVerdict => {
    const registration = byId.get(booking.registrationId)
    if (!registration) return { kind: 'refused', sentence: 'L’enfant n’est pas inscrit à cette période.' }
    return planOne(moves, board, registration, booking, { at, mayExceed })
  }
  return { moves, plan }
}

const planOne = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  { day, slotIds, waits }: FormerBooking,
  { at, mayExceed }: { readonly at: Instant; readonly mayExceed: boolean },
): FormerBookingVerdict => {
  const start = plan.moves.length
  for (const slotId of slotIds) {
    const facts = board.facts(registration, day, slotId)
    const cell = board.cell(registration.id, day, slotId)
    if (facts.held.kind === 'none' && cell !== undefined && cell.id > 0) {
      rollBack(plan, board, start)
      return { kind: 'changed' }
    }
    const isOtherwise = facts.held.kind !== 'none' && (facts.held.kind === 'waitlisted') !== waits
    if (facts.held.kind !== 'none' && !isOtherwise) continue
    const sentence = isOtherwise
      ? `Ici ${waits ? 'réservé' : 'en attente d’une place'}, ${waits ? 'en attente d’une place' : 'réservé'} dans l’ancien logiciel.`
      : (whyNotTakenOver(facts) ??
        planMove(plan, board, registration, day, slotId, waits ? 'waitList' : 'book', takingOver, {
          at,
          reason: { kind: 'written', text: 'Repris de l’ancien logiciel' },
          surchargeAccepted: false,
          passesWaiting: true,
        })?.sentence ??
        null)
    if (sentence !== null) {
      rollBack(plan, board, start)
      return { kind: 'refused', sentence }
    }
  }
  const own = plan.moves.slice(start)
  const exceeds = own.some(({ next }) => next.overbooked === 1)
  if (exceeds && !mayExceed) {
    rollBack(plan, board, start)
    return {
      kind: 'refused',
      sentence: 'Complet\u00a0: la direction seule reprend une réservation au-delà des places.',
    }
  }
  if (own.length > 0) return { kind: 'taken', exceeds, cells: own.length }
  return { kind: 'there', cellIds: slotIds.flatMap((id) => board.cell(registration.id, day, id)?.id ?? []) }
}

/** What another program let in is recorded as it was, after its deadline and on days past too. */
const takingOver = { kind: 'staff', decide: true, override: true } as const
