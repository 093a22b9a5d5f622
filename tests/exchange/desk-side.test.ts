import { copyFileSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyFinder, keyIdOf } from '../../main/crypto/keys.ts'
import { createPairingCode } from '../../main/portal/exchange/pairing.ts'
import { sideOf } from '../../main/portal/log/log.ts'
import { signReceipt } from '../../main/portal/reservations/receipts.ts'
import { checkStore } from '../../main/store/backups/backup.ts'
import { checkFile } from '../../main/store/checking/check.ts'
import { exchangeSide, ownEntry } from '../../main/store/schema/index.ts'
import { dataFileName } from '../../main/store/store.ts'
import { addMinutes, day } from '../../shared/rules/calendar/day.ts'
import { remittedCents } from '../../shared/rules/money/remittance.ts'
import { aClock, aMember, password } from '../support/desk.ts'
import { aBillingTown, billing } from '../support/towns/billing.ts'
import { aDeskFolder, aServedPortal, type DeskFolder, pairedWith, type ServedPortal, someTimers } from './paired.ts'

let clock: ReturnType<typeof aClock>
let place: DeskFolder
let served: ServedPortal
let timers: ReturnType<typeof someTimers>
/** Minutes by which the portal's clock is ahead. */
let portalAhead = 0
beforeEach(async () => {
  clock = aClock()
  timers = someTimers()
  place = await aDeskFolder(clock, { timers })
  portalAhead = 0
  served = await aServedPortal(() => addMinutes(clock(), portalAhead))
})
afterEach(async () => {
  await place.close()
  await served.close()
})

const side = () => place.store.db.select().from(exchangeSide).get()?.side
const runs = () => place.client.exchange.history()
const outcomes = async () => (await runs()).map(({ cause, outcome }) => `${cause} ${outcome}`)
const failure = async () => (await place.client.exchange.now()).failure?.sentence
const lastHeld = () => side()?.mirror.end.number
const path = () => join(place.dataDir, dataFileName)

describe('pairing', () => {
  it('needs the code that the portal shows, and says what is wrong', async () => {
    const { client } = place
    const { code } = await createPairingCode(served.portal)
    const pair = (address: string, typed: string) => client.exchange.pair({ address, code: typed })
    await expect(pair(served.address, 'ABCD')).rejects.toMatchObject({ data: { field: 'code' } })
    await expect(pair(served.address, 'AAAA-AAAA-AAAA-AAAA-AAAA')).rejects.toMatchObject({ data: { field: 'code' } })
    await expect(pair('http://portail.exemple.fr', code)).rejects.toMatchObject({
      data: { field: 'address', sentence: expect.stringContaining('https://') },
    })
    await expect(pair('http://127.0.0.1:1', code)).rejects.toMatchObject({ data: { field: 'address' } })
    expect((await client.exchange.state()).portal).toBeNull()
    const state = await pair(`${served.address}/`, code.toLowerCase())
    expect(state.portal).toMatchObject({ address: served.address, hasKey: true })
    await expect(pair(served.address, code)).rejects.toMatchObject({ data: { field: 'code' } })
  })

  it('keeps the private key beside the file, for this account only, never in it', async () => {
    await pairedWith(place, served)
    const path = join(place.dataDir, 'cle-echange')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const { privateKey } = (JSON.parse(readFileSync(path, 'utf8')) as { current: { privateKey: string } }).current
    const secret = privateKey.split('\n')[1] ?? ''
    expect(secret.length).toBeGreaterThan(40)
    place.store.sqlite.pragma('wal_checkpoint(truncate)')
    for (const name of readdirSync(place.dataDir).filter((one) => one.includes('sqlite')))
      expect(readFileSync(join(place.dataDir, name)).includes(secret)).toBe(false)
  })

  it('goes on after the key was lost: paired again, both keep what they said', async () => {
    await pairedWith(place, served)
    await served.says()
    await place.client.exchange.now()
    const before = side()
    rmSync(join(place.dataDir, 'cle-echange'))
    expect((await place.client.exchange.now()).failure?.sentence).toContain('reliez de nouveau le portail')
    await pairedWith(place, served)
    await served.says()
    expect((await place.client.exchange.now()).failure).toBeNull()
    expect(side()).toMatchObject({ epoch: before?.epoch, mirror: { end: { number: 2 } } })
  })
})

const anotherPortal = async (work: (other: ServedPortal) => Promise<void>) => {
  const other = await aServedPortal(() => addMinutes(clock(), portalAhead))
  try {
    await work(other)
  } finally {
    await other.close()
  }
}

describe('pairing again', () => {
  it('keeps a key that was changed and not announced yet', async () => {
    await pairedWith(place, served)
    await place.client.exchange.rotateKey()
    await pairedWith(place, served)
    expect(await failure()).toBeUndefined()
    clock.set('2026-12-05')
    expect(await failure()).toBeUndefined()
  })

  it('with another portal does not announce keys that are no longer valid', () =>
    anotherPortal(async (other) => {
      await pairedWith(place, served)
      for (const _ of [1, 2]) {
        await place.client.exchange.rotateKey()
        await place.client.exchange.now()
      }
      await pairedWith(place, other)
      expect(await failure()).toBeUndefined()
      clock.set('2026-12-05')
      expect(await failure()).toBeUndefined()
    }))

  it('with another portal accepts receipts signed by the previous one, but none of its answers', () =>
    anotherPortal(async (other) => {
      await pairedWith(place, served)
      await pairedWith(place, other)
      const { body: text, signature } = signReceipt(served.portal.keys, '{"number":"R-2026-000001"}')
      await expect(place.client.exchange.enterReceipt({ text, signature })).rejects.toMatchObject({
        data: { sentence: 'Ce texte n’est pas celui d’un reçu.' },
      })
      const ring = place.store.db.select().from(exchangeSide).get()?.ring ?? []
      expect(keyFinder(ring, clock())(keyIdOf(served.portal.keys.publicKey))).toEqual({ refused: 'retiredKey' })
    }))
})

describe('an exchange', () => {
  beforeEach(() => pairedWith(place, served))

  it('with nothing to send is one request of less than 2 kB', async () => {
    await place.client.exchange.now()
    await place.client.exchange.now()
    const [last] = await runs()
    expect(last).toMatchObject({ outcome: 'done', collected: 0, sentence: '' })
    expect(last?.bytes).toBeLessThan(2000)
    expect(place.store.db.select().from(exchangeSide).get()?.side.turn).toBe(2)
  })

  it('collects what was said, acknowledges it, and leaves a clean file', async () => {
    await served.says(250)
    await place.client.exchange.now()
    expect((await runs())[0]).toMatchObject({ outcome: 'done', collected: 250 })
    expect((await sideOf(served.portal.store.db)).acknowledged.number).toBe(250)
    expect(await checkStore(place.store)).toEqual([])
  })

  it('that fails says what to do, and the next one goes on', async () => {
    await served.silence()
    const { failure } = await place.client.exchange.now()
    expect(failure).toMatchObject({ outcome: 'failed', sentence: expect.stringContaining('ne répond pas') })
    await served.speak()
    expect((await place.client.exchange.now()).failure).toBeNull()
  })

  it('two that are asked for at once are one after the other, and end', async () => {
    await Promise.all([1, 2, 3].map(() => place.client.exchange.now()))
    expect((await runs()).map(({ outcome }) => outcome)).toEqual(['done', 'done'])
  })

  it('a new key signs once the portal has taken it in, and the old one can be revoked', async () => {
    const { deskKey } = (await place.client.exchange.state()).portal ?? { deskKey: '' }
    await place.client.exchange.rotateKey()
    await place.client.exchange.now()
    const { portal } = await place.client.exchange.state()
    expect(portal?.deskKey).not.toBe(deskKey)
    await expect(place.client.exchange.revokeKey({ keyid: portal?.deskKey ?? '' })).rejects.toMatchObject({
      data: { field: 'keyid' },
    })
    await place.client.exchange.revokeKey({ keyid: deskKey })
    expect((await place.client.exchange.now()).failure).toBeNull()
    expect(
      place.store.db
        .select()
        .from(ownEntry)
        .all()
        .map(({ kind }) => kind),
    ).toEqual(['keyRotated', 'keyRevoked'])
  })

  it('takes nothing of a portal whose key was revoked here, and says so, until it is linked again', async () => {
    const { portal } = await place.client.exchange.state()
    await place.client.exchange.revokeKey({ keyid: portal?.portalKey ?? '' })
    expect((await place.client.exchange.state()).portal?.portalKey).toBe('')
    await served.says()
    expect(await failure()).toContain('est révoquée ici')
    expect(lastHeld()).toBe(0)
    await pairedWith(place, served)
    expect(await failure()).toBeUndefined()
    expect(lastHeld()).toBe(1)
  })
})

describe('a failure says what happened and what to do:', () => {
  it('a clock that is wrong', async () => {
    await pairedWith(place, served)
    portalAhead = 10
    expect(await failure()).toContain('L’horloge de ce poste est décalée de 10\u00a0minutes, en retard')
    portalAhead = -180
    expect(await failure()).toContain('décalée de 3\u00a0heures, en avance')
    portalAhead = 0
    expect(await failure()).toBeUndefined()
  })

  it('a portal that has let another desk in', async () => {
    await pairedWith(place, served)
    const other = await aDeskFolder(clock, { timers })
    await pairedWith(other, served)
    expect(await failure()).toContain('ne reconnaît pas la clé du bureau')
    await pairedWith(place, served)
    expect(await failure()).toBeUndefined()
    await other.close()
  })

  it.each([
    [200, 'application/json', '{}', 'ne vient pas du portail relié'],
    [200, 'text/html', '<h1>Bienvenue</h1>', 'ne vient pas du portail relié'],
    [404, 'text/html', '', 'ce n’est pas le portail qui répond'],
    [301, 'text/html', '', 'ce n’est pas le portail qui répond'],
    [413, 'text/html', '', 'envoi de cette taille'],
    [502, 'text/html', '', 'a un problème en ce moment'],
    [401, 'application/json', '{"refused":"retiredKey","skew":null}', 'ne reconnaît pas la clé'],
    [401, 'application/json', '{"refused":"signature","skew":null}', 'sous une autre adresse'],
    [401, 'text/plain', 'non', 'ce n’est pas le portail qui répond'],
  ])('an answer %i, %s, « %s »', async (status, type, body, told) => {
    await pairedWith(place, served)
    await served.silence()
    const { port } = new URL(served.address)
    const stranger = createServer((_request, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    )
    await new Promise<void>((done) => stranger.listen(Number(port), '127.0.0.1', done))
    const before = side()
    expect(await failure()).toContain(told)
    expect(side()).toEqual({ ...before, turn: (before?.turn ?? 0) + 1 })
    await new Promise((done) => stranger.close(done))
  })
})

describe('after an update', () => {
  it('an entry stored without being understood is applied, once', async () => {
    await pairedWith(place, served)
    await served.says(3)
    await place.client.exchange.now()
    const asks = () => place.store.sqlite.prepare('select count(*) from portal_ask').pluck().get()
    const known = asks()
    // As an older desk would have left them.
    place.store.sqlite.exec('update mirror_entry set passed_over = true where number > 1')
    place.store.sqlite.exec('delete from acted_upon')
    await place.reopen()
    expect(place.store.sqlite.prepare('select count(*) from mirror_entry where passed_over').pluck().get()).toBe(0)
    expect(place.store.sqlite.prepare('select count(*) from acted_upon').pluck().get()).toBe(2)
    expect(asks()).toBe(known)
  })
})

it('an entry of either log that is no longer what was said is found by the check of the file', async () => {
  await pairedWith(place, served)
  await served.says(3)
  await place.client.exchange.now()
  expect(checkFile(place.store.sqlite)).toEqual([])
  // As a disk does it: SQLite finds nothing wrong.
  place.store.sqlite.exec(`update mirror_entry set body = '[]' where number = 2`)
  expect(checkFile(place.store.sqlite)).toMatchObject([{ kind: 'fact', table: 'mirror_entry', id: 2 }])
})

describe('a file that came back from a copy', () => {
  beforeEach(() => pairedWith(place, served))

  it('is noticed as it is opened, by what was noted beside it', async () => {
    await place.reopen(() => copyFileSync(path(), `${path()}.old`))
    await place.client.exchange.rotateKey()
    expect(side()?.own.end.number).toBe(1)
    await place.reopen(() => {
      for (const rest of ['-wal', '-shm']) rmSync(path() + rest, { force: true })
      copyFileSync(`${path()}.old`, path())
    })
    expect(side()).toMatchObject({ restored: true, comparing: true, knowsNumbers: false, epoch: 2 })
    expect(await place.client.exchange.state()).toMatchObject({
      knowsNumbers: false,
      lost: [expect.stringContaining('ont pu être perdues')],
    })
    expect(await checkStore(place.store)).toEqual([])
  })

  it('is opened as before when nothing was lost', async () => {
    await place.client.exchange.rotateKey()
    await place.reopen()
    expect(side()).toMatchObject({ restored: false, comparing: false, epoch: 1 })
  })

  it('compares with the portal, is given back what it had collected, and opens a new epoch', async () => {
    await served.says()
    await place.client.exchange.now()
    for await (const _ of await place.client.settings.makeBackup()) continue
    const { backups } = await place.client.settings.backups()
    await served.says()
    await place.client.exchange.now()
    expect(lastHeld()).toBe(2)
    await place.client.settings.restoreBackup({ name: backups[0]?.name ?? '' })
    await place.client.staff.login({ login: 'sandrine', password })
    expect(lastHeld()).toBe(1)
    expect(side()).toMatchObject({ restored: true, comparing: true })
    const state = await place.client.exchange.now()
    expect(state).toMatchObject({ failure: null, comparing: false, knowsNumbers: true })
    expect(lastHeld()).toBe(2)
    expect(side()?.epoch).toBe((await sideOf(served.portal.store.db)).epoch)
    expect(await checkStore(place.store)).toEqual([])
  })
})

describe('numbers', () => {
  it('are not given twice after a restore: nothing is issued before the portal has sent the last ones', async () => {
    const town = await aBillingTown().open()
    try {
      const { client } = town
      const { book, run, issue, findings } = billing(town)
      const familyId = town.family('Marchand')
      const pay = (by = client) =>
        by.payments.record({
          familyId,
          means: 'cheque',
          amountCents: 100,
          receivedOn: day('2026-11-25'),
          payer: '',
          reference: '',
          chosen: null,
        })
      const handOver = async () => {
        const { lines } = await client.payments.toHandOver({ means: 'cheque' })
        const paymentIds = lines.map(({ paymentId }) => paymentId)
        return client.payments.handOver({ means: 'cheque', paymentIds, totalCents: 100 * lines.length })
      }
      await client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
      await book('Louison', ['2026-12-09'], 'Matin')
      await issue((await run()).id)
      await pay()
      await handOver()
      for await (const _ of await client.settings.makeBackup()) continue
      const { backups } = await client.settings.backups()
      await book('Louison', ['2026-12-09'], 'Repas')
      await issue((await run()).id)
      await pay()
      await pay()
      await handOver()
      const remit = async () => {
        const { to, content } = await client.closings.remittance({ to: day('2026-11-25') })
        return client.closings.remit({ to, remittedCents: remittedCents(content) })
      }
      expect(await remit()).toMatchObject({ number: 1 })
      await client.exchange.now()

      await client.settings.restoreBackup({ name: backups[0]?.name ?? '' })
      await client.staff.login({ login: 'sandrine', password })
      for (const numbered of [pay, remit])
        await expect(numbered()).rejects.toMatchObject({
          data: { sentence: expect.stringContaining('Cette base vient d’une sauvegarde') },
        })
      await book('Louison', ['2026-12-09'], 'Repas')
      const again = await run()
      await expect(issue(again.id)).rejects.toMatchObject({
        data: { sentence: expect.stringContaining('Cette base vient d’une sauvegarde') },
      })
      await client.exchange.now()
      expect((await client.payments.owed({ familyId })).nextReceipt).toBe('Q2026-000004')
      expect(await pay()).toMatchObject({ receipt: 'Q2026-000004' })
      expect(await handOver()).toMatchObject({ number: 'B2026-000003' })
      expect(await remit()).toMatchObject({ number: 2 })
      expect((await issue(again.id)).firstNumber).toBe('2026-000003')
      expect(findings()).toEqual([])
    } finally {
      await town.close()
    }
  })

  it('a director may confirm instead, in writing', async () => {
    await pairedWith(place, served)
    const confirmed = {
      statement: 'Lu sur les pièces du classeur',
      last: [{ series: 'Q' as const, year: 2026, number: 7 }],
    }
    await expect(place.client.exchange.confirmNumbers(confirmed)).rejects.toMatchObject({ code: 'REFUSED' })
    for await (const _ of await place.client.settings.makeBackup()) continue
    const { backups } = await place.client.settings.backups()
    await place.client.settings.restoreBackup({ name: backups[0]?.name ?? '' })
    await place.client.staff.login({ login: 'sandrine', password })
    const other = await aMember(place.desk, place.client, { name: 'Hugo', login: 'hugo', roles: ['receptionist'] })
    await expect(other.exchange.confirmNumbers(confirmed)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await place.client.exchange.confirmNumbers(confirmed)).toMatchObject({ knowsNumbers: true })
    expect(place.store.db.select().from(exchangeSide).get()?.series).toEqual({ Q2026: 7 })
    const [act] = (await place.client.settings.audit({})).acts
    expect(act).toMatchObject({ label: 'Derniers numéros confirmés' })
  })
})

describe('the schedule', () => {
  beforeEach(() => pairedWith(place, served))

  it('exchanges at night, at the hour that was set, on clocks in France', async () => {
    await place.client.exchange.schedule({ nightAt: '03:30', continuous: false })
    expect((await place.client.exchange.state()).nextAt).toBe('2026-11-26T02:30:00.000Z')
    clock.set('2026-11-26', '03:29')
    timers.pass(60_000)
    expect(await outcomes()).toEqual([])
    clock.set('2026-11-26', '03:31')
    timers.pass(60_000)
    await expect.poll(outcomes).toEqual(['night done'])
    expect((await place.client.exchange.state()).nextAt).toBe('2026-11-27T02:30:00.000Z')
  })

  it('catches up as it starts when the computer was off', async () => {
    clock.set('2026-11-27', '09:00')
    await place.reopen()
    timers.pass(60_000)
    await expect.poll(outcomes).toEqual(['start done'])
  })

  it('tries again after a failure, ever more rarely', async () => {
    await served.silence()
    clock.set('2026-11-26', '02:00')
    timers.pass(60_000)
    await expect.poll(outcomes).toEqual(['night failed'])
    expect((await place.client.exchange.state()).nextAt).toBe('2026-11-26T01:05:00.000Z')
    clock.set('2026-11-26', '02:04')
    timers.pass(60_000)
    clock.set('2026-11-26', '02:06')
    timers.pass(60_000)
    await expect.poll(outcomes).toEqual(['retry failed', 'night failed'])
    expect((await place.client.exchange.state()).nextAt).toBe('2026-11-26T01:12:00.000Z')
    clock.set('2026-11-26', '02:13')
    timers.pass(60_000)
    // One line tells of all that failed alike.
    await expect.poll(async () => (await place.client.exchange.state()).nextAt).toBe('2026-11-26T01:26:00.000Z')
    expect(await outcomes()).toEqual(['retry failed', 'night failed'])
  })

  it('also retries an exchange that staff asked for and that failed, until it has succeeded', async () => {
    await place.client.exchange.now()
    await served.silence()
    await place.client.exchange.now()
    expect((await place.client.exchange.state()).nextAt).toBe('2026-11-25T09:47:00.000Z')
    await served.speak()
    clock.set('2026-11-25', '10:48')
    timers.pass(60_000)
    await expect.poll(outcomes).toEqual(['retry done', 'asked failed', 'asked done'])
    expect((await place.client.exchange.state()).nextAt).toBe('2026-11-26T01:00:00.000Z')
  })

  it('when continuous, exchanges as soon as a parent recorded something', async () => {
    await place.client.exchange.schedule({ nightAt: '02:00', continuous: true })
    for (const number of [1, 2, 3]) {
      await served.says()
      await expect.poll(lastHeld).toBe(number)
    }
    await expect.poll(async () => new Set(await outcomes())).toEqual(new Set(['continuous done']))
  })

  it('stops as the desk closes, in the middle of anything', async () => {
    await place.client.exchange.schedule({ nightAt: '02:00', continuous: true })
    await served.says(30)
    const going = place.client.exchange.now()
    const start = performance.now()
    await place.reopen()
    // What it waits for of the portal would take 25 s.
    expect(performance.now() - start).toBeLessThan(10_000)
    await going.catch(() => undefined)
  })
})

describe('60 days later', () => {
  it('both forget what was acknowledged, and go on', async () => {
    await pairedWith(place, served)
    await served.says(20)
    await place.client.exchange.rotateKey()
    await place.client.exchange.now()
    clock.set('2027-01-25')
    await served.says()
    await place.client.exchange.now()
    const count = (table: string) => place.store.sqlite.prepare(`select count(*) from ${table}`).pluck().get()
    expect([count('mirror_entry'), count('own_entry')]).toEqual([1, 1])
    await served.says()
    expect((await place.client.exchange.now()).failure).toBeNull()
    expect(side()?.mirror.end.number).toBe(22)
  })
})
