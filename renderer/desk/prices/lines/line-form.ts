import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { parseCondition } from '../../../../shared/rules/price/printed/condition-words.ts'
import type { Line, UnitPrice } from '../tariff-edit.ts'
import { countOf, type PriceNamed } from './line-counts.ts'
import { linePriceFrom, methodFields } from './line-prices.ts'
import { canBeBundled, type LineValues, lineAt, valuesOf } from './line-values.ts'
import { pricesByName, pricesOfLine } from './price-parts.ts'

/** The typed line. It keeps the amounts of the line before, since staff type amounts in the grid. */
export const lineOf = (definition: Definition, values: LineValues, at: number | null): Line => {
  const before = lineAt(definition, at)
  const old = before ? pricesOfLine(before) : []
  const initial = valuesOf(definition, at)
  const typed = { definition, values, isMethodTyped: methodFields.some((field) => values[field] !== initial[field]) }
  const priceNamed: PriceNamed = (name, names = [name]) =>
    linePriceFrom(typed, pricesByName(old, names)[names.indexOf(name)] ?? old[0]?.price)
  const when = values.when.trim() === '' ? undefined : parseCondition(values.when)
  return {
    label: values.label.trim(),
    fiscal: values.fiscal,
    count: countOf(values, before?.count, priceNamed),
    withoutBooking: before?.withoutBooking ?? null,
    ...bundleFrom(values, before, () => linePriceFrom(typed, old[0]?.price)),
    ...(when && 'when' in when && { when: when.when }),
  }
}

const bundleFrom = (values: LineValues, before: Line | undefined, price: () => UnitPrice): Pick<Line, 'bundle'> => {
  if (values.bundleFrom.trim() === '' || !canBeBundled(values.per)) return {}
  const unit = before?.bundle?.unit ?? { one: 'forfait', many: 'forfaits' }
  return { bundle: { from: Number(values.bundleFrom), unit, price: before?.bundle?.price ?? price() } }
}
