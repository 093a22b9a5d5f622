import { may } from '../../../../shared/rules/access/roles.ts'
import type { CellActor } from '../../../../shared/rules/cell/cell-actions.ts'
import type { Store } from '../../../store/store.ts'
import { type Person, Refused } from '../../core.ts'
import { registrationRow } from '../reservations-store.ts'
import type { Board } from './board.ts'

/**
 * Returns the actor of a cell's move: a staff member with their rights, or a rule that lets demandes through
 * automatically.
 */
export const cellActorOf = ({ kind, roles }: Person): CellActor =>
  kind === 'rule' ? { kind } : { kind: 'staff', decide: may(roles, 'decisions'), override: may(roles, 'override') }

export const requireRegistration = (store: Store, id: number) => {
  const found = registrationRow(store, id)
  if (!found) throw new Refused('Cette inscription n’existe plus.')
  return found
}

export const unknownSlot = 'Cette plage n’existe pas dans cette activité.'

export const refuseUnknownSlot = (board: Board, slotId: number) => {
  if (!board.slots.some(({ id }) => id === slotId)) throw new Refused(unknownSlot, 'slotId')
}
