import { refusePaper } from '../../../shared/rules/invoice.ts'
import type { Write } from '../../store/acts.ts'
import { reservation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type PriceBook, priceBook } from '../prices/prices.ts'
import { paperNumber } from './account.ts'
import { existingDraft, writeCorrection } from './draft-writing.ts'
import { type NewLine, named } from './drafts.ts'
import { cellsById, creditNotesOf, type InvoiceRow, invoiceRow, type LineRow, linesOf } from './invoicing-store.ts'
import { refuseWhileBusy } from './long-work.ts'
import { number, type Prepared, worded } from './numbering.ts'
import { paperFacts, type ToPrint } from './papers.ts'

/** Issues at once what undoes an invoice, whole or by lines. What earlier credit notes undid is left out. */
export const creditNote = (
  { store }: Core,
  person: Person,
  input: { invoiceId: number; lineIds: readonly number[] | null; reason: string; billAgain: boolean },
): { id: number; number: string } => {
  refuseWhileBusy(store)
  const corrected = invoiceRow(store, input.invoiceId)
  if (
    corrected?.state !== 'issued' ||
    corrected.kind !== 'invoice' ||
    corrected.year === null ||
    corrected.number === null
  )
    throw new Refused('Un avoir corrige une facture émise.')
  const name = paperNumber('invoice', corrected.year, corrected.number)
  return store.act(person, 'invoicing.creditNote', `Avoir sur la facture ${name}`, (write) => {
    const lines = linesToCredit(store, corrected.id, input.lineIds, input.billAgain)
    const totalCents = lines.reduce((sum, line) => sum + line.totalCents, 0)
    if (lines.length === 0 || totalCents === 0)
      throw new Refused(`Il n’y a plus rien à annuler sur la facture ${name}\u00a0: des avoirs l’ont déjà fait.`)
    if (creditable(store, corrected) + totalCents < 0)
      throw new Refused('Les avoirs dépasseraient le montant de la facture.')
    const book = priceBook(store)
    const refusal = refusePaper('creditNote', named(lines, new Map(), book.activities))
    if (refusal) throw new Refused(refusal)
    const id = writeCorrection(store, write, book, null, {
      familyId: corrected.familyId,
      invoiceId: corrected.id,
      from: corrected.fromDay,
      to: corrected.toDay,
      lines,
      totalCents,
      reason: input.reason,
    })
    const row = existingDraft(store, id)
    const written = linesOf(store, [id]).get(id) ?? []
    const [numbered = ''] = number(store, write, 'creditNote', [
      prepareCredit(store, write, book, row, written, corrected),
    ])
    return { id, number: numbered }
  })
}

const linesToCredit = (
  store: Store,
  invoiceId: number,
  lineIds: readonly number[] | null,
  billAgain: boolean,
): NewLine[] => {
  const lines = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  if (lineIds?.some((id) => !lines.some((line) => line.id === id)))
    throw new Refused('Une des lignes choisies n’est pas de cette facture.')
  const credited = [
    ...linesOf(
      store,
      creditNotesOf(store, invoiceId).map(({ id }) => id),
    ).values(),
  ].flat()
  const free = new Set(
    cellsById(
      store,
      lines.flatMap(({ reservationIds }) => reservationIds),
    ).flatMap(({ id, billedBy }) => (billedBy === invoiceId ? [id] : [])),
  )
  return lines
    .filter(({ id }) => !lineIds || lineIds.includes(id))
    .flatMap((before): NewLine[] => {
      const { id: _, invoiceId: __, actId: ___, ...line } = before
      const days = [...line.days]
      for (const note of credited) {
        if (!isSameProduct(note, line)) continue
        for (const day of note.days) {
          const place = days.indexOf(day)
          if (place >= 0) days.splice(place, 1)
        }
      }
      if (days.length === 0) return []
      return [
        {
          ...line,
          days,
          quantity: -days.length,
          totalCents: 0 - days.length * line.unitCents,
          reservationIds: billAgain ? line.reservationIds.filter((id) => free.has(id)) : [],
        },
      ]
    })
    .map((line, position) => ({ ...line, position }))
}

const isSameProduct = (one: NewLine, other: NewLine): boolean =>
  one.childId === other.childId &&
  one.activityId === other.activityId &&
  one.label === other.label &&
  one.unitCents === other.unitCents &&
  one.explanation === other.explanation

export const prepareCredit = (
  store: Store,
  write: Write,
  book: PriceBook,
  row: InvoiceRow,
  lines: readonly LineRow[],
  corrected: InvoiceRow,
): Prepared => {
  write.updateMany(
    reservation,
    lines.flatMap(({ reservationIds }) => reservationIds),
    { billedBy: null },
  )
  const print: ToPrint = {
    familyId: row.familyId,
    from: row.fromDay,
    to: row.toDay,
    lines,
    remarks: [],
    corrects: paperNumber('invoice', corrected.year ?? 0, corrected.number ?? 0),
  }
  const [facts] = paperFacts(store, book, [print])
  if (!facts) throw new RangeError('a credit note has a paper')
  return worded(write, { row, lines, print }, facts)
}

/** What is left of an invoice once its credit notes are counted. */
export const creditable = (store: Store, corrected: InvoiceRow): number =>
  creditNotesOf(store, corrected.id).reduce((sum, { totalCents }) => sum + totalCents, corrected.totalCents)
