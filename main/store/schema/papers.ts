import { sql } from 'drizzle-orm'
import { blob, check, index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { type CampaignAsk, confirmationKinds } from '../../../shared/rules/dossier/campaign.ts'
import { dossierScopes, paperValidities, requiredKinds } from '../../../shared/rules/dossier/required-paper.ts'
import { type PaperKind, paperTypes } from '../../../shared/rules/requests/paper.ts'
import { activity } from './activities.ts'
import { child, family } from './families.ts'
import { act } from './record.ts'

/** A kind of paper required in the dossier of each child, or of each home. */
export const requiredPaper = sqliteTable(
  'required_paper',
  {
    id: integer().primaryKey(),
    kind: text({ enum: requiredKinds }).notNull(),
    /** What the town calls it: « Attestation d’assurance ». */
    name: text().notNull(),
    scope: text({ enum: dossierScopes }).notNull(),
    /** Null: required for every activity. */
    activityId: integer().references(() => activity.id),
    /** How long a paper counts; null for the quotient, the consents and the dérogation, which have their own rules. */
    validity: text({ enum: paperValidities }),
    /** For the validity `months`: the number of months from the day on which the paper was seen. */
    months: integer(),
    /** The first day on which it is no longer required. */
    withdrawnOn: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('required_paper_activity').on(table.activityId),
    check('required_paper_months', sql`(coalesce(${table.validity}, '') = 'months') = (${table.months} is not null)`),
    check(
      'required_paper_validity',
      sql`(${table.kind} in ('benefits', 'consents', 'exemption')) = (${table.validity} is null)`,
    ),
  ],
)

/**
 * The fact that staff saw a required paper of a home or a child. This fact is kept; the file of the paper is deleted at
 * the end of its retention.
 */
export const paperFact = sqliteTable(
  'paper_fact',
  {
    id: integer().primaryKey(),
    requiredId: integer()
      .notNull()
      .references(() => requiredPaper.id),
    familyId: integer().references(() => family.id),
    /** The child concerned, in all its homes; null for a paper of the home. */
    childId: integer().references(() => child.id),
    seenOn: text().$type<Day>().notNull(),
    /** The name of the person who saw it, as it was then. */
    seenBy: text().notNull(),
    /** The last day on which it counts. */
    validUntil: text().$type<Day>().notNull(),
    /** The paper that a parent sent, while the file holds it. */
    paperId: integer().references(() => receivedPaper.id),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('paper_fact_family').on(table.familyId, table.requiredId),
    index('paper_fact_child').on(table.childId, table.requiredId),
    index('paper_fact_paper').on(table.paperId),
    check('paper_fact_of', sql`(${table.familyId} is null) <> (${table.childId} is null)`),
    check('paper_fact_days', sql`${table.seenOn} <= ${table.validUntil}`),
  ],
)

/** A campaign for a school year: what homes must read again, and until when. */
export const campaign = sqliteTable(
  'campaign',
  {
    id: integer().primaryKey(),
    /** The year in which the school year begins. */
    year: integer().notNull().unique(),
    opensOn: text().$type<Day>().notNull(),
    dueOn: text().$type<Day>().notNull(),
    asks: text({ mode: 'json' }).$type<readonly CampaignAsk[]>().notNull(),
    /** The first day on which it is closed. */
    closedOn: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [check('campaign_days', sql`${table.opensOn} < ${table.dueOn}`)],
)

/**
 * A confirmation by a home about itself or one of its children, on the portal or at the counter. Rows are added, never
 * changed.
 */
export const confirmation = sqliteTable(
  'confirmation',
  {
    id: integer().primaryKey(),
    familyId: integer()
      .notNull()
      .references(() => family.id),
    childId: integer().references(() => child.id),
    kind: text({ enum: confirmationKinds }).notNull(),
    at: text().$type<Instant>().notNull(),
    /** The name of the person who confirmed, as it was then. */
    by: text().notNull(),
    /** The version of the règlement that was accepted; empty for everything else. */
    version: text().notNull().default(''),
    /** The entry of the portal's log with the confirmation; null for one noted by staff. */
    entryId: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('confirmation_family').on(table.familyId),
    index('confirmation_child').on(table.childId),
    uniqueIndex('confirmation_entry').on(table.entryId).where(sql`${table.entryId} is not null`),
    check('confirmation_of', sql`(${table.kind} = 'health') = (${table.childId} is not null)`),
  ],
)

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
    /** The required paper that the parent sent it for. */
    requiredId: integer().references(() => requiredPaper.id),
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
    /** The last day of an accepted paper, whose file is kept until that day. */
    validUntil: text().$type<Day>(),
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
