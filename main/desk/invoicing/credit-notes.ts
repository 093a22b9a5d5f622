import type { Day } from '../../../shared/rules/calendar/day.ts'
import { creditLines, lineForDays, refusePaper } from '../../../shared/rules/money/invoice.ts'
import { lateBookingLabel } from '../../../shared/rules/price/price.ts'
import { listed } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { reservation } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import { currentBook, type PriceBook } from '../prices/prices.ts'
import { paperNumber } from './account.ts'
import { creditedLines, daysNotCredited, remainingToCredit, withoutIds } from './corrections.ts'
import { requireDraft, writeCorrection } from './draft-writing.ts'
import { type NewLine, withNames } from './drafts.ts'
import { cellsById, type InvoiceRow, invoiceRow, type LineRow, linesOf } from './invoicing-store.ts'
import { refuseWhileBusy } from './long-work.ts'
import { assignNumbers, finalizePaper, type PreparedPaper } from './numbering.ts'
import { paperFacts, type ToPrint } from './paper-facts.ts'

/** Issues a credit note on an invoice, whole or for chosen lines. Days that were credited already are left out. */
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
    if (remainingToCredit(store, corrected) + totalCents < 0)
      throw new Refused('Les avoirs dépasseraient le montant de la facture.')
    const book = currentBook(store)
    const refusal = refusePaper('creditNote', withNames(lines, new Map(), book.activities))
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
    const row = requireDraft(store, id)
    const writtenLines = linesOf(store, [id]).get(id) ?? []
    const [numbered = ''] = assignNumbers(store, write, 'creditNote', [
      prepareCreditNote(store, write, book, row, writtenLines, corrected),
    ])
    if (!input.billAgain) {
      const waivedLateCells = writtenLines.flatMap(({ basis, reservationIds }) =>
        basis.lateCancellation ? reservationIds : [],
      )
      write.updateMany(reservation, waivedLateCells, { cancelSurchargeCents: 0 })
      write.updateMany(reservation, lateBookingCells(store, corrected.id, input.lineIds), { surchargeCents: 0 })
    }
    return { id, number: numbered }
  })
}

/** Cents that a credit note on this invoice could still credit: on the whole invoice, and on each line alone. */
export const creditableAmounts = ({ store }: Core, invoiceId: number) => {
  const centsOf = (lineIds: readonly number[] | null) =>
    linesToCredit(store, invoiceId, lineIds, false).reduce((sum, { totalCents }) => sum - totalCents, 0)
  const lines = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  return { wholeCents: centsOf(null), lines: lines.map(({ id }) => ({ id, leftCents: centsOf([id]) })) }
}

/**
 * Cells whose late-booking surcharge these lines bill. The caller sets the surcharge to 0, or a run would bill it
 * again.
 */
const lateBookingCells = (store: Store, invoiceId: number, lineIds: readonly number[] | null): number[] => {
  const lines = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  const cells = lines.flatMap(({ id, label, reservationIds }) =>
    label === lateBookingLabel && (lineIds?.includes(id) ?? true) ? reservationIds : [],
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
  if (billAgain) requireWholeDays(lines, chosen, credited, dayOf)
  const months = new Set(chosen.filter(isMinimum).map(monthOf))
  const minimums = [...lines, ...credited].filter((line) => isMinimum(line) && (!lineIds || months.has(monthOf(line))))
  const credits = chosen.flatMap((before): NewLine[] => {
    const line = withoutIds(before)
    const days = isMinimum(line) ? [] : daysNotCredited(line, credited)
    if (days.length === 0) return []
    return creditLines([
      {
        ...lineForDays(line, days),
        // A credit un-bills the cells that it names. Without `billAgain` it names none, so that no run bills them again;
        // except for a late-cancellation fee, whose day must be billable when it is booked again.
        reservationIds:
          billAgain || line.basis.lateCancellation ? line.reservationIds.filter((id) => dayOf.has(id)) : [],
        basis: billAgain ? line.basis : withoutMembership(line.basis),
      },
    ])
  })
  return [...credits, ...creditLines(remainingMinimums(minimums))].map((line, position) => ({ ...line, position }))
}

/**
 * A run bills a cell again with its price, surcharge and aids, and computes a monthly minimum from all days of the
 * month. So the chosen lines must cover every line of their cells, and with a minimum every line of its month.
 * @param dayOf by cell id, the days of the cells that the invoice still bills
 * @throws Refused naming the lines to choose as well
 */
const requireWholeDays = (
  lines: readonly LineRow[],
  chosen: readonly LineRow[],
  credited: readonly NewLine[],
  dayOf: ReadonlyMap<number, Day>,
): void => {
  const chosenCells = new Set(chosen.flatMap(({ reservationIds }) => reservationIds))
  const months = new Set(chosen.filter(isMinimum).map(monthOf))
  const missing = lines.filter((line) => {
    if (chosen.includes(line) || isMinimum(line)) return false
    const days = daysNotCredited(line, credited)
    return (
      days.some((day) => months.has(day.slice(0, 7))) ||
      line.reservationIds.some((id) => chosenCells.has(id) && days.some((day) => day === dayOf.get(id)))
    )
  })
  if (missing.length === 0) return
  const names = listed([...new Set(missing.map(({ label }) => `«\u00a0${label}\u00a0»`))])
  throw new Refused(`Un jour se facture de nouveau en entier\u00a0: choisissez aussi ${names} pour les mêmes jours.`)
}

const isMinimum = ({ basis }: NewLine): boolean => basis.minimum === true

const monthOf = ({ days: [on] }: NewLine): string | undefined => on?.slice(0, 7)

/**
 * One line a month: what the invoice added to reach the monthly minimum, plus or minus what its credit notes changed.
 */
const remainingMinimums = (lines: readonly LineRow[]): NewLine[] =>
  [...Map.groupBy(lines, monthOf).values()].flatMap((ofMonth) => {
    const cents = ofMonth.reduce((sum, { totalCents }) => sum + totalCents, 0)
    return ofMonth
      .slice(0, cents === 0 ? 0 : 1)
      .map((line) => ({ ...withoutIds(line), quantity: 1, unitCents: cents, totalCents: cents }))
  })

/**
 * Pricing bills a membership once a year, and once more after a credit note on it. On a credit note that waives a
 * membership for good, the line loses its membership mark, so that pricing still counts the membership as billed.
 */
const withoutMembership = (basis: NewLine['basis']): NewLine['basis'] => {
  const { membership: _, ...rest } = basis
  return rest
}

/** Within the caller's act: un-bills the cells that the lines name, and makes the paper, which only lacks its number. */
export const prepareCreditNote = (
  store: Store,
  write: Write,
  book: PriceBook,
  row: InvoiceRow,
  lines: readonly LineRow[],
  corrected: InvoiceRow,
): PreparedPaper => {
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
  return finalizePaper(write, { row, lines, print }, facts)
}
