import type { SchoolCalendar } from '../../../shared/contract/desk/settings.ts'
import {
  calendarOf,
  type HolidaysOn,
  holidaysIn,
  type SchoolHoliday,
  type Zone,
} from '../../../shared/rules/calendar/school-holidays.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import type { Write } from '../../store/acts/acts.ts'
import { schoolHoliday } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { importedHolidays, organisationRow } from './settings-store.ts'

/* School holidays of the town. */

const asHolidays = ({ zone, name, fromDay, toDay, certain }: typeof schoolHoliday.$inferSelect): SchoolHoliday => ({
  name,
  zones: [zone],
  from: fromDay,
  to: toDay,
  certain,
})

const zoneOf = (store: Store): Zone => {
  const row = organisationRow(store)
  if (!row) throw new Refused('La structure n’est pas encore créée.')
  return row.schoolZone
}

/** Imported holidays, of all three zones. */
export const importedSchoolHolidays = (store: Store): readonly SchoolHoliday[] =>
  importedHolidays(store).map(asHolidays)

/** Holidays of the town's zone, in order. @param added holidays of a file not imported yet, for its preview */
export const schoolHolidaysOfTown = (store: Store, added: readonly SchoolHoliday[] = []): readonly SchoolHoliday[] => {
  const imported = importedSchoolHolidays(store).filter((one) => !added.some((other) => replaces(other, one)))
  return calendarOf(zoneOf(store), [...imported, ...added])
}

/** Whether both are the same holidays of the same year, or share days. */
const replaces = (one: SchoolHoliday, other: SchoolHoliday): boolean =>
  one.zones[0] === other.zones[0] &&
  ((one.name === other.name && schoolYearStart(one.from) === schoolYearStart(other.from)) ||
    (one.from <= other.to && other.from <= one.to))

export const schoolHolidaysByDay = (store: Store): HolidaysOn => holidaysIn(schoolHolidaysOfTown(store))

export const readSchoolCalendar = ({ store }: { readonly store: Store }): SchoolCalendar => ({
  zone: zoneOf(store),
  holidays: schoolHolidaysOfTown(store).map((one) => ({ ...one, zones: [...one.zones] })),
})

/** Part of an act: imports holidays of the three zones; they replace earlier imports of the same holidays. */
export const writeCalendar = (store: Store, write: Write, holidays: readonly SchoolHoliday[]): void => {
  const imported = importedHolidays(store)
  const isSame = (row: (typeof imported)[number]) => {
    const before = asHolidays(row)
    return holidays.some((one) => JSON.stringify(one) === JSON.stringify(before))
  }
  for (const row of imported) {
    if (!isSame(row) && holidays.some((one) => replaces(one, asHolidays(row)))) write.remove(schoolHoliday, row.id)
  }
  const unchanged = new Set(imported.filter(isSame).map(({ zone, fromDay }) => `${zone} ${fromDay}`))
  for (const { name, zones, from, to, certain } of holidays) {
    for (const zone of zones) {
      if (unchanged.has(`${zone} ${from}`)) continue
      write.insert(schoolHoliday, { zone, name, fromDay: from, toDay: to, certain })
    }
  }
}
