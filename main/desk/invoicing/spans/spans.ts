import { type Month, monthKey } from '../../../../shared/rules/calendar/day.ts'
import { unitsOf } from '../../../../shared/rules/money/charges.ts'
import { type Difference, differenceOf, withoutGivenUp } from '../../../../shared/rules/money/difference.ts'
import { type Asked, freeLinesOf } from '../../../../shared/rules/money/free-lines.ts'
import type { Cents } from '../../../../shared/rules/money/money.ts'
import { type PayerUnit, payerUnitsOf, reductionsOf } from '../../../../shared/rules/money/payers.ts'
import {
  addTakes,
  isMembership,
  priceSpan,
  type SpanPrice,
  type YearTakes,
} from '../../../../shared/rules/price/span-price.ts'
import type { Write } from '../../../store/acts/acts.ts'
import type { Store } from '../../../store/store.ts'
import type { ChargeableCell } from '../../attendance/attendance.ts'
import {
  aidFacts,
  type CurrentBook,
  chargesByChildAndActivity,
  currentBook,
  type KeptBook,
  partsOfMonth,
} from '../../prices/prices.ts'
import { type Adoption, adoptionOf, keepAdoption, keptGroups, keptMinimums, membershipsHeld } from './adoption-facts.ts'
import { cellsAround, type HomeSpans, type HomesRead, type PricedWith, readHomes } from './home-spans.ts'
import { type IssuedLine, isAnotherActOpen, keepTakes, raiseSpan, revisionOf, type SpanKey } from './spans-store.ts'
import {
  dayGroup,
  givenUpBy,
  inGroup,
  leftOf,
  regieOfPapers,
  regieOfUnits,
  type SpanUnit,
  type StandingUnit,
  standingOf,
} from './standing.ts'

/**
 * A unit that a home owes. With `isGivenUp`, the opposite of a price that a credit note gave up for good, so that no
 * run bills it again.
 */
export type OwedUnit = SpanUnit & { readonly isGivenUp?: true }

/** A span as today's facts price it, with what stands billed for it. */
export type PricedSpan = SpanKey & {
  readonly pricedWith: PricedWith
  readonly priced: SpanPrice
  readonly cells: readonly ChargeableCell[]
  readonly owed: readonly OwedUnit[]
  /** The lines of the invoices that bill days of the home's months, and of their credit notes. */
  readonly lines: readonly IssuedLine[]
  readonly standing: readonly StandingUnit[]
  readonly payers: {
    /** What third parties owe for the month today. */
    readonly owed: readonly PayerUnit[]
    /** What issued papers left to them. */
    readonly standing: readonly PayerUnit[]
  }
  /** By invoice that bills days of the home's months: what credit notes have not taken back yet. */
  readonly left: ReadonlyMap<number, Cents>
  /**
   * Whether a run may bill the units of a group (a child's day in an activity, or an amount such as a membership).
   * False where a price that the program's first version billed is kept as it stands (« kept price »).
   */
  readonly isOpen: (group: string) => boolean
  readonly difference: Difference<SpanUnit>
}

/** A priced span, with what must be written down once it is priced. */
export type FoundSpan = PricedSpan & {
  /** Whether a run bills it: false for a month that is priced only for what it takes of year accounts. */
  readonly isWanted: boolean
  /** Régies at which the month is final: they no longer bill anything for it, and give nothing back. */
  readonly finalAt: ReadonlySet<number>
  readonly toKeep: {
    /** What a month of the first version was priced with; null when it is already written down. */
    readonly adoption: Adoption | null
    /** What the month takes of year accounts; null when it is already written down, or cannot be known yet. */
    readonly takes: YearTakes | null
    /**
     * Whether the revision of the span must rise, because an earlier month takes more or less of a year account that it
     * uses.
     */
    readonly isRaised: boolean
  }
}

/**
 * Prices spans and stores what each takes of year accounts. Where a month takes less or more than before, the later
 * months that use the same account are priced too.
 * @returns the spans with their revisions; 0 while another act is open, because the price may change with it
 */
export const priceSpans = (
  store: Store,
  write: Write,
  current: CurrentBook,
  wanted: readonly SpanKey[],
): (PricedSpan & { readonly revision: number })[] => {
  // The rows of an open act cannot be read yet: a price computed without them is valid for this run only.
  const isComplete = !isAnotherActOpen(store, write.actId)
  if (wanted.length === 0) return []
  return findSpans(current, readHomes(store, current, wanted), wanted, isComplete).flatMap((found) => {
    const revision = keepSpan(store, write, current, found)
    return found.isWanted ? [{ ...found, revision: isComplete ? revision : 0 }] : []
  })
}

/**
 * Prices spans together with the months of the same years on which they depend. Writes nothing.
 * @param isComplete false while another act is open: what months take is then not stored
 */
export const findSpans = (
  current: CurrentBook,
  { spansOf }: HomesRead,
  wanted: readonly SpanKey[],
  isComplete: boolean,
): FoundSpan[] => {
  const byFamily = Map.groupBy(wanted, ({ familyId }) => familyId)
  return [...byFamily].flatMap(([familyId, spans]) =>
    spansOfHome(current, spansOf(familyId), new Set(spans.map(({ month }) => month)), isComplete),
  )
}

/** A span at today's price. Undefined for a final span, which no run prices. */
export const spanOfHome = (store: Store, span: SpanKey): PricedSpan | undefined => {
  const current = currentBook(store)
  return findSpans(current, readHomes(store, current, [span]), [span], false).find(
    ({ isWanted, month }) => isWanted && month === span.month,
  )
}

/** Writes down what pricing a span found. @returns its revision */
export const keepSpan = (
  store: Store,
  write: Write,
  current: KeptBook,
  {
    familyId,
    month,
    pricedWith,
    toKeep,
  }: Pick<FoundSpan, 'familyId' | 'month' | 'toKeep'> & {
    readonly pricedWith: Pick<PricedWith, 'bookId'>
  },
): number => {
  const { adoption, takes, isRaised } = toKeep
  const span = { familyId, month }
  if (adoption) keepAdoption(write, current, adoption)
  const revision = isRaised ? raiseSpan(store, write, span) : revisionOf(store, span)
  if (takes) keepTakes(store, write, span, { takes, revision, bookId: pricedWith.bookId })
  return revision
}

const noRegies: ReadonlySet<number> = new Set()

const spansOfHome = (
  current: CurrentBook,
  home: HomeSpans,
  wanted: ReadonlySet<Month>,
  isComplete: boolean,
): FoundSpan[] => {
  const standing = Map.groupBy(
    standingOf(home.lines, (unit) => inGroup(home.pricedWith(home.billed.get(monthKey(unit.day))).book, unit)),
    ({ day }) => monthKey(day),
  )
  const left = leftOf(home.lines)
  const held = membershipsHeld(home, standing, current)
  const wantedInOrder = [...wanted].toSorted()
  const [firstWanted = ''] = wantedInOrder
  const lastWanted = wantedInOrder.at(-1) ?? ''
  const changedAccounts = new Set<string>()
  const found: FoundSpan[] = []
  let taken: YearTakes = {}
  for (const month of [...new Set([...home.rows.keys(), ...wanted])].toSorted()) {
    const row = home.rows.get(month)
    const known = row?.takes ?? {}
    const stands = standing.get(month) ?? []
    const bookId = (isBilledMonth(home, month, stands) && home.billed.get(month)?.bookId) || current.id
    const isKnown = Boolean(row?.takes) && row?.takesRevision === row?.revision && row?.takesBookId === bookId
    // These months are read only because they share accounts with the wanted ones. Their accounts may have begun before
    // the months read, so nothing is stored for them.
    const isReadOnly = month < firstWanted
    const asksChanged = !isReadOnly && Object.keys(known).some((account) => changedAccounts.has(account))
    const isNeeded = home.hasYearAccounts && month < lastWanted && !isKnown
    if (home.final.has(month) || !(wanted.has(month) || asksChanged || isNeeded)) {
      taken = addTakes(taken, known)
      continue
    }
    const heldElsewhere = held.map(([account, at]) => [account, at === month ? 0 : 1])
    const paid = membershipsPaidElsewhere(home, month, taken)
    const { adoption, ...priced } = pricedSpan(current, home, {
      month,
      taken: { ...addTakes(taken, paid), ...Object.fromEntries(heldElsewhere) },
      standing: stands,
      left,
    })
    const takes = addTakes(paid, priced.priced.takes)
    taken = addTakes(taken, takes)
    const changes = accountsThatDiffer(known, takes)
    for (const account of changes) changedAccounts.add(account)
    // The revision of a month that was asked for rises too: not every caller bills it, and the next run must then look
    // at it.
    const isRaised = isComplete && asksChanged
    const areTakesNew = isComplete && !isReadOnly && (changes.length > 0 || !isKnown || isRaised)
    const isBilled = month <= lastWanted || stands.length > 0
    found.push({
      ...priced,
      isWanted: wanted.has(month) || (asksChanged && isBilled),
      finalAt: home.finalShares.get(month) ?? noRegies,
      toKeep: { adoption: isReadOnly ? null : adoption, takes: areTakesNew ? takes : null, isRaised },
    })
  }
  return found
}

/**
 * The memberships owed for days before the régie's first day. The program that billed these days charged them, so the
 * rest of the year must not charge them again. Such days take nothing of other year accounts.
 */
const membershipsPaidElsewhere = (home: HomeSpans, month: Month, taken: YearTakes): YearTakes => {
  const cells = home.cellsBilledElsewhere.get(month)
  if (!cells) return {}
  const pricedWith = home.pricedWith(undefined)
  const parts = chargesByChildAndActivity(pricedWith.book, cells)
  const { takes } = priceSpan({ ...pricedWith, month, taken, siblings: home.siblings, parts })
  return Object.fromEntries(Object.entries(takes).filter(([account]) => isMembership(account)))
}

const accountsThatDiffer = (before: YearTakes, after: YearTakes): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((account) => before[account] !== after[account])

/** Whether papers bill the month, to the home or to a third party that pays all of it. */
const isBilledMonth = (home: HomeSpans, month: Month, standing: readonly StandingUnit[]): boolean =>
  standing.length > 0 || home.payers.has(month)

type MonthToPrice = {
  readonly month: Month
  readonly taken: YearTakes
  readonly standing: readonly StandingUnit[]
  readonly left: ReadonlyMap<number, Cents>
}

const pricedSpan = (
  current: CurrentBook,
  home: HomeSpans,
  { month, taken, standing, left }: MonthToPrice,
): PricedSpan & { readonly adoption: Adoption | null } => {
  const adoption =
    standing.length === 0 || home.billed.has(month) ? null : adoptionOf(current, home, { month, taken, standing })
  const billed = adoption?.billed ?? home.billed.get(month)
  const giveUps = [...home.giveUps, ...(adoption?.giveUps ?? [])]
  const keptPrices = [...home.keptPrices, ...(adoption?.keptPrices ?? [])]
  const pricedWith = home.pricedWith(isBilledMonth(home, month, standing) ? billed : undefined)
  const { book } = pricedWith
  const kept = keptPrices.filter((row) => row.month === month)
  const cells = home.cells.get(month) ?? []
  const beforeAids = priceSpan({
    ...pricedWith,
    month,
    taken,
    siblings: home.siblings,
    parts: partsOfMonth(book, cells, home.registered, cellsAround(home, month)),
    keptMinimums: keptMinimums(kept),
  })
  const costs = unitsOf(beforeAids.charges)
  const { reductions, takes, remarks } = reductionsOf(costs, home.aids, {
    ...aidFacts({ ...pricedWith, siblings: home.siblings }, cells),
    taken,
  })
  const priced = {
    ...beforeAids,
    takes: { ...beforeAids.takes, ...takes },
    remarks: [...beforeAids.remarks, ...remarks],
  }
  const givenUpIn = (rows: typeof giveUps) => rows.flatMap((row) => givenUpBy(book, row))
  const ofFirstVersion = new Set(home.lines.flatMap(({ id, sealVersion }) => (sealVersion === 1 ? [id] : [])))
  const owed = withoutGivenUp(
    [...costs, ...reductions].map((unit) => inGroup(book, unit)),
    givenUpIn(giveUps),
  )
  const givenUp = givenUpIn(giveUps.filter(({ creditLineId }) => !ofFirstVersion.has(creditLineId)))
  const keptHere = keptGroups(kept, { cells, owed, standing, givenUp })
  const isOpen = (group: string) => !keptHere.has(group)
  const free = freeLinesOf(home.freeLines, { month, taken, asked: askedOf(home, { owed, standing, isOpen }) })
  const all = [...owed, ...free.units]
  return {
    adoption,
    familyId: home.familyId,
    month,
    pricedWith,
    priced: { ...priced, takes: addTakes(priced.takes, free.takes) },
    cells,
    owed: all,
    lines: home.lines,
    standing,
    payers: {
      owed: payerUnitsOf(reductions).filter((unit) => isOpen(dayGroup(unit))),
      standing: home.payers.get(month) ?? [],
    },
    left,
    isOpen,
    difference: differenceOf(all, standing, left, isOpen),
  }
}

/** What each régie asks of the home, without its free lines; where a price is kept, what stands billed. */
const askedOf = (
  { lines, regieOfActivity }: HomeSpans,
  { owed, standing, isOpen }: Pick<PricedSpan, 'owed' | 'standing' | 'isOpen'>,
): Asked[] => {
  const billedBy = regieOfPapers({ lines })
  const regieOf = regieOfUnits({ standing }, billedBy, regieOfActivity)
  return [
    ...owed.filter(({ group }) => isOpen(group)).map((unit) => ({ ...unit, regieId: regieOf(unit) })),
    ...standing.filter(({ group }) => !isOpen(group)).map((unit) => ({ ...unit, regieId: billedBy(unit.paperId) })),
  ]
}
