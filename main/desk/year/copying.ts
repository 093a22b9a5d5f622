import type { PeriodInput } from '../../../shared/contract/desk/activities.ts'
import type { CopiedPeriod } from '../../../shared/contract/desk/year.ts'
import { type Day, isWithin } from '../../../shared/rules/calendar/day.ts'
import type { SchoolHoliday } from '../../../shared/rules/calendar/school-holidays.ts'
import {
  movedDays,
  movedInstant,
  movedName,
  type SchoolYear,
  schoolYearAt,
  schoolYearOf,
} from '../../../shared/rules/calendar/school-year.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { counted, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import {
  activityOf,
  type NamedPeriod,
  openingsOfPeriod,
  periodOf,
  periodsOf,
  plannedDays,
  samePlaces,
  shownWeekRule,
  writePeriod,
} from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import type { LongWorkTools } from '../progress.ts'
import { schoolHolidaysOfTown } from '../settings/settings.ts'
import { inOneAct } from './in-one-act.ts'

/** The periods that begin in a school year, archived ones excepted. */
export const periodsOfYear = (store: Store, year: SchoolYear, calendar: readonly SchoolHoliday[]): NamedPeriod[] =>
  periodsOf(store)
    .filter(({ archived, startDay }) => !archived && schoolYearAt(calendar, startDay).year === year.year)
    .toReversed()

/** Previews what each period of the year before would become in `year`. */
export const previewCopy = (
  { store }: Core,
  { year, activityIds }: { year: number; activityIds: readonly number[] | null },
): CopiedPeriod[] => {
  const calendar = schoolHolidaysOfTown(store)
  const [before, now] = [schoolYearOf(calendar, year - 1), schoolYearOf(calendar, year)]
  const existing = periodsOf(store)
  return periodsOfYear(store, before, calendar)
    .filter(({ activityId }) => activityIds === null || activityIds.includes(activityId))
    .map((period) => copyOf(store, period, before, now, existing))
}

/** The periods of the year before `year`, and those that already have their copy in `year`. */
export const periodsToCopy = (
  { store }: Pick<Core, 'store'>,
  year: number,
): { before: NamedPeriod[]; copied: NamedPeriod[] } => {
  const calendar = schoolHolidaysOfTown(store)
  const [last, now] = [schoolYearOf(calendar, year - 1), schoolYearOf(calendar, year)]
  const existing = periodsOf(store)
  const before = periodsOfYear(store, last, calendar)
  return { before, copied: before.filter((period) => copyTo(period, last, now, existing).conflict !== null) }
}

/** A period's dates and name in another year, and the existing period that conflicts with them. */
const copyTo = (period: NamedPeriod, before: SchoolYear, now: SchoolYear, existing: readonly NamedPeriod[]) => {
  const moved = movedDays(before, now, { from: period.startDay, to: period.endDay })
  const newName = movedName(period.name, now)
  return { moved, newName, conflict: conflictOf(existing, period, newName, moved) }
}

const copyOf = (
  store: Store,
  period: NamedPeriod,
  before: SchoolYear,
  now: SchoolYear,
  existing: readonly NamedPeriod[],
): CopiedPeriod => {
  const { moved, newName, conflict } = copyTo(period, before, now, existing)
  const openings = openingsOfPeriod(store, period.id)
  const planned = new Set(plannedDays(store, period))
  const days = Map.groupBy(openings, ({ day }) => day)
  const isClosed = (day: Day) => (days.get(day) ?? []).every(({ closedReason }) => closedReason !== null)
  const closed = [...days.keys()].filter(isClosed)
  const usual = new Map(period.places.map((places) => [places.slotId, places]))
  const byHand = [...days.entries()].filter(
    ([day, rows]) =>
      !isClosed(day) &&
      (!planned.has(day) ||
        rows.some((row) => {
          const planned = usual.get(row.slotId)
          return row.closedReason !== null || !planned || !samePlaces(row, planned)
        })),
  )
  const onCalendar = period.schoolHolidays !== 'with'
  return {
    periodId: period.id,
    activityId: period.activityId,
    activity: period.activity,
    facility: period.facility,
    name: period.name,
    old: { from: period.startDay, to: period.endDay },
    oldDays: [...days.keys()].filter((day) => !isClosed(day)).length,
    newName,
    moved,
    newDays: plannedDays(store, { ...period, startDay: moved.from, endDay: moved.to }).length,
    isToCheck: !now.isCertain,
    obstacle: whyNotCopied(store, period, now, onCalendar),
    conflict,
    closed: closed.map((day) => ({ day, reason: days.get(day)?.[0]?.closedReason ?? '' })),
    byHand: byHand.length,
  }
}

const whyNotCopied = (store: Store, period: NamedPeriod, now: SchoolYear, onCalendar: boolean): string | null => {
  if (activityOf(store, period.activityId).archived) return 'L’activité est archivée.'
  return onCalendar && !now.isKnown
    ? `Les vacances ${now.name} ne sont pas encore connues\u00a0: importez le calendrier scolaire.`
    : null
}

const conflictOf = (
  existing: readonly NamedPeriod[],
  period: NamedPeriod,
  name: string,
  { from, to }: { readonly from: Day; readonly to: Day },
): string | null => {
  const others = existing.filter((one) => one.id !== period.id && one.activityId === period.activityId)
  const twin = others.find((one) => sameLabel(one.name, name))
  if (twin) return `«\u00a0${twin.name}\u00a0» existe déjà.`
  const over = others.find((one) => one.startDay <= to && from <= one.endDay)
  return over ? `«\u00a0${over.name}\u00a0» couvre déjà une partie de ces dates.` : null
}

type PeriodCopy = { readonly periodId: number; readonly name: string; readonly startDay: Day; readonly endDay: Day }

/** Copies the chosen periods to their new dates, each with the open days of the new calendar, as one act. */
export const copyPeriods = async (
  core: Core,
  person: Person,
  { year, periods }: { year: number; periods: readonly PeriodCopy[] },
  work: LongWorkTools,
): Promise<{ periods: number; days: number; actId: number }> => {
  const { store } = core
  const calendar = schoolHolidaysOfTown(store)
  const now = schoolYearOf(calendar, year)
  const before = new Set(periodsOfYear(store, schoolYearOf(calendar, year - 1), calendar).map(({ id }) => id))
  const made: number[] = []
  const label = `Année ${now.name}\u00a0: ${counted(periods.length, 'période copiée', 'périodes copiées')}`
  return inOneAct(
    core,
    person,
    { kind: 'year.copy', label },
    work,
    (slices) =>
      slices(periods, (write, wish) => {
        const period = periodOf(store, wish.periodId)
        if (!before.has(period.id))
          throw new Refused(`«\u00a0${period.name}\u00a0» n’est pas de l’année précédente.`, 'periods')
        const obstacle = whyNotCopied(store, period, now, period.schoolHolidays !== 'with')
        if (obstacle !== null) throw new Refused(sentenceWithSubject(period.name, obstacle), 'periods')
        if (!isWithin({ from: now.start, to: now.end }, wish.startDay)) {
          throw new Refused(`${wish.name}\u00a0: la date de début n’est pas dans l’année ${now.name}.`, 'periods')
        }
        made.push(namingPeriod(wish.name, () => writePeriod(store, write, inputOf(period, wish, calendar))))
      }),
    () => ({
      periods: made.length,
      days: made.reduce((sum, id) => sum + new Set(openingsOfPeriod(store, id).map(({ day }) => day)).size, 0),
    }),
  )
}

/** Adds the period's name to a refusal, since many periods are copied at once. */
const namingPeriod = <T>(name: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw error instanceof Refused ? new Refused(sentenceWithSubject(name, error.sentence), 'periods') : error
  }
}

const inputOf = (period: NamedPeriod, wish: PeriodCopy, calendar: readonly SchoolHoliday[]): PeriodInput => {
  const at = (moment: NamedPeriod['bookingOpensAt']) => moment && movedInstant(calendar, moment)
  return {
    activityId: period.activityId,
    name: wish.name,
    startDay: wish.startDay,
    endDay: wish.endDay,
    weekdays: [...period.weekdays],
    schoolHolidays: period.schoolHolidays,
    places: period.places.map(({ groupPlaces, ...place }) => ({
      ...place,
      ...(groupPlaces && { groupPlaces: [...groupPlaces] }),
    })),
    registrationOpensAt: at(period.registrationOpensAt),
    registrationClosesAt: at(period.registrationClosesAt),
    bookingOpensAt: at(period.bookingOpensAt),
    bookingClosesAt: at(period.bookingClosesAt),
    residentsOpenAt: at(period.residentsOpenAt),
    bookingRule: period.bookingRule,
    cancelRule: period.cancelRule,
    waitingList: period.waitingList,
    promotion: period.promotion,
    dossier: period.dossier,
    weekRule: period.weekRule && shownWeekRule(period.weekRule),
    archived: false,
  }
}
