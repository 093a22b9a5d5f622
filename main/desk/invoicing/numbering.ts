import { today, yearOf } from '../../../shared/rules/calendar/day.ts'
import { dueDate, type PaperFacts, type PaperKind, sealOf } from '../../../shared/rules/money/invoice.ts'
import type { Write } from '../../store/acts/acts.ts'
import { nextNumber, numbersUnknown } from '../../store/numbers.ts'
import { allocation, invoice } from '../../store/schema/index.ts'
import { sealedBody, sealedContent, sha256 } from '../../store/sealed-paper.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { organisationOf } from '../settings/settings.ts'
import { paperNumber, spendCredits } from './account.ts'
import { leftOf } from './account-store.ts'
import { sumOf } from './draft-writing.ts'
import { type InvoiceRow, type LineRow, lastOf } from './invoicing-store.ts'
import type { ToPrint } from './paper-facts.ts'

export const seriesOf = { invoice: 'F', creditNote: 'A' } as const satisfies Record<PaperKind, string>

/** @throws Refused on a file brought back from a copy, as long as it may give a number twice */
export const refuseUnknownNumbers = (store: Store): void => {
  const sentence = numbersUnknown(store)
  if (sentence !== null) throw new Refused(sentence)
}

/** A paper ready for its number: its cells are marked as billed by it, so that nothing changes them meanwhile. */
export type Prepared = {
  readonly row: InvoiceRow
  readonly lines: readonly LineRow[]
  /** The digest of its words and lines, which the seal covers. */
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

/**
 * Continuous numbers, each paper linked to the one before; what a family has ahead pays its invoices at once. One
 * transaction: all of them, or none.
 */
export const number = (store: Store, write: Write, kind: PaperKind, papers: readonly Prepared[]): string[] => {
  refuseUnknownNumbers(store)
  const series = seriesOf[kind]
  const issuedOn = today(store.clock)
  const year = yearOf(issuedOn)
  const last = lastOf(store, series)
  if (last && last.year > year)
    throw new Refused(
      `La date de l’ordinateur est avant la dernière pièce émise (${last.year})\u00a0: corrigez-la d’abord.`,
    )
  const dueOn = kind === 'invoice' ? dueDate(issuedOn, { unit: 'days', amount: organisationOf(store).dueDays }) : null
  if (papers.length === 0) return []
  let next = nextNumber(store, `${series}${year}`, last?.year === year ? last.number : 0)
  let previousHash = last?.hash ?? null
  const numbers = papers.map(({ row, body }) => {
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
  spendCredits(
    store,
    write,
    papers.filter(({ row }) => kind === 'creditNote' || isAhead(row)).map(({ row }) => row.familyId),
  )
  return numbers
}

/** As its paper says: the accounts of the others are not read again. */
const isAhead = ({ paper }: InvoiceRow): boolean => paper?.carriedOver.some(({ amount }) => amount < 0) === true

/** A credit note pays what is left of the invoice it corrects; the rest stays the family's credit. */
const settle = (store: Store, write: Write, { id, correctsId, totalCents }: InvoiceRow) => {
  if (correctsId === null) return
  const amountCents = Math.min(leftOf(store, [correctsId]).get(correctsId) ?? 0, -totalCents)
  if (amountCents > 0) write.insert(allocation, { creditNoteId: id, invoiceId: correctsId, amountCents })
}
