import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Payment } from '../../../shared/contract/desk/money/payments.ts'
import { addDays, type Day, type Instant } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { type PaymentMeans, paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { refundTexts } from '../../../shared/rules/money/recovery/debt-decision.ts'
import { counted, numericDay, shortDay } from '../../../shared/rules/text/french.ts'
import type { ListPaper } from '../../documents/list-pdf.ts'
import { renderList } from '../../documents/render-papers.ts'
import { amountCell, type CsvTable, spreadsheetTypes, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { mayReadInThread } from '../../store/reading-thread.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { regieOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { booksOf } from './payments.ts'
import { paymentCount, type RefundRow, refundsPaidIn } from './payments-store.ts'
import { closingText } from './till.ts'

export type JournalInput = {
  readonly regieId: number
  readonly from: Day
  readonly to: Day
  /** Null for every means. */
  readonly means: PaymentMeans | null
  readonly format: 'pdf' | 'xlsx' | 'csv'
}

/** The longest journal: a year, whatever its first day. */
const maxDays = 366

/** Starting a thread takes half a second, so another thread makes the journal only from this many payments on. */
const usualThreadFrom = 1000

/**
 * The journal of a régie, by the days on which its books count payments. A payment of these days that was cancelled is
 * listed with its reason; one that an earlier journal counts is subtracted.
 */
export const journalFile = async (
  { store, clock }: Core,
  input: JournalInput,
  { threadFrom = usualThreadFrom } = {},
): Promise<File> => {
  const { regieId, from, to, means, format } = input
  if (to < from) throw new Refused('Le dernier jour vient avant le premier.', 'to')
  if (to > addDays(from, maxDays)) throw new Refused('Demandez un an au plus à la fois.', 'to')
  const isLong = paymentCount(store, regieId, input) >= threadFrom && mayReadInThread(store)
  const bytes = isLong
    ? await journalByThread({ path: store.path, at: clock(), input })
    : await writeHere(readJournal(store, clock(), input), format)
  const name = `journal-de-la-regie${means === null ? '' : `-${fileNames[means]}`}-${from === to ? from : `${from}-${to}`}.${format}`
  return new File([new Uint8Array(bytes)], name, {
    type: format === 'pdf' ? 'application/pdf' : spreadsheetTypes[format],
  })
}

/** The input of the thread in `journal-worker.ts`. */
export type JournalTask = { readonly path: string; readonly at: Instant; readonly input: JournalInput }

/** Only the finished file passes through this thread, which serves other calls: rows and text stay in the other one. */
const journalByThread = async (task: JournalTask): Promise<Uint8Array> => {
  const thread = new Worker(program, { workerData: task })
  const [bytes] = (await once(thread, 'message')) as [Uint8Array]
  return bytes
}

const program = join(import.meta.dirname, `journal-worker${extname(import.meta.filename)}`)

/** A list to print, or a table to save. */
type Journal = { readonly list: ListPaper } | { readonly title: string; readonly table: CsvTable }

const writeHere = async (journal: Journal, format: JournalInput['format']): Promise<Uint8Array> => {
  if ('list' in journal) return renderList(journal.list)
  return format === 'csv' ? writeCsv(journal.table) : writeXlsx(journal.title, journal.table)
}

export const readJournal = (store: Store, printedAt: Instant, input: JournalInput): Journal => {
  const { regieId, from, to, means, format } = input
  const { booked, takenBack } = booksOf(store, regieId, input)
  const isAsked = (one: Payment) => means === null || one.means === means
  // A payment cancelled after these days still counts in them, so that the journal of a closed month never changes.
  const all = booked
    .filter(isAsked)
    .map((one) => ({ ...one, cancelled: one.cancelled && one.cancelled.on <= to ? one.cancelled : null }))
  const off = takenBack.filter(isAsked).map((one) => ({ ...one, amountCents: -one.amountCents }))
  const valid = [...all.filter(({ cancelled }) => cancelled === null), ...off]
  const refunds = refundsOf(store, input)
  const title = `Journal de la régie${means === null ? '' : `\u00a0: ${paymentMeansNames[means].toLocaleLowerCase('fr')}`}`
  if (format !== 'pdf') {
    const columns = [
      'Reçu le',
      'Quittance',
      'Famille',
      'Payé par',
      'Moyen',
      'Référence',
      'Montant',
      'Annulé',
      'Compté le',
    ]
    const rows = all.map((one) => [
      numericDay(one.receivedOn),
      one.receipt,
      one.family,
      one.payer,
      paymentMeansNames[one.means],
      one.reference,
      amountCell(one.amountCents, format),
      one.cancelled ? `${numericDay(one.cancelled.on)}, ${one.cancelled.reason}` : '',
      numericDay(one.bookedOn),
    ])
    const taken = off.map((one) => [
      numericDay(one.receivedOn),
      one.receipt,
      one.family,
      one.payer,
      paymentMeansNames[one.means],
      cancelledText(one),
      amountCell(one.amountCents, format),
      '',
      one.cancelled ? numericDay(one.cancelled.on) : '',
    ])
    const back = refunds.map((one) => [
      numericDay(one.paidOn ?? one.askedOn),
      '',
      one.payer,
      '',
      refundTexts[one.means],
      one.reference,
      amountCell(-one.amountCents, format),
      '',
      numericDay(one.paidOn ?? one.askedOn),
    ])
    return { title, table: { columns, rows: [...rows, ...taken, ...back] } }
  }
  const { name: organisationName } = organisationOf(store)
  const { name: regie } = regieOf(store, regieId)
  const closing = means === null && from === to ? closingText(store, regieId, from) : null
  const list: ListPaper = {
    title,
    about: `${regie === '' ? '' : `${regie}, `}${from === to ? shortDay(from) : `du ${shortDay(from)} au ${shortDay(to)}`}`,
    summary: [
      ...(means === null ? byMeans(valid) : []),
      { name: 'Total', value: sumOf(valid) },
      ...(refunds.length === 0
        ? []
        : [
            {
              name: 'Rendu',
              value: `${counted(refunds.length, 'remboursement')}, ${formatEuros(totalOf(refunds))}`,
            },
          ]),
      ...(closing === null ? [] : [{ name: 'Caisse', value: closing }]),
    ],
    blanks: ['Visa du régisseur'],
    columns: [
      { title: 'Quittance', kind: 'text', width: 30 },
      { title: 'Famille, payé par', kind: 'text' },
      ...(means === null ? [{ title: 'Moyen', kind: 'text' as const, width: 32 }] : []),
      { title: 'Référence', kind: 'text', width: 44 },
      { title: 'Montant', kind: 'number', width: 26 },
    ],
    groups: [
      ...[...Map.groupBy(all, ({ bookedOn }) => bookedOn)].map(([day, ofDay]) => ({
        name: from === to ? '' : shortDay(day),
        count: sumOf(ofDay.filter(({ cancelled }) => cancelled === null)),
        rows: ofDay.map((one) => ({
          id: String(one.id),
          registrationId: null,
          cells: [
            {
              text: one.receipt,
              ...(one.receivedOn !== one.bookedOn && { under: `reçu le ${numericDay(one.receivedOn)}` }),
            },
            { text: one.family, ...(one.payer !== '' && { under: one.payer }) },
            ...(means === null ? [{ text: paymentMeansNames[one.means] }] : []),
            {
              text: one.reference,
              ...(one.cancelled && { under: cancelledText(one) }),
            },
            one.cancelled
              ? { text: 'annulé', under: formatEuros(one.amountCents) }
              : { text: formatEuros(one.amountCents) },
          ],
        })),
      })),
      ...takenBackGroup(off, means === null),
      ...refundGroup(refunds, means === null),
    ],
    emptyRows: 0,
    empty: 'Aucun règlement.',
    note: '',
    showsHealth: false,
    organisationName,
    printedAt,
  }
  return { list }
}

const cancelledText = ({ cancelled }: Payment): string =>
  cancelled ? `Annulé le ${numericDay(cancelled.on)}\u00a0: ${cancelled.reason}` : ''

const takenBackGroup = (off: readonly Payment[], showsMeans: boolean) =>
  off.length === 0
    ? []
    : [
        {
          name: 'Annulés, comptés auparavant',
          count: sumOf(off),
          rows: off.map((one) => ({
            id: `cancelled ${one.id}`,
            registrationId: null,
            cells: [
              { text: one.receipt },
              { text: one.family, under: cancelledText(one) },
              ...(showsMeans ? [{ text: paymentMeansNames[one.means] }] : []),
              { text: one.reference },
              { text: formatEuros(one.amountCents) },
            ],
          })),
        },
      ]

/** Refunds that the régie paid itself, not through the finance service: by one means of payment, or by any. */
const refundsOf = (store: Store, { regieId, from, to, means }: JournalInput): RefundRow[] =>
  refundsPaidIn(store, regieId, { from, to }).filter((one) => means === null || one.means === means)

const refundGroup = (refunds: readonly RefundRow[], showsMeans: boolean) =>
  refunds.length === 0
    ? []
    : [
        {
          name: 'Remboursements',
          count: '',
          rows: refunds.map((one) => ({
            id: `refund ${one.id}`,
            registrationId: null,
            cells: [
              { text: numericDay(one.paidOn ?? one.askedOn) },
              { text: one.payer, under: one.reason },
              ...(showsMeans ? [{ text: refundTexts[one.means] }] : []),
              { text: one.reference },
              { text: formatEuros(-one.amountCents) },
            ],
          })),
        },
      ]

const totalOf = (rows: readonly { readonly amountCents: number }[]): number =>
  rows.reduce((sum, { amountCents }) => sum + amountCents, 0)

const byMeans = (payments: readonly Payment[]) =>
  [...Map.groupBy(payments, ({ means }) => means)].map(([means, all]) => ({
    name: paymentMeansNames[means],
    value: sumOf(all),
  }))

/** « 3 règlements, 120,50 € » */
const sumOf = (payments: readonly Payment[]): string =>
  `${counted(payments.filter(({ amountCents }) => amountCents > 0).length, 'règlement')}, ${formatEuros(totalOf(payments))}`

const fileNames: Readonly<Record<PaymentMeans, string>> = {
  cash: 'especes',
  cheque: 'cheques',
  card: 'carte',
  transfer: 'virements',
  directDebit: 'prelevements',
  cesu: 'cesu',
  holidayVouchers: 'cheques-vacances',
  online: 'en-ligne',
}
