import type { LineToCredit } from '../../../../shared/contract/desk/money/invoicing.ts'
import { type Day, daysOfMonth, type Month, monthKey } from '../../../../shared/rules/calendar/day.ts'
import type { ChargeUnit } from '../../../../shared/rules/money/charges.ts'
import {
  type ChosenLine,
  type CreditableLine,
  type CreditedPart,
  creditedCents,
  creditOf,
} from '../../../../shared/rules/money/credit-note.ts'
import { refusePaper } from '../../../../shared/rules/money/invoice.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import { numberOf } from '../../../../shared/rules/money/series.ts'
import { versionOn } from '../../../../shared/rules/price/tariff.ts'
import { listed, monthText } from '../../../../shared/rules/text/french.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { freeLine, giveUp, invoice, invoiceLine, reservation } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'
import { type Core, type Person, Refused } from '../../core.ts'
import { currentBook, type PriceBook } from '../../prices/prices.ts'
import { treasuryCentsOf } from '../account-store.ts'
import { cellsById, type HomePaperRow, invoiceRow, isHomePaper, type LineRow, linesOf } from '../invoicing-store.ts'
import { refuseWhileBusy } from '../long-work.ts'
import { adoptMonths } from '../spans/adopting.ts'
import { finalSpans, freeLinesById, type IssuedLine, issuedLines, raiseSpan } from '../spans/spans-store.ts'
import { type StandingUnit, standingOf, tariffOf } from '../spans/standing.ts'
import { requireDraft } from './drafts.ts'
import { assignNumbers, finalizePaper, type PreparedPaper } from './numbering.ts'
import { paperFacts, type ToPrint } from './paper-facts.ts'
import { familyTitle, type NewLine, withNames } from './paper-lines.ts'

type CreditNoteInput = {
  readonly invoiceId: number
  /** Null for the whole invoice. */
  readonly lines: readonly ChosenLine[] | null
  readonly reason: string
  /** « À refacturer »: what is taken back will be billed again. Otherwise « Définitif »: it is given up for good. */
  readonly billAgain: boolean
}

/** Issues a credit note on an invoice, whole or for chosen lines and days. */
export const creditNote = (
  { store }: Core,
  person: Person,
  { invoiceId, lines: chosen, reason, billAgain }: CreditNoteInput,
): { id: number; number: string } => {
  refuseWhileBusy(store)
  const { row: corrected, number } = requireIssuedInvoice(store, invoiceId)
  if (treasuryCentsOf(store, [invoiceId]).size > 0)
    throw new Refused(
      `La facture ${number} est à la Trésorerie\u00a0: notez la réduction à demander, dans «\u00a0État des restes\u00a0». Si la Trésorerie la rend, un avoir redevient possible.`,
    )
  return store.act(person, 'invoicing.creditNote', `Avoir sur la facture ${number}`, (write) => {
    const prepared = writeCreditNote(store, write, corrected, { lines: chosen, reason, billAgain })
    if (!prepared)
      throw new Refused(`Il n’y a plus rien à annuler sur la facture ${number}\u00a0: des avoirs l’ont déjà fait.`)
    const [numbered = ''] = assignNumbers(store, write, 'creditNote', [prepared])
    return { id: prepared.row.id, number: numbered }
  })
}

/**
 * Writes a credit note that only lacks its number, and records what it gives up or leaves to bill again. Null when
 * credit notes have already taken back the whole invoice.
 */
export const writeCreditNote = (
  store: Store,
  write: Write,
  corrected: HomePaperRow,
  { lines: chosen, reason, billAgain }: Omit<CreditNoteInput, 'invoiceId'>,
): PreparedPaper | null => {
  const book = currentBook(store)
  const { familyId } = corrected
  const lines = creditableLines(store, book, corrected)
  const credit = creditOf(lines, chosen, !billAgain)
  if ('refusal' in credit) throw new Refused(credit.refusal)
  const { parts } = credit
  const totalCents = 0 - creditedCents(parts)
  if (parts.length === 0 || totalCents === 0) return null
  if (leftCents(lines) + totalCents < 0) throw new Refused('Les avoirs dépasseraient le montant de la facture.')
  const months = [...new Set(parts.flatMap(({ days }) => days.map(monthKey)))].toSorted()
  refuseFinal(store, corrected, months)
  adoptMonths(store, write, book, familyId, months)
  const newLines = creditNoteLines(store, corrected.id, lines, parts, billAgain)
  const refusal = refusePaper('creditNote', withNames(newLines, new Map(), book.activities))
  if (refusal) throw new Refused(refusal)
  const row = insertCreditNote(store, write, { corrected, reason, lines: newLines, totalCents, months })
  const writtenLines = linesOf(store, [row.id]).get(row.id) ?? []
  const prepared = prepareCreditNote(store, write, book, row, writtenLines, corrected)
  if (billAgain) for (const month of months) raiseSpan(store, write, { familyId, month })
  else writeGiveUps(store, write, book, { familyId, reason, parts, writtenLines })
  return prepared
}

/** The lines of an issued invoice, and what a credit note could still take back of them. */
export const leftToCredit = ({ store }: Core, invoiceId: number): { wholeCents: Cents; lines: LineToCredit[] } => {
  const { row } = requireIssuedInvoice(store, invoiceId)
  const lines = creditableLines(store, currentBook(store), row)
  return {
    wholeCents: leftCents(lines),
    lines: lines.map(({ issued: { unit }, ...line }) => ({
      ...line,
      unit,
      days: [...line.days],
      child: line.childId === null ? familyTitle : nameIn(row.paper?.children, line.childId),
      activity: nameIn(row.paper?.activities, line.activityId),
    })),
  }
}

const nameIn = (
  named: readonly { readonly id: number; readonly name: string }[] | undefined,
  id: number | null,
): string => named?.find((one) => one.id === id)?.name ?? ''

const requireIssuedInvoice = (store: Store, id: number): { row: HomePaperRow; number: string } => {
  const row = invoiceRow(store, id)
  const number = row ? numberOf(row) : null
  if (!row || !isHomePaper(row) || row.state !== 'issued' || row.kind !== 'invoice' || number === null)
    throw new Refused('Un avoir corrige une facture émise.')
  return { row, number }
}

const leftCents = (lines: readonly CreditableLine[]): Cents =>
  lines.reduce((sum, { unitCents, days }) => sum + days.length * unitCents, 0)

type LineLeft = CreditableLine & { readonly issued: IssuedLine }

/**
 * The lines of an invoice in printing order, with the days that can still be taken back; none for a line with nothing
 * left.
 */
const creditableLines = (store: Store, book: PriceBook, invoiced: HomePaperRow): LineLeft[] => {
  const { id, familyId, fromDay, toDay, sealVersion } = invoiced
  const range = { familyIds: [familyId], from: monthKey(fromDay), to: monthKey(toDay) }
  const lines = issuedLines(store, range).filter(({ paperId, correctsId }) => paperId === id || correctsId === id)
  const standing = Map.groupBy(
    standingOf(lines, (unit) => ({ ...unit, group: kindOf(unit) })),
    ({ lineId }) => lineId,
  )
  const unitsOf = (line: IssuedLine) => standing.get(line.id) ?? []
  // The first version adjusted a month's minimum by further lines, on credit notes too: only their sum tells what is
  // left of it.
  const needsMonth = (line: IssuedLine) => sealVersion === 1 && kindOf(line) === 'minimum'
  const keyOf = (line: IssuedLine) =>
    needsMonth(line) ? `${monthOfLine(line)} ${tariffOf(book, line.activityId)?.id ?? ''}` : line.id
  const shown = lines.filter((line) => line.kind === 'invoice' || unitsOf(line).length > 0)
  return [...Map.groupBy(shown, keyOf).values()].flatMap((same): LineLeft[] => {
    const [line] = same
    if (!line) return []
    const { id: lineId, childId, activityId, label, fiscal } = line
    const kind = kindOf(line)
    const ofLine = { id: lineId, childId, activityId, label, fiscal, kind, needsMonth: needsMonth(line), issued: line }
    if (kind === 'days') return [{ ...ofLine, unitCents: line.unitCents, days: daysLeft(line, unitsOf(line)) }]
    const unitCents = same.flatMap(unitsOf).reduce((sum, { cents }) => sum + cents, 0)
    return [{ ...ofLine, unitCents, days: unitCents === 0 ? [] : line.days.slice(0, 1) }]
  })
}

const kindOf = ({ basis }: Pick<ChargeUnit, 'basis'>): CreditableLine['kind'] =>
  basis.freeLine !== undefined ? 'freeLine' : basis.minimum ? 'minimum' : basis.membership ? 'membership' : 'days'

const monthOfLine = ({ days: [on] }: IssuedLine): Month | '' => (on ? monthKey(on) : '')

/**
 * The days that can be taken back. A day that was given up has two units, its price and the opposite, so it is left
 * out.
 */
const daysLeft = ({ unitCents }: IssuedLine, units: readonly StandingUnit[]): Day[] => {
  const days = units.flatMap(({ day, cents }) => (cents === unitCents ? [day] : []))
  for (const { day, cents } of units) {
    const index = cents === unitCents ? -1 : days.indexOf(day)
    if (index >= 0) days.splice(index, 1)
  }
  return days
}

/** @throws Refused for a month that is final: no run prices it, and nothing can be taken back from it */
const refuseFinal = (
  store: Store,
  { familyId, regieId }: Pick<HomePaperRow, 'familyId' | 'regieId'>,
  months: readonly Month[],
): void => {
  const [from] = months
  const to = months.at(-1)
  if (!from || !to) return
  const final = finalSpans(store, { familyIds: [familyId], from, to }).filter(
    (span) => months.includes(span.month) && (span.regieId === null || span.regieId === regieId),
  )
  if (final.length === 0) return
  const names = listed(final.map(({ month }) => monthText(daysOfMonth(month).from)))
  throw new Refused(
    `Les comptes sont arrêtés (${names})\u00a0: aucun avoir ne les change plus. Régularisez par un avoir sur une facture d’un mois plus récent.`,
  )
}

/** The lines of the credit note, in the order of the invoice. */
const creditNoteLines = (
  store: Store,
  invoiceId: number,
  lines: readonly LineLeft[],
  parts: readonly CreditedPart[],
  billAgain: boolean,
): NewLine[] => {
  const cellsOf = billAgain ? cellsToRelease(store, invoiceId, lines, parts) : () => []
  return parts.flatMap(({ line: { id, unitCents }, days }, position): NewLine[] => {
    const line = lines.find((one) => one.id === id)
    if (!line) return []
    const { childId, activityId, label, fiscal, unit, explanation, basis, kind, totalCents } = line.issued
    const { nature, productCode } = line.issued
    // A credit note of the first version may take back more of a minimum than any line of the invoice bills.
    const isOfLine = kind === 'invoice' && Math.abs(unitCents) <= Math.abs(totalCents)
    return [
      {
        position,
        childId,
        activityId,
        label,
        fiscal,
        unit,
        explanation,
        basis,
        quantity: 0 - days.length,
        unitCents,
        totalCents: 0 - days.length * unitCents,
        days,
        reservationIds: cellsOf(line, days),
        correctsLineId: isOfLine ? id : null,
        nature,
        productCode,
      },
    ]
  })
}

/** The cells that a part bills and that no other line of the invoice bills: the invoice no longer bills them. */
const cellsToRelease = (
  store: Store,
  invoiceId: number,
  lines: readonly LineLeft[],
  parts: readonly CreditedPart[],
): ((line: LineLeft, days: readonly Day[]) => number[]) => {
  const ids = [...new Set(lines.flatMap(({ issued }) => issued.reservationIds))]
  const dayOf = new Map(
    cellsById(store, ids).flatMap(({ id, day, billedBy }) => (billedBy === invoiceId ? [[id, day]] : [])),
  )
  const cellsOn = ({ issued }: LineLeft, days: readonly Day[]) => {
    const wanted = new Set<Day | undefined>(days)
    return issued.reservationIds.filter((id) => wanted.has(dayOf.get(id)))
  }
  const taken = new Set(parts.flatMap(({ line, days }) => days.map((day) => `${line.id} ${day}`)))
  const stillBilled = new Set(
    lines.flatMap((line) =>
      cellsOn(
        line,
        line.days.filter((day) => !taken.has(`${line.id} ${day}`)),
      ),
    ),
  )
  return (line, days) => cellsOn(line, days).filter((id) => !stillBilled.has(id))
}

const insertCreditNote = (
  store: Store,
  write: Write,
  note: {
    readonly corrected: HomePaperRow
    readonly reason: string
    readonly lines: readonly NewLine[]
    readonly totalCents: Cents
    readonly months: readonly Month[]
  },
): HomePaperRow => {
  const { corrected, reason, lines, totalCents, months } = note
  const [month = null] = months
  const { id } = write.insert(invoice, {
    runId: null,
    familyId: corrected.familyId,
    regieId: corrected.regieId,
    kind: 'creditNote',
    state: 'draft',
    fromDay: corrected.fromDay,
    toDay: corrected.toDay,
    totalCents,
    journal: [],
    verdict: 'ready',
    correctsId: corrected.id,
    reason,
    sealVersion: 2,
    // Only an invoice of the first version can bill several months.
    month: months.length === 1 ? month : null,
  })
  write.insertMany(
    invoiceLine,
    lines.map((line) => ({ ...line, invoiceId: id })),
  )
  return requireDraft(store, id)
}

/** « Définitif »: one row for each line of the credit note that gives something up. */
const writeGiveUps = (
  store: Store,
  write: Write,
  book: PriceBook,
  {
    familyId,
    reason,
    parts,
    writtenLines,
  }: {
    readonly familyId: number
    readonly reason: string
    readonly parts: readonly CreditedPart[]
    readonly writtenLines: readonly LineRow[]
  },
): void => {
  const rows = parts.flatMap(({ line, days, givenUpCents }, position) => {
    const [on] = days
    const written = writtenLines.find((one) => one.position === position)
    if (!written || !on || givenUpCents === 0) return []
    const { activityId, label, fiscal, kind } = line
    if (kind === 'freeLine' || activityId === null) return []
    return [
      {
        familyId,
        month: monthKey(on),
        kind,
        childId: isOfHome(book, line, on) ? null : line.childId,
        activityId,
        product: label,
        fiscal,
        days,
        unitCents: givenUpCents,
        reason,
        creditLineId: written.id,
      },
    ]
  })
  write.insertMany(giveUp, rows)
  giveUpFreeLines(store, write, parts, writtenLines)
}

/**
 * A give-up of a free line is recorded on the free line itself. For one below zero, what is given up is the reduction.
 */
const giveUpFreeLines = (
  store: Store,
  write: Write,
  parts: readonly CreditedPart[],
  writtenLines: readonly LineRow[],
): void => {
  const lines = new Map(
    freeLinesById(
      store,
      writtenLines.flatMap(({ basis }) => basis.freeLine ?? []),
    ).map((line) => [line.id, line]),
  )
  for (const [position, { line, days, givenUpCents }] of parts.entries()) {
    const written = writtenLines.find((one) => one.position === position)
    const free = lines.get(written?.basis.freeLine ?? 0)
    const cents = days.length * (line.unitCents < 0 ? line.unitCents : givenUpCents)
    if (free) write.update(freeLine, free.id, { givenUpCents: free.givenUpCents + cents })
  }
}

/** Whether the amount is owed once by the home, for all its children together. */
const isOfHome = (book: PriceBook, { kind, activityId }: CreditableLine, on: Day): boolean => {
  if (kind !== 'membership') return kind === 'minimum'
  const tariff = tariffOf(book, activityId)
  return (tariff && versionOn(tariff, on)?.membership?.per === 'family') ?? false
}

/**
 * Within the caller's act: unbills the cells that the lines name, and makes the paper, which then only lacks its
 * number.
 */
export const prepareCreditNote = (
  store: Store,
  write: Write,
  book: PriceBook,
  row: HomePaperRow,
  lines: readonly LineRow[],
  corrected: HomePaperRow,
): PreparedPaper => {
  const cells = cellsById(store, [...new Set(lines.flatMap(({ reservationIds }) => reservationIds))])
  write.updateMany(
    reservation,
    cells.flatMap(({ id, billedBy }) => (billedBy === corrected.id ? [id] : [])),
    { billedBy: null, billedCancellation: false },
  )
  const print: ToPrint = {
    familyId: row.familyId,
    regieId: row.regieId,
    from: row.fromDay,
    to: row.toDay,
    lines,
    remarks: [],
    corrects: numberOf(corrected) ?? '',
  }
  const [facts] = paperFacts(store, book, [print])
  if (!facts) throw new RangeError('a credit note has a paper')
  return finalizePaper(write, { row, lines }, facts)
}
