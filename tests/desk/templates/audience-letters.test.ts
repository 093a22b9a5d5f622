import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { family } from '../../../main/store/schema/index.ts'
import { maxLetters } from '../../../shared/contract/desk/messages/letters.ts'
import { unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { documentText } from '../../../shared/rules/templates/document-text.ts'
import type { LetterFacts } from '../../../shared/rules/templates/letter.ts'
import { aGuardian, aHome } from '../../support/towns/families.ts'
import { aMailServer, useMailServer } from '../../support/towns/mails.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { ended } from '../../support/towns/year.ts'
import { asked, missing } from '../documents/documents-reading.ts'

const period = 'ALSH mercredi 2026/2027'
let town: Town
let streetless: number
beforeAll(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Louison: {}, Basile: {} } }))
    .with(aFamily('Duval', { children: { Zoé: {} } }))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Louison', period))
    .open()
  const { id } = await town.client.families.create({
    home: aHome('Sansrue'),
    guardians: [{ ...aGuardian('Ada', 'Sansrue'), civility: 'Mme', email: 'ada@exemple.fr' }],
    move: null,
    quotient: null,
    children: [],
  })
  streetless = id
})
afterAll(() => town.close())

type Making = Parameters<Town['client']['letters']['makeForAudience']>[0]
type Whom = Making['whom']

const saying = (sentence: RegExp) => ({ data: { sentence: expect.stringMatching(sentence) as string } })
const homes = (...names: string[]): Whom => ({
  kind: 'families',
  familyIds: [...names.map((name) => town.family(name)), streetless],
})
const all = () => homes('Marchand', 'Duval')
let count = 0
/** A template of texts, and of fields given by their ids. */
const aTemplate = async (...parts: string[]) => {
  count += 1
  const subject = `Courrier ${count}`
  const content = parts.map((part) => ({
    type: 'paragraph' as const,
    content: [
      /^\w+\.\w+$/.test(part)
        ? { type: 'field' as const, attrs: { field: part, empty: null } }
        : { type: 'text' as const, text: part },
    ],
  }))
  const { key } = await town.client.templates.add({
    kind: 'letter',
    name: subject,
    subject,
    document: { type: 'doc', content },
  })
  return key
}
const prepared = async (key: string, whom: Whom = all()) =>
  (await town.client.letters.prepareForAudience({ key, whom })).letters
/** Makes the letters that were shown and that nothing prevents. */
const make = async ({
  whom = all(),
  by = 'print',
  typed = {},
  announced,
  ...of
}: Partial<Making> & Pick<Making, 'key'>) => {
  const seen = await prepared(of.key, whom)
  const leaving = seen.filter(
    (one) => one.missing.length === 0 && (one.hasAddress || (by === 'mailFirst' && one.email !== null)),
  )
  return ended(
    town.client.letters.makeForAudience({
      ...of,
      whom,
      by,
      typed,
      announced: announced ?? leaving.map(({ digest }) => digest),
    }),
  )
}
const letterCount = () => town.store.statement('select count(*) from letter').pluck().get()
const bodies = (actId: number) =>
  town.store
    .statement('select paper from letter where act_id = ? order by id')
    .pluck()
    .all(actId)
    .map((paper) => documentText((JSON.parse(paper as string) as LetterFacts).body))

describe('a letter to an audience', () => {
  it('is one for each home, to its first guardian, and names who has no address', async () => {
    const found = await prepared(await aTemplate('La fête est le 12.'))
    expect(found.map(({ home, name, hasAddress, why }) => [home, name, hasAddress, why])).toEqual([
      ['Duval', 'Mme Camille Duval', true, null],
      ['Marchand', 'Mme Camille Marchand', true, null],
      ['Sansrue', 'Mme Ada Sansrue', false, null],
    ])
  })

  it('is one for each child, where its words are of the child', async () => {
    const key = await aTemplate('child.firstName')
    const { actId, printed } = await make({ key })
    expect(printed).toBe(3)
    expect(bodies(actId).toSorted()).toEqual(['Basile', 'Louison', 'Zoé'])
  })

  it('of a registration is for those who are expected', async () => {
    await expect(prepared(await aTemplate('registration.period'))).rejects.toMatchObject(saying(/inscription/))
  })

  it('says what staff filled in, is kept by each home, and is printed again as it was', async () => {
    const { client } = town
    const key = await aTemplate('typed.subject', 'home.children')
    await expect(make({ key, whom: homes('Marchand') })).rejects.toMatchObject(saying(/Remplissez/))
    const { actId, printed, mailed } = await make({
      key,
      whom: homes('Marchand'),
      typed: { 'typed.subject': 'La kermesse' },
    })
    expect({ printed, mailed }).toEqual({ printed: 1, mailed: 0 })
    expect(bodies(actId)).toEqual(['La kermesse\n\nLouison et Basile'])
    const [kept] = await client.letters.ofFamily({ familyId: town.family('Marchand') })
    expect(kept).toMatchObject({ to: 'Mme Camille Marchand', by: 'print' })
  })

  it('is printed in one file, whose pages are counted, again and again', async () => {
    const key = await aTemplate('Bonne rentrée.')
    const { actId } = await make({ key })
    const file = await town.client.letters.run({ actId })
    expect(file.name).toBe(`Courrier ${count}, 2\u00a0lettres, 2\u00a0pages.pdf`)
    expect(await town.client.letters.runs()).toContainEqual(
      expect.objectContaining({ actId, subject: `Courrier ${count}`, printed: 2, mailed: 0 }),
    )
    if (missing('pdftotext')) return
    const words = asked('pdftotext', new Uint8Array(await file.arrayBuffer()), [], ['-'])
    expect(words.match(/Bonne rentrée\./g)).toHaveLength(2)
  })

  it('leaves by mail for whom one reaches, and on paper for the others', async () => {
    const server = await aMailServer()
    try {
      useMailServer(town.desk.core, town.person, server)
      const key = await aTemplate('Par mail ou non.')
      const { mailed, printed, actId } = await make({ key, by: 'mailFirst' })
      expect({ mailed, printed }).toEqual({ mailed: 1, printed: 2 })
      expect((await town.client.letters.run({ actId })).name).toContain('2\u00a0lettres')
    } finally {
      await server.mailbox.close()
    }
  })

  it('is made for all who were seen, or for none', async () => {
    const key = await aTemplate('home.address')
    const announced = (await prepared(key)).flatMap(({ hasAddress, digest }) => (hasAddress ? [digest] : []))
    town.store
      .statement(`update family_address set line1 = '99 rue Neuve' where family_id = ?`)
      .run(town.family('Marchand'))
    const before = letterCount()
    await expect(make({ key, announced })).rejects.toMatchObject(saying(/relisez/))
    await expect(make({ key, announced: announced.slice(1), whom: homes('Duval') })).rejects.toMatchObject(
      saying(/relisez/),
    )
    expect(letterCount()).toBe(before)
    expect(town.store.statement(`select count(*) from act where state = 'open'`).pluck().get()).toBe(0)
  })

  it('is not made twice by a second click', async () => {
    const key = await aTemplate('Une fois.')
    await make({ key })
    const before = letterCount()
    await expect(make({ key })).rejects.toMatchObject(saying(/déjà faite/))
    expect(letterCount()).toBe(before)
  })

  it('passes over a home of which nobody is told of the child it is about', async () => {
    const { client } = town
    const guardianId = town.store
      .statement('select guardian_id from family_guardian where family_id = ?')
      .pluck()
      .get(town.family('Duval')) as number
    const bond = { ...unconfirmedBond, guardianId, childId: town.child('Zoé') }
    await client.families.setBond({ ...bond, authority: 'no' })
    const found = await prepared(await aTemplate('Bonjour.'), homes('Duval'))
    expect(found[0]).toMatchObject({ home: 'Duval', why: expect.stringContaining('n’est prévenu') as string })
    await client.families.setBond({ ...bond, authority: 'unconfirmed' })
  })

  it('is refused for nobody, and to a cashier for families who owe nothing to their régie', async () => {
    const key = await aTemplate('Bonjour.')
    await expect(prepared(key, { kind: 'families', familyIds: [] })).rejects.toMatchObject(saying(/Personne/))
    const cashier = await town.as('cashier')
    await expect(cashier.letters.prepareForAudience({ key, whom: all() })).rejects.toMatchObject(saying(/régie/))
  })
})

it('more letters than one act makes are refused, with what to do', async () => {
  const key = await aTemplate('Bonjour.')
  const familyIds = town.store.act(town.person, 'families.create', 'Beaucoup de foyers', (write) =>
    write.insertMany(
      family,
      Array.from({ length: maxLetters + 1 }, (_, at) => aHome(`Foyer ${at}`)),
    ),
  )
  await expect(prepared(key, { kind: 'families', familyIds })).rejects.toMatchObject(saying(/500 au plus.*Affiner/))
})
