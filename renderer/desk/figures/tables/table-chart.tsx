import type { FiguresTable } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { isDay } from '../../../../shared/rules/calendar/day.ts'
import type { Unit } from '../../../../shared/rules/figures/figures-table.ts'
import { formatNumber } from '../../../../shared/rules/money/money.ts'
import { briefMonth } from '../../../../shared/rules/text/french.ts'
import { BarChart } from '../bar-chart.tsx'

/** The number of stored units in a drawn one: cents in a euro, minutes in an hour. */
const partsOf: Readonly<Record<Unit, number>> = { count: 1, percent: 1, euros: 100, hours: 60 }
const signs: Readonly<Record<Unit, string>> = { count: '', percent: '', euros: '\u00a0€', hours: '\u00a0h' }

/** Twelve whole names of months do not fit under their bars. */
const barTitle = (key: string, name: string): string => {
  const first = `${key}-01`
  return isDay(first) ? (briefMonth(first).split('\u00a0')[0] ?? name) : name
}

/** The chart of a table: its main figures as bars, beside those of the year before. */
export const TableChart = ({ table, isCompared }: { table: FiguresTable; isCompared: boolean }) => {
  const { columns, rows, chart, title } = table
  const at = (key: string) => columns.findIndex((column) => column.key === key)
  const before = chart.before !== null && isCompared ? at(chart.before) : -1
  const unit = columns[at(chart.series[0] ?? '')]?.unit ?? 'count'
  const shownValue = (value: number | null | undefined) => (value ?? 0) / partsOf[unit]
  return (
    <section className="figures-chart" aria-label={title}>
      <h2>{title}</h2>
      <BarChart
        label={`${title}, en barres`}
        series={chart.series.map((key) => columns[at(key)]?.title ?? '')}
        {...(before >= 0 && { beforeName: columns[before]?.title ?? '' })}
        ceiling={chart.ceiling ?? undefined}
        format={(value) => `${formatNumber(Math.round(value))}${signs[unit]}`}
        bars={rows.map(({ key, title: name, values }) => ({
          key,
          title: barTitle(key, name),
          parts: chart.series.map((one) => Math.max(0, shownValue(values[at(one)]))),
          before: before >= 0 ? shownValue(values[before]) : null,
        }))}
      />
    </section>
  )
}
