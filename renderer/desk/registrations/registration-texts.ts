import type { Activity } from '../../../shared/contract/desk/activities.ts'
import type { Registration } from '../../../shared/contract/desk/registrations.ts'
import type { FreedBookings } from '../../../shared/contract/desk/reservations/reservations.ts'
import { counted, listed, weekdayName } from '../../../shared/rules/text/french.ts'

export type Week = Registration['typicalWeek']

/** « mer. matin, repas », or « lun. journée » when every slot of the day is chosen. */
export const weekText = (week: Week, slots: Activity['slots']): string => {
  if (week.length === 0) return '–'
  if (slots.length === 1) {
    return week
      .map(({ weekday }) => weekday)
      .toSorted((one, other) => one - other)
      .map(shortWeekday)
      .join(', ')
  }
  return [...Map.groupBy(week, ({ weekday }) => weekday)]
    .toSorted(([one], [other]) => one - other)
    .map(([weekday, wishes]) => {
      const names = slots.filter(({ id }) => wishes.some(({ slotId }) => slotId === id)).map(({ name }) => name)
      const isWhole = names.length > 1 && names.length === slots.filter(({ endedFrom }) => endedFrom === null).length
      return `${shortWeekday(weekday)} ${isWhole ? 'journée' : names.map((name) => name.toLocaleLowerCase('fr')).join(', ')}`
    })
    .join('\u00a0; ')
}

export const shortWeekday = (weekday: number): string => `${weekdayName(weekday).slice(0, 3)}.`

/** « 118 acceptées, 1 à décider » */
export const registrationCountsText = (registrations: readonly Registration[]): string => {
  const count = (state: Registration['state']) => registrations.filter((one) => one.state === state).length
  const accepted = count('accepted')
  const asked = count('asked')
  return listed([
    ...(accepted > 0 ? [`${accepted} ${accepted < 2 ? 'acceptée' : 'acceptées'}`] : []),
    ...(asked > 0 ? [`${asked} à décider`] : []),
  ])
}

/** « 11 enfants déjà pointés : leurs plages pointées restent, et se facturent. » */
export const markedText = (marked: number): string =>
  marked === 0
    ? ''
    : `${counted(marked, 'enfant déjà pointé', 'enfants déjà pointés')}\u00a0: ${marked === 1 ? 'ses' : 'leurs'} plages pointées restent, et se facturent.`

/** « 46 réservations libérées et 2 rangs retirés »; empty when nothing is freed. */
export const freedText = ({ bookings, waiting, demands }: FreedBookings): string =>
  listed([
    ...(bookings > 0 ? [counted(bookings, 'réservation libérée', 'réservations libérées')] : []),
    ...(waiting > 0 ? [counted(waiting, 'rang retiré', 'rangs retirés')] : []),
    ...(demands > 0 ? [counted(demands, 'demande répondue', 'demandes répondues')] : []),
  ])
