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

/** A public cash desk that the council created, with numbered series of its own. */
export const regie = sqliteTable(
  'regie',
  {
    id: integer().primaryKey(),
    name: text().notNull(),
    /** One to three letters in every number of its papers; null for the first régie. */
    prefix: text().unique(),
    /** « Acte constitutif »: the decision that created it, and its day. */
    decision: text().notNull().default(''),
    decidedOn: text().$type<Day>(),
    archived: integer({ mode: 'boolean' }).notNull().default(false),
    /** The means of payment that the decision names; null: all. */
    means: text({ mode: 'json' }).$type<readonly PaymentMeans[]>(),
    natures: text({ mode: 'json' }).$type<readonly AccountingNature[]>().notNull().default([]),
    /** The account that receives transfers; empty: no code for a transfer on its papers. */
    iban: text().notNull().default(''),
    bic: text().notNull().default(''),
    /** What a home has to pay is carried over to its next invoice as long as it is less than this. */
    carryBelowCents: integer().notNull().default(0),
    /** The steps of the recovery of debts; null: the usual ones. */
    reminderLevels: text({ mode: 'json' }).$type<readonly ReminderLevel[]>(),
    /** A payer who owes less than this past its due date is left aside of reminders. */
    remindFromCents: integer().notNull().default(500),
    /** Whether the decision allows payment plans (« échéanciers »). */
    allowsPlans: integer({ mode: 'boolean' }).notNull().default(false),
    /** A home that owes more than this past its due dates makes no new booking; null: whatever it owes. */
    suspendAboveCents: integer(),
    /** The activities in which it makes none; null: all. Never a school canteen (code de l’éducation, L131-13). */
    suspendActivityIds: text({ mode: 'json' }).$type<readonly number[]>(),
    /** A payer who owes less than this is not handed to the Treasury (CGCT, D1611-1). */
    transmitFromCents: integer().notNull().default(usualTransmitFromCents),
    /** The columns of the lists handed to the finance service, in order; null: all. */
    outstandingColumns: text({ mode: 'json' }).$type<readonly OutstandingColumn[]>(),
    /** How its entries are written for the finance software; null: in the usual columns. */
    bookExport: text({ mode: 'json' }).$type<BookExport>(),
    // The first régie leaves the columns below empty: its settings are those of the organisation and of the portal,
    // which had them while it was the only one.
    waysToPay: text().notNull().default(''),
    /** Six digits, leading zeros kept; empty without online payment. */
    payfipNumber: text().notNull().default(''),
    payfip: text({ mode: 'json' })
      .$type<{ readonly mode: PayfipMode; readonly tryEmail: string }>()
      .notNull()
      .default({ mode: 'off', tryEmail: '' }),
    /** Days between the date of an invoice and its due date. */
    dueDays: integer().notNull().default(30),
    /** Days before this one are not billed here; null: every day is. */
    billsFrom: text().$type<Day>(),
    /** Whether a month that costs nothing has an invoice of 0,00 €. */
    zeroInvoices: integer({ mode: 'boolean' }).notNull().default(false),
    /** « Fond de caisse »: cash that always stays in the till, to give change. */
    tillFloatCents: integer().notNull().default(0),
    /** « Recettes et avances »: whether the decision lets the régie give money back without the finance service. */
    paysRefunds: integer({ mode: 'boolean' }).notNull().default(false),
    /** The most cash taken for one debt; 0 without a limit. */
    maxCashCents: integer().notNull().default(30_000),
    /** « Plafond d’encaisse »: cash beside the float that must be handed over once it is reached; 0 without a ceiling. */
    tillCeilingCents: integer().notNull().default(0),
    /** Whether the public accountant agreed that cheques are held back until a day. */
    holdsCheques: integer({ mode: 'boolean' }).notNull().default(false),
    /** What CESU and holiday vouchers pay; a means without a rule pays everything. */
    voucherRules: text({ mode: 'json' }).$type<readonly VoucherRule[]>().notNull().default([]),
  },
  (table) => [check('regie_prefix', sql`(${table.prefix} is null) = (${table.id} = ${sql.raw(`${firstRegieId}`)})`)],
)

/** « Régisseur » and « mandataires suppléants »: who holds a régie, and when. */
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
