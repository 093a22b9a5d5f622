import { setImmediate } from 'node:timers/promises'
import type { DocumentKind } from '../../shared/contract/portal/documents.ts'
import { sizeOfDocument } from '../../shared/exchange/compose.ts'
import {
  type Document,
  type DocumentName,
  differences,
  type Holding,
  holdingOf,
  withDocument,
} from '../../shared/exchange/documents.ts'
import { type BatchLimit, batchWithin } from '../../shared/exchange/log.ts'
import type { DocumentList } from '../../shared/exchange/message.ts'
import { type Day, type Instant, today } from '../../shared/rules/calendar/day.ts'
import { counted } from '../../shared/rules/text/french.ts'
import type { Core } from '../desk/core.ts'
import type { Store } from '../store/store.ts'
import {
  allDocuments,
  changedSince,
  changedWithDays,
  documentKinds,
  hasOpenPublishedChange,
  type StaleDocuments,
} from './published/changes.ts'
import { listPapers, papersStillKnown, renderPapers } from './published/issued-papers.ts'
import { makeDocuments, makers } from './published/making.ts'
import { hashOf, isPublishedHome, isPublishedInvoice, jsonList, type Reach, reachOn } from './published/reach.ts'

/**
 * What the desk publishes. For each document, table `publication` has the hash that the portal should hold
 * (`wantedHash`), the hash that the desk believes the portal to hold (`heldHash`), and whether the document may have
 * changed since it was last made (`stale`). A document is a function of the file and of the day, and its keys have a
 * fixed order: equal content always has the same hash.
 */

// ---- What may have changed

/**
 * Marks as stale the documents that acts closed since the previous call, or the passing of days, may have changed. Does
 * nothing before the first pairing.
 */
export const markStaleDocuments = ({ store, clock }: Core): void => {
  inTransaction(store, () => {
    const side = store.statement('select published_act act, published_on "on" from exchange_side').get() as
      | { act: number; on: Day | null }
      | undefined
    if (!side) return
    const reach = reachOn(today(clock))
    const upTo = store
      .statement(`select coalesce((select min(id) - 1 from act where state = 'open'), (select max(id) from act), 0)`)
      .pluck()
      .get() as number
    const changes =
      side.on === null
        ? [allDocuments]
        : [changedSince(store, side.act), changedWithDays(store, reachOn(side.on), reach)]
    for (const stale of changes) mark(store, reach, stale)
    // Without any change the position in the audit trail is not written: the next call reads the same acts again.
    const hasNothingToWrite =
      side.on === reach.today && !changes.some(isSomething) && upTo - side.act < maxActsReadAgain
    // `upTo` stops before the first open act, so the next call reads the acts after it again.
    if (!hasNothingToWrite)
      store.statement('update exchange_side set published_on = ?, published_act = ?').run(reach.today, upTo)
  })
}

const isSomething = (stale: StaleDocuments): boolean =>
  [...stale.values()].some((about) => about === 'all' || about.size > 0)

const mark = (store: Store, reach: Reach, stale: StaleDocuments): void => {
  markings.set(store, (markings.get(store) ?? 0) + 1)
  for (const [kind, about] of stale) {
    if (about !== 'all' && about.size === 0) continue
    const ids = about === 'all' ? null : jsonList(about)
    const census = makers[kind].census
    const wanted = ids === null ? '' : 'and id in (select value from json_each(:ids))'
    const id = kind === 'town' ? ':kind' : `:kind || '/' || id`
    const values = { ...reach, kind, ids }
    store
      .statement(
        `insert into publication (id, kind, stale) select ${id}, :kind, 1 from (${census}) where true ${wanted}
        on conflict (id) do update set stale = 1`,
      )
      .run(values)
    const marked =
      ids === null
        ? `id >= :kind and id < :kind || '0'`
        : `id in (select ${kind === 'town' ? ':kind' : `:kind || '/' || value`} from json_each(:ids))`
    store.statement(`update publication set stale = 1 where ${marked}`).run(values)
  }
}

// ---- What differs

type Row = {
  readonly id: string
  readonly wantedHash: string | null
  readonly heldHash: string | null
  readonly stale: 0 | 1
}

const columns = 'id, wanted_hash wantedHash, held_hash heldHash, stale'

/** Target length of one step; between two steps, screens and the writer are served. */
const stepMilliseconds = 8
/** Upper bound of one step, however fast the previous step was. */
const maxDocumentsPerStep = 64
const maxDocumentsPerCommit = 200
/** Fewer money documents per commit, because the commit also lists the papers of each account. */
const maxAccountsPerCommit = 16
const maxWithdrawn = 10_000
/** Up to this many acts that changed no document are read again at the next call, which saves writing the position. */
const maxActsReadAgain = 200
/**
 * After this many failures the cause is not the papers themselves, and trying all of a town's papers would take hours:
 * the next exchange tries again.
 */
const maxUnprintable = 24
/** Papers rendered in one batch: starting the workers takes longer than rendering the papers of one message. */
const printBatchSize = 24

type Batch = {
  readonly documents: readonly Document[]
  readonly withdrawn: readonly string[]
  readonly unknownPapers: readonly DocumentName[]
}

/**
 * Returns the documents that the portal lacks, as many as one message holds, in the order of `differences`. Stale
 * documents are made again first. Papers are sent only when no other document differs, so that documents read every day
 * do not wait for rendering.
 * While an open act touches published data, no document is made.
 * @param unprintable ids of papers that could not be rendered: skipped, and extended with new failures
 */
export const nextBatch = async (
  core: Core,
  limit: BatchLimit,
  unprintable: Set<string> = new Set(),
): Promise<Batch> => {
  const { store } = core
  const differing: Differing = new Map()
  const isFull = () => {
    const documents = [...differing.values()].map(({ document }) => document)
    return documents.length >= limit.count || batchWithin(documents, sizeOfDocument, limit).length < documents.length
  }
  await findDiffering(store, reachOn(today(core.clock)), differing, isFull)
  const batch = toBatch(store, differing, limit)
  if (batch.documents.length + batch.withdrawn.length > 0) return batch
  while (!isFull() && unprintable.size < maxUnprintable && (await findDifferingPapers(store, differing, unprintable)));
  return toBatch(store, differing, limit)
}

/** Documents just made whose hash differs from the one that the portal holds, by id. */
type Differing = Map<string, { readonly document: Document; readonly heldHash: string | null }>

const toBatch = (store: Store, differing: Differing, limit: BatchLimit): Batch => {
  const toWithdraw = store
    .statement(
      `select id, held_hash hash, paper_of paperOf from publication
      where wanted_hash is null and not stale and held_hash is not null order by id limit ?`,
    )
    .all(maxWithdrawn) as DocumentName[]
  const known = papersStillKnown(
    store,
    toWithdraw.flatMap(({ id, paperOf }) => (paperOf === null ? [] : [id])),
  )
  const believed = [...differing.values()].flatMap(({ document: { id, paperOf }, heldHash }) =>
    heldHash === null ? [] : [{ id, paperOf, hash: heldHash }],
  )
  const { send, withdraw, unknownPapers } = differences(
    new Map([...differing].map(([id, { document }]) => [id, document])),
    byId([...believed, ...toWithdraw]),
    known,
  )
  const sorted = send.flatMap(({ id }) => differing.get(id)?.document ?? [])
  const documents = batchWithin(sorted, sizeOfDocument, limit)
  saveUnsent(store, sorted.slice(documents.length))
  return { documents, withdrawn: withdraw, unknownPapers }
}

const byId = (names: readonly DocumentName[]) => new Map(names.map((one) => [one.id, one]))

/** Documents made but not sent yet, because one message could not hold them. */
const unsentDocuments = new WeakMap<Store, Map<string, Document>>()

const saveUnsent = (store: Store, documents: readonly Document[]): void => {
  const waiting = unsentDocuments.get(store) ?? new Map<string, Document>()
  unsentDocuments.set(store, waiting)
  for (const document of documents) waiting.set(document.id, document)
}

/** Counts the markings of each store: a document marked stale while it is being made stays stale. */
const markings = new WeakMap<Store, number>()

const findDiffering = async (
  store: Store,
  reach: Reach,
  differing: Differing,
  isFull: () => boolean,
): Promise<void> => {
  if (!hasDocumentsToSend(store)) return
  const marking = markings.get(store)
  let toWrite: Rebuilt[] = []
  // One commit for many steps: the disk needs longer for a commit than the step needs for its documents.
  const write = () => {
    writeWanted(store, reach, toWrite, marking === markings.get(store))
    toWrite = []
  }
  for (const kind of documentKinds) {
    const next = store.statement(
      `select ${columns} from publication where id > :after and id < :kind || '0' and kind = :kind
        and (stale or (wanted_hash is not null and wanted_hash is not held_hash))
      order by id limit :most`,
    )
    let maxRows = 4
    for (let after = kind === 'town' ? 'tow' : `${kind}/`; !isFull(); ) {
      const started = performance.now()
      const rows = next.all({ after, kind, most: maxRows }) as Row[]
      const last = rows.at(-1)
      if (!last || hasOpenPublishedChange(store)) break
      for (const rebuilt of rebuild(store, reach, kind, rows)) {
        toWrite.push(rebuilt)
        const { id, heldHash, document } = rebuilt
        if (document && document.hash !== heldHash) differing.set(id, { document, heldHash })
      }
      after = last.id
      const fits = Math.round((rows.length * stepMilliseconds) / (performance.now() - started))
      maxRows = Math.max(1, Math.min(fits, 2 * rows.length, maxDocumentsPerStep))
      await setImmediate()
      if (toWrite.length >= (kind === 'money' ? maxAccountsPerCommit : maxDocumentsPerCommit)) write()
    }
  }
  write()
}

/** Two queries, so that each uses the partial index made for its condition. */
const hasDocumentsToSend = (store: Store): boolean =>
  store
    .statement(
      `select exists (select 1 from publication where stale and paper_of is null)
        or exists (select 1 from publication where wanted_hash is not held_hash and paper_of is null)`,
    )
    .pluck()
    .get() === 1

/** A row of `publication` with its document made again; null when the document is no longer published. */
type Rebuilt = Row & { readonly kind: DocumentKind; readonly document: Document | null }

const rebuild = (store: Store, reach: Reach, kind: DocumentKind, rows: readonly Row[]): Rebuilt[] => {
  const waiting = unsentDocuments.get(store)
  const ready = (row: Row): Document | undefined => {
    const document = waiting?.get(row.id)
    waiting?.delete(row.id)
    return row.stale === 0 && document?.hash === row.wantedHash ? document : undefined
  }
  const found = new Map(rows.map((row) => [row.id, ready(row)]))
  const ids = rows.flatMap(({ id }) => (found.get(id) ? [] : [id]))
  const documents = ids.length > 0 ? makeDocuments(store, reach, kind, ids) : new Map<string, Document>()
  return rows.map((row) => ({ ...row, kind, document: found.get(row.id) ?? documents.get(row.id) ?? null }))
}

const writeWanted = (store: Store, reach: Reach, settled: readonly Rebuilt[], isFresh: boolean): void => {
  const changed = settled.filter(({ stale, wantedHash, document }) => stale === 1 || wantedHash !== document?.hash)
  if (changed.length === 0) return
  inTransaction(store, () => {
    const want = store.statement('update publication set wanted_hash = ?, stale = ? where id = ?')
    const forget = store.statement('delete from publication where id = ?')
    for (const { id, heldHash, document } of changed) {
      if (document || heldHash !== null || !isFresh) want.run(document?.hash ?? null, isFresh ? 0 : 1, id)
      else forget.run(id)
    }
    const accounts = changed.flatMap(({ id, kind }) => (kind === 'money' ? [Number(id.slice('money/'.length))] : []))
    if (accounts.length > 0) listPapers(store, reach, accounts)
  })
}

/** Renders a batch of papers, newest first. @returns whether papers may remain */
const findDifferingPapers = async (store: Store, differing: Differing, unprintable: Set<string>): Promise<boolean> => {
  const rows = paperRows(store, differing.size + unprintable.size + printBatchSize).filter(
    ({ id }) => !differing.has(id) && !unprintable.has(id),
  )
  const waiting = unsentDocuments.get(store)
  const ready = rows.findIndex((row) => row.stale === 1 || waiting?.get(row.id)?.hash !== row.wantedHash)
  const batch = ready === 0 ? rows.slice(0, printBatchSize) : rows.slice(0, ready < 0 ? rows.length : ready)
  if (batch.length === 0) return false
  const { documents, unprintable: failed } =
    ready === 0
      ? await renderPapers(store, batch)
      : { documents: batch.flatMap(({ id }) => waiting?.get(id) ?? []), unprintable: [] }
  for (const id of failed) unprintable.add(id)
  const found = new Map(documents.map((one) => [one.id, one]))
  inTransaction(store, () => {
    const want = store.statement('update publication set wanted_hash = ?, stale = 0 where id = ?')
    for (const { id, heldHash } of batch) {
      // The row stays stale, and the portal keeps the version that it has.
      if (unprintable.has(id)) continue
      const document = found.get(id)
      want.run(document?.hash ?? null, id)
      waiting?.delete(id)
      if (document && document.hash !== heldHash) differing.set(id, { document, heldHash })
    }
  })
  return true
}

const paperRows = (store: Store, most: number): (Row & { paperOf: string })[] => {
  const of = (condition: string) =>
    store
      .statement(
        `select ${columns}, paper_of paperOf from publication where ${condition} and paper_of is not null
        order by paper_of desc, id limit ?`,
      )
      .all(most) as (Row & { paperOf: string })[]
  const rows = [...of('stale'), ...of('wanted_hash is not held_hash and wanted_hash is not null and not stale')]
  return rows
    .toSorted((one, other) =>
      one.paperOf === other.paperOf ? (one.id < other.id ? -1 : 1) : one.paperOf > other.paperOf ? -1 : 1,
    )
    .slice(0, most)
}

// ---- What the desk believes the portal to hold

/** Updates `heldHash` from the portal's reply. Called in the transaction that applies the reply. */
export const updateBelieved = (
  store: Store,
  {
    published,
    unpublished,
    listed,
  }: {
    readonly published: readonly DocumentName[]
    readonly unpublished: readonly string[]
    readonly listed: DocumentList | null
  },
): void => {
  if (published.length + unpublished.length === 0 && !listed) return
  inTransaction(store, () => {
    let holding = believedHolding(store)
    const find = store.statement('select held_hash hash, paper_of paperOf from publication where id = ?')
    const hold = store.statement(
      `insert into publication (id, kind, paper_of, held_hash, stale) values (:id, :kind, :paperOf, :hash, 0)
      on conflict (id) do update set held_hash = :hash`,
    )
    const lose = store.statement('update publication set held_hash = null where id = ?')
    const forget = store.statement(
      'delete from publication where id = ? and wanted_hash is null and held_hash is null and not stale',
    )
    const change = (id: string, next: DocumentName | null) => {
      const before = find.get(id) as { hash: string | null; paperOf: string | null } | undefined
      if (before?.hash === (next?.hash ?? null)) return
      if (before?.hash) holding = withDocument(holding, { id, hash: before.hash, paperOf: before.paperOf }, -1, hashOf)
      if (next) {
        holding = withDocument(holding, next, 1, hashOf)
        hold.run({ ...next, kind: id.split('/')[0] })
      } else {
        lose.run(id)
        forget.run(id)
      }
    }
    for (const one of published) change(one.id, one)
    for (const id of unpublished) change(id, null)
    if (listed) {
      const names = byId(listed.names)
      const believed = store
        .statement('select id from publication where id > ? and (? is null or id <= ?) and held_hash is not null')
        .pluck()
        .all(listed.after, listed.upTo, listed.upTo) as string[]
      for (const id of believed) if (!names.has(id)) change(id, null)
      for (const one of listed.names) change(one.id, one)
    }
    writeHolding(store, holding)
  })
}

/**
 * Digest of all held documents, stored because hashing the names of a whole town at each exchange would take too long.
 */
const holdingFact = 'believedHolding'

/** The desk's digest of the documents that it believes the portal to hold, to compare with the portal's own digest. */
export const believedHolding = (store: Store): Holding => {
  const known = store.statement('select value from file_fact where key = ?').pluck().get(holdingFact)
  if (typeof known === 'string') return JSON.parse(known) as Holding
  const held = store
    .statement('select id, held_hash hash, paper_of paperOf from publication where held_hash is not null')
    .all() as DocumentName[]
  return holdingOf(held, hashOf)
}

const writeHolding = (store: Store, holding: Holding): void => {
  store
    .statement(
      'insert into file_fact (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    )
    .run(holdingFact, JSON.stringify(holding))
}

/**
 * Stores the papers that a restore of the desk lost and the portal gave back, byte for byte as families received them.
 */
export const storeRecovered = (store: Store, documents: readonly Document[], at: Instant): void => {
  inTransaction(store, () => {
    const insert = store.statement(
      'insert into recovered_paper (id, paper_of, body, recovered_at) values (?, ?, ?, ?) on conflict (id) do nothing',
    )
    const want = store.statement(
      `update publication set wanted_hash = held_hash
      where id = ? and wanted_hash is null and held_hash = ? and not stale`,
    )
    for (const { id, paperOf, body, hash } of documents) {
      if (paperOf === null || hashOf(body) !== hash) continue
      insert.run(id, paperOf, body, at)
      want.run(id, hash)
    }
  })
}

// ---- Announced to staff before an exchange

/** An upper bound: a stale document may turn out unchanged once it is made again. */
export const waitingToSend = (store: Store): { lines: string[]; papers: number } => {
  const waiting = (kind: DocumentKind) =>
    store
      .statement(
        `select id from publication where stale and paper_of is null and kind = :kind
        union select id from publication where wanted_hash is not held_hash and paper_of is null and kind = :kind`,
      )
      .pluck()
      .all({ kind }) as string[]
  const subjectsOf = (...of: DocumentKind[]) =>
    new Set(of.flatMap((kind) => waiting(kind).map((id) => id.slice(kind.length)))).size
  const accounts = subjectsOf('account')
  const families = subjectsOf('bookings', 'family', 'money')
  const periods = subjectsOf('period', 'places')
  const papers = papersWaiting(store, reachOn(today(store.clock)))
  return {
    lines: [
      ...(accounts > 0 ? [counted(accounts, 'compte')] : []),
      ...(families > 0 ? [counted(families, 'famille')] : []),
      ...(periods > 0 ? [`le calendrier de ${counted(periods, 'période')}`] : []),
      ...(subjectsOf('town') > 0 ? ['les textes du portail'] : []),
    ],
    papers,
  }
}

/** Counts too the invoices of homes whose stale money document has not listed its papers yet. */
const papersWaiting = (store: Store, reach: Reach): number =>
  store
    .statement(
      `select (select count(*) from publication where stale and paper_of is not null)
        + (select count(*) from publication
          where wanted_hash is not held_hash and paper_of is not null and wanted_hash is not null and not stale)
        + (select count(*) from publication money
          join family on family.id = cast(substr(money.id, 7) as integer) join invoice on invoice.family_id = family.id
          where money.stale and money.paper_of is null and money.kind = 'money' and ${isPublishedHome} and ${isPublishedInvoice}
            and not exists (select 1 from publication paper where paper.id = 'paper/' || family.id || '/' || invoice.id
              and (paper.stale or paper.wanted_hash is not null)))`,
    )
    .pluck()
    .get({ ...reach }) as number

const inTransaction = <Result>(store: Store, work: () => Result): Result => store.sqlite.transaction(work).immediate()
