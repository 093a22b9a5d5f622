import type { Day } from '../calendar/day.ts'
import { shortDay } from '../text/french.ts'
import { type ClosingStatement, receivedBetween } from './closing.ts'
import type { Cents } from './money.ts'
import { addedUp, type RevenueRow } from './revenue.ts'

/*
 * « Relevé de versement »: the money that the régie hands over to the public accountant since the previous statement,
 * by accounting nature and means of payment (instruction 06-031-A-B-M: at least once a month, or when the ceiling of
 * the till is reached).
 */

export type RemittanceContent = {
  readonly received: ClosingStatement['received']
  /** What the régie itself gave back to payers, and therefore does not hand over. Negative only for a correction. */
  readonly refundedCents: Cents
}

/**
 * What is left to state: all money received and given back until a day, less the content of earlier statements. A
 * payment that is recorded late, cancelled, or moved to another nature is therefore in the next statement, and the sum
 * of all statements always equals the journal.
 */
export const remittanceOf = (
  until: { readonly received: readonly RevenueRow[]; readonly refundedCents: Cents },
  earlier: readonly RemittanceContent[],
): RemittanceContent => ({
  received: receivedBetween(statedBy(earlier), until.received),
  refundedCents: earlier.reduce((left, { refundedCents }) => left - refundedCents, until.refundedCents),
})

const statedBy = (earlier: readonly RemittanceContent[]): RevenueRow[] =>
  addedUp(
    earlier.map(({ received }) =>
      received.map(({ nature, cents, byMeans }) => ({ nature, cents, byMeans: new Map(byMeans) })),
    ),
  )

export const receivedCents = ({ received }: Pick<RemittanceContent, 'received'>): Cents =>
  received.reduce((sum, { cents }) => sum + cents, 0)

/** The amount handed over: what was received, less what the régie gave back itself. */
export const remittedCents = (content: RemittanceContent): Cents => receivedCents(content) - content.refundedCents

/**
 * Why no statement can be made until a day; undefined when one can. @param lastTo the last day of the previous
 * statement
 */
export const refuseRemittance = (
  content: RemittanceContent,
  { to, today, lastTo }: { readonly to: Day; readonly today: Day; readonly lastTo: Day | null },
): { readonly sentence: string; readonly field?: 'to' } | undefined => {
  if (to > today) return { sentence: 'Un relevé s’arrête au plus tard aujourd’hui.', field: 'to' }
  if (lastTo !== null && to <= lastTo)
    return {
      sentence: `Le relevé d’avant va jusqu’au ${shortDay(lastTo)}\u00a0: choisissez un jour d’après.`,
      field: 'to',
    }
  if (remittedCents(content) <= 0) return { sentence: 'Il n’y a rien à verser.' }
  return undefined
}
