import type { ActivityInput, Opening, PeriodInput, PeriodPreview } from '../../../shared/contract/desk/activities.ts'
import { type Day, daysFrom, isWithin } from '../../../shared/rules/calendar/day.ts'
import type { BookingRule } from '../../../shared/rules/calendar/deadline.ts'
import { openingsOf } from '../../../shared/rules/calendar/openings.ts'
import type { HolidaysOn } from '../../../shared/rules/calendar/school-holidays.ts'
import type { GroupPlaces } from '../../../shared/rules/groups/groups.ts'
import { type Conditions, conditionsWithGroups } from '../../../shared/rules/people/conditions.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { type WeekRule, weekRuleOrNone, whyNotWeekRule } from '../../../shared/rules/requests/week-rule.ts'
import { counted, shortDay } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { activity, activityType, opening, period, registration, slot } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { regieOf } from '../regies/regies.ts'
import { facilitiesOf, schoolHolidaysByDay, schoolNames } from '../settings/settings.ts'
import {
  activityRow,
  allActivities,
  openingsOfPeriod as allOpenings,
  allPeriods,
  allTypes,
  cellsInUse,
  isSlotUsed,
  joinedActivities,
  leadOf,
  namedPeriod,
  type OpeningRow,
  openDayFrom,
  openDaysAround,
  openingOn,
  openingsBetween,
  openingsNotClosed,
  openingsOfDay,
  overlappingBooking,
  type PeriodRow,
  registrationsBeyond,
  type SlotRow,
  slotRow,
  slotRowsOf,
} from './activities-store.ts'
import { checkedPlaces, groupsOf, groupsOfPeriod, saveGroups } from './groups.ts'
import { refuseTwoSites, slotsShownAs } from './joining.ts'
import { cellOf, type Regeneration, regeneration } from './regeneration.ts'
import { saveSublists } from './sublists.ts'

export type { OpeningRow, SlotRow, SublistRow } from './activities-store.ts'
export { leadOf, leadSql, leads, shownNameSql, shownWith, sublistRowsOf as sublistsOf } from './activities-store.ts'
export {
  type ActivityGroup,
  agesOf,
  groupsOf,
  groupsOfPeriod,
  refuseParting,
  refuseRegrouping,
  samePlaces,
} from './groups.ts'
export { type JointSlots, joinActivities, jointSlots, ownSlot, previewJoining, slotsShownAs } from './joining.ts'
export { planAdults, plannedAdults, saveWaitingRules, waitingRules } from './waiting-rules.ts'

/* Functions for other domains. */

/** @throws Refused when the activity does not exist */
export const activityOf = (store: Store, id: number) => {
  const found = activityRow(store, id)
  if (!found) throw new Refused('Cette activité n’existe plus.')
  return found
}
type ActivityRow = ReturnType<typeof activityOf>

/** The activity under which one is shown. @throws Refused when it does not exist */
export const leadActivity = (store: Store, id: number): ActivityRow => activityOf(store, leadOf(store, id))

/** A period with the names of its activity, facility and type. @throws Refused when the period does not exist */
export const periodOf = (store: Store, id: number) => {
  const found = namedPeriod(store, id)
  if (!found) throw new Refused('Cette période n’existe plus.')
  return found
}
export type NamedPeriod = ReturnType<typeof periodOf>

/** Slots of an activity in the order of the day, including ended ones. */
export const slotsOf = (store: Store, activityId: number): SlotRow[] => slotRowsOf(store, activityId)

/** Deadlines of a period: the period's own, or else its activity's. */
export const ruleOf = (
  period: Pick<PeriodRow, 'bookingRule' | 'cancelRule'>,
  activity: { readonly bookingRule: BookingRule; readonly cancelRule: BookingRule },
): { readonly booking: BookingRule; readonly cancel: BookingRule } => ({
  booking: period.bookingRule ?? activity.bookingRule,
  cancel: period.cancelRule ?? activity.cancelRule,
})

/** Conditions of a period on age, school, class and residence, in the form that the registration rule reads. */
export const conditionsOf = (
  store: Store,
  periodId: number,
  activity: Pick<ActivityRow, 'minimumAge' | 'maximumAge' | 'levels' | 'schoolIds' | 'residentsOnly'>,
): Conditions =>
  conditionsWithGroups(
    {
      minAge: activity.minimumAge,
      maxAge: activity.maximumAge,
      classes: activity.levels ?? [],
      schools: activity.schoolIds === null ? [] : schoolNames(store, activity.schoolIds),
      residentsOnly: activity.residentsOnly,
    },
    groupsOfPeriod(store, periodId),
  )

/** Openings of all activities on a day, including closed ones, each with its `activityId`. */
export const openingsOn = (store: Store, day: Day) => openingsOfDay(store, day)

/** The nearest open days before and after `day`, offered by screens when nothing is open on `day` itself. */
export const nearestOpenDays = ({ store }: Core, day: Day) => openDaysAround(store, day)

/** First open day of the period from a day on; null when there is none. */
export const firstOpenDay = (
  { store }: Core,
  { periodId, from }: { readonly periodId: number; readonly from: Day },
): Day | null => openDayFrom(store, periodId, from)

/** Opening of a period on a day and slot; undefined when there is none. */
export const openingAt = (store: Store, periodId: number, day: Day, slotId: number): OpeningRow | undefined =>
  openingOn(store, periodId, day, slotId)

/** Periods, newest first, with the names of their activity, facility and type. */
export const periodsOf = (store: Store, activityId?: number): NamedPeriod[] => allPeriods(store, activityId)

/** Openings to close: days from `from` to `to`; all periods and slots unless some are named. */
export type Closing = {
  readonly from: Day
  readonly to: Day
  readonly periodIds?: readonly number[] | undefined
  readonly slotIds?: readonly number[] | undefined
}

/** All openings of a period, including closed ones. */
export const openingsOfPeriod = (store: Store, periodId: number): OpeningRow[] => allOpenings(store, periodId)

/** The openings that `closeOpenings` would close, for the preview. */
export const openingsToClose = (store: Store, closing: Closing): OpeningRow[] => openingsNotClosed(store, closing)

/** Closes openings within an act that also frees their bookings (`reservations`). Returns the closed openings. */
export const closeOpenings = (
  store: Store,
  write: Write,
  closing: Closing & { readonly reason: string },
): OpeningRow[] => {
  const closed = openingsNotClosed(store, closing)
  write.updateMany(
    opening,
    closed.map(({ id }) => id),
    { closedReason: closing.reason },
  )
  return closed
}

/** Ends a slot from a day on, within an act that also frees its bookings. Returns the removed openings. */
export const setSlotEnd = (store: Store, write: Write, slotId: number, from: Day): OpeningRow[] => {
  const { activityId } = requireSlot(store, slotId)
  write.update(slot, slotId, { endedFrom: from })
  const removed = periodsOf(store, activityId).flatMap(({ id, endDay }) =>
    openingsBetween(store, id, from, endDay).filter((one) => one.slotId === slotId),
  )
  for (const { id } of removed) write.remove(opening, id)
  return removed
}

/* Use cases. */

export const listTypes = ({ store }: Core) => allTypes(store)

export const saveType = ({ store }: Core, person: Person, { id, name }: { id?: number | undefined; name: string }) =>
  store.act(person, 'activities.type', `Type d’activité enregistré\u00a0: ${name}`, (write) => {
    const existing = allTypes(store)
    if (existing.some((other) => other.id !== id && sameLabel(other.name, name))) {
      throw new Refused('Un type d’activité porte déjà ce nom.', 'name')
    }
    const previous = existing.find((other) => other.id === id)
    if (id === undefined) return { ...write.insert(activityType, { name }), activities: 0 }
    if (!previous) throw new Refused('Ce type d’activité n’existe plus.')
    return { ...write.update(activityType, id, { name }), activities: previous.activities }
  })

export const removeType = ({ store }: Core, person: Person, id: number) =>
  store.act(person, 'activities.type', 'Type d’activité retiré', (write) => {
    const existing = allTypes(store).find((other) => other.id === id)
    if (!existing) throw new Refused('Ce type d’activité n’existe plus.')
    if (existing.activities > 0) throw new Refused('Des activités sont de ce type\u00a0: il reste.')
    write.remove(activityType, id)
  })

export const listActivities = ({ store }: Core) => allActivities(store).map(shownActivity)

export const getActivity = ({ store }: Core, id: number) => shownActivity(activityOf(store, id))

/** Creates an activity with its slots, or changes the activity with this id. */
export const saveActivity = (
  { store }: Core,
  person: Person,
  { id, slots, groups, sublists, regieId, ...input }: ActivityInput,
) =>
  store.act(person, 'activities.activity', `Activité enregistrée\u00a0: ${input.name}`, (write) => {
    const values = { ...input, ...(regieId !== undefined && { regieId }) }
    const before = id === undefined ? undefined : activityRow(store, id)
    if (regieId !== undefined && regieId !== before?.regieId && regieOf(store, regieId).archived)
      throw new Refused('Cette régie est fermée\u00a0: choisissez-en une autre.', 'regieId')
    const facility = facilitiesOf(store).find((one) => one.id === values.facilityId)
    if (!facility) throw new Refused('Choisissez un équipement.', 'facilityId')
    if (!allTypes(store).some((one) => one.id === values.typeId)) {
      throw new Refused('Choisissez un type d’activité.', 'typeId')
    }
    if (values.schoolIds && schoolNames(store, values.schoolIds).length < new Set(values.schoolIds).size)
      throw new Refused('Une de ces écoles n’existe plus.', 'schoolIds')
    if (values.minimumAge !== null && values.maximumAge !== null && values.maximumAge < values.minimumAge) {
      throw new Refused('L’âge le plus élevé est inférieur au plus bas.', 'maximumAge')
    }
    const twin = allActivities(store).find(
      (other) => other.id !== id && other.facilityId === values.facilityId && sameLabel(other.name, values.name),
    )
    if (twin) throw new Refused('Une activité de cet équipement porte déjà ce nom.', 'name')
    if (id !== undefined) {
      activityOf(store, id)
      refuseTwoSites(store, id, facility.siteId)
    }
    const row = id === undefined ? write.insert(activity, values) : write.update(activity, id, values)
    if (before && before.archived !== values.archived)
      for (const joinedId of joinedActivities(store, row.id))
        write.update(activity, joinedId, { archived: values.archived })
    saveSlots(store, write, row.id, slots)
    if (groups) saveGroups(store, write, row.id, groups)
    if (sublists) saveSublists(store, write, row.id, sublists)
    return shownActivity(activityOf(store, row.id))
  })

const saveSlots = (store: Store, write: Write, activityId: number, slots: ActivityInput['slots']) => {
  const previousSlots = slotRowsOf(store, activityId)
  for (const one of previousSlots) {
    if (slots.some(({ id }) => id === one.id)) continue
    if (isSlotUsed(store, one.id)) {
      throw new Refused(
        `Des jours ont été ouverts sur la plage «\u00a0${one.name}\u00a0»\u00a0: arrêtez-la à une date.`,
        'slots',
      )
    }
    write.remove(slot, one.id)
  }
  for (const [position, { id, ...values }] of slots.entries()) {
    if (values.end <= values.start) {
      throw new Refused('L’heure de fin vient avant celle de début.', `slots.${position}.end`)
    }
    if (slots.findIndex((other) => sameLabel(other.name, values.name)) !== position) {
      throw new Refused('Deux plages portent le même nom.', `slots.${position}.name`)
    }
    if (id === undefined) write.insert(slot, { ...values, activityId, position })
    else if (previousSlots.some((one) => one.id === id)) write.update(slot, id, { ...values, position })
    else throw new Refused('Cette plage n’est pas de cette activité.', `slots.${position}.name`)
  }
  // Checked after all slots are written, since two slots may exchange their hours.
  for (const { id, start, end } of previousSlots) {
    const position = slots.findIndex((one) => one.id === id)
    const next = slots[position]
    const twice = next && (next.start !== start || next.end !== end) ? overlappingBooking(store, id) : undefined
    if (twice) {
      throw new Refused(
        `${whoIsTwice(store, twice)} à ces heures, le ${shortDay(twice.day)}\u00a0: arrêtez plutôt cette plage à une date et ajoutez-en une autre.`,
        `slots.${position}.start`,
      )
    }
  }
}

/** Bookings at a site that the person may not see are not named. */
const whoIsTwice = (
  { limits }: Store,
  { child, activityId, activity: name }: NonNullable<ReturnType<typeof overlappingBooking>>,
): string =>
  limits?.sees('activity', activityId) === false
    ? 'Un enfant est déjà réservé ailleurs'
    : `${child} est déjà en «\u00a0${name}\u00a0»`

/** Ends a slot, and the equal slots of the activities shown with its own. */
export const endSlot = ({ store }: Core, person: Person, { slotId, from }: { slotId: number; from: Day }) => {
  const { name, activityId } = requireSlot(store, slotId)
  return store.act(
    person,
    'activities.endSlot',
    `Plage «\u00a0${name}\u00a0» arrêtée au ${shortDay(from)}`,
    (write) => {
      const removed = slotsShownAs(store, slotId).flatMap((id) => setSlotEnd(store, write, id, from))
      const periods = new Set(removed.map(({ periodId }) => periodId))
      for (const periodId of periods) {
        refuseCellsInUse(
          store,
          periodId,
          removed.filter((one) => one.periodId === periodId),
        )
      }
      return shownActivity(activityOf(store, activityId))
    },
  )
}

export const listPeriods = (
  { store }: Core,
  { activityId, archived = false }: { activityId?: number | undefined; archived?: boolean | undefined },
) =>
  periodsOf(store, activityId)
    .filter((one) => archived || !one.archived)
    .map(shownPeriod)

export const getPeriod = ({ store }: Core, id: number) => shownPeriod(periodOf(store, id))

export const previewPeriod = ({ store }: Core, input: PeriodInput): PeriodPreview => {
  const { plan, after } = planOpenings(store, withGroupPlaces(store, input))
  return {
    days: new Set(after.map(({ day }) => day)).size,
    added: plan.added.length,
    changed: plan.changed.length,
    kept: plan.changedByHand.length,
    removed: plan.removed.length,
    inTheWay: input.id === undefined ? 0 : countCellsInUse(store, input.id, plan.removed),
    shortened: input.id === undefined ? 0 : registrationsBeyond(store, input.id, input.startDay, input.endDay).length,
  }
}

/**
 * Creates a period with its openings, or changes the period with this id. Openings changed by hand stay as they are.
 */
export const savePeriod = ({ store }: Core, person: Person, input: PeriodInput) => {
  const label = `Période ${input.id === undefined ? 'créée' : 'modifiée'} : ${input.name}`
  return store.act(person, 'activities.period', label, (write) =>
    shownPeriod(periodOf(store, writePeriod(store, write, input))),
  )
}

/**
 * Creates or changes a period within the caller's act. Returns its id.
 * @param input `groupIds`: the groups that it takes, all of them where absent
 * @throws Refused for a field that is not valid, or a removed day with bookings
 */
export const writePeriod = (
  store: Store,
  write: Write,
  input: PeriodInput & { readonly groupIds?: readonly number[] | null },
): number => {
  const { id, ...given } = withGroupPlaces(store, input)
  const values = { ...given, ...(given.weekRule && { weekRule: weekRuleOrNone(given.weekRule) }) }
  const { plan } = planOpenings(store, { id, ...values })
  if (id !== undefined) refuseCellsInUse(store, id, plan.removed)
  const row = id === undefined ? write.insert(period, values) : write.update(period, id, values)
  for (const { id: openingId } of plan.removed) write.remove(opening, openingId)
  for (const { id: openingId, ...places } of plan.changed) write.update(opening, openingId, places)
  write.insertMany(
    opening,
    plan.added.map(({ slot: slotId, ...added }) => ({ periodId: row.id, slotId, ...added })),
  )
  trimRegistrations(store, write, row)
  return row.id
}

/**
 * The period with the capacities that follow from the places of its groups. @throws Refused for a group of another
 * activity
 */
const withGroupPlaces = <Input extends PeriodInput>(store: Store, input: Input): Input => {
  const groups = input.id === undefined ? groupsOf(store, input.activityId) : groupsOfPeriod(store, input.id).groups
  const places = input.places.map(({ slotId, ...given }, position) => {
    const { capacity, groupPlaces } = checkedPlaces(groups, given, `places.${position}.groupPlaces`)
    return { slotId, capacity, ...(groupPlaces && { groupPlaces: [...groupPlaces] }) }
  })
  return { ...input, places }
}

/** Shortens registrations to the period's new dates. No booking lies outside them: the caller has checked that. */
const trimRegistrations = (store: Store, write: Write, { id: periodId, startDay, endDay }: PeriodRow) => {
  for (const { id, ...dates } of registrationsBeyond(store, periodId, startDay, endDay)) {
    if (dates.endDay < dates.startDay)
      throw new Refused(
        'Des inscriptions seraient tout entières hors de la période\u00a0: mettez-y fin d’abord.',
        'endDay',
      )
    write.update(registration, id, dates)
  }
}

/** Days that the period's plan opens, with the current school holidays or with `holidays`. */
export const plannedDays = (
  store: Store,
  of: Pick<PeriodRow, 'activityId' | 'startDay' | 'endDay' | 'weekdays' | 'schoolHolidays' | 'places'>,
  holidays?: HolidaysOn,
): Day[] => [...new Set(openingsPlanned(store, of, slotsOf(store, of.activityId), holidays).map(({ day }) => day))]

/** Changes to a period's openings from a day on when the school calendar changes. */
export type CalendarChange = {
  readonly added: Regeneration['added']
  readonly removed: readonly Pick<OpeningRow, 'id' | 'day'>[]
  /** Days that the new calendar would close but that have bookings: they stay open until staff close them. */
  readonly booked: readonly Day[]
}

/** Computes those changes; openings that staff changed by hand stay as they are. */
export const calendarChangeOf = (
  store: Store,
  of: PeriodRow,
  calendars: { readonly before: HolidaysOn; readonly after: HolidaysOn },
  from: Day,
): CalendarChange => {
  const slots = slotsOf(store, of.activityId)
  const plan = regeneration(
    allOpenings(store, of.id),
    openingsPlanned(store, of, slots, calendars.before),
    openingsPlanned(store, of, slots, calendars.after),
    { span: { from: of.startDay, to: of.endDay }, slotIds: of.places.map(({ slotId }) => slotId) },
  )
  const removed = plan.removed.filter(({ day }) => day >= from)
  const live = new Set(removed.length === 0 ? [] : cellsInUse(store, of.id).map((cell) => cell.slice(0, 10)))
  return {
    added: plan.added.filter(({ day }) => day >= from),
    removed: removed.filter(({ day }) => !live.has(day)),
    booked: [...new Set(removed.flatMap(({ day }) => (live.has(day) ? [day] : [])))],
  }
}

/** Applies the changes within the act that changes the school calendar. */
export const writeCalendarChange = (write: Write, periodId: number, { added, removed }: CalendarChange): void => {
  for (const { id } of removed) write.remove(opening, id)
  write.insertMany(
    opening,
    added.map(({ slot: slotId, ...opened }) => ({ periodId, slotId, ...opened })),
  )
}

/** Reopens closed openings within the caller's act, without booking anybody. */
export const reopenOpenings = (write: Write, ids: readonly number[]): void => {
  write.updateMany(opening, [...ids], { closedReason: null })
}

/** @throws Refused for a field of the period that is not valid */
const planOpenings = (store: Store, input: PeriodInput) => {
  if (input.id === undefined) refuseJoined(store, input.activityId)
  const slots = slotsOf(store, activityOf(store, input.activityId).id)
  refuseBadPeriod(store, input, slots)
  const after = openingsPlanned(store, input, slots)
  if (input.id === undefined) {
    const plan: Regeneration = { added: after, changed: [], removed: [], changedByHand: [] }
    return { plan, after }
  }
  const before = periodOf(store, input.id)
  if (before.activityId !== input.activityId) {
    throw new Refused('Une période ne change pas d’activité\u00a0: créez-en une autre.', 'activityId')
  }
  const plan = regeneration(allOpenings(store, input.id), openingsPlanned(store, before, slots), after, {
    span: { from: input.startDay, to: input.endDay },
    slotIds: input.places.map(({ slotId }) => slotId),
  })
  return { plan, after }
}

/** @throws Refused for an activity that was joined to another: the period must belong to the lead */
const refuseJoined = (store: Store, activityId: number) => {
  const { joinedToId } = activityOf(store, activityId)
  const lead = joinedToId === null ? undefined : activityRow(store, joinedToId)
  if (joinedToId !== null)
    throw new Refused(
      `Cette activité est réunie à «\u00a0${lead?.name ?? 'une autre'}\u00a0»\u00a0: créez-y la période, avec ses groupes.`,
      'activityId',
    )
}

const openingsPlanned = (
  store: Store,
  of: Pick<PeriodRow, 'startDay' | 'endDay' | 'weekdays' | 'schoolHolidays' | 'places'>,
  slots: readonly SlotRow[],
  holidays: HolidaysOn = schoolHolidaysByDay(store),
) => {
  const ends = new Map(slots.map(({ id, endedFrom }) => [id, endedFrom]))
  return openingsOf({
    from: of.startDay,
    to: of.endDay,
    weekdays: of.weekdays,
    schoolHolidays: of.schoolHolidays,
    holidays,
    slots: of.places.map(({ slotId, ...places }) => ({ slot: slotId, ...places })),
  }).filter(({ slot: slotId, day }) => {
    const end = ends.get(slotId) ?? null
    return end === null || day < end
  })
}

/** Longest period in days: a typing error in a year would otherwise open thousands of days. */
const maxPeriodDays = 800

const refuseBadPeriod = (store: Store, input: PeriodInput, slots: readonly SlotRow[]) => {
  if (input.endDay < input.startDay) throw new Refused('La date de fin vient avant la date de début.', 'endDay')
  if (daysFrom(input.startDay, input.endDay) > maxPeriodDays) {
    throw new Refused('Une période dure au plus deux ans\u00a0: vérifiez les dates.', 'endDay')
  }
  const unknown = input.places.findIndex(({ slotId }) => !slots.some(({ id }) => id === slotId))
  if (unknown >= 0) throw new Refused('Cette plage n’est pas de cette activité.', `places.${unknown}.slotId`)
  if (new Set(input.places.map(({ slotId }) => slotId)).size < input.places.length) {
    throw new Refused('Une plage est choisie deux fois.', 'places')
  }
  for (const [opens, closes] of [
    ['registrationOpensAt', 'registrationClosesAt'],
    ['bookingOpensAt', 'bookingClosesAt'],
  ] as const) {
    const [from, until] = [input[opens], input[closes]]
    if (from !== null && until !== null && until <= from)
      throw new Refused('La fermeture vient avant l’ouverture.', closes)
  }
  const weekTrouble =
    input.weekRule &&
    whyNotWeekRule(input.weekRule, {
      weekdays: input.weekdays.length,
      slotIds: input.places.map(({ slotId }) => slotId),
    })
  if (weekTrouble) throw new Refused(weekTrouble, 'weekRule')
  const twin = periodsOf(store, input.activityId).find(
    (other) => other.id !== input.id && sameLabel(other.name, input.name),
  )
  if (twin) throw new Refused('Une période de cette activité porte déjà ce nom.', 'name')
}

const countCellsInUse = (
  store: Store,
  periodId: number,
  removed: readonly Pick<OpeningRow, 'day' | 'slotId'>[],
): number => {
  const cells = new Set(removed.map(({ day, slotId }) => cellOf(day, slotId)))
  return cells.size === 0 ? 0 : cellsInUse(store, periodId).filter((cell) => cells.has(cell)).length
}

const refuseCellsInUse = (store: Store, periodId: number, gone: readonly Pick<OpeningRow, 'day' | 'slotId'>[]) => {
  const count = countCellsInUse(store, periodId, gone)
  if (count > 0) {
    const what = counted(count, 'réservation ou demande', 'réservations ou demandes')
    throw new Refused(
      `${what} sur les jours retirés\u00a0: fermez d’abord ces jours, l’aperçu montre ce qu’ils libèrent.`,
    )
  }
}

export const listOpenings = (
  { store }: Core,
  { periodId, from, to }: { periodId: number; from?: Day | undefined; to?: Day | undefined },
): Opening[] => {
  const { startDay, endDay } = periodOf(store, periodId)
  return openingsBetween(store, periodId, from ?? startDay, to ?? endDay).map(shownOpening)
}

export const changeCapacity = ({ store }: Core, person: Person, input: OpeningPlaces) => {
  const { capacity } = placesOn(store, input)
  const label = `Places du ${shortDay(input.day)} : ${capacity}`
  return store.act(person, 'activities.capacity', label, (write) => {
    const found = openingOn(store, input.periodId, input.day, input.slotId)
    if (!found) throw new Refused('Ce jour n’est pas ouvert\u00a0: ouvrez-le d’abord.')
    return shownOpening(write.update(opening, found.id, placesOn(store, input, found)))
  })
}

/** Sets the capacity of a slot on a day and opens it, within the caller's act. @throws Refused outside the period */
export const writeOpening = (store: Store, write: Write, places: OpeningPlaces): void => {
  const { periodId, day, slotId } = places
  const { startDay, endDay } = periodOf(store, periodId)
  if (!isWithin({ from: startDay, to: endDay }, day)) throw new Refused('Ce jour est en dehors de la période.', 'day')
  const found = openingOn(store, periodId, day, slotId)
  const given = placesOn(store, places, found)
  if (found) write.update(opening, found.id, { ...given, closedReason: null })
  else write.insert(opening, { periodId, day, slotId, ...given })
}

type OpeningPlaces = {
  readonly periodId: number
  readonly day: Day
  readonly slotId: number
  readonly capacity: number
  /** The places of each group, whose sum is then the capacity; null or absent where the groups share them. */
  readonly groupPlaces?: GroupPlaces | null | undefined
}

/**
 * @throws Refused when the day has places by group and only a total is given: nobody could say which group gets them
 */
const placesOn = (store: Store, places: OpeningPlaces, before?: Pick<OpeningRow, 'groupPlaces'>) => {
  const { periodId, groupPlaces } = places
  if (before?.groupPlaces && !groupPlaces)
    throw new Refused('Cette plage a des places par groupe\u00a0: donnez celles de chaque groupe.', 'capacity')
  return checkedPlaces(groupsOfPeriod(store, periodId).groups, places, 'groupPlaces')
}

export const openDay = (
  { store }: Core,
  person: Person,
  { periodId, day, slotIds }: { periodId: number; day: Day; slotIds?: readonly number[] | undefined },
) =>
  store.act(person, 'activities.openDay', `Jour ouvert\u00a0: ${shortDay(day)}`, (write) => {
    const period = periodOf(store, periodId)
    if (!isWithin({ from: period.startDay, to: period.endDay }, day)) {
      throw new Refused('Ce jour est en dehors de la période.', 'day')
    }
    const chosen = slotsOf(store, period.activityId).flatMap(({ id, endedFrom }) => {
      const place = period.places.find(({ slotId }) => slotId === id)
      const isOpen = place && (endedFrom === null || day < endedFrom) && (slotIds?.includes(id) ?? true)
      return isOpen ? [place] : []
    })
    if (chosen.length === 0) throw new Refused('Aucune plage de la période ne peut ouvrir ce jour-là.', 'day')
    return chosen.map(({ slotId, ...places }) => {
      const found = openingOn(store, periodId, day, slotId)
      return shownOpening(
        found
          ? write.update(opening, found.id, { closedReason: null })
          : write.insert(opening, { periodId, day, slotId, ...places }),
      )
    })
  })

const requireSlot = (store: Store, id: number): SlotRow => {
  const found = slotRow(store, id)
  if (!found) throw new Refused('Cette plage n’existe plus.')
  return found
}

const shownActivity = ({ levels, schoolIds, slots, groups, sublists, ...rest }: ActivityRow) => ({
  ...rest,
  levels: levels && [...levels],
  schoolIds: schoolIds && [...schoolIds],
  slots,
  groups: groups.map((group) => ({ ...group, levels: group.levels && [...group.levels] })),
  sublists: sublists.map((list) => ({ ...list, slotIds: list.slotIds && [...list.slotIds] })),
})

const shownPeriod = ({ weekdays, places, weekRule, groupIds, ...rest }: NamedPeriod) => ({
  ...rest,
  groupIds: groupIds && [...groupIds],
  weekRule: weekRule && shownWeekRule(weekRule),
  weekdays: [...weekdays],
  places: places.map(({ groupPlaces, ...place }) => ({
    ...place,
    ...(groupPlaces && { groupPlaces: [...groupPlaces] }),
  })),
})

export const shownWeekRule = ({ least, most, needs, oneOf }: WeekRule) => ({
  least,
  most,
  needs: needs.map((need) => ({ ...need })),
  oneOf: [...oneOf],
})

const shownOpening = (row: OpeningRow): Opening => ({ ...row, groupPlaces: row.groupPlaces && [...row.groupPlaces] })
