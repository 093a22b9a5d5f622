import { ORPCError } from '@orpc/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CustomFieldInput } from '../../../shared/contract/desk/people/fields.ts'
import { Refusal } from '../../../shared/contract/procedure.ts'
import type { TestDesk } from '../../support/desk.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

const period = 'ALSH mercredi 2026/2027'
let town: Town
let director: TestDesk['client']
let receptionist: TestDesk['client']
beforeEach(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Zoé: { birthDay: '2019-03-14' } } }))
    .with(aFamily('Lebrun', { children: { Zoe: { birthDay: '2019-03-15' } } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Zoé', period))
    .open()
  director = await town.as('director')
  receptionist = await town.as('receptionist')
})
afterEach(() => town.close())

const aField = (label: string, wish: Partial<CustomFieldInput> = {}): CustomFieldInput => ({
  subject: 'child',
  kind: 'text',
  label,
  choices: [],
  seenBy: ['director', 'receptionist'],
  editedBy: ['director', 'receptionist'],
  ...wish,
})

const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'not refused'
  } catch (error) {
    if (error instanceof ORPCError) return Refusal.parse(error.data).sentence
    throw error
  }
}

const valuesOfHome = async (client: TestDesk['client'], name = 'Marchand') =>
  (await client.fields.ofFamily({ familyId: town.family(name) })).values.map(({ value }) => value)

const found = async (client: TestDesk['client']) =>
  (await client.home.search({ text: 'etagere' })).children.map(({ name }) => name)

const lines = async (client: TestDesk['client']) => {
  const what = { list: 'families', filter: '', show: 'all', balance: 'any', fromCents: 0 } as const
  const [head = '', ...rows] = (await (await client.imports.out({ format: 'csv', what })).text()).split('\r\n')
  return { head, row: rows.find((row) => row.includes('Zoé')) ?? '' }
}

const lastAct = () => town.store.statement('select max(id) from act').pluck().get() as number

describe('a field of the town', () => {
  it('is filled in, shown, found in the history of its record, and undone', async () => {
    const { id } = await director.fields.save(aField('Casier'))
    await receptionist.fields.set({ childId: town.child('Zoé'), values: [{ fieldId: id, value: ' 12 ' }] })
    expect(await valuesOfHome(receptionist)).toEqual(['12'])
    const { acts } = await director.history.ofRecord({ entity: 'child', id: town.child('Zoé') })
    expect(acts[0]?.label).toBe('Champs de la commune\u00a0: Zoé Marchand')
    expect(acts[0]?.changes[0]?.fields).toContainEqual({ name: 'Champ', before: null, after: 'Casier' })
    expect(acts[0]?.changes[0]?.fields).toContainEqual({ name: 'Valeur', before: null, after: '12' })
    await receptionist.fields.set({ childId: town.child('Zoé'), values: [{ fieldId: id, value: '' }] })
    expect(await valuesOfHome(receptionist)).toEqual([])
    await undone(receptionist, lastAct())
    expect(await valuesOfHome(receptionist)).toEqual(['12'])
  })

  it('is found by the search of who sees it', async () => {
    const { id } = await director.fields.save(aField('Casier', { seenBy: ['director'], editedBy: ['director'] }))
    await director.fields.set({ childId: town.child('Zoé'), values: [{ fieldId: id, value: 'Étagère bleue' }] })
    expect([await found(director), await found(receptionist)]).toEqual([['Zoé Marchand'], []])
    await director.fields.withdraw({ id, from: '2026-11-25' })
    expect(await found(director)).toEqual([])
  })

  it('is a column of the lists of who sees it', async () => {
    const locker = await director.fields.save(aField('Casier', { seenBy: ['director'], editedBy: ['director'] }))
    const distance = await director.fields.save(aField('Distance', { subject: 'family', kind: 'number' }))
    await director.fields.set({ childId: town.child('Zoé'), values: [{ fieldId: locker.id, value: '12 bis' }] })
    await director.fields.set({ familyId: town.family('Marchand'), values: [{ fieldId: distance.id, value: '1,5' }] })
    const ofDirector = await lines(director)
    expect(ofDirector.head).toMatch(/;Casier;Distance \(foyer\)$/)
    expect(ofDirector.row).toMatch(/;12 bis;1,5$/)
    expect((await lines(receptionist)).head).toMatch(/QF à partir du;Distance \(foyer\)$/)
  })

  it('on a registration has a value for each registration', async () => {
    const { id } = await director.fields.save(aField('Vient en car', { subject: 'registration', kind: 'yesNo' }))
    const registrationId = town.registration('Zoé', period)
    await receptionist.fields.set({ registrationId, values: [{ fieldId: id, value: 'Oui' }] })
    expect((await receptionist.fields.ofRegistration({ registrationId })).values).toEqual([
      { fieldId: id, ownerId: registrationId, value: 'oui' },
    ])
    expect(
      await refusal(receptionist.fields.set({ childId: town.child('Zoé'), values: [{ fieldId: id, value: 'oui' }] })),
    ).toBe('Ce champ n’est pas de cette fiche.')
  })

  it('writes all values of a record or none', async () => {
    const locker = await director.fields.save(aField('Casier'))
    const size = await director.fields.save(aField('Taille', { kind: 'number' }))
    const values = [
      { fieldId: locker.id, value: '12' },
      { fieldId: size.id, value: 'grande' },
    ]
    expect(await refusal(receptionist.fields.set({ childId: town.child('Zoé'), values }))).toBe(
      'Taille\u00a0: Un nombre s’écrit par exemple 12 ou 12,5.',
    )
    expect(await valuesOfHome(receptionist)).toEqual([])
  })

  it('that is withdrawn while somebody fills it in says so, and nothing is written; what was typed stays', async () => {
    const locker = await director.fields.save(aField('Casier'))
    const colour = await director.fields.save(aField('Couleur', { kind: 'choice', choices: ['Rouge', 'Bleu'] }))
    const zoe = town.child('Zoé')
    await receptionist.fields.set({ childId: zoe, values: [{ fieldId: colour.id, value: 'rouge' }] })
    await director.fields.withdraw({ id: colour.id, from: '2026-11-25' })
    const values = [
      { fieldId: locker.id, value: '12' },
      { fieldId: colour.id, value: 'Bleu' },
    ]
    expect(await refusal(receptionist.fields.set({ childId: zoe, values }))).toBe(
      'Le champ «\u00a0Couleur\u00a0» est retiré depuis le 25 novembre 2026\u00a0: rien n’a été enregistré.',
    )
    expect(await valuesOfHome(receptionist)).toEqual([])
    expect((await director.fields.defined()).map(({ label, uses }) => [label, uses])).toEqual([
      ['Casier', 0],
      ['Couleur', 1],
    ])
    await director.fields.withdraw({ id: colour.id, from: null })
    expect(await valuesOfHome(receptionist)).toEqual(['Rouge'])
  })

  it('keeps its type, and is never deleted once it has served', async () => {
    const { id } = await director.fields.save(aField('Casier'))
    expect(await refusal(director.fields.save({ ...aField('Casier', { kind: 'number' }), id }))).toBe(
      'Le type d’un champ ne change pas\u00a0: retirez ce champ, puis faites-en un autre.',
    )
    const zoe = { childId: town.child('Zoé') }
    await receptionist.fields.set({ ...zoe, values: [{ fieldId: id, value: '12' }] })
    await receptionist.fields.set({ ...zoe, values: [{ fieldId: id, value: '' }] })
    expect(await refusal(director.fields.remove({ id }))).toBe(
      'Ce champ a servi\u00a0: retirez-le à partir d’un jour, ce qui a été saisi reste lisible.',
    )
    const unused = await director.fields.save(aField('Inutile'))
    await director.fields.remove(unused)
    expect((await director.fields.defined()).map(({ label }) => label)).toEqual(['Casier'])
  })

  it.each<[string, CustomFieldInput, string]>([
    ['of health', aField('Allergies'), 'concerne la santé'],
    [
      'with a choice of religion',
      aField('Repas', { kind: 'choice', choices: ['Sans rien', 'Halal'] }),
      'concerne la religion',
    ],
    ['named as a built-in one', aField('Profession', { subject: 'guardian' }), 'Un champ s’appelle déjà'],
    ['of one choice', aField('Couleur', { kind: 'choice', choices: ['Rouge'] }), 'au moins deux choix'],
    [
      'filled in by who does not see it',
      aField('Casier', { seenBy: ['director'] }),
      'Agent d’accueil remplirait ce champ sans le voir',
    ],
  ])('%s is refused', async (_, input, sentence) => {
    expect(await refusal(director.fields.save(input))).toContain(sentence)
    expect(await director.fields.defined()).toEqual([])
  })
})

describe('a field that only some see', () => {
  it('is shown to no other, in no history, and not undone by them', async () => {
    const { id } = await director.fields.save(aField('Avis', { seenBy: ['director'], editedBy: ['director'] }))
    await director.fields.set({ childId: town.child('Zoé'), values: [{ fieldId: id, value: 'Réservé' }] })
    const actId = lastAct()
    expect(await receptionist.fields.ofFamily({ familyId: town.family('Marchand') })).toEqual({
      fields: [],
      values: [],
    })
    const { acts } = await receptionist.history.ofRecord({ entity: 'child', id: town.child('Zoé') })
    expect(JSON.stringify(acts)).not.toMatch(/Réservé|Avis/)
    // Something changed, and by whom: what, only those who see the field are told.
    expect(acts[0]?.changes).toEqual([
      {
        auditId: expect.any(Number),
        entity: 'custom_value',
        id: null,
        what: 'Valeur d’un champ de la commune',
        did: 'changed',
        fields: [],
        canGoBack: false,
      },
    ])
    expect(
      await refusal(receptionist.fields.set({ childId: town.child('Zoé'), values: [{ fieldId: id, value: 'x' }] })),
    ).toBe('Ce champ n’existe plus\u00a0: rien n’a été enregistré.')
    await expect(undone(receptionist, actId)).rejects.toThrow('Ce geste touche un champ qui n’est pas le vôtre.')
  })
})

describe('two records that become one', () => {
  it('are compared in the fields of the town too; each value is kept once, and undoing gives both back', async () => {
    const locker = await director.fields.save(aField('Casier'))
    const size = await director.fields.save(aField('Taille', { kind: 'number' }))
    const [kept, gone] = [town.child('Zoé'), town.child('Zoe')]
    await receptionist.fields.set({ childId: kept, values: [{ fieldId: locker.id, value: '12' }] })
    await receptionist.fields.set({
      childId: gone,
      values: [
        { fieldId: locker.id, value: '13' },
        { fieldId: size.id, value: '120,5' },
      ],
    })
    const pair = { kind: 'child' as const, keptId: kept, goneId: gone }
    const { fields } = await receptionist.doubles.compare(pair)
    expect(fields.filter(({ field }) => field.startsWith('custom'))).toEqual([
      { field: `custom${locker.id}`, title: 'Casier', kept: '12', gone: '13', take: 'kept' },
      { field: `custom${size.id}`, title: 'Taille', kept: '', gone: '120,5', take: 'gone' },
    ])
    const { actId } = await receptionist.doubles.merge({ ...pair, take: [`custom${locker.id}`] })
    expect(await valuesOfHome(receptionist)).toEqual(['13', '120.5'])
    await undone(receptionist, actId)
    expect([await valuesOfHome(receptionist), await valuesOfHome(receptionist, 'Lebrun')]).toEqual([
      ['12'],
      ['13', '120.5'],
    ])
  })
})
