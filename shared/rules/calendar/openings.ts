import type { GroupPlaces } from '../groups/groups.ts'
import { type Day, daysBetween, weekday } from './day.ts'
import { publicHolidayOn } from './public-holidays.ts'
import type { HolidaysOn } from './school-holidays.ts'

/**
 * The settings from which a period's openings are generated, before staff edit single days. `Slot` is any identifier of
 * a slot: an id or a name.
 */
export type OpeningPlan<Slot> = {
  readonly from: Day
  readonly to: Day
  /** Monday 1 … Sunday 7. */
  readonly weekdays: readonly number[]
  readonly schoolHolidays: 'with' | 'without' | 'only'
  /** The school holidays of the town's zone. */
  readonly holidays: HolidaysOn
  readonly slots: readonly (Places & { readonly slot: Slot })[]
}

type Places = { readonly capacity: number; readonly groupPlaces?: GroupPlaces | undefined }
type Opening<Slot> = Places & { readonly day: Day; readonly slot: Slot }

/** Every opening of the plan: by day, then in the order of the plan's slots. */
export const openingsOf = <Slot>(plan: OpeningPlan<Slot>): Opening<Slot>[] =>
  daysBetween(plan.from, plan.to)
    .filter((on) => plan.weekdays.includes(weekday(on)) && closingReason(plan, on) === null)
    .flatMap((on) => plan.slots.map((places) => ({ ...places, day: on })))

/** The days of the plan's weekdays that stay closed, each with the reason. */
export const skippedDays = (plan: OpeningPlan<unknown>): { readonly day: Day; readonly reason: string }[] =>
  daysBetween(plan.from, plan.to).flatMap((on) => {
    const reason = plan.weekdays.includes(weekday(on)) ? closingReason(plan, on) : null
    return reason === null ? [] : [{ day: on, reason }]
  })

const closingReason = ({ schoolHolidays, holidays }: OpeningPlan<unknown>, on: Day): string | null => {
  const publicHoliday = publicHolidayOn(on)
  if (publicHoliday !== null) return `Jour férié (${publicHoliday})`
  if (schoolHolidays === 'with') return null
  const span = holidays(on)
  if (schoolHolidays === 'without') return span?.name ?? null
  return span ? null : 'Jour d’école'
}
