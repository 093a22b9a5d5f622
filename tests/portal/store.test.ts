import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { lockedSide, sideOf, told } from '../../main/portal/log.ts'
import { exchangeSide, logEntry } from '../../main/portal/schema/index.ts'
import { FromTheFuture, openPortalStore, sha256, type Work } from '../../main/portal/store.ts'
import { beginning, continues } from '../../shared/exchange/log.ts'
import { instant } from '../../shared/rules/day.ts'
import { hasPostgres } from '../support/postgres.ts'
import { postgresUrl, stores } from './stores.ts'

const at = instant('2026-11-25T09:42:00.000Z')

const say = (id: string) => (write: Work) =>
  lockedSide(write).then(({ side }) => told(write, side, [{ id, kind: 'test', at, body: '{}' }]))

describe.each(stores)('the portal’s store on %s', (_, open) => {
  it('numbers what is said without a hole, even by many at once, and chains it', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 12 }, (_, index) => store.db.transaction(say(`${index}`))))
    const entries = await store.db.select().from(logEntry).orderBy(logEntry.number)
    expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
    expect(continues(beginning, entries, sha256)).toBe(true)
    expect((await sideOf(store.db)).own.end.number).toBe(12)
    await store.close()
  })

  it('gives a number back when the work that took it fails', async () => {
    const store = await open()
    const failing = store.db.transaction(async (write) => {
      await say('one')(write)
      throw new Error('after it was said')
    })
    await expect(failing).rejects.toThrow('after it was said')
    expect(await store.db.$count(logEntry)).toBe(0)
    expect((await sideOf(store.db)).own.end).toEqual(beginning)
    await store.close()
  })
})

describe('a folder', () => {
  it('keeps what was written from one start to the next, and is refused once a newer portal wrote in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portal-'))
    const first = await openPortalStore({ folder })
    await first.db.transaction(say('one'))
    await first.close()
    const second = await openPortalStore({ folder })
    expect(await second.db.$count(logEntry)).toBe(1)
    await second.db.execute(sql`insert into migration (hash, number) values ('tomorrow', 99)`)
    await second.close()
    await expect(openPortalStore({ folder })).rejects.toThrow(FromTheFuture)
    rmSync(folder, { recursive: true })
  })
})

describe.skipIf(!hasPostgres)('a PostgreSQL server', () => {
  it('lets workers start together: the schema is made once', async () => {
    const url = await postgresUrl()
    const workers = await Promise.all([1, 2, 3].map(() => openPortalStore({ url })))
    for (const { db } of workers) expect(await db.$count(exchangeSide)).toBe(0)
    await Promise.all(workers.map((worker) => worker.close()))
  })
})
