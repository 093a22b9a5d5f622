import type { AidValue, FamilyDocument, PeriodDocument } from '../../../shared/contract/portal/documents.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type Aid, aidAccount } from '../../../shared/rules/money/aid.ts'
import { unitsOf } from '../../../shared/rules/money/charges.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { type AidFacts, reductionsOf } from '../../../shared/rules/money/payers.ts'
import type { PriceLine } from '../../../shared/rules/price/price-terms.ts'

type TakenByAids = {
  /** Zero or negative. */
  readonly on: (day: Day) => Cents
  readonly explanations: readonly string[]
  /** Aids whose ceiling these days reach. */
  readonly warnings: readonly string[]
}

/**
 * What the aids of a home would take of the days of a child in an activity, after what issued invoices took. Only the
 * child's own days in the period are known to draw on their ceilings.
 * @param days the days to estimate
 */
export const aidsToTake = (
  { aids: promised = [] }: Pick<FamilyDocument, 'aids'>,
  part: { readonly childId: number; readonly activityId: number },
  facts: Pick<AidFacts, 'rankOn' | 'minutesOf'>,
  days: readonly Day[],
) => {
  const own = promised.filter(
    ({ child, activities }) =>
      (child ?? part.childId) === part.childId && (activities?.includes(part.activityId) ?? true),
  )
  const aids = own.map(asAid)
  const taken = Object.fromEntries(
    own.flatMap(({ id, given }) => [
      [aidAccount(id, 'cents'), given.cents],
      [aidAccount(id, 'units'), given.units],
    ]),
  )
  return {
    /** Open days not billed yet, up to the last of the days, whose bookings may draw on the same ceiling or amount. */
    daysBefore: ({ openings }: PeriodDocument): Day[] => {
      if (!own.some(isShared)) return []
      const last = days.toSorted().at(-1) ?? ''
      const billedTo =
        own
          .map(({ given }) => given.to ?? '')
          .toSorted()
          .at(-1) ?? ''
      const open = new Set(openings.map(({ day }) => day))
      return [...open].filter((day) => day > billedTo && day <= last && !days.includes(day))
    },
    takenOf: (lines: readonly PriceLine[]): TakenByAids => {
      const units = unitsOf(lines.map((line) => ({ ...line, ...part })))
      const { reductions, remarks } = reductionsOf(units, aids, { ...facts, scheme: '', taken })
      const byDay = Map.groupBy(reductions, ({ day }) => day)
      return {
        on: (day) => (byDay.get(day) ?? []).reduce((sum, { cents }) => sum + cents, 0),
        explanations: [
          ...reductions.flatMap(({ day, explanation }) => (days.includes(day) ? [explanation] : [])),
          ...remarks.flatMap(({ isUsedUp, text }) => (isUsedUp ? [] : [text])),
        ],
        warnings: remarks.flatMap(({ isUsedUp, text }) => (isUsedUp ? [`${text}.`] : [])),
      }
    },
  }
}

/** Whether other days may take what an aid has for one. */
const isShared = ({ per, ceilingCents, ceilingUnits }: AidValue): boolean =>
  ceilingCents !== null || ceilingUnits !== null || per === 'week' || per === 'month'

const asAid = ({ child, activities, to, thirdParty, ...aid }: AidValue): Aid => ({
  ...aid,
  childId: child ?? null,
  activityIds: activities,
  to: to ?? null,
  // Only whether there is one matters here: reductions that nobody bears come first.
  thirdPartyId: thirdParty === undefined ? null : 0,
  thirdParty,
  // Aids whose scheme is not that of the home are not published.
  scheme: null,
})
