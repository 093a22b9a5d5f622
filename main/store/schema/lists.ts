import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { ListQuery } from '../../../shared/rules/lists/list-query.ts'
import type { Audience } from '../../../shared/rules/messages/audience.ts'
import { act } from './record.ts'
import { staffMember } from './settings.ts'

/** A list that a person built and saved (« liste libre »). */
export const freeList = sqliteTable(
  'free_list',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    query: text({ mode: 'json' }).$type<ListQuery>().notNull(),
    staffMemberId: integer()
      .notNull()
      .references(() => staffMember.id),
    /** Whether other people can open it, each with their own rights and sites. */
    isShared: integer({ mode: 'boolean' }).notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('free_list_of').on(table.staffMemberId)],
)

/** A choice of recipients that a person saved. The people it reaches are found anew each time it is used. */
export const savedAudience = sqliteTable(
  'saved_audience',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    whom: text({ mode: 'json' }).$type<Audience>().notNull(),
    staffMemberId: integer()
      .notNull()
      .references(() => staffMember.id),
    /** Whether other people can use it, each with their own rights and sites. */
    isShared: integer({ mode: 'boolean' }).notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('saved_audience_of').on(table.staffMemberId)],
)
