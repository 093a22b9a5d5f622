import { differenceOf } from '../../../../shared/rules/money/difference.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import type { FoundSpan } from './spans.ts'
import { type Collected, regieOfPapers, regieOfUnits } from './standing.ts'

/*
 * The share of a régie in a span. The month of a home is priced as a whole, whichever régies collect for its
 * activities; papers, what stands billed and what is given back belong to one régie.
 */

/**
 * The share of one régie, in the form of a whole span.
 * @param collects the régie that collects for an activity today; what stands billed stays at the régie that billed it
 */
export const shareOf = (
  span: FoundSpan,
  regieId: number,
  regieOfActivity: (activityId: number) => number,
): FoundSpan => {
  const { owed, standing, priced, isOpen } = span
  const billedBy = regieOfPapers(span)
  const regieOf = regieOfUnits(span, billedBy, regieOfActivity)
  const isOwn = (unit: Collected) => regieOf(unit) === regieId
  const share = {
    owed: owed.filter(isOwn),
    standing: standing.filter(({ paperId }) => billedBy(paperId) === regieId),
    left: leftAt(span, regieId, span.left),
    priced: {
      ...priced,
      errors: priced.errors.filter(isOwn),
      warnings: priced.warnings.filter(isOwn),
      remarks: priced.remarks.filter(isOwn),
    },
  }
  return { ...span, ...share, difference: differenceOf(share.owed, share.standing, share.left, isOpen) }
}

/** What credit notes have not taken back yet of each invoice of one régie. */
export const leftAt = (
  span: FoundSpan,
  regieId: number,
  left: ReadonlyMap<number, Cents>,
): ReadonlyMap<number, Cents> => {
  const billedBy = regieOfPapers(span)
  return new Map([...left].filter(([paperId]) => billedBy(paperId) === regieId))
}
