import { type Day, type TimeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import type { ChargeableSlot } from '../../../shared/rules/price/price-terms.ts'
import type { Store } from '../../store/store.ts'
import {
  type ChargeableRow,
  chargeableRows,
  familiesBilled,
  familiesRegistered,
  type ReleasedRow,
  releasedRows,
  type Scope,
} from './chargeable-store.ts'

export { familiesGivenBack, type ReleasedRow, unbilledWithin } from './chargeable-store.ts'

/**
 * One slot of one child that a bill may count: a place held, a cancellation decided charged or asked too late, a presence
 * without booking.
 */
export type ChargeableCell = {
  /** Its reservation. */
  readonly id: number
  readonly familyId: number
  readonly childId: number
  readonly activityId: number
  readonly day: Day
  readonly slotId: number
  readonly why: ChargeableSlot['why']
  readonly attendance: ChargeableSlot['attendance']
  readonly surchargeCents: number
  /** The issued invoice that counts it already. */
  readonly billedBy: number | null
  /** When the child was fetched, where it was noted. */
  readonly leftAt: TimeOfDay | null
}

/** What no issued paper bills yet, unless the scope says more, by family, child, activity and day. */
export const chargeableCells = (store: Store, scope: Scope): ChargeableCell[] => {
  const now = today(store.clock)
  return chargeableRows(store, scope).map((row) => {
    const why = whyOf(row)
    return {
      id: row.id,
      familyId: row.familyId,
      childId: row.childId,
      activityId: row.activityId,
      day: row.day,
      slotId: row.slotId,
      why,
      attendance: row.mark ?? (row.day >= now ? 'expected' : 'notPointed'),
      surchargeCents: surchargeOf(why, row),
      billedBy: row.billedBy,
      leftAt: row.leftAt,
    }
  })
}

/** By child, activity and day, where a paper bills a part of the day and something was added to it since. */
export const daysAddedTo = (store: Store, scope: Scope): ChargeableCell[][] => {
  const familyIds = familiesBilled(store, scope)
  if (familyIds.length === 0) return []
  const cells = chargeableCells(store, { ...scope, familyIds, billedToo: true })
  const days = Map.groupBy(cells, ({ familyId, childId, activityId, day }) =>
    [familyId, childId, activityId, day].join(' '),
  )
  return [...days.values()].filter(
    (own) => own.some(({ billedBy }) => billedBy === null) && own.some(({ billedBy }) => billedBy !== null),
  )
}

/** Every family that may have something to bill on these days, by name. */
export const familiesToBill = (store: Store, scope: Pick<Scope, 'from' | 'to' | 'activityIds'>): number[] =>
  familiesRegistered(store, scope)

/** What an issued paper bills and that was cancelled since, uncharged, or booked again: to be credited. */
export const releasedCells = (store: Store): ReleasedRow[] => releasedRows(store)

const whyOf = ({ held, charged, mark, cancelSurchargeCents }: ChargeableRow): ChargeableSlot['why'] => {
  if (held === 'confirmed') return 'booked'
  if (charged) return 'chargedCancellation'
  // The child came after all: nothing was given back.
  return mark === 'present' || cancelSurchargeCents === 0 ? 'withoutBooking' : 'lateCancellation'
}

const surchargeOf = (why: ChargeableSlot['why'], { surchargeCents, cancelSurchargeCents }: ChargeableRow): number => {
  if (why === 'lateCancellation') return cancelSurchargeCents
  // It was for a booking that was given up.
  return why === 'withoutBooking' ? 0 : surchargeCents
}
