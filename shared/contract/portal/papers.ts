import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import type { ItemState } from '../../rules/dossier/dossier.ts'
import type { RequiredKind } from '../../rules/dossier/required-paper.ts'
import { fileKinds, maxPaperIncome, maxPaperQuotient, type PaperKind } from '../../rules/requests/paper.ts'
import { HealthDeclaration } from '../exchange/paper-parts.ts'
import { CentsNumber, Id, procedure } from '../procedure.ts'
import { PublishedHealth } from './health.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const KindOut = z.custom<PaperKind>((value) => typeof value === 'string')

/** « Pièces demandées » */
export const AskedPaperShown = z.object({
  id: Id,
  kind: KindOut,
  /** « Attestation d’assurance »; « Un document du dossier » for what only some children have. */
  name: z.string(),
  child: Id.nullable(),
  /** « Noé Marchand », or « Votre foyer » */
  about: z.string(),
  /** A note from the service. */
  note: z.string(),
  dueOn: DayOut,
  isLate: z.boolean(),
  /** Whether a paper was sent for this request and waits for its decision. */
  isSent: z.boolean(),
})
export type AskedPaperShown = z.infer<typeof AskedPaperShown>

/** A sent paper: the parent sees its name, date and state; the file itself is not shown again. */
export const SentPaperShown = z.object({
  id: z.string(),
  kind: KindOut,
  child: Id.nullable(),
  about: z.string(),
  name: z.string(),
  recordedAt: InstantOut,
  /** `recorded`: not collected yet. `sent`: the desk has it, undecided. */
  state: z.enum(['recorded', 'sent', 'accepted', 'refused']),
  reason: z.string(),
  /** What the parent typed from the paper, until it is decided; null for a field left empty. */
  quotient: z.number().nullable(),
  incomeCents: CentsNumber.nullable(),
})
export type SentPaperShown = z.infer<typeof SentPaperShown>

/** What the dossier asks for, of the home or of a child. */
export const DossierItemShown = z.object({
  /** The required paper that the sent paper answers. */
  required: Id,
  kind: z.custom<RequiredKind>((value) => typeof value === 'string'),
  name: z.string(),
  child: Id.nullable(),
  /** « Noé Marchand », or « Votre foyer » */
  about: z.string(),
  state: z.custom<ItemState>((value) => typeof value === 'object'),
  /** Whether a paper was sent for it and waits for its decision. */
  isSent: z.boolean(),
})
export type DossierItemShown = z.infer<typeof DossierItemShown>

export const PapersShown = z.object({
  /** Whether papers can be sent: the desk has published the key that seals them. */
  isOpen: z.boolean(),
  /** Whether the desk accepts all fields of a health declaration, or only those of the first version. */
  asksWholeHealth: z.boolean(),
  children: z.array(z.object({ id: Id, name: z.string() })),
  asked: z.array(AskedPaperShown),
  /** Empty when nothing is required. */
  dossier: z.array(DossierItemShown),
  /** Papers of the last year, newest first. */
  sent: z.array(SentPaperShown),
})
export type PapersShown = z.infer<typeof PapersShown>

/** Metadata of an uploaded file, in `paperHeader` (paper-upload.ts): the body has the bytes only. */
export const PaperHead = z.object({
  /** An id that the page generates: a repeated upload with it is the same paper. */
  request: z.uuid(),
  kind: z.enum(fileKinds),
  child: Id.nullable(),
  asked: Id.nullable(),
  /** The required paper that it answers. */
  required: Id.nullable().default(null),
  name: z.string().max(400),
  /** What the parent typed from the paper, for staff to compare. */
  quotient: z
    .number()
    .min(0, 'Un quotient familial ne peut pas être négatif.')
    .max(maxPaperQuotient, 'Un quotient familial va jusqu’à 99\u202f999\u00a0: relisez-le sur votre attestation.')
    .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, {
      message: 'Deux chiffres après la virgule, au plus.',
    })
    .nullable(),
  incomeCents: CentsNumber.min(0)
    .max(maxPaperIncome * 100)
    .nullable(),
})
export type PaperHead = z.infer<typeof PaperHead>

/** Answers that a parent has not sent yet, as they are typed: `shared/rules/dossier/health-questions.ts`. */
export const HealthAnswers = z.record(z.string().max(40), z.string().max(4000))
export type HealthAnswers = z.infer<typeof HealthAnswers>

/** What was saved of unfinished answers; « lost » when a new password made them unreadable. */
const KeptAnswers = z.union([HealthAnswers, z.literal('lost')]).nullable()

/** What the portal shows a guardian of a child's health record. Never cached on a device. */
export const HealthShown = z.discriminatedUnion('state', [
  /** The town does not show health records. */
  z.object({ state: z.literal('off') }),
  /** This session began before the account had a key. */
  z.object({ state: z.literal('logInAgain') }),
  /** The account has another key: the desk seals to it at the next exchange. */
  z.object({ state: z.literal('later'), answers: KeptAnswers }),
  /** Staff have not confirmed that this guardian holds authority for the child. */
  z.object({ state: z.literal('notShown'), answers: KeptAnswers }),
  z.object({ state: z.literal('shown'), known: PublishedHealth, answers: KeptAnswers }),
])
export type HealthShown = z.infer<typeof HealthShown>

export const papers = {
  health: procedure('loggedIn')
    .input(z.object({ child: Id }))
    .output(HealthShown),
  /** Stores unfinished answers, sealed to the account's own key; null deletes them. */
  keepHealth: procedure('loggedIn').input(z.object({ child: Id, answers: HealthAnswers.nullable() })),
  shown: procedure('loggedIn').output(PapersShown),
  /** Declares health information. It is sealed for the desk at once: the portal cannot show it again. */
  tellHealth: procedure('loggedIn')
    .input(z.object({ request: z.uuid(), child: Id, told: HealthDeclaration }))
    .output(PapersShown),
}
