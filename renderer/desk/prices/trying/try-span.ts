import { addDays, type Day, firstOfMonth, lastOfMonth, mondayOf } from '../../../../shared/rules/calendar/day.ts'

/** How many days « Essayer » prices. */
export type Duration = 'day' | 'week' | 'month'

export const durationNames: Readonly<Record<Duration, string>> = {
  day: 'un jour',
  week: 'une semaine',
  month: 'un mois',
}

export const priceNames: Readonly<Record<Duration, string>> = {
  day: 'Prix du jour',
  week: 'Prix de la semaine',
  month: 'Prix du mois',
}

export const spanTried = (duration: Duration, day: Day): { readonly from: Day; readonly to: Day } => {
  switch (duration) {
    case 'day':
      return { from: day, to: day }
    case 'week':
      return { from: mondayOf(day), to: addDays(mondayOf(day), 6) }
    case 'month':
      return { from: firstOfMonth(day), to: lastOfMonth(day) }
  }
}
