import { createHash } from 'node:crypto'
import { inChunks } from '../../shared/collections.ts'
import { addDays, type Day, dayAt, type Instant, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import {
  type ClosingStatement,
  closingAccount,
  type Movement,
  receivedBetween,
} from '../../shared/rules/money/closing.ts'
import { canonical, type Json } from '../../shared/rules/money/invoice.ts'
import type { Cents } from '../../shared/rules/money/money.ts'
import type { PaymentMeans } from '../../shared/rules/money/payment/payment.ts'
import { isVoucher } from '../../shared/rules/money/payment/vouchers.ts'
import { type AccountingNature, natureOf, natureText } from '../../shared/rules/money/regie.ts'
import {
  addedUp,
  type ReceivedPart,
  type RevenueRow,
  receivedParts,
  revenueByNature,
} from '../../shared/rules/money/revenue.ts'
import {
  type EligibleAmount,
  type FiscalAmount,
  type Part,
  spendPayments,
} from '../../shared/rules/money/tax-statement.ts'
import type { Connection } from './connection.ts'

/*
 * The rows that count in the closing of a period of a régie. The desk reads them to close the period, `check` to verify
 * the closing.
 */

type Reader = Pick<Connection, 'statement'>

export type ClosedPeriod = {
  readonly regieId: number
  readonly from: Day
  readonly to: Day
  /**
   * The natures under which the finance service enters lines of papers without a nature: those of the day of closing.
   */
  readonly natures: readonly AccountingNature[]
  /** Whether the statement counts money kept for the Treasury separately from refunds; older closings did not. */
  readonly tellsKept: boolean
}

type MovementRow = Movement & {
  readonly id: number
  readonly payer: string
  readonly on: Day
  /** When a payment was cancelled. */
  readonly at: Instant | null
  readonly means: PaymentMeans | null
  readonly isKept: 0 | 1
}

/** How many payers are read at once, because what is read of them stays in memory. */
const payersAtOnce = 200

/** The statement of a period, and the SHA-256 of all rows that changed an account or an allocation in it, in order. */
export const closingOf = (
  reader: Reader,
  period: ClosedPeriod,
): { readonly statement: ClosingStatement; readonly rowsHash: string } =>
  closingFrom(
    accountOf(reader, period),
    payerRanges(reader).map((range) => receivedBy(reader, period, range)),
  )

/** The accounts of all payers together over a period, and the hash of its rows. */
export const accountOf = (reader: Reader, period: ClosedPeriod) => {
  const rows = rowsHash()
  const counted = function* () {
    for (const movement of movementRows(reader, period)) {
      rows.add(rowOfMovement(movement))
      yield movement.isKept && period.tellsKept ? { ...movement, kind: 'kept' as const } : movement
    }
  }
  const { movements, ...sums } = closingAccount(dueBefore(reader, period), counted())
  const { kept: _, ...withoutKept } = movements
  const account = { ...sums, movements: period.tellsKept ? movements : withoutKept }
  for (const allocation of allocationRows(reader, period)) rows.add(rowOfAllocation(allocation))
  return { account, rowsHash: rows.digest() }
}

/**
 * What a range of payers had paid in before a period and until its end, by nature and means. Only payers with a row in
 * the period are read.
 */
export const receivedBy = (reader: Reader, period: ClosedPeriod, range: PayerRange) => {
  const [before, after]: [RevenueRow[][], RevenueRow[][]] = [[], []]
  for (const payers of inChunks(payersMoved(reader, period, range), payersAtOnce)) {
    const read = readPayers(reader, period, period.to, payers)
    before.push(revenueOf(read, addDays(period.from, -1)))
    after.push(revenueOf(read, period.to))
  }
  return { before: addedUp(before), after: addedUp(after) }
}

/**
 * A part of the money that a payer paid in during a period, with what it settled; negative where it settles something
 * else now.
 */
export type ReceivedFrom = Pick<ReceivedPart, 'nature' | 'activityId' | 'cents'> & { readonly payer: string }

/**
 * The same for each payer of a range who paid something in: what the money settled at the end of the period, less what
 * it had settled before.
 */
export const receivedFrom = (reader: Reader, period: ClosedPeriod, range: PayerRange): ReceivedFrom[] => {
  const sums = new Map<string, { -readonly [Key in keyof ReceivedFrom]: ReceivedFrom[Key] }>()
  for (const payers of inChunks(payersMoved(reader, period, range), payersAtOnce)) {
    const read = readPayers(reader, period, period.to, payers)
    for (const [until, sign] of [
      [period.to, 1],
      [addDays(period.from, -1), -1],
    ] as const) {
      const { payments, spent } = spentOf(read, until)
      const payerOf = new Map(payments.map(({ id, payer }) => [id, payer]))
      for (const { paymentId, nature, activityId, cents } of receivedParts(payments, spent)) {
        const payer = payerOf.get(paymentId) ?? ''
        const key = JSON.stringify([payer, nature, activityId])
        const found = sums.get(key) ?? { payer, nature, activityId, cents: 0 }
        found.cents += sign * cents
        sums.set(key, found)
      }
    }
  }
  return [...sums.values()].filter(({ cents }) => cents !== 0)
}

export const closingFrom = (
  { account, rowsHash: hash }: ReturnType<typeof accountOf>,
  received: readonly ReturnType<typeof receivedBy>[],
): { readonly statement: ClosingStatement; readonly rowsHash: string } => ({
  statement: {
    ...account,
    received: receivedBetween(
      addedUp(received.map(({ before }) => before)),
      addedUp(received.map(({ after }) => after)),
    ),
  },
  rowsHash: hash,
})

/** The hash of a list of rows, which may be too long to be written at once. */
const rowsHash = () => {
  const sha = createHash('sha256')
  let text = '['
  let separator = ''
  return {
    add(row: Json) {
      text += separator + canonical(row)
      separator = ','
      // Hashing one long text costs far less than hashing many short ones.
      if (text.length < 65_536) return
      sha.update(text)
      text = ''
    },
    digest: () => sha.update(`${text}]`).digest('hex'),
  }
}

/**
 * The content that the hash of a closing covers, including the hash of the previous closing: `check` verifies the
 * chain.
 */
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

/** Leaves the payer out, because merging two homes moves the opening balance of one to the other. */
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

/** The keys of all homes and third parties. */
export const allPayers = (reader: Reader): string[] =>
  reader
    .statement(`select 'family ' || id from family union all select 'third party ' || id from third_party`)
    .pluck()
    .all() as string[]

/** SQL: the key of the payer of a row, « family 12 » or « third party 3 ». */
const payerSql = (row: string): string =>
  `coalesce('family ' || ${row}.family_id, 'third party ' || ${row}.third_party_id)`

const nextMidnight = (on: Day): Instant => instantOf(addDays(on, 1), timeOfDay('00:00'))

/**
 * SQL: all movements of accounts of a régie until the day `to`. The unary plus keeps SQLite from using the index on the
 * régie, whose rows are nearly the whole file: the rows are found by payer.
 * @param payersSql the condition on the payers of a table, by the table's name
 */
const movementsSql = (payersSql: (row: string) => string): string => `
  select 'opening' as kind, id, 'family ' || family_id as payer, booked_on as "on", null as at, amount_cents as cents, null as means, 0 as isKept
    from opening_balance where +regie_id = :regieId and +booked_on <= :to and ${payersSql('opening_balance')}
  union all
  select kind, id, ${payerSql('invoice')}, issued_on, null, total_cents, null, 0
    from invoice where +regie_id = :regieId and +state = 'issued' and +issued_on <= :to and ${payersSql('invoice')}
  union all
  select decision.kind, part.id, ${payerSql('decision')}, part.on_day, null, -part.amount_cents, null, 0
    from debt_decision decision join allocation part on part.decision_id = decision.id
    where +decision.regie_id = :regieId and part.on_day <= :to and ${payersSql('decision')}
  union all
  select 'payment', id, ${payerSql('payment')}, booked_on, null, -amount_cents, means, 0
    from payment where +regie_id = :regieId and +booked_on <= :to and ${payersSql('payment')}
  union all
  select 'cancelled', id, ${payerSql('payment')}, booked_on, cancelled_at, amount_cents, means, 0
    from payment where +regie_id = :regieId and cancelled_at < :after and ${payersSql('payment')}
  union all
  select 'refund', id, ${payerSql('refund')}, paid_on, null, amount_cents, null, 0
    from refund where +regie_id = :regieId and means <> 'treasury' and +paid_on <= :to and ${payersSql('refund')}
  union all
  select 'refund', part.id, ${payerSql('refund')}, part.on_day, null, part.amount_cents, null, 1
    from refund join allocation part on part.refund_id = refund.id
    where +refund.regie_id = :regieId and means = 'treasury' and part.on_day <= :to and ${payersSql('refund')}`

/** SQL: whether a movement belongs to a period that begins on the day `from`, at the instant `begin`. */
const isOfPeriod = `case when at is null then "on" >= :from else at >= :begin end`

const parametersOf = ({ regieId, from, to }: Pick<ClosedPeriod, 'regieId' | 'from' | 'to'>) => ({
  regieId,
  from,
  to,
  begin: nextMidnight(addDays(from, -1)),
  after: nextMidnight(to),
})

/** What all payers together owed before a period. */
const dueBefore = (reader: Reader, period: ClosedPeriod): Cents =>
  reader
    .statement(`select coalesce(sum(cents), 0) from (${movementsSql(() => 'true')}) where not ${isOfPeriod}`)
    .pluck()
    .get(parametersOf(period)) as Cents

/** All movements of a period, by kind and id. */
function* movementRows(reader: Reader, period: ClosedPeriod): Generator<MovementRow, void> {
  const rows = reader
    .statement(`select * from (${movementsSql(() => 'true')}) where ${isOfPeriod} order by 1, 2`)
    .iterate(parametersOf(period)) as IterableIterator<MovementRow>
  for (const row of rows) yield row.at === null ? row : { ...row, on: dayAt(row.at) }
}

/** Homes with ids between two bounds, or all third parties. */
export type PayerRange = { readonly firstId: number; readonly lastId: number } | 'thirdParties'

/** Ranges that cover all payers. @param homes the largest number of homes in a range */
export const payerRanges = (reader: Reader, homes = 2500): PayerRange[] => {
  const last = reader.statement('select coalesce(max(id), 0) from family').pluck().get() as number
  const firstIds = Array.from({ length: Math.ceil(last / homes) }, (_, index) => index * homes + 1)
  return ['thirdParties', ...firstIds.map((firstId) => ({ firstId, lastId: firstId + homes - 1 }))]
}

/** SQL: the payer of a row, a home or a third party as the range has them; opening balances have no third party. */
const payerIdSql = (range: PayerRange, row: string): string => {
  if (range !== 'thirdParties') return `${row}.family_id`
  return row === 'opening_balance' || row === 'debt' ? 'null' : `${row}.third_party_id`
}

/** SQL: whether an id is in a range, whose bounds are parameters. */
const isInRange = (range: PayerRange, idSql: string): string =>
  range === 'thirdParties' ? `${idSql} is not null` : `${idSql} between :firstId and :lastId`

const boundsOf = (range: PayerRange) => (range === 'thirdParties' ? {} : range)

/**
 * The balance of each payer of a range at a régie at the end of a day, as closings count it; negative for an advance.
 */
export const balancesAt = (
  reader: Reader,
  { regieId, to, range }: Pick<ClosedPeriod, 'regieId' | 'to'> & { readonly range: PayerRange },
): { readonly payer: string; readonly cents: number }[] => {
  const rows = movementsSql((row) => isInRange(range, payerIdSql(range, row)))
  return reader
    .statement(`select payer, sum(cents) as cents from (${rows}) group by payer having sum(cents) <> 0`)
    .all({ regieId, to, after: nextMidnight(to), ...boundsOf(range) }) as { payer: string; cents: number }[]
}

/** The payers of a range with a movement or an allocation in a period. */
const payersMoved = (reader: Reader, period: ClosedPeriod, range: PayerRange): string[] => {
  const [table, kind] = range === 'thirdParties' ? ['third_party', 'third party'] : ['family', 'family']
  const ofPayer = (row: string) => `${payerIdSql(range, row)} = payer.id`
  return reader
    .statement(
      `select '${kind} ' || payer.id from ${table} payer where ${isInRange(range, 'payer.id')} and (
        exists (select 1 from (${movementsSql(ofPayer)}) where ${isOfPeriod})
        or exists (select 1 from (${allocationsSql('"on" between :from and :to', ofPayer)})))`,
    )
    .pluck()
    .all({ ...parametersOf(period), ...boundsOf(range) }) as string[]
}

type AllocationRow = Part & {
  readonly id: number
  readonly payer: string
  readonly on: Day
  readonly reversesId: number | null
}

/**
 * SQL: allocations of payments and credit notes of a régie. Those to invoices have the invoice's id, those to opening
 * debts a negative id, those to refunds no id. The query starts from the debts, because few payers are read at once.
 * @param payersSql the condition on the rows of the table of debts, by the table's name
 */
const allocationsSql = (where: string, payersSql: (row: string) => string): string => `select * from (
  select part.id, ${payerSql('invoice')} as payer, part.on_day as "on", payment_id as paymentId,
    credit_note_id as creditNoteId, invoice_id as invoiceId, part.amount_cents as cents, part.reverses_id as reversesId,
    0 as isKept
  from invoice cross join allocation part on part.invoice_id = invoice.id
  where +invoice.regie_id = :regieId and part.decision_id is null and ${payersSql('invoice')}
  union all
  select part.id, 'family ' || debt.family_id, part.on_day, payment_id, credit_note_id, -debt.id, part.amount_cents, part.reverses_id, 0
  from opening_balance debt cross join allocation part on part.opening_debt_id = debt.id
  where debt.regie_id = :regieId and part.decision_id is null and ${payersSql('debt')}
  union all
  select part.id, ${payerSql('refund')}, part.on_day, payment_id, credit_note_id, null, part.amount_cents, part.reverses_id,
    refund.means = 'treasury'
  from refund cross join allocation part on part.refund_id = refund.id
  where refund.regie_id = :regieId and ${payersSql('refund')}) part where ${where} order by id`

const allocationRows = (reader: Reader, { regieId, from, to }: ClosedPeriod): IterableIterator<AllocationRow> =>
  reader
    .statement(allocationsSql('"on" between :from and :to', () => 'true'))
    .iterate({ regieId, from, to }) as IterableIterator<AllocationRow>

/** SQL: the row belongs to a home or a third party of `payersOf`; opening balances have no third party. */
const isWanted = (row: string): string =>
  row === 'debt'
    ? `debt.family_id in (select value from json_each(:families))`
    : `(${row}.family_id in (select value from json_each(:families))
        or ${row}.third_party_id in (select value from json_each(:thirdParties)))`

/** The ids of payers as the parameters of `isWanted`. */
const payersOf = (payers: readonly string[]) => {
  const idsOf = (kind: string) =>
    JSON.stringify(payers.flatMap((payer) => (payer.startsWith(kind) ? Number(payer.slice(kind.length)) : [])))
  return { families: idsOf('family '), thirdParties: idsOf('third party ') }
}

/** What the money of these payers settled at the end of a day, by nature and means. */
export const receivedUntil = (
  reader: Reader,
  period: Omit<ClosedPeriod, 'from' | 'to'>,
  until: Day,
  payers: readonly string[],
): RevenueRow[] => revenueOf(readPayers(reader, period, until, payers), until)

type PaperRow = {
  readonly payer: string
  readonly id: number
  readonly kind: 'invoice' | 'creditNote'
  readonly correctsId: number | null
  readonly on: Day
}
type PaymentRow = {
  readonly payer: string
  readonly id: number
  readonly on: Day
  readonly means: PaymentMeans
  readonly cents: number
  readonly cancelledAt: Instant | null
}
type PartRow = AllocationRow & { readonly undoneOn: Day | null }

/** All papers, payments and allocations of these payers until the end of a day. */
const readPayers = (
  reader: Reader,
  { regieId, natures, tellsKept }: Omit<ClosedPeriod, 'from' | 'to'>,
  until: Day,
  payers: readonly string[],
) => {
  const asked = { regieId, until, ...payersOf(payers) }
  // The unary plus makes SQLite find the rows by payer: the index on the régie leads to nearly all rows.
  const papers = reader
    .statement(
      `select ${payerSql('invoice')} as payer, id, kind, corrects_id as correctsId, issued_on as "on" from invoice
      where +regie_id = :regieId and state = 'issued' and issued_on <= :until and ${isWanted('invoice')} order by id`,
    )
    .all(asked) as PaperRow[]
  const payments = reader
    .statement(
      `select ${payerSql('payment')} as payer, id, booked_on as "on", means, amount_cents as cents,
        cancelled_at as cancelledAt from payment
      where +regie_id = :regieId and +booked_on <= :until and ${isWanted('payment')} order by id`,
    )
    .all(asked) as PaymentRow[]
  const allocations = reader.statement(allocationsSql('"on" <= :until', isWanted)).all(asked) as AllocationRow[]
  const undone = new Map(allocations.flatMap(({ reversesId, on }) => (reversesId === null ? [] : [[reversesId, on]])))
  const parts = allocations
    .filter(({ reversesId }) => reversesId === null)
    .map((part): PartRow => ({ ...part, undoneOn: undone.get(part.id) ?? null }))
  const amounts = Map.groupBy(
    amountRows(
      reader,
      papers.map(({ id }) => id),
    ),
    ({ invoiceId }) => invoiceId,
  )
  return {
    papers,
    payments: withEligible(reader, payments, (row) => withNature(row, natures)),
    parts: tellsKept ? parts : parts.map((part) => ({ ...part, isKept: 0 as const })),
    amountsOf: (id: number) => (amounts.get(id) ?? []).map((row) => withNature(row, natures)),
  }
}

/** What all that money had settled at the end of a day. */
const revenueOf = (rows: ReturnType<typeof readPayers>, until: Day): RevenueRow[] => {
  const { payments, spent } = spentOf(rows, until)
  return revenueByNature(payments, spent)
}

const spentOf = ({ amountsOf, ...rows }: ReturnType<typeof readPayers>, until: Day) => {
  const after = nextMidnight(until)
  const payments = rows.payments.filter(
    ({ on, cancelledAt }) => on <= until && (cancelledAt === null || cancelledAt >= after),
  )
  const papers = Map.groupBy(
    rows.papers.filter(({ on }) => on <= until),
    ({ payer }) => payer,
  )
  const parts = Map.groupBy(
    rows.parts.filter(({ on, undoneOn }) => on <= until && (undoneOn === null || undoneOn > until)),
    ({ payer }) => payer,
  )
  const spent = [...Map.groupBy(payments, ({ payer }) => payer)].flatMap(([payer, own]) => {
    const ownPapers = papers.get(payer) ?? []
    const ownParts = parts.get(payer) ?? []
    const openings = Map.groupBy(
      ownParts.flatMap(({ invoiceId: id, cents }) => (id !== null && id < 0 ? [{ id, cents }] : [])),
      ({ id }) => id,
    )
    return spendPayments({
      invoices: [
        ...ownPapers.filter(({ kind }) => kind === 'invoice').map(({ id }) => ({ id, amounts: amountsOf(id) })),
        // A debt of the previous program has no lines, hence no nature: its amount is the part that was paid.
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
      creditNotes: ownPapers
        .filter(({ kind }) => kind === 'creditNote')
        .map(({ id, correctsId }) => ({ id, correctsId, amounts: amountsOf(id) })),
      payments: own.map((one) => ({ ...one, payer: '' })),
      parts: ownParts,
    })
  })
  return { payments, spent }
}

/**
 * These payments, each voucher with the amounts that it may pay of its invoices; absent for a payment that may pay
 * anything.
 * @param amountOf gives an amount the form of the other amounts of its invoice
 */
export const withEligible = <Payment extends { readonly id: number; readonly means: PaymentMeans }>(
  reader: Reader,
  payments: readonly Payment[],
  amountOf: (row: AmountRow) => FiscalAmount,
): (Payment & { readonly eligible?: readonly EligibleAmount[] | undefined })[] => {
  const vouchers = payments.flatMap(({ id, means }) => (isVoucher(means) ? id : []))
  if (vouchers.length === 0) return [...payments]
  const rows = Map.groupBy(
    reader
      .statement(
        `select payment.id as paymentId, coalesce(paper.corrects_id, paper.id) as invoiceId,
          coalesce(child_id, 0) as childId, coalesce(activity_id, 0) as activityId, fiscal, nature,
          product_code as productCode, share.value ->> 'cents' as cents
        from json_each(?) wanted cross join payment on payment.id = wanted.value
        cross join json_each(payment.voucher_lines) share
        cross join invoice_line line on line.id = share.value ->> 'lineId'
        cross join invoice paper on paper.id = line.invoice_id`,
      )
      .all(JSON.stringify(vouchers)) as (AmountRow & { readonly paymentId: number })[],
    ({ paymentId }) => paymentId,
  )
  return payments.map((payment) => ({
    ...payment,
    eligible: rows.get(payment.id)?.map((row) => ({ ...amountOf(row), invoiceId: row.invoiceId })),
  }))
}

type AmountRow = Omit<FiscalAmount, 'nature'> & {
  readonly invoiceId: number
  readonly nature: string | null
  readonly productCode: string | null
}

/** The amounts of the lines of these papers. */
export const amountRows = (reader: Reader, paperIds: readonly number[]): AmountRow[] =>
  reader
    .statement(
      `select invoice_id as invoiceId, coalesce(child_id, 0) as childId, coalesce(activity_id, 0) as activityId, fiscal,
        nature, product_code as productCode, total_cents as cents
      from json_each(?) wanted cross join invoice_line on invoice_id = wanted.value order by invoice_line.id`,
    )
    .all(JSON.stringify(paperIds)) as AmountRow[]

/** The amount with the name of its nature: the line's own, or the one that the régie gives it. */
export const withNature = (
  { nature, productCode, ...amount }: AmountRow,
  natures: readonly AccountingNature[],
): FiscalAmount => {
  if (nature !== null) return { ...amount, nature: natureText(nature, productCode) }
  const found = natureOf(natures, amount)
  return found ? { ...amount, nature: natureText(found.account, found.productCode) } : amount
}
