import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type HolidaysOn, holidaysIn } from '../../../shared/rules/calendar/school-holidays.ts'
import { orpc } from '../../connection/client.ts'

/** The town's school holidays, including imported ones; no day is a holiday until they have loaded. */
export const useTownHolidays = (): HolidaysOn => {
  const { data } = useQuery(orpc.settings.schoolCalendar.queryOptions())
  return useMemo(() => holidaysIn(data?.holidays ?? []), [data])
}
