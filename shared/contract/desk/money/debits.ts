import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { skipCauses, skipRemedies } from '../../../rules/money/debit/collection.ts'
import { debitFormats } from '../../../rules/money/debit/debit-file.ts'
import { mandateKinds, mandateStates } from '../../../rules/money/debit/mandate.ts'
import { CentsNumber, DayText, Id, Line, procedure, RequiredLine } from '../../procedure.ts'

/** Exactly one of the two is set. */
const Payer = z.object({ familyId: Id.nullable(), thirdPartyId: Id.nullable() })
const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const Cents = z.int()
const capitals = (text: string): string => text.replaceAll(/\s/g, '').toUpperCase()
const Code = Line.transform(capitals)

const SettingsInput = z.object({
  regieId: Id,
  creditorId: Code,
  iban: Code,
  bic: Code,
  format: z.enum(debitFormats),
  noticeDays: z.int('Le délai est un nombre entier de jours.'),
  fileDays: z.int('Le délai est un nombre entier de jours.'),
  leastCents: CentsNumber,
  returnFeeCents: CentsNumber,
  /** The number of the council's decision that sets the fee; empty without a fee. */
  returnFeeDecision: Line,
  referencePrefix: Code,
  /** Whether parents can sign and stop mandates on the portal. */
  onPortal: z.boolean(),
  treasuryName: Line,
  treasuryIban: Code,
  treasuryBic: Code,
  treasuryPost: Code,
  treasuryService: Code,
})
export type DebitSettingsInput = z.infer<typeof SettingsInput>

/** A mandate, with only the first and last signs of its account. */
export const Mandate = Payer.extend({
  id: Id,
  regieId: Id,
  regie: z.string(),
  reference: z.string(),
  kind: z.enum(mandateKinds),
  source: z.enum(['paper', 'portal']),
  signedOn: DayOut,
  debtor: z.string(),
  accountStart: z.string(),
  lastFour: z.string(),
  state: z.enum(mandateStates),
  /** Why it is suspended or stopped. */
  reason: z.string(),
  /** The first day on which it is stopped, when debits announced before are still collected; null otherwise. */
  stopsOn: DayOut.nullable(),
  /** The mandate lapses after this day unless something is collected before. */
  lapsesAfter: DayOut,
  /** The day of the last collection; null when there was none. */
  lastOn: DayOut.nullable(),
  /** Whether the account was sealed with a key that is lost. */
  isAccountLost: z.boolean(),
  /** Whether the file holds the signed text, as it does for a mandate signed on the portal. */
  hasPaper: z.boolean(),
})
export type Mandate = z.infer<typeof Mandate>

/** What parents signed or stopped on the portal. */
const PortalMandate = z.object({
  id: Id,
  what: z.enum(['signed', 'stopped']),
  reference: z.string(),
  recordedAt: InstantOut,
  /** Null when the home is unknown, or is not a home of this parent. */
  familyId: Id.nullable(),
  family: z.string(),
  /**
   * Why nothing was recorded, so that staff settle it with the family (« à vérifier »); null when the mandate was
   * recorded.
   */
  problem: z.string().nullable(),
  /** Whether staff may mark the problem as settled. */
  canDismiss: z.boolean(),
  /** The explanation with which staff marked the problem as settled; null otherwise. */
  dismissed: z.string().nullable(),
})
export type PortalMandate = z.infer<typeof PortalMandate>

/** A request to a home for its bank account. */
const AccountRequest = z.object({ id: Id, regieId: Id, askedOn: DayOut })
export type AccountRequest = z.infer<typeof AccountRequest>

const MandateInput = Payer.extend({
  regieId: Id,
  /** Empty: the next number in the series of the régie. */
  reference: Line.transform(capitals),
  kind: z.enum(mandateKinds),
  signedOn: DayText,
  debtor: RequiredLine,
  iban: Code,
  bic: Code,
})
export type MandateInput = z.infer<typeof MandateInput>

const Sequence = z.enum(['FRST', 'RCUR', 'FNAL', 'OOFF'])

/** A payer in the preview of a collection. */
const PreviewedDebit = Payer.extend({
  mandateId: Id,
  payer: z.string(),
  debtor: z.string(),
  lastFour: z.string(),
  reference: z.string(),
  sequence: Sequence,
  /** What the debit pays, as the list shows it: an invoice number, or « 2 factures ». */
  what: z.string(),
  /** The same by source: « Factures de novembre 2026 », with the amount. */
  taken: z.array(z.object({ source: z.string(), cents: Cents })),
  /** Whether the payer knows the amount from the schedule of its school year, and so needs no notice. */
  isAnnounced: z.boolean(),
  cents: Cents,
})
export type PreviewedDebit = z.infer<typeof PreviewedDebit>

const CollectionPreview = z.object({
  on: DayOut,
  /** Why nothing can be collected on that day; null when it can be. */
  refusal: z.string().nullable(),
  /** The last day for sending the notices. */
  noticesBy: DayOut,
  /** The last day for sending the file to the bank. */
  fileBy: DayOut,
  debits: z.array(PreviewedDebit),
  skipped: z.array(
    PreviewedDebit.extend({
      cause: z.enum(skipCauses),
      text: z.string(),
      /** The action that includes the payer again; null when only time or another person can help. */
      act: z.enum(skipRemedies).nullable(),
      /** The day on which the home was asked for an account; null when it was not. */
      accountAskedOn: DayOut.nullable(),
    }),
  ),
  /** Number of payers to notify who do not read the portal: their notices go by mail or by post. */
  byMail: z.int(),
  byPost: z.int(),
})
export type CollectionPreview = z.infer<typeof CollectionPreview>
export type SkippedDebit = CollectionPreview['skipped'][number]

const CollectionLine = PreviewedDebit.extend({
  id: Id,
  notice: z.string(),
  removed: z.object({ on: DayOut, reason: z.string() }).nullable(),
  receipt: z.string().nullable(),
  returned: z.object({ on: DayOut, code: z.string(), text: z.string() }).nullable(),
})
export type CollectionLine = z.infer<typeof CollectionLine>

const ListedCollection = z.object({
  id: Id,
  on: DayOut,
  state: z.enum(['frozen', 'written', 'collected']),
  lines: z.int(),
  cents: Cents,
  returned: z.int(),
  returnedCents: Cents,
  frozenAt: InstantOut,
  frozenBy: z.string(),
  fileBy: DayOut,
  format: z.enum(debitFormats).nullable(),
  fileName: z.string().nullable(),
  sha256: z.string().nullable(),
})
export type ListedCollection = z.infer<typeof ListedCollection>

const Collection = ListedCollection.extend({
  regieId: Id,
  /** Number of notices sent or queued by mail. */
  mailed: z.int(),
  debits: z.array(CollectionLine),
})
export type Collection = z.infer<typeof Collection>

/** A debit that came back, according to the bank's file or to a person. */
const ReturnInput = z.object({
  debitId: Id,
  code: Line.transform(capitals),
  cameBack: z.enum(['rejected', 'returned']),
  on: DayText,
})
export type ReturnInput = z.infer<typeof ReturnInput>

const ReadReturn = z.object({
  /** Null when the debit that came back is none of this desk's. */
  debitId: Id.nullable(),
  payer: z.string(),
  reference: z.string(),
  cents: Cents.nullable(),
  code: z.string(),
  cameBack: z.enum(['rejected', 'returned']),
  on: DayOut,
  /** What will follow, or why nothing will, as a sentence. */
  text: z.string(),
  isKnown: z.boolean(),
})
export type ReadReturn = z.infer<typeof ReadReturn>

export const debits = {
  /** Null: the régie does not collect by direct debit. */
  settings: procedure('regies.read')
    .input(z.object({ regieId: Id }))
    .output(SettingsInput.nullable()),
  saveSettings: procedure('organisation').input(SettingsInput).output(SettingsInput),
  /** Newest first. */
  mandatesOf: procedure('mandates').input(Payer).output(z.array(Mandate)),
  /** The mandates of the last two months and those still to check, newest first, of one home or of all. */
  portalMandates: procedure('mandates')
    .input(z.object({ familyId: Id.nullable() }))
    .output(z.array(PortalMandate)),
  dismissMandate: procedure('mandates').input(z.object({ id: Id, reason: RequiredLine })),
  /** The requests that are still open. */
  accountRequests: procedure('mandates')
    .input(z.object({ familyId: Id }))
    .output(z.array(AccountRequest)),
  /** The portal shows the request until the home signs a mandate, or staff drop the request. */
  askAccount: procedure('mandates')
    .input(z.object({ familyId: Id, regieId: Id }))
    .output(AccountRequest),
  dropAccountRequest: procedure('mandates').input(z.object({ id: Id, reason: RequiredLine })),
  saveMandate: procedure('mandates').input(MandateInput).output(Mandate),
  stopMandate: procedure('mandates')
    .input(z.object({ id: Id, reason: RequiredLine }))
    .output(Mandate),
  /** A person decides to collect by a suspended mandate again. */
  resumeMandate: procedure('debits')
    .input(z.object({ id: Id }))
    .output(Mandate),
  /** The whole account. The audit trail records that it was read. */
  readAccount: procedure('debits')
    .input(z.object({ id: Id }))
    .output(z.object({ iban: z.string(), bic: z.string() })),
  mandatePaper: procedure('mandates')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
  /** Without a day: the first day possible when the notices leave today. */
  preview: procedure('debits')
    .input(z.object({ regieId: Id, on: DayText.nullable() }))
    .output(CollectionPreview),
  collections: procedure('debits')
    .input(z.object({ regieId: Id }))
    .output(z.array(ListedCollection)),
  collection: procedure('debits')
    .input(z.object({ id: Id }))
    .output(Collection),
  freeze: procedure('debits')
    .input(
      z.object({
        regieId: Id,
        on: DayText,
        /** The payers to collect from, and the total that the preview showed: refused when the total is different. */
        mandateIds: z.array(Id).min(1, 'Choisissez au moins qui prélever.').max(30_000),
        seenCents: CentsNumber,
      }),
    )
    .output(Collection),
  remove: procedure('debits')
    .input(z.object({ debitId: Id, reason: RequiredLine }))
    .output(Collection),
  /** Removes every line of a frozen collection, for which no file will be made. */
  abandon: procedure('debits')
    .input(z.object({ id: Id, reason: RequiredLine }))
    .output(Collection),
  writeFile: procedure('debits')
    .input(z.object({ id: Id }))
    .output(Collection),
  file: procedure('debits')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
  notices: procedure('debits')
    .input(z.object({ id: Id, only: z.enum(['all', 'byPost']) }))
    .output(z.instanceof(File)),
  /** Records the payments, on the day of the collection or later. */
  collect: procedure('debits')
    .input(z.object({ id: Id }))
    .output(Collection),
  /** The debits that came back according to the bank's file. Records nothing. */
  readReturns: procedure('debits')
    .input(z.object({ regieId: Id, file: z.instanceof(File) }))
    .output(z.object({ format: z.string(), returned: z.array(ReadReturn) })),
  recordReturns: procedure('debits')
    .input(z.object({ returned: z.array(ReturnInput).min(1, 'Aucun rejet à enregistrer.').max(5000) }))
    .output(z.object({ recorded: z.int(), known: z.int() })),
}
