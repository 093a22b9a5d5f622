import type { MailFilter } from '../../../shared/contract/desk/messages/mails.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { missingColumn } from '../../../shared/rules/lists/list-columns.ts'
import { fatesToDecide, type MailFate, type QueuedMail } from '../../../shared/rules/mails/fate.ts'
import type { MailPaper } from '../../../shared/rules/mails/letter.ts'
import type { StopCause } from '../../../shared/rules/mails/stop-list.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import type { Channel, ChannelChoice } from '../../../shared/rules/messages/channel.ts'
import { mobileOf } from '../../../shared/rules/messages/mobile.ts'
import type { MailKind } from '../../../shared/rules/requests/mails.ts'
import type { LetterKind } from '../../../shared/rules/templates/template-kinds.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'

/* The queue of mails, and their fates. Mails of an act that is still open are neither shown nor sent. */

export type MailSqlRow = {
  readonly id: number
  readonly familyId: number | null
  readonly guardianId: number | null
  readonly name: string
  readonly email: string
  readonly kind: MailKind
  readonly channel: Channel
  readonly sendingId: number | null
  readonly subject: string
  readonly body: string
  readonly paper: MailPaper | null
  readonly fate: MailFate
  readonly queuedAt: Instant
  readonly withdrawnAt: Instant | null
  readonly endedAt: Instant | null
  readonly reply: string
  readonly by: string
  readonly isResent: boolean
  /**
   * Whether the audience of the mail's message depends on papers missing in dossiers, so that a recipient's name
   * reveals it.
   */
  readonly tellsOfDossiers: 0 | 1
  /** The kind and template version of the attached letter; null without a letter. */
  readonly letter: { readonly kind: LetterKind; readonly templateVersionId: number | null } | null
}

/** SQL: whether the audience of a mail's message depends on papers missing in dossiers, like `tellsOfDossiers`. */
const tellsOfDossiersSql = `exists (select 1 from sending where sending.id = mail.sending_id
  and (audience ->> '$.kind' = 'missingPaper' or instr(audience, '"${missingColumn}"') > 0))`

const selectMails = `
  select mail.id, family_id familyId, guardian_id guardianId, name, email, mail.kind, mail.channel, sending_id sendingId,
    subject, body, paper, fate,
    queued_at queuedAt, withdrawn_at withdrawnAt, ended_at endedAt, reply, act.actor_name "by",
    exists (select 1 from mail again where again.resend_of_id = mail.id) isResent,
    ${tellsOfDossiersSql} tellsOfDossiers,
    (select json_object('kind', letter.kind, 'templateVersionId', template_version_id) from letter
      where mail.paper ->> '$.kind' = 'letter' and letter.id = mail.paper ->> '$.id') letter
  from mail join mail_delivery delivery on delivery.id = mail.id join act on act.id = mail.act_id
  where act.state = 'closed'`

const shown = (row: unknown): MailSqlRow => {
  const { paper, letter, isResent, ...mail } = row as Omit<MailSqlRow, 'paper' | 'letter' | 'isResent'> & {
    readonly paper: string | null
    readonly letter: string | null
    readonly isResent: 0 | 1
  }
  return {
    ...mail,
    paper: paper === null ? null : (JSON.parse(paper) as MailPaper),
    letter: letter === null ? null : (JSON.parse(letter) as MailSqlRow['letter']),
    isResent: isResent === 1,
  }
}

export const mailsByIds = (store: Store, ids: readonly number[]): MailSqlRow[] =>
  store
    .statement(`${selectMails} and mail.id in (select value from json_each(?)) order by mail.id`)
    .all(JSON.stringify(ids))
    .map(shown)

const storedFatesToDecide = fatesToDecide.filter((fate) => fate !== 'late')

/** `@lateBefore`: a mail that has waited since before that instant waits for a person. */
const filterSql: Readonly<Record<MailFilter, string>> = {
  toDecide: `withdrawn_at is null and not exists (select 1 from mail again where again.resend_of_id = mail.id)
    and (fate in (${storedFatesToDecide.map((fate) => `'${fate}'`).join(', ')})
      or (fate = 'waiting' and queued_at < @lateBefore))`,
  waiting: `fate in ('waiting', 'sending') and mail.channel <> 'call' and queued_at >= @lateBefore`,
  all: 'true',
}

/** Channels that the program sends by itself: it does not telephone. */
export type SentChannel = Exclude<Channel, 'call'>

type MailSearch = {
  readonly lateBefore: Instant
  readonly text: string
  /** Whether to search all subjects, or only those that all readers of mails may read. */
  readonly allSubjects: 0 | 1
}

const subjectSearched = `iif(@allSubjects or (mail.kind <> 'paper' and coalesce(mail.paper ->> '$.kind', '') <> 'letter'
  and not ${tellsOfDossiersSql}), subject, '')`
const andMatches = `(@text = '' or instr(lower(name || ' ' || email || ' ' || ${subjectSearched}), @text) > 0)`

export const mailPage = (
  store: Store,
  { filter, from, count, ...search }: MailSearch & { filter: MailFilter; from: number; count: number },
): MailSqlRow[] =>
  store
    .statement(
      `${selectMails} and ${filterSql[filter]} and ${andMatches} order by mail.id desc limit @count offset @from`,
    )
    .all({ ...search, from, count })
    .map(shown)

export const countMails = (store: Store, filter: MailFilter, search: MailSearch): number =>
  store
    .statement(
      `select count(*) from mail join mail_delivery delivery on delivery.id = mail.id
      where ${committedSql('mail.act_id')} and ${filterSql[filter]} and ${andMatches}`,
    )
    .pluck()
    .get(search) as number

// ---- The sender -----------------------------------------------------------------------------------------------------

/** Puts the mails that an act has just written into the queue. */
export const enqueue = (store: Store, ids: readonly number[]): void => {
  store
    .statement(
      `insert into mail_delivery (id, channel, fate, tries, next_try_at, reply)
      select id, channel, iif(channel = 'call', 'toCall', 'waiting'), 0, queued_at, '' from mail where id in (select value from json_each(?))`,
    )
    .run(JSON.stringify(ids))
}

export type NextMail = MailSqlRow & Pick<QueuedMail, 'tries' | 'nextTryAt'>

/** The next mail to send, oldest first; undefined when none is due. */
export const nextMail = (
  store: Store,
  channel: SentChannel,
  now: Instant,
  lateBefore: Instant,
): NextMail | undefined => {
  const row = store
    .statement(
      `select delivery.id, tries, next_try_at nextTryAt
      from mail_delivery delivery indexed by mail_delivery_queue
      join mail on mail.id = delivery.id join act on act.id = mail.act_id
      where delivery.channel = ? and fate = 'waiting' and next_try_at <= ? and queued_at >= ? and act.state = 'closed'
      order by next_try_at, delivery.id limit 1`,
    )
    .get(channel, now, lateBefore) as { id: number; tries: number; nextTryAt: Instant } | undefined
  const [found] = row ? mailsByIds(store, [row.id]) : []
  return row && found && { ...found, ...row }
}

export const beginDelivery = (store: Store, id: number, at: Instant): void => {
  store
    .statement(`update mail_delivery set fate = 'sending', begun_at = ?, ended_at = null, reply = '' where id = ?`)
    .run(at, id)
}

/** Writes the fate of a mail. If the file was replaced meanwhile, it may no longer have this mail. */
export const endDelivery = (
  store: Store,
  id: number,
  { fate, tries, nextTryAt }: QueuedMail,
  { reply, reference = '' }: { readonly reply: string; readonly reference?: string },
  at: Instant,
): void => {
  store
    .statement(
      `update mail_delivery set fate = ?, tries = ?, next_try_at = ?, reply = ?, reference = ?, ended_at = ?
      where id = ? and fate in ('waiting', 'sending')`,
    )
    .run(fate, tries, nextTryAt, reply, reference, at, id)
}

/** Changes the fates of a whole queue, after a crash or in an older copy of the file. */
export const changeFates = (
  store: Store,
  channel: SentChannel,
  changed: readonly (readonly [from: MailFate, to: MailFate])[],
): void => {
  for (const [from, to] of changed)
    store.statement('update mail_delivery set fate = ? where channel = ? and fate = ?').run(to, channel, from)
}

// ---- Messages to an audience ----------------------------------------------------------------------------------------

/** A message as it was written, to write to one of its readers again. */
export const sentText = (store: Store, id: number) => {
  const row = store
    .statement(
      `select id, subject, text, with_sms withSms, sms_parts smsParts, audience,
        exists (select 1 from sending_file where sending_id = sending.id) hasFiles
      from sending where id = ?`,
    )
    .get(id) as
    | { id: number; subject: string; text: string; smsParts: number; audience: string; withSms: 0 | 1; hasFiles: 0 | 1 }
    | undefined
  if (!row) return
  const audience = JSON.parse(row.audience) as Audience
  return { ...row, audience, withSms: row.withSms === 1, hasFiles: row.hasFiles === 1 }
}

/** The child that a letter is about; null for its home. */
export const childOfLetter = (store: Store, id: number): number | null =>
  (store.statement('select child_id from letter where id = ?').pluck().get(id) as number | null | undefined) ?? null

/** How many SMS the messages to audiences took. */
export const smsOfSendings = (store: Store): number =>
  store.statement(`select coalesce(sum(sms_parts), 0) from sending where state = 'sent'`).pluck().get() as number

/** Notices of messages whose mails were all withdrawn before they left. */
export const noticesOfNobody = (store: Store, sendingIds: readonly number[]): number[] =>
  store
    .statement(
      `select id from notice where sending_id in (select value from json_each(?)) and not exists (
        select 1 from mail join mail_delivery delivery on delivery.id = mail.id
        where mail.sending_id = notice.sending_id and fate <> 'withdrawn')`,
    )
    .pluck()
    .all(JSON.stringify(sendingIds)) as number[]

/** The family names of the homes to which a message was written. */
export const surnamesOfSending = (store: Store, id: number): string[] =>
  store
    .statement(
      `with home as (select distinct family_id id from mail where sending_id = ?)
      select last_name from home join family_guardian link on link.family_id = home.id
        join guardian on guardian.id = link.guardian_id
      union select last_name from home join family_child link on link.family_id = home.id
        join child on child.id = link.child_id`,
    )
    .pluck()
    .all(id) as string[]

/**
 * The names of the service itself, its activities, places and schools: a message may contain these even if a family has
 * the same name.
 */
export const namesOfService = (store: Store): string[] =>
  store
    .statement(
      `select name from activity union select name from facility union select name from site union select name from school
      union select name from organisation union select town from organisation`,
    )
    .pluck()
    .all() as string[]

// ---- Reports of the SMS provider ------------------------------------------------------------------------------------

export type AskedSms = {
  readonly id: number
  readonly email: string
  readonly reference: string
  readonly tries: number
  readonly fate: 'sent' | 'delivered'
}

/**
 * SMS sent after `since` for which a report is due, oldest first. Reports go on after delivery: a reader may still
 * answer STOP.
 */
export const smsToAskAbout = (store: Store, now: Instant, since: Instant, count: number): AskedSms[] =>
  store
    .statement(
      `select delivery.id, email, reference, tries, fate from mail_delivery delivery join mail on mail.id = delivery.id
      where delivery.channel = 'sms' and fate in ('sent', 'delivered') and next_try_at <= ? and reference <> '' and queued_at >= ?
      order by next_try_at, delivery.id limit ?`,
    )
    .all(now, since, count) as AskedSms[]

/** Writes what a report said, and when the next one is asked for. */
export const saveReport = (
  store: Store,
  id: number,
  { fate, tries, nextTryAt }: Pick<QueuedMail, 'fate' | 'tries' | 'nextTryAt'>,
): void => {
  store
    .statement(
      `update mail_delivery set fate = ?, tries = ?, next_try_at = ? where id = ? and fate in ('sent', 'delivered')`,
    )
    .run(fate, tries, nextTryAt, id)
}

export const withdrawDeliveries = (store: Store, ids: readonly number[], at: Instant): void => {
  store
    .statement(
      `update mail_delivery set fate = 'withdrawn', ended_at = ?
      where fate = 'waiting' and id in (select value from json_each(?))`,
    )
    .run(at, JSON.stringify(ids))
}

const begunFacts: Readonly<Record<SentChannel, string>> = { mail: 'mailsBegun', sms: 'smsBegun' }

/**
 * The number of sendings that began, as the file knows: when the witness beside it has a higher number, the file is an
 * older copy.
 */
export const countBegun = (store: Store, channel: SentChannel): number =>
  Number(store.statement('select value from file_fact where key = ?').pluck().get(begunFacts[channel]) ?? 0)

export const saveBegun = (store: Store, channel: SentChannel, count: number): void => {
  store
    .statement(
      'insert into file_fact (key, value) values (?, ?) on conflict (key) do update set value = excluded.value',
    )
    .run(begunFacts[channel], String(count))
}

// ---- The stop list --------------------------------------------------------------------------------------------------

export type StopSqlRow = {
  readonly id: number
  readonly email: string
  readonly cause: StopCause
  readonly reason: string
  readonly stoppedAt: Instant
}

const selectStops = `select stop.id, stop.email, cause, reason, stopped_at stoppedAt from stopped_address stop
  where lifted_at is null and ${committedSql('stop.act_id')}`

export const standingStops = (store: Store): StopSqlRow[] =>
  store.statement(`${selectStops} order by stopped_at desc, id desc`).all() as StopSqlRow[]

/** Includes a stop that an open act has just written, so that an address is stopped only once. */
export const stopOf = (store: Store, email: string): Pick<StopSqlRow, 'id' | 'cause'> | undefined =>
  store.statement('select id, cause from stopped_address where email = ? and lifted_at is null').get(email) as
    | Pick<StopSqlRow, 'id' | 'cause'>
    | undefined

export const stopById = (store: Store, id: number): StopSqlRow | undefined =>
  store.statement(`${selectStops} and id = ?`).get(id) as StopSqlRow | undefined

/** The stops on addresses of the guardians of a home. */
export const stopsAtHome = (store: Store, familyId: number): StopSqlRow[] =>
  store
    .statement(
      `${selectStops} and email in (select lower(trim(guardian.email)) from family_guardian link
        join guardian on guardian.id = link.guardian_id where link.family_id = ?)`,
    )
    .all(familyId) as StopSqlRow[]

/** Guardians by mail address, each with one of their homes. */
export const guardiansAt = (store: Store, emails: readonly string[]) =>
  Map.groupBy(
    store
      .statement(
        `select lower(trim(email)) email, first_name || ' ' || last_name name,
          (select family_id from family_guardian where guardian_id = guardian.id order by id limit 1) familyId
        from guardian where lower(trim(email)) in (select value from json_each(?)) order by guardian.id`,
      )
      .all(JSON.stringify(emails)) as { email: string; name: string; familyId: number | null }[],
    ({ email }) => email,
  )

/** Guardians by mobile number. @param phones as « 06 39 98 20 33 » */
export const guardiansOfMobiles = (store: Store, phones: readonly string[]) =>
  Map.groupBy(
    store
      .statement(
        `select mobile_phone phone, first_name || ' ' || last_name name,
          (select family_id from family_guardian where guardian_id = guardian.id order by id limit 1) familyId
        from guardian where mobile_phone in (select value from json_each(?)) order by guardian.id`,
      )
      .all(JSON.stringify(phones)) as { phone: string; name: string; familyId: number | null }[],
    ({ phone }) => phone,
  )

/** The guardians of homes, with what decides whether they can be mailed; the one who is billed first. */
export const readersOf = (store: Store, familyIds: readonly number[]) =>
  (
    store
      .statement(
        `select link.family_id familyId, guardian.id guardianId, trim(civility || ' ' || first_name || ' ' || last_name) name,
          trim(guardian.email) email, coalesce(account.unwanted_mails, '[]') unwanted,
          exists (select 1 from stopped_address stop
            where stop.email = lower(trim(guardian.email)) and lifted_at is null) isStopped
        from json_each(?) wanted join family_guardian link on link.family_id = wanted.value
        join guardian on guardian.id = link.guardian_id
        left join portal_account account on account.guardian_id = guardian.id
        order by link.family_id, link.rank`,
      )
      .all(JSON.stringify(familyIds)) as {
      familyId: number
      guardianId: number
      name: string
      email: string
      unwanted: string
      isStopped: 0 | 1
    }[]
  ).map(({ unwanted, isStopped, ...reader }) => ({
    ...reader,
    unwanted: JSON.parse(unwanted) as MailKind[],
    isStopped: isStopped === 1,
  }))

/**
 * The guardians of homes, with what decides by which channel a message reaches them, and their phone numbers; the one
 * who is billed first.
 */
export const messageReadersOf = (store: Store, familyIds: readonly number[]) => {
  const rows = store
    .statement(
      `select guardian.id, trim(mobile_phone) mobile, trim(work_phone) workPhone, home.home_phone homePhone,
        link.family_id familyId, first_name || ' ' || last_name fullName, last_name lastName,
        (select choice from message_choice chosen where chosen.guardian_id = guardian.id
          and ${committedSql('chosen.act_id')} order by chosen_at desc, chosen.id desc limit 1) choice
      from json_each(?) wanted join family home on home.id = wanted.value
      join family_guardian link on link.family_id = home.id join guardian on guardian.id = link.guardian_id`,
    )
    .all(JSON.stringify(familyIds)) as {
    id: number
    familyId: number
    mobile: string
    workPhone: string
    homePhone: string
    fullName: string
    lastName: string
    choice: ChannelChoice | null
  }[]
  const byKey = new Map(rows.map((row) => [`${row.familyId} ${row.id}`, row]))
  const stopped = new Set(
    store.statement('select email from stopped_address where lifted_at is null').pluck().all() as string[],
  )
  return readersOf(store, familyIds).flatMap((reader) => {
    const row = byKey.get(`${reader.familyId} ${reader.guardianId}`)
    if (!row) return []
    const { mobile, workPhone, homePhone, fullName, lastName, choice } = row
    const number = mobileOf(mobile)
    const phones = [mobile, homePhone, workPhone].filter((phone) => phone !== '').join(', ')
    return [
      {
        ...reader,
        mobile,
        phones,
        fullName,
        lastName,
        choice,
        isMobileStopped: number !== null && stopped.has(number),
      },
    ]
  })
}

/** The present address of a guardian; null when the guardian no longer exists. */
export const addressOf = (store: Store, guardianId: number): string | null =>
  (store.statement('select trim(email) from guardian where id = ?').pluck().get(guardianId) as string | undefined) ??
  null
