import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { maxQuotientMonths, whyNotYearlyDate } from '../../rules/price/quotient-validity.ts'
import { DayText, Id, Line, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

const noSuchDate = 'Cette date n’existe pas\u00a0: écrivez-la comme «\u00a031/12\u00a0».'
const YearlyDate = z
  .object({
    month: z.int().min(1, noSuchDate).max(12, noSuchDate),
    date: z.int().min(1, noSuchDate).max(31, noSuchDate),
  })
  .superRefine((date, context) => {
    const message = whyNotYearlyDate(date)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

const monthsText = `De 1 à ${maxQuotientMonths} mois.`
export const QuotientRuleValue = z.object({
  holds: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('until'), date: YearlyDate }),
    z.object({
      kind: z.literal('months'),
      months: z.int(monthsText).min(1, monthsText).max(maxQuotientMonths, monthsText),
    }),
  ]),
  without: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('top') }),
    z.object({ kind: z.literal('lastKnown'), until: YearlyDate }),
  ]),
})

/** A home whose quotient counts no more, or not much longer. */
export const ExpiringQuotient = z.object({
  familyId: Id,
  family: z.string(),
  /** « Camille et Julien Marchand » */
  guardians: z.string(),
  phone: z.string(),
  /** `unknown`: none was ever recorded. */
  state: z.enum(['ended', 'lastKnown', 'soon', 'unknown']),
  /** The latest recorded value; null when none is known. */
  value: z.number().nullable(),
  source: z.string(),
  fromDay: DayOut.nullable(),
  /** Its last day; null when none was recorded. */
  lastDay: DayOut.nullable(),
  /** The last day priced with it as the last known one; null when the highest price follows at once. */
  lastKnownUntil: DayOut.nullable(),
  /** Whether someone of the home can read on the portal what the service asks. */
  hasAccess: z.boolean(),
  /** The request for a new paper that is still open. */
  asked: z.object({ at: InstantOut, by: z.string(), dueOn: DayOut }).nullable(),
  /** A paper of the CAF or the MSA that waits to be read. */
  hasSent: z.boolean(),
})
export type ExpiringQuotient = z.infer<typeof ExpiringQuotient>

const Until = z.object({ until: DayText })

export const quotients = {
  rule: procedure('loggedIn').output(z.object({ rule: QuotientRuleValue.nullable() })),
  /** How many homes a rule would leave today without a quotient, and how many with the last known one. */
  tryRule: procedure('organisation')
    .input(z.object({ rule: QuotientRuleValue.nullable() }))
    .output(z.object({ homes: z.int(), ended: z.int(), lastKnown: z.int() })),
  saveRule: procedure('organisation').input(z.object({ rule: QuotientRuleValue.nullable() })),
  /** « QF qui expirent »: homes with a registered child whose quotient counts no longer than that day. */
  expiring: procedure('families.read')
    .input(Until)
    .output(z.object({ total: z.int(), rows: z.array(ExpiringQuotient) })),
  expiringFile: procedure('families.read')
    .input(Until.extend({ format: z.enum(['pdf', 'xlsx', 'csv']) }))
    .output(z.instanceof(File)),
  /** Asks homes for their new paper on the portal; a home already asked is not asked twice. */
  ask: procedure('families.write')
    .input(z.object({ familyIds: z.array(Id).min(1).max(5000), note: Line, dueOn: DayText }))
    .output(z.object({ asked: z.int(), askedBefore: z.int(), withoutAccess: z.array(z.string()) })),
}
