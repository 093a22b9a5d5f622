import { describe, expect, it, onTestFinished } from 'vitest'
import { lastNumbersInFile } from '../../../../main/store/numbers.ts'
import type { AidInput, ThirdPartyInput } from '../../../../shared/contract/desk/money/payers.ts'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { aClock } from '../../../support/desk.ts'
import { aBillingTown, billing, last } from '../../../support/towns/billing.ts'
import { aChild, aGuardian, aHome } from '../../../support/towns/families.ts'
import { anAidInput, aThirdPartyInput } from '../../../support/towns/payers.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { undone } from '../../../support/undone.ts'

const wednesdays = ['2027-01-06', '2027-01-13', '2027-01-20']

/** The town of the invoices; Louison comes three Wednesdays of January, 5,50 € a morning. */
const open = async (clock?: ReturnType<typeof aClock>) => {
  const town = await aBillingTown().open(clock)
  onTestFinished(() => town.close())
  const { client } = town
  const desk = billing(town)
  const party = async (name: string, changes: Partial<ThirdPartyInput> = {}) =>
    (await client.payers.saveThirdParty(aThirdPartyInput(name, changes))).id
  const promise = async (
    thirdPartyId: number | null,
    changes: Partial<AidInput> = {},
    child: string | null = 'Louison',
  ) => {
    const { ids } = await client.payers.promise({
      aid: anAidInput(thirdPartyId, changes),
      beneficiaries: [{ familyId: town.family('Marchand'), childId: child === null ? null : town.child(child) }],
    })
    return ids[0] ?? 0
  }
  const bill = async (month = '2027-01') => {
    const run = await desk.run(month)
    await desk.issue(run.id)
    return run
  }
  const change = async (id: number, thirdPartyId: number | null, changes: Partial<AidInput>) =>
    client.payers.changeAid({ id, aid: anAidInput(thirdPartyId, changes) })
  const toBill = async (id: number) => (await client.payers.thirdParty({ id })).toBill.totalCents
  return { town, client, ...desk, party, promise, bill, change, toBill }
}

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (reason: { data?: { sentence: string; field?: string } }) => reason.data,
  )
  return error?.field ?? error?.sentence
}

describe('a month with aids', () => {
  it('is paid by the home and a third party, whose own invoice lists the child', async () => {
    const { client, book, party, promise, bill, balance, toBill, findings } = await open()
    const ccas = await party('CCAS', { isPublic: true, siret: '21300000000011', orderNumber: 'BC 2026-118' })
    await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    await bill()
    expect(await balance('Marchand')).toBe(3 * (550 - 220))
    expect(await toBill(ccas)).toBe(3 * 220)
    const { papers } = await client.payers.bill({ thirdPartyIds: [ccas] })
    expect(papers.map(({ number }) => number)).toEqual(['T2026-000001'])
    const page = await client.payers.thirdParty({ id: ccas })
    expect([page.balanceCents, page.toBill.totalCents, page.papers[0]?.totalCents]).toEqual([660, 0, 660])
    expect(page.aids.map(({ givenCents, givenUnits, lastCents }) => [givenCents, givenUnits, lastCents])).toEqual([
      [660, 3, 660],
    ])
    const paper = await client.invoicing.paper({ id: papers[0]?.id ?? 0 })
    expect([paper.family, paper.familyId, paper.thirdParty?.orderNumber]).toEqual(['CCAS', null, 'BC 2026-118'])
    expect(paper.sections.map(({ title, totalCents }) => [title, totalCents])).toEqual([['Louison Marchand', 660]])
    expect((await client.invoicing.pdf({ ids: [paper.id] })).size).toBeGreaterThan(1000)
    expect(await refusal(client.payers.bill({ thirdPartyIds: [ccas] }))).toBe('Il n’y a rien à facturer à CCAS.')
    expect(findings()).toEqual([])
  })

  it('asks nothing of the home of a child whom the ASE takes over: it has no paper', async () => {
    const { client, town, book, party, promise, bill, run, issue, drafts, toBill, findings } = await open()
    const ase = await party('ASE', { kind: 'ase' })
    await promise(ase, { label: 'ASE', percent: 100 })
    await book('Louison', wednesdays, 'Matin', 'Repas')
    const made = await run('2027-01')
    expect((await drafts(made.id)).map(({ totalCents, journal }) => [totalCents, journal[0]?.sentence])).toEqual([
      [0, 'La famille n’a rien à payer\u00a0: ASE 30,00\u00a0€.'],
    ])
    expect(await issue(made.id)).toMatchObject({ issued: 0, stale: 0 })
    expect(await drafts(made.id)).toEqual([])
    expect(await client.invoicing.ofFamily({ familyId: town.family('Marchand') })).toEqual([])
    expect(await toBill(ase)).toBe(3 * 1000)
    expect(await refusal(bill())).toContain('rien à facturer')
    expect(await client.invoicing.toBill({ from: day('2027-01-01'), to: day('2027-01-31') })).toEqual([])
    // Neither the home nor the child can go into another record: what is left to the ASE names them.
    const family = { kind: 'family', keptId: town.family('Fouquet'), goneId: town.family('Marchand') } as const
    expect((await client.doubles.compare(family)).obstacle).toContain('une pièce émise ne change pas de famille')
    const child = { kind: 'child', keptId: town.child('Basile'), goneId: town.child('Louison') } as const
    expect((await client.doubles.compare(child)).obstacle).toContain('une facture émise ne change pas')
    await client.payers.saveThirdParty(aThirdPartyInput('ASE', { id: ase, archived: true }))
    expect(await refusal(promise(ase, { label: 'Suite' }))).toBe('aid.thirdPartyId')
    expect((await client.payers.bill({ thirdPartyIds: [ase] })).totalCents).toBe(3 * 1000)
    expect(findings()).toEqual([])
  })

  it('gives each aid its part of what the ones before leave, and stops at a ceiling in money or days', async () => {
    const { client, town, book, party, promise, bill, balance, toBill } = await open()
    const [caf, worksCouncil, ccas] = [await party('CAF'), await party('CE'), await party('CCAS')]
    await promise(caf, { label: 'CAF', per: 'day', amountCents: 100, percent: null })
    await promise(worksCouncil, { label: 'CE', per: 'day', amountCents: 200, percent: null, ceilingUnits: 2 })
    await promise(ccas, { label: 'CCAS', percent: 50, ceilingCents: 300 })
    await book('Louison', wednesdays, 'Matin')
    await bill()
    expect([await toBill(caf), await toBill(worksCouncil), await toBill(ccas)]).toEqual([300, 400, 300])
    expect(await balance('Marchand')).toBe(1650 - 1000)
    const who = await client.payers.whoPays({
      familyId: town.family('Marchand'),
      childId: town.child('Louison'),
      month: '2027-01',
    })
    expect([who.priceCents, who.days, who.familyCents]).toEqual([1650, 3, 650])
    const used = { CE: 'CE : plafond de 2 jours', CCAS: 'CCAS : plafond de 3,00 €' }
    const reached = (label: keyof typeof used) => `${used[label]} atteint, la famille paie le reste`
    expect(who.aids.map(({ label, beforeCents, cents, use }) => [label, beforeCents, cents, plain(use)])).toEqual([
      ['CAF', 1650, 300, ''],
      ['CE', 1350, 400, reached('CE')],
      ['CCAS', 950, 300, reached('CCAS')],
    ])
    const lines = async () => {
      const [newest] = await client.invoicing.ofFamily({ familyId: town.family('Marchand') })
      const { sections } = await client.invoicing.paper({ id: newest?.id ?? 0 })
      return (sections[0]?.lines ?? []).map(({ label, quantity, note }) => [label, quantity, plain(note)])
    }
    expect(await lines()).toEqual([
      ['CLSH MERCREDI – accueil', 3, ''],
      ['CLSH MERCREDI – caf', 3, ''],
      ['CLSH MERCREDI – ce', 2, reached('CE')],
      ['CLSH MERCREDI – ccas', 2, ''],
      ['CLSH MERCREDI – ccas', 1, reached('CCAS')],
    ])
    await client.payers.bill({ thirdPartyIds: [ccas] })
    const [asked] = (await client.payers.thirdParty({ id: ccas })).papers
    const { explanations } = await client.invoicing.paper({ id: asked?.id ?? 0 })
    expect(explanations.map(plain).slice(0, 2)).toEqual([
      `Louison Marchand, ${reached('CCAS')}`,
      'CCAS, 50 % du reste, aide payée par CCAS → 50 % de 2,50 € → −1,25 €',
    ])
    await promise(null, {
      label: 'Geste de la ville',
      amountCents: 1,
      percent: null,
      per: 'day',
      to: day('2026-12-24'),
    })
    expect((await client.payers.toWatch()).map(({ label, notice }) => [label, notice])).toEqual([
      ['CE', 'usedUp'],
      ['CCAS', 'usedUp'],
      ['Geste de la ville', 'endsSoon'],
    ])
    expect((await client.home.today()).aids).toEqual({ nearlyUsed: 0, endingSoon: 1 })
    expect((await (await town.as('receptionist')).home.today()).aids).toBe(null)
    await book('Louison', ['2027-02-03'], 'Matin')
    await bill('2027-02')
    expect(await lines()).toEqual([
      ['CLSH MERCREDI – accueil', 1, `${reached('CE')} ; ${reached('CCAS')}`],
      ['CLSH MERCREDI – caf', 1, ''],
    ])
    expect([await toBill(worksCouncil), await toBill(ccas)]).toEqual([400, 0])
    const { aids } = await client.payers.thirdParty({ id: worksCouncil })
    expect(aids.map(({ level, givenUnits }) => [level, givenUnits])).toEqual([['usedUp', 2]])
  })

  it('reduces the price where nobody bears the aid', async () => {
    const { client, town, book, promise, bill, balance } = await open()
    const aid = {
      label: 'Geste de la ville',
      per: 'meal',
      amountCents: 100,
      percent: null,
      ceilingCents: 1000,
    } as const
    await promise(null, aid, null)
    await book('Louison', wednesdays.slice(0, 1), 'Repas')
    await book('Basile', wednesdays.slice(0, 1), 'Repas')
    await bill()
    expect(await balance('Marchand')).toBe(2 * (450 - 100))
    expect((await client.payers.ofFamily({ familyId: town.family('Marchand') }))[0]?.givenCents).toBe(200)
    const [issued] = await client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    const { sections, explanations } = await client.invoicing.paper({ id: issued?.id ?? 0 })
    // An aid of the whole home is told beside the total, under the line of no child.
    expect(explanations.map(plain).at(-1)).toBe('Geste de la ville : 2,00 € pris sur 10,00 € ; il reste 8,00 €')
    expect(sections.flatMap(({ lines }) => lines.flatMap(({ note }) => note)).join('')).toBe('')
  })
})

describe('an aid that changes after the month was billed', () => {
  it('recorded late, gives back to the home and asks the third party', async () => {
    const { client, book, party, promise, bill, balance, toBill, findings } = await open()
    await book('Louison', wednesdays, 'Matin')
    await bill()
    const ccas = await party('CCAS')
    await promise(ccas)
    await bill()
    expect([await balance('Marchand'), await toBill(ccas)]).toEqual([990, 660])
    await client.payers.bill({ thirdPartyIds: [ccas] })
    expect(await refusal(bill())).toContain('rien à facturer')
    expect(findings()).toEqual([])
  })

  it('refused, falls to the family, and the third party gets its money back', async () => {
    const { town, client, book, party, promise, bill, balance, toBill, findings } = await open()
    const ccas = await party('CCAS')
    const aid = await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    await bill()
    await client.payers.bill({ thirdPartyIds: [ccas] })
    await client.payers.refuse({ id: aid, on: day('2026-11-25'), reason: 'Dossier incomplet' })
    await bill()
    expect([await balance('Marchand'), await toBill(ccas)]).toEqual([1650, -660])
    const { papers } = await client.payers.bill({ thirdPartyIds: [ccas] })
    expect(papers.map(({ number }) => number)).toEqual(['T2026-000002'])
    // A copy that is restored asks the portal which numbers were given since: those of third parties as well.
    expect(lastNumbersInFile(town.store)).toMatchObject({ T2026: 2 })
    expect((await client.payers.thirdParty({ id: ccas })).balanceCents).toBe(0)
    expect(findings()).toEqual([])
  })

  it('cut to some days, or passed to another payer, moves only what changes', async () => {
    const { client, book, party, promise, bill, change, balance, toBill, findings } = await open()
    const [ccas, caf] = [await party('CCAS'), await party('CAF')]
    const aid = await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    await bill()
    await client.payers.bill({ thirdPartyIds: [ccas] })
    await change(aid, ccas, { from: day('2027-01-13') })
    await bill()
    expect([await balance('Marchand'), await toBill(ccas)]).toEqual([1650 - 440, -220])
    await change(aid, caf, { from: day('2027-01-13') })
    const run = await bill()
    expect(run.drafts).toBe(1)
    expect([await balance('Marchand'), await toBill(ccas), await toBill(caf)]).toEqual([1650 - 440, -660, 440])
    await client.payers.bill({ thirdPartyIds: [ccas, caf] })
    const pages = await Promise.all([ccas, caf].map((id) => client.payers.thirdParty({ id })))
    expect(pages.map(({ balanceCents }) => balanceCents)).toEqual([0, 440])
    expect(findings()).toEqual([])
  })

  it('or a quotient that changes the price alone, is asked of who pays it when the accounts are done again', async () => {
    const { client, town, book, party, promise, bill, toBill } = await open()
    const ase = await party('ASE', { kind: 'ase' })
    await promise(ase, { percent: 100 })
    await book('Louison', wednesdays, 'Matin')
    await bill()
    const familyId = town.family('Marchand')
    const fromDay = day('2026-09-01')
    await client.families.setQuotient({ familyId, fromDay, value: 200, source: '', updatedOn: fromDay })
    const changes = { spans: 1, families: 1, upCents: 0, downCents: 3 * 200 }
    expect(await client.invoicing.repricingPreview({ familyId, fromDay })).toEqual(changes)
    await client.invoicing.reprice({ familyId, fromDay, reason: 'Attestation reçue' })
    await bill()
    expect(await toBill(ase)).toBe(3 * 350)
  })

  it('gives back days of two invoices, and asks another one, in one act', async () => {
    const { client, book, free, party, promise, bill, toBill, findings } = await open()
    const ccas = await party('CCAS')
    await promise(ccas)
    for (const on of wednesdays.slice(0, 2)) {
      await book('Louison', [on], 'Matin')
      await bill()
      await client.payers.bill({ thirdPartyIds: [ccas] })
    }
    await free('Louison', wednesdays.slice(0, 2), 'Matin')
    await book('Louison', wednesdays.slice(2), 'Matin')
    await bill()
    expect(await toBill(ccas)).toBe(-220)
    const { papers, totalCents } = await client.payers.bill({ thirdPartyIds: [ccas] })
    expect([papers.map(({ number }) => number), totalCents]).toEqual([
      ['T2026-000003', 'T2026-000004', 'T2026-000005'],
      -220,
    ])
    const page = await client.payers.thirdParty({ id: ccas })
    expect([page.balanceCents, page.toBill.lines]).toEqual([220, []])
    expect(findings()).toEqual([])
  })

  it('a day freed gives back to both, in one run', async () => {
    const { client, book, free, party, promise, bill, balance, toBill, findings } = await open()
    const ccas = await party('CCAS')
    await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    await bill()
    await client.payers.bill({ thirdPartyIds: [ccas] })
    await free('Louison', wednesdays.slice(0, 1), 'Matin')
    await bill()
    expect([await balance('Marchand'), await toBill(ccas)]).toEqual([660, -220])
    expect(findings()).toEqual([])
  })
})

describe('a run that is taken back', () => {
  it('asks again, at today’s price, what third parties pay whole', async () => {
    const { client, town, book, party, promise, bill, toBill, findings } = await open()
    const ase = await party('ASE', { kind: 'ase' })
    await promise(ase, { percent: 100 })
    await book('Louison', wednesdays, 'Matin')
    const { id: runId } = await bill()
    const quotient = { fromDay: day('2026-09-01'), value: 200, source: '', updatedOn: day('2026-09-01') }
    await client.families.setQuotient({ familyId: town.family('Marchand'), ...quotient })
    expect(await client.invoicing.takeBackPreview({ runId })).toMatchObject({ invoices: 0, withoutPaper: 1 })
    expect(await last(await client.invoicing.takeBack({ runId, reason: 'Quotient mal saisi' }))).toMatchObject({
      creditNotes: 0,
    })
    expect(await toBill(ase)).toBe(0)
    expect(await refusal(client.invoicing.takeBack({ runId, reason: 'Encore' }).then(last))).toContain('Aucune')
    await bill()
    expect(await toBill(ase)).toBe(3 * 350)
    expect(findings()).toEqual([])
  })

  it('leaves nothing of its prices: the next one bills home and third party with the tariff of today', async () => {
    const { client, book, party, promise, bill, balance, toBill, findings } = await open()
    const ccas = await party('CCAS')
    await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    const { id: runId } = await bill()
    await last(await client.invoicing.takeBack({ runId, reason: 'Tarif mal saisi' }))
    expect([await balance('Marchand'), await toBill(ccas)]).toEqual([0, 0])
    const [tariff] = await client.prices.tariffs()
    const [version] = tariff?.versions ?? []
    if (!tariff || !version) throw new Error('the town has a tariff')
    const { definition } = version
    for (const { count } of definition.lines)
      if (count.per === 'formula')
        for (const formula of count.formulas)
          formula.price = { method: 'fixed', cents: 1000, nonResident: { rule: 'same' } }
    await client.prices.saveVersion({ tariffId: tariff.id, from: day('2027-01-01'), definition })
    await bill()
    expect([await balance('Marchand'), await toBill(ccas)]).toEqual([3 * 600, 3 * 400])
    expect(findings()).toEqual([])
  })
})

describe('what is refused', () => {
  it('says so at its field, and changes nothing', async () => {
    const { client, town, book, party, promise, bill, change } = await open()
    const ccas = await party('CCAS')
    expect(await refusal(party('ccas'))).toBe('name')
    expect(await refusal(party('Ville', { isPublic: true }))).toBe('siret')
    expect(await refusal(party('Ville', { siret: '123' }))).toBe('siret')
    expect(await refusal(promise(ccas, { percent: 101 }))).toBe('aid.percent')
    expect(await refusal(promise(ccas, { from: day('2027-01-02'), to: day('2027-01-01') }))).toBe('aid.to')
    expect(await refusal(promise(999))).toBe('aid.thirdPartyId')
    const strangers = {
      aid: anAidInput(ccas),
      beneficiaries: [{ familyId: town.family('Fouquet'), childId: town.child('Louison') }],
    }
    expect(await refusal(client.payers.promise(strangers))).toBe('beneficiaries')
    expect(await refusal(client.payers.promise({ ...strangers, beneficiaries: [] }))).toBe('beneficiaries')
    const aid = await promise(ccas)
    expect(await refusal(promise(ccas))).toBe('beneficiaries')
    await book('Louison', wednesdays, 'Matin')
    await bill()
    expect(await refusal(change(aid, ccas, { ceilingCents: 659 }))).toBe('aid.ceilingCents')
    expect(await refusal(change(aid, ccas, { ceilingUnits: 2 }))).toBe('aid.ceilingUnits')
    expect(await refusal(client.payers.remove({ id: aid }))).toContain('déjà servi')
    expect((await client.payers.ofFamily({ familyId: town.family('Marchand') })).map(({ percent }) => percent)).toEqual(
      [40],
    )
  })
})

describe('what a third party pays', () => {
  it('settles its invoices, with a receipt, in the journal and on a deposit slip; what it owes otherwise is titled', async () => {
    const { client, book, party, promise, bill, findings } = await open()
    const ccas = await party('CCAS de Blainville', { siret: '21300000000011' })
    await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    await bill()
    await client.payers.bill({ thirdPartyIds: [ccas] })
    for (const text of ['blain', '213 000 000', 'T2026-000001'])
      expect(await client.payments.find({ text })).toMatchObject([
        { familyId: null, thirdPartyId: ccas, family: 'CCAS de Blainville', balanceCents: 660 },
      ])
    expect(await client.payments.find({ text: 'archand' })).toEqual([])
    const payer = { familyId: null, thirdPartyId: ccas }
    expect(await client.payments.owed(payer)).toMatchObject({
      ...payer,
      familyNumber: '',
      debts: [{ name: 'Facture T2026-000001', leftCents: 660 }],
      refusal: null,
    })
    const cheque = {
      ...payer,
      regieId: 1,
      means: 'cheque' as const,
      amountCents: 500,
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '5134310',
      chosen: null,
    }
    const paid = await client.payments.record(cheque)
    expect([paid.family, paid.familyId, paid.parts.map(({ name }) => name)]).toEqual([
      'CCAS de Blainville',
      null,
      ['Facture T2026-000001'],
    ])
    const page = await client.payers.thirdParty({ id: ccas })
    expect([page.balanceCents, page.papers[0]?.leftCents, page.payments]).toEqual([160, 160, [paid]])
    expect((await client.payments.day({ day: day('2026-11-25'), regieId: 1 })).totalCents).toBe(500)
    expect(
      (await client.payments.toHandOver({ means: 'cheque', regieId: 1 })).lines.map(({ family }) => family),
    ).toEqual(['CCAS de Blainville'])
    expect((await client.payments.receipt({ id: paid.id })).size).toBeGreaterThan(1000)
    await client.payments.cancel({ id: paid.id, reason: 'Chèque refusé' })
    expect((await client.payers.thirdParty({ id: ccas })).balanceCents).toBe(660)
    expect(await refusal(client.payments.record({ ...cheque, thirdPartyId: undefined }))).toBe('familyId')
    await client.payers.saveThirdParty(aThirdPartyInput('CCAS', { id: ccas, toTitle: true }))
    expect(await refusal(client.payments.record(cheque))).toContain('comptable public')
    expect((await client.payments.owed(payer)).refusal).toContain('comptable public')
    expect(findings()).toEqual([])
  })
})

describe('who may read aids', () => {
  it('finds third parties, their papers and payments by the search; an agent finds none of them', async () => {
    const { client, town, book, party, promise, bill } = await open()
    const ccas = await party('CCAS de Blainville', { siret: '21300000000011' })
    await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    await bill()
    const { papers } = await client.payers.bill({ thirdPartyIds: [ccas] })
    const payer = { familyId: null, thirdPartyId: ccas, payer: '', reference: '5134310' }
    const receivedOn = day('2026-11-25')
    await client.payments.record({ ...payer, means: 'cheque', amountCents: 500, receivedOn, chosen: null })
    const agent = await town.as('receptionist')
    const found = async (text: string, by = client) => {
      const { thirdParties, invoices, receipts, payments } = await by.home.search({ text })
      const payers = [...invoices, ...receipts, ...payments].map(({ thirdParty }) => thirdParty)
      return [...thirdParties, ...payers].map((one) => one?.name ?? 'home')
    }
    for (const text of ['ccas', '2130 0000', 'T2026-000001', 'T2026-1', 'Q2026-000001', '5134310']) {
      expect(await found(text)).toEqual(['CCAS de Blainville'])
      expect(await found(text, agent)).toEqual([])
    }
    expect(await found('000001')).toEqual(['home', 'CCAS de Blainville'])
    expect(await found('000001', agent)).toEqual(['home'])
    expect(await refusal(agent.payers.thirdParties())).toContain('Cette action demande le rôle')
    expect(await refusal(agent.invoicing.paper({ id: papers[0]?.id ?? 0 }))).toContain('Cette action demande le rôle')
    expect(await agent.invoicing.ofFamily({ familyId: town.family('Marchand') })).toHaveLength(1)
  })
})

describe('an aid beside the rest of the desk', () => {
  it('is undone as long as it gave nothing', async () => {
    const { client, town, book, party, promise, bill } = await open()
    const ccas = await party('CCAS')
    const undoLast = async () => {
      const actId = town.store
        .statement(`select max(id) from act where kind = 'payers.promise'`)
        .pluck()
        .get() as number
      return undone(client, actId)
    }
    await promise(ccas)
    await undoLast()
    expect(await client.payers.ofFamily({ familyId: town.family('Marchand') })).toEqual([])
    await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    await bill()
    await expect(undoLast()).rejects.toThrow('déjà servi sur une facture')
    expect(await client.payers.ofFamily({ familyId: town.family('Marchand') })).toHaveLength(1)
  })

  it('is taken earlier or later than the next one that is not over', async () => {
    const { client, town, promise } = await open()
    const familyId = town.family('Marchand')
    const first = await promise(null, { label: 'Première' })
    await promise(null, { label: 'Finie', to: day('2026-10-31') })
    const last = await promise(null, { label: 'Dernière' })
    const labels = async () => (await client.payers.ofFamily({ familyId })).map(({ label }) => label)
    expect(await labels()).toEqual(['Première', 'Dernière', 'Finie'])
    await client.payers.move({ id: last, by: -1 })
    expect(await labels()).toEqual(['Dernière', 'Première', 'Finie'])
    for (const id of [last, first]) await client.payers.move({ id, by: id === last ? -1 : 1 })
    expect(await labels()).toEqual(['Dernière', 'Première', 'Finie'])
    await client.payers.move({ id: last, by: 1 })
    expect(await labels()).toEqual(['Première', 'Dernière', 'Finie'])
  })

  it('passes to the home that takes over another one, unless it is promised there too', async () => {
    const { client, town, party, promise } = await open()
    const { id: goneId } = await client.families.create({
      home: aHome('Marchand'),
      guardians: [aGuardian('Camille', 'Marchand')],
      move: null,
      quotient: null,
      children: [{ ...aChild('Louison', 'Marchand', '2018-05-04'), schooling: null }],
    })
    const ccas = await party('CCAS')
    const aid = anAidInput(ccas)
    const { ids } = await client.payers.promise({ aid, beneficiaries: [{ familyId: goneId, childId: null }] })
    await promise(ccas, {}, null)
    const homes = { kind: 'family', keptId: town.family('Marchand'), goneId } as const
    expect((await client.doubles.compare(homes)).obstacle).toBe(
      'L’aide «\u00a0Mercredis\u00a0» est promise dans les deux fiches\u00a0: retirez-la de l’une d’elles.',
    )
    await client.payers.changeAid({ id: ids[0] ?? 0, aid: { ...aid, label: 'Vacances' } })
    await client.doubles.merge({ ...homes, take: [] })
    const aids = await client.payers.ofFamily({ familyId: homes.keptId })
    expect(aids.map(({ label, child }) => [label, child])).toEqual([
      ['Mercredis', null],
      ['Vacances', null],
    ])
  })

  it('of an erased home leaves the third party its debts and every paper', async () => {
    const clock = aClock()
    const { client, town, book, party, promise, bill, balance, findings } = await open(clock)
    const familyId = town.family('Marchand')
    const ccas = await party('CCAS')
    await promise(ccas)
    await promise(null, { label: 'Geste de la ville' })
    await book('Louison', wednesdays, 'Matin')
    await bill()
    const { papers } = await client.payers.bill({ thirdPartyIds: [ccas] })
    const read = async () => {
      const { balanceCents, papers: issued } = await client.payers.thirdParty({ id: ccas })
      const { sections } = await client.invoicing.paper({ id: papers[0]?.id ?? 0 })
      return { balanceCents, issued, sections }
    }
    const before = await read()
    await client.payments.record({
      familyId,
      regieId: 1,
      means: 'cheque',
      amountCents: await balance('Marchand'),
      receivedOn: day('2026-11-25'),
      payer: '',
      reference: '',
      chosen: null,
    })
    clock.set('2028-09-15')
    await last(await client.protection.erase({ subject: 'family', id: familyId, confirmation: 'Marchand' }))
    expect(await read()).toEqual(before)
    expect((await client.payers.thirdParty({ id: ccas })).aids.map(({ label }) => label)).toEqual(['Mercredis'])
    expect(findings()).toEqual([])
  })

  it('leaves the home’s invoice with its line, and every paper of its third party away from the portal', async () => {
    const { client, town, book, party, promise, bill } = await open()
    const ccas = await party('CCAS')
    await promise(ccas)
    await book('Louison', wednesdays, 'Matin')
    await bill()
    await client.payers.bill({ thirdPartyIds: [ccas] })
    const [invoice] = await client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    const paper = await client.invoicing.paper({ id: invoice?.id ?? 0 })
    expect(paper.sections[0]?.lines.map(({ label, totalCents }) => [label, totalCents])).toEqual([
      ['CLSH MERCREDI – accueil', 1650],
      ['CLSH MERCREDI – mercredis', -660],
    ])
    const ofFamily = await client.invoicing.ofFamily({ familyId: town.family('Marchand') })
    expect(ofFamily.map(({ number }) => number)).toEqual(['2026-000001'])
    const lines = (await client.payments.account({ familyId: town.family('Marchand') })).lines
    expect(lines.map(({ piece }) => piece)).toEqual(['2026-000001'])
  })
})

describe('a run that is taken back', () => {
  it('takes back what third parties owe of its days, where it was entered, and not what another run billed', async () => {
    const { town, client, book, party, promise, bill, toBill, run, issue, balance, findings } = await open()
    const nature = { account: '7066', label: '', productCode: 'EN', activityIds: null, fiscal: null }
    await client.regies.save({
      ...aRegieInput({ id: firstRegieId, name: 'Régie', payfipNumber: '', natures: [nature] }),
      prefix: null,
    })
    const ccas = await party('CCAS')
    await promise(ccas)
    await book('Louison', wednesdays.slice(0, 1), 'Matin')
    const { id: runId } = await bill()
    await book('Louison', wednesdays.slice(1), 'Matin')
    await bill()
    expect(await toBill(ccas)).toBe(3 * 220)
    await last(await client.invoicing.takeBack({ runId, reason: 'Tarif mal saisi' }))
    expect(await toBill(ccas)).toBe(2 * 220)
    expect(await balance('Marchand')).toBe(2 * 330)
    const entered = town.store.statement('select distinct nature, product_code as code from payer_part').all()
    expect(entered).toEqual([{ nature: '7066', code: 'EN' }])
    const again = await run('2027-01')
    await issue(again.id)
    expect([await toBill(ccas), await balance('Marchand')]).toEqual([3 * 220, 3 * 330])
    await client.payers.bill({ thirdPartyIds: [ccas] })
    expect(findings()).toEqual([])
  })
})
