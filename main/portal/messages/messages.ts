import { randomUUID } from 'node:crypto'
import { compareAsc } from 'date-fns/compareAsc'
import { and, count, eq, gt } from 'drizzle-orm'
import type { MessagesDocument, NoticeDocument } from '../../../shared/contract/portal/documents.ts'
import type { MessageEntry } from '../../../shared/contract/portal/entries.ts'
import type { ConversationShown, MessagesShown, NoticeShown } from '../../../shared/contract/portal/messages.ts'
import { isCollected } from '../../../shared/exchange/answer-entries.ts'
import { addMinutes, dayAt, type Instant, isWithin } from '../../../shared/rules/calendar/day.ts'
import { noticeText } from '../../../shared/rules/messages/fields.ts'
import { messageText, whyNotWrite } from '../../../shared/rules/requests/message.ts'
import { withSingleSpaces } from '../../../shared/rules/text/typed.ts'
import type { Login } from '../account/account.ts'
import { homeOf, lockHome } from '../family/family.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide, sideOf } from '../log/log.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import { claimKey, readersOf } from '../mails/readers.ts'
import type { Portal } from '../portal.ts'
import { documentOf, documentsOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { document, logEntry, message, messageRead } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

export { mailAnsweredHomes, newlyAnsweredHomes } from './answer-mail.ts'

/** The conversation that a message continues, or the subject of a new conversation. */
type Recipient =
  | { readonly conversation: string }
  | { readonly subject: string; readonly child: number | null; readonly invoice: number | null }

type NewMessage = { readonly requestId: string; readonly to: Recipient; readonly text: string }

/**
 * « Mes messages »: the service's notices, the published conversations, and messages written here that the published
 * ones do not have yet.
 */
export const messagesShown = async ({ store: { db }, clock }: Portal, login: Login): Promise<MessagesShown> => {
  const { family } = await homeOf(db, login)
  const money = await documentOf(db, 'money', login.familyId)
  return {
    notices: await noticesShown(db, login, clock()),
    conversations: await conversationsIn(db, login),
    children: family.children.map(({ id, firstName }) => ({ id, firstName })),
    invoices: (money?.invoices ?? []).map(({ id, kind, number, label }) => ({
      id,
      title: `${kind === 'invoice' ? 'Facture' : 'Avoir'} ${number}, ${label}`,
    })),
  }
}

type Conversation = MessagesDocument['conversations'][number]
type MessageRow = typeof message.$inferSelect

const conversationsIn = async (db: Queryable, login: Login): Promise<ConversationShown[]> => {
  const { familyId, guardianId } = login
  const { family, unseen } = await homeOf(db, login)
  const published = (await documentOf(db, 'messages', familyId))?.conversations ?? []
  const rows = await db
    .select({ row: message, number: logEntry.number })
    .from(message)
    .leftJoin(logEntry, eq(logEntry.id, message.id))
    .where(eq(message.familyId, familyId))
    .orderBy(message.recordedAt, logEntry.number)
  const side = await sideOf(db)
  const rowsByConversation = Map.groupBy(rows, ({ row }) => row.conversation)
  const readRows = await db.select().from(messageRead).where(eq(messageRead.guardianId, guardianId))
  const readUpTo = new Map(readRows.map(({ conversation, upTo }) => [conversation, upTo]))
  const money = await documentOf(db, 'money', familyId)
  const aboutOf = (child: number | null, invoice: number | null): string => {
    const firstName = family.children.find(({ id }) => id === child)?.firstName
    const paper = money?.invoices.find(({ id }) => id === invoice)
    return firstName ?? (paper ? `${paper.kind === 'invoice' ? 'Facture' : 'Avoir'} ${paper.number}` : '')
  }
  const publishedKeys = new Set(published.map(({ key }) => key))
  const begunHere = [...rowsByConversation].flatMap(([key, [first]]): Conversation[] =>
    first && !publishedKeys.has(key) ? [conversationBegun(key, first.row)] : [],
  )
  return [...published, ...begunHere]
    .filter(({ child }) => child === null || !unseen.has(child))
    .map((one): ConversationShown => {
      const publishedIds = new Set(one.messages.map(({ key }) => key))
      const notPublished = (rowsByConversation.get(one.key) ?? []).filter(({ row }) => !publishedIds.has(row.id))
      const all = [
        ...one.messages.map(({ key, ...rest }) => ({ id: key, ...rest, isSent: true })),
        ...notPublished.map(({ row, number }) => ({
          id: row.id,
          by: 'family' as const,
          author: row.author,
          at: row.recordedAt,
          text: row.text,
          isSent: isCollected(number, side),
        })),
      ].toSorted((a, b) => compareAsc(a.at, b.at))
      return {
        id: one.key,
        subject: one.subject,
        about: aboutOf(one.child, one.invoice),
        closed: one.closed && notPublished.length === 0,
        unread: unreadIn(one, readUpTo.get(one.key)),
        lastAt: all.at(-1)?.at ?? ('' as Instant),
        messages: all,
      }
    })
    .toSorted((a, b) => compareAsc(b.lastAt, a.lastAt))
}

const conversationBegun = (key: string, { subject, childId, invoiceId }: MessageRow): Conversation => ({
  key,
  subject,
  child: childId,
  invoice: invoiceId,
  closed: false,
  messages: [],
})

const unreadIn = ({ messages }: Conversation, upTo: Instant | undefined): number =>
  messages.filter(({ by, at }) => by === 'service' && (upTo === undefined || at > upTo)).length

/**
 * Stores a parent's message; the desk receives it at the next exchange. A repeated request stores nothing more.
 * @throws Refused
 */
export const writeMessage = async (
  portal: Portal,
  login: Login,
  { requestId, to, text: typed }: NewMessage,
): Promise<{ conversation: string; shown: MessagesShown }> => {
  const conversation = await portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const [existing] = await tx
      .select()
      .from(message)
      .where(and(eq(message.guardianId, login.guardianId), eq(message.requestId, requestId)))
    if (existing) return existing.conversation
    const text = messageText(typed)
    if (text === '') throw new Refused('Écrivez votre message.', 'text')
    const at = portal.clock()
    const refusal = whyNotWrite(
      await countSince(tx, login, addMinutes(at, -60)),
      await countSince(tx, login, addMinutes(at, -24 * 60)),
    )
    if (refusal !== null) throw new Refused(refusal, 'text')
    const about =
      'conversation' in to ? await continued(tx, login, to.conversation) : await newConversation(tx, login, to)
    const { side } = await lockedSide(tx)
    const row: MessageRow = {
      id: randomUUID(),
      requestId,
      guardianId: login.guardianId,
      familyId: login.familyId,
      author: login.name,
      ...about,
      text,
      recordedAt: at,
    }
    await tx.insert(message).values(row)
    // A parent who writes in a conversation has read it.
    await readConversation(tx, login, row.conversation)
    await appendToLog(tx, side, [newEntry(row.id, 'message', at, entryOf(row))])
    return row.conversation
  })
  return { conversation, shown: await messagesShown(portal, login) }
}

const entryOf = (row: MessageRow): MessageEntry => ({
  guardian: row.guardianId,
  family: row.familyId,
  recordedAt: row.recordedAt,
  author: row.author,
  conversation: row.conversation,
  subject: row.subject,
  child: row.childId,
  invoice: row.invoiceId,
  text: row.text,
})

const countSince = async (db: Queryable, { guardianId }: Login, since: Instant): Promise<number> => {
  const [row] = await db
    .select({ number: count() })
    .from(message)
    .where(and(eq(message.guardianId, guardianId), gt(message.recordedAt, since)))
  return row?.number ?? 0
}

type About = Pick<MessageRow, 'conversation' | 'subject' | 'childId' | 'invoiceId'>

const continued = async (db: Queryable, login: Login, id: string): Promise<About> => {
  const { unseen } = await homeOf(db, login)
  const found = await conversationOf(db, login, id)
  if (found.childId !== null && unseen.has(found.childId)) throw noSuchConversation()
  return found
}

const noSuchConversation = () => new Refused('Cette conversation n’existe pas.')

const conversationOf = async (db: Queryable, login: Login, id: string): Promise<About> => {
  const published = (await documentOf(db, 'messages', login.familyId))?.conversations.find(({ key }) => key === id)
  if (published) {
    const { key: conversation, subject, child: childId, invoice: invoiceId } = published
    return { conversation, subject, childId, invoiceId }
  }
  const [own] = await db
    .select()
    .from(message)
    .where(and(eq(message.familyId, login.familyId), eq(message.conversation, id)))
  if (!own) throw noSuchConversation()
  const { conversation, subject, childId, invoiceId } = own
  return { conversation, subject, childId, invoiceId }
}

const newConversation = async (
  db: Queryable,
  login: Login,
  { subject: typed, child, invoice }: Exclude<Recipient, { conversation: string }>,
): Promise<About> => {
  const subject = withSingleSpaces(messageText(typed))
  if (subject === '') throw new Refused('Écrivez le sujet, en quelques mots.', 'to.subject')
  const { family } = await homeOf(db, login)
  if (child !== null && !family.children.some(({ id }) => id === child))
    throw new Refused('Cet enfant n’est pas de votre foyer.', 'to.child')
  const money = invoice === null ? undefined : await documentOf(db, 'money', login.familyId)
  if (invoice !== null && !money?.invoices.some(({ id }) => id === invoice))
    throw new Refused('Cette facture n’est pas de votre foyer.', 'to.invoice')
  return { conversation: randomUUID(), subject, childId: child, invoiceId: invoice }
}

/** Notes that this parent has read the service's answers in a conversation. */
export const readMessages = ({ store: { db } }: Portal, login: Login, id: string): Promise<void> =>
  readConversation(db, login, id)

const readConversation = async (db: Queryable, { guardianId, familyId }: Login, id: string): Promise<void> => {
  const found = (await documentOf(db, 'messages', familyId))?.conversations.find(({ key }) => key === id)
  const upTo = found?.messages.findLast(({ by }) => by === 'service')?.at
  if (upTo === undefined) return
  await db
    .insert(messageRead)
    .values({ guardianId, conversation: id, upTo })
    .onConflictDoUpdate({ target: [messageRead.guardianId, messageRead.conversation], set: { upTo } })
}

// ---- On the dashboard ------------------------------------------------------------------------------------------------

/** The number of answers that this parent has not read, and the notices that the service shows to this home today. */
export const newsOf = async (
  db: Queryable,
  login: Login,
  now: Instant,
): Promise<{ unread: number; notices: NoticeShown[] }> => {
  const { guardianId, familyId } = login
  const { unseen } = await homeOf(db, login)
  const conversations = (await documentOf(db, 'messages', familyId))?.conversations ?? []
  const published = conversations.filter(({ child }) => child === null || !unseen.has(child))
  const answered = published.filter(({ messages }) => messages.some(({ by }) => by === 'service'))
  const seen =
    answered.length === 0 ? [] : await db.select().from(messageRead).where(eq(messageRead.guardianId, guardianId))
  const readUpTo = new Map(seen.map(({ conversation, upTo }) => [conversation, upTo]))
  return {
    unread: answered.reduce((sum, one) => sum + unreadIn(one, readUpTo.get(one.key)), 0),
    notices: await noticesShown(db, login, now),
  }
}

/** The notices that the service shows to this home today, the newest first. */
const noticesShown = async (db: Queryable, login: Login, now: Instant): Promise<NoticeShown[]> => {
  const today = dayAt(now)
  const notices = [...(await noticesIn(db))].flatMap(([id, notice]) =>
    isWithin({ from: notice.from, to: notice.until }, today) && isShownTo(notice, login)
      ? [{ id: Number(id), ...wordsFor(notice, login), from: notice.from }]
      : [],
  )
  return notices
    .toSorted((a, b) => (a.from === b.from ? b.id - a.id : a.from > b.from ? -1 : 1))
    .map(({ id, title, text }) => ({ id, title, text }))
}

/** The title and text as this home reads them. */
const wordsFor = ({ title, text, named }: NoticeDocument, { familyId }: Login) => {
  const own = named?.firstNames.find(({ home }) => home === familyId)
  return named && own
    ? { title: noticeText(named.title, own.names), text: noticeText(named.text, own.names) }
    : { title, text }
}

const isShownTo = (
  { homes, except = [] }: Pick<NoticeDocument, 'homes' | 'except'>,
  { familyId, guardianId }: Login,
): boolean => (homes === 'all' || homes.includes(familyId)) && !except.includes(guardianId)

const noticesIn = async (db: Queryable) => {
  const rows = await db.select({ id: document.id }).from(document).where(eq(document.kind, 'notice'))
  return documentsOf(
    db,
    'notice',
    rows.map(({ id }) => id.slice('notice/'.length)),
  )
}

// ---- By mail ---------------------------------------------------------------------------------------------------------

/**
 * Mails each notice once, from its first day, to the parents to whom it is shown, when the service chose to mail it.
 */
export const mailNotices = async (portal: Portal): Promise<void> => {
  const at = portal.clock()
  const today = dayAt(at)
  const due = [...(await noticesIn(portal.store.db))].filter(
    ([, { byMail, from, until }]) => byMail && isWithin({ from, to: until }, today),
  )
  for (const [id, { title, text, homes }] of due) {
    await portal.store.db.transaction(async (tx) => {
      if (!(await claimKey(tx, `notice/${id}`, at))) return
      const mails = (await readersOf(tx, homes)).map(
        ({ name, email }): OutgoingMail => ({
          kind: 'notice',
          to: email,
          subject: title,
          body: `Bonjour ${name},

${text}

Le portail\u00a0: ${portal.address}
`,
        }),
      )
      await enqueueMails(tx, mails, at)
    })
  }
}
