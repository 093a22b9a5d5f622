import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { Series } from '../../../shared/exchange/message.ts'
import type { Side } from '../../../shared/exchange/side.ts'
import type { Day, Instant, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import type { Answer } from '../../../shared/rules/cell/cell-actions.ts'
import type { PayfipMode } from '../../../shared/rules/money/payfip.ts'
import { type MailKind, noReminders, type PaymentReminders } from '../../../shared/rules/requests/mails.ts'
import { family, guardian } from './families.ts'
import { act } from './record.ts'
import { registration } from './reservations.ts'

/** A guardian's login on the portal, made at the desk. */
export const portalAccount = sqliteTable('portal_account', {
  id: integer().primaryKey(),
  guardianId: integer()
    .notNull()
    .unique()
    .references(() => guardian.id),
  blocked: integer({ mode: 'boolean' }).notNull().default(false),
  /** The last way in that was given; the portal carries out each id once. */
  invitationId: text().notNull(),
  invitationBy: text({ enum: ['mail', 'letter'] }).notNull(),
  invitedAt: text().$type<Instant>().notNull(),
  /** sha-256 of the code on the printed letter; null by mail. The code itself is kept nowhere. */
  codeHash: text(),
  codeExpiresAt: text().$type<Instant>(),
  /** When a password was first chosen, as the portal said; null before. */
  activatedAt: text().$type<Instant>(),
  /** The address that a mail server refused, as the portal said it: told while it is still the guardian's. */
  refusedEmail: text(),
  refusedAt: text().$type<Instant>(),
  /** Kinds of mail that this parent has stopped, as reported by the portal. */
  unwantedMails: text({ mode: 'json' }).$type<readonly MailKind[]>().notNull().default([]),
  actId: integer()
    .notNull()
    .references(() => act.id),
})

/** What the town sets for its portal: one row. */
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
    /** One of the palettes that were checked for contrast. */
    accent: text().notNull().default('marine'),
    /** The règlement that newcomers accept; without a text, none signs up on the portal. */
    terms: text({ mode: 'json' })
      .$type<{ readonly version: string; readonly text: string }>()
      .notNull()
      .default({ version: '', text: '' }),
    /** When the nightly exchange begins, town's time. */
    nightAt: text().$type<TimeOfDay>().notNull(),
    /** Exchanges as soon as a parent records something. */
    continuous: integer({ mode: 'boolean' }).notNull().default(false),
    /** Mails of the portal that remind of an invoice. */
    reminders: text({ mode: 'json' }).$type<PaymentReminders>().notNull().default(noReminders),
    /** Paying online. `address`: of a simulator on this machine, for a demonstration; empty for the State's. */
    payfip: text({ mode: 'json' })
      .$type<{ readonly mode: PayfipMode; readonly tryEmail: string; readonly address: string }>()
      .notNull()
      .default({ mode: 'off', tryEmail: '', address: '' }),
    /** The town hall's proxy to the Internet: « http://proxy.exemple.fr:3128 »; empty for none. */
    proxy: text().notNull().default(''),
    /** PEM certificate of the authority that signed the portal's, where no system knows it; empty for none. */
    certificateAuthority: text().notNull().default(''),
    /** What is let through without staff when every rule allows it. */
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

/** What a parent asked on the portal, as it was collected, and what the portal was last told of it. */
export const portalAsk = sqliteTable(
  'portal_ask',
  {
    id: integer().primaryKey(),
    /** Its id on the portal. */
    entryId: text().notNull().unique(),
    /** `undoing`: the taking back of another. `payment`: made online, not to be taken back. `signUp`: of no family yet. */
    kind: text({ enum: ['demande', 'registration', 'proposal', 'undoing', 'payment', 'signUp'] }).notNull(),
    /** As they were said: one that no family has is answered too. */
    guardianId: integer().notNull(),
    familyId: integer().notNull(),
    receipt: text().notNull(),
    recordedAt: text().$type<Instant>().notNull(),
    /** Its place in the portal's log: orders asks of one instant. */
    number: integer().notNull(),
    /** Of a demande; of a registration asked for, the one it became. Null where it is none of the family's. */
    registrationId: integer().references(() => registration.id),
    day: text().$type<Day>(),
    slotId: integer(),
    wish: text().$type<Wish>(),
    /** The move that collected it: what comes after, up to the next one's, answers it. */
    moveId: integer(),
    /** Settled on arrival, without any move: by a rule, or taken back. */
    settled: text().$type<Answer>(),
    settledReason: text().notNull().default(''),
    /** What the portal was last told; null before. */
    answer: text().$type<Answer>(),
    answerReason: text(),
    answerRevision: integer().notNull().default(0),
    /** The move whose answer that was. */
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
    /** As the parent saw it. */
    before: text().notNull(),
    after: text().notNull(),
    state: text({ enum: ['waiting', 'accepted', 'refused', 'withdrawn'] }).notNull(),
    reason: text().notNull().default(''),
    decidedAt: text().$type<Instant>(),
    /** What it took the place of when it was accepted. */
    replaced: text(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [index('proposal_waiting').on(table.familyId).where(sql`${table.state} = 'waiting'`)],
)

/** A family that the service does not know asks for an account. */
export const signUp = sqliteTable(
  'sign_up',
  {
    id: integer().primaryKey(),
    askId: integer()
      .notNull()
      .unique()
      .references(() => portalAsk.id),
    /** JSON, as the portal said it: `SignUpEntry` of shared/contract/portal/entries.ts. */
    body: text().notNull(),
    state: text({ enum: ['waiting', 'accepted', 'refused'] }).notNull(),
    reason: text().notNull().default(''),
    decidedAt: text().$type<Instant>(),
    /** The home that it became, or was tied to. */
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

/** What the desk remembers of the exchange: one row, from the first pairing on. */
export const exchangeSide = sqliteTable(
  'exchange_side',
  {
    id: integer().primaryKey(),
    side: text({ mode: 'json' }).$type<Side>().notNull(),
    /** Of the portal, without a final slash. */
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
    /** The desk's own public key; the private one lies beside the file, never in it. */
    publicKey: text().notNull(),
    pairedAt: text().$type<Instant>().notNull(),
    /** Kinds that the portal said it knows; what it does not is « portail à mettre à jour ». */
    portalKinds: text({ mode: 'json' }).$type<readonly string[]>().notNull(),
    /** The furthest numbers that either side told. */
    series: text({ mode: 'json' }).$type<Series>().notNull(),
    /** The last act whose changes were looked at for what is published. */
    publishedAct: integer().notNull().default(0),
    /** The day for which documents were made: some of them change with the day. */
    publishedOn: text().$type<Day>(),
    /** The last move of a cell that was looked at for what is answered. */
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
  /** JSON, as it was hashed. */
  body: text().notNull(),
}

/** What the desk says to the portal. */
export const ownEntry = sqliteTable('own_entry', { ...entry, acknowledgedAt: text().$type<Instant>() }, (table) => [
  uniqueIndex('own_entry_id').on(table.id),
])

/** What the portal said, as it came. */
export const mirrorEntry = sqliteTable(
  'mirror_entry',
  {
    ...entry,
    receivedAt: text().$type<Instant>().notNull(),
    /** Of a kind that this desk does not know yet. */
    passedOver: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [index('mirror_entry_passed_over').on(table.number).where(sql`${table.passedOver}`)],
)

/** Ids of the portal's entries that were acted upon, in whatever way they came. */
export const actedUpon = sqliteTable('acted_upon', { id: text().primaryKey() })

/** A document of the portal: what it should hold, and what the desk believes it holds. */
export const publication = sqliteTable(
  'publication',
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    paperOf: text().$type<Day>(),
    /** Null: it should hold it no more, or it is not known yet. */
    wantedHash: text(),
    heldHash: text(),
    /** To be made again before it is compared. */
    stale: integer({ mode: 'boolean' }).notNull(),
  },
  (table) => [
    index('publication_stale').on(table.paperOf).where(sql`${table.stale}`),
    index('publication_differs').on(table.paperOf).where(sql`${table.wantedHash} is not ${table.heldHash}`),
    index('publication_gone').on(table.id).where(sql`${table.wantedHash} is null and not ${table.stale}`),
  ],
)

/** A paper that a restored desk had lost and that the portal gave back, as it was handed to the family. */
export const recoveredPaper = sqliteTable('recovered_paper', {
  id: text().primaryKey(),
  paperOf: text().$type<Day>().notNull(),
  /** Base64. */
  body: text().notNull(),
  recoveredAt: text().$type<Instant>().notNull(),
})

/** Each exchange, or attempt: what it carried, and what went wrong. */
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
