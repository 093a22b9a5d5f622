import * as z from 'zod'
import { type Day, type Instant, isDay, isInstant } from '../../rules/calendar/day.ts'
import type { Wish } from '../../rules/cell/cell.ts'
import { civilities, sexes } from '../../rules/people/person.ts'
import { maxChildren, maxLineLength, maxTermsLength } from '../../rules/people/sign-up.ts'
import { maxMessageLength, maxSubjectLength } from '../../rules/requests/message.ts'
import { paperKinds, paperTypes } from '../../rules/requests/paper.ts'
import { CentsNumber, Id } from '../procedure.ts'

/** What the portal says to the desk: the bodies of its log entries, by kind. An entry's own id is the ask's. */

const DayValue = z.custom<Day>((value) => typeof value === 'string' && isDay(value), 'not a day')
const InstantValue = z.custom<Instant>((value) => typeof value === 'string' && isInstant(value), 'not an instant')

const asked = {
  guardian: Id,
  family: Id,
  /** The portal's clock: counts for the deadline and the order. */
  recordedAt: InstantValue,
}

export const DemandeEntry = z.object({
  ...asked,
  /** « R-2026-004817 » */
  receipt: z.string(),
  child: Id,
  registration: Id,
  day: DayValue,
  slot: Id,
  wish: z.custom<Wish>((value) => ['book', 'cancel', 'leave'].includes(value as string)),
  /** What the family accepted to pay for asking late; null in time. */
  surchargeCents: CentsNumber.nullable(),
})
export type DemandeEntry = z.infer<typeof DemandeEntry>

export const RegistrationEntry = z.object({
  ...asked,
  receipt: z.string(),
  child: Id,
  period: Id,
  from: DayValue,
  to: DayValue,
  week: z.array(z.object({ weekday: z.int().min(1).max(7), slot: Id })),
})
export type RegistrationEntry = z.infer<typeof RegistrationEntry>

export const proposalSubjects = ['family', 'guardian', 'child'] as const
export const ProposalEntry = z.object({
  ...asked,
  subject: z.enum(proposalSubjects),
  subjectId: Id,
  field: z.string(),
  before: z.string(),
  after: z.string(),
})
export type ProposalEntry = z.infer<typeof ProposalEntry>

/** Of a demande, a registration asked for or a proposal: before it was collected, or after. */
export const UndoneEntry = z.object({ of: z.string(), guardian: Id, family: Id, at: InstantValue })
export type UndoneEntry = z.infer<typeof UndoneEntry>

/** A guardian has chosen their first password: the account is open. */
export const ActivatedEntry = z.object({ guardian: Id, at: InstantValue })
export type ActivatedEntry = z.infer<typeof ActivatedEntry>

/** An invoice paid through PayFiP, as PayFiP itself told it. */
export const PaymentEntry = z.object({
  ...asked,
  invoice: Id,
  /** « 2026-001284 » */
  number: z.string(),
  amountCents: CentsNumber.positive(),
  paidAt: InstantValue,
  /** `debit`: SEPA, the funds come later. */
  by: z.enum(['card', 'debit']),
  idOp: z.string(),
  /** « Numéro d’autorisation »; empty where PayFiP gave none. */
  authorisation: z.string(),
  /** `T`: a false card, nothing was paid. */
  saisie: z.enum(['T', 'X', 'W']),
  /** PayFiP told of another sum, debt or régie than was asked: for staff to look at, and counted nowhere before. */
  differs: z.boolean().optional(),
})
export type PaymentEntry = z.infer<typeof PaymentEntry>

const Text = z.string().max(maxLineLength)

/** A family that the service does not know asks for an account: of no guardian and no home yet. */
export const SignUpEntry = z.object({
  recordedAt: InstantValue,
  /** Checked by a link: the first guardian's. */
  email: Text,
  emailCheckedAt: InstantValue,
  guardians: z
    .array(
      z.object({
        civility: z.enum(civilities),
        lastName: Text,
        firstName: Text,
        email: Text,
        mobilePhone: Text,
        workPhone: Text,
      }),
    )
    .min(1)
    .max(2),
  homePhone: Text,
  address: z.object({ line1: Text, line2: Text, postcode: Text, town: Text }),
  children: z
    .array(
      z.object({
        lastName: Text,
        firstName: Text,
        birth: DayValue,
        sex: z.enum(sexes),
        school: Text,
        schoolClass: Text,
      }),
    )
    .min(1)
    .max(maxChildren),
  /** The règlement as it was read, word for word. */
  terms: z.object({ version: Text, text: z.string().max(maxTermsLength), acceptedAt: InstantValue }),
})
export type SignUpEntry = z.infer<typeof SignUpEntry>

/** A parent writes to the service; the entry's id is the message's. */
export const MessageEntry = z.object({
  ...asked,
  /** « Mme Claire Aubry » */
  author: z.string().max(200),
  conversation: z.string().min(1).max(100),
  /** Of the conversation, with what it is about: told by each of its messages, kept from the first. */
  subject: z.string().min(1).max(maxSubjectLength),
  child: Id.nullable(),
  invoice: Id.nullable(),
  text: z.string().min(1).max(maxMessageLength),
})
export type MessageEntry = z.infer<typeof MessageEntry>

/** The mail server refused a guardian's address for good, or took a mail for it again. */
export const MailboxEntry = z.object({ guardian: Id, email: z.string(), refused: z.boolean(), at: InstantValue })
export type MailboxEntry = z.infer<typeof MailboxEntry>

/** All kinds of mail that a guardian has stopped, so that the last entry alone gives the current choice. */
export const MailChoiceEntry = z.object({
  guardian: Id,
  /** Kinds as in `shared/rules/requests/mails.ts`, not an enum: a newer portal may send one that this desk does not know. */
  unwanted: z.array(z.string().max(40)).max(40),
  at: InstantValue,
})
export type MailChoiceEntry = z.infer<typeof MailChoiceEntry>

/** A paper sent: what it is, and how to know its sealed bytes, which travel beside (`shared/contract/exchange/paper-parts.ts`). */
export const SentPaperEntry = z.object({
  ...asked,
  kind: z.enum(paperKinds),
  child: Id.nullable(),
  /** The desk's request that it answers. */
  asked: Id.nullable(),
  name: z.string().max(120),
  type: z.enum(paperTypes),
  pages: z.int().min(1).max(100),
  /** Of the sealed bytes. */
  size: z.int().min(1).max(20_000_000),
  hash: z.string().regex(/^[\da-f]{64}$/),
  quotient: z.number().min(0).max(99_999).nullable(),
  incomeCents: CentsNumber.min(0).nullable(),
})
export type SentPaperEntry = z.infer<typeof SentPaperEntry>

export const entries = {
  demande: DemandeEntry,
  registration: RegistrationEntry,
  proposal: ProposalEntry,
  withdrawn: UndoneEntry,
  takenBack: UndoneEntry,
  activated: ActivatedEntry,
  payment: PaymentEntry,
  sentPaper: SentPaperEntry,
  signUp: SignUpEntry,
  message: MessageEntry,
  mailbox: MailboxEntry,
  mailChoice: MailChoiceEntry,
} as const
export type EntryKind = keyof typeof entries
