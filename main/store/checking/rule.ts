import { numberIn, seriesOf } from '../../../shared/rules/money/series.ts'

export type Found = Readonly<Record<string, unknown>> & { readonly id: number | null }

/** A query that must return no row. */
export type Rule = { readonly table: string; readonly sql: string; readonly sentence: (found: Found) => string }

/** SQL: the columns that `paperText` reads. */
export const paperColumns = (paper: string): string =>
  ['id', 'kind', 'series', 'year', 'number'].map((column) => `${paper}.${column}`).join(', ')

/** « Facture CV-2026-000012 », « Avoir 2026-A00012 », « Brouillon 14 »; also of a paper whose series is damaged. */
export const paperText = ({ id, kind, series, year, number }: Found): string => {
  if (number === null) return `Brouillon ${id}`
  const isInvoice = kind === 'invoice'
  const name = typeof series === 'string' ? series : ''
  const letter = name.endsWith('T') ? 'T' : isInvoice ? 'F' : 'A'
  const printed = numberIn(seriesOf(name.slice(0, -1), letter), Number(year), Number(number))
  return `${isInvoice ? 'Facture' : 'Avoir'} ${printed}`
}
