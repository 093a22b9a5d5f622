import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { campaignAsks, homeProgresses, stepKinds } from '../../rules/dossier/campaign.ts'
import { DayText, Id, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')

const Homes = z.object({ familyIds: z.array(Id).min(1, 'Choisissez au moins une famille.').max(5000) })

const campaignFields = {
  /** The year in which the school year begins. */
  year: z.int().min(2020).max(2100),
  opensOn: DayText,
  /** The day by which homes are asked to finish. */
  dueOn: DayText,
  asks: z.array(z.enum(campaignAsks)).min(1, 'Choisissez ce que les familles relisent.'),
}

export const CampaignShown = z.object({
  ...campaignFields,
  id: Id,
  opensOn: DayOut,
  dueOn: DayOut,
  /** The first day on which the campaign is closed; null while staff have not closed it. */
  closedOn: DayOut.nullable(),
  isRunning: z.boolean(),
})
export type CampaignShown = z.infer<typeof CampaignShown>

export const CampaignProgress = z.object({
  /** How many homes have made each progress. */
  counts: z.record(z.enum(homeProgresses), z.int()),
  /** Homes that did least come first, then by name. */
  homes: z.array(
    z.object({
      familyId: Id,
      family: z.string(),
      /** « Noa et Tao » */
      children: z.string(),
      progress: z.enum(homeProgresses),
      done: z.int(),
      /** Steps for which the home has nothing to do, since the file has it already. */
      known: z.int(),
      /** Steps that the home left for later. */
      later: z.int(),
      steps: z.int(),
      /** The next step of the home; empty when no step is left. */
      next: z.string(),
      sentAt: InstantOut.nullable(),
      /**
       * Registrations of the school year that the home has or asked for; `waiting…`: staff still have to decide them in
       * « Demandes ».
       */
      registrations: z.int(),
      waitingRegistrations: z.int(),
      waitingProposals: z.int(),
    }),
  ),
})
export type CampaignProgress = z.infer<typeof CampaignProgress>

export const FamilyCampaign = z.object({
  campaign: CampaignShown,
  progress: z.enum(homeProgresses),
  steps: z.array(
    z.object({
      kind: z.enum(stepKinds),
      childId: Id.nullable(),
      /** « La santé de Noa » */
      name: z.string(),
      state: z.enum(['toDo', 'done', 'later']),
      at: InstantOut.nullable(),
      by: z.string(),
      /** Why the step cannot be confirmed now; null when it can be, or when it is confirmed already. */
      whyNot: z.string().nullable(),
    }),
  ),
})
export type FamilyCampaign = z.infer<typeof FamilyCampaign>

/** What « Relancer » would send. */
export const ReminderPreview = z.object({
  mails: z.int(),
  /** Homes that no mail reaches. */
  unreached: z.int(),
  /** How many of these homes were already reminded, and the last day of it. */
  reminded: z.int(),
  remindedOn: DayOut.nullable(),
  /** The first of the mails. */
  example: z.object({ to: z.string(), subject: z.string(), body: z.string() }).nullable(),
})
export type ReminderPreview = z.infer<typeof ReminderPreview>

/** The annual campaign, and asking homes for what their dossiers lack. */
export const campaign = {
  list: procedure('families.read').output(z.array(CampaignShown)),
  /** Opens a campaign, or changes the one of that id. */
  save: procedure('activities')
    .input(z.object({ ...campaignFields, id: Id.optional() }))
    .output(z.object({ id: Id })),
  /** Closes the campaign from a day on; null opens it again. */
  close: procedure('activities').input(z.object({ id: Id, on: DayText.nullable() })),
  /** The progress of each home. */
  progress: procedure('dossiers')
    .input(z.object({ id: Id }))
    .output(CampaignProgress),
  /** The steps of a home in the campaign that is open; null when none is. */
  ofFamily: procedure('dossiers')
    .input(z.object({ familyId: Id }))
    .output(FamilyCampaign.nullable()),
  /** Records a step for a home that came to the counter. */
  confirm: procedure('dossiers').input(z.object({ familyId: Id, kind: z.enum(stepKinds), childId: Id.nullable() })),
  /** What `remind` would send now. Sends nothing. */
  reminder: procedure('dossiers').input(Homes).output(ReminderPreview),
  /** Queues a mail to each home; `unreached`: the homes that no mail can reach. */
  remind: procedure('dossiers')
    .input(Homes)
    .output(z.object({ mailed: z.int(), unreached: z.array(Id) })),
  /** The letters to print, one page per home. */
  letters: procedure('dossiers').input(Homes).output(z.instanceof(File)),
}
