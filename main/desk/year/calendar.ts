import type { CalendarPreview } from '../../../shared/contract/desk/year.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import {
  calendarOf,
  type HolidaysOn,
  holidaysIn,
  type SchoolHoliday,
  type Zone,
} from '../../../shared/rules/calendar/school-holidays.ts'
import { schoolYearName } from '../../../shared/rules/calendar/school-year.ts'
import { homeOf } from '../../../shared/rules/people/custody.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import type { Store } from '../../store/store.ts'
import { type CalendarChange, calendarChangeOf, periodsOf, writeCalendarChange } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { custodiesOf, holidaysOfTown } from '../families/families.ts'
import type { LongWorkTools } from '../progress.ts'
import { importedSchoolHolidays, organisationOf, schoolHolidaysOfTown, writeCalendar } from '../settings/settings.ts'
import { inOneAct } from './in-one-act.ts'
import { readCalendarFile } from './school-year-file.ts'
import { bookedOfSharedChildren } from './year-store.ts'

type Upload = { readonly file: Blob; readonly fileName: string }

/**
 * Previews what the ministry's file would change: holiday dates of each zone, open days of future periods, days of
 * children in shared custody.
 */
export const previewCalendar = async (core: Core, upload: Upload): Promise<CalendarPreview> => {
  const { store, clock } = core
  const { holidays, remarks } = await parseUpload(upload)
  const plan = planOf(store, holidays, today(clock))
  return {
    zone: organisationOf(store).schoolZone,
    changes: changesOf(store, holidays),
    remarks: [...remarks],
    periods: plan.periods.map(({ period, days }) => ({
      periodId: period.id,
      period: period.name,
      added: new Set(days.added.map(({ day }) => day)).size,
      removed: new Set(days.removed.map(({ day }) => day)).size,
      booked: [...days.booked],
    })),
    custody: bookingsChangingHome(store, plan.before, plan.after, today(clock)),
  }
}

/** Imports the file's dates and applies them to the open days of future periods, as one act. */
export const importCalendar = async (core: Core, person: Person, upload: Upload, work: LongWorkTools) => {
  const { store, clock } = core
  const { holidays } = await parseUpload(upload)
  if (changesOf(store, holidays).every(({ kind }) => kind === 'same')) {
    throw new Refused('Ce calendrier est déjà celui du service\u00a0: rien à changer.', 'file')
  }
  const label = `Calendrier scolaire importé\u00a0: ${upload.fileName}`
  const { periods, before, after } = planOf(store, holidays, today(clock))
  return inOneAct(
    core,
    person,
    { kind: 'year.calendar', label },
    work,
    (slices) =>
      slices(periods, (write, { period }) =>
        // Recompute here: a day may have been booked meanwhile.
        writeCalendarChange(write, period.id, calendarChangeOf(store, period, { before, after }, today(clock))),
      ),
    (write) => {
      writeCalendar(store, write, holidays)
      return { holidays: holidays.length, periods: periods.length }
    },
  )
}

/** @throws Refused naming what is wrong with the file */
const parseUpload = async ({ file, fileName }: Upload) => {
  const found = readCalendarFile(await file.text(), fileName)
  if ('sentence' in found) throw new Refused(found.sentence, 'file')
  return found
}

type Plan = {
  readonly before: HolidaysOn
  readonly after: HolidaysOn
  /** Periods in which at least one day changes. */
  readonly periods: readonly { readonly period: ReturnType<typeof periodsOf>[number]; readonly days: CalendarChange }[]
}

const planOf = (store: Store, holidays: readonly SchoolHoliday[], from: Day): Plan => {
  const before = holidaysIn(schoolHolidaysOfTown(store))
  const after = holidaysIn(schoolHolidaysOfTown(store, holidays))
  const periods = periodsOf(store)
    .filter(({ archived, endDay, schoolHolidays }) => !archived && endDay >= from && schoolHolidays !== 'with')
    .map((period) => ({ period, days: calendarChangeOf(store, period, { before, after }, from) }))
    .filter(({ days }) => days.added.length + days.removed.length + days.booked.length > 0)
  return { before, after, periods }
}

const changesOf = (store: Store, holidays: readonly SchoolHoliday[]): CalendarPreview['changes'] => {
  const imported = importedSchoolHolidays(store)
  const calendars = new Map((['A', 'B', 'C'] as const).map((zone) => [zone, calendarOf(zone, imported)]))
  return holidays.flatMap(({ name, zones, from, to, certain }) =>
    zones.map((zone: Zone) => {
      const before = calendars
        .get(zone)
        ?.find((one) => one.name === name && schoolYearStart(one.from) === schoolYearStart(from))
      const isSame = before?.from === from && before.to === to
      return {
        zone,
        name,
        year: schoolYearName(Number(schoolYearStart(from).slice(0, 4))),
        before: before ? { from: before.from, to: before.to } : null,
        after: { from, to },
        certain,
        kind: !before ? ('new' as const) : !isSame ? 'moved' : before.certain === certain ? 'same' : 'confirmed',
      }
    }),
  )
}

/** Children with future bookings that would fall on a day of their other home, because halves of holidays move. */
const bookingsChangingHome = (
  store: Store,
  before: HolidaysOn,
  after: HolidaysOn,
  from: Day,
): CalendarPreview['custody'] => {
  const booked = bookedOfSharedChildren(store, from)
  const custodies = custodiesOf(store, [...new Set(booked.map(({ childId }) => childId))])
  const [old, next] = [holidaysOfTown(store, before), holidaysOfTown(store, after)]
  const changed = booked.filter(({ childId, day }) => {
    const custody = custodies.get(childId)
    return custody !== undefined && homeOf(custody, day, old) !== homeOf(custody, day, next)
  })
  return [...Map.groupBy(changed, ({ childId }) => childId)].map(([childId, bookings]) => ({
    childId,
    name: bookings[0]?.name ?? '',
    bookings: bookings.length,
  }))
}
