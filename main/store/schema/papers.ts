import { sql } from 'drizzle-orm'
import { blob, check, index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type PaperKind, paperTypes } from '../../../shared/rules/requests/paper.ts'
import { child, family } from './families.ts'
import { act } from './record.ts'

/** A paper that the service asks of a home, or of one of its children. */
export const askedPaper = sqliteTable(
  'asked_paper',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    childId: integer().references(() => child.id),
    kind: text().$type<PaperKind>().notNull(),
    note: text().notNull(),
    dueOn: text().$type<Day>().notNull(),
    askedAt: text().$type<Instant>().notNull(),
    /** `settled`: one was accepted, or brought to the counter. */
    state: text({ enum: ['open', 'settled', 'dropped'] }).notNull(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('asked_paper_family').on(table.familyId),
    index('asked_paper_open').on(table.dueOn).where(sql`${table.state} = 'open'`),
  ],
)

/** A paper that a parent sent through the portal. */
export const receivedPaper = sqliteTable(
  'received_paper',
  {
    id: integer().primaryKey(),
    /** Its name on the portal: it comes in once. */
    key: text().notNull().unique(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    childId: integer().references(() => child.id),
    askedId: integer().references(() => askedPaper.id),
    /** Of the guardian who sent it, as the record had it then. */
    sender: text().notNull(),
    kind: text().$type<PaperKind>().notNull(),
    name: text().notNull(),
    type: text({ enum: paperTypes }).notNull(),
    pages: integer().notNull(),
    /** Of the sealed bytes. */
    size: integer().notNull(),
    hash: text().notNull(),
    /** As the parent read them on it; null where none was told. */
    quotient: real(),
    incomeCents: integer(),
    recordedAt: text().$type<Instant>().notNull(),
    /** `lost`: the portal has it no more, and neither has this file. */
    content: text({ enum: ['awaited', 'here', 'lost'] }).notNull(),
    state: text({ enum: ['waiting', 'accepted', 'refused'] }).notNull(),
    reason: text().notNull().default(''),
    decidedAt: text().$type<Instant>(),
    /** A verified backup holds its bytes: the portal need not any more. */
    inBackup: integer({ mode: 'boolean' }).notNull().default(false),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('received_paper_family').on(table.familyId),
    index('received_paper_waiting').on(table.recordedAt).where(sql`${table.state} = 'waiting'`),
    index('received_paper_awaited').on(table.id).where(sql`${table.content} = 'awaited'`),
    check('received_paper_decided', sql`(${table.state} = 'waiting') = (${table.decidedAt} is null)`),
  ],
)

/** Its bytes, sealed as they came, part by part: a line that breaks goes on where it stopped. */
export const receivedPaperPart = sqliteTable(
  'received_paper_part',
  {
    paperId: integer()
      .notNull()
      .references(() => receivedPaper.id, { onDelete: 'cascade' }),
    from: integer().notNull(),
    bytes: blob({ mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.paperId, table.from] })],
)
