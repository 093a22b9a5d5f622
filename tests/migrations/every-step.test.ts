import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import Sqlite from 'better-sqlite3'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkFile } from '../../main/store/checking/check.ts'
import { migrate, schemaOf } from '../../main/store/migrate.ts'
import * as schema from '../../main/store/schema/index.ts'
import { openStore, systemActor } from '../../main/store/store.ts'
import { instant } from '../../shared/rules/calendar/day.ts'
import { isLong } from '../support/long.ts'
import { aDataFolder } from '../support/machine/data-folder.ts'
import { fillSmallTown } from '../support/towns/small-town.ts'

const migrationsFolder = join(import.meta.dirname, '../../main/store/migrations')
const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as {
  entries: { tag: string }[]
}

/** The empty file of each version; before the first migration, a file without tables. */
const emptyFiles: Buffer[] = []
beforeAll(() => {
  const sqlite = new Sqlite(':memory:')
  sqlite.pragma('foreign_keys = ON')
  emptyFiles.push(sqlite.serialize())
  sqlite.exec('create table __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)')
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder })) {
    for (const statement of sql) sqlite.exec(statement)
    sqlite.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run(hash, folderMillis)
    emptyFiles.push(sqlite.serialize())
  }
  sqlite.close()
})

/** A file in the version before one of the migrations. */
const aFileBefore = (position: number): Sqlite.Database => {
  const sqlite = position === 0 ? new Sqlite(':memory:') : new Sqlite(emptyFiles[position])
  onTestFinished(() => void sqlite.close())
  sqlite.pragma('foreign_keys = ON')
  return sqlite
}

/** A home with an issued membership, a draft, and cells of which one is billed. */
const aBilledHome = (sqlite: Sqlite.Database): void => {
  sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
    values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
  sqlite.exec(`insert into organisation (id, name, authority, address, postcode, town, resident_town, school_zone)
    values (1, 'Espace Jeunesse', 'Ville', '3 place', '14550', 'Blainville', 'Blainville', 'B')`)
  sqlite.exec(`insert into facility (name) values ('Centre')`)
  sqlite.exec(`insert into activity_type (name) values ('ALSH')`)
  sqlite.exec(`insert into activity (facility_id, type_id, name, booking_rule, cancel_rule)
    values (1, 1, 'Mercredis', '{}', '{}')`)
  sqlite.exec(`insert into slot (activity_id, name, short_name, start, end, position)
    values (1, 'matin', 'matin', '08:00', '12:00', 0)`)
  sqlite.exec(`insert into period (activity_id, name, start_day, end_day, weekdays, school_holidays, places)
    values (1, '2026/2027', '2026-09-01', '2027-07-02', '[3]', 'without', '[]')`)
  sqlite.exec(`insert into tariff (name) values ('Mercredis')`)
  sqlite.exec(`insert into tariff_version (tariff_id, from_day, definition) values (1, '2026-09-01', '{}')`)
  sqlite.exec(`insert into family (name, act_id) values ('Marchand', 1), ('Lebrun', 1)`)
  sqlite.exec(`insert into child (first_name, last_name, birth_day, act_id)
    values ('Léa', 'Marchand', '2018-03-04', 1), ('Zoé', 'Lebrun', '2019-03-04', 1)`)
  sqlite.exec(`insert into registration
      (child_id, family_id, period_id, state, start_day, end_day, typical_week, asked_at, act_id)
    select id, id, 1, 'accepted', '2026-09-01', '2027-07-02', '[]', '2026-08-01T08:00:00.000Z', 1 from child`)
  sqlite.exec(`insert into reservation (registration_id, period_id, day, slot_id, held, billed_by, act_id) values
    (1, 1, '2026-10-07', 1, 'confirmed', 1, 1), (1, 1, '2026-10-14', 1, 'confirmed', null, 1),
    (1, 1, '2026-12-09', 1, 'none', null, 1), (2, 1, '2027-01-06', 1, 'none', null, 1)`)
  sqlite.exec(`insert into attendance (reservation_id, mark, marked_at, act_id)
    values (4, 'present', '2027-01-06T08:00:00.000Z', 1)`)
  sqlite.exec(`insert into invoice (family_id, kind, state, from_day, to_day, total_cents, verdict, journal, act_id)
    select 1, 'invoice', 'draft', '2026-10-01', '2026-11-30', 500, 'ready', '[]', 1 union all
    select 1, 'invoice', 'draft', '2026-10-01', '2026-11-30', 500, 'ready', '[]', 1`)
  sqlite.exec(`insert into invoice_line (invoice_id, position, child_id, activity_id, label, quantity, unit,
      unit_cents, total_cents, fiscal, explanation, basis, days, reservation_ids, act_id)
    values (1, 0, 1, 1, 'Adhésion', 1, '{}', 500, 500, 'autre', '', '{}', '["2026-11-04"]', '[]', 1)`)
  sqlite.exec(`update invoice set state = 'issued', series = 'F', year = 2026, number = 1, hash = 'x' where id = 1`)
}

/** For each migration: the rows of a file of the previous version, and what the newest version must find after it. */
const stories: Readonly<Record<string, { before: (sqlite: Sqlite.Database) => void; after: (sqlite: Sqlite.Database) => void }>> = {
  '0000_first': {
    before: () => undefined,
    after: (sqlite) => expect(sqlite.prepare('select count(*) from act').pluck().get()).toBe(0),
  },
  '0001_search': {
    before: (sqlite) => {
      sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
        values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
      sqlite.exec(`insert into school (name) values ('École Jules-Verne')`)
    },
    after: (sqlite) => expect(sqlite.prepare('select name from school').pluck().all()).toEqual(['École Jules-Verne']),
  },
  '0002_stopped_mails_and_network': {
    before: (sqlite) => {
      sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
        values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
      sqlite.exec(`insert into guardian (last_name, first_name, act_id) values ('Aubry', 'Claire', 1)`)
      sqlite.exec(`insert into portal_account (guardian_id, invitation_id, invitation_by, invited_at, act_id)
        values (1, 'w1', 'mail', '2026-11-25T08:00:00.000Z', 1)`)
      sqlite.exec(`insert into portal_settings (id, night_at, automatic) values (1, '02:00', '{}')`)
    },
    after: (sqlite) => {
      expect(sqlite.prepare('select unwanted_mails from portal_account').pluck().all()).toEqual(['[]'])
      expect(sqlite.prepare('select proxy, certificate_authority from portal_settings').raw().all()).toEqual([['', '']])
    },
  },
  '0003_profession_and_employer': {
    before: (sqlite) => {
      sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
        values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
      sqlite.exec(`insert into guardian (last_name, first_name, work_phone, act_id)
        values ('Aubry', 'Claire', '02 61 91 55 20', 1)`)
    },
    after: (sqlite) =>
      expect(sqlite.prepare('select last_name, work_phone, profession, employer from guardian').raw().all()).toEqual([
        ['Aubry', '02 61 91 55 20', '', ''],
      ]),
  },
  '0004_spans': {
    before: aBilledHome,
    after: (sqlite) => {
      const rows = (text: string) => sqlite.prepare(text).raw().all()
      // An empty cell asks nothing; a membership is billed in a month whose cells are gone.
      expect(rows('select family_id, month, revision, checked_revision from billing_span')).toEqual([
        [1, '2026-10', 1, 0],
        [1, '2026-11', 1, 0],
        [2, '2027-01', 1, 0],
      ])
      expect(rows('select state, month, seal_version from invoice')).toEqual([
        ['issued', null, 1],
        ['draft', null, 1],
      ])
      expect(rows('select revision from tariff_version')).toEqual([[1]])
      expect(rows('select zero_invoices from organisation')).toEqual([[0]])
    },
  },
  '0005_switch': {
    before: aBilledHome,
    after: (sqlite) => {
      const rows = (text: string) => sqlite.prepare(text).raw().all()
      expect(rows('select bills_from from organisation')).toEqual([['2026-11-01']])
      // The draft of an earlier version waits to be calculated again; what was issued stays as it is.
      const sentence = 'Le calcul des factures a changé avec cette version\u00a0: recalculez.'
      expect(rows('select state, verdict, set_aside, journal from invoice')).toEqual([
        ['issued', 'ready', 0, '[]'],
        ['draft', 'stale', 1, JSON.stringify([{ level: 'stale', sentence }])],
      ])
    },
  },
  '0006_payers_and_regies': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`update organisation set regie = 'Régie Enfance'`)
      sqlite.exec(`insert into payment (family_id, means, amount_cents, received_on, recorded_at, receipt_year,
          receipt_number, act_id)
        values (1, 'cash', 500, '2026-11-10', '2026-11-10T08:00:00.000Z', 2026, 1, 1)`)
      sqlite.exec(`insert into allocation (payment_id, invoice_id, amount_cents, act_id) values (1, 1, 500, 1)`)
      sqlite.exec(`insert into till_closing (on_day, expected_cents, counted_cents, closed_at, act_id)
        values ('2026-11-10', 500, 500, '2026-11-10T18:00:00.000Z', 1)`)
    },
    after: (sqlite) => {
      const rows = (text: string) => sqlite.prepare(text).raw().all()
      expect(rows('select id, name, prefix from regie')).toEqual([[1, 'Régie Enfance', null]])
      for (const table of ['invoice', 'payment', 'till_closing', 'activity'])
        expect(rows(`select distinct regie_id from ${table}`)).toEqual([[1]])
      expect(rows('select family_id, third_party_id, state, number, hash from invoice')).toEqual([
        [1, null, 'issued', 1, 'x'],
        [1, null, 'draft', null, null],
      ])
      expect(rows('select child_id, activity_id, label, nature, product_code from invoice_line')).toEqual([
        [1, 1, 'Adhésion', null, null],
      ])
      expect(rows('select family_id, third_party_id, receipt_number from payment')).toEqual([[1, null, 1]])
      expect(rows('select payment_id, invoice_id from allocation')).toEqual([[1, 1]])
    },
  },
  '0007_quotient_validity': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into family_quotient (family_id, from_day, value, source, updated_on, act_id)
        values (1, '2026-09-01', 727, 'CAF', '2026-09-01', 1)`)
    },
    after: (sqlite) => {
      // Quotients of earlier versions go on until the next one: no price changes.
      const rows = (text: string) => sqlite.prepare(text).raw().all()
      expect(rows('select value, to_day from family_quotient')).toEqual([[727, null]])
      expect(rows('select quotient_rule from organisation')).toEqual([[null]])
    },
  },
  '0008_invoices_on_paper': {
    before: (sqlite) => {
      sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
        values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
      sqlite.exec("insert into family (name, act_id) values ('Aubry', 1)")
    },
    after: (sqlite) =>
      expect(sqlite.prepare('select name, invoices_by from family').raw().all()).toEqual([['Aubry', '']]),
  },
  '0009_regie_rules': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`update organisation set due_days = 21`)
    },
    after: (sqlite) => {
      const rows = (text: string) => sqlite.prepare(text).raw().all()
      // The first régie's own settings stay in the organisation's.
      expect(rows('select id, means, natures, ways_to_pay, payfip_number, bills_from from regie')).toEqual([
        [1, null, '[]', '', '', null],
      ])
      expect(rows('select due_days from organisation')).toEqual([[21]])
    },
  },
  '0010_quotient_consents': {
    before: aBilledHome,
    after: (sqlite) => expect(sqlite.prepare('select count(*) from quotient_consent').pluck().get()).toBe(0),
  },
  '0011_price_categories': {
    before: (sqlite) => {
      sqlite.exec(`insert into act (kind, label, actor, actor_name, started_at, state, closed_at)
        values ('test', 'Avant', 'system', 'x', '2026-11-25T08:00:00.000Z', 'closed', '2026-11-25T08:00:00.000Z')`)
      sqlite.exec("insert into family (name, act_id) values ('Aubry', 1)")
      sqlite.exec("insert into price_book (id, digest, book, act_id) values (7, 'abc', '{}', 1)")
      sqlite.exec(`insert into billed_span (family_id, month, book_id, quotients, residence, act_id)
        values (1, '2026-11', 7, '[]', '[]', 1)`)
    },
    after: (sqlite) => {
      // Nothing was declared of months billed before: they are priced with what is declared today.
      expect(sqlite.prepare('select month, declared from billed_span').raw().all()).toEqual([['2026-11', null]])
      const add = sqlite.prepare(`insert into price_category (family_id, child_id, category, from_day, act_id)
        values (?, ?, 'ULIS', '2026-09-01', 1)`)
      add.run(1, null)
      expect(() => add.run(null, null)).toThrow(/CHECK/)
    },
  },
  '0012_regie_account_and_threshold': {
    before: aBilledHome,
    after: (sqlite) =>
      expect(sqlite.prepare('select id, iban, bic, carry_below_cents from regie').raw().all()).toEqual([[1, '', '', 0]]),
  },
  '0013_free_lines': {
    before: aBilledHome,
    after: (sqlite) => {
      const add = sqlite.prepare(`insert into free_line (family_id, regie_id, day, label, quantity, unit_cents, fiscal, act_id)
        values (1, 1, '2026-12-09', 'Badge', ?, ?, 'autre', 1)`)
      add.run(2, 500)
      expect(() => add.run(0, 500)).toThrow(/CHECK/)
      expect(() => add.run(1, 0)).toThrow(/CHECK/)
      expect(sqlite.prepare('select reason, given_up_cents from free_line').raw().all()).toEqual([['', 0]])
    },
  },
  '0014_late_notice': {
    before: aBilledHome,
    // The amounts that families accepted stay; the tariff prices none of these late asks.
    after: (sqlite) =>
      expect(
        sqlite.prepare('select distinct booking_notice, cancel_notice from reservation').raw().all(),
      ).toEqual([[null, null]]),
  },
  '0015_online_payments': {
    before: aBilledHome,
    // The statement that finds the payments under way reads few rows of a long log.
    after: (sqlite) =>
      expect(
        sqlite
          .prepare(`explain query plan select body from mirror_entry
            where kind in ('paymentStarted', 'paymentEnded') and at > '2026'`)
          .all(),
      ).toMatchObject([{ detail: expect.stringContaining('mirror_entry_online_payment') }]),
  },
  '0016_debts_and_refunds': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into payment (id, family_id, means, amount_cents, received_on, recorded_at, receipt_year, receipt_number, act_id)
          values (1, 1, 'cheque', 500, '2027-01-20', '2027-01-20T08:00:00.000Z', 2027, 1, 1);
        update invoice set issued_on = '2027-01-18' where id = 1;
        insert into allocation (id, payment_id, invoice_id, amount_cents, act_id) values (1, 1, 1, 500, 1)`)
    },
    // What paid a debt counts on the day when both were there.
    after: (sqlite) => {
      expect(sqlite.prepare('select payment_id, invoice_id, on_day, reverses_id from allocation').raw().all()).toEqual([
        [1, 1, '2027-01-20', null],
      ])
      const add = sqlite.prepare(`insert into allocation (payment_id, invoice_id, on_day, amount_cents, reverses_id, act_id)
        values (1, 1, '2027-01-21', ?, ?, 1)`)
      expect(() => add.run(-500, null)).toThrow(/CHECK/)
      expect(() => add.run(500, 1)).toThrow(/CHECK/)
      add.run(-500, 1)
      expect(() => add.run(-500, 1)).toThrow(/UNIQUE/)
    },
  },
  '0017_debits': {
    before: aBilledHome,
    after: (sqlite) => {
      expect(sqlite.prepare('select count(*) from debit_settings').pluck().get()).toBe(0)
      const add = sqlite.prepare(`insert into mandate (family_id, regie_id, reference, kind, source, signed_on, debtor,
          sealed, account_start, last_four, digest, act_id)
        values (1, 1, ?, 'recurrent', 'paper', '2026-11-14', 'Camille Marchand', 'x', 'FR76', '4471', 'x', 1)`)
      add.run('EJ-2026-000001')
      expect(() => add.run('EJ-2026-000001')).toThrow(/UNIQUE/)
      expect(() => sqlite.exec(`update mandate set sealed = 'y'`)).toThrow(/another account is another mandate/)
    },
  },
  '0018_closings': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into payment (id, family_id, means, amount_cents, received_on, recorded_at, receipt_year, receipt_number, act_id)
        values (1, 1, 'cheque', 500, '2027-01-20', '2027-01-20T08:00:00.000Z', 2027, 1, 1)`)
    },
    // No month is closed yet, so each payment counts on its day.
    after: (sqlite) => expect(sqlite.prepare('select booked_on from payment').pluck().all()).toEqual(['2027-01-20']),
  },
  '0019_refunds': {
    before: aBilledHome,
    // A régie gives money back itself only once somebody has read its acte.
    after: (sqlite) => expect(sqlite.prepare('select pays_refunds from regie').pluck().all()).toEqual([0]),
  },
  '0020_counter_payments': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into payment (id, family_id, means, amount_cents, received_on, booked_on, recorded_at, reference,
          receipt_year, receipt_number, act_id)
        values (1, 1, 'cheque', 500, '2027-01-20', '2027-01-20', '2027-01-20T08:00:00.000Z', 'n° 12 CA', 2027, 1, 1)`)
    },
    // A cheque keeps what was typed of it in one line.
    after: (sqlite) => {
      const fields = 'reference, document_number, bank, issuer, given_cents, held_until'
      expect(sqlite.prepare(`select ${fields} from payment`).raw().all()).toEqual([['n° 12 CA', '', '', '', null, null]])
      expect(sqlite.prepare('select max_cash_cents, holds_cheques from regie').raw().all()).toEqual([[30_000, 0]])
    },
  },
  '0021_reminders': {
    before: aBilledHome,
    // A régie has the usual levels; a reminder is of one payer, and its number is given once.
    after: (sqlite) => {
      expect(sqlite.prepare('select reminder_levels, remind_from_cents from regie').raw().all()).toEqual([[null, 500]])
      const add = sqlite.prepare(`insert into reminder (regie_id, family_id, third_party_id, series, year, number, level,
          channel, made_on, pay_before, amount_cents, paper, act_id)
        values (1, ?, ?, 'R', 2027, 1, 1, 'letter', '2027-01-20', '2027-02-04', 500, '{}', 1)`)
      expect(() => add.run(null, null)).toThrow(/CHECK/)
      add.run(1, null)
      expect(() => add.run(1, null)).toThrow(/UNIQUE/)
    },
  },
  '0022_payment_plans': {
    before: aBilledHome,
    // No régie allows plans before somebody has read its acte; one that was agreed is ended, never changed.
    after: (sqlite) => {
      expect(sqlite.prepare('select allows_plans from regie').pluck().all()).toEqual([0])
      const add = sqlite.prepare(`insert into payment_plan (regie_id, family_id, third_party_id, parts, paper, made_on, act_id)
        values (1, ?, ?, '[]', '{}', '2027-01-20', 1)`)
      expect(() => add.run(null, null)).toThrow(/CHECK/)
      add.run(1, null)
      expect(() => sqlite.exec(`update payment_plan set parts = '[1]'`)).toThrow(/never changed/)
      expect(() => sqlite.exec(`update payment_plan set ended_on = '2027-02-01'`)).toThrow(/CHECK/)
      sqlite.exec(`update payment_plan set ended_on = '2027-02-01', end_reason = 'Payé au CCAS'`)
    },
  },
  '0023_till': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into till_closing (on_day, expected_cents, counted_cents, closed_at, act_id)
        values ('2027-01-20', 500, 500, '2027-01-20T18:00:00.000Z', 1)`)
    },
    // A till counted before keeps its total alone; no régie has a ceiling yet.
    after: (sqlite) => {
      expect(sqlite.prepare('select counted_cents, faces from till_closing').raw().all()).toEqual([[500, null]])
      expect(sqlite.prepare('select till_ceiling_cents from regie').pluck().all()).toEqual([0])
    },
  },
  '0024_vouchers': {
    before: aBilledHome,
    // Vouchers go on paying everything until somebody says what they pay.
    after: (sqlite) => expect(sqlite.prepare('select voucher_rules from regie').pluck().all()).toEqual(['[]']),
  },
  '0025_remittances': {
    before: aBilledHome,
    // A statement has its number once at its régie, and never changes.
    after: (sqlite) => {
      const add = () =>
        sqlite.exec(`insert into remittance (regie_id, number, from_day, to_day, natures, content, act_id)
          values (1, 1, '2027-01-01', '2027-01-20', '[]', '{}', 1)`)
      add()
      expect(add).toThrow(/UNIQUE/)
      expect(() => sqlite.exec(`update remittance set to_day = '2027-01-21'`)).toThrow('never changes')
    },
  },
  '0026_outstanding_statements': {
    before: aBilledHome,
    // A régie keeps debts below 15 €; the number of a list is given once, and what the Treasury collects is of one
    // debt.
    after: (sqlite) => {
      expect(sqlite.prepare('select transmit_from_cents, outstanding_columns from regie').raw().all()).toEqual([
        [1500, null],
      ])
      const add = sqlite.prepare(`insert into outstanding_statement (regie_id, series, year, number, made_on,
          amount_cents, facts, act_id) values (1, 'E', 2027, 1, '2027-04-05', ?, '{}', 1)`)
      expect(() => add.run(0)).toThrow(/CHECK/)
      add.run(1650)
      expect(() => add.run(1650)).toThrow(/UNIQUE/)
      sqlite.exec(`insert into debt_decision (id, regie_id, family_id, kind, decided_on, on_day, act_id)
        values (1, 1, 1, 'transmission', '2027-04-05', '2027-04-05', 1)`)
      const collect = sqlite.prepare(`insert into treasury_payment (decision_id, invoice_id, opening_debt_id, paid_on,
          amount_cents, act_id) values (1, ?, null, '2027-05-02', 500, 1)`)
      expect(() => collect.run(null)).toThrow(/CHECK/)
    },
  },
  '0027_home_balance': {
    before: aBilledHome,
    // What homes owed already, then what each paper and payment adds.
    after: (sqlite) => {
      const balances = () => sqlite.prepare('select family_id, regie_id, cents from home_balance').raw().all()
      const [[, , owed] = []] = balances() as [number, number, number][]
      const billed = sqlite.prepare(`select sum(total_cents) from invoice where state = 'issued'`).pluck().get()
      expect(owed).toBe(billed)
      sqlite.exec(`insert into payment (family_id, means, amount_cents, received_on, booked_on, recorded_at, receipt_year,
          receipt_number, act_id)
        values (1, 'cheque', ${String(billed)}, '2027-01-20', '2027-01-20', '2027-01-20T08:00:00.000Z', 2027, 9, 1)`)
      expect(balances()).toEqual([])
    },
  },
  '0028_bank': {
    before: aBilledHome,
    // A line is recorded once by account, and a part of it is one thing only.
    after: (sqlite) => {
      sqlite.exec(`insert into bank_account (id, regie_id) values (1, 1);
        insert into bank_statement (id, account_id, file_name, sha256, format, from_day, to_day, line_count, credit_cents,
          debit_cents, act_id) values (1, 1, 'a.xml', 'x', 'CAMT.053', '2027-01-20', '2027-01-20', 1, 500, 0, 1)`)
      const add = sqlite.prepare(`insert into bank_line (account_id, bank_statement_id, identity, on_day, amount_cents, label,
          reference, payer, end_to_end_id, means, return_code, last_four, digest, act_id)
        values (1, 1, 'x 1', '2027-01-20', 500, 'VIR', '', '', '', '', '', '', '', 1)`)
      add.run()
      expect(() => add.run()).toThrow(/UNIQUE/)
      const match = sqlite.prepare('insert into bank_match (line_id, reason, amount_cents, act_id) values (1, ?, 500, 1)')
      expect(() => match.run('')).toThrow(/CHECK/)
      match.run('subvention')
    },
  },
  '0029_mandates_on_portal': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into debit_settings (regie_id, creditor_id, iban, format, notice_days, file_days, least_cents,
          reference_prefix, act_id)
        values (1, 'FR72ZZZ123456', 'FR7630006000011234567890189', 'pain.008.001.08', 14, 3, 500, 'EJ', 1)`)
    },
    // Until the town says so, mandates are signed on paper.
    after: (sqlite) => expect(sqlite.prepare('select on_portal from debit_settings').pluck().all()).toEqual([0]),
  },
  '0030_slip_refunds': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into payment (family_id, means, amount_cents, received_on, booked_on, recorded_at, payer, reference,
          receipt_year, receipt_number, act_id)
        values (1, 'cash', 5000, '2027-01-20', '2027-01-20', '2027-01-20T08:00:00.000Z', '', '', 2027, 1, 1);
        insert into deposit_slip (means, year, number, handed_on, act_id) values ('cash', 2027, 1, '2027-01-20', 1);
        insert into deposit_slip_line (slip_id, payment_id, amount_cents, act_id) values (1, 1, 5000, 1);
        insert into refund (regie_id, family_id, means, amount_cents, reason, asked_on, paid_on, act_id)
        values (1, 1, 'cash', 300, 'Trop payé', '2027-01-20', '2027-01-20', 1)`)
    },
    // What slips took stays; a refund is deducted once.
    after: (sqlite) => {
      expect(sqlite.prepare('select payment_id, refund_id, amount_cents from deposit_slip_line').raw().all()).toEqual([
        [1, null, 5000],
      ])
      const add = sqlite.prepare(
        'insert into deposit_slip_line (slip_id, payment_id, refund_id, amount_cents, act_id) values (1, ?, ?, ?, 1)',
      )
      expect(() => add.run(1, null, 5000)).toThrow(/UNIQUE/)
      expect(() => add.run(1, 1, -300)).toThrow(/CHECK/)
      expect(() => add.run(null, 1, 300)).toThrow(/CHECK/)
      add.run(null, 1, -300)
      expect(() => add.run(null, 1, -300)).toThrow(/UNIQUE/)
    },
  },
  '0031_book_export': {
    before: aBilledHome,
    // Until somebody chooses others, entries are written in the usual columns.
    after: (sqlite) => expect(sqlite.prepare('select book_export from regie').pluck().all()).toEqual([null]),
  },
  '0032_recovery': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into debt_decision (id, regie_id, family_id, kind, decided_on, on_day, act_id)
          values (1, 1, 1, 'transmission', '2027-04-05', '2027-04-05', 1);
        insert into allocation (decision_id, invoice_id, on_day, amount_cents, act_id) values (1, 1, '2027-04-05', 500, 1);
        insert into final_span (family_id, month, cause, act_id) values (1, '2026-10', 'transmitted', 1),
          (1, '2026-12', 'town', 1);
        insert into treasury_payment (decision_id, invoice_id, paid_on, amount_cents, act_id)
          values (1, 1, '2027-05-02', 200, 1)`)
    },
    // Bookings are suspended by no debt; a debt handed over stops the bills of its own régie; what was told stays told.
    after: (sqlite) => {
      expect(sqlite.prepare('select suspend_above_cents, suspend_activity_ids from regie').raw().all()).toEqual([
        [null, null],
      ])
      expect(sqlite.prepare('select month, regie_id from final_span order by month').raw().all()).toEqual([
        ['2026-10', 1],
        ['2026-12', null],
      ])
      expect(
        sqlite.prepare('select kind, asked_on, paid_on, reason, refund_id from treasury_payment').raw().all(),
      ).toEqual([['paid', null, '2027-05-02', '', null]])
      const again = sqlite.prepare('insert into final_span (family_id, month, regie_id, cause, act_id) values (1, ?, ?, ?, 1)')
      expect(() => again.run('2026-10', 1, 'transmitted')).toThrow(/UNIQUE/)
      expect(() => again.run('2026-12', null, 'town')).toThrow(/UNIQUE/)
    },
  },
  '0033_year_plans': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into mandate (family_id, regie_id, reference, kind, source, signed_on, debtor, sealed,
          account_start, last_four, digest, act_id)
        values (1, 1, 'EJ-P-A', 'recurrent', 'portal', '2026-11-14', 'Camille Marchand', 'x', 'FR76', '0189', 'x', 1);
        insert into debit_collection (regie_id, collect_on, state, frozen_at, act_id)
        values (1, '2026-12-10', 'frozen', '2026-11-25T08:00:00.000Z', 1);
        insert into debit (collection_id, mandate_id, amount_cents, sequence, end_to_end_id, notice_year, notice_number, act_id)
        values (1, 1, 500, 'FRST', 'EJA', 2026, 1, 1);
        insert into debit_part (debit_id, invoice_id, amount_cents, act_id) values (1, 1, 500, 1)`)
    },
    // What a line collects stays, and is one thing only; a debit that comes back costs nothing before a council says
    // so.
    after: (sqlite) => {
      expect(sqlite.prepare('select invoice_id, opening_debt_id, year_part_id from debit_part').raw().all()).toEqual([
        [1, null, null],
      ])
      expect(() => sqlite.exec('update debit_part set amount_cents = 1')).toThrow(/never changes/)
      sqlite.exec(`insert into year_plan (family_id, regie_id, made_on, balance_on, act_id)
        values (1, 1, '2026-11-25', '2027-08-10', 1);
        insert into year_part (plan_id, due_on, amount_cents, act_id) values (1, '2027-01-11', 5000, 1)`)
      const add = sqlite.prepare(
        'insert into debit_part (debit_id, invoice_id, year_part_id, amount_cents, act_id) values (1, ?, 1, 5000, 1)',
      )
      expect(() => add.run(1)).toThrow(/CHECK/)
      expect(() => sqlite.exec('update year_part set amount_cents = 1')).toThrow(/another takes its place/)
      sqlite.exec(`update year_part set dropped_on = '2026-11-26'`)
      expect(sqlite.prepare('select paper from mandate').pluck().all()).toEqual([null])
      sqlite.exec(`insert into debit_settings (regie_id, creditor_id, iban, format, notice_days, file_days, least_cents,
          reference_prefix, act_id)
        values (1, 'FR72ZZZ123456', 'FR7630006000011234567890189', 'pain.008.001.08', 14, 3, 500, 'EJ', 1)`)
      expect(sqlite.prepare('select return_fee_cents from debit_settings').pluck().get()).toBe(0)
    },
  },
  '0034_voucher_lines': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into payment (family_id, means, amount_cents, received_on, booked_on, recorded_at, receipt_year,
          receipt_number, act_id)
        values (1, 'cesu', 500, '2026-11-25', '2026-11-25', '2026-11-25T08:00:00.000Z', 2026, 7, 1)`)
    },
    // Vouchers recorded before are told as they were: spread over whatever they pay.
    after: (sqlite) => {
      expect(sqlite.prepare('select distinct voucher_lines from payment').pluck().all()).toEqual([null])
      expect(() => sqlite.exec(`update payment set voucher_lines = '[]'`)).toThrow(/never changes/)
    },
  },
  '0035_third_party_mandates': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into third_party (name, kind, act_id) values ('CE', 'worksCouncil', 1);
        insert into mandate (family_id, regie_id, reference, kind, source, signed_on, debtor, sealed,
          account_start, last_four, digest, act_id)
        values (1, 1, 'EJ-P-A', 'recurrent', 'portal', '2026-11-14', 'Camille Marchand', 'x', 'FR76', '0189', 'x', 1);
        insert into debit_collection (regie_id, collect_on, state, frozen_at, act_id)
        values (1, '2026-12-10', 'frozen', '2026-11-25T08:00:00.000Z', 1);
        insert into debit (collection_id, mandate_id, amount_cents, sequence, end_to_end_id, notice_year, notice_number, act_id)
        values (1, 1, 500, 'FRST', 'EJA', 2026, 1, 1)`)
    },
    // Mandates stay those of their homes, with their debits; each is of one payer, and never changes.
    after: (sqlite) => {
      expect(
        sqlite.prepare('select family_id, third_party_id from mandate join debit on mandate_id = mandate.id').raw().all(),
      ).toEqual([[1, null]])
      const add = sqlite.prepare(`insert into mandate (family_id, third_party_id, regie_id, reference, kind, source,
          signed_on, debtor, sealed, account_start, last_four, digest, act_id)
        values (?, 1, 1, ?, 'recurrent', 'paper', '2026-11-14', 'CE', 'x', 'FR76', '4471', 'x', 1)`)
      add.run(null, 'EJ-2026-000001')
      expect(() => add.run(1, 'EJ-2026-000002')).toThrow(/CHECK/)
      expect(() => sqlite.exec(`update mandate set debtor = 'y'`)).toThrow(/another account is another mandate/)
    },
  },
  '0036_mails': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into guardian (last_name, first_name, email, act_id)
          values ('Marchand', 'Camille', 'camille@exemple.fr', 1), ('Marchand', 'Paul', 'paul@exemple.fr', 1);
        insert into portal_account
            (guardian_id, invitation_id, invitation_by, invited_at, refused_email, refused_at, act_id)
          values (1, 'a', 'mail', '2026-11-25T08:00:00.000Z', 'Camille@exemple.fr', '2026-11-26T08:00:00.000Z', 1),
            (2, 'b', 'mail', '2026-11-25T08:00:00.000Z', null, null, 1)`)
    },
    // What the portal knew of refused addresses is the beginning of the one stop list; nothing waits to be sent.
    after: (sqlite) => {
      expect(
        sqlite.prepare('select email, cause, stopped_at, lifted_at from stopped_address').raw().all(),
      ).toEqual([['camille@exemple.fr', 'refused', '2026-11-26T08:00:00.000Z', null]])
      expect(() =>
        sqlite.exec(`insert into stopped_address (email, cause, reason, stopped_at, act_id)
          values ('camille@exemple.fr', 'staff', 'x', '2026-11-27T08:00:00.000Z', 1)`),
      ).toThrow(/UNIQUE/)
      expect(sqlite.prepare('select count(*) from mail').pluck().get()).toBe(0)
    },
  },
  '0037_schools': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into school (name) values ('École des Tilleuls');
        insert into schooling (child_id, from_day, school_id, level, act_id)
        select id, '2026-09-01', 1, 'CP', 1 from child`)
    },
    // An activity takes children of all schools until staff choose some.
    after: (sqlite) => {
      expect(sqlite.prepare('select distinct school_ids from activity').pluck().all()).toEqual([null])
      expect(sqlite.prepare('select distinct exemption from schooling').pluck().all()).toEqual([''])
      expect(() =>
        sqlite.exec(`insert into catchment (school_id, street, from_number, to_number) values (1, 'Quai', 9, 3)`),
      ).toThrow(/CHECK/)
    },
  },
  '0038_sites': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into staff_member (name, login, password_hash, roles, created_at)
        values ('Sandrine', 'sandrine', 'x', '["director"]', '2026-11-10T08:00:00.000Z')`)
    },
    // One site with every facility, and every member of staff is everywhere.
    after: (sqlite) => {
      expect(sqlite.prepare('select id, name from site').raw().all()).toEqual([[1, 'Site principal']])
      expect(sqlite.prepare('select distinct site_id from facility').pluck().all()).toEqual([1])
      expect(sqlite.prepare('select site_ids from staff_member').pluck().all()).toEqual([null])
    },
  },
  '0039_guardian_bonds': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into guardian (last_name, first_name, act_id) values ('Marchand', 'Camille', 1)`)
      sqlite.exec(`insert into family_guardian (family_id, guardian_id, rank, act_id) values (1, 1, 1, 1)`)
      sqlite.exec(`insert into pickup_contact (child_id, name, allowed, act_id) values (1, 'M. Durand', 0, 1)`)
    },
    after: (sqlite) => {
      const rows = (text: string) => sqlite.prepare(text).raw().all()
      // Nobody has confirmed anything of those who were there.
      expect(rows('select count(*) from guardian_bond')).toEqual([[0]])
      expect(rows('select family_id, guardian_id, rank from family_guardian')).toEqual([[1, 1, 1]])
      expect(rows('select name, allowed, decided_by, decided_on, decided_until from pickup_contact')).toEqual([
        ['M. Durand', 0, '', null, null],
      ])
      sqlite.exec(`insert into guardian (last_name, first_name, act_id) values ('Riou', 'Odile', 1)`)
      sqlite.exec('insert into family_guardian (family_id, guardian_id, rank, act_id) values (1, 2, 3, 1)')
      expect(() =>
        sqlite.exec(`insert into guardian_bond (guardian_id, child_id, bond, parental_authority, act_id)
          values (1, 1, 'parent', 'decision', 1)`),
      ).toThrow(/CHECK/)
    },
  },
  '0040_groups': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into opening (period_id, day, slot_id, capacity, act_id)
        select period.id, '2026-11-25', slot.id, 12, 1 from period join slot on slot.activity_id = period.activity_id limit 1`)
    },
    // An activity has no group, and its children share the places of a day, until staff say otherwise.
    after: (sqlite) => {
      expect(sqlite.prepare(`select capacity, group_places from opening where day = '2026-11-25'`).all()).toEqual([
        { capacity: 12, group_places: null },
      ])
      expect(sqlite.prepare('select count(*) from activity_group').pluck().get()).toBe(0)
      expect(() =>
        sqlite.exec(`insert into activity_group (activity_id, name, children_per_adult, position) select id, 'x', 0, 0 from activity`),
      ).toThrow(/CHECK/)
    },
  },
  '0041_fees': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      const add = sqlite.prepare(`insert into free_line (family_id, regie_id, day, label, quantity, unit_cents, fiscal, act_id)
        values (1, 1, '2026-12-09', ?, 1, 500, 'autre', 1)`)
      for (const label of [
        'Frais de relance du 09/12/2026',
        'Frais de prélèvement rejeté du 05/12/2026',
        'Frais de dossier',
      ])
        add.run(label)
    },
    // What the service wrote by itself was known by its label only.
    after: (sqlite) =>
      expect(sqlite.prepare('select fee from free_line order by id').pluck().all()).toEqual([
        'reminder',
        'returnedDebit',
        null,
      ]),
  },
  '0042_required_papers': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into received_paper (key, family_id, sender, kind, name, type, pages, size, hash, recorded_at,
          content, state, decided_at, act_id)
        values ('a', 1, 'Camille', 'insurance', 'a.pdf', 'application/pdf', 1, 9, 'x', '2026-11-25T08:00:00.000Z',
          'here', 'accepted', '2026-11-26T08:00:00.000Z', 1)`)
    },
    // A town asks for nothing until it says so, and no period waits for a dossier.
    after: (sqlite) => {
      expect(sqlite.prepare('select distinct dossier from period').pluck().all()).toEqual(['none'])
      expect(sqlite.prepare('select required_id from received_paper').pluck().all()).toEqual([null])
      sqlite.exec(`insert into required_paper (kind, name, scope, validity, act_id)
        values ('insurance', 'Assurance', 'child', 'schoolYear', 1)`)
      const see = (childId: number | null, seenOn: string) =>
        sqlite
          .prepare(`insert into paper_fact (required_id, family_id, child_id, seen_on, seen_by, valid_until, act_id)
            values (1, 1, ?, ?, 'Sandrine', '2027-08-31', 1)`)
          .run(childId, seenOn)
      see(null, '2026-11-25')
      expect(() => see(1, '2026-11-25')).toThrow(/CHECK/)
      expect(() => see(null, '2027-09-01')).toThrow(/CHECK/)
    },
  },
  '0043_authorisations': {
    before: aBilledHome,
    // The service asks nothing yet; a question of one kind is asked once.
    after: (sqlite) => {
      expect(sqlite.prepare('select count(*) from consent_question').pluck().get()).toBe(0)
      const ask = `insert into consent_question (kind, title, asks_all, act_id) values ('image', 'Photos', 1, 1)`
      sqlite.exec(ask)
      expect(() => sqlite.exec(ask)).toThrow(/UNIQUE/)
    },
  },
  '0044_town_fields': {
    before: (sqlite) => aBilledHome(sqlite),
    // No field, note or photo, until staff make some: photos are off.
    after: (sqlite) => {
      expect(sqlite.prepare('select distinct photos from organisation').pluck().all()).not.toContain(1)
      const refused = (text: string) => expect(() => sqlite.exec(text)).toThrow(/CHECK|UNIQUE/)
      sqlite.exec(`insert into custom_field (subject, label, kind, choices, seen_by, edited_by, act_id)
        values ('child', 'Casier', 'text', '[]', '["director"]', '["director"]', 1)`)
      sqlite.exec(`insert into custom_value (field_id, child_id, value, act_id) values (1, 1, '12', 1)`)
      refused(`insert into custom_value (field_id, child_id, value, act_id) values (1, 1, '13', 1)`)
      refused(`insert into custom_value (field_id, child_id, family_id, value, act_id) values (1, 1, 1, '13', 1)`)
      refused(`insert into note (text, seen_by, due_on, act_id) values ('x', '[]', '2026-12-01', 1)`)
      refused(`insert into note (text, seen_by, alert_until, act_id) values ('x', '[]', '2026-12-01', 1)`)
    },
  },
  '0045_week_rules': {
    before: aBilledHome,
    // Each day of a period is asked for by itself, until staff say otherwise.
    after: (sqlite) => expect(sqlite.prepare('select distinct week_rule from period').all()).toEqual([{ week_rule: null }]),
  },
  '0046_campaigns': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into required_paper (kind, name, scope, validity, act_id)
          values ('insurance', 'Assurance', 'child', 'schoolYear', 1);
        insert into paper_fact (required_id, child_id, seen_on, seen_by, valid_until, act_id)
          values (1, 1, '2026-11-25', 'Sandrine', '2027-08-31', 1)`)
    },
    // What was asked for and seen stays; answers to consents have a rule of their own, as the quotient has.
    after: (sqlite) => {
      expect(sqlite.prepare('select name, valid_until from paper_fact join required_paper on required_paper.id = required_id').all()).toEqual([
        { name: 'Assurance', valid_until: '2027-08-31' },
      ])
      const ask = (validity: string | null) =>
        sqlite
          .prepare(`insert into required_paper (kind, name, scope, validity, act_id) values ('consents', 'x', 'child', ?, 1)`)
          .run(validity)
      ask(null)
      expect(() => ask('schoolYear')).toThrow(/CHECK/)
      const confirm = (kind: string, childId: number | null) =>
        sqlite
          .prepare(`insert into confirmation (family_id, child_id, kind, at, "by", act_id)
            values (1, ?, ?, '2026-11-25T08:00:00.000Z', 'Camille', 1)`)
          .run(childId, kind)
      confirm('contact', null)
      expect(() => confirm('contact', 1)).toThrow(/CHECK/)
      expect(() => confirm('health', null)).toThrow(/CHECK/)
    },
  },
  '0047_joined_activities': {
    before: aBilledHome,
    // Activities stay apart, and periods take all their groups, until staff make one of two.
    after(sqlite) {
      expect(sqlite.prepare('select distinct joined_to_id from activity').all()).toEqual([{ joined_to_id: null }])
      expect(sqlite.prepare('select distinct group_ids from period').all()).toEqual([{ group_ids: null }])
    },
  },
  '0048_figures': {
    before: aBilledHome,
    // Every activity counts by the usual rule, and nothing is declared, until the town says so.
    after: (sqlite) => {
      const rule = `insert into hours_rule (activity_id, from_day, kind, counts, source, act_id)
        select id, ?, 'periscolaire', 'slots', 'x', 1 from activity limit 1`
      sqlite.prepare(rule).run('2026-09-01')
      expect(() => sqlite.prepare(rule).run('2026-09-01')).toThrow(/UNIQUE/)
      expect(() => sqlite.prepare(rule).run('2026-09-02')).toThrow(/CHECK/)
      expect(sqlite.prepare('select count(*) from hours_declaration').pluck().get()).toBe(0)
    },
  },
  '0049_account_keys': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into health_record (child_id, sealed) values (1, 'scellée')`)
      sqlite.exec(`insert into portal_settings (id, night_at, automatic) values (1, '02:00', '{}')`)
    },
    // No account has told a key yet, and nobody has confirmed a record; the town shows them until it says otherwise.
    after: (sqlite) => {
      expect(sqlite.prepare('select sealed, confirmed_on, confirmed_by from health_record').all()).toEqual([
        { sealed: 'scellée', confirmed_on: null, confirmed_by: '' },
      ])
      expect(sqlite.prepare('select shows_health from portal_settings').pluck().all()).toEqual([1])
      expect(sqlite.prepare('select count(*) from portal_account where sealing_key is not null').pluck().get()).toBe(0)
    },
  },
  '0050_photos': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into pickup_contact (child_id, name, allowed, act_id) values (1, 'Odile Sorel', 0, 1)`)
    },
    // Nobody has a photo yet; a person forbidden to fetch stays so, without a paper of the decision.
    after: (sqlite) => {
      expect(sqlite.prepare('select name, allowed, decision_paper_id from pickup_contact').all()).toEqual([
        { name: 'Odile Sorel', allowed: 0, decision_paper_id: null },
      ])
      const refused = (text: string) => expect(() => sqlite.exec(text)).toThrow(/CHECK|UNIQUE/)
      const taken = `'2026-11-25T10:00:00.000Z'`
      sqlite.exec(`insert into photo (child_id, taken_at, act_id) values (1, ${taken}, 1)`)
      sqlite.exec(`insert into photo_content (id, sealed) values (1, 'x')`)
      refused(`insert into photo (child_id, taken_at, act_id) values (1, ${taken}, 1)`)
      refused(`insert into photo (pickup_contact_id, taken_at, act_id) values (1, ${taken}, 1)`)
      refused(`insert into photo (taken_at, agreed_on, act_id) values (${taken}, '2026-11-25', 1)`)
      sqlite.exec('delete from photo')
      expect(sqlite.prepare('select * from photo_content').all()).toEqual([])
    },
  },
  '0051_delegates_and_ends': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(
        `insert into guardian (id, civility, last_name, first_name, act_id) values (70, '', 'Sorel', 'Odile', 1);
        insert into consent_question (id, kind, title, asks_all, act_id) values (1, 'image', 'Photos', 1, 1);
        insert into consent_text (id, question_id, version, text, from_day, act_id) values (1, 1, 1, 'x', '2026-09-01', 1);
        insert into consent_answer (consent_text_id, child_id, guardian_id, answer, answered_on, act_id)
          values (1, 1, 70, 'yes', '2026-09-01', 1)`,
      )
    },
    // Nobody is a delegate until a director names somebody; an answer of before came when it was written down.
    after: (sqlite) => {
      expect(sqlite.prepare('select * from health_delegate').all()).toEqual([])
      const backwards = `insert into health_delegate (staff_member_id, from_day, to_day, act_id)
        values (1, '2026-11-25', '2026-11-24', 1)`
      expect(() => sqlite.exec(backwards)).toThrow(/CHECK/)
      expect(sqlite.prepare('select answered_at from consent_answer').pluck().all()).toEqual(
        sqlite.prepare('select started_at from act where id = 1').pluck().all(),
      )
    },
  },
  '0052_sendings': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into mail (family_id, kind, name, email, subject, body, queued_at, act_id)
        values (1, 'reminder', 'Camille Marchand', 'camille@exemple.fr', 'Relance', 'Bonjour', '2026-11-25T08:00:00.000Z', 1)`)
      sqlite.exec(`insert into mail_delivery (id, fate, tries, next_try_at, reply)
        values (1, 'waiting', 0, '2026-11-25T08:00:00.000Z', '')`)
      sqlite.exec(`insert into notice (title, text, from_day, until_day, by_mail, act_id)
        values ('Fermé', 'Fermé vendredi', '2026-11-25', '2026-12-01', 0, 1)`)
    },
    // What waits still leaves by mail, of no sending; notices are for those they were for.
    after: (sqlite) => {
      expect(sqlite.prepare('select channel, sending_id from mail').all()).toEqual([{ channel: 'mail', sending_id: null }])
      expect(sqlite.prepare('select channel, fate, reference from mail_delivery').all()).toEqual([
        { channel: 'mail', fate: 'waiting', reference: '' },
      ])
      expect(sqlite.prepare('select sending_id from notice').pluck().all()).toEqual([null])
      sqlite.exec(`insert into sending (subject, text, audience, with_sms, state, previewed, difference, sms_parts,
        price_thousandths, act_id) values ('x', 'x', '{}', 1, 'sent', '[]', '', 0, 0, 1)`)
      sqlite.exec(`insert into sending_file (sending_id, name, type, bytes) values (1, 'a.pdf', 'application/pdf', x'00')`)
      sqlite.exec('delete from sending')
      expect(sqlite.prepare('select * from sending_file').all()).toEqual([])
    },
  },
  '0053_sublists': {
    before: aBilledHome,
    // An activity has no list; a child is on one from a day to another at the earliest.
    after: (sqlite) => {
      expect(sqlite.prepare('select count(*) from sublist').pluck().get()).toBe(0)
      const refused = (text: string) => expect(() => sqlite.exec(text)).toThrow(/CHECK|UNIQUE/)
      refused(`insert into sublist (activity_id, name, capacity, position) values (1, 'Car 2', 0, 0)`)
      sqlite.exec(`insert into sublist (activity_id, name, capacity, position) values (1, 'Car 2', 24, 0)`)
      const list = `insert into registration_sublist (registration_id, sublist_id, from_day, until_day, act_id) values`
      sqlite.exec(`${list} (1, 1, '2026-11-25', '2026-12-02', 1)`)
      refused(`${list} (1, 1, '2026-11-25', '2026-12-09', 1)`)
      refused(`${list} (1, 1, '2026-12-09', '2026-12-02', 1)`)
    },
  },
  '0054_free_lists': {
    before: () => undefined,
    // Nobody keeps a list yet.
    after: (sqlite) => expect(sqlite.prepare('select count(*) from free_list').pluck().get()).toBe(0),
  },
  '0055_templates': {
    before: aBilledHome,
    // Delivered templates have no row; a version of the town's own never changes.
    after: (sqlite) => {
      expect(sqlite.prepare('select letter_foot from organisation').pluck().get()).toBe('')
      sqlite.exec(`insert into template (kind, delivered, name, act_id) values ('quote', 'quote', 'Devis', 1)`)
      sqlite.exec(`insert into template_version (template_id, version, subject, document, act_id) values (1, 1, 'x', '{}', 1)`)
      expect(() => sqlite.exec(`update template_version set subject = 'y'`)).toThrow('never changes')
    },
  },
  '0056_takeover': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into opening_balance (family_id, on_day, amount_cents, act_id) values (1, '2026-08-31', 4200, 1)`)
    },
    // A balance stays one; a home may owe several invoices of a day, but no number twice.
    after: (sqlite) => {
      expect(sqlite.prepare('select reference, period, invoiced_cents, amount_cents from opening_balance').get()).toEqual({
        reference: '',
        period: '',
        invoiced_cents: null,
        amount_cents: 4200,
      })
      const invoice = (reference: string) =>
        sqlite.exec(`insert into opening_balance (family_id, on_day, amount_cents, reference, invoiced_cents, act_id)
          values (1, '2026-08-31', 1000, '${reference}', 2000, 1)`)
      invoice('004512')
      invoice('004513')
      expect(() => invoice('004513')).toThrow(/UNIQUE/)
      expect(sqlite.prepare('select former_number from family').pluck().all()).toEqual(['', ''])
      expect(sqlite.prepare('select count(*) from former_figure').pluck().get()).toBe(0)
    },
  },
  '0057_former_due': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into opening_balance (family_id, on_day, amount_cents, act_id) values (1, '2026-08-31', 4200, 1)`)
    },
    // A balance was due and counted on its own day.
    after: (sqlite) =>
      expect(sqlite.prepare('select on_day, booked_on, due_on from opening_balance').all()).toEqual([
        { on_day: '2026-08-31', booked_on: '2026-08-31', due_on: '2026-08-31' },
      ]),
  },
  '0058_exemptions': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into required_paper (kind, name, scope, validity, act_id)
          values ('insurance', 'Assurance', 'child', 'schoolYear', 1);
        insert into paper_fact (required_id, child_id, seen_on, seen_by, valid_until, act_id)
          values (1, 1, '2026-11-25', 'Sandrine', '2027-08-31', 1)`)
    },
    // What was asked for and seen stays; a dérogation has a rule of its own.
    after: (sqlite) => {
      expect(sqlite.prepare('select name, valid_until from paper_fact join required_paper on required_paper.id = required_id').all()).toEqual([
        { name: 'Assurance', valid_until: '2027-08-31' },
      ])
      const ask = (validity: string | null) =>
        sqlite
          .prepare(`insert into required_paper (kind, name, scope, validity, act_id) values ('exemption', 'x', 'child', ?, 1)`)
          .run(validity)
      ask(null)
      expect(() => ask('schoolYear')).toThrow(/CHECK/)
    },
  },
  '0059_saved_audiences': {
    before: () => undefined,
    after: (sqlite) => expect(sqlite.prepare('select count(*) from saved_audience').pluck().get()).toBe(0),
  },
  '0060_health_lacks': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into health_record (child_id, sealed) values (1, 'scellée');
        insert into audit (act_id, entity, entity_id, operation, before, after) values (1, 'health_record', 1, 'consult', '{}', '{}')`)
    },
    // What a sealed record lacks is known when it is next written or confirmed.
    after: (sqlite) =>
      expect(sqlite.prepare('select sealed, lacks_from from health_record').all()).toEqual([
        { sealed: 'scellée', lacks_from: null },
      ]),
  },
  '0061_notice_names': {
    before: (sqlite) => {
      aBilledHome(sqlite)
      sqlite.exec(`insert into mail (family_id, kind, name, email, subject, body, queued_at, act_id)
        values (1, 'notice', 'Camille', 'camille@exemple.fr', 'Fermeture', 'Bonjour', '2026-11-25T10:00:00Z', 1)`)
    },
    // What a message said stays; its notice went on without first names.
    after: (sqlite) =>
      expect(sqlite.prepare('select body, first_names from mail').all()).toEqual([{ body: 'Bonjour', first_names: '' }]),
  },
}

const steps = journal.entries.map(({ tag }, position) => ({ tag, position }))
/**
 * A file of any version passes through the newest steps, whose stories `npm test` tells; those of before, one in three.
 */
const newest = steps.length - 20
const told = steps.filter(({ position }) => isLong || position >= newest || position % 3 === 0)

describe('every migration has its story', () => {
  it('which is written', () => expect(Object.keys(stories)).toEqual(steps.map(({ tag }) => tag)))

  it.each(told)('$tag', ({ tag, position }) => {
    const story = stories[tag]
    if (!story) throw new Error(`write the story of ${tag}`)
    const sqlite = aFileBefore(position)
    story.before(sqlite)
    migrate(sqlite, { makeCopy: () => undefined })
    story.after(sqlite)
    expect(checkFile(sqlite).filter(({ kind }) => kind === 'damage')).toEqual([])
  })
})

describe('the migrations together', () => {
  it('make the tables and columns that the code names', () => {
    const sqlite = new Sqlite(':memory:')
    onTestFinished(() => void sqlite.close())
    migrate(sqlite, { makeCopy: () => undefined })
    const db = drizzle(sqlite, { schema, casing: 'snake_case' })
    for (const [table, query] of Object.entries(db.query))
      expect((query as typeof db.query.act).findMany().sync()).toHaveLength(table === 'regie' || table === 'site' ? 1 : 0)
    expect(schemaOf(sqlite).length).toBeGreaterThan(50)
  })

  it('make a file that the judge finds sound, empty and filled', () => {
    const store = openStore(aDataFolder(), () => instant('2026-11-25T08:00:00.000Z'))
    onTestFinished(() => store.close())
    expect(checkFile(store.sqlite)).toEqual([])
    fillSmallTown(store)
    store.act(systemActor, 'families.change', 'Un nom', (write) => write.insert(schema.school, { name: 'École' }))
    expect(checkFile(store.sqlite)).toEqual([])
  })
})
