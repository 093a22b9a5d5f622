import { ascending } from '../../../shared/collections.ts'
import { type Day, firstOfMonth, lastOfMonth } from '../../../shared/rules/calendar/day.ts'
import { creditLines, type JournalEntry, lineForDays } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  creditedMinimumLine,
  type EarlierLine,
  minimumAfterCredit,
  spreadMinimum,
} from '../../../shared/rules/price/home-price.ts'
import { priceDays } from '../../../shared/rules/price/price.ts'
import { minimumText } from '../../../shared/rules/price/span-price.ts'
import type { Tariff } from '../../../shared/rules/price/tariff.ts'
import { briefDay, listed, monthText } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { type CellToCredit, type ChargeableCell, cellsNoLongerDue, daysAddedTo } from '../attendance/attendance.ts'
import { type HomeHistory, homeHistories } from '../families/families.ts'
import { chargesByChildAndActivity, homeFacts, type PriceBook } from '../prices/prices.ts'
import { paperNumber } from './account.ts'
import { type BillingScope, earlierLines, type NewLine } from './drafts.ts'
import {
  cellsById,
  creditNotesOf,
  type InvoiceRow,
  invoiceRow,
  invoicesWithin,
  type LineRow,
  linesOf,
} from './invoicing-store.ts'

/**
 * Billed cells that a run must credit. First, cells cancelled after their invoice. Second, billed cells of a day to
 * which a cell was added after the invoice, when the whole day does not cost the sum of the two parts (a price for the
 * day, an aid per day, time counted by each half hour begun): the day is credited, then billed again whole.
 */
export const cellsToCredit = (
  store: Store,
  book: PriceBook,
  scope: BillingScope,
  familyIds: readonly number[],
): CellToCredit[] => {
  const wanted = new Set(familyIds)
  const activities = scope.activityIds && new Set(scope.activityIds)
  const released = cellsNoLongerDue(store).filter(
    ({ familyId, activityId }) => wanted.has(familyId) && (!activities || activities.has(activityId)),
  )
  const added = daysAddedTo(store, { ...scope, familyIds })
  const homes = homeHistories(store, [...new Set(added.flatMap((own) => own.map(({ familyId }) => familyId)))])
  const whole = added.filter((own) => needsWholeDay(book, homes, own)).flat()
  return [
    ...released,
    ...whole.flatMap(({ id, familyId, childId, activityId, day, billedBy }) =>
      billedBy === null ? [] : [{ id, familyId, childId, activityId, day, billedBy, isStillDue: true }],
    ),
  ]
}

const needsWholeDay = (
  book: PriceBook,
  homes: ReadonlyMap<number, HomeHistory>,
  day: readonly ChargeableCell[],
): boolean => {
  const home = homes.get(day[0]?.familyId ?? 0)
  if (!home) return false
  const price = (cells: readonly ChargeableCell[]) => {
    const [part] = chargesByChildAndActivity(book, cells)
    return part ? priceDays({ ...part, ...homeFacts(home) }) : { errors: [], totalCents: 0 }
  }
  const whole = price(day)
  const added = price(day.filter(({ billedBy }) => billedBy === null))
  const billed = price(day.filter(({ billedBy }) => billedBy !== null))
  return (
    whole.errors.length === 0 && (added.errors.length > 0 || whole.totalCents !== added.totalCents + billed.totalCents)
  )
}

/** The credit note to make for one issued invoice whose days changed afterwards. */
export type Correction = {
  readonly familyId: number
  readonly invoiceId: number
  readonly from: Day
  readonly to: Day
  readonly lines: readonly NewLine[]
  readonly totalCents: number
  readonly journal: readonly JournalEntry[]
  readonly reason: string
}

/**
 * Corrections that credit these cells. Pass all cells of a family in one call: a monthly minimum spans its invoices.
 */
export const correctionsOf = (store: Store, book: PriceBook, cells: readonly CellToCredit[]): Correction[] =>
  [...Map.groupBy(cells, ({ familyId }) => familyId)].flatMap(([familyId, familyCells]) => {
    const notes = [...Map.groupBy(familyCells, ({ billedBy }) => billedBy)]
      .toSorted(([one], [other]) => one - other)
      .flatMap(([invoiceId, released]) => creditDaysOf(store, invoiceId, released))
    return withMinimums(store, book, familyId, notes).flatMap(({ row, lines, journal, reason }): Correction[] => {
      const totalCents = totalOf(lines)
      // The days were free or are credited already, or the month's minimum takes all of the credit.
      if (totalCents === 0) return []
      const positionedLines = lines.map((line, position) => ({ ...line, position }))
      return [
        {
          familyId,
          invoiceId: row.id,
          from: row.fromDay,
          to: row.toDay,
          lines: positionedLines,
          totalCents,
          journal,
          reason,
        },
      ]
    })
  })

/** A correction before its lines are numbered and its total is known. */
type CorrectionDraft = {
  readonly row: InvoiceRow
  readonly lines: readonly NewLine[]
  /** Months (« 2026-11 ») with cells that the same run bills again: their minimum is computed then. */
  readonly billedAgain: ReadonlySet<string>
  /** Whether a month of the invoice was raised to the tariff's minimum; the tariff may have changed since. */
  readonly hadMinimum: boolean
  readonly journal: readonly JournalEntry[]
  readonly reason: string
}

/**
 * Credits the whole day of the child in that activity, because a day's price may depend on its other slots; the run
 * bills again the slots that are still booked. The yearly membership is credited only when no day of the invoice is due
 * any more.
 */
const creditDaysOf = (store: Store, invoiceId: number, released: readonly CellToCredit[]): CorrectionDraft[] => {
  const row = invoiceRow(store, invoiceId)
  if (row?.year == null || row.number === null) return []
  const changedDays = new Set(released.map(({ childId, activityId, day }) => `${childId} ${activityId} ${day}`))
  const billedLines = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  const cells = cellsById(
    store,
    billedLines.flatMap(({ reservationIds }) => reservationIds),
  ).filter(({ billedBy }) => billedBy === invoiceId)
  const dayOf = new Map(cells.map(({ id, day }) => [id, day]))
  const isChanged = ({ childId, activityId }: NewLine, day: Day | undefined) =>
    changedDays.has(`${childId} ${activityId} ${day ?? ''}`)
  // Cells still booked on a credited day are billed again, so they keep the membership due.
  const stillDue = new Set(
    cells.flatMap(({ id, held, charged }) => (held === 'confirmed' || charged === 1 ? [id] : [])),
  )
  const isAnyDayStillDue = billedLines.some(
    (line) =>
      !line.basis.lateCancellation &&
      line.reservationIds.some((id) => stillDue.has(id) || (dayOf.has(id) && !isChanged(line, dayOf.get(id)))),
  )
  const credited = creditedLines(store, invoiceId)
  const lines = billedLines.flatMap((line): NewLine[] => {
    const newLine = withoutIds(line)
    if (line.basis.minimum) return []
    if (isMembership(line))
      return isAnyDayStillDue || credited.some((note) => isMembership(note) && isSameMembership(note, line))
        ? []
        : creditLines([newLine])
    const days = daysNotCredited(line, credited).filter((day) => isChanged(line, day))
    const reservationIds = line.reservationIds.filter((id) => isChanged(line, dayOf.get(id)))
    if (days.length === 0 || reservationIds.length === 0) return []
    return creditLines([{ ...lineForDays(newLine, days), reservationIds }])
  })
  const days = [...new Set(released.map(({ day }) => day))].toSorted()
  const wasAdded = released.some(({ isStillDue }) => isStillDue)
  return [
    {
      row,
      lines,
      billedAgain: new Set(
        lines.flatMap(({ reservationIds }) =>
          reservationIds.flatMap((id) => (stillDue.has(id) ? [(dayOf.get(id) ?? '').slice(0, 7)] : [])),
        ),
      ),
      hadMinimum: billedLines.some(({ basis }) => basis.minimum),
      journal: [],
      reason: `Réservations ${wasAdded ? 'changées' : 'annulées'} après la facture ${paperNumber('invoice', row.year, row.number)}\u00a0: ${listed(days.map(briefDay))}`,
    },
  ]
}

/**
 * Adds to the credit notes of a family the lines about monthly minimums: a month with billed days left still owes its
 * minimum, which lowers the credit; a month without any gives it back. What exceeds one invoice is spread over the
 * other invoices of the month.
 */
const withMinimums = (
  store: Store,
  book: PriceBook,
  familyId: number,
  notes: readonly CorrectionDraft[],
): readonly CorrectionDraft[] => {
  const months = monthsWithMinimum(book, notes)
  const [first] = months.map(({ month }) => `${month}-01` as Day).toSorted()
  if (first === undefined) return notes
  const issued = earlierLines(store, book, [familyId], first).get(familyId) ?? []
  return months.reduce((drafts, { tariff, month }) => {
    const on = `${month}-01` as Day
    const candidates = [...drafts, ...otherInvoicesOfMonth(store, book, familyId, tariff, on, drafts)]
    const creditedNow = drafts.flatMap(({ lines }) => lines.flatMap((line) => toEarlierLine(book, line)))
    const { cents, leastCents } = minimumAfterCredit(
      tariff,
      month,
      [...issued, ...creditedNow].filter(({ tariffId }) => tariffId === tariff.id),
    )
    const parts = spreadMinimum(
      cents,
      candidates.map(({ row, lines }) => ({
        creditCents: 0 - totalOf(lines),
        leftCents: remainingToCredit(store, row) + totalOf(lines),
      })),
    )
    return candidates.flatMap((draft, index): CorrectionDraft[] => {
      const part = parts[index] ?? 0
      if (part === 0) return drafts.includes(draft) ? [draft] : []
      const sampleLine = [...draft.lines, ...(linesOf(store, [draft.row.id]).get(draft.row.id) ?? [])].find(
        (line) => tariffOf(book, line)?.id === tariff.id && line.days.some((day) => day.startsWith(month)),
      )
      if (!sampleLine) return [draft]
      const { cellsOfUnits: _, ...line } = creditedMinimumLine(
        sampleLine.days.findLast((day) => day.startsWith(month)) ?? on,
        part,
        leastCents,
        {
          familyQuotient: sampleLine.basis.familyQuotient,
          resident: sampleLine.basis.resident,
          example: sampleLine.basis.example,
        },
      )
      const { childId, activityId } = sampleLine
      const warnings: JournalEntry[] =
        part > 0 && leastCents !== null
          ? [
              {
                level: 'warning',
                sentence: `Le ${minimumText(on, leastCents)} reste dû\u00a0: l’avoir est diminué de ${formatEuros(part)}.`,
              },
            ]
          : []
      return [
        {
          ...draft,
          lines: [...draft.lines, { ...line, position: 0, childId, activityId, reservationIds: [] }],
          journal: [...draft.journal, ...warnings],
        },
      ]
    })
  }, notes)
}

/** Tariff and month of each credited day whose tariff has a minimum; not months that the run bills again. */
const monthsWithMinimum = (book: PriceBook, notes: readonly CorrectionDraft[]) => {
  const billedAgain = new Set(notes.flatMap((note) => [...note.billedAgain]))
  const found = new Map<string, { readonly tariff: Tariff; readonly month: string }>()
  for (const { lines, hadMinimum } of notes)
    for (const line of lines) {
      const tariff = tariffOf(book, line)
      if (!tariff || !(hadMinimum || tariff.versions.some(({ minimum }) => minimum))) continue
      for (const month of line.days.map((day) => day.slice(0, 7)))
        if (!billedAgain.has(month)) found.set(`${month} ${tariff.id}`, { tariff, month })
    }
  return [...found].toSorted(ascending(([one]) => one)).map(([, each]) => each)
}

/** Invoices of that month without a correction: a part of the minimum that is given back can be credited on them. */
const otherInvoicesOfMonth = (
  store: Store,
  book: PriceBook,
  familyId: number,
  tariff: Tariff,
  on: Day,
  drafts: readonly CorrectionDraft[],
): CorrectionDraft[] =>
  invoicesWithin(store, familyId, firstOfMonth(on), lastOfMonth(on))
    .filter(({ id }) => drafts.every(({ row }) => row.id !== id))
    .filter(({ id }) =>
      linesOf(store, [id])
        .get(id)
        ?.some((line) => tariffOf(book, line)?.id === tariff.id),
    )
    .map((row) => ({
      row,
      lines: [],
      billedAgain: new Set(),
      hadMinimum: true,
      journal: [],
      reason: `Minimum de facturation rendu\u00a0: ${monthText(on)} n’a plus de jour facturé`,
    }))

const tariffOf = (book: PriceBook, { activityId }: NewLine): Tariff | null =>
  book.activities.get(activityId)?.tariff ?? null

const toEarlierLine = (book: PriceBook, line: NewLine): EarlierLine[] => {
  const tariff = tariffOf(book, line)
  return tariff ? [{ ...line, tariffId: tariff.id }] : []
}

const totalOf = (lines: readonly NewLine[]): number => lines.reduce((sum, { totalCents }) => sum + totalCents, 0)

/** A line without its ids, to be inserted in another paper. */
export const withoutIds = (row: LineRow): NewLine => {
  const { id: _, invoiceId: __, actId: ___, ...line } = row
  return line
}

/** The lines of the issued credit notes of an invoice. */
export const creditedLines = (store: Store, invoiceId: number) =>
  [
    ...linesOf(
      store,
      creditNotesOf(store, invoiceId).map(({ id }) => id),
    ).values(),
  ].flat()

/** Cents of an issued invoice that no credit note has credited yet. */
export const remainingToCredit = (store: Store, corrected: InvoiceRow): number =>
  creditNotesOf(store, corrected.id).reduce((sum, { totalCents }) => sum + totalCents, corrected.totalCents)

/** Days of an issued line that no credit note has credited yet. A day billed for two units appears twice. */
export const daysNotCredited = (line: NewLine, credited: readonly NewLine[]): Day[] => {
  const days = [...line.days]
  for (const note of credited) {
    if (!isSameProduct(note, line)) continue
    for (const day of note.days) {
      const index = days.indexOf(day)
      if (index >= 0) days.splice(index, 1)
    }
  }
  return days
}

const isSameProduct = (one: NewLine, other: NewLine): boolean =>
  one.childId === other.childId &&
  one.activityId === other.activityId &&
  one.label === other.label &&
  one.unitCents === other.unitCents &&
  one.explanation === other.explanation

/** A membership line: of the fiscal kind « autre » and without reservations. */
const isMembership = ({ reservationIds, fiscal }: NewLine): boolean => reservationIds.length === 0 && fiscal === 'autre'

const isSameMembership = (one: NewLine, other: NewLine): boolean =>
  one.childId === other.childId && one.activityId === other.activityId && one.label === other.label
