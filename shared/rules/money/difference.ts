import type { Fiscal } from '../price/tariff.ts'
import { type Cents, sumOf } from './money.ts'

/*
 * What a run has to bill for a home and month: what the month costs today (owed), less what issued papers bill for it
 * without a credit note taking it back (standing). Nothing else counts, neither a mark on a cell nor another draft.
 */

/** One unit of a charge: one meal, one half-day, one deduction of one day. */
export type Unit = {
  /**
   * The units of one child, activity and day form a group, because the price of a day may depend on all of them. Each
   * charge that belongs to the home and not to a day (a monthly minimum, a membership) is a group of its own.
   */
  readonly group: string
  /** The label of the line. A change of the explanation alone produces no paper. */
  readonly label: string
  readonly fiscal: Fiscal
  /** Negative for a deduction and for a price given up. */
  readonly cents: Cents
  /** Whether the charge can change by any amount, as a monthly minimum and a membership can. */
  readonly isAmount?: true | undefined
  /**
   * Whether the charge reduces what the whole month owes, as a negative free line does. All units of a group have the
   * same value.
   */
  readonly lessensMonth?: true | undefined
}

/**
 * A unit of an issued line. A credit note that gives up a price permanently adds a negative unit to the line that it
 * corrects.
 */
export type Standing<Owed extends Unit> = Owed & { readonly paperId: number; readonly lineId: number }

export type GiveBack<Owed extends Unit> = {
  readonly unit: Standing<Owed>
  /** The invoice that the credit note corrects: the unit's own, unless too little is left of it. */
  readonly paperId: number
  /** The whole unit, except for an amount. Negative for a deduction on a day that is given back. */
  readonly cents: Cents
}

export type Difference<Owed extends Unit> = {
  /** What an invoice adds, including free units, which alone make no invoice. The sum is never negative. */
  readonly added: readonly Owed[]
  /** What credit notes take back. For each invoice, the sum is positive and at most what is left of the invoice. */
  readonly givenBack: readonly GiveBack<Owed>[]
  /**
   * What cannot be given back, because no invoice has enough left. Positive only after papers of the first version that
   * took back a part of the monthly minimum within an invoice: staff correct such a month by hand.
   */
  readonly unplacedCents: Cents
}

/**
 * @param standing in the order of issue: of two invoices for the same product, the newer gives it back first
 * @param left by invoice of the month, in the order of issue: what credit notes have not taken back yet
 * @param takes whether the run bills this group: a run may be limited to some activities or days
 */
export const differenceOf = <Owed extends Unit>(
  owed: readonly Owed[],
  standing: readonly Standing<Owed>[],
  left: ReadonlyMap<number, Cents>,
  takes: (group: string) => boolean = () => true,
): Difference<Owed> => {
  const remaining = new Map([...left].toReversed())
  const owedByGroup = Map.groupBy(owed, ({ group }) => group)
  const standingByGroup = Map.groupBy(standing, ({ group }) => group)
  const added: Owed[] = []
  const free: Owed[] = []
  const givenBack: GiveBack<Owed>[] = []
  const takenOff: { readonly like: Owed; readonly cents: Cents }[] = []
  const shortfalls: { readonly like: Owed; readonly cents: Cents }[] = []
  let unplacedCents = 0
  for (const group of new Set([...owedByGroup.keys(), ...standingByGroup.keys()])) {
    const costs = owedByGroup.get(group) ?? []
    const billed = standingByGroup.get(group) ?? []
    if (!takes(group)) continue
    const [like] = [...costs, ...billed]
    if (like?.lessensMonth) {
      const cents = sumOf(costs) - sumOf(billed)
      if (cents > 0) added.push({ ...like, cents, isAmount: true })
      if (cents < 0) takenOff.push({ like, cents: 0 - cents })
      continue
    }
    if (billed.length === 0 && costs.every(({ cents, isAmount }) => cents > 0 && !isAmount)) {
      added.push(...costs)
      continue
    }
    const isUnsettled = unsettledIn(costs, billed)
    const settledCosts = costs.filter((unit) => !isUnsettled(unit))
    const settledBilled = billed.filter((unit) => !isUnsettled(unit))
    free.push(...changedUnits(settledCosts, settledBilled).added.filter(({ cents }) => cents === 0))
    if (!costs.some(isUnsettled) && !billed.some(isUnsettled)) continue
    const change =
      changeByUnits(costs.filter(isUnsettled), billed.filter(isUnsettled), remaining) ??
      changeByUnits(costs, billed, remaining) ??
      changeByAmount(costs, billed, remaining)
    added.push(...change.added)
    givenBack.push(...change.givenBack)
    unplacedCents += change.unplacedCents
    if (like && change.unplacedCents > 0) shortfalls.push({ like, cents: change.unplacedCents })
    for (const { paperId, cents } of change.givenBack) remaining.set(paperId, (remaining.get(paperId) ?? 0) - cents)
  }
  for (const { like, cents } of takenOff) {
    const change = takeOff(like, cents, { added, givenBack, standing, remaining })
    added.push(...change.added)
    givenBack.push(...change.givenBack)
    for (const { paperId, cents: given } of change.givenBack)
      remaining.set(paperId, (remaining.get(paperId) ?? 0) - given)
  }
  const lessened = lessUnplaced({ added: added.length > 0 ? [...added, ...free] : [], givenBack, unplacedCents })
  const difference = standing.some(({ lessensMonth }) => lessensMonth)
    ? settledOnInvoice(lessened, shortfalls)
    : lessened
  return cancelsOut(difference) ? { added: [], givenBack: [], unplacedCents: 0 } : difference
}

/**
 * Whether an amount such as the monthly minimum offsets the change of the days, so that the month costs what is billed.
 */
const cancelsOut = <Owed extends Unit>({ added, givenBack, unplacedCents }: Difference<Owed>): boolean =>
  unplacedCents === 0 &&
  sumOf(added) === sumOf(givenBack) &&
  [...added, ...givenBack.map(({ unit }) => unit)].some(({ isAmount }) => isAmount)

/** Whether the sum of a unit's fiscal category changed: with an equal sum there is nothing to bill. */
const unsettledIn = (costs: readonly Unit[], billed: readonly Unit[]): ((unit: Unit) => boolean) => {
  const asked = sumsBy(billed, ({ fiscal }) => fiscal)
  const owed = sumsBy(costs, ({ fiscal }) => fiscal)
  return ({ fiscal }) => (asked.get(fiscal) ?? 0) !== (owed.get(fiscal) ?? 0)
}

/**
 * Adds and gives back whole units: those that changed, or else the whole day, because a deduction on a paper without
 * its day would make that paper negative. Undefined for an amount, and when neither is possible.
 */
const changeByUnits = <Owed extends Unit>(
  costs: readonly Owed[],
  billed: readonly Standing<Owed>[],
  remaining: ReadonlyMap<number, Cents>,
): Difference<Owed> | undefined => {
  if ([...costs, ...billed].some(({ isAmount }) => isAmount)) return undefined
  const asked = withoutOpposites(billed)
  const owed = withoutOpposites(costs)
  return [changedUnits(owed, asked), wholeDay(owed, asked)].find(
    ({ added, givenBack }) => canBeInvoiced(added) && canBeCredited(givenBack, billed, remaining),
  )
}

const canBeInvoiced = (added: readonly Unit[]): boolean =>
  [...sumsBy(added, ({ fiscal }) => fiscal).values()].every((cents) => cents >= 0)

/**
 * Whether each credit note is positive, is at most what is left of its invoice, and leaves no negative amount on it.
 */
const canBeCredited = <Owed extends Unit>(
  givenBack: readonly GiveBack<Owed>[],
  billed: readonly Standing<Owed>[],
  remaining: ReadonlyMap<number, Cents>,
): boolean => {
  const asked = sumsBy(billed, ({ paperId, fiscal }) => `${paperId} ${fiscal}`)
  return (
    [...sumsBy(givenBack, ({ paperId }) => paperId)].every(
      ([paperId, cents]) => cents > 0 && cents <= (remaining.get(paperId) ?? 0),
    ) &&
    [...sumsBy(givenBack, ({ paperId, unit }) => `${paperId} ${unit.fiscal}`)].every(
      ([key, cents]) => cents >= 0 && cents <= (asked.get(key) ?? 0),
    )
  )
}

/**
 * Leaves out a price together with the unit that gave it up on the same paper, so that a credit note does not list
 * both.
 */
const withoutOpposites = <One extends Unit & { readonly paperId?: number }>(units: readonly One[]): One[] => {
  const rest: One[] = []
  for (const unit of units) {
    const opposite = rest.findIndex(
      (other) => isSameUnit(other, { ...unit, cents: 0 - unit.cents }) && other.paperId === unit.paperId,
    )
    if (opposite >= 0 && unit.cents !== 0) rest.splice(opposite, 1)
    else rest.push(unit)
  }
  return rest
}

/**
 * The owed units that no paper bills, and the billed ones that are not owed; of two equal billed units, the older one
 * stays.
 */
const changedUnits = <Owed extends Unit>(costs: readonly Owed[], billed: readonly Standing<Owed>[]) => {
  const unmatched = [...billed]
  const added = costs.filter((unit) => {
    const same = unmatched.findIndex((other) => isSameUnit(unit, other))
    if (same >= 0) unmatched.splice(same, 1)
    return same < 0
  })
  return { added, givenBack: unmatched.map(whole), unplacedCents: 0 }
}

/** Gives back the day on every invoice that bills a part of it, and bills it again. */
const wholeDay = <Owed extends Unit>(costs: readonly Owed[], billed: readonly Standing<Owed>[]) => {
  const asked = sumsBy(billed, ({ paperId }) => paperId)
  const givenBack = billed.filter(({ paperId }) => asked.get(paperId) !== 0).map(whole)
  return { added: costs, givenBack, unplacedCents: 0 }
}

const whole = <Owed extends Unit>(unit: Standing<Owed>): GiveBack<Owed> => ({
  unit,
  paperId: unit.paperId,
  cents: unit.cents,
})

const isSameUnit = (one: Unit, other: Unit): boolean =>
  one.label === other.label && one.fiscal === other.fiscal && one.cents === other.cents

/**
 * Adds or gives back a sum: first from what the newest invoices bill in this group, then from what is left of any
 * invoice of the month.
 * @param remaining by invoice, the newest first
 */
const changeByAmount = <Owed extends Unit>(
  costs: readonly Owed[],
  billed: readonly Standing<Owed>[],
  remaining: ReadonlyMap<number, Cents>,
): Difference<Owed> => {
  const change = sumOf(costs) - sumOf(billed)
  const [like] = [...costs, ...billed]
  if (change > 0 && like)
    return { added: [{ ...like, cents: change, isAmount: true }], givenBack: [], unplacedCents: 0 }
  const givenBack: GiveBack<Owed>[] = []
  const left = new Map(remaining)
  let unplacedCents = 0 - change
  const giveBack = (paperId: number, atMost: Cents) => {
    const unit = billed.find((one) => one.paperId === paperId && one.cents > 0) ?? billed[0]
    const cents = Math.min(unplacedCents, atMost, left.get(paperId) ?? 0)
    if (!unit || cents <= 0) return
    givenBack.push({ unit, paperId, cents })
    left.set(paperId, (left.get(paperId) ?? 0) - cents)
    unplacedCents -= cents
  }
  const asked = sumsBy(billed, ({ paperId: id }) => id)
  for (const paperId of remaining.keys()) giveBack(paperId, asked.get(paperId) ?? 0)
  for (const paperId of remaining.keys()) giveBack(paperId, unplacedCents)
  return { added: [], givenBack, unplacedCents }
}

/**
 * Deducts a sum from what the invoice adds in the same fiscal category, then from what earlier invoices bill, the
 * newest first. The rest is left to another run, because this one may be limited to some days or activities.
 * @param remaining by invoice, the newest first
 */
const takeOff = <Owed extends Unit>(
  like: Owed,
  cents: Cents,
  {
    added,
    givenBack,
    standing,
    remaining,
  }: Pick<Difference<Owed>, 'added' | 'givenBack'> & {
    readonly standing: readonly Standing<Owed>[]
    readonly remaining: ReadonlyMap<number, Cents>
  },
): Pick<Difference<Owed>, 'added' | 'givenBack'> => {
  const isAlike = ({ fiscal }: Unit) => fiscal === like.fiscal
  const fromInvoice = Math.min(cents, Math.max(0, sumOf(added.filter(isAlike))))
  let rest = cents - fromInvoice
  const asked = sumsBy(standing.filter(isAlike), ({ paperId }) => paperId)
  const given = sumsBy(
    givenBack.filter(({ unit }) => isAlike(unit)),
    ({ paperId }) => paperId,
  )
  const notes = [...remaining].flatMap(([paperId, left]): GiveBack<Owed>[] => {
    const stays = (asked.get(paperId) ?? 0) - (given.get(paperId) ?? 0)
    const ofPaper = Math.max(0, Math.min(rest, left, stays))
    rest -= ofPaper
    return ofPaper === 0 ? [] : [{ unit: { ...like, isAmount: true, paperId, lineId: 0 }, paperId, cents: ofPaper }]
  })
  return { added: fromInvoice === 0 ? [] : [{ ...like, cents: 0 - fromInvoice, isAmount: true }], givenBack: notes }
}

/** Reduces an added amount instead of giving back what no invoice has left. */
const lessUnplaced = <Owed extends Unit>({ added, givenBack, unplacedCents }: Difference<Owed>): Difference<Owed> => {
  let unplaced = unplacedCents
  const lessened = added.flatMap((unit) => {
    const less = unit.isAmount ? Math.min(unplaced, unit.cents) : 0
    if (less <= 0) return [unit]
    unplaced -= less
    return less === unit.cents ? [] : [{ ...unit, cents: unit.cents - less }]
  })
  return { added: lessened, givenBack, unplacedCents: unplaced }
}

/**
 * Deducts from the invoice what no earlier invoice has enough left to give back, because a negative line had reduced
 * it.
 * @param shortfalls the cents that no earlier invoice had left to give back, by group
 */
const settledOnInvoice = <Owed extends Unit>(
  { added, givenBack, unplacedCents }: Difference<Owed>,
  shortfalls: readonly { readonly like: Owed; readonly cents: Cents }[],
): Difference<Owed> => {
  const units = [...added]
  let unplaced = unplacedCents
  for (const { like, cents } of shortfalls) {
    const room = sumOf(units.filter(({ fiscal }) => fiscal === like.fiscal))
    const less = Math.min(unplaced, cents, Math.max(0, room))
    if (less > 0) units.push({ ...like, cents: 0 - less, isAmount: true })
    unplaced -= less
  }
  return { added: units, givenBack, unplacedCents: unplaced }
}

const sumsBy = <One extends { readonly cents: Cents }, Key>(
  units: readonly One[],
  keyOf: (unit: One) => Key,
): Map<Key, Cents> => {
  const sums = new Map<Key, Cents>()
  for (const unit of units) sums.set(keyOf(unit), (sums.get(keyOf(unit)) ?? 0) + unit.cents)
  return sums
}

/** The price of one unit that a credit note gave up permanently (« définitif »). */
export type GivenUp = Pick<Unit, 'group' | 'label' | 'cents'>

/**
 * What is owed after the deduction of what was given up, as negative units. These are at most what that product costs
 * in that group today, so that a price given up decreases with the day, and at most what the deductions of the group
 * leave.
 */
export const withoutGivenUp = <Owed extends Unit>(
  owed: readonly Owed[],
  givenUp: readonly GivenUp[],
): (Owed & { readonly isGivenUp?: true })[] => {
  const units: (Owed & { readonly isGivenUp?: true })[] = [...owed]
  for (const [, same] of Map.groupBy(givenUp, ({ group, label }) => `${group} ${label}`)) {
    const inGroup = units.filter(({ group }) => group === same[0]?.group)
    const priced = inGroup.filter(({ label, cents }) => label === same[0]?.label && cents > 0)
    const [like] = priced
    if (!like) continue
    const net = sumOf(inGroup.filter(({ fiscal }) => fiscal === like.fiscal))
    const cents = Math.min(sumOf(same), sumOf(priced), net)
    if (cents > 0) units.push({ ...like, cents: 0 - cents, isGivenUp: true })
  }
  return units
}
