import type { Day, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { AttendanceMark } from '../../../shared/rules/cell/attendance.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

/** Filter on cells: days from `from` to `to`, both included; `activityIds: null` for all activities. */
export type CellFilter = {
  readonly from: Day
  readonly to: Day
  readonly activityIds: readonly number[] | null
  readonly familyIds: readonly number[]
  /** Includes cells that a paper already bills, for example for the figures of a past year. */
  readonly includesBilled?: boolean
}

export type ChargeableRow = {
  readonly id: number
  readonly registrationId: number
  readonly familyId: number
  readonly childId: number
  readonly activityId: number
  readonly day: Day
  readonly slotId: number
  readonly held: 'none' | 'waitlisted' | 'confirmed'
  readonly charged: 0 | 1
  readonly surchargeCents: number
  readonly cancelSurchargeCents: number
  readonly bookingNotice: number | null
  readonly cancelNotice: number | null
  readonly billedBy: number | null
  readonly leftAt: TimeOfDay | null
  readonly arrivedAt: TimeOfDay | null
  readonly mark: 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate' | null
}

const columns = `reservation.id, registration.id as registrationId, registration.family_id as familyId, registration.child_id as childId,
  period.activity_id as activityId, reservation.day, reservation.slot_id as slotId, reservation.held,
  reservation.charged_reason is not null as charged, reservation.surcharge_cents as surchargeCents,
  reservation.cancel_surcharge_cents as cancelSurchargeCents, reservation.booking_notice as bookingNotice,
  reservation.cancel_notice as cancelNotice, reservation.billed_by as billedBy, attendance.mark,
  attendance.left_at as leftAt, attendance.arrived_at as arrivedAt`

const committed = committedSql('reservation.act_id')

// `cross join` fixes the order: family, registrations, days. Otherwise SQLite may scan a whole period for one family.
const fromFamilies = `from json_each(?) wanted
  cross join registration on registration.family_id = wanted.value
  cross join period on period.id = registration.period_id
  cross join reservation on reservation.registration_id = registration.id and reservation.day between ? and ?
  left join attendance on attendance.reservation_id = reservation.id`

const isChargeable = `(reservation.held = 'confirmed' or reservation.charged_reason is not null
  or reservation.cancel_surcharge_cents > 0 or reservation.cancel_notice is not null or attendance.mark = 'present')`

/** Cells that issued papers bill, in the order of `chargeableRows`, whether or not they are still chargeable. */
export const billedRows = (
  store: Store,
  { from, to, familyIds }: Pick<CellFilter, 'from' | 'to' | 'familyIds'>,
): (ChargeableRow & { readonly billedCancellation: 0 | 1 })[] =>
  store
    .statement(
      `select ${columns}, reservation.billed_cancellation as billedCancellation ${fromFamilies}
      where reservation.billed_by is not null and ${committed}
      order by wanted.key, registration.child_id, period.activity_id, reservation.day, reservation.slot_id`,
    )
    .all(JSON.stringify(familyIds), from, to) as (ChargeableRow & { readonly billedCancellation: 0 | 1 })[]

/** Chargeable cells in the order of family, child, activity, day. */
export const chargeableRows = (
  store: Store,
  { from, to, activityIds, familyIds, includesBilled = false }: CellFilter,
): ChargeableRow[] =>
  store
    .statement(
      `select ${columns} ${fromFamilies}
      where ${includesBilled ? '' : 'reservation.billed_by is null and'}
      ${isChargeable}
      and (? is null or period.activity_id in (select value from json_each(?)))
      and ${committed}
      order by wanted.key, registration.child_id, period.activity_id, reservation.day, reservation.slot_id`,
    )
    .all(JSON.stringify(familyIds), from, to, activityIds && 1, JSON.stringify(activityIds ?? [])) as ChargeableRow[]

/** Cells of a day that no paper bills yet, counted by what was marked. */
export type UnbilledCells = {
  readonly day: Day
  readonly isBooked: 0 | 1
  readonly mark: AttendanceMark | null
  readonly cells: number
}

/**
 * Cells of these activities that no paper bills yet, by day.
 * @param spans `to` is not included; null for no end
 */
export const unbilledWithin = (
  store: Store,
  activityIds: readonly number[],
  spans: readonly { readonly from: Day; readonly to: Day | null }[],
): UnbilledCells[] =>
  store
    .statement(
      `select reservation.day, reservation.held = 'confirmed' as isBooked, attendance.mark, count(*) as cells
      from period cross join reservation on reservation.period_id = period.id and reservation.billed_by is null
      left join attendance on attendance.reservation_id = reservation.id
      where period.activity_id in (select value from json_each(?)) and ${isChargeable} and ${committed}
      and exists (select 1 from json_each(?) span where reservation.day >= span.value ->> '$.from'
        and (span.value ->> '$.to' is null or reservation.day < span.value ->> '$.to'))
      group by reservation.day, isBooked, attendance.mark order by reservation.day`,
    )
    .all(JSON.stringify(activityIds), JSON.stringify(spans)) as UnbilledCells[]

/** Families with a registration in a period that overlaps these days, by name. Some may have nothing to bill. */
export const familiesRegistered = (
  store: Store,
  { from, to, activityIds }: Pick<CellFilter, 'from' | 'to' | 'activityIds'>,
): number[] =>
  store
    .statement(
      `select distinct registration.family_id from period
      join registration on registration.period_id = period.id
      join family on family.id = registration.family_id
      where period.start_day <= ? and period.end_day >= ?
      and (? is null or period.activity_id in (select value from json_each(?)))
      order by ${alphabeticalSql('family.name')}, family.id`,
    )
    .pluck()
    .all(to, from, activityIds && 1, JSON.stringify(activityIds ?? [])) as number[]
