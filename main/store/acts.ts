import { getTableColumns, getTableName, type SQL, sql, type Table } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Instant } from '../../shared/rules/day.ts'
import * as schema from './schema/index.ts'
import { getTable } from './tables.ts'

/** Who does it: a member of staff, a rule of the town, the program itself, or a parent on the portal. */
export type Actor =
  | { readonly kind: 'staff'; readonly staffId: number; readonly name: string }
  | { readonly kind: 'rule' | 'system' | 'guardian'; readonly name: string }

export const system: Actor = { kind: 'system', name: 'Espace Jeunesse' }

type Keyed = SQLiteTable & { id: SQLiteColumn }
type Row<T extends Table> = T['$inferSelect']
type NewRow<T extends Table> = T['$inferInsert']
/** Tables whose rows carry the act that made them; the writer fills it in. */
type WithoutAct<T extends Table> = Omit<NewRow<T>, 'actId'>

/** The only way to change the file: whatever it does hangs on an act and is audited. */
export type Write = {
  readonly actId: number
  readonly at: Instant
  readonly db: BetterSQLite3Database<typeof schema>
  insert<T extends Keyed>(table: T, values: WithoutAct<T>): Row<T>
  /** Writes what differs only. @throws RangeError when no row has this id */
  update<T extends Keyed>(table: T, id: number, changes: Partial<NewRow<T>>): Row<T>
  remove<T extends Keyed>(table: T, id: number): void
  /** For batches: one audit row for all, the rows carry the act. The table must have an `actId`. Returns their ids. */
  insertMany<T extends Keyed & { actId: SQLiteColumn }>(table: T, rows: readonly WithoutAct<T>[]): number[]
  /** Leaves a trace without changing anything, such as the reading of a health record. */
  trace(entity: string, entityId: number, after: Record<string, unknown>): void
}

type Database = {
  readonly db: BetterSQLite3Database<typeof schema>
  /** A prepared statement, kept for as long as the file is open. */
  readonly statement: (text: string) => import('better-sqlite3').Statement<unknown[]>
}

export const beginAct = ({ db }: Database, actor: Actor, kind: string, label: string, at: Instant): number =>
  db
    .insert(schema.act)
    .values({
      kind,
      label,
      actor: actor.kind,
      staffId: actor.kind === 'staff' ? actor.staffId : null,
      actorName: actor.name,
      startedAt: at,
      closedAt: null,
      state: 'open',
    })
    .returning({ id: schema.act.id })
    .get().id

export const endAct = ({ db }: Database, actId: number, state: 'closed' | 'takenBack', at: Instant) =>
  db.update(schema.act).set({ state, closedAt: at }).where(sql`${schema.act.id} = ${actId}`).run()

/** The writer of one act inside the current transaction; `touched` learns the tables it changes. */
export const writer = (database: Database, actId: number, at: Instant, touched: Set<string>): Write => {
  const { db, statement } = database
  const audit = (
    entity: string,
    entityId: number | null,
    operation: 'insert' | 'update' | 'remove' | 'insertMany' | 'consult',
    before: Record<string, unknown> | null,
    after: Record<string, unknown> | null,
  ) => {
    touched.add(entity)
    statement('insert into audit (act_id, entity, entity_id, operation, before, after) values (?, ?, ?, ?, ?, ?)').run(
      actId,
      entity,
      entityId,
      operation,
      before && JSON.stringify(before),
      after && JSON.stringify(after),
    )
  }
  const find = <T extends Keyed>(table: T, id: number): Row<T> => {
    const found = db
      .select()
      .from(table as Keyed)
      .where(byId(table, id))
      .get()
    if (!found) throw new RangeError(`no ${getTableName(table)} ${id}`)
    return found as Row<T>
  }
  const carriesAct = (table: Keyed) => 'actId' in getTableColumns(table)
  return {
    actId,
    at,
    db,
    insert(table, values) {
      const row = db
        .insert(table as Keyed)
        .values({ ...values, ...(carriesAct(table) && { actId }) } as NewRow<Keyed>)
        .returning()
        .get() as Row<typeof table> & { id: number }
      audit(getTableName(table), row.id, 'insert', null, row)
      return row
    },
    update(table, id, changes) {
      const before: Record<string, unknown> = find(table, id)
      const differing = Object.entries(changes).filter(
        ([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(before[key]),
      )
      if (differing.length === 0) return before as Row<typeof table>
      const after = Object.fromEntries(differing)
      db.update(table as Keyed)
        .set(after as NewRow<Keyed>)
        .where(byId(table, id))
        .run()
      audit(getTableName(table), id, 'update', Object.fromEntries(differing.map(([key]) => [key, before[key]])), after)
      return { ...before, ...after } as Row<typeof table>
    },
    remove(table, id) {
      const before = find(table, id)
      db.delete(table).where(byId(table, id)).run()
      audit(getTableName(table), id, 'remove', before, null)
    },
    insertMany(table, rows) {
      if (rows.length === 0) return []
      const columns = Object.entries(getTableColumns(table as Keyed))
      const names = columns.map(([key, column]) => column.name || key)
      const insertion = statement(
        `insert into ${getTableName(table)} (${names.map(snakeCase).join(', ')}) values (${names.map(() => '?').join(', ')})`,
      )
      const ids = rows.map((row) => {
        const values: Record<string, unknown> = { ...row, actId }
        const parameters = columns.map(([key, column]) => {
          const value = values[key] === undefined ? (column.default as unknown) : values[key]
          return value === undefined || value === null ? null : column.mapToDriverValue(value)
        })
        return Number(insertion.run(...parameters).lastInsertRowid)
      })
      audit(getTableName(table), null, 'insertMany', null, { rows: ids.length })
      return ids
    },
    trace(entity, entityId, after) {
      audit(entity, entityId, 'consult', null, after)
    },
  }
}

/** Undoes, newest first, all that an open act wrote. One transaction: whole or not at all. */
export const takeBack = (database: Database, actId: number, at: Instant): void => {
  const { db } = database
  db.run(sql`pragma defer_foreign_keys = on`)
  const changes = db
    .select()
    .from(schema.audit)
    .where(sql`${schema.audit.actId} = ${actId}`)
    .orderBy(sql`${schema.audit.id} desc`)
    .all()
  for (const change of changes) {
    if (change.operation === 'consult') continue
    const table = getTable(change.entity)
    const key = change.entityId ?? 0
    if (change.operation === 'insert') db.delete(table).where(byId(table, key)).run()
    else if (change.operation === 'update')
      db.update(table)
        .set(change.before ?? {})
        .where(byId(table, key))
        .run()
    else if (change.operation === 'remove')
      db.insert(table)
        .values(change.before ?? {})
        .run()
    else db.run(sql`delete from ${sql.identifier(change.entity)} where act_id = ${actId}`)
  }
  endAct(database, actId, 'takenBack', at)
}

const byId = (table: Keyed, id: number): SQL => sql`${table.id} = ${id}`

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
