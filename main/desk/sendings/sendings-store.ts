import { asc, eq, or } from 'drizzle-orm'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { ShownFate } from '../../../shared/rules/mails/fate.ts'
import type { ClosingPlace } from '../../../shared/rules/messages/audience.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { heldPlansFact } from '../../store/numbers.ts'
import { savedAudience, type sending, staffMember } from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { liveRegistrationSql } from '../dossiers/dossiers.ts'

/** The choices of a person and the shared ones, by name. */
export const audiencesSeenBy = ({ db }: Store, staffMemberId: number) =>
  db
    .select({ audience: savedAudience, by: staffMember.name })
    .from(savedAudience)
    .innerJoin(staffMember, eq(staffMember.id, savedAudience.staffMemberId))
    .where(or(eq(savedAudience.staffMemberId, staffMemberId), eq(savedAudience.isShared, true)))
    .orderBy(asc(savedAudience.name))
    .all()
    .map(({ audience, by }) => ({ ...audience, by }))

/** A child about whom a home is written to; null where the home itself is concerned. */
export type Concerned = {
  readonly familyId: number
  readonly childId: number | null
  readonly firstName: string
  readonly lastName: string
  readonly registrationId: number | null
  readonly periodId: number | null
  readonly day: Day | null
  readonly site: string
  /** The phone number of the facility; empty when none was typed. */
  readonly phone: string
}

/** Children who hold a place on these days, once for each registration and day. */
export const childrenExpected = (
  store: Store,
  wanted: {
    readonly from: Day
    readonly to: Day
    readonly siteId: number | null
    readonly facilityId: number | null
    readonly schoolId: number | null
    /** Null for all activities. */
    readonly activityIds: readonly number[] | null
    readonly level: string | null
  },
): Concerned[] =>
  store
    .statement(
      `select distinct own.family_id familyId, child.id childId, child.first_name firstName, child.last_name lastName,
        own.id registrationId, own.period_id periodId, held.day, site.name site, facility.phone
      from opening open join reservation held on held.period_id = open.period_id and held.day = open.day
        and held.slot_id = open.slot_id and held.held = 'confirmed'
      join registration own on own.id = held.registration_id join child on child.id = own.child_id
      join period on period.id = own.period_id join activity on activity.id = period.activity_id
      join facility on facility.id = activity.facility_id join site on site.id = facility.site_id
      where open.day between :from and :to and open.closed_reason is null and ${committedSql('held.act_id')}
        and (:siteId is null or site.id = :siteId)
        and (:facilityId is null or facility.id = :facilityId)
        and (:schoolId is null or :schoolId = (select school_id from schooling where child_id = child.id
          and from_day <= held.day order by from_day desc limit 1))
        and (:activityIds is null or activity.id in (select value from json_each(:activityIds)))
        and (:level is null or :level = (select level from schooling where child_id = child.id and from_day <= held.day
          order by from_day desc limit 1))
      order by child.last_name, child.first_name, child.id, held.day`,
    )
    .all({
      ...wanted,
      activityIds: wanted.activityIds && JSON.stringify(wanted.activityIds),
    }) as Concerned[]

/** Homes with all their children, or with some of them. */
export const homesWithChildren = (
  store: Store,
  familyIds: readonly number[],
  childIds: readonly number[] | null = null,
): Concerned[] =>
  store
    .statement(
      `select home.id familyId, child.id childId, coalesce(child.first_name, '') firstName,
        coalesce(child.last_name, '') lastName, null registrationId, null periodId, null day, '' site, '' phone
      from json_each(:familyIds) wanted join family home on home.id = wanted.value
      left join family_child link on link.family_id = home.id left join child on child.id = link.child_id
      where :childIds is null or child.id in (select value from json_each(:childIds))
      order by home.name, home.id, child.first_name`,
    )
    .all({ familyIds: JSON.stringify(familyIds), childIds: childIds && JSON.stringify(childIds) }) as Concerned[]

/** Homes of children who are registered on a day. */
export const homesRegistered = (store: Store, on: Day): number[] =>
  store
    .statement(
      `select distinct own.family_id from registration own join period on period.id = own.period_id
      where ${liveRegistrationSql}`,
    )
    .pluck()
    .all({ on }) as number[]

export const homesOnPortal = (store: Store, familyIds: readonly number[]): number =>
  store
    .statement(
      `select count(distinct link.family_id) from json_each(?) wanted join family_guardian link on link.family_id = wanted.value
      join portal_account account on account.guardian_id = link.guardian_id and not account.blocked
        and account.activated_at is not null`,
    )
    .pluck()
    .get(JSON.stringify(familyIds)) as number

/** Activities that are not archived, without those joined to another. */
export const activitiesOfSites = (store: Store) =>
  store
    .statement(
      `select activity.id, activity.name, facility.site_id siteId from activity join facility on facility.id = facility_id
      where not activity.archived and joined_to_id is null order by ${alphabeticalSql('activity.name')}`,
    )
    .all() as { id: number; name: string; siteId: number }[]

export const periodsToClose = (
  store: Store,
  {
    siteId,
    facilityId,
    activityIds,
  }: Pick<ClosingPlace, 'siteId' | 'facilityId'> & { readonly activityIds: readonly number[] | null },
): number[] =>
  store
    .statement(
      `select period.id from period join activity on activity.id = period.activity_id
      join facility on facility.id = activity.facility_id
      where (:siteId is null or facility.site_id = :siteId) and (:facilityId is null or facility.id = :facilityId)
        and (:activityIds is null or activity.id in (select value from json_each(:activityIds)))`,
    )
    .pluck()
    .all({ siteId, facilityId, activityIds: activityIds && JSON.stringify(activityIds) }) as number[]

// ---- Sendings -------------------------------------------------------------------------------------------------------

export type SendingSqlRow = Omit<typeof sending.$inferSelect, 'audience' | 'previewed' | 'withSms'> & {
  readonly audience: string
  readonly previewed: string
  readonly withSms: 0 | 1
  /** The name of the person who sent it; until it is sent, of the person who planned it. */
  readonly by: string
  /** The person who wrote it. */
  readonly staffId: number | null
  /** Whether it was written before an older copy of the file was restored: it may have left after the copy was made. */
  readonly isHeld: 0 | 1
}

const selectSendings = `select sending.id, subject, text, audience, with_sms withSms, sending.state,
    planned_for plannedFor, previewed, sent_at sentAt, difference, sms_parts smsParts,
    price_thousandths priceThousandths, sending.act_id actId, act.staff_id staffId,
    coalesce((select sent.actor_name from mail join act sent on sent.id = mail.act_id where sending_id = sending.id
      order by mail.id limit 1), act.actor_name) "by",
    act.started_at <= coalesce((select value from file_fact where key = '${heldPlansFact}'), '') isHeld
  from sending join act on act.id = sending.act_id`

export const sendingPage = (store: Store, from: number, count: number): SendingSqlRow[] =>
  store
    .statement(`${selectSendings} where ${committedSql('sending.act_id')} order by sending.id desc limit ? offset ?`)
    .all(count, from) as SendingSqlRow[]

export const countSendings = (store: Store): number =>
  store
    .statement(`select count(*) from sending where ${committedSql('act_id')}`)
    .pluck()
    .get() as number

export const sendingRow = (store: Store, id: number): SendingSqlRow | undefined =>
  store.statement(`${selectSendings} where sending.id = ?`).get(id) as SendingSqlRow | undefined

/** Sendings planned for an hour between two instants, earliest first. */
export const plannedBetween = (store: Store, from: Instant, to: Instant): SendingSqlRow[] =>
  store
    .statement(
      `${selectSendings} where sending.state = 'planned' and planned_for >= ? and planned_for <= ? order by planned_for`,
    )
    .all(from, to) as SendingSqlRow[]

/**
 * When the same message was last written to the same audience since an instant. Undefined when it was not, and when all
 * of its mails were withdrawn. @param plannedFor the hour it was planned for; null for one sent at once
 */
export const writtenBefore = (
  store: Store,
  asked: {
    readonly audience: string
    readonly subject: string
    readonly text: string
    readonly plannedFor: Instant | null
    readonly since: Instant
  },
): Instant | undefined =>
  store
    .statement(
      `select act.started_at from sending join act on act.id = sending.act_id
      where audience = :audience and subject = :subject and text = :text and planned_for is :plannedFor
        and act.started_at >= :since and (sending.state = 'planned' or exists (
          select 1 from mail join mail_delivery using (id) where sending_id = sending.id and fate <> 'withdrawn'))
      order by sending.id desc limit 1`,
    )
    .pluck()
    .get(asked) as Instant | undefined

/** How many people there are for each fate, by sending. `called` counts those whom staff marked as telephoned. */
export const fatesOf = (store: Store, ids: readonly number[], lateBefore: Instant) =>
  Map.groupBy(
    store
      .statement(
        `select sending_id sendingId, case when fate = 'toCall' and withdrawn_at is not null then 'called'
            when fate = 'waiting' and queued_at < :lateBefore then 'late' else fate end shown, count(*) count
        from mail join mail_delivery using (id)
        where sending_id in (select value from json_each(:ids))
          and not exists (select 1 from mail again where again.resend_of_id = mail.id)
        group by sending_id, shown order by count desc`,
      )
      .all({ ids: JSON.stringify(ids), lateBefore }) as { sendingId: number; shown: ShownFate; count: number }[],
    ({ sendingId }) => sendingId,
  )

/** For each person of a sending, their last mail: one that was resent is left out. */
export const mailIdsOf = (store: Store, id: number): number[] =>
  store
    .statement(
      `select id from mail where sending_id = ? and not exists (select 1 from mail again where again.resend_of_id = mail.id)`,
    )
    .pluck()
    .all(id) as number[]

const shownOfFamily = 20

/** The last mails that sendings made to a home. */
export const lastMailIdsOf = (store: Store, familyId: number): number[] =>
  store
    .statement('select id from mail where family_id = ? and sending_id is not null order by id desc limit ?')
    .pluck()
    .all(familyId, shownOfFamily) as number[]

export const fileNamesOf = (store: Store, ids: readonly number[]) =>
  Map.groupBy(
    store
      .statement(
        'select sending_id sendingId, name from sending_file where sending_id in (select value from json_each(?)) order by id',
      )
      .all(JSON.stringify(ids)) as { sendingId: number; name: string }[],
    ({ sendingId }) => sendingId,
  )

export type StoredFile = { readonly name: string; readonly type: string; readonly bytes: Buffer }

export const storedFiles = (store: Store, id: number): StoredFile[] =>
  store.statement('select name, type, bytes from sending_file where sending_id = ? order by id').all(id) as StoredFile[]

/** Must run within the act that inserts the sending. */
export const insertFiles = (store: Store, id: number, files: readonly StoredFile[]): void => {
  for (const { name, type, bytes } of files)
    store
      .statement('insert into sending_file (sending_id, name, type, bytes) values (?, ?, ?, ?)')
      .run(id, name, type, bytes)
}

/** Whether the portal has the notice as it is now. */
export const isNoticePublished = (store: Store, noticeId: number): boolean =>
  store
    .statement(
      'select 1 from publication where id = ? and not stale and wanted_hash is not null and held_hash = wanted_hash',
    )
    .get(`notice/${noticeId}`) !== undefined

/** The notice on the portal that belongs to a sending. */
export const noticeOf = (store: Store, id: number): { readonly id: number; readonly untilDay: Day } | undefined =>
  store.statement('select id, until_day untilDay from notice where sending_id = ?').get(id) as
    | { id: number; untilDay: Day }
    | undefined

/** The channel that a guardian chose; undefined without a choice. */
export const choiceOf = (
  store: Store,
  guardianId: number,
): { readonly id: number; readonly chosenAt: Instant } | undefined =>
  store
    .statement(
      'select id, chosen_at chosenAt from message_choice where guardian_id = ? order by chosen_at desc, id desc limit 1',
    )
    .get(guardianId) as { id: number; chosenAt: Instant } | undefined
