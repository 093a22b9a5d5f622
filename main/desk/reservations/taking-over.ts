import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { whyNotTakenOver } from '../../../shared/rules/takeover/former-booking.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Store } from '../../store/store.ts'
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
    }
  /** Booked or waiting here already. */
  | { readonly kind: 'there' }
  | { readonly kind: 'refused'; readonly sentence: string }

/**
 * What taking over these bookings of one period and day would do, each judged against the places that those before it
 * leave.
 */
export const judgeFormerBookings = (
  store: Store,
  at: Instant,
  periodId: number,
  day: Day,
  bookings: readonly FormerBooking[],
): FormerBookingVerdict[] => {
  const { verdicts } = planned(store, at, periodId, day, bookings)
  return verdicts
}

/**
 * Part of an act: the same, written.
 * @returns for each booking, the ids of its cells; none where it is refused
 */
export const writeFormerBookings = (
  store: Store,
  write: Write,
  periodId: number,
  day: Day,
  bookings: readonly FormerBooking[],
): { readonly verdict: FormerBookingVerdict; readonly cellIds: readonly number[] }[] => {
  const { plan, verdicts } = planned(store, write.at, periodId, day, bookings, write.begunActId)
  writePlan(write, plan)
  const ids = new Map(
    cellsBetween(
      store,
      bookings.map(({ registrationId }) => registrationId),
      day,
      day,
    ).map((cell) => [`${cell.registrationId} ${cell.slotId}`, cell.id]),
  )
  return bookings.map(({ registrationId, slotIds }, at) => {
    const verdict = verdicts[at] ?? { kind: 'there' }
    return {
      verdict,
      cellIds: verdict.kind === 'refused' ? [] : slotIds.flatMap((id) => ids.get(`${registrationId} ${id}`) ?? []),
    }
  })
}

const planned = (
  store: Store,
  at: Instant,
  periodId: number,
  day: Day,
  bookings: readonly FormerBooking[],
  ownAct = 0,
) => {
  const ids = [...new Set(bookings.map(({ registrationId }) => registrationId))]
  const registrations = registrationsAmong(store, periodId, ids)
  const byId = new Map(registrations.map((one) => [one.id, one]))
  const board = readBoard(store, at, periodId, registrations, day, day, ownAct)
  const plan = newPlan(nextMoveId(store))
  const verdicts = bookings.map((booking): FormerBookingVerdict => {
    const registration = byId.get(booking.registrationId)
    if (!registration) return { kind: 'refused', sentence: 'L’enfant n’est pas inscrit à cette période.' }
    return planOne(plan, board, registration, booking, at)
  })
  return { plan, verdicts }
}

const planOne = (
  plan: Plan,
  board: Board,
  registration: RegistrationRow,
  { day, slotIds, waits }: FormerBooking,
  at: Instant,
): FormerBookingVerdict => {
  const start = plan.moves.length
  for (const slotId of slotIds) {
    const facts = board.facts(registration, day, slotId)
    if (facts.held.kind !== 'none') continue
    const sentence =
      whyNotTakenOver(facts) ??
      planMove(plan, board, registration, day, slotId, waits ? 'waitList' : 'book', takingOver, {
        at,
        reason: { kind: 'written', text: 'Repris de l’ancien logiciel' },
        surchargeAccepted: false,
        passesWaiting: true,
      })?.sentence ??
      null
    if (sentence !== null) {
      rollBack(plan, board, start)
      return { kind: 'refused', sentence }
    }
  }
  const own = plan.moves.slice(start)
  return own.length === 0
    ? { kind: 'there' }
    : { kind: 'taken', exceeds: own.some(({ next }) => next.overbooked === 1) }
}

/** What another program let in is recorded as it was, above the places too: the person who takes it over decides nothing. */
const takingOver = { kind: 'staff', decide: true, override: true } as const
