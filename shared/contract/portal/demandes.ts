import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import type { Wish } from '../../rules/cell/cell.ts'
import type { Answer } from '../../rules/cell/cell-actions.ts'
import { CentsNumber, DayText, Id, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const WishOut = z.custom<Wish>((value) => typeof value === 'string')
const AnswerOut = z.custom<Answer>((value) => typeof value === 'string')

/** Made by the page once for one press of a button: sent again, it brings the same receipt back. */
export const RequestId = z.uuid('Rechargez la page, puis recommencez.')

const AskedDay = z.object({
  demande: z.string(),
  child: z.string(),
  registration: z.string(),
  day: DayOut,
  slot: z.string(),
  wish: WishOut,
})

/** What is signed. Its text is kept as it was signed. */
export const ReceiptBody = z.object({
  /** « R-2026-004817 » */
  number: z.string(),
  guardian: Id,
  guardianName: z.string(),
  family: Id,
  familyTitle: z.string(),
  recordedAt: InstantOut,
  /** The town answers by this day: J+2. */
  answerDueOn: DayOut,
  items: z.array(AskedDay),
  /** A registration asked for, instead of days. */
  registration: z
    .object({
      demande: z.string(),
      child: z.string(),
      period: z.string(),
      from: DayOut,
      to: DayOut,
      /** The semaine type wished with it, slots by name; the first receipts did not tell it. */
      week: z.array(z.object({ weekday: z.int(), slot: z.string() })).default([]),
    })
    .nullable(),
  refused: z.array(AskedDay.omit({ demande: true }).extend({ reason: z.string() })),
  estimateCents: CentsNumber.nullable(),
  /** The same by child, registration and day. */
  costs: z.array(z.object({ child: z.string(), registration: z.string(), day: DayOut, cents: CentsNumber })),
  /** The portal's log after it was recorded: shows what a restored side has lost. */
  log: z.object({ epoch: z.int(), number: z.int(), hash: z.string() }),
})
export type ReceiptBody = z.infer<typeof ReceiptBody>

export const Receipt = ReceiptBody.extend({ id: z.string(), text: z.string(), signature: z.string() })
export type Receipt = z.infer<typeof Receipt>

const DraftCell = z.object({ registration: Id, day: DayText, slot: Id })

/** The brouillon of who is logged in, for the home on screen: kept on the portal, unknown to the town. */
export const Drafts = z.object({
  items: z.array(
    z.object({
      registration: Id,
      child: z.string(),
      activity: z.string(),
      day: DayOut,
      slot: Id,
      slotName: z.string(),
      wish: z.enum(['book', 'cancel']),
      /** What recording would make of it now. */
      outcome: z.enum(['record', 'waitingList', 'surcharge', 'refused']),
      /** For a refusal, why; for the others what to know. */
      text: z.string(),
      surchargeCents: CentsNumber.nullable(),
    }),
  ),
  estimate: z.object({
    totalCents: CentsNumber,
    /** On top of it, if every place waited for comes free. */
    waitingCents: CentsNumber,
    /** By registration and day. */
    days: z.array(z.object({ registration: Id, day: DayOut, cents: CentsNumber })),
    explanations: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
  /** Cells of this call that could not be kept, and why. */
  refused: z.array(z.object({ registration: Id, day: DayOut, slot: Id, reason: z.string() })),
})
export type Drafts = z.infer<typeof Drafts>

/** A semaine type as brouillon: what it fills, and the days it had to leave. */
export const WeekDrafts = Drafts.extend({
  skipped: z.array(z.object({ day: DayOut, slot: Id, slotName: z.string(), reason: z.string() })),
})
export type WeekDrafts = z.infer<typeof WeekDrafts>

/** One demande and its steps: enregistrée, envoyée, décidée. */
export const DemandeShown = z.object({
  id: z.string(),
  kind: z.enum(['day', 'registration']),
  child: z.string(),
  title: z.string(),
  /** Of a day: where its calendar is. */
  registration: Id.nullable(),
  day: DayOut.nullable(),
  slot: z.string(),
  wish: WishOut.nullable(),
  receipt: z.string(),
  recordedAt: InstantOut,
  collectedAt: InstantOut.nullable(),
  takenBackAt: InstantOut.nullable(),
  withdrawnAt: InstantOut.nullable(),
  answer: AnswerOut.nullable(),
  answerReason: z.string().nullable(),
  answeredAt: InstantOut.nullable(),
  answerDueOn: DayOut,
  /** A place is kept for it until then, to be taken or left. */
  offeredUntil: InstantOut.nullable(),
  /** It takes the place that is kept for it. */
  takesOffer: z.boolean(),
  /** A later demande exists for the same cell: the answer to this one no longer applies. */
  isOvertaken: z.boolean(),
})
export type DemandeShown = z.infer<typeof DemandeShown>

export const demandes = {
  drafts: procedure('loggedIn').output(Drafts),
  /** `wish` null takes the tick away. Cells that cannot be are told in `refused`, the others are kept. */
  draft: procedure('loggedIn')
    .input(
      z.object({
        cells: z
          .array(DraftCell.extend({ wish: z.enum(['book', 'cancel']).nullable() }))
          .min(1)
          .max(1000),
      }),
    )
    .output(Drafts),
  /** « Appliquer ma semaine type »: drafts for every day from `from` on that can be booked. */
  draftWeek: procedure('loggedIn')
    .input(
      z.object({
        registration: Id,
        from: DayText,
        week: z.array(z.object({ weekday: z.int().min(1).max(7), slot: Id })).max(100),
      }),
    )
    .output(WeekDrafts),
  clearDrafts: procedure('loggedIn').output(Drafts),
  /** « Enregistrer mes demandes » */
  record: procedure('loggedIn')
    .input(
      z.object({
        request: RequestId,
        surchargeAccepted: z.boolean(),
        /** `ticksDigest` of the brouillon as the page shows it; absent, whatever it holds is recorded. */
        shown: z.string().max(40).optional(),
      }),
    )
    .output(Receipt),
  /** Leaves the waiting list, at once. */
  leave: procedure('loggedIn')
    .input(DraftCell.extend({ request: RequestId }))
    .output(Receipt),
  /** Takes the place that was offered from the waiting list, at once. */
  takeOffer: procedure('loggedIn')
    .input(DraftCell.extend({ request: RequestId }))
    .output(Receipt),
  /** Before the town has it. */
  withdraw: procedure('loggedIn').input(z.object({ demande: z.string() })),
  /** Once the town has it, until its answer is here. */
  takeBack: procedure('loggedIn').input(z.object({ demande: z.string() })),
  /** « Enregistrer la demande » of « Nouvelle inscription » */
  register: procedure('loggedIn')
    .input(
      z.object({
        request: RequestId,
        child: Id,
        period: Id,
        from: DayText,
        to: DayText,
        week: z.array(z.object({ weekday: z.int().min(1).max(7), slot: Id })).max(100),
      }),
    )
    .output(Receipt),
  /** Newest first. */
  list: procedure('loggedIn').output(z.array(DemandeShown)),
  receipt: procedure('loggedIn')
    .input(z.object({ id: z.string() }))
    .output(Receipt),
  /** The same on paper. */
  receiptPdf: procedure('loggedIn')
    .input(z.object({ id: z.string() }))
    .output(z.instanceof(Blob)),
  receipts: procedure('loggedIn').output(
    z.array(
      z.object({
        id: z.string(),
        number: z.string(),
        recordedAt: InstantOut,
        /** « 4 demandes de réservation », « inscription de Noa, ALSH mercredi 2026/2027 » */
        about: z.string(),
      }),
    ),
  ),
}
