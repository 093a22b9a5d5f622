import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { fileKinds, maxPaperIncome, maxPaperQuotient, type PaperKind } from '../../rules/requests/paper.ts'
import { HealthToldShape } from '../exchange/paper-parts.ts'
import { CentsNumber, Id, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const KindOut = z.custom<PaperKind>((value) => typeof value === 'string')

/** « Pièces demandées » */
export const AskedPaperShown = z.object({
  id: Id,
  kind: KindOut,
  child: Id.nullable(),
  /** « Noé Marchand », or « Votre foyer » */
  about: z.string(),
  /** What the service adds. */
  note: z.string(),
  dueOn: DayOut,
  isLate: z.boolean(),
  /** One was sent for it, and waits. */
  isSent: z.boolean(),
})
export type AskedPaperShown = z.infer<typeof AskedPaperShown>

/** Of what was sent, a parent is told its name, when, and what became of it: the file itself is not shown again. */
export const SentPaperShown = z.object({
  id: z.string(),
  kind: KindOut,
  child: Id.nullable(),
  about: z.string(),
  name: z.string(),
  recordedAt: InstantOut,
  /** `recorded`: not collected yet. `sent`: the service has it. */
  state: z.enum(['recorded', 'sent', 'accepted', 'refused']),
  reason: z.string(),
  /** What the parent read on it, while no answer came; null for what they said nothing of. */
  quotient: z.number().nullable(),
  incomeCents: CentsNumber.nullable(),
})
export type SentPaperShown = z.infer<typeof SentPaperShown>

export const PapersShown = z.object({
  /** The service takes papers: it has published the key that seals them. */
  isOpen: z.boolean(),
  children: z.array(z.object({ id: Id, name: z.string() })),
  asked: z.array(AskedPaperShown),
  /** Newest first, of the last year. */
  sent: z.array(SentPaperShown),
})
export type PapersShown = z.infer<typeof PapersShown>

/** What comes with the bytes of a file, in `paperHeader` (paper-upload.ts): the bytes alone are the body. */
export const PaperHead = z.object({
  /** Made by the page: sent again, it is the same paper. */
  request: z.uuid(),
  kind: z.enum(fileKinds),
  child: Id.nullable(),
  asked: Id.nullable(),
  name: z.string().max(400),
  /** What the parent reads on the paper, for the service to compare. */
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

export const papers = {
  shown: procedure('loggedIn').output(PapersShown),
  /** Sealed for the service at once: nothing shows it again here. */
  tellHealth: procedure('loggedIn')
    .input(z.object({ request: z.uuid(), child: Id, told: HealthToldShape }))
    .output(PapersShown),
}
