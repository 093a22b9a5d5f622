import type { PickupInput } from '../../../shared/contract/desk/people/families.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import { powersOf, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import {
  addedOrChanged,
  type Fetching,
  fetchingOf,
  forbiddingOn,
  isSamePickup,
  isSamePickupPerson,
  mergedPickups,
  noDecision,
  type Pickup,
  pickupOf,
  pickupsIn,
  pickupsText,
  whyNotForbid,
  whyNotPickups,
} from '../../../shared/rules/people/pickup.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { pickupContact } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { authorityHolders, bondsOfChildren } from './bonds.ts'
import { isDecisionAbout, pickupRow, pickupRowsIn, pickupsOf } from './families-store.ts'
import { dropPhoto } from './photos.ts'
import { requireChild, requireFound } from './required.ts'

/* Pick-up people: who may fetch a child, and who may not. */

/**
 * The pick-up people of these children, allowed and forbidden, with what the team must do if a forbidden one comes on
 * that day.
 */
export const pickupsOfChildren = (store: Store, childIds: readonly number[], on: Day) => {
  const holders = authorityHolders(store, childIds)
  return pickupsOf(store, childIds).map(({ actId: _act, ...row }) => ({
    ...row,
    forbidding: row.allowed
      ? null
      : forbiddingOn(
          row,
          (holders.get(row.childId) ?? []).map(({ name }) => name),
          on,
        ),
  }))
}

/** Whether a guardian of these children fetches one of them on a day. */
export const fetchingOn = (
  store: Store,
  childIds: readonly number[],
  on: Day,
): ((childId: number, guardian: { readonly guardianId: number; readonly name: string }) => Fetching) => {
  const bonds = bondsOfChildren(store, childIds)
  const contacts = Map.groupBy(pickupsOfChildren(store, childIds, on), ({ childId }) => childId)
  return (childId, { guardianId, name }) => {
    const { fetches } = powersOf(bonds.get(childId)?.get(guardianId) ?? unconfirmedBond)
    return fetchingOf({ name, fetches }, contacts.get(childId) ?? [])
  }
}

/** By child id, the allowed pick-up people that parents may read; without phones for a child of two homes. */
export const pickupsForParents = (store: Store, childIds: readonly number[]): ReadonlyMap<number, readonly Pickup[]> =>
  new Map(
    [...Map.groupBy(allowedPickupRows(store, childIds), ({ childId }) => childId)].map(([childId, rows]) => [
      childId,
      rows.map((row) => pickupOf(row.homes > 1 ? { ...row, phone: '' } : row)),
    ]),
  )

const allowedPickupRows = (store: Store, childIds: readonly number[]) =>
  store
    .statement(
      `select own.child_id childId, own.name, own.relation, own.phone,
        (select count(*) from family_child link where link.child_id = own.child_id) homes
      from (select distinct value from json_each(?)) wanted cross join pickup_contact own on own.child_id = wanted.value
      where own.allowed and ${committedSql('own.act_id')}
      order by own.child_id, own.name, own.id`,
    )
    .all(JSON.stringify(childIds)) as (Pickup & { readonly childId: number; readonly homes: number })[]

/** A parent's change of the list, as texts of `pickupsText`: the list that they saw, and the list that they want. */
type PickupChange = { readonly childId: number; readonly before: string; readonly after: string }

/**
 * @throws Refused for a list that is not valid, or that adds a person whom the desk forbids, for example by court order
 */
export const checkPickups = (store: Store, { childId, before, after }: PickupChange): void => {
  const wrong = whyNotPickups(after)
  if (wrong !== null) throw new Refused(wrong)
  const { firstName } = requireChild(store, childId)
  const forbidden = pickupRowsIn(store, childId).filter(({ allowed }) => !allowed)
  const [found] = addedOrChanged(pickupsIn(before), pickupsIn(after)).filter((own) =>
    forbidden.some((known) => isSamePickupPerson(known, own)),
  )
  if (found) {
    throw new Refused(
      `${found.name} est parmi les personnes interdites ${ofName(firstName)}\u00a0: ce changement ne peut pas être accepté.`,
    )
  }
}

/** Applies the differences of a parent's change within the caller's act. Returns the previous list. @throws Refused */
export const writePickups = (store: Store, write: Write, change: PickupChange): string => {
  checkPickups(store, change)
  const { childId, before, after } = change
  const rows = pickupRowsIn(store, childId).filter(({ allowed }) => allowed)
  const current = rows.map(pickupOf)
  const list = mergedPickups(current, pickupsIn(before), pickupsIn(after))
  for (const row of rows) {
    const next = list.find((own) => isSamePickupPerson(own, row))
    if (!next) removeRow(store, write, row.id)
    else if (!isSamePickup(next, pickupOf(row))) write.update(pickupContact, row.id, next)
  }
  for (const own of list) {
    if (!rows.some((row) => isSamePickupPerson(row, own)))
      write.insert(pickupContact, { childId, ...own, allowed: true })
  }
  return pickupsText(current)
}

/**
 * Undoes `writePickups` within the caller's act. Returns false, and writes nothing, when the change is no longer in the
 * list.
 * @throws Refused when the previous list is not allowed any more
 */
export const undoPickups = (store: Store, write: Write, change: PickupChange, replaced: string): boolean => {
  const [before, after] = [pickupsIn(change.before), pickupsIn(change.after)]
  const now = pickupRowsIn(store, change.childId)
    .filter(({ allowed }) => allowed)
    .map(pickupOf)
  if (pickupsText(mergedPickups(now, before, after)) !== pickupsText(now)) return false
  const applied = pickupsText(mergedPickups(pickupsIn(replaced), before, after))
  writePickups(store, write, { ...change, before: applied, after: replaced })
  return true
}

/**
 * A pick-up person as it will be recorded: a decision is kept only for a forbidden one. @throws Refused for an
 * incomplete decision
 */
const checkedPickup = ({ clock }: Core, typed: PickupInput): PickupInput => {
  const pickup = typed.allowed ? { ...typed, ...noDecision } : typed
  const wrong = whyNotForbid(pickup, today(clock))
  if (wrong !== null) throw new Refused(wrong.sentence, wrong.field)
  return pickup
}

/** @throws Refused when the paper is not an accepted court decision about this child */
const refuseOtherPaper = (store: Store, childId: number, { decisionPaperId }: PickupInput): void => {
  if (decisionPaperId === null) return
  if (!isDecisionAbout(store, decisionPaperId, childId))
    throw new Refused('Ce papier n’est pas une décision de justice acceptée pour cet enfant.', 'decisionPaperId')
}

export const addPickup = (
  core: Core,
  person: Person,
  { childId, ...typed }: PickupInput & { childId: number },
): void => {
  const { store } = core
  const { firstName } = requireChild(store, childId)
  const pickup = checkedPickup(core, typed)
  const who = pickup.allowed ? 'Personne autorisée' : 'Personne interdite'
  store.act(person, 'families.pickup', `${who} pour ${firstName}\u00a0: ${pickup.name}`, (write) => {
    if (pickupRowsIn(store, childId).some((row) => isSamePickupPerson(row, pickup))) {
      throw new Refused('Cette personne est déjà dans la liste.', 'name')
    }
    refuseOtherPaper(store, childId, pickup)
    write.insert(pickupContact, { childId, ...pickup })
  })
}

export const changePickup = (core: Core, person: Person, { id, ...typed }: PickupInput & { id: number }): void => {
  const { store } = core
  const changes = checkedPickup(core, typed)
  store.act(person, 'families.pickup', `Personne modifiée\u00a0: ${changes.name}`, (write) => {
    const before = requireFound(pickupRow(store, id), 'Cette personne n’est plus dans la liste.')
    refuseOtherPaper(store, before.childId, changes)
    // The photo shows a person who may fetch the child and who agreed to it: it is removed when the entry changes to
    // another person or a forbidden one.
    if (!changes.allowed || !isSamePickupPerson(before, changes)) dropPhoto(store, write, { pickupContactId: id })
    write.update(pickupContact, id, changes)
  })
}

export const removePickup = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.pickup', 'Personne retirée de la liste', (write) => {
    requireFound(pickupRow(store, id), 'Cette personne n’est plus dans la liste.')
    removeRow(store, write, id)
  })
}

const removeRow = (store: Store, write: Write, id: number): void => {
  dropPhoto(store, write, { pickupContactId: id })
  write.remove(pickupContact, id)
}
