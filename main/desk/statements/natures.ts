import { setImmediate } from 'node:timers/promises'
import { inChunks } from '../../../shared/collections.ts'
import { addDays, type Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { paymentMeans, paymentMeansNames } from '../../../shared/rules/money/payment/payment.ts'
import { type AccountingNature, natureLabel } from '../../../shared/rules/money/regie.ts'
import { revenueByNature } from '../../../shared/rules/money/revenue.ts'
import { type SpentAmount, spendPayments } from '../../../shared/rules/money/tax-statement.ts'
import { shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { amountCell, spreadsheetTypes, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import { amountRows, withEligible, withNature } from '../../store/closing-rows.ts'
import type { Store } from '../../store/store.ts'
import { type Core, Refused } from '../core.ts'
import { regieOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { allocationsAtRegie, papersAtRegie, payersAtRegie, paymentsAtRegie } from './natures-store.ts'

type Asked = { readonly regieId: number; readonly from: Day; readonly to: Day }

const maxDays = 366
/** Payers read at once; other calls get a turn after each slice. */
const payersPerSlice = 50

/**
 * « État des encaissements par nature » of a régie. Lines of papers without an accounting nature count under today's.
 */
export const naturesFile = async (core: Core, { format, ...asked }: Asked & { format: Format }): Promise<File> => {
  const { regieId, from, to } = asked
  const regie = regieOf(core.store, regieId)
  const rows = await receivedByNature(core.store, asked, regie.natures)
  const name = `encaissements-par-nature-${from === to ? from : `${from}-${to}`}.${format}`
  if (format !== 'pdf') {
    const table = tableOf(rows, regie.natures, format)
    const bytes = format === 'csv' ? writeCsv(table) : await writeXlsx(title, table)
    return new File([new Uint8Array(bytes)], name, { type: spreadsheetTypes[format] })
  }
  const paper = await listPdf({
    title,
    about: `${regie.name === '' ? '' : `${regie.name}, `}${from === to ? shortDay(from) : `du ${shortDay(from)} au ${shortDay(to)}`}`,
    summary: [{ name: 'Total', value: formatEuros(totalOf(rows)) }],
    blanks: ['Visa du régisseur'],
    columns: [
      { title: 'Nature', kind: 'text', width: 34 },
      { title: 'Libellé, moyens de paiement', kind: 'text' },
      { title: 'Total', kind: 'number', width: 30 },
    ],
    groups: [
      {
        name: '',
        count: '',
        rows: rows.map(({ nature, cents, byMeans }) => ({
          id: nature,
          registrationId: null,
          cells: [
            { text: nature, strong: true },
            {
              text: natureLabel(regie.natures, nature),
              under: meansIn(rows)
                .flatMap((means) =>
                  byMeans.has(means)
                    ? [`${paymentMeansNames[means]}\u00a0: ${formatEuros(byMeans.get(means) ?? 0)}`]
                    : [],
                )
                .join(', '),
            },
            { text: formatEuros(cents) },
          ],
        })),
      },
    ],
    emptyRows: 0,
    empty: 'Rien n’a été encaissé.',
    note: '',
    showsHealth: false,
    organisationName: organisationOf(core.store).name,
    printedAt: core.clock(),
  })
  return new File([paper], name, { type: 'application/pdf' })
}

const title = 'Encaissements par nature'
type Format = 'pdf' | 'xlsx' | 'csv'

type NatureRows = ReturnType<typeof revenueByNature>

const receivedByNature = async (
  store: Store,
  { regieId, from, to }: Asked,
  natures: readonly AccountingNature[],
): Promise<NatureRows> => {
  if (to < from) throw new Refused('Le dernier jour vient avant le premier.', 'to')
  if (to > addDays(from, maxDays)) throw new Refused('Demandez un an au plus à la fois.', 'to')
  const spent: SpentAmount[] = []
  const received: ReturnType<typeof paymentsAtRegie> = []
  for (const payers of inChunks(payersAtRegie(store, { regieId, from, to }), payersPerSlice)) {
    const found = spentBy(store, regieId, payers, natures)
    spent.push(...found.spent)
    received.push(...found.payments.filter(({ on }) => from <= on && on <= to))
    await setImmediate()
  }
  return revenueByNature(received, spent)
}

const totalOf = (rows: NatureRows): number => rows.reduce((sum, { cents }) => sum + cents, 0)

const meansIn = (rows: NatureRows) => paymentMeans.filter((means) => rows.some(({ byMeans }) => byMeans.has(means)))

const tableOf = (rows: NatureRows, natures: readonly AccountingNature[], format: 'csv' | 'xlsx') => {
  const used = meansIn(rows)
  const euros = (cents: number) => amountCell(cents, format)
  return {
    columns: ['Nature', 'Libellé', ...used.map((means) => paymentMeansNames[means]), 'Total'],
    rows: [
      ...rows.map(({ nature, cents, byMeans }) => [
        nature,
        natureLabel(natures, nature),
        ...used.map((means) => euros(byMeans.get(means) ?? 0)),
        euros(cents),
      ]),
      [
        'Total',
        '',
        ...used.map((means) => euros(rows.reduce((sum, { byMeans }) => sum + (byMeans.get(means) ?? 0), 0))),
        euros(totalOf(rows)),
      ],
    ],
  }
}

/** What these payers paid to a régie, and which amounts were paid with it. */
const spentBy = (store: Store, regieId: number, payers: readonly string[], natures: readonly AccountingNature[]) => {
  const papers = papersAtRegie(store, regieId, payers)
  const payments = withEligible(store, paymentsAtRegie(store, regieId, payers), (row) => withNature(row, natures))
  const amounts = Map.groupBy(
    amountRows(
      store,
      papers.map(({ id }) => id),
    ),
    ({ invoiceId }) => invoiceId,
  )
  const amountsOf = (id: number) => (amounts.get(id) ?? []).map((row) => withNature(row, natures))
  const papersOf = Map.groupBy(papers, ({ payer }) => payer)
  const paymentsOf = Map.groupBy(payments, ({ payer }) => payer)
  const partsOf = Map.groupBy(allocationsAtRegie(store, regieId, payers), ({ payer }) => payer)
  const spent = payers.flatMap((payer) => {
    const own = papersOf.get(payer) ?? []
    const parts = partsOf.get(payer) ?? []
    const openings = [
      ...new Set(parts.flatMap(({ invoiceId }) => (invoiceId !== null && invoiceId < 0 ? [invoiceId] : []))),
    ]
    return spendPayments({
      invoices: [
        ...own.filter(({ kind }) => kind === 'invoice').map(({ id }) => ({ id, amounts: amountsOf(id) })),
        // A debt taken over has no lines, hence no nature: it counts for the amount that was ever paid of it.
        ...openings.map((id) => ({ id, amounts: [openingAmount(parts, id)] })),
      ],
      creditNotes: own
        .filter(({ kind }) => kind === 'creditNote')
        .map(({ id, correctsId }) => ({ id, correctsId, amounts: amountsOf(id) })),
      payments: (paymentsOf.get(payer) ?? []).map((payment) => ({ ...payment, payer: '' })),
      parts,
    })
  })
  return { spent, payments }
}

const openingAmount = (
  parts: readonly { readonly invoiceId: number | null; readonly cents: number }[],
  id: number,
) => ({
  childId: 0,
  activityId: 0,
  fiscal: 'autre' as const,
  cents: parts.reduce((sum, { invoiceId, cents }) => (invoiceId === id ? sum + cents : sum), 0),
})
