import {
  addDays,
  addMonths,
  type Day,
  daysOfMonth,
  isWithin,
  type Month,
  monthKey,
  today,
} from '../../../../shared/rules/calendar/day.ts'
import { type Aid, hasYearAccount } from '../../../../shared/rules/money/aid.ts'
import type { FreeLine } from '../../../../shared/rules/money/free-lines.ts'
import { type PayerUnit, withoutOpposites } from '../../../../shared/rules/money/payers.ts'
import { familyQuotientOn } from '../../../../shared/rules/price/family-quotient.ts'
import type { DeclaredFacts, PriceRequest } from '../../../../shared/rules/price/price-terms.ts'
import type { Sibling } from '../../../../shared/rules/price/siblings.ts'
import type { Store } from '../../../store/store.ts'
import { type ChargeableCell, cellsAsBilled, chargeableCells } from '../../attendance/attendance.ts'
import { type ChildOnDay, childrenOnDay, type HomeHistory, homeHistories } from '../../families/families.ts'
import {
  aidsOfHomes,
  bookById,
  type CurrentBook,
  homeFacts,
  type PriceBook,
  type RegisteredPart,
  registeredParts,
  siblingsOfHomes,
  withUnregistered,
} from '../../prices/prices.ts'
import { billableDays, regieOfActivities, regiesOf } from '../../regies/regies.ts'
import {
  type BilledSpanRow,
  billedSpans,
  familiesOf,
  finalSpans,
  freeLines,
  type GiveUpRow,
  giveUps,
  hasTakes,
  type IssuedLine,
  issuedLines,
  type KeptPriceRow,
  keptPrices,
  payerUnits,
  type SpanKey,
  type SpanRange,
  type SpanRow,
  spanRows,
} from './spans-store.ts'

/** Everything needed to price the spans of a home. */
export type HomeSpans = {
  readonly familyId: number
  /** Whether months may share year accounts, under the tariffs of today or those that billed them. */
  readonly hasYearAccounts: boolean
  readonly rows: ReadonlyMap<Month, SpanRow>
  /** Months that are final: no run prices them. */
  readonly final: ReadonlySet<Month>
  /** By month, the régies at which it is final: no run bills their share. */
  readonly finalShares: ReadonlyMap<Month, ReadonlySet<number>>
  readonly cells: ReadonlyMap<Month, readonly ChargeableCell[]>
  /**
   * Cells before the first day that their régie bills, which another program billed. Read only when there are year
   * accounts.
   */
  readonly cellsBilledElsewhere: ReadonlyMap<Month, readonly ChargeableCell[]>
  /** Read only when a month billed by the first version is priced for the first time. */
  readonly cellsAsBilled: (month: Month) => readonly ChargeableCell[]
  readonly siblings: readonly Sibling[]
  /** The registrations of the children, read only when some tariff needs them. */
  readonly registered: readonly RegisteredPart[]
  /** The number of months before and after that may change the price of a month. */
  readonly monthsAround: number
  readonly lines: readonly IssuedLine[]
  readonly billed: ReadonlyMap<Month, BilledSpanRow>
  readonly giveUps: readonly GiveUpRow[]
  readonly keptPrices: readonly KeptPriceRow[]
  /** Aids promised to the home and its children, in the order in which they apply. */
  readonly aids: readonly Aid[]
  /** What issued months leave to third parties. */
  readonly payers: ReadonlyMap<Month, readonly PayerUnit[]>
  readonly freeLines: readonly FreeLine[]
  /** The id of the régie that collects for an activity today. */
  readonly regieOfActivity: (activityId: number) => number
  /**
   * The facts that price a month: for a billed month, those that its papers were priced with; without a row, today's.
   */
  readonly pricedWith: (billed: PricedWithRow | undefined) => PricedWith
}

export type PricedWith = Pick<PriceRequest, 'familyQuotients' | 'residence'> &
  DeclaredFacts & {
    readonly bookId: number
    readonly book: PriceBook
  }

type PricedWithRow = Pick<BilledSpanRow, 'bookId' | 'quotients' | 'residence'> &
  Partial<Pick<BilledSpanRow, 'declared'>>

/** What is read at once for several homes. */
export type HomesRead = {
  readonly spansOf: (familyId: number) => HomeSpans
  readonly homes: ReadonlyMap<number, HomeHistory>
  /** The children with cells in these months. */
  readonly children: ReadonlyMap<number, ChildOnDay>
}

/** @param planned cells that homes may book, for a quote: they are priced as if they were booked */
export const readHomes = (
  store: Store,
  current: CurrentBook,
  wanted: readonly SpanKey[],
  planned: readonly ChargeableCell[] = [],
): HomesRead => {
  const familyIds = familiesOf(wanted)
  const aids = aidsOfHomes(store, familyIds)
  const withAccount = [...aids.values()].flat().filter(hasYearAccount)
  const free = freeLines(store, familyIds)
  const hasBelowZero = free.some(({ unitCents }) => unitCents < 0)
  const mayShareAccounts =
    current.hasYearAccounts || withAccount.length > 0 || hasBelowZero || hasTakes(store, familyIds)
  const { monthsAround } = current.needs
  const range = rangeOf({ monthsAround: mayShareAccounts ? 11 : monthsAround, aids: withAccount }, familyIds, wanted)
  const partsOf = registeredParts(store, current, familyIds)
  const billable = billableDays(store)
  const first = daysOfMonth(range.from).from
  const days = { from: mayShareAccounts ? first : billable.from(first), to: daysOfMonth(range.to).to }
  const all = [
    ...chargeableCells(store, { ...days, familyIds, activityIds: null, includesBilled: true }),
    ...planned,
  ].toSorted(inOrder)
  const cells = all.filter(billable.has)
  const billedElsewhereOf = ofFamily(all.filter((cell) => !billable.has(cell)))
  const children = childrenOnDay(store, [...new Set(cells.map(({ childId }) => childId))], today(store.clock))
  const histories = homeHistories(store, familyIds)
  const registered = siblingsOfHomes(store, familyIds)
  const cellsOf = ofFamily(cells)
  const rowsOf = ofFamily(spanRows(store, range))
  const finalOf = ofFamily(finalSpans(store, range))
  const linesOf = ofFamily(issuedLines(store, range))
  const billedOf = ofFamily(billedSpans(store, range))
  const giveUpsOf = ofFamily(giveUps(store, familyIds))
  const freeLinesOf = ofFamily(free)
  const regieOfActivity = regieOfActivities(store)
  const keptOf = ofFamily(keptPrices(store, range))
  const payersOf = ofFamily(payerUnits(store, range))
  const hasOneRegie = regiesOf(store).length === 1
  const spansOf = (familyId: number): HomeSpans => {
    const history = histories.get(familyId)
    const siblings = registered.get(familyId) ?? []
    const ownAids = aids.get(familyId) ?? []
    const rows = rowsOf(familyId)
    const ownFinal = finalOf(familyId)
    const facts = history ? homeFacts(history) : { familyQuotients: [], residence: [] }
    const declared = history?.declared ?? {}
    return {
      familyId,
      hasYearAccounts:
        current.hasYearAccounts ||
        ownAids.some(hasYearAccount) ||
        freeLinesOf(familyId).some(({ unitCents }) => unitCents < 0) ||
        rows.some(({ takes }) => Object.keys(takes ?? {}).length > 0),
      rows: new Map(rows.map((row) => [row.month, row])),
      final: new Set(ownFinal.flatMap(({ month, regieId }) => (regieId === null || hasOneRegie ? [month] : []))),
      finalShares: new Map(
        [...Map.groupBy(ownFinal, ({ month }) => month)].map(([month, shares]) => [
          month,
          new Set(shares.flatMap(({ regieId }) => regieId ?? [])),
        ]),
      ),
      cells: Map.groupBy(cellsOf(familyId), ({ day }) => monthKey(day)),
      cellsBilledElsewhere: Map.groupBy(billedElsewhereOf(familyId), ({ day }) => monthKey(day)),
      cellsAsBilled: (month) => {
        const { from, to } = daysOfMonth(month)
        return cellsAsBilled(store, { from, to, familyIds: [familyId] })
      },
      siblings: withUnregistered(siblings, cellsOf(familyId), children),
      registered: partsOf(familyId).map((part) => ({
        ...part,
        openDays: part.openDays?.filter((on) => billable.has({ activityId: part.activityId, day: on })),
      })),
      monthsAround,
      lines: linesOf(familyId),
      billed: new Map(billedOf(familyId).map((row) => [row.month, row])),
      giveUps: giveUpsOf(familyId),
      keptPrices: keptOf(familyId),
      aids: ownAids,
      payers: payersStanding(payersOf(familyId)),
      freeLines: freeLinesOf(familyId),
      regieOfActivity,
      pricedWith: (row) =>
        row
          ? {
              ...(row.declared ?? declared),
              ...factsOf(row),
              bookId: row.bookId,
              book: bookById(store, row.bookId, current),
            }
          : { ...facts, bookId: current.id, book: current },
    }
  }
  return { spansOf, homes: histories, children }
}

/** By home, child, activity and day. */
const inOrder = (one: ChargeableCell, other: ChargeableCell): number =>
  one.familyId - other.familyId ||
  one.childId - other.childId ||
  one.activityId - other.activityId ||
  Number(one.day > other.day) - Number(one.day < other.day) ||
  one.slotId - other.slotId

/** What stands billed to each payer, by month; months that credit notes took back entirely are left out. */
const payersStanding = (
  units: readonly (PayerUnit & { readonly month: Month })[],
): ReadonlyMap<Month, readonly PayerUnit[]> =>
  new Map(
    [...Map.groupBy(units, ({ month }) => month)].flatMap(([month, all]) => {
      const standing = withoutOpposites(all)
      return standing.length === 0 ? [] : [[month, standing]]
    }),
  )

const ofFamily = <Row extends { readonly familyId: number }>(rows: readonly Row[]) => {
  const byFamily = Map.groupBy(rows, ({ familyId }) => familyId)
  return (familyId: number): readonly Row[] => byFamily.get(familyId) ?? []
}

/**
 * The months to read: those wanted, the months around that may change their price, and those that share an aid with
 * them.
 */
const rangeOf = (
  { monthsAround, aids }: { readonly monthsAround: number; readonly aids: readonly Aid[] },
  familyIds: readonly number[],
  wanted: readonly SpanKey[],
): SpanRange => {
  const months = wanted.map(({ month }) => month).toSorted()
  const [first] = months
  const last = months.at(-1)
  if (!first || !last) throw new RangeError('no span to price')
  const from = [monthAway(first, -monthsAround), ...aids.map((aid) => monthKey(aid.from))].toSorted()
  const to = [
    monthAway(last, monthsAround),
    ...aids.flatMap((aid) => (aid.to === null ? [] : [monthKey(aid.to)])),
  ].toSorted()
  return { familyIds, from: from[0] ?? first, to: to.at(-1) ?? last }
}

/** The cells of the months around a month, when these may change its price. */
export const cellsAround = ({ cells, monthsAround }: HomeSpans, month: Month): readonly ChargeableCell[] =>
  Array.from({ length: monthsAround }, (_, at) => at + 1).flatMap((away) => [
    ...(cells.get(monthAway(month, -away)) ?? []),
    ...(cells.get(monthAway(month, away)) ?? []),
  ])

const monthAway = (month: Month, by: number): Month => monthKey(addMonths(daysOfMonth(month).from, by))

const factsOf = ({ quotients, residence }: PricedWithRow): Pick<PriceRequest, 'familyQuotients' | 'residence'> => ({
  familyQuotients: spansOf(quotients).map((row) => ({ ...row, source: '' })),
  residence: spansOf(residence),
})

/** Dated rows with a last day each: the day before the next row. */
const spansOf = <Row extends { readonly from: Day }>(rows: readonly Row[]) =>
  rows.map((row, index) => {
    const next = rows[index + 1]
    return { ...row, ...(next && { to: addDays(next.from, -1) }) }
  })

/** The quotients and residences that price the days of a month, each with its first day. */
export const factsOfMonth = (
  month: Month,
  {
    familyQuotients,
    residence,
    categories,
    scheme,
    dependentChildren,
  }: Pick<PriceRequest, 'familyQuotients' | 'residence'> & DeclaredFacts,
): Pick<BilledSpanRow, 'quotients' | 'residence'> & { readonly declared: DeclaredFacts } => {
  const quotients: { from: Day; value: number | null; endedOn?: Day }[] = []
  const residences: { from: Day; resident: boolean }[] = []
  const { from, to } = daysOfMonth(month)
  for (let on = from; on <= to; on = addDays(on, 1)) {
    const { value, endedOn } = familyQuotientOn(familyQuotients, on) ?? { value: null }
    const before = quotients.at(-1)
    if (!before || before.value !== value || before.endedOn !== endedOn)
      quotients.push({ from: on, value, ...(endedOn && { endedOn }) })
    const resident = residence.find((row) => isWithin(row, on))?.resident
    if (resident !== undefined && residences.at(-1)?.resident !== resident) residences.push({ from: on, resident })
  }
  const ofMonth = categories?.filter((row) => row.from <= to && (row.to === undefined || row.to >= from)) ?? []
  const declared = {
    ...(ofMonth.length > 0 && { categories: ofMonth }),
    ...(scheme !== undefined && { scheme }),
    ...(dependentChildren !== undefined && { dependentChildren }),
  }
  return { quotients, residence: residences, declared }
}
