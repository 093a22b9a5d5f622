import type { DepositSlip, HandOverQueue } from '../../../shared/contract/desk/money/payments.ts'
import { type Day, dayAt, type Instant, today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { type CounterDetails, detailsText } from '../../../shared/rules/money/payment/counter.ts'
import { paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { type HandedOverMeans, maxSlipPayments } from '../../../shared/rules/money/payment/till.ts'
import { numberIn, seriesOf } from '../../../shared/rules/money/series.ts'
import { counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import { renderList } from '../../documents/render-papers.ts'
import { nextNumber, numbersUnknown } from '../../store/numbers.ts'
import { depositSlip, depositSlipLine } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { refuseIfClosed, refuseUnlessHolder, regieOf, seriesOfRegie } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { refuseIfTillClosed } from './till.ts'

/** Payments of one means that wait to be handed over, oldest first, as many as one slip takes. */
export const paymentsToHandOver = (
  { store, clock }: Core,
  of: { means: HandedOverMeans; regieId: number },
): HandOverQueue => {
  const waiting = waitingLines(store, { ...of, on: today(clock) })
  return { lines: waiting.slice(0, maxSlipPayments), waiting: waiting.length, refunds: waitingRefunds(store, of) }
}

type HandOverInput = {
  readonly regieId: number
  readonly means: HandedOverMeans
  readonly paymentIds: readonly number[]
  /** Total that the screen showed and the cashier counted. */
  readonly totalCents: number
}

/**
 * Hands payments over to the Treasury, each payment once, with a numbered slip. A slip of cash deducts all cash given
 * back since the last one: its total is the cash that leaves the till.
 */
export const handOver = (core: Core, person: Person, input: HandOverInput): DepositSlip => {
  const { store, clock } = core
  const { regieId, means, totalCents } = input
  const label = `Remise\u00a0: ${paymentMeansNames[means].toLocaleLowerCase('fr')}, ${formatEuros(totalCents)}`
  return store.act(person, 'payments.handOver', label, (write) => {
    const unknown = numbersUnknown(store)
    if (unknown !== null) throw new Refused(unknown)
    const handedOn = today(clock)
    refuseUnlessHolder(core, person, regieId)
    refuseIfTillClosed(store, regieId, handedOn)
    const chosen = new Set(input.paymentIds)
    const lines = waitingLines(store, { means, regieId, on: handedOn }).filter(({ paymentId }) => chosen.has(paymentId))
    const refunds = waitingRefunds(store, { means, regieId })
    if (lines.length < chosen.size || sumOf(lines) - centsOf(refunds) !== totalCents)
      throw new Refused('La liste a changé entre-temps\u00a0: relisez-la, rien n’est remis.')
    if (totalCents <= 0) throw new Refused('Il n’y a rien à remettre.')
    const year = yearOf(handedOn)
    const series = seriesOfRegie(store, regieId, 'B')
    const number = nextNumber(store, `${series}${year}`, lastSlip(store, regieId, year))
    const { id } = write.insert(depositSlip, { regieId, means, year, number, handedOn })
    write.insertMany(depositSlipLine, [
      ...lines.map(({ paymentId, amountCents }) => ({ slipId: id, paymentId, amountCents })),
      ...refunds.map(({ refundId, cents }) => ({ slipId: id, refundId, amountCents: -cents })),
    ])
    return requireSlip(store, id)
  })
}

/** Cancels a slip, which keeps its number with the reason; its payments wait to be handed over again. */
export const cancelSlip = (core: Core, person: Person, { id, reason }: { id: number; reason: string }): DepositSlip => {
  const { store, clock } = core
  const before = requireSlip(store, id)
  return store.act(person, 'payments.cancelSlip', `Bordereau annulé\u00a0: ${before.number}, ${reason}`, (write) => {
    if (requireSlip(store, id).cancelled) throw new Refused('Ce bordereau est déjà annulé.')
    refuseUnlessHolder(core, person, before.regieId)
    refuseIfClosed(store, before.regieId, before.handedOn)
    refuseIfTillClosed(store, before.regieId, before.handedOn)
    refuseIfTillClosed(store, before.regieId, today(clock))
    const lines = linesToCancel(store, id)
    if (lines.some(({ givenBack }) => givenBack === 1))
      throw new Refused('Un bordereau suivant déduit un de ses règlements\u00a0: annulez d’abord celui-là.')
    for (const line of lines) write.remove(depositSlipLine, line.id)
    write.update(depositSlip, id, { cancelledAt: write.at, cancelReason: reason })
    return requireSlip(store, id)
  })
}

const maxSlips = 60

/** The latest deposit slips of a régie, newest first. */
export const depositSlips = ({ store }: Core, regieId: number): DepositSlip[] =>
  (
    store
      .statement(`${selectSlips} where slip.regie_id = ? group by slip.id order by slip.id desc limit ?`)
      .all(regieId, maxSlips) as readonly SlipRow[]
  ).map(slipShown)

/** Prints the slip that accompanies the money to the Treasury, for both sides to sign. */
export const slipFile = async ({ store, clock }: Core, id: number): Promise<File> => {
  const one = requireSlip(store, id)
  if (one.cancelled) throw new Refused('Ce bordereau est annulé\u00a0: rien n’y reste à remettre.')
  const lines = linesOf(store, id)
  const taken = lines.filter(({ amountCents }) => amountCents > 0)
  const refunds = refundsOf(store, id)
  const { name: organisationName } = organisationOf(store)
  const { name: regie } = regieOf(store, one.regieId)
  const paper = await renderList({
    title: `Bordereau de remise n°\u00a0${one.number}`,
    about: [regie, paymentMeansNames[one.means], shortDay(one.handedOn)].filter((text) => text !== '').join(', '),
    summary: [
      {
        name: 'Total',
        value: [
          counted(taken.length, 'règlement'),
          ...(refunds.length === 0 ? [] : [counted(refunds.length, 'remboursement déduit', 'remboursements déduits')]),
          formatEuros(one.totalCents),
        ].join(', '),
      },
    ],
    blanks: ['Remis le', 'Visa du régisseur', 'Visa du comptable'],
    columns: [
      { title: 'Reçu le', kind: 'text', width: 24 },
      { title: 'Quittance', kind: 'text', width: 30 },
      { title: 'Famille, payé par', kind: 'text' },
      { title: 'Référence', kind: 'text', width: 44 },
      { title: 'Montant', kind: 'number', width: 26 },
    ],
    groups: [
      {
        name: '',
        count: '',
        rows: lines.map((line) => ({
          id: String(line.paymentId),
          registrationId: null,
          cells: [
            { text: numericDay(line.receivedOn) },
            { text: line.receipt },
            { text: line.family, ...(line.payer !== '' && { under: line.payer }) },
            { text: line.amountCents < 0 ? 'annulé depuis sa remise' : line.reference },
            { text: formatEuros(line.amountCents) },
          ],
        })),
      },
      ...(refunds.length === 0 ? [] : [deductedGroup(refunds)]),
    ],
    emptyRows: 0,
    empty: 'Aucun règlement.',
    note: '',
    showsHealth: false,
    organisationName,
    printedAt: clock(),
  })
  return new File([paper], `Bordereau ${one.number}.pdf`, { type: 'application/pdf' })
}

type Line = HandOverQueue['lines'][number]
type GivenBack = HandOverQueue['refunds'][number]

const deductedGroup = (refunds: readonly GivenBack[]) => ({
  name: 'Rendu en espèces depuis la remise d’avant',
  count: formatEuros(-centsOf(refunds)),
  rows: refunds.map(({ refundId, family, reason, paidOn, cents }) => ({
    id: `refund ${refundId}`,
    registrationId: null,
    cells: [
      { text: numericDay(paidOn) },
      { text: '' },
      { text: family },
      { text: reason },
      { text: formatEuros(-cents) },
    ],
  })),
})

const refundColumns = `refund.id as refundId, coalesce(family.name, third_party.name) as family, refund.reason,
  refund.paid_on as paidOn, refund.amount_cents as cents
  from refund left join family on family.id = refund.family_id
  left join third_party on third_party.id = refund.third_party_id`

/** Cash given back that no slip has deducted yet; empty for other means of payment. */
const waitingRefunds = (
  store: Store,
  { means, regieId }: { readonly means: HandedOverMeans; readonly regieId: number },
): GivenBack[] =>
  store
    .statement(
      `select ${refundColumns} where refund.means = ? and refund.regie_id = ? and refund.paid_on is not null
        and not exists (select 1 from deposit_slip_line line where line.refund_id = refund.id)
      order by refund.paid_on, refund.id`,
    )
    .all(means, regieId) as GivenBack[]

/** Refunds that a slip deducts. */
const refundsOf = (store: Store, slipId: number): GivenBack[] =>
  store
    .statement(
      `select ${refundColumns} join deposit_slip_line line on line.refund_id = refund.id where line.slip_id = ?
      order by refund.paid_on, refund.id`,
    )
    .all(slipId) as GivenBack[]

const centsOf = (refunds: readonly GivenBack[]): number => refunds.reduce((sum, { cents }) => sum + cents, 0)

type LineRow = Omit<Line, 'receipt'> &
  Pick<CounterDetails, 'documentNumber' | 'bank' | 'issuer'> & {
    readonly prefix: string | null
    readonly receiptYear: number
    readonly receiptNumber: number
  }

const lineColumns = `payment.id as paymentId, coalesce(family.name, third_party.name) as family, payment.payer, payment.reference, payment.document_number as documentNumber,
  payment.bank, payment.issuer, payment.received_on as receivedOn,
  regie.prefix, payment.receipt_year as receiptYear, payment.receipt_number as receiptNumber`

const withReceipt = ({ prefix, receiptYear, receiptNumber, documentNumber, bank, issuer, ...line }: LineRow): Line => ({
  ...line,
  reference: detailsText({ documentNumber, bank, issuer, reference: line.reference }),
  receipt: numberIn(seriesOf(prefix, 'Q'), receiptYear, receiptNumber),
})

/**
 * Payments not handed over yet, without cheques held back beyond the day `on`; and, as negative amounts, payments
 * cancelled since they were handed over: the next slip deducts them.
 */
const waitingLines = (
  store: Store,
  of: { readonly means: HandedOverMeans; readonly regieId: number; readonly on: Day },
): Line[] =>
  (
    store
      .statement(
        `select ${lineColumns},
          case when payment.cancelled_at is null then payment.amount_cents else -payment.amount_cents end as amountCents
        from payment left join family on family.id = payment.family_id
        left join third_party on third_party.id = payment.third_party_id join regie on regie.id = payment.regie_id
        where payment.means = :means and payment.regie_id = :regieId
          and (payment.held_until is null or payment.held_until <= :on) and (payment.cancelled_at is null) = not exists (
          select 1 from deposit_slip_line line where line.payment_id = payment.id and line.amount_cents > 0)
          and not exists (select 1 from deposit_slip_line line where line.payment_id = payment.id and line.amount_cents < 0)
        order by payment.received_on, payment.id`,
      )
      .all(of) as LineRow[]
  ).map(withReceipt)

const linesOf = (store: Store, slipId: number): Line[] =>
  (
    store
      .statement(
        `select ${lineColumns}, line.amount_cents as amountCents from deposit_slip_line line
          join payment on payment.id = line.payment_id left join family on family.id = payment.family_id
          left join third_party on third_party.id = payment.third_party_id
          join regie on regie.id = payment.regie_id
        where line.slip_id = ? order by payment.received_on, payment.id`,
      )
      .all(slipId) as LineRow[]
  ).map(withReceipt)

/** Lines of a slip. `givenBack`: a later slip deducts this payment. */
const linesToCancel = (store: Store, slipId: number) =>
  store
    .statement(
      `select line.id, exists (select 1 from deposit_slip_line other where other.payment_id = line.payment_id
          and line.amount_cents > 0 and other.amount_cents < 0) as givenBack
        from deposit_slip_line line where line.slip_id = ?`,
    )
    .all(slipId) as { readonly id: number; readonly givenBack: 0 | 1 }[]

const sumOf = (lines: readonly Line[]): number => lines.reduce((sum, { amountCents }) => sum + amountCents, 0)

type SlipRow = {
  readonly id: number
  readonly regieId: number
  readonly prefix: string | null
  readonly means: HandedOverMeans
  readonly year: number
  readonly number: number
  readonly handedOn: Day
  readonly cancelledAt: Instant | null
  readonly cancelReason: string | null
  readonly handedBy: string
  readonly count: number
  readonly totalCents: number
}

const selectSlips = `select slip.id, slip.regie_id as regieId, regie.prefix, slip.means, slip.year, slip.number, slip.handed_on as handedOn,
    slip.cancelled_at as cancelledAt, slip.cancel_reason as cancelReason, act.actor_name as handedBy,
    count(line.payment_id) as count, coalesce(sum(line.amount_cents), 0) as totalCents
  from deposit_slip slip join act on act.id = slip.act_id join regie on regie.id = slip.regie_id left join deposit_slip_line line on line.slip_id = slip.id`

const slipShown = ({ prefix, year, number, cancelledAt, cancelReason, ...row }: SlipRow): DepositSlip => ({
  ...row,
  number: numberIn(seriesOf(prefix, 'B'), year, number),
  cancelled: cancelledAt === null ? null : { on: dayAt(cancelledAt), reason: cancelReason ?? '' },
})

const requireSlip = (store: Store, id: number): DepositSlip => {
  const row = store.statement(`${selectSlips} where slip.id = ? group by slip.id`).get(id) as SlipRow | undefined
  if (!row) throw new Refused('Ce bordereau n’existe plus.')
  return slipShown(row)
}

const lastSlip = (store: Store, regieId: number, year: number): number =>
  (store.statement('select max(number) from deposit_slip where regie_id = ? and year = ?').pluck().get(regieId, year) as
    | number
    | null) ?? 0
