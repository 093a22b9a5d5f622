import { bracketsText } from '../../../../shared/rules/price/bracket.ts'
import { conditionText } from '../../../../shared/rules/price/printed/condition-words.ts'
import type { PriceCondition } from '../../../../shared/rules/price/tariff.ts'
import type { BasePrice, Line, UnitPrice } from '../tariff-edit.ts'

/* The prices that a line is made of, by the names that tell them apart. */

/** A price with the name that it keeps when other prices of its line are added or removed before it. */
type Named<Of> = { readonly name: string; readonly price: Of }

export const pricesOfLine = ({ count }: Line): Named<UnitPrice>[] => {
  switch (count.per) {
    case 'formula':
      return count.formulas.map(({ unit, price }) => ({ name: unit.one, price }))
    case 'forfait':
      return count.steps.map(({ from, price }) => ({ name: String(from), price }))
    case 'time':
      return [{ name: '', price: count.price }, ...(count.first ? [{ name: firstPart, price: count.first.price }] : [])]
    case 'day':
    case 'slot':
      return [{ name: '', price: count.price }]
  }
}

export const firstPart = 'first part'

/** The prices that a price is made of; the one for everybody else has no name. */
export const partsOf = (price: UnitPrice): Named<BasePrice>[] => {
  switch (price.method) {
    case 'cases':
      return [
        ...price.cases.map((one) => ({ name: conditionText(one.when), price: one.price })),
        ...(price.otherwise ? [{ name: '', price: price.otherwise }] : []),
      ]
    case 'together':
      return price.totals.map((total, at) => ({ name: String(at + 1), price: total }))
    case 'fixed':
    case 'bracket':
    case 'effortRate':
      return [{ name: '', price }]
  }
}

/**
 * The old price for each name. A new name takes the price at its position if the name there disappeared: it was
 * renamed.
 */
export const pricesByName = <Of>(old: readonly Named<Of>[], names: readonly string[]): (Of | undefined)[] =>
  names.map((name, at) => {
    const there = old[at]
    const same = there?.name === name ? there : old.find((one) => one.name === name)
    const isRenamed = there && !names.includes(there.name)
    return (same ?? (isRenamed ? there : undefined))?.price
  })

export const hasOwnBrackets = (price: BasePrice | undefined): boolean =>
  price?.method === 'bracket' && price.brackets !== undefined

/** « hors commune : < 800, > 800 » */
export const caseText = ({ when, price }: { when: PriceCondition; price: BasePrice }): string =>
  price.method === 'bracket' && price.brackets
    ? `${conditionText(when)}\u00a0: ${bracketsText(price.brackets)}`
    : conditionText(when)
