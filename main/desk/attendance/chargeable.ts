import { type Day, type TimeOfDay, today } from '../../../shared/rules/calendar/day.ts'
import { type LateSurcharge, surchargeFrom } from '../../../shared/rules/cell/late-surcharge.ts'
import type { ChargeableSlot } from '../../../shared/rules/price/price-terms.ts'
import type { Store } from '../../store/store.ts'
import {
  billedRows,
  type CellFilter,
  type ChargeableRow,
  chargeableRows,
  familiesRegistered,
} from './chargeable-store.ts'

export {
  type UnbilledCells,
  unbilledWithin,
} from './chargeable-store.ts'

/**
 * One child, day and slot that an invoice may bill: a booking, a cancellation that staff decided to charge, a late
 * cancellation, or a child present without a booking.
 */
export type ChargeableCell = {
  /** Id of the reservation. */
  readonly id: number
  readonly registrationId: number
  readonly familyId: number
  readonly childId: number
  readonly activityId: number
  readonly day: Day
  readonly slotId: number
  readonly why: ChargeableSlot['why']
  readonly attendance: ChargeableSlot['attendance']
  readonly surcharge: LateSurcharge
  /** Id of the issued invoice that already bills this cell. */
  readonly billedBy: number | null
  /** Time at which the child was fetched, if staff recorded it. */
  readonly leftAt: TimeOfDay | null
  /** Time at which the child arrived, if staff recorded it. */
  readonly arrivedAt: TimeOfDay | null
}

/** Cells that no issued paper bills yet (or more, as the scope says), in the order of family, child, activity, day. */
export const chargeableCells = (store: Store, scope: CellFilter): ChargeableCell[] => {
  const now = today(store.clock)
  return chargeableRows(store, scope).map((row) => cellOf(row, whyOf(row), now))
}

/**
 * The cells that issued papers bill, as they were when billed: a cell freed since counts as a booking, and one booked
 * again since as a late cancellation.
 */
export const cellsAsBilled = (store: Store, scope: Pick<CellFilter, 'from' | 'to' | 'familyIds'>): ChargeableCell[] => {
  const now = today(store.clock)
  return billedRows(store, scope).map((row) => cellOf(row, whyBilled(row), now))
}

const whyBilled = (row: ReturnType<typeof billedRows>[number]): ChargeableSlot['why'] => {
  if (row.billedCancellation) return 'lateCancellation'
  const why = whyOf(row)
  return why === 'lateCancellation' || (why === 'withoutBooking' && row.mark !== 'present') ? 'booked' : why
}

const cellOf = (row: ChargeableRow, why: ChargeableSlot['why'], now: Day): ChargeableCell => ({
  id: row.id,
  registrationId: row.registrationId,
  familyId: row.familyId,
  childId: row.childId,
  activityId: row.activityId,
  day: row.day,
  slotId: row.slotId,
  why,
  attendance: row.mark ?? (row.day >= now ? 'expected' : 'notPointed'),
  surcharge: surchargeOf(why, row),
  billedBy: row.billedBy,
  leftAt: row.leftAt,
  arrivedAt: row.arrivedAt,
})

/** Families that may have something to bill on these days, by name. */
export const familiesToBill = (store: Store, scope: Pick<CellFilter, 'from' | 'to' | 'activityIds'>): number[] =>
  familiesRegistered(store, scope)

const whyOf = (row: ChargeableRow): ChargeableSlot['why'] => {
  const { held, charged, mark } = row
  if (held === 'confirmed') return 'booked'
  if (charged) return 'chargedCancellation'
  // The child came after all: bill the slot as attended, not as a late cancellation.
  return mark === 'present' || cancelSurchargeOf(row) === 0 ? 'withoutBooking' : 'lateCancellation'
}

const surchargeOf = (why: ChargeableSlot['why'], row: ChargeableRow): LateSurcharge => {
  if (why === 'lateCancellation') return cancelSurchargeOf(row)
  // The surcharge was for a booking that was cancelled.
  return why === 'withoutBooking' ? 0 : surchargeFrom(row.surchargeCents, row.bookingNotice)
}

const cancelSurchargeOf = ({ cancelSurchargeCents, cancelNotice }: ChargeableRow): LateSurcharge =>
  surchargeFrom(cancelSurchargeCents, cancelNotice)
