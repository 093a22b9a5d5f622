import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormerAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import { yearOf } from '../../../../shared/rules/calendar/day.ts'
import { type FormerStep, formerStepNames, formerSteps } from '../../../../shared/rules/figures/figures-table.ts'
import { clientOutsideForms, orpc } from '../../../connection/client.ts'
import { SegmentedControl } from '../../parts/buttons.tsx'
import { useNow } from '../../staff/now.ts'
import { useFiguresSearch } from '../use-figures-search.ts'
import { TableTab } from './table-tab.tsx'

/** « Années reprises »: the figures of past years taken over from another program. */
export const FormerTab = () => {
  const { search, change } = useFiguresSearch()
  const { today } = useNow()
  const { data: years = [] } = useQuery(orpc.figures.formerYears.queryOptions())
  const asked: FormerAsked = {
    year: search.annee ?? years[0] ?? yearOf(today) - 1,
    by: (search.par ?? 'month') as FormerStep,
  }
  return (
    <TableTab
      subtitle="chiffres de l’ancien logiciel, à lire à côté de ceux d’ici"
      table={orpc.figures.former.queryOptions({ input: asked })}
      behind={(cell) => orpc.figures.formerBehind.queryOptions({ input: { asked, ...cell } })}
      file={(format) => clientOutsideForms.figures.formerFile({ asked, format })}
      filters={
        <>
          <Select
            aria-label="Année"
            w={110}
            data={years.map(String)}
            value={String(asked.year)}
            onChange={(year) => change({ annee: year === null ? undefined : Number(year) })}
          />
          <span className="grow" />
          <SegmentedControl
            label="Par"
            options={formerSteps.map((step) => [step, formerStepNames[step]] as const)}
            value={asked.by}
            onChange={(par) => change({ par })}
          />
        </>
      }
    />
  )
}
