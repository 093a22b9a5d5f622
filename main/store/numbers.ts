import type Sqlite from 'better-sqlite3'
import type { Series } from '../../shared/exchange/message.ts'
import { numbersUnknownText } from '../../shared/rules/money/invoice.ts'
import type { LastingLetter } from '../../shared/rules/money/series.ts'
import type { Connection } from './connection.ts'

/**
 * The last numbers of invoices, credit notes, receipts, deposit slips, reminders, outstanding statements, mandates,
 * notices of debit, closings and remittances, including those that the portal knows: a file restored from an older copy
 * lacks the last papers, and would give their numbers a second time.
 */

/** Fact of a file that replaced another file as an older copy of it; the value is the instant of the replacement. */
export const copyFact = 'brought_back_at'

/**
 * The same instant, stored permanently: messages planned before it may have left, or been dropped, after the copy was
 * made.
 */
export const heldPlansFact = 'plans_held_since'

/**
 * Fact of a copy opened on another computer, which replaced no file: no file beside it says which numbers were given
 * after it was made. Where no portal is linked either, a director may enter the last numbers used; until then,
 * numbering continues after those of the copy.
 */
const unconfirmedFact = 'numbers_unconfirmed'

/** Whether this file is such a copy whose last numbers no director has entered yet. */
export const areNumbersUnconfirmed = (store: Connection): boolean =>
  store.statement('select 1 from file_fact where key = ?').get(unconfirmedFact) !== undefined

/** @param at null once a director has entered them */
export const markUnconfirmed = (sqlite: Sqlite.Database, at: string | null): void => {
  if (at === null) sqlite.prepare('delete from file_fact where key = ?').run(unconfirmedFact)
  else sqlite.prepare('insert or replace into file_fact (key, value) values (?, ?)').run(unconfirmedFact, at)
}

/**
 * A series of numbers in one year (`F2026`, `CVQ2026`), or a series that continues through the years: a régie's
 * closings (`C`, « clôtures ») and remittances (`V`, « versements »).
 */
type NumberedSeries = `${string}${number}` | LastingSeries
type LastingSeries = `${string}${LastingLetter}`

/** A series of a régie that continues through the years. @param prefix of the régie; null for the first one */
export const lastingSeries = (prefix: string | null, letter: LastingLetter): LastingSeries => `${prefix ?? ''}${letter}`

/** Message why no paper can be numbered now; null when the last numbers are known. */
export const numbersUnknown = (store: Connection): string | null =>
  store.statement(`select 1 from exchange_side where not side ->> '$.knowsNumbers'`).get() === undefined
    ? null
    : numbersUnknownText

/** The last number according to the portal, a director, or a file that this one replaced; 0 when none is known. */
export const lastKnownNumber = (store: Connection, series: NumberedSeries): number => {
  const inExchange = store.statement('select series ->> ? from exchange_side').pluck().get(`$."${series}"`)
  return Math.max(Number(inExchange ?? 0), numbersGiven(store.sqlite)[series] ?? 0)
}

const givenFact = 'numbers_given'

/** The highest numbers of the files that this one replaced, and of the witness next to the file. */
export const numbersGiven = (sqlite: Sqlite.Database): Series =>
  JSON.parse(
    sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(givenFact) ?? '{}',
  ) as Series

export const storeNumbersGiven = (sqlite: Sqlite.Database, given: Series): void => {
  const known = numbersGiven(sqlite)
  const all = maxSeries(known, given)
  if (Object.entries(all).every(([series, number]) => known[series] === number)) return
  sqlite
    .prepare('insert into file_fact (key, value) values (?, ?) on conflict (key) do update set value = excluded.value')
    .run(givenFact, JSON.stringify(all))
}

export const maxSeries = (one: Series, other: Series): Series => {
  const all = { ...one }
  for (const [series, number] of Object.entries(other)) all[series] = Math.max(all[series] ?? 0, number)
  return all
}

/** The next number after the last one known. The numbers that this file does not hold are recorded as skipped. */
export const nextNumber = (store: Connection, series: NumberedSeries, lastHeld: number): number => {
  const next = Math.max(lastHeld, lastKnownNumber(store, series)) + 1
  if (next > lastHeld + 1) recordSkipped(store, series, lastHeld + 1, next - 1)
  return next
}

const skippedFact = 'numbers_skipped'
type Skipped = Readonly<Record<string, readonly (readonly [from: number, to: number])[]>>

const recordSkipped = (store: Connection, series: NumberedSeries, from: number, to: number): void => {
  const known = numbersSkipped(store.sqlite)
  const skipped: Skipped = { ...known, [series]: [...(known[series] ?? []), [from, to]] }
  store
    .statement(
      'insert into file_fact (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    )
    .run(skippedFact, JSON.stringify(skipped))
}

/** Numbers of lost papers: given before this file was restored from an older copy. */
export const numbersSkipped = (sqlite: Sqlite.Database): Skipped =>
  JSON.parse(
    sqlite.prepare<[string], string>('select value from file_fact where key = ?').pluck().get(skippedFact) ?? '{}',
  ) as Skipped

/** The last number of each series in this file, of the series' last year: earlier years get no new numbers. */
export const lastNumbersInFile = (store: Pick<Connection, 'statement'>): Series =>
  Object.fromEntries(
    store
      .statement(
        `with issued(series, year) as (
          select series, (select max(year) from invoice where series = named.series)
          from (select coalesce(prefix, '') || letter as series from regie
            cross join (select 'F' as letter union all select 'A' union all select 'T')) named
        ), received(id, prefix, year) as (
          select id, coalesce(prefix, ''), (select max(receipt_year) from payment where regie_id = regie.id) from regie
        ), handed(id, prefix, year) as (
          select id, coalesce(prefix, ''), (select max(year) from deposit_slip where regie_id = regie.id) from regie
        ), reminded(series, year) as (select series, max(year) from reminder group by series),
        handedOver(series, year) as (select series, max(year) from outstanding_statement group by series)
        select series || year, (select max(number) from invoice where series = issued.series and year = issued.year)
        from issued where year is not null
        union all
        select prefix || 'Q' || year, (select max(receipt_number) from payment
          where regie_id = received.id and receipt_year = received.year)
        from received where year is not null
        union all
        select prefix || 'B' || year, (select max(number) from deposit_slip
          where regie_id = handed.id and deposit_slip.year = handed.year)
        from handed where year is not null
        union all
        select series || year, (select max(number) from reminder
          where series = reminded.series and year = reminded.year)
        from reminded
        union all
        select series || year, (select max(number) from outstanding_statement
          where series = handedOver.series and year = handedOver.year)
        from handedOver
        union all
        select 'RUM-' || prefix || '-' || year, max(number) from (
          select substr(reference, 1, length(reference) - 12) as prefix, year, number from mandate where number is not null
        ) group by prefix, year
        union all
        select 'AP-' || coalesce(regie.prefix, '') || '-' || notice_year, max(notice_number) from debit
          join debit_collection collection on collection.id = debit.collection_id
          join regie on regie.id = collection.regie_id group by regie.id, notice_year
        union all
        select coalesce(prefix, '') || 'C', max(number) from closing join regie on regie.id = regie_id group by regie_id
        union all
        select coalesce(prefix, '') || 'V', max(number) from remittance join regie on regie.id = regie_id group by regie_id`,
      )
      .raw()
      .all() as [string, number][],
  )
