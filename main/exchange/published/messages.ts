import type { MessagesDocument, NoticeDocument } from '../../../shared/contract/portal/documents.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { firstNamesForAll, namesChildren, noticeText } from '../../../shared/rules/messages/fields.ts'
import { powersOf, unconfirmedBond } from '../../../shared/rules/people/guardian-bond.ts'
import { leadSql } from '../../desk/activities/activities.ts'
import { bondsOfChildren } from '../../desk/families/families.ts'
import type { Store } from '../../store/store.ts'
import { isPublishedHome, type Reach, rowsFor } from './reach.ts'

/** SQL: homes that exchanged a message with the service less than a year ago. */
export const homesWithMessages = `select family.id from family where ${isPublishedHome}
  and exists (select 1 from conversation where family_id = family.id and last_at >= :overSince)`

type ConversationRow = {
  readonly id: number
  readonly familyId: number
  readonly key: string
  readonly subject: string
  readonly child: number | null
  readonly invoice: number | null
  readonly closed: 0 | 1
}

type MessageRow = {
  readonly conversationId: number
  readonly key: string
  readonly by: 'family' | 'service'
  readonly author: string
  readonly at: Instant
  readonly text: string
}

/** Conversations of each home with the service. The names of staff who wrote are not published. */
export const messagesDocuments = (
  store: Store,
  reach: Reach,
  familyIds: readonly number[],
): ReadonlyMap<number, MessagesDocument> => {
  const conversations = rowsFor<ConversationRow>(
    store,
    `select conversation.id, family_id familyId, conversation.key, subject, child_id child, invoice_id invoice, closed
    from json_each(:ids) wanted join family on family.id = wanted.value
    join conversation on conversation.family_id = family.id
    where ${isPublishedHome} and last_at >= :overSince order by conversation.id`,
    reach,
    familyIds,
  )
  const messages = Map.groupBy(
    rowsFor<MessageRow>(
      store,
      `select conversation_id conversationId, message.key, by, iif(by = 'family', author, '') author, written_at at, text
      from json_each(:ids) wanted join message on message.conversation_id = wanted.value order by written_at, message.id`,
      reach,
      conversations.map(({ id }) => id),
    ),
    ({ conversationId }) => conversationId,
  )
  const byFamily = Map.groupBy(conversations, ({ familyId }) => familyId)
  return new Map(
    [...byFamily].map(([familyId, own]) => [
      familyId,
      {
        conversations: own.map(({ id, key, subject, child, invoice, closed }) => ({
          key,
          subject,
          child,
          invoice,
          closed: closed === 1,
          messages: (messages.get(id) ?? []).map(({ key: name, by, author, at, text }) => ({
            key: name,
            by,
            author,
            at,
            text,
          })),
        })),
      },
    ]),
  )
}

/** SQL condition on `notice`. */
export const isPublishedNotice = 'until_day >= :today'

type NoticeRow = {
  readonly id: number
  readonly title: string
  readonly text: string
  readonly from: Day
  readonly until: Day
  readonly byMail: 0 | 1
  readonly isTargeted: 0 | 1
  readonly sendingId: number | null
}

/**
 * SQL condition on `notice` and `family`: the home is registered in the notice's period or activity (with those shown
 * as one with it), has a child in the notice's school, or is one that the notice's sending reached, not counting what
 * was withdrawn before it left.
 */
const isForHome = `${isPublishedHome} and (
    exists (select 1 from registration join period on period.id = registration.period_id
      join activity own on own.id = period.activity_id where registration.family_id = family.id and registration.state in ('accepted', 'ended') and registration.end_day >= :today
        and (period.id = notice.period_id
          or ${leadSql('own')} = (select ${leadSql('chosen')} from activity chosen where chosen.id = notice.activity_id)))
    or exists (select 1 from family_child join schooling on schooling.child_id = family_child.child_id
      where family_child.family_id = family.id and schooling.school_id = notice.school_id
        and schooling.from_day = (select max(from_day) from schooling other
          where other.child_id = family_child.child_id and other.from_day <= :today))
    or exists (select 1 from mail join mail_delivery using (id)
      where mail.sending_id = notice.sending_id and mail.family_id = family.id and fate <> 'withdrawn'))`

export const noticeDocuments = (
  store: Store,
  reach: Reach,
  ids: readonly number[],
): ReadonlyMap<number, NoticeDocument> => {
  const rows = rowsFor<NoticeRow>(
    store,
    `select id, title, text, from_day "from", until_day until, by_mail byMail,
      coalesce(activity_id, period_id, school_id, sending_id) is not null isTargeted,
      sending_id sendingId
    from notice where id in (select value from json_each(:ids)) and ${isPublishedNotice}`,
    reach,
    ids,
  )
  const homesOf = (id: number): number[] =>
    rowsFor<{ home: number }>(
      store,
      `select family.id home from notice join family where notice.id in (select value from json_each(:ids))
        and ${isForHome} order by family.id`,
      reach,
      [id],
    ).map(({ home }) => home)
  return new Map(
    rows.map(({ id, sendingId, isTargeted, byMail, ...notice }) => {
      const except = sendingId === null ? [] : notToldOf(store, sendingId)
      const homes = isTargeted === 1 ? homesOf(id) : ('all' as const)
      return [
        id,
        {
          ...notice,
          title: noticeText(notice.title),
          text: noticeText(notice.text),
          homes,
          ...(sendingId !== null && homes !== 'all' && namedIn(store, sendingId, notice, homes)),
          ...(except.length > 0 && { except }),
          byMail: byMail === 1,
        },
      ]
    }),
  )
}

/**
 * The words of a notice that names the children of each home, and these names; nothing for a notice that names none.
 */
const namedIn = (
  store: Store,
  sendingId: number,
  { title, text }: Pick<NoticeRow, 'title' | 'text'>,
  homes: readonly number[],
) => {
  if (!namesChildren(title) && !namesChildren(text)) return {}
  const told = store
    .statement(
      `select family_id home, first_names names from mail
      where sending_id = ? and family_id in (select value from json_each(?))`,
    )
    .all(sendingId, JSON.stringify(homes)) as { home: number; names: string }[]
  const firstNames = [...Map.groupBy(told, ({ home }) => home)].flatMap(([home, own]) => {
    const names = firstNamesForAll(own.map((one) => one.names))
    return names === undefined ? [] : [{ home, names }]
  })
  return { named: { title, text, firstNames } }
}

/**
 * Guardians of the homes of a message who did not receive it and are not told of some child of the home: the message
 * may be about that child.
 */
const notToldOf = (store: Store, sendingId: number): number[] => {
  const pairs = store
    .statement(
      `select distinct held.guardian_id guardianId, of.child_id childId from mail
      join family_guardian held on held.family_id = mail.family_id join family_child of on of.family_id = mail.family_id
      join guardian_bond bond on bond.guardian_id = held.guardian_id and bond.child_id = of.child_id
      where mail.sending_id = :sendingId
        and not exists (select 1 from mail own where own.sending_id = :sendingId and own.guardian_id = held.guardian_id)`,
    )
    .all({ sendingId }) as { guardianId: number; childId: number }[]
  const bonds = bondsOfChildren(store, [...new Set(pairs.map(({ childId }) => childId))])
  const isTold = ({ guardianId, childId }: (typeof pairs)[number]): boolean =>
    powersOf(bonds.get(childId)?.get(guardianId) ?? unconfirmedBond).told
  return [...new Set(pairs.filter((pair) => !isTold(pair)).map(({ guardianId }) => guardianId))]
}
