import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { ActKind } from '../../../shared/record/act-kinds.ts'
import type { RecordedTable, TraceName } from '../../../shared/record/tables.ts'
import type { Store } from '../store.ts'
import { erasingFact } from '../triggers.ts'
import { type Actor, erased, type Write } from './acts.ts'
import { getTable, pointersTo } from './tables.ts'

/** What an erasure may do that no other act can: take away values that the trail kept. */
export type Erasing = {
  readonly write: Write
  /** These rows go, and what the trail held of them. */
  readonly erase: (entity: RecordedTable, ids: readonly number[]) => void
  /** The row stays with these values, and the trail holds no others. */
  readonly blank: <T extends SQLiteTable & { id: SQLiteColumn }>(
    table: T,
    id: number,
    changes: Partial<Omit<T['$inferInsert'], 'id'>>,
  ) => void
  /** What the trail holds of rows that went or stay; of which act and when is kept. */
  readonly forget: (entity: RecordedTable | TraceName, ids: readonly number[]) => void
  /** The same by rows of the trail. */
  readonly forgetChanges: (auditIds: readonly number[]) => void
  readonly relabel: (actId: number, label: string) => void
  /** Anonymises these acts: `name` stands in the place of their author's. */
  readonly unsign: (actIds: readonly number[], name: string) => void
}

/** An act that erases for good: it cannot be undone, and nothing of what it took away is left in the file's tables. */
export const erasing = <T>(
  store: Store,
  actor: Actor,
  kind: ActKind,
  label: string,
  work: (erasing: Erasing) => T,
): T =>
  store.act(actor, kind, label, (write) => {
    store.statement('insert into file_fact (key, value) values (?, ?)').run(erasingFact, write.at)
    const result = work(erasingWith(store, write))
    store.statement('delete from file_fact where key = ?').run(erasingFact)
    return result
  })

const nothing = JSON.stringify(erased)
const valuesOf = `update audit set before = iif(before is null, null, '${nothing}'), after = iif(after is null, null, '${nothing}')
  where operation in ('insert', 'update', 'remove') and coalesce(before, '${nothing}') || coalesce(after, '${nothing}') <> '${nothing}${nothing}'`

const erasingWith = (store: Store, write: Write): Erasing => {
  const forget: Erasing['forget'] = (entity, ids) => {
    store
      .statement(`${valuesOf} and entity = ? and entity_id in (select value from json_each(?))`)
      .run(entity, JSON.stringify(ids))
  }
  return {
    write,
    forget,
    erase(entity, ids) {
      forget(entity, ids)
      write.erase(getTable(entity), ids)
    },
    blank(table, id, changes) {
      write.blank(table, id, changes)
    },
    forgetChanges(auditIds) {
      store.statement(`${valuesOf} and id in (select value from json_each(?))`).run(JSON.stringify(auditIds))
    },
    unsign(actIds, name) {
      store
        .statement('update act set actor_name = ? where id in (select value from json_each(?))')
        .run(name, JSON.stringify(actIds))
    },
    relabel(actId, label) {
      store.statement('update act set label = ? where id = ? and label <> ?').run(label, actId, label)
    },
  }
}

/** Whether a row of another table is about this one. */
export const isLeanedOn = (store: Store, entity: string, id: number): boolean =>
  pointersTo(entity).some(
    ({ table, column }) => store.statement(`select 1 from ${table} where ${column} = ? limit 1`).get(id) !== undefined,
  )
