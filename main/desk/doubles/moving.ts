import type { Write } from '../../store/acts/acts.ts'
import { getTable, pointersTo } from '../../store/acts/tables.ts'
import type { Store } from '../../store/store.ts'

/** Makes every row that refers to `from` refer to `to`, within a merge. @param except tables left as they are */
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

/** Ids of rows of `from` for which `to` has a row with the same value in column `same`. */
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
