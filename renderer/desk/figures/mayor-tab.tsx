import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import IconDownload from '@tabler/icons-react/icons/IconDownload'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { MayorPage } from '../../../shared/contract/desk/figures/figures-tables.ts'
import { type Day, daysOfMonth, type Month, yearOf } from '../../../shared/rules/calendar/day.ts'
import { differenceText, figureText, wholeFigureText } from '../../../shared/rules/figures/figures-table.ts'
import {
  againstYearText,
  type MayorFigure,
  mayorNotes,
  mayorTitles,
  waitingDays,
} from '../../../shared/rules/figures/mayor-page.ts'
import { formatNumber } from '../../../shared/rules/money/money.ts'
import { briefMonth, daysText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { printPaper, savePaper } from '../../connection/paper.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { Failure, Loading } from '../parts/feedback.tsx'
import { FiguresTable } from '../parts/figures-table.tsx'
import { ScreenBody, ScreenHead, ShortcutBar } from '../parts/screen.tsx'
import { notifyRefusal } from '../queries.ts'
import { useNow } from '../staff/now.ts'
import type { FiguresSearch } from './figures-search.ts'
import { FiguresTabs } from './figures-tabs.tsx'
import { shownLater } from './shown-later.tsx'
import { useFiguresSearch } from './use-figures-search.ts'

const BarChart = shownLater(() => import('./bar-chart.tsx').then(({ BarChart: chart }) => chart))

/** « Page du maire »: the figures of a year on one page, beside those of the year before. */
export const MayorTab = () => {
  const { search, change } = useFiguresSearch()
  const { today } = useNow()
  const year = search.annee ?? yearOf(today)
  const { data, error, refetch } = useQuery(orpc.figures.mayor.queryOptions({ input: { year } }))
  const saved = useMutation({
    mutationFn: async (format: 'xlsx' | 'pdf') => {
      const file = await clientOutsideForms.figures.mayorFile({ year, format })
      await (format === 'pdf' ? printPaper(file) : savePaper(file))
    },
    onError: notifyRefusal,
  })
  return (
    <>
      <ScreenHead title="Chiffres" subtitle="une année sur une page">
        <ActionButton
          combo="x"
          label="Excel"
          icon={<IconDownload size={14} aria-hidden="true" />}
          disabled={!data}
          loading={saved.isPending && saved.variables === 'xlsx'}
          onAction={() => saved.mutate('xlsx')}
        />
        <ActionButton
          main
          combo="mod+p"
          label="Page en PDF"
          icon={<IconPrinter size={14} aria-hidden="true" />}
          disabled={!data}
          loading={saved.isPending && saved.variables === 'pdf'}
          onAction={() => saved.mutate('pdf')}
        />
      </ScreenHead>
      <FiguresTabs />
      <div className="row figures-filters">
        <span className="row figures-span">
          <button
            type="button"
            className="figures-turn"
            aria-label="L’année d’avant"
            onClick={() => change({ annee: year - 1 })}
          >
            <IconChevronLeft size={16} />
          </button>
          <b aria-live="polite">{year}</b>
          <button
            type="button"
            className="figures-turn"
            aria-label="L’année d’après"
            disabled={year >= yearOf(today)}
            onClick={() => change({ annee: year + 1 })}
          >
            <IconChevronRight size={16} />
          </button>
        </span>
        {data ? (
          <span className="soft small">
            {daysText(data.from, data.to)}, à côté des mêmes mois de {year - 1}
          </span>
        ) : null}
      </div>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Loading /> : null}
      <ScreenBody label="Page du maire">{data && !error ? <Page page={data} today={today} /> : null}</ScreenBody>
      <ShortcutBar keys={[]} chosen="Chaque chiffre est celui de son onglet, et y mène" />
    </>
  )
}

/** Where the figure is read in its own tab, with what it counts behind it. */
const searchBehind = (key: MayorFigure['key'], { from, to }: MayorPage, today: Day): FiguresSearch => {
  const days = { du: from, au: to }
  switch (key) {
    case 'children':
      return { onglet: 'frequentation', ...days, chiffre: 'present' }
    case 'hours':
      return { pas: 'annee', ...days }
    case 'share':
      return { onglet: 'frequentation', ...days, par: 'activity' }
    case 'waiting': {
      const ahead = waitingDays(today)
      return { onglet: 'frequentation', du: ahead.from, au: ahead.to, par: 'activity', chiffre: 'waiting' }
    }
    case 'income':
      return { onglet: 'recettes', ...days, chiffre: 'received' }
    case 'unpaid':
      return { onglet: 'impayes', chiffre: 'unpaid' }
  }
}

const Page = ({ page, today }: { page: MayorPage; today: Day }) => {
  const { figures, months, activities, year, from, to } = page
  return (
    <div className="mayor">
      <dl className="mayor-figures">
        {figures.map((figure) => (
          <div key={figure.key}>
            <dt>{mayorTitles[figure.key]}</dt>
            <dd className="mayor-figure">
              <Link
                to="/chiffres"
                search={searchBehind(figure.key, page, today)}
                aria-label={`${mayorTitles[figure.key]}\u00a0: ${wholeFigureText(figure.now, figure.unit)}, voir le détail`}
              >
                {wholeFigureText(figure.now, figure.unit)}
              </Link>
            </dd>
            <dd className="soft small">{mayorNotes[figure.key]}</dd>
            <dd className="small">{againstYearText(figure)}</dd>
          </div>
        ))}
      </dl>
      <section className="figures-chart" aria-label="Présences, mois par mois">
        <h2>Présences, mois par mois</h2>
        <BarChart
          label="Présences, mois par mois"
          series={[`Présences ${year}`]}
          beforeName={`${year - 1}, même mois`}
          format={(value) => formatNumber(Math.round(value))}
          bars={months.map(({ month, now, before }) => ({
            key: month,
            title: briefMonth(daysOfMonth(month as Month).from).split('\u00a0')[0] ?? '',
            parts: [now],
            before,
          }))}
        />
      </section>
      <FiguresTable
        label="Présences par activité"
        head="Activité"
        columns={['Présences', 'Places occupées', 'Un an avant', 'Écart']}
        rows={activities.map(({ activityId, name, present, share, before }) => ({
          key: String(activityId),
          title: (
            <Link
              to="/chiffres"
              search={{ onglet: 'frequentation', du: from, au: to, activite: activityId, chiffre: 'present' }}
            >
              {name}
            </Link>
          ),
          cells: [
            figureText(present, 'count'),
            figureText(share, 'percent'),
            figureText(before, 'count'),
            differenceText(present - before, 'count'),
          ],
        }))}
      />
    </div>
  )
}
