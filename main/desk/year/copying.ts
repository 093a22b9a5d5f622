import type { PeriodInput } from '../../../shared/contract/desk/activities.ts'
import type { CopiedPeriod } from '../../../shared/contract/desk/year.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
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
import type { GroupPlaces } from '../../../shared/rules/groups/groups.ts'
import { periodsInOne } from '../../../shared/rules/groups/joined-activities.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { counted, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import {
  activityOf,
  groupsOf,
  type NamedPeriod,
  openingsOfPeriod,
  ownSlot,
  periodOf,
  periodsOf,
  plannedDays,
  samePlaces,
  shownWeekRule,
  slotsOf,
  writePeriod,
} from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { giveJointTariff, type JointTariff, jointTariff } from '../prices/prices.ts'
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
  return periodsInOne(periodsOfYear(store, before, calendar))
    .filter(([period]) => activityIds === null || (period && activityIds.includes(period.leadId)))
    .flatMap(([period, ...others]) => (period ? [copyOf(store, [period, ...others], before, now, existing)] : []))
}

/**
 * The periods that the copy turns into one: several when activities were joined. The first one gives its name and
 * rules.
 */
type Copied = readonly [NamedPeriod, ...NamedPeriod[]]

/** The periods of the year before `year`, and those that already have their copy in `year`. */
export const periodsToCopy = (
  { store }: Pick<Core, 'store'>,
  year: number,
): { before: NamedPeriod[]; copied: NamedPeriod[] } => {
  const calendar = schoolHolidaysOfTown(store)
  const [last, now] = [schoolYearOf(calendar, year - 1), schoolYearOf(calendar, year)]
  const existing = periodsOf(store)
  const before = periodsInOne(periodsOfYear(store, last, calendar)).flatMap(([period, ...others]): Copied[] =>
    period ? [[period, ...others]] : [],
  )
  return {
    before: before.map(([period]) => period),
    copied: before.flatMap((own) => (copyTo(own, last, now, existing).conflict === null ? [] : [own[0]])),
  }
}

/** A period's dates and name in another year, and the existing period that conflicts with them. */
const copyTo = (periods: Copied, before: SchoolYear, now: SchoolYear, existing: readonly NamedPeriod[]) => {
  const days = { from: firstDayOf(periods), to: lastDayOf(periods) }
  const moved = movedDays(before, now, days)
  const newName = movedName(periods[0].name, now)
  return { moved, newName, conflict: conflictOf(existing, periods, newName, moved) }
}

const firstDayOf = (periods: Copied): Day =>
  periods.map(({ startDay }) => startDay).toSorted()[0] ?? periods[0].startDay
const lastDayOf = (periods: Copied): Day =>
  periods
    .map(({ endDay }) => endDay)
    .toSorted()
    .at(-1) ?? periods[0].endDay

const copyOf = (
  store: Store,
  periods: Copied,
  before: SchoolYear,
  now: SchoolYear,
  existing: readonly NamedPeriod[],
): CopiedPeriod => {
  const [period, ...others] = periods
  const { moved, newName, conflict } = copyTo(periods, before, now, existing)
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
  const joint = tariffOfCopy(store, periods, moved.from)
  return {
    periodId: period.id,
    activityId: period.leadId,
    activity: activityOf(store, period.leadId).name,
    facility: period.facility,
    name: period.name,
    joins: others.map(({ name }) => name),
    old: { from: firstDayOf(periods), to: lastDayOf(periods) },
    oldDays: [...days.keys()].filter((day) => !isClosed(day)).length,
    newName,
    moved,
    newDays: plannedDays(store, { ...period, startDay: moved.from, endDay: moved.to }).length,
    isToCheck: !now.isCertain,
    obstacle: whyNotCopied(store, periods, now, onCalendar) ?? obstacleOf(joint),
    jointTariff: joint && 'tariff' in joint ? joint.tariff.label : null,
    conflict,
    closed: closed.map((day) => ({ day, reason: days.get(day)?.[0]?.closedReason ?? '' })),
    byHand: byHand.length,
  }
}

/** How the tariff of the copy must change, when the copy prices groups by one tariff that each had their own. */
const tariffOfCopy = (store: Store, [period, ...others]: Copied, from: Day): JointTariff | null => {
  const groups = groupsOf(store, period.leadId)
  const joined = others.flatMap(({ activityId, groupIds }) => {
    const [groupId, ...more] = groupIds ?? []
    const group = more.length === 0 && groups.find(({ id }) => id === groupId)
    return group ? [{ activityId, group: group.name }] : []
  })
  return joined.length === 0 ? null : jointTariff(store, period.leadId, joined, from)
}

const obstacleOf = (joint: JointTariff | null): string | null => (joint && 'obstacle' in joint ? joint.obstacle : null)

const whyNotCopied = (store: Store, periods: Copied, now: SchoolYear, onCalendar: boolean): string | null => {
  const [{ leadId }] = periods
  if (activityOf(store, leadId).archived) return 'L’activité est archivée.'
  if (placesTogether(store, periods) === null)
    return 'Les plages des deux activités ne sont plus les mêmes\u00a0: créez cette période à la main.'
  return onCalendar && !now.isKnown
    ? `Les vacances ${now.name} ne sont pas encore connues\u00a0: importez le calendrier scolaire.`
    : null
}

const conflictOf = (
  existing: readonly NamedPeriod[],
  periods: Copied,
  name: string,
  { from, to }: { readonly from: Day; readonly to: Day },
): string | null => {
  const [{ leadId }] = periods
  const others = existing.filter((one) => one.leadId === leadId && periods.every(({ id }) => id !== one.id))
  const twin = others.find((one) => one.activityId === leadId && sameLabel(one.name, name))
  if (twin) return `«\u00a0${twin.name}\u00a0» existe déjà.`
  const groupIds = groupsTogether(periods)
  const sharesChildren = (one: NamedPeriod) =>
    groupIds === null || one.groupIds === null || one.groupIds.some((id) => groupIds.includes(id))
  const over = others.find((one) => one.startDay <= to && from <= one.endDay && sharesChildren(one))
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
  const before = periodsInOne(periodsOfYear(store, schoolYearOf(calendar, year - 1), calendar))
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
        const copied = before.find(([first]) => first?.id === period.id)
        if (!copied) throw new Refused(`«\u00a0${period.name}\u00a0» n’est pas de l’année précédente.`, 'periods')
        const periods: Copied = [period, ...copied.slice(1)]
        const obstacle = whyNotCopied(store, periods, now, period.schoolHolidays !== 'with')
        if (obstacle !== null) throw new Refused(sentenceWithSubject(period.name, obstacle), 'periods')
        if (!isWithin({ from: now.start, to: now.end }, wish.startDay)) {
          throw new Refused(`${wish.name}\u00a0: la date de début n’est pas dans l’année ${now.name}.`, 'periods')
        }
        made.push(
          namingPeriod(wish.name, () => {
            const id = writePeriod(store, write, inputOf(store, periods, wish, calendar))
            const joint = tariffOfCopy(store, periods, wish.startDay)
            if (joint && !may(person.roles, 'tariffs.write'))
              throw new Refused(
                `Chaque groupe garde ses prix\u00a0: la copie change le tarif. ${roleNeeded('tariffs.write')}`,
              )
            giveJointTariff(store, write, joint)
            return id
          }),
        )
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

/** The groups that the copy takes; null for all groups of the activity. */
const groupsTogether = (periods: Copied): readonly number[] | null => (periods.length > 1 ? null : periods[0].groupIds)

type Places = NamedPeriod['places'][number]

/**
 * The places of the copy, on the slots of the lead. When each period was for one group, its places become those of that
 * group. Null when a slot of a period no longer has the same slot in the lead.
 */
const placesTogether = (store: Store, periods: Copied): Places[] | null => {
  const [{ leadId }] = periods
  const known = new Set(slotsOf(store, leadId).map(({ id }) => id))
  const placed = periods.flatMap((period) =>
    period.places.map((places) => ({
      ...places,
      slotId: ownSlot(store, leadId, places.slotId),
      groupPlaces: places.groupPlaces ?? (periods.length > 1 ? placesOfOnlyGroup(period, places) : undefined),
    })),
  )
  if (placed.some(({ slotId }) => !known.has(slotId))) return null
  return [...Map.groupBy(placed, ({ slotId }) => slotId)].map(([slotId, own]): Places => {
    const groupPlaces = own.flatMap((places) => places.groupPlaces ?? [])
    const capacity = own.reduce((sum, places) => sum + places.capacity, 0)
    return { slotId, capacity, ...(own.every((places) => places.groupPlaces) && { groupPlaces }) }
  })
}

const placesOfOnlyGroup = ({ groupIds }: NamedPeriod, { capacity }: Places): GroupPlaces | undefined => {
  const [groupId, ...more] = groupIds ?? []
  return groupId === undefined || more.length > 0 ? undefined : [{ groupId, capacity }]
}

const inputOf = (
  store: Store,
  periods: Copied,
  wish: PeriodCopy,
  calendar: readonly SchoolHoliday[],
): PeriodInput & { readonly groupIds: readonly number[] | null } => {
  const [period] = periods
  const at = (moment: NamedPeriod['bookingOpensAt']) => moment && movedInstant(calendar, moment)
  return {
    activityId: period.leadId,
    groupIds: groupsTogether(periods),
    name: wish.name,
    startDay: wish.startDay,
    endDay: wish.endDay,
    weekdays: [...period.weekdays],
    schoolHolidays: period.schoolHolidays,
    places: (placesTogether(store, periods) ?? []).map(({ groupPlaces, ...place }) => ({
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
    weekRule: period.weekRule && weekRuleOn(store, period),
    archived: false,
  }
}

/** The week rule of a period, converted from its own slots to those of the activity under which it is shown. */
const weekRuleOn = (store: Store, { leadId, weekRule }: NamedPeriod) => {
  if (!weekRule) return null
  const slotOf = (slotId: number) => ownSlot(store, leadId, slotId)
  return shownWeekRule({
    ...weekRule,
    needs: weekRule.needs.map(({ slotId, neededId }) => ({ slotId: slotOf(slotId), neededId: slotOf(neededId) })),
    oneOf: weekRule.oneOf.map(slotOf),
  })
}
