import Sqlite from 'better-sqlite3'
import { getTableColumns } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Store } from '../store.ts'
import { erasedValues, rowFromAudit, type Write } from './acts.ts'
import { columnName, getTable, pointersTo } from './tables.ts'

/** An act cannot be undone because a row changed since, or because a later row references one that the act made. */
export class CannotUndo extends Error {
  readonly entity: string
  /** Table of the referencing row; empty when the row itself changed; `erasure` when the old values were erased. */
  readonly referencing: string
  constructor(entity: string, referencing: string) {
    super(referencing === '' ? `${entity} changed since` : `${referencing} leans on ${entity}`)
    this.entity = entity
    this.referencing = referencing
  }
}

export type RowValues = Readonly<Record<string, unknown>>

/** One audit row to undo; for a batch, only the rows `from` (included) to `to` (excluded). */
export type UndoStep = { readonly auditId: number; readonly entity: string; readonly from: number; readonly to: number }

type Undoing = {
  /** Newest first; empty for an act that is open or was rolled back. */
  readonly steps: readonly UndoStep[]
  /**
   * Undoes one step, with the writer of the undoing act.
   * @throws CannotUndo when a row changed since, or when another row references it
   */
  undo(write: Write, step: UndoStep): void
}

/**
 * Rules of the desk that the store cannot know, called before a row is restored. `now` is null for a row about to be
 * inserted again, `then` for a row about to be deleted. May write what must change first; throws to refuse.
 */
export type UndoGuard = (
  write: Write,
  entity: string,
  id: number,
  now: RowValues | null,
  then: RowValues | null,
) => void

type Change = {
  readonly id: number
  readonly entity: string
  readonly entityId: number | null
  readonly operation: 'insert' | 'insertMany' | 'update' | 'updateMany' | 'remove'
  readonly before: RowValues
  readonly after: RowValues
}

/** Small enough for one slice of a long act. */
const rowsPerStep = 20

/** Prepares the undo of an act. @param skippedTables tables whose rows the caller undoes in another way */
export const prepareUndo = (
  store: Store,
  actId: number,
  guard: UndoGuard,
  skippedTables: readonly string[] = [],
): Undoing => {
  let last: Change | undefined
  const read = (auditId: number): Change => {
    if (last?.id === auditId) return last
    last = changeOf(store, auditId)
    return last
  }
  const found = store
    .statement(
      `select audit.id auditId, entity, case operation
          when 'insertMany' then (select sum(value ->> 1 - value ->> 0 + 1) from json_each(after, '$.ids'))
          when 'updateMany' then json_array_length(before, '$.rows')
          else 1 end count
      from audit join act on act.id = audit.act_id
      where act_id = ? and state = 'closed' and operation <> 'consult' order by audit.id desc`,
    )
    .all(actId) as { auditId: number; entity: string; count: number }[]
  return {
    steps: found.flatMap(({ auditId, entity, count }): UndoStep[] =>
      skippedTables.includes(entity)
        ? []
        : Array.from({ length: Math.ceil(count / rowsPerStep) }, (_, at) => {
            const to = count - at * rowsPerStep
            return { auditId, entity, from: Math.max(0, to - rowsPerStep), to }
          }),
    ),
    undo(write, { auditId, from, to }) {
      try {
        undoChange(store, write, read(auditId), from, to, guard)
      } catch (error) {
        // A unique value of the old row (a name, a rank, a day) belongs to another row now.
        if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT'))
          throw new CannotUndo(read(auditId).entity, '')
        throw error
      }
    },
  }
}

const changeOf = (store: Store, auditId: number): Change => {
  const { before, after, ...change } = store
    .statement('select id, entity, entity_id entityId, operation, before, after from audit where id = ?')
    .get(auditId) as Omit<Change, 'before' | 'after'> & { before: string | null; after: string | null }
  return { ...change, before: JSON.parse(before ?? '{}') as RowValues, after: JSON.parse(after ?? '{}') as RowValues }
}

const undoChange = (store: Store, write: Write, change: Change, from: number, to: number, guard: UndoGuard): void => {
  const { entity, operation, before, after, id: auditId } = change
  const id = change.entityId ?? 0
  const table = getTable(entity)
  if (isErased(before) || isErased(after)) throw new CannotUndo(entity, 'erasure')
  const restoreRow = (one: number, left: RowValues, old: RowValues) => {
    refuseChanged(store, entity, one, left)
    guard(write, entity, one, left, old)
    write.update(table, one, rowFromAudit(table, old))
  }
  if (operation === 'insert') {
    refuseChanged(store, entity, id, after)
    remove(store, write, entity, id, after, guard)
  } else if (operation === 'insertMany') {
    const ids = (after['ids'] as [number, number][]).flatMap(([first, end]) =>
      Array.from({ length: end - first + 1 }, (_, at) => first + at),
    )
    for (const one of ids.slice(from, to).toReversed()) {
      refuseChanged(store, entity, one, valuesLeft(store, entity, one, auditId))
      remove(store, write, entity, one, {}, guard)
    }
  } else if (operation === 'update') restoreRow(id, after, before)
  else if (operation === 'updateMany') {
    for (const [one, old] of (before['rows'] as [number, RowValues][]).slice(from, to))
      restoreRow(one, Object.fromEntries(Object.keys(old).map((key) => [key, after[key]])), old)
  } else {
    if (store.statement(`select 1 from ${entity} where id = ?`).get(id)) throw new CannotUndo(entity, '')
    guard(write, entity, id, null, before)
    write.insert(table, rowFromAudit(table, before))
  }
}

const remove = (store: Store, write: Write, entity: string, id: number, made: RowValues, guard: UndoGuard): void => {
  guard(write, entity, id, made, null)
  const leaning = referencingTable(store, entity, id)
  if (leaning !== null) throw new CannotUndo(entity, leaning)
  write.remove(getTable(entity), id)
}

const refuseChanged = (store: Store, entity: string, id: number, expected: RowValues): void => {
  const found = store.statement(`select * from ${entity} where id = ?`).get(id) as RowValues | undefined
  if (!found || isErased(expected)) throw new CannotUndo(entity, wasErased(store, entity, id) ? 'erasure' : '')
  const columns: Record<string, SQLiteColumn> = getTableColumns(getTable(entity))
  for (const [key, value] of Object.entries(expected)) {
    const column = columns[key]
    if (!column || key === 'actId' || column.dataType === 'buffer') continue
    const raw = found[columnName(key, column)]
    const now = raw === null ? null : column.mapFromDriverValue(raw)
    if (JSON.stringify(now) !== JSON.stringify(value)) throw new CannotUndo(entity, '')
  }
}

const isErased = (values: RowValues): boolean => values['erased'] === true

const wasErased = (store: Store, entity: string, id: number): boolean =>
  store
    .statement(
      `select 1 from audit where entity = ? and entity_id = ? and before = '${JSON.stringify(erasedValues)}' limit 1`,
    )
    .get(entity, id) !== undefined

/**
 * The values that a batch gave to those fields of a row that changed later. A batch's audit row holds no values, but
 * the first later change of a field holds the value that it replaced.
 */
const valuesLeft = (store: Store, entity: string, id: number, auditId: number): RowValues => {
  const later = store
    .statement(
      `select audit.id, before from audit join act on act.id = audit.act_id
      where entity = ?1 and entity_id = ?2 and audit.id > ?3 and operation <> 'consult' and state = 'closed'
      union all
      select audit.id, (select value -> 1 from json_each(before, '$.rows') where value ->> 0 = ?2) before
      from audit join act on act.id = audit.act_id
      where entity = ?1 and entity_id is null and audit.id > ?3 and operation = 'updateMany' and state = 'closed'
        and exists (select 1 from json_each(before, '$.rows') where value ->> 0 = ?2)
      order by 1 desc`,
    )
    .all({ 1: entity, 2: id, 3: auditId }) as { before: string | null }[]
  return Object.assign({}, ...later.map(({ before }) => JSON.parse(before ?? '{}') as RowValues)) as RowValues
}

const referencingTable = (store: Store, entity: string, id: number): string | null =>
  pointersTo(entity).find(({ table, column }) =>
    store.statement(`select 1 from ${table} where ${column} = ? limit 1`).get(id),
  )?.table ?? null

type Span = readonly [from: number, to: number]

/**
 * Finds a row of another act that references a row made by this act, without trying the undo: for acts of thousands of
 * rows. Null when the undo has no such obstacle.
 * @param ignoredTables tables whose rows are deleted together with the row that they reference
 */
export const laterReferences = (
  store: Store,
  actId: number,
  ignoredTables: readonly string[],
): { readonly entity: string; readonly leaning: string } | null => {
  const made = new Map<string, Span[]>()
  const own = new Map<string, Span[]>()
  const note = (map: Map<string, Span[]>, entity: string, spans: readonly Span[]) => {
    const known = map.get(entity) ?? []
    known.push(...spans)
    map.set(entity, known)
  }
  const written = store
    .statement(
      `select entity, operation in ('insert', 'insertMany') isMade,
        case operation when 'insertMany' then after -> '$.ids'
          when 'updateMany' then (select json_group_array(json_array(value ->> 0, value ->> 0)) from json_each(before, '$.rows'))
          else json_array(json_array(entity_id, entity_id)) end spans
      from audit where act_id = ? and operation not in ('consult', 'remove') order by entity, id`,
    )
    .all(actId) as { entity: string; isMade: 0 | 1; spans: string }[]
  for (const { entity, isMade, spans } of written) {
    const rows = JSON.parse(spans) as Span[]
    note(own, entity, rows)
    if (isMade) note(made, entity, rows)
  }
  for (const [entity, spans] of made)
    for (const { table, column } of pointersTo(entity)) {
      if (ignoredTables.includes(table)) continue
      const leans = store
        .statement(
          `select 1 from json_each(?1) span cross join ${table} leaning
            on leaning.${column} between span.value ->> 0 and span.value ->> 1
          where not exists (select 1 from json_each(?2) own
            where leaning.id between own.value ->> 0 and own.value ->> 1) limit 1`,
        )
        .get({ 1: JSON.stringify(mergedSpans(spans)), 2: JSON.stringify(mergedSpans(own.get(table) ?? [])) })
      if (leans) return { entity, leaning: table }
    }
  return null
}

/** Merges adjacent and overlapping spans: the ids of a batch are consecutive. */
const mergedSpans = (spans: readonly Span[]): Span[] => {
  const sorted = spans.toSorted(([one], [other]) => one - other)
  const found: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = found.at(-1)
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else found.push([from, to])
  }
  return found
}
