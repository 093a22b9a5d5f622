import { expect, it } from 'vitest'
import type { Core } from '../../../main/desk/core.ts'
import { departFamily } from '../../../main/desk/reservations/reservations.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { hasRemnants } from '../../../main/store/remnants.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { opened, worker, works } from '../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'

const left = 60
const work = killedWork('desk-work.ts', async (base) => {
  await opened(base, async (core) => {
    fillBenchTown(core, 20)
    await works.import(core, () => undefined)
    const gone = core.store
      .statement(
        `select id from family where not exists (select 1 from registration where family_id = family.id) limit ${left}`,
      )
      .pluck()
      .all() as number[]
    for (const id of gone) departFamily(core, worker, { familyId: id, on: day('2022-06-30'), charged: false })
  })
})

const count = ({ store }: Core, text: string) => store.statement(`select count(*) from ${text}`).pluck().get() as number

it(
  'erasing all that is due, killed at any moment, is not begun or goes on to its end at the next opening',
  async () => {
    const before = await opened(work.base, (core) => count(core, 'family'))
    await killAt(
      work.program,
      (turn) => ['erase', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          const begun = count(core, 'erasure')
          expect(said.includes('erased') ? [left] : [0, left]).toContain(begun)
          const isOver = () => count(core, 'erasure where done_at is null') === 0 && !hasRemnants(core.store)
          await expect.poll(isOver, { timeout: 30_000 }).toBe(true)
          expect(count(core, 'family')).toBe(before - begun)
          expect(count(core, 'family where left_on is not null')).toBe(left - begun)
          expect(checkFile(core.store.sqlite)).toEqual([])
          if (begun === 0) await works.erase(core, () => undefined)
          expect(count(core, 'family')).toBe(before - left)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 40_000,
)
