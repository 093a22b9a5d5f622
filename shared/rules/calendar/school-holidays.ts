import { ascending } from '../../collections.ts'
import { schoolYearStart } from '../people/schooling.ts'
import { type Day, day } from './day.ts'

export type Zone = 'A' | 'B' | 'C'

export type SchoolHoliday = {
  readonly name: string
  readonly zones: readonly Zone[]
  /** First day without school. */
  readonly from: Day
  /** Last day without school: classes resume the next morning. */
  readonly to: Day
  /** False if the dates do not come from the ministry's own file: shown « à vérifier ». */
  readonly certain: boolean
}

export const toCheckLabel = 'à vérifier'

export const holidayNames = {
  summer: 'Vacances d’été',
  allSaints: 'Vacances de la Toussaint',
  christmas: 'Vacances de Noël',
  winter: 'Vacances d’hiver',
  spring: 'Vacances de printemps',
  bridge: 'Pont de l’Ascension',
} as const

type Row = readonly [zones: string, name: keyof typeof holidayNames, from: string, to: string]

/** The ministry's calendar, as republished by AntoineAugusti/vacances-scolaires (Licence Ouverte). */
const official: readonly Row[] = [
  ['ABC', 'summer', '2023-07-08', '2023-09-03'],
  ['ABC', 'allSaints', '2023-10-21', '2023-11-05'],
  ['ABC', 'christmas', '2023-12-23', '2024-01-07'],
  ['C', 'winter', '2024-02-10', '2024-02-25'],
  ['A', 'winter', '2024-02-17', '2024-03-03'],
  ['B', 'winter', '2024-02-24', '2024-03-10'],
  ['C', 'spring', '2024-04-06', '2024-04-21'],
  ['A', 'spring', '2024-04-13', '2024-04-28'],
  ['B', 'spring', '2024-04-20', '2024-05-05'],
  ['ABC', 'summer', '2024-07-06', '2024-09-01'],
  ['ABC', 'allSaints', '2024-10-19', '2024-11-03'],
  ['ABC', 'christmas', '2024-12-21', '2025-01-05'],
  ['B', 'winter', '2025-02-08', '2025-02-23'],
  ['C', 'winter', '2025-02-15', '2025-03-02'],
  ['A', 'winter', '2025-02-22', '2025-03-09'],
  ['B', 'spring', '2025-04-05', '2025-04-21'],
  ['C', 'spring', '2025-04-12', '2025-04-27'],
  ['A', 'spring', '2025-04-19', '2025-05-04'],
  ['ABC', 'summer', '2025-07-05', '2025-08-31'],
  ['ABC', 'allSaints', '2025-10-18', '2025-11-02'],
  ['ABC', 'christmas', '2025-12-20', '2026-01-04'],
  ['A', 'winter', '2026-02-07', '2026-02-22'],
  ['B', 'winter', '2026-02-14', '2026-03-01'],
  ['C', 'winter', '2026-02-21', '2026-03-08'],
  ['A', 'spring', '2026-04-04', '2026-04-19'],
  ['B', 'spring', '2026-04-11', '2026-04-26'],
  ['C', 'spring', '2026-04-18', '2026-05-03'],
  ['ABC', 'summer', '2026-07-04', '2026-08-30'],
]

/**
 * 2026-2027, from several public copies that agree; zone A's spring holidays are deduced from those of the other zones,
 * and the end of the summer is a guess.
 */
const unofficial: readonly Row[] = [
  ['ABC', 'allSaints', '2026-10-17', '2026-11-01'],
  ['ABC', 'christmas', '2026-12-19', '2027-01-03'],
  ['C', 'winter', '2027-02-06', '2027-02-21'],
  ['A', 'winter', '2027-02-13', '2027-02-28'],
  ['B', 'winter', '2027-02-20', '2027-03-07'],
  ['C', 'spring', '2027-04-03', '2027-04-18'],
  ['A', 'spring', '2027-04-10', '2027-04-25'],
  ['B', 'spring', '2027-04-17', '2027-05-02'],
  ['ABC', 'summer', '2027-07-03', '2027-08-31'],
]

const holidayFromRow =
  (certain: boolean) =>
  ([zones, name, from, to]: Row): SchoolHoliday => ({
    name: holidayNames[name],
    zones: (['A', 'B', 'C'] as const).filter((zone) => zones.includes(zone)),
    from: day(from),
    to: day(to),
    certain,
  })

/** The calendar shipped with the program, in order, from summer 2023 to summer 2027. */
export const schoolHolidays: readonly SchoolHoliday[] = [
  ...official.map(holidayFromRow(true)),
  ...unofficial.map(holidayFromRow(false)),
]

/** Finds the school holidays that contain a day; null on a school day, and outside the calendar. */
export type HolidaysOn = (on: Day) => SchoolHoliday | null

/**
 * The calendar of a zone, in order. Imported holidays replace the shipped ones of the same name and year, and those
 * whose dates they overlap.
 */
export const calendarOf = (zone: Zone, imported: readonly SchoolHoliday[] = []): readonly SchoolHoliday[] => {
  const zoneHolidays = imported.filter(({ zones }) => zones.includes(zone))
  const isReplaced = (shipped: SchoolHoliday) =>
    zoneHolidays.some(
      (one) =>
        (one.name === shipped.name && startOfYear(one) === startOfYear(shipped)) ||
        (one.from <= shipped.to && shipped.from <= one.to),
    )
  return [...schoolHolidays.filter((one) => one.zones.includes(zone) && !isReplaced(one)), ...zoneHolidays].toSorted(
    ascending(({ from }) => from),
  )
}

const startOfYear = ({ from }: SchoolHoliday): Day => schoolYearStart(from)

/** @param calendar the calendar of one zone */
export const holidaysIn =
  (calendar: readonly SchoolHoliday[]): HolidaysOn =>
  (on) =>
    calendar.find(({ from, to }) => from <= on && on <= to) ?? null

/** The holidays that two homes share by halves: without the « pont de l’Ascension », a break of four days. */
export const withoutBridge =
  (holidays: HolidaysOn): HolidaysOn =>
  (on) => {
    const span = holidays(on)
    return span?.name === holidayNames.bridge ? null : span
  }
