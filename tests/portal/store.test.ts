import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { appendToLog, lockedSide, sideOf } from '../../main/portal/log/log.ts'
import { errorLine, errorText, loggedPath } from '../../main/portal/store/error-text.ts'
import { FolderInUse } from '../../main/portal/store/folder.ts'
import { account, exchangeSide, logEntry, mail } from '../../main/portal/store/schema/index.ts'
import { FromTheFuture, openPortalStore, sha256, type Transaction } from '../../main/portal/store/store.ts'
import { isContinuation, logStart } from '../../shared/exchange/log.ts'
import { instant } from '../../shared/rules/calendar/day.ts'
import { hasPostgres } from '../support/machine/postgres.ts'
import { postgresUrl } from '../support/machine/quick-store.ts'
import { bothStores } from './stores.ts'

const at = instant('2026-11-25T09:42:00.000Z')

const say = (id: string) => (tx: Transaction) =>
  lockedSide(tx).then(({ side }) => appendToLog(tx, side, [{ id, kind: 'test', at, body: '{}' }]))

describe.each(bothStores)('the portal’s store on %s', (_, open) => {
  it('numbers what is said without a hole, even by many at once, and chains it', async () => {
    const store = await open()
    await Promise.all(Array.from({ length: 12 }, (_, index) => store.db.transaction(say(`${index}`))))
    const entries = await store.db.select().from(logEntry).orderBy(logEntry.number)
    expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1))
    expect(isContinuation(logStart, entries, sha256)).toBe(true)
    expect((await sideOf(store.db)).own.end.number).toBe(12)
    await store.close()
  })

  it('gives a number back when the work that took it fails', async () => {
    const store = await open()
    const failing = store.db.transaction(async (tx) => {
      await say('one')(tx)
      throw new Error('after it was said')
    })
    await expect(failing).rejects.toThrow('after it was said')
    expect(await store.db.$count(logEntry)).toBe(0)
    expect((await sideOf(store.db)).own.end).toEqual(logStart)
    await store.close()
  })

  it('logs which query failed and why, but nothing that a person typed or received', async () => {
    const store = await open()
    const { db } = store
    const secret = 'claire.aubry@exemple.fr'
    const letter = { id: secret, recipient: secret, subject: secret, body: secret, writtenAt: at, nextTryAt: at }
    const clash = async () => {
      await db.insert(mail).values(letter)
      await db.insert(mail).values(letter)
    }
    const failing = {
      'insert mail SQL 23505 mail mail_pkey': clash,
      'select account SQL 22P02': () => db.select().from(account).where(sql`${account.guardianId} = ${secret}`),
      SyntaxError: async () => JSON.parse(secret),
    }
    for (const [words, work] of Object.entries(failing)) {
      const error = await work().catch((failed: unknown) => failed)
      const line = errorText(error)
      expect(line).not.toMatch(/claire|aubry/)
      expect(line.startsWith(errorLine(error).split(', caused by')[0] ?? '')).toBe(true)
      expect(line.replace(/[\s:]+/g, ' ')).toMatch(new RegExp(words.replaceAll(' ', '\\b.*\\b')))
    }
    await store.close()
  })
})

describe('the log', () => {
  it('names what was thrown that is not an error', () => {
    expect(errorText({ name: 'ErrnoError', errno: 44, path: '/claire' })).toBe('ErrnoError 44')
    expect(errorText('stopped')).toBe('stopped')
  })

  it.each([
    ['/connexion?suite=%2F', '/connexion'],
    [`/agenda/${'s'.repeat(43)}.ics`, '/agenda/…'],
    ['/mails/arret/7-receipt-secret?x', '/mails/arret/…'],
    ['/mon-compte/facture/7', '/mon-compte/facture/7'],
  ])('names the address %s without its secret', (url, said) => expect(loggedPath(url)).toBe(said))
})

describe('a folder', () => {
  it('keeps what was written from one start to the next, is for one program and its owner, and is refused once a newer portal wrote in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portal-'))
    chmodSync(folder, 0o755)
    const first = await openPortalStore({ folder })
    await first.db.transaction(say('one'))
    await first.close()
    const second = await openPortalStore({ folder })
    expect(await second.db.$count(logEntry)).toBe(1)
    await expect(openPortalStore({ folder })).rejects.toThrow(FolderInUse)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const openToOthers = files.filter(({ parentPath, name }) => (statSync(join(parentPath, name)).mode & 0o077) !== 0)
    expect(openToOthers.map(({ name }) => name)).toEqual([])
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

  it('that ends a connection in the middle of a transaction fails that transaction, not the worker', async () => {
    const store = await openPortalStore({ url: await postgresUrl() })
    const cut = store.db.transaction(async (tx) => {
      await say('one')(tx)
      await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`)
    })
    await expect(cut).rejects.toThrow('Failed query')
    const idle = Promise.withResolvers<void>()
    const interrupted = store.db.transaction(async (tx) => {
      const { rows } = (await tx.execute(sql`select pg_backend_pid() as pid`)) as { rows: { pid: number }[] }
      await store.db.execute(sql`select pg_terminate_backend(${rows[0]?.pid})`)
      await setTimeout(100)
      idle.resolve()
      await say('two')(tx)
    })
    await expect(interrupted).rejects.toThrow('Failed query')
    await idle.promise
    await store.db.transaction(say('three'))
    expect((await store.db.select().from(logEntry)).map(({ id }) => id)).toEqual(['three'])
    await store.close()
  })
})
