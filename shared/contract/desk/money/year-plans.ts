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
  /** The day on which what the parts leave is due. */
  balanceOn: DayOut,
  /** `over`: the day of its balance has passed. */
  state: z.enum(['standing', 'ended', 'over']),
  endReason: z.string(),
  parts: z.array(
    z.object({
      id: Id,
      dueOn: DayOut,
      cents: Cents,
      /** `free`: no collection took it. `announced`: a frozen one takes it. `returned`: it came back, and is free again. */
      state: z.enum(['free', 'announced', 'taken', 'returned']),
    }),
  ),
  billedCents: Cents,
  takenCents: Cents,
  /** Billed and not taken yet. */
  leftCents: Cents,
  /** Taken and not billed yet. */
  aheadCents: Cents,
  /** Whether the home has an active mandate; without one, nothing is collected. */
  hasMandate: z.boolean(),
})
export type YearPlan = z.infer<typeof YearPlan>

const YearProposal = z.object({
  /** What runs will still bill of the school year, from what is booked today. */
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
  /** Other parts take the place of those from the first day on. */
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
