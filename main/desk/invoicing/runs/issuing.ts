import { setImmediate } from 'node:timers/promises'
import { ascending } from '../../../../shared/collections.ts'
import type { IssueReport } from '../../../../shared/contract/desk/money/invoicing.ts'
import { today } from '../../../../shared/rules/calendar/day.ts'
import { draftChanges, type JournalEntry } from '../../../../shared/rules/money/invoice.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { billedSpan, invoice, reservation } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { childrenOnDay } from '../../families/families.ts'
import { type CurrentBook, currentBook, keepBook } from '../../prices/prices.ts'
import type { LongWorkTools } from '../../progress.ts'
import { carriedOverOf, spendCredits } from '../account.ts'
import {
  accountsChangedSince,
  type DraftKey,
  draftKeysOfRun,
  type HomePaperRow,
  type InvoiceRow,
  invoiceRows,
  isHomePaper,
  type LineRow,
  lastAudit,
  linesOf,
} from '../invoicing-store.ts'
import { allOrNothing, chunksOfFamilies, exclusively, familiesPerSlice, maxFamiliesPerAct } from '../long-work.ts'
import { removeDraft } from '../papers/drafts.ts'
import { assignNumbers, finalizePaper, type PreparedPaper, refuseUnknownNumbers } from '../papers/numbering.ts'
import { withNames } from '../papers/paper-lines.ts'
import { keepSpan } from '../spans/spans.ts'
import {
  billedSpans,
  keyOfSpan,
  revisionOf,
  type SpanKey,
  settleSpan,
  unchangedDrafts,
  wereRulesChanged,
} from '../spans/spans-store.ts'
import { writePayerEntries } from './payer-ledger.ts'
import { type Proposal, type ProposedPaper, proposalsFor, proposalsOfDrafts } from './proposals.ts'
import { type RunRecord, requireRun, scopeOf, spanOf } from './runs.ts'
import { areSameLines } from './span-drafts.ts'
import { takesWholeMonth } from './span-papers.ts'

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
    const groups = issuedTogether(await draftKeysOfRun(store, runId))
    // Each pass over the drafts of a large run takes a few milliseconds: other calls get a turn before it.
    await setImmediate()
    const wanted = new Set(ids)
    const chosen = groups.filter((drafts) =>
      ids ? drafts.some(({ id }) => wanted.has(id)) : !drafts.some(({ setAside }) => setAside),
    )
    const issuable = chosen.filter((drafts) => !drafts.some(({ verdict }) => verdict === 'error')).flat()
    if (ids && issuable.length < chosen.flat().length)
      throw new Refused('Un des brouillons choisis a une erreur\u00a0: corrigez-la, puis recalculez-le.')
    if (issuable.length === 0) throw new Refused('Il n’y a aucun brouillon à émettre.')
    await setImmediate()
    const chunks = inMonths(issuable).flatMap((drafts) => chunksOfFamilies(drafts, maxFamiliesPerAct))
    await setImmediate()
    const reports: ChunkReport[] = []
    let doneBefore = 0
    for (const chunk of chunks) {
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

/** Drafts month by month, oldest first: what a home owes for a month is carried over on its next invoice. */
const inMonths = (drafts: readonly DraftKey[]): DraftKey[][] =>
  [...Map.groupBy(drafts, ({ month }) => month ?? '')].toSorted(ascending(([month]) => month)).map(([, each]) => each)

/**
 * The drafts of one span and régie are issued together. A draft of the first version has no month, and is issued alone.
 */
const issuedTogether = (drafts: readonly DraftKey[]): DraftKey[][] => [
  ...Map.groupBy(drafts, (draft) => (draft.month ? keyOfShare(draft) : `${draft.id}`)).values(),
]

/** A key that is equal for the papers of one month of a home at one régie. */
const keyOfShare = ({ familyId, month, regieId }: Pick<InvoiceRow, 'familyId' | 'month' | 'regieId'>): string =>
  `${familyId} ${month} ${regieId}`

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
  drafts: readonly DraftKey[],
  work: Pick<LongWorkTools, 'signal' | 'onProgress'>,
): Promise<ChunkReport> => {
  const current = currentBook(store)
  const isPricedAlike = !wereRulesChanged(store, run.id)
  const act = store.longAct(person, 'invoicing.issue', `Factures émises\u00a0: ${spanOf(run)}`)
  const since = lastAudit(store)
  const prepared: PreparedPaper[] = []
  const billed: Billed[] = []
  return allOrNothing(act, async () => {
    await act.slices(
      chunksOfFamilies(drafts, familiesPerSlice),
      (write, batch) => {
        const ready = prepareSpans(store, write, current, run, batch, isPricedAlike)
        prepared.push(...ready.papers)
        billed.push(...ready.billed)
      },
      {
        signal: work.signal,
        onProgress: (done) => work.onProgress(Math.min(drafts.length, done * familiesPerSlice), drafts.length),
      },
    )
    work.signal.throwIfAborted()
    return act.close((write) => {
      const papers = accountsChangedSince(store, since, act.id) ? withCurrentBalances(store, write, prepared) : prepared
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
      // Credit notes also pay the invoices of this act, so they are spent after these exist.
      spendCredits(store, write, [...new Set(credits.flatMap(({ row }) => row.familyId ?? []))])
      keepBilled(store, write, current, billed)
      keepPayers(store, write, billed, papers)
      write.trace('invoice_run', run.id, { issued: papers.length })
      return {
        invoices,
        notes,
        cents: papers.reduce((sum, { row }) => sum + row.totalCents, 0),
        stale:
          drafts.length -
          papers.length -
          billed.flatMap(({ shares }) => shares).filter(({ isWithoutPaper }) => isWithoutPaper).length,
      }
    })
  })
}

/** Reads the balances again: a payment recorded while the papers were prepared changes what they carry over. */
const withCurrentBalances = (store: Store, write: Write, papers: readonly PreparedPaper[]): PreparedPaper[] => {
  const carriedOver = carriedOverOf(store, [...new Set(papers.flatMap(({ row }) => row.familyId ?? []))])
  return papers.map((one) => {
    const { familyId, regieId, paper } = one.row
    const now = familyId === null ? [] : carriedOver({ familyId, regieId })
    const isSame = JSON.stringify(now) === JSON.stringify(paper?.carriedOver)
    return !paper || isSame ? one : finalizePaper(write, one, { ...paper, carriedOver: now })
  })
}

/** The invoice names the credit notes issued with it, which have just got their numbers. */
const withNoteNumbers = (write: Write, prepared: PreparedPaper, numbers: readonly string[]): PreparedPaper => {
  const { paper } = prepared.row
  if (!paper?.regularised) return prepared
  const regularised = paper.regularised.map((one, index) => ({ ...one, number: numbers[index] ?? '' }))
  return finalizePaper(write, prepared, { ...paper, regularised })
}

/** A span whose papers are being issued. */
type Billed = {
  readonly proposal: Proposal
  readonly bill: NonNullable<Proposal['bill']>
  /** The shares issued now; another régie may have drafts of the same span. */
  readonly shares: NonNullable<Proposal['bill']>['shares']
  readonly revision: number
  /** Whether all papers of the span are issued. */
  readonly isWhole: boolean
}

/**
 * Marks the cells of these drafts as billed, and writes the text of their papers. Spans are priced again, except those
 * known to be unchanged since their draft.
 * @param isPricedAlike whether tariffs and settings are still those of the drafts
 */
const prepareSpans = (
  store: Store,
  write: Write,
  current: CurrentBook,
  run: RunRecord,
  keys: readonly DraftKey[],
  isPricedAlike: boolean,
): { papers: PreparedPaper[]; billed: Billed[] } => {
  const ids = keys.map(({ id }) => id)
  const rows = new Map(invoiceRows(store, ids).map((row) => [row.id, row]))
  const drafts = ids.flatMap((id) => rows.get(id) ?? []).filter(isHomePaper)
  const lines = linesOf(store, ids)
  for (const row of drafts.filter(({ month }) => month === null))
    markStale(write, [row], ['Le calcul des factures a changé avec cette version.'])
  const bySpan = Map.groupBy(
    drafts.filter(({ month }) => month !== null),
    keyOfShare,
  )
  // When a changed month may change the price of other months, unchanged spans are priced again too.
  const unchanged =
    isPricedAlike && current.needs.monthsAround === 0 ? unchangedDrafts(store, ids, current) : new Set<number>()
  const isAsDrafted = (ofSpan: readonly HomePaperRow[]) =>
    ofSpan.length === 1 &&
    ofSpan.every((row) => unchanged.has(row.id) && row.month !== null && takesWholeMonth(scopeOf(run), row.month))
  const ofSpans = [...bySpan.values()]
  const asDrafted = ofSpans.filter(isAsDrafted)
  const spans = ofSpans.flatMap((ofSpan): SpanKey[] => {
    const [row] = ofSpan
    return row?.month && !isAsDrafted(ofSpan) ? [{ familyId: row.familyId, month: row.month }] : []
  })
  const { isComplete, months } = proposalsFor(store, write.actId, current, scopeOf(run), distinct(spans))
  const proposals = new Map<string, { readonly proposal: Proposal; readonly revision: number }>()
  for (const proposal of months) {
    const revision = keepSpan(store, write, current, proposal)
    proposals.set(keyOfSpan(proposal), { proposal, revision: isComplete ? revision : 0 })
  }
  for (const proposal of proposalsOfDrafts(store, current, asDrafted.flat(), lines)) {
    const [share] = proposal.bill?.shares ?? []
    if (!share) continue
    const key = keyOfShare({ ...proposal, ...share })
    proposals.set(key, { proposal, revision: bySpan.get(key)?.[0]?.spanRevision ?? 0 })
  }
  const ready = [...bySpan].flatMap(([key, ofShare]) => {
    const [row] = ofShare
    const found = proposals.get(key) ?? proposals.get(`${row?.familyId} ${row?.month}`)
    if (!found?.proposal.bill) return []
    const { bill } = found.proposal
    const share = bill.shares.find(({ regieId }) => regieId === row?.regieId)
    const papers = share?.papers ?? []
    const changes = isAsDrafted(ofShare) ? [] : changesOf(store, current, ofShare, lines, papers)
    if (changes.length === 0) return [{ ...found, bill, share, rows: ofShare, papers }]
    markStale(write, ofShare, changes)
    return []
  })
  for (const { rows: ofShare, share } of ready)
    if (share?.isWithoutPaper) for (const { id } of ofShare) removeDraft(store, write, id)
    else markCells(write, ofShare, lines)
  return {
    papers: ready.flatMap(({ rows: ofShare, share, papers }) =>
      (share?.isWithoutPaper ? [] : ofShare).flatMap((row) => {
        const paper = papers.find(({ correctsId }) => correctsId === row.correctsId)
        return paper ? [finalizePaper(write, { row, lines: lines.get(row.id) ?? [] }, paper.facts)] : []
      }),
    ),
    billed: [...Map.groupBy(ready, ({ proposal }) => proposal).values()].flatMap(([first, ...others]): Billed[] => {
      if (!first) return []
      const { proposal, bill, revision } = first
      const proposed = bill.shares.filter(({ papers }) => papers.length > 0).length
      const shares = [first, ...others].flatMap(({ share }) => share ?? [])
      return [{ proposal, bill, shares, revision, isWhole: bill.settlesSpan && proposed === 1 + others.length }]
    }),
  }
}

/** Drafts of two régies may belong to one span: it is then listed once. */
const distinct = (spans: readonly SpanKey[]): SpanKey[] => [
  ...new Map(spans.map((span) => [keyOfSpan(span), span])).values(),
]

/** What changed since the drafts of a span were made, as French sentences. */
const changesOf = (
  store: Store,
  current: CurrentBook,
  rows: readonly HomePaperRow[],
  lines: ReadonlyMap<number, readonly LineRow[]>,
  papers: readonly ProposedPaper[],
): string[] => {
  const errors = papers.flatMap(({ journal }) => journal.filter(({ level }) => level === 'error'))
  if (errors.length > 0) return errors.map(({ sentence }) => sentence)
  if (papers.length === 0)
    return ['Il n’y a plus rien à facturer\u00a0: ces réservations ont été annulées, ou facturées ailleurs.']
  const linesOfDraft = (correctsId: number | null) =>
    rows.flatMap((row) => (row.correctsId === correctsId ? (lines.get(row.id) ?? []) : []))
  const isSame =
    rows.length === papers.length && papers.every((paper) => areSameLines(linesOfDraft(paper.correctsId), paper.lines))
  if (isSame) return []
  const draft = linesOfDraft(null)
  const invoiced = papers.find(({ kind }) => kind === 'invoice')?.lines ?? []
  const childIds = [...new Set([...draft, ...invoiced].flatMap(({ childId }) => childId ?? []))]
  const children = new Map(
    [...childrenOnDay(store, childIds, today(store.clock))].map(([id, { firstName }]) => [id, firstName]),
  )
  const changes = draftChanges(
    withNames(draft, children, current.activities),
    withNames(invoiced, children, current.activities),
  )
  return changes.length > 0 ? changes : ['Des réservations ont changé.']
}

const markStale = (write: Write, rows: readonly HomePaperRow[], sentences: readonly string[]) => {
  const journal: JournalEntry[] = sentences.map((sentence) => ({ level: 'stale', sentence }))
  for (const { id } of rows) write.update(invoice, id, { verdict: 'stale', setAside: true, journal })
}

const cellsOf = (lines: readonly LineRow[]): number[] => [
  ...new Set(lines.flatMap(({ reservationIds }) => reservationIds)),
]

/** Credit notes release the cells that they name, then the invoice marks its own. */
const markCells = (write: Write, rows: readonly HomePaperRow[], lines: ReadonlyMap<number, readonly LineRow[]>) => {
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

/** Writes to the ledger what third parties owe for these spans, beside the home's papers. */
const keepPayers = (store: Store, write: Write, spans: readonly Billed[], papers: readonly PreparedPaper[]): void => {
  const paperOf = new Map(papers.map(({ row }) => [keyOfShare(row), row.id]))
  writePayerEntries(
    store,
    write,
    spans.flatMap(({ proposal: { familyId, month }, shares }) =>
      shares.map(({ regieId, payers: units }) => ({
        familyId,
        month,
        regieId,
        homePaperId: paperOf.get(keyOfShare({ familyId, month, regieId })) ?? null,
        units,
      })),
    ),
  )
}

/**
 * Stores what these spans were priced with, for their later papers, and marks those with nothing left to bill as
 * settled.
 */
const keepBilled = (store: Store, write: Write, current: CurrentBook, spans: readonly Billed[]): void => {
  const months = spans.map(({ proposal }) => proposal.month).toSorted()
  const [from, to] = [months[0], months.at(-1)]
  if (!from || !to) return
  const familyIds = [...new Set(spans.map(({ proposal }) => proposal.familyId))]
  const known = new Map(billedSpans(store, { familyIds, from, to }).map((row) => [keyOfSpan(row), row]))
  const added = new Map<string, Omit<typeof billedSpan.$inferInsert, 'id' | 'actId'>>()
  const bookId = keepBook(write, current)
  for (const { proposal, bill, revision, isWhole } of spans) {
    const { familyId, month, pricedWith } = proposal
    const span = { familyId, month }
    const isUnchanged = revisionOf(store, span) === revision
    const before = known.get(keyOfSpan(span))
    const row = { ...span, ...pricedWith, bookId }
    if (before && !bill.isBilled) write.update(billedSpan, before.id, row)
    if (isWhole && isUnchanged)
      settleSpan(store, write, span, { revision: revisionOf(store, span), bookId: pricedWith.bookId })
    // Two régies may bill the same span in one act.
    if (!before) added.set(keyOfSpan(span), row)
  }
  write.insertMany(billedSpan, [...added.values()])
}
