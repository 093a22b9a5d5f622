import * as z from 'zod'
import type { Instant } from '../../rules/calendar/day.ts'
import type { AttemptState } from '../../rules/money/payfip.ts'
import { CentsNumber, Id, procedure } from '../procedure.ts'
import { RequestId } from './demandes.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

/** One try at paying an invoice online. */
export const AttemptShown = z.object({
  id: z.string(),
  invoice: Id,
  /** « 2026-001284 » */
  number: z.string(),
  label: z.string(),
  amountCents: CentsNumber,
  beganAt: InstantOut,
  state: z.custom<AttemptState>((value) => typeof value === 'string'),
  /** What became of it, for the parent. */
  sentence: z.string(),
  /** Nothing is really paid. */
  isTest: z.boolean(),
  /** Where who began it finishes it, as long as the page of PayFiP can be used. */
  page: z.string().nullable(),
})
export type AttemptShown = z.infer<typeof AttemptShown>

/** What can be paid online; null where the town does not offer it. */
export const OnlineShown = z.object({
  isTest: z.boolean(),
  invoices: z.array(
    z.object({
      invoice: Id,
      /** Paid online and unknown to the town's accounts yet: « en cours ». */
      receivedCents: CentsNumber,
      /** What « Payer cette facture » pays now; null when it cannot. */
      payCents: CentsNumber.nullable(),
      /** Why it cannot, where there is something left to pay. */
      why: z.string().nullable(),
      /** The last one. */
      attempt: AttemptShown.nullable(),
    }),
  ),
})
export type OnlineShown = z.infer<typeof OnlineShown>

export const payments = {
  /** « Payer cette facture »: recorded before the parent leaves. The same request brings the same page back. */
  begin: procedure('loggedIn')
    .input(z.object({ request: RequestId, invoice: Id }))
    .output(z.object({ attempt: z.string(), url: z.string() })),
  /** Asks PayFiP again while nothing is sure. */
  attempt: procedure('loggedIn')
    .input(z.object({ id: z.string() }))
    .output(AttemptShown),
}
