import { type Day, today } from '../../../shared/rules/day.ts'
import { briefDay, listed } from '../../../shared/rules/french.ts'
import type { InvoiceLine, JournalEntry } from '../../../shared/rules/invoice.ts'
import { type ChargeableSlot, priceDays } from '../../../shared/rules/price.ts'
import type { invoiceLine } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type ChargeableCell, chargeableCells, type ReleasedRow } from '../attendance/attendance.ts'
import {
  type ChildOnDay,
  childrenOnDay,
  type Debtor,
  debtorsOf,
  type HomeHistory,
  homeHistories,
} from '../families/families.ts'
import { homeFacts, type PriceBook } from '../prices/prices.ts'
import { paperNumber } from './account.ts'
import { cellsById, invoiceRow, linesOf } from './invoicing-store.ts'

export type NewLine = Omit<typeof invoiceLine.$inferInsert, 'id' | 'invoiceId' | 'actId'>

/** What a family owes for some days, priced and not yet written. */
export type PricedFamily = {
  readonly familyId: number
  readonly lines: readonly NewLine[]
  readonly totalCents: number
  readonly journal: readonly JournalEntry[]
  readonly remarks: readonly { readonly childId: number; readonly activityId: number; readonly text: string }[]
}

export type BillingScope = { readonly from: Day; readonly to: Day; readonly activityIds: readonly number[] | null }

/** What is read of several families at once, for their prices and for their papers. */
export type Households = {
  readonly homes: ReadonlyMap<number, HomeHistory>
  readonly debtors: ReadonlyMap<number, Debtor>
  readonly children: ReadonlyMap<number, ChildOnDay>
}

export const householdsOf = (
  store: Store,
  familyIds: readonly number[],
  childIds: readonly number[],
  on: Day,
): Households => ({
  homes: homeHistories(store, familyIds),
  debtors: debtorsOf(store, familyIds, on),
  children: childrenOnDay(store, childIds, on),
})

/** Prices what no issued paper bills yet. A family with nothing to pay and nothing wrong is left out. */
export const priceFamilies = (
  store: Store,
  book: PriceBook,
  scope: BillingScope,
  familyIds: readonly number[],
): { readonly priced: ReadonlyMap<number, PricedFamily>; readonly households: Households } => {
  const all = chargeableCells(store, { ...scope, familyIds })
  const cells = Map.groupBy(all, ({ familyId }) => familyId)
  const childIds = [...new Set(all.map(({ childId }) => childId))]
  const households = householdsOf(store, [...cells.keys()], childIds, today(store.clock))
  const birth = (childId: number) => households.children.get(childId)?.birthDay ?? ''
  const priced = new Map(
    [...cells].flatMap(([familyId, ofFamily]): [number, PricedFamily][] => {
      const made = priceFamily(book, households.homes.get(familyId), familyId, ofFamily, birth)
      const noAddress = households.debtors.get(familyId)?.addressLines.length === 0
      const journal: JournalEntry[] = noAddress
        ? [{ level: 'warning', cause: 'noAddress', sentence: 'Adresse inconnue' }, ...made.journal]
        : [...made.journal]
      const isEmpty = made.lines.length === 0 && !journal.some(({ level }) => level === 'error')
      return isEmpty ? [] : [[familyId, { ...made, journal }]]
    }),
  )
  return { priced, households }
}

const priceFamily = (
  book: PriceBook,
  home: HomeHistory | undefined,
  familyId: number,
  cells: readonly ChargeableCell[],
  birthOf: (childId: number) => string,
): PricedFamily => {
  const facts = home ? homeFacts(home) : { familyQuotients: [], residence: [] }
  const lines: NewLine[] = []
  const journal: JournalEntry[] = []
  const remarks: PricedFamily['remarks'][number][] = []
  const name = (activityId: number) => book.activities.get(activityId)?.name ?? ''
  const byChild = [...Map.groupBy(cells, ({ childId }) => childId)].toSorted(([a], [b]) =>
    birthOf(a) < birthOf(b) ? -1 : birthOf(a) > birthOf(b) ? 1 : a - b,
  )
  for (const [childId, ofChild] of byChild) {
    const byActivity = [...Map.groupBy(ofChild, ({ activityId }) => activityId)].toSorted(([a], [b]) =>
      name(a).localeCompare(name(b), 'fr'),
    )
    for (const [activityId, ofActivity] of byActivity) {
      const priced = priceDays({
        activity: name(activityId),
        tariff: book.activities.get(activityId)?.tariff ?? null,
        ...facts,
        days: [...Map.groupBy(ofActivity, ({ day }) => day)].map(([day, ofDay]) => ({
          day,
          slots: ofDay.map(
            (cell): ChargeableSlot => ({
              slot: book.slotCodes.get(cell.slotId) ?? '',
              cell: cell.id,
              why: cell.why,
              attendance: cell.attendance,
              ...(cell.surchargeCents > 0 && { surcharge: cell.surchargeCents }),
            }),
          ),
        })),
      })
      for (const { cells: reservationIds, ...line } of priced.lines)
        lines.push({ ...line, position: lines.length, childId, activityId, reservationIds })
      for (const { text } of priced.remarks) remarks.push({ childId, activityId, text })
      for (const { kind, text } of priced.warnings) journal.push({ level: 'warning', cause: kind, sentence: text })
      for (const { kind, text } of priced.errors) journal.push({ level: 'error', cause: kind, sentence: text })
    }
  }
  return {
    familyId,
    lines,
    totalCents: lines.reduce((sum, { totalCents }) => sum + totalCents, 0),
    // Two children with the same activity say the same thing once.
    journal: [...new Map(journal.map((entry) => [entry.sentence, entry])).values()],
    remarks,
  }
}

/** What is to be credited of one issued invoice, because its reservations were cancelled since. */
export type Correction = {
  readonly familyId: number
  readonly invoiceId: number
  readonly from: Day
  readonly to: Day
  readonly lines: readonly NewLine[]
  readonly totalCents: number
  readonly reason: string
}

/**
 * The whole days of the child in that activity are undone, since a day's price may hang on its other slots; those still
 * booked are billed again by the next run.
 */
export const correctionOf = (
  store: Store,
  invoiceId: number,
  released: readonly ReleasedRow[],
): Correction | undefined => {
  const row = invoiceRow(store, invoiceId)
  if (row?.year == null || row.number === null) return undefined
  const touched = new Set(released.map(({ childId, activityId, day }) => `${childId} ${activityId} ${day}`))
  const before = linesOf(store, [invoiceId]).get(invoiceId) ?? []
  const dayOf = new Map(
    cellsById(
      store,
      before.flatMap(({ reservationIds }) => reservationIds),
    )
      .filter(({ billedBy }) => billedBy === invoiceId)
      .map(({ id, day }) => [id, day]),
  )
  const lines = before.flatMap((line): NewLine[] => {
    const { id: _, invoiceId: __, actId: ___, ...kept } = line
    const isTouched = (day: Day | undefined) => touched.has(`${line.childId} ${line.activityId} ${day ?? ''}`)
    const days = line.days.filter(isTouched)
    const reservationIds = line.reservationIds.filter((id) => isTouched(dayOf.get(id)))
    if (days.length === 0 || reservationIds.length === 0) return []
    return [{ ...kept, days, reservationIds, quantity: -days.length, totalCents: 0 - days.length * line.unitCents }]
  })
  const totalCents = lines.reduce((sum, line) => sum + line.totalCents, 0)
  // Nothing to give back for what was free.
  if (totalCents === 0) return undefined
  const days = [...new Set(released.map(({ day }) => day))].toSorted()
  return {
    familyId: row.familyId,
    invoiceId,
    from: row.fromDay,
    to: row.toDay,
    lines: lines.map((line, position) => ({ ...line, position })),
    totalCents,
    reason: `Réservations annulées après la facture ${paperNumber('invoice', row.year, row.number)}\u00a0: ${listed(days.map(briefDay))}`,
  }
}

/** Lines in the names that a reader compares. */
export const named = (
  lines: readonly NewLine[],
  children: ReadonlyMap<number, string>,
  activities: ReadonlyMap<number, { readonly name: string }>,
): InvoiceLine[] =>
  lines.map((line) => ({
    child: children.get(line.childId) ?? '',
    activity: activities.get(line.activityId)?.name ?? '',
    label: line.label,
    quantity: line.quantity,
    unitCents: line.unitCents,
    totalCents: line.totalCents,
    fiscal: line.fiscal,
    explanation: line.explanation,
    days: line.days,
  }))
