import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { AttendanceAsked } from '../../../../shared/contract/desk/figures/figures-tables.ts'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import {
  type AttendanceStep,
  attendanceStepNames,
  attendanceSteps,
} from '../../../../shared/rules/figures/figures-table.ts'
import { clientOutsideForms, orpc } from '../../../connection/client.ts'
import { SegmentedControl } from '../../parts/buttons.tsx'
import { useNow } from '../../staff/now.ts'
import { ActivityField, SiteField, SpanFields, useSpan } from '../filters.tsx'
import { useFiguresSearch } from '../use-figures-search.ts'
import { TableTab } from './table-tab.tsx'

/** « Fréquentation »: children expected and present, against places. */
export const AttendanceTab = () => {
  const { search, change } = useFiguresSearch()
  const { today } = useNow()
  const span = useSpan('school', today)
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const activity = activities.find(({ id }) => id === search.activite)
  const asked: AttendanceAsked = {
    view: 'attendance',
    from: span.from as Day,
    to: span.to as Day,
    by: (search.par ?? 'month') as AttendanceStep,
    activityId: search.activite ?? null,
    siteId: search.site ?? null,
    slot: search.plage ?? '',
  }
  return (
    <TableTab
      subtitle="présents et places, cette année et l’année passée"
      table={orpc.figures.service.queryOptions({ input: asked })}
      behind={(cell) => orpc.figures.serviceBehind.queryOptions({ input: { asked, ...cell } })}
      file={(format) => clientOutsideForms.figures.serviceFile({ asked, format })}
      filters={
        <>
          <ActivityField />
          {activity ? (
            <Select
              aria-label="Plage"
              placeholder="Toute la journée"
              clearable
              w={160}
              data={[...new Set(activity.slots.map(({ name }) => name))]}
              value={search.plage ?? null}
              onChange={(value) => change({ plage: value ?? undefined })}
            />
          ) : null}
          <SpanFields {...span} />
          <SiteField />
          <span className="grow" />
          <SegmentedControl
            label="Par"
            options={attendanceSteps.flatMap((step) =>
              step === 'group' && (activity?.groups.length ?? 0) === 0
                ? []
                : [[step, attendanceStepNames[step]] as const],
            )}
            value={asked.by}
            onChange={(par) => change({ par })}
          />
        </>
      }
    />
  )
}
