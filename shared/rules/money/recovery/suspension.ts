import { formatEuros } from '../money.ts'

/*
 * « Réservations suspendues »: a home whose debts past due at a régie exceed an amount cannot make new bookings in the
 * activities that the régie chose. Existing bookings, waiting-list positions and demandes do not change, and staff can
 * override the suspension with a reason.
 */

/** When a régie suspends bookings, and in which of its activities. */
export type SuspensionRule = {
  /** Null: bookings are never suspended. */
  readonly suspendAboveCents: number | null
  /** Null: all activities of the régie. */
  readonly suspendActivityIds: readonly number[] | null
}

/** @param overdueCents the debts past due, except those of plans that are kept */
export const isSuspended = ({ suspendAboveCents }: SuspensionRule, overdueCents: number): boolean =>
  suspendAboveCents !== null && overdueCents > suspendAboveCents

/** What decides whether an activity is a school canteen. */
export type MealsOffered = {
  /** Whether each of its slots is a meal. */
  readonly meals: readonly boolean[]
  readonly periods: readonly {
    /** Monday 1 … Sunday 7. */
    readonly weekdays: readonly number[]
    readonly schoolHolidays: 'without' | 'with' | 'only'
  }[]
}

/** Monday, Tuesday, Thursday, Friday: the days on which every school has lunch. */
const schoolWeekdays: ReadonlySet<number> = new Set([1, 2, 4, 5])

/**
 * Whether an activity is a school canteen. No debt suspends its bookings, because every pupil has a right to it (code
 * de l’éducation, L131-13). It is one when it only serves meals, or when it serves some on school days. A day at the
 * recreation centre has meals too, but on Wednesdays and in the holidays.
 */
export const servesSchoolMeals = ({ meals, periods }: MealsOffered): boolean =>
  meals.includes(true) &&
  (!meals.includes(false) ||
    periods.some(
      ({ weekdays, schoolHolidays }) =>
        schoolHolidays !== 'only' && weekdays.some((weekday) => schoolWeekdays.has(weekday)),
    ))

export const suspendsIn = (
  { suspendAboveCents, suspendActivityIds }: SuspensionRule,
  activity: MealsOffered & { readonly id: number },
): boolean =>
  suspendAboveCents !== null &&
  (suspendActivityIds === null || suspendActivityIds.includes(activity.id)) &&
  !servesSchoolMeals(activity)

/** Why a régie cannot have this rule; undefined when it can. */
export const refuseSuspension = (
  { suspendActivityIds }: SuspensionRule,
  /** All activities of the town. */
  activities: readonly (MealsOffered & { readonly id: number; readonly name: string })[],
): string | undefined => {
  for (const id of suspendActivityIds ?? []) {
    const activity = activities.find((one) => one.id === id)
    if (!activity) return 'Une de ces activités n’existe plus.'
    if (servesSchoolMeals(activity))
      return `${activity.name}\u00a0: la cantine ne se ferme jamais pour une dette (code de l’éducation, L131-13).`
  }
  return undefined
}

/** Whom the family can call about it. */
export type SuspendedBy = {
  /** The name of the régie; empty in a town with only one. */
  readonly regie: string
  /** Empty when the service has none. */
  readonly phone: string
}

/**
 * « Réservations suspendues : appelez la régie des camps, 02 31 35 30 30. » Without the amount, because other people
 * see the calendar.
 */
export const suspendedText = ({ regie, phone }: SuspendedBy): string =>
  `Réservations suspendues\u00a0: appelez ${callText({ regie, phone })}.`

/** « Réservations suspendues : 143,20 € sont échus. … », for the home’s own account. */
export const suspendedAmountText = ({ cents, ...by }: SuspendedBy & { readonly cents: number }): string =>
  `Réservations suspendues\u00a0: ${formatEuros(cents)} à payer sont échus. Elles rouvrent quand vous avez payé. Une difficulté\u00a0? Appelez ${callText(by)}.`

const callText = ({ regie, phone }: SuspendedBy): string => {
  const name =
    regie === '' ? 'la régie' : /^régie\b/i.test(regie) ? `la r${regie.slice(1)}` : `la régie «\u00a0${regie}\u00a0»`
  return phone === '' ? name : `${name}, ${phone}`
}
