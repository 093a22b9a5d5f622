import { getTableName } from 'drizzle-orm'
import type { Write } from '../../store/acts/acts.ts'
import { getTable, pointersTo } from '../../store/acts/tables.ts'
import { letter, savedAudience, sending } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

/** Ids stored inside JSON columns, by the table that they refer to: no foreign key protects them. */
const namedIn = [
  { entity: 'child', table: letter, column: 'paper', list: 'childIds' },
  { entity: 'registration', table: letter, column: 'paper', list: 'registrationIds' },
  { entity: 'child', table: savedAudience, column: 'whom', list: 'childIds' },
  { entity: 'family', table: savedAudience, column: 'whom', list: 'familyIds' },
  { entity: 'child', table: sending, column: 'audience', list: 'childIds' },
  { entity: 'family', table: sending, column: 'audience', list: 'familyIds' },
] as const

const moveNamed = (store: Store, write: Write, entity: string, from: number, to: number): void => {
  for (const { table, column, list } of namedIn.filter((one) => one.entity === entity)) {
    const rows = store
      .statement(
        `select id, ${column} as kept from ${getTableName(table)} named
        where exists (select 1 from json_each(named.${column}, '$.${list}') where value = ?)`,
      )
      .all(from) as { id: number; kept: string }[]
    for (const { id, kept } of rows) {
      const said = JSON.parse(kept) as Readonly<Record<string, readonly number[]>>
      const ids = new Set((said[list] ?? []).map((one) => (one === from ? to : one)))
      write.update(getTable(getTableName(table)), id, { [column]: { ...said, [list]: [...ids] } })
    }
  }
}

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
  moveNamed(store, write, entity, from, to)
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
