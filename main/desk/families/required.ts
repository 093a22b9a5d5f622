import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { childOf, familyOf, guardianOf } from './families-store.ts'

/**
 * Returns `found`, or throws when the record was deleted after the screen read the record's id.
 * @throws Refused with `sentence`
 */
export const requireFound = <T>(found: T | undefined, sentence: string): T => {
  if (found === undefined) throw new Refused(sentence)
  return found
}

export const requireFamily = (store: Store, id: number) =>
  requireFound(familyOf(store, id), 'Cette famille n’existe plus.')

export const requireChild = (store: Store, id: number) => requireFound(childOf(store, id), 'Cet enfant n’existe plus.')

export const requireGuardian = (store: Store, id: number) =>
  requireFound(guardianOf(store, id), 'Ce responsable n’existe plus.')
