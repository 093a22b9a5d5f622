import * as z from 'zod'
import { diets } from '../../rules/dossier/health.ts'
import { DayText, Line, Note } from '../procedure.ts'

/** An upper bound, far above the size of any sealed paper. */
const maxSealedBytes = 1_000_000_000

/** The sealed bytes of a parent's paper do not go through the log: the desk requests them part by part. */
export const PaperPartRequest = z.object({ id: z.string().max(100), from: z.int().nonnegative().max(maxSealedBytes) })
export type PaperPartRequest = z.infer<typeof PaperPartRequest>

/** Bytes from the requested offset, in base64; null if the portal no longer has them. */
export const PaperPart = z.object({
  size: z.int().nonnegative(),
  bytes: z.base64().max(1_000_000).nullable(),
})
export type PaperPart = z.infer<typeof PaperPart>

/**
 * A parent's declaration of a child's health: the content of the sealed paper. A field that is null or left out does
 * not change the record: earlier versions of the portal only send the first four.
 */
export const HealthDeclaration = z.object({
  allergies: Note.nullable(),
  diet: z.enum(diets).nullable(),
  pai: Note.nullable(),
  doctor: Line.nullable(),
  paiUntil: DayText.nullish(),
  treatment: Note.nullish(),
  prescriptionOn: DayText.nullish(),
  history: Note.nullish(),
  recommendations: Note.nullish(),
  insurer: Line.nullish(),
  insuranceContract: Line.nullish(),
  insuranceUntil: DayText.nullish(),
  /**
   * The mark of the record that was shown to the parent, who confirms it except for the declared fields; absent when
   * none was shown.
   */
  shown: z.string().max(100).optional(),
})
export type HealthDeclaration = z.output<typeof HealthDeclaration>
