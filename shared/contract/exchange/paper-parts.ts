import * as z from 'zod'
import { diets } from '../../rules/people/health.ts'
import { Line, Note } from '../procedure.ts'

/** An upper bound, far above the size of any sealed paper. */
const mostSealedBytes = 1_000_000_000

/** A paper's sealed bytes travel beside the log, part by part, asked by the desk. */
export const PaperPartAsked = z.object({ id: z.string().max(100), from: z.int().nonnegative().max(mostSealedBytes) })
export type PaperPartAsked = z.infer<typeof PaperPartAsked>

/** Bytes from that place on, in base64; null where the portal holds them no more. */
export const PaperPart = z.object({
  size: z.int().nonnegative(),
  bytes: z.base64().max(1_000_000).nullable(),
})
export type PaperPart = z.infer<typeof PaperPart>

/** What a parent tells of a child's health: sealed, it is the paper's content. Null where nothing is said. */
export const HealthToldShape = z.object({
  allergies: Note.nullable(),
  diet: z.enum(diets).nullable(),
  pai: Note.nullable(),
  doctor: Line.nullable(),
})
