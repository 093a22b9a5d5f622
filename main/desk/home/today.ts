import { ascending } from '../../../shared/collections.ts'
import type { Today } from '../../../shared/contract/desk/home.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { mayHere } from '../../../shared/rules/access/sites.ts'
import {
  addDays,
  addMonths,
  type Day,
  dayAt,
  firstOfMonth,
  type Instant,
  lastOfMonth,
  today,
} from '../../../shared/rules/calendar/day.ts'
import type { AidNotice } from '../../../shared/rules/money/aid.ts'
import { isOverdue } from '../../../shared/rules/money/payment/payment.ts'
import { isCeilingReached } from '../../../shared/rules/money/payment/till.ts'
import { listBackups } from '../../store/backups/backup.ts'
import { nearestOpenDays, periodsOf } from '../activities/activities.ts'
import { attendanceOfDay, childrenOfDay, closedOnDay } from '../attendance/attendance.ts'
import type { Core, Person } from '../core.ts'
import { allBalances, cellsToBill, openDebts } from '../invoicing/invoicing.ts'
import { countPapersToRead } from '../papers/papers.ts'
import { aidsToWatch } from '../payers/payers.ts'
import { paymentsOfDay, readTill } from '../payments/payments.ts'
import { countBrokenPlans, keptSums } from '../recovery/recovery.ts'
import { regieName, regiesOf } from '../regies/regies.ts'
import { countRequests } from '../requests/requests.ts'
import { listsWithFreePlaces } from '../reservations/reservations.ts'
import { beginningOf } from './beginning.ts'
import { incompleteFamilies } from './home-store.ts'

const maxLists = 10

/** The home screen of a day: the parts that the person's roles may read, null for the others. */
export const readToday = (core: Core, person: Person): Today => {
  const { store } = core
  const day = today(core.clock)
  const can = (act: Parameters<typeof may>[1]) => may(person.roles, act)
  const lists = can('families.read') ? listsWithFreePlaces(core) : null
  const activities = can('attendance') ? activitiesOn(core, day) : null
  const [backup] = mayHere(person, 'backups') ? listBackups(store).toSorted((a, b) => (a.at < b.at ? 1 : -1)) : []
  return {
    day,
    beginning: beginningOf(core),
    children: can('attendance') ? childrenOfDay(core, day) : null,
    activities,
    closed: can('attendance') ? closedOnDay(core, day) : null,
    next: activities?.length === 0 ? nextOpenDay(core, day) : null,
    promotable:
      lists &&
      lists.slice(0, maxLists).map(({ key, childId: _child, ...one }) => ({
        ...one,
        registrationId: key.registrationId,
        day: key.day,
        slotId: key.slotId,
      })),
    freeing: lists?.length ?? 0,
    windows: windowsOf(core, day),
    requests: can('decisions') ? countRequests(core) : null,
    papers: can('families.write') ? countPapersToRead(core, person) : null,
    money: can('invoices.read')
      ? moneyOf(core, day, { mayBill: can('invoicing'), isEverywhere: person.sites === undefined })
      : null,
    aids: can('aids') ? aidsOf(core) : null,
    files: can('families.read') ? incompleteFamilies(store, day) : null,
    lastBackup: backup ? { at: backup.at, verified: backup.verified } : null,
  }
}

const activitiesOn = (core: Core, day: Day) => attendanceOfDay(core, day).map(({ facility: _facility, ...one }) => one)

const nextOpenDay = (core: Core, from: Day): Today['next'] => {
  const { after } = nearestOpenDays(core, from)
  return after && { day: after, activities: activitiesOn(core, after) }
}

/** Registration and booking windows that open or close within seven days from today. */
const windowsOf = ({ store }: Core, from: Day): Today['windows'] => {
  const to = addDays(from, 7)
  const moment = (
    at: Instant | null,
    period: string,
    what: Today['windows'][number]['what'],
    does: Today['windows'][number]['does'],
  ) => (at !== null && dayAt(at) >= from && dayAt(at) <= to ? [{ on: dayAt(at), at, what, does, period }] : [])
  return periodsOf(store)
    .filter(({ archived }) => !archived)
    .flatMap((one) => [
      ...moment(one.registrationOpensAt, one.name, 'registrations', 'opens'),
      ...moment(one.residentsOpenAt, one.name, 'registrations', 'opensToResidents'),
      ...moment(one.registrationClosesAt, one.name, 'registrations', 'closes'),
      ...moment(one.bookingOpensAt, one.name, 'bookings', 'opens'),
      ...moment(one.bookingClosesAt, one.name, 'bookings', 'closes'),
    ])
    .toSorted(ascending(({ at }) => at))
}

const moneyOf = (
  core: Core,
  day: Day,
  { mayBill, isEverywhere }: { readonly mayBill: boolean; readonly isEverywhere: boolean },
): NonNullable<Today['money']> => {
  const { store } = core
  const regieIds = regiesOf(store).map(({ id }) => id)
  // An advance at one régie pays nothing of what the family owes to another.
  const owing = regieIds.flatMap((regieId) => [...allBalances(store, { regieId })].filter(([, cents]) => cents > 0))
  const owingFamilies = new Set(owing.map(([familyId]) => familyId))
  const overdue = [...owingFamilies].flatMap((familyId) => {
    const late = openDebts(store, familyId).filter((debt) => isOverdue(debt, day))
    return late.length > 0 ? [sum(late.map(({ leftCents }) => leftCents))] : []
  })
  const received = regieIds.map((regieId) => paymentsOfDay(core, { day, regieId }))
  // A till belongs to all sites, so its sum is not shown to a person who sees only some of them.
  const fullTills = (isEverywhere ? regiesOf(store) : []).flatMap((regie) => {
    const { receivedCents: cashCents, ceilingCents } = readTill(core, { day, regieId: regie.id })
    return isCeilingReached({ cashCents, ceilingCents })
      ? [{ regieId: regie.id, regie: regieName(regie), cashCents }]
      : []
  })
  const months = [addMonths(firstOfMonth(day), -1), firstOfMonth(day)]
  return {
    toBill: mayBill
      ? months
          .map((month) => ({
            month,
            cells: sum(cellsToBill(core, { from: month, to: lastOfMonth(month) }).map(({ cells }) => cells)),
          }))
          .filter(({ cells }) => cells > 0)
      : null,
    owedCents: sum(owing.map(([, cents]) => cents)),
    owingFamilies: owingFamilies.size,
    overdueCents: sum(overdue),
    overdueFamilies: overdue.length,
    brokenPlans: countBrokenPlans(store, day),
    toForwardCents: sum(keptSums(store).map(({ cents }) => cents)),
    receivedCents: sum(received.map(({ totalCents }) => totalCents)),
    payments: received.flatMap(({ payments }) => payments).filter(({ cancelled }) => cancelled === null).length,
    fullTills,
  }
}

const aidsOf = (core: Core): NonNullable<Today['aids']> => {
  const watched = aidsToWatch(core)
  const count = (sought: AidNotice) => watched.filter(({ notice }) => notice === sought).length
  return { nearlyUsed: count('nearlyUsed'), endingSoon: count('endsSoon') }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
