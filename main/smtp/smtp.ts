import { Readable } from 'node:stream'
import { getCACertificates } from 'node:tls'
import MailComposer from 'nodemailer/lib/mail-composer'
import SmtpConnection from 'nodemailer/lib/smtp-connection'
import type { MailSecurity } from '../../shared/rules/mails/letter.ts'
import type { MailFailure } from '../../shared/rules/mails/trouble.ts'
import { replyCodes, replyIn } from './replies.ts'

export type SmtpServer = {
  readonly host: string
  readonly port: number
  readonly security: MailSecurity
  /** Null for a server that asks for no login. */
  readonly login: { readonly user: string; readonly password: string } | null
  /** PEM of certificate authorities to trust besides the system's; empty for none. */
  readonly authorities: string
  /** What the program calls itself in EHLO: mail servers distrust clients without a name. */
  readonly clientName: string
}

export type Letter = {
  /** Unique among all mails: servers and readers know by it that two copies are one mail. */
  readonly messageId: string
  readonly from: Mailbox
  readonly to: Mailbox
  readonly subject: string
  readonly text: string
  /** The same words for readers that show HTML. */
  readonly html?: string
  readonly files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[]
}
type Mailbox = { readonly name: string; readonly address: string }

/** A call of the mail server failed; `failure` says how far it had come. */
export class SmtpFailed extends Error {
  readonly failure: MailFailure
  /** For the log and the queue: « RCPT TO 550 5.1.1 » */
  readonly codes: string
  constructor(error: unknown, isContentBegun: boolean) {
    const reply = replyIn(error)
    super(replyCodes(reply), { cause: error })
    this.failure = { ...reply, isContentBegun }
    this.codes = replyCodes(reply)
  }
}

/** A connection to a mail server, logged in, over which mails are sent one after the other. */
export type SmtpSession = {
  /** Whether the server has closed the connection: it does so when nothing was sent for a while. */
  readonly isOver: boolean
  /** Resolves once the server has answered that it has the mail. @throws SmtpFailed */
  send(letter: Letter): Promise<void>
  /** Closes the connection; a mail that is on its way fails. */
  close(): void
}

/** Milliseconds; RFC 5321 4.5.3.2 allows minutes, for which nobody waits at a desk. */
const connectMilliseconds = 15_000
const silenceMilliseconds = 60_000

const ignoreError = (): void => undefined

/** @throws SmtpFailed */
export const openSmtp = async (server: SmtpServer): Promise<SmtpSession> => {
  const { host, port, security, login, authorities, clientName: name } = server
  const connection = new SmtpConnection({
    host,
    port,
    name,
    secure: security === 'tls',
    requireTLS: security === 'startTls',
    connectionTimeout: connectMilliseconds,
    greetingTimeout: connectMilliseconds,
    socketTimeout: silenceMilliseconds,
    tls: { minVersion: 'TLSv1.2', ...(authorities !== '' && { ca: [...getCACertificates(), authorities] }) },
  })
  // The connection may break while nothing is being sent: the next sending then finds it over.
  let onError: (error: unknown) => void = ignoreError
  connection.on('error', (error) => onError(error))
  const step = (begin: (done: (error?: unknown) => void) => void): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      onError = reject
      begin((error) => (error ? reject(error) : resolve()))
    }).finally(() => {
      onError = ignoreError
    })
  try {
    await step((done) => connection.connect(done))
    if (login) await step((done) => connection.login({ user: login.user, pass: login.password }, done))
  } catch (error) {
    connection.close()
    throw new SmtpFailed(error, false)
  }
  return {
    get isOver() {
      return connection.destroyed
    },
    async send(letter) {
      const bytes = await composed(letter)
      let isContentBegun = false
      // Read only once the server has answered that the mail may come.
      const content = Readable.from(
        (function* () {
          isContentBegun = true
          yield bytes
        })(),
      )
      const envelope = { from: letter.from.address, to: [letter.to.address], size: bytes.length }
      try {
        await step((done) => connection.send(envelope, content, done))
      } catch (error) {
        // RFC 5321 4.1.1.5: the server forgets the refused mail, so that the next one can follow.
        if (!connection.destroyed) await step((done) => connection.reset(done)).catch(() => connection.close())
        throw new SmtpFailed(error, isContentBegun)
      }
    },
    close() {
      if (!connection.destroyed) connection.quit()
      connection.close()
      // Nodemailer forgets the sending that it closes upon.
      onError(Object.assign(new Error('closed by the desk'), { code: 'ECONNECTION' }))
    },
  }
}

/** The mail as it travels (RFC 5322). */
const composed = ({ messageId, from, to, subject, text, html, files }: Letter): Promise<Buffer> =>
  new MailComposer({
    messageId,
    from,
    to,
    subject,
    text,
    ...(html !== undefined && { html }),
    attachments: files.map(({ name, type, bytes }) => ({
      filename: name,
      contentType: type,
      content: Buffer.from(bytes),
    })),
    headers: notToAnswer,
  })
    .compile()
    .build()

/** RFC 3834: tells vacation responders not to answer. */
export const notToAnswer = { 'Auto-Submitted': 'auto-generated' } as const
