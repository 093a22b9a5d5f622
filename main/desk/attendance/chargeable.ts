import { type Day, today } from '../../../shared/rules/day.ts'
import type { ChargeableSlot } from '../../../shared/rules/price.ts'
import type { Store } from '../../store/store.ts'
import {
  type ChargeableRow,
  chargeableRows,
  familiesRegistered,
  type ReleasedRow,
  releasedRows,
  type Scope,
} from './chargeable-store.ts'

export type { ReleasedRow } from './chargeable-store.ts'

/** One slot of one child that a bill may count: a place held, a cancellation decided charged, a presence without booking. */
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
}

/** What no issued paper bills yet, by family, child, activity and day. */
export const chargeableCells = (store: Store, scope: Scope): ChargeableCell[] => {
  const now = today(store.clock)
  return chargeableRows(store, scope).map((row) => ({
    id: row.id,
    familyId: row.familyId,
    childId: row.childId,
    activityId: row.activityId,
    day: row.day,
    slotId: row.slotId,
    why: whyOf(row),
    attendance: row.mark ?? (row.day >= now ? 'expected' : 'notPointed'),
    surchargeCents: row.surchargeCents,
  }))
}

/** Every family that may have something to bill on these days, by name. */
export const familiesToBill = (store: Store, scope: Pick<Scope, 'from' | 'to' | 'activityIds'>): number[] =>
  familiesRegistered(store, scope)

/** What an issued paper bills and that was cancelled since, uncharged: to be credited. */
export const releasedCells = (store: Store): ReleasedRow[] => releasedRows(store)

const whyOf = ({ held, charged }: ChargeableRow): ChargeableSlot['why'] => {
  if (held === 'confirmed') return 'booked'
  return charged ? 'chargedCancellation' : 'withoutBooking'
}
