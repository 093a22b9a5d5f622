import type { ImportDecision, ImportLine, ImportPreview } from '../../../shared/contract/desk/imports.ts'
import type { Mapping } from '../../../shared/formats/lists.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Core, Person } from '../core.ts'
import type { SettledWords, Table } from './table.ts'

/** A line with the decision on it. `write` applies the decision; null when the line writes nothing by itself. */
export type PlannedLine = Omit<ImportLine, 'cells'> & { readonly write: ((into: Write) => void) | null }

export type Plan = {
  readonly lines: readonly PlannedLine[]
  readonly leavers: ImportPreview['leavers']
  /** Number of families that the import has created so far. */
  readonly familiesMade: () => number
  /** Runs in the closing transaction, after all lines are written. */
  readonly settle?: (into: Write) => void
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
  readonly words: SettledWords
  readonly decisions: ReadonlyMap<number, ImportDecision>
  readonly fromDay: Day
  readonly schoolId: number | null
  readonly takeProposals: boolean
  readonly nameParents: boolean
}

type Outcome = Pick<PlannedLine, 'state' | 'said'> & Partial<Pick<PlannedLine, 'candidates' | 'differences' | 'write'>>

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
