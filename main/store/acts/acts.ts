import { Column, getTableColumns, getTableName, type Table } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { toSnakeCase } from 'drizzle-orm/casing'
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { ActKind } from '../../../shared/record/act-kinds.ts'
import type { RecordedTable, TraceName } from '../../../shared/record/tables.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { Connection } from '../connection.ts'
import { RowInUse } from '../failures.ts'
import * as schema from '../schema/index.ts'
import { openActIdsSql } from './committed.ts'
import { type Call, refuseOverwriting } from './overwriting.ts'
import { getTable } from './tables.ts'

/**
 * Author of an act: a member of staff; a rule of the town that decides without staff, such as what the settings accept
 * at once; the program itself (imports of an example, repairs); or a parent on the portal.
 */
export type Actor =
  | { readonly kind: 'staff'; readonly staffId: number; readonly name: string; readonly call?: Call }
  | { readonly kind: 'rule' | 'system' | 'guardian'; readonly name: string }

export const systemActor: Actor = { kind: 'system', name: 'Espace Jeunesse' }

type Keyed = SQLiteTable & { id: SQLiteColumn }
type Row<T extends Table> = T['$inferSelect']
type NewRow<T extends Table> = T['$inferInsert']
type Changes<T extends Table> = Partial<Omit<NewRow<T>, 'id'>>
/** A row without `actId`: the writer sets the act that makes the row. */
type WithoutAct<T extends Table> = Omit<NewRow<T>, 'actId'>

/** The writer of an open act, and the only way to change the file: each change belongs to the act and is audited. */
export type Write = {
  readonly actId: number
  /**
   * The id of the act, or 0 while the act has written nothing: for a query that must tell the act's own rows from those
   * of other open acts. Reading `actId` instead would insert an act that may change nothing and would then have to be
   * deleted.
   */
  readonly begunActId: number
  readonly at: Instant
  readonly db: BetterSQLite3Database<typeof schema>
  insert<T extends Keyed>(table: T, values: WithoutAct<T>): Row<T>
  /** Writes only the fields whose values differ. @throws RangeError when no row has this id */
  update<T extends Keyed>(table: T, id: number, changes: Changes<T>): Row<T>
  remove(table: Keyed, id: number): void
  /** Inserts a batch with one audit row; each row has the act in its `actId`. @returns the new ids */
  insertMany<T extends Keyed & { actId: SQLiteColumn }>(table: T, rows: readonly WithoutAct<T>[]): number[]
  /** The same changes to many rows, with one audit row for all. @throws RangeError when no row has one of these ids */
  updateMany<T extends Keyed>(table: T, ids: readonly number[], changes: Changes<T>): void
  /** For `erasing.ts`: deletes rows; the audit names the rows without their values. */
  erase(table: Keyed, ids: readonly number[]): void
  /** For `erasing.ts`: changes a row; the audit names the row without old or new values. */
  blank<T extends Keyed>(table: T, id: number, changes: Changes<T>): void
  /**
   * Called before sealed content is written. The audit of such content has no values, only a trace with the names of
   * the `changed` fields.
   * @throws Overwriting when another person changed one of these fields since the form read the row
   */
  refuseOverwriting(
    entity: RecordedTable,
    entityId: number,
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
  ): void
  /** Writes an audit row without any change, for instance when staff read a health record. */
  trace(entity: RecordedTable | TraceName, entityId: number, after: Record<string, unknown>): void
}

export const beginAct = ({ statement }: Connection, actor: Actor, kind: ActKind, label: string, at: Instant): number =>
  Number(
    statement(
      `insert into act (kind, label, actor, staff_id, actor_name, started_at, closed_at, state, call_key)
      values (?, ?, ?, ?, ?, ?, null, 'open', ?)`,
    ).run(
      kind,
      label,
      actor.kind,
      actor.kind === 'staff' ? actor.staffId : null,
      actor.name,
      at,
      (actor.kind === 'staff' && actor.call?.key) || null,
    ).lastInsertRowid,
  )

export const setActLabel = ({ statement }: Connection, actId: number, label: string): void => {
  statement('update act set label = ? where id = ?').run(label, actId)
}

/**
 * Closes an act; a long act that changed nothing is deleted. Since that deletion makes SQLite search every table that
 * references acts, a short act (`store.act`) is inserted only at its first change.
 */
export const closeAct = (connection: Connection, actId: number, at: Instant, touched: ReadonlySet<string>): void => {
  if (touched.size === 0) connection.statement('delete from act where id = ?').run(actId)
  else endAct(connection, actId, 'closed', at)
}

const endAct = ({ statement }: Connection, actId: number, state: 'closed' | 'takenBack', at: Instant) =>
  statement('update act set state = ?, closed_at = ? where id = ?').run(state, at, actId)

/**
 * Ids of the rows that an open long act has made and changed, by table. Other acts may neither change these rows nor
 * reference the new ones, because the long act could then not be rolled back.
 */
export type Claims = { readonly made: Map<string, Set<number>>; readonly changed: Map<string, Set<number>> }

export const emptyClaims = (): Claims => ({ made: new Map(), changed: new Map() })

/**
 * Makes the writer of one act inside the current transaction.
 * @param act its `id` is a getter: reading it for the first time, at the first change, inserts the act's row; `begunId`
 * is 0 until then
 * @param touched receives the names of the tables that change
 * @param openClaims the claims of all open long acts
 * @param ownClaims for a long act: the entry of `openClaims` that is this act's
 * @param call the request that began the act: fields changed since its form read them are not overwritten
 */
export const createWriter = (
  connection: Connection,
  act: { readonly id: number; readonly begunId: number },
  at: Instant,
  touched: Set<string>,
  openClaims: ReadonlyMap<number, Claims>,
  ownClaims?: Claims,
  call?: Call,
): Write => {
  const { db, statement } = connection
  const others = [...openClaims.values()].filter((claims) => claims !== ownClaims)
  const claim = (kind: keyof Claims, table: Keyed, id: number) => {
    const name = getTableName(table)
    if (others.some(({ made, changed }) => made.get(name)?.has(id) || changed.get(name)?.has(id))) throw new RowInUse()
    if (!ownClaims) return
    const ids = ownClaims[kind].get(name)
    if (ids) ids.add(id)
    else ownClaims[kind].set(name, new Set([id]))
  }
  const refuseReference = (table: Keyed, values: Record<string, unknown>) => {
    if (others.length === 0) return
    for (const { key, parent } of parentsOf(table)) {
      const id = values[key]
      if (typeof id === 'number' && others.some(({ made }) => made.get(parent)?.has(id))) throw new RowInUse()
    }
  }
  const audit = (
    entity: string,
    entityId: number | null,
    operation: Operation,
    before: Record<string, unknown> | null,
    after: Record<string, unknown> | null,
  ) => {
    touched.add(entity)
    statement('insert into audit (act_id, entity, entity_id, operation, before, after) values (?, ?, ?, ?, ?, ?)').run(
      act.id,
      entity,
      entityId,
      operation,
      before && auditText(before),
      after && auditText(after),
    )
  }
  const find = <T extends Keyed>(table: T, id: number): Row<T> => {
    const found = statement(`select * from ${getTableName(table)} where id = ?`).get(id)
    if (!found) throw new RangeError(`no ${getTableName(table)} ${id}`)
    return rowOf(table, found)
  }
  // Raw statements: drizzle's query builders take ten times as long as the write, and an import writes thousands of
  // rows.
  return {
    get actId() {
      return act.id
    },
    get begunActId() {
      return act.begunId
    },
    at,
    db,
    insert(table, values) {
      const given: Record<string, unknown> = { ...values, actId: act.id }
      refuseReference(table, given)
      const row = rowOf(table, statement(`${insertionText(table)} returning *`).get(...insertionValues(table, given)))
      const { id } = row as { id: number }
      claim('made', table, id)
      audit(getTableName(table), id, 'insert', null, row)
      return row
    },
    update(table, id, changes) {
      const before = find(table, id)
      const differing = differences(before, changes)
      if (differing.length === 0) return before
      const after = Object.fromEntries(differing)
      if (call) refuseOverwriting(connection, call, act.id, getTableName(table), id, before, after)
      claim('changed', table, id)
      refuseReference(table, after)
      updateRow(connection, table, id, differing)
      const old = Object.fromEntries(differing.map(([key]) => [key, before[key as keyof typeof before]]))
      audit(getTableName(table), id, 'update', old, after)
      return { ...before, ...after }
    },
    updateMany(table, ids, changes) {
      // One query reads and one writes all rows: issuing a month's invoices marks tens of thousands of cells.
      const columns = Object.entries(changes).flatMap(([key, value]) =>
        value === undefined ? [] : [{ ...columnNamed(table, key), key, value }],
      )
      if (columns.length === 0) return
      const name = getTableName(table)
      const whereIds = 'where id in (select value from json_each(?))'
      const found = statement(`select id, ${columns.map((one) => one.name).join(', ')} from ${name} ${whereIds}`).all(
        JSON.stringify(ids),
      ) as (Record<string, unknown> & { id: number })[]
      if (found.length < new Set(ids).size) throw new RangeError(`no ${name} for one of ${ids.length} ids`)
      const changed = found.flatMap((raw): [number, Record<string, unknown>][] => {
        const before = columns.map(({ key, rawName, column }) => {
          const old = raw[rawName]
          return [key, old === null ? null : column.mapFromDriverValue(old)] as const
        })
        const differing = before.filter(([, old], at) => JSON.stringify(old) !== JSON.stringify(columns[at]?.value))
        return differing.length === 0 ? [] : [[raw.id, Object.fromEntries(differing)]]
      })
      if (changed.length === 0) return
      for (const [id] of changed) claim('changed', table, id)
      refuseReference(table, changes)
      statement(`update ${name} set ${columns.map((one) => `${one.name} = ?`).join(', ')} ${whereIds}`).run(
        ...columns.map(({ column, value }) => driverValue(column, value)),
        JSON.stringify(changed.map(([id]) => id)),
      )
      audit(name, null, 'updateMany', { rows: changed }, changes)
    },
    remove(table, id) {
      const before = find(table, id)
      if (call) refuseOverwriting(connection, call, act.id, getTableName(table), id, before, null)
      claim('changed', table, id)
      statement(`delete from ${getTableName(table)} where id = ?`).run(id)
      audit(getTableName(table), id, 'remove', before, null)
    },
    insertMany(table, rows) {
      if (rows.length === 0) return []
      const insertion = statement(insertionText(table))
      const ids = rows.map((row) => {
        refuseReference(table, row)
        return Number(insertion.run(...insertionValues(table, { ...row, actId: act.id })).lastInsertRowid)
      })
      for (const id of ids) claim('made', table, id)
      audit(getTableName(table), null, 'insertMany', null, { rows: ids.length, ids: rangesOf(ids) })
      return ids
    },
    erase(table, ids) {
      const name = getTableName(table)
      for (const id of ids) {
        claim('changed', table, id)
        if (statement(`delete from ${name} where id = ?`).run(id).changes > 0)
          audit(name, id, 'remove', erasedValues, null)
      }
    },
    blank(table, id, changes) {
      const differing = differences(find(table, id), changes)
      if (differing.length === 0) return
      claim('changed', table, id)
      updateRow(connection, table, id, differing)
      audit(getTableName(table), id, 'update', erasedValues, erasedValues)
    },
    refuseOverwriting(entity, entityId, before, after) {
      if (call) refuseOverwriting(connection, call, act.id, entity, entityId, before, after, true)
    },
    trace(entity, entityId, after) {
      audit(entity, entityId, 'consult', null, after)
    },
  }
}

/** Stands in the audit for values that were erased permanently. */
export const erasedValues: Readonly<Record<string, unknown>> = { erased: true }

/**
 * Reverts what an open act wrote, newest first, until all is reverted or the time is up. Called inside one transaction.
 * @param claims the claims of the act: ids of reverted rows are removed, since another act may get them
 * @returns whether all is reverted; the act is then finished
 */
export const rollBackAct = (
  connection: Connection,
  actId: number,
  at: Instant,
  { claims, isTimeUp = () => false }: { readonly claims?: Claims | undefined; readonly isTimeUp?: () => boolean } = {},
): boolean => {
  const { sqlite, statement } = connection
  sqlite.pragma('defer_foreign_keys = on')
  const olderRows = statement(
    'select id, entity, entity_id, operation, before, after from audit where act_id = ? and id < ? order by id desc limit 500',
  )
  for (let before = revertedFrom(connection, actId); ; ) {
    const changes = olderRows.all(actId, before) as AuditRow[]
    for (const change of changes) {
      if (change.operation !== 'consult') revertChange(connection, change, claims)
      before = change.id
      if (!isTimeUp()) continue
      statement(
        `insert into audit (act_id, entity, operation, after) values (?, 'act', 'consult', json_object('revertedFrom', ?))`,
      ).run(actId, before)
      return false
    }
    if (changes.length > 0) continue
    endAct(connection, actId, 'takenBack', at)
    return true
  }
}

/**
 * The oldest audit row of an open act that is already reverted, like all rows after it. Nothing may be reverted twice,
 * because a row of another act may have got the id of a removed one.
 */
const revertedFrom = ({ statement }: Connection, actId: number): number =>
  (statement(
    `select after ->> '$.revertedFrom' from (select * from audit where act_id = ? order by id desc limit 1)
    where entity = 'act' and operation = 'consult'`,
  )
    .pluck()
    .get(actId) as number | null | undefined) ?? Number.MAX_SAFE_INTEGER

/** Rolls back the acts that a crash left open, each in one transaction. */
export const rollBackOpenActs = (connection: Connection, at: Instant): void => {
  const open = connection.statement(`${openActIdsSql} order by id desc`).pluck().all() as number[]
  for (const id of open) connection.sqlite.transaction(() => rollBackAct(connection, id, at)).immediate()
}

type Operation = (typeof schema.audit.$inferInsert)['operation']
type AuditRow = {
  id: number
  entity: string
  entity_id: number
  operation: Operation
  before: string | null
  after: string | null
}

const revertChange = (
  connection: Connection,
  { entity, entity_id: id, operation, before, after }: AuditRow,
  claims: Claims | undefined,
): void => {
  const { statement } = connection
  const table = getTable(entity)
  const made = claims?.made.get(entity)
  if (operation === 'insert') {
    statement(`delete from ${entity} where id = ?`).run(id)
    made?.delete(id ?? 0)
  } else if (operation === 'insertMany') {
    const { ids } = JSON.parse(after ?? '{}') as { ids: readonly (readonly [number, number])[] }
    for (const [from, to] of ids) {
      statement(`delete from ${entity} where id between ? and ?`).run(from, to)
      for (let gone = from; gone <= to; gone += 1) made?.delete(gone)
    }
  } else if (operation === 'updateMany') {
    const { rows } = JSON.parse(before ?? '{}') as { rows: readonly (readonly [number, Record<string, unknown>])[] }
    for (const [row, old] of rows) updateRow(connection, table, row, Object.entries(rowFromAudit(table, old)))
  } else {
    const old = rowFromAudit(table, JSON.parse(before ?? '{}') as Record<string, unknown>)
    if (operation === 'update') updateRow(connection, table, id ?? 0, Object.entries(old))
    else statement(insertionText(table)).run(...insertionValues(table, old))
  }
}

const parentsByTable = new Map<SQLiteTable, readonly { readonly key: string; readonly parent: string }[]>()

const parentsOf = (table: SQLiteTable) => {
  const known = parentsByTable.get(table)
  if (known) return known
  const parents = getTableConfig(table).foreignKeys.flatMap(({ reference }) => {
    const { columns, foreignTable } = reference()
    const { key } = columnsOf(table).find(({ column }) => column === columns[0]) ?? {}
    return key === undefined || foreignTable === schema.act ? [] : [{ key, parent: getTableName(foreignTable) }]
  })
  parentsByTable.set(table, parents)
  return parents
}

type NamedColumn = {
  readonly key: string
  readonly rawName: string
  readonly name: string
  readonly column: SQLiteColumn
  /** Whether the file stores the value in another form, such as a JSON text. */
  readonly isConverted: boolean
}
const columnsByTable = new Map<SQLiteTable, readonly NamedColumn[]>()

const columnsOf = (table: SQLiteTable): readonly NamedColumn[] => {
  const known = columnsByTable.get(table)
  if (known) return known
  const columns = Object.entries(getTableColumns(table)).map(([key, column]) => ({
    key,
    rawName: toSnakeCase(column.name || key),
    name: `"${toSnakeCase(column.name || key)}"`,
    column,
    isConverted: column.mapFromDriverValue !== Column.prototype.mapFromDriverValue,
  }))
  columnsByTable.set(table, columns)
  return columns
}

const columnNamed = (table: SQLiteTable, key: string): NamedColumn => {
  const found = columnsOf(table).find((column) => column.key === key)
  if (!found) throw new RangeError(`no column «\u00a0${key}\u00a0» in ${getTableName(table)}`)
  return found
}

const insertionText = (table: SQLiteTable): string => {
  const columns = columnsOf(table)
  return `insert into ${getTableName(table)} (${columns.map(({ name }) => name).join(', ')}) values (${columns.map(() => '?').join(', ')})`
}

const insertionValues = (table: SQLiteTable, values: Record<string, unknown>): unknown[] =>
  columnsOf(table).map(({ key, column }) =>
    driverValue(column, values[key] === undefined ? column.default : values[key]),
  )

const updateRow = (
  { statement }: Connection,
  table: SQLiteTable,
  id: number,
  changes: readonly (readonly [string, unknown])[],
): void => {
  const columns = changes.map(([key, value]) => {
    const { name, column } = columnNamed(table, key)
    return { name, value: driverValue(column, value) }
  })
  statement(
    `update ${getTableName(table)} set ${columns.map(({ name }) => `${name} = ?`).join(', ')} where id = ?`,
  ).run(...columns.map(({ value }) => value), id)
}

const differences = (before: Record<string, unknown>, changes: Record<string, unknown>) =>
  Object.entries(changes).filter(
    ([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(before[key]),
  )

const rowOf = <T extends Table>(table: T, found: unknown): Row<T> => {
  const raw = found as Record<string, unknown>
  const row: Record<string, unknown> = {}
  for (const { key, rawName, column, isConverted } of columnsOf(table as SQLiteTable & T)) {
    const value = raw[rawName]
    row[key] = isConverted && value !== null ? column.mapFromDriverValue(value) : value
  }
  return row
}

const driverValue = (column: SQLiteColumn, value: unknown): unknown =>
  value === undefined || value === null ? null : column.mapToDriverValue(value)

/** JSON cannot contain bytes, so the bytes of a picture are written as base64. */
const auditText = (row: Record<string, unknown>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [
        key,
        value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
      ]),
    ),
  )

/** A row's values from the JSON of the audit, with base64 converted back to bytes. */
export const rowFromAudit = (table: SQLiteTable, row: Record<string, unknown>): Record<string, unknown> => {
  const bytes = columnsOf(table).filter(({ column }) => column.dataType === 'buffer')
  const values = bytes.map(({ key }) => [key, row[key]] as const).filter(([, value]) => typeof value === 'string')
  return { ...row, ...Object.fromEntries(values.map(([key, value]) => [key, Buffer.from(String(value), 'base64')])) }
}

/** Ids as ranges, `[[1, 40], [42, 42]]`: the ids of a batch are consecutive, except ids chosen by the caller. */
const rangesOf = (ids: readonly number[]): [number, number][] => {
  const ranges: [number, number][] = []
  for (const id of ids.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === id - 1) last[1] = id
    else ranges.push([id, id])
  }
  return ranges
}
