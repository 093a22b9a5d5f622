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
import { keepRecovered, writeBelieved } from './publications.ts'
import { hashOf } from './published/reach.ts'
import { readWitness, writeWitness } from './witness.ts'

/** Who writes what the portal said, and what the exchange keeps for itself. */
export const exchanging: Actor = { kind: 'system', name: 'Portail Famille' }

type SideRow = typeof exchangeSide.$inferSelect

const sideQuery = preparedOnce((db) => db.select().from(exchangeSide).prepare())

/** Null until a portal is paired. */
export const sideRow = (store: Store): SideRow | null => sideQuery(store).get() ?? null

/** @throws RangeError when no portal is paired */
export const pairedRow = (store: Store): SideRow => {
  const row = sideRow(store)
  if (!row) throw new RangeError('no portal is paired')
  return row
}

/** Inside an act. */
export const keepSide = (store: Store, changes: Partial<Omit<SideRow, 'id'>>): void => {
  store.db.update(exchangeSide).set(changes).run()
}

/** Inside an act: told to the portal at the next exchange. What was said before is passed over. */
export const tellPortal = (store: Store, said: readonly NewEntry[]): void => {
  if (said.length === 0) return
  const { side } = pairedRow(store)
  const isNew = store.statement('select 1 from own_entry where id = ?')
  const { side: next, entries } = appendEntries(
    side,
    said.filter(({ id }) => isNew.get(id) === undefined),
    hashOf,
  )
  addOwn(store, entries)
  keepSide(store, { side: next })
}

/** After a commit that may have said something. */
export const noteEnd = (store: Store): void => {
  const row = sideRow(store)
  if (row) writeWitness(store.dataDir, { ...row.side.own.end, epoch: row.side.epoch })
}

/** What the core asks of the file, in the transaction that writes what it decides. */
export const lookedUp = (store: Store, asked: LookUp): LookUpResult => ({
  own: placesIn(store, 'own_entry', asked.ownAt),
  ownEntries: entriesAfter(store, 'own_entry', asked.ownAfter),
  mirror: placesIn(store, 'mirror_entry', asked.mirrorAt),
  mirrorEntries: entriesAfter(store, 'mirror_entry', asked.mirrorAfter),
  appliedIds: actedUponAmong(store, asked.ids),
})

type Log = 'own_entry' | 'mirror_entry'

const placesIn = (store: Store, log: Log, numbers: readonly number[]): Position[] =>
  store
    .statement(`select number, hash from ${log} where number in (select value from json_each(?))`)
    .all(JSON.stringify(numbers)) as Position[]

const entriesAfter = (store: Store, log: Log, span: Span | null): Entry[] =>
  span === null
    ? []
    : (store
        .statement(`select number, hash, id, kind, at, body from ${log} where number > ? order by number limit ?`)
        .all(span.number, span.limit ?? -1) as Entry[])

const actedUponAmong = (store: Store, ids: readonly string[]): ReadonlySet<string> =>
  new Set(
    store
      .statement('select id from acted_upon where id in (select value from json_each(?))')
      .pluck()
      .all(JSON.stringify(ids)) as string[],
  )

/** Inside an act: entries of these ids are never acted upon again, however they come. */
const markActedUpon = (store: Store, ids: readonly string[]): void => {
  store.statement('insert or ignore into acted_upon (id) select value from json_each(?)').run(JSON.stringify(ids))
}

const addOwn = (store: Store, entries: readonly Entry[]): void => {
  const insert = store.statement('insert into own_entry (number, hash, id, kind, at, body) values (?, ?, ?, ?, ?, ?)')
  for (const { number, hash, id, kind, at, body } of entries) insert.run(number, hash, id, kind, at, body)
}

/** Inside an act: what a reply changes, all of it. The request that it answers is handed in. */
export const takeReply = (core: Core, write: Write, reply: Message, asked: Message): MessageEffects => {
  const { store } = core
  const row = pairedRow(store)
  const found = lookedUp(store, lookUpToReceive(row.side, reply))
  const taken = receive(row.side, reply, found, { at: write.at, hashOf, speech: deskCapabilities }, asked)
  const { logRepair, side } = taken
  if (logRepair) {
    const { after, whole, entries } = logRepair
    store.statement('delete from own_entry where number > ?').run(whole ? 0 : after.number)
    addOwn(store, entries)
  }
  settle(store, side, write.at)
  keepMirror(store, taken, write.at)
  keepSide(store, {
    side,
    series: maxSeries(row.series, taken.series),
    ...(taken.outcome !== 'stale' && { portalKinds: reply.kinds }),
  })
  markActedUpon(
    store,
    taken.apply.map(({ id }) => id),
  )
  if (logRepair) recoverAnswers(core, write, [...logRepair.recovered, ...logRepair.conflicts.map(({ valid }) => valid)])
  applyEntries(core, write, taken.apply)
  writeBelieved(store, taken)
  keepRecovered(store, taken.documents, write.at)
  return taken
}

/** After a restore of the portal, what it had acknowledged may be on its way once more. */
const settle = (store: Store, { acknowledged }: Side, at: Instant): void => {
  store
    .statement('update own_entry set acknowledged_at = ? where number <= ? and acknowledged_at is null')
    .run(at, acknowledged.number)
  store
    .statement('update own_entry set acknowledged_at = null where number > ? and acknowledged_at is not null')
    .run(acknowledged.number)
}

const keepMirror = (store: Store, { side, received, notUnderstood }: MessageEffects, at: Instant): void => {
  dropForgotten(store, side)
  const skipped = new Set(notUnderstood)
  const insert = store.statement(
    'insert into mirror_entry (number, hash, id, kind, at, body, received_at, passed_over) values (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  for (const entry of received) {
    const { number, hash, id, kind, at: saidAt, body } = entry
    insert.run(number, hash, id, kind, saidAt, body, at, skipped.has(entry) ? 1 : 0)
  }
}

/** What is no part of either log any more. An entry passed over stays until it is understood. */
const dropForgotten = (store: Store, { own, mirror }: Side): void => {
  store.statement('delete from own_entry where number <= ?').run(own.start.number)
  store.statement('delete from mirror_entry where number <= ? and not passed_over').run(mirror.start.number)
}

/**
 * At each opening of the file: was it replaced by an older copy? Then the side knows it before anything else is said,
 * and no number is given until the last ones are known.
 */
export const noticeCopy = (store: Store): void => {
  const marked = store.statement('select 1 from file_fact where key = ?').get(copyFact) !== undefined
  const row = sideRow(store)
  const witness = readWitness(store.dataDir)
  const isOlder = row !== null && witness !== null && isBehindWitness(row.side, witness, hashAt(store, witness.number))
  if (!marked && !isOlder) return
  store.act(exchanging, 'exchange.copyNoticed', 'Base reprise d’une sauvegarde', (write) => {
    store.statement('delete from file_fact where key = ?').run(copyFact)
    if (!row) return
    keepSide(store, { side: restoredFromCopy(row.side, witness?.epoch ?? 0, write.at) })
    write.trace('organisation', 1, { restoredFromCopy: true })
  })
  noteEnd(store)
}

const hashAt = (store: Store, number: number): string | null => placesIn(store, 'own_entry', [number])[0]?.hash ?? null

/** Entries acted upon at once after an update. */
const understoodTogether = 50

/** After an update: what earlier versions kept without understanding is acted upon, in order. */
export const actUponUnderstood = (core: Core): void => {
  const { store } = core
  for (let isMore = sideRow(store) !== null; isMore; ) {
    isMore = store.act(
      exchanging,
      'exchange.understand',
      'Demandes du portail comprises depuis la mise à jour',
      (write) => {
        const kept = store
          .statement(
            `select number, hash, id, kind, at, body from mirror_entry
          where passed_over and kind in (select value from json_each(?)) order by number limit ?`,
          )
          .all(JSON.stringify(deskCapabilities.kinds), understoodTogether) as Entry[]
        const ids = kept.map(({ id }) => id)
        const entries = nowUnderstood(kept, deskCapabilities, actedUponAmong(store, ids))
        store
          .statement('update mirror_entry set passed_over = false where number in (select value from json_each(?))')
          .run(JSON.stringify(kept.map(({ number }) => number)))
        markActedUpon(store, ids)
        applyEntries(core, write, entries)
        return kept.length === understoodTogether
      },
    )
  }
}

/** Rows forgotten in one transaction. */
const forgottenTogether = 500

/**
 * What was acknowledged or received more than 60 days ago is kept no longer, some of it in each call.
 * @returns whether there is more
 */
export const forgetSome = (store: Store): boolean => {
  const row = sideRow(store)
  if (!row || row.side.comparing) return false
  const { side } = row
  const now = store.clock()
  const own = forgettable(store, 'own_entry', side.own, now)
  const mirror = forgettable(store, 'mirror_entry', side.mirror, now)
  if (own === null && mirror === null) return false
  store.act(exchanging, 'exchange.forget', 'Échanges de plus de 60 jours oubliés', () => {
    const next = withPrunedLogs(side, own ?? side.own.start, mirror ?? side.mirror.start)
    keepSide(store, { side: next })
    dropForgotten(store, next)
  })
  return true
}

const forgettable = (
  store: Store,
  log: Log,
  { start }: { readonly start: Position },
  now: Instant,
): Position | null => {
  const settledAt = log === 'own_entry' ? 'acknowledged_at' : 'received_at'
  const rows = store
    .statement(`select number, hash, ${settledAt} as at from ${log} where number > ? order by number limit ?`)
    .all(start.number, forgottenTogether) as (Position & { at: Instant | null })[]
  const kept = rows.findIndex(({ at }) => at === null || !isPrunable(at, now))
  const last = kept < 0 ? rows.at(-1) : rows[kept - 1]
  return last ? { number: last.number, hash: last.hash } : null
}
