import { ascending } from '../../collections.ts'
import { type Cents, sumOf } from './money.ts'
import { type PaymentMeans, paymentMeans } from './payment/payment.ts'
import { withoutNatureText } from './regie.ts'
import type { SpentAmount } from './tax-statement.ts'

/* « État des encaissements par nature »: the money that a régie received, by accounting nature and means of payment. */

/** The name of the row of money that was given back later, instead of paying an invoice. */
export const refundedText = 'Avances remboursées'

/**
 * The name of the row of money received for debts that the Treasury collects: the régie hands it over to the Treasury.
 */
export const keptText = 'Gardé pour la Trésorerie'

/** The name of the row of advances: money received that pays no debt yet. */
export const advancesText = 'Avances, à affecter'

type Received = { readonly id: number; readonly means: PaymentMeans; readonly cents: Cents }

export type RevenueRow = {
  readonly nature: string
  readonly cents: Cents
  readonly byMeans: ReadonlyMap<PaymentMeans, Cents>
}

/** A part of a payment, and what it paid. */
export type ReceivedPart = {
  readonly paymentId: number
  readonly means: PaymentMeans
  readonly nature: string
  /** The activity of the amount that it paid; null for none. */
  readonly activityId: number | null
  readonly cents: Cents
}

/** All money received, in parts: by the amounts that it paid, what was given back, and what pays no debt yet. */
export const receivedParts = (received: readonly Received[], spent: readonly SpentAmount[]): ReceivedPart[] => {
  const ofPayment = Map.groupBy(spent, ({ paymentId }) => paymentId)
  return received.flatMap(({ id: paymentId, means, cents }) => {
    const own = ofPayment.get(paymentId) ?? []
    const left = cents - own.reduce((sum, one) => sum + one.cents, 0)
    return [
      ...own.map(({ fiscal, nature = withoutNatureText, activityId, cents: part }) => ({
        paymentId,
        means,
        nature: fiscal === 'refunded' ? refundedText : fiscal === 'kept' ? keptText : nature,
        activityId: activityId === 0 ? null : activityId,
        cents: part,
      })),
      ...(left > 0 ? [{ paymentId, means, nature: advancesText, activityId: null, cents: left }] : []),
    ]
  })
}

/** Whether the name of a row stands for no nature, because its money pays nothing that was billed. */
export const paysNothingBilled = (nature: string): boolean =>
  nature === refundedText || nature === keptText || nature === advancesText

/**
 * One row for each nature, by name; then the amounts without a nature, those given back later, those kept for the
 * Treasury, and those that pay no debt yet. The sum of all rows is the money received.
 * @param spent the amounts of invoices that payments paid, including other payments
 */
export const revenueByNature = (received: readonly Received[], spent: readonly SpentAmount[]): RevenueRow[] => {
  const entries = receivedParts(received, spent)
  return [...Map.groupBy(entries, ({ nature }) => nature)].toSorted(ascending(([nature]) => rankOf(nature))).map(
    ([nature, own]): RevenueRow => ({
      nature,
      cents: sumOf(own),
      byMeans: new Map(
        paymentMeans.flatMap((means) => {
          const cents = sumOf(own.filter((one) => one.means === means))
          return cents === 0 ? [] : [[means, cents]]
        }),
      ),
    }),
  )
}

/** Adds the rows of several groups of payers, or of several statements, up in one row for each nature. */
export const addedUp = (tables: readonly (readonly RevenueRow[])[]): RevenueRow[] =>
  [...Map.groupBy(tables.flat(), ({ nature }) => nature)]
    .toSorted(ascending(([nature]) => rankOf(nature)))
    .map(([nature, rows]) => {
      const sums = new Map<PaymentMeans, Cents>()
      for (const [means, cents] of rows.flatMap((row) => [...row.byMeans]))
        sums.set(means, (sums.get(means) ?? 0) + cents)
      return {
        nature,
        cents: sumOf(rows),
        byMeans: new Map(
          paymentMeans.flatMap((means) => {
            const cents = sums.get(means) ?? 0
            return cents === 0 ? [] : [[means, cents] as const]
          }),
        ),
      }
    })

/** Names of rows that are no natures, in the order in which they end the table. */
const lastRows: readonly string[] = [withoutNatureText, refundedText, keptText, advancesText]

const rankOf = (nature: string): string => `${lastRows.indexOf(nature) + 1} ${nature}`
