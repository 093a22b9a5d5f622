import * as z from 'zod'
import { type Day, type Instant, isDay, isInstant } from '../../rules/calendar/day.ts'
import type { Wish } from '../../rules/cell/cell.ts'
import { confirmationKinds } from '../../rules/dossier/campaign.ts'
import { consentAnswers } from '../../rules/dossier/consent.ts'
import { channelChoices } from '../../rules/messages/channel.ts'
import { askedAtSignUp, guardianFields } from '../../rules/people/fields.ts'
import { civilities, sexes } from '../../rules/people/person.ts'
import { maxChildren, maxLineLength, maxTermsLength } from '../../rules/people/sign-up.ts'
import { maxMessageLength, maxSubjectLength } from '../../rules/requests/message.ts'
import { paperKinds, paperTypes } from '../../rules/requests/paper.ts'
import { civilStatusShape } from '../civil-status.ts'
import { shapesOf } from '../fields.ts'
import { CentsNumber, Id } from '../procedure.ts'

/** Bodies of the portal's log entries, by kind. The id of an entry that asks something is the id of that ask. */

const DayValue = z.custom<Day>((value) => typeof value === 'string' && isDay(value), 'not a day')
const InstantValue = z.custom<Instant>((value) => typeof value === 'string' && isInstant(value), 'not an instant')

const askFields = {
  guardian: Id,
  family: Id,
  /** The portal's time: decides the deadline and the rank. */
  recordedAt: InstantValue,
}

export const DemandeEntry = z.object({
  ...askFields,
  /** « R-2026-004817 » */
  receipt: z.string(),
  child: Id,
  registration: Id,
  day: DayValue,
  slot: Id,
  wish: z.custom<Wish>((value) => ['book', 'cancel', 'leave'].includes(value as string)),
  /** The surcharge that the family accepted for a late ask; null for one in time. */
  surchargeCents: CentsNumber.nullable(),
})
export type DemandeEntry = z.infer<typeof DemandeEntry>

export const RegistrationEntry = z.object({
  ...askFields,
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
  ...askFields,
  subject: z.enum(proposalSubjects),
  subjectId: Id,
  field: z.string(),
  before: z.string(),
  after: z.string(),
})
export type ProposalEntry = z.infer<typeof ProposalEntry>

/** A demande, registration or proposal that the parent withdrew before its collection, or took back after. */
export const UndoneEntry = z.object({ of: z.string(), guardian: Id, family: Id, at: InstantValue })
export type UndoneEntry = z.infer<typeof UndoneEntry>

/** A guardian has chosen their first password: the account is open. */
export const ActivatedEntry = z.object({ guardian: Id, at: InstantValue })
export type ActivatedEntry = z.infer<typeof ActivatedEntry>

/**
 * The public half of the account's own key (`main/crypto/account-key.ts`), made while the account had this mail
 * address. The portal has erased what was sealed to any key before.
 */
export const AccountKeyEntry = z.object({
  guardian: Id,
  email: z.string(),
  publicKey: z.base64().max(60),
  at: InstantValue,
})
export type AccountKeyEntry = z.infer<typeof AccountKeyEntry>

/** What is paid: an invoice, or a balance taken over from another program; the other id is null. */
const payableFields = { invoice: Id.nullable(), openingDebt: Id.nullable().default(null) }

/** An invoice paid through PayFiP, with the data of PayFiP's reply. */
export const PaymentEntry = z.object({
  ...askFields,
  ...payableFields,
  /** « 2026-001284 », « S2026-000012 » */
  number: z.string(),
  amountCents: CentsNumber.positive(),
  paidAt: InstantValue,
  /** `debit`: SEPA direct debit, the money arrives later. */
  by: z.enum(['card', 'debit']),
  idOp: z.string(),
  /** « Numéro d’autorisation »; empty if PayFiP gave none. */
  authorisation: z.string(),
  /** `T`: a test card, nothing was really paid. */
  saisie: z.enum(['T', 'X', 'W']),
  /**
   * PayFiP reports another amount, debt or régie than requested: the payment is recorded only after staff have checked
   * it.
   */
  differs: z.boolean().optional(),
})
export type PaymentEntry = z.infer<typeof PaymentEntry>

/**
 * A parent leaves for PayFiP's page: the desk does not change the invoice until a `payment` of the same attempt or a
 * `paymentEnded` arrives. Contains all that the portal needs to query PayFiP again if the portal is restored meanwhile.
 * Never written for a test card.
 */
export const PaymentStartedEntry = z.object({
  ...askFields,
  /** The attempt, whose `payment` entry would have this id. */
  attempt: z.string(),
  ...payableFields,
  number: z.string(),
  label: z.string(),
  amountCents: CentsNumber.positive(),
  idOp: z.string(),
  client: z.string(),
  refdet: z.string(),
  saisie: z.enum(['X', 'W']),
  /** URL of the service that was called; empty for the State's. */
  address: z.string(),
})
export type PaymentStartedEntry = z.infer<typeof PaymentStartedEntry>

/** The attempt is over, and nothing was paid. */
export const PaymentEndedEntry = z.object({ attempt: z.string(), at: InstantValue })
export type PaymentEndedEntry = z.infer<typeof PaymentEndedEntry>

const Text = z.string().max(maxLineLength)

const SignUpGuardian = z.object(
  shapesOf(guardianFields, askedAtSignUp(guardianFields), ({ kind }) =>
    kind === 'civility' ? z.enum(civilities) : Text,
  ),
)

/** A family unknown to the service asks for an account: without guardian and home ids. */
export const SignUpEntry = z.object({
  recordedAt: InstantValue,
  /** The first guardian's address, verified by a link. */
  email: Text,
  emailCheckedAt: InstantValue,
  guardians: z.array(SignUpGuardian).min(1).max(2),
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
  /** The règlement as the parent accepted it, word for word. */
  terms: z.object({ version: Text, text: z.string().max(maxTermsLength), acceptedAt: InstantValue }),
})
export type SignUpEntry = z.infer<typeof SignUpEntry>

/** A parent's message to the service; the entry's id is the message's. */
export const MessageEntry = z.object({
  ...askFields,
  /** « Mme Claire Aubry » */
  author: z.string().max(200),
  conversation: z.string().min(1).max(100),
  /** The subject of the conversation: every message repeats it, and the first one counts. */
  subject: z.string().min(1).max(maxSubjectLength),
  child: Id.nullable(),
  invoice: Id.nullable(),
  text: z.string().min(1).max(maxMessageLength),
})
export type MessageEntry = z.infer<typeof MessageEntry>

/** A mail server refused a guardian's address permanently, or accepts mail for it again. */
export const MailboxEntry = z.object({ guardian: Id, email: z.string(), refused: z.boolean(), at: InstantValue })
export type MailboxEntry = z.infer<typeof MailboxEntry>

/** All kinds of mail that a guardian unsubscribed from; the last entry is the complete current choice. */
export const MailChoiceEntry = z.object({
  guardian: Id,
  /**
   * Kinds as in `shared/rules/requests/mails.ts`, not an enum: a newer portal may send one that this desk does not
   * know.
   */
  unwanted: z.array(z.string().max(40)).max(40),
  at: InstantValue,
})
export type MailChoiceEntry = z.infer<typeof MailChoiceEntry>

/** The channel by which a guardian wants to get messages about their children; null: the service decides. */
export const ChannelChoiceEntry = z.object({ ...askFields, choice: z.enum(channelChoices).nullable() })
export type ChannelChoiceEntry = z.infer<typeof ChannelChoiceEntry>

/**
 * The guardian consents to a request for the quotient at the CAF or the MSA or, with `null`, withdraws that consent.
 */
export const QuotientConsentEntry = z.object({ ...askFields, civilStatus: z.object(civilStatusShape).nullable() })
export type QuotientConsentEntry = z.infer<typeof QuotientConsentEntry>

/** A guardian's answer to a text of the service about a child (« autorisation »). */
export const ConsentAnswerEntry = z.object({
  ...askFields,
  child: Id,
  text: Id,
  answer: z.enum(consentAnswers),
})
export type ConsentAnswerEntry = z.infer<typeof ConsentAnswerEntry>

/** A guardian's confirmation about the home or one of its children, during a campaign or outside one. */
export const ConfirmationEntry = z.object({
  ...askFields,
  kind: z.enum(confirmationKinds),
  child: Id.nullable(),
  /** The version of the règlement that was accepted; empty for everything else. */
  version: z.string().max(maxLineLength),
})
export type ConfirmationEntry = z.infer<typeof ConfirmationEntry>

/**
 * A mandate of direct debit signed by a guardian: `recordedAt` is the instant of the signature. The account is sealed
 * for the desk, with this mandate as associated data (`main/crypto/sealed-for-desk.ts`).
 */
export const SignedMandateEntry = z.object({
  ...askFields,
  regie: Id,
  /** « RUM », generated by the portal. */
  reference: z.string().max(35),
  debtor: z.string().max(70),
  /** The only part of the account that the portal keeps. */
  lastFour: z.string().max(4),
  /** JSON `{ iban, bic }`, sealed, in base64. */
  sealed: z.base64().max(4000),
  /** The text that was read and signed: `MandatePaper`; absent from older portals. */
  paper: z
    .object({
      creditor: z.object({
        name: z.string().max(200),
        creditorId: z.string().max(35),
        address: z.array(z.string().max(200)).max(6),
      }),
      address: z.array(z.string().max(200)).max(6),
      words: z.array(z.string().max(1500)).max(10),
      signer: z.string().max(200),
      signedAt: InstantValue,
    })
    .optional(),
})
export type SignedMandateEntry = z.infer<typeof SignedMandateEntry>

/** A guardian stops a mandate of the home. */
export const StoppedMandateEntry = z.object({ ...askFields, reference: z.string().max(35) })
export type StoppedMandateEntry = z.infer<typeof StoppedMandateEntry>

/**
 * A paper sent by a parent: its description, and the size and hash of its sealed bytes, which do not go through the log
 * (`shared/contract/exchange/paper-parts.ts`).
 */
export const SentPaperEntry = z.object({
  ...askFields,
  kind: z.enum(paperKinds),
  child: Id.nullable(),
  /** The id of the desk's request for the paper; null without one. */
  asked: Id.nullable(),
  /** The required paper that the parent sends; absent for other papers. */
  required: Id.optional(),
  name: z.string().max(120),
  /** `SealedPaperHead`, sealed for the desk; absent for a paper whose kind and name may be read by the portal. */
  sealedHead: z.base64().max(4000).optional(),
  type: z.enum(paperTypes),
  pages: z.int().min(1).max(100),
  /** The size of the sealed bytes. */
  size: z.int().min(1).max(20_000_000),
  hash: z.string().regex(/^[\da-f]{64}$/),
  quotient: z.number().min(0).max(99_999).nullable(),
  incomeCents: CentsNumber.min(0).nullable(),
})
export type SentPaperEntry = z.infer<typeof SentPaperEntry>

/** What the desk alone reads of a paper that only some children have. */
export const SealedPaperHead = z.object({ kind: z.enum(paperKinds), name: z.string().max(120) })
export type SealedPaperHead = z.infer<typeof SealedPaperHead>

export const entries = {
  demande: DemandeEntry,
  registration: RegistrationEntry,
  proposal: ProposalEntry,
  withdrawn: UndoneEntry,
  takenBack: UndoneEntry,
  activated: ActivatedEntry,
  accountKey: AccountKeyEntry,
  payment: PaymentEntry,
  paymentStarted: PaymentStartedEntry,
  paymentEnded: PaymentEndedEntry,
  sentPaper: SentPaperEntry,
  signUp: SignUpEntry,
  message: MessageEntry,
  mailbox: MailboxEntry,
  mailChoice: MailChoiceEntry,
  channelChoice: ChannelChoiceEntry,
  quotientConsent: QuotientConsentEntry,
  consentAnswer: ConsentAnswerEntry,
  confirmation: ConfirmationEntry,
  signedMandate: SignedMandateEntry,
  stoppedMandate: StoppedMandateEntry,
} as const
export type EntryKind = keyof typeof entries
