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
import { type Concerned, changedSince, changedWithDays, everything, isUnderWay, kinds } from './published/changes.ts'
import { knownPapers, listPapers, printed } from './published/issued-papers.ts'
import { made, makers } from './published/making.ts'
import { hashOf, isPublishedHome, isToldInvoice, list, type Reach, reachOn } from './published/reach.ts'

/**
 * What the desk publishes. Table `publication` says of each document what the portal should hold (`wantedHash`), what it
 * is believed to hold (`heldHash`), and whether it may have changed since it was last made (`stale`). A document is a
 * function of the file and of the day, with its keys in one order: the same content has the same hash, however it came.
 */

// ---- What may have changed

/** Marks what the acts closed since the last time, and the days gone by, may have changed. Nothing before a pairing. */
export const noteChanges = ({ store, clock }: Core): void => {
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
      side.on === null ? [everything] : [changedSince(store, side.act), changedWithDays(store, reachOn(side.on), reach)]
    for (const concerned of changes) mark(store, reach, concerned)
    // An exchange that finds nothing leaves nothing to be written: what it looked at is looked at once more.
    const isIdle = side.on === reach.today && !changes.some(isSomething) && upTo - side.act < mostLookedAtAgain
    // What comes after an act that is still open is looked at once more when it has ended.
    if (!isIdle) store.statement('update exchange_side set published_on = ?, published_act = ?').run(reach.today, upTo)
  })
}

const isSomething = (concerned: Concerned): boolean =>
  [...concerned.values()].some((about) => about === 'all' || about.size > 0)

const mark = (store: Store, reach: Reach, concerned: Concerned): void => {
  markings.set(store, (markings.get(store) ?? 0) + 1)
  for (const [kind, about] of concerned) {
    if (about !== 'all' && about.size === 0) continue
    const ids = about === 'all' ? null : list(about)
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

/** Milliseconds of one step, between two of which screens and the writer are served. */
const stepTakes = 8
/** Of one step, however quick the one before was. */
const mostAtOnce = 64
/** Of one commit. */
const mostWritten = 200
/** With each account its papers are listed, those of its years too: that is most of the work. */
const mostAccountsWritten = 16
const mostGone = 10_000
/** Acts. */
const mostLookedAtAgain = 200
/** Then it is not the papers, and trying all of a town's would take hours: the next exchange tries again. */
const mostUnprintable = 24
/** Papers of one printing: the workers take longer to start than one message's papers take. */
const printedTogether = 24

type Batch = {
  readonly documents: readonly Document[]
  readonly withdrawn: readonly string[]
  readonly unknownPapers: readonly DocumentName[]
}

/**
 * What the portal lacks, as much as fits, in the order of `differences`; what is stale is made on the way. Papers come
 * when nothing else differs: what is read every day does not wait for printing. Those that cannot be printed are added to
 * `unprintable`, and passed over as long as it names them. While an act under way touches what is published, nothing new
 * is made.
 */
export const nextDocuments = async (
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
  await makeDocuments(store, reachOn(today(core.clock)), differing, isFull)
  const batch = compared(store, differing, limit)
  if (batch.documents.length + batch.withdrawn.length > 0) return batch
  while (!isFull() && unprintable.size < mostUnprintable && (await makePapers(store, differing, unprintable)));
  return compared(store, differing, limit)
}

/** Made and not what the portal holds. */
type Differing = Map<string, { readonly document: Document; readonly heldHash: string | null }>

const compared = (store: Store, differing: Differing, limit: BatchLimit): Batch => {
  const gone = store
    .statement(
      `select id, held_hash hash, paper_of paperOf from publication
      where wanted_hash is null and not stale and held_hash is not null order by id limit ?`,
    )
    .all(mostGone) as DocumentName[]
  const known = knownPapers(
    store,
    gone.flatMap(({ id, paperOf }) => (paperOf === null ? [] : [id])),
  )
  const believed = [...differing.values()].flatMap(({ document: { id, paperOf }, heldHash }) =>
    heldHash === null ? [] : [{ id, paperOf, hash: heldHash }],
  )
  const { send, withdraw, unknownPapers } = differences(
    new Map([...differing].map(([id, { document }]) => [id, document])),
    byId([...believed, ...gone]),
    known,
  )
  const sorted = send.flatMap(({ id }) => differing.get(id)?.document ?? [])
  const documents = batchWithin(sorted, sizeOfDocument, limit)
  keep(store, sorted.slice(documents.length))
  return { documents, withdrawn: withdraw, unknownPapers }
}

const byId = (names: readonly DocumentName[]) => new Map(names.map((one) => [one.id, one]))

/** Documents made and not sent yet: they were too many for one message. */
const kept = new WeakMap<Store, Map<string, Document>>()

const keep = (store: Store, documents: readonly Document[]): void => {
  const waiting = kept.get(store) ?? new Map<string, Document>()
  kept.set(store, waiting)
  for (const document of documents) waiting.set(document.id, document)
}

/** How often rows were marked: what was marked while it was being made is made again. */
const markings = new WeakMap<Store, number>()

const makeDocuments = async (
  store: Store,
  reach: Reach,
  differing: Differing,
  isFull: () => boolean,
): Promise<void> => {
  if (!hasMore(store)) return
  const marking = markings.get(store)
  let unwritten: Settled[] = []
  // One commit for many steps: the disk takes longer over it than making takes.
  const write = () => {
    writeWanted(store, reach, unwritten, marking === markings.get(store))
    unwritten = []
  }
  for (const kind of kinds) {
    const next = store.statement(
      `select ${columns} from publication where id > :after and id < :kind || '0' and kind = :kind
        and (stale or (wanted_hash is not null and wanted_hash is not held_hash))
      order by id limit :most`,
    )
    let most = 4
    for (let after = kind === 'town' ? 'tow' : `${kind}/`; !isFull(); ) {
      const started = performance.now()
      const rows = next.all({ after, kind, most }) as Row[]
      const last = rows.at(-1)
      if (!last || isUnderWay(store)) break
      for (const settled of settle(store, reach, kind, rows)) {
        unwritten.push(settled)
        const { id, heldHash, document } = settled
        if (document && document.hash !== heldHash) differing.set(id, { document, heldHash })
      }
      after = last.id
      const fits = Math.round((rows.length * stepTakes) / (performance.now() - started))
      most = Math.max(1, Math.min(fits, 2 * rows.length, mostAtOnce))
      await setImmediate()
      if (unwritten.length >= (kind === 'money' ? mostAccountsWritten : mostWritten)) write()
    }
  }
  write()
}

/** Read from the small indexes of what is stale and of what differs. */
const hasMore = (store: Store): boolean =>
  store
    .statement(
      `select exists (select 1 from publication where stale and paper_of is null)
        or exists (select 1 from publication where wanted_hash is not held_hash and paper_of is null)`,
    )
    .pluck()
    .get() === 1

/** A row with its document as it is now; null when it is published no more. */
type Settled = Row & { readonly kind: DocumentKind; readonly document: Document | null }

const settle = (store: Store, reach: Reach, kind: DocumentKind, rows: readonly Row[]): Settled[] => {
  const waiting = kept.get(store)
  const ready = (row: Row): Document | undefined => {
    const document = waiting?.get(row.id)
    waiting?.delete(row.id)
    return row.stale === 0 && document?.hash === row.wantedHash ? document : undefined
  }
  const found = new Map(rows.map((row) => [row.id, ready(row)]))
  const ids = rows.flatMap(({ id }) => (found.get(id) ? [] : [id]))
  const documents = ids.length > 0 ? made(store, reach, kind, ids) : new Map<string, Document>()
  return rows.map((row) => ({ ...row, kind, document: found.get(row.id) ?? documents.get(row.id) ?? null }))
}

const writeWanted = (store: Store, reach: Reach, settled: readonly Settled[], isFresh: boolean): void => {
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

/** Newest first. Returns whether there may be more. */
const makePapers = async (store: Store, differing: Differing, unprintable: Set<string>): Promise<boolean> => {
  const rows = paperRows(store, differing.size + unprintable.size + printedTogether).filter(
    ({ id }) => !differing.has(id) && !unprintable.has(id),
  )
  const waiting = kept.get(store)
  const ready = rows.findIndex((row) => row.stale === 1 || waiting?.get(row.id)?.hash !== row.wantedHash)
  const some = ready === 0 ? rows.slice(0, printedTogether) : rows.slice(0, ready < 0 ? rows.length : ready)
  if (some.length === 0) return false
  const { documents, unprintable: failed } =
    ready === 0
      ? await printed(store, some)
      : { documents: some.flatMap(({ id }) => waiting?.get(id) ?? []), unprintable: [] }
  for (const id of failed) unprintable.add(id)
  const found = new Map(documents.map((one) => [one.id, one]))
  inTransaction(store, () => {
    const want = store.statement('update publication set wanted_hash = ?, stale = 0 where id = ?')
    for (const { id, heldHash } of some) {
      // It stays to be made, and what the portal holds of it stays there.
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

// ---- What the portal holds, as far as the desk knows

/** To be called in the transaction that takes the portal's reply. */
export const writeBelieved = (
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

/** Kept beside the rows it sums up, since hashing the names of a whole town at each exchange would take too long. */
const holdingFact = 'believedHolding'

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

/** Papers that this desk had lost and the portal gave back: known from now on, as they were handed to the family. */
export const keepRecovered = (store: Store, documents: readonly Document[], at: Instant): void => {
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

// ---- Said before it is sent

/** At most: what is stale may turn out to be as it was. */
export const waitingToSend = (store: Store): { lines: string[]; papers: number } => {
  const waiting = (kind: DocumentKind) =>
    store
      .statement(
        `select id from publication where stale and paper_of is null and kind = :kind
        union select id from publication where wanted_hash is not held_hash and paper_of is null and kind = :kind`,
      )
      .pluck()
      .all({ kind }) as string[]
  const abouts = (...of: DocumentKind[]) =>
    new Set(of.flatMap((kind) => waiting(kind).map((id) => id.slice(kind.length)))).size
  const accounts = abouts('account')
  const families = abouts('bookings', 'family', 'money')
  const periods = abouts('period', 'places')
  const papers = papersWaiting(store, reachOn(today(store.clock)))
  return {
    lines: [
      ...(accounts > 0 ? [counted(accounts, 'compte')] : []),
      ...(families > 0 ? [counted(families, 'famille')] : []),
      ...(periods > 0 ? [`le calendrier de ${counted(periods, 'période')}`] : []),
      ...(abouts('town') > 0 ? ['les textes du portail'] : []),
    ],
    papers,
  }
}

/** Those of homes whose money document is still to be made are not listed yet. */
const papersWaiting = (store: Store, reach: Reach): number =>
  store
    .statement(
      `select (select count(*) from publication where stale and paper_of is not null)
        + (select count(*) from publication
          where wanted_hash is not held_hash and paper_of is not null and wanted_hash is not null and not stale)
        + (select count(*) from publication money
          join family on family.id = cast(substr(money.id, 7) as integer) join invoice on invoice.family_id = family.id
          where money.stale and money.paper_of is null and money.kind = 'money' and ${isPublishedHome} and ${isToldInvoice}
            and not exists (select 1 from publication paper where paper.id = 'paper/' || family.id || '/' || invoice.id
              and (paper.stale or paper.wanted_hash is not null)))`,
    )
    .pluck()
    .get({ ...reach }) as number

const inTransaction = <Result>(store: Store, work: () => Result): Result => store.sqlite.transaction(work).immediate()
