import type { Write } from '../../store/acts/acts.ts'
import { getTable, pointersTo } from '../../store/acts/tables.ts'
import type { Store } from '../../store/store.ts'

/** Part of a merge: every row that points to `from` points to `to`, but for those of the tables named. */
export const movePointers = (
  store: Store,
  write: Write,
  entity: string,
  from: number,
  to: number,
  except: readonly string[] = [],
): void => {
  for (const { table, key, column } of pointersTo(entity)) {
    if (except.includes(table)) continue
    const ids = idsWhere(store, table, column, from)
    if (ids.length > 0) write.updateMany(getTable(table), ids, { [key]: to })
  }
}

/** Rows of `from` that say again what a row of `to` says: the same day, the same child. */
export const idsInBoth = (
  store: Store,
  table: string,
  { owner, same }: { readonly owner: string; readonly same: string },
  from: number,
  to: number,
): number[] =>
  store
    .statement(
      `select gone.id from ${table} gone join ${table} kept on kept.${same} = gone.${same}
      where kept.${owner} = ? and gone.${owner} = ?`,
    )
    .pluck()
    .all(to, from) as number[]

export const idsWhere = (store: Store, table: string, column: string, value: number): number[] =>
  store.statement(`select id from ${table} where ${column} = ? order by id`).pluck().all(value) as number[]
