import { expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { opened, worker, works } from '../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'
import { everybodyWaits, placesOf } from '../../support/works/waiting-works.ts'

const families = 40
let before: string
let whole: string
const work = killedWork('desk-work.ts', async (base) => {
  await opened(base, (core) => {
    fillBenchTown(core, families)
    everybodyWaits(core, worker)
    before = JSON.stringify(placesOf(core))
  })
  await opened(copyFor(0, base), async (core) => {
    await works.openPlaces(core, () => undefined)
    whole = JSON.stringify(placesOf(core))
  })
})

it(
  'places opened for a season, killed at any moment, are all open and given or none is',
  async () => {
    expect(whole).not.toBe(before)
    await killAt(
      work.program,
      (turn) => ['openPlaces', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const found = JSON.stringify(placesOf(core))
          expect(said.length > 0 ? [whole] : [before, whole]).toContain(found)
          await works.openPlaces(core, () => undefined)
          expect(JSON.stringify(placesOf(core))).toBe(whole)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 15_000,
)
