import type { Entry, NewEntry, Position } from '../../shared/exchange/log.ts'
import type { LookUp, LookUpResult, Span } from '../../shared/exchange/look-up.ts'
import type { Message } from '../../shared/exchange/message.ts'
import {
  lookUpToReceive,
  type MessageEffects,
  maxSeries,
  nowUnderstood,
  receive,
} from '../../shared/exchange/receive.ts'
import {
  appendEntries,
  isBehindWitness,
  isPrunable,
  restoredFromCopy,
  type Side,
  withPrunedLogs,
} from '../../shared/exchange/side.ts'
import { deskCapabilities } from '../../shared/exchange/version.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import type { Core } from '../desk/core.ts'
import type { Actor, Write } from '../store/acts/acts.ts'
import { preparedOnce } from '../store/connection.ts'
import { copyFact } from '../store/numbers.ts'
import { exchangeSide } from '../store/schema/index.ts'
import type { Store } from '../store/store.ts'
import { applyEntries, recoverAnswers } from './collecting.ts'
import { storeRecovered, updateBelieved } from './publications.ts'
import { hashOf } from './published/reach.ts'
import { readWitness, writeWitness } from './witness.ts'

/** Author of the acts by which the exchange writes to the desk's file. */
export const exchangeActor: Actor = { kind: 'system', name: 'Portail Famille' }

type SideRow = typeof exchangeSide.$inferSelect

const sideQuery = preparedOnce((db) => db.select().from(exchangeSide).prepare())

/** Null until a portal is paired. */
export const findSideRow = (store: Store): SideRow | null => sideQuery(store).get() ?? null

/** @throws RangeError when no portal is paired */
export const requireSideRow = (store: Store): SideRow => {
  const row = findSideRow(store)
  if (!row) throw new RangeError('no portal is paired')
  return row
}

/** Inside an act. */
export const saveSide = (store: Store, changes: Partial<Omit<SideRow, 'id'>>): void => {
  store.db.update(exchangeSide).set(changes).run()
}

/** Inside an act: appends entries to the desk's log, for the next exchange. Ids already in the log are skipped. */
export const appendToLog = (store: Store, said: readonly NewEntry[]): void => {
  if (said.length === 0) return
  const { side } = requireSideRow(store)
  const isNew = store.statement('select 1 from own_entry where id = ?')
  const { side: next, entries } = appendEntries(
    side,
    said.filter(({ id }) => isNew.get(id) === undefined),
    hashOf,
  )
  insertOwnEntries(store, entries)
  saveSide(store, { side: next })
}

/** Writes the witness. Called after a commit that may have appended to the desk's log. */
export const recordLogEnd = (store: Store): void => {
  const row = findSideRow(store)
  if (row) writeWitness(store.dataDir, { ...row.side.own.end, epoch: row.side.epoch })
}

/** Reads what the protocol needs from the file, inside the transaction that writes the protocol's decision. */
export const lookUpInStore = (store: Store, asked: LookUp): LookUpResult => ({
  own: positionsIn(store, 'own_entry', asked.ownAt),
  ownEntries: entriesAfter(store, 'own_entry', asked.ownAfter),
  mirror: positionsIn(store, 'mirror_entry', asked.mirrorAt),
  mirrorEntries: entriesAfter(store, 'mirror_entry', asked.mirrorAfter),
  appliedIds: alreadyActedUpon(store, asked.ids),
})

type Log = 'own_entry' | 'mirror_entry'

const positionsIn = (store: Store, log: Log, numbers: readonly number[]): Position[] =>
  store
    .statement(`select number, hash from ${log} where number in (select value from json_each(?))`)
    .all(JSON.stringify(numbers)) as Position[]

const entriesAfter = (store: Store, log: Log, span: Span | null): Entry[] =>
  span === null
    ? []
    : (store
        .statement(`select number, hash, id, kind, at, body from ${log} where number > ? order by number limit ?`)
        .all(span.number, span.limit ?? -1) as Entry[])

const alreadyActedUpon = (store: Store, ids: readonly string[]): ReadonlySet<string> =>
  new Set(
    store
      .statement('select id from acted_upon where id in (select value from json_each(?))')
      .pluck()
      .all(JSON.stringify(ids)) as string[],
  )

/** Inside an act: entries with these ids will never be applied again, even when a restored portal sends them again. */
const markActedUpon = (store: Store, ids: readonly string[]): void => {
  store.statement('insert or ignore into acted_upon (id) select value from json_each(?)').run(JSON.stringify(ids))
}

const insertOwnEntries = (store: Store, entries: readonly Entry[]): void => {
  const insert = store.statement('insert into own_entry (number, hash, id, kind, at, body) values (?, ?, ?, ?, ?, ?)')
  for (const { number, hash, id, kind, at, body } of entries) insert.run(number, hash, id, kind, at, body)
}

/** Inside an act: applies all that the portal's reply to `asked` changes. */
export const applyReply = (core: Core, write: Write, reply: Message, asked: Message): MessageEffects => {
  const { store } = core
  const row = requireSideRow(store)
  const found = lookUpInStore(store, lookUpToReceive(row.side, reply))
  const effects = receive(row.side, reply, found, { at: write.at, hashOf, speech: deskCapabilities }, asked)
  const { logRepair, side } = effects
  if (logRepair) {
    const { after, whole, entries } = logRepair
    store.statement('delete from own_entry where number > ?').run(whole ? 0 : after.number)
    insertOwnEntries(store, entries)
  }
  markAcknowledged(store, side, write.at)
  storeMirror(store, effects, write.at)
  saveSide(store, {
    side,
    series: maxSeries(row.series, effects.series),
    ...(effects.outcome !== 'stale' && { portalKinds: reply.kinds }),
  })
  markActedUpon(
    store,
    effects.apply.map(({ id }) => id),
  )
  if (logRepair) recoverAnswers(core, write, [...logRepair.recovered, ...logRepair.conflicts.map(({ valid }) => valid)])
  applyEntries(core, write, effects.apply)
  updateBelieved(store, effects)
  storeRecovered(store, effects.documents, write.at)
  return effects
}

/**
 * Updates the acknowledgement dates of own entries. A restored portal acknowledges less: later entries are sent again.
 */
const markAcknowledged = (store: Store, { acknowledged }: Side, at: Instant): void => {
  store
    .statement('update own_entry set acknowledged_at = ? where number <= ? and acknowledged_at is null')
    .run(at, acknowledged.number)
  store
    .statement('update own_entry set acknowledged_at = null where number > ? and acknowledged_at is not null')
    .run(acknowledged.number)
}

const storeMirror = (store: Store, { side, received, notUnderstood }: MessageEffects, at: Instant): void => {
  deletePruned(store, side)
  const skipped = new Set(notUnderstood)
  const insert = store.statement(
    'insert into mirror_entry (number, hash, id, kind, at, body, received_at, passed_over) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  for (const entry of received) {
    const { number, hash, id, kind, at: saidAt, body } = entry
    insert.run(number, hash, id, kind, saidAt, body, at, skipped.has(entry) ? 1 : 0)
  }
}

/** Deletes entries that no longer belong to either log. Entries of kinds unknown to this version stay. */
const deletePruned = (store: Store, { own, mirror }: Side): void => {
  store.statement('delete from own_entry where number <= ?').run(own.start.number)
  store.statement('delete from mirror_entry where number <= ? and not passed_over').run(mirror.start.number)
}

/**
 * Called at each opening of the file: detects that the file is an older copy. The desk's side is then marked restored
 * before anything is appended to its log, and no paper is numbered until the last numbers are known.
 */
export const detectOlderCopy = (store: Store): void => {
  const marked = store.statement('select 1 from file_fact where key = ?').get(copyFact) !== undefined
  const row = findSideRow(store)
  const witness = readWitness(store.dataDir)
  const isOlder = row !== null && witness !== null && isBehindWitness(row.side, witness, hashAt(store, witness.number))
  if (!marked && !isOlder) return
  store.act(exchangeActor, 'exchange.copyNoticed', 'Base reprise d’une sauvegarde', (write) => {
    store.statement('delete from file_fact where key = ?').run(copyFact)
    if (!row) return
    saveSide(store, { side: restoredFromCopy(row.side, witness?.epoch ?? 0, write.at) })
    write.trace('organisation', 1, { restoredFromCopy: true })
  })
  recordLogEnd(store)
}

const hashAt = (store: Store, number: number): string | null =>
  positionsIn(store, 'own_entry', [number])[0]?.hash ?? null

/** Entries applied in one act after an update of the program. */
const understoodBatchSize = 50

/** After an update of the program: applies, in order, the stored entries whose kind earlier versions did not know. */
export const applyNewlyUnderstood = (core: Core): void => {
  const { store } = core
  for (let isMore = findSideRow(store) !== null; isMore; ) {
    isMore = store.act(
      exchangeActor,
      'exchange.understand',
      'Demandes du portail comprises depuis la mise à jour',
      (write) => {
        const storedEntries = store
          .statement(
            `select number, hash, id, kind, at, body from mirror_entry
          where passed_over and kind in (select value from json_each(?)) order by number limit ?`,
          )
          .all(JSON.stringify(deskCapabilities.kinds), understoodBatchSize) as Entry[]
        const ids = storedEntries.map(({ id }) => id)
        const entries = nowUnderstood(storedEntries, deskCapabilities, alreadyActedUpon(store, ids))
        store
          .statement('update mirror_entry set passed_over = false where number in (select value from json_each(?))')
          .run(JSON.stringify(storedEntries.map(({ number }) => number)))
        markActedUpon(store, ids)
        applyEntries(core, write, entries)
        return storedEntries.length === understoodBatchSize
      },
    )
  }
}

/** Rows deleted in one transaction. */
const pruneBatchSize = 500

/**
 * Deletes one batch of log entries acknowledged or received more than 60 days ago.
 * @returns whether entries may remain to delete
 */
export const pruneLogs = (store: Store): boolean => {
  const row = findSideRow(store)
  if (!row || row.side.comparing) return false
  const { side } = row
  const now = store.clock()
  const own = prunableUpTo(store, 'own_entry', side.own, now)
  const mirror = prunableUpTo(store, 'mirror_entry', side.mirror, now)
  if (own === null && mirror === null) return false
  store.act(exchangeActor, 'exchange.forget', 'Échanges de plus de 60 jours oubliés', () => {
    const next = withPrunedLogs(side, own ?? side.own.start, mirror ?? side.mirror.start)
    saveSide(store, { side: next })
    deletePruned(store, next)
  })
  return true
}

const prunableUpTo = (
  store: Store,
  log: Log,
  { start }: { readonly start: Position },
  now: Instant,
): Position | null => {
  const settledAt = log === 'own_entry' ? 'acknowledged_at' : 'received_at'
  const rows = store
    .statement(`select number, hash, ${settledAt} as at from ${log} where number > ? order by number limit ?`)
    .all(start.number, pruneBatchSize) as (Position & { at: Instant | null })[]
  const firstToKeep = rows.findIndex(({ at }) => at === null || !isPrunable(at, now))
  const last = firstToKeep < 0 ? rows.at(-1) : rows[firstToKeep - 1]
  return last ? { number: last.number, hash: last.hash } : null
}
