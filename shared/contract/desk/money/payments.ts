import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { isFaceValue } from '../../../rules/money/payment/cash-count.ts'
import { maxPile } from '../../../rules/money/payment/counter.ts'
import { paymentMeans } from '../../../rules/money/payment/payment.ts'
import { handedOverMeans, maxSlipPayments } from '../../../rules/money/payment/till.ts'
import { maxSums } from '../../../rules/money/payment/together.ts'
import { voucherMeans } from '../../../rules/money/payment/vouchers.ts'
import { recordedDecisionKinds } from '../../../rules/money/recovery/debt-decision.ts'
import { debtMarks } from '../../../rules/money/recovery/debt-mark.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure } from '../../procedure.ts'
import { balanceFilterFields, familyPage, ListedFamily } from '../people/families.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Cents = z.int()
const Means = z.enum(paymentMeans)
const ReceivedCents = CentsNumber.positive('Le montant d’un règlement doit être supérieur à zéro.').max(
  10_000_000,
  'Ce montant est trop grand pour un règlement.',
)
/** The details of a payment typed at the counter; see `CounterDetails`. */
const details = {
  documentNumber: Line.default(''),
  bank: Line.default(''),
  issuer: Line.default(''),
  givenCents: CentsNumber.nullable().default(null),
  heldUntil: DayText.nullable().default(null),
}
/** Absent: the first régie. */
const RegieId = Id.default(firstRegieId)

export const Payer = z.object({
  /** Null for a third party. */
  familyId: Id.nullable(),
  /** Null for a home. */
  thirdPartyId: Id.nullable(),
  /** The name of the home or third party. */
  family: z.string(),
  guardians: z.string(),
  children: z.string(),
  phone: z.string(),
  balanceCents: Cents,
})
export type Payer = z.infer<typeof Payer>

/** A debt: exactly one id is set, of an invoice or of a balance carried over from another program. */
const Payable = z.object({ invoiceId: Id.nullable(), openingDebtId: Id.nullable() })

const OpenDebt = Payable.extend({
  /** « Facture n° 2026-000123 », « Solde repris au 31/08/2026 » */
  name: z.string(),
  on: DayOut,
  /** Null: carried over to the next invoice. */
  dueOn: DayOut.nullable(),
  /** « octobre 2026 »; empty for a carried-over balance. */
  period: z.string(),
  totalCents: Cents,
  leftCents: Cents,
  /** The amount of `leftCents` that vouchers of each means may pay. */
  voucherCents: z.record(z.enum(voucherMeans), Cents),
})

export const PayerDebts = z.object({
  /** Null for a third party. */
  familyId: Id.nullable(),
  /** Null for a home. */
  thirdPartyId: Id.nullable(),
  /** The name of the home or third party. */
  family: z.string(),
  /** Empty for a third party. */
  familyNumber: z.string(),
  debtor: z.string(),
  addressLines: z.array(z.string()),
  /** Oldest first. */
  debts: z.array(OpenDebt),
  /**
   * Debts that the Treasury collects: when one of them is chosen, a payment keeps its money apart for the Treasury.
   * Oldest first.
   */
  atTreasury: z.array(Payable.extend({ name: z.string(), period: z.string(), leftCents: Cents })),
  /** Prepaid, credited or carried-over amounts that no debt uses yet; used before the next payment. */
  creditCents: Cents,
  balanceCents: Cents,
  /** The marks of the debts at all régies, shown on the page of a home; empty for a third party. */
  marks: z.array(z.enum(debtMarks)),
  /** The balance of the payer at other régies, where payments are recorded separately. */
  elsewhere: z.array(z.object({ regieId: Id, regie: z.string(), balanceCents: Cents })),
  nextReceipt: z.string(),
  /** Why the régie takes no money from the payer; null when it does. */
  refusal: z.string().nullable(),
})
export type PayerDebts = z.infer<typeof PayerDebts>

export const Payment = z.object({
  id: Id,
  /** Null for a payment of a home. */
  thirdPartyId: Id.nullable(),
  regieId: Id,
  /** Null for a payment of a third party. */
  familyId: Id.nullable(),
  /** The name of the home or third party. */
  family: z.string(),
  receivedOn: DayOut,
  /** The day on which the books count the payment: the first open one when the day of receipt is closed. */
  bookedOn: DayOut,
  recordedAt: z.string(),
  receipt: z.string(),
  means: Means,
  amountCents: Cents,
  payer: z.string(),
  /** Number, bank and issuer of a cheque, authorisation of a card, reference of a transfer, in one line. */
  reference: z.string(),
  givenCents: Cents.nullable(),
  heldUntil: DayOut.nullable(),
  /** The debts that this payment settles, or for which it keeps money until the Treasury gets it. */
  parts: z.array(Payable.extend({ name: z.string(), cents: Cents })),
  /** The part of the payment that settles no debt yet. */
  creditCents: Cents,
  /** The part that was given back, or is kept for a refund. */
  refundedCents: Cents,
  cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
  recordedBy: z.string(),
})
export type Payment = z.infer<typeof Payment>

export const UnresolvedOnlinePayment = z.object({
  /** Id of the payment attempt on the portal. */
  attemptId: z.string(),
  /**
   * `noFamily`: the named family is unknown here; `differs`: PayFiP confirmed another amount or debt than requested.
   * Neither is entered in the accounts. `overpaid`: entered, with the excess as a credit of the family.
   */
  why: z.enum(['unreadable', 'noFamily', 'differs', 'overpaid']),
  /** Null when the message cannot be read. */
  amountCents: Cents.nullable(),
  paidOn: DayOut,
  /** PayFiP's id and authorisation number, and the invoice named by the portal. */
  reference: z.string(),
  /** The family that paid, if known, for a payment that is not entered in the accounts. */
  family: z.object({ id: Id, name: z.string() }).nullable(),
  /** The payment, once entered in the accounts. */
  payment: z.object({ familyId: Id, family: z.string(), receipt: z.string(), creditCents: Cents }).nullable(),
})
export type UnresolvedOnlinePayment = z.infer<typeof UnresolvedOnlinePayment>

export const AccountLine = z.object({
  on: DayOut,
  regieId: Id,
  /** `opening`: the balance carried over from another program. */
  kind: z.enum(['opening', 'invoice', 'creditNote', 'payment', 'cancelled', 'decision', 'refund']),
  /** Id of the invoice, payment, decision…, according to `kind`. */
  id: Id,
  piece: z.string(),
  detail: z.string(),
  /** The amount by which the debt grows; zero for a line that reduces it. */
  chargedCents: Cents,
  settledCents: Cents,
  balanceCents: Cents,
  /** The part of an invoice or carried-over balance that is still to pay. */
  leftCents: Cents,
  /** The due day; null when there is nothing to pay. */
  dueOn: DayOut.nullable(),
  /** The part of a debt that the Treasury has to collect. */
  treasuryCents: Cents,
  /** The decision by which the town gave up a part of an invoice; null when there is none. */
  givenUp: z.enum(recordedDecisionKinds).nullable(),
  /** Whether it is a decision that can be cancelled. */
  isCancellable: z.boolean(),
})
export type AccountLine = z.infer<typeof AccountLine>

export const HandOverQueue = z.object({
  /** Oldest first, at most as many as fit on one deposit slip. */
  lines: z.array(
    z.object({
      paymentId: Id,
      receipt: z.string(),
      family: z.string(),
      payer: z.string(),
      reference: z.string(),
      receivedOn: DayOut,
      /** Negative for a payment that was handed over and cancelled since. */
      amountCents: Cents,
    }),
  ),
  /** The number of all waiting payments. */
  waiting: z.int(),
  /** Refunds in cash since the last slip of cash: the next slip deducts all of them. */
  refunds: z.array(z.object({ refundId: Id, family: z.string(), reason: z.string(), paidOn: DayOut, cents: Cents })),
})
export type HandOverQueue = z.infer<typeof HandOverQueue>

/** « Bordereau de remise »: the list of payments handed over to the public treasury together. */
export const DepositSlip = z.object({
  id: Id,
  regieId: Id,
  /** « B2026-000012 » */
  number: z.string(),
  means: z.enum(handedOverMeans),
  handedOn: DayOut,
  handedBy: z.string(),
  /** Number of payments on the slip; 0 once the slip is cancelled. */
  count: z.int(),
  totalCents: Cents,
  cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
})
export type DepositSlip = z.infer<typeof DepositSlip>

/** The cash drawer at the end of a day. */
export const Till = z.object({
  floatCents: Cents,
  /** Cash received and not handed over yet. */
  receivedCents: Cents,
  /** The float plus the cash received. */
  expectedCents: Cents,
  /** Cash beside the float that must be handed over once it is reached; 0: the régie has no ceiling. */
  ceilingCents: Cents,
  /** The last closed day: cash entries dated on or before it are locked. */
  closedOn: DayOut.nullable(),
  /** How this day was closed; null while it is open. */
  closing: z
    .object({
      expectedCents: Cents,
      countedCents: Cents,
      /** The notes and coins counted, largest first; null when only the total was typed. */
      faces: z.array(z.object({ faceCents: z.int(), count: z.int() })).nullable(),
      note: z.string(),
      closedAt: z.custom<Instant>((value) => typeof value === 'string'),
      closedBy: z.string(),
    })
    .nullable(),
})
export type Till = z.infer<typeof Till>

/** An invoice that a cheque of a pile pays. */
export const PileDebt = z.object({
  invoiceId: Id,
  /** « Facture n° 2026-000123 » */
  name: z.string(),
  payer: z.string(),
  debtor: z.string(),
  leftCents: Cents,
})
export type PileDebt = z.infer<typeof PileDebt>

export const payments = {
  /** The list of families, which can be filtered and sorted by balance. */
  families: procedure('invoices.read')
    .input(z.object({ ...familyPage, ...balanceFilterFields }))
    .output(z.object({ total: z.int(), rows: z.array(ListedFamily) })),
  /** Finds homes by name, child, phone or invoice number, and third parties by name, SIRET or invoice number. */
  find: procedure('invoices.read')
    .input(z.object({ text: Line }))
    .output(z.array(Payer)),
  owed: procedure('invoices.read')
    .input(
      z.object({
        /** Null: the debts of the third party. */
        familyId: Id.nullable(),
        thirdPartyId: Id.optional(),
        regieId: RegieId,
      }),
    )
    .output(PayerDebts),
  record: procedure('payments')
    .input(
      z.object({
        /** Null: the third party pays. */
        familyId: Id.nullable(),
        thirdPartyId: Id.optional(),
        regieId: RegieId,
        means: Means,
        amountCents: ReceivedCents,
        receivedOn: DayText,
        payer: Line,
        reference: Line,
        ...details,
        /** Null: settle the oldest debts first, using older credit before the new money. */
        chosen: z.array(Payable.extend({ cents: CentsNumber })).nullable(),
      }),
    )
    .output(Payment),
  /** Records several payments that one payer makes together: all of them, or none. One paper holds their receipts. */
  recordTogether: procedure('payments')
    .input(
      z.object({
        /** Null: the third party pays. */
        familyId: Id.nullable(),
        thirdPartyId: Id.optional(),
        regieId: RegieId,
        receivedOn: DayText,
        payer: Line,
        sums: z
          .array(z.object({ means: Means, amountCents: ReceivedCents, reference: Line, ...details }))
          .min(2, 'Il faut deux sommes au moins.')
          .max(maxSums, `${maxSums} sommes à la fois, au plus.`),
        /** Null: settle the oldest debts first, using older credit before the new money. */
        debts: z.array(Payable).nullable(),
      }),
    )
    .output(z.array(Payment)),
  /** The debt of an invoice, by its number as typed or scanned from the coupon. */
  debt: procedure('invoices.read')
    .input(z.object({ regieId: RegieId, text: Line }))
    .output(PileDebt),
  /** Records a pile of cheques in one act: all of them, or none. */
  recordPile: procedure('payments')
    .input(
      z.object({
        regieId: RegieId,
        receivedOn: DayText,
        /** The total that the person counted. */
        totalCents: CentsNumber,
        cheques: z
          .array(
            z.object({
              invoiceId: Id,
              /** The unpaid amount of the invoice when the person read it. */
              leftCents: CentsNumber,
              amountCents: ReceivedCents,
              documentNumber: Line,
              bank: Line,
              issuer: Line,
            }),
          )
          .min(1, 'La pile est vide.')
          .max(maxPile, `Une pile compte ${maxPile} chèques au plus.`),
      }),
    )
    .output(z.object({ first: z.string(), last: z.string(), count: z.int(), totalCents: Cents, bookedOn: DayOut })),
  cancel: procedure('payments.cancel')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(Payment),
  /** Payments that a régie received on a day, newest first, with the total for each means of payment. */
  day: procedure('invoices.read')
    .input(z.object({ day: DayText, regieId: RegieId }))
    .output(
      z.object({
        payments: z.array(Payment),
        byMeans: z.array(z.object({ means: Means, count: z.int(), cents: Cents })),
        totalCents: Cents,
      }),
    ),
  /** The cash journal of a régie, for one means of payment or all. `from` and `to` are included. */
  journal: procedure('invoices.read')
    .input(
      z.object({
        regieId: RegieId,
        from: DayText,
        to: DayText,
        means: Means.nullable(),
        format: z.enum(['pdf', 'xlsx', 'csv']),
      }),
    )
    .output(z.instanceof(File)),
  toHandOver: procedure('invoices.read')
    .input(z.object({ means: z.enum(handedOverMeans), regieId: RegieId }))
    .output(HandOverQueue),
  /** Refused when somebody else has handed over or cancelled one of these payments since they were read. */
  handOver: procedure('payments')
    .input(
      z.object({
        regieId: RegieId,
        means: z.enum(handedOverMeans),
        paymentIds: z
          .array(Id)
          .min(1, 'Choisissez ce que vous remettez.')
          .max(maxSlipPayments, `Un bordereau compte ${maxSlipPayments} règlements au plus.`),
        /** The total that the person counted, less the refunds that the slip deducts. */
        totalCents: CentsNumber,
      }),
    )
    .output(DepositSlip),
  cancelSlip: procedure('payments.cancel')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(DepositSlip),
  /** The latest slips of a régie, newest first. */
  slips: procedure('invoices.read')
    .input(z.object({ regieId: RegieId }).default({ regieId: firstRegieId }))
    .output(z.array(DepositSlip)),
  slip: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
  till: procedure('invoices.read')
    .input(z.object({ day: DayText, regieId: RegieId }))
    .output(Till),
  closeTill: procedure('payments')
    .input(
      z.object({
        day: DayText,
        regieId: RegieId,
        countedCents: CentsNumber.min(0, 'Un compte n’est jamais négatif.').max(
          10_000_000,
          'Ce montant est trop grand pour une caisse.',
        ),
        /** The notes and coins that make this amount; null when only the total was typed. */
        faces: z
          .array(
            z.object({
              faceCents: z.int().refine(isFaceValue, 'Aucun billet ni aucune pièce n’a cette valeur.'),
              count: z
                .int('Un nombre de billets ou de pièces est entier.')
                .min(0, 'Jamais négatif.')
                .max(100_000, 'Ce nombre est trop grand pour une caisse.'),
            }),
          )
          .nullable()
          .default(null),
        /** Required when the counted amount differs from the expected one. */
        note: Note,
      }),
    )
    .output(Till),
  reopenTill: procedure('payments.cancel')
    .input(z.object({ day: DayText, regieId: RegieId, reason: Note.min(1, 'Dites pourquoi elle est rouverte.') }))
    .output(Till),
  /**
   * Online payments that could not be matched automatically, or that exceed the debt: listed until staff resolve them.
   */
  toCheck: procedure('invoices.read').output(z.array(UnresolvedOnlinePayment)),
  credit: procedure('payments')
    .input(z.object({ attemptId: z.string(), familyId: Id }))
    .output(z.object({ receipt: z.string() })),
  /** Marks an online payment as resolved, with an explanation. The accounts do not change. */
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
