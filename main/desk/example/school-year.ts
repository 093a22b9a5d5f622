import {
  addDays,
  addMonths,
  type Day,
  instantOf,
  lastOfMonth,
  timeOfDay,
  weekday,
} from '../../../shared/rules/calendar/day.ts'
import { weekNumber } from '../../../shared/rules/people/custody.ts'
import { monthText } from '../../../shared/rules/text/french.ts'
import { familyQuotient, schooling } from '../../store/schema/index.ts'
import { listOpenings } from '../activities/activities.ts'
import { childrenOfFamily, createFamily } from '../families/families.ts'
import { moveCells } from '../reservations/reservations.ts'
import type { Agenda } from './agenda.ts'
import { billMonths } from './billing.ts'
import { earlierDay, type HolidayPeriod, type SchoolYear } from './calendar.ts'
import { writeMarks } from './marking.ts'
import { levelIn, type PlannedFamily, schoolStageIn } from './people.ts'
import { writeAccepted } from './registering.ts'
import { seededRandom } from './seeded.ts'
import { type Activity, createHolidayPeriod, createYearPeriod } from './service.ts'
import type { Town, TownChild, TownHome, TownPeriod } from './town.ts'

/** Adds the ordinary work of a school year to the agenda. */
export const addSchoolYear = (
  town: Town,
  agenda: Agenda,
  year: SchoolYear,
  families: readonly PlannedFamily[],
): void => {
  agenda.add(addDays(year.from, -60), '10:00', () => openPeriods(town, year))
  families
    .filter(({ joined }) => joined === year.index)
    .forEach((planned, position) => {
      agenda.add(addDays(year.from, -20 + (position % 4)), '10:30', () => createHome(town, planned))
    })
  agenda.add(addDays(year.from, -13), '09:15', () => recordClasses(town, year))
  agenda.add(addDays(addMonths(year.firstMonth, 4), 14), '09:00', () => renewQuotients(town, year))
  agenda.add(addDays(year.from, -12), '10:00', () => {
    for (const calendar of town.townPeriods) if (calendar.from === year.from) register(town, calendar, year)
  })
  for (const [index, term] of year.terms.entries()) {
    const book = (isEarly: boolean) => () => {
      for (const calendar of town.townPeriods) {
        if (calendar.from === year.from && calendar.isBookedEarly === isEarly) bookWeeks(town, calendar, term)
      }
    }
    agenda.add(index === 0 ? addDays(year.from, -11) : addDays(term.from, -20), '11:00', book(false))
    agenda.add(index === 0 ? addDays(year.from, -11) : addDays(term.from, -62), '11:30', book(true))
  }
  for (const holidayPeriod of year.holidayPeriods) {
    agenda.add(addDays(holidayPeriod.from, -63), '10:00', () => openHolidayPeriods(town, holidayPeriod))
    agenda.add(addDays(holidayPeriod.from, -30), '14:30', () => {
      for (const calendar of town.townPeriods) {
        if (calendar.from !== holidayPeriod.from || calendar.to !== holidayPeriod.to) continue
        register(town, calendar, year)
        bookWeeks(town, calendar, holidayPeriod)
      }
    })
  }
  for (let month = year.firstMonth; month < addMonths(year.firstMonth, 12); month = addMonths(month, 1)) {
    const yesterday = addDays(town.today, -1)
    const until = earlierDay(lastOfMonth(month), yesterday)
    if (until < month) continue
    agenda.at(instantOf(until, timeOfDay('19:00')), () => writeMarks(town, month, until, monthText(month)))
  }
  billMonths(town, agenda, year)
}

const openPeriods = ({ core, staff: { sandrine }, service, townPeriods: calendars }: Town, year: SchoolYear) => {
  const open = (activity: Activity, weekdays: number[], isBookedEarly = false) =>
    calendars.push({
      periodId: createYearPeriod(core, sandrine, activity, year, weekdays),
      activity,
      from: year.from,
      to: year.to,
      isBookedEarly,
      registrations: [],
    })
  for (const activity of [service.care.nursery, service.care.primary, ...service.canteens]) open(activity, [1, 2, 4, 5])
  for (const activity of [service.wednesday.nursery, service.wednesday.primary]) open(activity, [3], true)
  open(service.youth, [3])
}

const openHolidayPeriods = (
  { core, staff: { sandrine }, service, townPeriods: calendars }: Town,
  stay: HolidayPeriod,
) => {
  for (const activity of [service.stays.nursery, service.stays.primary]) {
    const { from, to } = stay
    const periodId = createHolidayPeriod(core, sandrine, activity, stay)
    calendars.push({ periodId, activity, from, to, isBookedEarly: false, registrations: [] })
  }
}

const createHome = ({ core, staff: { receptionist }, townHomes, townChildren }: Town, planned: PlannedFamily) => {
  const { id } = createFamily(core, receptionist, {
    ...planned.family,
    children: planned.children.map(({ input }) => ({ ...input, schooling: null })),
  })
  const home: TownHome = { planned, id, leftOn: null }
  townHomes.push(home)
  const rows = childrenOfFamily(core.store, id)
  for (const child of planned.children) {
    const row = rows.find(
      ({ firstName, birthDay }) => firstName === child.input.firstName && birthDay === child.input.birthDay,
    )
    if (row) townChildren.push({ planned: child, id: row.id, homes: [home] })
  }
}

const recordClasses = ({ core, staff: { receptionist }, service, townChildren }: Town, year: SchoolYear) => {
  core.store.act(receptionist, 'families.schooling', `Listes de classe ${year.name}`, (write) =>
    write.insertMany(
      schooling,
      townChildren.flatMap(({ id, planned, homes }) => {
        const stage = schoolStageIn(planned, year.index)
        const level = levelIn(planned, year.index)
        if (!stage || !level || homes.every(({ leftOn }) => leftOn !== null && leftOn < year.from)) return []
        const isAtCollege = ['6e', '5e', '4e', '3e'].includes(level)
        const schoolId = stage !== 'secondary' ? service.schools[planned.school] : isAtCollege ? service.college : null
        const className = stage === 'secondary' ? '' : `${level} ${planned.index % 2 === 0 ? 'A' : 'B'}`
        return [{ childId: id, fromDay: year.from, schoolId, level, className }]
      }),
    ),
  )
}

/** Every January the CAF computes new quotients. */
const renewQuotients = ({ core, staff: { receptionist }, townHomes }: Town, year: SchoolYear) => {
  const january = addMonths(year.firstMonth, 4)
  core.store.act(receptionist, 'families.quotient', `Quotients familiaux de janvier ${january.slice(0, 4)}`, (write) =>
    write.insertMany(
      familyQuotient,
      townHomes.flatMap(({ id, planned, leftOn }) => {
        if (planned.quotient === null || leftOn !== null) return []
        const random = seededRandom(`quotient ${planned.index} ${january}`)
        // The Marchand family keeps its quotient, which the price examples use.
        const value =
          planned.index === 0 ? planned.quotient : Math.round(planned.quotient * (0.9 + random.next() * 0.25))
        return [{ familyId: id, fromDay: january, value, source: 'CAF (CDAP)', updatedOn: january }]
      }),
    ),
  )
}

const register = (town: Town, calendar: TownPeriod, year: SchoolYear) => {
  const { core, staff, townChildren } = town
  const { periodId, activity, from: startDay, to: endDay } = calendar
  const registrations = townChildren.flatMap((child) => {
    const week = weekOf(town, calendar, child, year)
    const homes = child.homes.filter(({ leftOn }) => leftOn === null || leftOn > startDay)
    return week.length === 0 ? [] : homes.map((home) => ({ child, home, week }))
  })
  if (registrations.length === 0) return
  const ids = core.store.act(staff.receptionist, 'registrations.ask', `Inscriptions\u00a0: ${activity.name}`, (write) =>
    writeAccepted(
      core.store,
      write,
      periodId,
      registrations.map(({ child, home, week }) => ({ childId: child.id, familyId: home.id, week })),
      { startDay, endDay },
    ),
  )
  for (const [index, registration] of registrations.entries()) {
    const registrationId = ids[index]
    if (registrationId) calendar.registrations.push({ registrationId, ...registration })
  }
}

/** Whether the child has a place: in the oldest year, only a third of the children have lunch and care. */
const isServed = ({ planned }: TownChild, year: SchoolYear) => year.index > 0 || planned.index % 3 === 0

const weekOf = ({ service }: Town, { activity, from }: TownPeriod, child: TownChild, year: SchoolYear) => {
  const { habits, school, index } = child.planned
  const stage = schoolStageIn(child.planned, year.index)
  const at = (name: string, weekdays: readonly number[]) => {
    const slotId = activity.slots.find((slot) => slot.name === name)?.id
    return slotId === undefined ? [] : weekdays.map((on) => ({ weekday: on, slotId }))
  }
  if (stage === 'secondary') return activity === service.youth && habits.youth ? at('Après-midi', [3]) : []
  if (stage === null) return []
  if (activity === service.wednesday[stage]) return habits.wednesday.flatMap((name) => at(name, [3]))
  if (activity === service.care[stage] && isServed(child, year)) {
    return [...at('Matin', habits.morning), ...at('Soir', habits.evening)]
  }
  if (activity === service.canteens[school] && isServed(child, year)) return at('Repas', habits.canteen)
  if (activity !== service.stays[stage]) return []
  const random = seededRandom(`stay ${index} ${from}`)
  if (!random.chance(habits.oftenComesInHolidays ? 0.55 : 0.04)) return []
  const weekdays = [1, 2, 3, 4, 5].filter(() => random.chance(0.7))
  const whole = random.chance(0.75)
  return [
    ...at('Matin', weekdays),
    ...(whole ? at('Repas', weekdays) : []),
    ...(whole ? at('Après-midi', weekdays) : []),
  ]
}

/** Books the typical week of each child on the days of a term; a child who finds a day to come full waits for it. */
const bookWeeks = (town: Town, calendar: TownPeriod, { from, to }: { readonly from: Day; readonly to: Day }) => {
  const { core, staff, today } = town
  const { periodId, registrations } = calendar
  const openings = listOpenings(core, { periodId, from, to }).map(({ day, slotId }) => ({
    day,
    slotId,
    weekday: weekday(day),
    isEvenWeek: isEvenWeek(day),
  }))
  const cells = registrations.flatMap(({ registrationId, child, home, week }) => {
    const random = seededRandom(`cells ${registrationId} ${from}`)
    const weekCells = new Set(week.map((one) => `${one.weekday} ${one.slotId}`))
    const isShared = child.homes.length > 1
    const hasEvenWeeks = child.homes[0] === home
    const missed = new Set<Day>()
    return openings.flatMap(({ day, slotId, weekday: on, isEvenWeek: isEven }) => {
      if (!weekCells.has(`${on} ${slotId}`)) return []
      if (isShared && isEven !== hasEvenWeeks) return []
      if (home.leftOn !== null && day > home.leftOn) return []
      if (random.chance(0.03)) missed.add(day)
      return missed.has(day) ? [] : [{ registrationId, day, slotId }]
    })
  })
  if (cells.length === 0) return
  const { refused } = moveCells(core, staff.receptionist, { cells, act: 'book' })
  const waiting = refused.filter(({ day, sentence }) => day > today && sentence.startsWith('Complet'))
  if (waiting.length > 0) moveCells(core, staff.receptionist, { cells: waiting, act: 'waitList' })
}

/** Whether the day is in an even week, by which homes share custody. */
const isEvenWeek = (on: Day): boolean => weekNumber(on) % 2 === 0
