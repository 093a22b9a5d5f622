import type { Day, Month } from '../../../shared/rules/calendar/day.ts'
import type { TableName } from '../../store/schema/names.ts'
import type { Store } from '../../store/store.ts'
import { actsNow, actsSince, monthsWritten } from './hours-store.ts'

/*
 * A cache of the hours of each month. A mark or a booking invalidates its own month only, so that opening the chart
 * does not read all its years again.
 */

/** Tables in which a change may alter the hours of any month, and so empties the cache. */
const decisive: readonly string[] = [
  'site',
  'facility',
  'site_opening',
  'activity',
  'period',
  'slot',
  'registration',
  'family',
  'child',
  'hours_rule',
  '*',
] satisfies readonly (TableName | '*')[]

/**
 * Acts that wrote more cells than this are imports or runs: reading all months again then costs less than finding which
 * months they touched.
 */
const mostCells = 2000

type Kept<Value> = {
  readonly months: Map<string, Value>
  /** The acts that the cached months already include: all up to `lastId`, except those that were still open. */
  readonly acts: ReturnType<typeof actsNow>
  /** The cache is of one day: once a booked day without a mark is past, it counts as « sans pointage ». */
  readonly today: Day
}

/**
 * @returns a function that gives the cached months of a store, by keys that begin with the month, without those that
 * changed since
 */
export const monthKeeper = <Value>(): ((store: Store, today: Day) => Map<string, Value>) => {
  const keptOf = new WeakMap<Store, Kept<Value>>()
  const watched = new WeakSet<Store>()
  return (store, today) => {
    if (!watched.has(store)) {
      watched.add(store)
      store.onChange((tables) => {
        if (decisive.some((table) => tables.has(table))) keptOf.delete(store)
      })
    }
    const acts = actsNow(store)
    const known = keptOf.get(store)
    const months = known?.today === today ? stillTrue(store, known) : new Map<string, Value>()
    keptOf.set(store, { months, acts, today })
    return months
  }
}

const stillTrue = <Value>(store: Store, { months, acts }: Kept<Value>): Map<string, Value> => {
  const written = monthsWritten(store, actsSince(store, acts), mostCells)
  if (written === null) return new Map()
  if (written.size === 0) return months
  return new Map([...months].filter(([key]) => !written.has(key.slice(0, 7) as Month)))
}
