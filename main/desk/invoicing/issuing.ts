import type { IssueReport } from '../../../shared/contract/desk/invoicing.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { draftChanges, type JournalEntry } from '../../../shared/rules/money/invoice.ts'
import type { Write } from '../../store/acts/acts.ts'
import { invoice, reservation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOnDay } from '../families/families.ts'
import { currentBook, type PriceBook } from '../prices/prices.ts'
import type { LongWorkTools } from '../progress.ts'
import { cellsToCredit, correctionsOf, remainingToCredit } from './corrections.ts'
import { prepareCreditNote } from './credit-notes.ts'
import { comparableLine, toPrint } from './draft-writing.ts'
import { type PricedFamily, priceFamilies, withNames } from './drafts.ts'
import {
  accountsChangedSince,
  cellsById,
  draftsOfRun,
  type InvoiceRow,
  invoiceRow,
  type LineRow,
  lastAudit,
  linesOf,
} from './invoicing-store.ts'
import { allOrNothing, chunksOfFamilies, exclusively, familiesPerSlice } from './long-work.ts'
import { assignNumbers, finalizePaper, type PreparedPaper, refuseUnknownNumbers } from './numbering.ts'
import { paperFacts } from './paper-facts.ts'
import { type RunRecord, requireRun, scopeOf, spanOf } from './runs.ts'

/**
 * Families per act of issue: a larger issue becomes several complete acts. One transaction numbers all papers of an
 * act, and nobody else can write meanwhile.
 */
const maxFamiliesPerAct = 250

/**
 * Issues drafts: gives them their numbers. Each draft is priced again first; one whose lines changed is not issued but
 * marked « à recalculer », with the changes. Credit notes come first, so that invoices carry over the balance after
 * them.
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
    const chosen = ids && new Set(ids)
    const drafts = draftsOfRun(store, runId).filter((row) => (chosen ? chosen.has(row.id) : !row.setAside))
    const faulty = drafts.find(({ verdict }) => verdict === 'error')
    if (chosen && faulty)
      throw new Refused('Un des brouillons choisis a une erreur\u00a0: corrigez-la, puis recalculez-le.')
    const issuable = drafts.filter(({ verdict }) => verdict !== 'error')
    if (issuable.length === 0) throw new Refused('Il n’y a aucun brouillon à émettre.')
    const chunks = (['creditNote', 'invoice'] as const).flatMap((kind) =>
      chunksOfFamilies(
        issuable.filter((row) => row.kind === kind),
        maxFamiliesPerAct,
      ),
    )
    const report = {
      issued: 0,
      issuedCents: 0,
      firstNumber: null as string | null,
      lastNumber: null as string | null,
      stale: 0,
    }
    let doneBefore = 0
    for (const chunk of chunks) {
      const done = doneBefore
      const result = await issueChunk(core, person, run, chunk, {
        signal: work.signal,
        onProgress: (part) => work.onProgress(done + part, issuable.length),
      })
      doneBefore += chunk.length
      report.issued += result.numbers.length
      report.issuedCents += result.cents
      report.stale += result.stale
      report.firstNumber ??= result.numbers[0] ?? null
      report.lastNumber = result.numbers.at(-1) ?? report.lastNumber
    }
    return report
  })

const issueChunk = async (
  core: Core,
  person: Person,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
  work: Pick<LongWorkTools, 'signal' | 'onProgress'>,
): Promise<{ numbers: string[]; cents: number; stale: number }> => {
  const { store } = core
  const book = currentBook(store)
  const kind = drafts[0]?.kind ?? 'invoice'
  const act = store.longAct(
    person,
    'invoicing.issue',
    `${kind === 'invoice' ? 'Factures émises' : 'Avoirs émis'}\u00a0: ${spanOf(run)}`,
  )
  const since = lastAudit(store)
  const prepared: PreparedPaper[] = []
  return allOrNothing(act, async () => {
    await act.slices(
      chunksOfFamilies(drafts, familiesPerSlice),
      (write, batch) => {
        prepared.push(...(kind === 'invoice' ? prepareInvoices : prepareCreditNotes)(store, write, book, run, batch))
      },
      {
        signal: work.signal,
        onProgress: (done) => work.onProgress(Math.min(drafts.length, done * familiesPerSlice), drafts.length),
      },
    )
    work.signal.throwIfAborted()
    return act.close((write) => {
      const numbers = assignNumbers(
        store,
        write,
        kind,
        accountsChangedSince(store, since, act.id) ? withCurrentBalances(store, write, book, prepared) : prepared,
      )
      write.trace('invoice_run', run.id, { issued: numbers.length })
      return {
        numbers,
        cents: prepared.reduce((sum, { row }) => sum + row.totalCents, 0),
        stale: drafts.length - prepared.length,
      }
    })
  })
}

/** A payment recorded while the papers were prepared changes what they carry over: their data is read again. */
const withCurrentBalances = (
  store: Store,
  write: Write,
  book: PriceBook,
  papers: readonly PreparedPaper[],
): PreparedPaper[] => {
  const facts = paperFacts(
    store,
    book,
    papers.map(({ print }) => print),
  )
  return papers.map((one, index) => {
    const found = facts[index]
    return found ? finalizePaper(write, one, found) : one
  })
}

const prepareInvoices = (
  store: Store,
  write: Write,
  book: PriceBook,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
): PreparedPaper[] => {
  const scope = scopeOf(run)
  const { priced, households } = priceFamilies(
    store,
    book,
    scope,
    drafts.map(({ familyId }) => familyId),
    { runId: run.id, notes: 'issued' },
  )
  const lines = linesOf(
    store,
    drafts.map(({ id }) => id),
  )
  const ready = drafts.flatMap((row) => {
    const draftLines = lines.get(row.id) ?? []
    const next = priced.get(row.familyId)
    const changes = changesOf(store, book, draftLines, next)
    if (changes.length > 0 || !next) {
      markStale(write, row, changes)
      return []
    }
    for (const [billedCancellation, sameKind] of Map.groupBy(
      draftLines,
      ({ basis }) => basis.lateCancellation === true,
    )) {
      write.updateMany(
        reservation,
        sameKind.flatMap(({ reservationIds }) => reservationIds),
        { billedBy: row.id, billedCancellation },
      )
    }
    return [{ row, lines: draftLines, print: toPrint(scope, next) }]
  })
  const facts = paperFacts(
    store,
    book,
    ready.map(({ print }) => print),
    households,
  )
  return ready.flatMap((one, index) => {
    const found = facts[index]
    if (!found) return []
    return [finalizePaper(write, one, found)]
  })
}

/** What changed since the draft was made, as French sentences. */
const changesOf = (
  store: Store,
  book: PriceBook,
  draftLines: readonly LineRow[],
  next: PricedFamily | undefined,
): string[] => {
  if (!next) return ['Il n’y a plus rien à facturer\u00a0: ces réservations ont été annulées, ou facturées ailleurs.']
  const errors = next.journal.filter(({ level }) => level === 'error').map(({ sentence }) => sentence)
  if (errors.length > 0) return errors
  if (JSON.stringify(draftLines.map(comparableLine)) === JSON.stringify(next.lines.map(comparableLine))) return []
  const childIds = [...new Set([...draftLines, ...next.lines].map(({ childId }) => childId))]
  const children = new Map(
    [...childrenOnDay(store, childIds, today(store.clock))].map(([id, { firstName }]) => [id, firstName]),
  )
  const changes = draftChanges(
    withNames(draftLines, children, book.activities),
    withNames(next.lines, children, book.activities),
  )
  return changes.length > 0 ? changes : ['Des réservations ont changé.']
}

const markStale = (write: Write, row: InvoiceRow, sentences: readonly string[]) => {
  const journal: JournalEntry[] = sentences.map((sentence) => ({ level: 'stale', sentence }))
  write.update(invoice, row.id, { verdict: 'stale', setAside: true, journal })
}

const prepareCreditNotes = (
  store: Store,
  write: Write,
  book: PriceBook,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
): PreparedPaper[] => {
  const familyIds = [...new Set(drafts.map(({ familyId }) => familyId))]
  // Compute all corrections before writing one: the corrections of a family share its monthly minimums.
  const corrections = new Map(
    correctionsOf(store, book, cellsToCredit(store, book, scopeOf(run), familyIds)).map((one) => [one.invoiceId, one]),
  )
  return drafts.flatMap((row): PreparedPaper[] => {
    const lines = linesOf(store, [row.id]).get(row.id) ?? []
    const cells = cellsById(
      store,
      lines.flatMap(({ reservationIds }) => reservationIds),
    )
    const corrected = invoiceRow(store, row.correctsId ?? 0)
    if (!corrected || cells.some(({ billedBy }) => billedBy !== row.correctsId)) {
      markStale(write, row, ['Cette facture a été corrigée par un autre avoir.'])
      return []
    }
    const correction = corrections.get(corrected.id)
    if (JSON.stringify(lines.map(comparableLine)) !== JSON.stringify((correction?.lines ?? []).map(comparableLine))) {
      markStale(write, row, [
        correction ? 'Des réservations ont changé.' : 'Ces réservations sont de nouveau validées.',
      ])
      return []
    }
    if (remainingToCredit(store, corrected) + row.totalCents < 0) {
      markStale(write, row, ['Les avoirs dépasseraient le montant de la facture.'])
      return []
    }
    return [prepareCreditNote(store, write, book, row, lines, corrected)]
  })
}
