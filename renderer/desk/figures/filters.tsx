import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Day, dayOf, yearOf } from '../../../shared/rules/calendar/day.ts'
import { yearStart } from '../../../shared/rules/price/tariff.ts'
import { orpc } from '../../connection/client.ts'
import { shownActivities } from '../activities/activity-options.ts'
import { DayField } from '../parts/forms/day-field.tsx'
import { useRegies } from '../regies/regie-choice.tsx'
import { useSites } from '../settings/sites.tsx'
import { useFiguresSearch } from './use-figures-search.ts'

/** The days that the address asks for; by default from the beginning of the school or civil year until today. */
export const useSpan = (year: 'school' | 'civil', today: Day): { readonly from: string; readonly to: string } => {
  const { search } = useFiguresSearch()
  return {
    from: search.du ?? (year === 'school' ? yearStart('school', today) : dayOf(yearOf(today), 1, 1)),
    to: search.au ?? today,
  }
}

/** « Du », « au »: the days of the figures. */
export const SpanFields = ({ from, to }: { from: string; to: string }) => {
  const { change } = useFiguresSearch()
  return (
    <>
      <DayField w={136} aria-label="Du" value={from} onChange={(day) => change({ du: day || undefined })} />
      <span aria-hidden="true">→</span>
      <DayField w={136} aria-label="Au" value={to} onChange={(day) => change({ au: day || undefined })} />
    </>
  )
}

export const SiteField = () => {
  const { search, change } = useFiguresSearch()
  const sites = useSites()
  if (sites.length < 2) return null
  return (
    <Select
      aria-label="Site"
      placeholder="Tous les sites"
      clearable
      w={170}
      data={sites.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={search.site === undefined ? null : String(search.site)}
      onChange={(value) => change({ site: value === null ? undefined : Number(value) })}
    />
  )
}

export const ActivityField = () => {
  const { search, change } = useFiguresSearch()
  const { data = [] } = useQuery(orpc.activities.list.queryOptions())
  return (
    <Select
      aria-label="Activité"
      placeholder="Toutes les activités"
      clearable
      searchable
      w={240}
      data={shownActivities(data).map(({ id, name }) => ({ value: String(id), label: name }))}
      value={search.activite === undefined ? null : String(search.activite)}
      onChange={(value) => change({ activite: value === null ? undefined : Number(value), plage: undefined })}
    />
  )
}

export const RegieField = () => {
  const { search, change } = useFiguresSearch()
  const regies = useRegies()
  if (regies.length < 2) return null
  return (
    <Select
      aria-label="Régie"
      placeholder="Toutes les régies"
      clearable
      w={190}
      data={regies.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={search.regie === undefined ? null : String(search.regie)}
      onChange={(value) => change({ regie: value === null ? undefined : Number(value) })}
    />
  )
}
