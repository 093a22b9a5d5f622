import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { keptCauses, outstandingColumns, outstandingFormats } from '../../../rules/money/recovery/outstanding.ts'
import { firstRegieId } from '../../../rules/money/regie.ts'
import { CentsNumber, Id, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
/** Absent: the first régie. */
const RegieId = Id.default(firstRegieId)
/** Exactly one of the two is set. */
const Payer = z.object({ familyId: Id.nullable(), thirdPartyId: Id.nullable() })
const Columns = z.array(z.enum(outstandingColumns))

export const Outstanding = z.object({
  on: DayOut,
  /** Payers who owe less are not handed over. */
  transmitFromCents: z.int(),
  /** The columns of the files made from now on. */
  columns: Columns,
  /** Payers who got a reminder for a debt, by name. */
  payers: z.array(
    Payer.extend({
      /** « f12 », « t3 » */
      key: z.string(),
      name: z.string(),
      /** The number of debts to hand over; 0 when none can be. */
      debts: z.int(),
      cents: z.int(),
      /** Whether the payer got the reminders of every level. */
      isProposed: z.boolean(),
      kept: z.array(z.object({ number: z.string(), cents: z.int(), cause: z.enum(keptCauses), why: z.string() })),
    }),
  ),
  /** The lists handed over, newest first. */
  statements: z.array(
    z.object({
      id: Id,
      regieId: Id,
      number: z.string(),
      madeOn: DayOut,
      amountCents: z.int(),
      debtors: z.int(),
      by: z.string(),
    }),
  ),
})
export type Outstanding = z.infer<typeof Outstanding>

export const maxDebtors = 1000

/** Calls of `recovery` about debts that the Treasury is to collect. */
export const outstandingCalls = {
  outstanding: procedure('invoices.read')
    .input(z.object({ regieId: RegieId }))
    .output(Outstanding),
  /** Refused when one of these payers no longer owes the amount shown. */
  handOverDebts: procedure('debtDecisions')
    .input(
      z.object({
        regieId: RegieId,
        payers: z
          .array(Payer.extend({ cents: CentsNumber }))
          .min(1, 'Choisissez qui transmettre.')
          .max(maxDebtors, '1 000 débiteurs au plus par état\u00a0: faites-en plusieurs.'),
      }),
    )
    .output(z.object({ id: Id, number: z.string(), debtors: z.int(), cents: z.int() })),
  /** A file of a list, which always has the same bytes. */
  statementFile: procedure('invoices.read')
    .input(z.object({ id: Id, format: z.enum(outstandingFormats) }))
    .output(z.instanceof(File)),
  saveOutstandingRules: procedure('debtDecisions')
    .input(
      z.object({
        regieId: RegieId,
        transmitFromCents: CentsNumber.min(0, 'Jamais négatif.').max(100_000, 'De 0 à 1 000 euros.'),
        columns: Columns.min(1, 'Gardez au moins une colonne.'),
      }),
    )
    .output(z.object({ id: Id })),
}
