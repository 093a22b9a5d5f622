import { type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'

/** SQL: the ids of open acts, such as an import in progress. Lists, sums and documents do not show their rows yet. */
export const openActIdsSql = `select id from act where state = 'open'`

/** SQL: the act that wrote the row is closed. @param column the row's act, as the query calls it */
export const committedSql = (column: string): string => `${column} not in (${openActIdsSql})`

/** SQL: the act that wrote the row is closed, or is `ownAct`, the open act that reads and sees its own rows. */
export const committedOrBySql = (ownAct: string, column: string): string =>
  `${column} not in (${openActIdsSql} and id <> ${ownAct})`

/** The condition of `committedSql` in Drizzle's queries. @param ownAct as for `committedOrBySql` */
export const isCommitted = (column: SQLiteColumn, ownAct?: number): SQL =>
  ownAct === undefined
    ? sql`${column} not in (${sql.raw(openActIdsSql)})`
    : sql`${column} not in (${sql.raw(openActIdsSql)} and id <> ${ownAct})`
