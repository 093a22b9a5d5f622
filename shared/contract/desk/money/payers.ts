import * as z from 'zod'
import type { Day, Month } from '../../../rules/calendar/day.ts'
import { aidNotices, aidUnits } from '../../../rules/money/aid.ts'
import { thirdPartyKinds } from '../../../rules/money/third-party.ts'
import { CentsNumber, DayText, Id, Line, MonthText, Note, procedure, RequiredLine } from '../../procedure.ts'
import { IssuedPaper } from './invoicing.ts'
import { Payment } from './payments.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const MonthOut = z.custom<Month>((value) => typeof value === 'string')
const Cents = z.int()
const Fiscal = z.enum(['garde', 'repas', 'autre'])

const ThirdPartyFields = {
  name: RequiredLine,
  kind: z.enum(thirdPartyKinds),
  address: Line,
  postcode: Line,
  town: Line,
  contactName: Line,
  phone: Line,
  email: Line,
  /** A public body: its papers carry its SIRET, service code and order number. */
  isPublic: z.boolean(),
  siret: Line,
  serviceCode: Line,
  /** « Référence à porter » on every paper. */
  orderNumber: Line,
  /** « À titrer »: the town issues an enforceable title, and the régie takes no money for the debt. */
  toTitle: z.boolean(),
  archived: z.boolean(),
}
const ThirdPartyInput = z.object({ id: Id.optional(), ...ThirdPartyFields })
export type ThirdPartyInput = z.infer<typeof ThirdPartyInput>

export const ThirdParty = z.object({ id: Id, ...ThirdPartyFields })
export type ThirdParty = z.infer<typeof ThirdParty>

/** A third party in the list. */
const ListedThirdParty = ThirdParty.extend({
  balanceCents: Cents,
  /** The total of its next paper. */
  toBillCents: Cents,
  /** The number of children with an aid that applies now or later. */
  children: z.int(),
  nearlyUsed: z.int(),
  usedUp: z.int(),
})
export type ListedThirdParty = z.infer<typeof ListedThirdParty>

const AidTerms = {
  label: Line,
  per: z.enum(aidUnits),
  amountCents: CentsNumber.nullable(),
  percent: z.number().nullable(),
  fiscals: z.array(Fiscal).nullable(),
  activityIds: z.array(Id).nullable(),
  ceilingCents: CentsNumber.nullable(),
  ceilingUnits: z.int('Le plafond est un nombre entier, supérieur à zéro.').nullable(),
  leavesCents: CentsNumber,
  upToQuotient: z.number().nullable(),
  fromRank: z.int().nullable(),
  scheme: Line.nullable(),
}

const AidInput = z.object({
  ...AidTerms,
  /** Null: no third party pays the aid, which only reduces the price. */
  thirdPartyId: Id.nullable(),
  from: DayText,
  to: DayText.nullable(),
  decidedOn: DayText.nullable(),
})
export type AidInput = z.infer<typeof AidInput>

/** An aid as screens show it, with what it has given. */
export const ShownAid = z.object({
  ...AidTerms,
  id: Id,
  familyId: Id,
  family: z.string(),
  /** Null: every child of the home. */
  childId: Id.nullable(),
  child: z.string().nullable(),
  thirdPartyId: Id.nullable(),
  thirdParty: z.string().nullable(),
  from: DayOut,
  to: DayOut.nullable(),
  decidedOn: DayOut.nullable(),
  state: z.enum(['promised', 'refused']),
  refusedOn: DayOut.nullable(),
  refusalReason: z.string(),
  /** The amount that issued papers took from the aid. */
  givenCents: Cents,
  givenUnits: z.number(),
  level: z.enum(['open', 'nearlyUsed', 'usedUp']),
  /** The amount of this aid on the third party's last invoice, or on its next one when there is none yet. */
  lastCents: Cents,
})
export type ShownAid = z.infer<typeof ShownAid>

/** An aid that staff should check, and why. */
const WatchedAid = ShownAid.extend({ notice: z.enum(aidNotices) })
export type WatchedAid = z.infer<typeof WatchedAid>

/** Part of a third party's next paper. */
const LineToBill = z.object({
  childId: Id,
  child: z.string(),
  activity: z.string(),
  label: z.string(),
  fiscal: Fiscal,
  quantity: z.int(),
  unitCents: Cents,
  totalCents: Cents,
  days: z.array(DayOut),
  explanation: z.string(),
})

const ToBill = z.object({
  totalCents: Cents,
  /** The amount that credit notes give back, zero or negative. */
  givenBackCents: Cents,
  children: z.int(),
  /** The months in which the days lie, from the first to the last; null when there is nothing to bill. */
  months: z.object({ from: MonthOut, to: MonthOut }).nullable(),
  lines: z.array(LineToBill),
})
export type ToBill = z.infer<typeof ToBill>

const ThirdPartyPage = z.object({
  thirdParty: ThirdParty,
  balanceCents: Cents,
  /** The earliest due day of what is still to pay; null when nothing is. */
  dueOn: DayOut.nullable(),
  families: z.int(),
  aids: z.array(ShownAid),
  toBill: ToBill,
  /** Newest first. */
  papers: z.array(IssuedPaper),
  /** Newest first, cancelled payments included. */
  payments: z.array(Payment),
})
export type ThirdPartyPage = z.infer<typeof ThirdPartyPage>

/** Who pays which part of a child's days in a month, at today's prices. */
const WhoPays = z.object({
  child: z.string(),
  /** The number of days with a cost. */
  days: z.int(),
  /** « 5 × 10,55 € »: what the days cost before aids. */
  prices: z.array(z.object({ label: z.string(), quantity: z.int(), unitCents: Cents, totalCents: Cents })),
  priceCents: Cents,
  aids: z.array(
    z.object({
      aidId: Id,
      label: z.string(),
      thirdParty: z.string().nullable(),
      /** « 40 % du reste » */
      form: z.string(),
      /** The amount that the earlier aids leave to pay. */
      beforeCents: Cents,
      cents: Cents,
      /** How much of its ceilings is used after this month; empty without a ceiling. */
      use: z.string(),
    }),
  ),
  familyCents: Cents,
})
export type WhoPays = z.infer<typeof WhoPays>

export const payers = {
  /** By name; those archived come last. */
  thirdParties: procedure('aids').output(z.array(ListedThirdParty)),
  thirdParty: procedure('aids')
    .input(z.object({ id: Id }))
    .output(ThirdPartyPage),
  saveThirdParty: procedure('aids').input(ThirdPartyInput).output(ThirdParty),
  /** Aids of a home and its children in the order in which they apply; those that have ended come last. */
  ofFamily: procedure('aids')
    .input(z.object({ familyId: Id }))
    .output(z.array(ShownAid)),
  /** Aids with nine tenths of a ceiling used, then those that end within a month. */
  toWatch: procedure('aids').output(z.array(WatchedAid)),
  /** Records the same promised aid for several children or homes. */
  promise: procedure('aids')
    .input(
      z.object({
        aid: AidInput,
        beneficiaries: z
          .array(z.object({ familyId: Id, childId: Id.nullable() }))
          .min(1, 'Choisissez au moins un enfant ou une famille.')
          .max(500, 'Cinq cents enfants au plus à la fois.'),
      }),
    )
    .output(z.object({ ids: z.array(Id) })),
  changeAid: procedure('aids')
    .input(z.object({ id: Id, aid: AidInput }))
    .output(ShownAid),
  /**
   * Records that the third party refuses the aid: it gives nothing from its first day on, and the family pays that
   * part.
   */
  refuse: procedure('aids')
    .input(z.object({ id: Id, on: DayText, reason: Note.min(1, 'Indiquez le motif du refus.') }))
    .output(ShownAid),
  /** Deletes an aid that has given nothing. */
  remove: procedure('aids').input(z.object({ id: Id })),
  /** Moves an aid one position up or down among the home's aids that have not ended. */
  move: procedure('aids').input(z.object({ id: Id, by: z.union([z.literal(-1), z.literal(1)]) })),
  whoPays: procedure('aids')
    .input(z.object({ familyId: Id, childId: Id, month: MonthText }))
    .output(WhoPays),
  /**
   * Issues the papers of these third parties: an invoice for the added amounts, credit notes for the amounts given
   * back.
   */
  bill: procedure('invoicing')
    .input(z.object({ thirdPartyIds: z.array(Id).min(1, 'Choisissez au moins un tiers payeur.').max(500) }))
    .output(z.object({ papers: z.array(z.object({ id: Id, number: z.string() })), totalCents: Cents })),
}
