import { createHash } from 'node:crypto'
import { today, yearOf } from '../../../shared/rules/day.ts'
import { dueDate, type PaperFacts, type PaperKind, sealOf } from '../../../shared/rules/invoice.ts'
import type { Write } from '../../store/acts.ts'
import { allocation, invoice } from '../../store/schema/index.ts'
import { sealedBody, sealedContent } from '../../store/sealed-paper.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { paperNumber } from './account.ts'
import { leftOf } from './account-store.ts'
import { sumOf } from './draft-writing.ts'
import { type InvoiceRow, type LineRow, lastOf } from './invoicing-store.ts'
import type { ToPrint } from './papers.ts'

export const seriesOf: Record<PaperKind, string> = { invoice: 'F', creditNote: 'A' }

/** A paper ready for its number: its cells are marked as billed by it, so that nothing changes them meanwhile. */
export type Prepared = {
  readonly row: InvoiceRow
  readonly lines: readonly LineRow[]
  /** What the seal covers of its words and lines. */
  readonly body: string
  readonly print: ToPrint
}

/** The paper with its last words, written before the closing transaction, which has only numbers and seals to write. */
export const worded = (write: Write, one: Omit<Prepared, 'body'>, facts: PaperFacts): Prepared => {
  const row = write.update(invoice, one.row.id, {
    paper: facts,
    previousBalanceCents: sumOf(facts),
    verdict: 'ready',
    journal: [],
    setAside: false,
  })
  return { ...one, row, body: sealedBody(facts, one.lines) }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Continuous numbers, each paper linked to the one before. One transaction: all of them, or none. */
export const number = (store: Store, write: Write, kind: PaperKind, papers: readonly Prepared[]): string[] => {
  const series = seriesOf[kind]
  const issuedOn = today(store.clock)
  const year = yearOf(issuedOn)
  const last = lastOf(store, series)
  if (last && last.year > year)
    throw new Refused(
      `La date de l’ordinateur est avant la dernière pièce émise (${last.year})\u00a0: corrigez-la d’abord.`,
    )
  const dueOn = kind === 'invoice' ? dueDate(issuedOn, { unit: 'days', amount: organisationOf(store).dueDays }) : null
  let next = last?.year === year ? last.number + 1 : 1
  let previousHash = last?.hash ?? null
  return papers.map(({ row, body }) => {
    const issued = {
      state: 'issued' as const,
      series,
      year,
      number: next,
      issuedOn,
      dueOn,
    }
    const hash = sealOf(sealedContent({ ...row, ...issued }, body), previousHash, sha256)
    write.update(invoice, row.id, { ...issued, hash, previousHash })
    if (kind === 'creditNote') settle(store, write, row)
    previousHash = hash
    next += 1
    return paperNumber(kind, year, next - 1)
  })
}

/** A credit note pays what is left of the invoice it corrects; the rest stays the family's credit. */
const settle = (store: Store, write: Write, { id, correctsId, totalCents }: InvoiceRow) => {
  if (correctsId === null) return
  const amountCents = Math.min(leftOf(store, [correctsId]).get(correctsId) ?? 0, -totalCents)
  if (amountCents > 0) write.insert(allocation, { creditNoteId: id, invoiceId: correctsId, amountCents })
}
