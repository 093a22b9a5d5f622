import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { childOnDay, debtorOf, familiesOf, familyOnDay } from '../../../main/desk/families/families.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { aDesk, type TestDesk } from '../../support/desk.ts'
import { aChild, aFamily, aGuardian, aHome, anAddress } from '../../support/towns/families.ts'

let town: TestDesk
let client: TestDesk['client']
beforeAll(async () => {
  town = await aDesk()
  client = town.client
})
afterAll(() => town.close())

const storyOf = (kind: string) =>
  town.store.sqlite
    .prepare<[string], { label: string; entity: string; after: string }>(
      'select label, entity, after from audit join act on act.id = act_id where kind = ? order by audit.id',
    )
    .all(kind)

const doublesOf = async (typed: Parameters<TestDesk['client']['families']['possibleDoubles']>[0]) =>
  (await client.families.possibleDoubles(typed)).map((one) => `${one.name} (${one.why})`)

describe('a family', () => {
  it('keeps every field of the guide', async () => {
    const { id } = await client.families.create({
      home: {
        name: 'Marchand',
        homePhone: '02.31.00.10.20',
        beneficiaryName: 'Camille Marchand',
        benefitScheme: 'Régime général',
        beneficiaryNumber: '0418822',
        formerNumber: '',
        dependentChildren: 2,
        lastIncomeCents: 2_850_000,
        incomeUpdatedOn: '2026-09-01',
        invoicesBy: '',
        notes: 'Préfère le téléphone.',
      },
      guardians: [
        {
          ...aGuardian('Camille', 'Marchand'),
          civility: 'Mme',
          email: 'C.Marchand@Example.fr',
          mobilePhone: '+33 6 39 98 41 27',
        },
        {
          ...aGuardian('Julien', 'Marchand'),
          civility: 'M.',
          workPhone: '0231001122',
          ownAddress: anAddress('4 quai Vendeuvre', 'Caen', '14000'),
        },
      ],
      move: { fromDay: '2026-09-01', address: anAddress('8 rue des Tilleuls'), resident: null },
      quotient: { fromDay: '2026-09-01', value: 727, source: 'CAF', updatedOn: '2026-09-03' },
      children: [{ ...aChild('Louison', 'Marchand', '2022-03-14'), schooling: null }],
    })
    const family = await client.families.one({ id })
    expect(family).toMatchObject({
      homePhone: '02 31 00 10 20',
      beneficiaryNumber: '0418822',
      lastIncomeCents: 2_850_000,
      guardians: [
        { rank: 1, civility: 'Mme', email: 'c.marchand@example.fr', mobilePhone: '06 39 98 41 27' },
        { rank: 2, civility: 'M.', workPhone: '02 31 00 11 22', ownAddress: { town: 'Caen' } },
      ],
      address: { resident: true, line1: '8 rue des Tilleuls' },
      quotient: { value: 727, updatedOn: '2026-09-03' },
      children: [{ firstName: 'Louison', hasHealthAlert: false }],
    })
    expect(debtorOf(town.store, id, day('2026-11-25'))).toMatchObject({
      name: 'Mme Camille Marchand',
      addressLines: ['8 rue des Tilleuls', '14550 Blainville-sur-Orne'],
    })
  })

  it.each([
    [{ guardians: [] }, 'Il faut au moins un responsable.'],
    [
      { guardians: [{ ...aGuardian('A', 'B'), mobilePhone: '06 39' }] },
      'Numéro de téléphone à corriger\u00a0: dix chiffres, par exemple 06 39 98 41 27.',
    ],
    [
      { guardians: [{ ...aGuardian('A', 'B'), email: 'camille' }] },
      'Adresse e-mail à corriger. Exemple\u00a0: camille@exemple.fr.',
    ],
    [
      { children: [{ ...aChild('Zoé', 'B', '2027-01-01'), schooling: null }] },
      'Cette date de naissance n’est pas encore passée\u00a0: ven. 1ᵉʳ janv. 2027.',
    ],
    [{ children: [{ ...aChild('Zoé', 'B', '2022-02-30'), schooling: null }] }, 'Cette date n’existe pas.'],
    [{ guardians: [{ existingId: 99_999 }] }, 'Ce responsable n’existe plus.'],
  ])('refuses a bad form with a sentence and keeps nothing: %#', async (wrong, sentence) => {
    const before = (await client.families.list({ filter: '', show: 'all', from: 0, count: 1 })).total
    await expect(
      client.families.create({
        home: aHome('Refusée'),
        guardians: [aGuardian('A', 'B')],
        move: null,
        quotient: null,
        children: [],
        ...wrong,
      }),
    ).rejects.toMatchObject({ code: 'REFUSED', data: { sentence } })
    expect((await client.families.list({ filter: '', show: 'all', from: 0, count: 1 })).total).toBe(before)
  })

  it('is resident when its town is the organisation’s, however it is written, unless staff say otherwise', async () => {
    const { id } = await aFamily(client, 'Duval', { town: 'BLAINVILLE SUR ORNE' })
    expect(familyOnDay(town.store, id, day('2026-11-25')).resident).toBe(true)
    await client.families.setAddress({
      familyId: id,
      fromDay: '2026-12-01',
      address: anAddress('1 rue de Caen', 'Ouistreham', '14150'),
      resident: null,
    })
    expect(familyOnDay(town.store, id, day('2026-11-30')).resident).toBe(true)
    expect(familyOnDay(town.store, id, day('2026-12-01'))).toMatchObject({
      resident: false,
      address: { town: 'Ouistreham' },
    })
    await client.families.setAddress({
      familyId: id,
      fromDay: '2026-12-01',
      address: anAddress('1 rue de Caen', 'Ouistreham', '14150'),
      resident: true,
    })
    expect(familyOnDay(town.store, id, day('2026-12-01')).resident).toBe(true)
    expect((await client.families.one({ id })).addresses).toHaveLength(2)
  })

  it('has on each day the quotient of that day, and none once it is no longer known', async () => {
    const { id } = await aFamily(client, 'Hébert', { familyQuotient: 694, since: '2025-09-01' })
    await client.families.setQuotient({
      familyId: id,
      fromDay: '2026-09-01',
      value: 727.5,
      source: 'CAF',
      updatedOn: '2026-09-02',
    })
    await client.families.setQuotient({
      familyId: id,
      fromDay: '2026-12-01',
      value: null,
      source: '',
      updatedOn: '2026-11-25',
    })
    const on = (text: string) => familyOnDay(town.store, id, day(text)).quotient?.value ?? null
    expect(['2025-08-31', '2025-09-01', '2026-08-31', '2026-09-01', '2026-11-30', '2026-12-01'].map(on)).toEqual([
      null,
      694,
      694,
      727.5,
      727.5,
      null,
    ])
    await expect(
      client.families.setQuotient({
        familyId: id,
        fromDay: '2027-01-01',
        value: 727.555,
        source: '',
        updatedOn: '2026-11-25',
      }),
    ).rejects.toMatchObject({ data: { field: 'value' } })
  })

  it('that left is out of the list of those present, and comes back', async () => {
    const { id } = await aFamily(client, 'Partie')
    await client.reservations.leave({ familyId: id, on: '2026-11-01', charged: false })
    const names = async (show: 'present' | 'left') =>
      (await client.families.list({ filter: '', show, from: 0, count: 100 })).rows.map((row) => row.name)
    expect(await names('present')).not.toContain('Partie')
    expect(await names('left')).toEqual(['Partie'])
    await client.families.comeBack({ id })
    expect(await names('present')).toContain('Partie')
  })

  it('is listed by name as a French dictionary would, page by page', async () => {
    await aFamily(client, 'Élie')
    await aFamily(client, 'Zola')
    const all = await client.families.list({ filter: '', show: 'present', from: 0, count: 100 })
    const names = all.rows.map((row) => row.name)
    expect(names).toEqual(names.toSorted(new Intl.Collator('fr').compare))
    const second = await client.families.list({ filter: '', show: 'present', from: 1, count: 1 })
    expect(second).toMatchObject({ total: all.total, rows: [{ id: all.rows[1]?.id }] })
  })

  it.each(['march', 'LOUISON', 'camille mar', '0639 98', '02 31 00 11'])(
    'is found in the list by «\u00a0%s\u00a0»',
    async (filter) => {
      const { rows } = await client.families.list({ filter, show: 'present', from: 0, count: 10 })
      expect(rows.map((row) => row.name)).toContain('Marchand')
    },
  )
})

describe('its guardians', () => {
  it('are as many as there are, one at least, and change places', async () => {
    const { id } = await aFamily(client, 'Lebrun')
    await client.families.addGuardian({ familyId: id, guardian: aGuardian('Odile', 'Lebrun') })
    const { id: third } = await client.families.addGuardian({ familyId: id, guardian: aGuardian('Yann', 'Riou') })
    await client.families.swapGuardians({ familyId: id, guardianId: third })
    const [first, odile, second] = (await client.families.one({ id })).guardians
    expect([first?.firstName, odile?.firstName, second?.firstName]).toEqual(['Yann', 'Odile', 'Camille'])
    await client.families.removeGuardian({ familyId: id, guardianId: odile?.id ?? 0 })
    await client.families.removeGuardian({ familyId: id, guardianId: first?.id ?? 0 })
    expect((await client.families.one({ id })).guardians).toMatchObject([{ firstName: 'Camille', rank: 1 }])
    await expect(client.families.removeGuardian({ familyId: id, guardianId: second?.id ?? 0 })).rejects.toMatchObject({
      data: { sentence: 'Il faut au moins un responsable\u00a0: ajoutez l’autre d’abord.' },
    })
  })

  it('may belong to two families, never three', async () => {
    const first = await aFamily(client, 'Garnier')
    const existingId = first.guardians[0]?.id ?? 0
    const again = (name: string) =>
      client.families.create({
        home: aHome(name),
        guardians: [{ existingId }],
        move: null,
        quotient: null,
        children: [],
      })
    await again('Garnier-Petit')
    expect((await client.families.one({ id: first.id })).guardians[0]?.otherFamilies).toMatchObject([
      { name: 'Garnier-Petit' },
    ])
    await expect(again('Garnier-Trois')).rejects.toMatchObject({
      data: { sentence: 'Ce responsable a déjà deux familles.' },
    })
  })
})

describe('its children', () => {
  it('have on each day the age and the class of that day', async () => {
    const family = await aFamily(client, 'Quesnel', { children: { Tom: '2018-11-25' }, level: 'CE2' })
    const id = family.children[0]?.id ?? 0
    const school = await client.settings.saveSchool({ name: 'École Jacques-Prévert' })
    await client.families.setSchooling({
      childId: id,
      fromDay: '2027-09-01',
      schoolId: school.id,
      level: 'CM1',
      className: 'CM1 B',
    })
    expect(childOnDay(town.store, id, day('2026-11-24'))).toMatchObject({ age: { years: 7 }, level: 'CE2', school: '' })
    expect(childOnDay(town.store, id, day('2026-11-25'))).toMatchObject({ age: { years: 8 } })
    expect(childOnDay(town.store, id, day('2027-09-01'))).toMatchObject({
      level: 'CM1',
      school: 'École Jacques-Prévert',
    })
    expect(childOnDay(town.store, id, day('2026-08-31'))).toMatchObject({ level: '' })
  })

  it('may have two homes, never three', async () => {
    const mother = await aFamily(client, 'Poirier', { children: { Anna: '2017-05-02' } })
    const father = await aFamily(client, 'Vasseur')
    const third = await aFamily(client, 'Tiers')
    const childId = mother.children[0]?.id ?? 0
    await client.families.linkChild({ familyId: father.id, childId })
    expect(familiesOf(town.store, childId).map((home) => home.name)).toEqual(['Poirier', 'Vasseur'])
    expect((await client.families.one({ id: father.id })).children[0]?.otherFamilies).toMatchObject([
      { name: 'Poirier' },
    ])
    await expect(client.families.linkChild({ familyId: father.id, childId })).rejects.toMatchObject({
      data: { sentence: 'Cet enfant est déjà dans cette famille.' },
    })
    await expect(client.families.linkChild({ familyId: third.id, childId })).rejects.toMatchObject({
      data: { sentence: 'Anna a déjà deux foyers.' },
    })
  })

  it('gets its second home as that home is created, with a parent who is there already', async () => {
    const mother = await aFamily(client, 'Lefort', { children: { Jade: '2018-05-02' } })
    const childId = mother.children[0]?.id ?? 0
    const newHome = (...children: Parameters<typeof client.families.create>[0]['children']) =>
      client.families.create({
        home: aHome('Garnier'),
        guardians: [{ existingId: mother.guardians[0]?.id ?? 0 }],
        move: null,
        quotient: null,
        children,
      })
    const unborn = { ...aChild('Zoé', 'Garnier', '2027-01-01'), schooling: null }
    await expect(newHome({ existingId: childId }, unborn)).rejects.toMatchObject({
      data: { field: 'children.1.birthDay' },
    })
    const { id } = await newHome({ existingId: childId })
    expect((await client.families.one({ id })).children).toMatchObject([
      { id: childId, otherFamilies: [{ name: 'Lefort' }] },
    ])
  })

  it('may be fetched by some and must not be by others', async () => {
    const family = await aFamily(client, 'Ruel', { children: { Yanis: '2021-05-25' } })
    const childId = family.children[0]?.id ?? 0
    const pickup = { relation: 'grand-mère', phone: '0639981260', allowed: true }
    await client.families.addPickup({ childId, name: 'Monique Auvray', ...pickup })
    await client.families.addPickup({ childId, name: 'Hugo Lecerf', ...pickup, relation: 'voisin', allowed: false })
    await expect(client.families.addPickup({ childId, name: 'monique AUVRAY', ...pickup })).rejects.toMatchObject({
      data: { field: 'name' },
    })
    expect((await client.families.one({ id: family.id })).children[0]?.pickups).toMatchObject([
      { name: 'Monique Auvray', phone: '06 39 98 12 60', allowed: true },
      { name: 'Hugo Lecerf', allowed: false },
    ])
  })
})

describe('the health record', () => {
  it('opens to its right only, and each reading leaves a trace without content', async () => {
    const family = await aFamily(client, 'Vautier', { children: { Élise: '2022-02-09' } })
    const childId = family.children[0]?.id ?? 0
    const record = {
      allergies: 'arachide',
      diet: 'sans porc' as const,
      pai: 'stylo d’adrénaline',
      doctor: 'Dr Le Goff',
    }
    await client.families.changeHealth({ childId, ...record })
    const receptionist = await town.as('receptionist')
    const animator = await town.as('director')
    await expect(receptionist.families.health({ childId })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect((await receptionist.families.one({ id: family.id })).children[0]?.hasHealthAlert).toBeNull()
    expect(storyOf('health.read')).toHaveLength(0)
    expect(await animator.families.health({ childId })).toMatchObject({ ...record, isLost: false })
    expect((await animator.families.one({ id: family.id })).children[0]?.hasHealthAlert).toBe(true)
    expect(storyOf('health.read')).toMatchObject([{ label: 'Fiche sanitaire consultée\u00a0: Élise Vautier' }])
    expect(storyOf('health.change').map((row) => row.after)).toEqual([
      JSON.stringify({ changed: ['allergies', 'diet', 'pai', 'doctor'] }),
    ])
  })
})

describe('while typing', () => {
  const typed = { lastName: '', firstName: '', birthDay: null, phones: [], email: '', exceptId: null }
  it('a child already there is shown, however its name is written or turned round', async () => {
    await aFamily(client, 'Le Goff-Hervé', { children: { 'Anne-Élise': '2019-04-12' } })
    const known = 'Anne-Élise Le Goff-Hervé (même nom, date de naissance, 12/04/2019)'
    expect(await doublesOf({ ...typed, kind: 'child', lastName: 'LE GOFF HERVE', firstName: 'anne elise' })).toEqual([
      known,
    ])
    expect(await doublesOf({ ...typed, kind: 'child', lastName: 'Anne Elise', firstName: 'Le Goff–Herve' })).toEqual([
      known,
    ])
    expect(
      await doublesOf({ ...typed, kind: 'child', lastName: 'Autre', firstName: 'Anne-Elise', birthDay: '2019-04-12' }),
    ).toEqual(['Anne-Élise Le Goff-Hervé (même date de naissance, 12/04/2019)'])
    expect(await doublesOf({ ...typed, kind: 'child', lastName: 'Le Goff', firstName: 'Anne' })).toEqual([])
  })

  it('a guardian is shown by name, phone or e-mail, never themself', async () => {
    const family = await aFamily(client, 'Tanguy')
    const guardian = family.guardians[0]
    const {
      rank: _rank,
      otherFamilies: _others,
      ...fields
    } = guardian ?? { ...aGuardian('', ''), id: 0, rank: 1, otherFamilies: [] }
    await client.families.changeGuardian({
      id: fields.id,
      guardian: { ...fields, mobilePhone: '06 11 22 33 44', email: 'tanguy@example.fr' },
    })
    expect(
      await doublesOf({
        ...typed,
        kind: 'guardian',
        lastName: 'camille',
        firstName: 'TANGUY',
        phones: ['0611223344'],
        email: 'Tanguy@example.fr',
      }),
    ).toEqual(['Camille Tanguy (même nom, même téléphone, même adresse e-mail)'])
    expect(await doublesOf({ ...typed, kind: 'guardian', phones: ['0611223344'], exceptId: fields.id })).toEqual([])
  })
})

it('a cashier reads families and changes nothing', async () => {
  const cashier = await town.as('cashier')
  expect((await cashier.families.list({ filter: '', show: 'present', from: 0, count: 1 })).rows).toHaveLength(1)
  await expect(
    cashier.families.create({
      home: aHome('X'),
      guardians: [aGuardian('A', 'B')],
      move: null,
      quotient: null,
      children: [],
    }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
