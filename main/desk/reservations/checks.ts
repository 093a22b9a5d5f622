import type { Mover } from '../../../shared/rules/cell-moves.ts'
import { may } from '../../../shared/rules/roles.ts'
import type { Store } from '../../store/store.ts'
import { type Person, Refused } from '../core.ts'
import type { Board } from './board.ts'
import { registrationRow } from './reservations-store.ts'

export const moverOf = ({ roles }: Person): Mover => ({
  kind: 'staff',
  decide: may(roles, 'decisions'),
  override: may(roles, 'override'),
})

export const registrationFound = (store: Store, id: number) => {
  const found = registrationRow(store, id)
  if (!found) throw new Refused('Cette inscription n’existe plus.')
  return found
}

export const refuseUnknownSlot = (board: Board, slotId: number) => {
  if (!board.slots.some(({ id }) => id === slotId)) {
    throw new Refused('Cette plage n’existe pas dans cette activité.', 'slotId')
  }
}
