import { ascending } from '../../collections.ts'
import { type Cents, sumOf } from './money.ts'
import { type PaymentMeans, paymentMeans } from './payment/payment.ts'
import { withoutNatureText } from './regie.ts'
import type { SpentAmount } from './tax-statement.ts'

/*
 * « État des encaissements par nature »: what a régie received, by the accounts where the finance service enters it and
 * by means of payment.
 */

/** The name of the row of money that was given back since, instead of paying an invoice. */
export const refundedText = 'Avances remboursées'

/** The name of the row of money that came for debts at the Treasury, to which the régie hands it over. */
export const keptText = 'Gardé pour la Trésorerie'

/** The name of the row of advances: money received that pays nothing yet. */
export const advancesText = 'Avances, à affecter'

type Received = { readonly id: number; readonly means: PaymentMeans; readonly cents: Cents }

export type RevenueRow = {
  readonly nature: string
  readonly cents: Cents
  readonly byMeans: ReadonlyMap<PaymentMeans, Cents>
}

/** A part of a payment, with what it paid. */
export type ReceivedPart = {
  readonly paymentId: number
  readonly means: PaymentMeans
  readonly nature: string
  /** The activity whose amount it paid; null for none. */
  readonly activityId: number | null
  readonly cents: Cents
}

/** What was received, by the amounts that it paid, what was given back and what pays nothing yet: together all of it. */
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

/** Whether the name stands in the place of a nature: of money that pays nothing that was billed. */
export const paysNothingBilled = (nature: string): boolean =>
  nature === refundedText || nature === keptText || nature === advancesText

/**
 * One row for each nature, by its name; then what has no nature, what was given back since, what is kept for the Treasury, and what pays nothing yet.
 * The rows add up to what was received.
 * @param spent the amounts of invoices that payments paid, those of other payments included
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

/** Rows of several groups of payers, or of several statements, as one row for each nature: as if they were one group. */
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

/** Rows that are no nature, in the order in which they come last. */
const lastRows: readonly string[] = [withoutNatureText, refundedText, keptText, advancesText]

const rankOf = (nature: string): string => `${lastRows.indexOf(nature) + 1} ${nature}`
