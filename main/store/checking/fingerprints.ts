import { createHash, type Hash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import * as z from 'zod'
import { exchangeTables, tableNames } from '../acts/tables.ts'
import { schemaOf } from '../migrate.ts'

/*
 * Detects silent corruption: a disk may change bytes inside a value without SQLite or the checks of facts noticing.
 * Each backup stores a digest of every few hundred rows, and the next `check` compares those that no act has changed
 * since.
 */

const Fingerprints = z.object({
  /**
   * The last audit row included, and its digest: a file where that row differs is not a later state of the same file.
   */
  upTo: z.int(),
  mark: z.string(),
  schema: z.string(),
  /** Digests by table, then by group of rows. */
  tables: z.record(z.string(), z.record(z.string(), z.string())),
})
export type Fingerprints = z.infer<typeof Fingerprints>

const rowsInGroup = 512
const groupOf = (id: number): number => Math.floor(id / rowsInGroup)

/**
 * Tables written without an audit, where a change by the desk cannot be distinguished from one by the disk. The tables
 * of the exchange have other safeguards: hash chains for the two logs (`check.ts`), and hashes of published documents
 * that are compared with the portal's.
 */
const unaudited: ReadonlySet<string> = new Set([
  'file_fact',
  'post_session',
  'billing_span',
  'home_balance',
  'mail_delivery',
  'photo_content',
  'sending_file',
  ...exchangeTables,
])
/** The audit of health records has the child's id, not the record's. */
const idColumn = (table: string): string => (table === 'health_record' ? 'child_id' : 'id')
/** Append-only tables: their last group of rows is not complete yet. */
const appendOnly = ['act', 'audit']

/**
 * Digests of the file's rows now, without those of acts that are still open and may be rolled back without an audit.
 * @param open id of the first act that is not closed, if any
 */
export const fingerprintsOf = (sqlite: Sqlite.Database, open: number | null): Fingerprints => {
  const upTo = lastAuditRow(sqlite, open)
  const ends: Record<string, number> = { audit: upTo, act: open === null ? Number.POSITIVE_INFINITY : open - 1 }
  const tables = tableNames
    .filter((name) => !unaudited.has(name))
    .map((name) => {
      const groups = groupsOf(sqlite, name)
      if (appendOnly.includes(name)) {
        const last = Math.min(ends[name] ?? 0, Math.max(...groups.keys(), 0) * rowsInGroup - 1)
        for (const group of groups.keys()) if ((group + 1) * rowsInGroup - 1 > last) groups.delete(group)
      }
      return [name, Object.fromEntries(groups)] as const
    })
  return { upTo, mark: markOf(sqlite, upTo), schema: digest(schemaOf(sqlite)), tables: Object.fromEntries(tables) }
}

const isTable = (name: string): boolean => tableNames.some((known) => known === name)

/** The tables with rows that differ from `before` though no act since changed them. */
export const changedWithoutAct = (sqlite: Sqlite.Database, before: Fingerprints): string[] => {
  if (markOf(sqlite, before.upTo) !== before.mark || digest(schemaOf(sqlite)) !== before.schema) return []
  const touched = touchedSince(sqlite, before.upTo)
  return Object.entries(before.tables)
    .filter(([name]) => isTable(name) && !(appendOnly.includes(name) && wasErased(sqlite, before.upTo)))
    .flatMap(([name, groups]) => {
      const now = groupsOf(sqlite, name)
      const isChanged = ([group, was]: [string, string]) =>
        now.get(Number(group)) !== was && !touched.has(`${name} ${group}`)
      return Object.entries(groups).some(isChanged) ? [name] : []
    })
}

/** @returns null when the file is missing or unreadable */
export const readFingerprints = (path: string): Fingerprints | null => {
  try {
    return Fingerprints.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}

export const saveFingerprints = (path: string, kept: Fingerprints): void => {
  writeFileSync(`${path}.en-cours`, JSON.stringify(kept), { mode: 0o600, flush: true })
  renameSync(`${path}.en-cours`, path)
}

const groupsOf = (sqlite: Sqlite.Database, table: string): Map<number, string> => {
  const hashes = new Map<number, Hash>()
  const id = idColumn(table)
  const rows = sqlite.prepare(`select ${id}, * from ${table} order by ${id}`).raw()
  for (const row of rows.iterate() as IterableIterator<[number, ...unknown[]]>) {
    const group = groupOf(row[0])
    const hash = hashes.get(group) ?? createHash('sha256')
    hashes.set(group, hash.update(JSON.stringify(row)))
  }
  return new Map([...hashes].map(([group, hash]) => [group, hash.digest('base64url')]))
}

const lastAuditRow = (sqlite: Sqlite.Database, open: number | null): number => {
  const last = open === null ? 'select max(id) from audit' : 'select min(id) - 1 from audit where act_id >= ?'
  const found = sqlite.prepare(last).pluck()
  return Number((open === null ? found.get() : found.get(open)) ?? lastAuditRow(sqlite, null))
}

const markOf = (sqlite: Sqlite.Database, audit: number): string =>
  digest(sqlite.prepare('select id, act_id, entity, entity_id, operation from audit where id = ?').get(audit) ?? null)

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url')

/** « table group » of every row that an act has written after the audit row `upTo`. */
const touchedSince = (sqlite: Sqlite.Database, upTo: number): ReadonlySet<string> => {
  const touched = new Set<string>()
  const touch = (entity: string, from: number, to = from) => {
    for (let group = groupOf(from); group <= groupOf(to); group += 1) touched.add(`${entity} ${group}`)
  }
  type Change = { entity: string; id: number | null; ids: string | null; rows: string | null; children: string }
  const changes = sqlite.prepare<[number], Change>(
    `select entity, entity_id as id, after -> '$.ids' as ids, before -> '$.rows' as rows,
      iif(entity = 'health_record', json_array(before -> '$.childId', after -> '$.childId'), '[]') as children
    from audit where id > ?`,
  )
  for (const { entity, id, ids, rows, children } of changes.iterate(upTo)) {
    // A health record moved from one child to another, by a merge, changes the groups of both.
    for (const one of JSON.parse(children) as (number | null)[]) if (one !== null) touch(entity, one)
    if (id !== null) touch(entity, id)
    else {
      for (const [from, to] of JSON.parse(ids ?? '[]') as [number, number][]) touch(entity, from, to)
      for (const [one] of JSON.parse(rows ?? '[]') as [number][]) touch(entity, one)
    }
  }
  return touched
}

/** Whether a person was erased after the audit row `upTo`: an erasure changes old audit rows, which then differ. */
const wasErased = (sqlite: Sqlite.Database, upTo: number): boolean =>
  sqlite
    .prepare(`select 1 from act where kind like 'protection.%' and id in (select act_id from audit where id > ?)`)
    .get(upTo) !== undefined
