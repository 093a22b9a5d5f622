import * as z from 'zod'
import type { Day } from '../../rules/day.ts'
import { type PaymentMeans, paymentMeansNames } from '../../rules/payment.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Cents = z.int()
const Means = z.enum(Object.keys(paymentMeansNames) as [PaymentMeans, ...PaymentMeans[]])

export const Payer = z.object({
  familyId: Id,
  family: z.string(),
  guardians: z.string(),
  children: z.string(),
  phone: z.string(),
  balanceCents: Cents,
})
export type Payer = z.infer<typeof Payer>

export const OpenInvoice = z.object({
  invoiceId: Id,
  number: z.string(),
  issuedOn: DayOut,
  dueOn: DayOut,
  /** « octobre 2026 » */
  period: z.string(),
  totalCents: Cents,
  leftCents: Cents,
})

export const Owed = z.object({
  familyId: Id,
  family: z.string(),
  familyNumber: z.string(),
  debtor: z.string(),
  addressLines: z.array(z.string()),
  /** Oldest first. */
  invoices: z.array(OpenInvoice),
  /** Paid ahead or credited, and settling nothing yet: used before the next payment. */
  creditCents: Cents,
  balanceCents: Cents,
  nextReceipt: z.string(),
})
export type Owed = z.infer<typeof Owed>

export const Payment = z.object({
  id: Id,
  familyId: Id,
  family: z.string(),
  receivedOn: DayOut,
  recordedAt: z.string(),
  receipt: z.string(),
  means: Means,
  amountCents: Cents,
  payer: z.string(),
  reference: z.string(),
  /** What it pays. */
  invoices: z.array(z.object({ invoiceId: Id, number: z.string(), cents: Cents })),
  /** What it pays of nothing yet. */
  creditCents: Cents,
  cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
  recordedBy: z.string(),
})
export type Payment = z.infer<typeof Payment>

export const AccountLine = z.object({
  on: DayOut,
  kind: z.enum(['invoice', 'creditNote', 'payment', 'cancelled']),
  /** Of the paper, or of the payment. */
  id: Id,
  piece: z.string(),
  detail: z.string(),
  /** What the family owes more; zero for what it owes less. */
  chargedCents: Cents,
  settledCents: Cents,
  balanceCents: Cents,
  /** Of an invoice, what is still to pay. */
  leftCents: Cents,
})
export type AccountLine = z.infer<typeof AccountLine>

export const payments = {
  /** Families by name, child, phone or invoice number. */
  find: procedure('invoices.read')
    .input(z.object({ text: Line }))
    .output(z.array(Payer)),
  owed: procedure('invoices.read')
    .input(z.object({ familyId: Id }))
    .output(Owed),
  record: procedure('payments')
    .input(
      z.object({
        familyId: Id,
        means: Means,
        amountCents: CentsNumber.positive('Le montant d’un règlement doit être supérieur à zéro.').max(
          10_000_000,
          'Ce montant est trop grand pour un règlement.',
        ),
        receivedOn: DayText,
        payer: Line,
        reference: Line,
        /** Null: the oldest invoices first, older credit used before. */
        chosen: z.array(z.object({ invoiceId: Id, cents: CentsNumber })).nullable(),
      }),
    )
    .output(Payment),
  cancel: procedure('payments.cancel')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(Payment),
  /** What was received on a day, newest first, and what each means makes. */
  day: procedure('invoices.read')
    .input(z.object({ day: DayText }))
    .output(
      z.object({
        payments: z.array(Payment),
        byMeans: z.array(z.object({ means: Means, count: z.int(), cents: Cents })),
        totalCents: Cents,
      }),
    ),
  /** Oldest first. */
  account: procedure('invoices.read')
    .input(z.object({ familyId: Id }))
    .output(z.object({ lines: z.array(AccountLine), balanceCents: Cents })),
  receipt: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
}
