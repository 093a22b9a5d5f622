import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { LetterTo } from '../../../shared/contract/desk/messages/letters.ts'
import { unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { documentText } from '../../../shared/rules/templates/document-text.ts'
import type { TemplateDocument } from '../../../shared/rules/templates/template-document.ts'
import { aMember } from '../../support/desk.ts'
import { aGuardian, aHome } from '../../support/towns/families.ts'
import { aMailServer, useMailServer } from '../../support/towns/mails.ts'
import { aFamily, aRegistration, aTown, aWednesday, type Town } from '../../support/towns/town.ts'
import { asked, missing } from '../documents/documents-reading.ts'

const period = 'ALSH mercredi 2026/2027'
let town: Town
let stepParent: number

beforeAll(async () => {
  town = await aTown()
    .with(aFamily('Marchand', { children: { Louison: {}, Basile: { birthDay: '2022-05-02', level: '' } } }))
    .with(aFamily('Duval'))
    .with(aWednesday())
    .with(aRegistration('Marchand', 'Louison', period))
    .open()
  const { client } = town
  const added = await client.families.addGuardian({
    familyId: town.family('Marchand'),
    guardian: { ...aGuardian('Odile', 'Riou'), civility: 'Mme', email: 'odile@exemple.fr' },
  })
  stepParent = added.id
  await client.families.setBond({
    ...unconfirmedBond,
    guardianId: stepParent,
    childId: town.child('Basile'),
    authority: 'no',
  })
})
afterAll(() => town.close())

/** One red point. */
const png = new Blob([
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64',
  ),
])
const saying = (sentence: RegExp) => ({ data: { sentence: expect.stringMatching(sentence) as string } })

const to = (changes: Partial<LetterTo> = {}): LetterTo => ({
  familyId: town.family('Marchand'),
  childId: null,
  guardianId: null,
  registrationId: null,
  ...changes,
})
const field = (id: string, empty: string | null = null) => ({ type: 'field' as const, attrs: { field: id, empty } })
const document = (...ids: string[]): TemplateDocument => ({
  type: 'doc',
  content: ids.map((id) => ({ type: 'paragraph' as const, content: [field(id)] })),
})
const wordsOf = async (file: File) =>
  asked('pdftotext', new Uint8Array(await file.arrayBuffer()), ['-layout'], ['-']).replaceAll(/\s+/g, ' ')
type Making = Pick<Parameters<Town['client']['letters']['make']>[0], 'key' | 'typed' | 'recipients' | 'by'>
/** Makes the letters that were shown. */
const make = async (making: Making) => {
  const { by: _, ...written } = making
  const { recipients } = await town.client.letters.prepare(written)
  return town.client.letters.make({ ...making, announced: recipients.map(({ digest }) => digest) })
}
const letterCount = () => town.store.statement('select count(*) from letter').pluck().get()
const appointment = { 'typed.day': '2026-12-08', 'typed.time': '17:30', 'typed.subject': 'son accueil' }

it('a convocation contains what staff typed, is stored, and is printed again unchanged', async () => {
  const { client } = town
  const [choice] = (await client.letters.choices()).filter(({ key }) => key === 'convocation')
  expect(choice?.typed.map(({ id }) => id)).toEqual(['typed.day', 'typed.time', 'typed.place', 'typed.subject'])
  const written = { key: 'convocation', typed: appointment }
  const { recipients } = await client.letters.prepare({ ...written, recipients: [to()] })
  expect(recipients).toMatchObject([{ name: 'Mme Camille Marchand', missing: [] }])
  const { actId } = await make({ ...written, recipients: [to()], by: 'print' })
  const [kept] = await client.letters.ofFamily({ familyId: town.family('Marchand') })
  expect(kept).toMatchObject({ subject: 'Rendez-vous à l’accueil', to: 'Mme Camille Marchand', by: 'print' })
  const { document: delivered, subject, name } = await client.templates.read({ key: 'convocation' })
  await client.templates.save({ key: 'convocation', name, subject: 'Autre objet', document: delivered, savedIn: null })
  if (missing('pdftotext')) return
  const words = await wordsOf(await client.letters.file({ id: kept?.id ?? 0 }))
  expect(words).toContain('Merci de venir le mardi 8 décembre 2026 à 17 h 30, à l’accueil du service.')
  expect(words).toContain('MME CAMILLE MARCHAND')
  expect(words).toContain(subject)
  expect(words).not.toContain('Projet')
  expect(await wordsOf(await client.letters.run({ actId }))).toContain('au sujet de son accueil')
})

const prepared = (typed: Record<string, string>) =>
  town.client.letters.prepare({ key: 'convocation', typed, recipients: [to()] })
it('a convocation is refused for a day or a time that does not exist', async () => {
  await expect(prepared({ ...appointment, 'typed.day': '2027-02-31' })).rejects.toMatchObject(
    saying(/Jour du rendez-vous\u00a0: cette date n’existe pas/),
  )
  await expect(prepared({ ...appointment, 'typed.day': '31/02/2027' })).rejects.toMatchObject(saying(/n’existe pas/))
  await expect(prepared({ ...appointment, 'typed.time': '25 h 99' })).rejects.toMatchObject(
    saying(/Heure du rendez-vous\u00a0: cette heure n’existe pas/),
  )
})

it('the delivered letter is a text of several lines, to fill in', async () => {
  const [choice] = (await town.client.letters.choices()).filter(({ key }) => key === 'letter')
  expect(choice?.typed).toEqual([{ id: 'typed.text', label: 'Texte', input: 'lines' }])
  const prepare = (text: string) =>
    town.client.letters.prepare({ key: 'letter', typed: { 'typed.text': text }, recipients: [to()] })
  expect((await prepare(' ')).recipients).toMatchObject([{ missing: ['Texte'] }])
  const { shown } = await prepare('La fête est le 12.\r\n\u0007Venez\u00a0!')
  expect(documentText(shown.body)).toContain('Madame,\n\nLa fête est le 12.\n Venez\u00a0!\n\nUne question')
})

const unfinished = { key: 'convocation', typed: { 'typed.day': '2026-12-08' } }
const made = (...announced: string[]) =>
  town.client.letters.make({ ...unfinished, recipients: [to()], by: 'print', announced })
describe('who an empty field holds back is told by name', () => {
  it('before anything is made', async () => {
    const { recipients } = await town.client.letters.prepare({ ...unfinished, recipients: [to()] })
    expect(recipients).toMatchObject([
      { name: 'Mme Camille Marchand', missing: ['Ce dont il s’agit', 'Heure du rendez-vous'] },
    ])
  })
  it('and gets no letter', async () => {
    const before = letterCount()
    await expect(made('another')).rejects.toMatchObject(saying(/relisez/))
    await expect(made()).rejects.toMatchObject(saying(/Personne ne reçoit/))
    expect(letterCount()).toBe(before)
  })
})

let madeCount = 0
const told = async (recipient: LetterTo, ...ids: string[]) => {
  const { client } = town
  madeCount += 1
  const name = `Essai ${madeCount}`
  const { key } = await client.templates.add({ kind: 'letter', name, subject: 'Essai', document: document(...ids) })
  return make({ key, typed: {}, recipients: [recipient], by: 'print' })
}
const lastLetter = () =>
  documentText(
    (
      JSON.parse(town.store.statement('select paper from letter order by id desc').pluck().get() as string) as {
        body: Parameters<typeof documentText>[0]
      }
    ).body,
  )

describe('a letter is of one home, and a guardian reads only the children whom they see', () => {
  it('in lists of children', async () => {
    await told(to(), 'home.children')
    expect(lastLetter()).toBe('Louison et Basile')
    await told(to({ guardianId: stepParent }), 'home.children')
    expect(lastLetter()).toBe('Louison')
  })
  it('and gets no letter about a child of whom they are not told', () =>
    expect(
      told(to({ guardianId: stepParent, childId: town.child('Basile') }), 'child.firstName'),
    ).rejects.toMatchObject(saying(/pas prévenu/)))
  it('nor about a child, a registration or a guardian of another home', async () => {
    const duval = { familyId: town.family('Duval') }
    await expect(told(to({ ...duval, childId: town.child('Louison') }), 'child.age')).rejects.toMatchObject(
      saying(/pas de cette famille/),
    )
    await expect(told(to({ ...duval, guardianId: stepParent }), 'home.address')).rejects.toMatchObject(
      saying(/pas responsable/),
    )
    const registrationId = town.registration('Louison', period)
    await expect(told(to({ ...duval, registrationId }), 'registration.period')).rejects.toMatchObject(
      saying(/pas de cette famille/),
    )
  })
  it('a letter about the home goes to a guardian who is told of at least one of its children, and to nobody else', async () => {
    const { client } = town
    const { guardianId } = { guardianId: stepParent }
    const without = async (authority: 'no' | 'unconfirmed') =>
      client.families.setBond({ ...unconfirmedBond, guardianId, childId: town.child('Louison'), authority })
    await without('no')
    await expect(told(to({ guardianId }), 'home.address')).rejects.toMatchObject(
      saying(/pas prévenu de ce qui touche ces enfants/),
    )
    await without('unconfirmed')
    await told(to({ guardianId }), 'home.address')
    expect(lastLetter()).toContain('rue des Saules')
  })
  it('about a child whose record its reader may not see, it has the first name only', async () => {
    const { client } = town
    const bond = { ...unconfirmedBond, guardianId: stepParent, childId: town.child('Basile') }
    const overrides = { ...unconfirmedBond.overrides, sees: false, told: true }
    await client.families.setBond({ ...bond, authority: 'no', overrides, overrideReason: 'Décision du juge' })
    const one = to({ guardianId: stepParent, childId: town.child('Basile') })
    await told(one, 'child.firstName')
    expect(lastLetter()).toBe('Basile')
    const { key } = await client.templates.add({
      kind: 'letter',
      name: 'Né le',
      subject: 'x',
      document: document('child.birthDay'),
    })
    expect(await client.letters.prepare({ key, typed: {}, recipients: [one] })).toMatchObject({
      recipients: [{ missing: ['Né le'] }],
    })
    await client.families.setBond({ ...bond, authority: 'no' })
  })
  it('a registration is of its child alone', async () => {
    const registrationId = town.registration('Louison', period)
    const one = to({ registrationId, childId: town.child('Basile') })
    await expect(told(one, 'registration.period')).rejects.toMatchObject(saying(/pas celle de cet enfant/))
  })
  it('a registration fills in its child and its days', async () => {
    await told(to({ registrationId: town.registration('Louison', period) }), 'child.fullName', 'registration.period')
    expect(lastLetter()).toBe(`Louison Marchand\n\n${period}`)
  })
})

it('paper, mail and HTML have the same words', async () => {
  const { client, desk, person } = town
  const server = await aMailServer()
  try {
    useMailServer(desk.core, person, server)
    const body: TemplateDocument = {
      type: 'doc',
      content: [
        { type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: 'Bonne <rentrée> & merci' }] },
        {
          type: 'paragraph',
          attrs: { textAlign: 'center' },
          content: [
            { type: 'text', text: 'Pour ', marks: [{ type: 'bold' }, { type: 'italic' }, { type: 'underline' }] },
            field('recipient.name'),
            { type: 'hardBreak' },
            field('home.homePhone', 'sans téléphone'),
          ],
        },
        {
          type: 'orderedList',
          content: [
            { type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Un goûter' }] }] },
          ],
        },
        { type: 'fieldBlock', attrs: { field: 'children' } },
      ],
    }
    const { key } = await client.templates.add({ kind: 'letter', name: 'Rentrée', subject: 'Rentrée', document: body })
    const recipients = [to({ guardianId: stepParent })]
    await make({ key, typed: {}, recipients, by: 'mail' })
    await vi.waitFor(() => expect(server.mailbox.received).toHaveLength(1), { timeout: 8000 })
    const [received] = server.mailbox.received
    const row = town.store.statement('select id, paper from letter order by id desc').get() as {
      id: number
      paper: string
    }
    const text = documentText((JSON.parse(row.paper) as { body: Parameters<typeof documentText>[0] }).body)
    expect(text).toBe(
      'Bonne <rentrée> & merci\n\nPour Mme Odile Riou\nsans téléphone\n\n1. Un goûter\n\n- Louison Marchand, 6\u00a0ans',
    )
    // The text and the HTML are one part of several.
    const raw = decodeURIComponent((received?.text ?? '').replaceAll(/=\r\n/g, '').replaceAll(/=([0-9A-F]{2})/g, '%$1'))
    expect(raw).toContain('Bonne &lt;rentrée&gt; &amp; merci')
    expect(raw).toContain('<strong><u><em>Pour </em></u></strong>Mme Odile Riou<br>sans téléphone')
    if (missing('pdftotext')) return
    const words = await wordsOf(await client.letters.file({ id: row.id }))
    for (const line of text.replaceAll(/^(?:-|1\.) /gm, '').split(/\n+/))
      expect(words).toContain(line.replaceAll(/\s+/g, ' '))
  } finally {
    await server.mailbox.close()
  }
})

describe('who writes', () => {
  it('may use only fields that they may read, in a preview too', async () => {
    const { client } = town
    const owed: TemplateDocument = { type: 'doc', content: [{ type: 'fieldBlock', attrs: { field: 'missingPapers' } }] }
    const { key } = await client.templates.add({ kind: 'letter', name: 'Pièces', subject: 'Pièces', document: owed })
    const cashier = await town.as('cashier')
    await expect(cashier.letters.prepare({ key, typed: {}, recipients: [to()] })).rejects.toMatchObject(
      saying(/pièces qui manquent.*Directeur/),
    )
    const administrator = await town.as('administrator')
    const preview = { kind: 'letter' as const, subject: 'x', document: owed, childId: null }
    await expect(
      administrator.letters.preview({ ...preview, familyId: town.family('Marchand') }),
    ).rejects.toMatchObject(saying(/pièces qui manquent/))
    expect(await administrator.letters.preview({ ...preview, familyId: null })).toMatchObject({ missing: [] })
  })

  it('and a stored letter can only be read by people who may read its fields', async () => {
    const { client } = town
    const told = document('recipient.name')
    const pieces: TemplateDocument = {
      type: 'doc',
      content: [...told.content, { type: 'fieldBlock', attrs: { field: 'missingPapers' } }],
    }
    const { key } = await client.templates.add({
      kind: 'letter',
      name: 'Il manque',
      subject: 'Il manque',
      document: pieces,
    })
    const written = { key, typed: {}, recipients: [to()] }
    const { recipients } = await client.letters.prepare(written)
    const announced = recipients.map(({ digest }) => digest)
    const { actId } = await client.letters.make({ ...written, by: 'print', announced })
    const cashier = await aMember(town.desk, client, { name: 'Trésor', login: 'tresor', roles: ['cashier'] })
    const rows = (who: typeof client) => who.letters.ofFamily({ familyId: town.family('Marchand') })
    const [made] = await rows(client)
    expect([made?.subject, (await rows(cashier))[0]?.subject]).toEqual(['Il manque', 'Un document du dossier'])
    const hidden = saying(/pièces qui manquent.*Directeur/)
    await expect(cashier.letters.file({ id: made?.id ?? 0 })).rejects.toMatchObject(hidden)
    await expect(cashier.letters.run({ actId })).rejects.toMatchObject(hidden)
    expect((await client.letters.file({ id: made?.id ?? 0 })).size).toBeGreaterThan(1000)
  })

  it('as a cashier, may write to one family at a time', async () => {
    const cashier = await aMember(town.desk, town.client, { name: 'Régie', login: 'regie', roles: ['cashier'] })
    const written = { key: 'convocation', typed: appointment }
    expect(await cashier.letters.prepare({ ...written, recipients: [to()] })).toMatchObject({ onPaperOnly: null })
    const both = [to(), to({ familyId: town.family('Duval') })]
    await expect(cashier.letters.prepare({ ...written, recipients: both })).rejects.toMatchObject(saying(/une famille/))
  })
})

describe('what is made is what was seen', () => {
  const written = { key: 'convocation', typed: { ...appointment, 'typed.subject': 'sa rentrée' } }
  const seen = async () => (await town.client.letters.prepare({ ...written, recipients: [to()] })).recipients
  const makeSeen = async (announced: readonly { readonly digest: string }[]) =>
    town.client.letters.make({
      ...written,
      recipients: [to()],
      by: 'print',
      announced: announced.map(({ digest }) => digest),
    })
  it('not the words that the template says since', async () => {
    const before = await seen()
    const { document: now, name, savedIn } = await town.client.templates.read({ key: 'convocation' })
    const content = [
      ...now.content,
      { type: 'paragraph' as const, content: [{ type: 'text' as const, text: 'Venez.' }] },
    ]
    await town.client.templates.save({
      key: 'convocation',
      name,
      subject: 'Rendez-vous',
      savedIn,
      document: { ...now, content },
    })
    await expect(makeSeen(before)).rejects.toMatchObject(saying(/relisez/))
  })
  it('not to another address', async () => {
    const before = await seen()
    town.store.statement(`update family_address set line1 = '99 rue Neuve'`).run()
    await expect(makeSeen(before)).rejects.toMatchObject(saying(/relisez/))
  })
  it('and once: a second click, the first answer lost, makes no other', async () => {
    const before = await seen()
    await makeSeen(before)
    const count = letterCount()
    await expect(makeSeen(before)).rejects.toMatchObject(saying(/déjà faite/))
    expect(letterCount()).toBe(count)
  })
})

it('on paper, a person without a postal address is left out by name', async () => {
  const { client } = town
  const { id: familyId } = await client.families.create({
    home: aHome('Sansrue'),
    guardians: [{ ...aGuardian('Ada', 'Sansrue'), civility: 'Mme' }],
    move: null,
    quotient: null,
    children: [],
  })
  const recipients = [to({ familyId }), to()]
  const written = { key: 'convocation', typed: { ...appointment, 'typed.subject': 'sa cantine' } }
  const { recipients: prepared } = await client.letters.prepare({ ...written, recipients })
  expect(prepared).toMatchObject([
    { name: 'Mme Ada Sansrue', hasAddress: false },
    { name: 'Mme Camille Marchand', hasAddress: true },
  ])
  const announced = prepared.filter(({ hasAddress }) => hasAddress).map(({ digest }) => digest)
  expect(await client.letters.make({ ...written, recipients, by: 'print', announced })).toMatchObject({ letters: 1 })
})

it('a mail that did not leave is not sent again to a guardian who is no longer told of the child', async () => {
  const { client, desk, person } = town
  const server = await aMailServer()
  try {
    useMailServer(desk.core, person, server)
    const { key } = await client.templates.add({
      kind: 'letter',
      name: 'Fête',
      subject: 'Fête',
      document: document('service.name'),
    })
    await make({ key, typed: {}, recipients: [to({ guardianId: stepParent })], by: 'mail' })
    await vi.waitFor(() => expect(server.mailbox.received).toHaveLength(1), { timeout: 8000 })
    const id = town.store.statement('select max(id) from mail').pluck().get() as number
    town.store.statement(`update mail_delivery set fate = 'rejected' where id = ?`).run(id)
    const setBond = (authority: 'no' | 'unconfirmed') =>
      client.families.setBond({ ...unconfirmedBond, guardianId: stepParent, childId: town.child('Louison'), authority })
    await setBond('no')
    await expect(client.mails.resend({ ids: [id] })).rejects.toMatchObject(saying(/plus prévenu/))
    await setBond('unconfirmed')
    await client.mails.resend({ ids: [id] })
  } finally {
    await server.mailbox.close()
  }
})

describe('by mail', () => {
  it('nothing about health or money can be sent', async () => {
    const { client } = town
    const mailed = async (name: string, content: TemplateDocument['content']) => {
      const { key } = await client.templates.add({
        kind: 'letter',
        name,
        subject: name,
        document: { type: 'doc', content },
      })
      return make({ key, typed: {}, recipients: [to({ guardianId: stepParent })], by: 'mail' })
    }
    const before = letterCount()
    await expect(mailed('Dettes', [{ type: 'fieldBlock', attrs: { field: 'owed' } }])).rejects.toMatchObject(
      saying(/imprimez cette lettre/),
    )
    await expect(
      mailed('PAI', [{ type: 'paragraph', content: [{ type: 'text', text: 'Son allergie.' }] }]),
    ).rejects.toMatchObject(saying(/parle de santé/))
    expect(letterCount()).toBe(before)
  })
})

it('a preview shows a home, or nobody, and what would hold it back', async () => {
  const { client } = town
  const input = {
    kind: 'letter' as const,
    subject: 'Essai',
    document: document('home.children', 'child.school'),
    childId: null,
  }
  expect(await client.letters.preview({ ...input, familyId: null })).toMatchObject({ missing: [] })
  expect(await client.letters.preview({ ...input, familyId: town.family('Marchand') })).toMatchObject({
    missing: ['École'],
    body: [
      { type: 'paragraph', runs: [{ text: 'Louison et Basile' }] },
      { type: 'paragraph', runs: [] },
    ],
  })
  await expect(client.letters.preview({ ...input, document: document('x.y'), familyId: null })).rejects.toMatchObject(
    saying(/x\.y/),
  )
  const file = await client.letters.previewFile({ ...input, familyId: null })
  if (missing('pdftotext')) return
  expect(await wordsOf(file)).toContain('Projet')
})

it('a letter is printed again with the logo that it had', async () => {
  const { client } = town
  await client.settings.changeLogo({ file: png })
  const { key } = await client.templates.add({
    kind: 'letter',
    name: 'Logo',
    subject: 'Logo',
    document: document('service.name'),
  })
  const { actId } = await make({ key, typed: {}, recipients: [to()], by: 'print' })
  const printed = async () => new Uint8Array(await (await client.letters.run({ actId })).arrayBuffer())
  const before = await printed()
  expect(Buffer.from(before).includes('/Image')).toBe(true)
  await client.settings.changeLogo({ file: null })
  expect(await printed()).toEqual(before)
})

it('a letter that names a child among others goes with the child', async () => {
  const { client } = town
  const { key } = await client.templates.add({
    kind: 'letter',
    name: 'Nos enfants',
    subject: 'x',
    document: document('home.children'),
  })
  const { actId } = await make({ key, typed: {}, recipients: [to()], by: 'print' })
  const kept = () => town.store.statement('select count(*) from letter where act_id = ?').pluck().get(actId)
  expect(kept()).toBe(1)
  const [childId] = [town.child('Basile')]
  for await (const _ of await client.protection.erase({
    subject: 'child',
    id: childId,
    confirmation: 'Basile Marchand',
  }))
    continue
  expect(kept()).toBe(0)
})

it('letters are in the copy of a family’s data, and go with it', async () => {
  const { client } = town
  const familyId = town.family('Duval')
  const written = { key: 'convocation', typed: { ...appointment, 'typed.subject': 'Zyxmarque' } }
  await make({ ...written, recipients: [to({ familyId })], by: 'print' })
  for await (const _ of await client.protection.erase({ subject: 'family', id: familyId, confirmation: 'Duval' }))
    continue
  expect(town.store.statement('select count(*) from letter where family_id = ?').pluck().get(familyId)).toBe(0)
  expect(JSON.stringify(town.store.statement('select * from audit').all())).not.toContain('Zyxmarque')
})
