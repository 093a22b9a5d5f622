import type { Day } from '../../../shared/rules/calendar/day.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { leadSql, shownWith } from '../activities/activities.ts'

/* Bulk reads over the tables of lower domains: a town is too large to read child by child. */

const jsonIds = (ids: Iterable<number>) => JSON.stringify([...ids])

export type Pupil = {
  readonly childId: number
  readonly firstName: string
  readonly lastName: string
  readonly schoolId: number | null
  readonly school: string
  readonly level: string
  readonly className: string
  readonly exemption: string
  /** The child's class from the rentrée on, when already recorded. */
  readonly known: { readonly fromDay: Day; readonly level: string } | null
}

/**
 * A class recorded up to this many days before the rentrée counts for the coming year, because schools send their lists
 * in July.
 */
const classListDays = 62

/** Children of homes not departed whose class is known before `from`; only `ids` when given. */
export const pupilsBefore = (store: Store, from: Day, ids?: readonly number[]): Pupil[] =>
  (
    store
      .statement(
        `with eve as (
          select child_id, max(from_day) from_day from schooling
          where from_day < date(?1, '-${classListDays} days') and (?2 is null or child_id in (select value from json_each(?2)))
          group by child_id)
        select child.id childId, first_name firstName, last_name lastName, own.school_id schoolId,
          coalesce(school.name, '') school, own.level, own.class_name className, own.exemption,
          next.from_day knownFrom, next.level knownLevel
        from eve join schooling own on own.child_id = eve.child_id and own.from_day = eve.from_day
        join child on child.id = own.child_id
        left join school on school.id = own.school_id
        left join schooling next on next.child_id = child.id
          and next.from_day = (select max(from_day) from schooling later
            where later.child_id = child.id and later.from_day >= date(?1, '-${classListDays} days'))
        where own.level <> '' and exists (select 1 from family_child link join family on family.id = link.family_id
          where link.child_id = child.id and (left_on is null or left_on > ?1))
        order by 3, 2, 1`,
      )
      .all({ 1: from, 2: ids === undefined ? null : jsonIds(ids) }) as (Omit<Pupil, 'known'> & {
      knownFrom: Day | null
      knownLevel: string | null
    })[]
  ).map(({ knownFrom, knownLevel, ...pupil }) => ({
    ...pupil,
    known: knownFrom === null ? null : { fromDay: knownFrom, level: knownLevel ?? '' },
  }))

/** Future bookings of children in shared custody. */
export const bookedOfSharedChildren = (store: Store, after: Day) =>
  store
    .statement(
      `select own.child_id childId, cell.day, first_name || ' ' || last_name name
      from (select distinct child_id from custody_rule where even_years is not null) shared
      cross join registration own on own.child_id = shared.child_id
      cross join reservation cell on cell.registration_id = own.id and cell.held = 'confirmed' and cell.day > ?
      join child on child.id = own.child_id`,
    )
    .all(after) as { childId: number; day: Day; name: string }[]

/** Total billed for these cells: each cell counts for its share of its invoice line. */
export const billedCents = (store: Store, cellIds: Iterable<number>): number =>
  store
    .statement(
      `select coalesce(sum(part), 0) from (
        select round(1.0 * line.total_cents * count(*) / json_array_length(line.reservation_ids)) part
        from json_each(?) wanted
        join reservation cell on cell.id = wanted.value and cell.billed_by is not null
        join invoice_line line on line.invoice_id = cell.billed_by
        join json_each(line.reservation_ids) billed on billed.value = cell.id
        group by line.id)`,
    )
    .pluck()
    .get(jsonIds(cellIds)) as number

type FamilyContact = {
  readonly familyId: number
  readonly name: string
  readonly children: string
  readonly mail: string
  readonly phone: string
}

/** Names and contacts of the families of these registrations; first guardian first. */
export const familiesToNotify = (store: Store, registrationIds: Iterable<number>): FamilyContact[] =>
  store
    .statement(
      `select family.id familyId, family.name,
        group_concat(distinct child.first_name) children,
        coalesce((select email from family_guardian link join guardian on guardian.id = link.guardian_id
          where link.family_id = family.id and email <> '' order by rank limit 1), '') mail,
        coalesce((select mobile_phone from family_guardian link join guardian on guardian.id = link.guardian_id
          where link.family_id = family.id and mobile_phone <> '' order by rank limit 1), home_phone) phone
      from json_each(?) wanted join registration own on own.id = wanted.value
      join family on family.id = own.family_id join child on child.id = own.child_id
      group by family.id order by ${alphabeticalSql('family.name')}, family.id`,
    )
    .all(jsonIds(registrationIds)) as FamilyContact[]

export type ClosedOpening = {
  readonly id: number
  readonly day: Day
  readonly reason: string
  readonly activityId: number
  readonly activity: string
}

/** Openings that staff closed, by day, each with the activity under which its own is shown. */
export const closedOpenings = (store: Store, from: Day, to: Day | null): ClosedOpening[] =>
  store
    .statement(
      `select opening.id, day, closed_reason reason, activity.id activityId, activity.name activity
      from opening join period on period.id = opening.period_id join activity own on own.id = period.activity_id
      join activity on activity.id = ${leadSql('own')}
      where day >= ?1 and (?2 is null or day <= ?2) and closed_reason is not null and period.archived = 0
      order by day, ${alphabeticalSql('activity.name')}`,
    )
    .all({ 1: from, 2: to }) as ClosedOpening[]

/** What identifies a closing. `activityIds` null: all activities. */
export type ClosingKey = {
  readonly from: Day
  readonly to: Day
  readonly reason: string
  readonly activityIds: readonly number[] | null
}

export const openingsOfClosing = (store: Store, { from, to, reason, activityIds }: ClosingKey): ClosedOpening[] => {
  const wanted = activityIds && new Set(shownWith(store, activityIds))
  return closedOpenings(store, from, to).filter((one) => one.reason === reason && (wanted?.has(one.activityId) ?? true))
}

/** Registrations that lost a place, a rank or a demande when these openings were closed. */
export const registrationsFreedOn = (store: Store, openingIds: Iterable<number>): number[] =>
  store
    .statement(
      `select distinct cell.registration_id from json_each(?) wanted
      cross join opening on opening.id = wanted.value
      cross join reservation cell on cell.period_id = opening.period_id and cell.day = opening.day
        and cell.slot_id = opening.slot_id
      join reservation_move own on own.reservation_id = cell.id and own.move = 'takenAway'
      join act on act.id = own.act_id and act.kind in ('year.close', 'reservations.close')`,
    )
    .pluck()
    .all(jsonIds(openingIds)) as number[]

/** Number of accepted or ended registrations in these periods. */
export const countRegistered = (store: Store, periodIds: Iterable<number>): number =>
  store
    .statement(
      `select count(*) from registration where state in ('accepted', 'ended') and period_id in (select value from json_each(?))`,
    )
    .pluck()
    .get(jsonIds(periodIds)) as number

/** Registrations of a period whose family has departed by a day. */
export const registrationsOfDeparted = (store: Store, periodId: number, on: Day): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        `select own.id from registration own join family on family.id = own.family_id
        where own.period_id = ? and left_on is not null and left_on <= ?`,
      )
      .pluck()
      .all(periodId, on) as number[],
  )
