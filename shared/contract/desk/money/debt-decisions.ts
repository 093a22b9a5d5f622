import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { debtDecisionKinds, recordedDecisionKinds } from '../../../rules/money/recovery/debt-decision.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
/** Absent: the first régie. */
const RegieId = Id.default(firstRegieId)
/** Exactly one of the two is set. */
const Payer = z.object({ familyId: Id.nullable(), thirdPartyId: Id.nullable() })
/** Exactly one of the two is set. */
const DebtKey = z.object({ invoiceId: Id.nullable(), openingDebtId: Id.nullable() })

/** The debts of a payer at a régie that a decision can take off, and the decisions taken. */
export const Decidable = z.object({
  debts: z.array(
    DebtKey.extend({
      /** « Facture n° 2026-000123 » */
      name: z.string(),
      period: z.string(),
      leftCents: z.int(),
      treasuryCents: z.int(),
      busy: z.enum(['collected', 'paying']).nullable(),
    }),
  ),
  /** What the payer owes to the régie. */
  balanceCents: z.int(),
  /** The last closed day of the régie; null when none is closed. */
  closedThrough: DayOut.nullable(),
  /** Newest first. */
  decisions: z.array(
    z.object({
      id: Id,
      kind: z.enum(debtDecisionKinds),
      /** « Remise gracieuse, Conseil municipal, n° 2026-14 » */
      text: z.string(),
      decidedOn: DayOut,
      onDay: DayOut,
      reason: z.string(),
      /** The amount that the decision takes off at present. */
      cents: z.int(),
      by: z.string(),
      cancelled: z.object({ on: DayOut, reason: z.string() }).nullable(),
    }),
  ),
})
export type Decidable = z.infer<typeof Decidable>

/** Calls of `recovery` about decisions that take debts off a payer. */
export const debtDecisionCalls = {
  decidable: procedure('invoices.read')
    .input(Payer.extend({ regieId: RegieId }))
    .output(Decidable),
  /** Records a remission or a write-off of whole debts, or of parts of them. */
  decide: procedure('debtDecisions')
    .input(
      Payer.extend({
        regieId: RegieId,
        kind: z.enum(recordedDecisionKinds),
        organ: Line,
        number: Line,
        decidedOn: DayText,
        reason: Note,
        parts: z.array(DebtKey.extend({ cents: CentsNumber })).max(200, '200 dettes au plus à la fois.'),
      }),
    )
    .output(z.object({ id: Id, cents: z.int(), onDay: DayOut })),
  /** Cancels a decision: its debts are due again as before. */
  cancelDecision: procedure('debtDecisions')
    .input(z.object({ id: Id, reason: Note.min(1, 'Indiquez le motif de l’annulation.') }))
    .output(z.object({ id: Id })),
}
