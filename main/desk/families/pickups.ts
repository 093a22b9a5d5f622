import type { PickupInput } from '../../../shared/contract/desk/families.ts'
import { sameName } from '../../../shared/rules/people/names.ts'
import {
  addedOrChanged,
  isSamePickup,
  isSamePickupPerson,
  mergedPickups,
  type Pickup,
  pickupOf,
  pickupsIn,
  pickupsText,
  whyNotPickups,
} from '../../../shared/rules/people/pickup.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { pickupContact } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { pickupRow, pickupRowsIn, pickupsOf } from './families-store.ts'
import { known, knownChild } from './known.ts'

/* Who may fetch a child, and who may not. */

/** Who may fetch each child, and who may not. */
export const pickupsOfChildren = (store: Store, childIds: readonly number[]) => pickupsOf(store, childIds)

/** By child, whom its parents may read of: those who may fetch it, without their phones where it has two homes. */
export const pickupsTold = (store: Store, childIds: readonly number[]): ReadonlyMap<number, readonly Pickup[]> =>
  new Map(
    [...Map.groupBy(allowedOf(store, childIds), ({ childId }) => childId)].map(([childId, rows]) => [
      childId,
      rows.map((row) => pickupOf(row.homes > 1 ? { ...row, phone: '' } : row)),
    ]),
  )

const allowedOf = (store: Store, childIds: readonly number[]) =>
  store
    .statement(
      `select own.child_id childId, own.name, own.relation, own.phone,
        (select count(*) from family_child link where link.child_id = own.child_id) homes
      from (select distinct value from json_each(?)) wanted cross join pickup_contact own on own.child_id = wanted.value
      where own.allowed and own.act_id not in (select id from act where state = 'open')
      order by own.child_id, own.name, own.id`,
    )
    .all(JSON.stringify(childIds)) as (Pickup & { readonly childId: number; readonly homes: number })[]

/** A list that a parent would have otherwise: as they saw it, and as they ask for it. */
type AskedPickups = { readonly childId: number; readonly before: string; readonly after: string }

/** @throws Refused when a rule says no: whom a court keeps from a child comes back by no parent's demand. */
export const checkPickups = (store: Store, { childId, before, after }: AskedPickups): void => {
  const wrong = whyNotPickups(after)
  if (wrong !== null) throw new Refused(wrong)
  const { firstName } = knownChild(store, childId)
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

/** Part of an act: the difference that a parent asked for. Returns the list as it was, whole. @throws Refused */
export const writePickups = (store: Store, write: Write, asked: AskedPickups): string => {
  checkPickups(store, asked)
  const { childId, before, after } = asked
  const rows = pickupRowsIn(store, childId).filter(({ allowed }) => allowed)
  const now = rows.map(pickupOf)
  const list = mergedPickups(now, pickupsIn(before), pickupsIn(after))
  for (const row of rows) {
    const wished = list.find((own) => isSamePickupPerson(own, row))
    if (!wished) write.remove(pickupContact, row.id)
    else if (!isSamePickup(wished, pickupOf(row))) write.update(pickupContact, row.id, wished)
  }
  for (const own of list) {
    if (!rows.some((row) => isSamePickupPerson(row, own)))
      write.insert(pickupContact, { childId, ...own, allowed: true })
  }
  return pickupsText(now)
}

/** Part of an act: takes such a difference back. Returns whether it was still there. @throws Refused */
export const writePickupsBack = (store: Store, write: Write, asked: AskedPickups, replaced: string): boolean => {
  const [before, after] = [pickupsIn(asked.before), pickupsIn(asked.after)]
  const now = pickupRowsIn(store, asked.childId)
    .filter(({ allowed }) => allowed)
    .map(pickupOf)
  if (pickupsText(mergedPickups(now, before, after)) !== pickupsText(now)) return false
  const made = pickupsText(mergedPickups(pickupsIn(replaced), before, after))
  writePickups(store, write, { ...asked, before: made, after: replaced })
  return true
}

export const addPickup = (
  { store }: Core,
  person: Person,
  { childId, ...pickup }: PickupInput & { childId: number },
): void => {
  const { firstName } = knownChild(store, childId)
  const who = pickup.allowed ? 'Personne autorisée' : 'Personne interdite'
  store.act(person, 'families.pickup', `${who} pour ${firstName}\u00a0: ${pickup.name}`, (write) => {
    if (pickupsOf(store, [childId]).some((row) => sameName(row.name, pickup.name))) {
      throw new Refused('Cette personne est déjà dans la liste.', 'name')
    }
    write.insert(pickupContact, { childId, ...pickup })
  })
}

export const changePickup = (
  { store }: Core,
  person: Person,
  { id, ...changes }: PickupInput & { id: number },
): void => {
  store.act(person, 'families.pickup', `Personne modifiée\u00a0: ${changes.name}`, (write) => {
    known(pickupRow(store, id), 'Cette personne n’est plus dans la liste.')
    write.update(pickupContact, id, changes)
  })
}

export const removePickup = ({ store }: Core, person: Person, { id }: { id: number }): void => {
  store.act(person, 'families.pickup', 'Personne retirée de la liste', (write) => {
    known(pickupRow(store, id), 'Cette personne n’est plus dans la liste.')
    write.remove(pickupContact, id)
  })
}
