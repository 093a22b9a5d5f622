import * as z from 'zod'
import type { Instant } from '../../rules/calendar/day.ts'
import type { AttemptState } from '../../rules/money/payment/payfip.ts'
import { CentsNumber, Id, procedure } from '../procedure.ts'
import { RequestId } from './demandes.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

/** One attempt to pay online an invoice or a balance taken over from another program: the other id is null. */
export const AttemptShown = z.object({
  id: z.string(),
  invoice: Id.nullable(),
  openingDebt: Id.nullable(),
  /** « 2026-001284 » */
  number: z.string(),
  label: z.string(),
  amountCents: CentsNumber,
  beganAt: InstantOut,
  state: z.custom<AttemptState>((value) => typeof value === 'string'),
  /** The attempt's state in words, for the parent. */
  sentence: z.string(),
  /** Whether the payment is a test: nothing is really paid. */
  isTest: z.boolean(),
  /** The address of PayFiP's page, for the parent who started the attempt, while the page can be used; else null. */
  page: z.string().nullable(),
})
export type AttemptShown = z.infer<typeof AttemptShown>

const PayableShown = z.object({
  /** Paid online and not yet in the desk's accounts: « en cours ». */
  receivedCents: CentsNumber,
  /** The amount that « Payer cette facture » would pay; null when it cannot. */
  payCents: CentsNumber.nullable(),
  /** Why the rest cannot be paid online; null when it can, or when nothing is left. */
  why: z.string().nullable(),
  /** The last attempt. */
  attempt: AttemptShown.nullable(),
})
export type PayableShown = z.infer<typeof PayableShown>

/** What can be paid online; null if the town does not offer online payment. */
export const OnlineShown = z.object({
  isTest: z.boolean(),
  invoices: z.array(PayableShown.extend({ invoice: Id })),
  /** Balances taken over from another program. */
  openingDebts: z.array(PayableShown.extend({ openingDebt: Id })),
})
export type OnlineShown = z.infer<typeof OnlineShown>

export const payments = {
  /**
   * « Payer cette facture »: records the attempt before the parent leaves the portal. A repeated request returns the
   * same page.
   */
  begin: procedure('loggedIn')
    .input(z.union([z.object({ request: RequestId, invoice: Id }), z.object({ request: RequestId, openingDebt: Id })]))
    .output(z.object({ attempt: z.string(), url: z.string() })),
  /** Returns the attempt; queries PayFiP again while the result is not final. */
  attempt: procedure('loggedIn')
    .input(z.object({ id: z.string() }))
    .output(AttemptShown),
}
