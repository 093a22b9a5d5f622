import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { PGlite } from '@electric-sql/pglite'
import { eq, like, lte } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyIdOf, newKeyPair, pairingOffer } from '../../main/crypto/keys.ts'
import { type Login, logIn, loginOf } from '../../main/portal/account/accounts.ts'
import { beginExchange } from '../../main/portal/exchange/exchange.ts'
import { lossNotices } from '../../main/portal/exchange/lost-intervals.ts'
import { createPairingCode } from '../../main/portal/exchange/pairing.ts'
import { appendToLog, lockedSide, sideOf } from '../../main/portal/log/log.ts'
import { enqueueMails } from '../../main/portal/mails/mail.ts'
import { openPortal, type Portal } from '../../main/portal/portal.ts'
import { prunePortal } from '../../main/portal/program/prune.ts'
import { type PortalServing, servePortal } from '../../main/portal/program/server.ts'
import { documentOf, publishedAt } from '../../main/portal/published/documents.ts'
import { latestDemandes } from '../../main/portal/reservations/demandes.ts'
import { saveDrafts } from '../../main/portal/reservations/drafts.ts'
import { record } from '../../main/portal/reservations/recorded-days.ts'
import {
  actedEntry,
  answerHeld,
  demande,
  document,
  documentAside,
  exchangeSide,
  logEntry,
  mail,
  mirrorEntry,
  seenNonce,
} from '../../main/portal/store/schema/index.ts'
import { openPortalStore, type PortalStore, sha256 } from '../../main/portal/store/store.ts'
import { Envelope } from '../../shared/contract/exchange/message.ts'
import { firstPlan } from '../../shared/exchange/compose.ts'
import { type Document, holdingOf } from '../../shared/exchange/documents.ts'
import type { Side } from '../../shared/exchange/side.ts'
import { addMinutes, type Day, day, type Instant, instant } from '../../shared/rules/calendar/day.ts'
import { aMailbox } from '../portal/accounts/mailbox.ts'
import { aPortal, password } from '../portal/portal.ts'
import { stores } from '../portal/stores.ts'
import { families, published, wholeTown } from '../portal/town.ts'
import { emptyCopy } from '../support/machine/embedded-store.ts'
import { hasPostgres } from '../support/machine/postgres.ts'
import { postgresUrl } from '../support/machine/quick-store.ts'
import { aCoreDesk, exchangeType, type Reply } from './core/core-desk.ts'

const noa = 1001
const january6 = day('2027-01-06')
const january13 = day('2027-01-13')
const email = 'claire.aubry@exemple.fr'
const dayMinutes = 24 * 60

type Desk = ReturnType<typeof aCoreDesk>
type Place = Awaited<ReturnType<typeof aPortal>>

const serve = (portal: Portal): Promise<PortalServing> =>
  servePortal(portal, { screens: tmpdir(), port: 0, host: '127.0.0.1', behindProxy: true })

const recordDay = async (portal: Portal, login: Login, on: Day, slot = 1) => {
  await saveDrafts(portal, login, [{ registration: noa, day: on, slot, wish: 'book' }])
  return record(portal, login, { request: randomUUID(), surchargeAccepted: false })
}
const idOf = (receipt: Awaited<ReturnType<typeof record>>): string => receipt.items[0]?.demande ?? ''
const refusal = ({ status, body }: Reply) => ({ status, ...(JSON.parse(body.toString()) as object) })
/** A few bytes that unpack to 90 MB. Made once, and not packed as well as could be, which takes seconds. */
const bomb = brotliCompressSync(Buffer.alloc(90 * 1024 * 1024), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
const zipped = (content: unknown) => brotliCompressSync(typeof content === 'string' ? content : JSON.stringify(content))

describe.each(stores)('the portal’s half of the exchange, on %s', (_name, open) => {
  let place: Place
  let portal: Portal
  let serving: PortalServing
  let desk: Desk
  let claire: Login
  beforeEach(async () => {
    place = await aPortal(open)
    portal = place.portal
    claire = await place.login(email)
    serving = await serve(portal)
    desk = aCoreDesk({ port: serving.port, address: portal.address }, portal.clock)
    await desk.pair((await createPairingCode(portal)).code)
    desk.publish(wholeTown)
  })
  afterEach(async () => {
    await serving.close()
    await place.close()
  })

  const sendRaw = async (path: string, body: Buffer, at?: Instant, keys?: Desk['keys']) => {
    const asked = desk.signed(path, body, at, keys)
    return desk.post(path, asked.fields, asked.body)
  }
  const inMinutes = (count: number) => addMinutes(portal.clock(), count)
  const stranger = () => aCoreDesk({ port: serving.port, address: portal.address }, portal.clock)
  const offer = (body: unknown, address = '198.51.100.1') =>
    desk.post(
      '/appairage',
      [
        ['content-type', 'application/json'],
        ['x-forwarded-for', address],
      ],
      Buffer.from(JSON.stringify(body)),
    )

  /** All that an exchange may change. */
  const state = async () => {
    const { db } = portal.store
    return {
      side: await db.select().from(exchangeSide),
      own: await db.select().from(logEntry).orderBy(logEntry.number),
      mirror: await db.select().from(mirrorEntry).orderBy(mirrorEntry.number),
      documents: await db.select({ id: document.id, hash: document.hash }).from(document).orderBy(document.id),
      demandes: await db.select().from(demande).orderBy(demande.id),
    }
  }
  const holding = async () => (await portal.store.db.select().from(exchangeSide))[0]?.holding

  it('publishes, collects what a parent recorded, and brings the answer back', async () => {
    await desk.exchange()
    expect(await holding()).toEqual(holdingOf(wholeTown, sha256))
    const id = idOf(await recordDay(portal, claire, january6))
    place.clock.later(60)
    await desk.exchange()
    expect(desk.store.acts.filter(({ kind }) => kind === 'demande').map((entry) => entry.id)).toEqual([id])
    expect(await publishedAt(portal.store.db)).toBe(portal.clock())
    expect(await latestDemandes(portal, claire)).toMatchObject([{ id, collectedAt: portal.clock(), answer: null }])

    place.clock.later(60)
    desk.answer(id, 'accepted', [
      {
        family: 1,
        registration: noa,
        day: january6,
        slot: 1,
        held: { kind: 'confirmed', cancelDenied: false },
        note: '',
      },
    ])
    await desk.exchange()
    expect(await latestDemandes(portal, claire)).toMatchObject([{ id, answer: 'accepted', answeredAt: portal.clock() }])
    const letters = await portal.store.db.select().from(mail).where(like(mail.subject, 'Réponse%'))
    expect(letters.map(({ recipient }) => recipient)).toEqual([email])
  })

  it('says nothing in one request, of less than 2 kB', async () => {
    await desk.exchange()
    const idle = []
    for (let turn = 0; turn < 10; turn += 1) idle.push(await desk.exchange())
    expect(idle.map((turns) => turns.length)).toEqual(Array(10).fill(1))
    const bytes = Math.max(...idle.flat().map((turn) => turn.bytes))
    expect(bytes).toBeLessThan(2000)
  })

  it('refuses what was sent twice, and changes nothing for what comes late', async () => {
    await desk.exchange()
    const id = idOf(await recordDay(portal, claire, january6))
    const early = desk.ask(firstPlan(desk.store.side))
    const asked = desk.signed('/echange', zipped(early))
    expect((await desk.post('/echange', asked.fields, asked.body)).status).toBe(200)
    await desk.exchange()
    desk.answer(id, 'refused')
    await desk.exchange()
    const before = await state()
    expect(refusal(await desk.post('/echange', asked.fields, asked.body))).toMatchObject({
      status: 401,
      refused: 'replayed',
      skew: 0,
      sentence: 'Cette demande a déjà été reçue. Rien n’a été changé.',
    })
    // The same words under a new signature: an old turn.
    const { content } = await desk.call('/echange', early)
    expect(content).toMatchObject({ talk: { kind: 'stale' } })
    expect(await state()).toEqual(before)
  })

  it('hears its desk only: not another key, a changed body, another path, or a clock that is wrong', async () => {
    await desk.exchange()
    desk.publish([published('town', { strange: true })])
    const message = zipped(desk.ask(firstPlan(desk.store.side)))
    const before = await state()
    expect(refusal(await sendRaw('/echange', message, undefined, newKeyPair()))).toMatchObject({
      status: 401,
      refused: 'unknownKey',
      skew: null,
    })
    const asked = desk.signed('/echange', message)
    const changed = Buffer.from(message)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    expect(refusal(await desk.post('/echange', asked.fields, changed))).toMatchObject({
      status: 401,
      refused: 'digest',
    })
    expect(refusal(await desk.post('/attente', asked.fields, message))).toMatchObject({ refused: 'signature' })
    const other = desk.signed('/echange', zipped('{}')).fields
    const mixed = asked.fields.map(([name, value]) =>
      name === 'signature'
        ? ([name, other.find(([known]) => known === name)?.[1] ?? ''] as const)
        : ([name, value] as const),
    )
    expect(refusal(await desk.post('/echange', mixed, message))).toMatchObject({ refused: 'signature' })
    expect(refusal(await desk.post('/echange', [['content-type', exchangeType]], message))).toMatchObject({
      status: 401,
      refused: 'missing',
    })
    const ahead = refusal(await sendRaw('/echange', message, inMinutes(9)))
    expect(ahead).toMatchObject({ status: 401, refused: 'notYetValid', skew: 540 })
    expect(ahead).toMatchObject({ sentence: expect.stringContaining('diffèrent de 9\u00a0minutes') })
    expect(refusal(await sendRaw('/echange', message, inMinutes(-9)))).toMatchObject({ refused: 'expired', skew: -540 })
    expect(await state()).toEqual(before)
    // Within the tolerance, and on whatever line it came.
    expect((await sendRaw('/echange', message, inMinutes(1))).status).toBe(200)
  })

  it('refuses bombs, broken bytes, other shapes and what is too heavy, and changes nothing', async () => {
    await desk.exchange()
    const before = await state()
    expect(bomb.length).toBeLessThan(200_000)
    expect(refusal(await sendRaw('/echange', bomb))).toMatchObject({ status: 413, refused: 'tooLarge' })
    expect(refusal(await sendRaw('/echange', Buffer.alloc(31 * 1024 * 1024)))).toMatchObject({ status: 413 })
    for (const body of [
      Buffer.from('not packed'),
      zipped('not JSON'),
      zipped('[]'),
      zipped({ ...desk.ask(firstPlan(desk.store.side)), turn: -1 }),
      zipped({ ...desk.ask(firstPlan(desk.store.side)), from: 'portal' }),
      zipped({ ...desk.ask(firstPlan(desk.store.side)), talk: { kind: 'exchange' } }),
    ]) {
      expect(refusal(await sendRaw('/echange', body))).toMatchObject({
        status: 422,
        refused: 'malformed',
        sentence: 'Cet envoi est incomplet ou abîmé.',
      })
    }
    expect(refusal(await sendRaw('/attente', zipped({ after: 0, seconds: 3600 })))).toMatchObject({ status: 422 })
    expect(await state()).toEqual(before)
    await desk.exchange()
  })

  it('answers a desk without a common protocol version that there is none, whatever the message', async () => {
    const { content } = await desk.call('/echange', { versions: [99], kinds: [], from: 'desk', turn: 1, dance: true })
    expect(content).toMatchObject({ from: 'portal', talk: { kind: 'unsupported' } })
    expect(Envelope.parse(content).versions).toEqual([1])
  })

  it('sets aside a document that it cannot read, and takes the others', async () => {
    const bad: Document = { ...published('family/1', { id: 1 }) }
    desk.publish([bad, published('family/2', { ...families.marchand, homePhone: '02 61 91 00 00' })])
    desk.publish([published('novelty/1', { anything: 1 })])
    await desk.exchange()
    expect(await documentOf(portal.store.db, 'family', 1)).toMatchObject({ title: 'Mme et M. Aubry' })
    expect(await documentOf(portal.store.db, 'family', 2)).toMatchObject({ homePhone: '02 61 91 00 00' })
    expect(await portal.store.db.select().from(documentAside)).toMatchObject([{ id: 'family/1', hash: bad.hash }])
    expect(await holding()).toEqual(holdingOf(desk.store.documents.values(), sha256))
    expect(place.lines.join()).toContain('mis de côté\u00a0: « family/1 »')
    // Not sent again each time; set right, it takes its place.
    expect(await desk.exchange()).toHaveLength(1)
    desk.publish([published('family/1', families.aubry)])
    desk.unpublish('novelty/1')
    await desk.exchange()
    expect(await portal.store.db.$count(documentAside)).toBe(0)
    expect(await holding()).toEqual(holdingOf(desk.store.documents.values(), sha256))
  })

  it('sends a restored desk what it holds, and the papers that the desk lost', async () => {
    const paper: Document = { ...published('paper/1/1284', 'x'), kind: 'paper', paperOf: '2026-11-03' }
    const empty = desk.store
    desk.publish([paper])
    await desk.exchange()
    const { side } = desk.store
    // Only what it believes is lost: as if the portal were found to hold something else.
    desk.restore({ ...empty, side, own: desk.store.own, mirror: desk.store.mirror, acts: desk.store.acts })
    await desk.exchange()
    expect(desk.store.documents.get(paper.id)).toEqual(paper)
    expect([...desk.store.believed.keys()].toSorted()).toEqual([...desk.store.documents.keys()].toSorted())
  })

  it('repeats to a desk, restored from long ago, the answer that parents were given', async () => {
    await desk.exchange()
    const id = idOf(await recordDay(portal, claire, january6))
    await desk.exchange()
    desk.answer(id, 'accepted')
    await desk.exchange()
    const [told] = await portal.store.db.select().from(answerHeld).where(eq(answerHeld.of, id))
    // Neither log keeps it any more, and the desk decides again.
    place.clock.later(61 * dayMinutes)
    await prunePortal(portal)
    expect(await portal.store.db.$count(mirrorEntry)).toBe(0)
    desk.say([
      {
        id: `answer:${id}:1`,
        kind: 'answer',
        at: portal.clock(),
        body: JSON.stringify({ of: id, answer: 'refused', reason: null, revision: 1, facts: [] }),
      },
    ])
    await desk.exchange()
    expect(await latestDemandes(portal, claire)).toMatchObject([{ id, answer: 'accepted' }])
    expect(desk.store.acts.at(-1)).toMatchObject({ kind: 'answerStands', body: told?.body })
  })

  it('forgets what both had for 60 days, and still knows what it acted upon', async () => {
    await desk.exchange()
    const id = idOf(await recordDay(portal, claire, january6))
    await desk.exchange()
    desk.answer(id, 'accepted')
    await desk.exchange()
    const late = idOf(await recordDay(portal, claire, january13))
    place.clock.later(59 * dayMinutes)
    await prunePortal(portal)
    expect(await portal.store.db.$count(mirrorEntry)).toBe(1)
    place.clock.later(2 * dayMinutes)
    await prunePortal(portal)
    const { own, mirror } = await state()
    expect(mirror).toEqual([])
    // Never acknowledged, never forgotten.
    expect(own.map((entry) => entry.id)).toEqual([late])
    expect(await portal.store.db.select().from(actedEntry)).toEqual([{ id: `answer:${id}:1` }])
    expect(await portal.store.db.$count(seenNonce)).toBe(0)
    await desk.exchange()
    expect(desk.store.acts.at(-1)?.id).toBe(late)
  })

  it('accepts the desk’s new key at once, the previous one until its end, and a revoked one no longer', async () => {
    await desk.exchange()
    const [first, second] = [desk.keys, newKeyPair()]
    const at = portal.clock()
    const toKey = (id: string, publicKey: string, before = desk.keys) => {
      const body = JSON.stringify({ publicKey, replaces: keyIdOf(before.publicKey) })
      return { id, kind: 'keyRotated', at, body }
    }
    desk.say([toKey('key-1', second.publicKey)])
    await desk.exchange()
    desk.useKeys(second)
    await desk.exchange()
    const wait = zipped({ after: 0, seconds: 0 })
    place.clock.later(7 * dayMinutes - 1)
    expect((await sendRaw('/attente', wait, undefined, first)).status).toBe(200)
    place.clock.later(1)
    expect(refusal(await sendRaw('/attente', wait, undefined, first))).toMatchObject({ refused: 'retiredKey' })

    const third = newKeyPair()
    desk.say([
      toKey('key-2', third.publicKey),
      toKey('key-3', 'no key'),
      // Of a time that is over, told again.
      toKey('key-1-bis', newKeyPair().publicKey, first),
    ])
    await desk.exchange()
    place.clock.later(7 * dayMinutes - 1)
    expect((await sendRaw('/attente', wait)).status).toBe(200)
    place.clock.later(1)
    expect(refusal(await sendRaw('/attente', wait))).toMatchObject({ refused: 'retiredKey' })
    desk.useKeys(third)
    const fourth = newKeyPair()
    desk.say([
      toKey('key-4', fourth.publicKey),
      { id: 'key-5', kind: 'keyRevoked', at, body: JSON.stringify({ keyid: keyIdOf(third.publicKey) }) },
    ])
    await desk.exchange().catch(() => undefined)
    expect(refusal(await sendRaw('/attente', wait))).toMatchObject({ status: 401, refused: 'revokedKey' })
    desk.useKeys(fourth)
    await desk.exchange()
  })

  it('lets a wait go as soon as a parent records something, or when its time is out', async () => {
    await desk.exchange()
    const after = desk.store.side.mirror.end.number
    const quiet = await desk.call('/attente', { after, seconds: 0.2 })
    expect(quiet.content).toEqual({ end: after })
    const start = performance.now()
    const waiting = desk.call('/attente', { after, seconds: 20 })
    await new Promise((done) => setTimeout(done, 100))
    await recordDay(portal, claire, january6)
    expect((await waiting).content).toEqual({ end: after + 1 })
    expect(performance.now() - start).toBeLessThan(10_000)
    // Said already: no wait at all. One that is under way does not hold the portal open.
    expect((await desk.call('/attente', { after, seconds: 20 })).content).toEqual({ end: after + 1 })
    const open = desk.call('/attente', { after: after + 1, seconds: 25 }).catch(() => null)
    await new Promise((done) => setTimeout(done, 100))
    const closing = performance.now()
    await serving.close()
    expect(performance.now() - closing).toBeLessThan(10_000)
    await open
    serving = await serve(portal)
  })

  describe('pairing', () => {
    it('takes a code once, within its time, at its address, and no other', async () => {
      const other = stranger()
      const { code } = await createPairingCode(portal)
      expect(refusal(await other.pair('0000-0000-0000-0000-0000'))).toMatchObject({ status: 422, refused: 'wrongCode' })
      expect(refusal(await offer(pairingOffer(code, 'https://ailleurs.fr', other.keys.publicKey)))).toMatchObject({
        refused: 'otherAddress',
        sentence: 'L’adresse de ce portail est https://portail.exemple.fr. Écrivez-la ainsi.',
      })
      expect(refusal(await offer({ any: 'thing' }))).toMatchObject({ status: 422, refused: 'malformed' })
      // The desk before is still the one that is heard.
      await desk.exchange()
      expect((await other.pair(code)).status).toBe(200)
      expect(refusal(await stranger().pair(code))).toMatchObject({ refused: 'used' })
      expect(refusal(await sendRaw('/attente', zipped({ after: 0, seconds: 0 })))).toMatchObject({
        refused: 'revokedKey',
      })
      other.publish(wholeTown)
      await other.exchange()

      const { code: late } = await createPairingCode(portal)
      place.clock.later(15)
      expect(refusal(await stranger().pair(late))).toMatchObject({
        refused: 'expired',
        sentence: 'Ce code n’est plus valable. Demandez un nouveau code au portail.',
      })
      const { code: first } = await createPairingCode(portal)
      await createPairingCode(portal)
      expect(refusal(await stranger().pair(first))).toMatchObject({ refused: 'wrongCode' })
    })

    it('lets one in of two that use a code at once', async () => {
      const { code } = await createPairingCode(portal)
      const replies = await Promise.all([stranger().pair(code), stranger().pair(code), stranger().pair(code)])
      expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 422, 422])
    })

    it('makes a flood of wrong codes wait, each address by itself', async () => {
      const { code } = await createPairingCode(portal)
      const wrong = pairingOffer('0000-0000-0000-0000-0000', portal.address, desk.keys.publicKey)
      for (let tries = 0; tries < 10; tries += 1) await offer(wrong)
      expect(refusal(await offer(pairingOffer(code, portal.address, newKeyPair().publicKey)))).toEqual({
        status: 422,
        refused: 'tooMany',
        sentence: 'Trop d’essais. Attendez 1\u00a0minute, puis recommencez.',
      })
      expect((await offer(pairingOffer(code, portal.address, newKeyPair().publicKey), '198.51.100.2')).status).toBe(200)
      await desk.exchange().catch(() => undefined)
    })
  })
})

const isRestored = ({ lines }: { lines: readonly string[] }) => lines.join().includes('copie plus ancienne')

describe('a portal that is restored from an older copy', () => {
  let folder: string
  const closers: (() => Promise<void>)[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'portal-witness-'))
  })
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('recovers what it lost, warns each family about the interval that nobody knows, and repeats no number', async () => {
    const witness = join(folder, 'temoin.json')
    const storeOf = async (copy?: Blob): Promise<{ client: PGlite; store: PortalStore }> => {
      const client = await PGlite.create({ loadDataDir: copy ?? (await emptyCopy()) })
      return { client, store: await openPortalStore({ client, witness }) }
    }
    const { client, store } = await storeOf()
    const place = await aPortal(() => Promise.resolve(store))
    closers.push(() => place.mailbox.close())
    const claire = await place.login(email)
    const first = await serve(place.portal)
    const where = { port: first.port, address: place.portal.address }
    const desk = aCoreDesk(where, () => clockOf())
    let clockOf = place.portal.clock
    await desk.pair((await createPairingCode(place.portal)).code)
    desk.publish(wholeTown)
    await desk.exchange()
    const known = idOf(await recordDay(place.portal, claire, january6))
    await desk.exchange()
    const copy = await client.dumpDataDir('none')

    // After the copy: answered, one more collected, one that the desk never heard of.
    place.clock.later(60)
    desk.answer(known, 'accepted')
    const collected = idOf(await recordDay(place.portal, claire, january13))
    const waits = idOf(await recordDay(place.portal, claire, january6, 2))
    await desk.exchange()
    place.clock.later(60)
    desk.answer(collected, 'waitListed')
    const lost = await recordDay(place.portal, claire, january6, 3)
    expect(JSON.parse(readFileSync(witness, 'utf8'))).toMatchObject({ number: lost.log.number, receipts: 4 })
    const at = addMinutes(place.portal.clock(), 60)
    await first.close()
    await place.portal.close()

    let now = at
    clockOf = () => now
    const restored = await openPortal({
      store: (await storeOf(copy)).store,
      clock: () => now,
      log: () => undefined,
      address: place.portal.address,
      mail: { url: place.mailbox.url, from: 'Espace Jeunesse <ne-pas-repondre@exemple.fr>' },
    })
    const second = await serve(restored)
    closers.push(
      () => restored.close(),
      () => second.close(),
    )
    const { secret } = await logIn(restored, { address: '203.0.113.7', device: 'Téléphone' }, { email, password })
    const again = await loginOf(restored, secret)
    if (!again) throw new Error('not logged in')
    expect(await latestDemandes(restored, again)).toHaveLength(1)
    // She misses one, and asks again before the desk has given it back.
    const retry = await recordDay(restored, again, january13)
    expect(retry.number).toBe('R-2026-000005')

    const after = aCoreDesk({ ...where, port: second.port }, () => now)
    after.restore(desk.store)
    after.useKeys(desk.keys)
    after.trust(restored.keys.publicKey)
    await after.exchange()
    await after.exchange()
    const shown = new Map((await latestDemandes(restored, again)).map((one) => [one.id, one]))
    expect(shown.get(known)).toMatchObject({ answer: 'accepted' })
    expect(shown.get(collected)).toMatchObject({ answer: 'waitListed', recordedAt: addMinutes(at, -120) })
    expect(shown.get(waits)).toMatchObject({ answer: null, collectedAt: now })
    expect(shown.get(idOf(retry))).toMatchObject({ withdrawnAt: now })
    expect(after.store.acts.map(({ id }) => id)).toContain(`withdrawn:${idOf(retry)}`)
    expect(shown.has(idOf(lost))).toBe(false)

    expect(await lossNotices(restored, again)).toEqual([expect.stringContaining('a pu se perdre. Comparez vos reçus')])
    now = addMinutes(now, 60)
    await after.exchange()
    const letters = await restored.store.db.select().from(mail).where(like(mail.subject, 'Vos reçus%'))
    expect(letters.map(({ recipient }) => recipient)).toEqual([email])
    const [{ side } = { side: null }] = await restored.store.db.select().from(exchangeSide)
    expect(side).toMatchObject({ comparing: false, restored: false, lost: [{ log: 'portal', cause: 'restored' }] })
  })

  it('sends again only what is news, and links that still open: the other mails that waited in it have left since', async () => {
    const witness = join(folder, 'temoin.json')
    const copied = async (copy?: Blob) => {
      const client = await PGlite.create({ loadDataDir: copy ?? (await emptyCopy()) })
      closers.push(() => client.close())
      return { client, store: await openPortalStore({ client, witness }) }
    }
    let now = instant('2026-11-25T09:42:00.000Z')
    const mailbox = await aMailbox()
    const lines: string[] = []
    const opened = async (store: PortalStore) => {
      const portal = await openPortal({
        store,
        clock: () => now,
        log: (line) => lines.push(line),
        address: 'https://portail.exemple.fr',
        mail: { url: mailbox.url, from: 'Espace Jeunesse <ne-pas-repondre@exemple.fr>' },
      })
      await beginExchange(portal)
      closers.push(() => portal.mails.close())
      return portal
    }
    closers.push(() => mailbox.close())
    const letter = (subject: string, hours?: number) => ({
      to: email,
      subject,
      body: '',
      ...(hours !== undefined && { linkUntil: addMinutes(now, hours * 60) }),
    })
    const { client, store } = await copied()
    const before = await opened(store)
    await store.db.transaction(async (write) => {
      await enqueueMails(write, [letter('a receipt'), letter('a dead link', 1), letter('a link', 48)], now)
      await enqueueMails(write, [letter('a receipt of the last hours')], addMinutes(now, 2 * 60))
    })
    const copy = await client.dumpDataDir('none')
    now = addMinutes(now, 5 * 60)
    await before.mails.sendWaiting()
    expect(mailbox.received).toHaveLength(3)
    await speak(before, now)
    expect(lines).toEqual([expect.stringMatching(/son lien a expiré/)])

    const restored = await opened((await copied(copy)).store)
    await restored.mails.sendWaiting()
    expect(mailbox.received.slice(3).map(({ subject }) => subject)).toEqual(['a link', 'a receipt of the last hours'])
    expect(lines.at(-1)).toMatch(/non envoyés\u00a0: 2$/)
  })

  it.skipIf(!hasPostgres)(
    'is found by the worker that wrote last, and once: on PostgreSQL each has a witness of its own',
    async () => {
      const database = await postgresUrl()
      const copyUrl = await postgresUrl()
      let now = instant('2026-11-25T09:42:00.000Z')
      const worker = async (name: string, url: string) => {
        const lines: string[] = []
        const portal = await openPortal({
          store: await openPortalStore({ url, witness: join(folder, name, 'temoin.json') }),
          clock: () => now,
          log: (line) => lines.push(line),
          address: 'https://portail.exemple.fr',
          mail: null,
        })
        await beginExchange(portal)
        return { portal, lines, says: () => speak(portal, now) }
      }
      const one = await worker('one', database)
      const other = await worker('other', database)
      await one.says()
      await other.says()
      const before = await sideOf(one.portal.store.db)
      await one.says()
      for (const { portal } of [one, other]) await portal.close()

      // The server is restored as it was before the last entry: what the copy holds is written into another database.
      const copy = await openPortalStore({ url: copyUrl })
      await copyLog(await openPortalStore({ url: database }), copy, before)
      await copy.close()
      now = addMinutes(now, 60)
      const late = await worker('other', copyUrl)
      expect(isRestored(late)).toBe(false)
      const last = await worker('one', copyUrl)
      expect(isRestored(last)).toBe(true)
      expect(await sideOf(last.portal.store.db)).toMatchObject({ restored: true, lost: [{ log: 'portal' }] })
      // Had the other begun after it, or begun again, it would tell nothing more.
      for (const { portal } of [late, last]) await portal.close()
      for (const name of ['one', 'other']) {
        const again = await worker(name, copyUrl)
        expect(isRestored(again)).toBe(false)
        await again.portal.close()
      }
    },
  )
})

const speak = (portal: Portal, at: Instant) =>
  portal.store.db.transaction(async (write) => {
    const { side } = await lockedSide(write)
    await appendToLog(write, side, [{ id: randomUUID(), kind: 'proposal', at, body: '{}' }])
  })

/** As a backup of the server taken when the log ended there. */
const copyLog = async (from: PortalStore, to: PortalStore, side: Side): Promise<void> => {
  const rows = await from.db.select().from(logEntry).where(lte(logEntry.number, side.own.end.number))
  await to.db.transaction(async (write) => {
    await lockedSide(write)
    await write.insert(logEntry).values(rows)
    await write.update(exchangeSide).set({ side })
  })
  await from.close()
}
