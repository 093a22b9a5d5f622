import { and, asc, eq, sql } from 'drizzle-orm'
import type { Day, Month } from '../../../shared/rules/calendar/day.ts'
import type { GroupsOfActivity, StoredBook } from '../../../shared/rules/price/book.ts'
import type { TariffVersion } from '../../../shared/rules/price/tariff.ts'
import { committedSql } from '../../store/acts/committed.ts'
import {
  activity,
  activityGroup,
  activityTariff,
  priceBookTable,
  slot,
  tariff,
  tariffRevision,
  tariffVersion,
} from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { agesOf } from '../activities/activities.ts'

export const allTariffs = (store: Store) =>
  store.db
    .select()
    .from(tariff)
    .orderBy(sql.raw(alphabeticalSql('name')))
    .all()

export const tariffRow = (store: Store, id: number) => store.db.select().from(tariff).where(eq(tariff.id, id)).get()

/** Versions of every tariff, oldest first. */
export const allVersions = (store: Store) =>
  store.db.select().from(tariffVersion).orderBy(asc(tariffVersion.fromDay)).all()

export const versionRow = (store: Store, id: number) =>
  store.db.select().from(tariffVersion).where(eq(tariffVersion.id, id)).get()

export const allAttachments = (store: Store) => store.db.select().from(activityTariff).all()

export const attachmentOf = (store: Store, activityId: number) =>
  store.db.select().from(activityTariff).where(eq(activityTariff.activityId, activityId)).get()

export const attachmentRow = (store: Store, id: number) =>
  store.db.select().from(activityTariff).where(eq(activityTariff.id, id)).get()

export const activityNames = (store: Store) =>
  store.db.select({ id: activity.id, name: activity.name }).from(activity).all()

export const slotTimes = (store: Store) =>
  store.db
    .select({ id: slot.id, activityId: slot.activityId, name: slot.name, start: slot.start, end: slot.end })
    .from(slot)
    .all()

/** The groups of each activity that has some. The groups of activities joined to another count as its groups. */
export const groupsByActivity = (store: Store): GroupsOfActivity[] => {
  const groups = Map.groupBy(
    store.db.select().from(activityGroup).orderBy(asc(activityGroup.position), asc(activityGroup.id)).all(),
    ({ activityId }) => activityId,
  )
  return store.db
    .select({ id: activity.id, joinedToId: activity.joinedToId })
    .from(activity)
    .orderBy(asc(activity.id))
    .all()
    .flatMap(({ id, joinedToId }) => {
      const own = groups.get(joinedToId ?? id)
      return own ? [{ activityId: id, groups: own.map((row) => ({ id: row.id, name: row.name, ...agesOf(row) })) }] : []
    })
}

export const storedBook = ({ db }: Pick<Store, 'db'>, id: number): StoredBook | undefined =>
  db.select({ book: priceBookTable.book }).from(priceBookTable).where(eq(priceBookTable.id, id)).get()?.book

/** The definition of a version as it was at one of its revisions. */
export const definitionAt = (
  store: Store,
  { id, revision }: { readonly id: number; readonly revision: number },
): Omit<TariffVersion, 'from'> | undefined => {
  const version = versionRow(store, id)
  if (version?.revision === revision) return version.definition
  return store.db
    .select({ definition: tariffRevision.definition })
    .from(tariffRevision)
    .where(and(eq(tariffRevision.versionId, id), eq(tariffRevision.revision, revision)))
    .get()?.definition
}

/** The definitions that were replaced by an edit while billed months needed them. */
export const replacedDefinitions = (store: Store): Omit<TariffVersion, 'from'>[] =>
  store.db
    .select({ definition: tariffRevision.definition })
    .from(tariffRevision)
    .all()
    .map(({ definition }) => definition)

export const hasReplacedRevisions = (store: Store, versionId: number): boolean =>
  store.db
    .select({ id: tariffRevision.id })
    .from(tariffRevision)
    .where(eq(tariffRevision.versionId, versionId))
    .get() !== undefined

/**
 * How many spans (a home in a month) have a paper that bills a cell of these days and activities.
 * @param spans `to` is not included; null for no end
 */
export const billedSpansWithin = (
  store: Store,
  activityIds: readonly number[],
  spans: readonly { readonly from: Day; readonly to: Day | null }[],
): number =>
  store
    .statement(
      `select count(distinct registration.family_id || ' ' || substr(reservation.day, 1, 7)) from period
      cross join reservation on reservation.period_id = period.id and reservation.billed_by is not null
      join registration on registration.id = reservation.registration_id
      where period.activity_id in (select value from json_each(?))
      and exists (select 1 from json_each(?) span where reservation.day >= span.value ->> '$.from'
        and (span.value ->> '$.to' is null or reservation.day < span.value ->> '$.to'))`,
    )
    .pluck()
    .get(JSON.stringify(activityIds), JSON.stringify(spans)) as number

/** Whether a price book names this revision of the version, or one that replaced it. */
export const isNamedInBooks = (
  store: Store,
  { id, revision }: { readonly id: number; readonly revision: number },
): boolean =>
  store
    .statement(
      `select exists (select 1 from price_book, json_each(book, '$.tariffs') tariff, json_each(tariff.value, '$.versions') version
        where version.value ->> '$.id' = ? and version.value ->> '$.revision' >= ?)`,
    )
    .pluck()
    .get(id, revision) === 1

/** The months billed with each price book, for all homes, including those of a run that is being issued. */
export const monthsBilledWith = (store: Store): { readonly bookId: number; readonly months: readonly Month[] }[] =>
  [
    ...Map.groupBy(
      store.statement('select distinct book_id as bookId, month from billed_span').all() as {
        bookId: number
        month: Month
      }[],
      ({ bookId }) => bookId,
    ),
  ].map(([bookId, rows]) => ({ bookId, months: rows.map(({ month }) => month) }))

/**
 * Whether a paper bills a cell of these days and activities in a month that was billed with this price book.
 * @param bookId null: in a month without a price book
 */
export const isBilledWithin = (
  store: Store,
  {
    from,
    to,
    activityIds,
    bookId,
  }: { readonly from: Day; readonly to: Day; readonly activityIds: readonly number[]; readonly bookId: number | null },
): boolean =>
  store
    .statement(
      `select exists (
        select 1 from period
        cross join reservation on reservation.period_id = period.id and reservation.day between :from and :to
          and reservation.billed_by is not null
        join registration on registration.id = reservation.registration_id
        left join billed_span on billed_span.family_id = registration.family_id
          and billed_span.month = substr(reservation.day, 1, 7)
        where period.activity_id in (select value from json_each(:activityIds)) and billed_span.book_id is :bookId
      )`,
    )
    .pluck()
    .get({ from, to, activityIds: JSON.stringify(activityIds), bookId }) === 1

export type RegisteredPartRow = {
  readonly id: number
  readonly familyId: number
  readonly childId: number
  readonly activityId: number
  readonly periodId: number
  readonly from: Day
  readonly to: Day
  readonly periodFrom: Day
  readonly periodTo: Day
  /** The groups whose children the period takes; null for all groups of the activity. */
  readonly groupIds: readonly number[] | null
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
}

/** The accepted registrations of homes, with their periods and typical weeks. */
export const registrationsOfHomes = (store: Store, familyIds: readonly number[]): RegisteredPartRow[] =>
  (
    store
      .statement(
        `select registration.id, registration.family_id as familyId, registration.child_id as childId,
          period.activity_id as activityId, period.group_ids as groupIds,
          period.id as periodId, registration.start_day as "from", registration.end_day as "to",
          period.start_day as periodFrom, period.end_day as periodTo, registration.typical_week as week
        from json_each(?) wanted
        cross join registration on registration.family_id = wanted.value and registration.state in ('accepted', 'ended')
        join period on period.id = registration.period_id
        where ${committedSql('registration.act_id')}
        order by registration.child_id, registration.start_day, registration.id`,
      )
      .all(JSON.stringify(familyIds)) as (Omit<RegisteredPartRow, 'week' | 'groupIds'> & {
      readonly week: string
      readonly groupIds: string | null
    })[]
  ).map((row) => ({
    ...row,
    week: JSON.parse(row.week) as RegisteredPartRow['week'],
    groupIds: row.groupIds === null ? null : (JSON.parse(row.groupIds) as number[]),
  }))

/** The days on which these periods are open, in order. */
export const openDaysOfPeriods = (
  store: Store,
  periodIds: readonly number[],
): { readonly activityId: number; readonly day: Day }[] =>
  store
    .statement(
      `select distinct period.activity_id as activityId, opening.day from json_each(?) wanted
      cross join period on period.id = wanted.value
      cross join opening on opening.period_id = period.id and opening.closed_reason is null
      where ${committedSql('opening.act_id')} order by opening.day`,
    )
    .all(JSON.stringify(periodIds)) as { activityId: number; day: Day }[]

type RegisteredRow = {
  readonly familyId: number
  readonly childId: number
  readonly activityId: number
  readonly birth: Day
  readonly from: Day
  readonly to: Day
}

/** Every child that a home registered, now or in the past, with the days of each registration. */
export const registeredIn = (store: Store, familyIds: readonly number[]): RegisteredRow[] =>
  store
    .statement(
      `select registration.family_id as familyId, child.id as childId, child.birth_day as birth,
        period.activity_id as activityId,
        registration.start_day as "from", registration.end_day as "to"
      from json_each(?) wanted
      cross join registration on registration.family_id = wanted.value and registration.state in ('accepted', 'ended')
      join child on child.id = registration.child_id
      join period on period.id = registration.period_id
      where ${committedSql('registration.act_id')}
      order by registration.id`,
    )
    .all(JSON.stringify(familyIds)) as RegisteredRow[]
