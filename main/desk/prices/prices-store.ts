import { asc, eq } from 'drizzle-orm'
import { activity, activityTariff, slot, tariff, tariffVersion } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

export const allTariffs = (store: Store) => store.db.select().from(tariff).orderBy(asc(tariff.name)).all()

export const tariffRow = (store: Store, id: number) => store.db.select().from(tariff).where(eq(tariff.id, id)).get()

/** Oldest first. */
export const allVersions = (store: Store) =>
  store.db.select().from(tariffVersion).orderBy(asc(tariffVersion.fromDay)).all()

export const versionRow = (store: Store, id: number) =>
  store.db.select().from(tariffVersion).where(eq(tariffVersion.id, id)).get()

export const allAttachments = (store: Store) => store.db.select().from(activityTariff).all()

export const attachmentOf = (store: Store, activityId: number) =>
  store.db.select().from(activityTariff).where(eq(activityTariff.activityId, activityId)).get()

export const activityNames = (store: Store) =>
  store.db.select({ id: activity.id, name: activity.name }).from(activity).all()

export const slotNames = (store: Store) => store.db.select({ id: slot.id, name: slot.name }).from(slot).all()
