import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { makeExampleTown } from '../../main/desk/example/example.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { dataFileName } from '../../main/store/store.ts'
import { day, instantOf, timeOfDay } from '../../shared/rules/calendar/day.ts'
import { aDataFolder } from '../support/machine/data-folder.ts'
import { copyExampleTown, exampleNow, exampleTown } from './example-made.ts'

const slow = 240_000

/** Every figure that could differ from one making to the next. */
const figures = (path: string) => {
  const sqlite = new Sqlite(path, { readonly: true })
  const count = (question: string) => sqlite.prepare(question).raw().all()
  const found = {
    sizes: ['family', 'child', 'registration', 'reservation', 'attendance', 'invoice', 'payment', 'act'].map(
      (table) => count(`select '${table}', count(*) from ${table}`)[0],
    ),
    names: count('select group_concat(name) from (select name from family order by id limit 40)'),
    held: count('select substr(day, 1, 7), held, count(*) from reservation group by 1, 2 order by 1, 2'),
    marks: count('select mark, count(*) from attendance group by 1 order by 1'),
    billed: count('select year, count(*), sum(total_cents) from invoice group by 1 order by 1'),
    paid: count('select means, count(*), sum(amount_cents) from payment group by 1 order by 1'),
    seal: count('select hash from invoice order by year desc, number desc limit 1'),
  }
  sqlite.close()
  return found
}

it('makes the same town of the same day, and says how far it is', { timeout: slow }, async () => {
  await copyExampleTown(aDataFolder())
  const dataDir = join(aDataFolder(), 'ville')
  const told: number[] = []
  await makeExampleTown({ dataDir, clock: () => exampleNow, onProgress: (done) => told.push(done) })
  expect(figures(join(dataDir, dataFileName))).toEqual(figures(join(exampleTown, dataFileName)))
  expect(told.at(-1)).toBe(1)
})

it.each(['2026-09-02', '2028-02-14'])('lives at %s too', { timeout: slow }, async (today) => {
  const dataDir = join(aDataFolder(), 'ville')
  await makeExampleTown({ dataDir, clock: () => instantOf(day(today), timeOfDay('15:05')) })
  const sqlite = new Sqlite(join(dataDir, dataFileName))
  expect(checkFile(sqlite)).toEqual([])
  expect(sqlite.prepare('select count(*) from family').pluck().get()).toBeGreaterThan(500)
  sqlite.close()
})
