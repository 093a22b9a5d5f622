import { expect, it } from 'vitest'
import type { Core } from '../../../main/desk/core.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { factsOf } from '../../support/towns/facts.ts'
import { opened, tools, worker, works } from '../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'
import { batchesOfYear, readyForNextYear } from '../../support/works/year-works.ts'

/** What the file said after each batch, the last first: where a cut may leave it. */
const states: string[] = []
const facts = ({ store }: Core) => JSON.stringify(factsOf(store))

const work = killedWork('desk-work.ts', async (base) => {
  await opened(base, async (core) => {
    fillBenchTown(core, 12)
    readyForNextYear(core, worker)
    states.unshift(facts(core))
    for (const { run } of batchesOfYear(worker, tools)) {
      await run(core)
      states.unshift(facts(core))
    }
  })
})

it(
  'batches whose undoing is killed at any moment are whole or gone, row by row, and undone again leave what was there before',
  async () => {
    await killAt(
      work.program,
      (turn) => ['undoYear', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          expect(states.slice(said.length, said.length + 2)).toContain(facts(core))
          await works.undoYear(core, () => undefined)
          expect(facts(core)).toBe(states.at(-1))
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  120_000 + killMoments * 60_000,
)
