import { capitalised, counted } from '../../text/french.ts'
import type { BasePrice, Forfait, PriceCondition, UnitName } from '../tariff.ts'
import { conditionText } from './condition-words.ts'

/** A price of the tariff; generic because the contract has its own type of `BasePrice`. */
type PriceOf<Base> =
  | Base
  | {
      readonly method: 'cases'
      readonly cases: readonly { readonly when: PriceCondition; readonly price: Base }[]
      readonly otherwise: Base | null
    }
  | { readonly method: 'together'; readonly totals: readonly Base[] }

/** The part of a tariff line that its rows need. */
type PricedLine<Base> = {
  readonly label: string
  readonly when?: PriceCondition | undefined
  readonly bundle?: { readonly from: number; readonly unit: UnitName; readonly price: PriceOf<Base> } | undefined
  readonly count:
    | {
        readonly per: 'formula'
        readonly formulas: readonly { readonly unit: UnitName; readonly price: PriceOf<Base> }[]
      }
    | { readonly per: 'day' | 'slot'; readonly unit: UnitName; readonly price: PriceOf<Base> }
    | {
        readonly per: 'forfait'
        readonly span: Forfait['span']
        readonly by: Forfait['by']
        readonly steps: readonly { readonly from: number; readonly unit: UnitName; readonly price: PriceOf<Base> }[]
      }
    | {
        readonly per: 'time'
        readonly grace: number
        readonly unit: UnitName
        readonly price: PriceOf<Base>
        readonly first?: { readonly unit: UnitName; readonly price: PriceOf<Base> } | undefined
      }
}

/**
 * One price of the grid: a line of the tariff, one formula of it (« Demi-journée avec repas »), or one case of these.
 */
export type PriceRow<Base = BasePrice> = {
  readonly key: string
  readonly line: number
  /**
   * Which price of the line: a formula or a step of the forfait (its index), the bundle, the first indivisible part, or
   * the rule for late pick-ups; null for its only price.
   */
  readonly place: number | 'bundle' | 'first' | 'late' | null
  /** The index among the prices that the price is made of (`basePricesOf`); null for a price without cases. */
  readonly part: number | null
  readonly title: string
  readonly price: Base
  /** Minutes of grace before a started part is billed; 0 for prices that are not by time. */
  readonly grace: number
}

export const rowsOf = <Base extends { readonly method: BasePrice['method'] } = BasePrice>({
  lines,
  latePickUp,
}: {
  readonly lines: readonly PricedLine<Base>[]
  readonly latePickUp?:
    | { readonly label: string; readonly free: number; readonly unit: UnitName; readonly price: PriceOf<Base> }
    | undefined
}): PriceRow<Base>[] => [
  ...lines.flatMap(({ label, when, bundle, count }, line): PriceRow<Base>[] => {
    const named = when ? `${label} (${conditionText(when)})` : label
    const bundled = bundle
      ? partsOf(
          {
            key: `${line} bundle`,
            line,
            place: 'bundle',
            title: `${titleOf(named, bundle.unit.one)}, à partir de ${bundle.from} dans le mois`,
            grace: 0,
          },
          bundle.price,
        )
      : []
    if (count.per === 'forfait')
      return count.steps.flatMap(({ from, price }, step) => {
        const more = count.steps.length > 1 && step === count.steps.length - 1
        const title = [named, forfaitSpanNames[count.span], stepText(count.by, from, more)].filter(
          (part) => part !== '',
        )
        return partsOf({ key: `${line} ${step}`, line, place: step, title: title.join(', '), grace: 0 }, price)
      })
    if (count.per !== 'formula') {
      const title = titleOf(named, count.unit.one)
      const grace = count.per === 'time' ? count.grace : 0
      const first =
        count.per === 'time' && count.first
          ? partsOf(
              {
                key: `${line} first`,
                line,
                place: 'first',
                title: titleOf(named, count.first.unit.one),
                grace: 0,
              },
              count.first.price,
            )
          : []
      return [...first, ...partsOf({ key: `${line}`, line, place: null, title, grace }, count.price), ...bundled]
    }
    const formulas = count.formulas.flatMap(({ unit, price }, formula) =>
      partsOf(
        {
          key: `${line} ${formula}`,
          line,
          place: formula,
          title: count.formulas.length > 1 ? capitalised(unit.one) : titleOf(named, unit.one),
          grace: 0,
        },
        price,
      ),
    )
    return [...formulas, ...bundled]
  }),
  ...(latePickUp
    ? partsOf<Base>(
        {
          key: 'late',
          line: lines.length,
          place: 'late',
          title: titleOf(latePickUp.label, latePickUp.unit.one),
          grace: latePickUp.free,
        },
        latePickUp.price,
      )
    : []),
]

const partsOf = <Base extends { readonly method: BasePrice['method'] }>(
  row: Omit<PriceRow<Base>, 'part' | 'price'>,
  price: PriceOf<Base>,
): PriceRow<Base>[] => {
  const part = (at: number, name: string, base: Base): PriceRow<Base> => ({
    ...row,
    key: `${row.key} part ${at}`,
    part: at,
    title: `${row.title}, ${name}`,
    price: base,
  })
  if ('totals' in price)
    return price.totals.map((total, at) => part(at, togetherText(at + 1, price.totals.length), total))
  if ('cases' in price)
    return [
      ...price.cases.map((one, at) => part(at, conditionText(one.when), one.price)),
      ...(price.otherwise ? [part(price.cases.length, 'les autres', price.otherwise)] : []),
    ]
  return [{ ...row, part: null, price }]
}

export const forfaitSpanNames: Readonly<Record<Forfait['span'], string>> = {
  week: 'la semaine',
  month: 'le mois',
  term: 'le trimestre',
  schoolYear: 'l’année scolaire',
  period: 'la période',
}

/** « 2 jours par semaine », « 3 jours réservés et plus »; empty where the price counts nothing. */
export const stepText = (by: Forfait['by'], from: number, isLast: boolean): string => {
  const more = isLast ? ' et plus' : ''
  switch (by) {
    case 'registration':
    case 'booking':
      return ''
    case 'weekdays':
      return `${counted(from, 'jour')} par semaine${more}`
    case 'sessions':
      return `${counted(from, 'séance')} par semaine${more}`
    case 'days':
      return `${counted(from, 'jour réservé', 'jours réservés')}${more}`
    case 'slots':
      return `${counted(from, 'plage réservée', 'plages réservées')}${more}`
  }
}

/** « 2 enfants ensemble », « 3 enfants et plus ensemble » */
const togetherText = (children: number, most: number): string =>
  `${counted(children, 'enfant')}${children === most && most > 1 ? ' et plus' : ''} ensemble`

const titleOf = (label: string, unit: string): string =>
  label.toLocaleLowerCase('fr') === unit ? label : `${label}, ${unit}`
