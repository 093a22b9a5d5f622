import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { carriedOverOf } from '../../../main/desk/invoicing/account.ts'
import { writeXlsx } from '../../../main/documents/spreadsheets/workbook.ts'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aChild, aGuardian, aHome, anAddress } from '../../support/towns/families.ts'
import { type AskedList, aList, decided, linesOf, takenIn, takenOut } from '../../support/towns/import.ts'
import { aRegieInput } from '../../support/towns/regies.ts'
import { aFamily, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

let town: Town
let client: TestDesk['client']
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2020-10-02' } } }))
    .with(aWednesday())
    .open()
  client = town.client
})
afterEach(() => town.close())

/** The lines that would be left out: staff accept them by name where totals must be those of the file. */
const pendingOf = async (asked: AskedList) => (await client.imports.preview(asked)).left.map(({ line }) => line)

const facts = () =>
  [
    'family',
    'family_address',
    'family_quotient',
    'guardian',
    'family_guardian',
    'child',
    'family_child',
    'schooling',
    'registration',
    'opening',
  ].map((table) => [
    table,
    town.store
      .statement(`select * from ${table} order by id`)
      .all()
      .map((row) => ({ ...(row as Record<string, unknown>), act_id: null })),
  ])

const head =
  'Nom;Prénom;Date de naissance;École;Classe;Nom responsable;Prénom responsable;Portable;Adresse;CP;Ville;QF;Habite la commune'
const familiesFile = [
  head,
  'AUVRAY;Adèle;12/04/2019;Prévert;CE1 A;AUVRAY;Jeanne;0612345678;6 rue du Lavoir;14550;BLAINVILLE-SUR-ORNE;727,5;Oui',
  'AUVRAY;Malo;3/9/2021;Prévert;GS;AUVRAY;Jeanne;0612345678;6 rue du Lavoir;14550;BLAINVILLE-SUR-ORNE;727,5;Oui',
]

describe('any list of families', () => {
  it('brings a home, its parent, its quotient and its children, whatever its columns are called', async () => {
    const { id: prevert } = await client.settings.saveSchool({ name: 'École Jacques-Prévert' })
    const asked = { ...aList(familiesFile), words: [{ field: 'school', from: 'PREVERT', to: 'École Jacques-Prévert' }] }
    expect(await linesOf(client, asked)).toEqual([
      [2, 'new', 'nouveau, famille Auvray à créer'],
      [3, 'new', 'nouveau, famille Auvray à créer'],
    ])
    expect(await takenIn(client, asked)).toMatchObject({ created: 2, families: 1 })
    const { rows } = await client.families.list({ filter: 'auvray', show: 'present', from: 0, count: 10 })
    const family = await client.families.one({ id: rows[0]?.id ?? 0 })
    expect(family).toMatchObject({
      guardians: [{ firstName: 'Jeanne', mobilePhone: '06 12 34 56 78' }],
      address: { line1: '6 rue du Lavoir', resident: true },
      quotient: { value: 727.5 },
      children: [
        { firstName: 'Adèle', schooling: { schoolId: prevert, level: 'CE1', className: 'CE1 A' } },
        { firstName: 'Malo', schooling: { level: 'GS' } },
      ],
    })
    expect(await linesOf(client, asked)).toEqual([
      [2, 'same', 'à jour'],
      [3, 'same', 'à jour'],
    ])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('reads both names of a parent from one column, and reports columns whose content is not imported', async () => {
    const asked = aList([
      'Nom;Prénom;Né le;Responsable;Téléphone;Adresse;CP;Ville;Cantine;INE;Vide',
      'AUVRAY;Adèle;12/04/2019;AUVRAY Jeanne;0612345678;6 rue du Lavoir;14550;Blainville-sur-Orne;oui;123;',
      'LE GOFF;Noé;12/04/2020;Mme Solenn Le Goff;0698765432;2 rue du Lavoir;14550;Blainville-sur-Orne;non;124;',
      'YVON;Maël;12/04/2020;Paul Ozenne;;3 rue du Lavoir;14550;Blainville-sur-Orne;non;;',
    ])
    const preview = await client.imports.preview(asked)
    expect(preview.file.filter(({ isSkipped }) => isSkipped).map(({ name }) => name)).toEqual(['Cantine'])
    expect(preview.lines[2]).toMatchObject({
      state: 'error',
      said: 'Écrivez le NOM en capitales, puis le prénom.',
      problems: [{ columnName: 'Responsable', proposal: 'PAUL Ozenne' }],
    })
    await takenIn(client, asked, true)
    const { rows } = await client.families.list({ filter: '', show: 'present', from: 0, count: 10 })
    const guardians = await Promise.all(rows.map(async ({ id }) => (await client.families.one({ id })).guardians))
    expect(guardians.filter((own) => own[0]?.mobilePhone !== '')).toMatchObject([
      [{ lastName: 'Auvray', firstName: 'Jeanne', mobilePhone: '06 12 34 56 78' }],
      [{ lastName: 'Le Goff', firstName: 'Solenn', mobilePhone: '06 98 76 54 32' }],
    ])
  })

  it('never gives a parent the mail by which another comes to the portal', async () => {
    await aFamily('Auvray', { children: { Adèle: { birthDay: '2019-04-12' } } })(town)
    const parent = async (family: string, email: string) => {
      const [found] = (await client.families.one({ id: town.family(family) })).guardians
      if (!found) throw new Error(`${family} has a parent`)
      const { id, ...rest } = found
      const guardian = { ...aGuardian(rest.firstName, rest.lastName), email }
      await client.families.changeGuardian({ id, guardian })
      return id
    }
    const guardianIds = [await parent('Marchand', 'camille@example.fr'), await parent('Auvray', 'auvray@example.fr')]
    expect(await client.portal.inviteByMail({ guardianIds })).toMatchObject({ invited: 2 })
    const asked = aList([
      'Nom;Prénom;Né le;Nom responsable;Prénom responsable;E-mail',
      'AUVRAY;Adèle;12/04/2019;AUVRAY;Camille;camille@example.fr',
    ])
    const [line] = (await client.imports.preview(asked)).lines
    const take = Object.fromEntries((line?.differences ?? []).map(({ field }) => [field, 'file' as const]))
    expect(Object.keys(take)).toEqual(['parent1 email'])
    await expect(takenIn(client, { ...asked, decisions: [decided(2, 'same', { take })] })).rejects.toThrow(
      'camille@example.fr est l’identifiant de Camille Marchand',
    )
  })

  it('says which phones would go to nobody, and which are wrong', async () => {
    const asked = aList([
      'Nom;Prénom;Né le;Téléphone;Adresse;CP;Ville',
      'AUVRAY;Adèle;12/04/2019;0612345678;6 rue du Lavoir;14550;Blainville-sur-Orne',
      'YVON;Maël;12/04/2020;abc;3 rue du Lavoir;14550;Blainville-sur-Orne',
    ])
    expect(await linesOf(client, asked)).toEqual([
      [2, 'error', 'Le nom du responsable manque\u00a0: ce numéro n’irait à personne.'],
      [3, 'error', 'Numéro de téléphone à corriger\u00a0: dix chiffres.'],
    ])
  })

  it('finds the heads below titles and merged groups, and as staff say', async () => {
    const asked = aList([
      'Ville de Blainville-sur-Orne;Année 2026/2027',
      '',
      'Enfant;;;Parent 1;;',
      'Nom;Prénom;Né le;Nom;Prénom;Portable',
      'AUVRAY;Adèle;12/04/2019;AUVRAY;Rose;0612345678',
    ])
    const found = await client.imports.preview(asked)
    expect([found.headerLine, found.lines.map(({ line, state }) => [line, state])]).toEqual([4, [[5, 'new']]])
    expect(found.mapping.map(({ field }) => field).toSorted()).toEqual([
      'childBirthDay',
      'childFirstName',
      'childLastName',
      'parent1FirstName',
      'parent1LastName',
      'parent1Mobile',
    ])
    expect((await client.imports.preview({ ...asked, headerLine: 1 })).headerLine).toBe(1)
  })

  it('reads a file whose accents were encoded twice', async () => {
    const [line] = (await client.imports.preview(aList(['Nom;PrÃ©nom;NÃ© le', 'LEFÃˆVRE;ZoÃ©;12/04/2019']))).lines
    expect([line?.state, line?.cells]).toEqual(['new', ['LEFÈVRE', 'Zoé', '12/04/2019']])
  })

  it('reads a cell as a field would take it: on one line, without signs that turn the writing', async () => {
    const file = aList(['Nom;Prénom;Né le', '"Mar\u202echand\nLe Goff";Zoé;12/04/2019'])
    const { lines } = await client.imports.preview(file)
    expect(lines[0]?.cells[0]).toBe('Marchand Le Goff')
  })

  it('names in one gesture the parents of whom the file has a phone alone, brothers and sisters once', async () => {
    const asked = aList([
      'Nom;Prénom;Né le;Téléphone',
      'AUVRAY;Adèle;12/04/2019;0612345678',
      'AUVRAY;Noé;02/05/2021;0612345678',
    ])
    const before = await client.imports.preview(asked)
    expect([before.mendable.parents, before.lines.map(({ state }) => state)]).toEqual([2, ['error', 'error']])
    const report = await takenIn(client, { ...asked, nameParents: true })
    expect(report).toMatchObject({ created: 2, families: 1 })
    const { rows } = await client.families.list({ filter: 'auvray', show: 'all', from: 0, count: 5 })
    expect(rows).toMatchObject([{ guardians: 'Parent d’Adèle Auvray', children: 'Adèle, Noé' }])
    await takenOut(client, report.actId)
  })

  it('takes in one gesture what is only written otherwise, and says so', async () => {
    const asked = aList([
      'Nom;Prénom;Né le;Nom parent 1;Prénom parent 1;Portable parent 1',
      'AUVRAY;Adèle;4 mars 2019;AUVRAY;Rose;612345678',
      'YVON;Maël;43524;YVON;Jean;0612345679',
    ])
    const before = await client.imports.preview(asked)
    expect([before.mendable.proposals, before.lines.map(({ state }) => state)]).toEqual([2, ['error', 'error']])
    const after = await client.imports.preview({ ...asked, takeProposals: true })
    expect(after.lines.map(({ state, remarks }) => [state, remarks.map(({ sentence }) => sentence)])).toEqual([
      ['new', ['Lu «\u00a004/03/2019\u00a0».', 'Lu «\u00a006 12 34 56 78\u00a0».']],
      ['new', ['Lu «\u00a028/02/2019\u00a0».']],
    ])
  })

  it('remarks a town that looks like ours and makes the family live elsewhere, until staff say which it is', async () => {
    const asked = aList([
      'Nom;Prénom;Né le;Adresse;CP;Ville',
      'AUVRAY;Adèle;12/04/2019;6 rue du Lavoir;14550;Blainville',
      'YVON;Maël;12/04/2020;3 rue du Lavoir;50560;Blainville-sur-Mer',
    ])
    const preview = await client.imports.preview(asked)
    expect(preview.lines.map(({ state, remarks }) => [state, remarks])).toEqual([
      [
        'new',
        [
          {
            column: 5,
            columnName: 'Ville',
            value: 'Blainville',
            sentence: 'Lu hors commune\u00a0: la commune s’écrit «\u00a0Blainville-sur-Orne\u00a0».',
            proposal: 'Blainville-sur-Orne',
          },
        ],
      ],
      ['new', []],
    ])
    expect(preview.words).toMatchObject([
      { field: 'town', from: 'Blainville', to: null, choices: ['Blainville-sur-Orne', 'Blainville'] },
    ])
    const elsewhere = { ...asked, words: [{ field: 'town', from: 'Blainville', to: 'Blainville' }] }
    expect((await client.imports.preview(elsewhere)).lines[0]?.remarks).toEqual([])
    await takenIn(client, { ...asked, words: [{ field: 'town', from: 'Blainville', to: 'Blainville-sur-Orne' }] })
    const { rows } = await client.families.list({ filter: '', show: 'present', from: 0, count: 10 })
    expect(rows.map(({ name, resident }) => [name, resident])).toEqual([
      ['Auvray', true],
      ['Marchand', true],
      ['Yvon', false],
    ])
  })

  it('gives children of two homes both, as the list names them in each, on a desk that knows nobody', async () => {
    const asked = aList([
      'Nom du foyer;Nom;Prénom;Né le;Nom parent 1;Prénom parent 1;Adresse;CP;Ville',
      'Le Goff;Le Goff;Élise;21/09/2019;Le Goff;Solenn;2 impasse du Lavoir;14550;Blainville-sur-Orne',
      'Le Goff;Le Goff;Noé;21/09/2017;Le Goff;Solenn;2 impasse du Lavoir;14550;Blainville-sur-Orne',
      'Roux;Le Goff;Élise;21/09/2019;Roux;Yann;9 quai de l’Orne;14550;Blainville-sur-Orne',
      'Roux;Le Goff;Noé;21/09/2017;Roux;Yann;9 quai de l’Orne;14550;Blainville-sur-Orne',
      'Roux;Le Goff;Noé;21/09/2017;Roux;Yann;9 quai de l’Orne;14550;Blainville-sur-Orne',
      'Blin;Le Goff;Noé;21/09/2017;Blin;Maud;4 rue du Port;14550;Blainville-sur-Orne',
    ])
    expect((await linesOf(client, asked)).slice(2)).toEqual([
      [4, 'update', 'second foyer, famille Roux à créer'],
      [5, 'update', 'second foyer, famille Roux à créer'],
      [6, 'error', 'Même enfant qu’à la ligne 3.'],
      [7, 'error', 'Noé a déjà deux foyers.'],
    ])
    expect(await takenIn(client, asked, true)).toMatchObject({ created: 2, updated: 2, families: 2 })
    const { rows } = await client.families.list({ filter: '', show: 'present', from: 0, count: 10 })
    expect(rows.map(({ name, children }) => [name, children])).toEqual([
      ['Le Goff', 'Noé, Élise'],
      ['Marchand', 'Basile'],
      ['Roux', 'Noé, Élise'],
    ])
    expect((await linesOf(client, asked)).map(([, state]) => state)).toEqual([
      'same',
      'same',
      'same',
      'same',
      'error',
      'error',
    ])
  })

  it('asks once what a word of the file means', async () => {
    await client.settings.saveSchool({ name: 'École Jacques-Prévert' })
    expect(await client.imports.preview(aList(familiesFile))).toMatchObject({
      words: [{ field: 'school', from: 'Prévert', lines: 2, to: null, choices: ['École Jacques-Prévert'] }],
      lines: [
        {
          state: 'error',
          problems: [{ sentence: 'École inconnue\u00a0: «\u00a0Prévert\u00a0».', proposal: 'École Jacques-Prévert' }],
        },
        { state: 'error' },
      ],
    })
  })

  it('may be a workbook too', async () => {
    const bytes = await writeXlsx('Familles', {
      columns: ['Nom enfant', 'Prénom enfant', 'Né le'],
      rows: [['Ozenne', 'Margot', '27/02/2021']],
    })
    const asked = { ...aList([]), file: new Blob([new Uint8Array(bytes)]) }
    expect(await client.imports.preview(asked)).toMatchObject({ source: { encoding: 'xlsx', sheet: 'Familles' } })
    expect(await takenIn(client, asked)).toMatchObject({ created: 1 })
  })

  it('never replaces what staff wrote, unless they say so, field by field', async () => {
    const file = ['Nom;Prénom;Né le;Sexe;Tél domicile', 'MARCHAND;Bazile;02/10/2020;M;0231000000']
    await client.families.change({ ...aHome('Marchand'), id: town.family('Marchand'), homePhone: '02 31 99 99 99' })
    const basile = town.child('Basile')
    const same = { ...aList(file), decisions: [decided(2, 'same', { id: basile })] }
    const [line] = (await client.imports.preview(same)).lines
    expect(line?.differences).toEqual([
      { field: 'childFirstName', title: 'Prénom', here: 'Basile', file: 'Bazile', take: 'here' },
      { field: 'childSex', title: 'Sexe', here: '', file: 'M', take: 'file' },
      { field: 'homePhone', title: 'Tél domicile', here: '02 31 99 99 99', file: '02 31 00 00 00', take: 'here' },
    ])
    const chosen = {
      ...same,
      decisions: [decided(2, 'same', { id: basile, take: { childFirstName: 'file', childSex: 'here' } })],
    }
    await takenIn(client, chosen)
    expect(await client.families.one({ id: town.family('Marchand') })).toMatchObject({
      homePhone: '02 31 99 99 99',
      children: [{ firstName: 'Bazile', sex: '' }],
    })
  })

  it('asks whether a parent of the same name is the same home', async () => {
    const file = ['Nom;Prénom;Né le;Nom parent 1;Prénom parent 1', 'Duval;Rose;01/02/2019;Marchand;Camille']
    const { lines } = await client.imports.preview(aList(file))
    expect(lines).toMatchObject([
      { state: 'double', candidates: [{ kind: 'home', name: 'Famille Marchand', why: 'même responsable' }] },
    ])
    const home = lines[0]?.candidates[0]?.id ?? 0
    await takenIn(client, { ...aList(file), decisions: [decided(2, 'create', { home })] })
    expect((await client.families.one({ id: home })).children.map((one) => one.firstName)).toEqual(['Rose', 'Basile'])
    const another = {
      ...aList([file[0] ?? '', 'Duval;Zoé;01/02/2018;Marchand;Camille']),
      decisions: [decided(2, 'create', { home: 'new' })],
    }
    expect(await takenIn(client, another)).toMatchObject({ created: 1, families: 1 })
  })

  it('is read as a profile says, as soon as its columns are known again', async () => {
    const file = ['X1;X2;X3', 'Ozenne;Margot;27/02/2021']
    const mapping = [
      { field: 'childLastName', column: 0 },
      { field: 'childFirstName', column: 1 },
      { field: 'childBirthDay', column: 2 },
    ]
    expect((await client.imports.preview(aList(file))).missing).not.toEqual([])
    expect((await client.imports.preview({ ...aList(file), list: 'families', mapping })).lines).toHaveLength(1)
    await client.imports.saveProfile({
      name: 'École privée',
      list: 'families',
      columns: mapping.map(({ field, column }) => ({ field, head: `X${column + 1}` })),
      words: [],
    })
    expect(await client.imports.preview(aList(file))).toMatchObject({ profile: 'École privée', missing: [] })

    const [kept] = await client.imports.profiles()
    expect(kept).toMatchObject({ name: 'École privée', list: 'families', heads: ['X1', 'X2', 'X3'] })
    await client.imports.removeProfile({ id: kept?.id ?? 0 })
    expect(await client.imports.profiles()).toEqual([])
    expect((await client.imports.preview(aList(file))).profile).toBe('')
    await expect(client.imports.removeProfile({ id: kept?.id ?? 0 })).rejects.toMatchObject({
      data: { sentence: 'Ce réglage n’existe plus.' },
    })
    const [last] = await client.history.lastActs({ screen: 'familles', mine: true, count: 1 })
    expect(last?.label).toBe('Réglage d’import supprimé\u00a0: École privée')
    await undone(client, last?.actId ?? 0)
    expect(await client.imports.profiles()).toEqual([kept])
  })

  it('names those who left the school, and only those', async () => {
    const { id: schoolId } = await client.settings.saveSchool({ name: 'École Jacques-Prévert' })
    const file = ['Nom;Prénom;Né le;Niveau', 'OZENNE;Margot;27/02/2016;CM1', 'YVON;Maël;03/06/2017;CE2']
    await takenIn(client, { ...aList(file), schoolId, fromDay: '2025-09-01' })
    const september = { ...aList(['Nom;Prénom;Né le;Niveau', 'YVON;Maël;03/06/2017;CM1']), schoolId }
    const report = await takenIn(client, september)
    expect(report).toMatchObject({ updated: 1, leavers: [{ name: 'Margot Ozenne', detail: 'CM1, famille Ozenne' }] })
  })
})

describe('an import', () => {
  it('that is undone leaves every row as it was, and can be done again', async () => {
    const before = facts()
    const asked = aList([
      'Nom;Prénom;Né le;Sexe;QF',
      'MARCHAND;Basile;02/10/2020;M;600',
      'OZENNE;Margot;27/02/2021;F;700',
    ])
    const { actId } = await takenIn(client, asked)
    const after = facts()
    expect(after).not.toEqual(before)
    expect(await client.imports.history()).toMatchObject([{ actId, isUndone: false, who: 'Sandrine Tostain' }])
    await takenOut(client, actId)
    expect(facts()).toEqual(before)
    expect(await client.imports.history()).toMatchObject([{ actId, isUndone: true }])
    await expect(takenOut(client, actId)).rejects.toThrow('Déjà annulé par Sandrine Tostain.')
    await takenIn(client, asked)
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('is not taken back once something changed or leans on it, and then not at all', async () => {
    const { actId } = await takenIn(client, aList(['Nom;Prénom;Né le', 'OZENNE;Margot;27/02/2017']))
    const { rows } = await client.families.list({ filter: 'ozenne', show: 'present', from: 0, count: 1 })
    const family = await client.families.one({ id: rows[0]?.id ?? 0 })
    const childId = family.children[0]?.id ?? 0
    await client.families.addPickup({ childId, name: 'Odile', relation: '', phone: '', allowed: true })
    const before = facts()
    await expect(takenOut(client, actId)).rejects.toThrow(
      'Une personne autorisée en dépend depuis\u00a0: commencez par là.',
    )
    expect(facts()).toEqual(before)
    await client.families.change({ ...aHome('Ozenne-Petit'), id: family.id })
    const other = await takenIn(client, aList(['Nom;Prénom;Né le;Sexe', 'OZENNE;Margot;27/02/2017;F']))
    const { lastName, firstName, birthDay } = family.children[0] ?? { lastName: '', firstName: '', birthDay: '' }
    await client.families.changeChild({ id: childId, child: { lastName, firstName, birthDay, sex: 'M', notes: '' } })
    await expect(takenOut(client, other.actId)).rejects.toThrow('Un enfant a changé depuis')
  })
})

describe('a list of quotients', () => {
  it('gives each family its quotient, from the month on', async () => {
    const id = town.family('Marchand')
    await client.families.change({ ...aHome('Marchand'), id, beneficiaryNumber: '1234567' })
    const asked = aList([
      'NOM;PRENOM;N° ALLOCATAIRE;QF;MOIS',
      'MARCHAND;Camille;1234567;640;09/2026',
      'MARCHAND;Camille;;655,5;10/2026',
      'INCONNU;Paul;;300;09/2026',
      'MARCHAND;Camille;;-3;11/2026',
    ])
    expect(await linesOf(client, asked)).toEqual([
      [2, 'update', 'famille Marchand, QF 640 au 1ᵉʳ septembre 2026'],
      [3, 'update', 'famille Marchand, QF 655,5 au 1ᵉʳ octobre 2026'],
      [4, 'error', 'Aucune famille ne correspond à Paul Inconnu.'],
      [5, 'error', 'Un quotient familial ne peut pas être négatif.'],
    ])
    await takenIn(client, asked, true)
    expect((await client.families.one({ id })).quotients.map(({ fromDay, value }) => [fromDay, value])).toEqual([
      ['2026-10-01', 655.5],
      ['2026-09-01', 640],
    ])
  })
})

describe('a list of registrations', () => {
  const columns = 'Nom enfant;Prénom enfant;Né le;Période;Mercredi'
  it('registers children who are known, with their typical week', async () => {
    const asked = aList([
      columns,
      'Marchand;Basile;02/10/2020;ALSH mercredi 2026/2027;oui',
      'Marchand;Basile;02/10/2020;ALSH mercredi 2026/2027;oui',
      'Inconnu;Paul;02/10/2020;ALSH mercredi 2026/2027;',
      'Marchand;Basile;02/10/2020;Mercredis 2026;',
    ])
    expect(await linesOf(client, asked)).toEqual([
      [2, 'new', 'inscrit à ALSH mercredi 2026/2027'],
      [3, 'error', 'Même enfant et même période qu’à la ligne 2.'],
      [4, 'error', 'Aucun enfant ne s’appelle Paul Inconnu, né(e) le 02/10/2020\u00a0: importez d’abord les familles.'],
      [5, 'error', 'Période inconnue\u00a0: «\u00a0Mercredis 2026\u00a0».'],
    ])
    await takenIn(client, asked, true)
    const found = await client.registrations.list({ periodId: town.period('ALSH mercredi 2026/2027') })
    expect(found).toMatchObject([{ firstName: 'Basile', state: 'accepted' }])
    expect(found[0]?.typicalWeek.length).toBeGreaterThan(0)
    expect((await linesOf(client, asked))[0]).toEqual([2, 'same', 'déjà inscrit'])
  })

  it('leaves a child of two homes to staff, and names the child', async () => {
    const [basile] = (await client.families.one({ id: town.family('Marchand') })).children
    await client.families.create({
      home: aHome('Roux'),
      guardians: [aGuardian('Yann', 'Roux')],
      move: null,
      quotient: null,
      children: [{ existingId: basile?.id ?? 0 }],
    })
    expect(await linesOf(client, aList([columns, 'Marchand;Basile;02/10/2020;ALSH mercredi 2026/2027;oui']))).toEqual([
      [2, 'error', 'Basile a deux foyers\u00a0: inscrivez l’enfant depuis la fiche de celui qui l’inscrit.'],
    ])
  })
})

describe('a list of openings', () => {
  it('sets the places of each day, and opens those that were not', async () => {
    const asked = aList([
      'Période;Jour;Plage;Places',
      'ALSH mercredi 2026/2027;09/12/2026;Matin;12',
      'ALSH mercredi 2026/2027;10/12/2026;;8',
      'ALSH mercredi 2026/2027;09/12/2030;;8',
    ])
    const lines = await linesOf(client, asked)
    expect(lines.map(([line, state]) => [line, state])).toEqual([
      [2, 'update'],
      [3, 'new'],
      [4, 'error'],
    ])
    await takenIn(client, asked, true)
    const periodId = town.period('ALSH mercredi 2026/2027')
    const openings = await client.activities.openings({ periodId, from: '2026-12-09', to: '2026-12-10' })
    expect(openings.filter(({ day }) => day === '2026-12-09').map(({ capacity }) => capacity)).toContain(12)
    expect(openings.filter(({ day }) => day === '2026-12-10').every(({ capacity }) => capacity === 8)).toBe(true)
  })

  it('asks for the right to open days', async () => {
    const receptionist = await town.as('receptionist')
    const asked = aList(['Période;Jour;Plage;Places', 'ALSH mercredi 2026/2027;09/12/2026;Matin;12'])
    await expect(receptionist.imports.preview(asked)).rejects.toMatchObject({
      data: { sentence: 'Cette action demande le rôle Administrateur ou Directeur.' },
    })
  })
})

describe('a list that goes out', () => {
  it.each(['csv', 'xlsx'] as const)('comes back as %s and changes nothing', async (format) => {
    const { id: schoolId } = await client.settings.saveSchool({ name: 'École Jacques-Prévert' })
    await takenIn(client, {
      ...aList([
        'Nom enfant;Prénom enfant;Né le;Sexe;Niveau;Classe;Nom parent 1;Prénom parent 1;Portable parent 1;Adresse;Code postal;Commune;Quotient familial;Numéro allocataire',
        'Le Goff;Élise;21/09/2019;F;CP;CP A;Le Goff;Solenn;0698765432;2 impasse du Lavoir;14550;Blainville-sur-Orne;727,5;0123456',
      ]),
      schoolId,
    })
    const registration = aList([
      'Nom enfant;Prénom enfant;Né le;Période;Mercredi',
      'Marchand;Basile;02/10/2020;ALSH mercredi 2026/2027;Matin',
    ])
    await takenIn(client, registration)
    const second = await client.families.create({
      home: aHome('Duval'),
      guardians: [aGuardian('Rose', 'Duval')],
      move: { fromDay: '2026-09-01', address: anAddress('2 quai de l’Orne'), resident: null },
      quotient: null,
      children: [],
    })
    await client.families.linkChild({ familyId: second.id, childId: town.child('Basile') })
    const louison = await client.families.addChild({
      familyId: second.id,
      child: aChild('Louison', 'Marchand', '2022-03-14'),
      schooling: null,
    })
    await client.families.linkChild({ familyId: town.family('Marchand'), childId: louison.id })
    await takenIn(client, {
      ...aList(['Nom;Prénom;Né le;Niveau;Adresse;CP;Ville', 'PARTI;Léo;21/09/2019;CP;1 rue;14550;Caen']),
      schoolId,
    })
    const { rows: gone } = await client.families.list({ filter: 'parti', show: 'present', from: 0, count: 1 })
    await client.reservations.leave({ familyId: gone[0]?.id ?? 0, on: '2026-11-01', charged: false })
    const before = facts()
    const periodId = town.period('ALSH mercredi 2026/2027')
    for (const what of [
      { list: 'families', filter: '', show: 'present' },
      { list: 'quotients' },
      { list: 'registrations', periodId: null },
      { list: 'openings', periodId },
    ] as const) {
      const file = await client.imports.out({ format, what })
      expect(file.name).toMatch(new RegExp(`2026-11-25\\.${format}$`))
      const back = { ...aList([]), file }
      const preview = await client.imports.preview(back)
      expect(preview).toMatchObject({ list: what.list, missing: [], words: [] })
      expect(preview.lines.length).toBeGreaterThan(0)
      expect(preview.lines.filter(({ state }) => state !== 'same')).toEqual([])
      expect(preview.leavers).toEqual([])
    }
    expect(facts()).toEqual(before)
  })
})

describe('a list of balances', () => {
  it('begins each account, and the next invoice carries it over', async () => {
    const id = town.family('Marchand')
    const asked = aList([
      'Nom du foyer;Solde;Solde au',
      'Marchand;35,20 €;31/08/2026',
      'Inconnu;12;31/08/2026',
      'Marchand;1;31/08/2030',
    ])
    expect((await client.imports.preview(asked)).list).toBe('balances')
    expect(await linesOf(client, asked)).toEqual([
      [2, 'new', 'famille Marchand, doit 35,20\u00a0€ au 31 août 2026'],
      [3, 'error', 'Aucune famille ne correspond à la famille Inconnu.'],
      [4, 'error', 'Cette date n’est pas encore passée.'],
    ])
    const { actId } = await takenIn(client, { ...asked, accepted: await pendingOf(asked) }, true)
    expect(await client.payments.account({ familyId: id })).toMatchObject({
      balanceCents: 3520,
      lines: [{ kind: 'opening', on: '2026-08-31', detail: 'Solde repris', chargedCents: 3520, balanceCents: 3520 }],
    })
    expect(carriedOverOf(town.store, [id])({ familyId: id, regieId: 1 })).toEqual([
      { label: 'Solde repris au 31/08/2026', amount: 3520 },
    ])
    expect((await linesOf(client, asked))[0]).toEqual([2, 'same', 'à jour'])
    const again = aList(['Nom du foyer;Solde;Solde au', 'Marchand;40;30/09/2026'])
    expect(await linesOf(client, again)).toEqual([
      [2, 'error', 'Le solde de cette famille a déjà été repris, au 31 août 2026.'],
    ])
    expect(checkFile(town.store.sqlite)).toEqual([])
    await takenOut(client, actId)
    expect(await client.payments.account({ familyId: id })).toEqual({ lines: [], balanceCents: 0 })
  })

  it('says at which régie each balance is owed, in a town that has several', async () => {
    const familyId = town.family('Marchand')
    const lines = ['Marchand;35,20;31/08/2026;', 'Marchand;12;31/08/2026;CV', 'Marchand;5;31/08/2026;Régie des camps']
    const asked = aList(['Nom du foyer;Solde;Solde au;Régie', ...lines, 'Marchand;1;31/08/2026;Piscine'])
    expect((await linesOf(client, asked)).map(([, state]) => state)).toEqual(['new', 'error', 'error', 'error'])
    const { id } = await client.regies.save(aRegieInput())
    expect(await linesOf(client, asked)).toEqual([
      [2, 'new', 'famille Marchand, doit 35,20\u00a0€ au 31 août 2026 (Régie)'],
      [3, 'new', 'famille Marchand, doit 12,00\u00a0€ au 31 août 2026 (Régie des camps)'],
      [4, 'error', 'Même famille qu’à la ligne 3.'],
      [5, 'error', 'Régie inconnue\u00a0: «\u00a0Piscine\u00a0».'],
    ])
    await takenIn(client, { ...asked, accepted: await pendingOf(asked) }, true)
    const carriedOver = carriedOverOf(town.store, [familyId])
    expect(carriedOver({ familyId, regieId: 1 })).toMatchObject([{ amount: 3520 }])
    expect(carriedOver({ familyId, regieId: id })).toMatchObject([{ amount: 1200 }])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })
})
