import * as z from 'zod'
import { accents } from '../../portal/accent.ts'
import type { Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import { payfipModes } from '../../rules/money/payfip.ts'
import { maxTermsLength } from '../../rules/people/sign-up.ts'
import { mailKinds } from '../../rules/requests/mails.ts'
import { Id, Line, Note, procedure } from '../procedure.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const TimeOut = z.custom<TimeOfDay>((value) => typeof value === 'string')

/**
 * `none`: no account · `noEmail`: none can be made · `invited`: a way in was given · `expired`: and ran out unused ·
 * `open`: a password was chosen · `blocked`.
 */
export const accessStates = ['none', 'noEmail', 'invited', 'expired', 'open', 'blocked'] as const
export type AccessState = (typeof accessStates)[number]

/** A guardian as the portal may know them. */
export const PortalAccess = z.object({
  guardianId: Id,
  /** « Mme Camille Marchand » */
  name: z.string(),
  email: z.string(),
  families: z.array(z.object({ id: Id, name: z.string() })),
  state: z.enum(accessStates),
  /** The last way in that was given, to open the account or to choose another password. */
  invitedBy: z.enum(['mail', 'letter']).nullable(),
  invitedAt: InstantOut.nullable(),
  /** When a password was first chosen. */
  openedAt: InstantOut.nullable(),
  /** When a mail server said that nobody has this address; null while it takes mails. */
  refusedAt: InstantOut.nullable(),
  /** Kinds of mail that this guardian has stopped on the portal. */
  unwantedMails: z.array(z.enum(mailKinds)),
  /** Waits for the next exchange. */
  toSend: z.boolean(),
})
export type PortalAccess = z.infer<typeof PortalAccess>

export const PortalSettings = z.object({
  openingHours: z.string(),
  information: z.string(),
  publisher: z.string(),
  director: z.string(),
  host: z.string(),
  dataProtectionOfficer: z.string(),
  conformity: z.enum(['non', 'partielle', 'totale']),
  audit: z.string(),
  accessibilityContact: z.string(),
  accent: z.enum(accents),
  nightAt: TimeOut,
  continuous: z.boolean(),
  /** The règlement that newcomers accept; without a text, none signs up on the portal. */
  terms: z.object({ version: z.string(), text: z.string() }),
  payfip: z.object({
    mode: z.enum(payfipModes),
    /** Until production, the one login that sees « Payer cette facture ». */
    tryEmail: z.string(),
    /** Of a simulator on this machine; empty for the State's service. */
    address: z.string(),
  }),
  automatic: z.object({
    bookings: z.boolean(),
    cancellations: z.boolean(),
    registrations: z.boolean(),
    /** `subject.field` of the proposals that pass without staff. */
    fields: z.array(z.string()),
  }),
})
export type PortalSettings = z.infer<typeof PortalSettings>

export const PayfipSettings = PortalSettings.shape.payfip.extend({ client: z.string() })
export type PayfipSettings = z.infer<typeof PayfipSettings>

export const PortalTexts = z.object({
  openingHours: Line,
  information: Note,
  publisher: Line,
  director: Line,
  host: Note,
  dataProtectionOfficer: Line,
  conformity: z.enum(['non', 'partielle', 'totale']),
  audit: Note,
  accessibilityContact: Line,
  accent: z.enum(accents),
})
export type PortalTexts = z.infer<typeof PortalTexts>

export const PortalTerms = z.object({
  version: Line,
  text: z.string().trim().max(maxTermsLength, 'Texte trop long\u00a0: 20\u00a0000 caractères au plus.'),
})
export type PortalTerms = z.infer<typeof PortalTerms>

const Guardians = z.object({ guardianIds: z.array(Id).min(1, 'Choisissez au moins une personne.').max(20_000) })
const Invited = z.object({
  invited: z.int(),
  refused: z.array(z.object({ guardianId: Id, name: z.string(), sentence: z.string() })),
})
export type Invited = z.infer<typeof Invited>

export const portal = {
  /** By name, in pages; `counts` of each state, and of refused addresses, are of all that answers to the filter. */
  accounts: procedure('portal')
    .input(
      z.object({
        /** The beginning of any name of the guardian, of the home or of its children, or part of the e-mail. */
        filter: Line,
        state: z.enum(['all', 'refused', ...accessStates]),
        from: z.int().min(0),
        count: z.int().min(1).max(2000),
      }),
    )
    .output(z.object({ total: z.int(), rows: z.array(PortalAccess), counts: z.record(z.string(), z.int()) })),
  /** Of one family, for its sheet. */
  accountsOfFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(PortalAccess)),
  /** Creates accounts where there are none; the activation link (48 h) goes out at the next exchange. */
  inviteByMail: procedure('portal').input(Guardians).output(Invited),
  /** The same by printed letters with a one-time code: one PDF, a page each; null when all are refused. */
  inviteByLetter: procedure('portal')
    .input(Guardians)
    .output(Invited.extend({ letters: z.instanceof(File).nullable() })),
  block: procedure('portal').input(z.object({ guardianId: Id, blocked: z.boolean() })),

  settings: procedure('portal').output(PortalSettings),
  saveTexts: procedure('portal').input(PortalTexts).output(PortalSettings),
  /** Another text is another version: families accept one, and it is kept with their sign-up. */
  saveTerms: procedure('portal').input(PortalTerms).output(PortalSettings),
  /** The régie's client number is the organisation's. */
  payfip: procedure('portal').output(PayfipSettings),
  savePayfip: procedure('organisation')
    .input(z.object({ mode: z.enum(payfipModes), tryEmail: Line }))
    .output(PayfipSettings),
  /** Asks PayFiP for the régie of the client number. */
  tryPayfip: procedure('portal').output(z.object({ sentence: z.string() })),
  saveAutomatic: procedure('decisions').input(PortalSettings.shape.automatic).output(PortalSettings),
}
