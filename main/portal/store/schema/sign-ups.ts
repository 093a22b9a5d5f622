import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { Instant } from '../../../../shared/rules/calendar/day.ts'
import type { Answer } from '../../../../shared/rules/cell/cell-actions.ts'
import type { TypedSignUp } from '../../../../shared/rules/people/sign-up.ts'

/** What checks the address of a newcomer, once, known here by its hash only. One an address. */
export const signUpLink = pgTable(
  'sign_up_link',
  {
    hash: text().primaryKey(),
    /** Folded to lower case. */
    email: text().notNull().unique(),
    expiresAt: text().$type<Instant>().notNull(),
  },
  (table) => [index('sign_up_link_expires').on(table.expiresAt)],
)

/** A family that the service does not know, from the address checked to the answer. */
export const signUp = pgTable(
  'sign_up',
  {
    id: text().primaryKey(),
    /** Of the cookie: who reads this table reads nobody's form. */
    secretHash: text().notNull().unique(),
    /** Folded to lower case; one form an address. */
    email: text().notNull().unique(),
    emailCheckedAt: text().$type<Instant>().notNull(),
    /** As typed, nothing checked; empty once the desk has it. */
    typed: jsonb().$type<TypedSignUp>().notNull(),
    seenAt: text().$type<Instant>().notNull(),
    recordedAt: text().$type<Instant>(),
    collectedAt: text().$type<Instant>(),
    answer: text().$type<Answer>(),
    answerRevision: integer(),
    answeredAt: text().$type<Instant>(),
  },
  (table) => [index('sign_up_waiting').on(table.recordedAt).where(sql`${table.answeredAt} is null`)],
)
