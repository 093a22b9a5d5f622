import { inChunks } from '../../../shared/collections.ts'
import type {
  ImportOptions,
  ImportPreview,
  ImportReport,
  PastImport,
  ValueProblem,
} from '../../../shared/contract/desk/imports.ts'
import {
  fieldsOf,
  guessList,
  guessMapping,
  isIgnoredHeading,
  type ListKind,
  lists,
  type Mapping,
  missingFields,
} from '../../../shared/formats/lists.ts'
import { may, roleNeeded } from '../../../shared/rules/access/roles.ts'
import { sentenceWithSubject } from '../../../shared/rules/text/french.ts'
import { errorTrace, storeSentence } from '../../store/failures.ts'
import type { LongAct } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { mapInTurns } from '../families/families.ts'
import { balancesPlan } from './balances-list.ts'
import { familiesPlan } from './families-list.ts'
import { guardianColumns, guardiansPlan } from './guardians-list.ts'
import { lastImports } from './imports-store.ts'
import type { ImportRequest, Plan } from './lines.ts'
import { openingsPlan } from './openings-list.ts'
import { mappingOf, profileFor } from './profiles.ts'
import { quotientsPlan } from './quotients-list.ts'
import { registrationsPlan } from './registrations-list.ts'
import { columnName, readTable, settledWordsOf, type Table } from './table.ts'
import { wordsToSettle } from './words.ts'

const planners: Readonly<Record<ListKind, (asked: ImportRequest) => Promise<Plan>>> = {
  families: familiesPlan,
  guardians: guardiansPlan,
  quotients: quotientsPlan,
  registrations: registrationsPlan,
  openings: openingsPlan,
  balances: balancesPlan,
}

/** Rights needed in addition to the right to import, by list. */
const rights = { openings: 'activities', balances: 'invoicing' } as const

export const previewImport = async (core: Core, person: Person, input: ImportOptions): Promise<ImportPreview> => {
  const { table, list, mapping, profile, words } = await read(core, input)
  const missing = missingFields(list, mapping)
  const { lines, leavers } =
    missing.length > 0
      ? { lines: [], leavers: [] }
      : await planOf(core, person, { table, list, mapping, words, wish: input })
  const shown = list === 'guardians' ? guardianColumns(table.header) : shownColumns(table, list, mapping)
  const rows = new Map(table.lines.map(({ line, row }) => [line, row]))
  const { openQuote: _, ...source } = table.source
  return {
    list,
    source: { ...source, sheets: [...source.sheets] },
    headerLine: table.headerLine,
    firstLines: [...table.firstLines],
    mendable: { proposals: linesWith(lines, 'proposed'), parents: linesWith(lines, 'unnamedParent') },
    file: fileColumns(table, list, mapping),
    mapping: Object.entries(mapping).map(([field, column]) => ({ field, column })),
    profile,
    missing: missing.map(({ title }) => title),
    words: wordsToSettle(core, table, list, mapping, settledWordsOf(words)),
    columns: shown,
    lines: await mapInTurns(lines, ({ write: _write, ...line }) => ({
      ...line,
      cells: shown.map(({ position }) => rows.get(line.line)?.[position] ?? ''),
    })),
    leavers,
  }
}

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
  input: ImportOptions & { fileName: string; withoutPending: boolean },
  signal: AbortSignal | undefined,
): Promise<AsyncGenerator<Step, void>> => {
  const { table, list, mapping, words } = await read(core, input)
  const [missing] = missingFields(list, mapping)
  if (missing) throw new Refused(`Aucune colonne ne contient «\u00a0${missing.title}\u00a0».`, 'file')
  const plan = await planOf(core, person, { table, list, mapping, words, wish: input })
  const pending = plan.lines.find(({ state }) => state === 'error' || state === 'double')
  if (pending && !input.withoutPending) {
    const why = pending.state === 'double' ? 'doublon possible, à décider.' : pending.said
    throw new Refused(`${sentenceWithSubject(`Ligne ${pending.line}`, why)} Rien n’a été importé.`, 'file')
  }
  const label = `${lists[list].title}, liste importée\u00a0: ${input.fileName}`
  const act = core.store.longAct(person, `import.${list}`, label)
  const { linesPerTransaction = chunkSize } = plan
  const writing = (onProgress: (done: number) => void, stopped: AbortSignal) =>
    act.slices(
      inChunks(plan.lines, linesPerTransaction),
      (into, lines) => {
        plan.writeNew?.(
          into,
          lines.map(({ line }) => line),
        )
        for (const { write } of lines) write?.(into)
      },
      { signal: stopped, onProgress: (done) => onProgress(Math.min(done * linesPerTransaction, plan.lines.length)) },
    )
  return writeInOneAct(core, act, plan, writing, signal, () => ({
    step: 'done',
    report: reportOf(plan, list, plan.lines.some(({ state }) => state === 'new' || state === 'update') ? act.id : null),
  }))
}

/** Lines per transaction: few enough to fit in a slice of a long act, enough to share one audit row. */
const chunkSize = 40

const planOf = (
  core: Core,
  person: Person,
  { table, list, mapping, words, wish }: Omit<ReadFile, 'profile'> & { readonly wish: ImportOptions },
): Promise<Plan> => {
  const right = list in rights ? rights[list as keyof typeof rights] : null
  if (right !== null && !may(person.roles, right)) throw new Refused(roleNeeded(right), 'file')
  return planners[list]({
    core,
    person,
    table,
    mapping,
    words: settledWordsOf(words),
    decisions: new Map(wish.decisions.map((one) => [one.line, one])),
    fromDay: wish.fromDay,
    schoolId: wish.schoolId,
    takeProposals: wish.takeProposals ?? false,
    nameParents: wish.nameParents ?? false,
  })
}

type ReadFile = {
  readonly table: Table
  readonly list: ListKind
  readonly mapping: Mapping
  /** Name of the profile that mapped the columns; empty when no profile did. */
  readonly profile: string
  readonly words: ImportOptions['words']
}

/** Reads the file and maps its columns: as staff chose, else by a saved profile, else by the column titles. */
const read = async (core: Core, input: ImportOptions): Promise<ReadFile> => {
  const table = await readTable(input)
  const { header } = table
  if (input.mapping !== null && input.list !== null) {
    const mapping = Object.fromEntries(input.mapping.map(({ field, column }) => [field, column]))
    return { table, list: input.list, mapping, profile: '', words: input.words }
  }
  const profile = profileFor(core, header, input.list)
  if (profile) {
    const words = [...profile.words, ...input.words]
    return { table, list: profile.list, mapping: mappingOf(profile, header), profile: profile.name, words }
  }
  const list = input.list ?? guessList(header) ?? 'families'
  return { table, list, mapping: guessMapping(list, header), profile: '', words: input.words }
}

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
    isLeftAside:
      list !== 'guardians' &&
      !mappedColumns.has(position) &&
      !isIgnoredHeading(head) &&
      lines.some(({ row }) => (row[position] ?? '') !== ''),
  }))
}

const shownColumns = ({ header }: Table, list: ListKind, mapping: Mapping): ImportPreview['columns'] =>
  fieldsOf(list).flatMap(({ id }) => {
    const position = mapping[id]
    return position === undefined ? [] : [{ name: columnName(header, position), position }]
  })

const reportOf = (plan: Plan, list: ListKind, actId: number | null): ImportReport => {
  const count = (state: string) => plan.lines.filter((line) => line.state === state).length
  return {
    actId,
    list,
    created: count('new'),
    updated: count('update'),
    unchanged: count('same'),
    families: plan.familiesMade(),
    left: plan.lines
      .filter(({ state }) => state === 'error' || state === 'double' || state === 'skipped')
      .map(({ line, state, said }) => ({ line, why: state === 'double' ? 'doublon à décider' : said })),
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
  done: () => Step,
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
    act.close((into) => plan.settle?.(into))
    isClosed = true
    yield done()
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
