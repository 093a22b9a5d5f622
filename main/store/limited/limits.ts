import type { TableName } from '../schema/names.ts'

/**
 * A table, or a narrower set: the children and the papers whose health information the person may read, and an empty
 * set.
 */
export type SeenName = TableName | 'health_child' | 'health_paper' | 'nobody'

/** The limits of a store that hides some rows. */
export type Limits = {
  /** Whether the store shows this row; true for all rows of a table without limits. */
  sees(name: SeenName, id: number): boolean
  /** Whether the store shows every row that this act wrote. */
  seesAct(actId: number): boolean
}
