import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { payerRefundMeans } from '../../../rules/money/recovery/debt-decision.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
/** Absent: the first régie. */
const RegieId = Id.default(firstRegieId)

/** What a payer has ahead at a régie. */
export const RefundableAccount = z.object({
  regieId: Id,
  regie: z.string(),
  /** Less what is kept for refunds asked already. */
  refundableCents: z.int(),
  /** Whether the régie may give it back itself. */
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
  /** Null while the finance service has not told that it paid. */
  paidOn: DayOut.nullable(),
  reference: z.string(),
  cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
})
export type Refund = z.infer<typeof Refund>

/** Calls of `payments` about money that is given back. */
export const refundCalls = {
  /** The régies where a payer has something ahead. */
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
  /** The finance service told that it paid. */
  markRefundPaid: procedure('refunds')
    .input(z.object({ id: Id, paidOn: DayText, reference: Line }))
    .output(Refund),
  /** Only before it is paid. */
  cancelRefund: procedure('refunds')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(Refund),
  refunds: procedure('invoices.read')
    .input(z.object({ regieId: RegieId }))
    .output(
      z.object({
        /** They wait for the finance service; oldest first. */
        pending: z.array(Refund),
        /** Paid or cancelled; newest first. */
        ended: z.array(Refund),
        /** Homes that left with something ahead. */
        left: z.array(z.object({ familyId: Id, family: z.string(), leftOn: DayOut, refundableCents: z.int() })),
      }),
    ),
  /** « Remboursements à mandater », for the finance service. */
  paymentOrders: procedure('refunds')
    .input(z.object({ regieId: RegieId, format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  /** The paper that the payer of a refund signs, or keeps. */
  refundReceipt: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
}
