import { asc, eq, or } from 'drizzle-orm'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { freeList, staffMember } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { liveRegistrationSql } from '../dossiers/dossiers.ts'

/** Activities by name; two joined activities count as one. */
export const activityOptions = (store: Store): { value: string; label: string }[] =>
  store
    .statement(
      `select cast(id as text) value, name label from activity where joined_to_id is null order by name collate nocase`,
    )
    .all() as { value: string; label: string }[]

/** The children with a dossier, each with the home that has it. */
export const homesOfDossiers = (store: Store, on: Day): { familyId: number; childId: number }[] =>
  store
    .statement(
      `select distinct own.family_id familyId, own.child_id childId from registration own where ${liveRegistrationSql}`,
    )
    .all({ on }) as { familyId: number; childId: number }[]

/** The lists of a person and the shared ones, by name. */
export const listsSeenBy = ({ db }: Store, staffMemberId: number) =>
  db
    .select({ list: freeList, by: staffMember.name })
    .from(freeList)
    .innerJoin(staffMember, eq(staffMember.id, freeList.staffMemberId))
    .where(or(eq(freeList.staffMemberId, staffMemberId), eq(freeList.isShared, true)))
    .orderBy(asc(freeList.name))
    .all()
    .map(({ list, by }) => ({ ...list, by }))
export type ListRow = ReturnType<typeof listsSeenBy>[number]
