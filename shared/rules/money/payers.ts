import { ascending, compareTexts } from '../../collections.ts'
import { addDays, type Day, mondayOf, monthKey } from '../calendar/day.ts'
import type { PriceRemark } from '../price/price-terms.ts'
import type { YearTakes } from '../price/span-price.ts'
import type { Fiscal } from '../price/tariff.ts'
import {
  type Aid,
  type AidUse,
  aidAccount,
  aidLevel,
  aidText,
  aidUnitNames,
  ceilingsText,
  covers,
  meetsCriteria,
  takenOf,
  useText,
} from './aid.ts'
import type { ChargeUnit } from './charges.ts'
import { allocate, type Cents, formatEuros, formatNumber, halfUp, hundredths } from './money.ts'

/*
 * Who pays which part of a month. The aids apply in order, each to what the earlier ones leave, child by child and day
 * by day. What an aid pays is a negative unit beside the prices that it reduces: the home owes the sum, and the third
 * party of the aid owes the opposite, so that together they owe the price to the cent. The second half of the file
 * computes the difference between what third parties owe and what papers left to them.
 */

/** Facts on which the conditions and amounts of aids depend. */
export type AidFacts = {
  readonly rankOn: (childId: number, on: Day) => number
  /** The home's benefit scheme. */
  readonly scheme: string
  /** The length of a billed slot, by the id of its cell. */
  readonly minutesOf: (cell: number) => number
}

/**
 * The cost of one child, activity, day and fiscal category; a membership and a monthly minimum are costs of their own.
 * `like` is one of its units, which holds what they have in common.
 */
type Cost = {
  readonly like: ChargeUnit
  /** What the earlier aids leave of it. */
  left: Cents
  readonly cells: Set<number>
  meals: number
}

/** How much of an aid with a ceiling is used after a month, shown on the last day that the aid covers. */
export type AidRemark = PriceRemark &
  Pick<ChargeUnit, 'childId' | 'activityId'> & { readonly aid: number; readonly isUsedUp: boolean }

/**
 * What aids pay in a month.
 * @param units what the month costs before aids
 * @param aids in the order in which they apply
 * @param taken how much of the aids' accounts earlier months used
 */
export const reductionsOf = (
  units: readonly ChargeUnit[],
  aids: readonly Aid[],
  { taken, ...facts }: AidFacts & { readonly taken: YearTakes },
): {
  readonly reductions: readonly ChargeUnit[]
  readonly takes: YearTakes
  readonly remarks: readonly AidRemark[]
} => {
  const costs = costsOf(units)
  const takes: Record<string, number> = {}
  const reductions: ChargeUnit[] = []
  const remarks: AidRemark[] = []
  for (const aid of inOrder(aids)) {
    const account = accountOf(aid, taken, takes)
    const covered = costs.filter((cost) => covers(aid, cost.like) && mayReduce(aid, cost))
    const days = [...Map.groupBy(covered, ({ like }) => `${like.day} ${like.childId}`).values()]
    let last: ChargeUnit | undefined
    for (const ofDay of days.toSorted(ascending(([cost]) => cost?.like.day ?? ''))) {
      const open = ofDay.filter(({ left }) => left > 0)
      const taken = takeFromDay(aid, open, account, facts)
      if (!taken) continue
      reductions.push(...taken)
      last = open[0]?.like
    }
    if (last && (aid.ceilingCents !== null || aid.ceilingUnits !== null))
      remarks.push(remarkOf(aid, last, account.used()))
  }
  return { reductions, takes, remarks }
}

const remarkOf = (aid: Aid, { childId, activityId, day }: ChargeUnit, use: AidUse): AidRemark => ({
  aid: aid.id,
  ...(aid.childId === null && { isOfHome: true as const }),
  childId,
  activityId,
  day,
  slots: [],
  isUsedUp: aidLevel(aid, use) === 'usedUp',
  text: `${aid.label}\u00a0: ${useText(aid, use)}`,
})

/** Reductions without a third party come first, because they belong to the price. */
const inOrder = (aids: readonly Aid[]): Aid[] => [
  ...aids.filter(({ thirdPartyId }) => thirdPartyId === null),
  ...aids.filter(({ thirdPartyId }) => thirdPartyId !== null),
]

const costsOf = (units: readonly ChargeUnit[]): Cost[] => {
  const costs = new Map<string, Cost>()
  for (const unit of units) {
    const { childId, activityId, day, fiscal, basis, cents, cells } = unit
    const key = [childId, activityId, day, fiscal, basis.membership ?? '', basis.minimum ?? ''].join(' ')
    const cost = costs.get(key) ?? { like: unit, left: 0, cells: new Set(), meals: 0 }
    costs.set(key, cost)
    cost.left += cents
    if (cents <= 0) continue
    for (const cell of cells) cost.cells.add(cell)
    if (fiscal === 'repas') cost.meals += 1
  }
  return [...costs.values()]
}

/**
 * A membership and a monthly minimum are not the price of a day: only a percentage, or an amount per month, reduces
 * them.
 */
const mayReduce = ({ per }: Aid, { like: { basis, fiscal } }: Cost): boolean => {
  if (per === 'meal') return fiscal === 'repas'
  return per === 'rest' || per === 'month' || (basis.membership === undefined && !basis.minimum)
}

type Account = {
  readonly roomCents: () => Cents
  readonly roomUnits: () => number
  /** What the aid has given, including this month. */
  readonly used: () => AidUse
  /** What is left of the aid's amount in the week or month of a day. */
  readonly leftOf: (on: Day) => Cents
  readonly take: (on: Day, cents: Cents, units: number) => void
}

const accountOf = (aid: Aid, taken: YearTakes, takes: Record<string, number>): Account => {
  const { id, per, amountCents, ceilingCents, ceilingUnits } = aid
  const used = (key: string) => (taken[key] ?? 0) + (takes[key] ?? 0)
  const add = (key: string, amount: number) => {
    takes[key] = (takes[key] ?? 0) + amount
  }
  const [ofCents, ofUnits] = [aidAccount(id, 'cents'), aidAccount(id, 'units')]
  // An amount per week or month must be used within that week or month; only a week may continue in the next month.
  const within = new Map<string, Cents>()
  const spanOf = (on: Day) => (per === 'week' ? mondayOf(on) : monthKey(on))
  const crossesMonths = (on: Day) => per === 'week' && monthKey(mondayOf(on)) !== monthKey(addDays(mondayOf(on), 6))
  const usedWithin = (on: Day) =>
    crossesMonths(on) ? used(aidAccount(id, `week ${mondayOf(on)}`)) : (within.get(spanOf(on)) ?? 0)
  return {
    roomCents: () => (ceilingCents === null ? Number.POSITIVE_INFINITY : Math.max(0, ceilingCents - used(ofCents))),
    roomUnits: () => (ceilingUnits === null ? Number.POSITIVE_INFINITY : Math.max(0, ceilingUnits - used(ofUnits))),
    used: () => ({ cents: used(ofCents), units: Math.round(used(ofUnits) * 100) / 100 }),
    leftOf: (on) => Math.max(0, (amountCents ?? 0) - usedWithin(on)),
    take: (on, cents, units) => {
      const isSpan = per === 'week' || per === 'month'
      const count = isSpan ? Number(cents > 0 && usedWithin(on) === 0) : units
      if (ceilingCents !== null) add(ofCents, cents)
      if (ceilingUnits !== null) add(ofUnits, count)
      if (crossesMonths(on)) add(aidAccount(id, `week ${mondayOf(on)}`), cents)
      else within.set(spanOf(on), (within.get(spanOf(on)) ?? 0) + cents)
    },
  }
}

/**
 * @param costs the costs of one child's day that the aid covers
 * @returns null when the aid does not apply to the day
 */
const takeFromDay = (aid: Aid, costs: readonly Cost[], account: Account, facts: AidFacts): ChargeUnit[] | null => {
  const [first] = costs
  if (!first) return null
  const { childId, day, basis } = first.like
  const rank = () => facts.rankOn(childId, day)
  if (!meetsCriteria(aid, { familyQuotient: basis.familyQuotient, rank, scheme: facts.scheme })) return null
  const costCents = costs.reduce((sum, { left }) => sum + left, 0)
  const { askedCents, units, isCut } = askedOf(aid, costs, { costCents, account, facts })
  const { cents, why } = takenOf({
    askedCents,
    costCents,
    leavesCents: aid.leavesCents,
    roomCents: account.roomCents(),
    ceiling: `plafond de ${formatEuros(aid.ceilingCents ?? 0)}`,
  })
  if (units === 0 && account.roomUnits() > 0) return null
  account.take(day, cents, cents > 0 ? units : 0)
  if (cents === 0) return []
  return spread(aid, cents, costs).map(({ cost, cents: part }) => {
    cost.left -= part
    return reduction(aid, cost.like, {
      part,
      explanation: explanationOf(aid, { costCents, cents, part, why: `${isCut ? cutText(aid) : ''}${why}` }),
    })
  })
}

type Asked = {
  readonly askedCents: Cents
  readonly units: number
  /** Whether the ceiling in number left less than the units of the day. */
  readonly isCut?: boolean
}

/** The sum that an aid gives for a day, limited by the day's cost and the ceiling in money, and the number of units. */
const askedOf = (
  aid: Aid,
  costs: readonly Cost[],
  { costCents, account, facts }: { readonly costCents: Cents; readonly account: Account; readonly facts: AidFacts },
): Asked => {
  const amount = aid.amountCents ?? 0
  const day = costs[0]?.like.day
  const room = account.roomUnits()
  switch (aid.per) {
    case 'rest':
      return { askedCents: room >= 1 ? percentOf(costCents, aid.percent ?? 0) : 0, units: Math.min(1, room) }
    case 'week':
    case 'month': {
      const left = day ? account.leftOf(day) : 0
      return { askedCents: left < amount || room >= 1 ? left : 0, units: 1 }
    }
    case 'hour': {
      const long = careCells(costs).reduce((sum, cell) => sum + facts.minutesOf(cell), 0) / 60
      const hours = Math.min(room, long)
      return { askedCents: halfUp(Math.round(amount * hours * 60), 60), units: hours, isCut: room < long }
    }
    case 'day':
    case 'halfDay':
    case 'meal': {
      const many = unitsOfDay[aid.per](costs)
      const units = Math.min(room, many)
      return { askedCents: amount * units, units, isCut: room < many }
    }
  }
}

/** `percent` of a sum, half-up to the cent. */
const percentOf = (sum: Cents, percent: number): Cents => halfUp(sum * hundredths(percent), 10_000)

const unitsOfDay = {
  day: () => 1,
  // A day has two halves at most, whatever the number of its slots.
  halfDay: (costs: readonly Cost[]) => Math.min(2, Math.max(1, careCells(costs).length)),
  meal: (costs: readonly Cost[]) => costs.reduce((sum, { meals }) => sum + meals, 0),
} as const

/** The billed slots of a day except meals. */
const careCells = (costs: readonly Cost[]): number[] => [
  ...new Set(costs.flatMap(({ like, cells }) => (like.fiscal === 'repas' ? [] : [...cells]))),
]

const careFirst: readonly Fiscal[] = ['garde', 'repas', 'autre']

/**
 * Spreads the sum that an aid pays for a day over its costs by largest remainder: a percentage over all alike, an
 * amount over care first.
 */
const spread = ({ per }: Aid, cents: Cents, costs: readonly Cost[]): { cost: Cost; cents: Cents }[] => {
  const groups =
    per === 'rest' ? [costs] : careFirst.map((fiscal) => costs.filter(({ like }) => like.fiscal === fiscal))
  let remaining = cents
  return groups.flatMap((group) => {
    const here = Math.min(
      remaining,
      group.reduce((sum, { left }) => sum + left, 0),
    )
    if (here === 0) return []
    remaining -= here
    const parts = allocate(
      here,
      group.map(({ left }) => left),
    )
    return group.flatMap((cost, index) => {
      const part = parts[index] ?? 0
      return part === 0 ? [] : [{ cost, cents: part }]
    })
  })
}

const reduction = (
  { id, label, thirdPartyId, per }: Aid,
  like: ChargeUnit,
  { part, explanation }: { readonly part: Cents; readonly explanation: string },
): ChargeUnit => {
  const { childId, activityId, fiscal, day, basis } = like
  const { familyQuotient, resident, example, membership, minimum } = basis
  return {
    childId,
    activityId,
    label,
    unit: per === 'meal' ? aidUnitNames.meal : aidUnitNames.day,
    fiscal,
    explanation,
    basis: {
      familyQuotient,
      bracket: null,
      resident,
      example,
      ...(membership !== undefined && { membership }),
      ...(minimum && { minimum }),
      aid: id,
      ...(thirdPartyId !== null && { thirdParty: thirdPartyId }),
    },
    day,
    cents: 0 - part,
    cells: [],
  }
}

const cutText = ({ ceilingUnits, per }: Aid): string =>
  ` → plafond de ${ceilingsText({ per, ceilingCents: null, ceilingUnits })} atteint`

/**
 * « Vacances, 40 % du reste, aide payée par CCAS → 40 % de 10,55 € → −4,22 € », « CAF, 4,50 € par jour, baisse du prix
 * → −4,50 € »
 */
const explanationOf = (
  aid: Aid,
  { costCents, cents, part, why }: { costCents: Cents; cents: Cents; part: Cents; why: string },
): string => {
  const share = aid.per === 'rest' ? ` → ${formatNumber(aid.percent ?? 0)}\u00a0% de ${formatEuros(costCents)}` : ''
  const whole = part === cents ? '' : ` → ${formatEuros(cents)} sur la journée`
  return `${payerText(aid)}${share}${why}${whole} → ${formatEuros(0 - part)}`
}

/** « Vacances, 40 % du reste, aide payée par CCAS » */
const payerText = (aid: Aid): string => {
  if (aid.thirdPartyId === null) return `${aidText(aid)}, baisse du prix`
  return `${aidText(aid)}, aide${aid.thirdParty ? ` payée par ${aid.thirdParty}` : ''}`
}

/** The name of an aid and of its third party, extracted from the explanation of a day. */
export const aidOfExplanation = (explanation: string): string => explanation.split(' → ')[0] ?? ''

/** What a third party owes for one child, activity, day and fiscal category because of an aid. */
export type PayerUnit = {
  readonly thirdPartyId: number
  readonly aidId: number
  readonly childId: number
  readonly activityId: number
  readonly label: string
  readonly unit: ChargeUnit['unit']
  readonly fiscal: Fiscal
  readonly explanation: string
  readonly day: Day
  /** Negative: it was billed before, and is no longer owed. */
  readonly cents: Cents
}

/** What third parties owe for these units of a home. */
export const payerUnitsOf = (units: readonly ChargeUnit[]): PayerUnit[] =>
  units.flatMap(({ basis: { aid: aidId, thirdParty: thirdPartyId }, cents, ...unit }) => {
    if (aidId === undefined || thirdPartyId === undefined) return []
    const { childId, activityId, label, unit: words, fiscal, explanation, day } = unit
    return [
      { thirdPartyId, aidId, childId, activityId, label, unit: words, fiscal, explanation, day, cents: 0 - cents },
    ]
  })

/** One row for all units that differ only by their day. */
export const payerPartsOf = (
  units: readonly PayerUnit[],
): (Omit<PayerUnit, 'day' | 'cents'> & { readonly days: readonly Day[]; readonly unitCents: Cents })[] =>
  [...Map.groupBy(units, (unit) => JSON.stringify({ ...unit, day: null })).values()].flatMap((same) => {
    const [first] = same
    if (!first) return []
    const { day: _day, cents: unitCents, ...part } = first
    return [{ ...part, days: same.map(({ day }) => day).toSorted(compareTexts), unitCents }]
  })

/** The units to add to `standing` to obtain `owed`: the missing units, and the opposite of the excess ones. */
export const payerDifference = (owed: readonly PayerUnit[], standing: readonly PayerUnit[]): PayerUnit[] => {
  const unmatched = withoutOpposites(standing)
  const added = owed.filter((unit) => {
    const same = unmatched.findIndex((other) => isSameUnit(unit, other))
    if (same >= 0) unmatched.splice(same, 1)
    return same < 0
  })
  return [...added, ...unmatched.map((unit) => ({ ...unit, cents: 0 - unit.cents }))]
}

/** Leaves out units that later units took back. */
export const withoutOpposites = (units: readonly PayerUnit[]): PayerUnit[] => {
  const rest: PayerUnit[] = []
  for (const unit of units) {
    const opposite = rest.findIndex((other) => isSameUnit(other, { ...unit, cents: 0 - unit.cents }))
    if (opposite >= 0) rest.splice(opposite, 1)
    else rest.push(unit)
  }
  return rest
}

const isSameUnit = (one: PayerUnit, other: PayerUnit): boolean =>
  one.thirdPartyId === other.thirdPartyId &&
  one.aidId === other.aidId &&
  one.childId === other.childId &&
  one.activityId === other.activityId &&
  one.fiscal === other.fiscal &&
  one.day === other.day &&
  one.cents === other.cents
