import { inChunks } from '../../../shared/collections.ts'
import {
  type ImportLeftOut,
  type ImportLine,
  type ImportOptions,
  type ImportPreview,
  type ImportReport,
  type PastImport,
  type ValueProblem,
} from '../../../shared/contract/desk/imports.ts'
import {
  type Field,
  fieldsOf,
  guessList,
  guessMapping,
  isIgnoredHeading,
  knownHeadings,
  type ListKind,
  lists,
  type Mapping,
  missingFields,
  ownColumnsOf,
} from '../../../shared/formats/lists.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { type CustomField, customIdNamed } from '../../../shared/rules/people/custom-field.ts'
import { counted, sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import { errorTrace, storeSentence } from '../../store/failures.ts'
import type { LongAct } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { fieldsEditedBy, refuseTyping } from '../fields/fields.ts'
import { mapInTurns } from '../in-turns.ts'
import { balancesPlan } from './balances-list.ts'
import { familiesPlan } from './families/families-list.ts'
import { guardianColumns, guardiansPlan } from './families/guardians-list.ts'
import { lastImports } from './imports-store.ts'
import type { ImportRequest, Plan, PlannedLine } from './lines.ts'
import { openingsPlan } from './openings-list.ts'
import { mappingOf, profileFor } from './profiles.ts'
import { quotientsPlan } from './quotients-list.ts'
import { registrationsPlan } from './registrations-list.ts'
import { columnName, readTable, settledWordsOf, type Table } from './table.ts'
import { bookingsPlan } from './takeover/bookings-list.ts'
import { historyPlan } from './takeover/history-list.ts'
import { invoicesPlan } from './takeover/invoices-list.ts'
import { keepReport } from './takeover/kept-reports.ts'
import { sourceFor, sourceHeadings } from './takeover/sources.ts'
import { isStrict, totalsOf, whyLeftOut } from './takeover/totals.ts'
import { wordsToSettle } from './words.ts'

const planners: Readonly<Record<ListKind, (asked: ImportRequest) => Promise<Plan>>> = {
  families: familiesPlan,
  guardians: guardiansPlan,
  quotients: quotientsPlan,
  registrations: registrationsPlan,
  openings: openingsPlan,
  balances: balancesPlan,
  invoices: invoicesPlan,
  bookings: bookingsPlan,
  history: historyPlan,
}

/** Rights needed in addition to the right to import, by list. */
const rights = {
  openings: 'activities',
  balances: 'invoicing',
  invoices: 'invoicing',
  bookings: 'decisions',
} as const

export const previewImport = async (core: Core, person: Person, input: ImportOptions): Promise<ImportPreview> => {
  const { table, list, mapping, profile, words, town } = await read(core, person, input)
  const missing = missingFields(list, mapping)
  const plan: Pick<Plan, 'lines' | 'leavers' | 'weights' | 'notes'> =
    missing.length > 0
      ? { lines: [], leavers: [], weights: new Map() }
      : await planOf(core, person, { table, list, mapping, profile, words, town, wish: input })
  const { lines, leavers } = plan
  const fields = fieldsOf(list, town)
  const shown = list === 'guardians' ? guardianColumns(table.header) : shownColumns(table, fields, mapping)
  const rows = new Map(table.lines.map(({ line, row }) => [line, row]))
  const { openQuote: _, ...source } = table.source
  const report = {
    totals: await totalsOf(lines, plan.weights),
    left: leftOut(lines, table, shown),
    notes: notesOf(table, list, plan, input),
  }
  return {
    list,
    source: { ...source, sheets: [...source.sheets] },
    headerLine: table.headerLine,
    firstLines: [...table.firstLines],
    mendable: { proposals: linesWith(lines, 'proposed'), parents: linesWith(lines, 'unnamedParent') },
    file: fileColumns(table, list, mapping),
    fields: fields.map(({ id, title }) => ({ id, title })),
    mapping: Object.entries(mapping).map(([field, column]) => ({ field, column })),
    profile,
    missing: missing.map(({ title }) => title),
    words: await wordsToSettle(core, table, list, mapping, settledWordsOf(words), town),
    columns: shown,
    lines: await mapInTurns(shownLines(lines), ({ write: _write, here: _here, ...line }) => ({
      ...line,
      cells: shown.map(({ position }) => rows.get(line.line)?.[position] ?? ''),
    })),
    leavers,
    counts: countsOf(lines),
    ...report,
    isStrict: isStrict(list),
    reportId: keepReport(core, person, { title: lists[list].title, isDone: false, ...report }),
  }
}

const notesOf = (
  table: Table,
  list: ListKind,
  { notes = [] }: Pick<Plan, 'notes'>,
  { corrections }: Pick<ImportOptions, 'corrections'>,
): string[] => [
  ...table.notes,
  ...notes,
  ...(isStrict(list) && corrections.length > 0
    ? [
        `${counted(corrections.length, 'case corrigée', 'cases corrigées')} à l’écran\u00a0: «\u00a0Dans le fichier\u00a0» compte le fichier tel qu’il est venu.`,
      ]
    : []),
]

type Step =
  | { step: 'writing'; done: number; total: number }
  | { step: 'done'; report: ImportReport }
  | { step: 'failed'; sentence: string }

/**
 * Writes the whole file as one act, in slices between which other calls are served. An aborted or failed import is
 * rolled back.
 * @throws Refused before any write, for lines that need a correction or a decision
 */
export const runImport = async (
  core: Core,
  person: Person,
  input: ImportOptions & { fileName: string; withoutPending: boolean; accepted?: readonly number[] | undefined },
  signal: AbortSignal | undefined,
): Promise<AsyncGenerator<Step, void>> => {
  for (const { field } of input.mapping ?? []) {
    const id = customIdNamed(field)
    if (id !== null) refuseTyping(core, person, id)
  }
  const { table, list, mapping, profile, words, town } = await read(core, person, input)
  const [missing] = missingFields(list, mapping)
  if (missing) throw new Refused(`Aucune colonne ne contient «\u00a0${missing.title}\u00a0».`, 'file')
  const plan = await planOf(core, person, { table, list, mapping, profile, words, town, wish: input })
  const waiting = plan.lines.filter(isPending)
  const accepted = new Set(isStrict(list) ? input.accepted : waiting.map(({ line }) => line))
  const pending = input.withoutPending ? waiting.find(({ line }) => !accepted.has(line)) : waiting[0]
  if (pending) {
    const [problem] = pending.problems
    const where = [`Ligne ${pending.line}`, ...(problem ? [`«\u00a0${problem.columnName}\u00a0»`] : [])].join(', ')
    const why = pending.state === 'double' ? 'doublon possible, à décider.' : pending.said
    throw new Refused(`${sentenceWithSubject(where, why)} Rien n’a été importé.`, 'file')
  }
  const label = `${lists[list].title}, liste importée\u00a0: ${input.fileName}`
  const act = core.store.longAct(person, `import.${list}`, label)
  const { linesPerTransaction = chunkSize } = plan
  const writing = (onProgress: (done: number) => void, stopped: AbortSignal) =>
    act.slices(
      plan.parts ?? inChunks(plan.lines, linesPerTransaction),
      (into, lines) => {
        plan.writeNew?.(
          into,
          lines.map(({ line }) => line),
        )
        for (const { write } of lines) write?.(into)
      },
      { signal: stopped, onProgress: (done) => onProgress(linesDone(plan, done, linesPerTransaction)) },
    )
  return writeInOneAct(core, act, plan, writing, signal, async () => {
    const report = {
      ...(await reportOf(plan, { list, table, mapping, town }, plan.lines.some(isWritten) ? act.id : null)),
      notes: notesOf(table, list, plan, input),
    }
    const { totals, left, notes } = report
    const kept = { title: lists[list].title, isDone: true, totals, left, notes }
    return { step: 'done', report: { ...report, reportId: keepReport(core, person, kept) } }
  })
}

const linesDone = ({ lines, parts }: Plan, done: number, linesPerTransaction: number): number =>
  parts
    ? parts.slice(0, done).reduce((sum, part) => sum + part.length, 0)
    : Math.min(done * linesPerTransaction, lines.length)

/** Lines per transaction: few enough to fit in a slice of a long act, enough to share one audit row. */
const chunkSize = 40

const planOf = (
  core: Core,
  person: Person,
  { table, list, mapping, profile, words, town, wish }: ReadFile & { readonly wish: ImportOptions },
): Promise<Plan> => {
  const right = list in rights ? rights[list as keyof typeof rights] : null
  if (right !== null && !may(person.roles, right)) throw new Refused(roleNeeded(right), 'file')
  return planners[list]({
    core,
    person,
    table,
    mapping,
    own: ownColumnsOf(list, town).filter(({ id }) => id in mapping),
    words: settledWordsOf(words),
    decisions: new Map(wish.decisions.map((one) => [one.line, one])),
    fromDay: wish.fromDay,
    schoolId: wish.schoolId,
    takeProposals: wish.takeProposals ?? false,
    nameParents: wish.nameParents ?? false,
    source: profile,
  })
}

type ReadFile = {
  readonly table: Table
  readonly list: ListKind
  readonly mapping: Mapping
  /** Name of the profile that mapped the columns; empty when no profile did. */
  readonly profile: string
  readonly words: ImportOptions['words']
  /** The custom fields that this person may fill in. */
  readonly town: readonly CustomField[]
}

/** Reads the file and maps its columns: as staff chose, else by a saved profile, else by the column titles. */
const read = async (core: Core, person: Person, input: ImportOptions): Promise<ReadFile> => {
  const town = fieldsEditedBy(core.store, person.roles, today(core.clock))
  const table = await readTable(input, new Set([...knownHeadings(town), ...sourceHeadings]), today(core.clock))
  const { header } = table
  const seesAmounts = may(person.roles, 'invoices.read')
  const known = (list: ListKind, mapping: Mapping): Mapping => {
    const own = new Set(ownColumnsOf(list, town).map(({ id }) => id))
    return Object.fromEntries(
      Object.entries(mapping).filter(
        ([id]) =>
          (customIdNamed(id) === null || own.has(id)) && (seesAmounts || list !== 'history' || !amountsOfYears.has(id)),
      ),
    )
  }
  if (input.mapping !== null && input.list !== null) {
    const mapping = Object.fromEntries(input.mapping.map(({ field, column }) => [field, column]))
    return { table, list: input.list, mapping: known(input.list, mapping), profile: '', words: input.words, town }
  }
  const profile = profileFor(core, header, input.list)
  if (profile) {
    const { name, list } = profile
    const words = [...profile.words, ...input.words]
    return { table, list, mapping: known(list, mappingOf(profile, header)), profile: name, words, town }
  }
  const source = sourceFor(header, input.list)
  if (source) {
    const { name, list } = source
    return { table, list, mapping: known(list, mappingOf(source, header)), profile: name, words: input.words, town }
  }
  const list = input.list ?? guessList(header, town) ?? 'families'
  return { table, list, mapping: known(list, guessMapping(list, header, town)), profile: '', words: input.words, town }
}

/** Euros of past years are taken over, as they are read, by those who may read invoices. */
const amountsOfYears: ReadonlySet<string> = new Set(['invoiced', 'paid'])

const linesWith = (lines: Plan['lines'], problemCause: ValueProblem['cause']): number =>
  lines.filter(({ problems }) => problems.some(({ cause }) => cause === problemCause)).length

const maxSamples = 3

const fileColumns = ({ header, lines }: Table, list: ListKind, mapping: Mapping): ImportPreview['file'] => {
  const mappedColumns = new Set(Object.values(mapping))
  return header.map((head, position) => ({
    position,
    name: columnName(header, position),
    samples: [...new Set(lines.slice(0, 200).flatMap(({ row }) => row[position] || []))].slice(0, maxSamples),
    // Every column of ONDE's list of guardians is recognised by its title, so none is reported as ignored.
    isSkipped:
      list !== 'guardians' &&
      !mappedColumns.has(position) &&
      !isIgnoredHeading(head) &&
      lines.some(({ row }) => (row[position] ?? '') !== ''),
  }))
}

const shownColumns = ({ header }: Table, fields: readonly Field[], mapping: Mapping): ImportPreview['columns'] =>
  fields.flatMap(({ id }) => {
    const position = mapping[id]
    return position === undefined ? [] : [{ name: columnName(header, position), position }]
  })

/** A file with at most this many lines is shown whole. */
const maxWholeLines = 50_000
/** The number of lines shown of a longer file, which is more than anybody reads. */
const maxShownLines = 10_000

const isWritten = ({ state }: PlannedLine): boolean => state === 'new' || state === 'update'

const isPending = ({ state }: PlannedLine): boolean => state === 'error' || state === 'double'

/** The lines that the screen is given: all of them, or of a longer file those to correct or decide first. */
const shownLines = (lines: readonly PlannedLine[]): readonly PlannedLine[] => {
  if (lines.length <= maxWholeLines) return lines
  const chosen = new Set(
    [...lines.filter(isPending), ...lines.filter((one) => !isPending(one))].slice(0, maxShownLines),
  )
  return lines.filter((one) => chosen.has(one))
}

const countsOf = (lines: readonly PlannedLine[]): ImportPreview['counts'] => {
  const counts: Record<ImportLine['state'], number> = { new: 0, update: 0, same: 0, double: 0, error: 0, skipped: 0 }
  for (const { state } of lines) counts[state] += 1
  return counts
}

const cellsNaming = 3

const leftOut = (
  lines: readonly PlannedLine[],
  { lines: rows }: Table,
  columns: ImportPreview['columns'],
): ImportLeftOut[] => {
  const left = lines.filter((one) => whyLeftOut(one) !== '')
  if (left.length === 0) return []
  const rowOf = new Map(rows.map(({ line, row }) => [line, row]))
  return left.map((one) => ({
    line: one.line,
    named: columns
      .map(({ position }) => rowOf.get(one.line)?.[position] ?? '')
      .filter((cell) => cell !== '')
      .slice(0, cellsNaming)
      .join(', ')
      .slice(0, 500),
    why: whyLeftOut(one),
    regieId: one.problems[0]?.regieId,
  }))
}

const reportOf = async (
  plan: Plan,
  { list, table, mapping, town }: Pick<ReadFile, 'list' | 'table' | 'mapping' | 'town'>,
  actId: number | null,
): Promise<Omit<ImportReport, 'reportId' | 'notes'>> => {
  const count = (state: string) => plan.lines.filter((line) => line.state === state).length
  return {
    actId,
    list,
    created: count('new'),
    updated: count('update'),
    unchanged: count('same'),
    families: plan.familiesMade(),
    left: leftOut(
      plan.lines,
      table,
      list === 'guardians' ? guardianColumns(table.header) : shownColumns(table, fieldsOf(list, town), mapping),
    ),
    totals: await totalsOf(plan.lines, plan.weights),
    leavers: plan.leavers,
  }
}

// ---- Past imports

const maxPastImports = 20

export const importHistory = ({ store }: Core): PastImport[] => lastImports(store, maxPastImports)

// ---- One long act that reports its progress

async function* writeInOneAct(
  core: Core,
  act: LongAct,
  plan: Plan,
  work: (onProgress: (done: number) => void, stopped: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
  done: () => Promise<Step>,
): AsyncGenerator<Step, void> {
  const stop = new AbortController()
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  let isClosed = false
  try {
    const steps = channel<Exclude<Step, { step: 'done' }>>()
    const writing = work(
      (lines) => steps.put({ step: 'writing', done: lines, total: plan.lines.length }),
      stopped,
    ).finally(() => steps.end())
    // When the client stops reading, `await writing` is never reached: avoid an unhandled rejection.
    writing.catch(() => undefined)
    yield* steps
    await writing
    act.close((into) => {
      plan.settle?.(into)
      const why = plan.whyNotWhole?.(into) ?? null
      if (why !== null) throw new Refused(why)
    })
    isClosed = true
    yield await done()
  } catch (error) {
    if (stopped.aborted) return
    // The answer has already begun, so the error handler of calls does not see this error: log it here.
    if (!(error instanceof Refused)) core.log(errorTrace(error))
    const why =
      error instanceof Refused ? error.sentence : (storeSentence(error) ?? 'Une erreur imprévue est survenue.')
    yield { step: 'failed', sentence: `${why} Rien n’a été importé.` }
  } finally {
    stop.abort()
    if (!isClosed) await act.rollBack()
  }
}

const noReader = () => undefined

/** A queue from a producer (`put`, `end`) to an asynchronous reader. */
const channel = <T>() => {
  const waiting: T[] = []
  let wake: () => void = noReader
  let ended = false
  return {
    put: (item: T) => {
      waiting.push(item)
      wake()
    },
    end: () => {
      ended = true
      wake()
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = waiting.shift()
        if (item !== undefined) yield item
        else if (ended) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
