import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { treasuryPaymentKinds } from '../../../rules/money/recovery/treasury.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
/** Absent: the first régie. */
const RegieId = Id.default(firstRegieId)
/** Exactly one of the two is set. */
const Payer = z.object({ familyId: Id.nullable(), thirdPartyId: Id.nullable() })
/** Exactly one of the two is set. */
const DebtKey = z.object({ invoiceId: Id.nullable(), openingDebtId: Id.nullable() })

/** The debts that a régie handed to the Treasury, and what the Treasury reported about them. */
export const Treasury = z.object({
  /** Debts that the Treasury has not reported as entirely paid, the last handed over first. */
  debts: z.array(
    Payer.extend({
      ...DebtKey.shape,
      regieId: Id,
      payer: z.string(),
      number: z.string(),
      sentOn: DayOut,
      /** The amount handed over, less what was taken back or written off. */
      sentCents: z.int(),
      paidCents: z.int(),
      /**
       * The part to be taken off that still waits: a requested reduction, or money kept at the régie for the Treasury.
       */
      waitingCents: z.int(),
      /** The part of it that the régie received and must hand over. */
      keptCents: z.int(),
      /** The credit of the payer at the régie. */
      aheadCents: z.int(),
    }),
  ),
  /** Reports of the Treasury and requests to it: those that wait come first, then the newest. */
  reported: z.array(
    Payer.extend({
      ...DebtKey.shape,
      id: Id,
      regieId: Id,
      payer: z.string(),
      number: z.string(),
      kind: z.enum(treasuryPaymentKinds),
      /** Null when the Treasury reported it without a request. */
      askedOn: DayOut.nullable(),
      /** Null while it waits. */
      paidOn: DayOut.nullable(),
      reason: z.string(),
      amountCents: z.int(),
      cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
    }),
  ),
})
export type Treasury = z.infer<typeof Treasury>

/** Calls of `recovery` about debts at the Treasury. */
export const treasuryCalls = {
  treasury: procedure('invoices.read')
    .input(z.object({ regieId: RegieId }))
    .output(Treasury),
  /** Records that the Treasury reported the debt as paid, entirely or in part. */
  tellPaid: procedure('debtDecisions')
    .input(DebtKey.extend({ amountCents: CentsNumber, paidOn: DayText }))
    .output(z.object({ id: Id })),
  /** « Réduction à demander »: replaces a credit note, which a régie cannot make for a debt at the Treasury. */
  askReduction: procedure('debtDecisions')
    .input(DebtKey.extend({ amountCents: CentsNumber, reason: Note.min(1, 'Indiquez le motif.').max(200) }))
    .output(z.object({ id: Id })),
  /** Records that the ordonnateur reduced the titre. */
  tellReduced: procedure('debtDecisions')
    .input(z.object({ id: Id, paidOn: DayText }))
    .output(z.object({ id: Id })),
  /** « À reverser »: keeps this amount of the payer's credit, which came for this debt. */
  keepMoney: procedure('debtDecisions')
    .input(DebtKey.extend({ amountCents: CentsNumber }))
    .output(z.object({ cents: z.int() })),
  /** Records that kept money was handed over to the Treasury: all of these amounts, or none. */
  forwardMoney: procedure('debtDecisions')
    .input(z.object({ regieId: RegieId, ids: z.array(Id).min(1).max(200), paidOn: DayText, reference: Line }))
    .output(z.object({ cents: z.int() })),
  cancelTold: procedure('debtDecisions')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(z.object({ id: Id })),
  /** Makes a debt that the Treasury did not collect due to the régie again, with the Treasury's agreement. */
  takeBackDebt: procedure('debtDecisions')
    .input(DebtKey.extend({ reason: Note.min(1, 'Indiquez l’accord de la Trésorerie.').max(200) }))
    .output(z.object({ cents: z.int() })),
}
