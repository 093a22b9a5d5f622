import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Payable } from '../../../shared/rules/money/payment/payment.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'

/**
 * SQL: for an `invoice` without a due day of its own, the day of the balance of the year that pays it in equal parts («
 * mensualisation »); null without such a year.
 */
export const balanceOnSql = `(select plan.balance_on from year_plan plan
  where plan.family_id = invoice.family_id and plan.regie_id = invoice.regie_id and invoice.due_on is null
    and invoice.issued_on between plan.made_on and plan.balance_on order by plan.id limit 1)`

/**
 * SQL: the day by which an invoice must be paid. An invoice paid by the parts of a year is due with the year's balance.
 * An invoice whose amount was carried over is due with the next invoice that is due, which asks for both; null until
 * there is one.
 */
export const dueOnSql = `coalesce(invoice.due_on, ${balanceOnSql}, (select later.due_on from invoice later
  where later.family_id = invoice.family_id and later.regie_id = invoice.regie_id and invoice.kind = 'invoice'
    and later.kind = 'invoice' and later.due_on is not null
    and (later.year, later.number) > (invoice.year, invoice.number)
  order by later.year, later.number limit 1))`

type OverdueDebt = Payable & { readonly familyId: number; readonly leftCents: number }

/**
 * The overdue debts of homes to a régie, for homes that may owe more than an amount. The balances kept by triggers tell
 * which homes those are, so that a calendar of hundreds of homes reads the papers of only a few. Money kept for refunds
 * lowers a balance but pays no debt, so it is added back.
 */
export const overdueAbove = (
  store: Store,
  {
    regieId,
    familyIds,
    aboveCents,
    on,
  }: {
    readonly regieId: number
    readonly familyIds: readonly number[]
    readonly aboveCents: number
    readonly on: Day
  },
): OverdueDebt[] =>
  store
    .statement(
      `with home as materialized (
        select wanted.value as id from json_each(?1) wanted
        left join home_balance balance on balance.family_id = wanted.value and balance.regie_id = ?2
        where coalesce(balance.cents, 0) + coalesce((select sum(amount_cents) from refund where family_id = wanted.value
          and regie_id = ?2 and paid_on is null and cancelled_at is null), 0) > ?3
      ) select * from (
        select home.id as familyId, invoice.id as invoiceId, null as openingDebtId, ${dueOnSql} as dueOn, total_cents
          - coalesce((select sum(amount_cents) from allocation where invoice_id = invoice.id), 0) as leftCents
        from home cross join invoice on invoice.family_id = home.id and invoice.state = 'issued'
        where invoice.kind = 'invoice' and invoice.regie_id = ?2
        union all
        select home.id, null, opening.id, opening.due_on, amount_cents
          - coalesce((select sum(amount_cents) from allocation where opening_debt_id = opening.id), 0)
        from home cross join opening_balance opening on opening.family_id = home.id
        where amount_cents > 0 and regie_id = ?2 and ${committedSql('act_id')}
      ) where leftCents > 0 and dueOn < ?4`,
    )
    .all({ 1: JSON.stringify(familyIds), 2: regieId, 3: aboveCents, 4: on }) as OverdueDebt[]
