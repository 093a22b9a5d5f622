import * as z from 'zod'
import { accents } from '../../portal/accent.ts'
import type { Instant, TimeOfDay } from '../../rules/calendar/day.ts'
import { stopCauses } from '../../rules/mails/stop-list.ts'
import { payfipModes } from '../../rules/money/payment/payfip.ts'
import { firstRegieId } from '../../rules/money/regie.ts'
import { maxTermsLength } from '../../rules/people/sign-up.ts'
import { mailKinds } from '../../rules/requests/mails.ts'
import { DayText, Id, Line, Note, procedure } from '../procedure.ts'

const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const TimeOut = z.custom<TimeOfDay>((value) => typeof value === 'string')

/**
 * `none`: no account · `noEmail`: no account possible · `invited`: an invitation was sent · `expired`: the invitation
 * expired unused · `open`: a password was chosen · `blocked`.
 */
export const accessStates = ['none', 'noEmail', 'invited', 'expired', 'open', 'blocked'] as const
export type AccessState = (typeof accessStates)[number]

/** A guardian's access to the portal. */
export const PortalAccess = z.object({
  guardianId: Id,
  /** « Mme Camille Marchand » */
  name: z.string(),
  email: z.string(),
  families: z.array(z.object({ id: Id, name: z.string() })),
  state: z.enum(accessStates),
  /** How the last invitation, or the last link to choose a new password, was sent. */
  invitedBy: z.enum(['mail', 'letter']).nullable(),
  invitedAt: InstantOut.nullable(),
  /** When a first password was chosen. */
  openedAt: InstantOut.nullable(),
  /**
   * Since when no mail is sent to this address, because its server refused it or staff stopped it; null when mails are
   * sent.
   */
  stop: z.object({ at: InstantOut, cause: z.enum(stopCauses) }).nullable(),
  /** Kinds of mail that this guardian has switched off on the portal. */
  unwantedMails: z.array(z.enum(mailKinds)),
  /** A change of this account waits for the next exchange. */
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
  /** Whether the portal shows guardians with authority the health record of their child. */
  showsHealth: z.boolean(),
  /** The règlement (terms of use) that new families accept; without a text, nobody can sign up on the portal. */
  terms: z.object({ version: z.string(), text: z.string() }),
  payfip: z.object({
    mode: z.enum(payfipModes),
    /** Until production, the only login that sees « Payer cette facture ». */
    tryEmail: z.string(),
    /** Address of a simulator on this computer; empty for the State's service. */
    address: z.string(),
  }),
  automatic: z.object({
    bookings: z.boolean(),
    cancellations: z.boolean(),
    registrations: z.boolean(),
    /** `subject.field` of the proposals that are accepted without staff. */
    fields: z.array(z.string()),
  }),
})
export type PortalSettings = z.infer<typeof PortalSettings>

export const PayfipSettings = PortalSettings.shape.payfip.extend({ client: z.string() })
export type PayfipSettings = z.infer<typeof PayfipSettings>

/** Absent: the first régie. */
const OfRegie = z.object({ regieId: Id.default(firstRegieId) }).default({ regieId: firstRegieId })

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

/** `formerUntil`: the last day on which the acceptance of a former text still counts; null: today. */
const NewTerms = PortalTerms.extend({ formerUntil: DayText.nullable().default(null) })

const Guardians = z.object({ guardianIds: z.array(Id).min(1, 'Choisissez au moins une personne.').max(20_000) })
const InvitationResult = z.object({
  invited: z.int(),
  refused: z.array(z.object({ guardianId: Id, name: z.string(), sentence: z.string() })),
})
export type InvitationResult = z.infer<typeof InvitationResult>

export const portal = {
  /**
   * Accounts by name, in pages; `counts` covers everything that matches the filter, by state, plus refused addresses.
   */
  accounts: procedure('portal')
    .input(
      z.object({
        /** Beginning of a name of the guardian, the home or a child, or part of the e-mail address. */
        filter: Line,
        state: z.enum(['all', 'stopped', ...accessStates]),
        from: z.int().min(0),
        count: z.int().min(1).max(2000),
      }),
    )
    .output(z.object({ total: z.int(), rows: z.array(PortalAccess), counts: z.record(z.string(), z.int()) })),
  /** Accounts of one family, for its page. */
  accountsOfFamily: procedure('families.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(PortalAccess)),
  /** Creates missing accounts; the activation link, valid for 48 h, is sent at the next exchange. */
  inviteByMail: procedure('portal').input(Guardians).output(InvitationResult),
  /** Invites by printed letters with a one-time code: one PDF, one page each; null when all are refused. */
  inviteByLetter: procedure('portal')
    .input(Guardians)
    .output(InvitationResult.extend({ letters: z.instanceof(File).nullable() })),
  block: procedure('portal').input(z.object({ guardianId: Id, blocked: z.boolean() })),

  settings: procedure('portal').output(PortalSettings),
  saveTexts: procedure('portal').input(PortalTexts).output(PortalSettings),
  /** Recording another text makes a new version: the version that a family accepted is stored with its sign-up. */
  saveTerms: procedure('portal').input(NewTerms).output(PortalSettings),
  /** PayFiP settings of a régie, with its client number, which belongs to the régie's own settings. */
  payfip: procedure('portal').input(OfRegie).output(PayfipSettings),
  savePayfip: procedure('organisation')
    .input(z.object({ regieId: Id.default(firstRegieId), mode: z.enum(payfipModes), tryEmail: Line }))
    .output(PayfipSettings),
  /** Tests the client number by requesting the régie's data from PayFiP. */
  tryPayfip: procedure('portal')
    .input(OfRegie)
    .output(z.object({ sentence: z.string() })),
  saveHealthShown: procedure('organisation')
    .input(z.object({ showsHealth: z.boolean() }))
    .output(PortalSettings),
  saveAutomatic: procedure('decisions').input(PortalSettings.shape.automatic).output(PortalSettings),
}
