import type * as z from 'zod'
import { PaymentEndedEntry, PaymentEntry, PaymentStartedEntry } from '../../../../shared/contract/portal/entries.ts'
import { addMinutes } from '../../../../shared/rules/calendar/day.ts'
import { forgottenMinutes, mismatchName } from '../../../../shared/rules/money/payment/payfip.ts'
import { debtKey, type Payable } from '../../../../shared/rules/money/payment/payment.ts'
import type { Store } from '../../../store/store.ts'

/**
 * Debts that parents are paying online, as the portal's log said at the last exchange: the payment is begun and not
 * over, or PayFiP's answer differs from what was asked and staff have not looked at it yet.
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

/** By `debtKey`, the debts that parents are paying online: nothing else may happen to them meanwhile. */
export const debtsBeingPaid = (store: Store): ReadonlySet<string> => new Set(beingPaid(store).map(debtKey))

/** The invoices among them. */
export const invoicesBeingPaid = (store: Store): number[] =>
  beingPaid(store).flatMap(({ invoiceId }) => invoiceId ?? [])

/** The bodies that have the shape: a portal of another version may write others. */
const readable = <Shape extends z.ZodType<object>>(
  shape: Shape,
  rows: readonly { readonly body: string }[] = [],
): z.infer<Shape>[] => rows.flatMap(({ body }) => shape.safeParse(JSON.parse(body)).data ?? [])
