import { performance } from 'node:perf_hooks'
import { atBench } from './blocking-bench.ts'
import { fillYear } from './figures-bench.ts'
import { median } from './grid-bench.ts'

/** With a year of Wednesdays for each, they have 100,800 bookings. */
const homes = 1400

export type ListFigures = {
  /** Medians in milliseconds. */
  readonly list: number
  /** SQLite alone: the same bookings counted in the same groups. */
  readonly baseline: number
}

/** A free list of the bookings of a year, by slot and month, with their first lines. */
export const list100000 = async (): Promise<ListFigures> => {
  let figures: ListFigures | undefined
  await atBench(
    async ({ core }, client) => {
      const raw = core.store.sqlite.prepare(
        `select slot_id, substr(day, 1, 7), count(*) from reservation where held = 'confirmed' group by 1, 2`,
      )
      const list = async () => {
        const { total, groups } = await client.freeLists.run({
          query: {
            thing: 'bookings',
            on: null,
            brackets: [],
            columns: ['booking.day', 'child.lastName', 'child.firstName'],
            groups: ['registration.activity', 'booking.month'],
            sort: [{ column: 'booking.day', isDescending: false }],
          },
        })
        if (total < 100_000 || groups.length < 9) throw new Error(`${total} bookings, ${groups.length} groups`)
      }
      await list()
      figures = { list: await median(5, () => timed(list)), baseline: await median(5, () => timed(() => raw.all())) }
    },
    (core) => fillYear(core, homes),
  )
  if (!figures) throw new Error('nothing was measured')
  return figures
}

const timed = async (work: () => unknown) => {
  const from = performance.now()
  await work()
  return performance.now() - from
}
