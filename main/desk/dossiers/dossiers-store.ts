import { eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { type Day, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import type { Confirmation } from '../../../shared/rules/dossier/campaign.ts'
import type { PaperSeen } from '../../../shared/rules/dossier/dossier.ts'
import type { PaperKind } from '../../../shared/rules/requests/paper.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { activity, paperFact, requiredPaper } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { leadSql } from '../activities/activities.ts'

export type RequiredRow = typeof requiredPaper.$inferSelect

const shown = alias(activity, 'shown')

/** All required papers, including those no longer required, each with the activity under which its own is shown. */
export const allRequired = (store: Store) =>
  store.db
    .select({ required: requiredPaper, shownId: shown.id, activity: shown.name })
    .from(requiredPaper)
    .leftJoin(activity, eq(activity.id, requiredPaper.activityId))
    .leftJoin(shown, eq(shown.id, sql.raw(leadSql('activity'))))
    .orderBy(requiredPaper.id)
    .all()
    .map(({ required: { actId: _act, ...required }, shownId, activity: name }) => ({
      ...required,
      activityId: shownId,
      activity: name,
    }))
export type NamedRequired = ReturnType<typeof allRequired>[number]

export const requiredOf = (store: Store, id: number): RequiredRow | undefined =>
  store.db.select().from(requiredPaper).where(eq(requiredPaper.id, id)).get()

export const hasFacts = (store: Store, requiredId: number): boolean =>
  store.statement('select 1 from paper_fact where required_id = ? limit 1').get(requiredId) !== undefined

/** The first calendar year of the school year that the running campaign prepares; null when no campaign runs. */
export const yearPrepared = (store: Store, on: Day): number | null =>
  store
    .statement(
      `select max(year) from campaign where opens_on <= :on and (closed_on is null or closed_on > :on)
        and ${committedSql('act_id')}`,
    )
    .pluck()
    .get({ on }) as number | null

/**
 * SQL: a registration that needs a dossier, by the same condition as `isLiveOn`: one whose end was recorded in advance
 * counts until its end.
 */
export const liveRegistrationSql = `own.state in ('asked', 'accepted', 'ended') and own.end_day >= :on and ${committedSql('own.act_id')}`

/**
 * For each child of these homes: the activities in which the home registered it, each with the activity under which it
 * is shown.
 */
export const registeredIn = (
  store: Store,
  familyIds: readonly number[],
  on: Day,
): { familyId: number; childId: number; activityId: number }[] =>
  store
    .statement(
      `select distinct own.family_id familyId, own.child_id childId, ${leadSql('activity')} activityId
      from json_each(:ids) wanted cross join registration own on own.family_id = wanted.value
      join period on period.id = own.period_id join activity on activity.id = period.activity_id
      where ${liveRegistrationSql} order by own.child_id`,
    )
    .all({ ids: JSON.stringify(familyIds), on }) as { familyId: number; childId: number; activityId: number }[]

export type FactRow = Pick<
  typeof paperFact.$inferSelect,
  'id' | 'requiredId' | 'familyId' | 'childId' | 'seenOn' | 'seenBy' | 'validUntil' | 'paperId'
>

/** The papers seen for these homes and children, oldest first. */
export const factsOf = (store: Store, familyIds: readonly number[], childIds: readonly number[]): FactRow[] =>
  store
    .statement(
      `select id, required_id requiredId, family_id familyId, child_id childId, seen_on seenOn, seen_by seenBy,
        valid_until validUntil, paper_id paperId from paper_fact
      where family_id in (select value from json_each(:families)) or child_id in (select value from json_each(:children))
      order by seen_on, id`,
    )
    .all({ families: JSON.stringify(familyIds), children: JSON.stringify(childIds) }) as FactRow[]

/**
 * SQL: within a group of facts, the one seen last; of facts of one day, the one recorded last. SQLite takes the other
 * columns of the group from the row that has this maximum.
 */
const lastSeenSql = `max(seen_on || printf('%012d', id)) last`

/** For each required paper and each of these homes and children: until when the fact seen last is valid. */
export const lastSeenOf = (
  store: Store,
  familyIds: readonly number[],
  childIds: readonly number[],
): (PaperSeen & { readonly familyId: number | null })[] =>
  store
    .statement(
      `select required_id requiredId, family_id familyId, null childId, valid_until validUntil, ${lastSeenSql} from paper_fact
        where family_id in (select value from json_each(:families)) group by family_id, required_id
      union all
      select required_id, null, child_id, valid_until, ${lastSeenSql} from paper_fact
        where child_id in (select value from json_each(:children)) group by child_id, required_id`,
    )
    .all({ families: JSON.stringify(familyIds), children: JSON.stringify(childIds) }) as (PaperSeen & {
    readonly familyId: number | null
  })[]

/**
 * The last day on which the health record of each of these children was noted as seen; children without such a note are
 * left out.
 */
export const healthSeenOf = (store: Store, childIds: readonly number[]): ReadonlyMap<number, Day> =>
  new Map(
    store
      .statement(
        `select fact.child_id, max(fact.seen_on) from paper_fact fact join required_paper required on required.id = fact.required_id
        where required.kind = 'health' and fact.child_id in (select value from json_each(?)) group by fact.child_id`,
      )
      .raw()
      .all(JSON.stringify(childIds)) as [number, Day][],
  )

/** Facts that a home accepted the règlement, valid beyond a day. */
export const rulesAcceptedBeyond = (store: Store, day: Day): number[] =>
  store
    .statement(
      `select fact.id from paper_fact fact join required_paper required on required.id = fact.required_id
      where required.kind = 'rules' and fact.valid_until > ?`,
    )
    .pluck()
    .all(day) as number[]

/** A paper that a home sent on the portal and that nobody has read yet. */
export type UnreadPaper = {
  readonly familyId: number
  readonly childId: number | null
  readonly kind: PaperKind
  readonly requiredId: number | null
}

export const unreadPapersOf = (store: Store, familyIds: readonly number[]): UnreadPaper[] =>
  store
    .statement(
      `select family_id familyId, child_id childId, kind, required_id requiredId
      from json_each(?) wanted cross join received_paper on family_id = wanted.value where state = 'waiting'`,
    )
    .all(JSON.stringify(familyIds)) as UnreadPaper[]

/** The day of the last mail that reminded each of these homes of its dossier; homes never reminded are left out. */
export const lastRemindersOf = (store: Store, familyIds: readonly number[]): ReadonlyMap<number, Day> =>
  new Map(
    (
      store
        .statement(
          `select mail.family_id, max(mail.queued_at) from json_each(?) wanted
          cross join mail on mail.family_id = wanted.value join act on act.id = mail.act_id
          where act.kind = 'campaign.remind' and mail.withdrawn_at is null group by mail.family_id`,
        )
        .raw()
        .all(JSON.stringify(familyIds)) as [number, Instant][]
    ).map(([familyId, at]) => [familyId, dayAt(at)]),
  )

export type ConfirmationRow = Confirmation & {
  readonly familyId: number
  readonly by: string
}

/** The last confirmation of these homes, for each kind and child. */
export const confirmationsOf = (store: Store, familyIds: readonly number[]): ConfirmationRow[] =>
  store
    .statement(
      `select family_id familyId, child_id childId, kind, max(at) at, "by" from json_each(?) wanted
      cross join confirmation on confirmation.family_id = wanted.value
      group by family_id, child_id, kind order by family_id, min(confirmation.id)`,
    )
    .all(JSON.stringify(familyIds)) as ConfirmationRow[]

export const isConfirmationCollected = (store: Store, entryId: string): boolean =>
  store.statement('select 1 from confirmation where entry_id = ?').get(entryId) !== undefined

/** Forbidden pick-up people whose court decision is this received paper. */
export const pickupsWithFile = (store: Store, paperId: number): number[] =>
  store.statement('select id from pickup_contact where decision_paper_id = ?').pluck().all(paperId) as number[]

export const factsWithFile = (store: Store, paperId: number): number[] =>
  store.statement('select id from paper_fact where paper_id = ?').pluck().all(paperId) as number[]
