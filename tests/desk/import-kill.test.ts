import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { Core } from '../../main/desk/core.ts'
import { checkFile } from '../../main/store/check.ts'
import { fillBenchTown } from '../support/bench-town.ts'
import { builtWork } from '../support/built-work.ts'
import { opened, works } from '../support/desk-works.ts'
import { copyFor, killAt, killMoments } from '../support/kill-at.ts'

const root = mkdtempSync(join(tmpdir(), 'espace-jeunesse-'))
const base = join(root, 'base')
let program: string
beforeAll(async () => {
  const built = await builtWork('desk-work.ts')
  program = built.path
  await opened(base, (core) => fillBenchTown(core, 40))
  return () => {
    rmSync(root, { recursive: true, force: true })
    built.erase()
  }
}, 60_000)

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
    const none = await opened(base, people)
    let whole: ReturnType<typeof people> | undefined
    await killAt(
      program,
      (turn) => ['import', copyFor(turn, base)],
      ({ turn, said }) =>
        opened(`${base}-${turn}`, async (core) => {
          expect(checkFile(core.store.sqlite)).toEqual([])
          const found = people(core)
          whole ??= found
          const pupilsOnly = { ...whole, guardians: none.guardians, found: 750, phones: none.phones }
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
  60_000 + killMoments * 20_000,
)
