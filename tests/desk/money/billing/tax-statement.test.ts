import { unzipSync } from 'fflate'
import { afterEach, describe, expect, it } from 'vitest'
import { day } from '../../../../shared/rules/calendar/day.ts'
import { sameHomeAllWeek } from '../../../../shared/rules/people/custody.ts'
import { aTariff, billing, last, period } from '../../../support/towns/billing.ts'
import { aRegieInput } from '../../../support/towns/regies.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Part, type Town } from '../../../support/towns/town.ts'
import { asked, missing } from '../../documents/documents-reading.ts'

/** Basile, 5, lives with one home and the other by turns; Louison is 6 since March. */
const twoHomes: Part = async (town) => {
  const { client } = town
  const childId = town.child('Basile')
  await client.families.linkChild({ familyId: town.family('Duval'), childId })
  await aRegistration('Duval', 'Basile', period)(town)
  town.known.set('registration Basile chez Duval, ALSH mercredi 2026/2027', town.registration('Basile', period))
  await aRegistration('Marchand', 'Basile', period)(town)
  await client.reservations.changeCustody({
    childId,
    change: {
      kind: 'rule',
      rule: {
        from: day('2026-09-01'),
        evenWeek: [...sameHomeAllWeek(town.family('Marchand'))],
        oddWeek: [...sameHomeAllWeek(town.family('Duval'))],
        holidays: null,
      },
    },
    decisions: [],
  })
}

let town: Town
const open = async (...more: Part[]) => {
  let building = aTown()
    .with(
      aFamily('Marchand', {
        familyQuotient: 727,
        children: { Basile: { birthDay: '2021-05-02' }, Louison: { birthDay: '2019-12-31' } },
      }),
    )
    .with(aFamily('Duval', { familyQuotient: 727 }))
    .with(aWednesday())
    .with(aTariff('CLSH MERCREDI'))
    .with(aRegistration('Marchand', 'Louison', period))
  for (const part of more.length > 0 ? more : [aRegistration('Marchand', 'Basile', period)])
    building = building.with(part)
  town = await building.open()
  const gestures = billing(town)
  const pay = (amountCents: number, receivedOn: string, also: object = {}, family = 'Marchand') =>
    town.client.payments.record({
      familyId: town.family(family),
      means: 'cheque',
      amountCents,
      receivedOn: day(receivedOn),
      payer: '',
      reference: '',
      chosen: null,
      ...also,
    })
  const years = (family = 'Marchand') => town.client.statements.years({ familyId: town.family(family) })
  const care = async (year: number, family = 'Marchand') =>
    (await years(family)).find((one) => one.year === year)?.certificates ?? []
  return { ...gestures, pay, years, care }
}
afterEach(async () => {
  const [finding] = billing(town).findings()
  await town.close()
  if (finding) throw new Error(finding.sentence)
})

const [even, odd] = ['2026-12-09', '2026-12-16'] as const

describe('the tax certificate of a family', () => {
  it('counts the care of the child under 6 alone: no meal, nothing of the older one', async () => {
    const { book, run, issue, pay, care } = await open()
    await book('Basile', [even], 'Matin', 'Repas')
    await book('Louison', [even], 'Matin')
    await issue((await run()).id)
    expect(await care(2026)).toEqual([])
    await pay(1550, '2026-11-25')
    expect(await care(2026)).toMatchObject([
      {
        payer: 'Mme Camille Marchand',
        isHome: true,
        careCents: 550,
        children: [{ name: 'Basile Marchand', cents: 550, ceilingCents: 350_000, isShared: false }],
      },
    ])
  })

  it('belongs to the year of the payment, even for an invoice that covers two years', async () => {
    const { book, run, issue, pay, care, years } = await open()
    await book('Basile', [even], 'Matin')
    await issue((await run()).id)
    await pay(200, '2026-11-25')
    town.clock.set('2027-01-11')
    await book('Basile', ['2027-01-20'], 'Matin')
    await issue((await run('2027-01')).id)
    await pay(900, '2027-01-11')
    expect((await care(2026)).map(({ careCents }) => careCents)).toEqual([200])
    expect((await care(2027)).map(({ careCents }) => careCents)).toEqual([900])
    expect(await years()).toMatchObject([
      { year: 2027, isClosed: false, openingCents: 350, closingCents: 0, paidCents: 900 },
      { year: 2026, isClosed: true, openingCents: 0, closingCents: 350, paidCents: 200 },
    ])
  })

  it('is one a home in shared custody, each with what it paid, the ceiling halved', async () => {
    const { book, run, issue, pay, care } = await open(twoHomes)
    const keys = (registration: string, on: string) => ({
      registrationId: town.known.get(registration) ?? 0,
      day: day(on),
      slotId: town.slot('CLSH MERCREDI', 'Matin'),
    })
    await book('Basile', [even], 'Matin')
    await town.client.reservations.move({
      cells: [keys('registration Basile chez Duval, ALSH mercredi 2026/2027', odd)],
      act: 'book',
    })
    await issue((await run()).id)
    await pay(550, '2026-11-25')
    await pay(250, '2026-11-25', {}, 'Duval')
    const [mine] = await care(2026)
    const [theirs] = await care(2026, 'Duval')
    expect([mine?.careCents, theirs?.careCents]).toEqual([550, 250])
    for (const one of [mine, theirs]) expect(one?.children).toMatchObject([{ isShared: true, ceilingCents: 175_000 }])
  })

  it('there is one for each payer, with CESU apart, less cancelled and credited payments', async () => {
    const { book, run, issue, pay, care, paper } = await open()
    await book('Basile', [even, odd], 'Matin')
    await issue((await run()).id)
    await pay(400, '2026-11-25', { means: 'cesu' })
    const grandmother = await pay(300, '2026-11-25', { payer: 'Mme Huguette Duval' })
    await pay(400, '2026-11-25', { payer: 'MME CAMILLE MARCHAND' })
    expect((await care(2026)).map((one) => [one.payer, one.careCents, one.cesuCents])).toEqual([
      ['Mme Camille Marchand', 800, 400],
      ['Mme Huguette Duval', 300, 0],
    ])
    await town.client.payments.cancel({ id: grandmother.id, reason: 'Chèque sans provision' })
    expect((await care(2026)).map((one) => one.careCents)).toEqual([800])
    const { id } = await paper('Marchand')
    await town.client.invoicing.creditNote({ invoiceId: id, lines: null, reason: 'Fermeture', billAgain: false })
    expect(await care(2026)).toEqual([])
  })
})

const nature = (account: string, fiscal: 'garde' | 'repas') => ({
  account,
  label: '',
  productCode: '',
  activityIds: null,
  fiscal,
})

/** CESU pay only the care of this régie, or whatever there is. */
const limitVouchers = async (isLimited: boolean) => {
  const [regie] = await town.client.regies.list()
  if (!regie) throw new Error('a town has a régie')
  await town.client.regies.save({
    ...aRegieInput(regie),
    name: 'Régie',
    natures: [nature('7066', 'garde'), nature('7067', 'repas')],
    voucherRules: isLimited ? [{ means: 'cesu', activityIds: null, fiscal: 'garde', belowAge: null }] : [],
  })
}

describe('the CESU of a certificate', () => {
  it('are all care, as the régie said when they came: its settings may change since', async () => {
    const { book, run, issue, pay, care } = await open()
    await book('Basile', [even], 'Matin', 'Repas')
    await issue((await run()).id)
    await limitVouchers(true)
    await pay(450, '2026-11-25', { means: 'cash' })
    await pay(550, '2026-11-25', { means: 'cesu' })
    await limitVouchers(false)
    expect(await care(2026)).toMatchObject([{ careCents: 550, cesuCents: 550 }])
    const asked = { regieId: 1, from: day('2026-11-25'), to: day('2026-11-25'), format: 'csv' } as const
    expect(await (await town.client.statements.byNature(asked)).text()).toMatch(/^7066;.*;0,00;.*5,50.*$/m)
    expect(() => town.store.sqlite.exec('update payment set voucher_lines = null')).toThrow('never changes')
  })

  it('pay care and meals in proportion where the régie said nothing', async () => {
    const { book, run, issue, pay, care } = await open()
    await book('Basile', [even], 'Matin', 'Repas')
    await issue((await run()).id)
    await pay(450, '2026-11-25', { means: 'cash' })
    await pay(550, '2026-11-25', { means: 'cesu' })
    await limitVouchers(true)
    expect(await care(2026)).toMatchObject([{ careCents: 550, cesuCents: 302 }])
  })
})

const text = async (file: Promise<File>) =>
  asked('pdftotext', new Uint8Array(await (await file).arrayBuffer()), ['-layout'], ['-'])
    .replaceAll(/[\u00a0\u202f]/g, ' ')
    .replaceAll(/\s+/g, ' ')

describe('the papers of a year', () => {
  it.skipIf(missing('pdftotext'))('say what was paid, for whom, and both balances (needs pdftotext)', async () => {
    const { book, run, issue, pay } = await open()
    await book('Basile', [even], 'Matin', 'Repas')
    await issue((await run()).id)
    await pay(1000, '2026-11-25', { means: 'cesu' })
    const familyId = town.family('Marchand')
    const certificate = await text(town.client.statements.certificate({ familyId, year: 2026 }))
    for (const said of [
      'Attestation fiscale 2026',
      'Basile Marchand né(e) le 02/05/2021 5,50 €',
      'CLSH MERCREDI 5,50 €',
      'Total payé pour la garde 5,50 €',
      'dont CESU 5,50 €',
      '3 500,00 € par enfant',
      'L’année 2026 n’est pas finie',
    ])
      expect(certificate).toContain(said)
    const statement = await text(town.client.statements.statement({ familyId, year: 2026 }))
    for (const said of [
      'Relevé de l’année 2026 (provisoire)',
      'Solde au 1ᵉʳ janvier 2026 0,00 €',
      'Tout est payé au 25/11/2026',
    ])
      expect(statement).toContain(said)
  })

  it('are refused with a sentence when there is nothing to tell', async () => {
    await open()
    const familyId = town.family('Duval')
    await expect(town.client.statements.certificate({ familyId, year: 2026 })).rejects.toMatchObject({
      data: { sentence: 'Rien n’a été payé en 2026 pour la garde d’un enfant de moins de 6\u00a0ans au 1ᵉʳ janvier.' },
    })
    await expect(town.client.statements.statement({ familyId, year: 2026 })).rejects.toMatchObject({
      data: { sentence: 'Rien n’a été facturé ni réglé en 2026.' },
    })
    await expect(last(await town.client.statements.print({ year: 2026, how: 'apart' }))).rejects.toMatchObject({
      code: 'REFUSED',
    })
  })

  it('are printed for all, listed, and downloaded once', async () => {
    const { book, run, issue, pay } = await open(twoHomes)
    await book('Basile', [even], 'Matin')
    await issue((await run()).id)
    await pay(550, '2026-11-25')
    const rows = await town.client.statements.certificates({ year: 2026 })
    expect(rows.map(({ family, careCents }) => [family, careCents])).toEqual([['Marchand', 550]])
    const { ticket, papers } = await last(await town.client.statements.print({ year: 2026, how: 'apart' }))
    expect(papers).toBe(1)
    const archive = await town.client.statements.printed({ ticket })
    const files = unzipSync(new Uint8Array(await archive.arrayBuffer()))
    expect(Object.keys(files)).toEqual([
      `Attestation fiscale 2026 Marchand F-${String(town.family('Marchand')).padStart(5, '0')}.pdf`,
    ])
    await expect(town.client.statements.printed({ ticket })).rejects.toMatchObject({ code: 'REFUSED' })
    const list = await (await town.client.statements.list({ year: 2026, format: 'csv' })).text()
    expect(list).toContain('Marchand;Mme Camille Marchand;Basile Marchand;oui;5,50;1750,00')
  })

  it('are for those who may read invoices', async () => {
    await open()
    const animator = await town.as('animator')
    await expect(animator.statements.certificates({ year: 2026 })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
