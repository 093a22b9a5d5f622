import { useQuery } from '@tanstack/react-query'
import { firstDaySteps } from '../../../shared/contract/desk/home.ts'
import { orpc } from '../../connection/client.ts'

/** Progress of the guided first day; undefined while loading, null outside the example town. */
export const useFirstDay = () => {
  const { data } = useQuery(orpc.home.firstDay.queryOptions())
  return data && { done: data.done, steps: firstDaySteps, isOver: data.done.length === firstDaySteps.length }
}
