import { extname, join } from 'node:path'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import type { ClosingStatement } from '../../../shared/rules/money/closing.ts'
import {
  accountOf,
  type ClosedPeriod,
  closingFrom,
  type PayerRange,
  payerRanges,
  receivedBy,
} from '../../store/closing-rows.ts'
import { answersAhead, answersInTurns, type BatchReader, mayReadInThread } from '../../store/reading-thread.ts'
import type { Store } from '../../store/store.ts'
import type { Core } from '../core.ts'
import { regieOf } from '../regies/regies.ts'
import { hasMoneyMovedSince, hasMovedThrough, type MoneyRows, moneyRows } from './closings-store.ts'

/*
 * Reads what a period counts. A large period is read by other threads, while the desk serves other calls; afterwards
 * the desk checks whether anything in the period has changed since the reading began.
 */

type Read = {
  readonly statement: ClosingStatement
  readonly rowsHash: string
  /** The state of the file when the reading began. */
  readonly at: MoneyRows
}

/** One task of a reading: the account of all payers, or the money received from some of them. */
type Piece = 'account' | PayerRange
type Found = {
  readonly at: MoneyRows
  readonly account?: ReturnType<typeof accountOf>
  readonly received?: ReturnType<typeof receivedBy>
}

export const closingReader: BatchReader<ClosedPeriod, Piece, Found> = {
  read: (store, period) => (piece) => ({
    at: moneyRows(store),
    ...(piece === 'account' ? { account: accountOf(store, period) } : { received: receivedBy(store, period, piece) }),
  }),
  program: join(import.meta.dirname, `closing-worker${extname(import.meta.filename)}`),
}

export type Reading = Read & {
  readonly period: ClosedPeriod
  readonly on: Day
  /** The file that was read: a restored file replaces it under the same desk. */
  readonly fileNumber: number
}

/** Starting a thread takes half a second, so another thread reads only from this many payments on. */
const threadFrom = 4000

type Asked = Pick<ClosedPeriod, 'regieId' | 'from' | 'to'>

/** The last reading of each period, since screens ask again whenever money moves. */
const readings = new WeakMap<Core, Map<string, Reading>>()

/** The statement of a period and the hash of its rows, from the file as it is now. */
export const readPeriod = async (core: Core, asked: Asked): Promise<Reading> => {
  const { store, clock, fileNumber } = core
  const key = `${asked.regieId} ${asked.from} ${asked.to}`
  const known = readings.get(core) ?? new Map<string, Reading>()
  readings.set(core, known)
  const last = known.get(key)
  if (last && isCurrent(core, last)) return last
  const period = { ...asked, natures: regieOf(store, asked.regieId).natures, tellsKept: true }
  const on = today(clock)
  // Reading the account is one long task, so it gets a thread of its own beside those that read the payers.
  const found = (
    await Promise.all([piecesOf(store, period, ['account']), piecesOf(store, period, payerRanges(store))])
  ).flat()
  const account = found.find((piece) => piece.account)?.account
  const [first] = found.toSorted((one, other) => one.at.auditId - other.at.auditId)
  if (!account || !first) throw new Error('a closing was not read')
  const received = found.flatMap((piece) => piece.received ?? [])
  const reading = { ...closingFrom(account, received), at: first.at, period, on, fileNumber }
  known.set(key, reading)
  return reading
}

const piecesOf = (store: Store, period: ClosedPeriod, batches: readonly Piece[]): Promise<Found[]> => {
  const isInThread = moneyRows(store).paymentId >= threadFrom && mayReadInThread(store)
  return Array.fromAsync((isInThread ? answersAhead : answersInTurns)(store, closingReader, { topic: period, batches }))
}

/**
 * Whether nothing that a reading counts has changed since. For a period that is over, only changes dated back into it
 * count: papers issued now and payments cancelled now are dated after it.
 */
export const isCurrent = ({ store, fileNumber }: Core, { period, at, on, ...reading }: Reading): boolean => {
  const { regieId, to, natures } = period
  if (reading.fileNumber !== fileNumber) return false
  if (JSON.stringify(regieOf(store, regieId).natures) !== JSON.stringify(natures)) return false
  return on > to ? !hasMovedThrough(store, at, to) : !hasMoneyMovedSince(store, at.auditId)
}
