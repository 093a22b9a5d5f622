import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import type { Wish } from '../../rules/cell/cell.ts'
import type { Answer } from '../../rules/cell/cell-actions.ts'
import { CentsNumber, DayText, Id, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const WishOut = z.custom<Wish>((value) => typeof value === 'string')
const AnswerOut = z.custom<Answer>((value) => typeof value === 'string')

/** An id that the page generates once per press of a button: a repeated call with it returns the same receipt. */
export const RequestId = z.uuid('Rechargez la page, puis recommencez.')

const AskedDay = z.object({
  demande: z.string(),
  child: z.string(),
  registration: z.string(),
  day: DayOut,
  slot: z.string(),
  wish: WishOut,
})

/** The signed content of a receipt. Its text is stored exactly as signed. */
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
  /** A requested registration, instead of days. */
  registration: z
    .object({
      demande: z.string(),
      child: z.string(),
      period: z.string(),
      from: DayOut,
      to: DayOut,
      /** The requested typical week, slots by name; the first receipts did not have it. */
      week: z.array(z.object({ weekday: z.int(), slot: z.string() })).default([]),
    })
    .nullable(),
  refused: z.array(AskedDay.omit({ demande: true }).extend({ reason: z.string() })),
  estimateCents: CentsNumber.nullable(),
  /** The estimate by child, registration and day. */
  costs: z.array(z.object({ child: z.string(), registration: z.string(), day: DayOut, cents: CentsNumber })),
  /** The end of the portal's log after recording: after a restore it shows what was lost. */
  log: z.object({ epoch: z.int(), number: z.int(), hash: z.string() }),
})
export type ReceiptBody = z.infer<typeof ReceiptBody>

export const Receipt = ReceiptBody.extend({ id: z.string(), text: z.string(), signature: z.string() })
export type Receipt = z.infer<typeof Receipt>

const DraftCell = z.object({ registration: Id, day: DayText, slot: Id })

/** The parent's draft for the home shown: stored on the portal, not sent to the town. */
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
      /** The result if the draft were recorded now; `week`: too few or too many days of that week are ticked. */
      outcome: z.enum(['record', 'waitingList', 'surcharge', 'week', 'refused']),
      /** The reason of a refusal; for other outcomes, what the parent should know. */
      text: z.string(),
      surchargeCents: CentsNumber.nullable(),
    }),
  ),
  estimate: z.object({
    totalCents: CentsNumber,
    /** The additional cost if every place on a waiting list becomes free. */
    waitingCents: CentsNumber,
    /** The estimate by registration and day. */
    days: z.array(z.object({ registration: Id, day: DayOut, cents: CentsNumber })),
    explanations: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
  /** Cells of this call that could not be saved, with the reason. */
  refused: z.array(z.object({ registration: Id, day: DayOut, slot: Id, reason: z.string() })),
})
export type Drafts = z.infer<typeof Drafts>

/** A draft filled from a typical week, with the days that it had to skip. */
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
  /** The registration whose calendar has the day; null for a registration. */
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
  /** A place is offered to the child until then, to accept or decline. */
  offeredUntil: InstantOut.nullable(),
  /** The demande accepts an offered place. */
  takesOffer: z.boolean(),
  /** A later demande exists for the same cell: the answer to this one no longer applies. */
  isOvertaken: z.boolean(),
  /** The days of its week must be requested, put on the waiting list and cancelled together. */
  goesTogether: z.boolean(),
})
export type DemandeShown = z.infer<typeof DemandeShown>

export const demandes = {
  drafts: procedure('loggedIn').output(Drafts),
  /** Saves ticks; a null `wish` removes one. Impossible cells are returned in `refused`, the others are saved. */
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
  /** « Appliquer ma semaine type »: ticks every bookable day from `from` on. */
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
        /** `ticksDigest` of the draft shown on the page; absent, the stored draft is recorded whatever it contains. */
        shown: z.string().max(40).optional(),
      }),
    )
    .output(Receipt),
  /** Leaves the waiting list at once, without a draft. */
  leave: procedure('loggedIn')
    .input(DraftCell.extend({ request: RequestId }))
    .output(Receipt),
  /** Accepts the place offered from the waiting list, at once, without a draft. */
  takeOffer: procedure('loggedIn')
    .input(DraftCell.extend({ request: RequestId }))
    .output(Receipt),
  /** Withdraws a demande that the desk has not collected yet. */
  withdraw: procedure('loggedIn').input(z.object({ demande: z.string() })),
  /** Takes back a collected demande that is not answered yet. */
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
  /** The receipt as a PDF. */
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
