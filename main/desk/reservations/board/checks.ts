import { may } from '../../../../shared/rules/access/roles.ts'
import type { CellActor } from '../../../../shared/rules/cell/cell-actions.ts'
import type { Store } from '../../../store/store.ts'
import { type Person, Refused } from '../../core.ts'
import { registrationRow } from '../reservations-store.ts'
import type { Board } from './board.ts'

/** Staff, or a rule of the town that lets things through alone. */
export const moverOf = ({ kind, roles }: Person): CellActor =>
  kind === 'rule' ? { kind } : { kind: 'staff', decide: may(roles, 'decisions'), override: may(roles, 'override') }

export const registrationFound = (store: Store, id: number) => {
  const found = registrationRow(store, id)
  if (!found) throw new Refused('Cette inscription n’existe plus.')
  return found
}

export const unknownSlot = 'Cette plage n’existe pas dans cette activité.'

export const refuseUnknownSlot = (board: Board, slotId: number) => {
  if (!board.slots.some(({ id }) => id === slotId)) throw new Refused(unknownSlot, 'slotId')
}
