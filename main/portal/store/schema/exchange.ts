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
import type { Replaced } from '../../../../shared/contract/exchange/replaced.ts'
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
  /** JSON, as it was hashed. */
  body: text().notNull(),
})

/**
 * What parents did, in order, as the exchange tells it to the desk: `shared/exchange/log.ts`. Changed only by a restore,
 * which gives back what was lost.
 */
export const logEntry = pgTable(
  'log_entry',
  {
    ...entryColumns(),
    /** When the desk acknowledged it: it is kept 60 days from then. */
    settledAt: text().$type<Instant>(),
  },
  (table) => [uniqueIndex('log_entry_id').on(table.id)],
)

/** The copy of the desk's log, kept 60 days. */
export const mirrorEntry = pgTable(
  'mirror_entry',
  {
    ...entryColumns(),
    receivedAt: text().$type<Instant>().notNull(),
    /** Of a kind that this portal does not know: acted upon once an update taught it. */
    passedOver: boolean().notNull().default(false),
  },
  (table) => [index('mirror_entry_passed_over').on(table.number).where(sql`${table.passedOver}`)],
)

/** Entries of the desk that were acted upon, for good: none is twice, whatever number it comes back under. */
export const actedEntry = pgTable('acted_entry', { id: text().primaryKey() })

/** What the desk answered to each ask, as it came: told back to a desk that was restored and says otherwise. */
export const answerHeld = pgTable('answer_held', {
  of: text().primaryKey(),
  revision: integer().notNull(),
  body: text().notNull(),
})

/** One row: what the portal remembers of the exchange. Locked to append, so that numbers follow without a hole. */
export const exchangeSide = pgTable(
  'exchange_side',
  {
    id: integer().primaryKey(),
    side: jsonb().$type<Side>().notNull(),
    /** How many receipts were given. */
    receipts: integer().notNull().default(0),
    /** The last time the desk was heard, even when nothing had changed. */
    publishedAt: text().$type<Instant>(),
    /** All documents held, in one line: `shared/exchange/documents.ts`. */
    holding: jsonb().$type<Holding>().notNull(),
    /** The last number the desk gave in each of its series, kept for a desk that was restored. */
    series: jsonb().$type<Series>().notNull().default({}),
    /** How many of the side's lost intervals families were told of. */
    lostTold: integer().notNull().default(0),
  },
  (table) => [check('exchange_side_one', sql`${table.id} = 1`)],
)

/** One row: the desk that this portal trusts, and the code that lets one in. */
export const pairing = pgTable(
  'pairing',
  {
    id: integer().primaryKey(),
    code: jsonb().$type<PairingCode>(),
    ring: jsonb().$type<KeyRing>().notNull().default([]),
    /** That desk went to another portal. */
    replaced: jsonb().$type<Replaced>(),
  },
  (table) => [check('pairing_one', sql`${table.id} = 1`)],
)

/** Of requests taken, so that none is taken twice. */
export const seenNonce = pgTable(
  'seen_nonce',
  {
    keyid: text().notNull(),
    nonce: text().notNull(),
    until: text().$type<Instant>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyid, table.nonce] }), index('seen_nonce_until').on(table.until)],
)

/** The portal's own key pair: every worker signs alike. */
export const signingKey = pgTable('signing_key', {
  id: integer().primaryKey(),
  publicKey: text().notNull(),
  privateKey: text().notNull(),
})
