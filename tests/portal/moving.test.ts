import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPortal } from '../../main/portal/portal.ts'
import { copyAll, moveToServer, refuseMovedData, refuseUnmovedData } from '../../main/portal/program/moving.ts'
import { readSettings, type Settings, WrongSetting } from '../../main/portal/program/settings.ts'
import { saveDrafts } from '../../main/portal/reservations/drafts.ts'
import { record } from '../../main/portal/reservations/recorded-days.ts'
import * as schema from '../../main/portal/store/schema/index.ts'
import { type Database, openPortalStore } from '../../main/portal/store/store.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { embeddedStore, emptyFolder } from '../support/machine/embedded-store.ts'
import { hasPostgres } from '../support/machine/postgres.ts'
import { postgresUrl } from '../support/machine/quick-store.ts'
import { aPortal } from './portal.ts'
import { now } from './town.ts'

const email = 'claire.aubry@exemple.fr'
const paired = { id: 1, ring: [{ keyid: 'k', publicKey: 'p', until: null, revokedAt: null }] }

const rowsIn = async (db: Database, table: PgTable) =>
  (await db.select().from(table)).map((row) => JSON.stringify(row)).toSorted()

describe.skipIf(!hasPostgres)('moving to a PostgreSQL server', () => {
  let folder: string
  let url: string
  let settings: Settings

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'portal-moved-'))
    url = await postgresUrl()
    settings = readSettings({ PORTAL_DATA: folder, PORTAL_DATABASE_URL: url }, '')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('copies every row unchanged: sessions go on, and no receipt number is given twice', async () => {
    const place = await aPortal(embeddedStore)
    const { store } = place.portal
    await store.db.insert(schema.pairing).values(paired)
    const login = await place.login(email)
    const book = async (at: typeof place.portal, on: string) => {
      await saveDrafts(at, login, [{ registration: 1001, day: day(on), slot: 1, wish: 'book' }])
      return record(at, login, { request: randomUUID(), surchargeAccepted: false })
    }
    const first = await book(place.portal, '2027-01-06')
    const bytes = Buffer.from([0, 1, 92, 255])
    const paper = { requestId: 'r', guardianId: 11, familyId: 1, kind: 'benefits', name: 'caf « 2026 ».pdf' } as const
    await store.db.insert(schema.sentPaper).values({ id: 'p', ...paper, recordedAt: now, hash: 'h', bytes })

    const there = await openPortalStore({ url })
    const said = await copyAll(store.db, there.db)
    expect(said.join(' ')).toMatch(/\d+\slignes de \d+\stables.* 1\sreçu, 1\sjour demandé, 1\spièce envoyée/)
    for (const table of Object.values(schema).filter((value) => is(value, PgTable))) {
      expect(await rowsIn(there.db, table)).toEqual(await rowsIn(store.db, table))
    }
    await expect(copyAll(store.db, there.db)).rejects.toThrow('contient déjà les données')

    const moved = await openPortal({ ...place.portal, store: there, mail: null })
    expect(moved.keys).toEqual(place.portal.keys)
    const second = await book(moved, '2027-01-13')
    expect([first.number, second.number].map((number) => Number(number.slice(-6)))).toEqual([1, 2])
    await moved.close()
    await place.close()
  })

  it('refuses to start on an empty server beside a used folder, moves it, and never opens the folder again', async () => {
    await emptyFolder(folder)
    const there = await openPortalStore({ url })
    await expect(refuseUnmovedData(settings, there.db)).rejects.toThrow('relancez avec --move')
    expect(() => refuseMovedData({ ...settings, databaseUrl: null })).not.toThrow()

    const said = await moveToServer(settings, () => now)
    expect(said.join(' ')).toContain('relues une à une')
    await refuseUnmovedData(settings, there.db)
    expect(() => refuseMovedData({ ...settings, databaseUrl: null })).toThrow('ont été déplacées')
    expect(() => refuseMovedData(settings)).not.toThrow()
    await expect(moveToServer(settings, () => now)).rejects.toThrow('ne contient pas de données')
    await there.close()
  })

  it('changes nothing on a server that holds another portal', async () => {
    await emptyFolder(folder)
    const there = await openPortalStore({ url })
    await there.db.insert(schema.pairing).values(paired)
    await expect(moveToServer(settings, () => now)).rejects.toThrow(WrongSetting)
    expect(await there.db.$count(schema.pairing)).toBe(1)
    expect(() => refuseMovedData({ ...settings, databaseUrl: null })).not.toThrow()
    await there.close()
  })
})
