import { afterEach, describe, expect, it } from 'vitest'
import { plainDocument } from '../../../shared/rules/templates/template-document.ts'
import { deliveredKeys } from '../../../shared/rules/templates/template-kinds.ts'
import { aTown, type Town } from '../../support/towns/town.ts'
import { undone } from '../../support/undone.ts'

let town: Town
afterEach(() => town.close())
const open = async () => {
  town = await aTown().open()
  return town.client
}

const refused = (call: Promise<unknown>, sentence: RegExp) =>
  expect(call).rejects.toMatchObject({ data: { sentence: expect.stringMatching(sentence) as string } })

const rows = () => town.store.statement('select count(*) from template').pluck().get()
const content = (text: string) => ({ subject: 'Votre dossier', document: plainDocument(text) })

it('delivered templates are there without a row, and each may be read', async () => {
  const client = await open()
  const list = await client.templates.list()
  expect(list.map(({ key }) => key).toSorted()).toEqual([...deliveredKeys].toSorted())
  expect(list.every(({ isDelivered, version, problem }) => isDelivered && version === 0 && problem === null)).toBe(true)
  expect(rows()).toBe(0)
  const { document, delivered } = await client.templates.read({ key: 'reminder2' })
  expect(document).toEqual(delivered?.document)
})

describe('a version of the town', () => {
  it('takes the place of what is delivered, keeps the ones before, and is undone', async () => {
    const client = await open()
    const save = (savedIn: number | null, words: string) =>
      client.templates.save({ key: 'letter', name: 'Lettre', savedIn, ...content(words) })
    const one = await save(null, 'Un')
    const two = await save(one.savedIn, 'Deux')
    expect([one.version, two.version]).toEqual([1, 2])
    // The same words again are no other version.
    expect(await save(two.savedIn, 'Deux')).toEqual(two)
    expect((await client.templates.versions({ key: 'letter' })).map(({ version }) => version)).toEqual([2, 1])
    expect(await client.templates.read({ key: 'letter' })).toMatchObject({ version: 2, ...content('Deux') })
    const [first] = town.store
      .statement(`select id from act where kind = 'templates.save' order by id`)
      .pluck()
      .all() as number[]
    await expect(undone(client, first ?? 0)).rejects.toThrow(/en dépend depuis/)
    expect(rows()).toBe(1)
  })

  it('is refused where another workstation was quicker', async () => {
    const client = await open()
    await client.templates.save({ key: 'letter', name: 'Lettre', savedIn: null, ...content('Un') })
    await refused(
      client.templates.save({ key: 'letter', name: 'Lettre', savedIn: null, ...content('Deux') }),
      /relisez-le/,
    )
    expect(await client.templates.read({ key: 'letter' })).toMatchObject({ version: 1, ...content('Un') })
  })

  it('is refused where its number came back after an undo: the words are others', async () => {
    const client = await open()
    const save = (savedIn: number | null, words: string) =>
      client.templates.save({ key: 'letter', name: 'Lettre', savedIn, ...content(words) })
    const one = await save(null, 'Un')
    const gone = await save(one.savedIn, 'Deux')
    await undone(client, gone.savedIn ?? 0)
    const other = await save(one.savedIn, 'Trois')
    expect(other.version).toBe(gone.version)
    await refused(save(gone.savedIn, 'Quatre'), /relisez-le/)
    expect(await client.templates.read({ key: 'letter' })).toMatchObject(content('Trois'))
  })

  it.each([
    [
      'a field that nobody knows',
      {
        document: {
          type: 'doc',
          content: [{ type: 'paragraph', content: [{ type: 'field', attrs: { field: 'x.y' } }] }],
        },
      },
      /x\.y/,
    ],
    ['braces in an object', { subject: 'Pour {prénoms}' }, /accolades/],
    ['an empty object', { subject: ' ' }, /remplir/],
    ['an unknown template', { key: '99' }, /n’existe plus/],
  ] as const)('is refused with %s, and nothing is saved', async (_what, wrong, sentence) => {
    const client = await open()
    await refused(
      client.templates.save({ key: 'letter', name: 'Lettre', savedIn: null, ...content('Un'), ...wrong }),
      sentence,
    )
    expect(rows()).toBe(0)
  })
})

describe('a template of the town’s own', () => {
  it('can be added, archived, and offered again', async () => {
    const client = await open()
    const { key } = await client.templates.add({ kind: 'convocation', name: 'Rendez-vous PAI', ...content('Venez.') })
    await refused(client.templates.add({ kind: 'convocation', name: 'rendez-vous pai', ...content('Venez.') }), /déjà/)
    await client.templates.archive({ key, archived: true })
    expect((await client.templates.list()).at(-1)).toMatchObject({ key, archived: true })
    await client.templates.archive({ key, archived: false })
    await refused(client.templates.archive({ key: 'letter', archived: true }), /livré/)
    await refused(client.templates.add({ kind: 'quote', name: 'Devis bis', ...content('x') }), /ne s’ajoute pas/)
  })

  it('for « Écrire » has its fields in braces, and none about health', async () => {
    const client = await open()
    const document = {
      type: 'doc' as const,
      content: [
        { type: 'paragraph' as const, content: [{ type: 'field' as const, attrs: { field: 'message.prénoms' } }] },
      ],
    }
    await client.templates.add({ kind: 'message', name: 'Sortie', subject: 'Sortie du {date}', document })
    expect(await client.templates.messages()).toContainEqual(
      expect.objectContaining({ name: 'Sortie', subject: 'Sortie du {date}', text: '{prénoms}' }),
    )
    await refused(
      client.templates.add({ kind: 'message', name: 'Santé', ...content('La varicelle est là.') }),
      /santé.*enregistré/,
    )
    await refused(
      client.templates.add({ kind: 'message', name: 'Faux', ...content('Bonjour {nom}') }),
      /n’est pas un champ connu/,
    )
  })
})

it('a field that the town withdraws makes its templates wait to be mended', async () => {
  const client = await open()
  const field = {
    subject: 'child' as const,
    kind: 'text' as const,
    label: 'Casier',
    choices: [],
    seenBy: ['administrator' as const],
    editedBy: ['administrator' as const],
  }
  const { id } = await client.fields.save(field)
  const document = {
    type: 'doc' as const,
    content: [
      { type: 'paragraph' as const, content: [{ type: 'field' as const, attrs: { field: `child.custom${id}` } }] },
    ],
  }
  const { key } = await client.templates.add({ kind: 'letter', name: 'Casiers', subject: 'Casier', document })
  const query = {
    thing: 'children' as const,
    on: null,
    brackets: [],
    columns: [`child.custom${id}` as const],
    groups: [],
    sort: [],
  }
  await client.freeLists.save({ name: 'Les casiers', query, isShared: true })
  await client.freeLists.save({ name: 'À moi', query, isShared: false })
  expect((await client.fields.defined()).map(({ readBy }) => readBy)).toEqual([
    ['le modèle «\u00a0Casiers\u00a0»', 'la liste «\u00a0Les casiers\u00a0»', '1\u00a0liste personnelle'],
  ])
  await refused(client.fields.remove({ id }), /lu par le modèle.*Casiers.*1.liste personnelle/)
  await client.fields.withdraw({ id, from: '2026-11-01' })
  expect((await client.templates.read({ key })).problem).toMatch('«\u00a0Casier\u00a0» est retiré')
})
