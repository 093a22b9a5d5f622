import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { confirmationKinds, stepKinds } from '../../rules/dossier/campaign.ts'
import { consentAnswers } from '../../rules/dossier/consent.ts'
import { confirmableKinds } from '../../rules/dossier/required-paper.ts'
import { Id, procedure } from '../procedure.ts'
import { PickupValue } from './documents.ts'
import { ConsentShown, DetailsShown } from './home.ts'
import { DossierItemShown } from './papers.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

export const StepShown = z.object({
  kind: z.enum(stepKinds),
  child: Id.nullable(),
  /** Of the child; empty for a step of the home. */
  firstName: z.string(),
  state: z.enum(['toDo', 'done', 'later']),
  at: InstantOut.nullable(),
  /** Why it cannot be confirmed now; null when it can. */
  whyNot: z.string().nullable(),
})
export type StepShown = z.infer<typeof StepShown>

/** A question about several children of the home, who all read the same text. */
export const HomeConsentShown = ConsentShown.omit({ state: true, mine: true }).extend({
  children: z.array(ConsentShown.pick({ state: true, mine: true }).extend({ child: Id, firstName: z.string() })),
})
export type HomeConsentShown = z.infer<typeof HomeConsentShown>

/** « Mon dossier »: what the service asks for, and, while a campaign runs, its thread. */
export const DossierShown = z.object({
  /** Null while no campaign runs for this home. */
  campaign: z
    .object({
      year: z.int(),
      dueOn: DayOut,
      asksRules: z.boolean(),
      asksRegistrations: z.boolean(),
      /** When the home sent its dossier; null until it does. */
      sentAt: InstantOut.nullable(),
      /** Registrations of the school year that the home asked for or has. */
      registrations: z.array(z.object({ firstName: z.string(), activity: z.string() })),
    })
    .nullable(),
  /** Empty without a campaign. */
  steps: z.array(StepShown),
  items: z.array(DossierItemShown),
  /** What of the dossier the home may confirm here and now. */
  confirmable: z.array(z.enum(confirmableKinds)),
  details: DetailsShown,
  quotient: z.object({ value: z.number(), from: DayOut, source: z.string() }).nullable(),
  /** Who may fetch each child who is registered, in addition to its guardians. */
  pickups: z.array(z.object({ child: Id, firstName: z.string(), people: z.array(PickupValue) })),
  consents: z.array(HomeConsentShown),
  rules: z.object({ version: z.string(), text: z.string() }).nullable(),
  /** By kind: a hash of what is shown of it, which a confirmation carries. */
  marks: z.record(z.string(), z.string()),
})
export type DossierShown = z.infer<typeof DossierShown>

export const dossier = {
  shown: procedure('loggedIn').output(DossierShown),
  /** Confirms what was read; `mark`: that of `marks` when it was shown. */
  confirm: procedure('loggedIn')
    .input(z.object({ kind: z.enum(confirmationKinds), child: Id.nullable(), mark: z.string().max(64) }))
    .output(DossierShown),
  /** Answers a question for several children at once. */
  answer: procedure('loggedIn')
    .input(z.object({ children: z.array(Id).min(1).max(20), text: Id, answer: z.enum(consentAnswers) }))
    .output(DossierShown),
}
