import type { FiguresTable } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { formatNumber } from '../../../../shared/rules/money/money.ts'
import { BarChart } from '../bar-chart.tsx'

/** The picture of a table: its main figures as bars, beside those of the year before. */
export const TableChart = ({ table, isCompared }: { table: FiguresTable; isCompared: boolean }) => {
  const { columns, rows, chart, title } = table
  const at = (key: string) => columns.findIndex((column) => column.key === key)
  const before = chart.before !== null && isCompared ? at(chart.before) : -1
  const isEuros = columns[at(chart.series[0] ?? '')]?.unit === 'euros'
  const shownValue = (value: number | null | undefined) => (value ?? 0) / (isEuros ? 100 : 1)
  return (
    <section className="figures-chart" aria-label={title}>
      <h2>{title}</h2>
      <BarChart
        label={`${title}, en barres`}
        series={chart.series.map((key) => columns[at(key)]?.title ?? '')}
        {...(before >= 0 && { beforeName: columns[before]?.title ?? '' })}
        ceiling={chart.ceiling ?? undefined}
        format={(value) => `${formatNumber(Math.round(value))}${isEuros ? '\u00a0€' : ''}`}
        bars={rows.map(({ key, title: name, values }) => ({
          key,
          title: name,
          parts: chart.series.map((one) => Math.max(0, shownValue(values[at(one)]))),
          before: before >= 0 ? shownValue(values[before]) : null,
        }))}
      />
    </section>
  )
}
