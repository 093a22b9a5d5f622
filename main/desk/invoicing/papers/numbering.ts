import { today, yearOf } from '../../../../shared/rules/calendar/day.ts'
import { ownDueDay } from '../../../../shared/rules/money/debit/year-plan.ts'
import {
  isCarriedToNext,
  lastDayToPay,
  type PaperFacts,
  type PaperKind,
  sealOf,
} from '../../../../shared/rules/money/invoice.ts'
import { numberIn, type SeriesLetter, seriesOf } from '../../../../shared/rules/money/series.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { nextNumber, numbersUnknown } from '../../../store/numbers.ts'
import { bodyDigest, hashedContent, sha256 } from '../../../store/paper-hash.ts'
import { invoice } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'
import { Refused } from '../../core.ts'
import { regieOf } from '../../regies/regies.ts'
import { spendCredits } from '../account.ts'
import { type PayerKind, remainingCentsOf } from '../account-store.ts'
import { allocate, releaseDecisions } from '../allocations.ts'
import { type InvoiceRow, type LineRow, lastNumbered } from '../invoicing-store.ts'
import { carriedOverCents } from './drafts.ts'

const letters = {
  family: { invoice: 'F', creditNote: 'A' },
  thirdParty: { invoice: 'T', creditNote: 'T' },
} as const satisfies Record<PayerKind, Record<PaperKind, SeriesLetter>>

/** @throws Refused for a file restored from a backup, until it is known which numbers were given after that backup */
export const refuseUnknownNumbers = (store: Store): void => {
  const sentence = numbersUnknown(store)
  if (sentence !== null) throw new Refused(sentence)
}

/**
 * A paper ready for its number. Its cells are already marked as billed by it, so that nobody changes them meanwhile.
 */
export type PreparedPaper = {
  readonly row: InvoiceRow
  readonly lines: readonly LineRow[]
  /** Digest of the paper's text and lines. The paper's hash covers it. */
  readonly body: string
}

/** Writes the final text of a paper ahead of the closing transaction, which then only writes numbers and hashes. */
export const finalizePaper = (
  write: Write,
  prepared: Omit<PreparedPaper, 'body'>,
  facts: PaperFacts,
): PreparedPaper => {
  const row = write.update(invoice, prepared.row.id, {
    paper: facts,
    previousBalanceCents: carriedOverCents(facts),
    verdict: 'ready',
    journal: [],
    setAside: false,
  })
  return { ...prepared, row, body: bodyDigest(row, prepared.lines) }
}

/**
 * Gives papers consecutive numbers of their régie, and chains each paper's hash to the previous one's; then pays the
 * new invoices with the payers' unused credits. Called in the closing transaction: all papers are numbered, or none.
 */
export const assignNumbers = (
  store: Store,
  write: Write,
  kind: PaperKind,
  papers: readonly PreparedPaper[],
  of: PayerKind = 'family',
): string[] => {
  refuseUnknownNumbers(store)
  if (papers.length === 0) return []
  const numbers = new Map(
    [...Map.groupBy(papers, ({ row }) => row.regieId)].flatMap(([regieId, ofRegie]) =>
      numbersAtRegie(store, write, { kind, regieId, of }, ofRegie),
    ),
  )
  spendCredits(
    store,
    write,
    papers
      .filter(({ row }) => kind === 'creditNote' || of === 'thirdParty' || carriesCredit(row))
      .flatMap(({ row }) => (of === 'family' ? row.familyId : row.thirdPartyId) ?? []),
    of,
  )
  return papers.map(({ row }) => numbers.get(row.id) ?? '')
}

const numbersAtRegie = (
  store: Store,
  write: Write,
  { kind, regieId, of }: { readonly kind: PaperKind; readonly regieId: number; readonly of: PayerKind },
  papers: readonly PreparedPaper[],
): (readonly [paperId: number, number: string])[] => {
  const regie = regieOf(store, regieId)
  const series = seriesOf(regie.prefix, letters[of][kind])
  const issuedOn = today(store.clock)
  const year = yearOf(issuedOn)
  const last = lastNumbered(store, series)
  if (last && last.year > year)
    throw new Refused(
      `La date de l’ordinateur est avant la dernière pièce émise (${last.year})\u00a0: corrigez-la d’abord.`,
    )
  const dueOnOf = ({ row, lines }: PreparedPaper) =>
    kind !== 'invoice' || (row.paper && isCarriedToNext(dueOfPaper(row), row.paper.payment))
      ? null
      : ownDueDay(lastDayToPay(issuedOn, { unit: 'days', amount: regie.dueDays }, lines), row.paper?.payment.balanceOn)
  let next = nextNumber(store, `${series}${year}`, last?.year === year ? last.number : 0)
  let previousHash = last?.hash ?? null
  return papers.map((prepared) => {
    const { row, body } = prepared
    const issued = {
      state: 'issued' as const,
      series,
      year,
      number: next,
      issuedOn,
      dueOn: dueOnOf(prepared),
    }
    const hash = sealOf(hashedContent({ ...row, ...issued }, body), previousHash, sha256)
    write.update(invoice, row.id, { ...issued, hash, previousHash })
    if (kind === 'creditNote') payCorrectedInvoice(store, write, row)
    previousHash = hash
    next += 1
    return [row.id, numberIn(series, year, next - 1)]
  })
}

const dueOfPaper = ({ totalCents, paper }: InvoiceRow): number =>
  [...(paper?.carriedOver ?? []), ...(paper?.regularised ?? [])].reduce((sum, { amount }) => sum + amount, totalCents)

/**
 * Whether the paper carries over a credit. The paper itself tells, which spares reading every family's account again.
 */
const carriesCredit = ({ paper }: InvoiceRow): boolean => paper?.carriedOver.some(({ amount }) => amount < 0) === true

/**
 * A credit note first replaces what was remitted of the invoice that it corrects, then pays the unpaid part of it; the
 * rest stays as the family's credit.
 */
const payCorrectedInvoice = (store: Store, write: Write, { id, correctsId, totalCents }: InvoiceRow) => {
  if (correctsId === null) return
  releaseDecisions(
    store,
    write,
    { invoiceId: correctsId, openingDebtId: null },
    { kind: 'remission', cents: -totalCents },
  )
  const amountCents = Math.min(remainingCentsOf(store, [correctsId]).get(correctsId) ?? 0, -totalCents)
  if (amountCents > 0) allocate(store, write, [{ creditNoteId: id, invoiceId: correctsId, amountCents }])
}
