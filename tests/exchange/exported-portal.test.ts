import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PairingCode } from '../../main/crypto/keys.ts'
import type { Login } from '../../main/portal/account/accounts.ts'
import { lossNotices } from '../../main/portal/exchange/lost-intervals.ts'
import { installPairingCode } from '../../main/portal/exchange/pairing.ts'
import { sideOf } from '../../main/portal/log/log.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import { aDeskFolder, aServedPortal, type DeskFolder, pairedWith, type ServedPortal, someTimers } from './paired.ts'

let program: string
let timers: ReturnType<typeof someTimers>
let old: ServedPortal
let other: ServedPortal
let desk: DeskFolder

beforeEach(async () => {
  program = mkdtempSync(join(tmpdir(), 'program-'))
  mkdirSync(join(program, 'pages'))
  // No two instants are the same, as in life: what was before a link is told from what came after.
  let instants = 0
  const clock = Object.assign(
    () => new Date(Date.UTC(2026, 10, 25, 9, 42) + (instants += 1)).toISOString() as Instant,
    {
      set: () => undefined,
    },
  )
  timers = someTimers()
  old = await aServedPortal(clock)
  other = await aServedPortal(clock)
  desk = await aDeskFolder(clock, { portalProgram: async () => program, timers })
})
afterEach(async () => {
  await desk.close()
  await old.close()
  await other.close()
  rmSync(program, { recursive: true })
})

const exported = async (address: string): Promise<Record<string, string>> => {
  const archive = await desk.client.exchange.exportPortal({ address })
  const files = unzipSync(new Uint8Array(await archive.arrayBuffer()))
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString()]))
}

/** Exported, and put on its computer. */
const exportedTo = async ({ portal, address }: ServedPortal) => {
  const files = await exported(address)
  const { pairing } = JSON.parse(files['ville.json'] ?? '') as { pairing: Omit<PairingCode, 'usedAt'> }
  await installPairingCode(portal, pairing)
}
const state = () => desk.client.exchange.state()
const sentenceOf = (error: unknown) => (error as { data: { sentence: string } }).data.sentence
const looked = async () => {
  timers.pass(60_000)
  await expect.poll(async () => (await state()).awaited?.isReady ?? true).toBe(true)
}

describe('a portal that was exported', () => {
  it('is linked by itself to a desk that has none', async () => {
    await exportedTo(other)
    await expect
      .poll(
        async () => {
          timers.pass(60_000)
          return (await state()).portal?.address
        },
        { timeout: 10_000 },
      )
      .toBe(other.address)
    expect((await state()).awaited).toBeNull()
  })

  it('never takes the place of another by itself: it is said to be ready, and staff confirm', async () => {
    await pairedWith(desk, old)
    await desk.client.exchange.now()
    await other.silence()
    await exportedTo(other)
    expect((await state()).awaited).toMatchObject({ replaces: old.address, isReady: false })
    expect(await desk.client.exchange.pairExported().catch(sentenceOf)).toContain('ne répond pas')
    expect(await desk.client.exchange.passToExported().catch(sentenceOf)).toContain('ne répond pas')
    await other.speak()
    await looked()
    await desk.client.exchange.pairExported()
    expect(await state()).toMatchObject({ awaited: { isReady: true }, portal: { address: old.address } })

    await old.says(2)
    await desk.client.exchange.passToExported()
    expect(desk.store.statement('select count(*) from mirror_entry').pluck().get()).toBe(2)
    expect(await state()).toMatchObject({ awaited: null, lastDone: null, portal: { address: other.address } })
    await desk.client.exchange.now()
    expect(await state()).toMatchObject({ failure: null, lastDone: { outcome: 'done' }, lost: [] })
    expect((await sideOf(other.portal.store.db)).own.end.number).toBe(2)
    expect(await lossNotices(other.portal, { familyId: 1 } as Login)).toEqual([])
  })

  it('is no longer awaited when the linked portal, of which it is an update, has answered', async () => {
    await pairedWith(desk, old)
    await desk.client.exchange.now()
    await exportedTo(old)
    expect((await state()).awaited).toMatchObject({ address: old.address, replaces: null })
    await desk.client.exchange.now()
    expect((await state()).awaited).toBeNull()
  })

  it('replaces one that no longer answers', async () => {
    await pairedWith(desk, old)
    await desk.client.exchange.now()
    await exportedTo(other)
    await old.silence()
    await desk.client.exchange.passToExported()
    expect(await state()).toMatchObject({ failure: null, lastDone: null, portal: { address: other.address } })
    await desk.client.exchange.now()
    expect((await state()).lost).toEqual([expect.stringContaining('ont pu être perdues')])
  })
})

const file = () => join(desk.dataDir, 'espace-jeunesse.sqlite')
const restored = () =>
  desk.reopen(() => {
    for (const end of ['-wal', '-shm']) rmSync(`${file()}${end}`, { force: true })
    copyFileSync(`${file()}.old`, file())
  })
const exchanged = async () => {
  await desk.client.exchange.now()
  return (await state()).failure
}

describe('a desk that is restored from before it passed to another portal', () => {
  beforeEach(async () => {
    await pairedWith(desk, old)
    await desk.client.exchange.now()
    await desk.reopen(() => copyFileSync(file(), `${file()}.old`))
    await exportedTo(other)
  })

  it('learns it from the portal that it left, which changes nothing, until it is linked to one of the two', async () => {
    await desk.client.exchange.passToExported()
    await desk.client.exchange.now()
    await restored()
    const before = await sideOf(old.portal.store.db)
    expect(await exchanged()).toMatchObject({
      sentence: expect.stringMatching(`Ce portail a été remplacé par ${other.address} le .* à 10\u00a0h\u00a042`),
    })
    expect(await sideOf(old.portal.store.db)).toEqual(before)
    await pairedWith(desk, other)
    expect(await exchanged()).toBeNull()
    await pairedWith(desk, old)
    expect(await exchanged()).toBeNull()
  })

  it('leaves a portal that leads parents to the other, and records nothing of theirs', async () => {
    const page = (path: string) => fetch(old.address + path, { redirect: 'manual' })
    const call = () =>
      fetch(`${old.address}/rpc/demandes/record`, {
        method: 'POST',
        headers: { origin: old.address, 'x-csrf-token': 'orpc', 'content-type': 'application/json' },
        body: '{}',
      })
    expect((await page('/mentions-legales')).status).toBe(200)
    await desk.client.exchange.passToExported()
    await expect
      .poll(async () => (await page('/mon-compte')).headers.get('location'))
      .toBe(`${other.address}/mon-compte`)
    const refused = await call()
    expect(refused.status).toBe(410)
    expect(await refused.text()).toContain(
      `Le portail de la famille est maintenant à l’adresse ${other.address}\u00a0: rien n’a été enregistré ici.`,
    )
    await pairedWith(desk, old)
    await expect.poll(async () => (await page('/mentions-legales')).status).toBe(200)
  })

  it('does not learn it from a portal that was unreachable when the desk left', async () => {
    await old.silence()
    await desk.client.exchange.passToExported()
    await restored()
    await old.speak()
    expect(await exchanged()).toBeNull()
  })
})

describe('its settings', () => {
  it('name the port of an address that names one without a web server before it', async () => {
    expect((await exported('http://127.0.0.1:4790'))['reglages.env']).toContain('\nPORTAL_PORT=4790\n')
    expect((await exported('https://portail.exemple.fr'))['reglages.env']).not.toContain('PORTAL_PORT')
    expect((await exported('https://portail.exemple.fr:8443'))['reglages.env']).not.toContain('PORTAL_PORT')
  })

  it.each(['nimporte', 'https://', 'portail exemple.fr'])('are not made for « %s »', async (address) => {
    expect(await exported(address).catch(sentenceOf)).toContain('Cette adresse n’en est pas une')
    expect((await state()).awaited).toBeNull()
  })
})
