import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { Replacement } from '../../../../shared/contract/exchange/replaced.ts'
import type { Holding } from '../../../../shared/exchange/documents.ts'
import type { Series } from '../../../../shared/exchange/message.ts'
import type { Side } from '../../../../shared/exchange/side.ts'
import type { Instant } from '../../../../shared/rules/calendar/day.ts'
import type { KeyRing, PairingCode } from '../../../crypto/keys.ts'

const entryColumns = () => ({
  number: bigint({ mode: 'number' }).primaryKey(),
  hash: text().notNull(),
  id: text().notNull(),
  kind: text().notNull(),
  at: text().$type<Instant>().notNull(),
  /** JSON, exactly as hashed. */
  body: text().notNull(),
})

/**
 * The portal's log: what parents did, in order, as the exchange sends it to the desk (`shared/exchange/log.ts`). Only a
 * restore changes existing entries, when lost ones are recovered.
 */
export const logEntry = pgTable(
  'log_entry',
  {
    ...entryColumns(),
    /** When the desk acknowledged the entry, which is pruned 60 days later. */
    settledAt: text().$type<Instant>(),
  },
  (table) => [uniqueIndex('log_entry_id').on(table.id)],
)

/** The copy of the desk's log; entries are pruned after 60 days. */
export const mirrorEntry = pgTable(
  'mirror_entry',
  {
    ...entryColumns(),
    receivedAt: text().$type<Instant>().notNull(),
    /** Whether this version did not know the entry's kind: a later version acts upon it. */
    passedOver: boolean().notNull().default(false),
  },
  (table) => [index('mirror_entry_passed_over').on(table.number).where(sql`${table.passedOver}`)],
)

/** Ids of the desk's entries that were acted upon, for ever: an entry sent again under another number has no effect. */
export const actedEntry = pgTable('acted_entry', { id: text().primaryKey() })

/** The desk's answer to each ask, as received: sent back to a restored desk that answers differently. */
export const answerHeld = pgTable('answer_held', {
  of: text().primaryKey(),
  revision: integer().notNull(),
  body: text().notNull(),
})

/**
 * One row: the portal's state of the exchange. Locked while entries are appended, so that their numbers have no gap.
 */
export const exchangeSide = pgTable(
  'exchange_side',
  {
    id: integer().primaryKey(),
    side: jsonb().$type<Side>().notNull(),
    /** Number of receipts issued. */
    receipts: integer().notNull().default(0),
    /** When the desk last exchanged, even if nothing had changed. */
    publishedAt: text().$type<Instant>(),
    /** A combined hash of all stored documents: `shared/exchange/documents.ts`. */
    holding: jsonb().$type<Holding>().notNull(),
    /** The last number that the desk issued in each of its series, for a desk that was restored. */
    series: jsonb().$type<Series>().notNull().default({}),
    /** How many of the side's lost intervals were mailed to families. */
    lostTold: integer().notNull().default(0),
  },
  (table) => [check('exchange_side_one', sql`${table.id} = 1`)],
)

/** One row: the trusted desk's keys, and the code that pairs a desk. */
export const pairing = pgTable(
  'pairing',
  {
    id: integer().primaryKey(),
    code: jsonb().$type<PairingCode>(),
    ring: jsonb().$type<KeyRing>().notNull().default([]),
    /** Set when that desk moved to another portal. */
    replaced: jsonb().$type<Replacement>(),
  },
  (table) => [check('pairing_one', sql`${table.id} = 1`)],
)

/** Nonces of accepted requests, so that none is accepted twice. */
export const seenNonce = pgTable(
  'seen_nonce',
  {
    keyid: text().notNull(),
    nonce: text().notNull(),
    until: text().$type<Instant>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyid, table.nonce] }), index('seen_nonce_until').on(table.until)],
)

/** The portal's key pair, shared by all workers. */
export const signingKey = pgTable('signing_key', {
  id: integer().primaryKey(),
  publicKey: text().notNull(),
  privateKey: text().notNull(),
})
