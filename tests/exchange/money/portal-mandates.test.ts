import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { desc, eq, like } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { newDataKey } from '../../../main/crypto/data-key.ts'
import { mandateAssociatedData, sealForDesk, sealingKey } from '../../../main/crypto/sealed-for-desk.ts'
import type { Login } from '../../../main/portal/account/accounts.ts'
import {
  anotherCode,
  begin,
  debitsShown,
  mandatePaper,
  pruneSignings,
  sign,
  stop,
} from '../../../main/portal/debits/debits.ts'
import { createPairingCode } from '../../../main/portal/exchange/pairing.ts'
import { recover } from '../../../main/portal/exchange/recovered.ts'
import { newEntry } from '../../../main/portal/log/entries.ts'
import { appendToLog, lockedSide } from '../../../main/portal/log/log.ts'
import { dashboard } from '../../../main/portal/pages/pages.ts'
import { documentOf } from '../../../main/portal/published/documents.ts'
import { logEntry, mail, mandateSigning } from '../../../main/portal/store/schema/index.ts'
import { openPortalStore, type PortalStore } from '../../../main/portal/store/store.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import { keyRingPath } from '../../../main/store/key-ring.ts'
import { balanceShown } from '../../../shared/pages/money/account.ts'
import { debitCardShown } from '../../../shared/pages/money/debit.ts'
import { addMinutes, day, dayAt, timeAt } from '../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { stores } from '../../portal/stores.ts'
import { aClock, password } from '../../support/desk.ts'
import { aDataFolder } from '../../support/machine/data-folder.ts'
import { emptyFolder } from '../../support/machine/embedded-store.ts'
import { aBillingTown } from '../../support/towns/billing.ts'
import { collecting, collectingIn, debitSettings, ibanNumbered, mandateOf, owe } from '../../support/towns/debits.ts'
import type { Town } from '../../support/towns/town.ts'
import { aServedPortal, type ServedPortal } from '../paired.ts'

const clock = aClock()
const iban = ibanNumbered(4471)
const otherIban = ibanNumbered(4472)

let town: Town
let served: ServedPortal
let parent: Login

/**
 * A desk that collects by direct debit and publishes it, its portal, and a mother who owes 50,00 € and has an account.
 */
const open = async (openStore: () => Promise<PortalStore>) => {
  clock.set('2026-11-25')
  town = await aBillingTown().with(collecting()).open(clock)
  served = await aServedPortal(clock, openStore)
  await town.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
  const familyId = town.family('Marchand')
  const [account] = await town.client.portal.accountsOfFamily({ familyId })
  const guardianId = account?.guardianId ?? 0
  town.store.sqlite.prepare('update guardian set email = ? where id = ?').run('marchand@exemple.fr', guardianId)
  await town.client.portal.inviteByMail({ guardianIds: [guardianId] })
  owe(town, 'Marchand', 5000)
  parent = {
    guardianId,
    name: 'Mme Camille Marchand',
    email: 'marchand@exemple.fr',
    sessionId: 's',
    familyId,
    families: [familyId],
  }
}
const close = async () => {
  await town.close()
  await served.close()
}

const later = (minutes: number) => {
  const at = addMinutes(clock(), minutes)
  clock.set(dayAt(at), timeAt(at))
}
const exchange = async () => {
  const { failure } = await town.client.exchange.now()
  expect(failure).toBeNull()
}
const offered = async () => {
  await town.client.debits.saveSettings(debitSettings({ onPortal: true }))
  await exchange()
}
const typed = (changes: object = {}) => ({
  request: randomUUID(),
  regie: firstRegieId,
  debtor: 'Camille Marchand',
  iban,
  bic: '',
  ...changes,
})
const codes = async () => {
  const rows = await served.portal.store.db
    .select({ body: mail.body })
    .from(mail)
    .where(like(mail.subject, 'Votre code%'))
    .orderBy(desc(mail.writtenAt))
  return rows.map(({ body }) => /:\s(\d{3} \d{3})\n/.exec(body)?.[1] ?? '')
}
const begun = (changes: object = {}) => begin(served.portal, parent, typed(changes))
const signWith = (id: string, code: string) => sign(served.portal, parent, id, code)
/** Begun and signed, a minute later than what was before. */
const signed = async (changes: object = {}) => {
  later(1)
  const { id, reference } = await begun(changes)
  await signWith(id, (await codes())[0] ?? '')
  return reference
}
const shown = async () => {
  const found = await debitsShown(served.portal.store.db, parent, clock())
  if (!found) throw new Error('no direct debit is shown')
  return found
}
const cardText = async () =>
  (debitCardShown(await shown())?.lines ?? []).map((line) =>
    line.map((part) => (typeof part === 'string' ? part : 'strong' in part ? part.strong : part.name)).join(''),
  )
const balanceText = async () => {
  const money = await documentOf(served.portal.store.db, 'money', parent.familyId)
  if (!money) throw new Error('no money is published')
  return balanceShown(money, 0, clock()).lines.map(({ text }) =>
    text.map((part) => (typeof part === 'string' ? part : 'strong' in part ? part.strong : part.name)).join(''),
  )
}
const mandates = () => town.client.debits.mandatesOf({ familyId: parent.familyId, thirdPartyId: null })
const toCheck = async () =>
  (await town.client.debits.portalMandates({ familyId: null })).filter(({ problem }) => problem !== null)
const subjects = async () => (await served.portal.store.db.select().from(mail)).map(({ subject }) => subject)
/** What a portal that lets wrong values pass would tell. */
const forged = async (kind: 'signedMandate' | 'stoppedMandate', body: object) => {
  await served.portal.store.db.transaction(async (tx) => {
    const { side } = await lockedSide(tx)
    const entry = newEntry(randomUUID(), kind, clock(), {
      guardian: parent.guardianId,
      family: parent.familyId,
      recordedAt: clock(),
      ...body,
    })
    await appendToLog(tx, side, [entry])
  })
  await exchange()
}
const sealedFor = (account: object, changes: object = {}) => {
  const mandate = { family: parent.familyId, regie: firstRegieId, reference: 'EJ-P-AAAAAAAAAAAA', ...changes }
  const key = town.store.key.key
  if (!key) throw new Error('no key')
  const sealed = sealForDesk(sealingKey(key), Buffer.from(JSON.stringify(account)), mandateAssociatedData(mandate))
  return { ...mandate, debtor: 'Camille Marchand', lastFour: '4471', sealed: sealed.toString('base64') }
}

describe.each(stores)('a mandate signed on a portal on %s', (_, openStore) => {
  beforeEach(() => open(openStore))
  afterEach(() => close())

  it('is offered where the régie publishes it; signed by the mailed code, it is collected from the next exchange on', async () => {
    expect(await debitsShown(served.portal.store.db, parent, clock())).toBeNull()
    await expect(begun()).rejects.toThrow('ne se signe pas sur le portail')
    await offered()
    expect(await shown()).toMatchObject({
      creditors: [{ regie: firstRegieId, creditorId: 'FR72ZZZ123456', noticeDays: 14 }],
      debtor: 'Camille Marchand',
      mandates: [],
      signed: [],
      signing: null,
    })
    const { id, reference, lastFour } = await begun()
    expect(reference).toMatch(/^EJ-P-[A-HJ-NP-Z2-9]{12}$/)
    expect(lastFour).toBe(iban.slice(-4))
    expect((await shown()).signing).toMatchObject({ id, reference })
    expect(await mandates()).toEqual([])
    await signWith(id, (await codes())[0] ?? '')
    expect(await shown()).toMatchObject({ signing: null, signed: [{ reference, refusal: null, isStopping: false }] })
    expect(await cardText()).toEqual([expect.stringMatching(/^Mandat EJ-P-.*C’est signé/)])
    expect(await subjects()).toContain(`Mandat de prélèvement ${reference} signé`)

    await exchange()
    expect(await mandates()).toMatchObject([
      { reference, source: 'portal', state: 'active', signedOn: '2026-11-25', debtor: 'Camille Marchand', lastFour },
    ])
    expect(await town.client.debits.readAccount({ id: (await mandates())[0]?.id ?? 0 })).toEqual({ iban, bic: '' })
    const label = 'select label from act join mandate on mandate.act_id = act.id'
    expect(town.store.statement(label).pluck().all()).toEqual([
      `Demandes reçues du portail\u00a0: mandat ${reference} signé`,
    ])
    expect(await town.client.debits.portalMandates({ familyId: null })).toMatchObject([
      { what: 'signed', reference, family: 'Marchand', problem: null },
    ])
    // The desk keeps what was read and signed, and prints it; of the account, its last signs only.
    const [mandate] = await mandates()
    const paper = await town.client.debits.mandatePaper({ id: mandate?.id ?? 0 })
    expect(paper.name).toBe(`Mandat ${reference}.pdf`)
    const stored = String(town.store.statement('select paper from mandate').pluck().get())
    expect(JSON.parse(stored)).toMatchObject({
      creditor: { creditorId: 'FR72ZZZ123456' },
      words: [
        expect.stringMatching(/^Mandat de prélèvement SEPA, paiement récurrent/),
        expect.any(String),
        expect.any(String),
      ],
      signer: expect.stringContaining('Marchand'),
    })
    expect(stored).not.toContain(iban)
    // An exchange sends papers after what it is awaited for.
    await expect.poll(shown).toMatchObject({
      signed: [],
      mandates: [{ reference, isStoppable: true, isStopping: false, hasPaper: true }],
    })
    // The same bytes for the home, and for nobody else.
    const held = await mandatePaper(served.portal, parent, reference)
    expect(await held.text()).toBe(await paper.text())
    await expect(mandatePaper(served.portal, { ...parent, familyId: 9999 }, reference)).rejects.toThrow('n’est pas')
    const { debits } = await collectingIn(town).preview()
    expect(debits).toMatchObject([{ payer: 'Marchand', reference, sequence: 'FRST', cents: 5000 }])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('is refused with a wrong account, name or code, and signs nothing once its code is over', async () => {
    await offered()
    await expect(begun({ iban: 'FR7630006000011234567890188' })).rejects.toMatchObject({ field: 'iban' })
    await expect(begun({ iban: 'CH9300762011623852957' })).rejects.toMatchObject({ field: 'bic' })
    await expect(begun({ debtor: ' ' })).rejects.toMatchObject({ field: 'debtor' })
    expect(await codes()).toEqual([])

    const once = typed()
    const { id } = await begin(served.portal, parent, once)
    expect(await begin(served.portal, parent, once)).toMatchObject({ id })
    expect(await codes()).toHaveLength(1)
    const [right = ''] = await codes()
    const wrong = right === '000 000' ? '111111' : '000000'
    for (const left of [4, 3, 2, 1])
      await expect(signWith(id, wrong)).rejects.toThrow(`Il vous reste ${left}\u00a0essai`)
    await expect(signWith(id, wrong)).rejects.toThrow('Trop de codes faux')
    await expect(signWith(id, right)).rejects.toThrow('Trop de codes faux')
    later(1)
    await anotherCode(served.portal, parent, id)
    await expect(signWith(id, right)).rejects.toThrow('Ce n’est pas le code')
    later(30)
    await expect(signWith(id, (await codes())[0] ?? '')).rejects.toThrow('plus valable')
    await anotherCode(served.portal, parent, id)
    await expect(sign(served.portal, { ...parent, guardianId: 9999 }, id, (await codes())[0] ?? '')).rejects.toThrow(
      'plus en cours',
    )
    const [last = ''] = await codes()
    await Promise.all([signWith(id, last), signWith(id, last)])
    await signWith(id, last)
    expect(await served.portal.store.db.select().from(logEntry).where(eq(logEntry.kind, 'signedMandate'))).toHaveLength(
      1,
    )
    await expect(anotherCode(served.portal, parent, id)).rejects.toThrow('plus en cours')
    // Another one begun takes the place of the one before, of which the code then signs nothing.
    const first = await begun({ iban: otherIban })
    later(1)
    await begun({ iban: otherIban })
    await expect(signWith(first.id, (await codes())[1] ?? '')).rejects.toThrow('plus en cours')
    await pruneSignings(served.portal.store.db, addMinutes(clock(), 25 * 60))
    expect(await served.portal.store.db.select().from(mandateSigning)).toHaveLength(1)
    // Each begun or renewed code is a mail: the sixth waits.
    await expect(begun()).rejects.toThrow('Trop d’essais')
  })

  it('for another account replaces the one before, which still pays what was announced', async () => {
    await town.client.debits.saveMandate({ ...mandateOf(town, 'Marchand'), iban: otherIban, regieId: firstRegieId })
    await offered()
    const { freeze, preview } = collectingIn(town)
    const frozen = await freeze()
    const reference = await signed()
    await exchange()
    const rows = await mandates()
    expect(rows.map(({ reference: name, state, stopsOn, reason }) => [name, state, stopsOn, reason])).toEqual([
      [reference, 'active', null, ''],
      ['EJ-2026-000001', 'active', '2026-12-10', `remplacé par le mandat ${reference}`],
    ])
    expect(await shown()).toMatchObject({ mandates: [{ reference }], announced: [{ lastFour: otherIban.slice(-4) }] })
    owe(town, 'Marchand', 2000, '2026-11-01')
    expect((await preview(day('2026-12-09'))).debits).toMatchObject([{ reference, cents: 2000 }])

    // The same account again: the mandate that it has stays.
    const again = await signed()
    await exchange()
    expect((await mandates()).filter(({ state }) => state === 'active').map((one) => one.reference)).toContain(
      reference,
    )
    expect(await shown()).toMatchObject({ signed: [{ reference: again, refusal: expect.stringContaining(reference) }] })
    expect(await subjects()).toContain(`Mandat de prélèvement ${again}\u00a0: rien n’est prélevé par lui`)

    const written = await town.client.debits.writeFile({ id: frozen.id })
    expect(written.debits).toMatchObject([{ reference: 'EJ-2026-000001', removed: null, sequence: 'FRST' }])
    clock.set('2026-12-11')
    expect((await mandates()).find((one) => one.reference === 'EJ-2026-000001')?.state).toBe('stopped')
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('is stopped by a parent, at once or after what was announced, which the page shows', async () => {
    await offered()
    const reference = await signed()
    await exchange()
    const { freeze, preview } = collectingIn(town)
    await freeze()
    await exchange()
    await expect(stop(served.portal, parent, 'EJ-2026-999999')).rejects.toThrow('plus en cours')
    await stop(served.portal, parent, reference)
    await expect(stop(served.portal, parent, reference)).rejects.toThrow('déjà arrêté')
    expect(await cardText()).toEqual([expect.stringContaining('Vous l’avez arrêté')])
    expect(await subjects()).toContain(`Mandat de prélèvement ${reference} arrêté`)
    await exchange()
    expect(await mandates()).toMatchObject([
      { state: 'active', stopsOn: '2026-12-10', reason: 'par la famille, sur le portail' },
    ])
    expect(await shown()).toMatchObject({ mandates: [], announced: [{ on: '2026-12-09', cents: 5000 }] })
    owe(town, 'Marchand', 2000, '2026-11-01')
    expect(await preview(day('2026-12-28'))).toMatchObject({ debits: [] })
    // Signed and stopped before the desk knows of it.
    const other = await signed({ iban: otherIban })
    await stop(served.portal, parent, other)
    await exchange()
    expect((await mandates())[0]).toMatchObject({ reference: other, state: 'stopped' })
    expect(await toCheck()).toEqual([])
  })

  it('that the desk cannot record is reported to the home and to staff, and stops no exchange', async () => {
    await offered()
    const agent = await town.as('receptionist')
    await forged('signedMandate', { ...sealedFor({ iban, bic: '' }), guardian: 9999 })
    await forged('signedMandate', { ...sealedFor({ iban: 'FR7630006000011234567890188', bic: '' }), debtor: 'X' })
    // Sealed for another home, and moved to this one.
    await forged('signedMandate', { ...sealedFor({ iban, bic: '' }, { family: 9999 }), family: parent.familyId })
    await forged('signedMandate', { reference: 'EJ-P-BBBBBBBBBBBB' })
    await forged('signedMandate', sealedFor({ iban, bic: '' }, { regie: 9999 }))
    await forged('stoppedMandate', { reference: 'EJ-2026-999999' })
    expect(await mandates()).toEqual([])
    expect((await agent.debits.portalMandates({ familyId: null })).map(({ problem }) => problem)).toEqual([
      expect.stringContaining('pas connu'),
      expect.stringContaining('ne prélève pas'),
      expect.stringContaining('pas pu être lue'),
      expect.stringContaining('pas pu être lu'),
      expect.stringContaining('IBAN est faux'),
      expect.stringContaining('ne vient pas d’un responsable'),
    ])
    // Staff settle one with the family, and say how.
    const [newest] = await toCheck()
    const dismissed = { id: newest?.id ?? 0, reason: 'mandat de l’ancien logiciel' }
    await agent.debits.dismissMandate(dismissed)
    expect(await toCheck()).toHaveLength(5)
    expect((await agent.debits.portalMandates({ familyId: null }))[0]).toMatchObject({
      problem: null,
      dismissed: 'mandat de l’ancien logiciel',
    })
    await expect(agent.debits.dismissMandate(dismissed)).rejects.toMatchObject({
      data: { sentence: 'Ce mandat est déjà vérifié.' },
    })
    await expect(agent.debits.dismissMandate({ ...dismissed, id: 9999 })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/rien à vérifier/) },
    })
    // Accepted as it is, and as often as it comes.
    for (let time = 0; time < 2; time += 1) await forged('signedMandate', sealedFor({ iban, bic: '' }))
    expect(await mandates()).toMatchObject([{ reference: 'EJ-P-AAAAAAAAAAAA', state: 'active' }])
    const refused = await signed()
    await exchange()
    const [row] = await served.portal.store.db
      .select()
      .from(mandateSigning)
      .where(eq(mandateSigning.reference, refused))
    expect(row).toMatchObject({ answer: 'moot', sealed: '', codeHash: '' })
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('is asked for by the service, which the home reads until it has signed', async () => {
    await offered()
    const { debits } = town.client
    const ask = { familyId: parent.familyId, regieId: firstRegieId }
    const { id: first } = await debits.askAccount(ask)
    await expect(debits.askAccount(ask)).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/déjà demandé/) },
    })
    await exchange()
    const askedLine = /^Votre compte bancaire est demandé depuis le .* Signez un mandat ici\.$/
    expect((await cardText())[0]).toMatch(askedLine)
    const steps = async () => (await dashboard(served.portal, parent)).firstSteps.map(({ title }) => title)
    expect(await steps()).toContain('Donner votre compte bancaire (IBAN)')
    await debits.dropAccountRequest({ id: first, reason: 'paie par carte' })
    await exchange()
    expect((await cardText())[0]).not.toMatch(askedLine)
    await debits.askAccount(ask)
    await exchange()
    await signed()
    // Signed here: nothing is asked any more, also before the service knows.
    expect((await shown()).asked).toEqual([])
    expect(await steps()).not.toContain('Donner votre compte bancaire (IBAN)')
    await exchange()
    expect(await debits.accountRequests({ familyId: parent.familyId })).toEqual([])
    expect((await shown()).asked).toEqual([])
    await expect(debits.askAccount(ask)).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/mandat actif/) },
    })
  })

  it('waits at a desk that has lost its key, and counts once the key is there', async () => {
    await offered()
    const { key } = town.store.key
    if (!key) throw new Error('no key')
    const reference = await signed()
    rmSync(keyRingPath(town.store.dataDir))
    town.store.storeKey(newDataKey())
    await exchange()
    expect(await mandates()).toEqual([])
    expect(await toCheck()).toMatchObject([{ reference, problem: expect.stringContaining('clé de la base') }])
    expect(await shown()).toMatchObject({ signed: [{ reference, refusal: null }] })
    town.store.storeKey(key)
    await exchange()
    expect(await mandates()).toMatchObject([{ reference, state: 'active' }])
    expect(await toCheck()).toEqual([])
  })

  it('survives the restore of an older copy on either side', async () => {
    await offered()
    for await (const _ of await town.client.settings.makeBackup()) continue
    const { backups } = await town.client.settings.backups()
    const reference = await signed()
    await exchange()
    await town.client.settings.restoreBackup({ name: backups[0]?.name ?? '' })
    await town.client.staff.login({ login: 'sandrine', password })
    expect(await mandates()).toEqual([])
    await exchange()
    await exchange()
    expect(await mandates()).toMatchObject([{ reference, state: 'active' }])
    expect(await town.client.debits.readAccount({ id: (await mandates())[0]?.id ?? 0 })).toEqual({ iban, bic: '' })
    const label = 'select label from act join mandate on mandate.act_id = act.id'
    expect(town.store.statement(label).pluck().all()).toEqual([
      `Demandes reçues du portail\u00a0: mandat ${reference} signé`,
    ])

    // The portal as it was while its parent read the mandate, then before it.
    const { db } = served.portal.store
    const [entry] = await db.select().from(logEntry).where(eq(logEntry.kind, 'signedMandate'))
    const [row] = await db.select().from(mandateSigning)
    if (!entry || !row) throw new Error('nothing was signed')
    await db.update(mandateSigning).set({ signedAt: null, sealed: 'x', answer: null })
    for (let time = 0; time < 2; time += 1) {
      await db.transaction((tx) => recover(served.portal, tx, [entry]))
      expect(await db.select().from(mandateSigning)).toMatchObject([
        { id: row.id, reference, lastFour: row.lastFour, signedAt: row.signedAt, sealed: '', codeHash: '' },
      ])
      await db.delete(mandateSigning)
    }
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('whose debit comes back is shown to the home for as long as it owes the amount', async () => {
    await offered()
    const reference = await signed()
    await exchange()
    const { id } = await collectingIn(town).collected()
    const [line] = (await town.client.debits.collection({ id })).debits
    await town.client.debits.recordReturns({
      returned: [{ debitId: line?.id ?? 0, cameBack: 'returned', on: day('2026-12-09'), code: 'AC04' }],
    })
    await exchange()
    expect(await balanceText()).toContainEqual(
      expect.stringMatching(
        /^Prélèvement du mer\.\s9\sdéc\.\s2026 refusé par la banque .* 50,00\s€ restent à payer\. Compte clos\.$/,
      ),
    )
    expect((await mandates())[0]).toMatchObject({ reference })
    expect((await shown()).mandates).toEqual([])
  })
})

describe('the portal’s folder, after a mandate was signed', () => {
  it('has no sign of the account but the last four: neither its files, its mails nor its log', async () => {
    const folder = aDataFolder()
    await emptyFolder(join(folder, 'portail'))
    await open(() => openPortalStore({ folder: join(folder, 'portail') }))
    onTestFinished(() => town.close())
    await offered()
    await expect(begun({ iban: `${iban.slice(0, -1)}1` })).rejects.toMatchObject({ field: 'iban' })
    const reference = await signed()
    await exchange()
    await stop(served.portal, parent, reference)
    await served.close()
    const account = iban.slice(4, -4)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
    expect(files.length).toBeGreaterThan(20)
    const filesWith = (text: string) =>
      files.filter((one) => readFileSync(join(one.parentPath, one.name)).includes(text))
    expect(filesWith(reference)).not.toEqual([])
    expect(filesWith(account)).toEqual([])
    expect(served.lines.join()).not.toContain(account)
    // The desk has it, sealed.
    expect(JSON.stringify(town.store.statement('select * from mirror_entry').all())).not.toContain(account)
    expect(JSON.stringify(town.store.statement('select * from audit').all())).not.toContain(account)
  })
})
