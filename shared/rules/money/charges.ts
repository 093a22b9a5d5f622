import { ascending } from '../../collections.ts'
import type { Day } from '../calendar/day.ts'
import { byFiscalThenDay } from '../price/price.ts'
import type { PriceLine } from '../price/price-terms.ts'
import { canonical } from './invoice.ts'
import type { Cents } from './money.ts'

/** A charge (« prestation »): what a product costs a home for one child in one activity, on some days at one price. */
export type Charge = PriceLine & { readonly childId: number; readonly activityId: number }

/** The child and the activity of a charge; null for a charge of no child, or of no activity. */
export type Concerned = { readonly childId: number | null; readonly activityId: number | null }

/** One unit of a charge: one meal, one half-day, one deduction of one day. */
export type ChargeUnit<Of extends Concerned = Pick<Charge, 'childId' | 'activityId'>> = Omit<
  PriceLine,
  'quantity' | 'unitCents' | 'totalCents' | 'days' | 'cellsOfUnits'
> &
  Of & {
    readonly day: Day
    /** Negative for a deduction. */
    readonly cents: Cents
    readonly cells: readonly number[]
  }

export const unitsOf = (charges: readonly Charge[]): ChargeUnit[] =>
  charges.flatMap((charge) => {
    const { quantity: _, unitCents, totalCents: __, days, cellsOfUnits, ...product } = charge
    return days.map((day, at) => ({ ...product, day, cents: unitCents, cells: cellsOfUnits[at] ?? [] }))
  })

/** The reverse of `unitsOf`. Children and activities stay in the order in which they come. */
export const chargesOf = (units: readonly ChargeUnit<Concerned>[]): (PriceLine & Concerned)[] => {
  const parts = Map.groupBy(units, ({ childId, activityId }) => `${childId} ${activityId}`)
  // Units of one line share one `basis` object: its text is built once.
  const basisTexts = new Map<PriceLine['basis'], string>()
  const basisText = (basis: PriceLine['basis']): string => {
    const text = basisTexts.get(basis) ?? canonical(basis)
    basisTexts.set(basis, text)
    return text
  }
  const chargeKey = ({ label, cents, fiscal, unit, explanation, basis }: ChargeUnit<Concerned>): string =>
    [cents, fiscal, label, unit.one, unit.many, explanation, basisText(basis)].join('\n')
  return [...parts.values()].flatMap((part) =>
    [...Map.groupBy(part, chargeKey).values()].flatMap(chargeOf).toSorted(byFiscalThenDay),
  )
}

/** One charge, of units that differ by their days and cells only. */
const chargeOf = (units: readonly ChargeUnit<Concerned>[]): (PriceLine & Concerned)[] => {
  const inOrder = units.toSorted(ascending(({ day }) => day))
  const [first] = inOrder
  if (!first) return []
  const { childId, activityId, label, cents, fiscal, unit, explanation, basis } = first
  return [
    {
      childId,
      activityId,
      label,
      quantity: inOrder.length,
      unit,
      unitCents: cents,
      totalCents: inOrder.length * cents,
      fiscal,
      explanation,
      days: inOrder.map(({ day }) => day),
      cellsOfUnits: inOrder.map(({ cells }) => cells),
      basis,
    },
  ]
}
