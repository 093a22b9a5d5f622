import { expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { isLong } from '../../support/long.ts'
import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { opened, tools, worker, works } from '../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'
import { bookWeeks, openWinter, winterOf } from '../../support/works/weeks-works.ts'

/** Two children a home. */
const families = isLong ? 100 : 30
/** Before, booked, taken back. */
const states: string[] = []
let applied: Awaited<ReturnType<typeof bookWeeks>>
const work = killedWork('desk-work.ts', async (base) => {
  await opened(base, (core) => {
    fillBenchTown(core, families)
    openWinter(core, worker)
    states.push(winterOf(core))
  })
  await opened(copyFor(0, base), async (core) => {
    applied = await bookWeeks(core, worker, tools)
    states.push(winterOf(core))
    await works.weeks(core, () => undefined)
    states.push(winterOf(core))
  })
})

it('a typical week for all children changes something, and taken back leaves nobody booked', () => {
  expect([applied.children.length, applied.waitListed > 0]).toEqual([2 * families, true])
  expect(new Set(states).size).toBe(3)
  const [before, , after] = states.map((state) => (JSON.parse(state) as [held: unknown, moves: number])[0])
  expect(after).toEqual(before)
})

it(
  'killed at any moment, it is booked for all or for none, and taken back for all or for none',
  async () => {
    await killAt(
      work.program,
      (turn) => ['weeks', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          expect(states.slice(said.length, said.length + 2)).toContain(winterOf(core))
          await works.weeks(core, () => undefined)
          expect(winterOf(core)).toBe(states[2])
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 30_000,
)
