import type { MailFilter, MailQueue, MailRow } from '../../../shared/contract/desk/messages/mails.ts'
import { may } from '../../../shared/rules/access/roles.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { unnamedPaper } from '../../../shared/rules/dossier/required-paper.ts'
import { lateBefore, mayResend, mayWithdraw, shownFate } from '../../../shared/rules/mails/fate.ts'
import type { MailPaper } from '../../../shared/rules/mails/letter.ts'
import { comparedAddress, firstReached } from '../../../shared/rules/mails/stop-list.ts'
import { type Channel, noWayTexts, wayOf } from '../../../shared/rules/messages/channel.ts'
import { smsTextOf } from '../../../shared/rules/messages/compose.ts'
import { whyNotDiscreet } from '../../../shared/rules/messages/discretion.ts'
import { smsLength } from '../../../shared/rules/messages/gsm.ts'
import type { MailKind } from '../../../shared/rules/requests/mails.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { mail, notice, sending } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { isToldOf } from '../families/families.ts'
import { refuseAudience } from './audience-right.ts'
import { sendsMails } from './mail-server.ts'
import {
  addressOf,
  childOfLetter,
  countMails,
  enqueue,
  type MailSqlRow,
  mailPage,
  mailsByIds,
  messageReadersOf,
  namesOfService,
  noticesOfNobody,
  readersOf,
  sentText,
  stopOf,
  surnamesOfSending,
  withdrawDeliveries,
} from './mails-store.ts'
import { whyNotReadMail } from './reading-right.ts'
import { sendsSms } from './sms-server.ts'

export type NewMail = {
  readonly familyId: number | null
  readonly guardianId: number | null
  readonly kind: MailKind
  readonly name: string
  readonly email: string
  readonly subject: string
  readonly body: string
  readonly paper: MailPaper | null
  /** Absent for a mail. */
  readonly channel?: Channel
  readonly sendingId?: number
  /** Absent when the message names no child. */
  readonly firstNames?: string
}

/** Queues mails within the act that they tell about: they are sent if and only if that act closes. */
export const queueMails = (store: Store, write: Write, mails: readonly NewMail[]): void => {
  if (mails.length === 0) return
  const ids = write.insertMany(
    mail,
    mails.map((one) => ({ ...one, queuedAt: write.at })),
  )
  enqueue(store, ids)
}

export type ReachedGuardian = { readonly guardianId: number; readonly name: string; readonly email: string }

/**
 * For each home, the guardian whom a mail of this kind reaches: the one who is billed, else the other.
 * @param isTold whether the guardian may be told what the mail says; absent when every guardian may, as for what a home
 * owes
 */
export const guardiansReached = (
  store: Store,
  familyIds: readonly number[],
  kind: MailKind,
  isTold: (familyId: number, guardianId: number) => boolean = () => true,
): ReadonlyMap<number, ReachedGuardian> =>
  new Map(
    [...Map.groupBy(readersOf(store, familyIds), ({ familyId }) => familyId)].flatMap(
      ([familyId, guardians]): [number, ReachedGuardian][] => {
        const told = guardians.filter(({ guardianId }) => isTold(familyId, guardianId))
        const reached = firstReached(told, kind)
        if (!reached) return []
        const { guardianId, name, email } = reached
        return [[familyId, { guardianId, name, email }]]
      },
    ),
  )

export const listMails = (
  core: Core,
  person: Person,
  {
    filter,
    text: typed,
    from,
    count,
  }: { readonly filter: MailFilter; readonly text: string; readonly from: number; readonly count: number },
): MailQueue => {
  const { store, clock } = core
  const now = clock()
  const allSubjects = may(person.roles, 'dossiers') ? 1 : 0
  const search = { lateBefore: lateBefore(now), text: typed.trim().toLowerCase(), allSubjects } as const
  const counts = {
    toDecide: countMails(store, 'toDecide', search),
    waiting: countMails(store, 'waiting', search),
    all: countMails(store, 'all', search),
  }
  return {
    total: counts[filter],
    counts,
    rows: mailPage(store, { ...search, filter, from, count }).map((row) => mailShown(store, person, row, now)),
    isReady: sendsMails(core),
    problem: core.mails.problem,
  }
}

/** A mail in the queue: to who may not read it, to whom it goes and what became of it. */
const mailShown = (store: Store, person: Person, row: MailSqlRow, now: Instant): MailRow => {
  const { id, familyId, name, email, kind, channel, queuedAt, endedAt, reply, by } = row
  const isHidden = whyNotReadMail(store, person, row) !== null
  const isLeft = row.withdrawnAt !== null || row.isResent
  const isCalled = row.fate === 'toCall' && row.withdrawnAt !== null
  const fate = isCalled ? 'called' : shownFate(row.fate, queuedAt, now)
  return {
    id,
    familyId,
    name,
    email,
    subject: isHidden ? unnamedPaper : row.subject,
    kind,
    channel,
    fate,
    queuedAt,
    endedAt,
    reply,
    by,
    mayResend: !isLeft && !isHidden && mayResend(fate),
    mayWithdraw: !isLeft && !isHidden && (mayWithdraw(fate) || mayResend(fate)),
  }
}

/** These mails, as the queue shows them. */
export const mailsShown = ({ store, clock }: Core, person: Person, ids: readonly number[]): MailRow[] => {
  const now = clock()
  return mailsByIds(store, ids).map((row) => mailShown(store, person, row, now))
}

/** @throws Refused for a mail with information that this person may not read */
export const readMail = ({ store, clock }: Core, person: Person, { id }: { readonly id: number }) => {
  const [row] = mailsByIds(store, [id])
  if (!row) throw new Refused('Ce courriel n’existe plus.')
  const hidden = whyNotReadMail(store, person, row)
  if (hidden !== null) throw new Refused(hidden)
  return {
    ...mailShown(store, person, row, clock()),
    body: row.body,
    paper: row.paper === null ? null : row.paper.kind === 'sending' ? ('files' as const) : ('letter' as const),
  }
}

/** Several people may look at the same queue, so each decision is checked again when it is written. */
const requireMails = (
  store: Store,
  person: Person,
  ids: readonly number[],
  now: Instant,
  allows: (row: MailRow) => boolean,
) => {
  const rows = mailsByIds(store, ids)
  for (const row of rows) {
    const hidden = whyNotReadMail(store, person, row)
    if (hidden !== null) throw new Refused(hidden)
  }
  const refused = rows.find((row) => !allows(mailShown(store, person, row, now)))
  if (rows.length < new Set(ids).size || refused)
    throw new Refused(
      `La liste a changé depuis que vous l’avez lue${refused ? `, pour ${refused.name}` : ''}\u00a0: rien n’a été fait. Relisez-la.`,
    )
  return rows
}

/**
 * @throws Refused for messages to an audience that this person may not write to: only they may decide about its
 * messages
 */
const refuseMessagesOfOthers = (core: Core, person: Person, rows: readonly MailSqlRow[]): void => {
  for (const id of new Set(rows.flatMap(({ sendingId }) => sendingId ?? []))) {
    const sent = sentText(core.store, id)
    if (sent) refuseAudience(core, person, sent.audience)
  }
}

/**
 * A mail about money may go to each guardian of the home. A mail about children may go only to those who are told,
 * which a court may have changed since.
 * @throws Refused for a reader who may no longer be told
 */
const refuseUntold = (store: Store, { familyId, guardianId, name, kind, paper, sendingId }: MailSqlRow): void => {
  const isOwed = kind === 'invoice' || kind === 'reminder'
  if (familyId === null || guardianId === null || isOwed) return
  if (sendingId !== null && sentText(store, sendingId)?.audience.kind === 'owing') return
  const childId = paper?.kind === 'letter' ? childOfLetter(store, paper.id) : null
  if (!isToldOf(store, familyId, guardianId, childId))
    throw new Refused(`${name} n’est plus prévenu de ce qui touche ces enfants\u00a0: rien n’a été renvoyé.`)
}

/** Sends each mail once more, as a new row, to the present address of its reader. */
export const resendMails = (core: Core, person: Person, { ids }: { readonly ids: readonly number[] }) => {
  const { store } = core
  return store.act(person, 'mails.resend', `${counted(ids.length, 'courriel')} à renvoyer`, (write) => {
    const rows = requireMails(store, person, ids, write.at, (row) => row.mayResend)
    refuseMessagesOfOthers(core, person, rows)
    const again = rows.map((row) => {
      refuseUntold(store, row)
      const { id, familyId, guardianId, name, email: former, kind, subject, body, paper, sendingId } = row
      if (row.channel !== 'mail') return { ...againTo(core, row), kind, subject, queuedAt: write.at, resendOfId: id }
      const email = (guardianId === null ? former : addressOf(store, guardianId)) ?? ''
      if (email === '') throw new Refused(`${name} n’a plus d’adresse mail\u00a0: rien n’a été renvoyé.`)
      if (stopOf(store, comparedAddress(email)))
        throw new Refused(
          `L’adresse ${email} est arrêtée\u00a0: corrigez-la sur la fiche de la famille, ou levez l’arrêt. Rien n’a été renvoyé.`,
        )
      const channel = row.channel
      return {
        familyId,
        guardianId,
        kind,
        channel,
        sendingId,
        name,
        email,
        subject,
        body,
        paper,
        queuedAt: write.at,
        resendOfId: id,
      }
    })
    enqueue(store, write.insertMany(mail, again))
    for (const one of again)
      if (one.channel === 'sms' && one.sendingId !== null) {
        const { smsParts = 0 } = sentText(store, one.sendingId) ?? {}
        write.update(sending, one.sendingId, { smsParts: smsParts + smsLength(one.body).parts })
      }
    withdrawDeliveries(store, ids, write.at)
    return { count: again.length }
  })
}

/**
 * Sends again a message that left by SMS or that nobody could be written, by the person's present channel. An SMS may
 * not say all that a mail may, so its text is checked again.
 */
const againTo = (core: Core, { familyId, guardianId, name, body, sendingId }: MailSqlRow) => {
  const { store } = core
  const sent = sendingId === null ? undefined : sentText(store, sendingId)
  const readers = familyId === null ? [] : messageReadersOf(store, [familyId])
  const reader = readers.find((one) => one.guardianId === guardianId)
  if (!reader || !sent) throw new Refused(`${name} n’est plus de ce foyer\u00a0: rien n’a été renvoyé.`)
  const way = wayOf(reader, sent.withSms && sendsSms(core))
  if (way.channel === 'call')
    throw new Refused(
      `${name}\u00a0: ${noWayTexts[way.why]}. Téléphonez, ou corrigez la fiche de la famille. Rien n’a été renvoyé.`,
    )
  const { channel, address: email } = way
  const to = { familyId, guardianId, name, email, channel, sendingId }
  if (channel === 'mail')
    return { ...to, body, paper: sent.hasFiles ? { kind: 'sending' as const, id: sent.id } : null }
  const { subject, text, audience } = sent
  const indiscreet = whyNotDiscreet({
    subject,
    text,
    hasSms: true,
    isOwed: audience.kind === 'owing',
    surnames: surnamesOfSending(store, sent.id),
    ownNames: namesOfService(store),
    files: [],
  })
  if (indiscreet !== null) throw new Refused(`${indiscreet} Rien n’a été renvoyé.`)
  return { ...to, body: smsTextOf(body, text), paper: null }
}

/** Withdraws waiting mails, within the act that makes their content untrue. */
export const withdrawWaiting = (store: Store, write: Write, ids: readonly number[]): void => {
  if (ids.length === 0) return
  write.updateMany(mail, ids, { withdrawnAt: write.at })
  withdrawDeliveries(store, ids, write.at)
}

export const withdrawMails = (core: Core, person: Person, { ids }: { readonly ids: readonly number[] }) => {
  const { store } = core
  return store.act(person, 'mails.withdraw', `${counted(ids.length, 'courriel')} à ne pas envoyer`, (write) => {
    const rows = requireMails(store, person, ids, write.at, (row) => row.mayWithdraw)
    refuseMessagesOfOthers(core, person, rows)
    withdrawWaiting(store, write, ids)
    // A message that no longer reaches anybody is removed from the portal too.
    const sendingIds = [...new Set(rows.flatMap(({ sendingId }) => sendingId ?? []))]
    for (const id of noticesOfNobody(store, sendingIds)) write.remove(notice, id)
    return { count: ids.length }
  })
}
