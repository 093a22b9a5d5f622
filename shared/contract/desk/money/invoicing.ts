import { eventIterator } from '@orpc/contract'
import * as z from 'zod'
import type { Day, Month } from '../../../rules/calendar/day.ts'
import { recordedDecisionKinds } from '../../../rules/money/recovery/debt-decision.ts'
import { stayCauses } from '../../../rules/money/take-back.ts'
import { DayText, Id, Line, MonthText, Note, procedure } from '../../procedure.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const MonthOut = z.custom<Month>((value) => typeof value === 'string')
const Cents = z.int()

const JournalEntry = z.object({
  /** A note asks for no action: its draft can still be issued. */
  level: z.enum(['note', 'warning', 'error', 'stale']),
  sentence: z.string(),
  cause: z.enum(['noFamilyQuotient', 'notPointed', 'noResidence', 'noAddress', 'noTariff', 'noPrice']).optional(),
  /** The first day concerned, and the activity: where the screen that corrects the problem opens. */
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
  /** An invoice and the credit notes that are issued with it count once. */
  drafts: z.int(),
  issued: z.int(),
  draftCents: Cents,
  issuedCents: Cents,
})
export type Run = z.infer<typeof Run>

/** Drafts of another run that a new run takes over: a month of a family has one draft at a time. */
export const TakenOver = z.object({ runId: Id, label: z.string(), drafts: z.int() })
export type TakenOver = z.infer<typeof TakenOver>

const RunResult = Run.extend({ takenOver: z.array(TakenOver) })
export type RunResult = z.infer<typeof RunResult>

/** A paper of an invoicing run, as a row of its list. */
export const Draft = z.object({
  id: Id,
  familyId: Id,
  regieId: Id,
  family: z.string(),
  children: z.int(),
  kind: z.enum(['invoice', 'creditNote']),
  state: z.enum(['draft', 'issued']),
  /** Null for a draft. */
  number: z.string().nullable(),
  /** The month billed; null for papers that may bill several months. */
  month: MonthOut.nullable(),
  /** On a credit note: the id of the draft of an invoice; both are issued, or neither. */
  goesWithId: Id.nullable(),
  /** The family quotient valid on the last day that the paper bills; null when none is known. */
  familyQuotient: z.number().nullable(),
  previousCents: Cents,
  totalCents: Cents,
  /** Total of the credit notes that are issued with this invoice: zero or negative. */
  regularisedCents: Cents,
  /** Total of its issued credit notes. */
  creditedCents: Cents,
  /** The part of an invoice still to pay, after payments and credit notes. */
  leftCents: Cents,
  verdict: z.enum(['ready', 'warning', 'error', 'stale']),
  journal: z.array(JournalEntry),
  setAside: z.boolean(),
})
export type Draft = z.infer<typeof Draft>

/** `listed`: as the screen lists them. `school`: by school and class of the eldest pupil, who takes the paper home. */
export const printOrders = ['listed', 'name', 'school'] as const
export type PrintOrder = (typeof printOrders)[number]

/** Everything that a paper prints, as texts and amounts ready to lay out. */
export const PaperView = z.object({
  id: Id,
  /** Null on the paper of a third party. */
  familyId: Id.nullable(),
  thirdPartyId: Id.nullable(),
  /** The name of the home or third party. */
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
  /** Credit notes issued with the invoice, taken off what is to pay; absent without any. */
  regularised: z.array(z.object({ label: z.string(), number: z.string(), amount: Cents })).optional(),
  payment: z.object({
    payfipNumber: z.string(),
    /** The reference that a parent types at payfip.gouv.fr; empty without a PayFiP number. */
    payfipReference: z.string(),
    atTheDesk: z.array(z.string()),
    chequePayableTo: z.string(),
    /** An amount below this is carried over to the next invoice. */
    carryBelowCents: Cents.optional(),
    /** The day of the final balance of the school year whose equal parts pay the paper. */
    balanceOn: DayOut.optional(),
    codes: z
      .object({
        page: z.string().optional(),
        transfer: z.object({ name: z.string(), iban: z.string(), bic: z.string() }).optional(),
      })
      .optional(),
  }),
  thirdParty: z
    .object({ siret: z.string(), serviceCode: z.string(), orderNumber: z.string(), toTitle: z.boolean() })
    .optional(),
  complaints: z.object({ contact: z.string(), within: z.string() }),
  corrects: z.string(),
  reason: z.string(),
})
export type PaperView = z.infer<typeof PaperView>

/** Cells of future days, which the drafts would bill in advance. */
const BilledInAdvance = z.object({ cells: z.int(), from: DayOut, to: DayOut })

/** Warnings before drafts are issued; none of them prevents issuing. */
export const IssueWarnings = z.object({
  /** `staying`: how many of these cells are in drafts that are set aside or in error, and so are not issued. */
  ahead: BilledInAdvance.extend({ staying: z.int() }).nullable(),
})
export type IssueWarnings = z.infer<typeof IssueWarnings>

export const IssuedPaper = z.object({
  id: Id,
  regieId: Id,
  kind: z.enum(['invoice', 'creditNote']),
  number: z.string(),
  issuedOn: DayOut,
  dueOn: DayOut.nullable(),
  from: DayOut,
  to: DayOut,
  totalCents: Cents,
  /** For an invoice, the amount still to pay; for a credit note, the amount that settles nothing yet. */
  leftCents: Cents,
  /** The part of an invoice that the Treasury has to collect. */
  treasuryCents: Cents,
  /** The decision by which the town gave up a part of an invoice; null when there is none. */
  givenUp: z.enum(recordedDecisionKinds).nullable(),
  corrects: z.string(),
  reason: z.string(),
})
export type IssuedPaper = z.infer<typeof IssuedPaper>

export const IssueReport = z.object({
  issued: z.int(),
  issuedCents: Cents,
  firstNumber: z.string().nullable(),
  lastNumber: z.string().nullable(),
  /** Number of drafts not issued because their data changed since; they are marked « à recalculer ». */
  stale: z.int(),
})
export type IssueReport = z.infer<typeof IssueReport>

/** A `CreditableLine` of the rule `creditOf`, with what the dialog shows of it. */
const LineToCredit = z.object({
  id: Id,
  /** Null for a free line of the home, and for a line of no activity. */
  childId: Id.nullable(),
  /** « Louison Marchand », or « Famille » */
  child: z.string(),
  activityId: Id.nullable(),
  activity: z.string(),
  label: z.string(),
  fiscal: z.enum(['garde', 'repas', 'autre']),
  kind: z.enum(['days', 'minimum', 'membership', 'freeLine']),
  unit: z.object({ one: z.string(), many: z.string() }),
  unitCents: Cents,
  days: z.array(DayOut),
  needsMonth: z.boolean(),
})
export type LineToCredit = z.infer<typeof LineToCredit>

/** Billed months whose price a repricing changes, and what their homes will owe more and less. */
export const Repricing = z.object({ spans: z.int(), families: z.int(), upCents: Cents, downCents: Cents })
export type Repricing = z.infer<typeof Repricing>

/**
 * The facts that repricing reads again from a day on: the quotients and addresses of one home, or of all homes that got
 * one by the same act (a list of quotients); a tariff; the hours of an activity's slots.
 */
const RepricingScope = z.union([
  z.object({ familyId: Id, fromDay: DayText }),
  z.object({ actId: Id, fromDay: DayText }),
  z.object({ tariffId: Id, fromDay: DayText }),
  z.object({ activityId: Id, fromDay: DayText }),
])
export type RepricingScope = z.infer<typeof RepricingScope>

/** The invoices of a run that can be taken back, and those that are left out. */
const TakeBack = z.object({
  invoices: z.int(),
  cents: Cents,
  /** The part of `cents` that advances had paid: it becomes an advance again. */
  aheadCents: Cents,
  /**
   * Homes whose days third parties pay entirely: they have no invoice, and the third parties are to be billed again.
   */
  withoutPaper: z.int(),
  leftOut: z.array(z.object({ id: Id, number: z.string(), family: z.string(), cause: z.enum(stayCauses) })),
})
export type TakeBack = z.infer<typeof TakeBack>

/** The months between two days, one year at most. */
export const ForecastAsked = z.object({ from: DayText, to: DayText })
export type ForecastAsked = z.infer<typeof ForecastAsked>

/**
 * What future months bring according to the present bookings, by month, régie and activity; amounts as in
 * `ForecastRow`.
 */
export const Forecast = z.object({
  months: z.array(MonthText).min(1).max(12),
  rows: z
    .array(
      z.object({
        month: MonthText,
        regieId: Id,
        activityId: Id.nullable(),
        activity: z.string().max(200),
        cents: Cents,
        billedCents: Cents,
        lastYearCents: Cents,
      }),
    )
    .max(20_000),
  /** The number of days without a price, which the amounts leave out. */
  unpricedDays: z.int(),
  /** Months that are not over, in which nothing is booked yet. */
  unbooked: z.array(MonthText),
})
export type Forecast = z.infer<typeof Forecast>

/** Progress of a long task; the result is the last message. */
const working = z.object({ step: z.literal('working'), done: z.int(), total: z.int() })
const RunMade = eventIterator(
  z.discriminatedUnion('step', [working, z.object({ step: z.literal('done'), result: RunResult })]),
)
const Issued = eventIterator(
  z.discriminatedUnion('step', [working, z.object({ step: z.literal('done'), result: IssueReport })]),
)

const TakenBack = eventIterator(
  z.discriminatedUnion('step', [
    working,
    z.object({ step: z.literal('done'), result: z.object({ creditNotes: z.int(), cents: Cents }) }),
  ]),
)

const Forecasted = eventIterator(
  z.discriminatedUnion('step', [working, z.object({ step: z.literal('done'), result: Forecast })]),
)

/** The days, activities, families and régie of a run; null for all. */
const RunScope = z.object({
  from: DayText,
  to: DayText,
  activityIds: z.array(Id).nullable(),
  familyIds: z.array(Id).max(5000).nullable(),
  /** Null or absent: all régies. */
  regieId: Id.nullable().optional(),
})

const Ids = z.array(Id).max(5000, 'Cinq mille factures au plus à la fois.')

export const invoicing = {
  runs: procedure('invoices.read').output(z.array(Run)),
  /** Unbilled cells of these days, by activity. */
  toBill: procedure('invoicing')
    .input(z.object({ from: DayText, to: DayText }))
    .output(
      z.array(
        z.object({
          activityId: Id,
          regieId: Id,
          name: z.string(),
          cells: z.int(),
          hasTariff: z.boolean(),
          ahead: BilledInAdvance.nullable(),
        }),
      ),
    ),
  /** How many drafts of each other run such a run would take over at most. Changes nothing. */
  toTakeOver: procedure('invoicing').input(RunScope).output(z.array(TakenOver)),
  /**
   * Makes the drafts of a new run and streams its progress. Closing the stream stops the run, and nothing is stored.
   */
  run: procedure('invoicing').input(RunScope).output(RunMade),
  /** Makes the drafts of a run again from current data. */
  recalculate: procedure('invoicing')
    .input(z.object({ runId: Id }))
    .output(RunMade),
  /** Drafts with problems first, then by family. */
  drafts: procedure('invoices.read')
    .input(z.object({ runId: Id }))
    .output(z.object({ run: Run, drafts: z.array(Draft) })),
  /** Warnings about the drafts that `issue` would issue. */
  beforeIssue: procedure('invoices.read')
    .input(z.object({ runId: Id }))
    .output(IssueWarnings),
  /** Acts on a run, newest first. */
  story: procedure('invoices.read')
    .input(z.object({ runId: Id }))
    .output(z.array(z.object({ id: Id, at: z.string(), what: z.string(), person: z.string() }))),
  /** Prices one draft again. Null: it has nothing left to bill and was removed. */
  replay: procedure('invoicing')
    .input(z.object({ id: Id }))
    .output(Draft.nullable()),
  setAside: procedure('invoicing').input(z.object({ ids: Ids, setAside: z.boolean() })),
  /** Removes the remaining drafts of a run, and the run itself when none of its drafts was issued. */
  discard: procedure('invoicing').input(z.object({ runId: Id })),
  /** Issues these drafts; null for all that are not set aside. */
  issue: procedure('invoicing')
    .input(z.object({ runId: Id, ids: Ids.nullable() }))
    .output(Issued),
  /** Issues a credit note at once, for a whole invoice (null) or some of its lines and days. */
  creditNote: procedure('invoicing')
    .input(
      z.object({
        invoiceId: Id,
        lines: z
          .array(
            z.object({
              lineId: Id,
              /** Null: all days of the line that no credit note has taken back. */
              days: z.array(DayText).min(1, 'Choisissez au moins un jour.').nullable(),
            }),
          )
          .min(1, 'Choisissez au moins une ligne.')
          .nullable(),
        reason: Note.min(1, 'Indiquez le motif de l’avoir.'),
        /** « À refacturer »: the next run bills this again, at the right price. Otherwise « Définitif »: none does. */
        billAgain: z.boolean('Choisissez «\u00a0Définitif\u00a0» ou «\u00a0À refacturer\u00a0».'),
      }),
    )
    .output(z.object({ id: Id, number: z.string() })),
  /** What `takeBack` would do. */
  takeBackPreview: procedure('invoices.read')
    .input(z.object({ runId: Id }))
    .output(TakeBack),
  /**
   * Takes back a whole issued run: one credit note for each invoice, and everything is to be billed again. Invoices
   * paid since, and those of final months, are left out.
   */
  takeBack: procedure('invoicing')
    .input(z.object({ runId: Id, reason: Note.min(1, 'Indiquez le motif.') }))
    .output(TakenBack),
  /** « Prévision » of the months between two days, one year at most, beside the same months of the previous year. */
  forecast: procedure('invoices.read').input(ForecastAsked).output(Forecasted),
  /** The forecast as a spreadsheet, of one régie or of all. */
  forecastFile: procedure('invoices.read')
    .input(ForecastAsked.extend({ regieId: Id.nullable() }))
    .output(z.instanceof(File)),
  /** The lines of an issued invoice, and what credit notes have not taken back of them yet. */
  leftToCredit: procedure('invoices.read')
    .input(z.object({ invoiceId: Id }))
    .output(z.object({ wholeCents: Cents, lines: z.array(LineToCredit) })),
  /** The first day from which an act wrote a quotient or an address of a home; null when it wrote none. */
  firstDeclaredDay: procedure('invoicing')
    .input(z.object({ actId: Id }))
    .output(z.custom<Day>().nullable()),
  /** What `reprice` would change. Null: no billed month would change its price. */
  repricingPreview: procedure('invoicing').input(RepricingScope).output(Repricing.nullable()),
  /**
   * « Refaire les comptes »: billed months are priced again with what is recorded today. The next run then bills or
   * gives back the difference.
   */
  reprice: procedure('invoicing')
    .input(RepricingScope.and(z.object({ reason: Note.min(1, 'Indiquez le motif.') })))
    .output(Repricing),
  paper: procedure('invoices.read')
    .input(z.object({ id: Id }))
    .output(PaperView),
  /** Newest first. */
  ofFamily: procedure('invoices.read')
    .input(z.object({ familyId: Id }))
    .output(z.array(IssuedPaper)),
  /** Finds a paper by its printed number. */
  numbered: procedure('invoices.read')
    .input(z.object({ number: Line }))
    .output(z.object({ id: Id, familyId: Id }).nullable()),
  /** All papers in one file, in the given order. */
  pdf: procedure('invoices.read')
    .input(z.object({ ids: Ids.min(1, 'Choisissez au moins une facture.') }))
    .output(z.instanceof(File)),
  /** The same papers in the order of handing them out, and which of them must be printed. */
  toPrint: procedure('invoices.read')
    .input(z.object({ ids: Ids, order: z.enum(printOrders) }))
    .output(z.object({ ids: z.array(Id), onPaper: z.array(Id) })),
  /** One file for each paper. */
  pdfs: procedure('invoices.read')
    .input(z.object({ ids: Ids.min(1, 'Choisissez au moins une facture.') }))
    .output(z.array(z.instanceof(File))),
}
