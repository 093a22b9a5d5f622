import { extname, join } from 'node:path'
import { type Day, daysOfMonth, type Month, today } from '../../../../shared/rules/calendar/day.ts'
import type { Difference } from '../../../../shared/rules/money/difference.ts'
import type { JournalEntry, PaperFacts, PaperKind } from '../../../../shared/rules/money/invoice.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import type { PayerUnit } from '../../../../shared/rules/money/payers.ts'
import { type AccountingNature, natureOf } from '../../../../shared/rules/money/regie.ts'
import { numberOf } from '../../../../shared/rules/money/series.ts'
import type { BatchReader } from '../../../store/reading-thread.ts'
import type { Store } from '../../../store/store.ts'
import { type CurrentBook, currentBook, homeFacts } from '../../prices/prices.ts'
import { type RegieSettings, regieOfActivities, regiesOf } from '../../regies/regies.ts'
import { cellsById, type HomePaperRow, invoiceRows } from '../invoicing-store.ts'
import { paperFacts, type ToPrint } from '../papers/paper-facts.ts'
import { type BilledHomes, billedHomesOf, type NewLine } from '../papers/paper-lines.ts'
import { factsOfMonth, readHomes } from '../spans/home-spans.ts'
import { leftAt, shareOf } from '../spans/shares.ts'
import { type FoundSpan, findSpans, type OwedUnit } from '../spans/spans.ts'
import { type BilledSpanRow, familiesOf, isAnotherActOpen, revisionsOf, type SpanKey } from '../spans/spans-store.ts'
import type { BillingScope } from './span-papers.ts'
import {
  type BilledCells,
  differenceFor,
  isNothing,
  papersOf,
  payerUnitsFor,
  type SpanPapers,
  takesWholeMonth,
  withoutPaper,
} from './span-papers.ts'

/*
 * What a run proposes for the months of some homes: their papers, complete except for numbers and dates. Making
 * proposals only reads, and they are plain data: so another thread can make them while the desk goes on.
 */

export type Proposals = {
  /** The price book in force today. */
  readonly bookId: number
  /** The revisions of all spans of these homes: while they are equal, so are the prices. */
  readonly revisions: string
  /**
   * False while another act is open: its rows cannot be read yet, but may change prices. These spans are then priced
   * again by the next run, and when their drafts are issued.
   */
  readonly isComplete: boolean
  readonly months: readonly Proposal[]
}

/** The papers that a run proposes for one span. */
export type Proposal = Pick<FoundSpan, 'familyId' | 'month' | 'toKeep'> & {
  /** What the month is priced with, in the form that is stored once the month is billed. */
  readonly pricedWith: Pick<BilledSpanRow, 'bookId' | 'quotients' | 'residence' | 'declared'>
  /** Null for a month that was priced only to know what it takes of year accounts. */
  readonly bill: {
    /** The share of each régie. */
    readonly shares: readonly Share[]
    /** Whether papers issued before still bill something of the month. */
    readonly isBilled: boolean
    /** Whether these papers settle the whole span; a limited run leaves a part of it to other runs. */
    readonly settlesSpan: boolean
    /** Whether nothing of the span is left to bill or give back, for any run. */
    readonly isSettled: boolean
  } | null
}

/** The papers that a run proposes for one régie's share of a span. */
export type Share = {
  readonly regieId: number
  /** The invoice first, then its credit notes. */
  readonly papers: readonly ProposedPaper[]
  /** The change in what third parties owe to this régie once these papers are issued. */
  readonly payers: readonly PayerUnit[]
  /**
   * Whether the home owes nothing new. Its draft then becomes no paper: it is removed once the parts of third parties
   * are written.
   */
  readonly isWithoutPaper: boolean
  /** Whether nothing is left to bill or give back at this régie, for any run. */
  readonly isSettled: boolean
}

export type ProposedPaper = {
  readonly regieId: number
  readonly kind: PaperKind
  /** The invoice that a credit note corrects. */
  readonly correctsId: number | null
  readonly reason: string
  readonly fromDay: Day
  readonly toDay: Day
  readonly totalCents: Cents
  readonly lines: readonly NewLine[]
  readonly journal: readonly JournalEntry[]
  readonly facts: PaperFacts
}

/** @param actId the act that will write the proposals */
export const proposalsFor = (
  store: Store,
  actId: number,
  current: CurrentBook,
  scope: BillingScope,
  spans: readonly SpanKey[],
): Proposals => {
  const isComplete = !isAnotherActOpen(store, actId)
  if (spans.length === 0) return { bookId: current.id, revisions: '', isComplete, months: [] }
  const homes = readHomes(store, current, spans)
  const found = findSpans(current, homes, spans, isComplete)
  const bills = papersForRun(
    store,
    scope,
    found.filter(({ isWanted }) => isWanted),
  )
  const papers = papersProposed(store, current, scope, bills, homes)
  const billsOf = Map.groupBy(bills, ({ month }) => month)
  return {
    bookId: current.id,
    revisions: revisionsOf(store, familiesOf(spans)),
    isComplete,
    months: found.map((month): Proposal => {
      const { familyId, toKeep, pricedWith } = month
      const own = billsOf.get(month)
      return {
        familyId,
        month: month.month,
        toKeep,
        pricedWith: { bookId: pricedWith.bookId, ...factsOfMonth(month.month, pricedWith) },
        bill: own
          ? {
              shares: own.map((bill) => ({
                regieId: bill.regieId,
                papers: papers.get(bill) ?? [],
                payers: bill.payers,
                isWithoutPaper: bill.isWithoutPaper,
                isSettled: bill.isSettled,
              })),
              isBilled: month.standing.length > 0 || month.payers.standing.length > 0,
              settlesSpan: own.every(({ settlesSpan }) => settlesSpan),
              isSettled: own.every(({ isSettled }) => isSettled),
            }
          : null,
      }
    }),
  }
}

/**
 * Makes the proposals for batches of spans. Facts may change before they are written: the writer compares
 * `Proposals.revisions`.
 */
export const proposalsReader: BatchReader<
  { readonly actId: number; readonly scope: BillingScope },
  readonly SpanKey[],
  Proposals
> = {
  read(store, { actId, scope }) {
    const current = currentBook(store)
    return (spans) => proposalsFor(store, actId, current, scope, spans)
  },
  program: join(import.meta.dirname, `pricing-worker${extname(import.meta.filename)}`),
}

/**
 * The proposals that existing drafts hold, for months that need not be priced again and in which the run takes all that
 * is owed. Only the text of the papers is made again.
 */
export const proposalsOfDrafts = (
  store: Store,
  current: CurrentBook,
  drafts: readonly HomePaperRow[],
  linesOf: ReadonlyMap<number, readonly NewLine[]>,
): Proposal[] => {
  if (drafts.length === 0) return []
  const familyIds = [...new Set(drafts.map(({ familyId }) => familyId))]
  const lines = drafts.map(({ id }) => linesOf.get(id) ?? [])
  const childIds = [...new Set(lines.flat().flatMap(({ childId }) => childId ?? []))]
  const billedHomes = billedHomesOf(store, familyIds, childIds, today(store.clock))
  // In a town with several régies, drafts of the others may bill another part of the month.
  const settlesSpan = regiesOf(store).length === 1
  const prints = drafts.map(({ familyId, regieId, fromDay, toDay, paper }, index) => ({
    familyId,
    regieId,
    from: fromDay,
    to: toDay,
    lines: lines[index] ?? [],
    remarks: paper?.remarks ?? [],
    corrects: '',
  }))
  const facts = paperFacts(store, current, prints, billedHomes)
  return drafts.flatMap((draft, index) => {
    const { familyId, regieId, month, totalCents, fromDay, toDay } = draft
    const home = billedHomes.homes.get(familyId)
    const ofPaper = facts[index]
    if (!month || !home || !ofPaper) return []
    const paper: ProposedPaper = {
      regieId,
      kind: 'invoice',
      correctsId: null,
      reason: '',
      fromDay,
      toDay,
      totalCents,
      lines: lines[index] ?? [],
      journal: [],
      facts: ofPaper,
    }
    return [
      {
        familyId,
        month,
        toKeep: { adoption: null, takes: null, isRaised: false },
        pricedWith: { bookId: current.id, ...factsOfMonth(month, homeFacts(home)) },
        bill: {
          shares: [{ regieId, papers: [paper], payers: [], isWithoutPaper: false, isSettled: false }],
          isBilled: false,
          settlesSpan,
          isSettled: false,
        },
      },
    ]
  })
}

/** The papers of a span at one régie. */
type Bill = {
  readonly month: FoundSpan
  readonly regieId: number
  readonly papers: SpanPapers
  readonly payers: readonly PayerUnit[]
  readonly isWithoutPaper: boolean
  readonly settlesSpan: boolean
  readonly isSettled: boolean
}

const nothing = { added: [], givenBack: [], unplacedCents: 0 }
const noPapers: SpanPapers = { invoice: null, notes: [], journal: [], remarks: [] }

/** What a run bills and gives back for spans, at each régie. */
export const differencesForRun = (
  { regies, regieOfActivity }: { regies: readonly RegieSettings[]; regieOfActivity: (activityId: number) => number },
  scope: BillingScope,
  months: readonly FoundSpan[],
) => {
  const leftOfHomes = new Map<number, Map<number, Cents>>()
  return months.flatMap((month) => {
    const leftOfHome = leftOfHomes.get(month.familyId) ?? new Map(month.left)
    leftOfHomes.set(month.familyId, leftOfHome)
    return regies.map(({ id: regieId, zeroInvoices: billsFree }) => {
      const isOnly = regies.length === 1
      const span = isOnly ? month : shareOf(month, regieId, regieOfActivity)
      const left = isOnly ? leftOfHome : leftAt(month, regieId, leftOfHome)
      const isFinal = month.finalAt.has(regieId)
      const whole = isFinal ? nothing : differenceFor(span, { scope: null, left, billsFree })
      const isTaken = (scope.regieId ?? regieId) === regieId
      const difference =
        isFinal || !isTaken
          ? nothing
          : // Where the whole month has no difference, a part of it would give back what another part adds again.
            takesWholeMonth(scope, month.month) || isNothing(whole)
            ? whole
            : differenceFor(span, { scope, left, billsFree })
      for (const { paperId, cents } of difference.givenBack)
        leftOfHome.set(paperId, (leftOfHome.get(paperId) ?? 0) - cents)
      return { month, regieId, span, whole, isTaken: isTaken && !isFinal, isFinal, difference }
    })
  })
}

/** The papers of these spans, as this run would make them. */
const papersForRun = (store: Store, scope: BillingScope, months: readonly FoundSpan[]): Bill[] => {
  const regies = regiesOf(store)
  const regieOfActivity = regieOfActivities(store)
  const found = differencesForRun({ regies, regieOfActivity }, scope, months)
  const corrected = new Set(found.flatMap(({ difference }) => difference.givenBack.map(({ unit }) => unit.lineId)))
  const named = found.flatMap(({ span }) =>
    span.lines.flatMap(({ id, reservationIds }) => (corrected.has(id) ? reservationIds : [])),
  )
  const billed: BilledCells = new Map(cellsById(store, [...new Set(named)]).map((cell) => [cell.id, cell]))
  return found.map(({ month, regieId, span, whole, isTaken, isFinal, difference }) => {
    const ofRegie = ({ activityId }: PayerUnit) => regies.length === 1 || regieOfActivity(activityId) === regieId
    const wholePayers = isFinal ? [] : payerUnitsFor(span, null).filter(ofRegie)
    const payers = isTaken ? payerUnitsFor(span, scope).filter(ofRegie) : []
    const papers = isTaken ? papersOf(span, scope, difference, billed) : noPapers
    const isWithoutPaper = payers.length > 0 && !papers.invoice && papers.notes.length === 0
    return {
      month,
      regieId,
      papers: isWithoutPaper ? withoutPaper(payers) : papers,
      payers,
      isWithoutPaper,
      settlesSpan:
        (difference === whole || unitsText(difference) === unitsText(whole)) && payers.length === wholePayers.length,
      isSettled: isNothing(whole) && wholePayers.length === 0 && (isFinal || span.priced.errors.length === 0),
    }
  })
}

const unitsText = ({ added, givenBack }: Difference<OwedUnit>): string =>
  JSON.stringify([
    added.map(({ group, label, cents }) => [group, label, cents]),
    givenBack.map(({ unit, paperId, cents }) => [unit.group, unit.lineId, paperId, cents]),
  ])

const papersProposed = (
  store: Store,
  current: CurrentBook,
  scope: BillingScope,
  bills: readonly Bill[],
  known: Pick<BilledHomes, 'homes' | 'children'>,
): ReadonlyMap<Bill, ProposedPaper[]> => {
  const nameOf = numbersOf(
    store,
    bills.flatMap(({ papers }) => papers.notes.map(({ invoiceId }) => invoiceId)),
  )
  const regies = new Map(regiesOf(store).map((one) => [one.id, one]))
  const prints = bills.flatMap((bill) => printsOf(scope, bill, nameOf, regies.get(bill.regieId)?.natures ?? []))
  const familyIds = [...new Set(prints.map(({ bill }) => bill.month.familyId))]
  const childIds = [...new Set(prints.flatMap(({ print }) => print.lines.flatMap(({ childId }) => childId ?? [])))]
  const billedHomes = billedHomesOf(store, familyIds, childIds, today(store.clock), known)
  const facts = paperFacts(
    store,
    current,
    prints.map(({ print }) => print),
    billedHomes,
  )
  const papers = prints.flatMap(({ bill, print, totalCents, journal, correctsId, reason }, index) => {
    const ofPaper = facts[index]
    if (!ofPaper) return []
    const { familyId, regieId, from, to, lines } = print
    const kind = correctsId === null ? ('invoice' as const) : ('creditNote' as const)
    const hasNoAddress = kind === 'invoice' && billedHomes.debtors.get(familyId)?.addressLines.length === 0
    const paper: ProposedPaper = {
      regieId,
      kind,
      correctsId,
      reason,
      fromDay: from,
      toDay: to,
      totalCents,
      lines,
      journal: hasNoAddress ? [noAddressEntry, ...journal] : journal,
      facts: ofPaper,
    }
    return [{ bill, paper }]
  })
  return new Map(
    [...Map.groupBy(papers, ({ bill }) => bill)].map(([bill, ofBill]) => [bill, ofBill.map(({ paper }) => paper)]),
  )
}

const noAddressEntry: JournalEntry = { level: 'warning', cause: 'noAddress', sentence: 'Adresse inconnue' }

type PaperToPrint = Pick<ProposedPaper, 'correctsId' | 'reason' | 'totalCents' | 'journal'> & {
  readonly bill: Bill
  readonly print: ToPrint
}

const printsOf = (
  scope: BillingScope,
  bill: Bill,
  nameOf: (invoiceId: number) => string,
  natures: readonly AccountingNature[],
): PaperToPrint[] => {
  const { month, regieId, papers } = bill
  const account = { familyId: month.familyId, regieId }
  const { from, to } = daysWithin(scope, month.month)
  const issued = new Map(month.lines.map((line) => [line.id, line]))
  // A line that gives something back has the accounting nature of the line that it corrects.
  const entered = (line: NewLine): NewLine => {
    const corrected = issued.get(line.correctsLineId ?? 0)
    return { ...line, ...(corrected ? natureOfLine(corrected) : natureColumns(natures, line)) }
  }
  const { invoice: added, notes, remarks, journal } = papers
  const regularised = notes.map(({ label, totalCents }) => ({ label, number: '', amount: totalCents }))
  const invoices = added ? [added] : []
  return [
    ...invoices.map(({ lines, totalCents }) => ({
      bill,
      print: { ...account, from, to, lines: lines.map(entered), remarks, corrects: '', regularised },
      correctsId: null,
      reason: '',
      totalCents,
      journal,
    })),
    ...notes.map(({ invoiceId, lines, totalCents, label, journal: ofNote }) => ({
      bill,
      print: { ...account, from, to, lines: lines.map(entered), remarks: [], corrects: nameOf(invoiceId) },
      correctsId: invoiceId,
      reason: `Changements après la facture ${nameOf(invoiceId)}\u00a0: ${label}`,
      totalCents,
      journal: ofNote,
    })),
  ]
}

const natureOfLine = ({ nature, productCode }: { nature: string | null; productCode: string | null }) => ({
  nature,
  productCode,
})

/** The accounting columns of a line: where its revenue is entered. */
export const natureColumns = (
  natures: readonly AccountingNature[],
  { activityId, fiscal }: Pick<NewLine, 'activityId' | 'fiscal'>,
) => {
  const found = natureOf(natures, { activityId: activityId ?? null, fiscal })
  return { nature: found?.account ?? null, productCode: found?.productCode || null }
}

const numbersOf = (store: Store, invoiceIds: readonly number[]) => {
  const rows = new Map(invoiceRows(store, [...new Set(invoiceIds)]).map((row) => [row.id, row]))
  return (id: number): string => {
    const row = rows.get(id)
    return (row && numberOf(row)) ?? ''
  }
}

/** The days of a month that a run bills; all days for a month that lies outside the run's days. */
const daysWithin = (scope: BillingScope, month: Month): { from: Day; to: Day } => {
  const { from, to } = daysOfMonth(month)
  if (to < scope.from || scope.to < from) return { from, to }
  return { from: from < scope.from ? scope.from : from, to: scope.to < to ? scope.to : to }
}
