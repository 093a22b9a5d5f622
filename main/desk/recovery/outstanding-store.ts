import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import { debtKey } from '../../../shared/rules/money/payment/payment.ts'
import type { OutstandingFormat } from '../../../shared/rules/money/recovery/outstanding.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'

type RemindedRow = Payable & {
  readonly series: string
  readonly year: number
  readonly number: number
  readonly level: number
  readonly on: Day
}

/** The reminders of a régie that asked for each debt, oldest first, by `debtKey`. */
export const remindersByDebt = (store: Store, regieId: number): ReadonlyMap<string, readonly RemindedRow[]> =>
  Map.groupBy(
    store
      .statement(
        `select series, year, number, level, made_on as "on", debt.value ->> '$.invoiceId' as invoiceId,
          debt.value ->> '$.openingDebtId' as openingDebtId
        from reminder, json_each(paper, '$.debts') debt where regie_id = ? and ${committedSql('act_id')} order by reminder.id`,
      )
      .all(regieId) as RemindedRow[],
    debtKey,
  )

/** Invoices of homes with a waiting draft that bills one of the same months again. */
export const invoicesWithDraft = (store: Store, regieId: number): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        `select invoice.id from invoice draft join invoice on invoice.family_id = draft.family_id
          and coalesce(draft.month, substr(draft.from_day, 1, 7))
            between substr(invoice.from_day, 1, 7) and substr(invoice.to_day, 1, 7)
        where draft.state = 'draft' and draft.regie_id = invoice.regie_id and invoice.state = 'issued' and invoice.kind = 'invoice' and invoice.regie_id = ?`,
      )
      .pluck()
      .all(regieId) as number[],
  )

export type InvoiceFacts = {
  readonly id: number
  readonly familyId: number | null
  readonly issuedOn: Day
  readonly from: Day
  readonly to: Day
  readonly totalCents: number
  /** The ids of the credit notes on the invoice, as a JSON array. */
  readonly notes: string
}

export const invoiceFacts = (store: Store, ids: readonly number[]): ReadonlyMap<number, InvoiceFacts> =>
  new Map(
    (
      store
        .statement(
          `select invoice.id, family_id as familyId, issued_on as issuedOn, from_day as "from", to_day as "to", total_cents as totalCents,
            (select json_group_array(note.id) from invoice note
              where note.corrects_id = invoice.id and note.state = 'issued') as notes
          from json_each(?) wanted cross join invoice on invoice.id = wanted.value`,
        )
        .all(JSON.stringify(ids)) as InvoiceFacts[]
    ).map((row) => [row.id, row]),
  )

/** Months of a home that are already final at a régie. */
export const finalMonths = (store: Store, familyId: number, regieId: number): ReadonlySet<string> =>
  new Set(
    store
      .statement('select month from final_span where family_id = ? and (regie_id is null or regie_id = ?)')
      .pluck()
      .all(familyId, regieId) as string[],
  )

export const lastStatementNumber = (store: Store, series: string, year: number): number =>
  store
    .statement('select coalesce(max(number), 0) from outstanding_statement where series = ? and year = ?')
    .pluck()
    .get(series, year) as number

export type StatementRow = {
  readonly id: number
  readonly regieId: number
  readonly series: string
  readonly year: number
  readonly number: number
  readonly madeOn: Day
  readonly amountCents: number
  readonly debtors: number
  readonly by: string
}

/** The lists that a régie handed over, newest first. */
export const statementRows = (store: Store, regieId: number): StatementRow[] =>
  store
    .statement(
      `select statement.id, regie_id as regieId, series, year, number, made_on as madeOn, amount_cents as amountCents,
        json_array_length(facts, '$.debtors') as debtors, act.actor_name as "by"
      from outstanding_statement statement join act on act.id = act_id where regie_id = ? order by statement.id desc`,
    )
    .all(regieId) as StatementRow[]

export const statementFileRow = (store: Store, id: number, format: OutstandingFormat) =>
  store
    .statement('select name, sha256, sealed from outstanding_file where statement_id = ? and format = ?')
    .get(id, format) as { readonly name: string; readonly sha256: string; readonly sealed: string } | undefined
