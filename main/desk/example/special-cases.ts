import { addDays, type Day, dayAt, dayOf, instantOf, timeOfDay, yearOf } from '../../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../../shared/rules/people/custody.ts'
import { type ForbiddingDecision, noDecision } from '../../../shared/rules/people/pickup.ts'
import { schoolYearStart } from '../../../shared/rules/people/schooling.ts'
import { changeCapacity, listOpenings, planAdults, saveWaitingRules } from '../activities/activities.ts'
import { addPickup, confirmBonds, linkChild } from '../families/families.ts'
import { changeHealth } from '../families/health.ts'
import { askRegistration } from '../registrations/registrations.ts'
import { changeCustody, departFamily, listsWithFreePlaces, moveCells } from '../reservations/reservations.ts'
import type { Agenda } from './agenda.ts'
import { type SchoolYear, workingDayUntil, yearCount } from './calendar.ts'
import { bookedCellsWithWaiting, heldCells } from './facts.ts'
import { men, women } from './names.ts'
import { schoolStageIn } from './people.ts'
import { seededRandom } from './seeded.ts'
import type { Town, TownChild, TownPeriod, TownRegistration } from './town.ts'

/** Adds situations that an ordinary week does not show: shared custody, health records, full days, demandes. */
export const addSpecialCases = (town: Town, agenda: Agenda, year: SchoolYear): void => {
  const { today } = town
  const yesterday = workingDayUntil(addDays(today, -1))
  agenda.add(addDays(year.from, -15), '14:00', () => shareChildren(town, year))
  agenda.add(addDays(year.from, -14), '10:30', () => confirmParents(town))
  agenda.add(addDays(year.from, -9), '15:00', () => recordHealth(town))
  agenda.add(addDays(year.from, -9), '16:00', () => namePickups(town))
  agenda.add(addDays(today, -41), '10:15', () => moveAway(town, addDays(today, -41)))
  agenda.at(instantOf(yesterday, timeOfDay('09:20')), () => fillAWaitingList(town))
  agenda.at(instantOf(yesterday, timeOfDay('10:05')), () => receiveDemands(town))
  agenda.at(instantOf(yesterday, timeOfDay('11:10')), () => askRegistrations(town, year))
  agenda.at(instantOf(yesterday, timeOfDay('11:40')), () => cancelLate(town))
  agenda.at(instantOf(yesterday, timeOfDay('09:05')), () => setWaitingRules(town))
  agenda.at(instantOf(yesterday, timeOfDay('14:20')), () => freeAPlace(town))
  agenda.at(instantOf(yesterday, timeOfDay('14:40')), () => offerAPlace(town))
}

const sharedChildren = 4

/** Confirms the parents of most homes; those of the others, and of children of two homes, are still to confirm. */
const confirmParents = ({ core, staff: { receptionist }, townHomes, townChildren }: Town) => {
  const toLookAt = new Set(townChildren.filter(({ homes }) => homes.length > 1).flatMap(({ homes }) => homes))
  const withChildren = new Set(townChildren.flatMap(({ homes }) => homes))
  for (const home of townHomes) {
    const isConfirmed = seededRandom(`parents ${home.planned.index}`).chance(0.8)
    if (isConfirmed && withChildren.has(home) && !toLookAt.has(home))
      confirmBonds(core, receptionist, { familyId: home.id })
  }
}

/** Gives some children a second home, another family of the town, with alternate weeks. */
const shareChildren = ({ core, staff: { receptionist }, townHomes, townChildren }: Town, { from }: SchoolYear) => {
  const oneParentHomes = townHomes.filter(({ planned }) => planned.index > 0 && planned.family.guardians.length === 1)
  const children = townChildren.filter(
    ({ planned, homes }) =>
      schoolStageIn(planned, yearCount - 1) === 'primary' &&
      planned.habits.canteen.length > 2 &&
      homes.some((home) => oneParentHomes.includes(home)),
  )
  const others = oneParentHomes.filter((home) => !children.some(({ homes }) => homes.includes(home)))
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

const recordHealth = ({ core, staff: { sandrine }, townChildren, today }: Town) => {
  const endOfYear = dayOf(yearOf(schoolYearStart(today)) + 1, 8, 31)
  for (const { planned, id } of townChildren) {
    const random = seededRandom(`health ${planned.index}`)
    const stage = schoolStageIn(planned, yearCount - 1)
    // Child 1 is Basile Marchand, who appears in the screenshots.
    const hasPai = planned.index === 1 || random.chance(0.025)
    const hasDiet = planned.index === 0 || random.chance(0.07)
    const hasAllergy = hasPai || random.chance(0.05)
    if (stage === null || stage === 'secondary' || !(hasDiet || hasAllergy)) continue
    changeHealth(core, sandrine, {
      childId: id,
      allergies: hasAllergy ? random.pick(allergies) : '',
      diet: planned.index === 0 ? 'sans porc' : hasDiet ? random.pick(diets) : '',
      pai: hasPai ? random.pick(protocols) : '',
      ...(hasPai && { paiUntil: endOfYear }),
      doctor: 'Maison de santé, 02 61 91 30 00',
      insurer: 'Assurance scolaire',
      insuranceContract: `S ${String(planned.index).padStart(5, '0')}`,
      insuranceUntil: endOfYear,
    })
  }
}

const relations = ['Grand-mère', 'Grand-père', 'Nourrice', 'Tante', 'Oncle', 'Voisine']

const namePickups = ({ core, staff: { receptionist }, townChildren, today }: Town) => {
  const judged: ForbiddingDecision = {
    ...noDecision,
    decidedBy: 'Juge aux affaires familiales de Caen',
    decidedOn: addDays(today, -700),
  }
  for (const { planned, id } of townChildren) {
    const random = seededRandom(`pickup ${planned.index}`)
    const stage = schoolStageIn(planned, yearCount - 1)
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
      ...(isForbidden ? judged : noDecision),
    })
  }
}

/** Makes a family leave: its future bookings are freed, its account stays. */
const moveAway = ({ core, staff: { receptionist }, townHomes, townPeriods: calendars }: Town, lastDay: Day) => {
  const open = calendars.filter(({ from, to }) => from <= lastDay && lastDay < to)
  const home = townHomes.find(
    (one) =>
      one.planned.index > 40 &&
      one.planned.pays !== 'atOnce' &&
      open.filter(({ registrations }) => registrations.some((registration) => registration.home === one)).length > 1,
  )
  if (!home) return
  departFamily(core, receptionist, { familyId: home.id, on: addDays(lastDay, 1), charged: false })
  home.leftOn = lastDay
}

/** First day for which bookings and demandes meet the deadline of eight days. */
const firstInTime = ({ core }: Town) => addDays(dayAt(core.clock()), 9)

type DaySlot = { readonly day: Day; readonly slotId: number }

const openingsFrom = ({ core }: Town, { periodId, to }: TownPeriod, from: Day): DaySlot[] =>
  from > to ? [] : listOpenings(core, { periodId, from, to }).filter(({ closedReason }) => closedReason === null)

/** Periods with open days that can still be booked, with those days and the booked cells. */
const bookablePeriods = (town: Town): { calendar: TownPeriod; places: DaySlot[]; held: ReadonlySet<string> }[] => {
  const from = firstInTime(town)
  return town.townPeriods.flatMap((calendar) => {
    const held = heldCells(town.core.store, calendar.periodId, from)
    const until = held
      .map(({ day }) => day)
      .toSorted()
      .at(-1)
    const places = openingsFrom(town, calendar, from).filter(({ day }) => until !== undefined && day <= until)
    const keys = new Set(held.map(({ registrationId, day, slotId }) => `${registrationId} ${day} ${slotId}`))
    return places.length === 0 ? [] : [{ calendar, places, held: keys }]
  })
}

const key = ({ registrationId }: TownRegistration, { day, slotId }: DaySlot) => `${registrationId} ${day} ${slotId}`

/** Reduces a day's capacity to its bookings, as for a trip, and puts two more children on the waiting list. */
const fillAWaitingList = (town: Town) => {
  const { core, staff } = town
  const found = bookablePeriods(town).toSorted((one, other) => rank(town, one.calendar) - rank(town, other.calendar))[0]
  const place = found?.places[0]
  if (!found || !place) return
  const { calendar, held } = found
  const bookedCount = [...held].filter((cell) => cell.endsWith(` ${place.day} ${place.slotId}`)).length
  changeCapacity(core, staff.cashier, { periodId: calendar.periodId, ...place, capacity: bookedCount })
  const free = calendar.registrations.filter(
    (registration) => !held.has(key(registration, place)) && isIn(registration, place),
  )
  const cells = free.slice(0, 2).map(({ registrationId }) => ({ registrationId, ...place }))
  if (cells.length > 0) moveCells(core, staff.receptionist, { cells, act: 'waitList' })
}

/** Sort order: Wednesdays of the older children first, as the calendar screen opens on them; then holidays. */
const rank = ({ service }: Town, { activity }: TownPeriod): number => {
  const position = [service.wednesday.primary, service.wednesday.nursery, service.stays.primary].indexOf(activity)
  return position < 0 ? 9 : position
}

const isIn = ({ home }: TownRegistration, { day }: DaySlot) => home.leftOn === null || day <= home.leftOn

/** Enters demandes that parents made at the counter: bookings and cancellations, of which two are already refused. */
const receiveDemands = (town: Town) => {
  const { core, staff } = town
  const calendars = bookablePeriods(town)
  const yesterday = dayAt(core.clock())
  const ago = (days: number, time: string) => instantOf(workingDayUntil(addDays(yesterday, -days)), timeOfDay(time))
  const demand = (cells: { registrationId: number; day: Day; slotId: number }[], recordedAt = ago(0, '08:12')) => {
    if (cells.length > 0) moveCells(core, staff.receptionist, { cells, act: 'enterDemand', recordedAt })
  }
  const ordered = calendars.toSorted((one, other) => rank(town, one.calendar) - rank(town, other.calendar))
  const wishes = ordered.slice(0, 2).flatMap(({ calendar, places, held }) =>
    calendar.registrations
      .filter((registration) => registration.home.planned.index % 2 === 0)
      .slice(0, 4)
      .flatMap((registration) => {
        const place = places.find((one) => !held.has(key(registration, one)) && isIn(registration, one))
        return place ? [{ registrationId: registration.registrationId, ...place }] : []
      }),
  )
  demand(wishes.slice(0, 1), ago(4, '18:05'))
  demand(wishes.slice(1))
  const cancels = ordered.flatMap(({ calendar, places, held }) =>
    calendar.registrations.slice(5, 8).flatMap((registration) => {
      const place = places.find((one) => held.has(key(registration, one)))
      return place ? [{ registrationId: registration.registrationId, ...place }] : []
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

/** Adds undecided registrations « ? » for the next holidays, or for the Wednesdays of the year. */
const askRegistrations = (town: Town, year: SchoolYear) => {
  const { core, staff, service, townChildren, townPeriods: calendars, today } = town
  const soon = addDays(today, 7)
  const period = calendars
    .filter(({ activity, to }) => to > soon && [service.stays.primary, service.wednesday.primary].includes(activity))
    .toSorted((one, other) => (one.from < other.from ? 1 : -1))[0]
  if (!period) return
  const registered = new Set(period.registrations.map(({ child }) => child.id))
  const wantsRegistration = ({ planned, id, homes }: TownChild) =>
    schoolStageIn(planned, year.index) === 'primary' &&
    planned.index % 7 === 3 &&
    !registered.has(id) &&
    homes[0]?.leftOn === null
  const slotId = period.activity.slots[0]?.id
  for (const { id, homes } of townChildren.filter(wantsRegistration).slice(0, 5)) {
    const [home] = homes
    if (!home || slotId === undefined) continue
    askRegistration(core, staff.receptionist, {
      childId: id,
      familyId: home.id,
      periodId: period.periodId,
      startDay: period.from > soon ? period.from : soon,
      endDay: period.to,
      typicalWeek: [{ weekday: 3, slotId }],
      overrideReason: '',
      accepted: false,
    })
  }
}

/** Cancels two meals too late for the kitchen: staff charge one of them. */
const cancelLate = (town: Town) => {
  const { core, staff, townPeriods: calendars, service, today } = town
  const canteens = calendars.filter(({ activity, to }) => service.canteens.includes(activity) && to >= today)
  for (const [index, { periodId }] of canteens.entries()) {
    const [cell] = heldCells(core.store, periodId, addDays(today, 1))
    if (!cell) continue
    moveCells(core, staff.receptionist, {
      cells: [cell],
      act: 'free',
      reason: { kind: 'listed', code: index === 0 ? 'illness' : 'work' },
      charged: index !== 0,
    })
  }
}

/** Frees a cell of another full day, so that a waiting child can be promoted. */
const freeAPlace = (town: Town) => {
  const { core, staff } = town
  const [last] = bookedCellsWithWaiting(core.store, firstInTime(town)).toReversed()
  if (last) moveCells(core, staff.receptionist, { cells: [last], act: 'free' })
}

/** Residents come first, offers last 72 hours; Wednesdays have three adults, too few on full days. */
const setWaitingRules = ({ core, staff: { sandrine }, service, townPeriods: calendars, today }: Town) => {
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

/** Frees a cell of a third full day and offers it to the first waiting family, who has not answered yet. */
const offerAPlace = (town: Town) => {
  const { core, staff } = town
  const [first, ...others] = bookedCellsWithWaiting(core.store, firstInTime(town))
  if (!first || others.length === 0) return
  moveCells(core, staff.receptionist, { cells: [first], act: 'free' })
  const next = listsWithFreePlaces(core).find(({ key }) => key.day === first.day && key.slotId === first.slotId)
  if (next) moveCells(core, staff.receptionist, { cells: [next.key], act: 'offer' })
}
