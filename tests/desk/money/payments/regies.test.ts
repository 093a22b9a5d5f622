import { describe, expect, it, onTestFinished } from 'vitest'
import { readXlsx } from '../../../../main/documents/spreadsheets/xlsx.ts'
import { rowName } from '../../../../main/store/acts/row-names.ts'
import { checkFile } from '../../../../main/store/checking/check.ts'
import { lastNumbersInFile } from '../../../../main/store/numbers.ts'
import { triggers } from '../../../../main/store/triggers.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { billing } from '../../../support/towns/billing.ts'
import { anAidInput, aThirdPartyInput } from '../../../support/towns/payers.ts'
import { aRegieInput, aTownOfTwoRegies, bookCamp, camp, secondRegie } from '../../../support/towns/regies.ts'
import { aFamily, aTown } from '../../../support/towns/town.ts'
import { undone } from '../../../support/undone.ts'
import { asked as askedOf, missing } from '../../documents/documents-reading.ts'

const refusing = (sentence: string | RegExp, field?: string) => ({
  data: {
    sentence: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
    ...(field !== undefined && { field }),
  },
})

const nothingLeft = refusing(/^Il n’y a rien à facturer/)

const open = async () => {
  const town = await aTownOfTwoRegies().open()
  onTestFinished(() => town.close())
  const { client, desk } = town
  const regieId = secondRegie(town)
  const familyId = town.family('Marchand')
  type Paid = Partial<Parameters<typeof client.payments.record>[0]>
  const pay = (of: Paid = {}) =>
    client.payments.record({
      familyId,
      means: 'cash',
      amountCents: 1000,
      receivedOn: '2026-11-25',
      payer: '',
      reference: '',
      chosen: null,
      ...of,
    })
  return { town, client, desk, regieId, familyId, pay, ...billing(town), findings: () => checkFile(town.store.sqlite) }
}

describe('the only régie', () => {
  it('has the settings of the organisation, whichever screen saves them', async () => {
    const town = await aTown().with(aFamily('Marchand')).open()
    onTestFinished(() => town.close())
    const { regies, settings } = town.client
    await settings.changeOrganisation({ ...(await settings.organisation()), regie: 'Régie enfance', dueDays: 21 })
    const [only, ...others] = await regies.list()
    expect(others).toEqual([])
    expect(only).toMatchObject({ id: firstRegieId, name: 'Régie enfance', prefix: null, dueDays: 21, means: null })
    const natures = [{ account: '7066', label: '', productCode: '', activityIds: null, fiscal: null }]
    await regies.save({
      ...aRegieInput({ id: firstRegieId, name: 'Régie jeunesse', dueDays: 10, natures }),
      prefix: null,
    })
    expect(await settings.organisation()).toMatchObject({ regie: 'Régie jeunesse', dueDays: 10 })
    expect(checkFile(town.store.sqlite)).toEqual([])
  })
})

describe('a régie', () => {
  it('is refused where a field is wrong, and nothing is saved', async () => {
    const { client, regieId } = await open()
    const before = await client.regies.list()
    const nature = { account: '7066', label: '', productCode: '', activityIds: null, fiscal: null }
    const refused = async (changes: Parameters<typeof aRegieInput>[0], sentence: RegExp, field: string) =>
      expect(client.regies.save(aRegieInput({ name: 'Autre', prefix: 'AB', ...changes }))).rejects.toMatchObject(
        refusing(sentence, field),
      )
    await refused({ prefix: 'Q' }, /sorte de papier/, 'prefix')
    await refused({ prefix: 'cv' }, /^Une autre régie/, 'prefix')
    await refused({ prefix: null }, /une à trois lettres/, 'prefix')
    await refused({ name: 'régie DES camps' }, /déjà ce nom/, 'name')
    await refused({ natures: [] }, /^Indiquez au moins une nature/, 'natures.0.account')
    await refused({ natures: [nature, nature] }, /^La ligne 1/, 'natures.1.activityIds')
    await refused({ natures: [{ ...nature, activityIds: [999_999] }] }, /n’existe plus/, 'natures.0.activityIds')
    await refused({ means: [] }, /au moins un moyen/, 'means')
    await refused({ id: regieId, prefix: 'CV', name: 'Camps', archived: true }, /facturent encore/, 'archived')
    expect(await client.regies.list()).toEqual(before)
  })

  it('may be closed once its activities have moved: its drafts are never issued, and the next run bills elsewhere', async () => {
    const { town, client, regieId, run, drafts, issue } = await open()
    await bookCamp(town, ['2026-12-16'], 'Matin')
    const { id } = await run()
    expect((await drafts(id)).map((one) => one.regieId)).toEqual([regieId])
    const { slots, ...activity } = await client.activities.get({ id: town.activity(camp) })
    await client.activities.save({ ...activity, slots, regieId: firstRegieId })
    await client.regies.save(aRegieInput({ id: regieId, archived: true }))
    expect(await issue(id)).toMatchObject({ issued: 0, stale: 1 })
    const again = await run()
    expect((await drafts(again.id)).map((one) => one.regieId)).toEqual([firstRegieId])
    expect(await issue(again.id)).toMatchObject({ issued: 1, firstNumber: '2026-000001' })
  })

  it('can be undone while nothing belongs to it, and not afterwards', async () => {
    const { client, regieId, pay } = await open()
    const lastAct = async () => (await client.settings.audit({})).acts[0]?.id ?? 0
    const other = await client.regies.save(aRegieInput({ name: 'Ludothèque', prefix: 'LU' }))
    await undone(client, await lastAct())
    expect((await client.regies.list()).map(({ id }) => id)).not.toContain(other.id)
    await client.regies.save(aRegieInput({ id: regieId, prefix: 'CW' }))
    const renamed = await lastAct()
    await pay({ regieId })
    await expect(undone(client, renamed)).rejects.toThrow(/ne changent plus/)
  })

  it('keeps its prefix once a paper bears it', async () => {
    const { client, regieId, pay } = await open()
    await client.regies.save(aRegieInput({ id: regieId, prefix: 'CW' }))
    expect(await pay({ regieId })).toMatchObject({ receipt: 'CW-Q2026-000001' })
    await expect(client.regies.save(aRegieInput({ id: regieId, prefix: 'CV' }))).rejects.toMatchObject(
      refusing(/« CW »: ces lettres ne changent plus|CW/, 'prefix'),
    )
  })
})

describe('the money of two régies', () => {
  it('has two tills, two series of receipts and two of deposit slips', async () => {
    const { client, regieId, pay, findings, town } = await open()
    expect((await pay()).receipt).toBe('Q2026-000001')
    expect((await pay({ regieId, amountCents: 700 })).receipt).toBe('CV-Q2026-000001')
    const till = (id?: number) => client.payments.till({ day: '2026-11-25', ...(id !== undefined && { regieId: id }) })
    expect(await till()).toMatchObject({ floatCents: 0, receivedCents: 1000 })
    expect(await till(regieId)).toMatchObject({ floatCents: 2000, receivedCents: 700, expectedCents: 2700 })
    const { lines } = await client.payments.toHandOver({ means: 'cash', regieId })
    expect(lines.map(({ receipt }) => receipt)).toEqual(['CV-Q2026-000001'])
    const taken = { means: 'cash' as const, paymentIds: lines.map(({ paymentId }) => paymentId), totalCents: 700 }
    await expect(client.payments.handOver(taken)).rejects.toMatchObject(refusing(/^La liste a changé/))
    expect((await client.payments.handOver({ ...taken, regieId })).number).toBe('CV-B2026-000001')
    expect(await client.payments.slips({ regieId: firstRegieId })).toEqual([])
    await client.payments.closeTill({ day: '2026-11-25', regieId, countedCents: 2000, note: '' })
    await expect(pay({ regieId })).rejects.toMatchObject(refusing(/^La caisse est close/, 'receivedOn'))
    expect((await pay()).receipt).toBe('Q2026-000002')
    expect((await client.payments.day({ day: '2026-11-25', regieId })).totalCents).toBe(700)
    expect(lastNumbersInFile(town.store)).toEqual({ Q2026: 2, CVQ2026: 1, CVB2026: 1 })
    expect(findings()).toEqual([])
  })

  it('comes by the means that each accepts', async () => {
    const { client, regieId, pay } = await open()
    await client.regies.save(aRegieInput({ id: regieId, means: ['cash', 'cheque'] }))
    await expect(pay({ regieId, means: 'card' })).rejects.toMatchObject(refusing(/^Carte bancaire/, 'means'))
    await pay({ means: 'card' })
  })

  it('is taken by its holders of the day only, once one is named', async () => {
    const { town, client, regieId, pay } = await open()
    await client.staff.add({ name: 'Léa Petit', login: 'lea', password: 'une phrase assez longue', roles: ['cashier'] })
    const [me, lea] = [town.person, (await client.staff.list()).find(({ login }) => login === 'lea')]
    if (me.kind !== 'staff' || !lea) throw new Error('the town has two staff members')
    const holder = { regieId, staffId: lea.id, kind: 'titular' as const, from: '2026-01-01', to: null }
    const hugo = await client.staff.add({
      name: 'Hugo Blin',
      login: 'hugo',
      password: 'une phrase assez longue',
      roles: ['director'],
    })
    await expect(client.regies.saveHolder({ ...holder, staffId: hugo.id })).rejects.toMatchObject(
      refusing(/^Cet agent n’a pas le rôle Régisseur/, 'staffId'),
    )
    await client.regies.saveHolder(holder)
    await expect(pay({ regieId })).rejects.toMatchObject(refusing(/vous n’êtes ni régisseur ni suppléant/))
    await expect(
      client.payments.closeTill({ day: '2026-11-25', regieId, countedCents: 2000, note: '' }),
    ).rejects.toMatchObject(refusing(/ni régisseur ni suppléant/))
    expect((await pay()).receipt).toBe('Q2026-000001')
    expect((await client.regies.choice()).map(({ takesMoney }) => takesMoney)).toEqual([true, false])
    await expect(client.regies.saveHolder({ ...holder, staffId: me.staffId })).rejects.toMatchObject(
      refusing(/^Une régie n’a qu’un régisseur/, 'from'),
    )
    await client.regies.saveHolder({
      ...holder,
      staffId: me.staffId,
      kind: 'deputy',
      from: '2026-11-25',
      to: '2026-11-25',
    })
    expect(await pay({ regieId })).toMatchObject({ receipt: 'CV-Q2026-000001' })
  })

  it('of a third party pays its invoice at one régie, found by its number, and leaves that of the other', async () => {
    const { town, client, regieId, familyId, pay, book, run, issue, findings } = await open()
    const { id: ccas } = await client.payers.saveThirdParty(aThirdPartyInput('CCAS'))
    await client.payers.promise({ aid: anAidInput(ccas), beneficiaries: [{ familyId, childId: null }] })
    await book('Louison', ['2026-12-09'], 'Matin')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const { papers } = await client.payers.bill({ thirdPartyIds: [ccas] })
    expect(papers.map(({ number }) => number).toSorted()).toEqual(['CV-T2026-000001', 'T2026-000001'])
    expect(await client.payments.find({ text: 'CV-T2026-1' })).toMatchObject([{ thirdPartyId: ccas }])
    const payer = { familyId: null, thirdPartyId: ccas }
    const owed = await client.payments.owed({ ...payer, regieId })
    const paid = await pay({ ...payer, regieId, means: 'cheque', amountCents: owed.balanceCents })
    expect([paid.receipt, paid.parts.map(({ name }) => name)]).toEqual(['CV-Q2026-000001', ['Facture CV-T2026-000001']])
    const first = await client.payments.owed(payer)
    expect(first.debts.map(({ name }) => name)).toEqual(['Facture T2026-000001'])
    expect(owed.elsewhere).toEqual([{ regieId: firstRegieId, regie: 'Régie', balanceCents: first.balanceCents }])
    expect(findings()).toEqual([])
  })

  it('pays what is owed to one régie, and stays ahead there', async () => {
    const { town, client, regieId, familyId, pay, book, run, issue, balance, findings } = await open()
    await book('Louison', ['2026-12-09'], 'Matin')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const owed = await client.payments.owed({ familyId, regieId })
    const first = await client.payments.owed({ familyId })
    expect([owed.debts.map(({ name }) => name), first.debts.map(({ name }) => name)]).toEqual([
      ['Facture n°\u00a0CV-2026-000001'],
      ['Facture n°\u00a02026-000001'],
    ])
    expect(owed.elsewhere).toEqual([{ regieId: firstRegieId, regie: 'Régie', balanceCents: first.balanceCents }])
    const whole = await balance('Marchand')
    await pay({ regieId, amountCents: owed.balanceCents + 300 })
    expect(await client.payments.owed({ familyId, regieId })).toMatchObject({ debts: [], creditCents: 300 })
    expect(await client.payments.owed({ familyId })).toMatchObject({ balanceCents: first.balanceCents, creditCents: 0 })
    expect(await balance('Marchand')).toBe(whole - owed.balanceCents - 300)
    const chosen = [{ invoiceId: first.debts[0]?.invoiceId ?? 0, openingDebtId: null, cents: 100 }]
    await expect(
      client.payments.record({
        familyId,
        regieId,
        means: 'cash',
        amountCents: 100,
        receivedOn: '2026-11-25',
        payer: '',
        reference: '',
        chosen,
      }),
    ).rejects.toMatchObject(refusing('Une des lignes choisies n’est plus à payer.'))
    expect(findings()).toEqual([])
  })
})

describe('a run in a town of two régies', () => {
  it('makes one draft of a month and régie, each with its number, due day and payment', async () => {
    const { town, client, book, run, drafts, issue, findings } = await open()
    await book('Louison', ['2026-12-09'], 'Matin')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    const { id } = await run()
    expect((await drafts(id)).map(({ family, regieId, kind }) => [family, regieId, kind])).toEqual([
      ['Marchand', firstRegieId, 'invoice'],
      ['Marchand', secondRegie(town), 'invoice'],
    ])
    await issue(id)
    const papers = await client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    expect(papers.map(({ number, dueOn }) => `${number} ${dueOn}`).toSorted()).toEqual([
      '2026-000001 2026-12-25',
      'CV-2026-000001 2026-12-10',
    ])
    const paper = await client.invoicing.paper({ id: papers.find(({ number }) => number.startsWith('CV'))?.id ?? 0 })
    expect(paper.organisation.cashDesk).toBe('Régie des camps')
    expect(paper.payment.atTheDesk).toEqual(['Chèque'])
    expect(paper.sections.flatMap(({ lines }) => lines.map(({ label }) => label))).toEqual([
      expect.stringMatching(/^CAMP/),
    ])
    await expect(run()).rejects.toMatchObject(nothingLeft)
    expect(findings()).toEqual([])
  })

  it('carries over at each régie what is owed there', async () => {
    const { town, client, book, run, issue } = await open()
    await book('Louison', ['2026-12-09'], 'Matin')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    await bookCamp(town, ['2027-01-06'], 'Matin')
    await issue((await run('2027-01')).id)
    const [latest] = await client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    const { carriedOver } = await client.invoicing.paper({ id: latest?.id ?? 0 })
    expect(carriedOver.map(({ label }) => label)).toEqual(['Reste de la facture n°\u00a0CV-2026-000001'])
  })

  it('may be limited to one régie, and leaves the rest to another run', async () => {
    const { town, client, regieId, book, drafts, issue, run, findings } = await open()
    await book('Louison', ['2026-12-09'], 'Matin')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    const limited = await run('2026-12', null, regieId)
    expect((await drafts(limited.id)).map((draft) => draft.regieId)).toEqual([regieId])
    await issue(limited.id)
    const rest = await run()
    expect((await drafts(rest.id)).map((draft) => draft.regieId)).toEqual([firstRegieId])
    await issue(rest.id)
    await expect(run()).rejects.toMatchObject(nothingLeft)
    expect(await client.invoicing.ofFamily({ familyId: town.family('Marchand') })).toHaveLength(2)
    expect(findings()).toEqual([])
  })

  it('gives back at the régie that billed, which keeps a month though its activity moves', async () => {
    const { town, client, book, free, run, drafts, issue, findings } = await open()
    await book('Louison', ['2026-12-09', '2026-12-16'], 'Matin')
    await issue((await run()).id)
    const { slots, ...activity } = await client.activities.get({ id: town.activity('CLSH MERCREDI') })
    await client.activities.save({ ...activity, slots, regieId: secondRegie(town) })
    await expect(run()).rejects.toMatchObject(nothingLeft)
    await free('Louison', ['2026-12-16'], 'Matin')
    await book('Louison', ['2027-01-06'], 'Matin')
    const { id } = await run('2027-01')
    expect((await drafts(id)).map(({ kind, month, regieId }) => `${kind} ${month} ${regieId}`).toSorted()).toEqual([
      `creditNote 2026-12 ${firstRegieId}`,
      `invoice 2027-01 ${secondRegie(town)}`,
    ])
    await issue(id)
    const papers = await client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    expect(papers.map(({ number }) => number).toSorted()).toEqual(['2026-000001', '2026-A00001', 'CV-2026-000001'])
    expect(findings()).toEqual([])
  })

  it('comes back to a former value from its history, as its form would take it', async () => {
    const { town, client, regieId } = await open()
    const [, second] = await client.regies.list()
    if (!second) throw new Error('the town has two régies')
    await client.regies.save(
      aRegieInput({ ...second, decision: 'Arrêté 2026-12', waysToPay: 'Au guichet', dueDays: 45 }),
    )
    const lastChange = async () => {
      const [act] = (await client.history.ofRecord({ entity: 'regie', id: regieId })).acts
      const [change] = act?.changes ?? []
      return { canGoBack: change?.canGoBack, target: { entity: 'regie', id: regieId, auditId: change?.auditId ?? 0 } }
    }
    const { canGoBack, target } = await lastChange()
    expect(canGoBack).toBe(true)
    await client.history.back(target)
    expect((await client.regies.list())[1]).toEqual(second)
    const cashier = await town.as('cashier')
    await expect(cashier.history.back(target)).rejects.toMatchObject({ code: 'REFUSED' })
    // The name was given to another régie meanwhile.
    await client.regies.save(aRegieInput({ ...second, name: 'Camps et séjours' }))
    await client.regies.save(aRegieInput({ name: second.name, prefix: 'AU' }))
    await expect(client.history.back((await lastChange()).target)).rejects.toMatchObject(
      refusing('Une régie porte déjà ce nom.', 'name'),
    )
  })

  it('has its papers named in the history and by the check as they are printed', async () => {
    const { town, client, regieId, familyId, book, run, issue, pay, findings } = await open()
    await book('Louison', ['2026-12-09'], 'Matin')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const { id, receipt } = await pay({ regieId })
    const papers = await client.invoicing.ofFamily({ familyId })
    expect(papers.map((paper) => rowName(town.store, 'invoice', paper.id))).toEqual(papers.map(({ number }) => number))
    expect(rowName(town.store, 'payment', id)).toBe(receipt)
    const ofCamp = papers.find((paper) => paper.regieId === regieId)
    const guard = triggers.find(({ name }) => name === 'invoice_line_no_update')
    town.store.sqlite.exec(
      `drop trigger ${guard?.name};
      update invoice_line set unit_cents = 1, total_cents = quantity where invoice_id = ${ofCamp?.id}; ${guard?.sql}`,
    )
    expect(findings().map(({ sentence }) => sentence)).toContainEqual(
      expect.stringMatching(/^Facture CV-2026-000001\u00a0: le total est de/),
    )
  })

  it('says the nature of each line, sealed with the paper', async () => {
    const { town, client, book, run, issue, findings } = await open()
    await client.regies.save({
      ...aRegieInput({ id: firstRegieId, name: 'Régie', payfipNumber: '' }),
      prefix: null,
      natures: [
        { account: '7066', label: '', productCode: '', activityIds: null, fiscal: null },
        { account: '7067', label: '', productCode: 'RS', activityIds: null, fiscal: 'repas' },
      ],
    })
    await book('Louison', ['2026-12-09'], 'Matin', 'Repas')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const natures = town.store
      .statement('select distinct fiscal, nature, product_code as code from invoice_line order by nature')
      .all()
    expect(natures).toEqual([
      { fiscal: 'garde', nature: '70632', code: 'CAMP' },
      { fiscal: 'garde', nature: '7066', code: null },
      { fiscal: 'repas', nature: '7067', code: 'RS' },
    ])
    expect(findings()).toEqual([])
  })
})

describe('the receipts by nature', () => {
  it('are those of one régie; lines of before take the nature typed since', async () => {
    const { town, client, regieId, familyId, book, run, issue, pay } = await open()
    await book('Louison', ['2026-12-09'], 'Matin', 'Repas')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const { balanceCents } = await client.payments.owed({ familyId })
    await pay({ amountCents: balanceCents + 100 })
    await pay({ regieId, means: 'cheque', amountCents: 200 })
    const rows = async (id: number) => {
      const file = await client.statements.byNature({ regieId: id, from: '2026-11-01', to: '2026-11-30' })
      return (await readXlsx(new Uint8Array(await file.arrayBuffer()), '', 100)).rows.slice(1)
    }
    expect((await rows(firstRegieId)).map(([nature]) => nature)).toEqual([
      'sans nature',
      'Avances, à affecter',
      'Total',
    ])
    await client.regies.save({
      ...aRegieInput({ id: firstRegieId, name: 'Régie', payfipNumber: '' }),
      prefix: null,
      natures: [
        { account: '7066', label: 'Accueil', productCode: '', activityIds: null, fiscal: 'garde' },
        { account: '7067', label: 'Repas', productCode: 'RS', activityIds: null, fiscal: 'repas' },
      ],
    })
    const asked = { regieId: firstRegieId, from: '2026-11-01', to: '2026-11-30' }
    const csv = await client.statements.byNature({ ...asked, format: 'csv' })
    expect(csv.name).toBe('encaissements-par-nature-2026-11-01-2026-11-30.csv')
    expect(await csv.text()).toMatch(/7067 · RS;Repas;(?:\d+,\d\d;)+\d+,\d\d\r/)
    const pdf = new Uint8Array(await (await client.statements.byNature({ ...asked, format: 'pdf' })).arrayBuffer())
    expect(missing('pdftotext') || askedOf('pdftotext', pdf, [], ['-']).includes('7067 · RS')).toBe(true)
    expect((await rows(firstRegieId)).map(([nature, label]) => [nature, label])).toEqual([
      ['7066', 'Accueil'],
      ['7067 · RS', 'Repas'],
      ['Avances, à affecter', ''],
      ['Total', ''],
    ])
    expect((await rows(regieId)).map(([nature]) => nature)).toEqual(['70632 · CAMP', 'Total'])
  })
})

describe('a search', () => {
  it('finds papers of each régie by their number and PayFiP’s reference', async () => {
    const { town, client, book, run, issue } = await open()
    await book('Louison', ['2026-12-09'], 'Matin')
    await bookCamp(town, ['2026-12-16'], 'Matin')
    await issue((await run()).id)
    const numbers = async (text: string) => (await client.home.search({ text })).invoices.map(({ number }) => number)
    expect(await numbers('2026-000001')).toEqual(['2026-000001', 'CV-2026-000001'])
    expect(await numbers('CV-2026-1')).toEqual(['CV-2026-000001'])
    expect(await numbers('cv2026000001')).toEqual(['CV-2026-000001'])
    expect(await numbers('2026000001')).toEqual(['2026-000001'])
    expect(await client.invoicing.numbered({ number: 'CV-2026-000001' })).toMatchObject({
      familyId: town.family('Marchand'),
    })
  })
})

it('names the activities that each régie collects for', async () => {
  const { client } = await open()
  expect((await client.regies.list()).map(({ activities }) => activities)).toEqual([1, 1])
  expect(camp).toBe('CAMP')
})
