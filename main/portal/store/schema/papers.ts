import { sql } from 'drizzle-orm'
import { customType, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { Instant } from '../../../../shared/rules/calendar/day.ts'
import type { PaperKind } from '../../../../shared/rules/requests/paper.ts'

const bytea = customType<{ data: Buffer; driverData: Buffer | Uint8Array }>({
  dataType: () => 'bytea',
  fromDriver: (value) => Buffer.from(value),
})

/** A paper that a parent sent. */
export const sentPaper = pgTable(
  'sent_paper',
  {
    id: text().primaryKey(),
    /** Made by the page for one file. */
    requestId: text().notNull(),
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    childId: integer(),
    kind: text().$type<PaperKind>().notNull(),
    /** The desk's request that it answers. */
    askedId: integer(),
    name: text().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    collectedAt: text().$type<Instant>(),
    /** Of the sealed bytes, in hexadecimal. */
    hash: text().notNull(),
    /** Sealed for the desk: nobody here can open them. Null once the desk needs them no more. */
    bytes: bytea(),
    /** When the desk first said that it has all of them. */
    hereAt: text().$type<Instant>(),
    answer: text({ enum: ['accepted', 'refused'] }),
    answerReason: text().notNull().default(''),
  },
  (table) => [
    uniqueIndex('sent_paper_request').on(table.guardianId, table.requestId),
    index('sent_paper_family').on(table.familyId),
    index('sent_paper_held').on(table.hereAt).where(sql`${table.bytes} is not null`),
  ],
)
