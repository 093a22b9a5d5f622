import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { ListKind } from '../../../shared/formats/lists.ts'

/** How to read the import files of one sender: which column is which field, and what the sender's words mean. */
export const importProfile = sqliteTable('import_profile', {
  id: integer().primaryKey(),
  name: text().notNull().unique(),
  list: text().$type<ListKind>().notNull(),
  columns: text({ mode: 'json' }).$type<readonly { readonly field: string; readonly head: string }[]>().notNull(),
  words: text({ mode: 'json' })
    .$type<readonly { readonly field: string; readonly from: string; readonly to: string }[]>()
    .notNull(),
})

/** Two records that look like doubles and that staff declared different. */
export const dismissedDouble = sqliteTable(
  'dismissed_double',
  {
    id: integer().primaryKey(),
    kind: text({ enum: ['child', 'family'] }).notNull(),
    /** The lower id of the two. */
    oneId: integer().notNull(),
    otherId: integer().notNull(),
  },
  (table) => [uniqueIndex('dismissed_double_pair').on(table.kind, table.oneId, table.otherId)],
)
