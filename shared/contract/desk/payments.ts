import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { paymentMeans } from '../../rules/money/payment.ts'
import { handedOverMeans, maxSlipPayments } from '../../rules/money/till.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Cents = z.int()
const Means = z.enum(paymentMeans)

export const Payer = z.object({
  familyId: Id,
  family: z.string(),
  guardians: z.string(),
  children: z.string(),
  phone: z.string(),
  balanceCents: Cents,
})
export type Payer = z.infer<typeof Payer>

/** One of the two: an invoice, or what was owed when the account was taken over from another program. */
const Payable = z.object({ invoiceId: Id.nullable(), openingDebtId: Id.nullable() })

const OpenDebt = Payable.extend({
  /** « Facture n° 2026-000123 », « Solde repris au 31/08/2026 » */
  name: z.string(),
  on: DayOut,
  dueOn: DayOut,
  /** « octobre 2026 »; empty for what was taken over. */
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
  debts: z.array(OpenDebt),
  /** Paid ahead, credited or taken over, and settling nothing yet: used before the next payment. */
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
  parts: z.array(Payable.extend({ name: z.string(), cents: Cents })),
  /** What it pays of nothing yet. */
  creditCents: Cents,
  cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
  recordedBy: z.string(),
})
export type Payment = z.infer<typeof Payment>

export const OnlineToCheck = z.object({
  /** Of the portal. */
  attemptId: z.string(),
  /**
   * `noFamily`: nobody here is who it says. `differs`: PayFiP told of another sum or debt than was asked. Neither is
   * counted. `overpaid`: counted, the family's credit.
   */
  why: z.enum(['unreadable', 'noFamily', 'differs', 'overpaid']),
  /** Null for what cannot be read. */
  amountCents: Cents.nullable(),
  paidOn: DayOut,
  /** PayFiP's id and authorisation, and the invoice that was named. */
  reference: z.string(),
  /** Who paid, where it is not counted and they are known. */
  family: z.object({ id: Id, name: z.string() }).nullable(),
  /** Where it is counted. */
  payment: z.object({ familyId: Id, family: z.string(), receipt: z.string(), creditCents: Cents }).nullable(),
})
export type OnlineToCheck = z.infer<typeof OnlineToCheck>

export const AccountLine = z.object({
  on: DayOut,
  /** `opening`: the account as it was taken over from another program. */
  kind: z.enum(['opening', 'invoice', 'creditNote', 'payment', 'cancelled']),
  /** Of the paper, or of the payment. */
  id: Id,
  piece: z.string(),
  detail: z.string(),
  /** What the family owes more; zero for what it owes less. */
  chargedCents: Cents,
  settledCents: Cents,
  balanceCents: Cents,
  /** What is still to pay of an invoice, or of what was taken over. */
  leftCents: Cents,
  /** The last day to pay; null when there is nothing to pay. */
  dueOn: DayOut.nullable(),
})
export type AccountLine = z.infer<typeof AccountLine>

export const ToHandOver = z.object({
  /** Oldest first, as many as one slip takes. */
  lines: z.array(
    z.object({
      paymentId: Id,
      receipt: z.string(),
      family: z.string(),
      payer: z.string(),
      reference: z.string(),
      receivedOn: DayOut,
      /** Below zero for one that was handed over, and cancelled since. */
      amountCents: Cents,
    }),
  ),
  /** How many there are in all. */
  waiting: z.int(),
})
export type ToHandOver = z.infer<typeof ToHandOver>

/** « Bordereau de remise » */
export const DepositSlip = z.object({
  id: Id,
  /** « B2026-000012 » */
  number: z.string(),
  means: z.enum(handedOverMeans),
  handedOn: DayOut,
  handedBy: z.string(),
  /** Lines; none once it is cancelled. */
  count: z.int(),
  totalCents: Cents,
  cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
})
export type DepositSlip = z.infer<typeof DepositSlip>

/** The drawer at the end of a day. */
export const Till = z.object({
  floatCents: Cents,
  /** Cash received and not handed over. */
  receivedCents: Cents,
  /** The two together. */
  expectedCents: Cents,
  /** The last day that was closed: nothing moves up to it. */
  closedOn: DayOut.nullable(),
  /** Where this day was closed. */
  closing: z
    .object({
      expectedCents: Cents,
      countedCents: Cents,
      note: z.string(),
      closedAt: z.custom<Instant>((value) => typeof value === 'string'),
      closedBy: z.string(),
    })
    .nullable(),
})
export type Till = z.infer<typeof Till>

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
        /** Null: the oldest first, older credit used before. */
        chosen: z.array(Payable.extend({ cents: CentsNumber })).nullable(),
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
  /** The journal of the régie, of every means or of one. Both days within. */
  journal: procedure('invoices.read')
    .input(z.object({ from: DayText, to: DayText, means: Means.nullable(), format: z.enum(['pdf', 'xlsx']) }))
    .output(z.instanceof(File)),
  toHandOver: procedure('invoices.read')
    .input(z.object({ means: z.enum(handedOverMeans) }))
    .output(ToHandOver),
  /** Refused where another handed one of them over, or cancelled it, since they were read. */
  handOver: procedure('payments')
    .input(
      z.object({
        means: z.enum(handedOverMeans),
        paymentIds: z.array(Id).min(1, 'Choisissez ce que vous remettez.').max(maxSlipPayments),
        /** As it was counted. */
        totalCents: CentsNumber,
      }),
    )
    .output(DepositSlip),
  cancelSlip: procedure('payments.cancel')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(DepositSlip),
  /** The last ones, newest first. */
  slips: procedure('invoices.read').output(z.array(DepositSlip)),
  slip: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
  till: procedure('invoices.read')
    .input(z.object({ day: DayText }))
    .output(Till),
  closeTill: procedure('payments')
    .input(
      z.object({
        day: DayText,
        countedCents: CentsNumber.min(0, 'Un compte n’est jamais négatif.').max(
          10_000_000,
          'Ce montant est trop grand pour une caisse.',
        ),
        /** Needed where the count differs. */
        note: Note,
      }),
    )
    .output(Till),
  reopenTill: procedure('payments.cancel')
    .input(z.object({ day: DayText, reason: Note.min(1, 'Dites pourquoi elle est rouverte.') }))
    .output(Till),
  /** Paid online and not tied by itself, or for more than was left: told to staff until one of them has settled it. */
  toCheck: procedure('invoices.read').output(z.array(OnlineToCheck)),
  credit: procedure('payments')
    .input(z.object({ attemptId: z.string(), familyId: Id }))
    .output(z.object({ receipt: z.string() })),
  /** Nothing is counted or changed: somebody says what became of it. */
  seen: procedure('payments')
    .input(z.object({ attemptId: z.string(), reason: Note.min(1, 'Dites ce qu’il en est, en quelques mots.') }))
    .output(z.void()),
  /** Oldest first. */
  account: procedure('invoices.read')
    .input(z.object({ familyId: Id }))
    .output(z.object({ lines: z.array(AccountLine), balanceCents: Cents })),
  receipt: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
}
