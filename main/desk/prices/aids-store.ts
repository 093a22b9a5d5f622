import { and, asc, eq } from 'drizzle-orm'
import type { Aid } from '../../../shared/rules/money/aid.ts'
import { among, queryByIds } from '../../store/connection.ts'
import { aid } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

export type AidRow = typeof aid.$inferSelect

/** Aids promised to these homes and their children, for each home in the order in which they apply. */
export const aidsOfHomes = (store: Store, familyIds: readonly number[]): ReadonlyMap<number, readonly Aid[]> => {
  const rows = Map.groupBy(promisedAids(store, familyIds), ({ familyId }) => familyId)
  const names = new Map(store.statement('select id, name from third_party').raw().all() as [number, string][])
  const named = (row: AidRow): Aid => ({ ...asAid(row), thirdParty: names.get(row.thirdPartyId ?? 0) })
  return new Map([...rows].map(([familyId, own]) => [familyId, own.map(named)]))
}

const promisedAids = queryByIds((db) =>
  db
    .select()
    .from(aid)
    .where(and(among(aid.familyId), eq(aid.state, 'promised')))
    .orderBy(asc(aid.position), asc(aid.id))
    .prepare(),
)

/** Whether an aid is promised to any home. */
export const hasAids = (store: Store): boolean =>
  store.statement(`select exists (select 1 from aid where state = 'promised')`).pluck().get() === 1

export const asAid = ({ fromDay: from, toDay: to, ...row }: AidRow): Aid => ({ ...row, from, to })
