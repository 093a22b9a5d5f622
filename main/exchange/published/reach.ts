import { createHash } from 'node:crypto'
import type { HashOf } from '../../../shared/exchange/log.ts'
import { addDays, addMonths, type Day, dayOf, yearOf } from '../../../shared/rules/calendar/day.ts'
import type { Store } from '../../store/store.ts'

/** As the portal checks it: SHA-256, in hexadecimal. */
export const hashOf: HashOf = (text) => createHash('sha256').update(text).digest('hex')

/** How far back what is published goes, on one day. */
export type Reach = {
  readonly today: Day
  /** A period over for longer than a school year is no longer told. */
  readonly overSince: Day
  /** Parents look back at the bookings of a season, not of a year: those of periods that ended this day or later. */
  readonly bookedUntil: Day
  /** Invoices of the year and of the two before, with their papers; older ones while something is left to pay. */
  readonly issuedFrom: Day
}

export const reachOn = (today: Day): Reach => ({
  today,
  overSince: addMonths(today, -12),
  bookedUntil: addDays(today, -60),
  issuedFrom: dayOf(yearOf(today) - 2, 1, 1),
})

/** Ids as SQLite reads them: one JSON text for any number of them. */
export const list = (ids: Iterable<number | string>): string => JSON.stringify([...ids])

/** Rows of one question, asked with the days of the reach and a list of ids (`:ids`). */
export const rowsFor = <Row>(store: Store, text: string, reach: Reach, ids: Iterable<number>): Row[] =>
  store.statement(text).all({ ...reach, ids: list(ids) }) as Row[]

/* Who and what is published, as conditions of a query. */

/** Of `family`: it is still here and one of its guardians has an account. */
export const isPublishedHome = `(family.left_on is null or family.left_on > :today) and exists (
  select 1 from family_guardian held join portal_account on portal_account.guardian_id = held.guardian_id
  where held.family_id = family.id)`

/** Of `period` and its `activity`. */
export const isToldPeriod = 'not period.archived and not activity.archived and period.end_day >= :overSince'

/** Of `invoice`. */
export const isToldInvoice = `invoice.state = 'issued' and (invoice.issued_on >= :issuedFrom or (invoice.kind = 'invoice'
  and invoice.total_cents > coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0)))`
