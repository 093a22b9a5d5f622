import { ascending } from '../../../../shared/collections.ts'
import { type Day, daysOfMonth, type Month, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { unitsOf } from '../../../../shared/rules/money/charges.ts'
import { type GivenUp, withoutGivenUp } from '../../../../shared/rules/money/difference.ts'
import { sumOf } from '../../../../shared/rules/money/money.ts'
import { priceSpan, type YearTakes } from '../../../../shared/rules/price/span-price.ts'
import type { Write } from '../../../store/acts/acts.ts'
import { billedSpan, giveUp, keptPrice } from '../../../store/schema/index.ts'
import type { ChargeableCell } from '../../attendance/attendance.ts'
import {
  type CurrentBook,
  chargesByChildAndActivity,
  type KeptBook,
  keepBook,
  type PriceBook,
} from '../../prices/prices.ts'
import type { HomeSpans } from './home-spans.ts'
import type { BilledSpanRow, GiveUpRow, IssuedLine, KeptPriceRow } from './spans-store.ts'
import { dayGroup, givenUpBy, inGroup, linesGivenUp, type SpanUnit, type StandingUnit, tariffOf } from './standing.ts'

/*
 * Adoption: the first time that a run prices a month billed by the first version, it writes down the facts that the
 * papers were priced with, what was given up, and those prices that today's rules would compute otherwise from the same
 * facts. The run then bills only what changed since those papers, never a difference between two ways of computing.
 */

type NewGiveUp = Omit<GiveUpRow, 'id' | 'actId'>
type NewKeptPrice = Omit<KeptPriceRow, 'id' | 'actId'>

/** What is written down of a month that the first version billed. */
export type Adoption = {
  readonly billed: Omit<BilledSpanRow, 'id' | 'actId'>
  readonly giveUps: readonly NewGiveUp[]
  readonly keptPrices: readonly NewKeptPrice[]
}

/** Finds what adoption must write down about a month. */
export const adoptionOf = (
  current: CurrentBook,
  home: HomeSpans,
  {
    month,
    taken,
    standing,
  }: { readonly month: Month; readonly taken: YearTakes; readonly standing: readonly StandingUnit[] },
): Adoption => {
  const { familyId } = home
  const billed = { familyId, month, bookId: current.id, ...factsOfLines(home.lines, month), declared: null }
  const pricedWith = home.pricedWith(billed)
  const known = new Set(home.giveUps.map(({ creditLineId }) => creditLineId))
  const giveUps = giveUpsOf(home, month).filter(({ creditLineId }) => !known.has(creditLineId))
  const priced = priceSpan({
    ...pricedWith,
    month,
    taken,
    siblings: home.siblings,
    parts: chargesByChildAndActivity(pricedWith.book, home.cellsAsBilled(month)),
  })
  const owed = withoutGivenUp(
    unitsOf(priced.charges).map((unit) => inGroup(pricedWith.book, unit)),
    [...home.giveUps, ...giveUps].flatMap((row) => givenUpBy(pricedWith.book, row)),
  )
  return { billed, giveUps, keptPrices: keptPricesOf(pricedWith.book, home, { month, owed, standing }) }
}

export const keepAdoption = (write: Write, current: KeptBook, { billed, giveUps, keptPrices }: Adoption): void => {
  keepBook(write, current)
  write.insert(billedSpan, billed)
  if (giveUps.length > 0) write.insertMany(giveUp, giveUps)
  if (keptPrices.length > 0) write.insertMany(keptPrice, keptPrices)
}

/** The quotient and residence that priced each day, from the lines of its invoices. */
const factsOfLines = (lines: readonly IssuedLine[], month: Month) => {
  const byDay = new Map<Day, IssuedLine['basis']>()
  for (const { kind, days, basis } of lines)
    if (kind === 'invoice') for (const day of days) if (monthKey(day) === month) byDay.set(day, basis)
  const days = [...byDay].toSorted(ascending(([day]) => day))
  const since = <Value>(valueOf: (basis: IssuedLine['basis']) => Value) =>
    days.flatMap(([day, basis], at) => {
      const before = days[at - 1]
      return before && valueOf(before[1]) === valueOf(basis)
        ? []
        : [{ from: before ? day : daysOfMonth(month).from, value: valueOf(basis) }]
    })
  return {
    quotients: since(({ familyQuotient }) => familyQuotient),
    residence: since(({ resident }) => resident).map(({ from, value }) => ({ from, resident: value })),
  }
}

/**
 * What credit notes of the first version gave up for days of this month. A deduction is subtracted where it is owed.
 */
const giveUpsOf = ({ familyId, lines }: HomeSpans, month: Month): NewGiveUp[] =>
  linesGivenUp(lines).flatMap(({ line, corrected }) => {
    const [first] = line.days
    if (
      !first ||
      line.activityId === null ||
      line.unitCents <= 0 ||
      line.quantity >= 0 ||
      !line.days.some((day) => monthKey(day) === month)
    )
      return []
    const { childId, activityId, label: product, fiscal, days, unitCents, id: creditLineId } = line
    const kind = line.basis.minimum ? 'minimum' : corrected?.basis.membership ? 'membership' : 'days'
    return [
      {
        familyId,
        month: monthKey(first),
        kind,
        childId,
        activityId,
        product,
        fiscal,
        days,
        unitCents,
        reason: line.reason,
        creditLineId,
      },
    ]
  })

type Compared = { readonly owed: readonly SpanUnit[]; readonly standing: readonly StandingUnit[] }

/** Prices on papers that today's rules do not find from the facts with which those papers were priced. */
const keptPricesOf = (
  book: PriceBook,
  home: HomeSpans,
  { month, owed, standing }: Compared & { readonly month: Month },
): NewKeptPrice[] => {
  const { familyId } = home
  const cells = home.cellsAsBilled(month)
  return [...Map.groupBy(standing, ({ group }) => group)].flatMap(([group, units]): NewKeptPrice[] => {
    const [first] = units
    if (!first) return []
    const cents = sumOf(units)
    const costs = owed.filter((unit) => unit.group === group)
    const { childId, activityId, day, basis } = first
    const ofRow = { familyId, month, childId: null, activityId: null, tariffId: null, day: null, facts: '' }
    if (basis.membership) return [{ ...ofRow, kind: 'membership', facts: group, amountCents: cents }]
    if (basis.minimum) {
      const tariffId = tariffOf(book, activityId)?.id
      const ofDays = owed.filter((unit) => !unit.basis.minimum && tariffOf(book, unit.activityId)?.id === tariffId)
      return tariffId === undefined || cents <= sumOf(costs)
        ? []
        : [{ ...ofRow, kind: 'minimum', tariffId: Number(tariffId), amountCents: cents + sumOf(ofDays) }]
    }
    if (isSameByFiscal(units, costs)) return []
    const facts = cellsText(cells, costs)
    return [{ ...ofRow, kind: 'day', childId, activityId, day, facts, amountCents: cents }]
  })
}

const isSameByFiscal = (some: readonly SpanUnit[], others: readonly SpanUnit[]): boolean =>
  (['garde', 'repas', 'autre'] as const).every(
    (kind) =>
      sumOf(some.filter(({ fiscal }) => fiscal === kind)) === sumOf(others.filter(({ fiscal }) => fiscal === kind)),
  )

/** The cells that these units bill, as a text to compare with the cells that papers billed. */
const cellsText = (cells: readonly ChargeableCell[], units: readonly SpanUnit[]): string => {
  const billed = new Set(units.flatMap((unit) => unit.cells))
  return cells
    .filter(({ id }) => billed.has(id))
    .map(({ slotId, why }) => `${slotId} ${why}`)
    .toSorted()
    .join(', ')
}

export const keptMinimums = (kept: readonly Pick<KeptPriceRow, 'kind' | 'tariffId' | 'amountCents'>[]) =>
  new Map(
    kept.flatMap(({ kind, tariffId, amountCents }) =>
      kind === 'minimum' ? [[String(tariffId), amountCents] as const] : [],
    ),
  )

/**
 * The groups whose price on papers stays: their facts are those that were billed, and nothing of them was taken back to
 * be billed again.
 * @param givenUp what was given up since the month was adopted
 */
export const keptGroups = (
  kept: readonly NewKeptPrice[],
  {
    cells,
    owed,
    standing,
    givenUp,
  }: Compared & { readonly cells: readonly ChargeableCell[]; readonly givenUp: readonly GivenUp[] },
): ReadonlySet<string> =>
  new Set(
    kept.flatMap(({ kind, childId, activityId, day, facts, amountCents }) => {
      if (kind === 'minimum') return []
      const isDay = kind === 'day' && activityId !== null && day !== null
      const group = isDay ? dayGroup({ childId, activityId, day }) : facts
      const costs = owed.filter((unit) => unit.group === group)
      const isAsBilled = isDay ? facts === cellsText(cells, costs) : costs.length > 0
      const cents = sumOf([...standing, ...givenUp].filter((unit) => unit.group === group))
      return isAsBilled && cents === amountCents ? [group] : []
    }),
  )

/**
 * By account, yearly memberships that papers of the first version bill in another month than the first one that would
 * owe them. A membership stays in that month as long as one of its days owes it.
 */
export const membershipsHeld = (
  home: HomeSpans,
  standing: ReadonlyMap<Month, readonly StandingUnit[]>,
  book: PriceBook,
): (readonly [account: string, month: Month])[] => {
  const kept = home.keptPrices.flatMap(({ kind, facts, month }) =>
    kind === 'membership' ? [[facts, month] as const] : [],
  )
  const landed = [...standing].flatMap(([month, units]) =>
    home.billed.has(month)
      ? []
      : [...Map.groupBy(units, ({ group }) => group)].flatMap(([group, ofGroup]) =>
          ofGroup[0]?.basis.membership ? [[group, month] as const] : [],
        ),
  )
  const byAccount = new Map([...landed, ...kept])
  return [...byAccount].filter(([account, month]) =>
    (home.cells.get(month) ?? []).some(
      ({ why, childId, activityId }) =>
        why !== 'lateCancellation' &&
        [
          `membership ${tariffOf(book, activityId)?.id} ${childId} `,
          `membership ${tariffOf(book, activityId)?.id} 0 `,
        ].some((start) => account.startsWith(start)),
    ),
  )
}
