import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, or } from 'drizzle-orm'
import { createTransport } from 'nodemailer'
import type { MailboxEntry } from '../../../shared/contract/portal/entries.ts'
import type { NewEntry } from '../../../shared/exchange/log.ts'
import { addMinutes, type Clock, type Instant } from '../../../shared/rules/calendar/day.ts'
import { minutesBeforeRetry } from '../../../shared/rules/mails/fate.ts'
import { isAddressRefused, type MailKind } from '../../../shared/rules/requests/mails.ts'
import { replyCodes, replyIn } from '../../smtp/replies.ts'
import { notToAnswer } from '../../smtp/smtp.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import { errorLine } from '../store/error-text.ts'
import { account, mail } from '../store/schema/index.ts'
import type { PortalStore, Transaction } from '../store/store.ts'

export type MailTransport =
  /** A mail server, `smtp://user:password@host:587` or `smtps://…:465`, and the sender's address. */
  | { readonly url: string; readonly from: string }
  /** For demonstrations: each mail is written to this folder as a text file. */
  | { readonly folder: string }

export type OutgoingMail = {
  /** A kind of mail that a parent may refuse; absent for mails about the account itself, which are always sent. */
  readonly kind?: MailKind
  readonly to: string
  readonly subject: string
  readonly body: string
  /** The mail is not sent after this: its link has expired, or the place that it offers is no longer held. */
  readonly linkUntil?: Instant
  /** JSON for the parent to store. */
  readonly file?: { readonly name: string; readonly text: string }
}

export type MailQueue = {
  /** Sends the mails that are due. @returns how many were sent */
  sendWaiting(): Promise<number>
  close(): Promise<void>
}

/** Minutes after which another worker may send the mails that a worker claimed and did not send, because it crashed. */
const claimMinutes = 5
const maxPerBatch = 50

/** Rows in one statement: PostgreSQL accepts 65,535 parameters. */
const maxPerInsert = 2000

/**
 * Queues mails in the transaction of what they report, so that they are sent if and only if it is committed. Skips
 * kinds that the parent refused; to an address that its mail server refused, only queues mails about the account.
 */
export const enqueueMails = async (tx: Transaction, mails: readonly OutgoingMail[], at: Instant): Promise<void> => {
  for (let first = 0; first < mails.length; first += maxPerInsert) {
    await enqueueBatch(tx, mails.slice(first, first + maxPerInsert), at)
  }
}

const enqueueBatch = async (tx: Transaction, letters: readonly OutgoingMail[], at: Instant): Promise<void> => {
  const optional = letters.flatMap(({ kind, to }) => (kind === undefined ? [] : [to]))
  const accounts =
    optional.length === 0
      ? []
      : await tx
          .select({
            email: account.email,
            guardianId: account.guardianId,
            unwanted: account.unwanted,
            refusedEmail: account.refusedEmail,
          })
          .from(account)
          .where(inArray(account.email, optional))
  const readers = new Map(accounts.map((one) => [one.email, one]))
  const rows = letters.flatMap(({ kind, to, subject, body, linkUntil, file }) => {
    const reader = kind === undefined ? undefined : readers.get(to)
    if (kind !== undefined && (reader?.unwanted.includes(kind) || reader?.refusedEmail === to)) return []
    return [
      {
        id: randomUUID(),
        recipient: to,
        kind: kind ?? null,
        guardianId: reader?.guardianId ?? null,
        subject,
        body,
        linkUntil: linkUntil ?? null,
        fileName: file?.name ?? null,
        fileText: file?.text ?? null,
        writtenAt: at,
        nextTryAt: at,
      },
    ]
  })
  if (rows.length > 0) await tx.insert(mail).values(rows)
}

/** Hours after which a mail still queued in an older copy of the store has probably been sent since. */
const maxAgeHours = 4

/**
 * After a restore, deletes queued mails that were probably sent already: older than a few hours, or with an expired
 * link. Others are sent, perhaps twice: missing one would be worse.
 * @returns how many it deleted
 */
export const dropOldWaiting = async (tx: Transaction, now: Instant): Promise<number> => {
  const isOld = and(isNull(mail.linkUntil), lt(mail.writtenAt, addMinutes(now, -maxAgeHours * 60)))
  const dropped = await tx
    .delete(mail)
    .where(and(isNull(mail.sentAt), isNull(mail.refusedAt), or(isOld, lte(mail.linkUntil, now))))
    .returning({ id: mail.id })
  return dropped.length
}

/** Sends queued mails by SMTP, or writes them to a folder. Several workers may share one queue. */
export const createMailQueue = (
  { db }: PortalStore,
  {
    clock,
    log,
    office: transport,
    host,
    townName,
    stopAddress,
  }: {
    clock: Clock
    log: (line: string) => void
    office: MailTransport | null
    /** The portal's host name, for SMTP's EHLO: mail servers distrust clients without one. */
    host: string
    /** The sender's name that parents see; '' until a desk has published the town. */
    townName: () => Promise<string>
    /** The link with which a parent stops mails of one kind, without logging in. */
    stopAddress: (guardianId: number, kind: MailKind, email: string) => string
  },
): MailQueue => {
  const carrier =
    transport && ('folder' in transport ? folderCarrier(transport.folder) : serverCarrier(transport, host, townName))

  /** Drops mails whose link has expired: a parent who still needs one can ask for another. */
  const dropExpired = async (): Promise<void> => {
    const dropped = await db
      .delete(mail)
      .where(and(isNull(mail.sentAt), isNull(mail.refusedAt), lte(mail.linkUntil, clock())))
      .returning({ id: mail.id })
    for (const { id } of dropped) log(`mail ${id}\u00a0: non envoyé, son lien a expiré pendant l’attente`)
  }

  /** Claims the mails that are due, so that no other worker sends them. */
  const claimDue = async () => {
    const now = clock()
    return db.transaction(async (tx) => {
      const due = await tx
        .select()
        .from(mail)
        .where(and(isNull(mail.sentAt), isNull(mail.refusedAt), lte(mail.nextTryAt, now)))
        .orderBy(asc(mail.writtenAt))
        .limit(maxPerBatch)
        .for('update', { skipLocked: true })
      const nextTryAt = addMinutes(now, claimMinutes)
      const ids = due.map(({ id }) => id)
      if (ids.length > 0) await tx.update(mail).set({ nextTryAt }).where(inArray(mail.id, ids))
      return due.map((row) => ({ ...row, nextTryAt }))
    })
  }

  /**
   * Renews the claim before sending: if a slow mail server used up the claim's time, another worker may have the mail.
   */
  const renewClaim = async ({ id, nextTryAt }: typeof mail.$inferSelect): Promise<boolean> => {
    const renewed = await db
      .update(mail)
      .set({ nextTryAt: addMinutes(clock(), claimMinutes) })
      .where(and(eq(mail.id, id), eq(mail.nextTryAt, nextTryAt), isNull(mail.sentAt), isNull(mail.refusedAt)))
      .returning({ id: mail.id })
    return renewed.length > 0
  }

  const send = async (row: typeof mail.$inferSelect): Promise<boolean> => {
    if (!carrier || !(await renewClaim(row))) return false
    const { id, recipient, tries, kind, guardianId, subject, body, fileName, fileText } = row
    const file = fileName === null || fileText === null ? null : { name: fileName, text: fileText }
    const stop = kind === null || guardianId === null ? null : stopAddress(guardianId, kind, recipient)
    try {
      await carrier.carry(id, { to: recipient, subject, body: withStopLink(body, stop), ...(file && { file }) }, stop)
    } catch (error) {
      log(`mail ${id}\u00a0: ${failureText(error)}`)
      if (isRecipientRefused(error)) await noteRefused(row)
      else {
        await db
          .update(mail)
          .set({ tries: tries + 1, nextTryAt: addMinutes(clock(), minutesBeforeRetry(tries)) })
          .where(eq(mail.id, id))
      }
      return false
    }
    await db.update(mail).set({ sentAt: clock(), body: '', fileText: null }).where(eq(mail.id, id))
    await noteAccepted(recipient)
    return true
  }

  const noteRefused = ({ id, recipient }: typeof mail.$inferSelect): Promise<void> =>
    db.transaction(async (tx) => {
      const { side } = await lockedSide(tx)
      const at = clock()
      await tx.update(mail).set({ refusedAt: at, body: '', fileText: null }).where(eq(mail.id, id))
      const [reader] = await tx.select().from(account).where(eq(account.email, recipient))
      if (!reader || reader.refusedEmail === recipient) return
      const { guardianId } = reader
      await tx.update(account).set({ refusedEmail: recipient }).where(eq(account.guardianId, guardianId))
      await appendToLog(tx, side, [mailboxEntry({ guardian: guardianId, email: recipient, refused: true, at })])
    })

  /**
   * Mails about the account are sent to a refused address too: when the server accepts one, the address works again.
   */
  const noteAccepted = async (recipient: string): Promise<void> => {
    const isRefused = and(eq(account.email, recipient), isNotNull(account.refusedEmail))
    const [refused] = await db.select({ guardianId: account.guardianId }).from(account).where(isRefused)
    if (!refused) return
    await db.transaction(async (tx) => {
      const { side } = await lockedSide(tx)
      const [reader] = await tx.update(account).set({ refusedEmail: null }).where(isRefused).returning()
      if (!reader) return
      const at = clock()
      await appendToLog(tx, side, [mailboxEntry({ guardian: reader.guardianId, email: recipient, refused: false, at })])
    })
  }

  return {
    async sendWaiting() {
      if (!carrier || !(await carrier.isReady())) return 0
      await dropExpired()
      let sent = 0
      for (const row of await claimDue()) if (await send(row)) sent += 1
      return sent
    },
    close() {
      carrier?.close()
      return Promise.resolve()
    },
  }
}

const mailboxEntry = (body: MailboxEntry): NewEntry => ({
  id: randomUUID(),
  kind: 'mailbox',
  at: body.at,
  body: JSON.stringify(body),
})

const failureText = (error: unknown): string => {
  const reply = replyIn(error)
  return reply.reply === null ? errorLine(error) : replyCodes(reply)
}

/** Whether the server refused the recipient during the SMTP session. Bounces that arrive later by mail are not read. */
const isRecipientRefused = (error: unknown): boolean => {
  const { command, reply } = replyIn(error)
  return reply !== null && command === 'RCPT TO' && isAddressRefused(Number(reply.slice(0, 3)), reply)
}

const withStopLink = (body: string, stop: string | null): string =>
  stop === null ? body : `${body.trimEnd()}\n\n--\nNe plus recevoir ces mails\u00a0: ${stop}\n`

type Carrier = {
  /** Whether the sender's name is known: the town's, which the desk has not published yet on a new portal. */
  isReady(): Promise<boolean>
  carry(id: string, letter: OutgoingMail, stop: string | null): Promise<unknown>
  close(): void
}

type MailServer = Extract<MailTransport, { url: string }>

/** Options for nodemailer, which also reads some from the URL: `?tls.servername=…`. */
export const mailServerOptions = ({ url }: MailServer, host: string) => ({
  url,
  name: host,
  pool: true as const,
  maxConnections: 2,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
  // A password must not travel unencrypted, except to this computer.
  requireTLS: /^smtp:\/\/[^/]*@(?!(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|\/|$))/.test(url),
})

const serverCarrier = (office: MailServer, host: string, townName: () => Promise<string>): Carrier => {
  const { from } = office
  const transport = createTransport(mailServerOptions(office, host))
  const hasOwnName = from.includes('<')
  return {
    isReady: async () => hasOwnName || (await townName()) !== '',
    carry: async (id, { to, subject, body, file }, stop) =>
      transport.sendMail({
        // Keep a name already given in PORTAL_MAIL_FROM.
        from: hasOwnName ? from : { name: await townName(), address: from },
        to: { name: '', address: to },
        subject,
        text: body,
        attachments: file ? [{ filename: file.name, content: file.text, contentType: 'application/json' }] : [],
        messageId: `<${id}@${host}>`,
        headers: {
          ...notToAnswer,
          // RFC 8058: mail programs show an unsubscribe button of their own.
          ...(stop !== null && {
            'List-Unsubscribe': `<${stop}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
        },
      }),
    close: () => transport.close(),
  }
}

const folderCarrier = (folder: string): Carrier => {
  mkdirSync(folder, { recursive: true })
  return {
    isReady: () => Promise.resolve(true),
    carry: async (id, { to, subject, body, file }) => {
      await writeFile(join(folder, `${id}.txt`), `À\u00a0: ${to}\nObjet\u00a0: ${subject}\n\n${body}`)
      if (file) await writeFile(join(folder, `${id}-${file.name}`), file.text)
    },
    close: () => undefined,
  }
}
