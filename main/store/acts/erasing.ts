import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { ActKind } from '../../../shared/record/act-kinds.ts'
import type { RecordedTable, TraceName } from '../../../shared/record/tables.ts'
import type { Store } from '../store.ts'
import { erasingFact } from '../triggers.ts'
import { type Actor, erasedValues, type Write } from './acts.ts'
import { getTable, pointersTo } from './tables.ts'

/** The writer of an erasure, which alone may remove values from the audit. */
export type ErasingWriter = {
  readonly write: Write
  /** Deletes these rows, and their values in the audit. */
  readonly erase: (entity: RecordedTable, ids: readonly number[]) => void
  /** Changes a row; the audit holds neither the old values nor the new. */
  readonly blank: <T extends SQLiteTable & { id: SQLiteColumn }>(
    table: T,
    id: number,
    changes: Partial<Omit<T['$inferInsert'], 'id'>>,
  ) => void
  /** Removes the values of these rows from the audit; which act changed them, and when, stays. */
  readonly blankAudit: (entity: RecordedTable | TraceName, ids: readonly number[]) => void
  /** Removes the values of these audit rows. */
  readonly blankAuditRows: (auditIds: readonly number[]) => void
  readonly relabel: (actId: number, label: string) => void
  /** Anonymises these acts: `name` replaces their author's name. */
  readonly anonymise: (actIds: readonly number[], name: string) => void
}

/** Runs an act that erases permanently: it cannot be undone, and no table keeps the erased values. */
export const runErasure = <T>(
  store: Store,
  actor: Actor,
  kind: ActKind,
  label: string,
  work: (erasing: ErasingWriter) => T,
): T => store.act(actor, kind, label, (write) => eraseWithin(store, write, work))

/** Erases as a part of an act that cannot be undone. */
export const eraseWithin = <T>(store: Store, write: Write, work: (erasing: ErasingWriter) => T): T => {
  store.statement('insert into file_fact (key, value) values (?, ?)').run(erasingFact, write.at)
  const result = work(erasingWith(store, write))
  store.statement('delete from file_fact where key = ?').run(erasingFact)
  return result
}

const erasedJson = JSON.stringify(erasedValues)
const blankAuditSql = `update audit set before = iif(before is null, null, '${erasedJson}'), after = iif(after is null, null, '${erasedJson}')
  where operation in ('insert', 'update', 'remove') and coalesce(before, '${erasedJson}') || coalesce(after, '${erasedJson}') <> '${erasedJson}${erasedJson}'`

const erasingWith = (store: Store, write: Write): ErasingWriter => {
  const forget: ErasingWriter['blankAudit'] = (entity, ids) => {
    store
      .statement(`${blankAuditSql} and entity = ? and entity_id in (select value from json_each(?))`)
      .run(entity, JSON.stringify(ids))
  }
  return {
    write,
    blankAudit: forget,
    erase(entity, ids) {
      forget(entity, ids)
      write.erase(getTable(entity), ids)
    },
    blank(table, id, changes) {
      write.blank(table, id, changes)
    },
    blankAuditRows(auditIds) {
      store.statement(`${blankAuditSql} and id in (select value from json_each(?))`).run(JSON.stringify(auditIds))
    },
    anonymise(actIds, name) {
      store
        .statement('update act set actor_name = ? where id in (select value from json_each(?))')
        .run(name, JSON.stringify(actIds))
    },
    relabel(actId, label) {
      store.statement('update act set label = ? where id = ? and label <> ?').run(label, actId, label)
    },
  }
}

/** Whether a row of another table has a foreign key to this row. */
export const isReferenced = (store: Store, entity: string, id: number): boolean =>
  pointersTo(entity).some(
    ({ table, column }) => store.statement(`select 1 from ${table} where ${column} = ? limit 1`).get(id) !== undefined,
  )
