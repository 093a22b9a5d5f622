import { and, asc, eq, gte, inArray, type SQL, sql } from 'drizzle-orm'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { RegistrationState } from '../../../shared/rules/people/registration.ts'
import { committedSql, isCommitted } from '../../store/acts/committed.ts'
import { activity, child, facility, family, period, registration } from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { shownNameSql } from '../activities/activities.ts'

const isVisible = isCommitted(registration.actId)

/**
 * Registrations with the names that lists show, by child. `ownAct`: the open act that reads, which sees its own rows.
 */
export const registrationsWhere = (store: Store, condition: SQL | undefined, ownAct = 0) =>
  store.db
    .select({
      registration,
      firstName: child.firstName,
      lastName: child.lastName,
      birthDay: child.birthDay,
      sex: child.sex,
      family: family.name,
      period: period.name,
      activityId: period.activityId,
      activity: sql<string>`${sql.raw(shownNameSql('activity'))}`,
      facility: facility.name,
    })
    .from(registration)
    .innerJoin(child, eq(child.id, registration.childId))
    .innerJoin(family, eq(family.id, registration.familyId))
    .innerJoin(period, eq(period.id, registration.periodId))
    .innerJoin(activity, eq(activity.id, period.activityId))
    .innerJoin(facility, eq(facility.id, activity.facilityId))
    .where(and(condition, isCommitted(registration.actId, ownAct)))
    .orderBy(asc(child.lastName), asc(child.firstName), asc(registration.id))
    .all()
    .map(({ registration: own, ...names }) => ({ ...own, ...names }))
export type NamedRegistration = ReturnType<typeof registrationsWhere>[number]

export const withId = (id: number): SQL => eq(registration.id, id)
export const withIds = (ids: readonly number[]): SQL =>
  sql`${registration.id} in (select value from json_each(${JSON.stringify(ids)}))`
export const isAsked: SQL = eq(registration.state, 'asked')
export const ofFamily = (familyId: number): SQL => eq(registration.familyId, familyId)
export const ofChild = (childId: number): SQL => eq(registration.childId, childId)
export const inPeriod = (periodId: number, states?: readonly RegistrationState[]): SQL | undefined =>
  and(eq(registration.periodId, periodId), states && inArray(registration.state, [...states]))
/** In periods that have not ended. */
export const inPeriodsNotEnded = (today: Day, states?: readonly RegistrationState[]): SQL | undefined =>
  and(gte(period.endDay, today), eq(period.archived, false), states && inArray(registration.state, [...states]))

/** The activities that each of these children is registered in on `day`, by name. */
export const activitiesOfChildren = (
  store: Store,
  childIds: readonly number[],
  day: Day,
): { childId: number; activity: string }[] =>
  store
    .statement(
      `select distinct child_id as childId, ${shownNameSql('activity')} as activity
        from registration join period on period.id = period_id join activity on activity.id = period.activity_id
        where child_id in (select value from json_each(?1)) and state in ('accepted', 'ended')
          and ?2 between registration.start_day and registration.end_day
          and ${committedSql('registration.act_id')}
        order by ${alphabeticalSql(shownNameSql('activity'))}`,
    )
    .all({ 1: JSON.stringify(childIds), 2: day }) as { childId: number; activity: string }[]

/** Includes registrations written by open acts: they must not be duplicated either. */
export const allRegistrationsOfChildren = (store: Store, childIds: readonly number[]) =>
  store.db
    .select()
    .from(registration)
    .where(sql`${registration.childId} in (select value from json_each(${JSON.stringify(childIds)}))`)
    .all()

const countInState = (state: RegistrationState) =>
  sql<number>`(select count(*) from ${registration} where ${registration.periodId} = ${period.id} and ${registration.state} = ${state} and ${isVisible})`

/** Number of registrations in each state, for each period that ends on `from` or later. */
export const countsFrom = (store: Store, from: Day | null) => {
  return store.db
    .select({
      periodId: period.id,
      period: period.name,
      activityId: period.activityId,
      activity: sql<string>`${sql.raw(shownNameSql('activity'))}`,
      startDay: period.startDay,
      endDay: period.endDay,
      asked: countInState('asked'),
      accepted: countInState('accepted'),
      refused: countInState('refused'),
      withdrawn: countInState('withdrawn'),
      ended: countInState('ended'),
    })
    .from(period)
    .innerJoin(activity, eq(activity.id, period.activityId))
    .where(and(eq(period.archived, false), from === null ? undefined : gte(period.endDay, from)))
    .orderBy(sql`${period.startDay} desc`, sql.raw(alphabeticalSql('period.name')))
    .all()
}

/**
 * Number of a registration's cells outside `from`–`to` that hold a place, a rank or a demande. The only query on
 * reservations, a higher domain.
 */
export const liveCellsOutside = (store: Store, id: number, from: Day, to: Day): number =>
  store
    .statement(
      `select count(*) from reservation
       where registration_id = ? and (day < ? or day > ?) and (held <> 'none' or ask is not null)`,
    )
    .pluck()
    .get(id, from, to) as number

/** Who last answered a registration, a proposal or a sign-up, and when. */
export const lastDecision = (store: Store, entity: 'registration' | 'proposal' | 'sign_up', id: number) =>
  store
    .statement(
      `select act.actor_name who, act.closed_at at from audit join act on act.id = audit.act_id
      where audit.entity = ? and audit.entity_id = ? and act.state = 'closed'
        and json_extract(audit.after, '$.state') not in ('asked', 'waiting')
      order by audit.id desc limit 1`,
    )
    .get(entity, id) as { who: string; at: Instant } | undefined

/** Registrations that an act decided, with the state that it wrote and the reasons that it replaced. */
export const decisionsOfAct = (store: Store, actId: number) =>
  store
    .statement(
      `select audit.entity_id id, json_extract(after, '$.state') state, json_extract(after, '$.decidedAt') decidedAt,
        coalesce(json_extract(before, '$.reason'), registration.reason) reason,
        coalesce(json_extract(before, '$.overrideReason'), registration.override_reason) overrideReason
      from audit join registration on registration.id = audit.entity_id
      where audit.act_id = ? and entity = 'registration' and operation = 'update'
        and json_extract(before, '$.state') = 'asked'`,
    )
    .all(actId) as {
    id: number
    state: RegistrationState
    decidedAt: Instant
    reason: string
    overrideReason: string
  }[]
