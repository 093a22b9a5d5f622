import { ascending } from '../../collections.ts'
import { addDays, type Day, dayOf, weekday, yearOf } from './day.ts'

type PublicHoliday = { readonly day: Day; readonly name: string }

/** The eleven public holidays of article L3133-1 of the Code du travail, in order. Alsace and Moselle have two more. */
export const publicHolidaysOf = (year: number): readonly PublicHoliday[] => {
  const cached = years.get(year)
  if (cached) return cached
  const easter = easterSunday(year)
  const holidays = [
    { day: dayOf(year, 1, 1), name: 'Jour de l’an' },
    { day: addDays(easter, 1), name: 'Lundi de Pâques' },
    { day: dayOf(year, 5, 1), name: 'Fête du Travail' },
    { day: dayOf(year, 5, 8), name: 'Victoire 1945' },
    { day: addDays(easter, 39), name: 'Ascension' },
    { day: addDays(easter, 50), name: 'Lundi de Pentecôte' },
    { day: dayOf(year, 7, 14), name: 'Fête nationale' },
    { day: dayOf(year, 8, 15), name: 'Assomption' },
    { day: dayOf(year, 11, 1), name: 'Toussaint' },
    { day: dayOf(year, 11, 11), name: 'Armistice 1918' },
    { day: dayOf(year, 12, 25), name: 'Noël' },
  ].toSorted(ascending(({ day }) => day))
  years.set(year, holidays)
  return holidays
}

/** The name of the public holiday on that day; null on any other day. */
export const publicHolidayOn = (on: Day): string | null =>
  publicHolidaysOf(yearOf(on)).find((holiday) => holiday.day === on)?.name ?? null

/** Whether the day is a « jour ouvré »: Monday to Friday, except public holidays. */
export const isWorkingDay = (on: Day): boolean => weekday(on) <= 5 && publicHolidayOn(on) === null

const years = new Map<number, readonly PublicHoliday[]>()

/** Gregorian computus of Meeus, Jones and Butcher. */
export const easterSunday = (year: number): Day => {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const ofCentury = year % 100
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const moon = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const sunday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - moon - (ofCentury % 4)) % 7
  const lunar = Math.floor((golden + 11 * moon + 22 * sunday) / 451)
  const count = moon + sunday - 7 * lunar + 114
  return dayOf(year, Math.floor(count / 31), (count % 31) + 1)
}
