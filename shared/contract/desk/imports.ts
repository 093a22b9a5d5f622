import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { listKinds } from '../../formats/lists.ts'
import type { Instant } from '../../rules/calendar/day.ts'
import { DayText, Id, Line, procedure, RequiredLine } from '../procedure.ts'

const anInstant = z.custom<Instant>((value) => typeof value === 'string')
const List = z.enum(listKinds)

/** Something of a cell to correct before its line can be taken. */
const CellProblem = z.object({
  /** Position in the file's own columns, from 0. */
  column: z.int().min(0),
  columnName: z.string(),
  value: z.string(),
  sentence: z.string(),
  /** What staff may take instead with one key. */
  proposal: z.string().nullable(),
  /** Set when one act can correct this problem in the whole file. */
  cause: z.enum(['proposed', 'unnamedParent']).optional(),
})
export type CellProblem = z.infer<typeof CellProblem>

/** Someone already there who may be the one of the line. */
const Candidate = z.object({
  id: Id,
  /** A home when the person is new and the question is where they live. */
  kind: z.enum(['person', 'home']),
  name: z.string(),
  /** « né le 02/10/2020, famille Marchand » */
  detail: z.string(),
  /** What brought them together: « même date de naissance, prénom proche ». */
  why: z.string(),
})
export type ImportCandidate = z.infer<typeof Candidate>

/** A field that the desk and the file do not say alike; `take` is what stays. */
const Difference = z.object({
  field: z.string(),
  title: z.string(),
  here: z.string(),
  file: z.string(),
  take: z.enum(['here', 'file']),
})
export type ImportDifference = z.infer<typeof Difference>

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
  /** What is worth a look, and keeps no line from being taken. */
  remarks: z.array(CellProblem),
  candidates: z.array(Candidate),
  /** Of whom the line was found to be. */
  differences: z.array(Difference),
})
export type ImportLine = z.infer<typeof ImportLine>

/** A column of the file, with what its first lines hold. */
const FileColumn = z.object({
  position: z.int(),
  name: z.string(),
  samples: z.array(z.string()),
  /** It holds something, that no field takes. */
  isLeftAside: z.boolean(),
})

/** A word of the file for something that the desk names otherwise; settled once for all its lines. */
const Word = z.object({
  field: z.string(),
  title: z.string(),
  from: z.string(),
  lines: z.int(),
  /** What it was taken for; null while nobody knows. */
  to: z.string().nullable(),
  /** The closest of the choices. */
  proposal: z.string().nullable(),
  choices: z.array(z.string()),
})
export type ImportWord = z.infer<typeof Word>

const FieldColumn = z.object({ field: z.string(), column: z.int().min(0) })
const WordChoice = z.object({ field: z.string(), from: z.string().max(200), to: z.string().max(200) })

export const ImportPreview = z.object({
  list: List,
  source: z.object({
    encoding: z.enum(['utf-8', 'utf-16', 'windows-1252', 'xlsx']),
    /** Null in a workbook. */
    delimiter: z.enum([';', ',', '\t', '|']).nullable(),
    sheet: z.string(),
    sheets: z.array(z.string()),
  }),
  headerLine: z.int(),
  /** The first lines of the file, among which staff choose the line of the headers. */
  firstLines: z.array(z.object({ line: z.int(), text: z.string() })),
  /** How many lines `takeProposals` and `nameParents` would correct. */
  mendable: z.object({ proposals: z.int(), parents: z.int() }),
  file: z.array(FileColumn),
  mapping: z.array(FieldColumn),
  /** The profile that mapped it; empty when none did. */
  profile: z.string(),
  /** Titles of the fields that no column holds yet: nothing is read before. */
  missing: z.array(z.string()),
  words: z.array(Word),
  /** The columns shown, with their position in the file. */
  columns: z.array(z.object({ name: z.string(), position: z.int() })),
  lines: z.array(ImportLine),
  /** Children of the school whom a class list no longer names. */
  leavers: z.array(z.object({ id: Id, name: z.string(), detail: z.string(), familyId: Id.nullable() })),
})
export type ImportPreview = z.infer<typeof ImportPreview>

export const ImportDecision = z.object({
  line: z.int(),
  /** The same person as `id`, someone else to create, or nothing done with this line. */
  choice: z.enum(['same', 'create', 'skip']),
  id: Id.nullable(),
  /** Of someone new: the home they join, or `new` for one of their own. Null: not asked, or not answered. */
  home: z.union([Id, z.literal('new')]).nullable(),
  /** Fields for which `here` or `file` was chosen against what was proposed. */
  take: z.record(z.string(), z.enum(['here', 'file'])),
})
export type ImportDecision = z.infer<typeof ImportDecision>

const Wish = z.object({
  file: z.instanceof(Blob),
  /** Of a workbook; empty: the first that has something. */
  sheet: z.string().max(100),
  /** The line of the headers, numbered from 1; absent: the line with the most known words. */
  headerLine: z.int().min(1).max(100).nullish(),
  /** Takes every value that is proposed for an unreadable phone, date, mail or postcode. */
  takeProposals: z.boolean().optional(),
  /** Names a parent of whom the file only has a phone or a mail after the child: « Parent de Léa Martin ». */
  nameParents: z.boolean().optional(),
  /** Null: guessed from the heads of the columns, or from a profile that knows them. */
  list: List.nullable(),
  mapping: z.array(FieldColumn).max(200).nullable(),
  words: z.array(WordChoice).max(5000),
  /** Of the pupils; null where the file does not say and staff do not know. */
  schoolId: Id.nullable(),
  /** From when classes, addresses and quotients without a day are true. */
  fromDay: DayText,
  corrections: z.array(z.object({ line: z.int().min(1), column: z.int().min(0), value: Line })).max(5000),
  decisions: z.array(ImportDecision).max(50_000),
})
export type ImportWish = z.output<typeof Wish>

export const ImportReport = z.object({
  /** Null when nothing had to be written. */
  actId: Id.nullable(),
  list: List,
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  families: z.int(),
  left: z.array(z.object({ line: z.int(), why: z.string() })),
  leavers: ImportPreview.shape.leavers,
})
export type ImportReport = z.infer<typeof ImportReport>

const Profile = z.object({ id: Id, name: z.string(), list: List, heads: z.array(z.string()) })
export type ImportProfile = z.infer<typeof Profile>

const PastImport = z.object({
  actId: Id,
  label: z.string(),
  who: z.string(),
  at: anInstant,
  isUndone: z.boolean(),
})
export type PastImport = z.infer<typeof PastImport>

const Steps = eventIterator(
  z.discriminatedUnion('step', [
    z.object({ step: z.literal('writing'), done: z.int(), total: z.int() }),
    z.object({ step: z.literal('done'), report: ImportReport }),
    /** Everything was taken back. */
    z.object({ step: z.literal('failed'), sentence: z.string() }),
  ]),
)

export const imports = {
  /** Reads the file and says line by line what would be done. Changes nothing. */
  preview: procedure('imports').input(Wish).output(ImportPreview),
  /**
   * The whole file in one act, or nothing. Told as it goes; leaving the stream stops it and takes everything back.
   * Lines to correct and doubles without decision are refused unless `withoutPending` leaves them aside.
   */
  run: procedure('imports')
    .input(Wish.extend({ fileName: Line, withoutPending: z.boolean() }))
    .output(Steps),
  /** A list as a file that `preview` reads back: the lines that a screen shows, under the heads that the wizard knows. */
  out: procedure('families.read')
    .input(
      z.object({
        format: z.enum(['xlsx', 'csv']),
        what: z.discriminatedUnion('list', [
          z.object({ list: z.literal('families'), filter: Line, show: z.enum(['present', 'left', 'all']) }),
          z.object({ list: z.literal('quotients') }),
          /** Null: of every period that is not over. */
          z.object({ list: z.literal('registrations'), periodId: Id.nullable() }),
          z.object({ list: z.literal('openings'), periodId: Id }),
        ]),
      }),
    )
    .output(z.instanceof(File)),
  /** The last ones, newest first. */
  history: procedure('imports').output(z.array(PastImport)),
  profiles: procedure('imports').output(z.array(Profile)),
  /** Under a name already there, replaces it. */
  saveProfile: procedure('imports')
    .input(
      z.object({
        name: RequiredLine,
        list: List,
        columns: z.array(z.object({ field: z.string(), head: z.string().max(200) })).max(200),
        words: z.array(WordChoice).max(5000),
      }),
    )
    .output(z.object({ id: Id })),
  removeProfile: procedure('imports').input(z.object({ id: Id })),
}
