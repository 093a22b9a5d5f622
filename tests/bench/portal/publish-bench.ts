import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import { type Desk, openDesk } from '../../../main/app/desk.ts'
import { makeExampleTown } from '../../../main/desk/example/example.ts'
import { markStaleDocuments, nextBatch, updateBelieved } from '../../../main/exchange/publications.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { openPortal, type Portal } from '../../../main/portal/portal.ts'
import { openPortalStore, type PortalStore } from '../../../main/portal/store/store.ts'
import { systemActor } from '../../../main/store/acts/acts.ts'
import { exchangeSide, familyQuotient } from '../../../main/store/schema/index.ts'
import { defaultBatchLimit } from '../../../shared/exchange/compose.ts'
import { newSide } from '../../../shared/exchange/side.ts'
import { day, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { newDatabase, startPostgres } from '../../support/machine/postgres.ts'
import { fillBenchTown, inviteAll } from '../../support/towns/bench-town.ts'

export type PublishFigures = {
  /** Seconds to publish everything except papers: made by the desk and stored by the portal. */
  readonly seconds: number
  /** The part of these seconds that the desk takes. */
  readonly deskSeconds: number
  /** The same rows, inserted one by one in one transaction, without making, hashing or checking documents. */
  readonly baselineSeconds: number
  /** The longest time in milliseconds that making documents blocked screens and the writer. */
  readonly longestBlock: number
  readonly documents: number
}

const now = instantOf(day('2026-11-25'), timeOfDay('10:42'))

/**
 * The first publication of the example town, in which every guardian with a mail address has an account. The median of
 * three, on new portals.
 */
export const publish600 = async (): Promise<PublishFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'publish-bench-'))
  const exampleDir = join(folder, 'example')
  await makeExampleTown({ dataDir: exampleDir, clock: () => now })
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir, demo: true, clock: () => now })
  try {
    openToParents(desk)
    const figures: PublishFigures[] = []
    for (const turn of [1, 2, 3]) {
      const client = await PGlite.create({ dataDir: join(folder, `portal-${turn}`) })
      const portal = await aPortalOn(await openPortalStore({ client }))
      try {
        figures.push(await published(desk, portal, client))
      } finally {
        await portal.close()
      }
    }
    const ratio = ({ seconds, baselineSeconds }: PublishFigures) => seconds / baselineSeconds
    return figures.toSorted((one, other) => ratio(one) - ratio(other))[1] as PublishFigures
  } finally {
    await desk.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

export type BigFigures = {
  /** The first publication of 20,000 families, papers apart. */
  readonly first: PublishFigures
  /** Seconds for the night after 2,000 changes, and for updating the same rows one by one in one transaction. */
  readonly night: { readonly seconds: number; readonly baselineSeconds: number; readonly documents: number }
}

/** On a PostgreSQL that writes through to its disk. */
export const publishBig = async (families = 20_000, changes = 2000): Promise<BigFigures> => {
  const folder = mkdtempSync(join(tmpdir(), 'publish-big-'))
  const postgres = startPostgres({ isSafe: true })
  const url = await newDatabase(postgres.address)
  const desk = await openDesk({ dataDir: join(folder, 'data'), exampleDir: join(folder, 'example'), clock: () => now })
  const bare = new Client({ connectionString: url })
  try {
    fillBenchTown(desk.core, families, bookingsOfBigTown)
    openToParents(desk)
    const portal = await aPortalOn(await openPortalStore({ url }))
    await bare.connect()
    try {
      const first = await published(desk, portal, bare)
      changeQuotients(desk, changes)
      const { seconds, ids } = await sentAll(desk.core, portal)
      return { first, night: { seconds, documents: ids.length, baselineSeconds: await barelyAgain(bare, ids) } }
    } finally {
      await bare.end()
      await portal.close()
    }
  } finally {
    await desk.close()
    postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A home books a few days in the whole year; past days are no longer published. */
const bookingsOfBigTown = 16

const changeQuotients = ({ core: { store } }: Desk, count: number): void => {
  const ids = store.statement('select id from family order by id limit ?').pluck().all(count) as number[]
  store.act(systemActor, 'families.change', 'Quotients du banc d’essai', (write) =>
    write.insertMany(
      familyQuotient,
      ids.map((familyId, at) => ({
        familyId,
        fromDay: day('2026-11-01'),
        value: 200 + at,
        source: 'CAF' as const,
        updatedOn: day('2026-11-01'),
      })),
    ),
  )
}

const barelyAgain = async (bare: Bare, ids: readonly string[]): Promise<number> => {
  const found: Record<string, unknown>[] = []
  for (const id of ids) found.push(...(await bare.query('select * from document where id = $1', [id])).rows)
  const columns = Object.keys(found[0] ?? {}).filter((name) => name !== 'id')
  const update = `update bare_document set ${columns.map((name, at) => `"${name}" = $${at + 2}`).join(', ')} where id = $1`
  const started = performance.now()
  await bare.query('begin')
  for (const { id, ...row } of found) await bare.query(update, [id, ...columns.map((name) => row[name])])
  await bare.query('commit')
  return (performance.now() - started) / 1000
}

const openToParents = ({ core: { store } }: Desk): void => {
  store.act(systemActor, 'portal.invite', 'Accès au portail', (write) => inviteAll(store, write))
  store.db
    .insert(exchangeSide)
    .values({
      id: 1,
      side: newSide('desk'),
      address: 'https://portail.exemple.fr',
      ring: [],
      publicKey: '',
      pairedAt: now,
      portalKinds: [],
      series: {},
    })
    .run()
}

const aPortalOn = (store: PortalStore): Promise<Portal> =>
  openPortal({ store, clock: () => now, log: () => undefined, address: 'https://portail.exemple.fr', mail: null })

/** Publishes all missing documents, and inserts the same rows by raw statements for comparison. */
const published = async ({ core }: Desk, portal: Portal, bare: Bare): Promise<PublishFigures> => {
  core.store.sqlite.exec(
    `delete from publication; delete from file_fact where key = 'believedHolding'; update exchange_side set published_on = null`,
  )
  const { ids, ...sent } = await sentAll(core, portal)
  return { ...sent, documents: ids.length, baselineSeconds: await barely(bare) }
}

/** Sends all that the desk has to send, except papers. */
const sentAll = async (core: Desk['core'], portal: Portal) => {
  let deskSeconds = 0
  let longestBlock = 0
  const ids: string[] = []
  const atDesk = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const before = performance.now()
    const { result, longest } = await watched(work)
    deskSeconds += (performance.now() - before) / 1000
    longestBlock = Math.max(longestBlock, longest)
    return result
  }
  const started = performance.now()
  await atDesk(() => markStaleDocuments(core))
  while (hasMore(core.store)) {
    const next = await atDesk(() => nextBatch(core, defaultBatchLimit))
    await publish(portal, next)
    await atDesk(() =>
      updateBelieved(core.store, { published: next.documents, unpublished: next.withdrawn, listed: null }),
    )
    ids.push(...next.documents.map(({ id }) => id))
  }
  const seconds = (performance.now() - started) / 1000
  return { seconds, deskSeconds, longestBlock, ids }
}

const hasMore = (store: Desk['core']['store']): boolean =>
  store
    .statement(
      `select exists (select 1 from publication where paper_of is null and stale)
        or exists (select 1 from publication where paper_of is null and wanted_hash is not held_hash)`,
    )
    .pluck()
    .get() === 1

/** Also measures the longest time between two turns of the event loop. */
const watched = async <Result>(work: () => Result | Promise<Result>): Promise<{ result: Result; longest: number }> => {
  let longest = 0
  let before = performance.now()
  let isOn = true
  const turn = () => {
    const at = performance.now()
    longest = Math.max(longest, at - before)
    before = at
    if (isOn) setImmediate(turn)
  }
  setImmediate(turn)
  const result = await work()
  isOn = false
  turn()
  return { result, longest }
}

/** One connection to the store, without any code of ours. */
type Bare = { query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> }

const written = ['document', 'account', 'account_home', 'token', 'mail']

/** Inserts into tables with the same columns and indexes, in the same store. */
const barely = async (bare: Bare): Promise<number> => {
  const rows = new Map<string, Record<string, unknown>[]>()
  for (const table of written) {
    const { rows: found } = await bare.query(`select * from ${table}`)
    rows.set(table, found)
    await bare.query(`create table bare_${table} (like ${table} including all)`)
  }
  const started = performance.now()
  await bare.query('begin')
  for (const [table, found] of rows) {
    const columns = Object.keys(found[0] ?? {})
    const places = columns.map((_, at) => `$${at + 1}`).join(', ')
    const insertion = `insert into bare_${table} (${columns.map((name) => `"${name}"`).join(', ')}) values (${places})`
    for (const row of found) await bare.query(insertion, Object.values(row))
  }
  await bare.query('commit')
  return (performance.now() - started) / 1000
}
