import { type Month, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { unitsOf } from '../../../../shared/rules/money/charges.ts'
import { type Difference, differenceOf, withoutGivenUp } from '../../../../shared/rules/money/difference.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import { addTakes, type PricedSpan, priceSpan, type YearTakes } from '../../../../shared/rules/price/span-price.ts'
import type { Write } from '../../../store/acts/acts.ts'
import type { Store } from '../../../store/store.ts'
import type { ChargeableCell } from '../../attendance/attendance.ts'
import { type CurrentBook, chargesByChildAndActivity } from '../../prices/prices.ts'
import { adoptionOf, keepAdoption, keptGroups, keptMinimums, membershipsHeld } from './adoption.ts'
import { type HomeMonths, type PricedWith, readHomes } from './home-months.ts'
import { type IssuedLine, isAnotherActOpen, keepTakes, raiseSpan, revisionOf, type SpanKey } from './spans-store.ts'
import { givenUpBy, grouped, leftOf, type SpanUnit, type StandingUnit, standingOf } from './standing.ts'

/** `isGivenUp`: a negative unit, which takes off a price that a credit note gave up for good: no run bills it again. */
export type OwedUnit = SpanUnit & { readonly isGivenUp?: true }

/** A span as today's facts price it, beside what stands billed for it. */
export type PricedMonth = SpanKey & {
  /**
   * The span's revision when it was priced. 0 while another act is open: its rows have raised the revision already but
   * cannot be read yet, so the next run prices the span again, and so does the issue of a draft.
   */
  readonly revision: number
  readonly pricedWith: PricedWith
  readonly priced: PricedSpan
  readonly cells: readonly ChargeableCell[]
  readonly owed: readonly OwedUnit[]
  /** The lines of the invoices that bill days of the home's months, and of their credit notes. */
  readonly lines: readonly IssuedLine[]
  readonly standing: readonly StandingUnit[]
  /** Of each invoice that bills days of the home's months, what credit notes have not taken back yet. */
  readonly left: ReadonlyMap<number, Cents>
  /**
   * Whether a run may bill the units of a group (a child's day in an activity, or an amount such as a membership). False
   * where a price that the program's first version billed is kept as it stands (« kept price »).
   */
  readonly isOpen: (group: string) => boolean
  readonly difference: Difference<SpanUnit>
}

/**
 * Prices spans, with the months of the same years on which they depend, and keeps what each takes of the year
 * accounts. Where a month takes less or more than before, the later months that asked of the same account are priced
 * too.
 */
export const priceSpans = (
  store: Store,
  write: Write,
  current: CurrentBook,
  wanted: readonly SpanKey[],
): PricedMonth[] => {
  if (wanted.length === 0) return []
  const byFamily = Map.groupBy(wanted, ({ familyId }) => familyId)
  const homes = readHomes(store, current, [...byFamily.keys()], wanted)
  // The rows of an act that is still open cannot be read yet: what is priced without them holds for this run only.
  const isComplete = !isAnotherActOpen(store, write.actId)
  return [...byFamily].flatMap(([familyId, spans]) => {
    const months = new Set(spans.map(({ month }) => month))
    return priceHome({ store, write, current, home: homes(familyId), wanted: months, isComplete })
  })
}

type HomeToPrice = {
  readonly store: Store
  readonly write: Write
  readonly current: CurrentBook
  readonly home: HomeMonths
  readonly wanted: ReadonlySet<Month>
  readonly isComplete: boolean
}

const priceHome = ({ store, write, current, home, wanted, isComplete }: HomeToPrice): PricedMonth[] => {
  const standing = Map.groupBy(
    standingOf(home.lines, (unit) => grouped(home.pricedWith(home.billed.get(monthKey(unit.day))).book, unit)),
    ({ day }) => monthKey(day),
  )
  const left = leftOf(home.lines)
  const held = membershipsHeld(home, standing, current)
  const wantedInOrder = [...wanted].toSorted()
  const [firstWanted = ''] = wantedInOrder
  const lastWanted = wantedInOrder.at(-1) ?? ''
  const changedAccounts = new Set<string>()
  const found: PricedMonth[] = []
  let taken: YearTakes = {}
  for (const month of [...new Set([...home.rows.keys(), ...wanted])].toSorted()) {
    const row = home.rows.get(month)
    const known = row?.takes ?? {}
    const stands = standing.get(month) ?? []
    const bookId = (stands.length > 0 && home.billed.get(month)?.bookId) || current.id
    const isKnown = Boolean(row?.takes) && row?.takesRevision === row?.revision && row?.takesBookId === bookId
    // Read only for what it takes of accounts that wanted months share. Others may have begun before the months read, so
    // nothing of it is written down.
    const isReadOnly = month < firstWanted
    const asksChanged = !isReadOnly && Object.keys(known).some((account) => changedAccounts.has(account))
    const isNeeded = current.hasYearAccounts && month < lastWanted && !isKnown
    if (home.final.has(month) || !(wanted.has(month) || asksChanged || isNeeded)) {
      taken = addTakes(taken, known)
      continue
    }
    const heldElsewhere = held.map(([account, at]) => [account, at === month ? 0 : 1])
    const priced = priceMonth(write, current, home, {
      month,
      taken: { ...taken, ...Object.fromEntries(heldElsewhere) },
      standing: stands,
      left,
      isReadOnly,
    })
    const { takes } = priced.priced
    taken = addTakes(taken, takes)
    const changes = accountsThatDiffer(known, takes)
    for (const account of changes) changedAccounts.add(account)
    const key = { familyId: home.familyId, month }
    const isRaised = isComplete && asksChanged && !wanted.has(month)
    const revision = isRaised ? raiseSpan(store, write, key) : revisionOf(store, key)
    if (isComplete && !isReadOnly && (changes.length > 0 || !isKnown || isRaised))
      keepTakes(store, write, key, { takes, revision, bookId: priced.pricedWith.bookId })
    const isBilled = month <= lastWanted || stands.length > 0
    if (wanted.has(month) || (asksChanged && isBilled)) found.push({ ...priced, revision: isComplete ? revision : 0 })
  }
  return found
}

const accountsThatDiffer = (before: YearTakes, after: YearTakes): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((account) => before[account] !== after[account])

type MonthToPrice = {
  readonly month: Month
  readonly taken: YearTakes
  readonly standing: readonly StandingUnit[]
  readonly left: ReadonlyMap<number, Cents>
  readonly isReadOnly: boolean
}

const priceMonth = (
  write: Write,
  current: CurrentBook,
  home: HomeMonths,
  { month, taken, standing, left, isReadOnly }: MonthToPrice,
): Omit<PricedMonth, 'revision'> => {
  const adoption =
    standing.length === 0 || home.billed.has(month) ? null : adoptionOf(current, home, { month, taken, standing })
  if (adoption && !isReadOnly) keepAdoption(write, current, adoption)
  const billed = adoption?.billed ?? home.billed.get(month)
  const giveUps = [...home.giveUps, ...(adoption?.giveUps ?? [])]
  const keptPrices = [...home.keptPrices, ...(adoption?.keptPrices ?? [])]
  const pricedWith = home.pricedWith(standing.length > 0 ? billed : undefined)
  const { book } = pricedWith
  const kept = keptPrices.filter((row) => row.month === month)
  const cells = home.cells.get(month) ?? []
  const priced = priceSpan({
    ...pricedWith,
    month,
    taken,
    siblings: home.siblings,
    parts: chargesByChildAndActivity(book, cells),
    keptMinimums: keptMinimums(kept),
  })
  const givenUpHere = (rows: typeof giveUps) =>
    rows.flatMap((row) => givenUpBy(book, row)).filter(({ day }) => monthKey(day) === month)
  const ofFirstVersion = new Set(home.lines.flatMap(({ id, sealVersion }) => (sealVersion === 1 ? [id] : [])))
  const owed = withoutGivenUp(
    unitsOf(priced.charges).map((unit) => grouped(book, unit)),
    givenUpHere(giveUps),
  )
  const givenUp = givenUpHere(giveUps.filter(({ creditLineId }) => !ofFirstVersion.has(creditLineId)))
  const keptHere = keptGroups(kept, { cells, owed, standing, givenUp })
  const isOpen = (group: string) => !keptHere.has(group)
  return {
    familyId: home.familyId,
    month,
    pricedWith,
    priced,
    cells,
    owed,
    lines: home.lines,
    standing,
    left,
    isOpen,
    difference: differenceOf(owed, standing, left, isOpen),
  }
}
