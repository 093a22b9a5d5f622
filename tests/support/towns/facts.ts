import { tableNames } from '../../../main/store/acts/tables.ts'
import type { Store } from '../../../main/store/store.ts'

/**
 * Tables that are no facts: acts and their audit, the history of exchanges, moves of cells, and revisions, which only
 * grow.
 */
const aside = ['act', 'audit', 'exchange_run', 'publication', 'reservation_move', 'billing_span', 'home_balance']

/** An empty cell is no fact: its row remains from an earlier booking. */
const isEmptyCell = (row: Row): boolean =>
  row['held'] === 'none' &&
  row['ask'] === null &&
  row['charged_reason'] === null &&
  row['cancel_surcharge_cents'] === 0 &&
  row['billed_by'] === null

type Row = Record<string, unknown>

/** All facts of the file, row by row in the order of their ids, without the act that wrote each. */
export const factsOf = (store: Store): readonly (readonly [table: string, rows: readonly Row[]])[] =>
  tableNames
    .filter((table) => !aside.includes(table))
    .map((table) => [
      table,
      (store.statement(`select * from ${table} order by 1`).all() as Row[])
        .filter((row) => table !== 'reservation' || !isEmptyCell(row))
        .map((row) => ({ ...row, act_id: null })),
    ])
