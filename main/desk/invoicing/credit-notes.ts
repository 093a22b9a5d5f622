import type { Day } from '../../../shared/rules/calendar/day.ts'
import { creditLines, lineForDays, refusePaper } from '../../../shared/rules/money/invoice.ts'
import { lateBooking } from '../../../shared/rules/price/price.ts'
import { listed } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { reservation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { type PriceBook, priceBook } from '../prices/prices.ts'
import { paperNumber } from './account.ts'
import { creditable, creditedLines, daysLeft, unwritten } from './corrections.ts'
import { existingDraft, writeCorrection } from './draft-writing.ts'
import { type NewLine, named } from './drafts.ts'
import { cellsById, type InvoiceRow, invoiceRow, type LineRow, linesOf } from './invoicing-store.ts'
import { refuseWhileBusy } from './long-work.ts'
import { number, type Prepared, worded } from './numbering.ts'
import { paperFacts, type ToPrint } from './paper-facts.ts'

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
      journal: [],
      reason: input.reason,
    })
    const row = existingDraft(store, id)
    const written = linesOf(store, [id]).get(id) ?? []
    const [numbered = ''] = number(store, write, 'creditNote', [
      prepareCredit(store, write, book, row, written, corrected),
    ])
    if (!input.billAgain) {
      const givenUpLate = written.flatMap(({ basis, reservationIds }) => (basis.lateCancellation ? reservationIds : []))
      write.updateMany(reservation, givenUpLate, { cancelSurchargeCents: 0 })
      write.updateMany(reservation, surcharged(store, corrected.id, input.lineIds), { surchargeCents: 0 })
    }
    return { id, number: numbered }
  })
}

/** What a credit note would undo of an issued invoice by now: whole, and of each line chosen alone. */
export const leftToCredit = ({ store }: Core, invoiceId: number) => {
  const left = (lineIds: readonly number[] | null) =>
    linesToCredit(store, invoiceId, lineIds, false).reduce((sum, { totalCents }) => sum - totalCents, 0)
  const lines = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  return { wholeCents: left(null), lines: lines.map(({ id }) => ({ id, leftCents: left([id]) })) }
}

/** Cells whose surcharge for a late booking these lines bill: given up, it comes back with no change of their day. */
const surcharged = (store: Store, invoiceId: number, lineIds: readonly number[] | null): number[] => {
  const lines = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  const cells = lines.flatMap(({ id, label, reservationIds }) =>
    label === lateBooking && (lineIds?.includes(id) ?? true) ? reservationIds : [],
  )
  return cellsById(store, cells).flatMap(({ id, billedBy }) => (billedBy === invoiceId ? [id] : []))
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
  const credited = creditedLines(store, invoiceId)
  const dayOf = new Map(
    cellsById(
      store,
      lines.flatMap(({ reservationIds }) => reservationIds),
    ).flatMap(({ id, day, billedBy }) => (billedBy === invoiceId ? [[id, day]] : [])),
  )
  const chosen = lines.filter(({ id }) => !lineIds || lineIds.includes(id))
  if (billAgain) refuseCutCells(lines, chosen, credited, dayOf)
  const months = new Set(chosen.filter(isMinimum).map(monthOf))
  const minimums = [...lines, ...credited].filter((line) => isMinimum(line) && (!lineIds || months.has(monthOf(line))))
  const given = chosen.flatMap((before): NewLine[] => {
    const line = unwritten(before)
    const days = isMinimum(line) ? [] : daysLeft(line, credited)
    if (days.length === 0) return []
    return creditLines([
      {
        ...lineForDays(line, days),
        // A late cancellation that is given up is no fact any more: should the day be booked again, it is billed.
        reservationIds:
          billAgain || line.basis.lateCancellation ? line.reservationIds.filter((id) => dayOf.has(id)) : [],
        basis: billAgain ? line.basis : givenUp(line.basis),
      },
    ])
  })
  return [...given, ...creditLines(minimumsLeft(minimums))].map((line, position) => ({ ...line, position }))
}

/**
 * A cell is billed again whole: its price, its surcharge and its aids, whichever lines they stand on; a minimum with the
 * days of its month, for it is made up to them.
 * @param dayOf the cells that the invoice still bills
 */
const refuseCutCells = (
  lines: readonly LineRow[],
  chosen: readonly LineRow[],
  credited: readonly NewLine[],
  dayOf: ReadonlyMap<number, Day>,
): void => {
  const given = new Set(chosen.flatMap(({ reservationIds }) => reservationIds))
  const months = new Set(chosen.filter(isMinimum).map(monthOf))
  const left = lines.filter((line) => {
    if (chosen.includes(line) || isMinimum(line)) return false
    const days = daysLeft(line, credited)
    return (
      days.some((day) => months.has(day.slice(0, 7))) ||
      line.reservationIds.some((id) => given.has(id) && days.some((day) => day === dayOf.get(id)))
    )
  })
  if (left.length === 0) return
  const names = listed([...new Set(left.map(({ label }) => `«\u00a0${label}\u00a0»`))])
  throw new Refused(`Un jour se facture de nouveau en entier\u00a0: choisissez aussi ${names} pour les mêmes jours.`)
}

const isMinimum = ({ basis }: NewLine): boolean => basis.minimum === true

const monthOf = ({ days: [on] }: NewLine): string | undefined => on?.slice(0, 7)

/** What an invoice and its credit notes made up, a line a month: a note may have made up more of it, or given some back. */
const minimumsLeft = (lines: readonly LineRow[]): NewLine[] =>
  [...Map.groupBy(lines, monthOf).values()].flatMap((ofMonth) => {
    const cents = ofMonth.reduce((sum, { totalCents }) => sum + totalCents, 0)
    return ofMonth
      .slice(0, cents === 0 ? 0 : 1)
      .map((line) => ({ ...unwritten(line), quantity: 1, unitCents: cents, totalCents: cents }))
  })

/** A membership credited for good is not asked again: on the note, it is no membership any more. */
const givenUp = (basis: NewLine['basis']): NewLine['basis'] => {
  const { membership: _, ...kept } = basis
  return kept
}

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
    { billedBy: null, billedCancellation: false },
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
