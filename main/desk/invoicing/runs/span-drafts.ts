import { inChunks } from '../../../../shared/collections.ts'
import { addMonths, firstOfMonth, type Month, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { type JournalEntry, type PaperFacts, worstLevelOf } from '../../../../shared/rules/money/invoice.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { answersAhead } from '../../../store/reading-thread.ts'
import { invoice, invoiceLine } from '../../../store/schema/index.ts'
import type { LongAct, Store } from '../../../store/store.ts'
import { type CurrentBook, currentBook } from '../../prices/prices.ts'
import { isForThread, type PricingTools } from '../../progress.ts'
import { billableDays } from '../../regies/regies.ts'
import {
  allHomeIds,
  type DraftKey,
  draftKeysOfRun,
  draftsOfFamilies,
  type InvoiceRow,
  linesOf,
  runRow,
} from '../invoicing-store.ts'
import { chunksOfFamilies, familiesPerAnswer, familiesPerSlice, spansPerSlice } from '../long-work.ts'
import { carriedOverCents, removeDraft } from '../papers/drafts.ts'
import type { NewLine } from '../papers/paper-lines.ts'
import { keepSpan } from '../spans/spans.ts'
import {
  addForfaitSpans,
  changedSpansInTurns,
  familiesOf,
  keyOfSpan,
  revisionsOf,
  type SpanKey,
  settleSpan,
} from '../spans/spans-store.ts'
import { type Proposals, type ProposedPaper, proposalsFor, proposalsReader } from './proposals.ts'
import type { BillingScope } from './span-papers.ts'

export type SpanRun = {
  readonly id: number
  readonly scope: BillingScope
  /** Null for every family. */
  readonly familyIds: readonly number[] | null
  /**
   * A new run takes over the drafts of older runs for its months. A run that is made again leaves to other runs the
   * months that they have.
   */
  readonly isNew: boolean
}

/**
 * Makes the drafts of a run, or makes them again: the papers of each span whose price differs from what stands billed.
 * Other threads price the spans of a large run while this one writes.
 * @returns the number of drafts taken over from each older run
 */
export const makeSpanDrafts = async (
  store: Store,
  act: LongAct,
  run: SpanRun,
  tools: PricingTools,
): Promise<ReadonlyMap<number, number>> => {
  const { signal, onProgress } = tools
  const current = currentBook(store)
  const { forfaits } = current.needs
  const { to } = run.scope
  const homes =
    run.familyIds === null ? allHomeIds(store) : [...new Set(run.familyIds)].toSorted((one, other) => one - other)
  if (forfaits.length > 0)
    await act.slices(
      inChunks(homes, familiesPerSlice),
      (write, familyIds) => addForfaitSpans(store, write, forfaits, { to, familyIds }),
      { signal },
    )
  const spans = await spansToPrice(store, run, homes, current, signal)
  const isInThread = isForThread(store, spans.length, tools)
  const batches = chunksOfFamilies(spans, isInThread ? familiesPerAnswer : familiesPerSlice, spansPerSlice)
  const takenOver = new Map<number, number>()
  const price = (spans: readonly SpanKey[]) => proposalsFor(store, act.id, current, run.scope, spans)
  const writeBatch = (write: Write, proposals: Proposals) => {
    for (const runId of writeDrafts(store, write, current, run, proposals))
      takenOver.set(runId, (takenOver.get(runId) ?? 0) + 1)
  }
  if (!isInThread)
    await act.slices(batches, (write, batch) => writeBatch(write, price(batch)), {
      signal,
      onProgress: (done) => onProgress(done, batches.length),
    })
  else {
    let done = 0
    const topic = { actId: act.id, scope: run.scope }
    for await (const proposals of answersAhead(store, proposalsReader, { topic, batches })) {
      const batch = batches[done] ?? []
      // A proposal whose facts changed since the thread read them is priced again here, where nobody else writes
      // meanwhile.
      const holds = () =>
        proposals.bookId === current.id && proposals.revisions === revisionsOf(store, familiesOf(batch))
      await act.slices([proposals], (write) => writeBatch(write, holds() ? proposals : price(batch)), { signal })
      onProgress((done += 1), batches.length)
    }
  }
  return takenOver
}

/**
 * The spans that changed, and those with a draft in this run: when a change was taken back, the draft has nothing left
 * to bill.
 */
const spansToPrice = async (
  store: Store,
  { id, scope, isNew }: SpanRun,
  homes: readonly number[],
  current: CurrentBook,
  signal: AbortSignal,
): Promise<SpanKey[]> => {
  const changed = await changedSpansInTurns(
    store,
    homes,
    {
      to: scope.to,
      bookId: current.id,
      billsFrom: billableDays(store).first,
      monthsAround: current.needs.monthsAround,
      madeAgain: isNew ? null : id,
    },
    signal,
  )
  if (isNew) return changed
  const own = spansOf(await draftKeysOfRun(store, id))
  return [...new Map([...changed, ...own].map((span) => [keyOfSpan(span), span])).values()]
}

const spansOf = (drafts: readonly DraftKey[]): SpanKey[] =>
  drafts.flatMap((row) => monthsOf(row).map((month) => ({ familyId: row.familyId, month })))

/** The months of a draft: one, except on drafts of the first version. */
export const monthsOf = ({ month, fromDay, toDay }: Pick<InvoiceRow, 'month' | 'fromDay' | 'toDay'>): Month[] => {
  if (month) return [month]
  const months: Month[] = []
  for (let on = firstOfMonth(fromDay); on <= toDay; on = addMonths(on, 1)) months.push(monthKey(on))
  return months
}

/** Makes the drafts of one span again. */
export const remakeSpanDrafts = (store: Store, write: Write, run: SpanRun, span: SpanKey): void => {
  const current = currentBook(store)
  writeDrafts(store, write, current, run, proposalsFor(store, write.actId, current, run.scope, [span]))
}

/** @returns the older runs whose drafts were replaced, once for each span and régie */
const writeDrafts = (
  store: Store,
  write: Write,
  current: CurrentBook,
  run: SpanRun,
  { months, isComplete }: Proposals,
): number[] => {
  const known = draftsOfFamilies(store, [...new Set(months.map(({ familyId }) => familyId))])
  const takenOver: number[] = []
  const toWrite: PapersToWrite[] = []
  for (const proposal of months) {
    const { familyId, month, pricedWith, bill } = proposal
    const span = { familyId, month }
    const revision = keepSpan(store, write, current, proposal)
    if (!bill) continue
    if (bill.isSettled && isComplete) settleSpan(store, write, span, { revision, bookId: pricedWith.bookId })
    const ofSpan = known.filter((row) => row.familyId === familyId && monthsOf(row).includes(month))
    for (const { regieId, papers, isSettled } of bill.shares) {
      const ofShare = ofSpan.filter((row) => row.regieId === regieId)
      if (papers.length > 0) {
        const from = [...new Set(ofShare.flatMap(({ runId }) => (runId === null || runId === run.id ? [] : [runId])))]
        takenOver.push(...from)
        // A draft of the first version may cover several months. It is removed; another run will bill the months that
        // this one does not.
        for (const { id } of ofShare.filter((row) => row.month === null)) removeDraft(store, write, id)
        toWrite.push({
          span,
          regieId,
          revision: isComplete ? revision : 0,
          papers,
          known: ofShare.filter((row) => row.month !== null),
          from,
        })
      } else
        for (const { id } of ofShare.filter(({ runId }) => isSettled || runId === run.id)) removeDraft(store, write, id)
    }
  }
  writePapers(store, write, run, toWrite)
  return takenOver
}

type PapersToWrite = {
  readonly span: SpanKey
  readonly regieId: number
  readonly revision: number
  readonly papers: readonly ProposedPaper[]
  /** The drafts of the span at this régie. */
  readonly known: readonly InvoiceRow[]
  /** The other runs that they were drafts of. */
  readonly from: readonly number[]
}

const writePapers = (store: Store, write: Write, run: SpanRun, toWrite: readonly PapersToWrite[]): void => {
  const drafts = toWrite.flatMap((ofSpan): DraftToWrite[] => {
    const { span, revision, papers, known, from } = ofSpan
    const takeOver = from.map((runId) => takenOverFrom(store, runId))
    return papers.map(({ lines, facts, journal, ...paper }) => ({
      known: known.find((row) => row.kind === paper.kind && row.correctsId === paper.correctsId),
      lines,
      facts: paper.kind === 'invoice' ? withEarlierDrafts(facts, ofSpan, toWrite) : facts,
      row: {
        ...paper,
        ...span,
        runId: run.id,
        state: 'draft',
        journal: [...takeOver, ...journal],
        sealVersion: 2,
        spanRevision: revision,
      },
    }))
  })
  for (const { known } of toWrite)
    for (const { id } of known) if (drafts.every((draft) => draft.known?.id !== id)) removeDraft(store, write, id)
  // Credit notes are written first, so that a family's newest paper is its invoice.
  const notes = drafts.filter(({ row }) => row.kind === 'creditNote')
  const invoices = drafts.filter(({ row }) => row.kind === 'invoice')
  const noteIds = saveDrafts(store, write, notes)
  const invoiceIds = saveDrafts(store, write, invoices)
  const invoiceOf = new Map(invoices.map((draft, index) => [spanText(draft), invoiceIds[index] ?? null]))
  for (const [index, draft] of notes.entries())
    write.update(invoice, noteIds[index] ?? 0, { goesWithId: invoiceOf.get(spanText(draft)) ?? null })
}

/** Adds to what a draft carries over the amounts of the run's drafts for earlier months, which are issued before it. */
const withEarlierDrafts = (
  facts: PaperFacts,
  { span, regieId }: PapersToWrite,
  toWrite: readonly PapersToWrite[],
): PaperFacts => {
  const amount = toWrite
    .filter(
      (other) => other.regieId === regieId && other.span.familyId === span.familyId && other.span.month < span.month,
    )
    .flatMap(({ papers }) => papers)
    .reduce((sum, { totalCents }) => sum + totalCents, 0)
  if (amount === 0) return facts
  return { ...facts, carriedOver: [...facts.carriedOver, { label: 'Brouillons des mois d’avant', amount }] }
}

const spanText = ({ row }: DraftToWrite): string => `${row.familyId} ${row.month} ${row.regieId}`

const takenOverFrom = (store: Store, runId: number): JournalEntry => ({
  level: 'note',
  sentence: `Repris de la facturation «\u00a0${runRow(store, runId)?.label ?? ''}\u00a0».`,
})

type DraftRow = Omit<
  typeof invoice.$inferInsert,
  'id' | 'actId' | 'verdict' | 'setAside' | 'previousBalanceCents' | 'paper'
> & { readonly journal: readonly JournalEntry[] }

type DraftToWrite = {
  readonly row: DraftRow
  readonly lines: readonly NewLine[]
  readonly facts: PaperFacts
  readonly known: InvoiceRow | undefined
}

/** Replaces the known drafts by these and inserts the others. An unchanged draft keeps staff's choice to include it. */
const saveDrafts = (store: Store, write: Write, drafts: readonly DraftToWrite[]): number[] => {
  const added = drafts.filter(({ known }) => !known)
  const addedIds = write.insertMany(
    invoice,
    added.map(({ row, facts }) => {
      const verdict = worstLevelOf(row.journal)
      // A draft with a warning is issued only if staff include it.
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
    if (areSameLines(before, lines) && haveSameNatures(before, lines)) return []
    for (const { id } of before) write.remove(invoiceLine, id)
    return lines.map((line) => ({ ...line, invoiceId: ids[index] ?? 0 }))
  })
  write.insertMany(invoiceLine, changed)
  return ids
}

const printed = (facts: PaperFacts) => ({ previousBalanceCents: carriedOverCents(facts), paper: facts })

export const areSameLines = (some: readonly NewLine[], others: readonly NewLine[]): boolean =>
  JSON.stringify(some.map(comparedLine)) === JSON.stringify(others.map(comparedLine))

const haveSameNatures = (some: readonly NewLine[], others: readonly NewLine[]): boolean =>
  some.every(({ nature, productCode }, index) => {
    const other = others[index]
    return (other?.nature ?? null) === (nature ?? null) && (other?.productCode ?? null) === (productCode ?? null)
  })

/**
 * The properties of a line that must be equal, between a stored draft and a new one, for the draft to stay as it is.
 */
const comparedLine = (line: NewLine) => [
  line.childId,
  line.activityId,
  line.label,
  line.quantity,
  line.unitCents,
  line.totalCents,
  line.fiscal,
  line.explanation,
  line.days,
  line.reservationIds,
  line.correctsLineId ?? null,
]
