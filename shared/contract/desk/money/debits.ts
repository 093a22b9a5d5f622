import * as z from 'zod'
import type { Day, Instant } from '../../../rules/calendar/day.ts'
import { asideActs, asideCauses } from '../../../rules/money/debit/collection.ts'
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
  /** The number of the council's decision that fixes it; empty without a fee. */
  returnFeeDecision: Line,
  referencePrefix: Code,
  /** Whether parents sign and stop mandates on the portal. */
  onPortal: z.boolean(),
  treasuryName: Line,
  treasuryIban: Code,
  treasuryBic: Code,
  treasuryPost: Code,
  treasuryService: Code,
})
export type DebitSettingsInput = z.infer<typeof SettingsInput>

/** A mandate as screens show it: of its account, the ends only. */
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
  /** From which day on it is stopped, while debits already announced are still collected; null otherwise. */
  stopsOn: DayOut.nullable(),
  /** The last day on which it may be collected without another collection. */
  lapsesAfter: DayOut,
  /** The day of the last collection; null: none yet. */
  lastOn: DayOut.nullable(),
  /** Whether the account was sealed with a key that is lost. */
  isAccountLost: z.boolean(),
  /** Whether the file has the text that was signed: of a mandate signed on the portal. */
  hasPaper: z.boolean(),
})
export type Mandate = z.infer<typeof Mandate>

/** What parents signed or stopped on the portal. */
const PortalMandate = z.object({
  id: Id,
  what: z.enum(['signed', 'stopped']),
  reference: z.string(),
  recordedAt: InstantOut,
  /** Null when the home is not known, or not that of the parent. */
  familyId: Id.nullable(),
  family: z.string(),
  /** Why nothing was recorded, to be settled with the family (« à vérifier »); null when it was. */
  problem: z.string().nullable(),
  /** Whether staff may hold the problem for settled. */
  canDismiss: z.boolean(),
  /** What staff said of a problem that they held for settled; null otherwise. */
  dismissed: z.string().nullable(),
})
export type PortalMandate = z.infer<typeof PortalMandate>

/** The service asks a home for its account. */
const AccountRequest = z.object({ id: Id, regieId: Id, askedOn: DayOut })
export type AccountRequest = z.infer<typeof AccountRequest>

const MandateInput = Payer.extend({
  regieId: Id,
  /** Empty: the next number of the régie. */
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
  /** What is collected, as the list shows it: the number of its invoice, or « 2 factures ». */
  what: z.string(),
  /** The same by what it is: « Factures de novembre 2026 », with the sum. */
  taken: z.array(z.object({ source: z.string(), cents: Cents })),
  /** Whether the payer was told of it with the parts of its year: it needs no notice. */
  isTold: z.boolean(),
  cents: Cents,
})
export type PreviewedDebit = z.infer<typeof PreviewedDebit>

const CollectionPreview = z.object({
  on: DayOut,
  /** Why nothing can be collected on that day; null when it can. */
  refusal: z.string().nullable(),
  /** The last day on which notices may leave. */
  noticesBy: DayOut,
  /** The last day on which the file may leave. */
  fileBy: DayOut,
  debits: z.array(PreviewedDebit),
  aside: z.array(
    PreviewedDebit.extend({
      cause: z.enum(asideCauses),
      text: z.string(),
      /** What puts it back; null where only time or somebody else helps. */
      act: z.enum(asideActs).nullable(),
      /** Since when the home is asked for an account; null when it is not. */
      accountAskedOn: DayOut.nullable(),
    }),
  ),
  /** How many of those to tell do not read the portal: their notices go by mail, or by post. */
  byMail: z.int(),
  byPost: z.int(),
})
export type CollectionPreview = z.infer<typeof CollectionPreview>
export type DebitLeftAside = CollectionPreview['aside'][number]

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
  /** How many notices left by mail, or are about to. */
  mailed: z.int(),
  debits: z.array(CollectionLine),
})
export type Collection = z.infer<typeof Collection>

/** A debit that came back, as a file or a person says it. */
const ReturnInput = z.object({
  debitId: Id,
  code: Line.transform(capitals),
  cameBack: z.enum(['rejected', 'returned']),
  on: DayText,
})
export type ReturnInput = z.infer<typeof ReturnInput>

const ReadReturn = z.object({
  /** Null: no debit of this desk is the one that came back. */
  debitId: Id.nullable(),
  payer: z.string(),
  reference: z.string(),
  cents: Cents.nullable(),
  code: z.string(),
  cameBack: z.enum(['rejected', 'returned']),
  on: DayOut,
  /** What will follow, or why nothing will. */
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
  /** Of the last two months, and what is still to verify; newest first, of one home or of all. */
  portalMandates: procedure('mandates')
    .input(z.object({ familyId: Id.nullable() }))
    .output(z.array(PortalMandate)),
  dismissMandate: procedure('mandates').input(z.object({ id: Id, reason: RequiredLine })),
  /** Those that nobody ended. */
  accountRequests: procedure('mandates')
    .input(z.object({ familyId: Id }))
    .output(z.array(AccountRequest)),
  /** The portal shows it until a mandate is signed, or staff drop it. */
  askAccount: procedure('mandates')
    .input(z.object({ familyId: Id, regieId: Id }))
    .output(AccountRequest),
  dropAccountRequest: procedure('mandates').input(z.object({ id: Id, reason: RequiredLine })),
  saveMandate: procedure('mandates').input(MandateInput).output(Mandate),
  stopMandate: procedure('mandates')
    .input(z.object({ id: Id, reason: RequiredLine }))
    .output(Mandate),
  /** A person decides that a suspended mandate is collected again. */
  resumeMandate: procedure('debits')
    .input(z.object({ id: Id }))
    .output(Mandate),
  /** The whole account, which the audit trail says was read. */
  readAccount: procedure('debits')
    .input(z.object({ id: Id }))
    .output(z.object({ iban: z.string(), bic: z.string() })),
  mandatePaper: procedure('mandates')
    .input(z.object({ id: Id }))
    .output(z.instanceof(File)),
  /** Without a day: the first one that can be collected when notices leave today. */
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
        /** The payers to collect, and the sum that the preview showed: freezing another one is refused. */
        mandateIds: z.array(Id).min(1, 'Choisissez au moins qui prélever.').max(30_000),
        seenCents: CentsNumber,
      }),
    )
    .output(Collection),
  remove: procedure('debits')
    .input(z.object({ debitId: Id, reason: RequiredLine }))
    .output(Collection),
  /** Takes every line off a frozen collection that will have no file. */
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
  /** What a bank's file says came back. Nothing is recorded yet. */
  readReturns: procedure('debits')
    .input(z.object({ regieId: Id, file: z.instanceof(File) }))
    .output(z.object({ format: z.string(), returned: z.array(ReadReturn) })),
  recordReturns: procedure('debits')
    .input(z.object({ returned: z.array(ReturnInput).min(1, 'Aucun rejet à enregistrer.').max(5000) }))
    .output(z.object({ recorded: z.int(), known: z.int() })),
}
