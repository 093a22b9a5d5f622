import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ExpectedChildren } from '../../../shared/contract/desk/figures/figures-tables.ts'
import {
  addMonths,
  type Day,
  daysOfMonth,
  firstOfMonth,
  lastOfMonth,
  type Month,
} from '../../../shared/rules/calendar/day.ts'
import { forecastTotal } from '../../../shared/rules/money/forecast.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { briefMonth, capitalised, monthText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { ForecastFigures } from '../invoicing/forecast-dialog.tsx'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure } from '../parts/feedback.tsx'
import { FiguresTable } from '../parts/figures-table.tsx'
import { PricingProgress, useLongReading } from '../parts/long-reading.tsx'
import { ScreenBody, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { useNow } from '../staff/now.ts'
import { FiguresTabs } from './figures-tabs.tsx'
import { SpanFields } from './filters.tsx'
import { shownLater } from './shown-later.tsx'
import { useFiguresSearch } from './use-figures-search.ts'

const BarChart = shownLater(() => import('./bar-chart.tsx').then(({ BarChart: chart }) => chart))

/** By default, the current month and this many after it. */
const monthsAhead = 5

/** « Prévision »: what coming months bring in from today's bookings, and how many children they expect. */
export const ForecastTab = () => {
  const { search } = useFiguresSearch()
  const { today } = useNow()
  const from = search.du ?? firstOfMonth(today)
  const to = search.au ?? lastOfMonth(addMonths(firstOfMonth(today), monthsAhead))
  const { data, error, progress, isWorking, start, stop } = useLongReading(['forecast', from, to], (signal) =>
    clientOutsideForms.invoicing.forecast({ from, to }, { signal }),
  )
  // Read beside the long reading: the page is drawn once, nothing slips in above what is read.
  const expected = useQuery(orpc.figures.expected.queryOptions({ input: { from: from as Day, to: to as Day } }))
  const saved = useMutation({
    mutationFn: async (format: 'xlsx' | 'pdf') => {
      const file = await clientOutsideForms.figures.forecastFile({ from, to, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
    onError: notifyRefusal,
  })
  return (
    <>
      <ScreenHead title="Chiffres" subtitle="ce que les mois à venir apportent, de ce qui est réservé">
        <ActionButton
          combo="x"
          label="Excel"
          icon={<IconDownload size={14} aria-hidden="true" />}
          disabled={!data}
          loading={saved.isPending && saved.variables === 'xlsx'}
          onAction={() => saved.mutate('xlsx')}
        />
        <ActionButton
          combo="mod+p"
          label="Imprimer"
          icon={<IconPrinter size={14} aria-hidden="true" />}
          disabled={!data}
          loading={saved.isPending && saved.variables === 'pdf'}
          onAction={() => saved.mutate('pdf')}
        />
      </ScreenHead>
      <FiguresTabs />
      <div className="row figures-filters">
        <SpanFields from={from} to={to} />
      </div>
      {error ? <Failure error={error} onRetry={start} /> : null}
      {isWorking ? (
        <div className="figures-progress">
          <PricingProgress progress={progress} onStop={stop} />
        </div>
      ) : null}
      <ScreenBody label="Prévision">
        {data && !expected.isPending && !error ? (
          <div className="mayor">
            <section className="figures-chart" aria-label="Prévision par mois">
              <h2>Ce que les mois apportent</h2>
              <BarChart
                label="Prévision par mois, en barres"
                series={['Déjà facturé', 'À facturer']}
                beforeName="Un an avant"
                format={(value) => `${formatNumber(Math.round(value))}\u00a0€`}
                bars={data.months.map((month) => {
                  const total = forecastTotal(data.rows.filter((row) => row.month === month))
                  return {
                    key: month,
                    title: briefMonth(daysOfMonth(month).from).split('\u00a0')[0] ?? '',
                    parts: [total.billedCents / 100, Math.max(0, total.cents - total.billedCents) / 100],
                    before: total.lastYearCents / 100,
                  }
                })}
              />
            </section>
            {expected.data ? <Expected {...expected.data} /> : null}
            <ForecastFigures {...data} />
          </div>
        ) : null}
      </ScreenBody>
      <ShortcutBar keys={[]} chosen="Les mêmes prix qu’une facturation" />
    </>
  )
}

/** Children and meals booked in each month, beside the children who came a year before. */
const Expected = ({ months, total }: ExpectedChildren) => {
  const cellsOf = ({ booked, meals, waiting, before }: typeof total) =>
    [booked, before, meals, waiting].map(formatNumber)
  return (
    <FiguresTable
      label="Enfants et repas réservés par mois"
      head="Mois"
      columns={['Journées réservées', 'Présents un an avant', 'Repas réservés', 'En attente']}
      rows={months.map(({ month, ...counts }) => ({
        key: month,
        title: capitalised(monthText(daysOfMonth(month as Month).from)),
        cells: cellsOf(counts),
      }))}
      total={cellsOf(total)}
    />
  )
}
