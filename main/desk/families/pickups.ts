import type { PickupInput } from '../../../shared/contract/desk/families.ts'
import { sameName } from '../../../shared/rules/names.ts'
import { pickupContact } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { pickupRow, pickupsOf } from './families-store.ts'
import { known, knownChild } from './known.ts'

/* Who may fetch a child, and who may not. */

/** Who may fetch each child, and who may not. */
export const pickupsOfChildren = (store: Store, childIds: readonly number[]) => pickupsOf(store, childIds)

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
