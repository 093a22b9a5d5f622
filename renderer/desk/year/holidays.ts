import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type HolidaysOn, holidaysIn } from '../../../shared/rules/calendar/school-holidays.ts'
import { orpc } from '../../connection/client.ts'

/** The school holidays of the town, those that were imported included; none on any day before they are read. */
export const useTownHolidays = (): HolidaysOn => {
  const { data } = useQuery(orpc.settings.schoolCalendar.queryOptions())
  return useMemo(() => holidaysIn(data?.holidays ?? []), [data])
}
