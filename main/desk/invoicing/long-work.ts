import { inChunks } from '../../../shared/collections.ts'
import type { LongAct, Store } from '../../store/store.ts'
import { Refused } from '../core.ts'

/** Families read and written in one slice of a long act, so that a slice stays within about 20 ms. */
export const familiesPerSlice = 6

/** Rows in chunks of `size` families: all rows of a family are in the same chunk. */
export const chunksOfFamilies = <Row extends { readonly familyId: number }>(
  rows: readonly Row[],
  size: number,
): Row[][] =>
  inChunks([...Map.groupBy(rows, ({ familyId }) => familyId).values()], size).map((families) => families.flat())

/** Stores with an invoicing job in progress. One at a time: a second job would conflict with it on every family. */
const busy = new WeakSet<Store>()

export const exclusively = async <Result>(store: Store, work: () => Promise<Result>): Promise<Result> => {
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

/** Rolls the long act back when `work` throws. */
export const allOrNothing = async <Result>(act: LongAct, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    act.rollBack()
    throw error
  }
}
