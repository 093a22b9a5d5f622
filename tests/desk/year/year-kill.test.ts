import { expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { isLong } from '../../support/long.ts'
import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { opened, tools, worker, works } from '../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'
import { batchesOfYear, factsOfYear, readyForNextYear } from '../../support/works/year-works.ts'

const families = isLong ? 60 : 20
const batches = batchesOfYear(worker, tools)
/** What the file says before the first batch, and after each. */
const states: string[] = []
const work = killedWork('desk-work.ts', async (base) => {
  await opened(base, (core) => {
    fillBenchTown(core, families)
    readyForNextYear(core, worker)
  })
  await opened(copyFor(0, base), async (core) => {
    states.push(JSON.stringify(factsOfYear(core)))
    for (const { run } of batches) {
      await run(core)
      states.push(JSON.stringify(factsOfYear(core)))
    }
  })
})

it('each batch changes something', () => {
  expect(new Set(states).size).toBe(batches.length + 1)
})

it(
  'the year’s work killed at any moment stands between two batches, and done again gives what an undisturbed one gives',
  async () => {
    await killAt(
      work.program,
      (turn) => ['year', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const possible = states.slice(said.length, said.length + 2)
          expect(possible).toContain(JSON.stringify(factsOfYear(core)))
          await works.year(core, () => undefined)
          expect(JSON.stringify(factsOfYear(core))).toBe(states.at(-1))
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 30_000,
)
