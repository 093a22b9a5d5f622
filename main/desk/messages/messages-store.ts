import { eq } from 'drizzle-orm'
import type { Audience } from '../../../shared/contract/desk/messages/messages.ts'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { conversation, notice } from '../../store/schema/index.ts'
import { alphabeticalSql, nameQuery } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { leadSql } from '../activities/activities.ts'

export type ConversationSqlRow = {
  readonly id: number
  readonly familyId: number
  readonly family: string
  readonly subject: string
  readonly childName: string | null
  readonly paper: string | null
  readonly closed: 0 | 1
  readonly unread: 0 | 1
  readonly lastAt: Instant
  readonly lastBy: 'family' | 'service'
  readonly lastText: string
  readonly childId: number | null
  readonly invoiceId: number | null
}

const selectConversations = `
  select conversation.id, conversation.family_id familyId, family.name family, subject, child.first_name childName,
    iif(invoice.kind = 'creditNote', 'Avoir ', 'Facture ') || invoice.number paper, closed, unread, last_at lastAt,
    last.by lastBy, last.text lastText, child_id childId, conversation.invoice_id invoiceId
  from conversation join family on family.id = conversation.family_id
  left join child on child.id = conversation.child_id left join invoice on invoice.id = conversation.invoice_id
  join message last on last.id = (select id from message where conversation_id = conversation.id
    order by written_at desc, id desc limit 1)`

const matchesSearch = `(instr(lower(subject), @typed) > 0 or conversation.family_id in (
    with hit(key) as materialized (select rowid from search where search match @words)
    select key / 4 from hit where key % 4 = 0
    union select family_id from family_guardian where guardian_id in (select key / 4 from hit where key % 4 = 1)
    union select family_id from family_child where child_id in (select key / 4 from hit where key % 4 = 2)))`

export const conversationPage = (
  store: Store,
  { state, filter, from, count }: { state: 'open' | 'closed'; filter: string; from: number; count: number },
): { total: number; rows: ConversationSqlRow[] } => {
  const typed = filter.trim().toLowerCase()
  const words = nameQuery(filter)
  const values = { closed: state === 'closed' ? 1 : 0, typed, words: words === '' ? '""' : words }
  const where = `closed = @closed and (@typed = '' or ${matchesSearch})`
  const total = store.statement(`select count(*) from conversation where ${where}`).pluck().get(values) as number
  const page = store
    .statement(
      `${selectConversations} where ${where} order by unread desc, last_at desc, conversation.id desc limit @count offset @from`,
    )
    .all({ ...values, from, count }) as ConversationSqlRow[]
  return { total, rows: page }
}

export const conversationsOfFamily = (store: Store, familyId: number): ConversationSqlRow[] =>
  store
    .statement(
      `${selectConversations} where conversation.family_id = ? order by unread desc, last_at desc, conversation.id desc`,
    )
    .all(familyId) as ConversationSqlRow[]

export const conversationRow = (store: Store, id: number): ConversationSqlRow | undefined =>
  store.statement(`${selectConversations} where conversation.id = ?`).get(id) as ConversationSqlRow | undefined

type MessageRow = {
  readonly id: number
  readonly by: 'family' | 'service'
  readonly author: string
  readonly at: Instant
  readonly text: string
  readonly actId: number
}

export const messagesOf = (store: Store, id: number): MessageRow[] =>
  store
    .statement(
      `select id, by, author, written_at at, text, act_id actId from message where conversation_id = ?
      order by written_at, id`,
    )
    .all(id) as MessageRow[]

export const unreadCount = (store: Store): number =>
  store.statement('select count(*) from conversation where unread').pluck().get() as number

export const conversationByKey = ({ db }: Store, key: string) =>
  db.select().from(conversation).where(eq(conversation.key, key)).get()

export const hasMessage = (store: Store, key: string): boolean =>
  store.statement('select 1 from message where key = ?').get(key) !== undefined

/** Whether any guardian of the home has an account that is not blocked. */
export const hasAccount = (store: Store, familyId: number): boolean =>
  store
    .statement(
      `select 1 from family_guardian link join portal_account account on account.guardian_id = link.guardian_id
      where link.family_id = ? and not account.blocked`,
    )
    .get(familyId) !== undefined

/** Id of the last act whose messages to this home the portal has received; 0 when its copy is out of date. */
export const publishedUpToAct = (store: Store, familyId: number): number =>
  (store
    .statement(
      `select iif(exists (select 1 from publication where id = 'messages/' || cast(? as integer) and not stale and wanted_hash is not null
        and held_hash = wanted_hash), (select published_act from exchange_side), 0)`,
    )
    .pluck()
    .get(familyId) as number | null) ?? 0

export const noticeRows = (store: Store) =>
  store
    .statement(
      `select notice.id, title, text, from_day fromDay, until_day untilDay, by_mail byMail,
        activity.id activityId, notice.period_id periodId, notice.school_id schoolId,
        coalesce(activity.name, period.name, school.name) name
      from notice left join activity chosen on chosen.id = notice.activity_id
      left join activity on activity.id = ${leadSql('chosen')} left join period on period.id = notice.period_id
      left join school on school.id = notice.school_id
      where notice.sending_id is null order by until_day desc, notice.id desc`,
    )
    .all() as {
    id: number
    title: string
    text: string
    fromDay: Day
    untilDay: Day
    byMail: 0 | 1
    activityId: number | null
    periodId: number | null
    schoolId: number | null
    name: string | null
  }[]

export const noticeRow = ({ db }: Store, id: number) => db.select().from(notice).where(eq(notice.id, id)).get()

/**
 * Number of homes with an account that would see a notice. Must match what `main/exchange/published/messages.ts`
 * publishes.
 */
export const countHomesReached = (store: Store, audience: Audience, today: Day): number =>
  store
    .statement(
      `select count(*) from family where (left_on is null or left_on > @today) and exists (
        select 1 from family_guardian held join portal_account on portal_account.guardian_id = held.guardian_id
        where held.family_id = family.id) and (@kind = 'all'
      or (@kind in ('activity', 'period') and exists (
        select 1 from registration join period on period.id = registration.period_id
        join activity own on own.id = period.activity_id where registration.family_id = family.id and registration.state in ('accepted', 'ended') and registration.end_day >= @today
          and iif(@kind = 'period', period.id = @id,
            ${leadSql('own')} = (select ${leadSql('chosen')} from activity chosen where chosen.id = @id))))
      or (@kind = 'school' and exists (
        select 1 from family_child join schooling on schooling.child_id = family_child.child_id
        where family_child.family_id = family.id and schooling.school_id = @id
          and schooling.from_day = (select max(from_day) from schooling other
            where other.child_id = family_child.child_id and other.from_day <= @today))))`,
    )
    .pluck()
    .get({ today, kind: audience.kind, id: 'id' in audience ? audience.id : 0 }) as number

export const audienceRows = (store: Store, today: Day) => {
  const named = (text: string, ...values: unknown[]) =>
    store.statement(text).all(...values) as { id: number; name: string }[]
  return {
    activities: named(
      `select id, name from activity where not archived and joined_to_id is null order by ${alphabeticalSql('name')}`,
    ),
    periods: named(
      `select id, name from period where not archived and end_day >= ? order by start_day, ${alphabeticalSql('name')}`,
      today,
    ),
    schools: named(`select id, name from school order by ${alphabeticalSql('name')}`),
  }
}
