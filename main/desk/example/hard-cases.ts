import { addDays, type Day, dayAt, instantOf, timeOfDay } from '../../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../../shared/rules/people/custody.ts'
import { changeCapacity, listOpenings, planAdults, saveWaitingRules } from '../activities/activities.ts'
import { addPickup, linkChild } from '../families/families.ts'
import { changeHealth } from '../families/health.ts'
import { askRegistration } from '../registrations/registrations.ts'
import { changeCustody, leaveFamily, moveCells, promotable } from '../reservations/reservations.ts'
import type { Agenda } from './agenda.ts'
import { type SchoolYear, workingDayUntil, yearsShown } from './calendar.ts'
import { cellsHeld, placesAwaited } from './facts.ts'
import { men, women } from './names.ts'
import { stageIn } from './people.ts'
import { seeded } from './seeded.ts'
import type { Calendar, Enrolment, Resident, Town } from './town.ts'

/** What an ordinary week does not show, and a desk meets all the same. */
export const addHardCases = (town: Town, on: Agenda, year: SchoolYear): void => {
  const { today } = town
  const yesterday = workingDayUntil(addDays(today, -1))
  on.add(addDays(year.from, -15), '14:00', () => shareChildren(town, year))
  on.add(addDays(year.from, -9), '15:00', () => recordHealth(town))
  on.add(addDays(year.from, -9), '16:00', () => namePickups(town))
  on.add(addDays(today, -41), '10:15', () => moveAway(town, addDays(today, -41)))
  on.at(instantOf(yesterday, timeOfDay('09:20')), () => fillAWaitingList(town))
  on.at(instantOf(yesterday, timeOfDay('10:05')), () => receiveDemands(town))
  on.at(instantOf(yesterday, timeOfDay('11:10')), () => askRegistrations(town, year))
  on.at(instantOf(yesterday, timeOfDay('11:40')), () => cancelLate(town))
  on.at(instantOf(yesterday, timeOfDay('09:05')), () => setWaitingRules(town))
  on.at(instantOf(yesterday, timeOfDay('14:20')), () => freeAPlace(town))
  on.at(instantOf(yesterday, timeOfDay('14:40')), () => offerAPlace(town))
}

const sharedChildren = 4

/** Children whose parents live apart, a week with each: the second home is another family of the town. */
const shareChildren = ({ core, staff: { receptionist }, households, residents }: Town, { from }: SchoolYear) => {
  const alone = households.filter(({ planned }) => planned.index > 0 && planned.family.guardians.length === 1)
  const children = residents.filter(
    ({ planned, homes }) =>
      stageIn(planned, yearsShown - 1) === 'primary' &&
      planned.habits.canteen.length > 2 &&
      homes.some((home) => alone.includes(home)),
  )
  const others = alone.filter((home) => !children.some(({ homes }) => homes.includes(home)))
  for (const [index, child] of children.slice(0, sharedChildren).entries()) {
    const second = others[index * 3]
    if (!second) continue
    linkChild(core, receptionist, { familyId: second.id, childId: child.id })
    const [first] = child.homes
    if (first) {
      const rule = { from, evenWeek: sameHomeAllWeek(first.id), oddWeek: sameHomeAllWeek(second.id), holidays: null }
      changeCustody(core, receptionist, { childId: child.id, change: { kind: 'rule', rule }, decisions: [] })
    }
    child.homes.push(second)
  }
}

const allergies = ['Arachides', 'Œufs', 'Lait de vache', 'Fruits à coque', 'Gluten', 'Kiwi', 'Pollen de graminées']
const protocols = [
  'Asthme\u00a0: Ventoline, deux bouffées avant l’effort\u00a0; trousse dans le bureau.',
  'Allergie aux arachides\u00a0: stylo d’adrénaline dans la trousse, appeler le 15.',
  'Diabète\u00a0: glycémie avant le repas, protocole de l’infirmière dans la trousse.',
  'Épilepsie\u00a0: protocole du neurologue dans la trousse, prévenir la famille.',
]
const diets = ['sans porc', 'sans porc', 'sans viande', 'sans gluten', 'panier repas'] as const

const recordHealth = ({ core, staff: { sandrine }, residents }: Town) => {
  for (const { planned, id } of residents) {
    const random = seeded(`health ${planned.index}`)
    const stage = stageIn(planned, yearsShown - 1)
    // Basile Marchand, whom the screenshots show.
    const hasPai = planned.index === 1 || random.chance(0.025)
    const hasDiet = planned.index === 0 || random.chance(0.07)
    const hasAllergy = hasPai || random.chance(0.05)
    if (stage === null || stage === 'secondary' || !(hasDiet || hasAllergy)) continue
    changeHealth(core, sandrine, {
      childId: id,
      allergies: hasAllergy ? random.pick(allergies) : '',
      diet: planned.index === 0 ? 'sans porc' : hasDiet ? random.pick(diets) : '',
      pai: hasPai ? random.pick(protocols) : '',
      doctor: hasPai ? 'Maison de santé, 02 61 91 30 00' : '',
    })
  }
}

const relations = ['Grand-mère', 'Grand-père', 'Nourrice', 'Tante', 'Oncle', 'Voisine']

const namePickups = ({ core, staff: { receptionist }, residents }: Town) => {
  for (const { planned, id } of residents) {
    const random = seeded(`pickup ${planned.index}`)
    const stage = stageIn(planned, yearsShown - 1)
    const isForbidden = random.chance(0.012)
    if (stage === null || stage === 'secondary' || !(isForbidden || random.chance(0.2))) continue
    const relation = isForbidden ? 'Père' : random.pick(relations)
    const isMan = ['Grand-père', 'Oncle', 'Père'].includes(relation)
    addPickup(core, receptionist, {
      childId: id,
      name: `${random.pick(isMan ? men : women)} ${planned.input.lastName}`,
      relation,
      phone: `06 39 98 ${random.between(50, 99)} ${random.between(10, 99)}`,
      allowed: !isForbidden,
    })
  }
}

/** A family that left town: its bookings to come are freed, its account stays. */
const moveAway = ({ core, staff: { receptionist }, households, calendars }: Town, lastDay: Day) => {
  const open = calendars.filter(({ from, to }) => from <= lastDay && lastDay < to)
  const home = households.find(
    (one) =>
      one.planned.index > 40 &&
      one.planned.pays !== 'atOnce' &&
      open.filter(({ enrolments }) => enrolments.some((enrolment) => enrolment.home === one)).length > 1,
  )
  if (!home) return
  leaveFamily(core, receptionist, { familyId: home.id, on: addDays(lastDay, 1), charged: false })
  home.leftOn = lastDay
}

/** From this day on, bookings and demandes are in time. */
const firstInTime = ({ core }: Town) => addDays(dayAt(core.clock()), 9)

type Place = { readonly day: Day; readonly slotId: number }

const openingsFrom = ({ core }: Town, { periodId, to }: Calendar, from: Day): Place[] =>
  from > to ? [] : listOpenings(core, { periodId, from, to }).filter(({ closedReason }) => closedReason === null)

/** Calendars that still take bookings, with what is booked of them. */
const opened = (town: Town): { calendar: Calendar; places: Place[]; held: ReadonlySet<string> }[] => {
  const from = firstInTime(town)
  return town.calendars.flatMap((calendar) => {
    const held = cellsHeld(town.core.store, calendar.periodId, from)
    const until = held
      .map(({ day }) => day)
      .toSorted()
      .at(-1)
    const places = openingsFrom(town, calendar, from).filter(({ day }) => until !== undefined && day <= until)
    const keys = new Set(held.map(({ registrationId, day, slotId }) => `${registrationId} ${day} ${slotId}`))
    return places.length === 0 ? [] : [{ calendar, places, held: keys }]
  })
}

const key = ({ registrationId }: Enrolment, { day, slotId }: Place) => `${registrationId} ${day} ${slotId}`

/** A trip with fewer seats: the day is full, two more children wait. */
const fillAWaitingList = (town: Town) => {
  const { core, staff } = town
  const found = opened(town).toSorted((one, other) => rank(town, one.calendar) - rank(town, other.calendar))[0]
  const place = found?.places[0]
  if (!found || !place) return
  const { calendar, held } = found
  const taken = [...held].filter((cell) => cell.endsWith(` ${place.day} ${place.slotId}`)).length
  changeCapacity(core, staff.cashier, { periodId: calendar.periodId, ...place, capacity: taken })
  const free = calendar.enrolments.filter((enrolment) => !held.has(key(enrolment, place)) && isIn(enrolment, place))
  const cells = free.slice(0, 2).map(({ registrationId }) => ({ registrationId, ...place }))
  if (cells.length > 0) moveCells(core, staff.receptionist, { cells, act: 'waitList' })
}

/** Wednesdays of the older children first, as the calendar screen opens on them; stays when there is none. */
const rank = ({ service }: Town, { activity }: Calendar): number => {
  const position = [service.wednesday.primary, service.wednesday.nursery, service.stays.primary].indexOf(activity)
  return position < 0 ? 9 : position
}

const isIn = ({ home }: Enrolment, { day }: Place) => home.leftOn === null || day <= home.leftOn

/** What parents asked at the counter: to book, to cancel, and two cancellations already refused. */
const receiveDemands = (town: Town) => {
  const { core, staff } = town
  const calendars = opened(town)
  const yesterday = dayAt(core.clock())
  const ago = (days: number, time: string) => instantOf(workingDayUntil(addDays(yesterday, -days)), timeOfDay(time))
  const demand = (cells: { registrationId: number; day: Day; slotId: number }[], recordedAt = ago(0, '08:12')) => {
    if (cells.length > 0) moveCells(core, staff.receptionist, { cells, act: 'enterDemand', recordedAt })
  }
  const ordered = calendars.toSorted((one, other) => rank(town, one.calendar) - rank(town, other.calendar))
  const wishes = ordered.slice(0, 2).flatMap(({ calendar, places, held }) =>
    calendar.enrolments
      .filter((enrolment) => enrolment.home.planned.index % 2 === 0)
      .slice(0, 4)
      .flatMap((enrolment) => {
        const place = places.find((one) => !held.has(key(enrolment, one)) && isIn(enrolment, one))
        return place ? [{ registrationId: enrolment.registrationId, ...place }] : []
      }),
  )
  demand(wishes.slice(0, 1), ago(4, '18:05'))
  demand(wishes.slice(1))
  const cancels = ordered.flatMap(({ calendar, places, held }) =>
    calendar.enrolments.slice(5, 8).flatMap((enrolment) => {
      const place = places.find((one) => held.has(key(enrolment, one)))
      return place ? [{ registrationId: enrolment.registrationId, ...place }] : []
    }),
  )
  demand(cancels.slice(0, 6))
  const refused = cancels.slice(0, 2)
  if (refused.length > 0) {
    moveCells(core, staff.receptionist, {
      cells: refused,
      act: 'refuseCancel',
      reason: { kind: 'written', text: 'Repas déjà commandé' },
    })
  }
}

/** Registrations « ? » for the next stay, or for the Wednesdays of the year. */
const askRegistrations = (town: Town, year: SchoolYear) => {
  const { core, staff, service, residents, calendars, today } = town
  const soon = addDays(today, 7)
  const wanted = calendars
    .filter(({ activity, to }) => to > soon && [service.stays.primary, service.wednesday.primary].includes(activity))
    .toSorted((one, other) => (one.from < other.from ? 1 : -1))[0]
  if (!wanted) return
  const registered = new Set(wanted.enrolments.map(({ resident }) => resident.id))
  const isWanting = ({ planned, id, homes }: Resident) =>
    stageIn(planned, year.index) === 'primary' &&
    planned.index % 7 === 3 &&
    !registered.has(id) &&
    homes[0]?.leftOn === null
  const slotId = wanted.activity.slots[0]?.id
  for (const { id, homes } of residents.filter(isWanting).slice(0, 5)) {
    const [home] = homes
    if (!home || slotId === undefined) continue
    askRegistration(core, staff.receptionist, {
      childId: id,
      familyId: home.id,
      periodId: wanted.periodId,
      startDay: wanted.from > soon ? wanted.from : soon,
      endDay: wanted.to,
      typicalWeek: [{ weekday: 3, slotId }],
      overrideReason: '',
      accepted: false,
    })
  }
}

/** Cancelled too late for the kitchen: one is billed all the same, one is not. */
const cancelLate = (town: Town) => {
  const { core, staff, calendars, service, today } = town
  const canteens = calendars.filter(({ activity, to }) => service.canteens.includes(activity) && to >= today)
  for (const [index, { periodId }] of canteens.entries()) {
    const [cell] = cellsHeld(core.store, periodId, addDays(today, 1))
    if (!cell) continue
    moveCells(core, staff.receptionist, {
      cells: [cell],
      act: 'free',
      reason: { kind: 'listed', code: index === 0 ? 'illness' : 'work' },
      charged: index !== 0,
    })
  }
}

/** On another full day a place came free, and somebody waits: a proposal to promote. */
const freeAPlace = (town: Town) => {
  const { core, staff } = town
  const [last] = placesAwaited(core.store, firstInTime(town)).toReversed()
  if (last) moveCells(core, staff.receptionist, { cells: [last], act: 'free' })
}

/** Those of the town first, families have a weekend to answer; Wednesdays have their adults, too few on full days. */
const setWaitingRules = ({ core, staff: { sandrine }, service, calendars, today }: Town) => {
  for (const { id } of [service.wednesday.nursery, service.wednesday.primary]) {
    saveWaitingRules(core, sandrine, {
      activityId: id,
      own: null,
      usual: [{ kind: 'marked' }, { kind: 'resident' }],
      offerHours: 72,
      staffingBlocks: false,
    })
  }
  for (const { periodId, activity, to } of calendars) {
    if (to < today || ![service.wednesday.nursery, service.wednesday.primary].includes(activity)) continue
    planAdults(core, sandrine, { periodId, where: null, adults: 3 })
  }
}

/** On a third full day, the place that came free is kept for the first family, who has not answered yet. */
const offerAPlace = (town: Town) => {
  const { core, staff } = town
  const [first, ...others] = placesAwaited(core.store, firstInTime(town))
  if (!first || others.length === 0) return
  moveCells(core, staff.receptionist, { cells: [first], act: 'free' })
  const next = promotable(core).find(({ key }) => key.day === first.day && key.slotId === first.slotId)
  if (next) moveCells(core, staff.receptionist, { cells: [next.key], act: 'offer' })
}
