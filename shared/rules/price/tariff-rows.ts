import { capitalised } from '../text/french.ts'
import type { Unit, UnitPrice } from './tariff.ts'

/** The part of a tariff line that its rows need; generic because the contract has its own `Price` type. */
type PricedLine<Price> = {
  readonly label: string
  readonly count:
    | {
        readonly per: 'formula'
        readonly formulas: readonly { readonly unit: Unit; readonly price: Price }[]
      }
    | { readonly per: 'day' | 'slot'; readonly unit: Unit; readonly price: Price }
    | { readonly per: 'time'; readonly grace: number; readonly unit: Unit; readonly price: Price }
}

/** One price of the grid: a line of the tariff, or one formula of it (« Demi-journée avec repas »). */
export type PriceRow<Price = UnitPrice> = {
  readonly key: string
  readonly line: number
  /** The index of the formula; null when the line has one price. */
  readonly formula: number | null
  readonly title: string
  readonly price: Price
  /** Minutes of grace before a started part is billed; 0 for prices that are not by time. */
  readonly grace: number
}

export const rowsOf = <Price>({ lines }: { readonly lines: readonly PricedLine<Price>[] }): PriceRow<Price>[] =>
  lines.flatMap(({ label, count }, line): PriceRow<Price>[] => {
    if (count.per !== 'formula') {
      const title = titleOf(label, count.unit.one)
      const grace = count.per === 'time' ? count.grace : 0
      return [{ key: `${line}`, line, formula: null, title, price: count.price, grace }]
    }
    return count.formulas.map(({ unit, price }, formula) => ({
      key: `${line} ${formula}`,
      line,
      formula,
      title: count.formulas.length > 1 ? capitalised(unit.one) : titleOf(label, unit.one),
      price,
      grace: 0,
    }))
  })

const titleOf = (label: string, unit: string): string =>
  label.toLocaleLowerCase('fr') === unit ? label : `${label}, ${unit}`
