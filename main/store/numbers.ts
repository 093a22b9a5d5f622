import type Sqlite from 'better-sqlite3'
import type { Series } from '../../shared/exchange/message.ts'
import { numbersUnknownText } from '../../shared/rules/money/invoice.ts'
import type { Connection } from './connection.ts'

/**
 * The numbers of invoices, credit notes, receipts and deposit slips, as the exchange with the portal knows them: a file
 * brought back from a copy no longer holds the last ones, and would give them a second time.
 */

/** The fact of a file that took the place of another, as a copy of an earlier day: the instant of the swap. */
export const copyFact = 'brought_back_at'

/** `F2026`, `A2026`, `Q2026`, `B2026`. */
type SeriesName = `${'F' | 'A' | 'Q' | 'B'}${number}`

/** Why nothing is numbered now; null when the last numbers are known. */
export const numbersUnknown = (store: Connection): string | null =>
  store.statement(`select 1 from exchange_side where not side ->> '$.knowsNumbers'`).get() === undefined
    ? null
    : numbersUnknownText

/** The last number given according to the portal, a director, or a later file of this desk; 0 for none. */
export const lastTold = (store: Connection, series: SeriesName): number => {
  const told = store.statement('select series ->> ? from exchange_side').pluck().get(`$."${series}"`)
  return Math.max(Number(told ?? 0), givenIn(store.sqlite)[series] ?? 0)
}

const givenFact = 'numbers_given'

/** The highest numbers of the files that this one replaced, and of the witness beside it. */
export const givenIn = (sqlite: Sqlite.Database): Series =>
  JSON.parse(
    sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(givenFact) ?? '{}',
  ) as Series

export const noteGiven = (sqlite: Sqlite.Database, given: Series): void => {
  const known = givenIn(sqlite)
  const all = furthest(known, given)
  if (Object.entries(all).every(([series, number]) => known[series] === number)) return
  sqlite
    .prepare('insert into file_fact (key, value) values (?, ?) on conflict (key) do update set value = excluded.value')
    .run(givenFact, JSON.stringify(all))
}

export const furthest = (one: Series, other: Series): Series => {
  const all = { ...one }
  for (const [series, number] of Object.entries(other)) all[series] = Math.max(all[series] ?? 0, number)
  return all
}

/** The number that follows the last one this file holds, or the one it is told of; what lies between was lost. */
export const nextNumber = (store: Connection, series: SeriesName, lastHeld: number): number => {
  const next = Math.max(lastHeld, lastTold(store, series)) + 1
  if (next > lastHeld + 1) noteSkipped(store, series, lastHeld + 1, next - 1)
  return next
}

const fact = 'numbers_skipped'
type Skipped = Readonly<Record<string, readonly (readonly [from: number, to: number])[]>>

const noteSkipped = (store: Connection, series: SeriesName, from: number, to: number): void => {
  const known = skippedIn(store.sqlite)
  const skipped: Skipped = { ...known, [series]: [...(known[series] ?? []), [from, to]] }
  store
    .statement(
      'insert into file_fact (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    )
    .run(fact, JSON.stringify(skipped))
}

/** Numbers that were given before this file came back from a copy, and whose papers it lost. */
export const skippedIn = (sqlite: Sqlite.Database): Skipped =>
  JSON.parse(
    sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(fact) ?? '{}',
  ) as Skipped

/** The last number of each series that this file holds, of its last year: no other is given any more. */
export const seriesHeld = (store: Pick<Connection, 'statement'>): Series =>
  Object.fromEntries(
    store
      .statement(
        `with last(series, year) as (
          select series, (select max(year) from invoice where series = named.series)
          from (select 'F' as series union all select 'A') named
        )
        select series || year, (select max(number) from invoice where series = last.series and year = last.year)
        from last where year is not null
        union all
        select 'Q' || receipt_year, max(receipt_number) from payment
        where receipt_year = (select max(receipt_year) from payment) group by receipt_year
        union all
        select 'B' || year, max(number) from deposit_slip
        where year = (select max(year) from deposit_slip) group by year`,
      )
      .raw()
      .all() as [string, number][],
  )
