import * as z from 'zod'
import type { Day } from '../../../rules/calendar/day.ts'
import { ibanOf, isBic } from '../../../rules/money/iban.ts'
import { paymentMeans } from '../../../rules/money/payment/payment.ts'
import { voucherMeans } from '../../../rules/money/payment/vouchers.ts'
import { reminderChannels } from '../../../rules/money/recovery/reminder-level.ts'
import { CentsNumber, DayText, Id, Line, Note, procedure, RequiredLine } from '../../procedure.ts'
import { ReminderLevelShape } from './recovery.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Means = z.enum(paymentMeans)
const Fiscal = z.enum(['garde', 'repas', 'autre'])
const VoucherRuleShape = z.object({
  means: z.enum(voucherMeans),
  /** Null: all activities of the régie. */
  activityIds: z.array(Id).nullable(),
  fiscal: Fiscal.nullable(),
  /** Null: children of any age. */
  belowAge: z.int().nullable(),
})

/** A régie in a list of choices. */
export const RegieChoice = z.object({
  id: Id,
  name: z.string(),
  /** Null for the first régie. */
  prefix: z.string().nullable(),
  archived: z.boolean(),
  /** Null: every means of payment. */
  means: z.array(Means).nullable(),
  /** Whether the régie may pay refunds itself. */
  paysRefunds: z.boolean(),
  holdsCheques: z.boolean(),
  /** Whether the régie has accounting natures. */
  hasNatures: z.boolean(),
  /** Whether the régie lets this person take its money today. */
  takesMoney: z.boolean(),
})
export type RegieChoice = z.infer<typeof RegieChoice>

const RegieHolder = z.object({
  id: Id,
  staffId: Id,
  name: z.string(),
  kind: z.enum(['titular', 'deputy']),
  from: DayOut,
  /** The last day; null without an end. */
  to: DayOut.nullable(),
})
export type RegieHolder = z.infer<typeof RegieHolder>

export const Regie = z.object({
  id: Id,
  name: z.string(),
  prefix: z.string().nullable(),
  /** « Acte constitutif »: number of the decision that created it, and its day. */
  decision: z.string(),
  decidedOn: DayOut.nullable(),
  archived: z.boolean(),
  means: z.array(Means).nullable(),
  natures: z.array(
    z.object({
      account: z.string(),
      label: z.string(),
      productCode: z.string(),
      /** Null: all activities of the régie. */
      activityIds: z.array(Id).nullable(),
      fiscal: Fiscal.nullable(),
    }),
  ),
  waysToPay: z.string(),
  payfipNumber: z.string(),
  dueDays: z.int(),
  billsFrom: DayOut.nullable(),
  zeroInvoices: z.boolean(),
  tillFloatCents: z.int(),
  /** « Recettes et avances » */
  paysRefunds: z.boolean(),
  /** 0: without a limit. */
  maxCashCents: z.int(),
  /** 0: without a ceiling. */
  tillCeilingCents: z.int(),
  holdsCheques: z.boolean(),
  voucherRules: z.array(VoucherRuleShape),
  iban: z.string(),
  bic: z.string(),
  carryBelowCents: z.int(),
  /** Null: the usual levels. */
  reminderLevels: z.array(ReminderLevelShape).nullable(),
  remindFromCents: z.int(),
  /** Whether payers may have a payment plan. */
  allowsPlans: z.boolean(),
  /** Homes whose debts past due exceed this amount cannot make new bookings; null: no limit. */
  suspendAboveCents: z.int().nullable(),
  /** The activities of that limit; null: all activities of the régie. */
  suspendActivityIds: z.array(Id).nullable(),
  /** By their first day. */
  holders: z.array(RegieHolder),
  /** Whether papers have its prefix, which can therefore no longer change. */
  isNumbered: z.boolean(),
  /** The number of activities whose money it collects. */
  activities: z.int(),
})
export type Regie = z.infer<typeof Regie>

export const RegieInput = z.object({
  /** Absent: a new régie. */
  id: Id.optional(),
  name: RequiredLine,
  /** Ignored for the first régie, which has none. */
  prefix: Line.transform((text) => text.toUpperCase()).nullable(),
  decision: Line,
  decidedOn: DayText.nullable(),
  archived: z.boolean(),
  means: z.array(Means).min(1, 'Une régie accepte au moins un moyen de paiement.').nullable(),
  natures: z
    .array(
      z.object({
        account: Line.transform((text) => text.replaceAll(/\s/g, '')),
        label: Line,
        productCode: Line.transform((text) => text.toUpperCase()),
        activityIds: z.array(Id).nullable(),
        fiscal: Fiscal.nullable(),
      }),
    )
    .max(100),
  waysToPay: Note,
  payfipNumber: Line.transform((text) => text.replaceAll(/\s/g, '')).refine(
    (text) => /^(\d{6})?$/.test(text),
    'Un numéro client PayFiP a six chiffres.',
  ),
  dueDays: z.int().min(0, 'De 0 à 120 jours.').max(120, 'De 0 à 120 jours.'),
  billsFrom: DayText.nullable(),
  zeroInvoices: z.boolean(),
  tillFloatCents: CentsNumber.min(0, 'Jamais négatif.').max(1_000_000, 'De 0 à 10 000 euros.'),
  paysRefunds: z.boolean(),
  tillCeilingCents: CentsNumber.min(0, 'Jamais négatif.').max(10_000_000, 'De 0 à 100 000 euros.'),
  maxCashCents: CentsNumber.min(0, 'Jamais négatif.').max(100_000, 'De 0 à 1 000 euros.'),
  holdsCheques: z.boolean(),
  voucherRules: z.array(VoucherRuleShape).max(100),
  iban: Line.transform((text) => text.replaceAll(/\s/g, '').toUpperCase()).refine(
    (text) => text === '' || ibanOf(text) !== undefined,
    'IBAN à corriger\u00a0: un de ses signes est faux, ou il en manque.',
  ),
  bic: Line.transform((text) => text.replaceAll(/\s/g, '').toUpperCase()).refine(
    (text) => text === '' || isBic(text),
    'Un BIC a 8 ou 11 signes, par exemple TRPUFRP1.',
  ),
  carryBelowCents: CentsNumber.min(0, 'Jamais négatif.').max(10_000, 'De 0 à 100 euros.'),
  reminderLevels: z
    .array(
      z.object({
        name: Line,
        afterDays: z.int(),
        channel: z.enum(reminderChannels),
        payWithinDays: z.int(),
        consequence: Note,
        feeCents: CentsNumber.optional(),
        feeDecision: Line.optional(),
      }),
    )
    .nullable(),
  remindFromCents: CentsNumber.min(0, 'Jamais négatif.').max(10_000, 'De 0 à 100 euros.'),
  allowsPlans: z.boolean(),
  suspendAboveCents: CentsNumber.min(0, 'Jamais négatif.').max(1_000_000, 'De 0 à 10 000 euros.').nullable(),
  suspendActivityIds: z.array(Id).nullable(),
})
export type RegieInput = z.infer<typeof RegieInput>

export const regies = {
  /** Names of all régies, the first one first. */
  choice: procedure('activities.read').output(z.array(RegieChoice)),
  list: procedure('regies.read').output(z.array(Regie)),
  save: procedure('organisation').input(RegieInput).output(Regie),
  saveHolder: procedure('organisation')
    .input(
      z.object({
        /** Absent: a new holder. */
        id: Id.optional(),
        regieId: Id,
        staffId: Id,
        kind: z.enum(['titular', 'deputy']),
        from: DayText,
        to: DayText.nullable(),
      }),
    )
    .output(Regie),
  /** Removes a holder who was entered by mistake; a holder who stops gets a last day instead. */
  removeHolder: procedure('organisation')
    .input(z.object({ id: Id }))
    .output(Regie),
}
