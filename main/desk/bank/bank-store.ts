import type { BankStatement } from '../../../shared/contract/desk/money/bank.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { BankFormat } from '../../../shared/rules/money/bank/bank-line.ts'
import type { BankColumns } from '../../../shared/rules/money/bank/columns.ts'
import type { BankDebt, BankPayer, ExpectedBatch, PayerRef } from '../../../shared/rules/money/bank/matching.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { openingName, type PaymentMeans } from '../../../shared/rules/money/payment/payment.ts'
import { numberIn, paperName, seriesOf } from '../../../shared/rules/money/series.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { bankLine } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { atTreasurySql, keptForTreasurySql } from '../invoicing/invoicing.ts'

export type AccountRow = {
  readonly id: number
  readonly regieId: number
  readonly iban: string
  readonly columns: BankColumns | null
}

/** The accounts of a régie, the one used last first. */
export const accountRows = (store: Store, regieId: number): AccountRow[] =>
  (
    store
      .statement(
        `select account.id, regie_id as regieId, iban, columns from bank_account account where regie_id = ?
        order by (select max(id) from bank_statement where account_id = account.id) desc, id desc`,
      )
      .all(regieId) as (Omit<AccountRow, 'columns'> & { readonly columns: string | null })[]
  ).map((row) => ({ ...row, columns: row.columns === null ? null : (JSON.parse(row.columns) as BankColumns) }))

/** The id of the statement, when the same file was read before. */
export const readStatementId = (
  store: Store,
  accountId: number,
  sha256: string,
): { readonly id: number; readonly lineCount: number } | undefined =>
  store
    .statement('select id, line_count as lineCount from bank_statement where account_id = ? and sha256 = ?')
    .get(accountId, sha256) as ReturnType<typeof readStatementId>

const mostStatements = 36

/** The latest statements of a régie, latest first. */
export const statementRows = (store: Store, regieId: number): BankStatement[] =>
  store
    .statement(
      `select statement.id, file_name as fileName, format, from_day as "from", to_day as "to", line_count as lineCount,
        credit_cents as creditCents, debit_cents as debitCents, opening_cents as openingCents,
        closing_cents as closingCents, act.started_at as readAt, act.actor_name as readBy
      from bank_statement statement join bank_account account on account.id = account_id
      join act on act.id = statement.act_id
      where regie_id = ? and ${committedSql('statement.act_id')} order by statement.id desc limit ${mostStatements}`,
    )
    .all(regieId) as BankStatement[]

/** Lines of an account between two days, with the format that brought each. */
export const knownLines = (
  store: Store,
  accountId: number,
  { from, to }: { readonly from: Day; readonly to: Day },
): { identity: string; on: Day; cents: Cents; format: BankFormat }[] =>
  store
    .statement(
      `select identity, on_day as "on", amount_cents as cents, format from bank_line line
      join bank_statement statement on statement.id = bank_statement_id
      where line.account_id = ? and on_day between ? and ? order by line.id`,
    )
    .all(accountId, from, to) as ReturnType<typeof knownLines>

/**
 * SQL: whether a match still counts. When a payment made from a line is cancelled, its money belongs to the line again.
 */
const standsSql = `not exists (select 1 from payment where payment.id = match.payment_id
    and payment.act_id = match.act_id and payment.cancelled_at is not null)
  and not exists (select 1 from deposit_slip slip where slip.id = match.slip_id and slip.cancelled_at is not null)`

/** SQL: the part of a line’s amount that no match explains yet. */
const leftSql = `line.amount_cents - coalesce((
  select sum(match.amount_cents) from bank_match match where match.line_id = line.id and ${standsSql}), 0)`

/** SQL: whether a line is a debit asked for by the régie that the bank took back. */
const isReturnSql = `line.return_code <> '' and exists (select 1 from debit where debit.end_to_end_id = line.end_to_end_id)`

/** SQL: whether staff still have to say what a line is. */
const waitsSql = `(line.amount_cents > 0 or ${isReturnSql}) and (${leftSql}) <> 0`

export type LineRow = Omit<
  typeof bankLine.$inferSelect,
  'identity' | 'accountId' | 'actId' | 'onDay' | 'amountCents'
> & {
  readonly on: Day
  readonly cents: Cents
  readonly leftCents: Cents
  readonly regieId: number
  readonly isReturn: 0 | 1
}

const selectLines = `select line.id, bank_statement_id as bankStatementId, account.regie_id as regieId, on_day as "on",
    amount_cents as cents, ${leftSql} as leftCents, label, reference, payer, end_to_end_id as endToEndId, means,
    return_code as returnCode, last_four as lastFour, digest, sender, set_aside_on as setAsideOn, ${isReturnSql} as isReturn
  from bank_line line join bank_account account on account.id = line.account_id`

/**
 * Rows of one table by their ids, both included. Long tables are read range by range, so that other calls are served in
 * between.
 */
export type IdRange = { readonly from: number; readonly to: number }

/** Ranges of at most so many ids, which together hold all rows of a table. */
export const idRanges = (
  store: Store,
  table: 'bank_line' | 'family' | 'invoice' | 'opening_balance',
  size: number,
): IdRange[] => {
  const last = (store.statement(`select max(id) from ${table}`).pluck().get() as number | null) ?? 0
  return Array.from({ length: Math.ceil(last / size) }, (_, at) => ({ from: at * size + 1, to: (at + 1) * size }))
}

/** The lines of a régie that wait. */
export const waitingRows = (store: Store, regieId: number, range: IdRange): LineRow[] =>
  store
    .statement(
      `${selectLines} where line.id between :from and :to and account.regie_id = :regieId
      and ${committedSql('line.act_id')} and ${waitsSql}`,
    )
    .all({ regieId, ...range }) as LineRow[]

/** The lines of a statement that no longer wait, oldest first. */
export const settledRows = (store: Store, statementId: number): LineRow[] =>
  store
    .statement(
      `${selectLines} where line.bank_statement_id = ? and ${committedSql('line.act_id')} and not (${waitsSql})
      order by on_day, line.id`,
    )
    .all(statementId) as LineRow[]

export const lineRow = (store: Store, id: number): LineRow | undefined =>
  store.statement(`${selectLines} where line.id = ? and ${committedSql('line.act_id')}`).get(id) as LineRow | undefined

/** The number of lines of a régie, up to a day, that wait. */
export const waitingThrough = (store: Store, regieId: number, to: Day): number =>
  store
    .statement(
      `select count(*) from bank_line line join bank_account account on account.id = line.account_id
      where account.regie_id = ? and on_day <= ? and ${waitsSql}`,
    )
    .pluck()
    .get(regieId, to) as number

/** The last day covered by the statements of a régie; null before the first one. */
export const lastDayRead = (store: Store, regieId: number): Day | null =>
  store
    .statement(
      `select max(to_day) from bank_statement statement join bank_account account on account.id = account_id
      where regie_id = ?`,
    )
    .pluck()
    .get(regieId) as Day | null

export type MatchRow = {
  readonly id: number
  readonly lineId: number
  readonly cents: Cents
  readonly reason: string
  readonly paymentId: number | null
  /** Whether the payment was made from this line, rather than recorded before it. */
  readonly isMade: 0 | 1
  /** « Vautier, quittance Q2026-000045 »; empty for other kinds. */
  readonly payer: string
  readonly means: PaymentMeans | null
  readonly receivedOn: Day | null
  readonly prefix: string | null
  readonly receiptYear: number | null
  readonly receiptNumber: number | null
  readonly slipYear: number | null
  readonly slipNumber: number | null
  readonly collectOn: Day | null
  readonly returned: string | null
}

/** The matches of these lines that still count. */
export const matchesOf = (store: Store, lineIds: readonly number[]): MatchRow[] =>
  store
    .statement(
      `select match.id, match.line_id as lineId, match.amount_cents as cents, match.reason, match.payment_id as paymentId,
        payment.act_id is match.act_id as isMade, coalesce(family.name, third_party.name, '') as payer, payment.means,
        payment.received_on as receivedOn, regie.prefix, receipt_year as receiptYear, receipt_number as receiptNumber,
        slip.year as slipYear, slip.number as slipNumber, collection.collect_on as collectOn,
        coalesce(home.name, party.name) as returned
      from json_each(?) wanted cross join bank_match match on match.line_id = wanted.value
      join bank_line line on line.id = match.line_id join bank_account account on account.id = line.account_id
      join regie on regie.id = account.regie_id
      left join payment on payment.id = match.payment_id
      left join family on family.id = payment.family_id left join third_party on third_party.id = payment.third_party_id
      left join deposit_slip slip on slip.id = match.slip_id
      left join debit_collection collection on collection.id = match.collection_id
      left join debit on debit.id = match.debit_id left join mandate on mandate.id = debit.mandate_id
      left join family home on home.id = mandate.family_id
      left join third_party party on party.id = mandate.third_party_id
      where ${standsSql} order by match.id`,
    )
    .all(JSON.stringify(lineIds)) as MatchRow[]

// ---- What lines may be

/** The third parties that pay a régie: the public accountant collects the debts of the others. */
export const thirdPartyPayers = (store: Store): BankPayer[] =>
  (
    store.statement('select id, name from third_party where not to_title').all() as {
      readonly id: number
      readonly name: string
    }[]
  ).map(({ id, name }) => ({ familyId: null, thirdPartyId: id, name, lastNames: [], firstNames: [] }))

type NameRow = { readonly familyId: number; readonly lastName: string; readonly firstName: string }

/** Homes, with the names of their people: plain joins, since a subquery for each home would take four times as long. */
export const homePayers = (store: Store, range: IdRange): BankPayer[] => {
  const namesOf = (link: 'family_guardian' | 'family_child', person: 'guardian' | 'child') =>
    Map.groupBy(
      store
        .statement(
          `select family_id as familyId, last_name as lastName, first_name as firstName
          from ${link} link cross join ${person} person on person.id = link.${person}_id
          where family_id between :from and :to`,
        )
        .all(range) as NameRow[],
      ({ familyId }) => familyId,
    )
  const guardians = namesOf('family_guardian', 'guardian')
  const children = namesOf('family_child', 'child')
  const homes = store.statement('select id, name from family where id between :from and :to').all(range)
  return (homes as { readonly id: number; readonly name: string }[]).map(({ id, name }) => {
    const adults = guardians.get(id) ?? []
    return {
      familyId: id,
      thirdPartyId: null,
      name,
      lastNames: adults.map(({ lastName }) => lastName),
      firstNames: [...new Set([...adults, ...(children.get(id) ?? [])].map(({ firstName }) => firstName))],
    }
  })
}

type DebtRow = PayerRef & {
  /** The former number of an invoice taken over; null for one of ours. */
  readonly reference: string | null
  readonly invoiceId: number | null
  readonly openingDebtId: number | null
  readonly series: string | null
  readonly year: number | null
  readonly number: number | null
  readonly on: Day
  readonly from: Day | null
  readonly leftCents: Cents
}

/** What is owed on invoices to a régie, without the debts that the public accountant collects. */
export const owedInvoices = (store: Store, regieId: number, range: IdRange): BankDebt[] =>
  owedIn(store, { regieId, ...range }, 'invoice')

/** What is owed on opening balances to a régie. */
export const owedOpenings = (store: Store, regieId: number, range: IdRange): BankDebt[] =>
  owedIn(store, { regieId, ...range }, 'opening')

const owedRowsSql = {
  invoice: `select family_id as familyId, third_party_id as thirdPartyId, id as invoiceId, null as openingDebtId, series,
      null as reference, year, number, issued_on as "on", from_day as "from", total_cents
      - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0) as leftCents
    from invoice where id between :from and :to and state = 'issued' and kind = 'invoice' and regie_id = :regieId`,
  opening: `select family_id as familyId, null as thirdPartyId, null as invoiceId, id as openingDebtId, null as series,
      reference, null as year, null as number, on_day as "on", null as "from", amount_cents
      - coalesce((select sum(amount_cents) from allocation where opening_debt_id = opening_balance.id), 0) as leftCents
    from opening_balance where id between :from and :to and amount_cents > 0 and regie_id = :regieId
      and ${committedSql('act_id')}`,
} as const

const owedIn = (store: Store, of: IdRange & { readonly regieId: number }, kind: keyof typeof owedRowsSql): BankDebt[] =>
  (
    store
      .statement(
        `select * from (${owedRowsSql[kind]}) where leftCents > 0
          and (thirdPartyId is null or not (select to_title from third_party where id = thirdPartyId))`,
      )
      .all(of) as DebtRow[]
  ).map(named)

const named = ({ series, year, number, reference, ...debt }: DebtRow): BankDebt => ({
  ...debt,
  number: series && year && number ? numberIn(series, year, number) : openingName(debt.on, reference),
  name: series && year && number ? paperName(series, year, number) : openingName(debt.on, reference),
})

/** What the Treasury has to collect of the invoices that a régie handed over, less what is kept for it here. */
export const invoicesHandedOver = (store: Store, regieId: number): BankDebt[] =>
  (
    store
      .statement(
        `select * from (
          select distinct invoice.family_id as familyId, invoice.third_party_id as thirdPartyId, invoice.id as invoiceId,
            null as openingDebtId, null as reference, series, year, invoice.number, issued_on as "on", from_day as "from",
            ${atTreasurySql('invoice_id', 'invoice.id')} - ${keptForTreasurySql('invoice_id', 'invoice.id')} as leftCents
          from debt_decision decision join allocation part on part.decision_id = decision.id
          join invoice on invoice.id = part.invoice_id
          where decision.kind = 'transmission' and decision.regie_id = ?) where leftCents > 0`,
      )
      .all(regieId) as DebtRow[]
  ).map((row) => ({ ...named(row), isAtTreasury: true as const }))

type BatchRow = Omit<ExpectedBatch, 'number'> & {
  readonly prefix: string | null
  readonly year: number | null
  readonly slipNumber: number | null
  readonly messageId: string | null
}

/** SQL: payments whose money no bank line has brought yet. */
const notArrived = `payment.regie_id = :regieId and payment.cancelled_at is null
  and not exists (select 1 from bank_match match where match.payment_id = payment.id)`

/**
 * Money recorded since a day that has not arrived on the account: card and online payments by day, deposit slips,
 * collections, and each transfer recorded by hand.
 */
export const expectedBatches = (store: Store, regieId: number, since: Day): ExpectedBatch[] =>
  (
    store
      .statement(
        `select means || ' ' || received_on as key, means, received_on as "on", sum(amount_cents) as cents,
          count(*) as count, '' as payer, null as prefix, null as year, null as slipNumber, null as messageId
        from payment where means in ('card', 'online') and received_on >= :since and ${notArrived}
        group by means, received_on
        union all
        select 'payment ' || payment.id, means, received_on, amount_cents, 1, coalesce(family.name, third_party.name),
          null, null, null, null
        from payment left join family on family.id = payment.family_id
        left join third_party on third_party.id = payment.third_party_id
        where means = 'transfer' and received_on >= :since and ${notArrived}
        union all
        select 'slip ' || slip.id, slip.means, handed_on, sum(line.amount_cents), count(line.payment_id), '', regie.prefix, slip.year,
          slip.number, null
        from deposit_slip slip join deposit_slip_line line on line.slip_id = slip.id
        join regie on regie.id = slip.regie_id
        where slip.regie_id = :regieId and slip.cancelled_at is null and handed_on >= :since
          and not exists (select 1 from bank_match match where match.slip_id = slip.id)
        group by slip.id
        union all
        select 'collection ' || collection.id, 'directDebit', collect_on, sum(debit.amount_cents), count(*), '', null,
          null, null, message_id
        from debit_collection collection join debit on debit.collection_id = collection.id
        where collection.regie_id = :regieId and state = 'collected' and collect_on >= :since and removed_on is null
          and came_back is not 'rejected'
          and not exists (select 1 from bank_match match where match.collection_id = collection.id)
        group by collection.id`,
      )
      .all({ regieId, since }) as BatchRow[]
  ).map(({ prefix, year, slipNumber, messageId, ...batch }) => ({
    ...batch,
    number: year && slipNumber ? numberIn(seriesOf(prefix, 'B'), year, slipNumber) : (messageId ?? ''),
  }))

/** The payments of a day by one means whose money no bank line has brought yet. */
export const paymentsOfBatch = (
  store: Store,
  of: { readonly regieId: number; readonly means: PaymentMeans; readonly on: Day },
): { id: number; cents: Cents }[] =>
  store
    .statement(
      `select id, amount_cents as cents from payment where means = :means and received_on = :on and ${notArrived}`,
    )
    .all(of) as { id: number; cents: Cents }[]

/** How the sender of a line is recognised: by a digest of the account, or by the words of the bank. */
type KnownBy = 'digest' | 'sender'

/** For each digest or sender's words, the payers for whom staff recorded money from that sender. */
export const payersKnownBy = (
  store: Store,
  by: KnownBy,
  lines: readonly Pick<LineRow, KnownBy>[],
): ReadonlyMap<string, PayerRef[]> =>
  Map.groupBy(
    store
      .statement(
        `select distinct line.${by} as known, payment.family_id as familyId, payment.third_party_id as thirdPartyId
        from json_each(?) wanted cross join bank_line line on line.${by} = wanted.value and line.${by} <> ''
        join bank_match match on match.line_id = line.id join payment on payment.id = match.payment_id
        where payment.act_id = match.act_id and payment.cancelled_at is null`,
      )
      .all(JSON.stringify([...new Set(lines.map((line) => line[by]))])) as (PayerRef & { readonly known: string })[],
    ({ known }) => known,
  )

/** The prefixes of all régies; null for the first one. */
export const regiePrefixes = (store: Store): (string | null)[] =>
  store.statement('select prefix from regie').pluck().all() as (string | null)[]
