import { hash } from 'node:crypto'
import { addDays, type Day, dayAt, type Instant, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import {
  type ClosingStatement,
  closingAccount,
  type Movement,
  receivedBetween,
} from '../../shared/rules/money/closing.ts'
import { canonical, type Json } from '../../shared/rules/money/invoice.ts'
import type { PaymentMeans } from '../../shared/rules/money/payment/payment.ts'
import { type AccountingNature, natureOf, natureText } from '../../shared/rules/money/regie.ts'
import { type RevenueRow, revenueByNature } from '../../shared/rules/money/revenue.ts'
import { type FiscalAmount, type Part, spendPayments } from '../../shared/rules/money/tax-statement.ts'
import type { Connection } from './connection.ts'

/*
 * The rows that the closing of a régie's period counts. The desk reads them to close, `check` to find the same again.
 */

type Reader = Pick<Connection, 'statement'>

export type ClosedPeriod = {
  readonly regieId: number
  readonly from: Day
  readonly to: Day
  /** Where the finance service enters lines of papers that say no nature: as it was when the period was closed. */
  readonly natures: readonly AccountingNature[]
}

type MovementRow = Movement & { readonly id: number; readonly payer: string; readonly means: PaymentMeans | null }

/** The statement of a period, and the SHA-256 of every row that moved an account or was allocated in it, in order. */
export const closingOf = (
  reader: Reader,
  period: ClosedPeriod,
): { readonly statement: ClosingStatement; readonly rowsHash: string } => {
  const { from, to } = period
  const movements = movementRows(reader, period)
  const allocations = allocationRows(reader, period)
  const inPeriod = movements.filter(({ on }) => on >= from)
  const payers = [...new Set([...inPeriod, ...allocations].map(({ payer }) => payer))]
  const rows = [...inPeriod.map(rowOfMovement), ...allocations.map(rowOfAllocation)]
  return {
    statement: {
      ...closingAccount(movements, period),
      received: receivedBetween(
        receivedUntil(reader, period, addDays(from, -1), payers),
        receivedUntil(reader, period, to, payers),
      ),
    },
    rowsHash: hash('sha256', canonical(rows), 'hex'),
  }
}

/** The content that the hash of a closing covers, with the hash of the one before: `check` verifies the chain. */
export const closingContent = (closing: {
  readonly regieId: number
  readonly kind: string
  readonly fromDay: Day
  readonly toDay: Day
  readonly number: number
  readonly natures: readonly AccountingNature[]
  readonly statement: ClosingStatement
  readonly rowsHash: string
}): Json => JSON.parse(JSON.stringify(closing)) as Json

/** Without the payer: the opening balance of a home that was merged into another one is then that one's. */
const rowOfMovement = ({ kind, id, on, cents, means }: MovementRow): Json => [kind, id, on, cents, means]

const rowOfAllocation = (row: AllocationRow): Json => [
  'allocation',
  row.id,
  row.on,
  row.paymentId,
  row.creditNoteId,
  row.invoiceId,
  row.cents,
]

/** Who had paid something to a régie until the end of a day. */
export const payersUntil = (
  reader: Reader,
  { regieId, until }: { readonly regieId: number; readonly until: Day },
): string[] =>
  reader
    .statement(
      `select distinct ${payerSql('payment')} as payer from payment where regie_id = :regieId and booked_on <= :until`,
    )
    .pluck()
    .all({ regieId, until }) as string[]

/** SQL: a key of who pays, « family 12 » or « third party 3 ». */
const payerSql = (row: string): string =>
  `coalesce('family ' || ${row}.family_id, 'third party ' || ${row}.third_party_id)`

const nextMidnight = (on: Day): Instant => instantOf(addDays(on, 1), timeOfDay('00:00'))

/** SQL: all that moved an account of a régie up to the day `to`. @param payersSql which rows of a table, by its name */
const movementsSql = (payersSql: (row: string) => string): string => `
  select 'opening' as kind, id, 'family ' || family_id as payer, on_day as "on", null as at, amount_cents as cents, null as means
    from opening_balance where regie_id = :regieId and on_day <= :to and ${payersSql('opening_balance')}
  union all
  select kind, id, ${payerSql('invoice')}, issued_on, null, total_cents, null
    from invoice where regie_id = :regieId and state = 'issued' and issued_on <= :to and ${payersSql('invoice')}
  union all
  select decision.kind, part.id, ${payerSql('decision')}, part.on_day, null, -part.amount_cents, null
    from debt_decision decision join allocation part on part.decision_id = decision.id
    where decision.regie_id = :regieId and part.on_day <= :to and ${payersSql('decision')}
  union all
  select 'payment', id, ${payerSql('payment')}, booked_on, null, -amount_cents, means
    from payment where regie_id = :regieId and booked_on <= :to and ${payersSql('payment')}
  union all
  select 'cancelled', id, ${payerSql('payment')}, booked_on, cancelled_at, amount_cents, means
    from payment where regie_id = :regieId and cancelled_at < :after and ${payersSql('payment')}
  union all
  select 'refund', id, ${payerSql('refund')}, paid_on, null, amount_cents, null
    from refund where regie_id = :regieId and paid_on <= :to and ${payersSql('refund')}`

/** All up to the day `to`, by kind and id. */
const movementRows = (reader: Reader, { regieId, to }: Pick<ClosedPeriod, 'regieId' | 'to'>): MovementRow[] => {
  const rows = reader
    .statement(`${movementsSql(() => 'true')} order by 1, 2`)
    .all({ regieId, to, after: nextMidnight(to) }) as (MovementRow & { readonly at: Instant | null })[]
  return rows.map(({ at, ...row }) => (at === null ? row : { ...row, on: dayAt(at) }))
}

/** Homes whose ids lie between two, or all third parties. */
export type PayerRange = { readonly firstId: number; readonly lastId: number } | 'thirdParties'

/** What each of some payers owes a régie at the end of a day, as closings count it; negative for an advance. */
export const balancesAt = (
  reader: Reader,
  { regieId, to, range }: Pick<ClosedPeriod, 'regieId' | 'to'> & { readonly range: PayerRange },
): { readonly payer: string; readonly cents: number }[] => {
  const isWanted = (row: string) =>
    range !== 'thirdParties'
      ? `${row}.family_id between :firstId and :lastId`
      : row === 'opening_balance'
        ? 'false'
        : `${row}.third_party_id is not null`
  return reader
    .statement(
      `select payer, sum(cents) as cents from (${movementsSql(isWanted)}) group by payer having sum(cents) <> 0`,
    )
    .all({ regieId, to, after: nextMidnight(to), ...(range === 'thirdParties' ? {} : range) }) as {
    payer: string
    cents: number
  }[]
}

type AllocationRow = Part & { readonly id: number; readonly payer: string; readonly on: Day }

/**
 * SQL: allocations of payments and credit notes of a régie to its invoices and, by negative ids, opening debts; to refunds,
 * without an id.
 */
const allocationsSql = (where: string): string => `select * from (
  select part.id, ${payerSql('invoice')} as payer, part.on_day as "on", payment_id as paymentId,
    credit_note_id as creditNoteId, invoice_id as invoiceId, part.amount_cents as cents, part.reverses_id as reversesId
  from allocation part join invoice on invoice.id = part.invoice_id
  where invoice.regie_id = :regieId and part.decision_id is null
  union all
  select part.id, 'family ' || debt.family_id, part.on_day, payment_id, credit_note_id, -debt.id, part.amount_cents, part.reverses_id
  from allocation part join opening_balance debt on debt.id = part.opening_debt_id
  where debt.regie_id = :regieId and part.decision_id is null
  union all
  select part.id, ${payerSql('refund')}, part.on_day, payment_id, credit_note_id, null, part.amount_cents, part.reverses_id
  from allocation part join refund on refund.id = part.refund_id
  where refund.regie_id = :regieId) part where ${where} order by id`

const allocationRows = (reader: Reader, { regieId, from, to }: ClosedPeriod): AllocationRow[] =>
  reader.statement(allocationsSql('"on" between :from and :to')).all({ regieId, from, to }) as AllocationRow[]

/** What all money that these payers had brought until the end of a day paid then, by nature and means. */
export const receivedUntil = (
  reader: Reader,
  { regieId, natures }: Pick<ClosedPeriod, 'regieId' | 'natures'>,
  until: Day,
  payers: readonly string[],
): RevenueRow[] => {
  const asked = { regieId, until, payers: JSON.stringify(payers) }
  const isWanted = `in (select value from json_each(:payers))`
  const papers = Map.groupBy(
    reader
      .statement(
        `select ${payerSql('invoice')} as payer, id, kind, corrects_id as correctsId from invoice
        where regie_id = :regieId and state = 'issued' and issued_on <= :until and payer ${isWanted} order by id`,
      )
      .all(asked) as { payer: string; id: number; kind: 'invoice' | 'creditNote'; correctsId: number | null }[],
    ({ payer }) => payer,
  )
  const payments = Map.groupBy(
    reader
      .statement(
        `select ${payerSql('payment')} as payer, id, booked_on as "on", means, amount_cents as cents from payment
        where regie_id = :regieId and booked_on <= :until and (cancelled_at is null or cancelled_at >= :after)
          and ${payerSql('payment')} ${isWanted} order by id`,
      )
      .all({ ...asked, after: nextMidnight(until) }) as {
      payer: string
      id: number
      on: Day
      means: PaymentMeans
      cents: number
    }[],
    ({ payer }) => payer,
  )
  const parts = Map.groupBy(
    reader
      .statement(
        allocationsSql(`reversesId is null and "on" <= :until and payer ${isWanted} and not exists (
          select 1 from allocation opposite where opposite.reverses_id = part.id and opposite.on_day <= :until)`),
      )
      .all(asked) as AllocationRow[],
    ({ payer }) => payer,
  )
  const ids = [...papers.values()].flatMap((some) => some.map(({ id }) => id))
  const amounts = Map.groupBy(amountRows(reader, ids), ({ invoiceId }) => invoiceId)
  const amountsOf = (id: number) => (amounts.get(id) ?? []).map((row) => withNature(row, natures))
  const spent = payers.flatMap((payer) => {
    const own = papers.get(payer) ?? []
    const ownParts = parts.get(payer) ?? []
    const openings = Map.groupBy(
      ownParts.flatMap(({ invoiceId: id, cents }) => (id !== null && id < 0 ? [{ id, cents }] : [])),
      ({ id }) => id,
    )
    return spendPayments({
      invoices: [
        ...own.filter(({ kind }) => kind === 'invoice').map(({ id }) => ({ id, amounts: amountsOf(id) })),
        // A debt of the program used before has no lines, hence no nature: its amount is what was paid of it.
        ...[...openings].map(([id, some]) => ({
          id,
          amounts: [
            {
              childId: 0,
              activityId: 0,
              fiscal: 'autre' as const,
              cents: some.reduce((sum, { cents }) => sum + cents, 0),
            },
          ],
        })),
      ],
      creditNotes: own
        .filter(({ kind }) => kind === 'creditNote')
        .map(({ id, correctsId }) => ({ id, correctsId, amounts: amountsOf(id) })),
      payments: (payments.get(payer) ?? []).map((one) => ({ ...one, payer: '' })),
      parts: ownParts,
    })
  })
  return revenueByNature([...payments.values()].flat(), spent)
}

type AmountRow = Omit<FiscalAmount, 'nature'> & {
  readonly invoiceId: number
  readonly nature: string | null
  readonly productCode: string | null
}

/** Sums of the lines of papers, by child, activity, fiscal category and nature. */
export const amountRows = (reader: Reader, paperIds: readonly number[]): AmountRow[] =>
  reader
    .statement(
      `select invoice_id as invoiceId, coalesce(child_id, 0) as childId, coalesce(activity_id, 0) as activityId, fiscal,
        nature, product_code as productCode, sum(total_cents) as cents
      from json_each(?) wanted cross join invoice_line on invoice_id = wanted.value
      group by invoice_id, child_id, activity_id, fiscal, nature, product_code, total_cents < 0
      order by min(invoice_line.id)`,
    )
    .all(JSON.stringify(paperIds)) as AmountRow[]

/** The amount with the name of its nature: its own, or the one that the régie gives it. */
export const withNature = (
  { nature, productCode, ...amount }: AmountRow,
  natures: readonly AccountingNature[],
): FiscalAmount => {
  if (nature !== null) return { ...amount, nature: natureText(nature, productCode) }
  const found = natureOf(natures, amount)
  return found ? { ...amount, nature: natureText(found.account, found.productCode) } : amount
}
