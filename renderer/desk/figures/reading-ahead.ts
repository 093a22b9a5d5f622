import { dayAt, daysOfMonth, yearOf } from '../../../shared/rules/calendar/day.ts'
import { orpc } from '../../connection/client.ts'
import { queries } from '../queries.ts'
import { firstFigureOf } from './chosen-figure.ts'
import { cafFilterOf, type FiguresSearch } from './figures-search.ts'

/** Asks for all that « Chiffres » shows first, while the code of the screen and of its chart still loads. */
export const readFiguresAhead = async (search: FiguresSearch): Promise<void> => {
  const now = queries.getQueryData(orpc.staff.session.queryKey())?.now
  if (now === undefined || (search.onglet ?? 'caf') !== 'caf') return
  void import('./caf-year-chart.tsx')
  const filter = cafFilterOf(search, dayAt(now))
  const { siteId, scheme } = filter
  const year = yearOf(daysOfMonth(filter.from).from)
  void queries.prefetchQuery(orpc.figures.cafYear.queryOptions({ input: { year, siteId, scheme } }))
  const asked = orpc.figures.caf.queryOptions({ input: filter })
  await queries.prefetchQuery(asked)
  const caf = queries.getQueryData(asked.queryKey)
  const first = caf && firstFigureOf(caf, filter)
  if (first) await queries.prefetchQuery(orpc.figures.cafDetail.queryOptions({ input: { ...first, siteId } }))
}
