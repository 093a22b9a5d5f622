import type { Day } from '../../../shared/rules/calendar/day.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'
import type { PhotoRow } from '../families/photos.ts'

/**
 * Somebody who may have a photo, with the facts that decide whether it may be kept. Exactly one of the three ids is
 * set.
 */
export type PersonRow = Pick<PhotoRow, 'childId' | 'guardianId' | 'pickupContactId'> & {
  readonly name: string
  /** For a pick-up person, « grand-mère »; empty for children and guardians. */
  readonly relation: string
  /**
   * For a child, itself; for a pick-up person, the child whom they may fetch; for a guardian, all children of their
   * homes, whatever the bonds say.
   */
  readonly childIds: readonly number[]
  /** Whether at least one of their homes has not left the service. */
  readonly isHere: boolean
  /** The last day of the registrations of these children; null when there is none. */
  readonly lastDay: Day | null
}

const isHereSql = (homes: string) =>
  `exists (select 1 from family home where home.id in (${homes}) and (home.left_on is null or home.left_on > :today))`
const lastDaySql = (children: string) =>
  `(select max(end_day) from registration where child_id in (${children}) and state in ('asked', 'accepted', 'ended'))`
const childrenOfGuardian = `select link.child_id from family_guardian own join family_child link on link.family_id = own.family_id
  where own.guardian_id = guardian.id`

const questions = {
  children: `select child.id childId, null guardianId, null pickupContactId,
      child.first_name || ' ' || child.last_name name, '' relation, json_array(child.id) childIds,
      ${isHereSql('select family_id from family_child where child_id = child.id')} isHere, ${lastDaySql('child.id')} lastDay
    from child where id in (select value from json_each(:ids)) order by birth_day, id`,
  guardians: `select null childId, guardian.id guardianId, null pickupContactId,
      first_name || ' ' || last_name name, '' relation,
      (select json_group_array(distinct child_id) from (${childrenOfGuardian})) childIds,
      ${isHereSql('select family_id from family_guardian where guardian_id = guardian.id')} isHere,
      ${lastDaySql(childrenOfGuardian)} lastDay
    from guardian where id in (select value from json_each(:ids)) order by id`,
  pickups: `select null childId, null guardianId, contact.id pickupContactId, name, relation,
      iif(allowed, json_array(contact.child_id), '[]') childIds,
      ${isHereSql('select family_id from family_child where child_id = contact.child_id')} isHere,
      ${lastDaySql('contact.child_id')} lastDay
    from pickup_contact contact where id in (select value from json_each(:ids)) order by name, id`,
}

/** The people with these ids: children, then guardians, then pick-up people. */
export const peopleOf = (
  store: Store,
  ids: Readonly<Record<keyof typeof questions, readonly number[]>>,
  on: Day,
): PersonRow[] =>
  (['children', 'guardians', 'pickups'] as const).flatMap((kind) =>
    (
      store.statement(questions[kind]).all({ today: on, ids: JSON.stringify(ids[kind]) }) as (Omit<
        PersonRow,
        'childIds' | 'isHere'
      > & { readonly childIds: string; readonly isHere: 0 | 1 })[]
    ).map(({ childIds, isHere, ...row }) => ({
      ...row,
      childIds: JSON.parse(childIds) as number[],
      isHere: isHere === 1,
    })),
  )

/** The adults around these children: guardians of all their homes, and pick-up people, allowed or forbidden. */
export const adultsOf = (store: Store, childIds: readonly number[]): { guardians: number[]; pickups: number[] } => {
  const ids = (text: string) => store.statement(text).pluck().all(JSON.stringify(childIds)) as number[]
  return {
    guardians: ids(
      `select distinct own.guardian_id from family_child link join family_guardian own on own.family_id = link.family_id
      where link.child_id in (select value from json_each(?))`,
    ),
    pickups: ids(
      `select id from pickup_contact where child_id in (select value from json_each(?)) and ${committedSql('act_id')}`,
    ),
  }
}

/** A page of photos by id, after a given one. */
export const photosAfter = (
  store: Store,
  after: number,
  most: number,
): (Pick<PhotoRow, 'id' | 'childId' | 'guardianId' | 'pickupContactId'> & { readonly takenOn: Day })[] =>
  store
    .statement(
      `select id, child_id childId, guardian_id guardianId, pickup_contact_id pickupContactId,
        substr(taken_at, 1, 10) takenOn from photo where id > ? order by id limit ?`,
    )
    .all(after, most) as ReturnType<typeof photosAfter>

/** Ids of the activities that take place at a site. */
export const activitiesOfSite = (store: Store, siteId: number): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        'select activity.id from activity join facility on facility.id = activity.facility_id where facility.site_id = ?',
      )
      .pluck()
      .all(siteId) as number[],
  )
