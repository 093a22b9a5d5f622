import { type Day, yearOf } from '../calendar/day.ts'
import { numericDay } from '../text/french.ts'
import { type ClosingStatement, closedPeriodText } from './closing.ts'
import type { Cents } from './money.ts'
import { type PaymentMeans, paymentMeansNames } from './payment/payment.ts'
import { natureText } from './regie.ts'

/*
 * « Écritures »: the money received in a closed period, for import into the town's finance software: one entry for each
 * accounting nature and means of payment, in the columns that this software expects. There is no public format.
 */

/** In the order in which they are proposed on screen. */
export const bookColumns = [
  'year',
  'regie',
  'closing',
  'from',
  'to',
  'account',
  'productCode',
  'label',
  'means',
  'amount',
  'subject',
] as const
export type BookColumn = (typeof bookColumns)[number]

export const bookColumnNames: Readonly<Record<BookColumn, string>> = {
  year: 'Exercice',
  regie: 'Régie',
  closing: 'N° de clôture',
  from: 'Du',
  to: 'Au',
  account: 'Compte',
  productCode: 'Code produit',
  label: 'Libellé',
  means: 'Moyen de paiement',
  amount: 'Montant',
  subject: 'Objet',
}

export const bookSeparators = [';', ',', '\t'] as const
export type BookSeparator = (typeof bookSeparators)[number]
export const bookSeparatorNames: Readonly<Record<BookSeparator, string>> = {
  ';': 'Point-virgule',
  ',': 'Virgule',
  '\t': 'Tabulation',
}

export const decimalSigns = [',', '.'] as const
export type DecimalSign = (typeof decimalSigns)[number]
export const decimalSignNames: Readonly<Record<DecimalSign, string>> = { ',': 'Virgule', '.': 'Point' }

/** How a régie writes its entries. */
export type BookExport = {
  readonly columns: readonly BookColumn[]
  readonly separator: BookSeparator
  readonly decimal: DecimalSign
}

export const usualBookExport: BookExport = {
  columns: ['year', 'regie', 'account', 'productCode', 'label', 'means', 'amount', 'subject'],
  separator: ';',
  decimal: ',',
}

/** « Compte, Montant (point-virgule, décimales après une virgule) » */
export const bookExportText = ({ columns, separator, decimal }: BookExport): string =>
  `${columns.map((column) => bookColumnNames[column]).join(', ')} (${bookSeparatorNames[separator].toLocaleLowerCase('fr')}, décimales après ${decimal === ',' ? 'une virgule' : 'un point'})`

/** Why entries cannot be written with these settings; undefined when they can. */
export const refuseBookExport = ({
  columns,
  separator,
  decimal,
}: BookExport): { readonly sentence: string; readonly field: keyof BookExport } | undefined => {
  if (!columns.includes('amount'))
    return { sentence: 'Gardez le montant\u00a0: sans lui, une écriture ne dit rien.', field: 'columns' }
  if (new Set(columns).size < columns.length)
    return { sentence: 'Une colonne n’est demandée qu’une fois.', field: 'columns' }
  if (separator === decimal)
    return { sentence: 'Le séparateur et le signe décimal ne peuvent pas être les mêmes.', field: 'decimal' }
  return undefined
}

export type BookEntry = {
  /** Empty for money without a nature: advances, and lines that have none. */
  readonly account: string
  readonly productCode: string
  /** The régie's name for the nature; for money without one, the name of the row. */
  readonly label: string
  readonly means: PaymentMeans
  readonly cents: Cents
}

/**
 * The entries of a statement, one for each nature and means; their sum is that of the statement.
 * @param natureLabels the régie's names of its natures
 */
export const bookEntries = (
  { received }: Pick<ClosingStatement, 'received'>,
  natureLabels: Readonly<Record<string, string>>,
): BookEntry[] =>
  received.flatMap(({ nature, byMeans }) => {
    const { account, productCode } = partsOfNature(nature)
    const label = natureLabels[nature] || (account === '' ? nature : '')
    return byMeans.map(([means, cents]) => ({ account, productCode, label, means, cents }))
  })

/** The account and product code of « 7066 · PERI »; both empty for a row that is no nature. */
const partsOfNature = (nature: string): Pick<BookEntry, 'account' | 'productCode'> => {
  const [account = '', productCode = ''] = nature.split(' · ')
  const isNature = /^\d+$/.test(account) && natureText(account, productCode) === nature
  return isNature ? { account, productCode } : { account: '', productCode: '' }
}

type Period = {
  readonly kind: 'month' | 'year'
  readonly from: Day
  readonly to: Day
  readonly number: number
  readonly regie: string
}

/** The cells of an entry's line in the file, in the order of the columns that the régie chose. */
export const bookLine = (entry: BookEntry, period: Period, { columns, decimal }: BookExport): string[] => {
  const { account, productCode, label, means, cents } = entry
  const cells: Readonly<Record<BookColumn, string>> = {
    year: String(yearOf(period.to)),
    regie: period.regie,
    closing: String(period.number),
    from: numericDay(period.from),
    to: numericDay(period.to),
    account,
    productCode,
    label,
    means: paymentMeansNames[means],
    amount: (cents / 100).toFixed(2).replace('.', decimal),
    subject: [period.regie, closedPeriodText(period), label || account, paymentMeansNames[means]]
      .filter((text) => text !== '')
      .join(', '),
  }
  return columns.map((column) => cells[column])
}

/** « ecritures-2027-01.csv » */
export const bookFileName = ({ kind, from }: Pick<Period, 'kind' | 'from'>): string =>
  `ecritures-${from.slice(0, kind === 'month' ? 7 : 4)}.csv`
