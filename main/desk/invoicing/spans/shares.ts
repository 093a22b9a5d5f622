import { differenceOf } from '../../../../shared/rules/money/difference.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import type { FoundMonth, OwedUnit } from './spans.ts'

/*
 * The share of a régie in a span. A home's month is priced whole, whatever régies collect for its activities; papers,
 * what stands billed and what goes back are those of one régie.
 */

type Collected = Pick<OwedUnit, 'activityId'> & { readonly group?: string }

/**
 * The share of one régie, as if it were the whole span.
 * @param collects the régie that collects for an activity today: what stands billed stays at the régie that billed it
 */
export const shareOf = (span: FoundMonth, regieId: number, collects: (activityId: number) => number): FoundMonth => {
  const { owed, standing, priced, isOpen } = span
  const billedBy = regieOfPapers(span)
  const regieOf = regieOfUnits(span, billedBy, collects)
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

/** Of what invoices have left, that of the invoices of one régie. */
export const leftAt = (
  span: FoundMonth,
  regieId: number,
  left: ReadonlyMap<number, Cents>,
): ReadonlyMap<number, Cents> => {
  const billedBy = regieOfPapers(span)
  return new Map([...left].filter(([paperId]) => billedBy(paperId) === regieId))
}

const regieOfPapers = ({ lines }: FoundMonth): ((paperId: number) => number) => {
  const regies = new Map(lines.map(({ paperId, regieId }) => [paperId, regieId]))
  return (paperId) => regies.get(paperId) ?? firstRegieId
}

/** An activity that moves to another régie does so from the months on that are not billed yet. */
const regieOfUnits = (
  { standing }: FoundMonth,
  billedBy: (paperId: number) => number,
  collects: (activityId: number) => number,
): ((unit: Collected) => number) => {
  const byGroup = new Map(standing.map(({ group, paperId }) => [group, billedBy(paperId)]))
  const byActivity = new Map(standing.map(({ activityId, paperId }) => [activityId, billedBy(paperId)]))
  return ({ group = '', activityId }) => byGroup.get(group) ?? byActivity.get(activityId) ?? collects(activityId)
}
