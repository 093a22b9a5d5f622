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

/** What a régie handed to the Treasury, and what the Treasury told. */
export const Treasury = z.object({
  /** Not wholly told paid; those handed over last come first. */
  debts: z.array(
    Payer.extend({
      ...DebtKey.shape,
      regieId: Id,
      payer: z.string(),
      number: z.string(),
      sentOn: DayOut,
      /** Less what was taken back or written off. */
      sentCents: z.int(),
      paidCents: z.int(),
      /** Asked to be taken off, or kept for it at the régie, and not yet. */
      waitingCents: z.int(),
      /** What of that came to the régie: to be handed over. */
      keptCents: z.int(),
      /** What payments of the payer have ahead at the régie. */
      aheadCents: z.int(),
    }),
  ),
  /** What was told, and what is asked: that comes first while it waits; newest first. */
  told: z.array(
    Payer.extend({
      ...DebtKey.shape,
      id: Id,
      regieId: Id,
      payer: z.string(),
      number: z.string(),
      kind: z.enum(treasuryPaymentKinds),
      /** Null for what the Treasury told without being asked. */
      askedOn: DayOut.nullable(),
      /** Null: it waits. */
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
  /** The Treasury told that it was paid, all or a part. */
  tellPaid: procedure('debtDecisions')
    .input(DebtKey.extend({ amountCents: CentsNumber, paidOn: DayText }))
    .output(z.object({ id: Id })),
  /** « Réduction à demander »: in the place of a credit note, which no régie makes of a debt at the Treasury. */
  askReduction: procedure('debtDecisions')
    .input(DebtKey.extend({ amountCents: CentsNumber, reason: Note.min(1, 'Indiquez le motif.').max(200) }))
    .output(z.object({ id: Id })),
  /** The ordonnateur reduced the titre. */
  tellReduced: procedure('debtDecisions')
    .input(z.object({ id: Id, paidOn: DayText }))
    .output(z.object({ id: Id })),
  /** « À reverser »: so much of what the payer has ahead came for this debt. */
  keepMoney: procedure('debtDecisions')
    .input(DebtKey.extend({ amountCents: CentsNumber }))
    .output(z.object({ cents: z.int() })),
  /** What was kept is handed over to the Treasury: all of these, or none. */
  forwardMoney: procedure('debtDecisions')
    .input(z.object({ regieId: RegieId, ids: z.array(Id).min(1).max(200), paidOn: DayText, reference: Line }))
    .output(z.object({ cents: z.int() })),
  cancelTold: procedure('debtDecisions')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(z.object({ id: Id })),
  /** With the Treasury's agreement: what it did not collect is due to the régie again. */
  takeBackDebt: procedure('debtDecisions')
    .input(DebtKey.extend({ reason: Note.min(1, 'Indiquez l’accord de la Trésorerie.').max(200) }))
    .output(z.object({ cents: z.int() })),
}
