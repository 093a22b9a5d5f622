import type { Definition } from '../../../shared/contract/desk/prices.ts'
import { bracketsFrom } from '../../../shared/rules/bracket.ts'
import { capitalised } from '../../../shared/rules/french.ts'
import { slotsOf } from '../../../shared/rules/tariff.ts'

export type Line = Definition['lines'][number]
export type Price = Extract<Line['count'], { per: 'slot' }>['price']

/** One price of the grid, as the town prints it: a line, or one formula of it. */
export type PriceRow = {
  readonly key: string
  readonly line: number
  /** Null: the line has one price. */
  readonly formula: number | null
  readonly title: string
  readonly price: Price
}

export const rowsOf = ({ lines }: Definition): PriceRow[] =>
  lines.flatMap((line, index): PriceRow[] => {
    const { count } = line
    if (count.per !== 'formula')
      return [
        { key: `${index}`, line: index, formula: null, title: titleOf(line.label, count.unit.one), price: count.price },
      ]
    return count.formulas.map((formula, place) => ({
      key: `${index} ${place}`,
      line: index,
      formula: place,
      title: count.formulas.length > 1 ? capitalised(formula.unit.one) : titleOf(line.label, formula.unit.one),
      price: formula.price,
    }))
  })

const titleOf = (label: string, unit: string): string =>
  label.toLocaleLowerCase('fr') === unit ? label : `${label}, ${unit}`

export const withPrice = (definition: Definition, { line, formula }: PriceRow, price: Price): Definition => ({
  ...definition,
  lines: definition.lines.map((one, index) => {
    if (index !== line) return one
    const { count } = one
    if (count.per !== 'formula') return { ...one, count: { ...count, price } }
    return {
      ...one,
      count: {
        ...count,
        formulas: count.formulas.map((each, place) => (place === formula ? { ...each, price } : each)),
      },
    }
  }),
})

/** Other tranches, by the first value of each. Prices keep their places; a tranche more begins with the last one’s price. */
export const withStarts = (definition: Definition, starts: readonly number[]): Definition | { refusal: string } => {
  const read = bracketsFrom(starts)
  if ('refusal' in read) return read
  const before = definition.brackets.length
  const fitted = (cents: readonly number[]) => starts.map((_, at) => cents[at] ?? cents.at(-1) ?? 0)
  const refit = (price: Price): Price => {
    const { nonResident } = price
    const column =
      nonResident.rule === 'column' && nonResident.cents.length === before && before > 1
        ? { rule: 'column' as const, cents: fitted(nonResident.cents) }
        : nonResident
    return price.method === 'bracket'
      ? { ...price, cents: fitted(price.cents), nonResident: column }
      : { ...price, nonResident: column }
  }
  let next: Definition = { ...definition, brackets: [...read.brackets] }
  for (const row of rowsOf(definition)) next = withPrice(next, row, refit(row.price))
  return {
    ...next,
    lines: next.lines.map((line) => ({
      ...line,
      withoutBooking: line.withoutBooking && { ...line.withoutBooking, price: refit(line.withoutBooking.price) },
    })),
  }
}

/** Every slot that the tariff prices, as it names them. */
export const slotCodesOf = ({ lines }: Definition): string[] => [
  ...new Set(lines.flatMap(({ count }) => slotsOf(count))),
]

/** What a tariff begins with when nothing was typed yet. */
export const emptyDefinition: Definition = {
  decision: null,
  example: false,
  rounding: 'halfUp',
  brackets: [],
  lines: [],
  absence: { unjustified: 'billed', justifiedInTime: 'notBilled' },
}

/** « demi-journée : matin ou apres-midi » */
export const formulasText = (line: Line): string =>
  line.count.per === 'formula'
    ? line.count.formulas
        .map(
          ({ unit, combinations }) => `${unit.one}\u00a0: ${combinations.map((one) => one.join(' + ')).join(' ou ')}`,
        )
        .join('\n')
    : ''
