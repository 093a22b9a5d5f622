import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { CentsNumber, DayText, Id, Line, procedure } from '../../procedure.ts'

/* « Lignes libres »: charges that staff write by hand. */

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Fiscal = z.enum(['garde', 'repas', 'autre'])
const Cents = z.int()

const FreeLineKind = z.object({
  id: Id,
  label: z.string(),
  unitCents: Cents,
  regieId: Id,
  fiscal: Fiscal,
  archived: z.boolean(),
})
export type FreeLineKind = z.infer<typeof FreeLineKind>

const FreeLineKindInput = z.object({
  /** Absent: a new line. */
  id: Id.optional(),
  label: Line,
  unitCents: CentsNumber,
  regieId: Id,
  fiscal: Fiscal,
  archived: z.boolean(),
})
export type FreeLineKindInput = z.infer<typeof FreeLineKindInput>

/** Which homes get the line: those of a list, or all that have a child registered in an activity on that day. */
const FreeLineHomes = z.union([
  z.object({ familyIds: z.array(Id).min(1).max(20_000) }),
  z.object({ registeredIn: Id, per: z.enum(['home', 'child']) }),
])

const FreeLineInput = z.object({
  homes: FreeLineHomes,
  /** Homes of the preview that staff took off the list. */
  leftOut: z.array(Id).default([]),
  kindId: Id.nullable(),
  /** For a line of one home. Null: it belongs to no child. */
  childId: Id.nullable(),
  activityId: Id.nullable(),
  regieId: Id,
  day: DayText,
  label: Line,
  quantity: z.int(),
  unitCents: CentsNumber,
  fiscal: Fiscal,
  reason: Line,
})
export type FreeLineInput = z.infer<typeof FreeLineInput>

const FreeLinesPreview = z.object({
  homes: z.array(
    z.object({
      familyId: Id,
      name: z.string(),
      /** How many lines the home gets: one, or one for each of its registered children. */
      lines: z.int(),
      /** Whether the month of the line is final for the home: the line then gets today's date. */
      isFinal: z.boolean(),
    }),
  ),
  totalCents: Cents,
})
export type FreeLinesPreview = z.infer<typeof FreeLinesPreview>

const FreeLineOfHome = z.object({
  id: Id,
  day: DayOut,
  correctedDay: DayOut.nullable(),
  label: z.string(),
  /** Empty when the line belongs to no child. */
  child: z.string(),
  activity: z.string(),
  regieId: Id,
  fiscal: Fiscal,
  quantity: z.int(),
  unitCents: Cents,
  totalCents: Cents,
  reason: z.string(),
  /** The part of `totalCents` that no paper has billed yet. */
  waitingCents: Cents,
  /** Whether a paper has billed a part of it, so that only a credit note can correct it. */
  isBilled: z.boolean(),
})
export type FreeLineOfHome = z.infer<typeof FreeLineOfHome>

export const freeLines = {
  /** The town's list of usual lines, by label; archived ones last. */
  kinds: procedure('freeLines').output(z.array(FreeLineKind)),
  saveKind: procedure('freeLines').input(FreeLineKindInput).output(FreeLineKind),
  preview: procedure('freeLines').input(FreeLineInput).output(FreeLinesPreview),
  /** Writes the line for all these homes in one act. */
  write: procedure('freeLines')
    .input(FreeLineInput)
    .output(z.object({ lines: z.int() })),
  /** Deletes a line that no paper has billed. */
  remove: procedure('freeLines')
    .input(z.object({ id: Id }))
    .output(z.object({})),
  /** The lines of a home that wait to be billed and those that were billed, newest first. */
  ofHome: procedure('invoices.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(FreeLineOfHome)),
}
