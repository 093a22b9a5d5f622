import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { fateNames, type ShownFate } from '../../../rules/mails/fate.ts'
import { maxSendingFiles } from '../../../rules/messages/attached-files.ts'
import { channelChoices, channels, type NoWay, noWayTexts } from '../../../rules/messages/channel.ts'
import { messageFields } from '../../../rules/messages/fields.ts'
import { maxMessageLength, maxSubjectLength } from '../../../rules/requests/message.ts'
import { DayText, Id, InstantText, Note, procedure, RequiredLine } from '../../procedure.ts'
import { ListFilterInput } from '../figures/free-lists.ts'
import { ClosedBookings } from '../reservations/reservations.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const Fate = z.enum(Object.keys(fateNames) as [ShownFate, ...ShownFate[]])

/** What the children must be besides, as filters of a free list of children. */
const narrowed = { brackets: ListFilterInput.shape.brackets.optional() }

/** The audience of a message. A null field does not narrow it. */
export const Whom = z.discriminatedUnion('kind', [
  z.object({
    ...narrowed,
    kind: z.literal('expected'),
    day: DayText,
    untilDay: DayText,
    siteId: Id.nullable(),
    facilityId: Id.optional(),
    schoolId: Id.optional(),
    activityId: Id.nullable(),
    groupId: Id.nullable(),
    level: z.string().max(40).nullable(),
  }),
  z.object({ ...narrowed, kind: z.literal('owing'), regieId: Id }),
  z.object({ ...narrowed, kind: z.literal('missingPaper'), requiredId: Id.nullable() }),
  z.object({ ...narrowed, kind: z.literal('list'), query: ListFilterInput }),
  z.object({
    ...narrowed,
    kind: z.literal('families'),
    familyIds: z.array(Id).max(5000),
    childIds: z.array(Id).max(5000).optional(),
  }),
])
export type Whom = z.infer<typeof Whom>

export const SendingPerson = z.object({
  guardianId: Id,
  familyId: Id,
  name: z.string(),
  channel: z.enum(channels),
  /** The mail address or mobile number; for a call, the numbers to dial, which may be empty. */
  address: z.string(),
  /** Why this person gets nothing; null when they get the message. */
  why: z.enum(Object.keys(noWayTexts) as [NoWay, ...NoWay[]]).nullable(),
  /** The values of the text's fields for this person. */
  values: z.record(z.enum(messageFields), z.string()),
})
export type SendingPerson = z.infer<typeof SendingPerson>

export const SendingPreview = z.object({
  /** Each guardian once, by family. */
  people: z.array(SendingPerson),
  children: z.int(),
  families: z.int(),
  /** Homes with an account, which can read the notice on the portal. */
  portalHomes: z.int(),
  /** Family names, which no SMS may contain. */
  surnames: z.array(z.string()),
  /** Names of the service, which every SMS may contain. */
  ownNames: z.array(z.string()),
  hasSms: z.boolean(),
  hasMail: z.boolean(),
  /** In thousandths of a euro. */
  priceThousandths: z.int(),
})
export type SendingPreview = z.infer<typeof SendingPreview>

const Message = z.object({
  whom: Whom,
  subject: z.string().max(maxSubjectLength, `Trop long\u00a0: ${maxSubjectLength} caractères au plus.`),
  text: z.string().max(maxMessageLength, `Trop long\u00a0: ${maxMessageLength} caractères au plus.`),
  /** Whether guardians who prefer SMS get one; otherwise they get a mail. */
  withSms: z.boolean(),
  /** The guardians that the preview showed. */
  seen: z.array(z.int()).max(50_000),
})
const Files = z.array(z.instanceof(File)).max(maxSendingFiles, `Au plus ${maxSendingFiles} pièces jointes.`)

/** What closes in an emergency, one of them, and its days. */
const UrgentClosing = z.object({
  siteId: Id.nullable(),
  facilityId: Id.nullable().default(null),
  schoolId: Id.nullable().default(null),
  activityId: Id.nullable(),
  from: DayText,
  to: DayText,
})

const SendingRow = z.object({
  id: Id,
  subject: z.string(),
  text: z.string(),
  state: z.enum(['planned', 'sent', 'dropped']),
  /** Its hour has passed, or it was planned in an older copy of the file: a person must decide. */
  isLate: z.boolean(),
  plannedFor: InstantOut.nullable(),
  sentAt: InstantOut.nullable(),
  by: z.string(),
  /** « Les enfants attendus le mer. 9 déc. 2026, CLSH MERCREDI » */
  audience: z.string(),
  difference: z.string(),
  costThousandths: z.int(),
  smsParts: z.int(),
  files: z.array(z.string()),
  /** Whom it reached; of one that is planned, whom the preview showed. */
  people: z.int(),
  fates: z.array(z.object({ fate: Fate, count: z.int() })),
})
export type SendingRow = z.infer<typeof SendingRow>

const SendingRecipient = z.object({
  id: Id,
  familyId: Id.nullable(),
  name: z.string(),
  channel: z.enum(channels),
  address: z.string(),
  fate: Fate,
  reply: z.string(),
  mayResend: z.boolean(),
  mayWithdraw: z.boolean(),
})
export type SendingRecipient = z.infer<typeof SendingRecipient>

const SendingRead = SendingRow.extend({
  whom: Whom,
  withSms: z.boolean(),
  /** Why a late message cannot leave now, as a sentence; null when it can. */
  obstacle: z.string().nullable(),
  /** Whom a planned message would reach now, and at what cost; null for the others, and when it may not leave. */
  planned: z.object({ people: z.int(), smsParts: z.int(), costThousandths: z.int() }).nullable(),
  /** Its notice on the portal, and whether the portal has it; null without one. */
  notice: z.object({ untilDay: z.custom<Day>(), isPublished: z.boolean() }).nullable(),
  recipients: z.array(SendingRecipient),
})
export type SendingRead = z.infer<typeof SendingRead>

const SavedAudience = z.object({
  id: Id,
  name: z.string(),
  whom: Whom,
  isShared: z.boolean(),
  isMine: z.boolean(),
  by: z.string(),
  /** Why this person may not write to it; null when they may. */
  why: z.string().nullable(),
})
export type SavedAudience = z.infer<typeof SavedAudience>

export const sendings = {
  /** The criteria by which an audience can be narrowed. */
  choices: procedure('sendings').output(
    z.object({
      sites: z.array(z.object({ id: Id, name: z.string() })),
      facilities: z.array(z.object({ id: Id, name: z.string() })),
      schools: z.array(z.object({ id: Id, name: z.string() })),
      activities: z.array(
        z.object({ id: Id, name: z.string(), siteId: Id, groups: z.array(z.object({ id: Id, name: z.string() })) }),
      ),
      levels: z.array(z.string()),
      /** When the person is a cashier of some régies, only these. */
      regies: z.array(z.object({ id: Id, name: z.string() })),
      required: z.array(z.object({ id: Id, name: z.string() })),
      /** Whether the person may write to any audience. */
      isFree: z.boolean(),
    }),
  ),
  /** One's own choices of recipients and those that are shared, by name. */
  savedAudiences: procedure('sendings').output(z.array(SavedAudience)),
  saveAudience: procedure('sendings')
    .input(
      z.object({
        /** Absent: another choice. */
        id: Id.optional(),
        name: RequiredLine.max(80, 'Un nom de 80 caractères au plus.'),
        whom: Whom,
        isShared: z.boolean(),
      }),
    )
    .output(z.object({ id: Id })),
  removeAudience: procedure('sendings').input(z.object({ id: Id })),
  /** The recipients at present, and how each is reached. Records nothing. */
  preview: procedure('sendings')
    .input(z.object({ whom: Whom, withSms: z.boolean() }))
    .output(SendingPreview),
  /**
   * Queues a message for the present audience. Refused when the audience differs from the preview (the refusal names
   * the differences), when it is empty, and when the text contains something forbidden.
   */
  send: procedure('sendings')
    .input(Message.extend({ files: Files }))
    .output(z.object({ id: Id, people: z.int() })),
  plan: procedure('sendings')
    .input(Message.extend({ files: Files, at: InstantText }))
    .output(z.object({ id: Id })),
  /** Sends a planned message at once, to the audience of the preview. */
  sendPlanned: procedure('sendings')
    .input(z.object({ id: Id, seen: z.array(z.int()).max(50_000) }))
    .output(z.object({ people: z.int() })),
  drop: procedure('sendings').input(z.object({ id: Id })),
  /** Latest first. */
  list: procedure('sendings')
    .input(z.object({ from: z.int().nonnegative(), count: z.int().positive().max(100) }))
    .output(z.object({ total: z.int(), rows: z.array(SendingRow) })),
  read: procedure('sendings')
    .input(z.object({ id: Id }))
    .output(SendingRead),
  /**
   * Takes the notice of the sending off the portal at the next exchange. Mails and SMS that have left stay as they are.
   */
  removeNotice: procedure('sendings').input(z.object({ id: Id })),
  /**
   * Late messages to decide, shown on Accueil: they did not leave at their hour. Each has the reason that prevents it
   * now, if any.
   */
  late: procedure('sendings').output(
    z.array(z.object({ id: Id, subject: z.string(), plannedFor: InstantOut, obstacle: z.string().nullable() })),
  ),
  /** The balance of the account at the SMS provider; null when the provider does not report it. */
  balance: procedure('sendings').output(z.object({ left: z.string().nullable() })),
  /** What an urgent closing would free. Changes nothing. */
  closingPreview: procedure('activities').input(UrgentClosing).output(ClosedBookings),
  /**
   * Closes days of an activity, a facility or a site and writes to the families of the children expected: both happen,
   * or neither. For a school, its children are freed and the activities stay open for the others.
   */
  closeUrgently: procedure('activities')
    .input(
      UrgentClosing.extend({
        reason: Note.min(1, 'Indiquez un motif\u00a0: les familles le liront.'),
        subject: Message.shape.subject,
        text: Message.shape.text,
        withSms: z.boolean(),
        seen: Message.shape.seen,
      }),
    )
    .output(
      z.object({
        id: Id.nullable(),
        people: z.int(),
        bookings: z.int(),
        /** Whether an exchange takes it to the portal now; false without a portal. */
        isExchanging: z.boolean(),
      }),
    ),
  /** By which channel each guardian of a home asked to be reached. */
  choicesOfFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(
      z.array(
        z.object({
          guardianId: Id,
          name: z.string(),
          choice: z.enum(channelChoices).nullable(),
          /** When staff, or the guardian on the portal, recorded the choice; null without one. */
          chosenAt: InstantOut.nullable(),
          mobile: z.string(),
          isMobileStopped: z.boolean(),
        }),
      ),
    ),
  /** The last messages to the guardians of a home, latest first. */
  ofFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(
      z.array(
        z.object({
          id: Id,
          subject: z.string(),
          name: z.string(),
          channel: z.enum(channels),
          fate: Fate,
          queuedAt: InstantOut,
        }),
      ),
    ),
  saveChoice: procedure('families.write').input(
    z.object({ guardianId: Id, choice: z.enum(channelChoices).nullable() }),
  ),
}
