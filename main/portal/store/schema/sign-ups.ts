import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { Instant } from '../../../../shared/rules/calendar/day.ts'
import type { Answer } from '../../../../shared/rules/cell/cell-actions.ts'
import type { TypedSignUp } from '../../../../shared/rules/people/sign-up.ts'

/** The link that checks a newcomer's mail address, once; only its hash is stored. One per address. */
export const signUpLink = pgTable(
  'sign_up_link',
  {
    hash: text().primaryKey(),
    /** In lower case. */
    email: text().notNull().unique(),
    expiresAt: text().$type<Instant>().notNull(),
  },
  (table) => [index('sign_up_link_expires').on(table.expiresAt)],
)

/** The sign-up of a family that the service does not know, from the checked mail address to the answer. */
export const signUp = pgTable(
  'sign_up',
  {
    id: text().primaryKey(),
    /** Hash of the cookie's secret: reading this table is not enough to open a form. */
    secretHash: text().notNull().unique(),
    /** In lower case; one form per address. */
    email: text().notNull().unique(),
    emailCheckedAt: text().$type<Instant>().notNull(),
    /** The form as typed, not validated; empty once the desk has it. */
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
