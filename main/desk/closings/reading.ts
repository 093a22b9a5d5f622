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
 * What a period counts, read by other threads where it is much: the desk serves others meanwhile, and asks afterwards
 * whether anything of the period has changed since they began.
 */

type Read = {
  readonly statement: ClosingStatement
  readonly rowsHash: string
  /** What the file had when reading began. */
  readonly at: MoneyRows
}

/** What is read in one go: the account of all payers, or what some of them brought. */
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
  /** Which file it was read of: one that is restored takes the place of another. */
  readonly fileNumber: number
}

/** From so many payments on another thread reads, which takes half a second to begin. */
const threadFrom = 4000

type Asked = Pick<ClosedPeriod, 'regieId' | 'from' | 'to'>

/** What was read last, by period: a screen asks again whenever some money moves. */
const readings = new WeakMap<Core, Map<string, Reading>>()

/** The statement of a period and the hash of its rows, as the file is now. */
export const readPeriod = async (core: Core, asked: Asked): Promise<Reading> => {
  const { store, clock, fileNumber } = core
  const key = `${asked.regieId} ${asked.from} ${asked.to}`
  const known = readings.get(core) ?? new Map<string, Reading>()
  readings.set(core, known)
  const last = known.get(key)
  if (last && isCurrent(core, last)) return last
  const period = { ...asked, natures: regieOf(store, asked.regieId).natures, tellsKept: true }
  const on = today(clock)
  // The account is one long read: a thread of its own leaves the payers to the others.
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
 * Whether nothing that a reading counts changed since. Once the period is over, papers issued and payments cancelled are
 * dated after it: only what is dated back into it counts.
 */
export const isCurrent = ({ store, fileNumber }: Core, { period, at, on, ...reading }: Reading): boolean => {
  const { regieId, to, natures } = period
  if (reading.fileNumber !== fileNumber) return false
  if (JSON.stringify(regieOf(store, regieId).natures) !== JSON.stringify(natures)) return false
  return on > to ? !hasMovedThrough(store, at, to) : !hasMoneyMovedSince(store, at.auditId)
}
