import type { Definition } from '../../../../shared/contract/desk/money/prices.ts'
import { type Bracket, bracketsText } from '../../../../shared/rules/price/bracket.ts'
import { conditionText } from '../../../../shared/rules/price/printed/condition-words.ts'
import { effortRateDecimals, percentDecimals } from '../../../../shared/rules/price/tariff.ts'
import type { BasePrice, UnitPrice } from '../tariff-edit.ts'
import type { LineValues } from './line-values.ts'
import { hasOwnBrackets, partsOf, pricesByName } from './price-parts.ts'
import { amountIn, casesIn, percentIn } from './typed-fields.ts'

/*
 * The prices of a line, from its fields. Amounts, which staff type in the grid, stay with the condition they are for.
 */

/** The fields that say how prices are computed. While nobody changes them, each price keeps its own method. */
export const methodFields = [
  'choice',
  'method',
  'percent',
  'outside',
  'outsidePercent',
  'outsideAmount',
  'outsideColumn',
] as const satisfies (keyof LineValues)[]

type Typed = { readonly definition: Definition; readonly values: LineValues; readonly isMethodTyped: boolean }

/** Keeps the amounts of each remaining case; a new case starts with those of the last one. */
export const linePriceFrom = (typed: Typed, old: UnitPrice | undefined): UnitPrice => {
  const { definition, values, isMethodTyped } = typed
  const parts = old ? partsOf(old) : []
  const last = parts.at(-1)?.price
  const priced = (part = last): BasePrice => (part && !isMethodTyped ? part : priceFrom(definition, values, part))
  switch (values.choice) {
    case 'one':
      return priced(pricesByName(parts, [''])[0])
    case 'together': {
      const names = Array.from({ length: Number(values.together) }, (_, at) => String(at + 1))
      return { method: 'together', totals: pricesByName(parts, names).map(priced) }
    }
    case 'cases': {
      const cases = casesIn(values.cases).flatMap(({ when, own }) =>
        'when' in when ? [{ when: when.when, own: own && 'brackets' in own ? own.brackets : undefined }] : [],
      )
      const stays = pricesByName(parts, [
        ...cases.map(({ when }) => conditionText(when)),
        ...(values.hasOtherwise ? [''] : []),
      ])
      return {
        method: 'cases',
        cases: cases.map(({ when, own }, at) => {
          const part = stays[at] ?? last
          if (own) return { when, price: withOwnBrackets(part, own) }
          return { when, price: hasOwnBrackets(part) ? priceFrom(definition, values, part) : priced(part) }
        }),
        otherwise: values.hasOtherwise ? priced(stays.at(-1)) : null,
      }
    }
  }
}

const withOwnBrackets = (price: BasePrice | undefined, brackets: readonly Bracket[]): BasePrice => {
  const own = price?.method === 'bracket' ? price.brackets : undefined
  if (price && own && bracketsText(own) === bracketsText(brackets)) return price
  const known = price ? amountsIn(price) : []
  const cents = brackets.map((_, at) => known[at] ?? known.at(-1) ?? 0)
  return { method: 'bracket', cents, brackets: [...brackets], nonResident: { rule: 'same' } }
}

/** Keeps the amounts already typed, as far as the new pricing method can use them. */
const priceFrom = ({ brackets }: Definition, values: LineValues, old: BasePrice | undefined): BasePrice => {
  const known = old ? amountsIn(old) : [0]
  const over = (cents: readonly number[]) => brackets.map((_, at) => cents[at] ?? cents.at(-1) ?? 0)
  const outside = old?.nonResident.rule === 'column' ? old.nonResident.cents : known
  const isSingle = values.method !== 'bracket' || values.outsideColumn === 'single'
  const nonResident = nonResidentFrom(values, isSingle ? outside.slice(-1) : over(outside))
  const last = known.at(-1) ?? 0
  const { method } = values
  switch (method) {
    case 'fixed':
      return { method, cents: last, nonResident }
    case 'bracket':
      return { method, cents: over(known), nonResident }
    case 'effortRate': {
      const floor = old?.method === 'effortRate' ? old.floor : 0
      return { method, percent: percentIn(values.percent, effortRateDecimals), floor, ceiling: last, nonResident }
    }
  }
}

const amountsIn = (price: BasePrice): readonly number[] => {
  switch (price.method) {
    case 'fixed':
      return [price.cents]
    case 'bracket':
      return price.cents
    case 'effortRate':
      return [price.ceiling]
  }
}

const nonResidentFrom = (
  { outside: rule, outsidePercent, outsideAmount }: LineValues,
  cents: number[],
): BasePrice['nonResident'] => {
  switch (rule) {
    case 'same':
      return { rule }
    case 'percent':
      return { rule, percent: percentIn(outsidePercent, percentDecimals) }
    case 'amount':
      return { rule, cents: amountIn(outsideAmount) ?? 0 }
    case 'column':
      return { rule, cents }
  }
}
