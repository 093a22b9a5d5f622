import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { childOf, familyOf, guardianOf } from './families-store.ts'

/** What a screen names may have gone since it read it. @throws Refused when it has */
export const known = <T>(found: T | undefined, sentence: string): T => {
  if (found === undefined) throw new Refused(sentence)
  return found
}

export const knownFamily = (store: Store, id: number) => known(familyOf(store, id), 'Cette famille n’existe plus.')

export const knownChild = (store: Store, id: number) => known(childOf(store, id), 'Cet enfant n’existe plus.')

export const knownGuardian = (store: Store, id: number) => known(guardianOf(store, id), 'Ce responsable n’existe plus.')
