import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { maxReminderDays } from '../../../rules/requests/mails.ts'
import { maxMessageLength, maxSubjectLength } from '../../../rules/requests/message.ts'
import { DayText, Id, Line, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

const tooLong = (most: number) => `Trop long\u00a0: ${most.toLocaleString('fr')} caractères au plus.`
const Text = z.string().max(maxMessageLength, tooLong(maxMessageLength))
const Subject = z.string().max(maxSubjectLength, tooLong(maxSubjectLength))

export const ConversationRow = z.object({
  id: Id,
  familyId: Id,
  family: z.string(),
  subject: z.string(),
  /** « Noa », « Facture 2026-001284 »; empty when the conversation is about neither. */
  about: z.string(),
  closed: z.boolean(),
  /** A parent wrote, and no staff member has looked since. */
  unread: z.boolean(),
  lastAt: InstantOut,
  /** Who wrote last, and the beginning of that message. */
  lastBy: z.enum(['family', 'service']),
  excerpt: z.string(),
})
export type ConversationRow = z.infer<typeof ConversationRow>

export const ConversationWithMessages = ConversationRow.extend({
  childId: Id.nullable(),
  invoiceId: Id.nullable(),
  /** Whether a guardian of the home can read answers on the portal. */
  isReadOnPortal: z.boolean(),
  messages: z.array(
    z.object({
      id: Id,
      by: z.enum(['family', 'service']),
      author: z.string(),
      at: InstantOut,
      text: z.string(),
      /** A message of the service that is not on the portal yet. */
      toSend: z.boolean(),
    }),
  ),
})
export type ConversationWithMessages = z.infer<typeof ConversationWithMessages>

/** The families to which a notice is shown. */
export const Audience = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('activity'), id: Id }),
  z.object({ kind: z.literal('period'), id: Id }),
  z.object({ kind: z.literal('school'), id: Id }),
])
export type Audience = z.infer<typeof Audience>

export const NoticeRow = z.object({
  id: Id,
  title: z.string(),
  text: z.string(),
  audience: Audience,
  /** « Toutes les familles », « École Colette » */
  audienceName: z.string(),
  fromDay: DayOut,
  untilDay: DayOut,
  byMail: z.boolean(),
  /** Number of these homes that have an account today. */
  homes: z.int(),
})
export type NoticeRow = z.infer<typeof NoticeRow>

const NoticeInput = z.object({
  title: Subject,
  text: Text,
  audience: Audience,
  fromDay: DayText,
  untilDay: DayText,
  byMail: z.boolean(),
})
export type NoticeInput = z.infer<typeof NoticeInput>

const Reminders = z.object({
  before: z
    .int()
    .min(0, 'Nombre de jours\u00a0: 0 à 30.')
    .max(maxReminderDays, 'Nombre de jours\u00a0: 0 à 30.')
    .nullable(),
  after: z
    .int()
    .min(1, 'Nombre de jours\u00a0: 1 à 30.')
    .max(maxReminderDays, 'Nombre de jours\u00a0: 1 à 30.')
    .nullable(),
})

export const messages = {
  /** Unread conversations first, then the most recent. */
  list: procedure('families.read')
    .input(
      z.object({
        state: z.enum(['open', 'closed']),
        filter: Line,
        from: z.int().min(0),
        count: z.int().min(1).max(200),
      }),
    )
    .output(z.object({ total: z.int(), unread: z.int(), rows: z.array(ConversationRow) })),
  /** Conversations of one family, for its page. */
  ofFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(ConversationRow)),
  one: procedure('families.read')
    .input(z.object({ id: Id }))
    .output(ConversationWithMessages),
  /** Number of unread conversations, shown in the main menu. */
  unread: procedure('families.read').output(z.object({ unread: z.int() })),
  markRead: procedure('messages').input(z.object({ id: Id, unread: z.boolean() })),
  answer: procedure('messages')
    .input(z.object({ id: Id, text: Text }))
    .output(ConversationWithMessages),
  /** Begins a conversation on the service's side. */
  begin: procedure('messages')
    .input(z.object({ familyId: Id, childId: Id.nullable(), invoiceId: Id.nullable(), subject: Subject, text: Text }))
    .output(z.object({ id: Id })),
  close: procedure('messages').input(z.object({ id: Id, closed: z.boolean() })),

  /** Current and coming notices first. */
  notices: procedure('families.read').output(z.array(NoticeRow)),
  addNotice: procedure('sendings.audience')
    .input(NoticeInput)
    .output(z.object({ id: Id })),
  changeNotice: procedure('sendings.audience').input(NoticeInput.extend({ id: Id })),
  removeNotice: procedure('sendings.audience').input(z.object({ id: Id })),
  /** Number of homes with an account that such a notice would reach today. */
  reach: procedure('sendings.audience')
    .input(z.object({ audience: Audience }))
    .output(z.object({ homes: z.int() })),
  /** The activities, periods and schools that a notice can address. */
  audiences: procedure('families.read').output(
    z.object({
      activities: z.array(z.object({ id: Id, name: z.string() })),
      periods: z.array(z.object({ id: Id, name: z.string() })),
      schools: z.array(z.object({ id: Id, name: z.string() })),
    }),
  ),

  /** « Rappels de paiement »: reminders that the portal mails before and after the due date of an invoice. */
  reminders: procedure('portal').output(Reminders),
  saveReminders: procedure('portal').input(Reminders).output(Reminders),
}
