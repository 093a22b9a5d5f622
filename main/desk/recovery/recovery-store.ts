import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { PaymentMeans } from '../../../shared/rules/money/payment/payment.ts'
import type { RecoveryNoteKind, ReminderFacts } from '../../../shared/rules/money/recovery/reminder.ts'
import type { ReminderChannel } from '../../../shared/rules/money/recovery/reminder-level.ts'
import { unknownQuotientText } from '../../../shared/rules/price/family-quotient.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'
import { dueOnSql, leftOfNamedDebtSql } from '../debts/debts.ts'
import { type PayerIds, payerKey } from '../invoicing/invoicing.ts'

export type OverdueDebt = PayerIds & {
  readonly invoiceId: number | null
  readonly openingDebtId: number | null
  readonly dueOn: Day
  readonly leftCents: number
  /** Whether the invoice was priced without the quotient that its tariff asks for, and the home still has none. */
  readonly lacksQuotient: boolean
}

/**
 * The overdue debts of a régie, oldest first. Third parties whose debts the public accountant collects are left out:
 * the régie takes no money from them.
 * @param until counts only papers issued and payments made by that day; null counts everything
 */
export const overdueDebts = (store: Store, regieId: number, on: Day, until: Day | null = null): OverdueDebt[] =>
  (
    store
      .statement(
        `select family_id as familyId, third_party_id as thirdPartyId, invoiceId, openingDebtId, dueOn, leftCents,
          exists (select 1 from invoice_line where invoice_line.invoice_id = invoiceId
              and substr(explanation, 1, length(?3)) = ?3)
            and not exists (select 1 from family_quotient quotient where quotient.family_id = owed.family_id
              and from_day <= ?2 and value is not null) as lacksQuotient
        from (
          select family_id, third_party_id, id as invoiceId, null as openingDebtId, ${dueOnSql} as dueOn, total_cents
            - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id
              and (?4 is null or on_day <= ?4)), 0) as leftCents
          from invoice where state = 'issued' and kind = 'invoice' and regie_id = ?1 and (?4 is null or issued_on <= ?4)
          union all
          select family_id, null, null, id, due_on, amount_cents
            - coalesce((select sum(amount_cents) from allocation where opening_debt_id = opening_balance.id
              and (?4 is null or on_day <= ?4)), 0)
          from opening_balance where amount_cents > 0 and regie_id = ?1 and ${committedSql('act_id')}
        ) owed
        where leftCents > 0 and dueOn < ?2
          and (third_party_id is null or not (select to_title from third_party where id = third_party_id))
        order by dueOn, invoiceId`,
      )
      .all({ 1: regieId, 2: on, 3: unknownQuotientText, 4: until }) as (Omit<OverdueDebt, 'lacksQuotient'> & {
      readonly lacksQuotient: number
    })[]
  ).map((row) => ({ ...row, lacksQuotient: row.lacksQuotient === 1 }))

/** Whether a payer is a third party whose debts the public accountant collects. */
export const isForTreasury = (store: Store, { thirdPartyId }: PayerIds): boolean =>
  store.statement('select 1 from third_party where id = ? and to_title').get(thirdPartyId) !== undefined

export type ReminderRow = PayerIds & {
  readonly id: number
  readonly regieId: number
  readonly series: string
  readonly year: number
  readonly number: number
  readonly level: number
  readonly channel: ReminderChannel
  readonly madeOn: Day
  readonly payBefore: Day
  readonly amountCents: number
  readonly paper: ReminderFacts
  readonly actId: number
  readonly by: string
}

const reminderSelect = `select reminder.id, reminder.regie_id as regieId, reminder.family_id as familyId,
    reminder.third_party_id as thirdPartyId, series, year, number, level, channel, made_on as madeOn,
    pay_before as payBefore, amount_cents as amountCents, paper, act_id as actId, act.actor_name as "by"
  from reminder join act on act.id = act_id and act.state <> 'open'`

const asReminder = (row: unknown): ReminderRow => {
  const found = row as Omit<ReminderRow, 'paper'> & { readonly paper: string }
  return { ...found, paper: JSON.parse(found.paper) as ReminderFacts }
}

/** Reminders of a payer by a régie, oldest first. */
export const remindersOf = (store: Store, regieId: number, { familyId, thirdPartyId }: PayerIds): ReminderRow[] =>
  store
    .statement(
      `${reminderSelect} where reminder.regie_id = ?1 and (reminder.family_id = ?2 or reminder.third_party_id = ?3)
      order by reminder.id`,
    )
    .all({ 1: regieId, 2: familyId, 3: thirdPartyId })
    .map(asReminder)

/** The reminders made by one act, by number. */
export const remindersOfRun = (store: Store, actId: number): ReminderRow[] =>
  store.statement(`${reminderSelect} where act_id = ? order by number`).all(actId).map(asReminder)

export const reminderById = (store: Store, id: number): ReminderRow | undefined => {
  const row = store.statement(`${reminderSelect} where reminder.id = ?`).get(id)
  return row === undefined ? undefined : asReminder(row)
}

export type LastReminder = PayerIds & {
  readonly level: number
  readonly levelName: string
  readonly channel: ReminderChannel
  readonly on: Day
  readonly payBefore: Day
}

/** The last reminder of each payer by a régie. */
export const lastReminders = (store: Store, regieId: number): ReadonlyMap<string, LastReminder> =>
  new Map(
    (
      store
        .statement(
          `select family_id as familyId, third_party_id as thirdPartyId, level, paper ->> '$.levelName' as levelName,
            channel, made_on as "on", pay_before as payBefore
          from reminder where id in (select max(id) from reminder where regie_id = ? and ${committedSql('act_id')}
            group by family_id, third_party_id)`,
        )
        .all(regieId) as LastReminder[]
    ).map((row) => [payerKey(row), row]),
  )

/**
 * Whether another act is making reminders of a régie, or made some since.
 * @param own the caller's act; null before it has one
 * @param since the newest act when the caller read what it reminds of
 */
export const hasOtherReminders = (
  store: Store,
  regieId: number,
  { own, since }: { readonly own: number | null; readonly since: number },
): boolean =>
  store
    .statement(
      `select 1 from act where id is not ?2 and (state = 'open' or id > ?3)
        and exists (select 1 from reminder where regie_id = ?1 and act_id = act.id)`,
    )
    .get({ 1: regieId, 2: own, 3: since }) !== undefined

/** The newest act of the file. */
export const lastAct = (store: Store): number =>
  store.statement('select coalesce(max(id), 0) from act').pluck().get() as number

export const lastReminderNumber = (store: Store, series: string, year: number): number =>
  store
    .statement('select coalesce(max(number), 0) from reminder where series = ? and year = ?')
    .pluck()
    .get(series, year) as number

/** Runs of reminders of a régie, newest first, with how much of the debts in them was paid since. */
export const reminderRuns = (store: Store, regieId: number, count: number) =>
  store
    .statement(
      `with run as (
        select act_id as actId, max(made_on) as "on", count(*) as reminders, sum(channel = 'letter') as letters,
          sum(amount_cents) as cents
        from reminder where regie_id = ?1 and ${committedSql('act_id')} group by act_id order by act_id desc limit ?2
      ) select run.*, (
        select coalesce(sum(max(0, min(debt.value ->> '$.leftCents', (
          select sum(amount_cents) from allocation where allocation.act_id > run.actId and decision_id is null
            and credit_note_id is null and (invoice_id = debt.value ->> '$.invoiceId'
              or opening_debt_id = debt.value ->> '$.openingDebtId')
        )))), 0)
        from reminder, json_each(paper, '$.debts') debt where reminder.act_id = run.actId
      ) as paidCents from run order by actId desc`,
    )
    .all({ 1: regieId, 2: count }) as {
    actId: number
    on: Day
    reminders: number
    letters: number
    cents: number
    paidCents: number
  }[]

/**
 * The last reminder of each régie to these homes, with how much of it is still to pay. Reminders paid in full are left
 * out.
 */
export const remindersStanding = (store: Store, familyIds: readonly number[]) =>
  store
    .statement(
      `select * from (
        select family_id as familyId, regie_id as regieId, made_on as "on", pay_before as payBefore, (
          select sum(max(0, min(debt.value ->> '$.leftCents', ${leftOfNamedDebtSql})))
          from json_each(paper, '$.debts') debt
        ) as leftCents
        from reminder where id in (select max(id) from reminder
          where family_id in (select value from json_each(?)) and ${committedSql('act_id')} group by family_id, regie_id)
      ) where leftCents > 0 order by familyId, regieId`,
    )
    .all(JSON.stringify(familyIds)) as {
    familyId: number
    regieId: number
    on: Day
    payBefore: Day
    leftCents: number
  }[]

export type NoteRow = PayerIds & {
  readonly id: number
  readonly kind: RecoveryNoteKind
  readonly text: string
  readonly untilDay: Day | null
  readonly notedOn: Day
  readonly at: Instant
  readonly by: string
}

/** Notes of staff about payers of a régie, oldest first. @param payer null for all payers */
export const notesOf = (store: Store, regieId: number, payer: PayerIds | null): NoteRow[] =>
  store
    .statement(
      `select recovery_note.id, family_id as familyId, third_party_id as thirdPartyId, recovery_note.kind, text,
        until_day as untilDay, noted_on as notedOn, act.started_at as at, act.actor_name as "by"
      from recovery_note join act on act.id = act_id
      where regie_id = ?1 and (?4 or family_id = ?2 or third_party_id = ?3) order by recovery_note.id`,
    )
    .all({
      1: regieId,
      2: payer?.familyId ?? null,
      3: payer?.thirdPartyId ?? null,
      4: payer === null ? 1 : 0,
    }) as NoteRow[]

/** Payments of a payer at a régie since a day, oldest first, without those cancelled. */
export const paymentsSince = (store: Store, regieId: number, { familyId, thirdPartyId }: PayerIds, since: Day) =>
  store
    .statement(
      `select id, received_on as "on", means, amount_cents as cents, receipt_year as year, receipt_number as number
      from payment where regie_id = ?1 and (family_id = ?2 or third_party_id = ?3) and received_on >= ?4
        and cancelled_at is null order by received_on, id`,
    )
    .all({ 1: regieId, 2: familyId, 3: thirdPartyId, 4: since }) as {
    id: number
    on: Day
    means: PaymentMeans
    cents: number
    year: number
    number: number
  }[]

export const thirdPartiesIn = (store: Store, ids: readonly number[]) =>
  store
    .statement(
      `select id, name, kind, address, postcode, town, phone from third_party
      where id in (select value from json_each(?))`,
    )
    .all(JSON.stringify(ids)) as {
    id: number
    name: string
    kind: string
    address: string
    postcode: string
    town: string
    phone: string
  }[]

/** The homes with at least one open account on the portal. */
export const homesOnPortal = (store: Store, familyIds: readonly number[]): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        `select distinct link.family_id from family_guardian link
        join portal_account account on account.guardian_id = link.guardian_id
        where not account.blocked and account.activated_at is not null and link.family_id in (select value from json_each(?))`,
      )
      .pluck()
      .all(JSON.stringify(familyIds)) as number[],
  )
