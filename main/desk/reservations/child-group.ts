import type { ChildGroup } from '../../../shared/contract/desk/reservations/reservations.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { aboveText } from '../../../shared/rules/groups/groups.ts'
import { whoText } from '../../../shared/rules/people/conditions.ts'
import { briefDay, shortDay } from '../../../shared/rules/text/french.ts'
import { registrationGroup } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { groupsOfPeriod } from '../activities/activities.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childGroupsIn } from '../registrations/registrations.ts'
import { groupName, readBoard } from './board/board.ts'
import { requireRegistration } from './board/checks.ts'
import { cellsBetween, periodRow, putRowsOf, type RegistrationRow } from './reservations-store.ts'
import { promotePlaces } from './waiting/waiting-lists.ts'

/** The group of a registered child, from today or the first day on, with what staff decided; none without groups. */
export const readChildGroup = ({ store, clock }: Core, registrationId: number): ChildGroup => {
  const registration = requireRegistration(store, registrationId)
  const { period, groups } = groupsOfRegistration(store, registration)
  const on = firstDay(registration, dayAt(clock()))
  const now = childGroupsIn(store, period.id, on, on, [registrationId])?.of(registrationId, on) ?? null
  return {
    groups: groups.map((group) => ({ id: group.id, name: group.name, who: whoText(group) })),
    on,
    groupId: now,
    put: putRowsOf(store, registrationId).map(({ fromDay, groupId, reason }) => ({ fromDay, groupId, reason })),
  }
}

/**
 * Puts a child in a group from a day on, or lets age and class decide again: whichever of its homes registered it,
 * since it is one child on the day. Its bookings stay; places that they leave in another group go to those who wait
 * there.
 */
export const putInGroup = (
  { store, clock }: Core,
  person: Person,
  {
    registrationId,
    fromDay,
    groupId,
    reason,
  }: {
    readonly registrationId: number
    readonly fromDay: Day
    readonly groupId: number | null
    readonly reason: string
  },
): { readonly promoted: number; readonly above: string[] } => {
  const registration = requireRegistration(store, registrationId)
  const { period, groups } = groupsOfRegistration(store, registration)
  if (groups.length === 0) throw new Refused('Cette activité n’a pas de groupe.')
  const group = groups.find(({ id }) => id === groupId)
  if (groupId !== null && !group) throw new Refused('Ce groupe n’est pas de cette activité.', 'groupId')
  if (fromDay < firstDay(registration, dayAt(clock())) || fromDay > registration.endDay)
    throw new Refused('Choisissez un jour à venir de l’inscription\u00a0: ce qui est passé reste.', 'fromDay')
  const child = childGroupsIn(store, period.id, fromDay, fromDay, [registrationId])
  if (child?.byRule(registrationId, fromDay) === null && !may(person.roles, 'override'))
    throw new Refused(`Cet enfant n’a l’âge ou la classe d’aucun groupe. ${roleNeeded('override')}`, 'groupId')
  const where = group ? `dans «\u00a0${group.name}\u00a0»` : 'selon son âge et sa classe'
  const label = `${registration.firstName} ${registration.lastName} ${where}, à partir du ${shortDay(fromDay)}`
  return store.act(person, 'registrations.group', label, (write) => {
    const own = registrationsOfChild(store, registration.childId, period.id)
    const endDay =
      own
        .map((one) => one.endDay)
        .toSorted()
        .at(-1) ?? registration.endDay
    for (const { id } of own) {
      // What was decided for later days no longer holds: the newest decision is for all days from its own on.
      const before = putRowsOf(store, id)
      for (const row of before) if (row.fromDay >= fromDay) write.remove(registrationGroup, row.id)
      const stands = before.findLast((row) => row.fromDay < fromDay)?.groupId ?? null
      if (stands !== groupId) write.insert(registrationGroup, { registrationId: id, fromDay, groupId, reason })
    }
    const ids = own.map(({ id }) => id)
    const held = cellsBetween(store, ids, fromDay, endDay).filter((cell) => cell.held !== 'none')
    const promoted = promotePlaces(store, write, held)
    const board = readBoard(store, write.at, period.id, own, fromDay, endDay, write.actId)
    const above = held.flatMap(({ day, slotId, ...cell }): string[] => {
      const places = board.placesFor(cell.registrationId, day, slotId)
      const text =
        cell.held === 'confirmed' && places.groupId !== null ? aboveText(places.held, places.capacity ?? 0) : null
      const slot = board.slots.find(({ id }) => id === slotId)?.name ?? ''
      return text === null ? [] : [`${briefDay(day)}, ${slot}\u00a0: ${groupName(board, places.groupId)} ${text}`]
    })
    return { promoted, above }
  })
}

/** The child's registrations in the period: one of each home. */
const registrationsOfChild = (store: Store, childId: number, periodId: number): RegistrationRow[] =>
  (
    store
      .statement('select id from registration where child_id = ? and period_id = ? order by id')
      .pluck()
      .all(childId, periodId) as number[]
  ).map((id) => requireRegistration(store, id))

const firstDay = ({ startDay }: RegistrationRow, today: Day): Day => (startDay > today ? startDay : today)

const groupsOfRegistration = (store: Store, { periodId }: { readonly periodId: number }) => {
  const period = periodRow(store, periodId)
  if (!period) throw new Refused('Cette période n’existe plus.')
  return { period, groups: groupsOfPeriod(store, periodId).groups }
}
