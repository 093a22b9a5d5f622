import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { CafFilter } from '../../../shared/contract/desk/figures/figures.ts'
import { daysOfMonth, type Month } from '../../../shared/rules/calendar/day.ts'
import { ageGroupNames } from '../../../shared/rules/figures/child-group.ts'
import { hoursText } from '../../../shared/rules/figures/hours-rule.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { briefMonth } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { BarChart } from './bar-chart.tsx'

/** From the bottom of a bar up, in an order in which the fills differ: filled, hatched, outlined. */
const groups = ['from6', 'under6', 'from12'] as const

/** Hours done in each month, beside those of the same months a year before. */
export const CafYearChart = ({
  year,
  span,
  filter: { siteId, scheme },
  isCompared,
}: {
  year: number
  span: { readonly from: Month; readonly to: Month }
  filter: CafFilter
  isCompared: boolean
}) => {
  const { data } = useQuery(
    orpc.figures.cafYear.queryOptions({ input: { year, siteId, scheme }, placeholderData: keepPreviousData }),
  )
  if (!data) return <div className="bar-chart-place" />
  const minutes = data.months.reduce(
    (sum, month) => sum + groups.reduce((own, group) => own + month.groups[group], 0),
    0,
  )
  return (
    <section className="figures-chart" aria-label={`Heures réalisées en ${data.year}`}>
      <h2>
        Heures réalisées en {data.year} <span className="soft">{hoursText(minutes)}</span>
      </h2>
      <BarChart
        label={`Heures réalisées en ${data.year}`}
        series={groups.map((group) => ageGroupNames[group])}
        {...(isCompared && { beforeName: `${data.year - 1}, même mois` })}
        format={(hours) => formatNumber(Math.round(hours))}
        bars={data.months.map(({ month, groups: own, lastYear }) => ({
          key: month,
          title: briefMonth(daysOfMonth(month).from).split('\u00a0')[0] ?? '',
          parts: groups.map((group) => own[group] / 60),
          before: isCompared ? lastYear / 60 : null,
          isShown: span.from <= month && month <= span.to,
        }))}
      />
    </section>
  )
}
