import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDesk, type TestDesk } from '../../support/desk.ts'
import { aChild, aFamily } from '../../support/towns/families.ts'
import { type AskedList, aList, decided, takenIn } from '../../support/towns/import.ts'

let town: TestDesk
let client: TestDesk['client']
beforeEach(async () => {
  town = await aDesk()
  client = town.client
})
afterEach(() => town.close())

const header =
  "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe"
const pupil = (lastName: string, firstName: string, birth: string, level = 'CP', address = '8 rue des Tilleuls') =>
  `${lastName};;${firstName};${birth};M;;${address};14550;BLAINVILLE-SUR-ORNE;FRANCE;;;;;CYCLE II;${level};${level} A;12`
const guardiansHeader =
  'Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;Courriel;Téléphone domicile;Téléphone travail;Téléphone portable;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants;Nom d’usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants'

const guardian = (
  civility: string,
  lastName: string,
  firstName: string,
  address: string,
  phone: string,
  children: string,
) =>
  `${civility};;${lastName};${firstName};${address};14550;BLAINVILLE-SUR-ORNE;FRANCE;${firstName.toLowerCase()}@example.fr;;;${phone};${children}`

const bytesOf = (text: string, encoding: 'utf-8' | 'bom' | 'latin1') =>
  encoding === 'latin1'
    ? Buffer.from(text.replaceAll('’', "'"), 'latin1')
    : Buffer.from(encoding === 'bom' ? `\uFEFF${text}` : text, 'utf-8')

const wish = (lines: readonly string[], encoding: 'utf-8' | 'bom' | 'latin1' = 'utf-8') => ({
  ...aList([]),
  file: new Blob([new Uint8Array(bytesOf(lines.join('\r\n'), encoding))]),
})
type Wish = AskedList

const imported = (asked: Wish, withoutPending = false) => takenIn(client, asked, withoutPending)

const states = async (asked: Wish) =>
  (await client.imports.preview(asked)).lines.map(({ line, state, said }) => [line, state, said])

const rowCount = () =>
  ['child', 'family', 'guardian', 'schooling', 'family_child', 'audit'].map((table) =>
    town.store.sqlite.prepare<[], number>(`select count(*) from ${table}`).pluck().get(),
  )

describe('a list of pupils', () => {
  it.each(['utf-8', 'bom', 'latin1'] as const)(
    'is read in %s, whatever its apostrophes and spaces',
    async (encoding) => {
      const asked = wish(
        [header, pupil('LE GOFF', 'Élise', '14/03/2020', 'CP'), pupil('LE GOFF', 'Noé', '2/5/2022', 'PETITE SECTION')],
        encoding,
      )
      const preview = await client.imports.preview(asked)
      expect(preview).toMatchObject({
        list: 'families',
        missing: [],
        source: { encoding: encoding === 'latin1' ? 'windows-1252' : 'utf-8', delimiter: ';' },
      })
      const report = await imported(asked)
      expect(report).toEqual({
        actId: expect.any(Number),
        list: 'families',
        leavers: [],
        created: 2,
        updated: 0,
        unchanged: 0,
        families: 1,
        left: [],
        totals: [{ what: 'Enfants', of: '', unit: 'count', source: 2, here: 2, isEqual: true }],
        notes: [
          '1\u00a0nouvelle famille sans responsable\u00a0: importez ensuite la liste des responsables, ou complétez sa fiche.',
        ],
        reportId: expect.any(String),
      })
      const { rows } = await client.families.list({ filter: 'le goff', show: 'present', from: 0, count: 10 })
      expect(rows).toMatchObject([{ name: 'Le Goff', children: 'Élise, Noé', resident: true }])
      const madeBy = (actId: number | null) =>
        client.families.list({ filter: '', show: 'all', madeBy: actId, from: 0, count: 10 })
      expect((await madeBy(report.actId)).rows).toEqual(rows)
      expect((await madeBy((report.actId ?? 0) + 1)).total).toBe(0)
      const family = await client.families.one({ id: rows[0]?.id ?? 0 })
      expect(family.children.map((one) => [one.lastName, one.birthDay, one.sex, one.schooling?.level])).toEqual([
        ['Le Goff', '2020-03-14', 'M', 'CP'],
        ['Le Goff', '2022-05-02', 'M', 'PS'],
      ])
    },
  )

  it('read twice changes nothing the second time', async () => {
    const asked = wish([header, pupil('AUVRAY', 'Adèle', '12/04/2022', 'MS')])
    await imported(asked)
    expect(await states(asked)).toEqual([[2, 'same', 'à jour']])
    expect(await imported(asked)).toMatchObject({ created: 0, updated: 0, unchanged: 1 })
  })

  it('moves a child to its new class, and changes nothing else of the child', async () => {
    const family = await aFamily(client, 'Marchand', {
      children: { Basile: '2020-10-02' },
      level: 'GS',
      since: '2025-09-01',
    })
    const asked = wish([header, pupil('MARCHAND', 'Basile', '02/10/2020', 'CP')])
    expect(await states(asked)).toEqual([[2, 'update', 'sexe, CP A au 1ᵉʳ septembre 2026']])
    await imported(asked)
    const after = await client.families.one({ id: family.id })
    expect(after.children).toHaveLength(1)
    expect(after.children[0]?.schoolings.map((row) => row.level)).toEqual(['CP', 'GS'])
    expect(after.quotients).toEqual(family.quotients)
  })

  it('keeps the school of a child when nobody said which school the list is of', async () => {
    const family = await aFamily(client, 'Marchand', { children: { Basile: '2020-10-02' } })
    const school = await client.settings.saveSchool({ name: 'École Jacques-Prévert' })
    const childId = family.children[0]?.id ?? 0
    await client.families.setSchooling({
      childId,
      fromDay: '2025-09-01',
      schoolId: school.id,
      level: 'GS',
      className: 'GS A',
    })
    const asked = wish([header, pupil('MARCHAND', 'Basile', '02/10/2020', 'CP')])
    await imported(asked)
    expect((await client.families.one({ id: family.id })).children[0]?.schooling).toMatchObject({
      level: 'CP',
      school: 'École Jacques-Prévert',
    })
    expect(await states(asked)).toEqual([[2, 'same', 'à jour']])
  })

  it('joins a brother to the family at the same address', async () => {
    await aFamily(client, 'Marchand', { children: { Basile: '2020-10-02' } })
    const asked = wish([header, pupil('MARCHAND', 'Louison', '14/03/2022', 'MS')])
    expect(await states(asked)).toEqual([[2, 'new', 'nouveau, dans la famille Marchand']])
    expect(await imported(asked)).toMatchObject({ created: 1, families: 0 })
  })

  it('asks before taking two spellings for one child, and does what is answered', async () => {
    const family = await aFamily(client, 'Marchand', { children: { Basile: '2020-10-02' }, level: 'GS' })
    const basile = family.children[0]?.id ?? 0
    const asked = wish([header, pupil('MARCHAND', 'Bazile', '02/10/2020', 'CP')])
    const preview = await client.imports.preview(asked)
    expect(preview.lines).toMatchObject([
      {
        state: 'double',
        candidates: [{ id: basile, name: 'Basile Marchand', why: 'prénom proche, même date de naissance' }],
      },
    ])
    await expect(imported(asked)).rejects.toMatchObject({
      data: { sentence: 'Ligne 2. Doublon possible, à décider. Rien n’a été importé.' },
    })
    const same = { ...asked, decisions: [decided(2, 'same', { id: basile })] }
    expect(await imported(same)).toMatchObject({ created: 0, updated: 1 })
    const another = { ...asked, decisions: [decided(2, 'create')] }
    expect(await imported(another)).toMatchObject({ created: 1 })
    expect((await client.families.one({ id: family.id })).children.map((one) => one.firstName)).toEqual([
      'Basile',
      'Bazile',
    ])
  })

  it('says cell by cell what is wrong, and changes nothing', async () => {
    const asked = wish([
      header,
      pupil('AUVRAY', 'Adèle', '12/04/2022'),
      pupil('DELAUNAY', 'Gabin', '31/02/2022'),
      pupil('', 'Isaac', '17/06/2021'),
      pupil('MAUGER', 'Noé', '19/05/2022', 'GRANDS'),
      'FOUQUET;;Lou',
      '',
      pupil('AUVRAY', 'Adele', '12/04/2022'),
      `${pupil('TROP', 'Long', '12/04/2022')};x;y`,
      pupil('VIDE', 'Cp', '12/04/2022').replace('14550', '1455'),
    ])
    const { lines } = await client.imports.preview(asked)
    expect(lines.map(({ line, said, problems }) => [line, problems[0]?.columnName, said])).toEqual([
      [2, undefined, 'nouveau, famille Auvray à créer'],
      [3, 'Date naissance', 'Ce jour n’existe pas.'],
      [4, 'Nom élève', 'Le nom manque.'],
      [5, 'Niveau', 'Niveau inconnu\u00a0: écrivez PS, MS, GS, CP…'],
      [6, 'Date naissance', 'La date de naissance manque.'],
      [8, undefined, 'Même enfant qu’à la ligne 2.'],
      [9, 'Colonne 19', 'Cette ligne a plus de cellules que l’en-tête\u00a0: un point-virgule de trop\u00a0?'],
      [10, 'Cp1', 'Un code postal a cinq chiffres.'],
    ])
    const before = rowCount()
    await expect(imported(asked)).rejects.toMatchObject({
      data: { sentence: 'Ligne 3, «\u00a0Date naissance\u00a0». Ce jour n’existe pas. Rien n’a été importé.' },
    })
    expect(rowCount()).toEqual(before)
    const report = await imported(asked, true)
    expect(report).toMatchObject({ created: 1 })
    expect(report.left.map(({ line }) => line)).toEqual([3, 4, 5, 6, 8, 9, 10])
  })

  it('takes a cell corrected on screen', async () => {
    const asked = wish([header, pupil('DELAUNAY', 'Gabin', '31/02/2022')])
    expect(await states({ ...asked, corrections: [{ line: 2, column: 3, value: '28/02/2022' }] })).toEqual([
      [2, 'new', 'nouveau, famille Delaunay à créer'],
    ])
  })

  it.each([
    ['', 'Ce fichier est vide.'],
    [header, 'Ce fichier n’a que sa ligne d’en-tête.'],
    [
      `${header}\nA;B;01/01/2020\n"C;D;01/01/2020\nE;F;01/01/2020`,
      'Ligne 3\u00a0: un guillemet s’ouvre et ne se referme pas. Corrigez-la, puis recommencez.',
    ],
    ['PK\u0003\u0004', 'Ce classeur est abîmé ou incomplet\u00a0: ouvrez-le et enregistrez-le de nouveau.'],
  ])('is refused when it is no such file: %#', async (text, sentence) => {
    await expect(client.imports.preview(wish([text]))).rejects.toMatchObject({ data: { sentence, field: 'file' } })
  })

  it('is refused when it is heavier than any list', async () => {
    const file = new Blob([new Uint8Array(50_000_001)])
    await expect(client.imports.preview({ ...wish(['']), file })).rejects.toMatchObject({
      data: { sentence: expect.stringMatching(/^Ce fichier est trop grand/), field: 'file' },
    })
  })

  it.each([
    ['%PDF-1.7\n%âãÏÓ\n1 0 obj\n<< /Type /Catalog >>\nendobj'],
    [String.fromCharCode(...Array.from({ length: 4000 }, (_, at) => (at * 7919) % 251))],
    ['GIF89a\u0001\u0000\u0001\u0000"une image'],
  ])('says that it is neither a workbook nor a text: %#', async (text) => {
    await expect(client.imports.preview(wish([text], 'latin1'))).rejects.toMatchObject({
      data: { sentence: 'Ce fichier n’est pas un classeur ni un texte.', field: 'file' },
    })
  })

  it('with unknown columns names the missing ones, and writes nothing', async () => {
    expect(await client.imports.preview(wish(['a;b', '1;2']))).toMatchObject({
      lines: [],
      missing: ['Nom parent 1', 'Prénom parent 1'],
    })
    await expect(imported(wish(['Nom élève;Prénom élève', 'A;B']))).rejects.toMatchObject({
      data: { sentence: 'Aucune colonne ne contient «\u00a0Né le\u00a0».' },
    })
  })

  it('stopped half-way leaves nothing', async () => {
    const lines = Array.from({ length: 1500 }, (_, index) =>
      pupil(`Nom${index}`, 'Lou', '12/04/2019', 'CP', `${index} rue`),
    )
    const before = rowCount().slice(0, 5)
    const steps = await client.imports.run({
      ...wish([header, ...lines]),
      fileName: 'eleves.csv',
      withoutPending: false,
    })
    for await (const step of steps) {
      expect(step.step).toBe('writing')
      break
    }
    expect(rowCount().slice(0, 5)).toEqual(before)
    expect(town.store.statement(`select count(*) from act where state = 'open'`).pluck().get()).toBe(0)
    expect((await client.home.search({ text: 'Nom12' })).children).toEqual([])
  })

  it('is for those who may import', async () => {
    const cashier = await town.as('cashier')
    await expect(cashier.imports.preview(wish([header]))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('a list of guardians', () => {
  it('brings its guardians to the families of the children it names', async () => {
    await imported(
      wish([header, pupil('MARCHAND', 'Louison', '14/03/2022', 'MS'), pupil('MARCHAND', 'Basile', '02/10/2020')]),
    )
    const asked = wish([
      guardiansHeader,
      guardian(
        'Mme',
        'DUVAL',
        'Camille',
        '8 rue des Tilleuls',
        '0639984127',
        ';MARCHAND;Louison;MS A;;MARCHAND;Basile;CP A',
      ),
      guardian('M.', 'MARCHAND', 'Julien', '2 quai de l’Orne', '0639985503', ';MARCHAND;Louison;MS A'),
    ])
    expect(await states(asked)).toEqual([
      [2, 'new', 'nouveau, rejoint la famille Marchand'],
      [3, 'new', 'nouveau, rejoint la famille Marchand'],
    ])
    await imported(asked)
    const { rows } = await client.families.list({ filter: 'marchand', show: 'present', from: 0, count: 10 })
    const family = await client.families.one({ id: rows[0]?.id ?? 0 })
    expect(family.guardians).toMatchObject([
      { rank: 1, civility: 'Mme', lastName: 'Duval', mobilePhone: '06 39 98 41 27', ownAddress: null },
      { rank: 2, civility: 'M.', lastName: 'Marchand', ownAddress: { line1: '2 quai de l’Orne' } },
    ])
    expect(await states(asked)).toEqual([
      [2, 'same', 'à jour'],
      [3, 'same', 'à jour'],
    ])
  })

  it('fills what the desk did not know and never replaces what it did', async () => {
    const family = await aFamily(client, 'Marchand', { children: { Basile: '2020-10-02' } })
    const [first] = family.guardians
    if (!first) throw new Error('no guardian')
    const { rank: _rank, otherFamilies: _others, ...camille } = first
    await client.families.changeGuardian({ id: camille.id, guardian: { ...camille, mobilePhone: '06 11 11 11 11' } })
    const asked = wish([
      guardiansHeader,
      guardian('Mme', 'MARCHAND', 'Camille', '8 rue des Tilleuls', '0622222222', ';MARCHAND;Basile;CP A'),
    ])
    expect(await states(asked)).toEqual([[2, 'update', 'coordonnées à compléter']])
    await imported(asked)
    expect((await client.families.one({ id: family.id })).guardians).toMatchObject([
      { mobilePhone: '06 11 11 11 11', email: 'camille@example.fr', civility: 'Mme' },
    ])
  })

  it('names a child nobody knows, or two children of one name: says so and leaves the line', async () => {
    const one = await aFamily(client, 'Petit', { children: { Lou: '2019-01-01' } })
    await client.families.addChild({ familyId: one.id, child: aChild('Lou', 'Petit', '2021-01-01'), schooling: null })
    const asked = wish([
      guardiansHeader,
      guardian('M.', 'X', 'Yves', '1 rue', '', ';INCONNU;Paul;CP A'),
      guardian('M.', 'PETIT', 'Jean', '1 rue', '', ';PETIT;Lou;CP A'),
    ])
    expect(await states(asked)).toEqual([
      [2, 'error', 'Aucun enfant ne s’appelle Paul Inconnu\u00a0: importez d’abord la liste des élèves.'],
      [3, 'error', 'Plusieurs enfants s’appellent Lou Petit\u00a0: rattachez ce responsable à la main.'],
    ])
  })

  it('proposes a second home for a third person who lives elsewhere', async () => {
    await imported(wish([header, pupil('MARCHAND', 'Louison', '14/03/2022', 'MS')]))
    const child = ';MARCHAND;Louison;MS A'
    const asked = wish([
      guardiansHeader,
      guardian('Mme', 'DUVAL', 'Camille', '8 rue des Tilleuls', '0639984127', child),
      guardian('M.', 'MARCHAND', 'Julien', '8 rue des Tilleuls', '0639985503', child),
      guardian('Mme', 'ROBIN', 'Inès', '2 quai de l’Orne', '0639985504', child),
    ])
    expect((await states(asked))[2]).toEqual([4, 'double', 'un second foyer, à côté de la famille Marchand\u00a0?'])
    const decisions = [decided(4, 'create', { home: 'new' })]
    expect((await states({ ...asked, decisions }))[2]).toEqual([4, 'new', 'second foyer de Louison à créer'])
    await imported({ ...asked, decisions })
    const { rows } = await client.families.list({ filter: 'robin', show: 'present', from: 0, count: 10 })
    expect(await client.families.one({ id: rows[0]?.id ?? 0 })).toMatchObject({
      name: 'Robin',
      address: { line1: '2 quai de l’Orne' },
      guardians: [{ lastName: 'Robin', firstName: 'Inès' }],
      children: [{ firstName: 'Louison', otherFamilies: [{ name: 'Marchand' }] }],
    })
  })

  it('proposes the home that a third person has already, where they are known elsewhere', async () => {
    await imported(wish([header, pupil('MARCHAND', 'Louison', '14/03/2022', 'MS')]))
    const robin = await aFamily(client, 'Robin', { children: { Tom: '2019-01-01' }, guardian: 'Inès' })
    const child = ';MARCHAND;Louison;MS A'
    const asked = wish([
      guardiansHeader,
      guardian('Mme', 'DUVAL', 'Camille', '8 rue des Tilleuls', '0639984127', child),
      guardian('M.', 'MARCHAND', 'Julien', '8 rue des Tilleuls', '0639985503', child),
      guardian('Mme', 'ROBIN', 'Inès', '2 quai de l’Orne', '0639985504', child),
    ])
    const id = (await client.imports.preview(asked)).lines[2]?.candidates[0]?.id ?? 0
    const same = { ...asked, decisions: [decided(4, 'same', { id })] }
    expect((await states(same))[2]).toEqual([4, 'double', 'un second foyer, celui de la famille Robin\u00a0?'])
    const decisions = [decided(4, 'same', { id, home: 'new' })]
    const said = 'second foyer de Louison\u00a0: famille Robin'
    expect((await states({ ...asked, decisions }))[2]).toEqual([4, 'update', said])
    await imported({ ...asked, decisions })
    expect(await client.families.one({ id: robin.id })).toMatchObject({
      guardians: [{ id, otherFamilies: [] }],
      children: [{ firstName: 'Tom' }, { firstName: 'Louison', otherFamilies: [{ name: 'Marchand' }] }],
    })
  })

  it('takes what is proposed for a whole list, as other lists do', async () => {
    await imported(wish([header, pupil('MARCHAND', 'Louison', '14/03/2022', 'MS')]))
    const asked = wish([
      guardiansHeader,
      guardian('Mme', 'DUVAL', 'Camille', '8 rue des Tilleuls', '639984127', ';MARCHAND;Louison;MS A'),
    ])
    const { lines, mendable } = await client.imports.preview(asked)
    expect([lines[0]?.state, mendable.proposals]).toEqual(['error', 1])
    const [line] = (await client.imports.preview({ ...asked, takeProposals: true })).lines
    expect(line).toMatchObject({ state: 'new', remarks: [{ columnName: 'Téléphone portable' }] })
  })

  it('asks whether a guardian known elsewhere is the same person', async () => {
    await aFamily(client, 'Garnier', { children: { Tom: '2019-01-01' }, guardian: 'Odile' })
    const other = await aFamily(client, 'Petit', { children: { Lou: '2020-01-01' }, guardian: 'Jean' })
    const asked = wish([
      guardiansHeader,
      guardian('Mme', 'GARNIER', 'Odile', '8 rue des Tilleuls', '', ';PETIT;Lou;CP A'),
    ])
    const [line] = (await client.imports.preview(asked)).lines
    expect(line).toMatchObject({ state: 'double', candidates: [{ name: 'Odile Garnier', why: 'même nom' }] })
    const id = line?.candidates[0]?.id ?? 0
    await imported({ ...asked, decisions: [decided(2, 'same', { id })] })
    expect((await client.families.one({ id: other.id })).guardians[1]).toMatchObject({
      id,
      otherFamilies: [{ name: 'Garnier' }],
    })
  })
})
