import { inChunks } from '../../../shared/collections.ts'
import type {
  CellProblem,
  ImportPreview,
  ImportReport,
  ImportWish,
  PastImport,
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
import { paced } from '../families/families.ts'
import { balancesPlan } from './balances-list.ts'
import { familiesPlan } from './families-list.ts'
import { guardianColumns, guardiansPlan } from './guardians-list.ts'
import { lastImports } from './imports-store.ts'
import { type Asked, type Plan } from './lines.ts'
import { openingsPlan } from './openings-list.ts'
import { mappingOf, profileFor } from './profiles.ts'
import { quotientsPlan } from './quotients-list.ts'
import { registrationsPlan } from './registrations-list.ts'
import { columnName, readTable, type Table, wordsOf } from './table.ts'
import { settledWords } from './words.ts'

const planners: Readonly<Record<ListKind, (asked: Asked) => Promise<Plan>>> = {
  families: familiesPlan,
  guardians: guardiansPlan,
  quotients: quotientsPlan,
  registrations: registrationsPlan,
  openings: openingsPlan,
  balances: balancesPlan,
}

/** Beside the right to import: what the list changes. */
const rights = { openings: 'activities', balances: 'invoicing' } as const

export const previewImport = async (core: Core, person: Person, wish: ImportWish): Promise<ImportPreview> => {
  const { table, list, mapping, profile, words } = await read(core, wish)
  const missing = missingFields(list, mapping)
  const { lines, leavers } =
    missing.length > 0 ? { lines: [], leavers: [] } : await planOf(core, person, { table, list, mapping, words, wish })
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
    words: settledWords(core, table, list, mapping, wordsOf(words)),
    columns: shown,
    lines: await paced(lines, ({ write: _write, ...line }) => ({
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
 * Writes the whole file as one act, in slices between which others are served; stopped or failed, nothing stays.
 * @throws Refused before anything is written, for lines that wait for a correction or a decision
 */
export const runImport = async (
  core: Core,
  person: Person,
  wish: ImportWish & { fileName: string; withoutPending: boolean },
  signal: AbortSignal | undefined,
): Promise<AsyncGenerator<Step, void>> => {
  const { table, list, mapping, words } = await read(core, wish)
  const [missing] = missingFields(list, mapping)
  if (missing) throw new Refused(`Aucune colonne ne contient «\u00a0${missing.title}\u00a0».`, 'file')
  const plan = await planOf(core, person, { table, list, mapping, words, wish })
  const pending = plan.lines.find(({ state }) => state === 'error' || state === 'double')
  if (pending && !wish.withoutPending) {
    const why = pending.state === 'double' ? 'doublon possible, à décider.' : pending.said
    throw new Refused(`${sentenceWithSubject(`Ligne ${pending.line}`, why)} Rien n’a été importé.`, 'file')
  }
  const label = `${lists[list].title}, liste importée\u00a0: ${wish.fileName}`
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
  return written(core, act, plan, writing, signal, () => ({
    step: 'done',
    report: reportOf(plan, list, plan.lines.some(({ state }) => state === 'new' || state === 'update') ? act.id : null),
  }))
}

/** Lines written together: few enough for a slice to hold several, many enough to share a row of the trail. */
const chunkSize = 40

const planOf = (
  core: Core,
  person: Person,
  { table, list, mapping, words, wish }: Omit<Reading, 'profile'> & { readonly wish: ImportWish },
): Promise<Plan> => {
  const right = list in rights ? rights[list as keyof typeof rights] : null
  if (right !== null && !may(person.roles, right)) throw new Refused(roleNeeded(right), 'file')
  return planners[list]({
    core,
    person,
    table,
    mapping,
    words: wordsOf(words),
    decisions: new Map(wish.decisions.map((one) => [one.line, one])),
    fromDay: wish.fromDay,
    schoolId: wish.schoolId,
    takeProposals: wish.takeProposals ?? false,
    nameParents: wish.nameParents ?? false,
  })
}

type Reading = {
  readonly table: Table
  readonly list: ListKind
  readonly mapping: Mapping
  /** The profile that mapped it; empty when none did. */
  readonly profile: string
  readonly words: ImportWish['words']
}

/** The file, and how it is read: as staff said, else as a profile that knows its columns, else as its heads tell. */
const read = async (core: Core, wish: ImportWish): Promise<Reading> => {
  const table = await readTable(wish)
  const { header } = table
  if (wish.mapping !== null && wish.list !== null) {
    const mapping = Object.fromEntries(wish.mapping.map(({ field, column }) => [field, column]))
    return { table, list: wish.list, mapping, profile: '', words: wish.words }
  }
  const profile = profileFor(core, header, wish.list)
  if (profile) {
    const words = [...profile.words, ...wish.words]
    return { table, list: profile.list, mapping: mappingOf(profile, header), profile: profile.name, words }
  }
  const list = wish.list ?? guessList(header) ?? 'families'
  return { table, list, mapping: guessMapping(list, header), profile: '', words: wish.words }
}

const linesWith = (lines: Plan['lines'], wanted: CellProblem['cause']): number =>
  lines.filter(({ problems }) => problems.some(({ cause }) => cause === wanted)).length

const samplesShown = 3

const fileColumns = ({ header, lines }: Table, list: ListKind, mapping: Mapping): ImportPreview['file'] => {
  const taken = new Set(Object.values(mapping))
  return header.map((head, position) => ({
    position,
    name: columnName(header, position),
    samples: [...new Set(lines.slice(0, 200).flatMap(({ row }) => row[position] || []))].slice(0, samplesShown),
    // ONDE's list of guardians is read by its heads, whole.
    isLeftAside:
      list !== 'guardians' &&
      !taken.has(position) &&
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

// ---- What was imported

const pastShown = 20

export const importHistory = ({ store }: Core): PastImport[] => lastImports(store, pastShown)

// ---- One long act, told as it goes

async function* written(
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
    // Left by its reader, the generator never comes to await it.
    writing.catch(() => undefined)
    yield* steps
    await writing
    act.close((into) => plan.settle?.(into))
    isClosed = true
    yield done()
  } catch (error) {
    if (stopped.aborted) return
    // Out of the guard's reach: the answer has begun.
    if (!(error instanceof Refused)) core.log(errorTrace(error))
    const why =
      error instanceof Refused ? error.sentence : (storeSentence(error) ?? 'Une erreur imprévue est survenue.')
    yield { step: 'failed', sentence: `${why} Rien n’a été importé.` }
  } finally {
    stop.abort()
    if (!isClosed) act.rollBack()
  }
}

const nobody = () => undefined

/** What one side puts, the other reads in order, until it ends. */
const channel = <T>() => {
  const waiting: T[] = []
  let wake: () => void = nobody
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
