import Sqlite from 'better-sqlite3'
import { getTableColumns } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Store } from '../store.ts'
import { erased, revived, type Write } from './acts.ts'
import { columnName, getTable, pointersTo } from './tables.ts'

/** Something changed since, or leans on it: taking it back would break what others did. */
export class CannotUndo extends Error {
  readonly entity: string
  /** Of the record that leans on it; empty when the record itself changed; `erasure` when what it held is gone for good. */
  readonly leaning: string
  constructor(entity: string, leaning: string) {
    super(leaning === '' ? `${entity} changed since` : `${leaning} leans on ${entity}`)
    this.entity = entity
    this.leaning = leaning
  }
}

export type Values = Readonly<Record<string, unknown>>

/** A row of the trail to take back; of a batch, some of its rows. */
export type Step = { readonly auditId: number; readonly entity: string; readonly from: number; readonly to: number }

type Undoing = {
  /** Newest first; none for an act that is open, or was taken back already. */
  readonly steps: readonly Step[]
  /**
   * Part of the act that takes the other back.
   * @throws CannotUndo when what it wrote is no longer as it left it, or when something leans on what it made
   */
  undo(write: Write, step: Step): void
}

/**
 * What the desk above knows and the file does not: asked before a row becomes what it was. `now` is null for a row that
 * comes back, `then` for one that goes. It may write what has to go first, and throws what refuses.
 */
export type Guard = (write: Write, entity: string, id: number, now: Values | null, then: Values | null) => void

type Change = {
  readonly id: number
  readonly entity: string
  readonly entityId: number | null
  readonly operation: 'insert' | 'insertMany' | 'update' | 'updateMany' | 'remove'
  readonly before: Values
  readonly after: Values
}

/** Few enough rows for one slice of a long act. */
const batch = 20

/** @param leaves tables whose rows are taken back otherwise */
export const undoingOf = (store: Store, actId: number, guard: Guard, leaves: readonly string[] = []): Undoing => {
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
    steps: found.flatMap(({ auditId, entity, count }): Step[] =>
      leaves.includes(entity)
        ? []
        : Array.from({ length: Math.ceil(count / batch) }, (_, at) => {
            const to = count - at * batch
            return { auditId, entity, from: Math.max(0, to - batch), to }
          }),
    ),
    undo(write, { auditId, from, to }) {
      try {
        undoChange(store, write, read(auditId), from, to, guard)
      } catch (error) {
        // What the row held has been given to another since: a name, a rank, a day.
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
  return { ...change, before: JSON.parse(before ?? '{}') as Values, after: JSON.parse(after ?? '{}') as Values }
}

const undoChange = (store: Store, write: Write, change: Change, from: number, to: number, guard: Guard): void => {
  const { entity, operation, before, after, id: auditId } = change
  const id = change.entityId ?? 0
  const table = getTable(entity)
  if (isErased(before) || isErased(after)) throw new CannotUndo(entity, 'erasure')
  const back = (one: number, left: Values, old: Values) => {
    refuseChanged(store, entity, one, left)
    guard(write, entity, one, left, old)
    write.update(table, one, revived(table, old))
  }
  if (operation === 'insert') {
    refuseChanged(store, entity, id, after)
    remove(store, write, entity, id, after, guard)
  } else if (operation === 'insertMany') {
    const ids = (after['ids'] as [number, number][]).flatMap(([first, end]) =>
      Array.from({ length: end - first + 1 }, (_, at) => first + at),
    )
    for (const one of ids.slice(from, to).toReversed()) {
      refuseChanged(store, entity, one, changedLater(store, entity, one, auditId))
      remove(store, write, entity, one, {}, guard)
    }
  } else if (operation === 'update') back(id, after, before)
  else if (operation === 'updateMany') {
    for (const [one, old] of (before['rows'] as [number, Values][]).slice(from, to))
      back(one, Object.fromEntries(Object.keys(old).map((key) => [key, after[key]])), old)
  } else {
    if (store.statement(`select 1 from ${entity} where id = ?`).get(id)) throw new CannotUndo(entity, '')
    guard(write, entity, id, null, before)
    write.insert(table, revived(table, before))
  }
}

const remove = (store: Store, write: Write, entity: string, id: number, made: Values, guard: Guard): void => {
  guard(write, entity, id, made, null)
  const leaning = leaningOn(store, entity, id)
  if (leaning !== null) throw new CannotUndo(entity, leaning)
  write.remove(getTable(entity), id)
}

const refuseChanged = (store: Store, entity: string, id: number, left: Values): void => {
  const found = store.statement(`select * from ${entity} where id = ?`).get(id) as Values | undefined
  if (!found || isErased(left)) throw new CannotUndo(entity, wasErased(store, entity, id) ? 'erasure' : '')
  const columns: Record<string, SQLiteColumn> = getTableColumns(getTable(entity))
  for (const [key, value] of Object.entries(left)) {
    const column = columns[key]
    if (!column || key === 'actId' || column.dataType === 'buffer') continue
    const raw = found[columnName(key, column)]
    const now = raw === null ? null : column.mapFromDriverValue(raw)
    if (JSON.stringify(now) !== JSON.stringify(value)) throw new CannotUndo(entity, '')
  }
}

const isErased = (values: Values): boolean => values['erased'] === true

const wasErased = (store: Store, entity: string, id: number): boolean =>
  store
    .statement(
      `select 1 from audit where entity = ? and entity_id = ? and before = '${JSON.stringify(erased)}' limit 1`,
    )
    .get(entity, id) !== undefined

/**
 * The trail of a batch does not hold the values it made: those that changed later are known by what the first later
 * change replaced. What was changed and put back is as it was left.
 */
const changedLater = (store: Store, entity: string, id: number, auditId: number): Values => {
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
  return Object.assign({}, ...later.map(({ before }) => JSON.parse(before ?? '{}') as Values)) as Values
}

const leaningOn = (store: Store, entity: string, id: number): string | null =>
  pointersTo(entity).find(({ table, column }) =>
    store.statement(`select 1 from ${table} where ${column} = ? limit 1`).get(id),
  )?.table ?? null

type Span = readonly [from: number, to: number]

/**
 * What others made since on a row that an act made, found without trying it: of an act of thousands of rows.
 * @param apart tables whose rows go with what they lean on
 */
export const leaningOnAct = (
  store: Store,
  actId: number,
  apart: readonly string[],
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
      if (apart.includes(table)) continue
      const leans = store
        .statement(
          `select 1 from json_each(?1) span cross join ${table} leaning
            on leaning.${column} between span.value ->> 0 and span.value ->> 1
          where not exists (select 1 from json_each(?2) own
            where leaning.id between own.value ->> 0 and own.value ->> 1) limit 1`,
        )
        .get({ 1: JSON.stringify(joined(spans)), 2: JSON.stringify(joined(own.get(table) ?? [])) })
      if (leans) return { entity, leaning: table }
    }
  return null
}

/** Spans that follow each other as one: the ids of a batch do. */
const joined = (spans: readonly Span[]): Span[] => {
  const sorted = spans.toSorted(([one], [other]) => one - other)
  const found: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = found.at(-1)
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else found.push([from, to])
  }
  return found
}
