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
  /** Empty for a server that asks for no login. */
  account: Line,
  senderName: RequiredLine,
  senderAddress: RequiredEmail,
  perMinute: z.int(perMinuteText).min(leastPerMinute, perMinuteText).max(mostPerMinute, perMinuteText),
})
export type MailServer = z.infer<typeof MailServer>

const Template = z.string().trim().max(2000)

/** The provider of SMS, called as `SmsProvider` says. */
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
  /** What operators show as the sender. */
  sender: z
    .string()
    .trim()
    .regex(/^(?=.*[A-Za-z])[A-Za-z0-9]{3,11}$/, 'De 3 à 11 lettres sans accent ou chiffres, sans espace.'),
  /** What one SMS costs, in thousandths of a euro. */
  priceThousandths: z
    .int('Un prix en euros.')
    .min(0, 'Un prix en euros.')
    .max(10_000, 'Un SMS coûte moins de 10\u00a0€.'),
})
export type SmsServer = z.infer<typeof SmsServer>

/** Why no mail leaves at this moment, with what to do; null while they leave. */
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
  /** When the server answered for the last time; null before. */
  endedAt: InstantOut.nullable(),
  /** The server's reply as codes: « RCPT TO 550 5.1.1 »; empty without one. */
  reply: z.string(),
  /** Who asked for it. */
  by: z.string(),
  /** Whether a person may send it once more: nobody did, nor decided to leave it. */
  mayResend: z.boolean(),
  mayWithdraw: z.boolean(),
})
export type MailRow = z.infer<typeof MailRow>

/** `toDecide`: a person says whether the mail is sent once more. */
export const mailFilters = ['toDecide', 'waiting', 'all'] as const
export type MailFilter = (typeof mailFilters)[number]

export const MailQueue = z.object({
  total: z.int(),
  counts: z.object({ toDecide: z.int(), waiting: z.int(), all: z.int() }),
  /** Newest first. */
  rows: z.array(MailRow),
  /** Whether a mail server is known to this machine. */
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
  /** Who has this address. */
  guardians: z.array(z.object({ name: z.string(), familyId: Id.nullable() })),
})
export type StopRow = z.infer<typeof StopRow>

const MailIds = z.object({ ids: z.array(Id).min(1, 'Choisissez des courriels.').max(5000) })

/** A mail address; or a mobile number, as the stop list knows it. */
const AddressOrMobile = z.preprocess(
  (typed) => (typeof typed === 'string' && mobileOf(typed)) || typed,
  z.union([z.string().regex(/^\+\d{8,15}$/), RequiredEmail]),
)

export const mails = {
  /** The mail server; never its password. */
  server: procedure('mailServer').output(
    z.object({ server: MailServer.nullable(), hasPassword: z.boolean(), problem: Problem }),
  ),
  /** Another server, port or account needs its password again: what is kept goes to no other. */
  saveServer: procedure('mailServer').input(MailServer.extend({ password: z.string().max(200) })),
  /** Sends a mail at once, beside the queue. Refused with the server's trouble in a sentence. */
  try: procedure('mailServer').input(z.object({ email: RequiredEmail })),
  /** The provider of SMS; never its key. */
  smsServer: procedure('mailServer').output(
    z.object({ server: SmsServer.nullable(), hasKey: z.boolean(), problem: Problem }),
  ),
  /** Another address needs its key again. */
  saveSmsServer: procedure('mailServer').input(SmsServer.extend({ key: z.string().max(500) })),
  /** Sends an SMS at once, beside the queue: it is paid for. */
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
  /** Sends mails once more, to the present address of their readers. Refused whole when one of them may not be. */
  resend: procedure('mails')
    .input(MailIds)
    .output(z.object({ count: z.int() })),
  /** Takes mails out of the queue, or leaves them as they are for good. */
  withdraw: procedure('mails')
    .input(MailIds)
    .output(z.object({ count: z.int() })),
  /** Tries again at once after a trouble of the server. */
  retry: procedure('mails'),
  stops: procedure('mails').output(z.array(StopRow)),
  stop: procedure('mails')
    .input(z.object({ email: AddressOrMobile, reason: Note.min(1, 'Indiquez le motif.') }))
    .output(z.object({ id: Id })),
  lift: procedure('mails').input(z.object({ id: Id })),
  /** Addresses of a home that get no mail. */
  stopsOfFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(StopRow)),
}
