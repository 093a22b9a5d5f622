import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { DayText, Id, Line, procedure } from '../procedure.ts'

/** Something of a cell to correct before its line can be taken. */
const CellProblem = z.object({
  /** Position in the file's own columns, from 0. */
  column: z.int().min(0),
  columnName: z.string(),
  value: z.string(),
  sentence: z.string(),
  /** What staff may take instead with one key. */
  proposal: z.string().nullable(),
})
export type CellProblem = z.infer<typeof CellProblem>

/** Someone already there who may be the one of the line. */
const Candidate = z.object({
  id: Id,
  name: z.string(),
  /** « né le 02/10/2020, famille Marchand » */
  detail: z.string(),
  /** What brought them together: « même date de naissance, prénom proche ». */
  why: z.string(),
})

const lineStates = ['new', 'update', 'same', 'double', 'error', 'skipped'] as const

export const ImportLine = z.object({
  /** As a spreadsheet numbers it: the header is line 1. */
  line: z.int(),
  /** One for each of the columns shown. */
  cells: z.array(z.string()),
  /** `double` waits for a decision, `error` for a correction. */
  state: z.enum(lineStates),
  /** What will be done, or was found: « rejoint la famille Marchand ». */
  said: z.string(),
  problems: z.array(CellProblem),
  candidates: z.array(Candidate),
})
export type ImportLine = z.infer<typeof ImportLine>

export const ImportPreview = z.object({
  kind: z.enum(['pupils', 'guardians']),
  encoding: z.enum(['UTF-8', 'Latin-1']),
  /** The columns shown, with their position in the file. */
  columns: z.array(z.object({ name: z.string(), position: z.int() })),
  lines: z.array(ImportLine),
})
export type ImportPreview = z.infer<typeof ImportPreview>

export const ImportDecision = z.object({
  line: z.int(),
  /** The same person as `id`, someone else to create, or nothing done with this line. */
  choice: z.enum(['same', 'create', 'skip']),
  id: Id.nullable(),
})
export type ImportDecision = z.infer<typeof ImportDecision>

const Wish = z.object({
  file: z.instanceof(Blob),
  /** Of the pupils; null where the file does not say and staff do not know. */
  schoolId: Id.nullable(),
  /** From when the classes are true, usually 1 September. */
  fromDay: DayText,
  corrections: z.array(z.object({ line: z.int().min(2), column: z.int().min(0), value: Line })).max(5000),
  decisions: z.array(ImportDecision).max(20_000),
})
export type ImportWish = z.output<typeof Wish>

export const ImportReport = z.object({
  kind: z.enum(['pupils', 'guardians']),
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  families: z.int(),
  left: z.array(z.object({ line: z.int(), why: z.string() })),
})
export type ImportReport = z.infer<typeof ImportReport>

export const imports = {
  /** Reads the file and says line by line what would be done. Changes nothing. */
  preview: procedure('imports').input(Wish).output(ImportPreview),
  /**
   * The whole file in one act, or nothing. Told as it goes; leaving the stream stops it and takes everything back.
   * Lines to correct and doubles without decision are refused unless `withoutPending` leaves them aside.
   */
  run: procedure('imports')
    .input(Wish.extend({ fileName: Line, withoutPending: z.boolean() }))
    .output(
      eventIterator(
        z.discriminatedUnion('step', [
          z.object({ step: z.literal('writing'), done: z.int(), total: z.int() }),
          z.object({ step: z.literal('done'), report: ImportReport }),
          /** Everything was taken back. */
          z.object({ step: z.literal('failed'), sentence: z.string() }),
        ]),
      ),
    ),
}
