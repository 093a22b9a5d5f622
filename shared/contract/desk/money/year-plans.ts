import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { CentsNumber, DayText, Id, procedure, RequiredLine } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Cents = z.int()

/** « Mensualisation »: the equal parts in which a home pays a school year. */
const YearPlan = z.object({
  id: Id,
  familyId: Id,
  regieId: Id,
  regie: z.string(),
  madeOn: DayOut,
  by: z.string(),
  /** The due day of the final balance, which the parts do not pay. */
  balanceOn: DayOut,
  /** `over`: the day of the final balance has passed. */
  state: z.enum(['standing', 'ended', 'over']),
  endReason: z.string(),
  parts: z.array(
    z.object({
      id: Id,
      dueOn: DayOut,
      cents: Cents,
      /**
       * `free`: no collection includes it. `announced`: a frozen one does. `returned`: its debit came back, and it is
       * free again.
       */
      state: z.enum(['free', 'announced', 'taken', 'returned']),
    }),
  ),
  billedCents: Cents,
  takenCents: Cents,
  /** Billed and not collected yet. */
  leftCents: Cents,
  /** Collected and not billed yet. */
  aheadCents: Cents,
  /** Whether the home has an active mandate; nothing can be collected without one. */
  hasMandate: z.boolean(),
})
export type YearPlan = z.infer<typeof YearPlan>

const YearProposal = z.object({
  /** The amount still to bill for the school year according to the present bookings. */
  cents: Cents,
  /** Booked days left out because they have no price. */
  unpricedDays: z.int(),
  firstOn: DayOut,
  count: z.int(),
  balanceOn: DayOut,
  noticeDays: z.int(),
  leastCents: Cents,
  hasMandate: z.boolean(),
})
export type YearProposal = z.infer<typeof YearProposal>

const wish = {
  cents: CentsNumber,
  firstOn: DayText,
  count: z.int('Le nombre de mensualités est un nombre entier.'),
  balanceOn: DayText,
}

export const yearPlanCalls = {
  /** Newest first. */
  yearPlansOfFamily: procedure('mandates')
    .input(z.object({ familyId: Id }))
    .output(z.array(YearPlan)),
  proposeYear: procedure('debits')
    .input(z.object({ familyId: Id, regieId: Id }))
    .output(YearProposal),
  makeYearPlan: procedure('debits')
    .input(z.object({ familyId: Id, regieId: Id, ...wish }))
    .output(YearPlan),
  /** Replaces the parts from the first of the given days on. */
  changeYearPlan: procedure('debits')
    .input(z.object({ id: Id, ...wish }))
    .output(YearPlan),
  endYearPlan: procedure('debits')
    .input(z.object({ id: Id, reason: RequiredLine }))
    .output(YearPlan),
  /** « Échéancier annuel » on paper. */
  yearPlanFile: procedure('mandates')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
}
