import type {
  ImportDecision,
  ImportDifference,
  ImportLine,
  ImportPreview,
  ImportTotal,
} from '../../../shared/contract/desk/imports.ts'
import type { Mapping, OwnColumn } from '../../../shared/formats/lists.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Core, Person } from '../core.ts'
import type { SettledWords, Table } from './table.ts'

/** A line with the decision on it. `write` applies the decision; null when the line writes nothing by itself. */
export type PlannedLine = Omit<ImportLine, 'cells'> & {
  readonly write: ((into: Write) => void) | null
  /** What is here of the line once the import is done, counted from what is written; absent: what the file says. */
  readonly here?: readonly Weight[]
}

/** What a line adds to a total. */
export type Weight = Pick<ImportTotal, 'what' | 'of' | 'unit'> & {
  readonly amount: number
  /** Counted once however many lines name it, such as a family. */
  readonly once?: string
}

/** By line number. */
export type Weights = ReadonlyMap<number, readonly Weight[]>

export type Plan = {
  readonly lines: readonly PlannedLine[]
  readonly leavers: ImportPreview['leavers']
  /** Number of families that the import has created so far. */
  readonly familiesMade: () => number
  /** Runs in the closing transaction, after all lines are written. */
  readonly settle?: (into: Write) => void
  /** What each line of the file states, whether or not it is imported: counted from its cells as they came. */
  readonly weights: Weights
  /** What staff should know before they import. */
  readonly notes?: readonly string[]
  /**
   * Asked in the closing transaction of what was written: why it is not what the lines announced, as a sentence; null
   * when it is.
   */
  readonly whyNotWhole?: (into: Write) => string | null
  /** The lines of each transaction, where they are not written in the order of the file. */
  readonly parts?: readonly (readonly PlannedLine[])[]
  /** Number of lines per transaction; `chunkSize` of `imports.ts` when absent. */
  readonly linesPerTransaction?: number
  /** Writes the new records of these lines in bulk, before each line's own `write`. */
  readonly writeNew?: (into: Write, lines: readonly number[]) => void
}

export type ImportRequest = {
  readonly core: Core
  readonly person: Person
  readonly table: Table
  readonly mapping: Mapping
  /** The columns of the file for custom fields. */
  readonly own: readonly OwnColumn[]
  readonly words: SettledWords
  readonly decisions: ReadonlyMap<number, ImportDecision>
  readonly fromDay: Day
  readonly schoolId: number | null
  readonly takeProposals: boolean
  readonly nameParents: boolean
  /** The profile that reads the file, which names the program it comes from; empty without one. */
  readonly source: string
}

type Outcome = Pick<PlannedLine, 'state' | 'said'> &
  Partial<Pick<PlannedLine, 'candidates' | 'differences' | 'write' | 'here'>>

export const plannedLine = (
  { line, problems, remarks = [] }: Pick<ImportLine, 'line' | 'problems'> & Partial<Pick<ImportLine, 'remarks'>>,
  outcome: Outcome,
): PlannedLine => ({
  line,
  problems,
  remarks,
  candidates: [],
  differences: [],
  write: null,
  ...outcome,
})

export const skipped = { state: 'skipped', said: 'laissée de côté' } as const
export const upToDate = { state: 'same', said: 'à jour' } as const

// ---- Lines compared with what is recorded

/** A difference from a record, with the words that say it and the write that takes the file's side. */
export type Change = ImportDifference & { readonly said: string; readonly write: (into: Write) => void }

/** What a line says about people whom the import itself brings together: no record exists to compare it with. */
export type StatedOfNew = { readonly said: readonly string[]; readonly write: (into: Write) => void }

/** The differences with the sides that staff chose. */
export const decidedChanges = (changes: readonly Change[], decision: ImportDecision | undefined): Change[] =>
  changes.map((one) => ({ ...one, take: decision?.take[one.field] ?? one.take }))

export const shownChange = ({ write: _write, said: _said, ...one }: Change): ImportDifference => one

/**
 * A line that writes the differences taken from the file.
 * @param state that of a line that also makes or links a record, in the words `said`
 * @param nothing what the line says when there is nothing to write
 */
export const comparedLine = (
  line: Parameters<typeof plannedLine>[0],
  changes: readonly Change[],
  {
    state,
    said = [],
    stated = null,
    nothing = upToDate.said,
  }: {
    readonly state?: 'new' | 'update' | undefined
    readonly said?: readonly string[]
    readonly stated?: StatedOfNew | null
    readonly nothing?: string
  } = {},
): PlannedLine => {
  const taken = changes.filter(({ take }) => take === 'file')
  const differences = changes.map(shownChange)
  if (state === undefined && stated === null && taken.length === 0)
    return plannedLine(line, { ...upToDate, said: nothing, differences })
  return plannedLine(line, {
    state: state ?? 'update',
    said: [...said, ...new Set(taken.map((one) => one.said)), ...(stated?.said ?? [])].join(', '),
    differences,
    write: (into) => {
      for (const { write } of taken) write(into)
      stated?.write(into)
    },
  })
}
