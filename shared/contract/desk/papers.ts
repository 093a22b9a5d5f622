import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { type PaperKind, paperKinds, paperTypes } from '../../rules/requests/paper.ts'
import { HealthDeclaration } from '../exchange/paper-parts.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure } from '../procedure.ts'
import { HealthInput, HealthRecord, QuotientInput } from './people/families.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const KindOut = z.custom<PaperKind>((value) => typeof value === 'string')

export const AskedPaper = z.object({
  id: Id,
  familyId: Id,
  /** « Marchand » */
  family: z.string(),
  childId: Id.nullable(),
  /** « Noé »; empty when the paper concerns the whole home. */
  child: z.string(),
  kind: KindOut,
  note: z.string(),
  dueOn: DayOut,
  askedAt: InstantOut,
  state: z.enum(['open', 'settled', 'dropped']),
  isLate: z.boolean(),
})
export type AskedPaper = z.infer<typeof AskedPaper>

export const ReceivedPaper = z.object({
  id: Id,
  familyId: Id,
  family: z.string(),
  childId: Id.nullable(),
  child: z.string(),
  askedId: Id.nullable(),
  sender: z.string(),
  kind: KindOut,
  name: z.string(),
  type: z.enum(paperTypes),
  pages: z.int(),
  quotient: z.number().nullable(),
  incomeCents: CentsNumber.nullable(),
  /** The quotient currently on record, for comparison. */
  quotientNow: z.number().nullable(),
  recordedAt: InstantOut,
  content: z.enum(['awaited', 'here', 'lost']),
  state: z.enum(['waiting', 'accepted', 'refused']),
  reason: z.string(),
  decidedAt: InstantOut.nullable(),
  /** Once accepted, the paper counts in the dossier. */
  isForDossier: z.boolean(),
  /** A paper with health information, which this person may neither open nor decide. */
  isForOthers: z.boolean(),
})
export type ReceivedPaper = z.infer<typeof ReceivedPaper>

export const papers = {
  /** The tab « Pièces » of a home. */
  ofFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.object({ asked: z.array(AskedPaper), received: z.array(ReceivedPaper) })),
  /** « Pièces reçues »: received papers without an answer, oldest first, and overdue requested papers. */
  queue: procedure('families.read').output(
    z.object({ received: z.array(ReceivedPaper), late: z.array(AskedPaper), isSealed: z.boolean() }),
  ),
  /** « Demander une pièce »: requests a paper from a family. */
  ask: procedure('families.write')
    .input(z.object({ familyId: Id, childId: Id.nullable(), kind: z.enum(paperKinds), note: Line, dueOn: DayText }))
    .output(z.object({ id: Id })),
  /** Ends a request: the paper was brought to the counter (`settled`), or is no longer needed (`dropped`). */
  close: procedure('families.write').input(z.object({ id: Id, as: z.enum(['settled', 'dropped']) })),
  /** Returns the file. The audit trail records who opened it. */
  open: procedure('families.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
  /** What a parent declared about a child's health, and the current record. The audit trail records who read them. */
  healthTold: procedure('health.read')
    .input(z.object({ id: Id }))
    .output(
      z.object({
        told: HealthDeclaration,
        record: HealthRecord.omit({ admittedOn: true, confirmedOn: true, confirmedBy: true }),
      }),
    ),
  accept: procedure('families.write').input(
    z.object({
      id: Id,
      /** The quotient on the paper: it becomes the home's quotient from that day on. */
      quotient: QuotientInput.pick({ fromDay: true }).extend({ value: QuotientInput.shape.value.unwrap() }).nullable(),
      incomeCents: CentsNumber.min(0).nullable(),
      /** The last day on which it counts in the dossier, as written on the paper; null: the usual one. */
      validUntil: DayText.nullable().default(null),
    }),
  ),
  /** Accepts declared health information: the input is the complete new record. */
  acceptHealth: procedure('health.write').input(HealthInput.extend({ id: Id })),
  refuse: procedure('families.write').input(z.object({ id: Id, reason: Note })),
}
