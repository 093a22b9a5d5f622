import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Login } from '../../main/portal/account/accounts.ts'
import { chooseMails, mailChoices } from '../../main/portal/account/mail-stop.ts'
import { newEntry } from '../../main/portal/log/entries.ts'
import { appendToLog, lockedSide } from '../../main/portal/log/log.ts'
import { messagesShown, newsOf, readMessages, writeMessage } from '../../main/portal/messages/messages.ts'
import { prunePortal } from '../../main/portal/program/prune.ts'
import { remindOnTheDay } from '../../main/portal/program/reminders.ts'
import { documentOf } from '../../main/portal/published/documents.ts'
import { account, mail, message } from '../../main/portal/store/schema/index.ts'
import { schooling } from '../../main/store/schema/index.ts'
import { day } from '../../shared/rules/calendar/day.ts'
import { retentionKinds } from '../../shared/rules/people/retention.ts'
import { aClock } from '../support/desk.ts'
import { last } from '../support/towns/billing.ts'
import { aChild, aGuardian, aHome, anAddress } from '../support/towns/families.ts'
import { undone } from '../support/undone.ts'
import { aDeskFolder, aServedPortal, type DeskFolder, pairedWith, type ServedPortal } from './paired.ts'

const clock = aClock()
let desk: DeskFolder
let served: ServedPortal
let claire: Login
let other: Login

const aFamily = async (name: string): Promise<Login> => {
  const email = `claire.${name.toLowerCase()}@exemple.fr`
  const { id } = await desk.client.families.create({
    home: aHome(name),
    guardians: [{ ...aGuardian('Claire', name), email }],
    move: { fromDay: '2026-09-01', address: anAddress('3 rue des Tilleuls'), resident: null },
    quotient: null,
    children: [{ ...aChild('Noa', name, '2020-03-14'), schooling: null }],
  })
  const [guardian] = (await desk.client.families.one({ id })).guardians
  const guardianId = guardian?.id ?? 0
  await desk.client.portal.inviteByMail({ guardianIds: [guardianId] })
  return { guardianId, name: `Mme Claire ${name}`, email, sessionId: '', familyId: id, families: [id] }
}

beforeEach(async () => {
  ;[desk, served] = await Promise.all([aDeskFolder(clock), aServedPortal(clock)])
  await pairedWith(desk, served)
  claire = await aFamily('Aubry')
  other = await aFamily('Marchand')
  await exchange()
})
afterEach(async () => {
  await desk.close()
  await served.close()
})

const exchange = async () => expect((await desk.client.exchange.now()).failure).toBeNull()
const write = async (login: Login, text: string, conversation?: string) =>
  (
    await writeMessage(served.portal, login, {
      requestId: randomUUID(),
      to: conversation === undefined ? { subject: 'Sieste de Noa', child: null, invoice: null } : { conversation },
      text,
    })
  ).conversation
const listed = async (state: 'open' | 'closed' = 'open', filter = '') =>
  (await desk.client.messages.list({ state, filter, from: 0, count: 50 })).rows
const shown = async (login: Login) => (await messagesShown(served.portal, login)).conversations
const news = (login: Login) => newsOf(served.portal.store.db, login, clock())
const refusing = (words: string) => ({ data: { sentence: expect.stringContaining(words) as string } })
/** An entry as a portal in somebody else's hands could send it. */
const forged = (id: string, kind: 'message' | 'mailbox', body: object) =>
  served.portal.store.db.transaction(async (write_) => {
    const { side } = await lockedSide(write_)
    await appendToLog(write_, side, [newEntry(id, kind, clock(), body)])
  })

/**
 * The rows that still contain a text of these tests, as whole words, because a key in base64 may contain any three
 * letters.
 */
const rowsOfTrail = () =>
  desk.store
    .statement(
      `select count(*) from audit, json_each('["Zyxmarque", "Zyxréponse"]') text
      where instr(before, text.value) > 0 or instr(after, text.value) > 0`,
    )
    .pluck()
    .get()

describe('a message of a parent', () => {
  it('comes to the desk at the next exchange, unread; the answer goes back to this home and to no other', async () => {
    const key = await write(claire, 'Noa ne dort plus l’après-midi.')
    expect(await desk.client.messages.unread()).toEqual({ unread: 0 })
    await exchange()
    expect(await desk.client.messages.unread()).toEqual({ unread: 1 })
    const [row] = await listed()
    expect(row).toMatchObject({ family: 'Aubry', subject: 'Sieste de Noa', unread: true, lastBy: 'family' })
    const id = row?.id ?? 0
    await desk.client.messages.markRead({ id, unread: false })
    expect(await desk.client.messages.unread()).toEqual({ unread: 0 })
    clock.set('2026-11-26')
    expect(await desk.client.messages.answer({ id, text: 'C’est noté, merci.' })).toMatchObject({
      isReadOnPortal: true,
      messages: [
        { by: 'family', author: 'Mme Claire Aubry', text: 'Noa ne dort plus l’après-midi.' },
        { by: 'service', author: 'Sandrine Tostain', text: 'C’est noté, merci.', toSend: true },
      ],
    })
    await exchange()
    expect((await desk.client.messages.one({ id })).messages.map(({ toSend }) => toSend)).toEqual([false, false])
    expect(await shown(claire)).toMatchObject([
      {
        id: key,
        unread: 1,
        messages: [
          { by: 'family', isSent: true },
          { by: 'service', author: '', isSent: true },
        ],
      },
    ])
    expect(await shown(other)).toEqual([])
    await readMessages(served.portal, claire, key)
    expect((await news(claire)).unread).toBe(0)
    // Neither an exchange more, nor the same entry again, says anything twice.
    await exchange()
    expect((await shown(claire))[0]?.messages).toHaveLength(2)
  })

  it('opens again a conversation that the service had ended, and is found by the name of anyone of the home', async () => {
    const key = await write(claire, 'Bonjour')
    await exchange()
    const id = (await listed())[0]?.id ?? 0
    await desk.client.messages.close({ id, closed: true })
    expect([await listed(), (await listed('closed')).length]).toEqual([[], 1])
    await exchange()
    expect(await shown(claire)).toMatchObject([{ closed: true }])
    await write(claire, 'Encore une question', key)
    await exchange()
    expect(await listed('open', 'aubr')).toMatchObject([{ id, unread: true, closed: false }])
    expect(await listed('open', 'marchand')).toEqual([])
    expect(await desk.client.messages.ofFamily({ familyId: claire.familyId })).toHaveLength(1)
  })

  it('never enters the conversation of another home, whatever a portal says, nor one of a home that is not there', async () => {
    const key = await write(claire, 'Bonjour')
    const body = {
      guardian: other.guardianId,
      family: other.familyId,
      recordedAt: clock(),
      author: 'Mme Claire Marchand',
      conversation: key,
      subject: 'Autre',
      child: 1,
      invoice: 4,
      text: 'Montrez-moi tout.',
    }
    await forged('forged', 'message', body)
    await forged('nobody', 'message', { ...body, family: 9999 })
    await forged('unreadable', 'message', { ...body, text: '' })
    await exchange()
    const rows = await listed()
    expect(rows.map(({ family }) => family).toSorted()).toEqual(['Aubry', 'Marchand'])
    await exchange()
    expect((await shown(claire)).flatMap(({ messages }) => messages.map(({ text }) => text))).toEqual(['Bonjour'])
  })

  it('may be begun by the service, for a home that can read it', async () => {
    const letter = { familyId: claire.familyId, childId: null, invoiceId: null, subject: 'Papiers', text: 'Il manque…' }
    await desk.client.messages.begin(letter)
    await expect(desk.client.messages.begin({ ...letter, childId: 99 })).rejects.toMatchObject(
      refusing('pas de ce foyer'),
    )
    await expect(desk.client.messages.begin({ ...letter, text: ' ' })).rejects.toMatchObject(
      refusing('Écrivez votre message'),
    )
    await exchange()
    const [one] = await shown(claire)
    expect(one).toMatchObject({ subject: 'Papiers', unread: 1 })
    await write(claire, 'Les voici.', one?.id)
    await exchange()
    expect(await listed()).toMatchObject([{ unread: true, excerpt: 'Les voici.' }])
  })

  it('is answered by an act that is taken back until the family has the answer, and not after', async () => {
    await write(claire, 'Bonjour')
    await exchange()
    const id = (await listed())[0]?.id ?? 0
    const lastAct = () =>
      desk.store.statement(`select max(id) from act where kind = 'messages.answer'`).pluck().get() as number
    await desk.client.messages.answer({ id, text: 'Erreur' })
    await undone(desk.client, lastAct())
    expect((await desk.client.messages.one({ id })).messages).toHaveLength(1)
    await desk.client.messages.answer({ id, text: 'Bonne réponse' })
    await exchange()
    expect((await shown(claire))[0]?.messages.map(({ text }) => text)).toEqual(['Bonjour', 'Bonne réponse'])
    await expect(undone(desk.client, lastAct())).rejects.toThrow('La famille a déjà ce message')
  })

  it('is erased with its family on both sides, and is in the family’s export before', async () => {
    await write(claire, 'Zyxmarque')
    await exchange()
    await desk.client.messages.answer({ id: (await listed())[0]?.id ?? 0, text: 'Zyxréponse' })
    await exchange()
    const file = await desk.client.protection.exportFamily({ familyId: claire.familyId })
    expect(Buffer.from(await file.arrayBuffer()).length).toBeGreaterThan(0)
    expect(rowsOfTrail()).toBeGreaterThan(0)
    await last(await desk.client.protection.erase({ subject: 'family', id: claire.familyId, confirmation: 'Aubry' }))
    await exchange()
    expect(await listed()).toEqual([])
    expect(await served.portal.store.db.$count(message)).toBe(0)
    expect(rowsOfTrail()).toBe(0)
  })
})

describe('messages whose time has come', () => {
  it('are found by the protection screen, go from both sides whole conversations at a time, and stay while nobody has read them', async () => {
    clock.set('2027-06-01')
    const key = await write(claire, 'Zyxmarque')
    await exchange()
    const [row] = await listed()
    await desk.client.messages.answer({ id: row?.id ?? 0, text: 'Zyxréponse' })
    await write(other, 'Pas encore lu')
    await exchange()
    await desk.client.protection.setRetention({ kind: 'message', months: 3 })
    clock.set('2027-08-31')
    expect(await desk.client.protection.due({ kind: 'message' })).toEqual([])
    clock.set('2027-09-01')
    expect(await desk.client.protection.due({ kind: 'message' })).toMatchObject([
      { name: 'Aubry, Sieste de Noa', since: '2027-06-01', familyId: claire.familyId },
    ])
    await exchange()
    await prunePortal(served.portal)
    expect(await served.portal.store.db.$count(message)).toBe(0)
    expect(await shown(claire)).toMatchObject([{ id: key, messages: [{}, {}] }])

    await last(await desk.client.protection.eraseDue({ kinds: [...retentionKinds], confirmation: 'EFFACER' }))
    await exchange()
    expect(await listed()).toMatchObject([{ family: 'Marchand', unread: true }])
    expect(await shown(claire)).toEqual([])
    expect(await shown(other)).toHaveLength(1)
    expect(rowsOfTrail()).toBe(0)
  })

  it('stay on the portal as long as no desk has them', async () => {
    clock.set('2027-10-01')
    await served.silence()
    await write(claire, 'Personne n’écoute')
    clock.set('2028-01-01')
    await prunePortal(served.portal)
    expect(await shown(claire)).toMatchObject([{ messages: [{ isSent: false }] }])
    clock.set('2028-10-05')
    await prunePortal(served.portal)
    expect(await shown(claire)).toEqual([])
  })
})

const aNotice = (audience: Parameters<typeof desk.client.messages.addNotice>[0]['audience']) => ({
  title: 'Fermeture',
  text: 'Le centre est fermé vendredi.',
  audience,
  fromDay: '2026-11-25',
  untilDay: '2026-12-31',
  byMail: false,
})
const titles = async (login: Login) => (await news(login)).notices.map(({ title }) => title)

describe('a notice', () => {
  it('to all is shown to every home until it is removed', async () => {
    clock.set('2026-11-25')

    await desk.client.messages.addNotice(aNotice({ kind: 'all' }))
    await exchange()
    expect([await titles(claire), await titles(other)]).toEqual([['Fermeture'], ['Fermeture']])
    const [notice] = await desk.client.messages.notices()
    expect(notice).toMatchObject({ audienceName: 'Toutes les familles', homes: 2 })
    await desk.client.messages.removeNotice({ id: notice?.id ?? 0 })
    await exchange()
    expect([await titles(claire), await titles(other)]).toEqual([[], []])
  })

  it('of a sending is said to wait until the portal has it, and is read in « Mes messages » too', async () => {
    clock.set('2026-11-25')
    const whom = { kind: 'families' as const, familyIds: [claire.familyId] }
    await desk.client.mails.stop({ email: claire.email, reason: 'Téléphone' })
    const { people } = await desk.client.sendings.preview({ whom, withSms: false })
    const names = people[0]?.values['prénoms']
    expect(names).toMatch(/^[A-Z]/)
    const { id } = await desk.client.sendings.send({
      whom,
      subject: 'Le centre ferme',
      text: 'Venez chercher {prénoms}.',
      withSms: false,
      seen: people.map(({ guardianId }) => guardianId),
      files: [],
    })
    expect((await desk.client.sendings.read({ id })).notice).toMatchObject({ isPublished: false })
    await exchange()
    expect((await desk.client.sendings.read({ id })).notice).toMatchObject({ isPublished: true })
    const { notices } = await messagesShown(served.portal, claire)
    expect(notices).toMatchObject([{ title: 'Le centre ferme', text: `Venez chercher ${names}.` }])
    expect((await messagesShown(served.portal, other)).notices).toEqual([])
  })

  it('of a sending is shown to its recipients’ homes, but not once a home’s mail was withdrawn', async () => {
    clock.set('2026-11-25')
    const { id: stepFather } = await desk.client.families.addGuardian({
      familyId: claire.familyId,
      guardian: aGuardian('Paul', 'Aubry'),
    })
    const child = desk.store
      .statement('select child_id from family_child where family_id = ?')
      .pluck()
      .get(claire.familyId)
    await desk.client.families.setBond({
      guardianId: stepFather,
      childId: Number(child),
      kind: 'parent',
      authority: 'yes',
      decidedBy: '',
      decidedOn: null,
      referent: '',
      overrides: { sees: null, asks: null, fetches: null, told: false },
      overrideReason: 'À sa demande',
    })
    for (const { email } of [claire, other]) await desk.client.mails.stop({ email, reason: 'Téléphone' })
    const whom = { kind: 'families', familyIds: [claire.familyId, other.familyId] } as const
    const asked = { whom: { ...whom, familyIds: [...whom.familyIds] }, withSms: false }
    const { people } = await desk.client.sendings.preview(asked)
    const seen = people.map(({ guardianId }) => guardianId)
    const { id } = await desk.client.sendings.send({ ...asked, subject: 'Fermeture', text: 'À 16 h', seen, files: [] })
    await exchange()
    const paul = { ...claire, guardianId: stepFather }
    expect([await titles(claire), await titles(paul), await titles(other)]).toEqual([['Fermeture'], [], ['Fermeture']])
    desk.store.statement(`update mail_delivery set fate = 'waiting'`).run()
    const row = (await desk.client.sendings.read({ id })).recipients.find(({ familyId }) => familyId === other.familyId)
    await desk.client.mails.withdraw({ ids: [row?.id ?? 0] })
    await exchange()
    expect([await titles(claire), await titles(other)]).toEqual([['Fermeture'], []])
  })

  it('to a school is shown only to homes of its children, also after a child changes school', async () => {
    clock.set('2026-11-25')
    const { id: school } = await desk.client.settings.saveSchool({ name: 'École Colette' })
    const go = (schoolId: number | null) =>
      desk.store.act({ kind: 'system', name: 'test' }, 'families.change', 'École', (write_) => {
        const childId = desk.store
          .statement('select child_id from family_child where family_id = ?')
          .pluck()
          .get(claire.familyId) as number
        const fromDay = day(schoolId === null ? '2026-11-02' : '2026-09-01')
        write_.insert(schooling, { childId, fromDay, schoolId, level: 'CP', className: '' })
      })
    go(school)
    await desk.client.messages.addNotice(aNotice({ kind: 'school', id: school }))
    expect(await desk.client.messages.notices()).toMatchObject([{ audienceName: 'École Colette', homes: 1 }])
    await exchange()
    expect([await titles(claire), await titles(other)]).toEqual([['Fermeture'], []])
    go(null)
    await expect(desk.client.settings.removeSchool({ id: school })).rejects.toMatchObject(refusing('elle reste'))
    await exchange()
    expect(await titles(claire)).toEqual([])
  })

  it('is refused without a title, with days that are over or the wrong way round, or for a school that is not', async () => {
    clock.set('2026-11-25')
    const all = aNotice({ kind: 'all' })
    const add = desk.client.messages.addNotice
    await expect(add({ ...all, title: ' ' })).rejects.toMatchObject(refusing('le titre'))
    await expect(add({ ...all, untilDay: '2026-11-24' })).rejects.toMatchObject(refusing('avant le premier'))
    await expect(add({ ...all, fromDay: '2026-11-01', untilDay: '2026-11-24' })).rejects.toMatchObject(
      refusing('passés'),
    )
    await expect(add({ ...all, audience: { kind: 'school', id: 99 } })).rejects.toMatchObject(refusing('à qui'))
    expect(await desk.client.messages.notices()).toEqual([])
  })
})

describe('an address that a mail server refuses', () => {
  it('is shown at the desk until it is another, or takes mails again', async () => {
    const refused = { guardian: claire.guardianId, email: claire.email, refused: true, at: clock() }
    await forged('m1', 'mailbox', refused)
    await forged('m2', 'mailbox', { ...refused, guardian: 9999 })
    await exchange()
    const accounts = () => desk.client.portal.accounts({ filter: '', state: 'stopped', from: 0, count: 10 })
    expect(await accounts()).toMatchObject({
      total: 1,
      counts: { stopped: 1 },
      rows: [{ email: claire.email, stop: { at: refused.at, cause: 'refused' } }],
    })
    expect(await desk.client.portal.accountsOfFamily({ familyId: claire.familyId })).toMatchObject([
      { stop: { at: refused.at, cause: 'refused' } },
    ])
    await forged('m3', 'mailbox', { ...refused, refused: false })
    await exchange()
    expect((await accounts()).total).toBe(0)
    await forged('m4', 'mailbox', { ...refused, email: 'another@exemple.fr' })
    await exchange()
    expect((await accounts()).total).toBe(0)
    expect(await desk.client.mails.stops()).toEqual([])
  })

  it('is stopped at the desk for the portal too, until staff lift it', async () => {
    const isRefused = async () => (await mailChoices(served.portal, claire)).isRefused
    const { id } = await desk.client.mails.stop({ email: claire.email, reason: 'Adresse d’un tiers' })
    await exchange()
    expect(await isRefused()).toBe(true)
    await desk.client.mails.lift({ id })
    await exchange()
    expect(await isRefused()).toBe(false)
  })
})

describe('mails that a parent stopped', () => {
  it('are known at the desk, and stay stopped on another portal of the town', async () => {
    clock.set('2026-11-25')
    await chooseMails(served.portal, claire, { kind: 'notice', wanted: false })
    await exchange()
    const stopped = async ({ familyId }: Login) =>
      (await desk.client.portal.accountsOfFamily({ familyId })).map(({ unwantedMails }) => unwantedMails)
    expect([await stopped(claire), await stopped(other)]).toEqual([[['notice']], [[]]])

    const next = await aServedPortal(clock)
    onTestFinished(() => next.close())
    await pairedWith(desk, next)
    await desk.client.messages.addNotice({ ...aNotice({ kind: 'all' }), byMail: true })
    await exchange()
    const { db } = next.portal.store
    await db.update(account).set({ activatedAt: clock() })
    await remindOnTheDay(next.portal)
    const noticed = await db.select({ recipient: mail.recipient }).from(mail).where(eq(mail.kind, 'notice'))
    expect(noticed).toEqual([{ recipient: other.email }])

    await chooseMails(next.portal, claire, { kind: 'notice', wanted: true })
    await exchange()
    expect(await stopped(claire)).toEqual([[]])
  })
})

it('the town chooses when parents are reminded of an invoice', async () => {
  expect(await desk.client.messages.reminders()).toEqual({ before: null, after: null })
  await expect(desk.client.messages.saveReminders({ before: 31, after: null })).rejects.toMatchObject(
    refusing('0 à 30'),
  )
  await desk.client.messages.saveReminders({ before: 3, after: null })
  await exchange()
  expect((await documentOf(served.portal.store.db, 'town'))?.reminders).toEqual({ before: 3, after: null })
})
