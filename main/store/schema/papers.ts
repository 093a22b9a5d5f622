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
    /** `settled`: a paper was accepted, or brought to the counter. */
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
    /** Id of the paper on the portal; unique, so that a paper is collected once. */
    key: text().notNull().unique(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    childId: integer().references(() => child.id),
    askedId: integer().references(() => askedPaper.id),
    /** Name of the guardian who sent the paper, as the record had it then. */
    sender: text().notNull(),
    kind: text().$type<PaperKind>().notNull(),
    name: text().notNull(),
    type: text({ enum: paperTypes }).notNull(),
    pages: integer().notNull(),
    /** Length of the sealed bytes. */
    size: integer().notNull(),
    hash: text().notNull(),
    /** Quotient and income that the parent typed from the paper; null when not given. */
    quotient: real(),
    incomeCents: integer(),
    recordedAt: text().$type<Instant>().notNull(),
    /** `lost`: neither the portal nor this file has the bytes. */
    content: text({ enum: ['awaited', 'here', 'lost'] }).notNull(),
    state: text({ enum: ['waiting', 'accepted', 'refused'] }).notNull(),
    reason: text().notNull().default(''),
    decidedAt: text().$type<Instant>(),
    /** A verified backup contains the bytes: the portal may delete its copy. */
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

/** Sealed bytes of a received paper, in parts, so that an interrupted download resumes where it stopped. */
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
