import type { Definition } from '../../../shared/contract/desk/money/prices.ts'
import { formatNumber, parseAmount } from '../../../shared/rules/money/money.ts'
import { type Bracket, bracketsFrom } from '../../../shared/rules/price/bracket.ts'
import { type PriceRow, rowsOf } from '../../../shared/rules/price/printed/tariff-rows.ts'
import type { PrintedRow, PrintedTable } from '../../../shared/rules/price/printed/tariff-table.ts'
import { slotCode, slotsOf } from '../../../shared/rules/price/tariff.ts'

export type Line = Definition['lines'][number]
/** Any price of the tariff: the same for everybody, by case, or for children together. */
export type UnitPrice = Extract<Line['count'], { per: 'slot' }>['price']
/** A price that depends on the quotient and the town alone: one row of the grid. */
export type BasePrice = Exclude<UnitPrice, { method: 'cases' | 'together' }>

/** One price row of the grid, with the contract's types. */
export type GridRow = PriceRow<BasePrice>

export const withPrice = (definition: Definition, row: GridRow, price: BasePrice): Definition =>
  withLinePrice(definition, row, (whole) => withPart(whole, row.part, price))

/** The tariff with the whole price replaced to which a row of the grid belongs. */
const withLinePrice = (
  definition: Definition,
  { line, place }: Pick<GridRow, 'line' | 'place'>,
  change: (whole: UnitPrice) => UnitPrice,
): Definition => ({
  ...definition,
  ...(place === 'late' &&
    definition.latePickUp && {
      latePickUp: { ...definition.latePickUp, price: change(definition.latePickUp.price) },
    }),
  lines: definition.lines.map((one, index) => {
    if (index !== line) return one
    const { count, bundle } = one
    if (place === 'bundle') return bundle ? { ...one, bundle: { ...bundle, price: change(bundle.price) } } : one
    if (place === 'first')
      return count.per === 'time' && count.first
        ? { ...one, count: { ...count, first: { ...count.first, price: change(count.first.price) } } }
        : one
    if (count.per === 'forfait')
      return {
        ...one,
        count: {
          ...count,
          steps: count.steps.map((each, step) => (step === place ? { ...each, price: change(each.price) } : each)),
        },
      }
    if (count.per !== 'formula') return { ...one, count: { ...count, price: change(count.price) } }
    return {
      ...one,
      count: {
        ...count,
        formulas: count.formulas.map((each, formula) =>
          formula === place ? { ...each, price: change(each.price) } : each,
        ),
      },
    }
  }),
})

/** @param part the index among the prices that the price is made of, as rows of the grid have it */
const withPart = (whole: UnitPrice, part: number | null, price: BasePrice): UnitPrice => {
  switch (whole.method) {
    case 'cases':
      return part === whole.cases.length
        ? { ...whole, otherwise: price }
        : { ...whole, cases: whole.cases.map((one, at) => (at === part ? { ...one, price } : one)) }
    case 'together':
      return { ...whole, totals: whole.totals.map((one, at) => (at === part ? price : one)) }
    case 'fixed':
    case 'bracket':
    case 'effortRate':
      return price
  }
}

/** The price with each of its rows changed. */
export const eachPart = (whole: UnitPrice, change: (price: BasePrice) => BasePrice): UnitPrice => {
  switch (whole.method) {
    case 'cases':
      return {
        ...whole,
        cases: whole.cases.map((one) => ({ ...one, price: change(one.price) })),
        otherwise: whole.otherwise && change(whole.otherwise),
      }
    case 'together':
      return { ...whole, totals: whole.totals.map(change) }
    case 'fixed':
    case 'bracket':
    case 'effortRate':
      return change(whole)
  }
}

/**
 * Replaces the brackets, given by the first value of each. Prices keep their positions, and an added bracket begins
 * with the last one's price. When a tariff gets its first brackets, a uniform price is copied to each of them.
 */
export const withStarts = (definition: Definition, starts: readonly number[]): Definition | { refusal: string } => {
  const read = bracketsFrom(starts)
  if ('refusal' in read) return read
  return withBrackets(definition.brackets.length === 0 ? pricedByBracket(definition) : definition, read.brackets)
}

const pricedByBracket = (definition: Definition): Definition => {
  let next = definition
  for (const row of rowsOf<BasePrice>(definition))
    if (row.price.method === 'fixed') {
      const { cents, nonResident } = row.price
      next = withPrice(next, row, { method: 'bracket', cents: [cents], nonResident })
    }
  return next
}

/** Why the bracket at `index` cannot begin at `value`; undefined when it can. */
export const startRefusal = (starts: readonly number[], index: number, value: number): string | undefined => {
  const [before = -1, after = Number.POSITIVE_INFINITY] = [starts[index - 1], starts[index + 1]]
  if (value <= before) return `elle doit commencer au-dessus de ${formatNumber(before)}, où la précédente commence.`
  return value >= after
    ? `elle doit commencer au-dessous de ${formatNumber(after)}, où la suivante commence.`
    : undefined
}

const withBrackets = (definition: Definition, brackets: readonly Bracket[]): Definition => {
  const before = definition.brackets.length
  const fitted = (cents: readonly number[]) => brackets.map((_, at) => cents[at] ?? cents.at(-1) ?? 0)
  const refit = (price: BasePrice): BasePrice => {
    if (price.method === 'bracket' && price.brackets) return price
    const { nonResident } = price
    const column =
      nonResident.rule === 'column' && nonResident.cents.length === before && before > 1
        ? { rule: 'column' as const, cents: fitted(nonResident.cents) }
        : nonResident
    switch (price.method) {
      case 'bracket':
        return { ...price, cents: fitted(price.cents), nonResident: column }
      case 'fixed':
      case 'effortRate':
        return { ...price, nonResident: column }
    }
  }
  let next: Definition = { ...definition, brackets: [...brackets] }
  for (const row of rowsOf<BasePrice>(definition)) next = withPrice(next, row, refit(row.price))
  return {
    ...next,
    lines: next.lines.map((line) => ({
      ...line,
      withoutBooking: line.withoutBooking && {
        ...line.withoutBooking,
        price: eachPart(line.withoutBooking.price, refit),
      },
    })),
    ...(next.membership && { membership: { ...next.membership, price: eachPart(next.membership.price, refit) } }),
  }
}

/** Target of a row of a printed table: a grid row's key, `new` or `none`. */
type PrintedTarget = string

/** The grid row with the same name as a printed row, or whose name contains the printed one or is contained in it. */
export const targetOf = (definition: Definition, { label }: PrintedRow): PrintedTarget => {
  const wanted = slotCode(label)
  const rows = rowsOf(definition).map(({ key, title }) => ({ key, title: slotCode(title) }))
  const found =
    rows.find(({ title }) => title === wanted) ??
    rows.find(({ title }) => wanted !== '' && (title.includes(wanted) || wanted.includes(title)))
  return found?.key ?? 'new'
}

/** The tariff with a printed table applied: its brackets, and the prices of the rows with a target. */
export const withTable = (
  definition: Definition,
  { brackets, rows, siblings }: PrintedTable,
  goals: readonly PrintedTarget[],
): Definition => {
  let next = withBrackets(definition, brackets)
  if (siblings) {
    const { by, percents } = siblings
    next = { ...next, siblings: { on: ['garde'], ...next.siblings, by, percents: [...percents] } }
  }
  const known = rowsOf<BasePrice>(next)
  for (const [at, row] of rows.entries()) {
    const goal = goals[at]
    const price = linePriceOf(row)
    const target = known.find(({ key }) => key === goal)
    if (target)
      next = price.method === 'cases' ? withLinePrice(next, target, () => price) : withPrice(next, target, priceOf(row))
    else if (goal === 'new')
      next = {
        ...next,
        lines: [
          ...next.lines,
          {
            label: row.label,
            fiscal: /repas|cantine|restaur/i.test(row.label) ? 'repas' : 'garde',
            count: {
              per: 'slot',
              slots: [slotCode(row.label)],
              unit: { one: row.label.toLocaleLowerCase('fr'), many: row.label.toLocaleLowerCase('fr') },
              price,
            },
            withoutBooking: null,
          },
        ],
      }
  }
  return next
}

const linePriceOf = (row: PrintedRow): UnitPrice =>
  row.cases
    ? {
        method: 'cases',
        cases: row.cases.map(({ when, resident }) => ({
          when,
          price: priceOf({ resident, nonResident: null }),
        })),
        otherwise: null,
      }
    : priceOf(row)

const priceOf = ({ resident, nonResident }: Pick<PrintedRow, 'resident' | 'nonResident'>): BasePrice => {
  const outside: BasePrice['nonResident'] =
    nonResident === null ? { rule: 'same' } : { rule: 'column', cents: [...nonResident] }
  return resident.length === 1
    ? { method: 'fixed', cents: resident[0] ?? 0, nonResident: outside }
    : { method: 'bracket', cents: [...resident], nonResident: outside }
}

type EditableAmount = { readonly cents: number; readonly set: (cents: number) => BasePrice }

/** The editable amounts of a price, in screen order. */
const amountsOf = (price: BasePrice): EditableAmount[] => {
  const { nonResident } = price
  const outside = (at: number): EditableAmount[] =>
    nonResident.rule === 'column'
      ? [
          {
            cents: nonResident.cents[at] ?? 0,
            set: (cents) => ({ ...price, nonResident: { rule: 'column', cents: nonResident.cents.with(at, cents) } }),
          },
        ]
      : []
  switch (price.method) {
    case 'bracket':
      return price.cents.flatMap((own, at) => [
        { cents: own, set: (cents) => ({ ...price, cents: price.cents.with(at, cents) }) },
        ...(nonResident.rule === 'column' && nonResident.cents.length > 1 ? outside(at) : []),
      ])
    case 'fixed':
      return [{ cents: price.cents, set: (cents) => ({ ...price, cents }) }, ...outside(0)]
    case 'effortRate':
      return [
        { cents: price.floor, set: (floor) => ({ ...price, floor }) },
        { cents: price.ceiling, set: (ceiling) => ({ ...price, ceiling }) },
        ...outside(0),
      ]
  }
}

/**
 * Writes a block of spreadsheet amounts into the grid, from one amount to the right and down; null when a cell is not
 * an amount.
 */
export const pastedAt = (definition: Definition, row: number, place: number, text: string): Definition | null => {
  let next = definition
  const lines = text.replace(/\r/g, '').replace(/\n$/, '').split('\n')
  for (const [down, line] of lines.entries()) {
    for (const [right, cell] of line.split('\t').entries()) {
      const target = rowsOf<BasePrice>(next)[row + down]
      const found = target && amountsOf(target.price)[place + right]
      if (!target || !found || cell.trim() === '') continue
      const read = parseAmount(cell)
      if ('refusal' in read || read.cents < 0) return null
      next = withPrice(next, target, found.set(read.cents))
    }
  }
  return next
}

/** Codes of all slots that the tariff prices. */
export const slotCodesOf = ({ lines }: Definition): string[] => [
  ...new Set(lines.flatMap(({ count }) => slotsOf(count))),
]

/** Initial definition of a new tariff. */
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
