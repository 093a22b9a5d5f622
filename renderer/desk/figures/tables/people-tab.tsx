import type { PeopleAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import { type PeopleStep, peopleStepNames, peopleSteps } from '../../../../shared/rules/figures/figures-table.ts'
import { clientOutsideForms, orpc } from '../../../connection/client.ts'
import { SegmentedControl } from '../../parts/buttons.tsx'
import { DayField } from '../../parts/forms/day-field.tsx'
import { useNow } from '../../staff/now.ts'
import { ActivityField, SiteField } from '../filters.tsx'
import { useFiguresSearch } from '../use-figures-search.ts'
import { TableTab } from './table-tab.tsx'

/** « Familles »: children registered on a day and their homes. */
export const PeopleTab = () => {
  const { search, change } = useFiguresSearch()
  const { today } = useNow()
  const asked: PeopleAsked = {
    view: 'people',
    on: (search.au ?? today) as Day,
    by: (search.par ?? 'bracket') as PeopleStep,
    activityId: search.activite ?? null,
    siteId: search.site ?? null,
  }
  return (
    <TableTab
      subtitle="enfants inscrits et familles, par tranche, commune, école"
      table={orpc.figures.service.queryOptions({ input: asked })}
      behind={(cell) => orpc.figures.serviceBehind.queryOptions({ input: { asked, ...cell } })}
      file={(format) => clientOutsideForms.figures.serviceFile({ asked, format })}
      filters={
        <>
          <ActivityField />
          <span className="small">Inscrits le</span>
          <DayField
            w={136}
            aria-label="Inscrits le"
            value={asked.on}
            onChange={(day) => change({ au: day || undefined })}
          />
          <SiteField />
          <span className="grow" />
          <SegmentedControl
            label="Par"
            options={peopleSteps.map((step) => [step, peopleStepNames[step]] as const)}
            value={asked.by}
            onChange={(par) => change({ par })}
          />
        </>
      }
    />
  )
}
