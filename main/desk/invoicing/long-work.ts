import { inChunks } from '../../../shared/collections.ts'
import type { LongAct, Store } from '../../store/store.ts'
import { Refused } from '../core.ts'

/** How many families are read together: what one slice of the writer can do without keeping others waiting. */
export const together = 6

/** The same by families: what is of one stays together. */
export const familiesTogether = <Row extends { readonly familyId: number }>(
  rows: readonly Row[],
  size: number,
): Row[][] =>
  inChunks([...Map.groupBy(rows, ({ familyId }) => familyId).values()], size).map((families) => families.flat())

/** One long work of invoicing at a time: a second would clash with the first on every family. */
const busy = new WeakSet<Store>()

export const alone = async <Result>(store: Store, work: () => Promise<Result>): Promise<Result> => {
  refuseWhileBusy(store)
  busy.add(store)
  try {
    return await work()
  } finally {
    busy.delete(store)
  }
}

export const refuseWhileBusy = (store: Store) => {
  if (busy.has(store))
    throw new Refused('Une facturation est en cours\u00a0: attendez qu’elle se termine, puis recommencez.')
}

/** A long act that does not end is taken back: whole or not at all. */
export const wholly = async <Result>(act: LongAct, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    act.rollBack()
    throw error
  }
}
