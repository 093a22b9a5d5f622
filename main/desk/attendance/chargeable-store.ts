import type { Day, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import { alphabetical } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

/** Which cells: days from one to the other, both counted; null for every activity. */
export type Scope = {
  readonly from: Day
  readonly to: Day
  readonly activityIds: readonly number[] | null
  readonly familyIds: readonly number[]
  /** Also what a paper bills already: for figures of a year gone by. */
  readonly billedToo?: boolean
  /** Cells that credit notes give back, whatever their day and the paper that bills them. */
  readonly givenBack?: readonly number[]
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
  readonly cancelSurchargeCents: number
  readonly billedBy: number | null
  readonly leftAt: TimeOfDay | null
  readonly mark: 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate' | null
}

const columns = `reservation.id, registration.family_id as familyId, registration.child_id as childId,
  period.activity_id as activityId, reservation.day, reservation.slot_id as slotId, reservation.held,
  reservation.charged_reason is not null as charged, reservation.surcharge_cents as surchargeCents,
  reservation.cancel_surcharge_cents as cancelSurchargeCents, reservation.billed_by as billedBy, attendance.mark, attendance.left_at as leftAt`

const settled = `reservation.act_id not in (select id from act where state = 'open')`

// `cross join` keeps the order: from a family to its registrations, to their days. Never a whole period for one family.
const fromFamilies = `from json_each(?) wanted
  cross join registration on registration.family_id = wanted.value
  cross join period on period.id = registration.period_id
  cross join reservation on reservation.registration_id = registration.id and reservation.day between ? and ?
  left join attendance on attendance.reservation_id = reservation.id`

const isChargeable = `(reservation.held = 'confirmed' or reservation.charged_reason is not null
  or reservation.cancel_surcharge_cents > 0 or attendance.mark = 'present')`

/** By family, child, activity and day. */
export const chargeableRows = (store: Store, scope: Scope): ChargeableRow[] => {
  const rows = rowsWithin(store, scope)
  const known = new Set(rows.map(({ id }) => id))
  const added = rowsGivenBack(store, scope).filter(({ id }) => !known.has(id))
  if (added.length === 0) return rows
  const place = new Map(scope.familyIds.map((id, index) => [id, index]))
  return [...rows, ...added].toSorted(
    (one, other) =>
      (place.get(one.familyId) ?? 0) - (place.get(other.familyId) ?? 0) ||
      one.childId - other.childId ||
      one.activityId - other.activityId ||
      (one.day === other.day ? one.slotId - other.slotId : one.day < other.day ? -1 : 1),
  )
}

const rowsGivenBack = (store: Store, { familyIds, activityIds, givenBack = [] }: Scope): ChargeableRow[] =>
  givenBack.length === 0
    ? []
    : (store
        .statement(
          `select ${columns} from json_each(?) wanted
          cross join reservation on reservation.id = wanted.value
          join registration on registration.id = reservation.registration_id
            and registration.family_id in (select value from json_each(?))
          join period on period.id = registration.period_id
          left join attendance on attendance.reservation_id = reservation.id
          where ${isChargeable} and (? is null or period.activity_id in (select value from json_each(?))) and ${settled}`,
        )
        .all(
          JSON.stringify(givenBack),
          JSON.stringify(familyIds),
          activityIds && 1,
          JSON.stringify(activityIds ?? []),
        ) as ChargeableRow[])

/** Those to whom some of these cells may be billed. */
export const familiesGivenBack = (store: Store, cellIds: readonly number[]): number[] =>
  store
    .statement(
      `select distinct registration.family_id from json_each(?) wanted
      cross join reservation on reservation.id = wanted.value
      join registration on registration.id = reservation.registration_id
      left join attendance on attendance.reservation_id = reservation.id
      where ${isChargeable}`,
    )
    .pluck()
    .all(JSON.stringify(cellIds)) as number[]

const rowsWithin = (store: Store, { from, to, activityIds, familyIds, billedToo = false }: Scope): ChargeableRow[] =>
  store
    .statement(
      `select ${columns} ${fromFamilies}
      where ${billedToo ? '' : 'reservation.billed_by is null and'}
      ${isChargeable}
      and (? is null or period.activity_id in (select value from json_each(?)))
      and ${settled}
      order by wanted.key, registration.child_id, period.activity_id, reservation.day, reservation.slot_id`,
    )
    .all(JSON.stringify(familyIds), from, to, activityIds && 1, JSON.stringify(activityIds ?? [])) as ChargeableRow[]

/** How many cells of these activities no paper bills yet within the spans (`to` not counted, null: no end), and their days. */
export const unbilledWithin = (
  store: Store,
  activityIds: readonly number[],
  spans: readonly { readonly from: Day; readonly to: Day | null }[],
): { count: number; from: Day | null; to: Day | null } =>
  store
    .statement(
      `select count(*) as count, min(reservation.day) as "from", max(reservation.day) as "to"
      from period cross join reservation on reservation.period_id = period.id and reservation.billed_by is null
      left join attendance on attendance.reservation_id = reservation.id
      where period.activity_id in (select value from json_each(?)) and ${isChargeable} and ${settled}
      and exists (select 1 from json_each(?) span where reservation.day >= span.value ->> '$.from'
        and (span.value ->> '$.to' is null or reservation.day < span.value ->> '$.to'))`,
    )
    .get(JSON.stringify(activityIds), JSON.stringify(spans)) as { count: number; from: Day | null; to: Day | null }

/** Those of these families that a paper bills something of these days already. */
export const familiesBilled = (store: Store, { from, to, familyIds }: Scope): number[] =>
  store
    .statement(`select distinct registration.family_id ${fromFamilies} where reservation.billed_by is not null`)
    .pluck()
    .all(JSON.stringify(familyIds), from, to) as number[]

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
      order by ${alphabetical('family.name')}, family.id`,
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
  /** It was not cancelled: something was added to its day. */
  readonly isStillDue?: boolean
}

const billedFrom = (index: string) =>
  `select reservation.id, registration.family_id as familyId, registration.child_id as childId,
    period.activity_id as activityId, reservation.day, reservation.billed_by as billedBy
  from reservation indexed by ${index}
  join registration on registration.id = reservation.registration_id
  join period on period.id = registration.period_id
  left join attendance on attendance.reservation_id = reservation.id
  where reservation.billed_by is not null and ${settled}`

const released = (index: string, held: 'none' | 'waitlisted') =>
  `${billedFrom(index)} and reservation.held = '${held}' and reservation.charged_reason is null
  and not reservation.billed_cancellation and attendance.mark is not 'present'`

const comeBack = `${billedFrom('reservation_come_back')} and reservation.billed_cancellation
  and (reservation.held = 'confirmed' or reservation.charged_reason is not null or reservation.cancel_surcharge_cents = 0)`

/**
 * Cells that an issued paper bills for what they are not any more, a place given back or a late cancellation that does not
 * stand: few, and found by indexes of their own.
 */
export const releasedRows = (store: Store): ReleasedRow[] =>
  store
    .statement(
      `${released('reservation_released', 'none')} union all ${released('reservation_waitlisted', 'waitlisted')}
      union all ${comeBack}
      order by billedBy, day`,
    )
    .all() as ReleasedRow[]
