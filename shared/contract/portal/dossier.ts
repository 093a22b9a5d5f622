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
  /** The child's first name; empty for a step of the home. */
  firstName: z.string(),
  state: z.enum(['toDo', 'done', 'later']),
  at: InstantOut.nullable(),
  /** Why the step cannot be confirmed now; null when it can be. */
  whyNot: z.string().nullable(),
})
export type StepShown = z.infer<typeof StepShown>

/** A question about several children of the home, with the same text for all. */
export const HomeConsentShown = ConsentShown.omit({ state: true, mine: true }).extend({
  children: z.array(ConsentShown.pick({ state: true, mine: true }).extend({ child: Id, firstName: z.string() })),
})
export type HomeConsentShown = z.infer<typeof HomeConsentShown>

/** « Mon dossier »: what the service requires and, during a campaign, the steps of the home. */
export const DossierShown = z.object({
  /** Null when no campaign is open for this home. */
  campaign: z
    .object({
      year: z.int(),
      dueOn: DayOut,
      asksRules: z.boolean(),
      asksRegistrations: z.boolean(),
      /** When the home sent its dossier; null until it does. */
      sentAt: InstantOut.nullable(),
      /** Whether the desk has received the dossier that the home sent. */
      isReceived: z.boolean(),
      /** Registrations of the school year that the home has or asked for. */
      registrations: z.array(z.object({ firstName: z.string(), activity: z.string() })),
    })
    .nullable(),
  /** Empty without a campaign. */
  steps: z.array(StepShown),
  items: z.array(DossierItemShown),
  /** The parts of the dossier that the home can confirm now. */
  confirmable: z.array(z.enum(confirmableKinds)),
  details: DetailsShown,
  quotient: z.object({ value: z.number(), from: DayOut, source: z.string() }).nullable(),
  /** Who may fetch each registered child, in addition to its guardians. */
  pickups: z.array(
    z.object({
      child: Id,
      firstName: z.string(),
      people: z.array(PickupValue),
      /** People whom the home proposed, or changed, and on whom staff have not decided yet. */
      asked: z.array(PickupValue),
    }),
  ),
  consents: z.array(HomeConsentShown),
  rules: z.object({ version: z.string(), text: z.string() }).nullable(),
  /** By kind: a hash of the text shown, which a confirmation sends back. */
  marks: z.record(z.string(), z.string()),
})
export type DossierShown = z.infer<typeof DossierShown>

export const dossier = {
  shown: procedure('loggedIn').output(DossierShown),
  /** Confirms the text that was read; `mark`: its hash in `marks`. */
  confirm: procedure('loggedIn')
    .input(z.object({ kind: z.enum(confirmationKinds), child: Id.nullable(), mark: z.string().max(64) }))
    .output(DossierShown),
  /** Answers a question for several children at once. */
  answer: procedure('loggedIn')
    .input(z.object({ children: z.array(Id).min(1).max(20), text: Id, answer: z.enum(consentAnswers) }))
    .output(DossierShown),
}
