import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day } from '../../rules/calendar/day.ts'
import { DayText, Id, Line, Note, procedure } from '../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const Cents = z.int()

const JournalEntry = z.object({
  level: z.enum(['warning', 'error', 'stale']),
  sentence: z.string(),
  cause: z.enum(['noFamilyQuotient', 'notPointed', 'noResidence', 'noAddress', 'noTariff', 'noPrice']).optional(),
  /** The first day it is about, and where: what puts it right opens there. */
  day: DayOut.optional(),
  activityId: Id.optional(),
})

export const Run = z.object({
  id: Id,
  label: z.string(),
  from: DayOut,
  to: DayOut,
  activityIds: z.array(Id).nullable(),
  createdAt: z.string(),
  drafts: z.int(),
  issued: z.int(),
  draftCents: Cents,
  issuedCents: Cents,
})
export type Run = z.infer<typeof Run>

/** A paper of a run, as its list shows it. */
export const Draft = z.object({
  id: Id,
  familyId: Id,
  family: z.string(),
  children: z.int(),
  kind: z.enum(['invoice', 'creditNote']),
  state: z.enum(['draft', 'issued']),
  /** Null while it is a draft. */
  number: z.string().nullable(),
  /** The last one that its period knows; null: none. */
  familyQuotient: z.number().nullable(),
  previousCents: Cents,
  totalCents: Cents,
  /** What its issued credit notes give back. */
  creditedCents: Cents,
  /** What is still to pay of an invoice, once its payments and credit notes are counted. */
  leftCents: Cents,
  verdict: z.enum(['ready', 'warning', 'error', 'stale']),
  journal: z.array(JournalEntry),
  setAside: z.boolean(),
})
export type Draft = z.infer<typeof Draft>

/** Everything a paper prints, in words and figures ready to lay out. */
export const PaperView = z.object({
  id: Id,
  familyId: Id,
  family: z.string(),
  kind: z.enum(['invoice', 'draft', 'creditNote', 'creditNoteDraft']),
  number: z.string().nullable(),
  date: DayOut,
  dueOn: DayOut.nullable(),
  period: z.object({ from: DayOut, to: DayOut }),
  organisation: z.object({
    name: z.string(),
    town: z.string(),
    addressLines: z.array(z.string()),
    phone: z.string(),
    email: z.string(),
    siret: z.string(),
    cashDesk: z.string(),
    logoId: Id.nullable(),
  }),
  familyNumber: z.string(),
  debtor: z.object({ name: z.string(), addressLines: z.array(z.string()) }),
  sections: z.array(
    z.object({
      title: z.string(),
      totalCents: Cents,
      lines: z.array(
        z.object({
          id: Id,
          label: z.string(),
          nature: z.enum(['care', 'meal', 'other']),
          quantity: z.int(),
          unit: z.object({ one: z.string(), many: z.string() }),
          unitCents: Cents,
          totalCents: Cents,
          days: z.array(DayOut),
          explanation: z.string(),
          note: z.string(),
        }),
      ),
    }),
  ),
  familyQuotients: z.array(z.object({ value: z.number().nullable(), from: DayOut })),
  explanations: z.array(z.string()),
  totalCents: Cents,
  carriedOver: z.array(z.object({ label: z.string(), amount: Cents })),
  payment: z.object({
    payfipNumber: z.string(),
    /** The reference a parent types at payfip.gouv.fr; empty without a number. */
    payfipReference: z.string(),
    atTheDesk: z.array(z.string()),
    chequePayableTo: z.string(),
  }),
  complaints: z.object({ contact: z.string(), within: z.string() }),
  corrects: z.string(),
  reason: z.string(),
})
export type PaperView = z.infer<typeof PaperView>

/** Cells of days that are not over, and would be billed in advance. */
const Ahead = z.object({ cells: z.int(), from: DayOut, to: DayOut })

/** Warnings before drafts are issued; none of them prevents it. */
export const BeforeIssue = z.object({
  /** `staying`: those of drafts that are set aside or in error, and so are not issued. */
  ahead: Ahead.extend({ staying: z.int() }).nullable(),
  /** Days of drafts that an issued invoice already bills in part. */
  partlyBilled: z.array(z.object({ draftId: Id, family: z.string(), child: z.string(), day: DayOut })),
  /** Other runs with drafts of the same month for the same families. */
  otherRuns: z.array(z.object({ id: Id, label: z.string(), families: z.int() })),
})
export type BeforeIssue = z.infer<typeof BeforeIssue>

export const IssuedPaper = z.object({
  id: Id,
  kind: z.enum(['invoice', 'creditNote']),
  number: z.string(),
  issuedOn: DayOut,
  dueOn: DayOut.nullable(),
  from: DayOut,
  to: DayOut,
  totalCents: Cents,
  /** Of an invoice: what is still to pay. Of a credit note: what settles nothing yet. */
  leftCents: Cents,
  corrects: z.string(),
  reason: z.string(),
})
export type IssuedPaper = z.infer<typeof IssuedPaper>

export const IssueReport = z.object({
  issued: z.int(),
  issuedCents: Cents,
  firstNumber: z.string().nullable(),
  lastNumber: z.string().nullable(),
  /** Changed since they were made: not issued, marked « à recalculer ». */
  stale: z.int(),
})
export type IssueReport = z.infer<typeof IssueReport>

/** How far a long work is; what it made comes last. */
const working = z.object({ step: z.literal('working'), done: z.int(), total: z.int() })
const RunMade = eventIterator(
  z.discriminatedUnion('step', [working, z.object({ step: z.literal('done'), result: Run })]),
)
const Issued = eventIterator(
  z.discriminatedUnion('step', [working, z.object({ step: z.literal('done'), result: IssueReport })]),
)

const Ids = z.array(Id).max(5000, 'Cinq mille factures au plus à la fois.')

export const invoicing = {
  runs: procedure('invoices.read').output(z.array(Run)),
  /** What is left to bill on these days, by activity. */
  toBill: procedure('invoicing')
    .input(z.object({ from: DayText, to: DayText }))
    .output(
      z.array(
        z.object({
          activityId: Id,
          name: z.string(),
          cells: z.int(),
          hasTariff: z.boolean(),
          ahead: Ahead.nullable(),
        }),
      ),
    ),
  /** Makes the drafts of a new run. Stop listening to stop it: nothing is kept of a run that was stopped. */
  run: procedure('invoicing')
    .input(
      z.object({
        from: DayText,
        to: DayText,
        activityIds: z.array(Id).nullable(),
        familyIds: z.array(Id).max(5000).nullable(),
      }),
    )
    .output(RunMade),
  /** Makes the drafts of a run again: what was added, changed or taken away since. */
  recalculate: procedure('invoicing')
    .input(z.object({ runId: Id }))
    .output(RunMade),
  /** Anomalies first, then by family. */
  drafts: procedure('invoices.read')
    .input(z.object({ runId: Id }))
    .output(z.object({ run: Run, drafts: z.array(Draft) })),
  /** Warnings on the drafts that `issue` would take. */
  beforeIssue: procedure('invoices.read')
    .input(z.object({ runId: Id }))
    .output(BeforeIssue),
  /** What was done with a run, newest first. */
  story: procedure('invoices.read')
    .input(z.object({ runId: Id }))
    .output(z.array(z.object({ id: Id, at: z.string(), what: z.string(), person: z.string() }))),
  /** Prices one draft again. Null: it has nothing to bill any more and was removed. */
  replay: procedure('invoicing')
    .input(z.object({ id: Id }))
    .output(Draft.nullable()),
  setAside: procedure('invoicing').input(z.object({ ids: Ids, setAside: z.boolean() })),
  /** Removes the drafts left in a run, and the run itself when nothing of it was issued. */
  discard: procedure('invoicing').input(z.object({ runId: Id })),
  /** Null: every draft that is not set aside. */
  issue: procedure('invoicing')
    .input(z.object({ runId: Id, ids: Ids.nullable() }))
    .output(Issued),
  /** Issues at once what undoes an invoice, whole (null) or some of its lines. */
  creditNote: procedure('invoicing')
    .input(
      z.object({
        invoiceId: Id,
        lineIds: z.array(Id).min(1, 'Choisissez au moins une ligne.').nullable(),
        reason: Note.min(1, 'Indiquez le motif de l’avoir.'),
        /** The next run bills these reservations again, at their right price. */
        billAgain: z.boolean(),
      }),
    )
    .output(z.object({ id: Id, number: z.string() })),
  /** What a credit note would undo of an issued invoice: whole, and by line where that line alone is chosen. */
  leftToCredit: procedure('invoices.read')
    .input(z.object({ invoiceId: Id }))
    .output(z.object({ wholeCents: Cents, lines: z.array(z.object({ id: Id, leftCents: Cents })) })),
  paper: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(PaperView),
  /** Newest first. */
  ofFamily: procedure('invoices.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(IssuedPaper)),
  /** The paper that has this number, as it is printed. */
  numbered: procedure('invoices.read')
    .input(z.object({ number: Line }))
    .output(z.object({ id: Id, familyId: Id }).nullable()),
  /** All in one file, in the order given. */
  pdf: procedure('invoices.read')
    .input(z.object({ ids: Ids.min(1, 'Choisissez au moins une facture.') }))
    .output(z.instanceof(File)),
  /** One file each. */
  pdfs: procedure('invoices.read')
    .input(z.object({ ids: Ids.min(1, 'Choisissez au moins une facture.') }))
    .output(z.array(z.instanceof(File))),
}
