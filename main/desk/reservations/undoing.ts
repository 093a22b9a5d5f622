import type { Held } from '../../../shared/rules/cell.ts'
import { whyNotUndo } from '../../../shared/rules/cell-moves.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { writeAskedAgain } from '../registrations/registrations.ts'
import { readBoard } from './board.ts'
import { registrationFound } from './checks.ts'
import { newPlan, planUndo, writePlan } from './moving.ts'
import { type CellRow, cellRow, movesIn, movesOf, nextMoveId } from './reservations-store.ts'

/** Takes a whole act back by new, recorded moves: all of its cells, or none. */
export const undoMoves = ({ store }: Core, person: Person, actId: number): { done: number } =>
  store.act(person, 'reservations.undo', 'Annulation de la dernière action', (write) => {
    const moves = movesIn(store, actId)
    const plan = newPlan(nextMoveId(store))
    for (const { id, reservationId, before } of moves) {
      const current = cellRow(store, reservationId)
      if (!current || standing(movesOf(store, reservationId))?.id !== id) {
        throw new Refused('Une case a changé depuis : il n’y a plus rien à annuler ici.')
      }
      const registration = registrationFound(store, current.registrationId)
      const board = readBoard(store, write.at, registration.periodId, [registration], current.day, current.day)
      const facts = board.facts(registration, current.day, current.slotId)
      const earlier = before === null ? null : (JSON.parse(before) as Partial<CellRow>)
      const sentence = whyNotUndo(heldIn(earlier), facts.held, facts, current.billedBy !== null)
      if (sentence !== null) throw new Refused(sentence)
      const one = newPlan(plan.nextNumber)
      planUndo(one, board, current, earlier)
      writePlan(write, one)
    }
    const reopened = writeAskedAgain(store, write, actId)
    if (moves.length + reopened === 0) throw new Refused('Cette action ne s’annule pas.')
    return { done: moves.length + reopened }
  })

/** The last move that still holds: an undo and what it took back cancel each other out. Newest first. */
const standing = <Move extends { readonly move: string }>(moves: readonly Move[]): Move | undefined => {
  let undone = 0
  for (const one of moves) {
    if (one.move === 'undo') undone += 1
    else if (undone > 0) undone -= 1
    else return one
  }
  return undefined
}

const heldIn = (cell: Partial<CellRow> | null): Held => {
  if (cell?.held === 'confirmed') return { kind: 'confirmed', cancelDenied: cell.cancelDenied === 1 }
  return cell?.held === 'waitlisted' ? { kind: 'waitlisted', rank: 1 } : { kind: 'none' }
}
