import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { child } from '../../main/store/schema/index.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { aDesk, type TestDesk } from '../support/desk.ts'
import { aBillingTown, billing } from '../support/towns/billing.ts'
import { aFamily, aGuardian } from '../support/towns/families.ts'
import { aFamily as aFamilyOf, aPeriod, aRegistration } from '../support/towns/town.ts'

let town: TestDesk
let client: TestDesk['client']
beforeAll(async () => {
  town = await aDesk()
  client = town.client
  await aFamily(client, 'Rousseau', { children: { 'Zoé-Lou': '2019-05-02' }, guardian: 'Fabienne' })
  await aFamily(client, 'Lœuillet', { children: { Noha: '2020-01-01' }, guardian: 'Élise' })
  const marchand = await aFamily(client, 'Marchand', { children: { Louison: '2022-03-14', Basile: '2020-10-02' } })
  await aFamily(client, 'Marchandeau', { children: { Jules: '2018-01-01' }, guardian: 'Odile' })
  await client.families.addGuardian({
    familyId: marchand.id,
    guardian: { ...aGuardian('Julien', 'Marchand'), mobilePhone: '06 39 98 41 27' },
  })
})
afterAll(() => town.close())

const found = async (text: string) => namesOf(await client.home.search({ text }))
const near = async (text: string) => namesOf((await client.home.search({ text })).near)

const namesOf = ({ families, children, guardians }: Awaited<ReturnType<typeof client.home.search>>['near']) =>
  [...families, ...children, ...guardians].map((one) => one.name)

describe('the search', () => {
  it.each([
    ['rousseau', ['Rousseau', 'Zoé-Lou Rousseau', 'Fabienne Rousseau']],
    ['ROUSS', ['Rousseau', 'Zoé-Lou Rousseau', 'Fabienne Rousseau']],
    ['zoe lou', ['Zoé-Lou Rousseau']],
    ['rousseau zo', ['Zoé-Lou Rousseau']],
    ['loeuillet elise', ['Élise Lœuillet']],
    ['bas', ['Basile Marchand']],
  ])('finds by the beginnings of words, without accents or case: «\u00a0%s\u00a0»', async (text, names) => {
    expect(await found(text)).toEqual(names)
  })

  it.each([
    ['two letters swapped', 'roussaeu', 'Rousseau'],
    ['one left out', 'rouseau', 'Rousseau'],
    ['one too many', 'rousseaux', 'Rousseau'],
    ['one for another', 'tousseau', 'Rousseau'],
    ['in a short name', 'nora', 'Noha Lœuillet'],
    ['while still typing', 'rouse', 'Rousseau'],
    ['beside a word well typed', 'fabiene rousseau', 'Fabienne Rousseau'],
  ])('forgives one typo: %s', async (_, text, name) => {
    expect(await near(text)).toContain(name)
    expect(await found(text)).not.toContain(name)
  })

  it('sets apart the names that are one typo away from those who have that very name', async () => {
    await aFamily(client, 'Loisel', { children: { Tom: '2019-01-01' }, guardian: 'Anne' })
    await aFamily(client, 'Garnier', { children: { Éloïse: '2019-01-01' }, guardian: 'Paul' })
    expect(await found('eloise')).toEqual(['Éloïse Garnier'])
    expect(await near('eloise')).toContain('Loisel')
  })

  it('finds a file by its number as it is printed', async () => {
    const { id } = await aFamily(client, 'Numérotée', { children: { Lou: '2019-01-01' } })
    for (const text of [`F-${String(id).padStart(5, '0')}`, `f${id}`])
      expect((await client.home.search({ text })).families).toMatchObject([{ id, name: 'Numérotée' }])
    expect(await found('F-99999')).toEqual([])
  })

  it('a word of three letters is too short for that', async () => {
    expect([...(await found('bqs')), ...(await near('bqs'))]).toEqual([])
  })

  it('two typos in a word find nothing', async () => {
    expect([...(await found('rxuxseau')), ...(await near('rxuxseau'))]).toEqual([])
  })

  it('shows the whole word before those it begins', async () => {
    const { families } = await client.home.search({ text: 'marchand' })
    expect(families.map((one) => one.name)).toEqual(['Marchand', 'Marchandeau'])
  })

  it.each(['0639984127', '06 39', '06.39.98', '+33 6 39 98 41 27', '98 41 27'])(
    'finds a phone by its digits: «\u00a0%s\u00a0»',
    async (text) => {
      const { guardians } = await client.home.search({ text })
      expect(guardians).toMatchObject([{ name: 'Julien Marchand', families: [{ name: 'Marchand' }] }])
    },
  )

  it('follows a name that changes and one that goes', async () => {
    const family = await aFamily(client, 'Ancien', { children: { Ada: '2019-01-01' } })
    const {
      guardians: _g,
      children: _c,
      addresses: _a,
      address: _d,
      quotients: _q,
      quotient: _t,
      leftOn: _l,
      ...home
    } = family
    await client.families.change({ ...home, name: 'Nouveau' })
    expect((await client.home.search({ text: 'nouveau' })).families).toHaveLength(1)
    expect((await client.home.search({ text: 'ancien' })).families).toHaveLength(0)
  })

  it('shows nothing that an import under way has written', async () => {
    const act = town.store.longAct({ kind: 'system', name: 'essai' }, 'families.change', 'Essai')
    await act.slices([1], (write) => {
      write.insert(child, { lastName: 'Fantôme', firstName: 'Gaspard', birthDay: day('2019-01-01') })
    })
    expect(await found('fantome')).toEqual([])
    await act.rollBack()
    expect(town.store.statement('select count(*) from search where search match ?').pluck().get('fantome')).toBe(0)
  })

  it('is not for those who may not read families', async () => {
    const animator = await town.as('animator')
    await expect(animator.home.search({ text: 'marchand' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

it('shows what a family owes and where it lives, how old a child is and its registrations today', async () => {
  const billed = await aBillingTown()
    .with(aFamilyOf('Lointain', { town: 'Ouistreham', children: { Zélie: { birthDay: '2024-06-25', level: '' } } }))
    .with(aPeriod('Mercredis 2027/2028', 'CLSH MERCREDI', { startDay: '2027-09-01', endDay: '2028-07-05' }))
    .with(aRegistration('Marchand', 'Louison', 'Mercredis 2027/2028'))
    .open()
  onTestFinished(() => billed.close())
  const { book, run, issue } = billing(billed)
  await book('Louison', ['2026-12-09'], 'Matin')
  await issue((await run()).id)
  await billed.client.payments.record({
    familyId: billed.family('Fouquet'),
    means: 'cash',
    amountCents: 1000,
    receivedOn: day('2026-11-25'),
    payer: '',
    reference: '',
    chosen: null,
  })
  const first = async (text: string, client = billed.client) => {
    const { families, children } = await client.home.search({ text })
    return { family: families[0], child: children[0] }
  }
  expect(await first('marchand')).toMatchObject({
    family: { town: 'Blainville-sur-Orne', balanceCents: 550 },
    child: { name: 'Louison Marchand', age: '6\u00a0ans', level: 'CP', activities: ['CLSH MERCREDI'] },
  })
  expect((await first('fouquet')).family?.balanceCents).toBe(-1000)
  expect(await first('lointain')).toMatchObject({
    family: { town: 'Ouistreham', balanceCents: 0 },
    child: { age: '2\u00a0ans 5\u00a0mois', level: '', activities: [] },
  })
  const [receipt] = (await billed.client.home.search({ text: 'Q2026-000001' })).receipts
  expect(receipt).toMatchObject({ number: 'Q2026-000001', family: { name: 'Fouquet' }, amountCents: 1000 })
  expect((await billed.client.home.search({ text: '2026-1' })).receipts).toEqual([receipt])
  expect((await billed.client.home.search({ text: '1' })).receipts).toEqual([])
  const [invoice] = (await billed.client.home.search({ text: '2026-000001' })).invoices
  expect(invoice).toMatchObject({ number: '2026-000001', family: { name: 'Marchand' } })
  const typed = ['2026-1', 'F-1', 'f 000001', 'F2026-1']
  const answers = await Promise.all(typed.map((text) => billed.client.home.search({ text })))
  expect(answers.map(({ invoices }) => invoices)).toEqual(typed.map(() => [invoice]))
  // Who does not see invoices is told no balance and no receipt either.
  const administrator = await billed.as('administrator')
  expect((await administrator.home.search({ text: 'Q2026-000001' })).receipts).toEqual([])
  expect((await first('marchand', administrator)).family?.balanceCents).toBeNull()
})

it('finds a payment by the number of its cheque, and an agent by name, for whoever may read them', async () => {
  const billed = await aBillingTown().open()
  onTestFinished(() => billed.close())
  await billed.client.payments.record({
    familyId: billed.family('Fouquet'),
    means: 'cheque',
    amountCents: 1000,
    receivedOn: day('2026-11-25'),
    payer: '',
    reference: 'n° 5134310, Banque de l’Orne',
    chosen: null,
  })
  const cheque = { means: 'cheque', family: { name: 'Fouquet' }, amountCents: 1000, isCancelled: false }
  const typed = ['5134310', 'chèque n° 5134310', '51343']
  const answers = await Promise.all(typed.map((text) => billed.client.home.search({ text })))
  expect(answers.map(({ payments }) => payments)).toMatchObject(typed.map(() => [cheque]))
  expect((await billed.client.home.search({ text: 'orne' })).payments).toEqual([])
  expect((await billed.client.home.search({ text: 'tostain sand' })).staff).toMatchObject([
    { name: 'Sandrine Tostain' },
  ])
  const administrator = await billed.as('administrator')
  expect((await administrator.home.search({ text: '5134310' })).payments).toEqual([])
  const receptionist = await billed.as('receptionist')
  expect((await receptionist.home.search({ text: 'tostain' })).staff).toEqual([])
})

it('finds a period by the words of its name or activity, the running ones first', async () => {
  const school = await aBillingTown()
    .with(aPeriod('Mercredis 2025/2026', 'CLSH MERCREDI', { startDay: '2025-09-01', endDay: '2026-07-05' }))
    .with(aPeriod('Mercredis 2027/2028', 'CLSH MERCREDI', { startDay: '2027-09-01', endDay: '2028-07-05' }))
    .open()
  onTestFinished(() => school.close())
  const periods = async (text: string) => (await school.client.home.search({ text })).periods.map(({ name }) => name)
  expect(await periods('mercredi')).toEqual(['ALSH mercredi 2026/2027', 'Mercredis 2027/2028', 'Mercredis 2025/2026'])
  expect(await periods('clsh 2027')).toEqual(['ALSH mercredi 2026/2027', 'Mercredis 2027/2028'])
  expect(await periods('piscine')).toEqual([])
})

it('the story of a family names each act once, latest first', async () => {
  const family = await aFamily(client, 'Conteur', { children: { Lila: '2019-01-01' } })
  await client.families.setQuotient({
    familyId: family.id,
    fromDay: '2026-11-01',
    value: 500,
    source: 'CAF',
    updatedOn: '2026-11-25',
  })
  expect((await client.home.story({ familyId: family.id, count: 10 })).map((event) => event.label)).toEqual([
    'Quotient familial au 1ᵉʳ novembre 2026',
    'Famille créée\u00a0: Conteur',
  ])
})
