import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkFile } from '../../../main/store/checking/check.ts'
import type { CustomFieldInput } from '../../../shared/contract/desk/people/fields.ts'
import type { TestDesk } from '../../support/desk.ts'
import { type AskedList, aList, decided, linesOf, takenIn, takenOut } from '../../support/towns/import.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'

const period = 'ALSH mercredi 2026/2027'
let town: Town
let director: TestDesk['client']
let client: TestDesk['client']
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Basile: { birthDay: '2020-10-02' } } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Basile', period))
    .open()
  director = await town.as('director')
  client = await town.as('receptionist')
})
afterEach(() => town.close())

const aField = (label: string, wish: Partial<CustomFieldInput> = {}) =>
  director.fields.save({
    subject: 'child',
    kind: 'text',
    label,
    choices: [],
    seenBy: ['director', 'receptionist'],
    editedBy: ['director', 'receptionist'],
    ...wish,
  })

const typed = () =>
  town.store
    .statement(
      `select label || ' ' || coalesce('child ' || child_id, 'guardian ' || guardian_id, 'family ' || family_id,
        'registration ' || registration_id) || ': ' || value from custom_value join custom_field on custom_field.id = field_id
      order by custom_value.id`,
    )
    .pluck()
    .all() as string[]

const idOf = (table: 'child' | 'guardian' | 'family', where: string) =>
  town.store.statement(`select id from ${table} where ${where}`).pluck().get() as number

const sentenceOf = async (asked: AskedList): Promise<string> => {
  try {
    await takenIn(client, asked)
    return 'not refused'
  } catch (error) {
    return (error as { data?: { sentence: string } }).data?.sentence ?? String(error)
  }
}

const head = 'Nom enfant;Prénom enfant;Né le;Nom parent 1;Prénom parent 1;Portable parent 1'

describe('a list with columns for fields of the town', () => {
  it('fills them in for new and known people; an undo removes all of them', async () => {
    await aField('Casier')
    await aField('Badge', { subject: 'guardian', kind: 'number' })
    await aField('Zone', { subject: 'family', kind: 'choice', choices: ['Nord', 'Sud'] })
    const asked = aList([
      `${head};Casier;Badge;Zone (foyer)`,
      'AUVRAY;Adèle;12/04/2019;AUVRAY;Jeanne;0612345678;12 bis;1 204,5;sud',
      'AUVRAY;Malo;03/09/2021;AUVRAY;Jeanne;0612345678;;;',
      'MARCHAND;Basile;02/10/2020;;;;7;;nord',
    ])
    expect(await linesOf(client, asked)).toEqual([
      [2, 'new', 'nouveau, famille Auvray à créer'],
      [3, 'new', 'nouveau, famille Auvray à créer'],
      [4, 'update', 'Casier, Zone'],
    ])
    const { actId } = await takenIn(client, asked)
    expect(typed()).toEqual([
      `Casier child ${idOf('child', `first_name = 'Adèle'`)}: 12 bis`,
      `Zone family ${idOf('family', `name = 'Auvray'`)}: Sud`,
      `Badge guardian ${idOf('guardian', `last_name = 'Auvray'`)}: 1204.5`,
      `Casier child ${town.child('Basile')}: 7`,
      `Zone family ${town.family('Marchand')}: Nord`,
    ])
    expect(await takenIn(client, asked)).toMatchObject({ created: 0, updated: 0, unchanged: 3 })
    await takenOut(client, actId)
    expect(typed()).toEqual([])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('never replaces what staff wrote, unless they say so', async () => {
    const { id } = await aField('Casier')
    await client.fields.set({ childId: town.child('Basile'), values: [{ fieldId: id, value: '3' }] })
    const asked = aList(['Nom;Prénom;Né le;Casier', 'MARCHAND;Basile;02/10/2020;7'])
    const [line] = (await client.imports.preview(asked)).lines
    expect(line).toMatchObject({
      state: 'same',
      differences: [{ field: `custom${id}`, title: 'Casier', here: '3', file: '7', take: 'here' }],
    })
    await takenIn(client, { ...asked, decisions: [decided(2, 'same', { take: { [`custom${id}`]: 'file' } })] })
    expect(typed()).toEqual([`Casier child ${town.child('Basile')}: 7`])
  })

  it('refuses a bad value by its line and its field, and writes nothing', async () => {
    await aField('Taille', { kind: 'number' })
    await aField('Badge', { subject: 'guardian' })
    const asked = aList([
      'Nom;Prénom;Né le;Taille;Badge parent 2',
      'AUVRAY;Adèle;12/04/2019;112;',
      'AUVRAY;Malo;03/09/2021;grand;',
      'YVON;Maël;03/06/2017;130;B12',
    ])
    expect(await sentenceOf(asked)).toBe(
      'Ligne 3, «\u00a0Taille\u00a0». Un nombre s’écrit par exemple 12 ou 12,5. Rien n’a été importé.',
    )
    expect(typed()).toEqual([])
    const { left } = await takenIn(client, asked, true)
    expect(left).toEqual([
      {
        line: 3,
        named: 'AUVRAY, Malo, 03/09/2021',
        why: '«\u00a0Taille\u00a0». Un nombre s’écrit par exemple 12 ou 12,5.',
      },
      {
        line: 4,
        named: 'YVON, Maël, 03/06/2017',
        why: '«\u00a0Badge parent 2\u00a0». Le nom du responsable manque\u00a0: cette information n’irait à personne.',
      },
    ])
  })

  it('asks once what a word means, and reads a day as other columns of days', async () => {
    const colour = await aField('Couleur', { kind: 'choice', choices: ['Rouge', 'Bleu'] })
    await aField('Arrivée', { kind: 'day' })
    const asked = aList(['Nom;Prénom;Né le;Couleur;Arrivée', 'MARCHAND;Basile;02/10/2020;Rge;45000'])
    const preview = await client.imports.preview(asked)
    expect(preview.words).toMatchObject([{ title: 'Couleur', from: 'Rge', choices: ['Rouge', 'Bleu'] }])
    const words = [{ field: `custom${colour.id}`, from: 'Rge', to: 'Rouge' }]
    await takenIn(client, { ...asked, words, takeProposals: true })
    expect(typed().map((line) => line.split(': ')[1])).toEqual(['Rouge', '2023-03-15'])
  })

  it('skips a field that its reader does not fill in, and says so of one that is withdrawn meanwhile', async () => {
    await aField('Avis', { seenBy: ['director'], editedBy: ['director'] })
    const { id } = await aField('Casier')
    const asked = aList(['Nom;Prénom;Né le;Avis;Casier', 'MARCHAND;Basile;02/10/2020;bon;7'])
    const { fields, file, mapping } = await client.imports.preview(asked)
    expect(fields.map(({ title }) => title)).toContain('Casier')
    expect(fields.map(({ title }) => title)).not.toContain('Avis')
    expect(file.filter(({ isSkipped }) => isSkipped).map(({ name }) => name)).toEqual(['Avis'])
    await director.fields.withdraw({ id, from: '2026-11-25' })
    expect(await sentenceOf({ ...asked, list: 'families', mapping })).toBe(
      'Le champ «\u00a0Casier\u00a0» est retiré depuis le 25 novembre 2026\u00a0: rien n’a été enregistré.',
    )
    expect(typed()).toEqual([])
  })

  it('that went out comes back unchanged, and fills in registrations too', async () => {
    const { id } = await aField('Vient en car', { subject: 'registration', kind: 'yesNo' })
    const registrationId = town.registration('Basile', period)
    const asked = aList([
      'Nom enfant;Prénom enfant;Né le;Période;Vient en car',
      `MARCHAND;Basile;02/10/2020;${period};oui`,
    ])
    expect(await linesOf(client, asked)).toEqual([[2, 'update', 'Vient en car']])
    await takenIn(client, asked)
    expect(typed()).toEqual([`Vient en car registration ${registrationId}: oui`])
    const what = { list: 'registrations', periodId: null } as const
    const file = await client.imports.out({ format: 'csv', what })
    const again = await client.imports.preview({ ...aList([]), file })
    expect(again.mapping).toContainEqual({ field: `custom${id}`, column: again.file.length - 1 })
    expect(again.lines.map(({ state }) => state)).toEqual(['same'])
  })
})

const bonds = () =>
  town.store
    .statement(
      `select guardian.first_name || ' ' || child.first_name || ' ' || bond || ' ' || parental_authority
      from guardian_bond join guardian on guardian.id = guardian_id join child on child.id = child_id order by 1`,
    )
    .pluck()
    .all() as string[]

describe('a list that tells what guardians are to children', () => {
  const withBonds = `${head};Lien parent 1;Autorité parentale parent 1;Autorité décidée par parent 1;Autorité décidée le parent 1;Nom parent 2;Prénom parent 2;Lien parent 2;Autorité parentale parent 2;Référent ASE parent 2`

  it('records bond and authority of each child, of people whom it brings too', async () => {
    const asked = aList([
      withBonds,
      'AUVRAY;Adèle;12/04/2019;AUVRAY;Jeanne;0612345678;mère;oui;;;COTELLE;Service;Service de l’ASE;non;Mme Lair, 02 31 00 00 00',
      'AUVRAY;Malo;03/09/2021;AUVRAY;Jeanne;0612345678;parent;par décision;Tribunal de Caen;03/02/2026;COTELLE;Service;;;',
    ])
    const { actId } = await takenIn(client, asked)
    const recorded = ['Jeanne Adèle parent yes', 'Jeanne Malo parent decision', 'Service Adèle childWelfare no']
    expect(bonds()).toEqual(recorded)
    expect(await takenIn(client, asked)).toMatchObject({ updated: 0, unchanged: 2 })
    const what = { list: 'families', filter: '', show: 'all', balance: 'any', fromCents: 0 } as const
    const file = await client.imports.out({ format: 'xlsx', what })
    const { lines } = await client.imports.preview({ ...aList([]), file })
    expect(new Set(lines.map(({ state }) => state))).toEqual(new Set(['same']))
    await takenOut(client, actId)
    expect(bonds()).toEqual([])
    expect(checkFile(town.store.sqlite)).toEqual([])
  })

  it('keeps what staff confirmed, and records what they had not', async () => {
    const { guardians } = await client.families.one({ id: town.family('Marchand') })
    const [parent] = guardians
    const names = `${parent?.lastName};${parent?.firstName}`
    const line = (bond: string, authority: string) =>
      aList([
        `${head};Lien parent 1;Autorité parentale parent 1`,
        `MARCHAND;Basile;02/10/2020;${names};;${bond};${authority}`,
      ])
    const [first] = (await client.imports.preview(line('tuteur', 'oui'))).lines
    expect(first).toMatchObject({ state: 'update', said: expect.stringMatching(/^lien .*[A-Z].* et de Basile$/) })
    await takenIn(client, line('tuteur', 'oui'))
    expect(bonds()).toEqual([`${parent?.firstName} Basile tutor yes`])
    const [other] = (await client.imports.preview(line('parent', 'non'))).lines
    expect(other).toMatchObject({
      state: 'same',
      differences: [
        { here: 'Tuteur, autorité parentale\u00a0: oui', file: 'Parent, autorité parentale\u00a0: non', take: 'here' },
      ],
    })
  })

  it('refuses what it cannot record by line and column, and a third guardian joins only when staff say so', async () => {
    expect(
      await sentenceOf(aList([withBonds, 'AUVRAY;Adèle;12/04/2019;AUVRAY;Jeanne;;Service de l’ASE;oui;;;;;;;'])),
    ).toBe(
      'Ligne 2, «\u00a0Lien parent 1\u00a0». Écrivez le nom du référent de l’ASE, et son téléphone. Rien n’a été importé.',
    )
    expect(
      await sentenceOf(aList([withBonds, 'AUVRAY;Adèle;12/04/2019;AUVRAY;Jeanne;;mère;peut-être;;;;;;;'])),
    ).toContain('Ligne 2, «\u00a0Autorité parentale parent 1\u00a0». À choisir parmi')
    const third = aList([
      'Nom enfant;Prénom enfant;Né le;Nom parent 1;Prénom parent 1;Nom parent 2;Prénom parent 2',
      'AUVRAY;Adèle;12/04/2019;AUVRAY;Jeanne;AUVRAY;Paul',
    ])
    await takenIn(client, third)
    const odile = aList([
      'Nom enfant;Prénom enfant;Né le;Nom parent 1;Prénom parent 1;Lien parent 1',
      'AUVRAY;Adèle;12/04/2019;GARNIER;Odile;famille d’accueil',
    ])
    const [line] = (await client.imports.preview(odile)).lines
    expect(line?.differences).toMatchObject([{ title: 'Responsable', file: 'Odile Garnier', take: 'here' }])
    await takenIn(client, odile)
    expect(bonds()).toEqual([])
    await takenIn(client, { ...odile, decisions: [decided(2, 'same', { take: { parent1: 'file' } })] })
    expect(bonds()).toEqual(['Odile Adèle fosterFamily unconfirmed'])
  })
})
