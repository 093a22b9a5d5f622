import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { moneyDocuments } from '../../../../main/exchange/published/money.ts'
import { reachOn } from '../../../../main/exchange/published/reach.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { family, guardian } from '../../../../main/store/schema/index.ts'
import { triggers } from '../../../../main/store/triggers.ts'
import { childrenNamed, elementAt, readXml, textOf } from '../../../../main/xml.ts'
import { balanceShown } from '../../../../shared/pages/money/account.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { giveAccount } from '../../../exchange/published/publishing.ts'
import { aBillingTown, billing } from '../../../support/towns/billing.ts'
import {
  aDebitTown,
  collecting,
  collectingIn,
  debitSettings,
  ibanNumbered,
  mandateOf,
  owe,
  signing,
} from '../../../support/towns/debits.ts'
import { aMailServer, useMailServer } from '../../../support/towns/mails.ts'
import { anAidInput, aThirdPartyInput } from '../../../support/towns/payers.ts'
import { aFamily } from '../../../support/towns/town.ts'
import { returnsNotification, statusReport } from '../../documents/bank-files.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

const open = async () => {
  const town = await aDebitTown().open()
  onTestFinished(() => town.close())
  const { debits } = town.client
  const mandate = async (family: string) =>
    (await debits.mandatesOf({ familyId: town.family(family), thirdPartyId: null }))[0]
  const balance = async (family: string) =>
    (await town.client.payments.owed({ familyId: town.family(family) })).balanceCents
  const lineOf = async (id: number, family: string) => {
    const line = (await debits.collection({ id })).debits.find((one) => one.payer === family)
    if (!line) throw new Error(`no line of ${family}`)
    return line
  }
  return { town, debits, mandate, balance, lineOf, ...collectingIn(town), findings: () => checkFile(town.store.sqlite) }
}

const refusing = (sentence: RegExp, field?: string) => ({
  data: { sentence: expect.stringMatching(sentence), ...(field !== undefined && { field }) },
})
const december10 = day('2026-12-10')

describe('how a régie collects', () => {
  it('is refused at the field that is wrong, and read back as saved', async () => {
    const { debits } = await open()
    const save = (changes: object) => debits.saveSettings(debitSettings(changes))
    await expect(save({ creditorId: 'FR00ZZZ000000' })).rejects.toMatchObject(refusing(/ICS/, 'creditorId'))
    await expect(save({ iban: 'FR7630006000011234567890188' })).rejects.toMatchObject(refusing(/clé/, 'iban'))
    await expect(save({ noticeDays: 0 })).rejects.toMatchObject(refusing(/14/, 'noticeDays'))
    await expect(save({ format: 'DFT' })).rejects.toMatchObject(refusing(/DGFiP/, 'treasuryName'))
    await save({ creditorId: 'fr72 zzz 123456', leastCents: 100 })
    expect(await debits.settings({ regieId: firstRegieId })).toEqual(debitSettings({ leastCents: 100 }))
  })
})

describe('a mandate', () => {
  it('keeps its account sealed: screens have the ends, whoever reads it whole leaves a trace', async () => {
    const { town, debits, mandate } = await open()
    const iban = ibanNumbered(town.family('Aubry'))
    expect(await mandate('Aubry')).toMatchObject({
      reference: 'EJ-2026-000001',
      lastFour: iban.slice(-4),
      state: 'active',
      lapsesAfter: '2029-11-14',
    })
    const everything =
      JSON.stringify(town.store.statement('select * from mandate').all()) +
      JSON.stringify(town.store.statement('select * from audit').all())
    expect(everything).not.toContain(iban)
    expect(await debits.readAccount({ id: (await mandate('Aubry'))?.id ?? 0 })).toEqual({ iban, bic: '' })
    expect(town.store.statement(`select count(*) from audit where entity = 'mandate_consultation'`).pluck().get()).toBe(
      1,
    )
  })

  it('is refused with a wrong account, date or reference, and changes nothing', async () => {
    const { town, debits } = await open()
    const save = (changes: object) =>
      debits.saveMandate(mandateOf(town, 'Aubry', { iban: ibanNumbered(900), ...changes }))
    await expect(save({ iban: 'FR7630006000011234567890188' })).rejects.toMatchObject(refusing(/clé/, 'iban'))
    await expect(save({ iban: 'CH9300762011623852957' })).rejects.toMatchObject(refusing(/BIC/, 'bic'))
    await expect(save({ signedOn: day('2026-11-26') })).rejects.toMatchObject(refusing(/futur/, 'signedOn'))
    await expect(save({ reference: 'EJ-2026-000001' })).rejects.toMatchObject(
      refusing(/déjà cette référence/, 'reference'),
    )
    await expect(save({ reference: 'a é' })).rejects.toMatchObject(refusing(/35 signes/, 'reference'))
    await expect(save({ iban: ibanNumbered(town.family('Aubry')) })).rejects.toMatchObject(
      refusing(/déjà un mandat/, 'iban'),
    )
    expect(await debits.mandatesOf({ familyId: town.family('Aubry'), thirdPartyId: null })).toHaveLength(1)
  })

  it('for another account replaces the one before; a stopped one is not collected', async () => {
    const { town, debits, mandate, preview } = await open()
    await debits.saveMandate(mandateOf(town, 'Aubry', { iban: ibanNumbered(900), reference: '++ancien/12' }))
    const both = await debits.mandatesOf({ familyId: town.family('Aubry'), thirdPartyId: null })
    expect(both.map(({ reference, state, reason }) => [reference, state, reason])).toEqual([
      ['++ANCIEN/12', 'active', ''],
      ['EJ-2026-000001', 'stopped', 'remplacé par le mandat ++ANCIEN/12'],
    ])
    await debits.stopMandate({ id: (await mandate('Noël'))?.id ?? 0, reason: 'demandé par la famille' })
    const { skipped } = await preview()
    expect(skipped.map(({ payer, text }) => [payer, text])).toContainEqual([
      'Noël',
      'Mandat arrêté\u00a0: demandé par la famille',
    ])
    expect(skipped[0]).toMatchObject({ act: 'askAccount', accountAskedOn: null })
    await debits.askAccount({ familyId: town.family('Noël'), regieId: firstRegieId })
    expect((await preview()).skipped[0]).toMatchObject({ payer: 'Noël', accountAskedOn: '2026-11-25' })
  })

  it('is typed by agents, who read neither the whole account nor a collection', async () => {
    const { town, mandate } = await open()
    const agent = await town.as('receptionist')
    const id = (await mandate('Aubry'))?.id ?? 0
    expect(await agent.debits.mandatesOf({ familyId: town.family('Aubry'), thirdPartyId: null })).toHaveLength(1)
    await expect(agent.debits.readAccount({ id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(agent.debits.collections({ regieId: firstRegieId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const director = await town.as('director')
    await expect(director.debits.mandatesOf({ familyId: 1, thirdPartyId: null })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
  })
})

describe('a collection', () => {
  it('shows what is due of homes with a mandate, and who is skipped', async () => {
    const { town, preview } = await open()
    owe(town, 'Aubry', 1200, '2026-12-24')
    expect(await preview()).toMatchObject({
      on: '2026-12-09',
      refusal: null,
      noticesBy: '2026-11-25',
      fileBy: '2026-12-04',
      debits: [
        { payer: 'Aubry', sequence: 'FRST', cents: 5000, what: 'Solde repris au 31/10/2026' },
        { payer: 'Noël', sequence: 'FRST', cents: 9460 },
      ],
      skipped: [{ payer: 'Lemaire', cents: 360, text: 'Sous le seuil de 5,00\u00a0€\u00a0: reporté' }],
      byPost: 2,
    })
    expect((await preview(day('2026-12-25'))).refusal).toMatch(/Noël/)
  })

  it('is frozen once, and only as it was previewed', async () => {
    const { debits, preview, freeze, balance } = await open()
    const { debits: seen } = await preview()
    const wish = { regieId: firstRegieId, on: december10, mandateIds: seen.map(({ mandateId }) => mandateId) }
    await expect(debits.freeze({ ...wish, seenCents: 1 })).rejects.toMatchObject(refusing(/liste a changé/))
    await expect(debits.freeze({ ...wish, on: day('2026-12-13'), seenCents: 14_460 })).rejects.toMatchObject(
      refusing(/jour ouvré/, 'on'),
    )
    const outcomes = await Promise.allSettled([freeze(december10), freeze(december10)])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const [frozen] = await debits.collections({ regieId: firstRegieId })
    expect(frozen).toMatchObject({ state: 'frozen', lines: 2, cents: 14_460, frozenBy: 'Sandrine Tostain' })
    // Nothing of it can be collected again, and nothing is paid yet.
    expect((await preview(day('2026-12-11'))).debits).toEqual([])
    expect(await balance('Aubry')).toBe(5000)
    const { debits: lines } = await debits.collection({ id: frozen?.id ?? 0 })
    expect(lines.map(({ notice }) => notice)).toEqual(['AP-2026-000001', 'AP-2026-000002'])
  })

  it('takes no debt that another workstation freezes for another day at the same moment', async () => {
    const { debits, preview } = await open()
    const { debits: seen } = await preview()
    const wish = {
      regieId: firstRegieId,
      mandateIds: seen.map(({ mandateId }) => mandateId),
      seenCents: seen.reduce((sum, { cents }) => sum + cents, 0),
    }
    const outcomes = await Promise.allSettled([
      debits.freeze({ ...wish, on: december10 }),
      debits.freeze({ ...wish, on: day('2026-12-11') }),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(await debits.collections({ regieId: firstRegieId })).toHaveLength(1)
  })

  it('can only lose lines; its file leaves out who paid and who stopped, and keeps the same bytes', async () => {
    const { town, debits, freeze, lineOf, mandate, findings } = await open()
    owe(town, 'Lemaire', 2000, '2026-09-30')
    const { id, debits: lines } = await freeze(december10)
    expect(lines).toHaveLength(3)
    await expect(debits.saveSettings(debitSettings({ format: 'pain.008.001.02' }))).rejects.toMatchObject(
      refusing(/prélèvement gelé attend son fichier/, 'format'),
    )
    await expect(debits.file({ id })).rejects.toMatchObject(refusing(/pas encore fait/))
    await town.client.payments.record({
      familyId: town.family('Aubry'),
      means: 'cheque',
      amountCents: 1000,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
    })
    await debits.stopMandate({ id: (await mandate('Lemaire'))?.id ?? 0, reason: 'ne veut plus' })
    // Of two workstations that make it at once, either does, and the other is told.
    const outcomes = await Promise.allSettled([debits.writeFile({ id }), debits.writeFile({ id })])
    const [made, told] = outcomes.toSorted((one, other) => (one.status < other.status ? -1 : 1))
    expect(told).toMatchObject({ status: 'rejected', reason: refusing(/fichier.*fait/) })
    expect(made).toMatchObject({
      status: 'fulfilled',
      value: { state: 'written', lines: 1, cents: 9460, fileName: 'EJ-2026-12-10.xml' },
    })
    expect((await lineOf(id, 'Aubry')).removed?.reason).toBe('payé avant le prélèvement')
    expect((await lineOf(id, 'Lemaire')).removed?.reason).toBe('mandat qui ne se prélève plus')
    const bytes = async () => Buffer.from(await (await debits.file({ id })).arrayBuffer())
    const first = await bytes()
    expect(createHash('sha256').update(first).digest('hex')).toBe((await debits.collection({ id })).sha256)
    expect(await bytes()).toEqual(first)
    const [group] = childrenNamed(elementAt(readXml(first.toString()), 'CstmrDrctDbtInitn'), 'PmtInf')
    expect(textOf(group, 'DrctDbtTxInf', 'DbtrAcct', 'Id', 'IBAN')).toBe(ibanNumbered(town.family('Noël')))
    expect(textOf(group, 'ReqdColltnDt')).toBe('2026-12-10')
    const line = await lineOf(id, 'Noël')
    await expect(debits.remove({ debitId: line.id, reason: 'trop tard' })).rejects.toMatchObject(
      refusing(/fichier.*fait/),
    )
    await expect(debits.writeFile({ id })).rejects.toMatchObject(refusing(/fichier.*fait/))
    expect(findings()).toEqual([])
  })

  it('can lose every line, and its day can then be frozen again', async () => {
    const { debits, freeze, lineOf } = await open()
    const { id } = await freeze(december10)
    await debits.remove({ debitId: (await lineOf(id, 'Aubry')).id, reason: 'mois difficile' })
    await debits.abandon({ id, reason: 'erreur de jour' })
    await expect(debits.writeFile({ id })).rejects.toMatchObject(refusing(/aucune ligne/))
    expect((await freeze(december10)).lines).toBe(2)
  })

  it('is paid on its day by one act, with a receipt each', async () => {
    const { town, debits, freeze, balance, findings } = await open()
    const { id } = await freeze(december10)
    await expect(debits.collect({ id })).rejects.toMatchObject(refusing(/rien n’a été prélevé/))
    await debits.writeFile({ id })
    await expect(debits.collect({ id })).rejects.toMatchObject(refusing(/le jeudi 10 décembre 2026/))
    town.clock.set('2026-12-11')
    const outcomes = await Promise.allSettled([debits.collect({ id }), debits.collect({ id })])
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect((await debits.collection({ id })).debits.map(({ receipt }) => receipt)).toEqual([
      'Q2026-000001',
      'Q2026-000002',
    ])
    expect([await balance('Aubry'), await balance('Noël')]).toEqual([0, 0])
    const { payments } = await town.client.payments.day({ day: december10 })
    expect(payments.map(({ means, amountCents }) => `${means} ${amountCents}`).toSorted()).toEqual([
      'directDebit 5000',
      'directDebit 9460',
    ])
    expect(findings()).toEqual([])
  })

  it('keeps what was paid twice as an advance', async () => {
    const { town, debits, freeze, balance } = await open()
    const { id } = await freeze(december10)
    await debits.writeFile({ id })
    await town.client.payments.record({
      familyId: town.family('Aubry'),
      means: 'cheque',
      amountCents: 5000,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
    })
    town.clock.set('2026-12-10')
    await debits.collect({ id })
    expect(await balance('Aubry')).toBe(-5000)
  })

  it('whose payment was refunded meanwhile cannot be undone: the refusal says what to do', async () => {
    const { town, debits, freeze, lineOf } = await open()
    const { payments } = town.client
    const familyId = town.family('Aubry')
    const { id } = await freeze(december10)
    await debits.writeFile({ id })
    const line = await lineOf(id, 'Aubry')
    const total = 5000
    await payments.record({
      familyId,
      means: 'cheque',
      amountCents: total,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
    })
    town.clock.set('2026-12-10')
    await debits.collect({ id })
    const refund = await payments.recordRefund({
      familyId,
      regieId: firstRegieId,
      means: 'paymentOrder',
      amountCents: total,
      reason: 'Payé deux fois',
      paidOn: null,
      reference: '',
    })
    const told = async () => {
      const bank = file(
        returnsNotification('2026-12-10', [{ endToEndId: '', code: 'AC04', cents: total, rum: line.reference }]),
      )
      return (await debits.readReturns({ regieId: firstRegieId, file: bank })).returned[0]
    }
    const wish = { debitId: line.id, code: 'AC04', cameBack: 'returned' as const, on: december10 }
    expect(await told()).toMatchObject({ debitId: null, text: expect.stringMatching(/attend d’être payé/) })
    await payments.markRefundPaid({ id: refund.id, paidOn: december10, reference: 'Mandat 12' })
    expect(await told()).toMatchObject({ debitId: null, text: expect.stringMatching(/déjà remboursée.*ligne libre/) })
    await expect(debits.recordReturns({ returned: [wish] })).rejects.toMatchObject(refusing(/déjà remboursée/))
  })

  it.skipIf(missing('pdftotext'))(
    'tells families by notices, on paper for those who do not read the portal',
    async () => {
      const { debits, freeze } = await open()
      const { id } = await freeze(december10)
      const bytes = new Uint8Array(await (await debits.notices({ id, only: 'byPost' })).arrayBuffer())
      const text = asked('pdftotext', bytes, ['-layout'], ['-']).replaceAll('\u00a0', ' ')
      const words = [
        'AP-2026-000001',
        'Votre prélèvement du jeu. 10 déc. 2026',
        '50,00 €',
        'EJ-2026-000001',
        'FR72ZZZ123456',
      ]
      for (const word of words) expect(text).toContain(word)
    },
  )
})

const emailOf = (name: string) => `${name.toLowerCase()}@exemple.fr`

/** Aubry and Noël have an address; no server is set yet. */
const mailing = async () => {
  const ready = await open()
  const { town } = ready
  const server = await aMailServer()
  onTestFinished(() => server.mailbox.close())
  town.store.act(town.person, 'families.guardian', 'Adresses mail', (write) => {
    const ids = town.store.statement('select guardian_id from family_guardian where family_id = ?').pluck()
    for (const name of ['Aubry', 'Noël'])
      write.update(guardian, Number(ids.get(town.family(name))), { email: emailOf(name) })
  })
  const posted = (id: number) => ready.debits.notices({ id, only: 'byPost' })
  return { ...ready, ...server, posted }
}

describe('a notice by mail', () => {
  it('goes once to the guardian of a home that reads no portal, its paper made when it leaves', async () => {
    const { town, debits, preview, freeze, mailbox, settings, authority, posted, findings } = await mailing()
    expect(await preview(december10)).toMatchObject({ byMail: 0, byPost: 2 })
    useMailServer(town.desk.core, town.person, { settings, authority })
    await town.client.mails.stop({ email: emailOf('Noël'), reason: 'adresse d’un tiers' })
    expect(await preview(december10)).toMatchObject({ byMail: 1, byPost: 1 })
    const { id, mailed } = await freeze(december10)
    expect(mailed).toBe(1)
    await vi.waitFor(() => expect(mailbox.received).toHaveLength(1), { timeout: 10_000 })
    const [mail] = mailbox.received
    expect(mail).toMatchObject({
      to: emailOf('Aubry'),
      subject: 'Espace Jeunesse\u00a0: avis de prélèvement AP-2026-000001',
    })
    expect(mail?.text).not.toContain('50,00')
    expect(mail?.files[0]).toMatch(/^%PDF/)
    expect((await debits.collection({ id })).mailed).toBe(1)
    expect(mailbox.received).toHaveLength(1)
    expect(findings()).toEqual([])
    if (missing('pdftotext')) return
    const text = asked('pdftotext', new Uint8Array(await (await posted(id)).arrayBuffer()), ['-layout'], ['-'])
    expect(text).toContain('AP-2026-000002')
    expect(text).not.toContain('AP-2026-000001')
  })

  it('is not for who asked for paper, and does not leave once its debit is taken off', async () => {
    const { town, debits, freeze, lineOf, mailbox, settings, authority, posted } = await mailing()
    useMailServer(town.desk.core, town.person, { settings, authority })
    // Without its password nothing leaves.
    rmSync(join(town.store.dataDir, 'serveur-mail'))
    town.store.act(town.person, 'families.change', 'Sur papier', (write) =>
      write.update(family, town.family('Noël'), { invoicesBy: 'paper' }),
    )
    const { id, mailed } = await freeze(december10)
    expect(mailed).toBe(1)
    await debits.remove({ debitId: (await lineOf(id, 'Aubry')).id, reason: 'payé au guichet' })
    expect((await town.client.mails.list({ filter: 'all', text: '', from: 0, count: 9 })).rows).toMatchObject([
      { familyId: town.family('Aubry'), fate: 'withdrawn' },
    ])
    expect((await debits.collection({ id })).mailed).toBe(0)
    expect((await posted(id)).name).toBe('Avis de prélèvement 2026-12-10.pdf')
    expect(mailbox.received).toEqual([])
  })
})

describe('an invoice in a frozen collection', () => {
  it('is reported to the portal, where it cannot be paid otherwise until the debit comes back', async () => {
    const town = await aBillingTown().with(collecting()).with(signing('Marchand')).open()
    onTestFinished(() => town.close())
    const { book, run, issue } = billing(town)
    await book('Louison', ['2026-12-09'], 'Matin')
    await issue((await run()).id)
    giveAccount(town, 'Marchand')
    const familyId = town.family('Marchand')
    const debitOn = () =>
      moneyDocuments(town.store, reachOn(day('2026-11-25')), [familyId])
        .get(familyId)
        ?.invoices.map((one) => one.debitOn)
    expect(debitOn()).toEqual([undefined])
    const shown = () => {
      const money = moneyDocuments(town.store, reachOn(day('2026-11-25')), [familyId]).get(familyId)
      if (!money) throw new Error('no money was published')
      return balanceShown(money, 0, town.clock()).lines.map(({ text }) =>
        text.map((part) => (typeof part === 'string' ? part : 'strong' in part ? part.strong : '')).join(''),
      )
    }
    const lastFour = ibanNumbered(familyId).slice(-4)
    expect(shown()).toEqual(['1\u00a0facture à payer avant le ven.\u00a025\u00a0déc.\u00a02026'])
    // It is due on 25 December.
    const { id, debits } = await collectingIn(town).freeze(day('2026-12-28'))
    expect(debits).toMatchObject([{ what: '2026-000001', cents: 550 }])
    expect(debitOn()).toEqual(['2026-12-28'])
    expect(shown()[0]).toBe(
      `5,50\u00a0€ prélevés le lun.\u00a028\u00a0déc.\u00a02026 sur le compte …\u00a0${lastFour}, avis AP-2026-000001`,
    )
    const [run_] = await town.client.invoicing.runs()
    expect(await town.client.invoicing.takeBackPreview({ runId: run_?.id ?? 0 })).toMatchObject({
      leftOut: [{ family: 'Marchand', cause: 'debited' }],
    })
    await town.client.debits.abandon({ id, reason: 'erreur' })
    expect(debitOn()).toEqual([undefined])
  })
})

/** A works council that owes the half of a morning of Louison. */
const billed = async () => {
  const town = await aBillingTown().with(collecting()).open()
  onTestFinished(() => town.close())
  const { payers, debits } = town.client
  const { id } = await payers.saveThirdParty(aThirdPartyInput('CE Renault', { kind: 'worksCouncil' }))
  await payers.promise({
    aid: anAidInput(id, { percent: 50 }),
    beneficiaries: [{ familyId: town.family('Marchand'), childId: town.child('Louison') }],
  })
  const { book, run, issue } = billing(town)
  await book('Louison', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
  await payers.bill({ thirdPartyIds: [id] })
  const mandate = mandateOf(town, 'Marchand', {
    familyId: null,
    thirdPartyId: id,
    debtor: 'CE Renault',
    iban: ibanNumbered(700),
  })
  const owed = async () => (await payers.thirdParty({ id })).balanceCents
  return {
    town,
    id,
    debits,
    payers,
    mandate,
    owed,
    ...collectingIn(town),
    findings: () => checkFile(town.store.sqlite),
  }
}

describe('a third party', () => {
  it('with a mandate is collected, gets a letter, and owes a returned debit again, without a fee', async () => {
    const { town, id, debits, mandate, owed, preview, freeze, findings } = await billed()
    await debits.saveSettings(debitSettings({ leastCents: 100, returnFeeCents: 750, returnFeeDecision: '2026-41' }))
    await debits.saveMandate(mandate)
    await expect(debits.saveMandate({ ...mandate, familyId: 1 })).rejects.toMatchObject(refusing(/qui paie/))
    expect(await debits.mandatesOf({ familyId: null, thirdPartyId: id })).toMatchObject([{ state: 'active' }])
    expect(await debits.mandatesOf({ familyId: town.family('Marchand'), thirdPartyId: null })).toEqual([])
    const on = day('2027-01-15')
    expect(await preview(on)).toMatchObject({
      debits: [{ payer: 'CE Renault', familyId: null, thirdPartyId: id, what: 'T2026-000001', cents: 275 }],
      byPost: 1,
    })
    const frozen = await freeze(on)
    const label = town.store.statement(`select label from act where kind = 'debits.freeze'`).pluck().get() as string
    expect(label).toMatch(/1\u00a0tiers payeur, 2,75/)
    const notices = new Uint8Array(await (await debits.notices({ id: frozen.id, only: 'byPost' })).arrayBuffer())
    expect(notices.length).toBeGreaterThan(1000)
    await debits.writeFile({ id: frozen.id })
    const [group] = childrenNamed(
      elementAt(readXml(await (await debits.file({ id: frozen.id })).text()), 'CstmrDrctDbtInitn'),
      'PmtInf',
    )
    expect(textOf(group, 'DrctDbtTxInf', 'Dbtr', 'PstlAdr', 'TwnNm')).toBe('Blainville-sur-Orne')
    town.clock.set(on)
    await debits.collect({ id: frozen.id })
    expect(await owed()).toBe(0)
    const [line] = (await debits.collection({ id: frozen.id })).debits
    await debits.recordReturns({
      returned: [{ debitId: line?.id ?? 0, code: 'AC04', cameBack: 'returned', on }],
    })
    expect(await owed()).toBe(275)
    expect((await debits.mandatesOf({ familyId: null, thirdPartyId: id }))[0]?.state).toBe('stopped')
    expect(town.store.statement('select count(*) from free_line').pluck().get()).toBe(0)
    expect(findings()).toEqual([])
  })

  it('that the public accountant collects gives no mandate, and one given before is not collected', async () => {
    const { id, debits, payers, mandate, preview, freeze } = await billed()
    await debits.saveSettings(debitSettings({ leastCents: 100 }))
    await debits.saveMandate(mandate)
    const on = day('2027-01-15')
    const { id: collectionId } = await freeze(on)
    await payers.saveThirdParty({ ...aThirdPartyInput('CE Renault', { kind: 'worksCouncil', toTitle: true }), id })
    await expect(debits.saveMandate({ ...mandate, iban: ibanNumbered(701) })).rejects.toMatchObject(
      refusing(/comptable public/),
    )
    await expect(debits.writeFile({ id: collectionId })).rejects.toMatchObject(refusing(/aucune ligne/))
    await debits.abandon({ id: collectionId, reason: 'à titrer' })
    expect((await preview(on)).skipped).toMatchObject([{ cause: 'toTitle' }])
  })
})

const file = (text: string) => new File([text], 'rejets.xml')

describe('a debit that comes back', () => {
  it('after settlement: the payment is undone, the account stops, the same file twice is one', async () => {
    const { town, debits, collected, lineOf, balance, mandate, findings } = await open()
    const { id } = await collected(december10)
    const line = await lineOf(id, 'Noël')
    const { end_to_end_id: endToEndId } = town.store
      .statement('select end_to_end_id from debit where id = ?')
      .get(line.id) as { end_to_end_id: string }
    town.clock.set('2026-12-15')
    const bank = file(
      returnsNotification('2026-12-14', [{ endToEndId, code: 'AC04', cents: 9460, rum: line.reference }]),
    )
    const read = await debits.readReturns({ regieId: firstRegieId, file: bank })
    expect(read).toMatchObject({
      format: 'CAMT.054',
      returned: [
        { debitId: line.id, payer: 'Noël', code: 'AC04', isKnown: false, text: expect.stringMatching(/^Compte clos/) },
      ],
    })
    const wish = { debitId: line.id, code: 'AC04', cameBack: 'returned' as const, on: day('2026-12-14') }
    const twice = await Promise.all([1, 2].map(() => debits.recordReturns({ returned: [wish, wish] })))
    expect(twice).toEqual([
      { recorded: 1, known: 1 },
      { recorded: 0, known: 2 },
    ])
    expect(await balance('Noël')).toBe(9460)
    expect(await mandate('Noël')).toMatchObject({ state: 'stopped', reason: 'compte clos' })
    expect((await debits.readReturns({ regieId: firstRegieId, file: bank })).returned).toMatchObject([
      { isKnown: true, text: 'Ce rejet est déjà enregistré.' },
    ])
    expect((await debits.collections({ regieId: firstRegieId }))[0]).toMatchObject({ returned: 1, returnedCents: 9460 })
    expect(findings()).toEqual([])
  })

  it('before settlement: no payment is recorded, and the next debit is the first again', async () => {
    const { town, debits, freeze, lineOf, balance, preview } = await open()
    const { id } = await freeze(december10)
    const { sha256 } = await debits.writeFile({ id })
    expect(sha256).not.toBeNull()
    town.clock.set('2026-12-09')
    const line = await lineOf(id, 'Aubry')
    const read = await debits.readReturns({
      regieId: firstRegieId,
      file: file(statusReport('EJ-1', [{ endToEndId: 'NOTPROVIDED', code: 'AM04', cents: 5000, rum: line.reference }])),
    })
    expect(read.returned).toMatchObject([
      { debitId: line.id, cameBack: 'rejected', text: expect.stringMatching(/Repris/) },
    ])
    await debits.recordReturns({
      returned: [{ debitId: line.id, code: 'AM04', cameBack: 'rejected', on: day('2026-12-09') }],
    })
    town.clock.set('2026-12-10')
    await debits.collect({ id })
    expect([await balance('Aubry'), await balance('Noël')]).toEqual([5000, 0])
    expect((await preview()).debits).toMatchObject([{ payer: 'Aubry', sequence: 'FRST' }])
  })

  it('twice in a row suspends the mandate, until a person resumes it', async () => {
    const { town, debits, collected, lineOf, mandate, preview } = await open()
    for (const on of ['2026-12-10', '2027-01-11']) {
      const { id } = await collected(day(on))
      await debits.recordReturns({
        returned: [{ debitId: (await lineOf(id, 'Aubry')).id, code: 'AM04', cameBack: 'returned', on: day(on) }],
      })
    }
    expect(await mandate('Aubry')).toMatchObject({ state: 'suspended', reason: 'provision insuffisante' })
    expect((await preview()).skipped).toMatchObject([{ payer: 'Aubry' }, { payer: 'Lemaire' }])
    const agent = await town.as('receptionist')
    const id = (await mandate('Aubry'))?.id ?? 0
    await expect(agent.debits.resumeMandate({ id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await debits.resumeMandate({ id })
    expect((await preview()).debits).toMatchObject([{ payer: 'Aubry', sequence: 'RCUR' }])
  })

  it('suspends the mandates of two homes; merged, they keep one, and its account is still asked for', async () => {
    const { town, debits, freeze, lineOf, findings } = await open()
    await aFamily('Aubri')(town)
    await signing('Aubri')(town)
    owe(town, 'Aubri', 1200, '2026-11-01')
    const { id } = await freeze()
    await debits.writeFile({ id })
    const back = async (family: string) => ({
      debitId: (await lineOf(id, family)).id,
      code: 'MD01',
      cameBack: 'rejected' as const,
      on: day('2026-11-25'),
    })
    await debits.recordReturns({ returned: [await back('Aubry'), await back('Aubri')] })
    const [keptId, goneId] = [town.family('Aubry'), town.family('Aubri')]
    await debits.askAccount({ familyId: goneId, regieId: firstRegieId })
    await town.client.doubles.merge({ kind: 'family', keptId, goneId, take: [] })
    const mandates = await debits.mandatesOf({ familyId: keptId, thirdPartyId: null })
    expect(mandates.map(({ reference, state, reason }) => [reference, state, reason])).toEqual([
      ['EJ-2026-000004', 'stopped', 'foyers réunis\u00a0: le mandat EJ-2026-000001 reste'],
      ['EJ-2026-000001', 'suspended', 'pas de mandat'],
    ])
    expect(await debits.accountRequests({ familyId: keptId })).toHaveLength(1)
    expect(findings()).toEqual([])
  })

  it('costs the home what a council decided, where its account did not pay; nothing without a decision', async () => {
    const { town, debits, collected, lineOf, findings } = await open()
    await expect(debits.saveSettings(debitSettings({ returnFeeCents: 750 }))).rejects.toMatchObject(
      refusing(/délibération/, 'returnFeeDecision'),
    )
    const lines = async (family: string) =>
      (await town.client.freeLines.ofHome({ familyId: town.family(family) })).map(({ label, totalCents, day: on }) => [
        label,
        totalCents,
        on,
      ])
    const returned = async (id: number, family: string, code: string, on: string) => {
      const { id: debitId } = await lineOf(id, family)
      await debits.recordReturns({ returned: [{ debitId, code, cameBack: 'returned', on: day(on) }] })
    }
    const { id: first } = await collected(december10)
    await returned(first, 'Aubry', 'AM04', '2026-12-10')
    expect(await lines('Aubry')).toEqual([])
    await debits.saveSettings(debitSettings({ returnFeeCents: 750, returnFeeDecision: '2026-41' }))
    await returned(first, 'Noël', 'MD06', '2026-12-10')
    // A dispute is no fault of the account.
    expect(await lines('Noël')).toEqual([])
    const { id: second } = await collected(day('2027-01-11'))
    await returned(second, 'Aubry', 'AC04', '2027-01-11')
    expect(await lines('Aubry')).toEqual([['Frais de prélèvement rejeté du 11/01/2027', 750, '2027-01-11']])
    expect(findings()).toEqual([])
  })

  it('is refused when it was never sent, has no code, or is dated before its debit', async () => {
    const { town, debits, freeze, lineOf } = await open()
    const { id } = await freeze(december10)
    const line = await lineOf(id, 'Aubry')
    const record = (changes: object) =>
      debits.recordReturns({
        returned: [{ debitId: line.id, code: 'AM04', cameBack: 'returned', on: day('2026-11-25'), ...changes }],
      })
    await expect(record({})).rejects.toMatchObject(refusing(/jamais été envoyé/, 'returned.0.debitId'))
    await debits.writeFile({ id })
    await expect(record({ code: '?' })).rejects.toMatchObject(refusing(/quatre signes/, 'returned.0.code'))
    await expect(record({})).rejects.toMatchObject(refusing(/avant ce jour/, 'returned.0.on'))
    await expect(record({ on: day('2026-11-26') })).rejects.toMatchObject(refusing(/futur/, 'returned.0.on'))
    const unknown = file(statusReport('EJ-1', [{ endToEndId: 'X', code: 'AM04', cents: 1, rum: 'NOBODY' }]))
    expect((await debits.readReturns({ regieId: firstRegieId, file: unknown })).returned).toMatchObject([
      { debitId: null, text: expect.stringMatching(/Aucun prélèvement envoyé/) },
    ])
    await expect(debits.readReturns({ regieId: firstRegieId, file: file('<a') })).rejects.toMatchObject(
      refusing(/incomplet/, 'file'),
    )
    expect(town.store.statement('select count(*) from debit where came_back is not null').pluck().get()).toBe(0)
  })
})

describe('the judge', () => {
  it('finds a collection that its lines, file, payments or mandates contradict', async () => {
    const { town, collected } = await open()
    await collected(december10)
    const { sqlite } = town.store
    const afterBreaking = (statement: string): string => {
      sqlite.exec('begin')
      for (const { name } of triggers) sqlite.exec(`drop trigger ${name}`)
      sqlite.exec(statement)
      for (const { sql } of triggers) sqlite.exec(sql)
      const found = checkFile(sqlite).map(({ sentence }) => sentence)
      sqlite.exec('rollback')
      return found.join('\n')
    }
    expect(afterBreaking('update debit_part set amount_cents = 1 where debit_id = 1')).toContain('ses dettes font 0,01')
    expect(afterBreaking('delete from debit_file')).toContain('son état et son fichier se contredisent')
    expect(afterBreaking('update payment set amount_cents = 1')).toContain('ce que disent son mandat et son règlement')
    expect(afterBreaking('update debit set payment_id = null where id = 1')).toContain('prélevée sans règlement')
    expect(afterBreaking('update debit set payment_id = null; update debit_part set opening_debt_id = 1')).toContain(
      'une de ses dettes est dans deux prélèvements',
    )
  })
})
