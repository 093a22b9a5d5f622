import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, or } from 'drizzle-orm'
import { inChunks } from '../../../shared/collections.ts'
import { holdingOf } from '../../../shared/exchange/documents.ts'
import type { Entry, LogRepair, NewEntry, Position } from '../../../shared/exchange/log.ts'
import type { LookUp, LookUpResult, Span } from '../../../shared/exchange/look-up.ts'
import type { MessageEffects } from '../../../shared/exchange/receive.ts'
import { appendEntries, newSide, type Side } from '../../../shared/exchange/side.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { actedEntry, exchangeSide, logEntry, mirrorEntry } from '../store/schema/index.ts'
import { insertRows, noteLogEnd, type Queryable, sha256, type Transaction } from '../store/store.ts'

/** PostgreSQL accepts 65,535 parameters in a statement. */
export const rowsPerStatement = 1000

/** The row of `exchange_side`: the portal's state of the exchange, and what is counted under its lock. */
export type SideRow = typeof exchangeSide.$inferSelect

const firstRow: SideRow = {
  id: 1,
  side: newSide('portal'),
  receipts: 0,
  publishedAt: null,
  holding: holdingOf([], sha256),
  series: {},
  lostTold: 0,
}

/** The row with the portal's state of the exchange, locked until the transaction ends. */
export const lockedSide = async (tx: Transaction): Promise<SideRow> => {
  const [row] = await tx.select().from(exchangeSide).where(eq(exchangeSide.id, 1)).for('update')
  if (row) return row
  await tx.insert(exchangeSide).values(firstRow).onConflictDoNothing()
  return lockedSide(tx)
}

/** The same row, read without a lock. */
export const sideRow = async (db: Queryable): Promise<SideRow> => (await db.select().from(exchangeSide))[0] ?? firstRow

export const sideOf = async (db: Queryable): Promise<Side> => (await sideRow(db)).side

/**
 * Stores the side, once `lockedSide` has locked it. After the commit, the end of its log is also written to the
 * witness.
 */
export const storeSide = async (
  tx: Transaction,
  { side, ...columns }: { readonly side: Side } & Partial<Omit<SideRow, 'id'>>,
): Promise<void> => {
  const [updated] = await tx
    .update(exchangeSide)
    .set({ side, ...columns })
    .where(eq(exchangeSide.id, 1))
    .returning({ receipts: exchangeSide.receipts })
  noteLogEnd(tx, { ...side.own.end, epoch: side.epoch, receipts: updated?.receipts ?? 0 })
}

/**
 * Appends entries that inform the desk, in the transaction that stores what they report, after `lockedSide`. The lock
 * blocks every other append until the transaction ends, so keep what follows short.
 * @param columns other columns of the side's row to update with it
 */
export const appendToLog = async (
  tx: Transaction,
  side: Side,
  newEntries: readonly NewEntry[],
  columns: { readonly receipts?: number } = {},
): Promise<readonly Entry[]> => {
  const { side: next, entries } = appendEntries(side, newEntries, sha256)
  if (entries.length > 0) {
    await insertRows(tx, logEntry, entries)
    await storeSide(tx, { side: next, ...columns })
  }
  return entries
}

/** Reads from the store what the exchange's protocol (shared/exchange, pure) asks for. */
export const lookUp = async (db: Queryable, request: LookUp): Promise<LookUpResult> => ({
  own: await positionsIn(db, logEntry, request.ownAt),
  ownEntries: await entriesAfter(db, logEntry, request.ownAfter),
  mirror: await positionsIn(db, mirrorEntry, request.mirrorAt),
  mirrorEntries: await entriesAfter(db, mirrorEntry, request.mirrorAfter),
  appliedIds: await appliedAmong(db, request.ids),
})

type Log = typeof logEntry | typeof mirrorEntry

const positionsIn = async (db: Queryable, log: Log, numbers: readonly number[]): Promise<Position[]> =>
  numbers.length === 0
    ? []
    : db
        .select({ number: log.number, hash: log.hash })
        .from(log)
        .where(inArray(log.number, [...new Set(numbers)]))

const entriesAfter = async (db: Queryable, log: Log, span: Span | null): Promise<Entry[]> => {
  if (span === null) return []
  const { number, hash, id, kind, at, body } = log
  const found = db
    .select({ number, hash, id, kind, at, body })
    .from(log)
    .where(gt(number, span.number))
    .orderBy(asc(number))
  return span.limit === null ? found : found.limit(span.limit)
}

/** Which of these entries of the desk the portal has already acted upon. */
export const appliedAmong = async (db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  if (ids.length === 0) return new Set()
  const rows = await db
    .select()
    .from(actedEntry)
    .where(inArray(actedEntry.id, [...ids]))
  return new Set(rows.map(({ id }) => id))
}

export const markApplied = async (tx: Transaction, entries: readonly Entry[]): Promise<void> => {
  if (entries.length === 0) return
  await tx
    .insert(actedEntry)
    .values(entries.map(({ id }) => ({ id })))
    .onConflictDoNothing()
}

/** Rewrites the portal's log after a restore: lost entries are inserted again, and entries made since follow them. */
export const rewriteLog = async (tx: Transaction, { after, whole, entries }: LogRepair): Promise<void> => {
  await tx.delete(logEntry).where(whole ? undefined : gt(logEntry.number, after.number))
  for (const some of inChunks(entries, rowsPerStatement)) await tx.insert(logEntry).values([...some])
}

/** Stores new entries of the desk's log, exactly as received. */
export const storeMirror = async (
  tx: Transaction,
  { received, notUnderstood }: Pick<MessageEffects, 'received' | 'notUnderstood'>,
  receivedAt: Instant,
): Promise<void> => {
  const skipped = new Set(notUnderstood.map(({ number }) => number))
  const rows = received.map((entry) => ({ ...entry, receivedAt, passedOver: skipped.has(entry.number) }))
  for (const some of inChunks(rows, rowsPerStatement)) await tx.insert(mirrorEntry).values([...some])
}

/**
 * The desk has committed the portal's log up to the entry `upTo`. Once the desk is restored from an older copy, entries
 * that it had acknowledged are sent again.
 * @param after the last entry that was known to be committed: those before it are skipped; 0 skips none
 * @returns the ids of the entries that are newly known to be committed
 */
export const settle = async (tx: Transaction, after: number, upTo: number, at: Instant): Promise<string[]> => {
  if (after === 0 || upTo < after) {
    await tx
      .update(logEntry)
      .set({ settledAt: null })
      .where(and(gt(logEntry.number, upTo), isNotNull(logEntry.settledAt)))
  }
  const settled = await tx
    .update(logEntry)
    .set({ settledAt: at })
    .where(and(gt(logEntry.number, after), lte(logEntry.number, upTo), isNull(logEntry.settledAt)))
    .returning({ id: logEntry.id })
  return settled.map(({ id }) => id)
}

/**
 * The position up to which every entry of a log was settled before `limit` and may be pruned, at most `max` entries
 * further than its start; null when there is none.
 */
export const prunablePosition = async (
  db: Queryable,
  log: 'own' | 'mirror',
  { start, end }: { readonly start: Position; readonly end: Position },
  limit: Instant,
  max: number,
): Promise<Position | null> => {
  const [table, settledAt] = log === 'own' ? [logEntry, logEntry.settledAt] : [mirrorEntry, mirrorEntry.receivedAt]
  const [firstUnsettled] = await db
    .select({ number: table.number })
    .from(table)
    .where(and(gt(table.number, start.number), or(isNull(settledAt), gt(settledAt, limit))))
    .orderBy(asc(table.number))
    .limit(1)
  const last = Math.min((firstUnsettled?.number ?? end.number + 1) - 1, start.number + max)
  const [position] = last > start.number ? await positionsIn(db, table, [last]) : []
  return position ?? null
}

/**
 * Deletes the entries that either log has pruned. An entry of the desk that this version did not understand stays until
 * a later version understands it.
 */
export const deletePruned = async (tx: Transaction, { own, mirror }: Side): Promise<void> => {
  await tx.delete(logEntry).where(lte(logEntry.number, own.start.number))
  await tx
    .delete(mirrorEntry)
    .where(and(lte(mirrorEntry.number, mirror.start.number), eq(mirrorEntry.passedOver, false)))
}
