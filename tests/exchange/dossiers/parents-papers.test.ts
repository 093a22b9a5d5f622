import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { safe } from '@orpc/client'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newDataKey } from '../../../main/crypto/data-key.ts'
import { newPairingCode } from '../../../main/crypto/keys.ts'
import { sealForDesk, sealingKey } from '../../../main/crypto/sealed-for-desk.ts'
import { awaitedPapers, storePaperPart, writeArrivedPaper } from '../../../main/desk/papers/papers.ts'
import { exchangeActor } from '../../../main/exchange/desk-side.ts'
import type { Login } from '../../../main/portal/account/accounts.ts'
import { createPairingCode, installPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { publish } from '../../../main/portal/exchange/publications.ts'
import { sayConsent } from '../../../main/portal/family/family.ts'
import { newEntry } from '../../../main/portal/log/entries.ts'
import { appendToLog, lockedSide } from '../../../main/portal/log/log.ts'
import { account } from '../../../main/portal/pages/pages.ts'
import { papersShown, prunePapers, sendHealth, sendPaper } from '../../../main/portal/papers/sent-papers.ts'
import { documentOf } from '../../../main/portal/published/documents.ts'
import { logEntry, document as publishedDocument, sentPaper } from '../../../main/portal/store/schema/index.ts'
import { makeBackup } from '../../../main/store/backups/backup.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { keyRingPath } from '../../../main/store/key-ring.ts'
import { audit, receivedPaper } from '../../../main/store/schema/index.ts'
import { writeSealed } from '../../../main/store/secrets.ts'
import { SentPaperEntry } from '../../../shared/contract/portal/entries.ts'
import { sentPapers } from '../../../shared/pages/dossier/papers.ts'
import { addMinutes, day } from '../../../shared/rules/calendar/day.ts'
import type { DeclaredHealth } from '../../../shared/rules/dossier/health.ts'
import type { CivilStatus } from '../../../shared/rules/quotient/consent.ts'
import type { FileKind } from '../../../shared/rules/requests/paper.ts'
import { stores } from '../../portal/stores.ts'
import { published } from '../../portal/town.ts'
import { aPdf, aPng, aRawPdf } from '../../security/paper-files.ts'
import { aClock } from '../../support/desk.ts'
import { aBillingTown, billing } from '../../support/towns/billing.ts'
import type { Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const clock = aClock()

describe.each(stores)('papers of parents, by a portal on %s', (_, openStore) => {
  let town: Town
  let served: ServedPortal
  let parent: Login
  let familyId: number

  beforeEach(async () => {
    clock.set('2026-11-25')
    town = await aBillingTown().open(clock)
    served = await aServedPortal(clock, openStore)
    await town.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
    familyId = town.family('Marchand')
    const [account] = await town.client.portal.accountsOfFamily({ familyId })
    const guardianId = account?.guardianId ?? 0
    town.store.sqlite.prepare('update guardian set email = ? where id = ?').run('marchand@exemple.fr', guardianId)
    await town.client.portal.inviteByMail({ guardianIds: [guardianId] })
    parent = {
      guardianId,
      name: 'Mme Marchand',
      email: 'marchand@exemple.fr',
      sessionId: 's',
      familyId,
      families: [familyId],
    }
    await exchange()
  })
  afterEach(async () => {
    await town.close()
    await served.close()
  })

  /** The papers' bytes come after all that is read every day, which is what `now` waits for. */
  const exchange = async () => {
    await town.client.exchange.now()
    for (let turn = 0; turn < 500 && town.store.statement(coming).get() !== undefined; turn += 1) {
      await new Promise((next) => setTimeout(next, 20))
    }
  }
  const send = (
    bytes: Uint8Array,
    head: {
      kind?: FileKind
      child?: number | null
      asked?: number
      name?: string
      quotient?: number
      incomeCents?: number
      request?: string
    } = {},
  ) =>
    sendPaper(
      served.portal,
      parent,
      {
        request: head.request ?? randomUUID(),
        kind: head.kind ?? 'benefits',
        child: head.child ?? null,
        asked: head.asked ?? null,
        required: null,
        name: head.name ?? 'attestation.pdf',
        quotient: head.quotient ?? null,
        incomeCents: head.incomeCents ?? null,
      },
      bytes,
    )
  const shown = () => papersShown(served.portal, parent)
  const waiting = async () => (await town.client.papers.queue()).received
  const recordOf = (child: string) => town.client.families.health({ childId: town.child(child) })
  const held = async () => {
    const rows = await served.portal.store.db.select().from(sentPaper)
    return rows.map(({ bytes }) => bytes?.length ?? null)
  }

  it('a consent given and withdrawn by a parent: dated, at the desk after an exchange, its civil status then deleted', async () => {
    const civilStatus = {
      birthName: 'NEE-MARCHAND',
      firstNames: 'Camille',
      civilSex: 'F' as const,
      bornOn: day('1988-04-02'),
      birthCountry: '99100',
      birthTown: '',
    }
    const say = (said: CivilStatus | null) => sayConsent(served.portal, parent, said)
    const shownConsent = async () => {
      const { quotientConsentOn, isConsentOffered } = await account(served.portal, parent)
      return { quotientConsentOn, isConsentOffered }
    }
    const recorded = () => town.client.quotients.consents({ familyId })
    const inHistory = () =>
      town.store.statement(`select count(*) from audit where after like '%NEE-MARCHAND%'`).pluck().get()

    await expect(say(civilStatus)).rejects.toThrow('ne demande pas de quotient')
    await town.client.quotients.saveAccess({ token: 'aaa.bbb.ccc', service: 'staging' })
    await exchange()
    expect(await shownConsent()).toEqual({ quotientConsentOn: null, isConsentOffered: true })
    await expect(say(null)).rejects.toThrow('déjà retiré')
    await expect(say({ ...civilStatus, birthTown: '145' })).rejects.toMatchObject({ field: 'birthTown' })
    await say(civilStatus)
    expect(await shownConsent()).toEqual({ quotientConsentOn: '2026-11-25', isConsentOffered: true })
    await expect(say(civilStatus)).rejects.toThrow('déjà donné')
    expect(await recorded()).toEqual([])
    await exchange()
    expect(await recorded()).toMatchObject([
      { ...civilStatus, guardianId: parent.guardianId, givenBy: 'portal', givenOn: '2026-11-25', revokedOn: null },
    ])
    expect((await shownConsent()).quotientConsentOn).toBe('2026-11-25')

    clock.set('2026-11-26')
    await say(null)
    expect((await shownConsent()).quotientConsentOn).toBeNull()
    await exchange()
    expect(await recorded()).toMatchObject([{ revokedOn: '2026-11-26', birthName: '', firstNames: '', bornOn: null }])
    expect(inHistory()).toBe(0)
    expect((await shownConsent()).quotientConsentOn).toBeNull()
    expect(checkFile(town.store.sqlite)).toEqual([])

    // Somebody who is no guardian of the home, or a portal that lets wrong values pass, changes nothing.
    const forged = async (body: object) => {
      const { store } = served.portal
      await store.db.transaction(async (tx) => {
        const { side } = await lockedSide(tx)
        const entry = newEntry(randomUUID(), 'quotientConsent', clock(), {
          family: familyId,
          recordedAt: clock(),
          ...body,
        })
        await appendToLog(tx, side, [entry])
      })
      await exchange()
    }
    await forged({ guardian: 9999, civilStatus })
    await forged({ guardian: parent.guardianId, civilStatus: { ...civilStatus, bornOn: '2020-01-01' } })
    expect(await recorded()).toHaveLength(1)
  })

  it('an expiring quotient: the home sees its last day, is asked once, and renews it with a paper', async () => {
    const published = async () => (await documentOf(served.portal.store.db, 'family', familyId))?.familyQuotients
    expect(await published()).toEqual([{ from: '2025-09-01', value: 727, source: 'CAF' }])
    await town.client.quotients.saveRule({
      rule: { holds: { kind: 'months', months: 15 }, without: { kind: 'lastKnown', until: { month: 1, date: 31 } } },
    })
    await town.client.quotients.ask({ familyIds: [familyId], note: 'La nouvelle', dueOn: '2026-12-10' })
    await exchange()
    expect(await published()).toEqual([
      { from: '2025-09-01', to: '2026-11-30', value: 727, source: 'CAF' },
      { from: '2026-12-01', to: '2027-01-31', value: 727, source: 'CAF', endedOn: '2026-11-30' },
    ])
    const [guardian] = (await town.client.families.one({ id: familyId })).guardians
    await town.client.quotients.giveConsent({
      familyId,
      guardianId: guardian?.id ?? 0,
      givenOn: '2026-11-20',
      givenBy: 'paper',
      birthName: 'Née',
      firstNames: 'Camille',
      civilSex: 'F',
      bornOn: null,
      birthCountry: '99100',
      birthTown: '',
    })
    await exchange()
    const consent = async () => (await documentOf(served.portal.store.db, 'family', familyId))?.quotientConsent
    expect(await consent()).toEqual({ givenOn: '2026-11-20' })
    const [given] = await town.client.quotients.consents({ familyId })
    await town.client.quotients.revokeConsent({ id: given?.id ?? 0, on: '2026-11-25' })
    await exchange()
    expect(await consent()).toBeUndefined()

    const [asked] = (await shown()).asked
    expect(asked).toMatchObject({ kind: 'benefits', note: 'La nouvelle', dueOn: '2026-12-10' })
    await send(await aPdf(1), { asked: asked?.id ?? 0, quotient: 640 })
    await exchange()
    const list = async () => (await town.client.quotients.expiring({ until: '2026-12-25' })).rows
    expect((await list()).find((row) => row.familyId === familyId)).toMatchObject({ state: 'soon', hasSent: true })
    const [received] = await waiting()
    await town.client.papers.accept({
      id: received?.id ?? 0,
      quotient: { fromDay: '2026-12-01', value: 640 },
      incomeCents: null,
    })
    expect((await list()).some((row) => row.familyId === familyId)).toBe(false)
  })

  it('a care plan that staff ask for is named nowhere on the portal, and arrives as what it is', async () => {
    const asking = {
      familyId,
      childId: town.child('Louison'),
      kind: 'carePlan' as const,
      dueOn: day('2026-12-04'),
    }
    await expect(town.client.papers.ask({ ...asking, note: 'Le PAI de l’année' })).rejects.toMatchObject({
      data: { field: 'note', sentence: expect.stringMatching(/«\sPAI\s» parle de santé/) },
    })
    const { id } = await town.client.papers.ask({ ...asking, note: 'Comme convenu au téléphone' })
    await exchange()
    expect((await shown()).asked).toMatchObject([
      {
        id,
        kind: 'other',
        name: 'Un document du dossier',
        about: 'Louison Marchand',
        note: 'Comme convenu au téléphone',
      },
    ])
    await send(await aPdf(), { kind: 'other', child: town.child('Louison'), asked: id })
    const { db } = served.portal.store
    const kept = [await db.select().from(publishedDocument), await db.select().from(sentPaper)]
    expect(JSON.stringify(kept)).not.toMatch(/carePlan|individualisé/)
    await exchange()
    expect(await waiting()).toMatchObject([{ kind: 'carePlan', childId: town.child('Louison') }])
    expect(town.store.statement(`select label from act where kind = 'papers.ask'`).pluck().all()).toEqual([
      'Pièce demandée\u00a0: un document du dossier',
    ])
  })

  it('a prescription that a parent sends unasked is named nowhere on the portal, nor its file, and arrives as what it is', async () => {
    await send(await aPdf(), { kind: 'prescription', child: town.child('Louison'), name: 'ventoline midi.pdf' })
    const { db } = served.portal.store
    const kept = [await db.select().from(sentPaper), await db.select().from(logEntry)]
    expect(JSON.stringify(kept)).not.toMatch(/prescription|ventoline/i)
    const [sent] = sentPapers(await shown()).rows
    expect(sent).toMatchObject({ title: 'Un document du dossier', file: 'document.pdf' })
    await exchange()
    const [paper] = await waiting()
    expect(paper).toMatchObject({ kind: 'prescription', name: 'ventoline midi.pdf', childId: town.child('Louison') })
    const refusing = town.client.papers.refuse({ id: paper?.id ?? 0, reason: 'Le médicament n’y est pas' })
    await expect(sentence(refusing)).resolves.toMatch(/parle de santé/)
  })

  it('from request to quotient: asked for with a day, sent, read at the desk, accepted, erased on the portal', async () => {
    const asked = await town.client.papers.ask({
      familyId,
      childId: null,
      kind: 'benefits',
      note: 'Celle de janvier',
      dueOn: day('2026-12-04'),
    })
    await exchange()
    expect((await shown()).asked).toMatchObject([
      {
        id: asked.id,
        kind: 'benefits',
        about: 'Votre foyer',
        note: 'Celle de janvier',
        dueOn: '2026-12-04',
        isLate: false,
        isSent: false,
      },
    ])

    const pdf = await aPdf(2)
    const after = await send(pdf, { asked: asked.id, quotient: 612.5, incomeCents: 182_000, name: 'C:\\CAF.pdf' })
    expect(after.asked[0]?.isSent).toBe(true)
    const proposed = { quotient: 612.5, incomeCents: 182_000 }
    expect(after.sent).toMatchObject([{ name: 'CAF.pdf', state: 'recorded', reason: '', ...proposed }])
    const [row] = await served.portal.store.db.select().from(sentPaper)
    expect(row?.bytes?.includes('%PDF')).toBe(false)

    await exchange()
    expect((await shown()).sent).toMatchObject([{ state: 'sent', ...proposed }])
    const [paper] = await waiting()
    expect(paper).toMatchObject({
      content: 'here',
      kind: 'benefits',
      pages: 2,
      quotient: 612.5,
      quotientNow: 727,
      askedId: asked.id,
    })
    const file = await town.client.papers.open({ id: paper?.id ?? 0 })
    expect(Buffer.from(await file.arrayBuffer()).equals(pdf)).toBe(true)
    expect(file.type).toBe('application/pdf')
    const handed = await town.client.protection.exportFamily({ familyId })
    const packed = Buffer.from(await handed.arrayBuffer())
    expect(packed.includes('Pièces envoyées/1 CAF.pdf')).toBe(true)

    await town.client.papers.accept({
      id: paper?.id ?? 0,
      quotient: { fromDay: day('2026-12-01'), value: 612.5 },
      incomeCents: 182_000,
    })
    const home = await town.client.families.one({ id: familyId })
    expect(home.quotients[0]).toMatchObject({ fromDay: '2026-12-01', value: 612.5, updatedOn: '2026-11-25' })
    expect(home.quotients[0]?.source).toMatch(/^Attestation CAF ou MSA envoyée le /)
    expect(home).toMatchObject({ lastIncomeCents: 182_000 })
    expect(await waiting()).toEqual([])

    await exchange()
    expect(await shown()).toMatchObject({ asked: [], sent: [{ state: 'accepted', quotient: null, incomeCents: null }] })
    // Until a verified backup holds it, this desk's disk is the only one.
    expect(await held()).toEqual([expect.any(Number)])
    await makeBackup(town.store)
    await exchange()
    expect(await held()).toEqual([expect.any(Number)])
    clock.set('2026-11-26')
    await makeBackup(town.store)
    await exchange()
    expect(await held()).toEqual([null])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('comes before invoices are printed for the portal, which takes long', async () => {
    const { book, run, issue } = billing(town)
    await book('Basile', ['2026-12-09'], 'Matin')
    await issue((await run()).id)
    await send(await aPdf(1))
    town.store.sqlite.exec(`create temp table carried_before (papers);
      create temp trigger before_part after insert on received_paper_part
        begin insert into carried_before select sum(papers) from exchange_run; end`)
    await exchange()
    const carried = town.store.statement('select sum(papers) from exchange_run').pluck()
    await expect.poll(() => carried.get()).toBeGreaterThan(0)
    expect(town.store.sqlite.prepare('select papers from carried_before').pluck().all()).toEqual([0])
  })

  it('is judged again before staff open it: a stolen portal may seal what it likes', async () => {
    const { key } = town.store.key
    if (!key) throw new Error('no key')
    await send(aPng(), { kind: 'residence' })
    await send(await aPdf(1), { kind: 'benefits' })
    await exchange()
    const papers = await waiting()
    const script = aRawPdf('5 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj')
    for (const { id } of papers) {
      expect((await town.client.papers.open({ id })).size).toBeGreaterThan(0)
      const of = String(town.store.statement('select key from received_paper where id = ?').pluck().get(id))
      town.store
        .statement('update received_paper_part set bytes = ? where paper_id = ?')
        .run(sealForDesk(sealingKey(key), script, of), id)
      expect(await sentence(town.client.papers.open({ id }))).toMatch(/^Cette pièce n’est pas ouverte/)
    }
    expect(papers).toHaveLength(2)
  })

  it('refused, the parent reads why, and it is asked still', async () => {
    const { id: askedId } = await town.client.papers.ask({
      familyId,
      childId: town.child('Louison'),
      kind: 'insurance',
      note: '',
      dueOn: day('2026-12-04'),
    })
    await exchange()
    town.store.sqlite.prepare(`update asked_paper set due_on = '2026-11-20'`).run()
    const late = async () => (await town.client.papers.queue()).late.map(({ id }) => id)
    expect(await late()).toEqual([askedId])
    await send(aPng(), { kind: 'insurance', child: town.child('Louison'), asked: askedId })
    await exchange()
    const [paper] = await waiting()
    // The family did what it was asked: it is the service that is late now.
    expect(await late()).toEqual([])
    await expect(sentence(town.client.papers.refuse({ id: paper?.id ?? 0, reason: ' ' }))).resolves.toMatch(
      'Indiquez un motif',
    )
    await town.client.papers.refuse({ id: paper?.id ?? 0, reason: 'Elle est de l’an dernier.' })
    expect(await late()).toEqual([askedId])
    await expect(sentence(town.client.papers.refuse({ id: paper?.id ?? 0, reason: 'Encore' }))).resolves.toMatch(
      'déjà été refusée',
    )
    await exchange()
    expect(await shown()).toMatchObject({
      asked: [{ id: askedId, isSent: false }],
      sent: [{ state: 'refused', reason: 'Elle est de l’an dernier.' }],
    })
  })

  it('sent twice by one press, it is one paper; twenty wait at most', async () => {
    const request = randomUUID()
    await send(aPng(), { request })
    expect((await send(aPng(), { request })).sent).toHaveLength(1)
    await served.portal.store.db.insert(sentPaper).values(
      Array.from({ length: 19 }, (__, at) => ({
        id: `filler-${at}`,
        requestId: `filler-${at}`,
        guardianId: parent.guardianId,
        familyId,
        kind: 'other' as const,
        name: 'x.pdf',
        recordedAt: clock(),
        hash: '',
      })),
    )
    await expect(send(aPng())).rejects.toThrow('20 pièces attendent déjà')
  })

  it('is of a child of the home, and of what was asked', async () => {
    await expect(send(aPng(), { kind: 'insurance' })).rejects.toThrow('choisissez l’enfant')
    await expect(send(aPng(), { kind: 'insurance', child: town.child('Noé') })).rejects.toThrow('pas de votre foyer')
    await expect(send(aPng(), { asked: 999 })).rejects.toThrow('n’est plus demandée')
    await expect(send(aPng(), { kind: 'residence', quotient: 3 })).rejects.toThrow('quotient familial')
    await expect(send(Buffer.from('<html>'))).rejects.toThrow('Envoyez un PDF ou une photo')
    expect((await shown()).sent).toEqual([])
  })

  it('a large one comes part by part: cut off, it goes on where it was, and each byte is the one that was sent', async () => {
    // A little more than a megabyte that does not pack.
    const large = await aPdf(1, randomBytes(1_300_000))
    await send(large)
    const { portal } = served
    await served.silence()
    await town.client.exchange.now()
    await served.speak()
    const [row] = await portal.store.db.select().from(sentPaper)
    const entry = await portal.store.db.select().from(logEntry)
    town.store.act(exchangeActor, 'families.change', 'Le début', (write) => {
      const body = SentPaperEntry.parse(JSON.parse(entry.at(-1)?.body ?? ''))
      writeArrivedPaper(town.store, write, row?.id ?? '', { ...body, sender: 'Mme Marchand' })
    })
    const [paper] = awaitedPapers(town.store)
    if (!paper || !row?.bytes) throw new Error('nothing was sent')
    // The line broke after these; a part that comes late or twice changes nothing.
    storePaperPart(town.store, exchangeActor, paper, 0, row.bytes.subarray(0, 100_000))
    storePaperPart(town.store, exchangeActor, paper, 0, row.bytes.subarray(0, 200_000))
    await exchange()
    const part = 360 * 1024
    expect(town.store.statement('select "from" from received_paper_part order by "from"').pluck().all()).toEqual([
      0,
      100_000,
      100_000 + part,
      100_000 + 2 * part,
      100_000 + 3 * part,
    ])
    const [shownPaper, ...others] = await waiting()
    expect(others).toEqual([])
    const file = await town.client.papers.open({ id: shownPaper?.id ?? 0 })
    expect(Buffer.from(await file.arrayBuffer()).equals(large)).toBe(true)
  })

  it('with bytes altered on the portal is refused; one that is no longer there is reported as lost', async () => {
    await send(await aPdf())
    const { db } = served.portal.store
    const [row] = await db.select().from(sentPaper)
    const bytes = Buffer.from(row?.bytes ?? [])
    bytes[60] = (bytes[60] ?? 0) ^ 1
    await db.update(sentPaper).set({ bytes })
    await town.client.exchange.now()
    await new Promise((next) => setTimeout(next, 1500))
    expect((await waiting())[0]?.content).toBe('awaited')
    expect(town.store.statement('select count(*) from received_paper_part').pluck().get()).toBe(0)
    await db.update(sentPaper).set({ bytes: null })
    await exchange()
    const [lost] = await waiting()
    expect(lost?.content).toBe('lost')
    await expect(sentence(town.client.papers.open({ id: lost?.id ?? 0 }))).resolves.toMatch('est perdue')
    await expect(
      sentence(town.client.papers.accept({ id: lost?.id ?? 0, quotient: null, incomeCents: null })),
    ).resolves.toMatch('Attendez')
  })

  it('sealed by a key that is lost, it says so and is asked for again; the portal learns the new key', async () => {
    await send(aPng())
    await exchange()
    rmSync(keyRingPath(town.store.dataDir))
    town.store.storeKey(newDataKey())
    const [paper] = await waiting()
    await expect(sentence(town.client.papers.open({ id: paper?.id ?? 0 }))).resolves.toMatch('n’a plus leur clé')
    const { words, asked } = await town.client.settings.startOver()
    await town.client.settings.confirmPhrase({ words: asked.map((place) => words[place] ?? '') })
    await expect(sentence(town.client.papers.open({ id: paper?.id ?? 0 }))).resolves.toMatch(
      'Cette pièce est illisible\u00a0: elle a été scellée avec une clé perdue. Refusez-la',
    )
    const handed = await town.client.protection.exportFamily({ familyId })
    expect(Buffer.from(await handed.arrayBuffer()).includes('(illisible).txt')).toBe(true)
    await town.client.papers.refuse({ id: paper?.id ?? 0, reason: 'Illisible, renvoyez-la' })
    await exchange()
    await send(await aPdf(1), { name: 'de-nouveau.pdf' })
    await exchange()
    const [again] = await waiting()
    const file = await town.client.papers.open({ id: again?.id ?? 0 })
    expect(file).toHaveProperty('name', 'de-nouveau.pdf')
  })

  it('about health are for the director: others see that one came, and cannot open it', async () => {
    await send(aPng(), { kind: 'vaccination', child: town.child('Louison') })
    await exchange()
    const [paper] = await waiting()
    expect(paper?.isForOthers).toBe(false)
    await town.client.papers.open({ id: paper?.id ?? 0 })
    const read = town.store.db.select().from(audit).where(eq(audit.operation, 'consult')).all()
    expect(read.map(({ entity }) => entity).slice(-2)).toEqual(['paper_consultation', 'health_consultation'])
    town.store.sqlite.prepare(`update staff_member set roles = '["receptionist"]'`).run()
    const [seen] = await waiting()
    expect(seen?.isForOthers).toBe(true)
    await expect(sentence(town.client.papers.open({ id: paper?.id ?? 0 }))).resolves.toMatch('Directeur')
    await expect(sentence(town.client.papers.refuse({ id: paper?.id ?? 0, reason: 'Non' }))).resolves.toMatch(
      'Directeur',
    )
  })

  describe('that tell of a child’s health', () => {
    const nothing = { allergies: null, diet: null, pai: null, doctor: null }
    const tell = (told: Partial<DeclaredHealth>, { child = town.child('Louison'), request = randomUUID() } = {}) =>
      sendHealth(served.portal, parent, { request, child, told: { ...nothing, ...told } })

    it('are sealed on the portal, read beside the record, and become the record as staff corrected it', async () => {
      await town.client.families.changeHealth({
        childId: town.child('Louison'),
        allergies: '',
        diet: 'sans porc',
        pai: '',
        doctor: 'Dr Lune',
      })
      const asked = await town.client.papers.ask({
        familyId,
        childId: town.child('Louison'),
        kind: 'health',
        note: '',
        dueOn: day('2026-12-04'),
      })
      await exchange()
      const request = randomUUID()
      const { sent, asked: stillAsked } = await tell({ allergies: 'Arachide : un œdème', diet: '' }, { request })
      expect(stillAsked).toMatchObject([{ kind: 'health', isSent: true }])
      expect(sent).toMatchObject([{ kind: 'health', child: town.child('Louison'), name: '', state: 'recorded' }])
      // Pressed twice.
      expect((await tell({ allergies: 'Arachide : un œdème', diet: '' }, { request })).sent).toHaveLength(1)
      const [row] = await served.portal.store.db.select().from(sentPaper)
      expect(row?.bytes?.includes('Arachide')).toBe(false)
      const logged = await served.portal.store.db.select().from(logEntry)
      expect(JSON.stringify(logged)).not.toContain('Arachide')

      await exchange()
      const [paper] = await waiting()
      expect(paper).toMatchObject({ kind: 'health', content: 'here', askedId: asked.id, child: 'Louison' })
      const id = paper?.id ?? 0
      expect(await town.client.papers.healthTold({ id })).toMatchObject({
        told: { ...nothing, allergies: 'Arachide : un œdème', diet: '' },
        record: { allergies: '', diet: 'sans porc', pai: '', doctor: 'Dr Lune', isLost: false },
      })
      await expect(sentence(town.client.papers.accept({ id, quotient: null, incomeCents: null }))).resolves.toMatch(
        'refusez cette pièce',
      )
      const next = { allergies: 'Arachide', diet: '', pai: '', doctor: 'Dr Lune' } as const
      await town.client.papers.acceptHealth({ id, ...next })
      expect(await recordOf('Louison')).toMatchObject({ ...next, isLost: false })
      await expect(sentence(town.client.papers.acceptHealth({ id, ...next }))).resolves.toMatch('déjà été acceptée')
      const audited = JSON.stringify(town.store.db.select().from(audit).all())
      expect(audited).not.toContain('Arachide')
      await exchange()
      expect(await shown()).toMatchObject({ asked: [], sent: [{ kind: 'health', state: 'accepted' }] })
      expect(checkFile(town.store.sqlite)).toEqual([])
    })

    it('have every field once the desk says that it reads them, and those of the first portals before', async () => {
      expect((await shown()).asksWholeHealth).toBe(true)
      await tell({ treatment: 'Ventoline', insuranceUntil: day('2027-08-31') })
      await exchange()
      const id = (await waiting())[0]?.id ?? 0
      const { told, record } = await town.client.papers.healthTold({ id })
      expect(told).toEqual({ ...nothing, treatment: 'Ventoline', insuranceUntil: '2027-08-31' })
      await town.client.papers.acceptHealth({ id, ...record, treatment: 'Ventoline', insuranceUntil: '2027-08-31' })
      // An earlier portal knows four fields: what it does not say stays.
      await tell({ pai: 'Inhalateur' })
      await exchange()
      const [later] = await waiting()
      await town.client.papers.acceptHealth({
        id: later?.id ?? 0,
        allergies: '',
        diet: '',
        pai: 'Inhalateur',
        doctor: '',
      })
      expect(await recordOf('Louison')).toMatchObject({ pai: 'Inhalateur', treatment: 'Ventoline' })
      // An earlier desk would drop the others: the portal sends none of them.
      const { wholeHealth: _reads, ...former } = (await documentOf(served.portal.store.db, 'town')) ?? {}
      await publish(served.portal, { documents: [published('town', former)], withdrawn: [] })
      expect((await shown()).asksWholeHealth).toBe(false)
      await expect(tell({ treatment: 'Ventoline' })).rejects.toThrow('ne reçoit pas encore')
      await tell({ pai: 'Deux inhalateurs' })
    })

    it('are of a child of this home, say something, and are read by those who may', async () => {
      await expect(tell({})).rejects.toThrow('au moins une information')
      await expect(tell({ pai: 'Inhalateur' }, { child: 999_999 })).rejects.toThrow('pas de votre foyer')
      expect(await served.portal.store.db.select().from(sentPaper)).toEqual([])
      await tell({ pai: 'Inhalateur' })
      await exchange()
      const [paper] = await waiting()
      const id = paper?.id ?? 0
      const handed = await town.client.protection.exportFamily({ familyId })
      expect(Buffer.from(await handed.arrayBuffer()).includes('Fiche sanitaire.txt')).toBe(true)
      const before = await recordOf('Louison')
      expect((await town.client.home.today()).papers).toBe(1)
      town.store.sqlite.prepare(`update staff_member set roles = '["receptionist"]'`).run()
      expect((await town.client.home.today()).papers).toBe(0)
      await expect(sentence(town.client.papers.healthTold({ id }))).resolves.toMatch('Directeur')
      await expect(sentence(town.client.papers.acceptHealth({ id, ...before, pai: 'Inhalateur' }))).resolves.toMatch(
        'Directeur',
      )
      expect((await waiting())[0]).toMatchObject({ isForOthers: true, state: 'waiting' })
    })

    it('refused with a reason, leave the record as it is', async () => {
      await tell({ doctor: 'Dr Lune' })
      await exchange()
      const [paper] = await waiting()
      await town.client.papers.refuse({ id: paper?.id ?? 0, reason: 'Appelez-nous' })
      expect((await recordOf('Louison')).doctor).toBe('')
      await exchange()
      expect((await shown()).sent).toMatchObject([{ state: 'refused', reason: 'Appelez-nous' }])
    })
  })

  it('comes before the desk passes to another portal: the one before it has the bytes', async () => {
    const other = await aServedPortal(clock, openStore)
    try {
      const { code, stored: kept } = newPairingCode(clock(), 60)
      await installPairingCode(other.portal, kept)
      const exported = { address: other.address, code, until: kept.expiresAt }
      writeSealed(join(town.store.dataDir, 'portail-exporte'), town.desk.core.exchange.secrets, exported)
      for (const name of ['un.png', 'deux.png', 'trois.png']) await send(aPng(), { name })
      await town.client.exchange.passToExported()
      expect((await town.client.exchange.state()).portal?.address).toBe(other.address)
      expect((await waiting()).map(({ content }) => content)).toEqual(['here', 'here', 'here'])
    } finally {
      await other.close()
    }
  })

  it('waits on the portal eight days after the desk has it, four months when no desk comes', async () => {
    await send(aPng())
    await exchange()
    await exchange()
    expect((await held())[0]).toBeGreaterThan(0)
    await prunePapers(served.portal.store, addMinutes(clock(), 8 * 24 * 60 + 60))
    expect(await held()).toEqual([null])
    await send(aPng())
    await prunePapers(served.portal.store, addMinutes(clock(), 119 * 24 * 60))
    expect((await held()).filter((size) => size !== null)).toHaveLength(1)
    await prunePapers(served.portal.store, addMinutes(clock(), 121 * 24 * 60))
    expect((await held()).filter((size) => size !== null)).toHaveLength(0)
  })

  it('goes with its family, on both sides, and by itself once its time has come', async () => {
    await send(aPng(), { name: 'Secret de famille.png' })
    await exchange()
    const [paper] = await waiting()
    await town.client.papers.accept({ id: paper?.id ?? 0, quotient: null, incomeCents: null })
    clock.set('2027-03-02')
    await worked(await town.client.protection.eraseDue({ kinds: ['paper'], confirmation: 'EFFACER' }))
    expect(town.store.db.select().from(receivedPaper).all()).toEqual([])
    await exchange()
    expect(await documentOf(served.portal.store.db, 'familyPapers', familyId)).toBeUndefined()
    expect(town.store.statement('select count(*) from received_paper_part').pluck().get()).toBe(0)
    expect(checkFile(town.store.sqlite)).toEqual([])
    clock.set('2027-09-01')
    await town.client.papers.ask({ familyId, childId: null, kind: 'residence', note: '', dueOn: day('2027-09-20') })
    await send(await aPdf(), { kind: 'residence' })
    await exchange()
    expect(await waiting()).toHaveLength(1)
    await worked(await town.client.protection.erase({ subject: 'family', id: familyId, confirmation: 'Marchand' }))
    expect(await waiting()).toEqual([])
    expect(checkFile(town.store.sqlite)).toEqual([])
    await exchange()
    expect(await served.portal.store.db.select().from(sentPaper)).toEqual([])
  })
})

const worked = async (events: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of events);
}

/** What a refusal says. */
const sentence = async (call: Promise<unknown>): Promise<string> => {
  const { error } = await safe(call)
  return String((error as { data?: { sentence?: string } } | null)?.data?.sentence)
}

const coming = `select 1 from received_paper where content = 'awaited'`
