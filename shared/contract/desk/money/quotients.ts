import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day, Instant, Month } from '../../../rules/calendar/day.ts'
import { maxQuotientMonths, whyNotYearlyDate } from '../../../rules/quotient/validity.ts'
import { civilStatusShape } from '../../civil-status.ts'
import { DayText, Id, Line, MonthText, procedure } from '../../procedure.ts'

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
/** The shape of a `QuotientRule`. */
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

/** A home whose quotient no longer counts, or counts only for a short time. */
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

/**
 * A guardian's consent to a request for the quotient at the CAF or the MSA, with the civil status that the request
 * needs.
 */
export const QuotientConsent = z.object({
  id: Id,
  familyId: Id,
  guardianId: Id,
  /** « Camille Marchand » */
  guardian: z.string(),
  givenOn: DayOut,
  givenBy: z.enum(['paper', 'counter', 'portal']),
  /** The day of withdrawal: since then the service no longer asks, and has deleted the civil status. */
  revokedOn: DayOut.nullable(),
  birthName: z.string(),
  firstNames: z.string(),
  civilSex: z.enum(['F', 'M']).nullable(),
  bornOn: DayOut.nullable(),
  birthCountry: z.string(),
  birthTown: z.string(),
})
export type QuotientConsent = z.infer<typeof QuotientConsent>

export const ConsentInput = z.object({
  familyId: Id,
  guardianId: Id,
  givenOn: DayText,
  givenBy: z.enum(['paper', 'counter', 'portal']),
  ...civilStatusShape,
})
export type ConsentInput = z.output<typeof ConsentInput>

/** What the fund answered for one home, beside what is recorded. */
export const ConsultedHome = z.object({
  familyId: Id,
  family: z.string(),
  guardian: z.string(),
  /** `silent`: no quotient came; `said` gives the reason. */
  state: z.enum(['different', 'same', 'silent']),
  /** « 727, jusqu’au 31/12/2026 »; empty without any. */
  here: z.string(),
  /** « QF 640 (CAF) » */
  there: z.string(),
  /** The month of the quotient that came. */
  month: z.custom<Month>().nullable(),
  /** Why the answer may concern another person of the same name. */
  doubts: z.array(z.string()),
  said: z.string(),
})
export type ConsultedHome = z.infer<typeof ConsultedHome>

/**
 * What the fund answered. `ticket` names these answers, which the desk keeps until some are accepted; `fromDay` is the
 * first day that they would price.
 */
export const Consulted = z.object({ ticket: z.string(), fromDay: DayOut, rows: z.array(ConsultedHome) })
export type Consulted = z.infer<typeof Consulted>

const ApiService = z.enum(['production', 'staging'])

const Until = z.object({ until: DayText })

export const quotients = {
  rule: procedure('loggedIn').output(z.object({ rule: QuotientRuleValue.nullable() })),
  /** How many homes would have no quotient today under a rule, and how many the last known one. */
  tryRule: procedure('organisation')
    .input(z.object({ rule: QuotientRuleValue.nullable() }))
    .output(z.object({ homes: z.int(), ended: z.int(), lastKnown: z.int() })),
  saveRule: procedure('organisation').input(z.object({ rule: QuotientRuleValue.nullable() })),
  /** « QF qui expirent »: homes with a registered child whose quotient no longer counts on that day. */
  expiring: procedure('families.read')
    .input(Until)
    .output(z.object({ total: z.int(), rows: z.array(ExpiringQuotient) })),
  expiringFile: procedure('families.read')
    .input(Until.extend({ format: z.enum(['pdf', 'xlsx', 'csv']) }))
    .output(z.instanceof(File)),
  /** Requests the new paper from homes on the portal; a home that was asked already is not asked again. */
  ask: procedure('families.write')
    .input(z.object({ familyIds: z.array(Id).min(1).max(5000), note: Line, dueOn: DayText }))
    .output(z.object({ asked: z.int(), askedBefore: z.int(), withoutAccess: z.array(z.string()) })),

  /** Which service of API Particulier this computer uses, or why it cannot use any; never the token itself. */
  access: procedure('families.read').output(
    z.object({ service: ApiService.nullable(), problem: z.string().nullable() }),
  ),
  saveAccess: procedure('organisation').input(z.object({ token: z.string().max(4000), service: ApiService })),
  removeAccess: procedure('organisation'),
  consents: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(QuotientConsent)),
  giveConsent: procedure('families.write').input(ConsentInput),
  revokeConsent: procedure('families.write').input(z.object({ id: Id, on: DayText })),
  /** How many homes that have not left the service have a consent in force. */
  consented: procedure('families.read').output(z.object({ homes: z.int() })),
  /** Queries the fund for one home, or for all homes that consented. Records nothing; closing the stream stops it. */
  consult: procedure('families.write')
    .input(
      z.object({
        familyIds: z.array(Id).min(1).max(5000).nullable(),
        month: MonthText.nullable(),
        fromDay: DayText,
      }),
    )
    .output(
      eventIterator(
        z.union([
          z.object({ step: z.literal('working'), done: z.int(), total: z.int(), note: z.string().optional() }),
          z.object({ step: z.literal('done'), result: Consulted }),
        ]),
      ),
    ),
  /** Records the chosen answers of a consultation, as one act. */
  acceptConsulted: procedure('families.write')
    .input(z.object({ ticket: z.uuid(), familyIds: z.array(Id).min(1).max(5000) }))
    .output(z.object({ actId: Id, recorded: z.int() })),
}
