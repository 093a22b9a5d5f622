import { type Day, type DayRange, isWithin } from '../../calendar/day.ts'
import { numericDay, quoted } from '../../text/french.ts'
import { conditionsOf, type TariffVersion } from '../tariff.ts'

/** What staff have entered of an activity with the tariff. */
export type OpenedActivity = {
  readonly periods: readonly { readonly from: Day; readonly to: Day }[]
  readonly openDays: readonly Day[]
}

/**
 * The first forfait of the version that would never be owed, because no activity opens on any of its days. Days without
 * a period are not closed: staff may enter the tariff of a year before its periods.
 * @param last the last day of the version; null while no other follows it
 */
export const refuseClosedForfaits = (
  { from: first, lines }: Pick<TariffVersion, 'from' | 'lines'>,
  last: Day | null,
  activities: readonly OpenedActivity[],
): { readonly line: number; readonly sentence: string } | undefined => {
  const isClosed = ({ from, to }: DayRange): boolean => {
    const known = activities.filter(({ periods }) =>
      periods.some((period) => period.to >= from && (to === undefined || period.from <= to)),
    )
    return known.length > 0 && !known.some(({ openDays }) => openDays.some((on) => isWithin({ from, to }, on)))
  }
  const inForce = ({ from, to }: { readonly from: Day; readonly to: Day }) => ({
    from: from < first ? first : from,
    to: last !== null && last < to ? last : to,
  })
  const whole = { from: first, ...(last !== null && { to: last }) }
  for (const [at, line] of lines.entries()) {
    if (line.count.per !== 'forfait') continue
    const refuse = (days: string) => ({
      line: at,
      sentence: `${quoted(line.label)}\u00a0: aucune activité à ce tarif n’ouvre ${days}, ce forfait ne serait jamais dû.`,
    })
    const closed = conditionsOf({ lines: [line] })
      .flatMap(({ dates }) => (dates ? inForce(dates) : []))
      .find(({ from, to }) => from <= to && isClosed({ from, to }))
    if (closed)
      return refuse(
        closed.from === closed.to
          ? `le ${numericDay(closed.from)}`
          : `du ${numericDay(closed.from)} au ${numericDay(closed.to)}`,
      )
    if (isClosed(whole))
      return refuse(last === null ? `depuis le ${numericDay(first)}` : `du ${numericDay(first)} au ${numericDay(last)}`)
  }
  return undefined
}
