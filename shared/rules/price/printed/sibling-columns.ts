import { type Cents, withPercent } from '../../money/money.ts'
import type { PriceCondition, SiblingRule } from '../tariff.ts'

/**
 * Sibling reductions read from the columns of a printed table: « 1 enfant, 2 enfants, 3 et plus », or « 1ᵉʳ enfant, 2ᵉ
 * enfant… ».
 */
export type SiblingColumns = Pick<SiblingRule, 'percents'> & { readonly by: 'rank' | 'count' }

const columnWords =
  /(\d)\s*(er|ère|[eè]me|e|ᵉʳ|ᵉ|nd|nde)?\s*enfants?(?:\s*(?:et plus|et suivants|\+))?|(\d)\s*(?:et plus|et suivants|\+)/gi

/** What the headings of a line count, if all are about children and read 1, 2, 3…; null otherwise. */
export const siblingHeads = (line: string): { readonly by: SiblingColumns['by']; readonly count: number } | null => {
  const found = [...line.matchAll(columnWords)]
  const numbers = found.map(([, number, , bare]) => Number(number ?? bare))
  if (found.length < 2 || numbers.some((number, at) => number !== at + 1)) return null
  return { by: found[0]?.[2] === undefined ? 'count' : 'rank', count: found.length }
}

export type SiblingCondition = Pick<PriceCondition, 'rank' | 'children'>

/** What the column of a number says of a child; the last one is for all greater numbers. */
export const siblingCondition = (by: SiblingColumns['by'], number: number, last: number): SiblingCondition => {
  const range = { from: number, to: number === last ? null : number }
  return by === 'rank' ? { rank: range } : { children: range }
}

/**
 * The percentage of reduction of each column that gives all its prices, to the cent, from those of the first column;
 * null when a column has no such percentage, since the table is then no percentage reduction.
 *
 * @param columns the prices of each column, bracket by bracket
 */
export const percentsOf = (columns: readonly (readonly Cents[])[]): number[] | null => {
  const [first, ...others] = columns
  if (!first) return null
  const found = others.map((column) => percentBetween(first, column))
  return found.every((percent) => percent !== null) ? found : null
}

const percentBetween = (first: readonly Cents[], column: readonly Cents[]): number | null => {
  const full = first.reduce((sum, cents) => sum + cents, 0)
  if (full === 0) return column.every((cents) => cents === 0) ? 0 : null
  const mean = 100 - (column.reduce((sum, cents) => sum + cents, 0) * 100) / full
  for (const digits of [0, 1, 2]) {
    const percent = Number(mean.toFixed(digits))
    if (percent < 0 || percent > 100) return null
    if (first.every((cents, at) => withPercent(cents, -percent) === column[at])) return percent
  }
  return null
}
