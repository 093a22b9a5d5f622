import { and, asc, desc, eq, exists, gte, lt, sql } from 'drizzle-orm'
import type { Role } from '../../../shared/rules/access/roles.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { preparedOnce } from '../../store/connection.ts'
import {
  act,
  audit,
  catchment,
  exchangeSide,
  facility,
  organisation,
  picture,
  school,
  schoolHoliday,
  schooling,
  site,
} from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

const organisationQuery = preparedOnce((db) => db.select().from(organisation).prepare())
const portalQuery = preparedOnce((db) => db.select({ address: exchangeSide.address }).from(exchangeSide).prepare())

/** The paired portal's address, without a final slash; undefined until a portal is paired. */
export const portalAddress = (store: Store): string | undefined => portalQuery(store).get()?.address

const holidayQuery = preparedOnce((db) => db.select().from(schoolHoliday).orderBy(asc(schoolHoliday.fromDay)).prepare())

/** A prepared query: every address, price and paper reads this row. */
export const organisationRow = (store: Store) => organisationQuery(store).get()

/** Imported school holidays of all three zones, by first day. */
export const importedHolidays = (store: Store) => holidayQuery(store).all()

/**
 * The first day that an issued invoice of a régie bills and that credit notes did not take back with the whole invoice.
 */
export const firstBilledDay = (store: Store, regieId: number): Day | null =>
  store
    .statement(
      `select min(day.value) from invoice
      join invoice_line line on line.invoice_id = invoice.id
      cross join json_each(line.days) day
      where invoice.state = 'issued' and invoice.kind = 'invoice' and invoice.regie_id = ?
      and invoice.total_cents + coalesce((select sum(note.total_cents) from invoice note
        where note.corrects_id = invoice.id and note.state = 'issued'), 0) > 0`,
    )
    .pluck()
    .get(regieId) as Day | null

export const pictureOf = (store: Store, id: number) => store.db.select().from(picture).where(eq(picture.id, id)).get()

export const allSites = (store: Store) =>
  store.db
    .select()
    .from(site)
    .orderBy(sql.raw(alphabeticalSql('name')))
    .all()

/** Whether a facility belongs to the site, or a member of staff works for it. */
export const isSiteUsed = (store: Store, id: number): boolean =>
  store
    .statement(
      `select exists (select 1 from facility where site_id = ?1)
        or exists (select 1 from staff_member, json_each(site_ids) own where own.value = ?1)`,
    )
    .pluck()
    .get({ 1: id }) === 1

export const allFacilities = (store: Store) =>
  store.db
    .select()
    .from(facility)
    .orderBy(sql.raw(alphabeticalSql('name')))
    .all()

export const facilityOf = (store: Store, id: number) =>
  store.db.select().from(facility).where(eq(facility.id, id)).get()

/** Two activities, joined to each other, that would be at two sites if this facility moved to that site. */
export const partedBySite = (
  store: Store,
  facilityId: number,
  siteId: number,
): { readonly own: string; readonly other: string } | undefined =>
  store
    .statement(
      `select own.name own, other.name other from activity own
      join activity other on other.id = own.joined_to_id or other.joined_to_id = own.id
      join facility place on place.id = other.facility_id
      where own.facility_id = ?1 and place.id <> ?1 and place.site_id <> ?2`,
    )
    .get({ 1: facilityId, 2: siteId }) as { own: string; other: string } | undefined

/*
 * In a count's subquery, compare with `eq`: in a query of one table, drizzle omits the table's name before a column
 * written in the SQL text itself, so « id » would be the subquery's own.
 */

/** The names of schools by their ids, in alphabetical order. */
export const schoolNames = (store: Store, ids: readonly number[]): string[] =>
  store
    .statement(
      `select name from school where id in (select value from json_each(?)) order by ${alphabeticalSql('name')}`,
    )
    .pluck()
    .all(JSON.stringify(ids)) as string[]

/** The levels of the pupils that schools have or had. */
export const levelsTaught = (store: Store) =>
  store.statement('select distinct school_id schoolId, level from schooling where school_id is not null').all() as {
    schoolId: number
    level: string
  }[]

/** The streets of all schools. */
export const catchmentRows = ({ db }: Store) => db.select().from(catchment).orderBy(asc(catchment.id)).all()

/** Schools with the number of children who attend or attended each. */
export const allSchools = (store: Store) =>
  store.db
    .select({
      id: school.id,
      name: school.name,
      children: sql<number>`(select count(distinct ${schooling.childId}) from ${schooling} where ${eq(schooling.schoolId, school.id)})`,
    })
    .from(school)
    .orderBy(sql.raw(alphabeticalSql('name')))
    .all()

/**
 * Schools that take the children of some streets, by name; without the count of `allSchools`, which reads every child.
 */
export const schoolsTakingStreets = (store: Store) =>
  store
    .statement(
      `select id, name from school where id in (select school_id from catchment) order by ${alphabeticalSql('name')}`,
    )
    .all() as { readonly id: number; readonly name: string }[]

type AuditFilter = {
  readonly entity?: string | undefined
  readonly entityId?: number | undefined
  readonly staffId?: number | undefined
  readonly from?: Instant | undefined
  readonly until?: Instant | undefined
  readonly before?: number | undefined
}

/** Acts that match the filter, newest first. */
export const actsMatching = (store: Store, filter: AuditFilter, limit: number) => {
  const concerned = store.db
    .select({ id: audit.id })
    .from(audit)
    .where(
      and(
        eq(audit.actId, act.id),
        filter.entity === undefined ? undefined : eq(audit.entity, filter.entity),
        filter.entityId === undefined ? undefined : eq(audit.entityId, filter.entityId),
      ),
    )
  return store.db
    .select({
      id: act.id,
      at: act.startedAt,
      kind: act.kind,
      label: act.label,
      person: act.actorName,
      actor: act.actor,
      state: act.state,
      changes: sql<number>`(select count(*) from ${audit} where ${eq(audit.actId, act.id)})`,
    })
    .from(act)
    .where(
      and(
        filter.entity === undefined ? undefined : exists(concerned),
        filter.staffId === undefined ? undefined : eq(act.staffId, filter.staffId),
        filter.from === undefined ? undefined : gte(act.startedAt, filter.from),
        filter.until === undefined ? undefined : lt(act.startedAt, filter.until),
        filter.before === undefined ? undefined : lt(act.id, filter.before),
      ),
    )
    .orderBy(desc(act.id))
    .limit(limit)
    .all()
}

/** At most `limit` changes of one act, in the order they were made. */
export const changesOf = (store: Store, actId: number, limit: number) =>
  store.db
    .select({
      id: audit.id,
      entity: audit.entity,
      entityId: audit.entityId,
      operation: audit.operation,
      before: audit.before,
      after: audit.after,
    })
    .from(audit)
    .where(eq(audit.actId, actId))
    .orderBy(asc(audit.id))
    .limit(limit)
    .all()

/** SQL: for tables of which only some roles may read the values, the roles of a row now, or when it was removed. */
const seenBySql: Readonly<Record<string, string>> = {
  custom_value: `select seen_by from custom_field where id = coalesce(
    (select field_id from custom_value where id = :id),
    (select before ->> '$.fieldId' from audit
      where entity = 'custom_value' and operation = 'remove' and entity_id = :id order by id desc limit 1))`,
  note: `select coalesce((select seen_by from note where id = :id),
    (select before ->> '$.seenBy' from audit
      where entity = 'note' and operation = 'remove' and entity_id = :id order by id desc limit 1))`,
}

/**
 * The roles that may read the values of a row; null for everybody who may read the audit trail, empty for an erased
 * row.
 */
export const rolesSeeing = (store: Store, entity: string, id: number | null): readonly Role[] | null => {
  const query = seenBySql[entity]
  if (query === undefined || id === null) return null
  const seenBy = store.statement(query).pluck().get({ id }) as string | null | undefined
  return seenBy == null ? [] : (JSON.parse(seenBy) as Role[])
}
