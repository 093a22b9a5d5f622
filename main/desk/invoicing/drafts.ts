import { addMonths, type Day, today } from '../../../shared/rules/calendar/day.ts'
import { type InvoiceLine, type JournalEntry, negativeTotalText } from '../../../shared/rules/money/invoice.ts'
import { type EarlierLine, priceHome } from '../../../shared/rules/price/home-price.ts'
import type { PriceBasis, PriceError, PriceWarning } from '../../../shared/rules/price/price-terms.ts'
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
import { chargesByChildAndActivity, homeFacts, type PriceBook, siblingsIn } from '../prices/prices.ts'
import { givenBackIn, type Issued, linesIssuedSince } from './invoicing-store.ts'

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

/**
 * Prices what no issued paper bills yet, and what credit notes give back to be billed again. A family with nothing to pay and
 * nothing wrong is left out.
 * @param counting the credit notes of the run that count
 */
export const priceFamilies = (
  store: Store,
  book: PriceBook,
  scope: BillingScope,
  familyIds: readonly number[],
  counting: Issued,
): { readonly priced: ReadonlyMap<number, PricedFamily>; readonly households: Households } => {
  const all = chargeableCells(store, {
    ...scope,
    familyIds,
    givenBack: givenBackIn(store, counting, { to: scope.to, familyIds }),
  })
  const cells = Map.groupBy(all, ({ familyId }) => familyId)
  const childIds = [...new Set(all.map(({ childId }) => childId))]
  const households = householdsOf(store, [...cells.keys()], childIds, today(store.clock))
  const ranked = book.asksRank ? siblingsIn(store, [...cells.keys()]) : undefined
  const earlier = book.asksEarlier ? earlierLines(store, book, [...cells.keys()], scope.from, counting) : undefined
  const priced = new Map(
    [...cells].flatMap(([familyId, ofFamily]): [number, PricedFamily][] => {
      const known = ranked?.get(familyId) ?? []
      const made = priceFamily(book, households.homes.get(familyId), familyId, ofFamily, {
        siblings: [...known, ...billedChildren(ofFamily, households, known)],
        earlier: earlier?.get(familyId) ?? [],
      })
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

/** Those that no registration names any more. */
const billedChildren = (
  cells: readonly ChargeableCell[],
  { children }: Households,
  known: readonly Sibling[],
): Sibling[] => {
  const named = new Set(known.map(({ id }) => id))
  return [...new Set(cells.map(({ childId }) => childId))].flatMap((id) => {
    const child = children.get(id)
    return named.has(id) || !child ? [] : [{ id, birth: child.birthDay, registered: [] }]
  })
}

/** As far back as a yearly membership or a ceiling may look. */
export const earlierLines = (
  store: Store,
  book: PriceBook,
  familyIds: readonly number[],
  from: Day,
  counting?: Issued,
): ReadonlyMap<number, EarlierLine[]> =>
  new Map(
    [
      ...Map.groupBy(linesIssuedSince(store, familyIds, addMonths(from, -12), counting), ({ familyId }) => familyId),
    ].map(([familyId, rows]) => [
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
            basis: JSON.parse(basis) as PriceBasis,
          },
        ]
      }),
    ]),
  )

const priceFamily = (
  book: PriceBook,
  home: HomeHistory | undefined,
  familyId: number,
  cells: readonly ChargeableCell[],
  known: { readonly siblings: readonly Sibling[]; readonly earlier: readonly EarlierLine[] },
): PricedFamily => {
  const facts = home ? homeFacts(home) : { familyQuotients: [], residence: [] }
  const lines: NewLine[] = []
  const journal: JournalEntry[] = []
  const remarks: PricedFamily['remarks'][number][] = []
  for (const { childId, activityId, ...priced } of priceHome({
    ...facts,
    ...known,
    parts: chargesByChildAndActivity(book, cells),
  }).parts) {
    for (const { cells: reservationIds, ...line } of priced.lines)
      lines.push({ ...line, position: lines.length, childId, activityId, reservationIds })
    for (const { text } of priced.remarks) remarks.push({ childId, activityId, text })
    for (const warning of priced.warnings) journal.push({ level: 'warning', activityId, ...told(warning) })
    for (const error of priced.errors) journal.push({ level: 'error', activityId, ...told(error) })
  }
  const totalCents = lines.reduce((sum, line) => sum + line.totalCents, 0)
  if (totalCents < 0) journal.push({ level: 'error', sentence: negativeTotalText(totalCents) })
  return {
    familyId,
    lines,
    totalCents,
    // Two children with the same activity say the same thing once.
    journal: [...new Map(journal.map((entry) => [entry.sentence, entry])).values()],
    remarks,
  }
}

const told = ({ kind, text, days: [day] }: PriceWarning | PriceError) => ({
  cause: kind,
  sentence: text,
  ...(day && { day }),
})

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
