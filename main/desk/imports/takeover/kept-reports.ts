import { randomUUID } from 'node:crypto'
import type { Store } from '../../../store/store.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import type { ComparisonReport } from './report-file.ts'

/*
 * The comparisons that are on screen, in memory only since they name families: what is printed of an import is what the
 * core counted, whatever a screen would send.
 */

type Kept = { readonly id: string; readonly of: string; readonly report: ComparisonReport }

/** The number of comparisons kept for each person: one stays on screen while the next one is computed. */
const keptOfPerson = 2

const kept = new WeakMap<Store, readonly Kept[]>()

const nameOf = (person: Person): string => (person.kind === 'staff' ? `staff ${person.staffId}` : person.kind)

/** @returns the id by which `keptReport` finds it */
export const keepReport = ({ store }: Core, person: Person, report: ComparisonReport): string => {
  const id = randomUUID()
  const of = nameOf(person)
  const before = kept.get(store) ?? []
  const own = before.filter((one) => one.of === of).slice(1 - keptOfPerson)
  kept.set(store, [...before.filter((one) => one.of !== of), ...own, { id, of, report }])
  return id
}

/** @throws Refused once the desk was started again, or another file was read since */
export const keptReport = ({ store }: Core, person: Person, id: string): ComparisonReport => {
  const found = kept.get(store)?.find((one) => one.id === id && one.of === nameOf(person))
  if (!found) throw new Refused('Ce bilan n’est plus là\u00a0: choisissez de nouveau le fichier, il dira où on en est.')
  return found.report
}
