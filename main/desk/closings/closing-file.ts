import type { OpenPeriod } from '../../../shared/contract/desk/money/closings.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import {
  accountRows,
  type ClosingStatement,
  closedPeriodText,
  receiptsText,
} from '../../../shared/rules/money/closing.ts'
import { formatAmount, formatEuros } from '../../../shared/rules/money/money.ts'
import {
  type PaymentMeans,
  paymentMeans,
  paymentMeansNames,
  paymentMeansShort,
} from '../../../shared/rules/money/payment/payment.ts'
import { receivedCents } from '../../../shared/rules/money/remittance.ts'
import { instantText, shortDay } from '../../../shared/rules/text/french.ts'
import { listPdf } from '../../documents/list-pdf.ts'
import { amountCell, spreadsheetTypes, writeCsv } from '../../documents/spreadsheets/csv.ts'
import { writeXlsx } from '../../documents/spreadsheets/workbook.ts'
import type { Core } from '../core.ts'
import { regieName, regieOf } from '../regies/regies.ts'
import { organisationOf } from '../settings/settings.ts'
import { statementOf } from './closings.ts'

type Asked = {
  readonly regieId: number
  readonly kind: 'month' | 'year'
  readonly from: Day
  readonly format: 'pdf' | 'xlsx' | 'csv'
}

/** « État de clôture »: the account of the period, then the money received, by nature and means. */
export const closingFile = async (core: Core, { format, ...asked }: Asked): Promise<File> => {
  const { closing, period } = await statementOf(core, asked)
  const { statement, natureLabels, receipts } = period
  const title = closing ? `État de clôture n°\u00a0${closing.number}` : 'État provisoire'
  const name = `cloture-${period.kind === 'month' ? period.from.slice(0, 7) : period.from.slice(0, 4)}.${format}`
  if (format !== 'pdf') {
    const table = tableOf(period, format)
    const bytes = format === 'csv' ? writeCsv(table) : await writeXlsx(title, table)
    return new File([new Uint8Array(bytes)], name, { type: spreadsheetTypes[format] })
  }
  const received = receivedOnPaper(statement, natureLabels)
  const paper = await listPdf({
    title,
    about: `${regieName(regieOf(core.store, asked.regieId))}, ${closedPeriodText(period)}`,
    summary: [
      { name: `Dû au ${shortDay(period.to)}`, value: formatEuros(statement.dueAfterCents) },
      { name: 'Encaissé', value: formatEuros(receivedCents(statement)) },
      ...(receipts ? [{ name: 'Quittances', value: receiptsText(receipts) }] : []),
    ],
    blanks: ['Visa du régisseur', 'Visa du comptable'],
    columns: received.columns,
    groups: [
      {
        name: 'Le compte',
        count: closedPeriodText(period),
        rows: accountRows(statement, period).map(([label, amount], index, { length }) => ({
          id: `account-${index}`,
          registrationId: null,
          cells: [
            { text: label, strong: index === length - 1 },
            ...received.columns.slice(2).map(() => ({ text: '' })),
            { text: amount, strong: index === length - 1 },
          ],
        })),
      },
      received.group,
    ],
    emptyRows: 0,
    empty: 'Rien n’a été encaissé.',
    note: closing
      ? `Clos le ${instantText(closing.closedAt)} par ${closing.closedBy}. Empreinte ${closing.hash}.`
      : 'Provisoire\u00a0: la période n’est pas close.',
    showsHealth: false,
    organisationName: organisationOf(core.store).name,
    printedAt: core.clock(),
  })
  return new File([paper], name, { type: 'application/pdf' })
}

/** « Encaissé par nature et par moyen »: a row for each nature, a column for each means, and the totals of both. */
export const receivedOnPaper = (
  content: Pick<ClosingStatement, 'received'>,
  natureLabels: Readonly<Record<string, string>>,
) => {
  const used = meansIn(content)
  return {
    columns: [
      { title: 'En euros', kind: 'text' as const },
      ...used.map((means) => ({
        title: paymentMeansShort[means],
        kind: 'number' as const,
        width: means === 'directDebit' ? 21 : 17,
      })),
      { title: 'Total', kind: 'number' as const, width: 24 },
    ],
    group: {
      name: 'Encaissé par nature et par moyen',
      count: formatEuros(receivedCents(content)),
      rows: [
        ...content.received.map(({ nature, cents, byMeans }) =>
          receivedRow(nature, { text: nature, under: natureLabels[nature] ?? '' }, [
            ...used.map((means) => byMeans.find(([one]) => one === means)?.[1] ?? 0),
            cents,
          ]),
        ),
        ...(content.received.length === 0
          ? []
          : [
              receivedRow(
                'total',
                { text: 'Encaissé', under: '' },
                [...used.map((means) => sumByMeans(content, means)), receivedCents(content)],
                true,
              ),
            ]),
      ],
    },
  }
}

const receivedRow = (id: string, first: { text: string; under: string }, cents: readonly number[], strong = false) => ({
  id,
  registrationId: null,
  cells: [
    { ...first, strong: true },
    ...cents.map((each, index) => ({
      text: each === 0 ? '' : formatAmount(each),
      strong: strong || index === cents.length - 1,
    })),
  ],
})

const sumByMeans = ({ received }: Pick<ClosingStatement, 'received'>, means: PaymentMeans): number =>
  received.reduce((sum, { byMeans }) => sum + (byMeans.find(([one]) => one === means)?.[1] ?? 0), 0)

const meansIn = ({ received }: Pick<ClosingStatement, 'received'>) =>
  paymentMeans.filter((means) => received.some(({ byMeans }) => byMeans.some(([one]) => one === means)))

const tableOf = (
  { statement, natureLabels }: Pick<OpenPeriod, 'statement' | 'natureLabels'>,
  format: 'csv' | 'xlsx',
) => {
  const used = meansIn(statement)
  const amount = (cents: number) => amountCell(cents, format)
  return {
    columns: ['Nature', 'Libellé', ...used.map((means) => paymentMeansNames[means]), 'Total'],
    rows: [
      ...statement.received.map(({ nature, cents, byMeans }) => [
        nature,
        natureLabels[nature] ?? '',
        ...used.map((means) => amount(byMeans.find(([one]) => one === means)?.[1] ?? 0)),
        amount(cents),
      ]),
      ['Total', '', ...used.map((means) => amount(sumByMeans(statement, means))), amount(receivedCents(statement))],
    ],
  }
}
