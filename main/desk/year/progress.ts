import type { YearProgress } from '../../../shared/contract/desk/year.ts'
import { schoolYearOf } from '../../../shared/rules/calendar/school-year.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import type { Core } from '../core.ts'
import { importedSchoolHolidays, organisationOf, schoolHolidaysOfTown } from '../settings/settings.ts'
import { periodsOfYear, periodsToCopy } from './copying.ts'
import { previewNextClasses } from './passage.ts'
import { closedOpenings, countRegistered } from './year-store.ts'

/** Progress of preparing a school year: what is done and what remains. */
export const readProgress = ({ store }: Core, { year }: { year: number }): YearProgress => {
  const calendar = schoolHolidaysOfTown(store)
  const now = schoolYearOf(calendar, year)
  const own = periodsOfYear(store, now, calendar)
  const { before, copied } = periodsToCopy({ store }, year)
  const { schoolZone } = organisationOf(store)
  const { children } = previewNextClasses({ store }, { year })
  const movable = children.filter(({ outcome }) => outcome !== 'stays')
  return {
    schoolYear: { ...now, holidays: now.holidays.map((one) => one && { ...one, zones: [...one.zones] }) },
    isImported: importedSchoolHolidays(store).some(
      ({ zones, from }) => zones.includes(schoolZone) && schoolYearStart(from).startsWith(String(year)),
    ),
    periods: { before: before.length, copied: copied.length },
    classes: { children: movable.length, done: movable.filter(({ outcome }) => outcome === 'there').length },
    registrations: {
      before: countRegistered(
        store,
        copied.map(({ id }) => id),
      ),
      now: countRegistered(
        store,
        own.map(({ id }) => id),
      ),
    },
    closedDays: new Set(closedOpenings(store, now.start, now.end).map(({ day }) => day)).size,
  }
}
