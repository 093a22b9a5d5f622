import type * as z from 'zod'
import { PaymentEndedEntry, PaymentEntry, PaymentStartedEntry } from '../../../../shared/contract/portal/entries.ts'
import { addMinutes } from '../../../../shared/rules/calendar/day.ts'
import { forgottenMinutes, mismatchName } from '../../../../shared/rules/money/payment/payfip.ts'
import { debtKey, type Payable } from '../../../../shared/rules/money/payment/payment.ts'
import type { Store } from '../../../store/store.ts'

/**
 * The debts that parents are paying online, as known from the portal's log at the last exchange: payments that began
 * and did not end, and payments that PayFiP reported with other values than asked and staff have not checked.
 */
const beingPaid = (store: Store): Payable[] => {
  const since = addMinutes(store.clock(), -forgottenMinutes)
  const entries = store
    .statement(`select kind, body from mirror_entry where kind in ('paymentStarted', 'paymentEnded') and at > ?`)
    .all(since) as { kind: 'paymentStarted' | 'paymentEnded'; body: string }[]
  const bodies = Map.groupBy(entries, ({ kind }) => kind)
  const over = new Set(readable(PaymentEndedEntry, bodies.get('paymentEnded')).map(({ attempt }) => attempt))
  const isAnswered = store.statement('select 1 from portal_ask where entry_id in (?, ?)').pluck()
  const underWay = readable(PaymentStartedEntry, bodies.get('paymentStarted')).filter(
    ({ attempt }) => !over.has(attempt) && isAnswered.get(attempt, mismatchName(attempt)) === undefined,
  )
  const doubtful = store
    .statement(`select body from online_check where state = 'waiting' and json_valid(body) and body ->> '$.differs'`)
    .all() as { body: string }[]
  return [...underWay, ...readable(PaymentEntry, doubtful)].map(({ invoice, openingDebt }) => ({
    invoiceId: invoice,
    openingDebtId: openingDebt,
  }))
}

/** By `debtKey`, the debts that parents are paying online: nothing else may be done with them meanwhile. */
export const debtsBeingPaid = (store: Store): ReadonlySet<string> => new Set(beingPaid(store).map(debtKey))

/** The invoices that parents are paying online. */
export const invoicesBeingPaid = (store: Store): number[] =>
  beingPaid(store).flatMap(({ invoiceId }) => invoiceId ?? [])

/** The bodies that have the expected shape; a portal of another version may write other ones. */
const readable = <Shape extends z.ZodType<object>>(
  shape: Shape,
  rows: readonly { readonly body: string }[] = [],
): z.infer<Shape>[] => rows.flatMap(({ body }) => shape.safeParse(JSON.parse(body)).data ?? [])
