import * as z from 'zod'
import type { Instant } from '../../../rules/calendar/day.ts'
import { fateNames, leastPerMinute, mostPerMinute, type ShownFate } from '../../../rules/mails/fate.ts'
import { mailSecurities } from '../../../rules/mails/letter.ts'
import { stopCauses } from '../../../rules/mails/stop-list.ts'
import { channels } from '../../../rules/messages/channel.ts'
import { mobileOf } from '../../../rules/messages/mobile.ts'
import { mailKinds } from '../../../rules/requests/mails.ts'
import { Phone, RequiredEmail } from '../../fields.ts'
import { Id, Line, Note, procedure, RequiredLine } from '../../procedure.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const Fate = z.enum(Object.keys(fateNames) as [ShownFate, ...ShownFate[]])

const ServerName = RequiredLine.refine((text) => /^[a-z0-9.:-]+$/i.test(text), {
  message: 'Le nom d’un serveur seul, par exemple smtp.exemple.fr.',
})
const perMinuteText = `De ${leastPerMinute} à ${mostPerMinute} courriels par minute.`

export const MailServer = z.object({
  server: ServerName,
  port: z.int('Un nombre.').min(1, 'Un port va de 1 à 65535.').max(65535, 'Un port va de 1 à 65535.'),
  security: z.enum(mailSecurities),
  /** Empty when the server asks for no login. */
  account: Line,
  senderName: RequiredLine,
  senderAddress: RequiredEmail,
  perMinute: z.int(perMinuteText).min(leastPerMinute, perMinuteText).max(mostPerMinute, perMinuteText),
})
export type MailServer = z.infer<typeof MailServer>

const Template = z.string().trim().max(2000)

/** The provider of SMS. The calls are described in `SmsProvider`. */
export const SmsServer = z.object({
  provider: z.object({
    sendAddress: Template,
    headers: Template,
    body: Template,
    idPath: Template,
    statusAddress: Template,
    statusPath: Template,
    deliveredWords: Template,
    failedWords: Template,
    stoppedWords: Template,
    balanceAddress: Template,
    balancePath: Template,
  }),
  /** The sender that phones show. */
  sender: z
    .string()
    .trim()
    .regex(/^(?=.*[A-Za-z])[A-Za-z0-9]{3,11}$/, 'De 3 à 11 lettres sans accent ou chiffres, sans espace.'),
  /** The price of one SMS, in thousandths of a euro. */
  priceThousandths: z
    .int('Un prix en euros.')
    .min(0, 'Un prix en euros.')
    .max(10_000, 'Un SMS coûte moins de 10\u00a0€.'),
})
export type SmsServer = z.infer<typeof SmsServer>

/** Why no mail can leave now, and what to do about it; null when mails can leave. */
const Problem = z.string().nullable()

export const MailRow = z.object({
  id: Id,
  familyId: Id.nullable(),
  name: z.string(),
  email: z.string(),
  subject: z.string(),
  kind: z.enum(mailKinds),
  channel: z.enum(channels),
  fate: Fate,
  queuedAt: InstantOut,
  /** When the server last answered; null before its first answer. */
  endedAt: InstantOut.nullable(),
  /** The server's reply as codes: « RCPT TO 550 5.1.1 »; empty without one. */
  reply: z.string(),
  /** The person who asked for the mail. */
  by: z.string(),
  /** Whether a person may send the mail again: nobody did, nor decided that it stays unsent. */
  mayResend: z.boolean(),
  mayWithdraw: z.boolean(),
})
export type MailRow = z.infer<typeof MailRow>

/** `toDecide`: a person must decide whether to send the mail again. */
export const mailFilters = ['toDecide', 'waiting', 'all'] as const
export type MailFilter = (typeof mailFilters)[number]

export const MailQueue = z.object({
  total: z.int(),
  counts: z.object({ toDecide: z.int(), waiting: z.int(), all: z.int() }),
  /** Newest first. */
  rows: z.array(MailRow),
  /** Whether a mail server is known to this computer. */
  isReady: z.boolean(),
  problem: Problem,
})
export type MailQueue = z.infer<typeof MailQueue>

export const StopRow = z.object({
  id: Id,
  email: z.string(),
  cause: z.enum(stopCauses),
  reason: z.string(),
  stoppedAt: InstantOut,
  /** The guardians with this address. */
  guardians: z.array(z.object({ name: z.string(), familyId: Id.nullable() })),
})
export type StopRow = z.infer<typeof StopRow>

const MailIds = z.object({ ids: z.array(Id).min(1, 'Choisissez des courriels.').max(5000) })

/** A mail address or a mobile number, in the form of the stop list. */
const AddressOrMobile = z.preprocess(
  (typed) => (typeof typed === 'string' && mobileOf(typed)) || typed,
  z.union([z.string().regex(/^\+\d{8,15}$/), RequiredEmail]),
)

export const mails = {
  /** The settings of the mail server, without the password. */
  server: procedure('mailServer').output(
    z.object({ server: MailServer.nullable(), hasPassword: z.boolean(), problem: Problem }),
  ),
  /**
   * Another server, port or account needs the password again, because the stored one must not be sent to another
   * server.
   */
  saveServer: procedure('mailServer').input(MailServer.extend({ password: z.string().max(200) })),
  /** Sends a test mail at once, without the queue. Refused with the server's error in a sentence. */
  try: procedure('mailServer').input(z.object({ email: RequiredEmail })),
  /** The settings of the SMS provider, without the key. */
  smsServer: procedure('mailServer').output(
    z.object({ server: SmsServer.nullable(), hasKey: z.boolean(), problem: Problem }),
  ),
  /** Another address needs the key again. */
  saveSmsServer: procedure('mailServer').input(SmsServer.extend({ key: z.string().max(500) })),
  /** Sends a test SMS at once, without the queue. The town pays for it. */
  trySms: procedure('mailServer').input(z.object({ phone: Phone })),
  list: procedure('mails')
    .input(
      z.object({
        filter: z.enum(mailFilters),
        text: z.string().max(200),
        from: z.int().nonnegative(),
        count: z.int().positive().max(200),
      }),
    )
    .output(MailQueue),
  read: procedure('mails')
    .input(z.object({ id: Id }))
    .output(MailRow.extend({ body: z.string(), paper: z.enum(['letter', 'files']).nullable() })),
  /**
   * Sends mails again, to the present addresses of their readers. Refused as a whole when one of them may not be sent
   * again.
   */
  resend: procedure('mails')
    .input(MailIds)
    .output(z.object({ count: z.int() })),
  /** Takes mails out of the queue, or decides that they stay unsent. */
  withdraw: procedure('mails')
    .input(MailIds)
    .output(z.object({ count: z.int() })),
  /** Tries again at once after an error of the server. */
  retry: procedure('mails'),
  stops: procedure('mails').output(z.array(StopRow)),
  stop: procedure('mails')
    .input(z.object({ email: AddressOrMobile, reason: Note.min(1, 'Indiquez le motif.') }))
    .output(z.object({ id: Id })),
  lift: procedure('mails').input(z.object({ id: Id })),
  /** The stopped addresses of a home. */
  stopsOfFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(StopRow)),
}
