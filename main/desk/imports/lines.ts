import type { ImportDecision, ImportLine, ImportPreview } from '../../../shared/contract/desk/imports.ts'
import type { Mapping } from '../../../shared/formats/lists.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Write } from '../../store/acts/acts.ts'
import type { Core, Person } from '../core.ts'
import type { Table, Words } from './table.ts'

/** A line and what it will do, decided: nothing is left to guess while writing. */
export type PlannedLine = Omit<ImportLine, 'cells'> & { readonly write: ((into: Write) => void) | null }

export type Plan = {
  readonly lines: readonly PlannedLine[]
  readonly leavers: ImportPreview['leavers']
  /** How many families the writing has made so far. */
  readonly familiesMade: () => number
  /** Written last, once every line is. */
  readonly settle?: (into: Write) => void
  /** How many lines are written in one transaction; absent for the `chunkSize` of `import.ts`. */
  readonly linesPerTransaction?: number
  /** What some lines bring that is new, written together before what each of them changes. */
  readonly writeNew?: (into: Write, lines: readonly number[]) => void
}

export type Asked = {
  readonly core: Core
  readonly person: Person
  readonly table: Table
  readonly mapping: Mapping
  readonly words: Words
  readonly decisions: ReadonlyMap<number, ImportDecision>
  readonly fromDay: Day
  readonly schoolId: number | null
  readonly takeProposals: boolean
  readonly nameParents: boolean
}

type Outcome = Pick<PlannedLine, 'state' | 'said'> & Partial<Pick<PlannedLine, 'candidates' | 'differences' | 'write'>>

export const planned = (
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
