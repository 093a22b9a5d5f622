import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { payerRefundMeans } from '../../../rules/money/recovery/debt-decision.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
/** Absent: the first régie. */
const RegieId = Id.default(firstRegieId)

/** The credit of a payer at a régie. */
export const RefundableAccount = z.object({
  regieId: Id,
  regie: z.string(),
  /** The credit, less the part kept for refunds requested before. */
  refundableCents: z.int(),
  /** Whether the régie may pay refunds itself. */
  paysRefunds: z.boolean(),
})
export type RefundableAccount = z.infer<typeof RefundableAccount>

export const Refund = z.object({
  id: Id,
  regieId: Id,
  /** Null for a third party. */
  familyId: Id.nullable(),
  /** Null for a home. */
  thirdPartyId: Id.nullable(),
  /** The name of the home or third party. */
  payer: z.string(),
  means: z.enum(payerRefundMeans),
  amountCents: z.int(),
  reason: z.string(),
  askedOn: DayOut,
  /** Null while the finance service has not reported the payment. */
  paidOn: DayOut.nullable(),
  reference: z.string(),
  cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
})
export type Refund = z.infer<typeof Refund>

/** Calls of `payments` about refunds. */
export const refundCalls = {
  /** The régies at which a payer has a credit. */
  refundable: procedure('invoices.read')
    .input(
      z.object({
        /** Null: the third party. */
        familyId: Id.nullable(),
        thirdPartyId: Id.optional(),
      }),
    )
    .output(z.array(RefundableAccount)),
  recordRefund: procedure('refunds')
    .input(
      z.object({
        familyId: Id.nullable(),
        thirdPartyId: Id.optional(),
        regieId: RegieId,
        means: z.enum(payerRefundMeans),
        amountCents: CentsNumber,
        reason: Note.min(1, 'Dites pourquoi cet argent est rendu.'),
        /** Null for a payment order, which the finance service pays later. */
        paidOn: DayText.nullable(),
        reference: Line,
      }),
    )
    .output(Refund),
  /** Records that the finance service reported the payment. */
  markRefundPaid: procedure('refunds')
    .input(z.object({ id: Id, paidOn: DayText, reference: Line }))
    .output(Refund),
  /** Cancels a refund that is not paid yet. */
  cancelRefund: procedure('refunds')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(Refund),
  refunds: procedure('invoices.read')
    .input(z.object({ regieId: RegieId }))
    .output(
      z.object({
        /** Refunds that the finance service has to pay, oldest first. */
        pending: z.array(Refund),
        /** Paid or cancelled refunds, newest first. */
        ended: z.array(Refund),
        /** Homes that left the service with a credit. */
        left: z.array(z.object({ familyId: Id, family: z.string(), leftOn: DayOut, refundableCents: z.int() })),
      }),
    ),
  /** « Remboursements à mandater »: the list for the finance service. */
  paymentOrders: procedure('refunds')
    .input(z.object({ regieId: RegieId, format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  /** The paper that the payer signs, or keeps. */
  refundReceipt: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
}
