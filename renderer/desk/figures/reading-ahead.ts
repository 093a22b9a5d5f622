import { dayAt, daysOfMonth, yearOf } from '../../../shared/rules/calendar/day.ts'
import { clientOutsideForms, orpc } from '../../connection/client.ts'
import { queries } from '../queries.ts'
import { mayIn } from '../staff/may.ts'
import { firstFigureOf } from './chosen-figure.ts'
import { cafFilterOf, type FiguresSearch } from './figures-search.ts'

/** Starts the calls of « Chiffres » while the code of the screen and its chart still loads. */
export const readFiguresAhead = async (search: FiguresSearch): Promise<void> => {
  const session = queries.getQueryData(orpc.staff.session.queryKey())
  const now = session?.now
  const may = mayIn(session)
  if (now === undefined || (search.onglet ?? 'caf') !== 'caf' || !may('figures')) return
  void import('./caf-year-chart.tsx')
  void queries.prefetchQuery(orpc.figures.formerYears.queryOptions())
  if (may('figures', 'everywhere')) void queries.prefetchQuery(orpc.figures.declarations.queryOptions())
  const filter = cafFilterOf(search, dayAt(now))
  const { siteId, scheme } = filter
  const year = yearOf(daysOfMonth(filter.from).from)
  void queries.prefetchQuery(orpc.figures.cafYear.queryOptions({ input: { year, siteId, scheme } }))
  await queries.prefetchQuery({
    ...orpc.figures.caf.queryOptions({ input: filter }),
    queryFn: async () => {
      const caf = await clientOutsideForms.figures.caf(filter)
      const first = firstFigureOf(caf, filter)
      // Asked for before the table is drawn.
      if (first) void queries.prefetchQuery(orpc.figures.cafDetail.queryOptions({ input: { ...first, siteId } }))
      return caf
    },
  })
}
