import { tableNames } from '../../../main/store/acts/tables.ts'
import type { Store } from '../../../main/store/store.ts'

/** What is no fact: acts and their trail, the exchange's own journal, the story of cells and revisions, which only grow. */
const aside = ['act', 'audit', 'exchange_run', 'publication', 'reservation_move', 'billing_span', 'home_balance']

/** A cell that holds nothing is no fact: it stands where it once was booked. */
const isEmptyCell = (row: Row): boolean =>
  row['held'] === 'none' &&
  row['ask'] === null &&
  row['charged_reason'] === null &&
  row['cancel_surcharge_cents'] === 0 &&
  row['billed_by'] === null

type Row = Record<string, unknown>

/** Every fact of the file, row by row, in the order of their ids; the act that wrote each is left out. */
export const factsOf = (store: Store): readonly (readonly [table: string, rows: readonly Row[]])[] =>
  tableNames
    .filter((table) => !aside.includes(table))
    .map((table) => [
      table,
      (store.statement(`select * from ${table} order by 1`).all() as Row[])
        .filter((row) => table !== 'reservation' || !isEmptyCell(row))
        .map((row) => ({ ...row, act_id: null })),
    ])
