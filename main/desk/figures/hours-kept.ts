import type { Day, Month } from '../../../shared/rules/calendar/day.ts'
import type { TableName } from '../../store/schema/names.ts'
import type { Store } from '../../store/store.ts'
import { actsNow, actsSince, monthsWritten } from './hours-store.ts'

/*
 * The hours of a month, kept until something that they count changes. A mark or a booking changes its own month alone, so
 * that the years of the chart are not read again at each opening.
 */

/** Tables of which any change may change any month. */
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

/** More cells than this are an import or a run: reading all months again costs less than finding which ones. */
const mostCells = 2000

type Kept<Value> = {
  readonly months: Map<string, Value>
  /** The acts that were seen whole: all until `lastId`, but those that were open. */
  readonly acts: ReturnType<typeof actsNow>
  /** A booked day that passes without a mark becomes « sans pointage ». */
  readonly today: Day
}

/** @returns gives the months that are known of a store, by keys that begin with the month; those that changed since are gone */
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
