import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Login } from '../../main/portal/account/accounts.ts'
import { forgotPassword } from '../../main/portal/account/accounts.ts'
import { chooseMails, mailChoices, readStopLink, stopMails } from '../../main/portal/account/mail-stop.ts'
import { createPairingCode, recordReplacement } from '../../main/portal/exchange/pairing.ts'
import { publish } from '../../main/portal/exchange/publications.ts'
import { recover } from '../../main/portal/exchange/recovered.ts'
import { messagesShown, newsOf, readMessages, writeMessage } from '../../main/portal/messages/messages.ts'
import { remindOnTheDay } from '../../main/portal/program/reminders.ts'
import { readPortalSession } from '../../main/portal/program/router.ts'
import { account, logEntry, paymentAttempt } from '../../main/portal/store/schema/index.ts'
import type { FamilyPapersDocument, MessagesDocument, NoticeDocument } from '../../shared/contract/portal/documents.ts'
import { entries } from '../../shared/contract/portal/entries.ts'
import { day, instant } from '../../shared/rules/calendar/day.ts'
import { aPortal } from './portal.ts'
import { stores } from './stores.ts'
import { accounts, money, published, town } from './town.ts'

let place: Awaited<ReturnType<typeof aPortal>>

const about = (child: number | null = null, invoice: number | null = null, subject = 'Allergie de Noa') => ({
  subject,
  child,
  invoice,
})

const write = (login: Login, text: string, to: Parameters<typeof writeMessage>[2]['to'] = about()) =>
  writeMessage(place.portal, login, { requestId: randomUUID(), to, text })

const said = async (kind: string) =>
  (await place.portal.store.db.select().from(logEntry).orderBy(logEntry.number)).filter((one) => one.kind === kind)

const subjects = async () => {
  await place.portal.mails.sendWaiting()
  return place.mailbox.received.map(({ to, subject }) => `${to} ${subject}`).toSorted()
}

const answered = (key: string, closed = false): MessagesDocument => ({
  conversations: [
    {
      key,
      subject: 'Allergie de Noa',
      child: 101,
      invoice: null,
      closed,
      messages: [
        { key: 'a1', by: 'service', author: '', at: instant('2026-11-25T10:00:00.000Z'), text: 'C’est noté.' },
      ],
    },
  ],
})

const asked = (id: number, changes: Partial<FamilyPapersDocument['asked'][number]> = {}) => ({
  id,
  kind: 'insurance' as const,
  child: 101,
  note: 'Celle de cette année.',
  dueOn: day('2026-12-04'),
  ...changes,
})

const publishDocument = (id: string, content: unknown) =>
  publish(place.portal, { documents: [published(id, content)], withdrawn: [] })

const seen = async (login: Login) =>
  (await newsOf(place.portal.store.db, login, place.portal.clock())).notices.map(({ title }) => title)

const remind = async (at: string, reminders: typeof town.reminders = { before: 3, after: 7 }) => {
  await publishDocument('town', { ...town, reminders })
  // M. Aubry is of the other home too.
  await publish(place.portal, { documents: [], withdrawn: ['money/2'] })
  place.clock.set(instant(at))
  await Promise.all([remindOnTheDay(place.portal), remindOnTheDay(place.portal)])
  return (await subjects()).filter((one) => one.includes('facture'))
}

const ask = (home: number, ...papers: ReturnType<typeof asked>[]) =>
  publishDocument(`familyPapers/${home}`, { asked: papers, received: [] } satisfies FamilyPapersDocument)
const answer = () => publishDocument('messages/1', answered('k'))

const unwantedOf = async (guardianId: number) =>
  (await place.portal.store.db.select().from(account).where(eq(account.guardianId, guardianId)))[0]?.unwanted

const refusedEmail = async () =>
  (await place.portal.store.db.select().from(account).where(eq(account.guardianId, 11)))[0]?.refusedEmail

describe.each(stores)('messages on %s', (_, open) => {
  let claire: Login
  let marc: Login
  let other: Login
  beforeEach(async () => {
    place = await aPortal(open)
    claire = await place.login('claire.aubry@exemple.fr')
    marc = await place.login('marc.aubry@exemple.fr')
    other = await place.login('claire.marchand@exemple.fr')
    place.mailbox.received.length = 0
  })
  afterEach(() => place.close())

  it('go to the desk by the exchange, each once, and both parents of the home see them', async () => {
    const request = { requestId: randomUUID(), to: about(101), text: 'Noa ne mange plus d’œufs.' }
    const all = await Promise.all([1, 2, 3].map(() => writeMessage(place.portal, claire, request)))
    const [{ conversation } = { conversation: '' }] = all
    await write(marc, 'Depuis hier.', { conversation })
    const told = await said('message')
    expect(told.map(({ body }) => entries.message.parse(JSON.parse(body)))).toMatchObject([
      { guardian: 11, family: 1, author: 'Mme Claire Aubry', child: 101, text: 'Noa ne mange plus d’œufs.' },
      { guardian: 12, family: 1, conversation, subject: 'Allergie de Noa', text: 'Depuis hier.' },
    ])
    const [shown] = (await messagesShown(place.portal, claire)).conversations
    expect(shown).toMatchObject({ about: 'Noa', unread: 0, closed: false })
    expect(shown?.messages.map(({ text, isSent }) => [text, isSent])).toEqual([
      ['Noa ne mange plus d’œufs.', false],
      ['Depuis hier.', false],
    ])
    await place.collected()
    expect((await messagesShown(place.portal, claire)).conversations[0]?.messages.every(({ isSent }) => isSent)).toBe(
      true,
    )
  })

  it('are refused when empty, for another home, or too many; the desk then gets nothing', async () => {
    const { conversation } = await write(claire, 'Bonjour')
    await expect(write(other, 'Bonjour', { conversation })).rejects.toThrow('n’existe pas')
    await expect(write(claire, ' \n ')).rejects.toThrow('Écrivez votre message')
    await expect(write(claire, 'Bonjour', about(201))).rejects.toThrow('pas de votre foyer')
    await expect(write(claire, 'Bonjour', about(null, 99))).rejects.toThrow('pas de votre foyer')
    await expect(write(claire, 'Bonjour', about(null, null, ' '))).rejects.toThrow('Écrivez le sujet')
    expect((await messagesShown(place.portal, other)).conversations).toEqual([])
    for (let more = 1; more < 10; more += 1) await write(claire, 'Encore', { conversation })
    await expect(write(claire, 'Encore', { conversation })).rejects.toThrow('messages en une heure')
    expect(await said('message')).toHaveLength(10)
    place.clock.later(61)
    await write(claire, 'Encore', { conversation })
  })

  it('are answered: a mail says that an answer is there without what it says, once, and it is unread until seen', async () => {
    const { conversation } = await write(claire, 'Bonjour', about(101))
    await publishDocument('messages/1', answered(conversation))
    await publishDocument('messages/1', answered(conversation, true))
    expect(await subjects()).toEqual([
      'claire.aubry@exemple.fr L’Espace Jeunesse vous a écrit',
      'marc.aubry@exemple.fr L’Espace Jeunesse vous a écrit',
    ])
    for (const { text } of place.mailbox.received) expect(text).not.toContain('noté')
    const news = async (login: Login) => (await newsOf(place.portal.store.db, login, place.portal.clock())).unread
    expect([await news(claire), await news(marc)]).toEqual([1, 1])
    await readMessages(place.portal, claire, conversation)
    expect([await news(claire), await news(marc)]).toEqual([0, 1])
    const [shown] = (await messagesShown(place.portal, claire)).conversations
    expect(shown?.messages.map(({ by }) => by)).toEqual(['family', 'service'])
    await write(marc, 'Merci.', { conversation })
    expect(await news(marc)).toBe(0)
  })

  describe('a notice of the service', () => {
    const notice: NoticeDocument = {
      title: 'Fermeture le 2 décembre',
      text: 'Le centre de loisirs est fermé.',
      from: day('2026-11-25'),
      until: day('2026-12-02'),
      homes: [1],
      byMail: true,
    }
    it('is shown to its homes only, from its first day to its last', async () => {
      await publishDocument('notice/4', { ...notice, from: '2026-11-26' })
      expect(await seen(claire)).toEqual([])
      place.clock.later(24 * 60)
      expect([await seen(claire), await seen(other)]).toEqual([['Fermeture le 2 décembre'], []])
      place.clock.set(instant('2026-12-02T22:59:00.000Z'))
      expect(await seen(claire)).toEqual(['Fermeture le 2 décembre'])
      place.clock.set(instant('2026-12-02T23:01:00.000Z'))
      expect(await seen(claire)).toEqual([])
    })

    it('is mailed once, on its first day, to those who accept such mails', async () => {
      await publishDocument('notice/4', notice)
      await chooseMails(place.portal, marc, { kind: 'notice', wanted: false })
      await Promise.all([remindOnTheDay(place.portal), remindOnTheDay(place.portal)])
      place.clock.later(24 * 60)
      await remindOnTheDay(place.portal)
      expect(await subjects()).toEqual(['claire.aubry@exemple.fr Fermeture le 2 décembre'])
    })
  })

  describe('a reminder to pay', () => {
    const before = '2026-12-04T09:00:00.000Z'

    it('is not sent by a portal that the desk left for another', async () => {
      await createPairingCode(place.portal)
      await recordReplacement(place.portal, { by: 'https://autre.exemple.fr' })
      expect(await remind(before)).toEqual([])
    })

    it('is sent once before and once after, as the town chose, and not at night', async () => {
      expect(await remind(before, { before: null, after: null })).toEqual([])
      expect(await remind('2026-12-04T03:00:00.000Z')).toEqual([])
      expect(await remind(before)).toEqual([
        'claire.aubry@exemple.fr Une facture à payer bientôt',
        'marc.aubry@exemple.fr Une facture à payer bientôt',
      ])
      expect(await remind('2026-12-05T09:00:00.000Z')).toHaveLength(2)
      expect(await remind('2026-12-14T09:00:00.000Z')).toHaveLength(4)
      const last = place.mailbox.received.at(-1)
      expect(last?.text.replaceAll('\u00a0', ' ')).toContain('n° 2026-001284 : 141,18 €, c’était à régler avant le')
    })

    it('is never for an invoice that is paid, in part shows what is left', async () => {
      const [invoice] = money.invoices
      await publishDocument('money/1', { ...money, invoices: [{ ...invoice, leftCents: 0 }] })
      expect(await remind(before)).toEqual([])
      await publishDocument('money/1', { ...money, invoices: [{ ...invoice, leftCents: 100 }] })
      await remind('2026-12-05T09:00:00.000Z')
      expect(place.mailbox.received.at(-1)?.text.replaceAll('\u00a0', ' ')).toContain('1,00 €')
    })

    it('is never for one whose payment is « en cours »', async () => {
      await place.portal.store.db.insert(paymentAttempt).values({
        id: randomUUID(),
        requestId: randomUUID(),
        guardianId: 11,
        familyId: 1,
        invoiceId: 1284,
        number: '2026-001284',
        label: 'Octobre 2026',
        amountCents: 14_118,
        client: '012345',
        refdet: '2026001284',
        saisie: 'W',
        address: '',
        recordedAt: instant('2026-12-04T08:00:00.000Z'),
        sentAt: instant('2026-12-04T08:00:00.000Z'),
        result: 'P',
        paidAt: instant('2026-12-04T08:05:00.000Z'),
        settledAt: instant('2026-12-04T08:05:00.000Z'),
      })
      expect(await remind(before)).toEqual([])
    })
  })

  describe('a paper that is asked for', () => {
    it('is mailed with its due date, once, to each parent of the home', async () => {
      await ask(1, asked(1))
      await ask(1, asked(1))
      expect(await subjects()).toEqual([
        'claire.aubry@exemple.fr Un document vous est demandé',
        'marc.aubry@exemple.fr Un document vous est demandé',
      ])
      expect(place.mailbox.received[0]?.text).toContain(
        '- Attestation d’assurance, à envoyer au plus tard le 4 décembre 2026',
      )
      await publish(place.portal, { documents: [], withdrawn: ['familyPapers/1'] })
      await ask(1, asked(1), asked(2, { kind: 'residence' }))
      expect(await subjects()).toHaveLength(4)
      expect(place.mailbox.received.at(-1)?.text).not.toContain('assurance')
    })

    it('is mailed together with the others, for all homes of the parent, without naming anything about health', async () => {
      await publish(place.portal, {
        documents: [
          published('familyPapers/1', { asked: [asked(1), asked(2, { kind: 'carePlan' })], received: [] }),
          published('familyPapers/2', { asked: [asked(3, { kind: 'residence', child: null })], received: [] }),
        ],
        withdrawn: [],
      })
      expect(await subjects()).toEqual([
        'claire.aubry@exemple.fr 2 documents vous sont demandés',
        'claire.marchand@exemple.fr Un document vous est demandé',
        'marc.aubry@exemple.fr 3 documents vous sont demandés',
      ])
      for (const { text } of place.mailbox.received) expect(text).not.toMatch(/PAI|individualisé|santé|cette année/)
      expect(place.mailbox.received[0]?.text).toContain('- Un document du dossier, à envoyer au plus tard')
    })

    it('is not mailed to parents who stopped such mails, nor once it is overdue', async () => {
      await chooseMails(place.portal, marc, { kind: 'paper', wanted: false })
      await ask(1, asked(1), asked(2, { dueOn: day('2026-11-24') }))
      expect(await subjects()).toEqual(['claire.aubry@exemple.fr Un document vous est demandé'])
    })
  })

  describe('mails that a parent does without', () => {
    it('are not written; those about the account always are', async () => {
      await chooseMails(place.portal, claire, { kind: 'message', wanted: false })
      await answer()
      await forgotPassword(place.portal, { address: '203.0.113.7', device: '' }, claire.email)
      await expect.poll(subjects).toContain('claire.aubry@exemple.fr Nouveau mot de passe')
      const all = await subjects()
      expect(all.filter((one) => one.includes('vous a écrit'))).toEqual([
        'marc.aubry@exemple.fr L’Espace Jeunesse vous a écrit',
      ])
      await chooseMails(place.portal, claire, { kind: 'message', wanted: true })
      expect((await mailChoices(place.portal, claire)).kinds.every(({ wanted }) => wanted)).toBe(true)
    })

    it('are stopped by the link of the mail, which says so to mail programs, and by no other link', async () => {
      await answer()
      await subjects()
      const letter = place.mailbox.received.find(({ to }) => to === claire.email)
      expect(letter?.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
      const address = /^<(.*)>$/.exec(letter?.headers.get('list-unsubscribe') ?? '')?.[1] ?? ''
      expect(letter?.text).toContain(address)
      const link = await readStopLink(place.portal, new URL(address))
      expect(link).toEqual({ guardianId: 11, kind: 'message', isStopped: false })
      for (const forged of [
        address.replace('/11-', '/12-'),
        address.replace('-message-', '-invoice-'),
        `${address.slice(0, -1)}${address.endsWith('A') ? 'B' : 'A'}`,
      ])
        expect(await readStopLink(place.portal, new URL(forged))).toBeNull()
      if (link) await stopMails(place.portal, link)
      if (link) await stopMails(place.portal, link)
      expect((await mailChoices(place.portal, claire)).kinds.filter(({ wanted }) => !wanted)).toEqual([
        { kind: 'message', wanted: false },
      ])
    })

    it('are reported to the desk with each real change, and given back to a restored portal', async () => {
      await chooseMails(place.portal, claire, { kind: 'notice', wanted: false })
      await chooseMails(place.portal, claire, { kind: 'notice', wanted: false })
      await chooseMails(place.portal, claire, { kind: 'invoice', wanted: false })
      const told = await said('mailChoice')
      expect(told.map(({ body }) => entries.mailChoice.parse(JSON.parse(body)))).toMatchObject([
        { guardian: 11, unwanted: ['notice'] },
        { guardian: 11, unwanted: ['notice', 'invoice'] },
      ])
      const { db } = place.portal.store
      await db.update(account).set({ unwanted: [] })
      await db.transaction((write_) => recover(place.portal, write_, told))
      expect(await unwantedOf(11)).toEqual(['notice', 'invoice'])
    })

    it('are not promised by a page, nor is any to a mailbox that refuses them', async () => {
      const promised = async () => (await readPortalSession(place.portal, claire)).login?.mails
      expect(await promised()).toContain('receipt')
      await chooseMails(place.portal, claire, { kind: 'receipt', wanted: false })
      expect(await promised()).not.toContain('receipt')
      await place.portal.store.db.update(account).set({ refusedEmail: claire.email })
      expect(await promised()).toEqual([])
    })

    it('are taken from the desk for an account that is new here, never over what its parent chose here', async () => {
      await chooseMails(place.portal, claire, { kind: 'notice', wanted: false })
      await publishDocument('account/11', { ...accounts.claire, unwantedMails: ['invoice'] })
      expect(await unwantedOf(11)).toEqual(['notice'])
      const newcomer = {
        ...accounts.claire,
        guardian: 31,
        email: 'new@exemple.fr',
        unwantedMails: ['invoice', 'later'],
      }
      await publishDocument('account/31', newcomer)
      expect(await unwantedOf(31)).toEqual(['invoice'])
    })
  })

  describe('an address that the mail server refuses', () => {
    it('is reported to the desk once, gets only mails about the account, and is lifted when one is accepted', async () => {
      place.mailbox.answer(claire.email, '550 5.1.1 nobody here')
      await publishDocument('messages/1', answered('k'))
      await place.portal.mails.sendWaiting()
      expect(await refusedEmail()).toBe(claire.email)
      place.clock.later(120)
      await place.portal.mails.sendWaiting()
      expect((await said('mailbox')).map(({ body }) => JSON.parse(body))).toMatchObject([
        { guardian: 11, email: claire.email, refused: true },
      ])
      expect((await mailChoices(place.portal, claire)).isRefused).toBe(true)
      await publishDocument('messages/1', answered('other'))
      place.mailbox.answer(claire.email, null)
      expect((await subjects()).filter((one) => one.startsWith('claire'))).toEqual([])
      await forgotPassword(place.portal, { address: '203.0.113.7', device: '' }, claire.email)
      await expect.poll(refusedEmail).toBeNull()
      await expect.poll(async () => (await said('mailbox')).length).toBe(2)
      expect(JSON.parse((await said('mailbox'))[1]?.body ?? '')).toMatchObject({ refused: false })
    })

    it('is not what a full mailbox or a server that refuses the portal itself says: the mail is tried again', async () => {
      place.mailbox.answer(claire.email, `550 5.7.1 <${claire.email}>: relaying denied`)
      await publishDocument('messages/1', answered('k'))
      await place.portal.mails.sendWaiting()
      expect(await refusedEmail()).toBeNull()
      expect(place.lines.at(-1)).toMatch(/^mail [\w-]+\u00a0: RCPT TO 550 5\.7\.1$/)
      place.mailbox.answer(claire.email, null)
      place.clock.later(10)
      expect(await subjects()).toContain('claire.aubry@exemple.fr L’Espace Jeunesse vous a écrit')
      expect(await said('mailbox')).toEqual([])
    })
  })
})
