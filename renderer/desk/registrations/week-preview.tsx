import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query'
import type { WeekResult } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { orpc } from '../../connection/client.ts'
import type { Week } from './registration-texts.ts'
import { WeekResultNotes } from './week-result.tsx'

type RegistrationInput = {
  readonly childId: number
  readonly familyId: number
  readonly periodId: number
  readonly startDay: string
  readonly endDay: string
  readonly typicalWeek: Week
  readonly overrideReason: string
}

/** Previews the days that the typical week would book, and their cost, before the child is registered. */
export const WeekPreview = ({ wished, activityId }: { wished: RegistrationInput; activityId: number }) => {
  const [asked] = useDebouncedValue(wished, 250)
  const { data } = useQuery(
    orpc.reservations.registrationPreview.queryOptions({
      input: { ...asked, typicalWeek: asked.typicalWeek.map((one) => ({ ...one })) },
      placeholderData: keepPreviousData,
    }),
  )
  const days = data ? pricedDays(data) : []
  const { data: priced } = useQuery(
    orpc.prices.priceOf.queryOptions({
      input: days.length > 0 ? { familyId: asked.familyId, childId: asked.childId, activityId, days } : skipToken,
      placeholderData: keepPreviousData,
    }),
  )
  if (!data) return null
  const price =
    days.length > 0 && priced && priced.errors.length === 0 ? `Environ ${formatEuros(priced.totalCents)}.` : ''
  return (
    <div className="stack">
      <h3>Ce que la semaine type donnera</h3>
      <WeekResultNotes result={data} price={price} />
    </div>
  )
}

const pricedDays = ({ filled }: WeekResult): { day: Day; slotIds: number[] }[] =>
  [...Map.groupBy(filled, ({ day }) => day)].map(([day, own]) => ({ day, slotIds: own.map(({ slotId }) => slotId) }))
