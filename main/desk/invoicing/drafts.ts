import { addMonths, type Day, today } from '../../../shared/rules/calendar/day.ts'
import { type InvoiceLine, type JournalEntry, negativeTotalText } from '../../../shared/rules/money/invoice.ts'
import { type EarlierLine, priceHome } from '../../../shared/rules/price/home-price.ts'
import type { PriceError, PriceGrounds, PriceWarning } from '../../../shared/rules/price/price-terms.ts'
import type { Sibling } from '../../../shared/rules/price/siblings.ts'
import type { invoiceLine } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type ChargeableCell, chargeableCells } from '../attendance/attendance.ts'
import {
  type ChildOnDay,
  childrenOnDay,
  type Debtor,
  debtorsOf,
  type HomeHistory,
  homeHistories,
} from '../families/families.ts'
import { chargesByChildAndActivity, homeFacts, type PriceBook, siblingsOfHomes } from '../prices/prices.ts'
import { type CountedNotes, creditedCells, linesIssuedSince } from './invoicing-store.ts'

export type NewLine = Omit<typeof invoiceLine.$inferInsert, 'id' | 'invoiceId' | 'actId'>

/** Invoice lines of one family for the run's days, priced and not written yet. */
export type PricedFamily = {
  readonly familyId: number
  readonly lines: readonly NewLine[]
  readonly totalCents: number
  readonly journal: readonly JournalEntry[]
  readonly remarks: readonly { readonly childId: number; readonly activityId: number; readonly text: string }[]
}

export type BillingScope = { readonly from: Day; readonly to: Day; readonly activityIds: readonly number[] | null }

/** Data of several families, read at once for their prices and their papers. */
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

/**
 * Prices the cells that no issued paper bills yet, and the cells that credit notes un-billed. A family without lines
 * and without errors is left out.
 * @param counted which credit notes of the run count as issued
 */
export const priceFamilies = (
  store: Store,
  book: PriceBook,
  scope: BillingScope,
  familyIds: readonly number[],
  counted: CountedNotes,
): { readonly priced: ReadonlyMap<number, PricedFamily>; readonly households: Households } => {
  const all = chargeableCells(store, {
    ...scope,
    familyIds,
    creditedCells: creditedCells(store, counted, { to: scope.to, familyIds }),
  })
  const cells = Map.groupBy(all, ({ familyId }) => familyId)
  const childIds = [...new Set(all.map(({ childId }) => childId))]
  const households = householdsOf(store, [...cells.keys()], childIds, today(store.clock))
  const ranked = book.asksRank ? siblingsOfHomes(store, [...cells.keys()]) : undefined
  const earlier = book.asksEarlier ? earlierLines(store, book, [...cells.keys()], scope.from, counted) : undefined
  const priced = new Map(
    [...cells].flatMap(([familyId, ofFamily]): [number, PricedFamily][] => {
      const registered = ranked?.get(familyId) ?? []
      const family = priceFamily(book, households.homes.get(familyId), familyId, ofFamily, {
        siblings: [...registered, ...billedChildren(ofFamily, households, registered)],
        earlier: earlier?.get(familyId) ?? [],
      })
      const noAddress = households.debtors.get(familyId)?.addressLines.length === 0
      const journal: JournalEntry[] = noAddress
        ? [{ level: 'warning', cause: 'noAddress', sentence: 'Adresse inconnue' }, ...family.journal]
        : [...family.journal]
      const isEmpty = family.lines.length === 0 && !journal.some(({ level }) => level === 'error')
      return isEmpty ? [] : [[familyId, { ...family, journal }]]
    }),
  )
  return { priced, households }
}

/** Children of these cells who have no registration any more: they still count for prices by number of children. */
export const billedChildren = (
  cells: readonly ChargeableCell[],
  { children }: Pick<Households, 'children'>,
  siblings: readonly Sibling[],
): Sibling[] => {
  const withNames = new Set(siblings.map(({ id }) => id))
  return [...new Set(cells.map(({ childId }) => childId))].flatMap((id) => {
    const child = children.get(id)
    return withNames.has(id) || !child ? [] : [{ id, birth: child.birthDay, registered: [] }]
  })
}

/** Lines issued in the year before `from`: what a yearly membership or a price ceiling depends on. */
export const earlierLines = (
  store: Store,
  book: PriceBook,
  familyIds: readonly number[],
  from: Day,
  counted?: CountedNotes,
): ReadonlyMap<number, EarlierLine[]> =>
  new Map(
    [...Map.groupBy(linesIssuedSince(store, familyIds, addMonths(from, -12), counted), ({ familyId }) => familyId)].map(
      ([familyId, rows]) => [
        familyId,
        rows.flatMap(({ childId, activityId, unitCents, quantity, days, basis }): EarlierLine[] => {
          const tariffId = book.activities.get(activityId)?.tariff?.id
          if (tariffId === undefined) return []
          return [
            {
              childId,
              tariffId,
              unitCents,
              quantity,
              days: JSON.parse(days) as Day[],
              basis: JSON.parse(basis) as PriceGrounds,
            },
          ]
        }),
      ],
    ),
  )

const priceFamily = (
  book: PriceBook,
  home: HomeHistory | undefined,
  familyId: number,
  cells: readonly ChargeableCell[],
  household: { readonly siblings: readonly Sibling[]; readonly earlier: readonly EarlierLine[] },
): PricedFamily => {
  const facts = home ? homeFacts(home) : { familyQuotients: [], residence: [] }
  const lines: NewLine[] = []
  const journal: JournalEntry[] = []
  const remarks: PricedFamily['remarks'][number][] = []
  for (const { childId, activityId, ...priced } of priceHome({
    ...facts,
    ...household,
    parts: chargesByChildAndActivity(book, cells),
  }).parts) {
    for (const { cellsOfUnits, ...line } of priced.lines)
      lines.push({ ...line, position: lines.length, childId, activityId, reservationIds: cellsOfUnits.flat() })
    for (const { text } of priced.remarks) remarks.push({ childId, activityId, text })
    for (const warning of priced.warnings) journal.push({ level: 'warning', activityId, ...journalCause(warning) })
    for (const error of priced.errors) journal.push({ level: 'error', activityId, ...journalCause(error) })
  }
  const totalCents = lines.reduce((sum, line) => sum + line.totalCents, 0)
  if (totalCents < 0) journal.push({ level: 'error', sentence: negativeTotalText(totalCents) })
  return {
    familyId,
    lines,
    totalCents,
    // Two children in the same activity cause the same sentence: keep it once.
    journal: [...new Map(journal.map((entry) => [entry.sentence, entry])).values()],
    remarks,
  }
}

const journalCause = ({ kind, text, days: [day] }: PriceWarning | PriceError) => ({
  cause: kind,
  sentence: text,
  ...(day && { day }),
})

/** Lines with the names of children and activities in place of their ids, for sentences that staff read. */
export const withNames = (
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
