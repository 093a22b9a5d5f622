import type { ActivityInput } from '../../../shared/contract/desk/activities.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import type { Write } from '../../store/acts/acts.ts'
import { sublist } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { isSublistUsed, joinedToOf, slotRowsOf, sublistRowsOf } from './activities-store.ts'

type SublistsInput = NonNullable<ActivityInput['sublists']>

/**
 * Writes the lists of an activity. A list may have fewer places than children: nobody is then taken off it.
 * @throws Refused for an invalid list, and for removing one with children on it
 */
export const saveSublists = (store: Store, write: Write, activityId: number, sublists: SublistsInput): void => {
  if (sublists.length > 0 && joinedToOf(store, activityId) !== null)
    throw new Refused('Les listes sont celles de l’activité à laquelle elle est réunie.', 'sublists')
  const previous = sublistRowsOf(store, activityId)
  for (const one of previous) {
    if (sublists.some(({ id }) => id === one.id)) continue
    if (isSublistUsed(store, one.id))
      throw new Refused(
        `Des enfants ont été mis sur la liste «\u00a0${one.name}\u00a0»\u00a0: arrêtez-la à une date.`,
        'sublists',
      )
    write.remove(sublist, one.id)
  }
  const slotIds = new Set(slotRowsOf(store, activityId).map(({ id }) => id))
  for (const [position, { id, ...values }] of sublists.entries()) {
    if (sublists.findIndex((other) => sameLabel(other.name, values.name)) !== position)
      throw new Refused('Deux listes portent le même nom.', `sublists.${position}.name`)
    if (values.slotIds?.some((slotId) => !slotIds.has(slotId)))
      throw new Refused('Cette plage n’est pas de cette activité.', `sublists.${position}.slotIds`)
    if (id === undefined) write.insert(sublist, { ...values, activityId, position })
    else if (previous.some((one) => one.id === id)) write.update(sublist, id, { ...values, position })
    else throw new Refused('Cette liste n’est pas de cette activité.', `sublists.${position}.name`)
  }
}
