import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Core } from '../../../main/desk/core.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { fillBenchTown } from '../../support/towns/bench-town.ts'
import { listedHomes, opened, works } from '../../support/works/desk-works.ts'
import { copyFor, killAt, killMoments } from '../../support/works/kill-at.ts'
import { killedWork } from '../../support/works/killed-work.ts'

const work = killedWork('desk-work.ts', async (base) => {
  await opened(base, (core) => fillBenchTown(core, 40))
})

/** What the lists bring, by names: ids taken back are not given again. */
const people = ({ store }: Core) => ({
  children: store
    .statement(
      `select child.last_name, child.first_name, child.birth_day, family.name, level, class_name from child
      left join family_child home on home.child_id = child.id left join family on family.id = home.family_id
      left join schooling on schooling.child_id = child.id order by 1, 2`,
    )
    .all(),
  guardians: store
    .statement(
      `select last_name, first_name, mobile_phone, rank, family.name from guardian
      left join family_guardian on guardian_id = guardian.id left join family on family.id = family_id order by 1, 2, 4`,
    )
    .all(),
  addresses: store.statement('select count(*) from family_address').pluck().get(),
  found: store.statement(`select count(*) from search where search match 'eleve*'`).pluck().get(),
  phones: store.statement('select count(*) from search_phone').pluck().get(),
})

it(
  'an import killed at any moment is whole or not there, and done again gives what an undisturbed one gives',
  async () => {
    const none = await opened(work.base, people)
    let whole: ReturnType<typeof people> | undefined
    await killAt(
      work.program,
      (turn) => ['import', copyFor(turn, work.base)],
      ({ turn, said }) =>
        opened(`${work.base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const found = people(core)
          whole ??= found
          const pupilsOnly = { ...whole, guardians: none.guardians, found: 3 * listedHomes, phones: none.phones }
          const possible = said.includes('guardians')
            ? [whole]
            : said.includes('pupils')
              ? [pupilsOnly, whole]
              : [none, pupilsOnly]
          expect(possible.map((one) => JSON.stringify(one))).toContain(JSON.stringify(found))
          await works.import(core, () => undefined)
          expect(people(core)).toEqual(whole)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 20_000,
)

it(
  'an import whose undoing is killed at any moment is whole or gone, and undone again leaves what was there before it',
  async () => {
    const imported = join(work.root, 'imported')
    const { none, whole } = await opened(copyFor(0, work.base), async (core) => ({
      none: people(core),
      whole: await works.import(core, () => undefined).then(() => people(core)),
    }))
    await opened(imported, (core) => fillBenchTown(core, 40))
    await opened(imported, (core) => works.import(core, () => undefined))
    const pupilsOnly = { ...whole, guardians: none.guardians, found: 3 * listedHomes, phones: none.phones }
    await killAt(
      work.program,
      (turn) => ['undo', copyFor(turn, imported)],
      ({ turn }) =>
        opened(`${imported}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          expect([whole, pupilsOnly].map((one) => JSON.stringify(one))).toContain(JSON.stringify(people(core)))
          await works.undo(core, () => undefined)
          await works.undo(core, () => undefined)
          expect(people(core)).toEqual(none)
          expect(checkFile(core.store.sqlite)).toEqual([])
        }),
    )
  },
  100_000 + killMoments * 20_000,
)
