import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import { listKinds } from '../../formats/lists.ts'
import type { Instant } from '../../rules/calendar/day.ts'
import { DayText, Id, Line, procedure, RequiredLine } from '../procedure.ts'
import { balanceFilterFields, familyPage } from './people/families.ts'

/** The longest list that is read: the bookings of a year of a large town. */
export const maxImportLines = 250_000

const anInstant = z.custom<Instant>((value) => typeof value === 'string')
const List = z.enum(listKinds)

/** A value of the file that must be corrected before its line can be imported. */
const ValueProblem = z.object({
  /** Index of the column in the file, from 0. */
  column: z.int().min(0),
  columnName: z.string(),
  value: z.string(),
  sentence: z.string(),
  /** A corrected value that staff can accept with one key. */
  proposal: z.string().nullable(),
  /** Set when a bulk correction (`takeProposals`, `nameParents`) exists for this problem. */
  cause: z.enum(['proposed', 'unnamedParent']).optional(),
  /** The régie whose first day to bill staff must tell first. */
  regieId: Id.optional(),
})
export type ValueProblem = z.infer<typeof ValueProblem>

/** An existing person or home that may be the one on the line. */
const Candidate = z.object({
  id: Id,
  /** `home` when the person is new and the question is which home they join. */
  kind: z.enum(['person', 'home']),
  name: z.string(),
  /** « né le 02/10/2020, famille Marchand » */
  detail: z.string(),
  /** Why they match: « même date de naissance, prénom proche ». */
  why: z.string(),
})
export type ImportCandidate = z.infer<typeof Candidate>

/** A field whose values differ between the desk and the file; `take` is the one to keep. */
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
  /** Line number as in a spreadsheet: the header is line 1. */
  line: z.int(),
  /** One value for each of the columns shown. */
  cells: z.array(z.string()),
  /** `double` needs a decision, `error` a correction. */
  state: z.enum(lineStates),
  /** What the import will do with the line, or why it cannot: « rejoint la famille Marchand ». */
  said: z.string(),
  problems: z.array(ValueProblem),
  /** Warnings, which do not prevent the line's import. */
  remarks: z.array(ValueProblem),
  candidates: z.array(Candidate),
  /** Differences from the matching record. */
  differences: z.array(Difference),
})
export type ImportLine = z.infer<typeof ImportLine>

/** A column of the file, with the values of its first lines. */
const FileColumn = z.object({
  position: z.int(),
  name: z.string(),
  samples: z.array(z.string()),
  /** The column has values, but no field uses them. */
  isSkipped: z.boolean(),
})

/** A word of the file that differs from the desk's own names, such as a school; one answer applies to all its lines. */
const Word = z.object({
  field: z.string(),
  title: z.string(),
  from: z.string(),
  lines: z.int(),
  /** The desk's name that the word means; null while unknown. */
  to: z.string().nullable(),
  /** The closest choice. */
  proposal: z.string().nullable(),
  choices: z.array(z.string()),
})
export type ImportWord = z.infer<typeof Word>

/**
 * A total of the file beside the total of the desk after the import: « Réservations, Centre de loisirs, octobre 2026 ».
 */
export const ImportTotal = z.object({
  what: z.string(),
  /** The activity, month or site of the total; empty for the whole file. */
  of: z.string(),
  unit: z.enum(['count', 'cents', 'minutes']),
  source: z.int(),
  here: z.int(),
  isEqual: z.boolean(),
})
export type ImportTotal = z.infer<typeof ImportTotal>

/** A line that the import leaves out. */
const LeftOut = z.object({
  line: z.int(),
  /** The content of its first cells. */
  named: z.string(),
  why: z.string(),
  regieId: ValueProblem.shape.regieId,
})
export type ImportLeftOut = z.infer<typeof LeftOut>

const FieldColumn = z.object({ field: z.string(), column: z.int().min(0) })
const WordChoice = z.object({ field: z.string(), from: z.string().max(200), to: z.string().max(200) })

/** Identifies a comparison that the desk made, in order to print it. */
const ReportId = z.string().max(100)

export const ImportPreview = z.object({
  list: List,
  source: z.object({
    encoding: z.enum(['utf-8', 'utf-16', 'windows-1252', 'xlsx']),
    /** Null for a workbook. */
    delimiter: z.enum([';', ',', '\t', '|']).nullable(),
    sheet: z.string(),
    sheets: z.array(z.string()),
  }),
  headerLine: z.int(),
  /** The first lines of the file, from which staff choose the header line. */
  firstLines: z.array(z.object({ line: z.int(), text: z.string() })),
  /** How many lines `takeProposals` and `nameParents` would fix. */
  mendable: z.object({ proposals: z.int(), parents: z.int() }),
  file: z.array(FileColumn),
  /** The fields that a column may contain, including the custom fields that this person may fill in. */
  fields: z.array(z.object({ id: z.string(), title: z.string() })),
  mapping: z.array(FieldColumn),
  /** The profile that matched the columns; empty when none did. */
  profile: z.string(),
  /** Titles of the required fields without a column: no line is read before all have one. */
  missing: z.array(z.string()),
  words: z.array(Word),
  /** The columns shown, with their index in the file. */
  columns: z.array(z.object({ name: z.string(), position: z.int() })),
  /** In a very long file, the lines to correct or to decide, then the first of the others. */
  lines: z.array(ImportLine),
  /** The number of lines of the whole file in each state. */
  counts: z.record(z.enum(lineStates), z.int()),
  totals: z.array(ImportTotal),
  /**
   * The totals of the desk must equal those of the file: unless staff accept by name each line that is left out,
   * nothing is written.
   */
  isStrict: z.boolean(),
  /** The lines that the import would leave out at present. */
  left: z.array(LeftOut),
  /** What staff should know before they import. */
  notes: z.array(z.string()),
  reportId: ReportId,
  /** Children of the school who are no longer on the class list. */
  leavers: z.array(z.object({ id: Id, name: z.string(), detail: z.string(), familyId: Id.nullable() })),
})
export type ImportPreview = z.infer<typeof ImportPreview>

export const ImportDecision = z.object({
  line: z.int(),
  /** `same`: the person `id`; `create`: a new person; `skip`: ignore the line. */
  choice: z.enum(['same', 'create', 'skip']),
  id: Id.nullable(),
  /**
   * For a new person: the home they join, `new` for a new home, or `numbered` for that of the earlier lines of the same
   * number. Null: no question, or no answer yet.
   */
  home: z.union([Id, z.literal(['new', 'numbered'])]).nullable(),
  /** By field, the value that staff chose instead of the proposed one. */
  take: z.record(z.string(), z.enum(['here', 'file'])),
})
export type ImportDecision = z.infer<typeof ImportDecision>

const Options = z.object({
  file: z.instanceof(Blob),
  /** Sheet of a workbook; empty: the first sheet with content. */
  sheet: z.string().max(100),
  /** Line number of the header, from 1; absent: the line with the most recognised words. */
  headerLine: z.int().min(1).max(100).nullish(),
  /** Accepts every proposed correction of a phone, date, e-mail address or postcode. */
  takeProposals: z.boolean().optional(),
  /** Names a parent known only by a phone or an e-mail address after the child: « Parent de Léa Martin ». */
  nameParents: z.boolean().optional(),
  /** Null: guessed from the column heads, or from a profile that matches them. */
  list: List.nullable(),
  mapping: z.array(FieldColumn).max(200).nullable(),
  words: z.array(WordChoice).max(5000),
  /** School of the pupils; null when neither the file nor staff say. */
  schoolId: Id.nullable(),
  /** First day of classes, addresses and quotients for which the file has no date. */
  fromDay: DayText,
  corrections: z.array(z.object({ line: z.int().min(1), column: z.int().min(0), value: Line })).max(5000),
  decisions: z.array(ImportDecision).max(50_000),
})
export type ImportOptions = z.output<typeof Options>

export const ImportReport = z.object({
  /** Null when there was nothing to write. */
  actId: Id.nullable(),
  list: List,
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  families: z.int(),
  left: z.array(LeftOut),
  totals: z.array(ImportTotal),
  notes: z.array(z.string()),
  reportId: ReportId,
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
    /** The import failed and was rolled back. */
    z.object({ step: z.literal('failed'), sentence: z.string() }),
  ]),
)

export const imports = {
  /** Reads the file and reports, line by line, what the import would do. Changes nothing. */
  preview: procedure('imports').input(Options).output(ImportPreview),
  /**
   * Imports the whole file in one act, or nothing. Streams progress; closing the stream rolls everything back. Refuses
   * lines to correct and doubles without a decision, unless `withoutPending` skips them.
   */
  run: procedure('imports')
    .input(
      Options.extend({
        fileName: Line,
        withoutPending: z.boolean(),
        /** The lines that staff accepted by name to leave out, for lists whose totals must equal those of the file. */
        accepted: z.array(z.int()).max(maxImportLines).optional(),
      }),
    )
    .output(Steps),
  /** The comparison with the source, as a file. It prints the figures that `preview` or `run` counted. */
  reportFile: procedure('imports')
    .input(z.object({ reportId: ReportId, format: z.enum(['xlsx', 'pdf']) }))
    .output(z.instanceof(File)),
  /** Exports the rows that a screen shows, with column heads that `preview` recognises. */
  out: procedure('families.read')
    .input(
      z.object({
        format: z.enum(['xlsx', 'csv']),
        what: z.discriminatedUnion('list', [
          z.object({
            list: z.literal('families'),
            filter: Line,
            show: z.enum(['present', 'left', 'all']),
            madeBy: familyPage.madeBy,
            ...balanceFilterFields,
          }),
          z.object({ list: z.literal('quotients') }),
          /** Null: registrations of every period that has not ended. */
          z.object({ list: z.literal('registrations'), periodId: Id.nullable() }),
          z.object({ list: z.literal('openings'), periodId: Id }),
        ]),
      }),
    )
    .output(z.instanceof(File)),
  /** The last imports, newest first. */
  history: procedure('imports').output(z.array(PastImport)),
  profiles: procedure('imports').output(z.array(Profile)),
  /** Replaces an existing profile with the same name. */
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
  renameProfile: procedure('imports').input(z.object({ id: Id, name: RequiredLine })),
  /** A profile as a file, for another town or another computer. */
  profileFile: procedure('imports')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
  /** Reads the file of a profile. Replaces an existing profile with the same name. */
  readProfile: procedure('imports')
    .input(z.object({ file: z.instanceof(Blob) }))
    .output(z.object({ name: z.string() })),
}
