import {
  addMonths,
  type Day,
  daysOfMonth,
  firstOfMonth,
  type Month,
  monthKey,
  today,
} from '../../../shared/rules/calendar/day.ts'
import { type JournalEntry, type PaperFacts, worstLevelOf } from '../../../shared/rules/money/invoice.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { numberOf } from '../../../shared/rules/money/series.ts'
import type { Write } from '../../store/acts/acts.ts'
import { invoice, invoiceLine } from '../../store/schema/index.ts'
import type { LongAct, Store } from '../../store/store.ts'
import { type CurrentBook, currentBook } from '../prices/prices.ts'
import type { LongWorkTools } from '../progress.ts'
import { organisationOf } from '../settings/settings.ts'
import { carriedOverCents, comparableLine, removeDraft } from './draft-writing.ts'
import { type BillingScope, householdsOf, type NewLine } from './drafts.ts'
import {
  cellsById,
  draftsOfFamilies,
  draftsOfRun,
  type InvoiceRow,
  invoiceRows,
  linesOf,
  runRow,
} from './invoicing-store.ts'
import { chunksOfFamilies, familiesPerSlice, spansPerSlice } from './long-work.ts'
import { paperFacts, type ToPrint } from './paper-facts.ts'
import { type BilledCells, differenceFor, isNothing, papersOf, type SpanPapers } from './span-papers.ts'
import { type PricedMonth, priceSpans } from './spans/spans.ts'
import { changedSpans, isAnotherActOpen, type SpanKey, settleSpan } from './spans/spans-store.ts'

export type SpanRun = {
  readonly id: number
  readonly scope: BillingScope
  /** Null: every family. */
  readonly familyIds: readonly number[] | null
}

/**
 * Makes the drafts of a run, or makes them again: the papers of each span whose price differs from what stands billed.
 * @returns the number of drafts taken over from each older run
 */
export const makeSpanDrafts = async (
  store: Store,
  act: LongAct,
  run: SpanRun,
  { signal, onProgress }: LongWorkTools,
): Promise<ReadonlyMap<number, number>> => {
  const current = currentBook(store)
  const spans = spansToPrice(store, run, current)
  const takenOver = new Map<number, number>()
  const batches = chunksOfFamilies(spans, familiesPerSlice, spansPerSlice)
  await act.slices(
    batches,
    (write, batch) => {
      for (const runId of writeSpanDrafts(store, write, current, run, batch))
        takenOver.set(runId, (takenOver.get(runId) ?? 0) + 1)
    },
    { signal, onProgress: (done) => onProgress(done, batches.length) },
  )
  return takenOver
}

/** Those that changed, and those of the run's own drafts: a change taken back leaves nothing to bill. */
const spansToPrice = (store: Store, run: SpanRun, current: CurrentBook): SpanKey[] => {
  const { billsFrom } = organisationOf(store)
  const changed = changedSpans(store, { to: run.scope.to, familyIds: run.familyIds, bookId: current.id, billsFrom })
  const ofDrafts = draftsOfRun(store, run.id).flatMap((row) =>
    monthsOf(row).map((month) => ({ familyId: row.familyId, month })),
  )
  return [...new Map([...changed, ...ofDrafts].map((span) => [`${span.familyId} ${span.month}`, span])).values()]
}

/** The months of a draft: one, except on drafts of the first version. */
export const monthsOf = ({ month, fromDay, toDay }: Pick<InvoiceRow, 'month' | 'fromDay' | 'toDay'>): Month[] => {
  if (month) return [month]
  const months: Month[] = []
  for (let on = firstOfMonth(fromDay); on <= toDay; on = addMonths(on, 1)) months.push(monthKey(on))
  return months
}

export type RunPapers = {
  readonly span: PricedMonth
  readonly papers: SpanPapers
  /** Whether these papers settle the whole span: a limited run leaves the rest to others. */
  readonly isWhole: boolean
  /** Whether nothing of the span is left to bill or to give back, by any run. */
  readonly isSettled: boolean
}

/** The papers of these spans, as this run makes them. */
export const papersForRun = (
  store: Store,
  write: Write,
  current: CurrentBook,
  scope: BillingScope,
  spans: readonly SpanKey[],
): RunPapers[] => {
  const billsFree = organisationOf(store).zeroInvoices
  const leftOfHomes = new Map<number, Map<number, Cents>>()
  const found = priceSpans(store, write, current, spans).map((span) => {
    const left = leftOfHomes.get(span.familyId) ?? new Map(span.left)
    leftOfHomes.set(span.familyId, left)
    const whole = differenceFor(span, { scope: null, left, billsFree })
    const difference = differenceFor(span, { scope, left, billsFree })
    for (const { paperId, cents } of difference.givenBack) left.set(paperId, (left.get(paperId) ?? 0) - cents)
    return { span, whole, difference }
  })
  const corrected = new Set(found.flatMap(({ difference }) => difference.givenBack.map(({ unit }) => unit.lineId)))
  const named = found.flatMap(({ span }) =>
    span.lines.flatMap(({ id, reservationIds }) => (corrected.has(id) ? reservationIds : [])),
  )
  const billed: BilledCells = new Map(cellsById(store, [...new Set(named)]).map((cell) => [cell.id, cell]))
  return found.map(({ span, whole, difference }) => ({
    span,
    papers: papersOf(span, scope, difference, billed),
    isWhole: difference.added.length === whole.added.length && difference.givenBack.length === whole.givenBack.length,
    isSettled: isNothing(whole) && span.priced.errors.length === 0,
  }))
}

/** Makes the drafts of one span again. */
export const remakeSpanDrafts = (store: Store, write: Write, run: SpanRun, span: SpanKey): void => {
  writeSpanDrafts(store, write, currentBook(store), run, [span])
}

/** @returns the older runs whose drafts these replace, once for each span */
const writeSpanDrafts = (
  store: Store,
  write: Write,
  current: CurrentBook,
  run: SpanRun,
  spans: readonly SpanKey[],
): number[] => {
  const drafts = draftsOfFamilies(store, [...new Set(spans.map(({ familyId }) => familyId))])
  const isComplete = !isAnotherActOpen(store, write.actId)
  const takenOver: number[] = []
  const toWrite: PapersToWrite[] = []
  for (const { span, papers, isSettled } of papersForRun(store, write, current, run.scope, spans)) {
    const ofSpan = drafts.filter((row) => row.familyId === span.familyId && monthsOf(row).includes(span.month))
    if (isSettled && isComplete)
      settleSpan(store, write, span, { revision: span.revision, bookId: span.pricedWith.bookId })
    if (papers.invoice || papers.notes.length > 0) {
      const from = ofSpan.find(({ runId }) => runId !== run.id)?.runId ?? null
      if (from !== null) takenOver.push(from)
      // A draft of the first version may cover several months: another run bills those that this one does not.
      for (const { id } of ofSpan.filter(({ month }) => month === null)) removeDraft(store, write, id)
      toWrite.push({ span, papers, known: ofSpan.filter(({ month }) => month !== null), from })
    } else
      for (const { id } of ofSpan.filter(({ runId }) => isSettled || runId === run.id)) removeDraft(store, write, id)
  }
  writePapers(store, write, current, run, toWrite)
  return takenOver
}

type PapersToWrite = Pick<RunPapers, 'span' | 'papers'> & {
  /** The drafts of the span. */
  readonly known: readonly InvoiceRow[]
  /** The run that they were drafts of, if it was another one. */
  readonly from: number | null
}

const writePapers = (
  store: Store,
  write: Write,
  current: CurrentBook,
  run: SpanRun,
  toWrite: readonly PapersToWrite[],
): void => {
  const prints = printsOf(store, run.scope, toWrite)
  const familyIds = [...new Set(toWrite.map(({ span }) => span.familyId))]
  const childIds = [...new Set(prints.flatMap(({ print }) => print.lines.map(({ childId }) => childId)))]
  const households = householdsOf(store, familyIds, childIds, today(store.clock))
  const facts = paperFacts(
    store,
    current,
    prints.map(({ print }) => print),
    households,
  )
  const drafts = prints.map(({ of, print, correctsId, reason, totalCents }, index): DraftToWrite => {
    const { span, papers, known, from } = of
    const kind = correctsId === null ? 'invoice' : 'creditNote'
    const takeOver = from === null ? [] : [takenOverFrom(store, from)]
    const noAddress = households.debtors.get(span.familyId)?.addressLines.length === 0 ? [noAddressEntry] : []
    const note = papers.notes.find(({ invoiceId }) => invoiceId === correctsId)
    const journal = note ? [...takeOver, ...note.journal] : [...takeOver, ...noAddress, ...papers.journal]
    return {
      known: known.find((row) => row.kind === kind && row.correctsId === correctsId),
      lines: print.lines,
      facts: kind === 'invoice' ? withEarlierDrafts(facts[index], of, toWrite) : facts[index],
      row: {
        runId: run.id,
        familyId: span.familyId,
        kind,
        state: 'draft',
        fromDay: print.from,
        toDay: print.to,
        totalCents,
        journal,
        correctsId,
        reason,
        month: span.month,
        sealVersion: 2,
        spanRevision: span.revision,
      },
    }
  })
  for (const { known } of toWrite)
    for (const { id } of known) if (drafts.every((draft) => draft.known?.id !== id)) removeDraft(store, write, id)
  // Credit notes first, so that a family's newest paper is its invoice.
  const notes = drafts.filter(({ row }) => row.kind === 'creditNote')
  const invoices = drafts.filter(({ row }) => row.kind === 'invoice')
  const noteIds = saveDrafts(store, write, notes)
  const invoiceIds = saveDrafts(store, write, invoices)
  const invoiceOf = new Map(invoices.map((draft, index) => [spanText(draft), invoiceIds[index] ?? null]))
  for (const [index, draft] of notes.entries())
    write.update(invoice, noteIds[index] ?? 0, { goesWithId: invoiceOf.get(spanText(draft)) ?? null })
}

/** The draft of a month asks for what the earlier months of the run ask too: these are issued first. */
const withEarlierDrafts = (
  facts: PaperFacts | undefined,
  { span }: PapersToWrite,
  toWrite: readonly PapersToWrite[],
): PaperFacts | undefined => {
  const earlier = toWrite.filter(({ span: { familyId, month } }) => familyId === span.familyId && month < span.month)
  const amount = earlier.reduce(
    (sum, { papers: { invoice: added, notes } }) =>
      notes.reduce((rest, { totalCents }) => rest + totalCents, sum + (added?.totalCents ?? 0)),
    0,
  )
  if (!facts || amount === 0) return facts
  return { ...facts, carriedOver: [...facts.carriedOver, { label: 'Brouillons des mois d’avant', amount }] }
}

const spanText = ({ row }: DraftToWrite): string => `${row.familyId} ${row.month}`

const noAddressEntry: JournalEntry = { level: 'warning', cause: 'noAddress', sentence: 'Adresse inconnue' }

const takenOverFrom = (store: Store, runId: number): JournalEntry => ({
  level: 'note',
  sentence: `Repris de la facturation «\u00a0${runRow(store, runId)?.label ?? ''}\u00a0».`,
})

type PaperToPrint = {
  readonly of: PapersToWrite
  readonly print: ToPrint
  /** Null: the invoice. */
  readonly correctsId: number | null
  readonly reason: string
  readonly totalCents: Cents
}

const printsOf = (store: Store, scope: BillingScope, toWrite: readonly PapersToWrite[]): PaperToPrint[] => {
  const numberOf = numbersOf(
    store,
    toWrite.flatMap(({ papers }) => papers.notes.map(({ invoiceId }) => invoiceId)),
  )
  return toWrite.flatMap((of): PaperToPrint[] => {
    const { span, papers } = of
    const { familyId } = span
    const { from, to } = daysWithin(scope, span.month)
    const { invoice: added, notes, remarks } = papers
    return [
      ...(added
        ? [
            {
              of,
              print: {
                familyId,
                from,
                to,
                lines: added.lines,
                remarks,
                corrects: '',
                regularised: regularisedBy(notes),
              },
              correctsId: null,
              reason: '',
              totalCents: added.totalCents,
            },
          ]
        : []),
      ...notes.map(({ invoiceId, lines, totalCents, label }) => ({
        of,
        print: { familyId, from, to, lines, remarks: [], corrects: numberOf(invoiceId) },
        correctsId: invoiceId,
        reason: `Changements après la facture ${numberOf(invoiceId)}\u00a0: ${label}`,
        totalCents,
      })),
    ]
  })
}

export const regularisedBy = (notes: SpanPapers['notes']): NonNullable<PaperFacts['regularised']> =>
  notes.map(({ label, totalCents }) => ({ label, number: '', amount: totalCents }))

const numbersOf = (store: Store, invoiceIds: readonly number[]) => {
  const rows = new Map(invoiceRows(store, [...new Set(invoiceIds)]).map((row) => [row.id, row]))
  return (id: number): string => {
    const row = rows.get(id)
    return (row && numberOf(row)) ?? ''
  }
}

/** The days of a month that a run bills; of a month beside the run, all its days. */
const daysWithin = (scope: BillingScope, month: Month): { from: Day; to: Day } => {
  const { from, to } = daysOfMonth(month)
  if (to < scope.from || scope.to < from) return { from, to }
  return { from: from < scope.from ? scope.from : from, to: scope.to < to ? scope.to : to }
}

type DraftRow = Omit<
  typeof invoice.$inferInsert,
  'id' | 'actId' | 'verdict' | 'setAside' | 'previousBalanceCents' | 'paper'
> & { readonly journal: readonly JournalEntry[] }

type DraftToWrite = {
  readonly row: DraftRow
  readonly lines: readonly NewLine[]
  readonly facts: PaperFacts | undefined
  readonly known: InvoiceRow | undefined
}

/** Writes drafts over the known ones, and adds the others. A draft that stays the same keeps staff's choice to include it. */
const saveDrafts = (store: Store, write: Write, drafts: readonly DraftToWrite[]): number[] => {
  const added = drafts.filter(({ known }) => !known)
  const addedIds = write.insertMany(
    invoice,
    added.map(({ row, facts }) => {
      const verdict = worstLevelOf(row.journal)
      // A draft with a warning is not issued with the others until staff include it.
      return { ...row, ...printed(facts), verdict, setAside: verdict !== 'ready' }
    }),
  )
  const ids = drafts.map((draft) => {
    const { known, row, facts } = draft
    if (!known) return addedIds[added.indexOf(draft)] ?? 0
    const verdict = worstLevelOf(row.journal)
    const setAside = verdict === known.verdict ? known.setAside : verdict !== 'ready'
    write.update(invoice, known.id, { ...row, ...printed(facts), verdict, setAside })
    return known.id
  })
  const knownLines = linesOf(
    store,
    drafts.flatMap(({ known }) => (known ? [known.id] : [])),
  )
  const changed = drafts.flatMap(({ known, lines }, index) => {
    const before = known ? (knownLines.get(known.id) ?? []) : []
    if (areSameLines(before, lines)) return []
    for (const { id } of before) write.remove(invoiceLine, id)
    return lines.map((line) => ({ ...line, invoiceId: ids[index] ?? 0 }))
  })
  write.insertMany(invoiceLine, changed)
  return ids
}

const printed = (facts: PaperFacts | undefined) =>
  facts ? { previousBalanceCents: carriedOverCents(facts), paper: facts } : {}

export const areSameLines = (some: readonly NewLine[], others: readonly NewLine[]): boolean =>
  JSON.stringify(some.map(comparedLine)) === JSON.stringify(others.map(comparedLine))

const comparedLine = (line: NewLine) => [...comparableLine(line), line.correctsLineId ?? null]
