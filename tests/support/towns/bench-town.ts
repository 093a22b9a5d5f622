import { randomUUID } from 'node:crypto'
import type { Core } from '../../../main/desk/core.ts'
import { systemActor, type Write } from '../../../main/store/acts/acts.ts'
import {
  activity,
  activityGroup,
  activityTariff,
  activityType,
  child,
  facility,
  family,
  familyAddress,
  familyChild,
  familyGuardian,
  familyQuotient,
  guardian,
  opening,
  organisation,
  period,
  portalAccount,
  registration,
  reservation,
  schooling,
  site,
  slot,
  tariff,
  tariffVersion,
} from '../../../main/store/schema/index.ts'
import { exampleCanteen, falaisePeriscolaire, falaiseWednesday3to6 } from '../../../shared/examples/tariffs.ts'
import { firstSiteId } from '../../../shared/rules/access/sites.ts'
import {
  addDays,
  type Day,
  day,
  daysBetween,
  instantOf,
  timeOfDay,
  weekday,
} from '../../../shared/rules/calendar/day.ts'
import { eightDaysBefore } from '../../../shared/rules/calendar/deadline.ts'
import { type Tariff, type UnitPrice, withPricesOfCount } from '../../../shared/rules/price/tariff.ts'

/** The month of the compared product: 23,390 bookings in 500 invoices. */
const BOOKINGS_A_FAMILY = 23_390 / 500

const town = {
  name: 'Espace Jeunesse',
  authority: 'Ville du banc d’essai',
  address: '1 place de la Mairie',
  postcode: '14000',
  town: 'Banc',
  residentTown: 'Banc',
  schoolZone: 'B',
  payfipNumber: '012345',
  waysToPay: 'espèces, chèque, carte',
} as const

const october = { from: day('2026-10-01'), to: day('2026-10-31') }
const schoolYear = { from: day('2026-09-01'), to: day('2027-07-03') }

/**
 * Two children per family with garderie, cantine and Wednesdays: 46 or 47 bookings in October, different for each
 * family.
 */
export const fillBenchTown = (core: Core, families: number, bookings = BOOKINGS_A_FAMILY): void =>
  fillTown(core, families, bookings, october)

/** The same over the ten months of a school year, with as many bookings in each. */
export const fillBenchYear = (core: Core, families: number): void =>
  fillTown(core, families, BOOKINGS_A_FAMILY * 10, schoolYear)

const fillTown = ({ store }: Core, families: number, bookings: number, { from, to }: typeof october): void => {
  store.act(systemActor, 'families.create', 'Ville du banc d’essai', (write) => {
    write.insert(organisation, { ...town, id: 1 })
    const place = write.insert(facility, { name: 'CENTRE' }).id
    const type = write.insert(activityType, { name: 'ALSH' }).id
    const wednesdays = aPriced(write, place, type, 'ALSH mercredi', wednesdaySlots, falaiseWednesday3to6)
    const evenings = aPriced(write, place, type, 'Garderie du soir', ['Soir'], falaisePeriscolaire)
    const canteen = aPriced(write, place, type, 'Restaurant scolaire', ['Repas'], exampleCanteen)
    const days = daysBetween(from, to)
    const schoolDays = days.filter((on) => [1, 2, 4, 5].includes(weekday(on)))
    const openDays = days.filter((on) => weekday(on) === 3)
    for (const one of [wednesdays, evenings, canteen]) {
      const open = one === wednesdays ? openDays : schoolDays
      write.insertMany(
        opening,
        open.flatMap((on) =>
          one.slotIds.map((slotId) => ({ periodId: one.periodId, day: on, slotId, capacity: 10_000 })),
        ),
      )
    }
    let booked = 0
    for (let index = 0; index < families; index += 1) {
      const familyId = aHome(write, index)
      const wanted = Math.round((index + 1) * bookings) - booked
      booked += wanted
      let left = wanted
      for (const rank of [0, 1] as const) {
        const childId = aChild(write, familyId, index, rank)
        const share = rank === 0 ? Math.ceil(left / 2) : left
        left -= share
        const meals = Math.floor((share - 6) / 2)
        register(write, wednesdays, familyId, childId, openDays.slice(0, 2), 6)
        register(write, evenings, familyId, childId, schoolDays, share - 6 - meals)
        register(write, canteen, familyId, childId, schoolDays, meals)
      }
    }
  })
}

/** Gives every activity two groups, and every price the same value for each group; children get a class. */
export const giveGroupPrices = ({ store }: Core): void => {
  store.act(systemActor, 'prices.version', 'Un prix par groupe', (write) => {
    const groups = { Maternelles: ['PS', 'MS', 'GS'], Élémentaires: ['CP', 'CE1', 'CE2', 'CM1', 'CM2'] } as const
    const names = Object.keys(groups)
    for (const { id: activityId } of store.db.select({ id: activity.id }).from(activity).all())
      for (const [position, [name, levels]] of Object.entries(groups).entries())
        write.insert(activityGroup, { activityId, name, minimumAge: 3, maximumAge: 11, levels: [...levels], position })
    const children = store.db.select({ id: child.id }).from(child).all()
    write.insertMany(
      schooling,
      children.flatMap(({ id: childId }) =>
        (['GS', 'CP'] as const).map((level, year) => ({
          childId,
          fromDay: day(`${2025 + year}-09-01`),
          level,
          className: '',
        })),
      ),
    )
    const ofGroups = (price: UnitPrice): UnitPrice =>
      price.method === 'cases' || price.method === 'together'
        ? price
        : { method: 'cases', cases: names.map((group) => ({ when: { group }, price })), otherwise: price }
    for (const { id, definition } of store.db.select().from(tariffVersion).all())
      write.update(tariffVersion, id, {
        definition: {
          ...definition,
          lines: definition.lines.map((line) => ({ ...line, count: withPricesOfCount(line.count, ofGroups) })),
        },
      })
  })
}

/** Sites with one centre each, whose homes come only there: each home has two children and 40 bookings in October. */
export const fillSites = ({ store }: Core, sites: number, homesOfEach: number): void => {
  store.act(systemActor, 'families.create', 'Ville du banc d’essai', (write) => {
    write.insert(organisation, { ...town, id: 1 })
    const type = write.insert(activityType, { name: 'ALSH' }).id
    const days = daysBetween(october.from, october.to).filter((on) => [1, 2, 4, 5].includes(weekday(on)))
    for (let at = 0; at < sites; at += 1) {
      const siteId = at === 0 ? firstSiteId : write.insert(site, { name: `Site ${at + 1}` }).id
      const place = write.insert(facility, { name: `CENTRE ${at + 1}`, siteId }).id
      const made = aPriced(write, place, type, `Garderie ${at + 1}`, ['Matin', 'Soir'], falaisePeriscolaire)
      for (let home = 0; home < homesOfEach; home += 1) {
        const index = home * sites + at
        const familyId = aHome(write, index)
        for (const rank of [0, 1] as const)
          register(write, made, familyId, aChild(write, familyId, index, rank), days, 20)
      }
    }
  })
}

/** A July with 400 children on all days, morning and afternoon: 400 × 62 cells. */
export const fillHolidayCentre = ({ store }: Core, children: number): void => {
  store.act(systemActor, 'families.create', 'Centre du banc d’essai', (write) => {
    write.insert(organisation, { ...town, id: 1 })
    const place = write.insert(facility, { name: 'CENTRE' }).id
    const type = write.insert(activityType, { name: 'ALSH' }).id
    const made = anActivity(write, place, type, 'ALSH été', ['Matin', 'Après-midi'])
    const july = Array.from({ length: 31 }, (_, index) => addDays(day('2026-07-01'), index))
    write.insertMany(
      opening,
      july.flatMap((on) =>
        made.slotIds.map((slotId) => ({ periodId: made.periodId, day: on, slotId, capacity: 10_000 })),
      ),
    )
    for (let index = 0; index < children; index += 1) {
      const name = `Famille ${String(index).padStart(4, '0')}`
      const familyId = write.insert(family, { name }).id
      const childId = write.insert(child, { lastName: name, firstName: 'Alix', birthDay: day('2018-05-04') }).id
      write.insert(familyChild, { familyId, childId })
      register(write, made, familyId, childId, july.slice(index % 7), 24 + (index % 20))
    }
  })
}

/**
 * Homes with one parent who has an account and one child registered on Wednesdays: all ids of the n-th home are n.
 * These days have places for four children in five; the fourth has places for one in ten.
 */
export const fillOpeningTown = ({ store }: Core, parents: number, days: readonly Day[]): void => {
  store.act(systemActor, 'families.create', 'Ville du banc d’essai', (write) => {
    write.insert(organisation, { ...town, id: 1 })
    const place = write.insert(facility, { name: 'CENTRE' }).id
    const type = write.insert(activityType, { name: 'ALSH' }).id
    const wednesdays = aPriced(write, place, type, 'ALSH mercredi', wednesdaySlots, falaiseWednesday3to6)
    const { periodId, slotIds } = wednesdays
    write.insertMany(
      opening,
      days.flatMap((on, at) => {
        const capacity = Math.floor(parents * (at === 3 ? 0.1 : 0.8))
        return slotIds.map((slotId) => ({ periodId, day: on, slotId, capacity }))
      }),
    )
    for (let index = 0; index < parents; index += 1) {
      const familyId = aHome(write, index)
      register(write, wednesdays, familyId, aChild(write, familyId, index, 0), [], 0)
    }
    inviteAll(store, write)
  })
}

/** A part of an act: invites everybody with a mail address to the portal by mail. */
export const inviteAll = (store: Core['store'], write: Write): void => {
  const guardians = store.statement(`select id from guardian where email <> ''`).pluck().all() as number[]
  write.insertMany(
    portalAccount,
    guardians.map((guardianId) => ({
      guardianId,
      invitationId: randomUUID(),
      invitationBy: 'mail' as const,
      invitedAt: write.at,
    })),
  )
}

const wednesdaySlots = ['Matin', 'Repas', 'Après-midi']

const hours: Record<string, readonly [start: string, end: string]> = {
  Matin: ['08:00', '12:00'],
  Repas: ['12:00', '13:30'],
  'Après-midi': ['13:30', '16:30'],
  Soir: ['16:30', '18:30'],
}

type Made = { readonly activityId: number; readonly periodId: number; readonly slotIds: readonly number[] }

const anActivity = (write: Write, facilityId: number, typeId: number, name: string, slots: readonly string[]): Made => {
  const rule = { deadline: eightDaysBefore, after: 'closed' as const }
  const activityId = write.insert(activity, { facilityId, typeId, name, bookingRule: rule, cancelRule: rule }).id
  const slotIds = slots.map((slotName, position) => {
    const [start, end] = hours[slotName] ?? ['08:00', '09:00']
    const times = { start: timeOfDay(start), end: timeOfDay(end) }
    return write.insert(slot, { activityId, name: slotName, shortName: slotName.slice(0, 4), ...times, position }).id
  })
  const periodId = write.insert(period, {
    activityId,
    name: `${name} 2026/2027`,
    startDay: day('2026-09-01'),
    endDay: day('2027-07-03'),
    weekdays: [1, 2, 3, 4, 5],
    schoolHolidays: 'without',
    places: slotIds.map((slotId) => ({ slotId, capacity: 10_000 })),
  }).id
  return { activityId, periodId, slotIds }
}

const aPriced = (
  write: Write,
  place: number,
  type: number,
  name: string,
  slots: readonly string[],
  price: Tariff,
): Made => {
  const made = anActivity(write, place, type, name, slots)
  const tariffId = write.insert(tariff, { name }).id
  for (const { from, ...definition } of price.versions)
    write.insert(tariffVersion, { tariffId, fromDay: from, definition })
  write.insert(activityTariff, { activityId: made.activityId, tariffId })
  return made
}

const aHome = (write: Write, index: number): number => {
  const familyId = write.insert(family, { name: `Famille ${String(index).padStart(4, '0')}` }).id
  const guardianId = write.insert(guardian, {
    lastName: `Famille ${index}`,
    firstName: 'Camille',
    email: `famille.${index}@exemple.fr`,
  }).id
  write.insert(familyGuardian, { familyId, guardianId, rank: 1 })
  write.insert(familyAddress, {
    familyId,
    fromDay: day('2024-09-01'),
    line1: `${index} rue des Saules`,
    postcode: '14000',
    town: 'Banc',
    resident: index % 5 > 0,
  })
  if (index % 20 > 0)
    write.insert(familyQuotient, {
      familyId,
      fromDay: day('2026-01-01'),
      value: 150 + ((index * 37) % 1500),
      source: 'CAF',
      updatedOn: day('2026-01-01'),
    })
  return familyId
}

const aChild = (write: Write, familyId: number, index: number, rank: 0 | 1): number => {
  const childId = write.insert(child, {
    lastName: `Famille ${index}`,
    firstName: rank === 0 ? 'Alix' : 'Noé',
    birthDay: day(`20${18 + rank}-05-0${1 + (index % 9)}`),
  }).id
  write.insert(familyChild, { familyId, childId })
  return childId
}

const register = (
  write: Write,
  { periodId, slotIds }: Made,
  familyId: number,
  childId: number,
  days: readonly Day[],
  count: number,
) => {
  const registrationId = write.insert(registration, {
    childId,
    familyId,
    periodId,
    state: 'accepted',
    startDay: day('2026-09-01'),
    endDay: day('2027-07-03'),
    typicalWeek: [],
    askedAt: instantOf(day('2026-06-01'), timeOfDay('09:00')),
  }).id
  const cells = days.flatMap((on) => slotIds.map((slotId) => ({ day: on, slotId }))).slice(0, count)
  if (cells.length < count) throw new Error(`${count} bookings do not fit in ${cells.length} cells`)
  write.insertMany(
    reservation,
    cells.map((cell) => ({ registrationId, periodId, ...cell, held: 'confirmed' as const })),
  )
}
