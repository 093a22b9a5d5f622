import { ascending } from '../../../shared/collections.ts'
import type { IssueReport } from '../../../shared/contract/desk/invoicing.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { draftChanges, type JournalEntry } from '../../../shared/rules/money/invoice.ts'
import { numberOf } from '../../../shared/rules/money/series.ts'
import type { Write } from '../../store/acts/acts.ts'
import { billedSpan, invoice, reservation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOnDay } from '../families/families.ts'
import { type CurrentBook, currentBook, keepBook } from '../prices/prices.ts'
import type { LongWorkTools } from '../progress.ts'
import { spendCredits } from './account.ts'
import { withNames } from './drafts.ts'
import {
  accountsChangedSince,
  draftsOfRun,
  type InvoiceRow,
  invoiceRows,
  type LineRow,
  lastAudit,
  linesOf,
} from './invoicing-store.ts'
import { allOrNothing, chunksOfFamilies, exclusively, familiesPerSlice } from './long-work.ts'
import { assignNumbers, finalizePaper, type PreparedPaper, refuseUnknownNumbers } from './numbering.ts'
import { paperFacts, type ToPrint } from './paper-facts.ts'
import { type RunRecord, requireRun, scopeOf, spanOf } from './runs.ts'
import { areSameLines, papersForRun, type RunPapers, regularisedBy } from './span-drafts.ts'
import { factsOfMonth } from './spans/home-months.ts'
import { billedSpans, revisionOf, type SpanKey, settleSpan } from './spans/spans-store.ts'

/**
 * Families per act of issue: a larger issue becomes several complete acts. One transaction numbers all papers of an
 * act, and nobody else can write meanwhile.
 */
const maxFamiliesPerAct = 250

/**
 * Issues drafts: gives them their numbers. Each span is priced again first; one whose papers would differ is not issued
 * but marked « à recalculer », with the changes. The invoice of a span and its credit notes are issued in one act.
 */
export const issue = (
  core: Core,
  person: Person,
  { runId, ids }: { runId: number; ids: readonly number[] | null },
  work: LongWorkTools,
): Promise<IssueReport> =>
  exclusively(core.store, async () => {
    const { store } = core
    refuseUnknownNumbers(store)
    const run = requireRun(store, runId)
    const all = draftsOfRun(store, runId)
    const chosenSpans = new Set(all.filter(({ id }) => ids?.includes(id)).map(spanKey))
    const setAside = new Set(all.filter((row) => row.setAside).map(spanKey))
    const drafts = all.filter((row) => (ids ? chosenSpans.has(spanKey(row)) : !setAside.has(spanKey(row))))
    const faulty = new Set(drafts.filter(({ verdict }) => verdict === 'error').map(spanKey))
    if (ids && faulty.size > 0)
      throw new Refused('Un des brouillons choisis a une erreur\u00a0: corrigez-la, puis recalculez-le.')
    const issuable = drafts.filter((row) => !faulty.has(spanKey(row)))
    if (issuable.length === 0) throw new Refused('Il n’y a aucun brouillon à émettre.')
    const reports: ChunkReport[] = []
    let doneBefore = 0
    for (const chunk of inMonths(issuable).flatMap((drafts) => chunksOfFamilies(drafts, maxFamiliesPerAct))) {
      const done = doneBefore
      reports.push(
        await issueChunk(core, person, run, chunk, {
          signal: work.signal,
          onProgress: (part) => work.onProgress(done + part, issuable.length),
        }),
      )
      doneBefore += chunk.length
    }
    const numbers = reports.flatMap(({ invoices, notes }) => (invoices.length > 0 ? invoices : notes))
    const sum = (of: (report: ChunkReport) => number) => reports.reduce((total, report) => total + of(report), 0)
    return {
      issued: sum(({ invoices, notes }) => invoices.length + notes.length),
      issuedCents: sum(({ cents }) => cents),
      firstNumber: numbers[0] ?? null,
      lastNumber: numbers.at(-1) ?? null,
      stale: sum(({ stale }) => stale),
    }
  })

/** Month by month: what a home owes for the first is carried over on its invoice for the next. */
const inMonths = (drafts: readonly InvoiceRow[]): InvoiceRow[][] =>
  [...Map.groupBy(drafts, ({ month }) => month ?? '')].toSorted(ascending(([month]) => month)).map(([, each]) => each)

/** Drafts of one span are issued together. A draft of the first version has no month: it is alone. */
const spanKey = ({ id, familyId, month }: InvoiceRow): string => (month ? `${familyId} ${month}` : `${id}`)

type ChunkReport = {
  readonly invoices: readonly string[]
  readonly notes: readonly string[]
  readonly cents: number
  readonly stale: number
}

const issueChunk = async (
  { store }: Core,
  person: Person,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
  work: Pick<LongWorkTools, 'signal' | 'onProgress'>,
): Promise<ChunkReport> => {
  const current = currentBook(store)
  const act = store.longAct(person, 'invoicing.issue', `Factures émises\u00a0: ${spanOf(run)}`)
  const since = lastAudit(store)
  const prepared: PreparedPaper[] = []
  const priced: RunPapers[] = []
  return allOrNothing(act, async () => {
    await act.slices(
      chunksOfFamilies(drafts, familiesPerSlice),
      (write, batch) => {
        const ready = prepareSpans(store, write, current, run, batch)
        prepared.push(...ready.papers)
        priced.push(...ready.spans)
      },
      {
        signal: work.signal,
        onProgress: (done) => work.onProgress(Math.min(drafts.length, done * familiesPerSlice), drafts.length),
      },
    )
    work.signal.throwIfAborted()
    return act.close((write) => {
      const papers = accountsChangedSince(store, since, act.id)
        ? withCurrentBalances(store, write, current, prepared)
        : prepared
      const credits = papers.filter(({ row }) => row.kind === 'creditNote')
      const notes = assignNumbers(store, write, 'creditNote', credits)
      const numberOf = new Map(credits.map(({ row }, index) => [row.id, notes[index] ?? '']))
      const invoices = assignNumbers(
        store,
        write,
        'invoice',
        papers
          .filter(({ row }) => row.kind === 'invoice')
          .map((paper) =>
            withNoteNumbers(
              write,
              paper,
              credits.filter(({ row }) => row.goesWithId === paper.row.id).map(({ row }) => numberOf.get(row.id) ?? ''),
            ),
          ),
      )
      // Credit notes pay the invoices of this act too, once these exist.
      spendCredits(store, write, [...new Set(credits.map(({ row }) => row.familyId))])
      for (const one of priced) keepPricing(store, write, current, one)
      write.trace('invoice_run', run.id, { issued: papers.length })
      return {
        invoices,
        notes,
        cents: papers.reduce((sum, { row }) => sum + row.totalCents, 0),
        stale: drafts.length - papers.length,
      }
    })
  })
}

/** A payment recorded while the papers were prepared changes what they carry over: their data is read again. */
const withCurrentBalances = (
  store: Store,
  write: Write,
  current: CurrentBook,
  papers: readonly PreparedPaper[],
): PreparedPaper[] => {
  const facts = paperFacts(
    store,
    current,
    papers.map(({ print }) => print),
  )
  return papers.map((one, index) => {
    const found = facts[index]
    return found ? finalizePaper(write, one, found) : one
  })
}

/** The invoice names the credit notes issued with it, which have just got their numbers. */
const withNoteNumbers = (write: Write, prepared: PreparedPaper, numbers: readonly string[]): PreparedPaper => {
  const { paper } = prepared.row
  if (!paper?.regularised) return prepared
  const regularised = paper.regularised.map((one, index) => ({ ...one, number: numbers[index] ?? '' }))
  return finalizePaper(write, prepared, { ...paper, regularised })
}

/** Prices the spans of these drafts again, marks their cells and writes the text of their papers. */
const prepareSpans = (
  store: Store,
  write: Write,
  current: CurrentBook,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
): { papers: PreparedPaper[]; spans: RunPapers[] } => {
  const landed = drafts.filter(({ month }) => month === null)
  for (const row of landed) markStale(write, [row], ['Le calcul des factures a changé avec cette version.'])
  const bySpan = Map.groupBy(
    drafts.filter(({ month }) => month !== null),
    spanKey,
  )
  const keys = [...bySpan.values()].flatMap(([row]): SpanKey[] =>
    row?.month ? [{ familyId: row.familyId, month: row.month }] : [],
  )
  const lines = linesOf(
    store,
    drafts.map(({ id }) => id),
  )
  const found = keys.length === 0 ? [] : papersForRun(store, write, current, scopeOf(run), keys)
  const ready = found.flatMap((one) => {
    const rows = bySpan.get(`${one.span.familyId} ${one.span.month}`) ?? []
    if (rows.length === 0) return []
    const changes = changesOf(store, current, rows, lines, one)
    if (changes.length === 0) return [{ one, rows }]
    markStale(write, rows, changes)
    return []
  })
  for (const { rows } of ready) markCells(write, rows, lines)
  const numbers = numbersOf(
    store,
    ready.flatMap(({ rows }) => rows),
  )
  const toPrint = ready.flatMap(({ one, rows }) =>
    rows.map(
      (row): Omit<PreparedPaper, 'body'> => ({
        row,
        lines: lines.get(row.id) ?? [],
        print: printOf(row, lines.get(row.id) ?? [], one, numbers),
      }),
    ),
  )
  const facts = paperFacts(
    store,
    current,
    toPrint.map(({ print }) => print),
  )
  return {
    papers: toPrint.flatMap((one, index) => {
      const ofPaper = facts[index]
      return ofPaper ? [finalizePaper(write, one, ofPaper)] : []
    }),
    spans: ready.map(({ one }) => one),
  }
}

const numbersOf = (store: Store, drafts: readonly InvoiceRow[]) => {
  const corrected = invoiceRows(
    store,
    drafts.flatMap(({ correctsId }) => correctsId ?? []),
  )
  return new Map(corrected.map((row) => [row.id, numberOf(row) ?? '']))
}

const printOf = (
  row: InvoiceRow,
  lines: readonly LineRow[],
  { papers }: RunPapers,
  numbers: ReadonlyMap<number, string>,
): ToPrint => ({
  familyId: row.familyId,
  from: row.fromDay,
  to: row.toDay,
  lines,
  remarks: row.kind === 'invoice' ? papers.remarks : [],
  corrects: numbers.get(row.correctsId ?? 0) ?? '',
  ...(row.kind === 'invoice' && { regularised: regularisedBy(papers.notes) }),
})

/** What changed since the drafts of a span were made, as French sentences. */
const changesOf = (
  store: Store,
  current: CurrentBook,
  rows: readonly InvoiceRow[],
  lines: ReadonlyMap<number, readonly LineRow[]>,
  { papers }: RunPapers,
): string[] => {
  const errors = papers.journal.filter(({ level }) => level === 'error').map(({ sentence }) => sentence)
  if (errors.length > 0) return errors
  if (!papers.invoice && papers.notes.length === 0)
    return ['Il n’y a plus rien à facturer\u00a0: ces réservations ont été annulées, ou facturées ailleurs.']
  const linesOfDraft = (correctsId: number | null) =>
    rows.flatMap((row) => (row.correctsId === correctsId ? (lines.get(row.id) ?? []) : []))
  const invoiced = papers.invoice?.lines ?? []
  const isSame =
    rows.length === papers.notes.length + (papers.invoice ? 1 : 0) &&
    areSameLines(linesOfDraft(null), invoiced) &&
    papers.notes.every((note) => areSameLines(linesOfDraft(note.invoiceId), note.lines))
  if (isSame) return []
  const draft = linesOfDraft(null)
  const childIds = [...new Set([...draft, ...invoiced].map(({ childId }) => childId))]
  const children = new Map(
    [...childrenOnDay(store, childIds, today(store.clock))].map(([id, { firstName }]) => [id, firstName]),
  )
  const changes = draftChanges(
    withNames(draft, children, current.activities),
    withNames(invoiced, children, current.activities),
  )
  return changes.length > 0 ? changes : ['Des réservations ont changé.']
}

const markStale = (write: Write, rows: readonly InvoiceRow[], sentences: readonly string[]) => {
  const journal: JournalEntry[] = sentences.map((sentence) => ({ level: 'stale', sentence }))
  for (const { id } of rows) write.update(invoice, id, { verdict: 'stale', setAside: true, journal })
}

const cellsOf = (lines: readonly LineRow[]): number[] => [
  ...new Set(lines.flatMap(({ reservationIds }) => reservationIds)),
]

/** Credit notes release the cells that they name, then the invoice marks its own. */
const markCells = (write: Write, rows: readonly InvoiceRow[], lines: ReadonlyMap<number, readonly LineRow[]>) => {
  const notes = rows.filter(({ kind }) => kind === 'creditNote')
  write.updateMany(reservation, cellsOf(notes.flatMap(({ id }) => lines.get(id) ?? [])), {
    billedBy: null,
    billedCancellation: false,
  })
  for (const row of rows.filter(({ kind }) => kind === 'invoice'))
    for (const [billedCancellation, ofKind] of Map.groupBy(
      lines.get(row.id) ?? [],
      ({ basis }) => basis.lateCancellation === true,
    ))
      write.updateMany(reservation, cellsOf(ofKind), { billedBy: row.id, billedCancellation })
}

/** Keeps what the span was priced with, for its later papers; and that nothing is left, if the papers took everything. */
const keepPricing = (store: Store, write: Write, current: CurrentBook, { span, isWhole }: RunPapers): void => {
  const { familyId, month, revision } = span
  const isUnchanged = revisionOf(store, span) === revision
  const [known] = billedSpans(store, { familyIds: [familyId], from: month, to: month })
  if (span.standing.length === 0 || !known) {
    const row = { familyId, month, bookId: keepBook(write, current), ...factsOfMonth(month, span.pricedWith) }
    if (known) write.update(billedSpan, known.id, row)
    else write.insert(billedSpan, row)
  }
  if (isWhole && isUnchanged)
    settleSpan(store, write, span, { revision: revisionOf(store, span), bookId: span.pricedWith.bookId })
}
