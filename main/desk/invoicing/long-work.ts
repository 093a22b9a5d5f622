import type { LongAct, Store } from '../../store/store.ts'
import { Refused } from '../core.ts'

/**
 * Families read and written in one slice of a long act: few enough to stay within some 25 ms, and to share its queries.
 */
export const familiesPerSlice = 20
/**
 * Families per act that numbers papers: a larger work becomes several complete acts. One transaction numbers all papers
 * of an act, and nobody else can write meanwhile.
 */
export const maxFamiliesPerAct = 150
/** Families that another thread prices at once, and that one slice writes. */
export const familiesPerAnswer = 12
/** Months of families priced in one slice. The first run after an update prices years of months of each family. */
export const spansPerSlice = 20

/**
 * Rows in chunks of `size` families: all rows of a family are in the same chunk.
 * @param maxRows a chunk with more rows than this ends with the family that passed it
 */
export const chunksOfFamilies = <Row extends { readonly familyId: number }>(
  rows: readonly Row[],
  size: number,
  maxRows = Number.POSITIVE_INFINITY,
): Row[][] => {
  const chunks: { rows: Row[]; families: number }[] = []
  for (const ofFamily of Map.groupBy(rows, ({ familyId }) => familyId).values()) {
    const last = chunks.at(-1)
    if (!last || last.families === size || last.rows.length > maxRows) chunks.push({ rows: [...ofFamily], families: 1 })
    else {
      last.rows.push(...ofFamily)
      last.families += 1
    }
  }
  return chunks.map((chunk) => chunk.rows)
}

/**
 * The stores with an invoicing job in progress, and the run that the job discards, if any. Only one job at a time: a
 * second one would conflict with it on every family.
 */
const busy = new WeakMap<Store, { readonly discards: number | null }>()

/** @param discards the run that the job removes; it is hidden from screens meanwhile */
export const exclusively = async <Result>(
  store: Store,
  work: () => Promise<Result>,
  discards: number | null = null,
): Promise<Result> => {
  refuseWhileBusy(store)
  busy.set(store, { discards })
  try {
    return await work()
  } finally {
    busy.delete(store)
  }
}

export const isBeingDiscarded = (store: Store, runId: number): boolean => busy.get(store)?.discards === runId

export const refuseWhileBusy = (store: Store) => {
  if (busy.has(store))
    throw new Refused('Une facturation est en cours\u00a0: attendez qu’elle se termine, puis recommencez.')
}

/** Rolls the long act back when `work` throws. */
export const allOrNothing = async <Result>(act: LongAct, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    await act.rollBack()
    throw error
  }
}
