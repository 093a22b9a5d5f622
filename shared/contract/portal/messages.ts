import * as z from 'zod'
import type { Instant } from '../../rules/calendar/day.ts'
import { mailKinds } from '../../rules/requests/mails.ts'
import { maxMessageLength, maxSubjectLength } from '../../rules/requests/message.ts'
import { Id, procedure } from '../procedure.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

export const ConversationShown = z.object({
  id: z.string(),
  subject: z.string(),
  /** « Noa », « Facture 2026-001284 »; empty for neither. */
  about: z.string(),
  /** The service closed the conversation; another message reopens it. */
  closed: z.boolean(),
  /** How many answers this parent has not read. */
  unread: z.int(),
  lastAt: InstantOut,
  messages: z.array(
    z.object({
      id: z.string(),
      by: z.enum(['family', 'service']),
      author: z.string(),
      at: InstantOut,
      text: z.string(),
      /** False while the message waits for the desk's next exchange. */
      isSent: z.boolean(),
    }),
  ),
})
export type ConversationShown = z.infer<typeof ConversationShown>

export const NoticeShown = z.object({ id: Id, title: z.string(), text: z.string() })
export type NoticeShown = z.infer<typeof NoticeShown>

export const MessagesShown = z.object({
  /** The notices shown to this home today, also on the dashboard. */
  notices: z.array(NoticeShown),
  /** The most recent first. */
  conversations: z.array(ConversationShown),
  /** Children and invoices that a new message may be about. */
  children: z.array(z.object({ id: Id, firstName: z.string() })),
  invoices: z.array(z.object({ id: Id, title: z.string() })),
})
export type MessagesShown = z.infer<typeof MessagesShown>

export const MailChoices = z.object({
  email: z.string(),
  /** Whether a mail server reported that the address does not exist. */
  isRefused: z.boolean(),
  kinds: z.array(z.object({ kind: z.enum(mailKinds), wanted: z.boolean() })),
})
export type MailChoices = z.infer<typeof MailChoices>

const tooLong = (max: number) => `Trop long\u00a0: ${max.toLocaleString('fr')} caractères au plus.`
const Text = z.string().max(maxMessageLength, tooLong(maxMessageLength))

export const messages = {
  /** « Mes messages » of the home on screen. */
  list: procedure('loggedIn').output(MessagesShown),
  write: procedure('loggedIn')
    .input(
      z.object({
        requestId: z.uuid(),
        to: z.union([
          z.object({ conversation: z.string().max(100) }),
          z.object({
            subject: z.string().max(maxSubjectLength, tooLong(maxSubjectLength)),
            child: Id.nullable(),
            invoice: Id.nullable(),
          }),
        ]),
        text: Text,
      }),
    )
    .output(z.object({ conversation: z.string(), shown: MessagesShown })),
  /** Marks the conversation as read. */
  read: procedure('loggedIn').input(z.object({ conversation: z.string().max(100) })),
  /** « Mails que je reçois » */
  mails: procedure('loggedIn').output(MailChoices),
  chooseMails: procedure('loggedIn')
    .input(z.object({ kind: z.enum(mailKinds), wanted: z.boolean() }))
    .output(MailChoices),
}
