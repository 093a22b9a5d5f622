import type { IssueReport } from '../../../shared/contract/desk/invoicing.ts'
import { today } from '../../../shared/rules/calendar/day.ts'
import { draftChanges, type JournalEntry } from '../../../shared/rules/money/invoice.ts'
import type { Write } from '../../store/acts/acts.ts'
import { invoice, reservation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { childrenOnDay } from '../families/families.ts'
import { type PriceBook, priceBook } from '../prices/prices.ts'
import type { LongWork } from '../progress.ts'
import { cellsToCredit, correctionsOf, creditable } from './corrections.ts'
import { prepareCredit } from './credit-notes.ts'
import { plain, toPrint } from './draft-writing.ts'
import { named, type PricedFamily, priceFamilies } from './drafts.ts'
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
import { alone, familiesTogether, together, wholly } from './long-work.ts'
import { number, type Prepared, refuseUnknownNumbers, worded } from './numbering.ts'
import { paperFacts } from './paper-facts.ts'
import { existingRun, type RunRecord, scopeOf, spanOf } from './runs.ts'

/** Above it, an issue is several, each complete: numbers are given at once, and others wait for as long. */
const issuedTogether = 250

/**
 * Gives numbers to drafts. Each is priced again first: one that changed is not issued but marked « à recalculer », with
 * what changed. Credit notes go first, so that the invoices carry the balance they leave.
 */
export const issue = (
  core: Core,
  person: Person,
  { runId, ids }: { runId: number; ids: readonly number[] | null },
  work: LongWork,
): Promise<IssueReport> =>
  alone(core.store, async () => {
    const { store } = core
    refuseUnknownNumbers(store)
    const run = existingRun(store, runId)
    const chosen = ids && new Set(ids)
    const drafts = draftsOfRun(store, runId).filter((row) => (chosen ? chosen.has(row.id) : !row.setAside))
    const faulty = drafts.find(({ verdict }) => verdict === 'error')
    if (chosen && faulty)
      throw new Refused('Un des brouillons choisis a une erreur\u00a0: corrigez-la, puis recalculez-le.')
    const issuable = drafts.filter(({ verdict }) => verdict !== 'error')
    if (issuable.length === 0) throw new Refused('Il n’y a aucun brouillon à émettre.')
    const chunks = (['creditNote', 'invoice'] as const).flatMap((kind) =>
      familiesTogether(
        issuable.filter((row) => row.kind === kind),
        issuedTogether,
      ),
    )
    const report = {
      issued: 0,
      issuedCents: 0,
      firstNumber: null as string | null,
      lastNumber: null as string | null,
      stale: 0,
    }
    let before = 0
    for (const chunk of chunks) {
      const done = before
      const made = await issueTogether(core, person, run, chunk, {
        signal: work.signal,
        onProgress: (part) => work.onProgress(done + part, issuable.length),
      })
      before += chunk.length
      report.issued += made.numbers.length
      report.issuedCents += made.cents
      report.stale += made.stale
      report.firstNumber ??= made.numbers[0] ?? null
      report.lastNumber = made.numbers.at(-1) ?? report.lastNumber
    }
    return report
  })

const issueTogether = async (
  core: Core,
  person: Person,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
  work: Pick<LongWork, 'signal' | 'onProgress'>,
): Promise<{ numbers: string[]; cents: number; stale: number }> => {
  const { store } = core
  const book = priceBook(store)
  const kind = drafts[0]?.kind ?? 'invoice'
  const act = store.longAct(
    person,
    'invoicing.issue',
    `${kind === 'invoice' ? 'Factures émises' : 'Avoirs émis'}\u00a0: ${spanOf(run)}`,
  )
  const since = lastAudit(store)
  const prepared: Prepared[] = []
  return wholly(act, async () => {
    await act.slices(
      familiesTogether(drafts, together),
      (write, batch) => {
        prepared.push(...(kind === 'invoice' ? prepareInvoices : prepareCredits)(store, write, book, run, batch))
      },
      {
        signal: work.signal,
        onProgress: (done) => work.onProgress(Math.min(drafts.length, done * together), drafts.length),
      },
    )
    work.signal.throwIfAborted()
    return act.close((write) => {
      const numbers = number(
        store,
        write,
        kind,
        accountsChangedSince(store, since, act.id) ? renewed(store, write, book, prepared) : prepared,
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

/** A payment recorded meanwhile changes what the papers carry over. */
const renewed = (store: Store, write: Write, book: PriceBook, papers: readonly Prepared[]): Prepared[] => {
  const facts = paperFacts(
    store,
    book,
    papers.map(({ print }) => print),
  )
  return papers.map((one, index) => {
    const found = facts[index]
    return found ? worded(write, one, found) : one
  })
}

const prepareInvoices = (
  store: Store,
  write: Write,
  book: PriceBook,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
): Prepared[] => {
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
    const before = lines.get(row.id) ?? []
    const now = priced.get(row.familyId)
    const changes = changesOf(store, book, before, now)
    if (changes.length > 0 || !now) {
      markStale(write, row, changes)
      return []
    }
    for (const [billedCancellation, own] of Map.groupBy(before, ({ basis }) => basis.lateCancellation === true)) {
      write.updateMany(
        reservation,
        own.flatMap(({ reservationIds }) => reservationIds),
        { billedBy: row.id, billedCancellation },
      )
    }
    return [{ row, lines: before, print: toPrint(scope, now) }]
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
    return [worded(write, one, found)]
  })
}

/** What changed since the draft was made, one sentence each. */
const changesOf = (
  store: Store,
  book: PriceBook,
  before: readonly LineRow[],
  now: PricedFamily | undefined,
): string[] => {
  if (!now) return ['Il n’y a plus rien à facturer\u00a0: ces réservations ont été annulées, ou facturées ailleurs.']
  const errors = now.journal.filter(({ level }) => level === 'error').map(({ sentence }) => sentence)
  if (errors.length > 0) return errors
  if (JSON.stringify(before.map(plain)) === JSON.stringify(now.lines.map(plain))) return []
  const childIds = [...new Set([...before, ...now.lines].map(({ childId }) => childId))]
  const children = new Map(
    [...childrenOnDay(store, childIds, today(store.clock))].map(([id, { firstName }]) => [id, firstName]),
  )
  const changes = draftChanges(named(before, children, book.activities), named(now.lines, children, book.activities))
  return changes.length > 0 ? changes : ['Des réservations ont changé.']
}

const markStale = (write: Write, row: InvoiceRow, sentences: readonly string[]) => {
  const journal: JournalEntry[] = sentences.map((sentence) => ({ level: 'stale', sentence }))
  write.update(invoice, row.id, { verdict: 'stale', setAside: true, journal })
}

const prepareCredits = (
  store: Store,
  write: Write,
  book: PriceBook,
  run: RunRecord,
  drafts: readonly InvoiceRow[],
): Prepared[] => {
  const familyIds = [...new Set(drafts.map(({ familyId }) => familyId))]
  // Before any is written: those of a family hang together.
  const corrections = new Map(
    correctionsOf(store, book, cellsToCredit(store, book, scopeOf(run), familyIds)).map((one) => [one.invoiceId, one]),
  )
  return drafts.flatMap((row): Prepared[] => {
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
    const now = corrections.get(corrected.id)
    if (JSON.stringify(lines.map(plain)) !== JSON.stringify((now?.lines ?? []).map(plain))) {
      markStale(write, row, [now ? 'Des réservations ont changé.' : 'Ces réservations sont de nouveau validées.'])
      return []
    }
    if (creditable(store, corrected) + row.totalCents < 0) {
      markStale(write, row, ['Les avoirs dépasseraient le montant de la facture.'])
      return []
    }
    return [prepareCredit(store, write, book, row, lines, corrected)]
  })
}
