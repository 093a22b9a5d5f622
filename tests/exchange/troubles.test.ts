import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sideOf } from '../../main/portal/log/log.ts'
import { documentOf } from '../../main/portal/published/documents.ts'
import { documentAside } from '../../main/portal/store/schema/index.ts'
import { PortalTexts } from '../../shared/contract/desk/portal.ts'
import { deskCapabilities, portalCapabilities } from '../../shared/exchange/version.ts'
import { aClock } from '../support/desk.ts'
import { aDeskFolder, aServedPortal, type DeskFolder, pairedWith, type ServedPortal, someTimers } from './paired.ts'

let clock: ReturnType<typeof aClock>
let place: DeskFolder
let served: ServedPortal
beforeEach(async () => {
  clock = aClock()
  place = await aDeskFolder(clock, { timers: someTimers() })
  served = await aServedPortal(clock)
  await pairedWith(place, served)
  await place.client.exchange.now()
})
afterEach(async () => {
  await place.close()
  await served.close()
})

const exchange = async () => (await place.client.exchange.now()).failure?.sentence
const count = (table: string): number =>
  place.store.sqlite.prepare(`select count(*) from ${table}`).pluck().get() as number
/** The last entry of the other side's log that each side has committed. */
const held = async () => ({
  desk: count('mirror_entry'),
  portal: (await sideOf(served.portal.store.db)).mirror.end.number,
})

/** Lets this side offer the protocol versions of another build. */
const speaks = (versions: readonly number[]) => Reflect.set(portalCapabilities, 'versions', versions)

describe('a portal built at another time', () => {
  const own = portalCapabilities.versions
  afterEach(() => speaks(own))

  it.each([
    ['newer', [Math.max(...deskCapabilities.versions) + 1], 'plus récente'],
    ['older', [0], 'trop ancienne'],
  ] as const)(
    '%s, without a version in common: nothing travels, and staff know which to update',
    async (_, versions, words) => {
      const before = await held()
      speaks(versions)
      await served.says(3)
      expect(await exchange()).toContain(words)
      expect(await exchange()).toContain(words)
      expect(await held()).toEqual(before)
      speaks(own)
      expect(await exchange()).toBeUndefined()
      expect(await held()).toMatchObject({ desk: before.desk + 3 })
    },
  )

  it('that speaks ours too goes on by what both speak', async () => {
    speaks([...own, Math.max(...own) + 1])
    await served.says(2)
    expect(await exchange()).toBeUndefined()
    expect(await held()).toMatchObject({ desk: 2 })
  })
})

describe('a disk that fills in the middle of an exchange', () => {
  it('at the desk: it says so, keeps what was committed, and takes the rest once there is room, each entry once', async () => {
    const { sqlite } = place.store
    const room = (pages: number) => sqlite.pragma(`max_page_count = ${pages}`)
    const pages = () => sqlite.pragma('page_count', { simple: true }) as number
    const messages = [400, 400]
    for (const more of messages) await served.says(more)
    const wanted = messages.reduce((sum, more) => sum + more, 0)
    sqlite.exec('vacuum')
    // Enough to begin, and for some of it.
    room(pages() + 60)
    expect(await exchange()).toContain('Le disque est plein')
    const { desk } = await held()
    expect(desk).toBeLessThan(wanted)
    expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok')
    room(1_000_000)
    expect(await exchange()).toBeUndefined()
    expect(await held()).toMatchObject({ desk: wanted })
    expect(sqlite.prepare('select count(distinct id) from mirror_entry').pluck().get()).toBe(wanted)
  })

  it('at the portal: it answers that it cannot, nothing is stored in part, and it goes on afterwards', async () => {
    const { db } = served.portal.store
    await db.execute(sql`create function full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`)
    await db.execute(sql`create trigger full_disk before insert or update on document execute function full_disk()`)
    const texts = PortalTexts.parse(await place.client.portal.settings())
    await place.client.portal.saveTexts({ ...texts, information: 'Inscriptions d’hiver dès lundi.' })
    const before = await held()
    expect(await exchange()).toContain('Le portail a un problème')
    expect(await held()).toEqual(before)
    await db.execute(sql`drop trigger full_disk on document`)
    expect(await exchange()).toBeUndefined()
    expect((await documentOf(db, 'town'))?.information).toBe('Inscriptions d’hiver dès lundi.')
  })
})

const aside = (id: string) => ({
  id,
  kind: 'family',
  hash: '0',
  paperOf: null,
  body: '{}',
  why: 'not of its shape',
  receivedAt: clock(),
})

it('documents that the portal cannot read and sets aside are named in the exchange’s row', async () => {
  const { db } = served.portal.store
  await db.insert(documentAside).values([aside('family/7'), aside('family/8')])
  expect(await exchange()).toBeUndefined()
  const [run] = await place.client.exchange.history()
  expect(run).toMatchObject({ outcome: 'done', sentence: expect.stringContaining('2\u00a0publications') })
  expect(run?.sentence).toContain('family/7 et family/8')
})
