import { asc, eq, sql } from 'drizzle-orm'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { activity, activityTariff, slot, tariff, tariffVersion } from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

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

export const activityNames = (store: Store) =>
  store.db.select({ id: activity.id, name: activity.name }).from(activity).all()

export const slotTimes = (store: Store) =>
  store.db.select({ id: slot.id, name: slot.name, start: slot.start, end: slot.end }).from(slot).all()

type RegisteredRow = {
  readonly familyId: number
  readonly childId: number
  readonly birth: Day
  readonly from: Day
  readonly to: Day
}

/** Every child that a home has registered, in the past too, with the days of each registration. */
export const registeredIn = (store: Store, familyIds: readonly number[]): RegisteredRow[] =>
  store
    .statement(
      `select registration.family_id as familyId, child.id as childId, child.birth_day as birth,
        registration.start_day as "from", registration.end_day as "to"
      from json_each(?) wanted
      cross join registration on registration.family_id = wanted.value and registration.state in ('accepted', 'ended')
      join child on child.id = registration.child_id
      where ${committedSql('registration.act_id')}
      order by registration.id`,
    )
    .all(JSON.stringify(familyIds)) as RegisteredRow[]
