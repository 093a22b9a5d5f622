import { type Day, dayAt, type Instant } from '../../../shared/rules/calendar/day.ts'
import type { PaymentMeans } from '../../../shared/rules/money/payment/payment.ts'
import type { FiscalAmount, Part } from '../../../shared/rules/money/tax-statement.ts'
import type { Sex } from '../../../shared/rules/people/person.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { shownNameSql } from '../activities/activities.ts'
import { standsSql } from '../invoicing/invoicing.ts'

const jsonIds = (ids: readonly number[]): string => JSON.stringify(ids)

type PaperRow = {
  readonly familyId: number
  readonly id: number
  readonly kind: 'invoice' | 'creditNote'
  readonly correctsId: number | null
  readonly issuedOn: Day
}

export const paperRows = (store: Store, familyIds: readonly number[]): PaperRow[] =>
  store
    .statement(
      `select family_id as familyId, invoice.id, kind, corrects_id as correctsId, issued_on as issuedOn
      from json_each(?) wanted cross join invoice on invoice.family_id = wanted.value and invoice.state = 'issued'
      order by invoice.id`,
    )
    .all(jsonIds(familyIds)) as PaperRow[]

/** Sums of invoice lines, by paper, child, activity and tax category. */
export const fiscalAmountRows = (
  store: Store,
  invoiceIds: readonly number[],
): (FiscalAmount & { invoiceId: number })[] =>
  store
    .statement(
      `select invoice_id as invoiceId, coalesce(child_id, 0) as childId, coalesce(activity_id, 0) as activityId, fiscal,
        sum(total_cents) as cents
      from json_each(?) wanted cross join invoice_line on invoice_id = wanted.value
      group by invoice_id, child_id, activity_id, fiscal, total_cents < 0 order by min(invoice_line.id)`,
    )
    .all(jsonIds(invoiceIds)) as (FiscalAmount & { invoiceId: number })[]

type PaymentRow = {
  readonly familyId: number
  readonly id: number
  readonly on: Day
  readonly payer: string
  readonly means: PaymentMeans
  readonly cents: number
  readonly recordedAt: Instant
  readonly cancelledAt: Instant | null
}

export const paymentRows = (store: Store, familyIds: readonly number[]): PaymentRow[] =>
  store
    .statement(
      `select family_id as familyId, payment.id, received_on as "on", payer, means, amount_cents as cents,
        recorded_at as recordedAt, cancelled_at as cancelledAt
      from json_each(?) wanted cross join payment on payment.family_id = wanted.value order by payment.id`,
    )
    .all(jsonIds(familyIds)) as PaymentRow[]

/**
 * Allocations. `invoiceId` is negative for an opening debt, which certificates treat as one more invoice; null for a
 * refund.
 */
type PartRow = Part & { readonly familyId: number; readonly at: Instant }

export const partRows = (store: Store, familyIds: readonly number[]): PartRow[] =>
  store
    .statement(
      `select invoice.family_id as familyId, payment_id as paymentId, credit_note_id as creditNoteId,
        invoice_id as invoiceId, amount_cents as cents, act.started_at as at, allocation.id
      from json_each(?1) wanted cross join invoice on invoice.family_id = wanted.value and invoice.state = 'issued'
      cross join allocation on allocation.invoice_id = invoice.id join act on act.id = allocation.act_id
      where decision_id is null and ${standsSql('allocation')}
      union all
      select opening.family_id, payment_id, credit_note_id, -opening.id, allocation.amount_cents, act.started_at, allocation.id
      from json_each(?1) wanted cross join opening_balance opening on opening.family_id = wanted.value
      cross join allocation on allocation.opening_debt_id = opening.id join act on act.id = allocation.act_id
      where decision_id is null and ${standsSql('allocation')}
      union all
      select refund.family_id, payment_id, credit_note_id, null, allocation.amount_cents, act.started_at, allocation.id
      from json_each(?1) wanted cross join refund on refund.family_id = wanted.value
      cross join allocation on allocation.refund_id = refund.id join act on act.id = allocation.act_id
      where ${standsSql('allocation')}
      order by allocation.id`,
    )
    .all({ 1: jsonIds(familyIds) }) as PartRow[]

export type ChildRow = {
  readonly id: number
  readonly name: string
  readonly birth: Day
  readonly sex: Sex
}

export const childRows = (store: Store, childIds: readonly number[]): ChildRow[] =>
  store
    .statement(
      `select id, trim(first_name || ' ' || last_name) as name, birth_day as birth, sex from child
      where id in (select value from json_each(?))`,
    )
    .all(jsonIds(childIds)) as ChildRow[]

export const activityNames = (store: Store, ids: readonly number[]): ReadonlyMap<number, string> =>
  new Map(
    (
      store
        .statement(
          `select id, ${shownNameSql('activity')} name from activity where id in (select value from json_each(?))`,
        )
        .all(jsonIds(ids)) as {
        id: number
        name: string
      }[]
    ).map(({ id, name }) => [id, name]),
  )

/**
 * Families, among these or all, who paid in the year and were ever billed the care of a child born after a day; by
 * name.
 */
export const payingForCare = (
  store: Store,
  familyIds: readonly number[] | null,
  year: number,
  bornAfter: Day,
): number[] =>
  store
    .statement(
      `select family.id from family where (?3 is null or family.id in (select value from json_each(?3))) and exists (
        select 1 from payment where payment.family_id = family.id and cancelled_at is null
          and received_on between ?1 || '-01-01' and ?1 || '-12-31')
      and exists (
        select 1 from invoice cross join invoice_line line on line.invoice_id = invoice.id
          cross join child on child.id = line.child_id
        where invoice.family_id = family.id and invoice.state = 'issued' and line.fiscal = 'garde'
          and child.birth_day > ?2)
      order by ${alphabeticalSql('family.name')}, family.id`,
    )
    .pluck()
    .all({ 1: String(year), 2: bornAfter, 3: familyIds && jsonIds(familyIds) }) as number[]

type MovementRow = {
  readonly familyId: number
  /** Day of the movement; null for a cancellation, which counts on the day it was written. */
  readonly on: Day | null
  /** When the movement was written; null when that is its day. */
  readonly at: Instant | null
}

/** Every movement of these families' accounts, with its day and the day it was written. */
export const accountMovements = (
  store: Store,
  familyIds: readonly number[],
): { familyId: number; on: Day; writtenOn: Day }[] =>
  movementRows(store, familyIds).flatMap(({ familyId, on, at }) => {
    const written = at === null ? on : dayAt(at)
    return written === null
      ? []
      : [{ familyId, on: on ?? written, writtenOn: on !== null && on > written ? on : written }]
  })

const movementRows = (store: Store, familyIds: readonly number[]): MovementRow[] =>
  store
    .statement(
      `select family_id as familyId, issued_on as "on", null as at
        from json_each(?1) wanted cross join invoice on family_id = wanted.value and state = 'issued'
      union all select family_id, received_on, recorded_at
        from json_each(?1) wanted cross join payment on family_id = wanted.value
      union all select family_id, null, cancelled_at
        from json_each(?1) wanted cross join payment on family_id = wanted.value where cancelled_at is not null
      union all select family_id, on_day, started_at
        from json_each(?1) wanted cross join opening_balance on family_id = wanted.value
        join act on act.id = opening_balance.act_id where act.state = 'closed'
      union all select family_id, paid_on, started_at
        from json_each(?1) wanted cross join refund on family_id = wanted.value
        join act on act.id = refund.act_id where paid_on is not null`,
    )
    .all({ 1: jsonIds(familyIds) }) as MovementRow[]
