import { randomUUID } from 'node:crypto'
import type {
  Audience,
  ConversationRow,
  ConversationWithMessages,
  NoticeInput,
  NoticeRow,
} from '../../../shared/contract/desk/messages/messages.ts'
import type { MailChoiceEntry, MessageEntry } from '../../../shared/contract/portal/entries.ts'
import { whyNotForAll } from '../../../shared/rules/access/sites.ts'
import { addDays, today } from '../../../shared/rules/calendar/day.ts'
import { isMailKind, noReminders, type PaymentReminders } from '../../../shared/rules/requests/mails.ts'
import { maxNoticeDays, messageText } from '../../../shared/rules/requests/message.ts'
import { withSingleSpaces } from '../../../shared/rules/text/typed.ts'
import type { Write } from '../../store/acts/acts.ts'
import { conversation, message, notice, portalAccount, portalSettings } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { writePortalSettings } from '../portal/portal.ts'
import {
  audienceRows,
  type ConversationSqlRow,
  conversationByKey,
  conversationPage,
  conversationRow,
  conversationsOfFamily,
  countHomesReached,
  hasAccount,
  hasMessage,
  messagesOf,
  noticeRow,
  noticeRows,
  publishedUpToAct,
  unreadCount,
} from './messages-store.ts'

// ---- Conversations between parents and the service ------------------------------------------------------------------

type ConversationQuery = { state: 'open' | 'closed'; filter: string; from: number; count: number }

export const listConversations = ({ store }: Core, query: ConversationQuery) => {
  const { total, rows } = conversationPage(store, query)
  return { total, unread: unreadCount(store), rows: rows.map(conversationShown) }
}

export const readConversationsOf = ({ store }: Core, familyId: number): ConversationRow[] =>
  conversationsOfFamily(store, familyId).map(conversationShown)

export const countUnread = ({ store }: Core): { unread: number } => ({ unread: unreadCount(store) })

export const readConversation = ({ store }: Core, id: number): ConversationWithMessages => {
  const row = requireConversation(store, id)
  const sent = publishedUpToAct(store, row.familyId)
  return {
    ...conversationShown(row),
    childId: row.childId,
    invoiceId: row.invoiceId,
    isReadOnPortal: hasAccount(store, row.familyId),
    messages: messagesOf(store, id).map(({ actId, ...one }) => ({
      ...one,
      toSend: one.by === 'service' && actId > sent,
    })),
  }
}

const requireConversation = (store: Store, id: number): ConversationSqlRow => {
  const row = conversationRow(store, id)
  if (!row) throw new Refused('Cette conversation n’existe plus.')
  return row
}

const excerptLength = 140

const conversationShown = (row: ConversationSqlRow): ConversationRow => ({
  id: row.id,
  familyId: row.familyId,
  family: row.family,
  subject: row.subject,
  about: row.childName ?? row.paper ?? '',
  closed: row.closed === 1,
  unread: row.unread === 1,
  lastAt: row.lastAt,
  lastBy: row.lastBy,
  excerpt: withSingleSpaces(row.lastText).slice(0, excerptLength),
})

/** Marking a conversation as it already is writes no act. */
export const markRead = (
  { store }: Core,
  person: Person,
  { id, unread }: { readonly id: number; readonly unread: boolean },
): void => {
  const row = requireConversation(store, id)
  if ((row.unread === 1) === unread) return
  store.act(person, 'messages.read', unread ? 'Message marqué non lu' : 'Message lu', (write) => {
    write.update(conversation, id, { unread })
  })
}

export const answerFamily = (
  core: Core,
  person: Person,
  { id, text: typed }: { readonly id: number; readonly text: string },
): ConversationWithMessages => {
  const { store } = core
  const text = requireText(typed)
  const { family, familyId } = requireConversation(store, id)
  store.act(person, 'messages.answer', `Réponse à la famille ${family}`, (write) => {
    writeFromService(write, person, { conversationId: id, familyId, text })
    write.update(conversation, id, { unread: false, closed: false, lastAt: write.at })
  })
  return readConversation(core, id)
}

const writeFromService = (
  write: Write,
  person: Person,
  values: { readonly conversationId: number; readonly familyId: number; readonly text: string },
): void => {
  write.insert(message, {
    ...values,
    key: randomUUID(),
    by: 'service',
    guardianId: null,
    author: person.name,
    writtenAt: write.at,
  })
}

const requireText = (typed: string): string => {
  const text = messageText(typed)
  if (text === '') throw new Refused('Écrivez votre message.', 'text')
  return text
}

const requireLine = (typed: string, missing: string, field: string): string => {
  const line = withSingleSpaces(messageText(typed))
  if (line === '') throw new Refused(missing, field)
  return line
}

type NewConversation = {
  readonly familyId: number
  readonly childId: number | null
  readonly invoiceId: number | null
  readonly subject: string
  readonly text: string
}

export const beginConversation = ({ store }: Core, person: Person, input: NewConversation): { id: number } => {
  const { familyId, childId, invoiceId } = input
  const subject = requireLine(input.subject, 'Écrivez le sujet, en quelques mots.', 'subject')
  const text = requireText(input.text)
  const family = store.statement('select name from family where id = ?').pluck().get(familyId) as string | undefined
  if (family === undefined) throw new Refused('Cette famille n’existe plus.', 'familyId')
  if (!hasAccount(store, familyId))
    throw new Refused('Personne de cette famille n’a d’accès au portail\u00a0: téléphonez, ou ouvrez-lui un accès.')
  return store.act(person, 'messages.begin', `Message à la famille ${family}`, (write) => {
    if (childId !== null && !isChildOf(store, childId, familyId))
      throw new Refused('Cet enfant n’est pas de ce foyer.', 'childId')
    if (invoiceId !== null && !isInvoiceOf(store, invoiceId, familyId))
      throw new Refused('Cette facture n’est pas de ce foyer.', 'invoiceId')
    const { id } = write.insert(conversation, {
      key: randomUUID(),
      familyId,
      childId,
      invoiceId,
      subject,
      unread: false,
      lastAt: write.at,
    })
    writeFromService(write, person, { conversationId: id, familyId, text })
    return { id }
  })
}

const isChildOf = (store: Store, childId: number, familyId: number): boolean =>
  store.statement('select 1 from family_child where child_id = ? and family_id = ?').get(childId, familyId) !==
  undefined

const isInvoiceOf = (store: Store, invoiceId: number, familyId: number): boolean =>
  store
    .statement(`select 1 from invoice where id = ? and family_id = ? and state = 'issued'`)
    .get(invoiceId, familyId) !== undefined

export const closeConversation = (
  { store }: Core,
  person: Person,
  { id, closed }: { readonly id: number; readonly closed: boolean },
): void => {
  const { family } = requireConversation(store, id)
  const label = `Conversation ${closed ? 'terminée' : 'rouverte'}\u00a0: famille ${family}`
  store.act(person, 'messages.close', label, (write) => {
    write.update(conversation, id, closed ? { closed, unread: false } : { closed })
  })
}

/**
 * Part of the exchange's act: stores a parent's message. A message from a guardian who has since left the home is
 * stored too: the guardian was a member when writing it. A message for an unknown home is ignored.
 */
export const collectMessage = (store: Store, write: Write, key: string, entry: MessageEntry): void => {
  if (hasMessage(store, key)) return
  if (store.statement('select 1 from family where id = ?').get(entry.family) === undefined) return
  const existing = conversationByKey(store, entry.conversation)
  // Never add to another home's conversation, even if the portal says so.
  const ofSameHome = existing?.familyId === entry.family ? existing : null
  const lastAt = ofSameHome && ofSameHome.lastAt > entry.recordedAt ? ofSameHome.lastAt : entry.recordedAt
  const conversationId = ofSameHome
    ? write.update(conversation, ofSameHome.id, { unread: true, closed: false, lastAt }).id
    : write.insert(conversation, {
        key: existing ? key : entry.conversation,
        familyId: entry.family,
        childId: entry.child !== null && isChildOf(store, entry.child, entry.family) ? entry.child : null,
        invoiceId: entry.invoice !== null && isInvoiceOf(store, entry.invoice, entry.family) ? entry.invoice : null,
        subject: messageText(entry.subject) || 'Message',
        unread: true,
        lastAt,
      }).id
  const isThere = store.statement('select 1 from guardian where id = ?').get(entry.guardian) !== undefined
  write.insert(message, {
    conversationId,
    familyId: entry.family,
    key,
    by: 'family',
    guardianId: isThere ? entry.guardian : null,
    author: entry.author,
    text: messageText(entry.text),
    writtenAt: entry.recordedAt,
  })
}

// ---- Mailboxes ------------------------------------------------------------------------------------------------------

/** Records which kinds of mail a parent has stopped on the portal. */
export const saveMailChoice = (store: Store, write: Write, { guardian, unwanted }: MailChoiceEntry): void => {
  const id = accountIdOf(store, guardian)
  if (id !== undefined) write.update(portalAccount, id, { unwantedMails: unwanted.filter(isMailKind) })
}

const accountIdOf = (store: Store, guardianId: number): number | undefined =>
  store.statement('select id from portal_account where guardian_id = ?').pluck().get(guardianId) as number | undefined

// ---- Notices --------------------------------------------------------------------------------------------------------

export const listNotices = ({ store, clock }: Core): NoticeRow[] => {
  const on = today(clock)
  return noticeRows(store).map(({ activityId, periodId, schoolId, name, byMail, ...row }) => {
    const audience: Audience =
      activityId !== null
        ? { kind: 'activity', id: activityId }
        : periodId !== null
          ? { kind: 'period', id: periodId }
          : schoolId !== null
            ? { kind: 'school', id: schoolId }
            : { kind: 'all' }
    return {
      ...row,
      byMail: byMail === 1,
      audience,
      audienceName: name ?? 'Toutes les familles',
      homes: countHomesReached(store, audience, on),
    }
  })
}

export const addNotice = ({ store, clock }: Core, person: Person, input: NoticeInput): { id: number } =>
  store.act(person, 'messages.notice', 'Avis aux familles', (write) => {
    const values = checkedNotice(store, input)
    if (values.untilDay < today(clock)) throw new Refused('Ces jours sont passés.', 'untilDay')
    return { id: write.insert(notice, values).id }
  })

export const changeNotice = ({ store }: Core, person: Person, { id, ...input }: NoticeInput & { id: number }): void =>
  store.act(person, 'messages.notice', 'Avis aux familles changé', (write) => {
    requireNotice(store, person, id)
    write.update(notice, id, checkedNotice(store, input))
  })

export const removeNotice = ({ store }: Core, person: Person, id: number): void =>
  store.act(person, 'messages.notice', 'Avis aux familles retiré', (write) => {
    requireNotice(store, person, id)
    write.remove(notice, id)
  })

/**
 * A notice that this person may change. @throws Refused for a notice that belongs to a sending, which goes with the
 * sending
 */
const requireNotice = (store: Store, person: Person, id: number): void => {
  const row = noticeRow(store, id)
  if (!row || row.sendingId !== null) throw new Refused('Cet avis n’existe plus.')
  const notHere = whyNotForAll(person, row)
  if (notHere !== null) throw new Refused(notHere)
}

const checkedNotice = (store: Store, { title, text, audience, fromDay, untilDay, byMail }: NoticeInput) => {
  if (untilDay < fromDay) throw new Refused('Le dernier jour vient avant le premier.', 'untilDay')
  if (untilDay > addDays(fromDay, maxNoticeDays)) throw new Refused('Un avis reste un an au plus.', 'untilDay')
  const table = { all: null, activity: 'activity', period: 'period', school: 'school' }[audience.kind]
  const id = 'id' in audience ? audience.id : null
  if (table !== null && store.statement(`select 1 from ${table} where id = ?`).get(id) === undefined)
    throw new Refused('Choisissez à qui s’adresse l’avis.', 'audience')
  return {
    title: requireLine(title, 'Écrivez le titre de l’avis.', 'title'),
    text: requireText(text),
    activityId: audience.kind === 'activity' ? audience.id : null,
    periodId: audience.kind === 'period' ? audience.id : null,
    schoolId: audience.kind === 'school' ? audience.id : null,
    fromDay,
    untilDay,
    byMail,
  }
}

export const reachOfNotice = ({ store, clock }: Core, audience: Audience): { homes: number } => ({
  homes: countHomesReached(store, audience, today(clock)),
})

export const listAudiences = ({ store, clock }: Core) => audienceRows(store, today(clock))

// ---- Payment reminders ----------------------------------------------------------------------------------------------

export const readReminders = ({ store }: Core): PaymentReminders =>
  store.db.select({ reminders: portalSettings.reminders }).from(portalSettings).get()?.reminders ?? noReminders

export const saveReminders = (core: Core, person: Person, reminders: PaymentReminders): PaymentReminders => {
  core.store.act(person, 'portal.reminders', 'Rappels de paiement du portail', (write) => {
    writePortalSettings(core.store, write, { reminders })
  })
  return readReminders(core)
}
