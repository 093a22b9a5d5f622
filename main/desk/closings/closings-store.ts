import type { Day, DayRange, Instant } from '../../../shared/rules/calendar/day.ts'
import type { ClosingStatement } from '../../../shared/rules/money/closing.ts'
import type { AccountingNature } from '../../../shared/rules/money/regie.ts'
import type { RemittanceContent } from '../../../shared/rules/money/remittance.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

type ClosingRow = {
  readonly id: number
  readonly kind: 'month' | 'year'
  readonly fromDay: Day
  readonly toDay: Day
  readonly number: number
  readonly natures: readonly AccountingNature[]
  readonly statement: ClosingStatement
  readonly hash: string
  readonly previousHash: string | null
  readonly closedAt: Instant
  readonly closedBy: string
}

/** The closings of a régie, oldest first. */
export const closingRows = (store: Store, regieId: number): ClosingRow[] =>
  (
    store
      .statement(
        `select closing.id, closing.kind, from_day as fromDay, to_day as toDay, number, natures, statement, hash,
          previous_hash as previousHash, act.started_at as closedAt, act.actor_name as closedBy
        from closing join act on act.id = closing.act_id where regie_id = ? order by number`,
      )
      .all(regieId) as (Omit<ClosingRow, 'natures' | 'statement'> & {
      readonly natures: string
      readonly statement: string
    })[]
  ).map(({ natures, statement, ...row }) => ({
    ...row,
    natures: JSON.parse(natures) as AccountingNature[],
    statement: JSON.parse(statement) as ClosingStatement,
  }))

/** The first day on which an account moved at a régie; null when none ever did. */
export const firstMovement = (store: Store, regieId: number): Day | null =>
  store
    .statement(
      `select min("on") from (
        select min(booked_on) as "on" from opening_balance where regie_id = :regieId
        union all select min(issued_on) from invoice where regie_id = :regieId and state = 'issued'
        union all select min(booked_on) from payment where regie_id = :regieId)`,
    )
    .pluck()
    .get({ regieId }) as Day | null

type Days = DayRange & { readonly from: Day; readonly to: Day }

/** The last day between two on which cash entered or left the till; null when there is none. */
export const lastCashDay = (store: Store, regieId: number, { from, to }: Days): Day | null =>
  store
    .statement(
      `select max("on") from (
        select max(received_on) as "on" from payment
          where means = 'cash' and regie_id = :regieId and received_on between :from and :to
        union all select max(handed_on) from deposit_slip
          where means = 'cash' and regie_id = :regieId and handed_on between :from and :to
        union all select max(paid_on) from refund
          where means = 'cash' and regie_id = :regieId and paid_on between :from and :to)`,
    )
    .pluck()
    .get({ regieId, from, to }) as Day | null

/** From a day on, the first day whose till was counted; null when there is none. */
export const firstCountedDay = (store: Store, regieId: number, from: Day): Day | null =>
  store
    .statement('select min(on_day) from till_closing where regie_id = ? and on_day >= ?')
    .pluck()
    .get(regieId, from) as Day | null

/**
 * The number of payments booked between two days, with their first and last receipt numbers; null when there is none.
 */
export const receiptsBooked = (store: Store, regieId: number, { from, to }: Days): ReceiptsBooked | null => {
  const row = store
    .statement(
      `select count(*) as count, min(receipt_year * ${numbersPerYear} + receipt_number) as first,
        max(receipt_year * ${numbersPerYear} + receipt_number) as last
      from payment where regie_id = ? and booked_on between ? and ?`,
    )
    .get(regieId, from, to) as { readonly count: number; readonly first: number | null; readonly last: number | null }
  const numbered = (key: number) => ({ year: Math.floor(key / numbersPerYear), number: key % numbersPerYear })
  return row.first === null || row.last === null
    ? null
    : { count: row.count, first: numbered(row.first), last: numbered(row.last) }
}

type Numbered = { readonly year: number; readonly number: number }
type ReceiptsBooked = { readonly count: number; readonly first: Numbered; readonly last: Numbered }

/** More than any year has numbers, so that year × this + number is a key that sorts by year, then number. */
const numbersPerYear = 100_000_000

type RemittanceRow = {
  readonly id: number
  readonly number: number
  readonly from: Day
  readonly to: Day
  readonly natures: readonly AccountingNature[]
  readonly content: RemittanceContent
  readonly madeAt: Instant
  readonly madeBy: string
}

/** The remittance statements of a régie, oldest first. */
export const remittanceRows = (store: Store, regieId: number): RemittanceRow[] =>
  (
    store
      .statement(
        `select remittance.id, number, from_day as "from", to_day as "to", natures, content, act.started_at as madeAt,
          act.actor_name as madeBy
        from remittance join act on act.id = remittance.act_id where regie_id = ? order by number`,
      )
      .all(regieId) as (Omit<RemittanceRow, 'natures' | 'content'> & {
      readonly natures: string
      readonly content: string
    })[]
  ).map(({ natures, content, ...row }) => ({
    ...row,
    natures: JSON.parse(natures) as AccountingNature[],
    content: JSON.parse(content) as RemittanceContent,
  }))

/** What the régie itself, not the finance service, had refunded by the end of a day. */
export const refundedUntil = (store: Store, asked: { readonly regieId: number; readonly until: Day }): number =>
  store
    .statement(
      `select coalesce(sum(amount_cents), 0) from refund
      where regie_id = :regieId and paid_on <= :until and means <> 'paymentOrder'`,
    )
    .pluck()
    .get(asked) as number

/** The last ids of the tables about money, by which a long reading can tell whether money moved meanwhile. */
export type MoneyRows = { readonly auditId: number; readonly paymentId: number; readonly allocationId: number }

export const moneyRows = (store: Pick<Store, 'statement'>): MoneyRows =>
  store
    .statement(
      `select coalesce((select max(id) from audit), 0) as auditId, coalesce((select max(id) from payment), 0) as paymentId,
        coalesce((select max(id) from allocation), 0) as allocationId`,
    )
    .get() as MoneyRows

export const hasMoneyMovedSince = (store: Store, auditId: number): boolean =>
  store
    .statement(
      `select exists (select 1 from audit where id > ? and entity in
        ('payment', 'allocation', 'refund', 'opening_balance', 'invoice', 'remittance', 'regie'))`,
    )
    .pluck()
    .get(auditId) === 1

/** Whether something dated up to a past day was recorded or removed since a reading. */
export const hasMovedThrough = (store: Store, since: MoneyRows, to: Day): boolean =>
  store
    .statement(
      `select exists (select 1 from payment where id > :paymentId and booked_on <= :to)
        or exists (select 1 from allocation where id > :allocationId and on_day <= :to)
        or exists (select 1 from audit left join refund on entity = 'refund' and refund.id = entity_id
          where audit.id > :auditId and (entity = 'opening_balance'
            or (entity = 'refund' and (refund.id is null or refund.paid_on <= :to))
            or (entity in ('payment', 'allocation') and operation = 'remove')))`,
    )
    .pluck()
    .get({ ...since, to }) === 1

/** The names of homes and third parties, by their keys, in alphabetical order. */
export const payerNames = (
  store: Store,
  payers: readonly string[],
): { readonly payer: string; readonly name: string }[] =>
  store
    .statement(
      `select payer, name from (select 'family ' || id as payer, name from family
        union all select 'third party ' || id, name from third_party)
      where payer in (select value from json_each(?)) order by ${alphabeticalSql('name')}, payer`,
    )
    .all(JSON.stringify(payers)) as { payer: string; name: string }[]
