import type { Delegates } from '../../../shared/contract/desk/people/emergency.ts'
import {
  type Delegation,
  delegationText,
  type EmergencyReason,
  isDelegateOn,
  whyNotDelegation,
} from '../../../shared/rules/access/emergency.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { healthDelegate } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { isBookedOn } from '../attendance/attendance.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { readHealth } from '../families/health.ts'
import { delegateRows, lastOpenings, teamMembers } from './emergency-store.ts'

/* Health records in an emergency: which delegates the directors name, and which records these may open. */

/** Whether this person is a delegate today. */
export const isDelegate = ({ store, clock }: Core, person: Person): boolean =>
  person.kind === 'staff' && isDelegateOn(delegateRows(store), person.staffId, today(clock))

/**
 * The health record of a child who is booked today, for a delegate. @throws Refused for anybody else and for any other
 * child, and CannotOpen while health records cannot be opened
 */
export const openInEmergency = (
  core: Core,
  person: Person,
  { childId, reason }: { readonly childId: number; readonly reason: EmergencyReason },
) => {
  if (!isDelegate(core, person))
    throw new Refused('Seul un délégué nommé par la direction ouvre une fiche sanitaire en urgence.')
  if (!isBookedOn(core.store, childId, today(core.clock)))
    throw new Refused('Cet enfant n’est pas attendu aujourd’hui\u00a0: sa fiche sanitaire ne s’ouvre pas en urgence.')
  return readHealth(core, person, childId, reason)
}

/**
 * Whether somebody may be named a delegate: they work with the children of the day, and may not already read every
 * health record.
 */
const canBeNamed = ({ roles }: Pick<Person, 'roles'>): boolean =>
  may(roles, 'health.emergency') && !may(roles, 'health.read')

/**
 * A delegate opens records at their own sites, so a director limited to some sites may only name staff within those
 * sites.
 */
const isWithin = (sites: readonly number[] | null, { sites: own }: Person): boolean =>
  own === undefined || (sites?.every((id) => own.includes(id)) ?? false)

export const listDelegates = ({ store, clock }: Core, person: Person): Delegates => {
  const rows = delegateRows(store)
  const on = today(clock)
  return {
    delegates: rows.map((row) => ({ ...row, isNow: isDelegateOn([row], row.staffId, on) })),
    candidates: teamMembers(store)
      .filter((one) => canBeNamed(one) && isWithin(one.sites, person))
      .map(({ id, name }) => ({ id, name })),
    openings: lastOpenings(store),
  }
}

/** Names a delegate, or changes the days of one. @throws Refused */
export const saveDelegate = (
  { store }: Core,
  person: Person,
  { id, ...wanted }: Delegation & { readonly id?: number | undefined },
): void => {
  const { staffId, from, to } = wanted
  const named = requireNameable(store, person, staffId)
  const label = `Délégué pour la santé en urgence\u00a0: ${named}, ${delegationText(wanted)}`
  store.act(person, 'emergency.delegate', label, (write) => {
    const rows = delegateRows(store)
    const wrong = whyNotDelegation(
      wanted,
      rows.filter((one) => one.id !== id),
    )
    if (wrong) throw new Refused(wrong.sentence, wrong.field)
    const values = { staffMemberId: staffId, fromDay: from, toDay: to }
    if (id === undefined) {
      write.insert(healthDelegate, values)
      return
    }
    if (!rows.some((one) => one.id === id)) throw new Refused(goneText)
    write.update(healthDelegate, id, values)
  })
}

const goneText = 'Ce délégué n’est plus dans la liste.'

const requireNameable = (store: Store, person: Person, staffId: number): string => {
  const member = teamMembers(store).find(({ id }) => id === staffId)
  if (!member) throw new Refused('Choisissez un agent en service.', 'staffId')
  if (may(member.roles, 'health.read')) throw new Refused('Cet agent lit déjà les fiches sanitaires.', 'staffId')
  if (!canBeNamed(member))
    throw new Refused(
      'Un délégué a le rôle Agent d’accueil ou Animateur\u00a0: donnez-lui d’abord l’un d’eux.',
      'staffId',
    )
  if (!isWithin(member.sites, person))
    throw new Refused(
      'Cet agent travaille aussi à d’autres sites\u00a0: une direction de ces sites le nomme.',
      'staffId',
    )
  return member.name
}

/** @throws Refused when the delegation no longer exists, or reaches sites that this person does not see */
export const removeDelegate = ({ store }: Core, person: Person, id: number): void => {
  store.act(person, 'emergency.delegate', 'Délégué pour la santé en urgence retiré', (write) => {
    const row = delegateRows(store).find((one) => one.id === id)
    if (!row) throw new Refused(goneText)
    write.remove(healthDelegate, id)
  })
}
