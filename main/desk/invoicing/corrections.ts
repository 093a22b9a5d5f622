import { ascending } from '../../../shared/collections.ts'
import { type Day, firstOfMonth, lastOfMonth } from '../../../shared/rules/calendar/day.ts'
import { creditLines, type JournalEntry, lineForDays } from '../../../shared/rules/money/invoice.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import {
  creditedMinimumLine,
  type EarlierLine,
  minimumAfterCredit,
  minimumText,
  spreadMinimum,
} from '../../../shared/rules/price/home-price.ts'
import { priceDays } from '../../../shared/rules/price/price.ts'
import type { Tariff } from '../../../shared/rules/price/tariff.ts'
import { briefDay, listed, monthText } from '../../../shared/rules/text/french.ts'
import type { Store } from '../../store/store.ts'
import { type ChargeableCell, daysAddedTo, type ReleasedRow, releasedCells } from '../attendance/attendance.ts'
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
 * What a run credits: what was cancelled since, and what is left of days to which something was added since, where the
 * day as a whole does not cost what its parts do: a formula, an aid by day, a time begun.
 */
export const cellsToCredit = (
  store: Store,
  book: PriceBook,
  scope: BillingScope,
  familyIds: readonly number[],
): ReleasedRow[] => {
  const wanted = new Set(familyIds)
  const activities = scope.activityIds && new Set(scope.activityIds)
  const released = releasedCells(store).filter(
    ({ familyId, activityId }) => wanted.has(familyId) && (!activities || activities.has(activityId)),
  )
  const added = daysAddedTo(store, { ...scope, familyIds })
  const homes = homeHistories(store, [...new Set(added.flatMap((own) => own.map(({ familyId }) => familyId)))])
  const whole = added.filter((own) => isPricedWhole(book, homes, own)).flat()
  return [
    ...released,
    ...whole.flatMap(({ id, familyId, childId, activityId, day, billedBy }) =>
      billedBy === null ? [] : [{ id, familyId, childId, activityId, day, billedBy, isStillDue: true }],
    ),
  ]
}

const isPricedWhole = (
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

/** What is to be credited of one issued invoice, because its days changed since. */
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

/** Those that these cells ask for; the cells of a family come together, for its months have minimums. */
export const correctionsOf = (store: Store, book: PriceBook, cells: readonly ReleasedRow[]): Correction[] =>
  [...Map.groupBy(cells, ({ familyId }) => familyId)].flatMap(([familyId, own]) => {
    const notes = [...Map.groupBy(own, ({ billedBy }) => billedBy)]
      .toSorted(([one], [other]) => one - other)
      .flatMap(([invoiceId, released]) => daysGivenBack(store, invoiceId, released))
    return withMinimums(store, book, familyId, notes).flatMap(({ row, lines, journal, reason }): Correction[] => {
      const totalCents = totalOf(lines)
      // Nothing to give back for what was free, or still costs as much.
      if (totalCents === 0) return []
      const placed = lines.map((line, position) => ({ ...line, position }))
      return [
        { familyId, invoiceId: row.id, from: row.fromDay, to: row.toDay, lines: placed, totalCents, journal, reason },
      ]
    })
  })

/** A correction under way. */
type CreditDraft = {
  readonly row: InvoiceRow
  readonly lines: readonly NewLine[]
  /** Months that the next run bills again: it makes up for their minimums. */
  readonly billedAgain: ReadonlySet<string>
  /** Whether its invoice made up for a minimum, whatever the tariff says by now. */
  readonly isMadeUp: boolean
  readonly journal: readonly JournalEntry[]
  readonly reason: string
}

/**
 * The whole days of the child in that activity are undone, since a day's price may hang on its other slots; those still
 * booked are billed again by the next run. A membership, which no day alone makes due, is undone with the last of them.
 */
const daysGivenBack = (store: Store, invoiceId: number, released: readonly ReleasedRow[]): CreditDraft[] => {
  const row = invoiceRow(store, invoiceId)
  if (row?.year == null || row.number === null) return []
  const touched = new Set(released.map(({ childId, activityId, day }) => `${childId} ${activityId} ${day}`))
  const before = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  const cells = cellsById(
    store,
    before.flatMap(({ reservationIds }) => reservationIds),
  ).filter(({ billedBy }) => billedBy === invoiceId)
  const dayOf = new Map(cells.map(({ id, day }) => [id, day]))
  const isTouched = ({ childId, activityId }: NewLine, day: Day | undefined) =>
    touched.has(`${childId} ${activityId} ${day ?? ''}`)
  // What stays booked of a day that is undone is billed again: a membership stays due with it.
  const stillDue = new Set(
    cells.flatMap(({ id, held, charged }) => (held === 'confirmed' || charged === 1 ? [id] : [])),
  )
  const isSomethingLeft = before.some(
    (line) =>
      !line.basis.lateCancellation &&
      line.reservationIds.some((id) => stillDue.has(id) || (dayOf.has(id) && !isTouched(line, dayOf.get(id)))),
  )
  const credited = creditedLines(store, invoiceId)
  const lines = before.flatMap((line): NewLine[] => {
    const kept = unwritten(line)
    if (line.basis.minimum) return []
    if (isOwedOnce(line))
      return isSomethingLeft || credited.some((note) => isOwedOnce(note) && isSameOwed(note, line))
        ? []
        : creditLines([kept])
    const days = daysLeft(line, credited).filter((day) => isTouched(line, day))
    const reservationIds = line.reservationIds.filter((id) => isTouched(line, dayOf.get(id)))
    if (days.length === 0 || reservationIds.length === 0) return []
    return creditLines([{ ...lineForDays(kept, days), reservationIds }])
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
      isMadeUp: before.some(({ basis }) => basis.minimum),
      journal: [],
      reason: `Réservations ${wasAdded ? 'changées' : 'annulées'} après la facture ${paperNumber('invoice', row.year, row.number)}\u00a0: ${listed(days.map(briefDay))}`,
    },
  ]
}

/** What the minimums of their months make of the credit notes of a family: one may have to bear what another cannot. */
const withMinimums = (
  store: Store,
  book: PriceBook,
  familyId: number,
  notes: readonly CreditDraft[],
): readonly CreditDraft[] => {
  const months = monthsWithMinimum(book, notes)
  const [first] = months.map(({ month }) => `${month}-01` as Day).toSorted()
  if (first === undefined) return notes
  const issued = earlierLines(store, book, [familyId], first).get(familyId) ?? []
  return months.reduce((drafts, { tariff, month }) => {
    const on = `${month}-01` as Day
    const bearers = [...drafts, ...othersWithin(store, book, familyId, tariff, on, drafts)]
    const given = drafts.flatMap(({ lines }) => lines.flatMap((line) => asEarlier(book, line)))
    const { cents, leastCents } = minimumAfterCredit(
      tariff,
      month,
      [...issued, ...given].filter(({ tariffId }) => tariffId === tariff.id),
    )
    const parts = spreadMinimum(
      cents,
      bearers.map(({ row, lines }) => ({
        creditCents: 0 - totalOf(lines),
        leftCents: creditable(store, row) + totalOf(lines),
      })),
    )
    return bearers.flatMap((draft, index): CreditDraft[] => {
      const part = parts[index] ?? 0
      if (part === 0) return drafts.includes(draft) ? [draft] : []
      const like = [...draft.lines, ...(linesOf(store, [draft.row.id]).get(draft.row.id) ?? [])].find(
        (line) => tariffOf(book, line)?.id === tariff.id && line.days.some((day) => day.startsWith(month)),
      )
      if (!like) return [draft]
      const { cells: _, ...line } = creditedMinimumLine(
        like.days.findLast((day) => day.startsWith(month)) ?? on,
        part,
        leastCents,
        { familyQuotient: like.basis.familyQuotient, resident: like.basis.resident, example: like.basis.example },
      )
      const { childId, activityId } = like
      const limited: JournalEntry[] =
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
          journal: [...draft.journal, ...limited],
        },
      ]
    })
  }, notes)
}

/** Of the days given back, by tariff; what is billed again asks for its own. */
const monthsWithMinimum = (book: PriceBook, notes: readonly CreditDraft[]) => {
  const billedAgain = new Set(notes.flatMap((note) => [...note.billedAgain]))
  const found = new Map<string, { readonly tariff: Tariff; readonly month: string }>()
  for (const { lines, isMadeUp } of notes)
    for (const line of lines) {
      const tariff = tariffOf(book, line)
      if (!tariff || !(isMadeUp || tariff.versions.some(({ minimum }) => minimum))) continue
      for (const month of line.days.map((day) => day.slice(0, 7)))
        if (!billedAgain.has(month)) found.set(`${month} ${tariff.id}`, { tariff, month })
    }
  return [...found].toSorted(ascending(([one]) => one)).map(([, each]) => each)
}

/** The other invoices of that month, which bear what those that are corrected cannot. */
const othersWithin = (
  store: Store,
  book: PriceBook,
  familyId: number,
  tariff: Tariff,
  on: Day,
  drafts: readonly CreditDraft[],
): CreditDraft[] =>
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
      isMadeUp: true,
      journal: [],
      reason: `Minimum de facturation rendu\u00a0: ${monthText(on)} n’a plus de jour facturé`,
    }))

const tariffOf = (book: PriceBook, { activityId }: NewLine): Tariff | null =>
  book.activities.get(activityId)?.tariff ?? null

const asEarlier = (book: PriceBook, line: NewLine): EarlierLine[] => {
  const tariff = tariffOf(book, line)
  return tariff ? [{ ...line, tariffId: tariff.id }] : []
}

const totalOf = (lines: readonly NewLine[]): number => lines.reduce((sum, { totalCents }) => sum + totalCents, 0)

/** What a line says, for another paper. */
export const unwritten = (row: LineRow): NewLine => {
  const { id: _, invoiceId: __, actId: ___, ...line } = row
  return line
}

/** What earlier credit notes say of an invoice. */
export const creditedLines = (store: Store, invoiceId: number) =>
  [
    ...linesOf(
      store,
      creditNotesOf(store, invoiceId).map(({ id }) => id),
    ).values(),
  ].flat()

/** What is left of an invoice once its credit notes are counted. */
export const creditable = (store: Store, corrected: InvoiceRow): number =>
  creditNotesOf(store, corrected.id).reduce((sum, { totalCents }) => sum + totalCents, corrected.totalCents)

/** The days of an issued line that no credit note gave back yet; a day stands once for each unit it counts. */
export const daysLeft = (line: NewLine, credited: readonly NewLine[]): Day[] => {
  const days = [...line.days]
  for (const note of credited) {
    if (!isSameProduct(note, line)) continue
    for (const day of note.days) {
      const place = days.indexOf(day)
      if (place >= 0) days.splice(place, 1)
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

/** A membership: no reservation of its own. */
const isOwedOnce = ({ reservationIds, fiscal }: NewLine): boolean => reservationIds.length === 0 && fiscal === 'autre'

const isSameOwed = (one: NewLine, other: NewLine): boolean =>
  one.childId === other.childId && one.activityId === other.activityId && one.label === other.label
