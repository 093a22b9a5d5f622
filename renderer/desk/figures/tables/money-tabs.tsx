import { Link } from '@tanstack/react-router'
import type { IncomeAsked, UnpaidAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import {
  type IncomeStep,
  incomeStepNames,
  incomeSteps,
  type UnpaidStep,
  unpaidStepNames,
  unpaidSteps,
} from '../../../../shared/rules/figures/figures-table.ts'
import { clientOutsideForms, orpc } from '../../../connection/client.ts'
import { SegmentedControl } from '../../parts/buttons.tsx'
import { useNow } from '../../staff/now.ts'
import { RegieField, SpanFields, useSpan } from '../filters.tsx'
import { useFiguresSearch } from '../use-figures-search.ts'
import { TableTab } from './table-tab.tsx'

/** « Recettes »: what the books count as received. */
export const IncomeTab = () => {
  const { search, change } = useFiguresSearch()
  const { today } = useNow()
  const span = useSpan('civil', today)
  const asked: IncomeAsked = {
    from: span.from as Day,
    to: span.to as Day,
    by: (search.par ?? 'month') as IncomeStep,
    regieId: search.regie ?? null,
  }
  return (
    <TableTab
      subtitle="ce que la régie a encaissé, comme ses comptes"
      table={orpc.figures.income.queryOptions({ input: asked })}
      behind={(cell) => orpc.figures.incomeBehind.queryOptions({ input: { asked, ...cell } })}
      file={(format) => clientOutsideForms.figures.incomeFile({ asked, format })}
      filters={
        <>
          <SpanFields {...span} />
          <RegieField />
          <span className="grow" />
          <SegmentedControl
            label="Par"
            options={incomeSteps.map((step) => [step, incomeStepNames[step]] as const)}
            value={asked.by}
            onChange={(par) => change({ par })}
          />
        </>
      }
    />
  )
}

/** « Impayés »: what is overdue today, beside what was overdue a year before. */
export const UnpaidTab = () => {
  const { search, change } = useFiguresSearch()
  const asked: UnpaidAsked = { by: (search.par ?? 'age') as UnpaidStep, regieId: search.regie ?? null }
  return (
    <TableTab
      subtitle="ce qui est échu et pas payé"
      table={orpc.figures.unpaid.queryOptions({ input: asked })}
      behind={(cell) => orpc.figures.unpaidBehind.queryOptions({ input: { asked, ...cell } })}
      file={(format) => clientOutsideForms.figures.unpaidFile({ asked, format })}
      filters={
        <>
          <RegieField />
          <Link className="small" to="/reglements/impayes">
            Relancer
          </Link>
          <span className="grow" />
          <SegmentedControl
            label="Par"
            options={unpaidSteps.map((step) => [step, unpaidStepNames[step]] as const)}
            value={asked.by}
            onChange={(par) => change({ par })}
          />
        </>
      }
    />
  )
}
