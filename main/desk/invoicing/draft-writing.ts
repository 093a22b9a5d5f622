import { type PaperFacts, worstLevelOf } from '../../../shared/rules/money/invoice.ts'
import type { Write } from '../../store/acts/acts.ts'
import { invoice, invoiceLine } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import type { PriceBook } from '../prices/prices.ts'
import { paperNumber } from './account.ts'
import type { Correction } from './corrections.ts'
import { type BillingScope, type NewLine, type PricedFamily, priceFamilies } from './drafts.ts'
import { type InvoiceRow, invoiceRow, linesOf } from './invoicing-store.ts'
import { paperFacts, type ToPrint } from './paper-facts.ts'

export const writeDrafts = (
  store: Store,
  write: Write,
  book: PriceBook,
  run: { id: number; scope: BillingScope },
  familyIds: readonly number[],
  previousDrafts: readonly InvoiceRow[],
) => {
  const counted = { runId: run.id, notes: 'proposed' } as const
  const { priced, households } = priceFamilies(store, book, run.scope, familyIds, counted)
  const pricedFamilies = [...priced.values()]
  const facts = paperFacts(
    store,
    book,
    pricedFamilies.map((one) => toPrint(run.scope, one)),
    households,
  )
  const draftByFamily = new Map(previousDrafts.flatMap((row) => (row.kind === 'invoice' ? [[row.familyId, row]] : [])))
  const added: { priced: PricedFamily; facts: PaperFacts }[] = []
  for (const [index, one] of pricedFamilies.entries()) {
    const paper = facts[index]
    if (!paper) continue
    const known = draftByFamily.get(one.familyId)
    if (known) updateDraft(store, write, known, one, paper)
    else added.push({ priced: one, facts: paper })
  }
  for (const id of familyIds) {
    const known = draftByFamily.get(id)
    if (known && !priced.has(id)) removeDraft(store, write, known.id)
  }
  const ids = write.insertMany(
    invoice,
    added.map(({ priced: { familyId, totalCents, journal }, facts: paper }) => {
      const verdict = worstLevelOf(journal)
      return {
        runId: run.id,
        familyId,
        kind: 'invoice' as const,
        state: 'draft' as const,
        fromDay: run.scope.from,
        toDay: run.scope.to,
        totalCents,
        journal,
        verdict,
        // A draft with a warning is not issued with the others until staff include it.
        setAside: verdict !== 'ready',
        previousBalanceCents: carriedOverCents(paper),
        paper,
      }
    }),
  )
  write.insertMany(
    invoiceLine,
    added.flatMap(({ priced: { lines } }, index) => lines.map((line) => ({ ...line, invoiceId: ids[index] ?? 0 }))),
  )
}

const updateDraft = (store: Store, write: Write, previous: InvoiceRow, next: PricedFamily, paper: PaperFacts) => {
  const lines = linesOf(store, [previous.id]).get(previous.id) ?? []
  if (JSON.stringify(lines.map(comparableLine)) !== JSON.stringify(next.lines.map(comparableLine))) {
    for (const { id } of lines) write.remove(invoiceLine, id)
    write.insertMany(
      invoiceLine,
      next.lines.map((line) => ({ ...line, invoiceId: previous.id })),
    )
  }
  const verdict = worstLevelOf(next.journal)
  write.update(invoice, previous.id, {
    totalCents: next.totalCents,
    verdict,
    journal: next.journal,
    setAside: verdict === previous.verdict ? previous.setAside : verdict !== 'ready',
    previousBalanceCents: carriedOverCents(paper),
    paper,
  })
}

/** The compared values of a line in a fixed order, the same for a stored line and for one that was just priced. */
export const comparableLine = (line: NewLine) => [
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
]

export const removeDraft = (store: Store, write: Write, id: number) => {
  for (const line of linesOf(store, [id]).get(id) ?? []) write.remove(invoiceLine, line.id)
  write.remove(invoice, id)
}

export const writeCorrection = (
  store: Store,
  write: Write,
  book: PriceBook,
  runId: number | null,
  correction: Correction,
): number => {
  const { familyId, invoiceId, from, to, lines, totalCents, journal, reason } = correction
  const corrected = invoiceRow(store, invoiceId)
  const number = corrected?.year && corrected.number ? paperNumber('invoice', corrected.year, corrected.number) : ''
  const [paper] = paperFacts(store, book, [{ familyId, from, to, lines, remarks: [], corrects: number }])
  if (!paper) throw new RangeError('a correction has a paper')
  const { id } = write.insert(invoice, {
    runId,
    familyId,
    kind: 'creditNote',
    state: 'draft',
    fromDay: from,
    toDay: to,
    totalCents,
    journal,
    verdict: worstLevelOf(journal),
    previousBalanceCents: carriedOverCents(paper),
    paper,
    correctsId: invoiceId,
    reason,
  })
  write.insertMany(
    invoiceLine,
    lines.map((line) => ({ ...line, invoiceId: id })),
  )
  return id
}

export const requireDraft = (store: Store, id: number): InvoiceRow => {
  const found = invoiceRow(store, id)
  if (!found) throw new Refused('Ce brouillon n’existe plus.')
  if (found.state === 'issued') throw new Refused('Cette facture est émise\u00a0: elle se corrige par un avoir.')
  return found
}

export const toPrint = ({ from, to }: BillingScope, { familyId, lines, remarks }: PricedFamily): ToPrint => ({
  familyId,
  from,
  to,
  lines,
  remarks,
  corrects: '',
})

export const carriedOverCents = ({ carriedOver }: PaperFacts): number =>
  carriedOver.reduce((sum, { amount }) => sum + amount, 0)
