import type * as z from 'zod'
import { PaymentEndedEntry, PaymentEntry, PaymentStartedEntry } from '../../../../shared/contract/portal/entries.ts'
import { addMinutes } from '../../../../shared/rules/calendar/day.ts'
import { forgottenMinutes, mismatchName } from '../../../../shared/rules/money/payment/payfip.ts'
import type { Store } from '../../../store/store.ts'

/**
 * Invoices that parents are paying online, as the portal's log said at the last exchange: the payment is begun and not
 * over, or PayFiP's answer differs from what was asked and staff have not looked at it yet.
 */
export const invoicesBeingPaid = (store: Store): number[] => {
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
  return [...underWay, ...readable(PaymentEntry, doubtful)].map(({ invoice }) => invoice)
}

/** The bodies that have the shape: a portal of another version may write others. */
const readable = <Body extends object>(
  shape: z.ZodType<Body>,
  rows: readonly { readonly body: string }[] = [],
): Body[] => rows.flatMap(({ body }) => shape.safeParse(JSON.parse(body)).data ?? [])
