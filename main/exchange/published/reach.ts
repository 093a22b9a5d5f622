import { createHash } from 'node:crypto'
import type { HashOf } from '../../../shared/exchange/log.ts'
import { addDays, addMonths, type Day, dayOf, yearOf } from '../../../shared/rules/calendar/day.ts'
import type { Store } from '../../store/store.ts'

/** SHA-256 in hexadecimal; the portal verifies documents and logs with the same hash. */
export const hashOf: HashOf = (text) => createHash('sha256').update(text).digest('hex')

/** The days that limit what is published, computed from the present day. */
export type Reach = {
  readonly today: Day
  /** Periods that ended before this day, a year ago, are not published. */
  readonly overSince: Day
  /** Bookings are published for periods that ended this day or later: parents look back two months, not a year. */
  readonly bookedUntil: Day
  /**
   * First day of issue of published invoices: this year and the two before. Older unpaid invoices are published too.
   */
  readonly issuedFrom: Day
}

export const reachOn = (today: Day): Reach => ({
  today,
  overSince: addMonths(today, -12),
  bookedUntil: addDays(today, -60),
  issuedFrom: dayOf(yearOf(today) - 2, 1, 1),
})

/** Ids as one JSON text, which SQLite reads with `json_each`: one parameter for any number of ids. */
export const jsonList = (ids: Iterable<number | string>): string => JSON.stringify([...ids])

/** Runs a query with the days of the reach (`:today`, `:overSince`…) and a list of ids (`:ids`) as parameters. */
export const rowsFor = <Row>(store: Store, text: string, reach: Reach, ids: Iterable<number>): Row[] =>
  store.statement(text).all({ ...reach, ids: jsonList(ids) }) as Row[]

/* SQL conditions: what is published. */

/** On `family`: the family has not left, and one of its guardians has an account. */
export const isPublishedHome = `(family.left_on is null or family.left_on > :today) and exists (
  select 1 from family_guardian held join portal_account on portal_account.guardian_id = held.guardian_id
  where held.family_id = family.id)`

/** On `period` and `activity`. */
export const isPublishedPeriod = 'not period.archived and not activity.archived and period.end_day >= :overSince'

/** On `invoice`. */
export const isPublishedInvoice = `invoice.state = 'issued' and (invoice.issued_on >= :issuedFrom or (invoice.kind = 'invoice'
  and invoice.total_cents > coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0)))`
