import type { Day } from '../../../shared/rules/day.ts'
import type { Store } from '../../store/store.ts'

/** Which cells: days from one to the other, both counted; null for every activity. */
export type Scope = {
  readonly from: Day
  readonly to: Day
  readonly activityIds: readonly number[] | null
  readonly familyIds: readonly number[]
}

export type ChargeableRow = {
  readonly id: number
  readonly familyId: number
  readonly childId: number
  readonly activityId: number
  readonly day: Day
  readonly slotId: number
  readonly held: 'none' | 'waitlisted' | 'confirmed'
  readonly charged: 0 | 1
  readonly surchargeCents: number
  readonly mark: 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate' | null
}

const columns = `reservation.id, registration.family_id as familyId, registration.child_id as childId,
  period.activity_id as activityId, reservation.day, reservation.slot_id as slotId, reservation.held,
  reservation.charged_reason is not null as charged, reservation.surcharge_cents as surchargeCents, attendance.mark`

const settled = `reservation.act_id not in (select id from act where state = 'open')`

// `cross join` keeps the order: from a family to its registrations, to their days. Never a whole period for one family.
const fromFamilies = `from json_each(?) wanted
  cross join registration on registration.family_id = wanted.value
  cross join period on period.id = registration.period_id
  cross join reservation on reservation.registration_id = registration.id and reservation.day between ? and ?
  left join attendance on attendance.reservation_id = reservation.id`

/** By family, child, activity and day. */
export const chargeableRows = (store: Store, { from, to, activityIds, familyIds }: Scope): ChargeableRow[] =>
  store
    .statement(
      `select ${columns} ${fromFamilies}
      where reservation.billed_by is null
      and (reservation.held = 'confirmed' or reservation.charged_reason is not null or attendance.mark = 'present')
      and (? is null or period.activity_id in (select value from json_each(?)))
      and ${settled}
      order by wanted.key, registration.child_id, period.activity_id, reservation.day, reservation.slot_id`,
    )
    .all(JSON.stringify(familyIds), from, to, activityIds && 1, JSON.stringify(activityIds ?? [])) as ChargeableRow[]

/** Every family that has a registration in a period of these days: some of them have nothing to bill. */
export const familiesRegistered = (
  store: Store,
  { from, to, activityIds }: Pick<Scope, 'from' | 'to' | 'activityIds'>,
): number[] =>
  store
    .statement(
      `select distinct registration.family_id from period
      join registration on registration.period_id = period.id
      join family on family.id = registration.family_id
      where period.start_day <= ? and period.end_day >= ?
      and (? is null or period.activity_id in (select value from json_each(?)))
      order by family.name collate nocase, family.id`,
    )
    .pluck()
    .all(to, from, activityIds && 1, JSON.stringify(activityIds ?? [])) as number[]

export type ReleasedRow = {
  readonly id: number
  readonly familyId: number
  readonly childId: number
  readonly activityId: number
  readonly day: Day
  readonly billedBy: number
}

/** Cells that an issued paper bills and that hold nothing any more: few, and found by an index of their own. */
export const releasedRows = (store: Store): ReleasedRow[] =>
  store
    .statement(
      `select reservation.id, registration.family_id as familyId, registration.child_id as childId,
        period.activity_id as activityId, reservation.day, reservation.billed_by as billedBy
      from reservation indexed by reservation_released
      join registration on registration.id = reservation.registration_id
      join period on period.id = registration.period_id
      left join attendance on attendance.reservation_id = reservation.id
      where reservation.billed_by is not null and reservation.held = 'none' and reservation.charged_reason is null
      and attendance.mark is not 'present' and ${settled}
      order by reservation.billed_by, reservation.day`,
    )
    .all() as ReleasedRow[]
