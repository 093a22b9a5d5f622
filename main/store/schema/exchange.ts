import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Series } from '../../../shared/exchange/message.ts'
import type { Side } from '../../../shared/exchange/side.ts'
import type { Day, Instant, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import type { Answer } from '../../../shared/rules/cell/cell-actions.ts'
import type { PayfipMode } from '../../../shared/rules/money/payment/payfip.ts'
import { type MailKind, noReminders, type PaymentReminders } from '../../../shared/rules/requests/mails.ts'
import { family, guardian } from './families.ts'
import { act } from './record.ts'
import { registration } from './reservations.ts'

/** A guardian's account on the portal, created at the desk. */
export const portalAccount = sqliteTable('portal_account', {
  id: integer().primaryKey(),
  guardianId: integer()
    .notNull()
    .unique()
    .references(() => guardian.id),
  blocked: integer({ mode: 'boolean' }).notNull().default(false),
  /** Id of the last invitation; the portal carries out each id once. */
  invitationId: text().notNull(),
  invitationBy: text({ enum: ['mail', 'letter'] }).notNull(),
  invitedAt: text().$type<Instant>().notNull(),
  /** SHA-256 of the code on the printed letter; null for a mail. The code itself is stored nowhere. */
  codeHash: text(),
  codeExpiresAt: text().$type<Instant>(),
  /** When the guardian first chose a password, as reported by the portal; null before. */
  activatedAt: text().$type<Instant>(),
  /**
   * The public half of the account's own key, made by the portal for a mail address: the key is valid while the
   * guardian has that address. Null before.
   */
  sealingKey: text(),
  sealingKeyEmail: text(),
  /** Kinds of mail that this parent has stopped, as reported by the portal. */
  unwantedMails: text({ mode: 'json' }).$type<readonly MailKind[]>().notNull().default([]),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** The town's settings for its portal: one row. */
export const portalSettings = sqliteTable(
  'portal_settings',
  {
    id: integer().primaryKey(),
    openingHours: text().notNull().default(''),
    /** The block « Informations » of the home page. */
    information: text().notNull().default(''),
    publisher: text().notNull().default(''),
    director: text().notNull().default(''),
    host: text().notNull().default(''),
    dataProtectionOfficer: text().notNull().default(''),
    conformity: text({ enum: ['non', 'partielle', 'totale'] })
      .notNull()
      .default('non'),
    audit: text().notNull().default(''),
    accessibilityContact: text().notNull().default(''),
    /** Name of a colour palette; all were checked for contrast. */
    accent: text().notNull().default('marine'),
    /** The règlement that a new family accepts; without a text, no family can sign up on the portal. */
    terms: text({ mode: 'json' })
      .$type<{ readonly version: string; readonly text: string }>()
      .notNull()
      .default({ version: '', text: '' }),
    /** When the nightly exchange begins, town's time. */
    nightAt: text().$type<TimeOfDay>().notNull(),
    /** True: an exchange begins as soon as a parent records something. */
    continuous: integer({ mode: 'boolean' }).notNull().default(false),
    /** Whether the portal shows guardians with authority the health record of their child. */
    showsHealth: integer({ mode: 'boolean' }).notNull().default(true),
    /** Mails of the portal that remind of an invoice. */
    reminders: text({ mode: 'json' }).$type<PaymentReminders>().notNull().default(noReminders),
    /** Online payment. `address` is that of a simulator, for demonstrations; empty for the real PayFiP. */
    payfip: text({ mode: 'json' })
      .$type<{ readonly mode: PayfipMode; readonly tryEmail: string; readonly address: string }>()
      .notNull()
      .default({ mode: 'off', tryEmail: '', address: '' }),
    /** The town hall's proxy to the Internet: « http://proxy.exemple.fr:3128 »; empty for none. */
    proxy: text().notNull().default(''),
    /** PEM certificate of the authority that signed the portal's certificate, if systems do not know it; else empty. */
    certificateAuthority: text().notNull().default(''),
    /** What the desk accepts without staff when every rule allows it. */
    automatic: text({ mode: 'json' })
      .$type<{
        readonly bookings: boolean
        readonly cancellations: boolean
        readonly registrations: boolean
        /** `subject.field` of proposals. */
        readonly fields: readonly string[]
      }>()
      .notNull(),
  },
  (table) => [check('portal_settings_single', sql`${table.id} = 1`)],
)

/** What a parent asked on the portal, as collected, with the last answer sent to the portal. */
export const portalAsk = sqliteTable(
  'portal_ask',
  {
    id: integer().primaryKey(),
    /** Id of the entry in the portal's log. */
    entryId: text().notNull().unique(),
    /**
     * `undoing` withdraws or takes back another ask. `payment` cannot be taken back. `signUp` has no family yet.
     * `mandate` signs a mandate of direct debit, `mandateStop` stops one: `receipt` is its reference.
     */
    kind: text({
      enum: ['demande', 'registration', 'proposal', 'undoing', 'payment', 'signUp', 'mandate', 'mandateStop'],
    }).notNull(),
    /** As in the entry, without a foreign key: asks of unknown guardians or families are answered too. */
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    receipt: text().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    /** Number of the entry in the portal's log: orders asks recorded at the same instant. */
    number: integer().notNull(),
    /**
     * The demande's registration; for kind `registration`, the registration made from the ask. Null when the family has
     * no such registration.
     */
    registrationId: integer().references(() => registration.id),
    day: text().$type<Day>(),
    slotId: integer(),
    wish: text().$type<Wish>(),
    /** The move that collected the ask: later moves, up to the one that collects the next ask, answer it. */
    moveId: integer(),
    /** Answer given without any move: refused by a rule on arrival, or taken back by the parent. */
    settled: text().$type<Answer>(),
    settledReason: text().notNull().default(''),
    /** For a mandate to check: the day on which staff marked it as settled with the family, and their explanation. */
    dismissedOn: text().$type<Day>(),
    dismissReason: text(),
    /** The last answer sent to the portal; null before the first. */
    answer: text().$type<Answer>(),
    answerReason: text(),
    answerRevision: integer().notNull().default(0),
    /** The move that gave the last answer sent. */
    toldMove: integer(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('portal_ask_registration').on(table.registrationId, table.day, table.slotId),
    index('portal_ask_unanswered').on(table.kind).where(sql`${table.answer} is null`),
    index('portal_ask_other').on(table.kind).where(sql`${table.kind} <> 'demande'`),
  ],
)

/** A change that a parent proposes for one field. */
export const proposal = sqliteTable(
  'proposal',
  {
    id: integer().primaryKey(),
    askId: integer()
      .notNull()
      .unique()
      .references(() => portalAsk.id),
    familyId: integer().notNull(),
    subject: text({ enum: ['family', 'guardian', 'child'] }).notNull(),
    subjectId: integer().notNull(),
    field: text().notNull(),
    /** The value that the parent saw. */
    before: text().notNull(),
    after: text().notNull(),
    state: text({ enum: ['waiting', 'accepted', 'refused', 'withdrawn'] }).notNull(),
    reason: text().notNull().default(''),
    decidedAt: text().$type<Instant>(),
    /** The value that was replaced when the proposal was accepted. */
    replaced: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('proposal_waiting').on(table.familyId).where(sql`${table.state} = 'waiting'`)],
)

/** A request for an account by a family that the service does not know. */
export const signUp = sqliteTable(
  'sign_up',
  {
    id: integer().primaryKey(),
    askId: integer()
      .notNull()
      .unique()
      .references(() => portalAsk.id),
    /** JSON of the portal's entry: `SignUpEntry` of shared/contract/portal/entries.ts. */
    body: text().notNull(),
    state: text({ enum: ['waiting', 'accepted', 'refused'] }).notNull(),
    reason: text().notNull().default(''),
    decidedAt: text().$type<Instant>(),
    /** The family made from the request, or the existing one that staff chose. */
    familyId: integer().references(() => family.id),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('sign_up_waiting').on(table.state).where(sql`${table.state} = 'waiting'`),
    index('sign_up_family').on(table.familyId),
  ],
)

/** The desk's state of the exchange: one row, from the first pairing on. */
export const exchangeSide = sqliteTable(
  'exchange_side',
  {
    id: integer().primaryKey(),
    side: text({ mode: 'json' }).$type<Side>().notNull(),
    /** Address of the portal, without a final slash. */
    address: text().notNull(),
    /** Keys of the portal: `KeyRing` of `main/crypto/keys.ts`. */
    ring: text({ mode: 'json' })
      .$type<
        readonly {
          readonly keyid: string
          readonly publicKey: string
          readonly until: Instant | null
          readonly revokedAt: Instant | null
        }[]
      >()
      .notNull(),
    /** The desk's public key; the private key is stored next to the file, never in it. */
    publicKey: text().notNull(),
    pairedAt: text().$type<Instant>().notNull(),
    /** Kinds of entries that the portal understands; if one is missing, screens show « portail à mettre à jour ». */
    portalKinds: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
    /** The highest paper numbers that either side has reported. */
    series: text({ mode: 'json' }).$type<Series>().notNull(),
    /** The last act whose changes have marked documents as stale. */
    publishedAct: integer().notNull().default(0),
    /** The day for which documents were made, because some depend on the present day. */
    publishedOn: text().$type<Day>(),
    /** The last move of a cell that was examined for answers to send. */
    answeredMove: integer().notNull().default(0),
  },
  (table) => [check('exchange_side_single', sql`${table.id} = 1`)],
)

const entry = {
  number: integer().primaryKey(),
  hash: text().notNull(),
  id: text().notNull(),
  kind: text().notNull(),
  at: text().$type<Instant>().notNull(),
  /** JSON text, exactly as hashed. */
  body: text().notNull(),
}

/** The desk's log: entries for the portal. */
export const ownEntry = sqliteTable('own_entry', { ...entry, acknowledgedAt: text().$type<Instant>() }, (table) => [
  uniqueIndex('own_entry_id').on(table.id),
])

/** The desk's copy of the portal's log. */
export const mirrorEntry = sqliteTable(
  'mirror_entry',
  {
    ...entry,
    receivedAt: text().$type<Instant>().notNull(),
    /** True while this version of the desk does not know the entry's kind. */
    passedOver: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [
    index('mirror_entry_passed_over').on(table.number).where(sql`${table.passedOver}`),
    index('mirror_entry_online_payment').on(table.at).where(sql`${table.kind} in ('paymentStarted', 'paymentEnded')`),
  ],
)

/** Ids of the portal's entries that the desk has applied, so that none is applied twice. */
export const actedUpon = sqliteTable('acted_upon', { id: text().primaryKey() })

/** A published document: the version that the portal should have, and the one that the desk believes it has. */
export const publication = sqliteTable(
  'publication',
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    paperOf: text().$type<Day>(),
    /** Null: the portal should delete the document, or the document has not been made yet. */
    wantedHash: text(),
    heldHash: text(),
    /** The document must be made again before the hashes are compared. */
    stale: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [
    index('publication_stale').on(table.paperOf).where(sql`${table.stale}`),
    index('publication_differs').on(table.paperOf).where(sql`${table.wantedHash} is not ${table.heldHash}`),
    index('publication_gone').on(table.id).where(sql`${table.wantedHash} is null and not ${table.stale}`),
  ],
)

/** A paper that a restore of the desk lost and that the portal gave back, byte for byte as the family received it. */
export const recoveredPaper = sqliteTable('recovered_paper', {
  id: text().primaryKey(),
  paperOf: text().$type<Day>().notNull(),
  /** The PDF in base64. */
  body: text().notNull(),
  recoveredAt: text().$type<Instant>().notNull(),
})

/** An exchange or an attempt, with the counts of what it carried and the error, if any. */
export const exchangeRun = sqliteTable(
  'exchange_run',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    cause: text({ enum: ['night', 'asked', 'continuous', 'start', 'retry'] }).notNull(),
    startedAt: text().$type<Instant>().notNull(),
    endedAt: text().$type<Instant>(),
    outcome: text({ enum: ['running', 'done', 'failed'] }).notNull(),
    requests: integer().notNull().default(0),
    collected: integer().notNull().default(0),
    answers: integer().notNull().default(0),
    documents: integer().notNull().default(0),
    papers: integer().notNull().default(0),
    bytes: integer().notNull().default(0),
    /** What went wrong and what to do, in French; empty when all went well. */
    sentence: text().notNull().default(''),
  },
  (table) => [index('exchange_run_started').on(table.startedAt)],
)
