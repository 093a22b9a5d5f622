import { ascending } from '../../../shared/collections.ts'
import { addDays } from '../../../shared/rules/calendar/day.ts'
import {
  type BankDebt,
  type BankPayer,
  type LineMatch,
  matchingSteps,
  noMatch,
} from '../../../shared/rules/money/bank/matching.ts'
import { numberLetters } from '../../../shared/rules/money/bank/references.ts'
import type { Store } from '../../store/store.ts'
import { stepInTurns } from '../in-turns.ts'
import {
  expectedBatches,
  homePayers,
  idRanges,
  invoicesHandedOver,
  type LineRow,
  owedInvoices,
  owedOpenings,
  payersKnownBy,
  regiePrefixes,
  thirdPartyPayers,
  waitingRows,
} from './bank-store.ts'

/** Money recorded longer ago than this is no longer expected on the account. */
const longestWait = 60
/** Rows read before other calls are served: a few milliseconds of work. */
const rowsPerStep = 500

/** A line that waits, and what it may be. */
export type WaitingMatch = { readonly row: LineRow; readonly match: LineMatch }

/**
 * The lines of a régie that wait, oldest first, each with what it may be. A returned debit gets no proposal, since it
 * names the debit itself. Read in steps, between which other calls are served.
 */
export const waitingMatches = (store: Store, regieId: number): Promise<WaitingMatch[]> =>
  stepInTurns(steps(store, regieId))

function* steps(store: Store, regieId: number): Generator<undefined, WaitingMatch[]> {
  const rows: LineRow[] = []
  for (const range of idRanges(store, 'bank_line', rowsPerStep)) {
    rows.push(...waitingRows(store, regieId, range))
    yield
  }
  const waiting = rows.toSorted(ascending(({ on, id }) => `${on} ${String(id).padStart(12, '0')}`))
  const credits = waiting.filter(({ cents }) => cents > 0)
  const [first] = credits
  if (!first) return waiting.map((row) => ({ row, match: noMatch }))
  const payers: BankPayer[] = thirdPartyPayers(store)
  for (const range of idRanges(store, 'family', rowsPerStep)) {
    payers.push(...homePayers(store, range))
    yield
  }
  const debts: BankDebt[] = []
  for (const range of idRanges(store, 'opening_balance', rowsPerStep)) {
    debts.push(...owedOpenings(store, regieId, range))
    yield
  }
  for (const range of idRanges(store, 'invoice', rowsPerStep)) {
    debts.push(...owedInvoices(store, regieId, range))
    yield
  }
  const found = yield* matchingSteps(
    credits.map(({ leftCents, digest, ...row }) => ({ ...row, cents: leftCents, account: digest })),
    {
      letters: numberLetters(regiePrefixes(store)),
      payers,
      debts,
      handedOver: invoicesHandedOver(store, regieId),
      batches: expectedBatches(store, regieId, addDays(first.on, -longestWait)),
      payersOfAccount: payersKnownBy(store, 'digest', credits),
      payersOfSender: payersKnownBy(store, 'sender', credits),
    },
  )
  const matchOf = new Map(credits.map(({ id }, index) => [id, found[index]]))
  return waiting.map((row) => ({ row, match: matchOf.get(row.id) ?? noMatch }))
}
