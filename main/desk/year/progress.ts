import type { YearProgress } from '../../../shared/contract/desk/year.ts'
import { schoolYearOf } from '../../../shared/rules/calendar/school-year.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import type { Core } from '../core.ts'
import { holidaysOfZone, importedHolidaysOf, organisationOf } from '../settings/settings.ts'
import { periodsCopied, periodsOfYear } from './copying.ts'
import { previewPassage } from './passage.ts'
import { closedFrom, registeredIn } from './year-store.ts'

/** What is done of the work of a school year, and what remains. */
export const readProgress = ({ store }: Core, { year }: { year: number }): YearProgress => {
  const calendar = holidaysOfZone(store)
  const now = schoolYearOf(calendar, year)
  const own = periodsOfYear(store, now, calendar)
  const { before, copied } = periodsCopied({ store }, year)
  const { schoolZone } = organisationOf(store)
  const { children } = previewPassage({ store }, { year })
  const movable = children.filter(({ fate }) => fate !== 'stays')
  return {
    schoolYear: { ...now, holidays: now.holidays.map((one) => one && { ...one, zones: [...one.zones] }) },
    isImported: importedHolidaysOf(store).some(
      ({ zones, from }) => zones.includes(schoolZone) && schoolYearStart(from).startsWith(String(year)),
    ),
    periods: { before: before.length, copied: copied.length },
    classes: { children: movable.length, done: movable.filter(({ fate }) => fate === 'there').length },
    registrations: {
      before: registeredIn(
        store,
        copied.map(({ id }) => id),
      ),
      now: registeredIn(
        store,
        own.map(({ id }) => id),
      ),
    },
    closedDays: new Set(closedFrom(store, now.start, now.end).map(({ day }) => day)).size,
  }
}
