import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../../shared/rules/calendar/day.ts'
import type { BookExport } from '../../../../shared/rules/money/book-export.ts'
import type { PayfipMode } from '../../../../shared/rules/money/payment/payfip.ts'
import type { PaymentMeans } from '../../../../shared/rules/money/payment/payment.ts'
import type { VoucherRule } from '../../../../shared/rules/money/payment/vouchers.ts'
import { type OutstandingColumn, usualTransmitFromCents } from '../../../../shared/rules/money/recovery/outstanding.ts'
import type { ReminderLevel } from '../../../../shared/rules/money/recovery/reminder-level.ts'
import { type AccountingNature, firstRegieId } from '../../../../shared/rules/money/regie.ts'
import { act } from '../record.ts'
import { staffMember } from '../settings.ts'

/** A public cash desk founded by the council, with its own series of numbers. */
export const regie = sqliteTable(
  'regie',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    /** One to three letters in the numbers of its papers; null for the first régie. */
    prefix: text().unique(),
    /** « Acte constitutif »: the decision that founded it, and its day. */
    decision: text().notNull().default(''),
    decidedOn: text().$type<Day>(),
    archived: integer({ mode: 'boolean' }).notNull().default(false),
    /** The means of payment that the decision allows; null: all. */
    means: text({ mode: 'json' }).$type<readonly PaymentMeans[]>(),
    natures: text({ mode: 'json' }).$type<readonly AccountingNature[]>().notNull().default([]),
    /** The account that receives transfers; when it is empty, papers have no code for a transfer. */
    iban: text().notNull().default(''),
    bic: text().notNull().default(''),
    /** What a home has to pay is carried over to its next invoice while it is less than this. */
    carryBelowCents: integer().notNull().default(0),
    /** The levels of reminders; null: the usual ones. */
    reminderLevels: text({ mode: 'json' }).$type<readonly ReminderLevel[]>(),
    /** Payers whose debts past due are lower get no reminder. */
    remindFromCents: integer().notNull().default(500),
    /** Whether the decision allows payment plans (« échéanciers »). */
    allowsPlans: integer({ mode: 'boolean' }).notNull().default(false),
    /** A home whose debts past due exceed this amount cannot make new bookings; null: no limit. */
    suspendAboveCents: integer(),
    /**
     * The activities of that limit; null: all. A school canteen is never one of them (code de l’éducation, L131-13).
     */
    suspendActivityIds: text({ mode: 'json' }).$type<readonly number[]>(),
    /** Debts of a payer who owes less are not handed to the Treasury (CGCT, D1611-1). */
    transmitFromCents: integer().notNull().default(usualTransmitFromCents),
    /** The columns of the lists for the finance service, in order; null: all. */
    outstandingColumns: text({ mode: 'json' }).$type<readonly OutstandingColumn[]>(),
    /** How entries are written for the finance software; null: in the usual columns. */
    bookExport: text({ mode: 'json' }).$type<BookExport>(),
    // The columns below are unused for the first régie: its settings are those of the organisation and of the portal,
    // where they were before the file had several régies.
    waysToPay: text().notNull().default(''),
    /** Six digits, leading zeros kept; empty without online payment. */
    payfipNumber: text().notNull().default(''),
    payfip: text({ mode: 'json' })
      .$type<{ readonly mode: PayfipMode; readonly tryEmail: string }>()
      .notNull()
      .default({ mode: 'off', tryEmail: '' }),
    /** Days between the date of an invoice and its due date. */
    dueDays: integer().notNull().default(30),
    /** Days before this one are not billed at this régie; null: all days are. */
    billsFrom: text().$type<Day>(),
    /** Whether a month without cost gets an invoice of 0,00 €. */
    zeroInvoices: integer({ mode: 'boolean' }).notNull().default(false),
    /** « Fond de caisse »: cash that always stays in the till, to give change. */
    tillFloatCents: integer().notNull().default(0),
    /** « Recettes et avances »: whether the decision lets the régie pay refunds without the finance service. */
    paysRefunds: integer({ mode: 'boolean' }).notNull().default(false),
    /** The largest amount of cash taken for one debt; 0: no limit. */
    maxCashCents: integer().notNull().default(30_000),
    /**
     * « Plafond d’encaisse »: when the cash beside the float reaches this amount, it must be handed over; 0: no
     * ceiling.
     */
    tillCeilingCents: integer().notNull().default(0),
    /** Whether the public accountant allows holding cheques back until a day. */
    holdsCheques: integer({ mode: 'boolean' }).notNull().default(false),
    /** What CESU and holiday vouchers may pay; a means without a rule may pay everything. */
    voucherRules: text({ mode: 'json' }).$type<readonly VoucherRule[]>().notNull().default([]),
  },
  (table) => [check('regie_prefix', sql`(${table.prefix} is null) = (${table.id} = ${sql.raw(`${firstRegieId}`)})`)],
)

/** « Régisseur » and « mandataires suppléants »: who is in charge of a régie, and when. */
export const regieHolder = sqliteTable(
  'regie_holder',
  {
    id: integer().primaryKey(),
    regieId: integer()
      .notNull()
      .references(() => regie.id),
    staffMemberId: integer()
      .notNull()
      .references(() => staffMember.id),
    kind: text({ enum: ['titular', 'deputy'] }).notNull(),
    fromDay: text().$type<Day>().notNull(),
    /** The last day; null without an end. */
    toDay: text().$type<Day>(),
    actId: integer()
      .notNull()
      .references(() => act.id),
  },
  (table) => [
    index('regie_holder_of').on(table.regieId),
    check('regie_holder_dates', sql`${table.toDay} is null or ${table.fromDay} <= ${table.toDay}`),
  ],
)
