import type { TableName } from '../schema/names.ts'

/** A table, or a narrower choice: children and papers whose health is read, and nothing at all. */
export type SeenName = TableName | 'health_child' | 'health_paper' | 'nobody'

/** What a limited store leaves out. */
export type Limits = {
  /** Whether the store shows this row; of a table that it shows whole, any row. */
  sees(name: SeenName, id: number): boolean
  /** Whether the store shows every row that this act wrote. */
  seesAct(actId: number): boolean
}
