import { canonical, type Json } from '../money/invoice.ts'
import {
  type BasePrice,
  groupCode,
  groupsAsked,
  type TariffLine,
  type TariffVersion,
  type UnitPrice,
  withBasePrices,
  withPricesOfCount,
} from '../price/tariff.ts'

/* When two activities with a tariff each are joined, the single tariff that charges each group its former prices. */

type Definition = Omit<TariffVersion, 'from'>

type Joined = {
  readonly definition: Definition
  /** The group of the children of the joined activity. */
  readonly group: string
}

type JointDefinition =
  | { readonly definition: Definition }
  /** Why one version cannot express both tariffs: the rule in which they differ, « la règle des absences ». */
  | { readonly differs: string }

/**
 * The lead's version with the other one's prices for its group: each child pays the same cents as before. Prices for
 * everybody else stay those of the lead.
 * @param keptGroups the other groups of the lead
 */
export const jointDefinition = (
  kept: Definition,
  { definition: joined, group }: Joined,
  keptGroups: readonly string[],
): JointDefinition => {
  // The tariff already names the group: somebody decided its prices.
  if (groupsAsked(kept).some((asked) => groupCode(asked) === groupCode(group))) return { definition: kept }
  const own = withOwnBrackets(joined, kept)
  const differs = ruleNames.find(([rule]) => !isSame(kept[rule], joined[rule]))?.[1]
  if (differs !== undefined) return { differs }
  const latePickUp = jointLate(kept.latePickUp, own.latePickUp, group)
  if (latePickUp === null) return { differs: 'la règle des retards' }
  const lines = jointLines(kept.lines, own.lines, group) ?? linesByGroup(kept.lines, own.lines, group, keptGroups)
  if (lines.length > mostLines) return { differs: 'trop de lignes' }
  const definition = { ...kept, lines, ...(latePickUp && { latePickUp }) }
  // A price copied from an example tariff is marked as an example, since no council voted it.
  return { definition: isSame(definition, kept) ? kept : { ...definition, example: kept.example || joined.example } }
}

const mostLines = 30
const mostCases = 30

/** The rules that apply to all prices of a version, with their names. */
const ruleNames = [
  ['rounding', 'l’arrondi'],
  ['absence', 'la règle des absences'],
  ['ranking', 'la façon de compter les enfants'],
  ['siblings', 'la réduction des frères et sœurs'],
  ['reductions', 'la réduction selon le nombre de jours'],
  ['limits', 'le minimum ou le plafond'],
  ['beside', 'la marge de la réservation'],
  ['deductions', 'les aides déduites'],
  ['membership', 'l’adhésion'],
  ['minimum', 'le minimum de facturation'],
] as const satisfies readonly (readonly [keyof Definition, string])[]

const isSame = (one: unknown, other: unknown): boolean => textOf(one) === textOf(other)
const textOf = (value: unknown): string => canonical(JSON.parse(JSON.stringify(value ?? null)) as Json)

/** The other tariff's prices with the brackets of their own version, when these differ from the lead's. */
const withOwnBrackets = (joined: Definition, { brackets }: Definition): Definition => {
  if (isSame(joined.brackets, brackets)) return joined
  const change = (base: BasePrice): BasePrice =>
    base.method === 'bracket' ? { ...base, brackets: base.brackets ?? joined.brackets } : base
  const { latePickUp } = joined
  return {
    ...joined,
    lines: joined.lines.map((line) => withPrices(line, (price) => withBasePrices(price, change))),
    ...(latePickUp && { latePickUp: { ...latePickUp, price: withBasePrices(latePickUp.price, change) } }),
  }
}

const withPrices = (line: TariffLine, change: (price: UnitPrice) => UnitPrice): TariffLine => ({
  ...line,
  count: withPricesOfCount(line.count, change),
  withoutBooking: line.withoutBooking && { ...line.withoutBooking, price: change(line.withoutBooking.price) },
  ...(line.bundle && { bundle: { ...line.bundle, price: change(line.bundle.price) } }),
})

/** For each line, the group's prices as cases; null when the lines differ in more than prices. */
const jointLines = (
  kept: readonly TariffLine[],
  joined: readonly TariffLine[],
  group: string,
): readonly TariffLine[] | null => {
  if (kept.length !== joined.length) return null
  const lines = kept.map((line, at) => jointLine(line, joined[at], group))
  return lines.every((line) => line !== null) ? lines : null
}

const noPrice: UnitPrice = { method: 'fixed', cents: 0, nonResident: { rule: 'same' } }

const jointLine = (kept: TariffLine, joined: TariffLine | undefined, group: string): TariffLine | null => {
  if (
    !joined ||
    !isSame(
      withPrices(kept, () => noPrice),
      withPrices(joined, () => noPrice),
    )
  )
    return null
  const others: UnitPrice[] = []
  withPrices(joined, (price) => {
    others.push(price)
    return price
  })
  const prices: (UnitPrice | null)[] = []
  const line = withPrices(kept, (price) => {
    const both = jointPrice(price, others[prices.length] ?? price, group)
    prices.push(both)
    return both ?? price
  })
  return prices.includes(null) ? null : line
}

/** A price with the group's price as its first case; null when cases cannot express both. */
const jointPrice = (kept: UnitPrice, joined: UnitPrice, group: string): UnitPrice | null => {
  if (isSame(kept, joined)) return kept
  if (kept.method === 'together' || joined.method === 'together') return null
  const ofGroup =
    joined.method === 'cases' ? joined.cases.map(({ when, price }) => ({ when: { ...when, group }, price })) : []
  const rest = joined.method === 'cases' ? joined.otherwise : joined
  if (rest === null) return null
  const ofOthers = kept.method === 'cases' ? kept.cases : []
  const cases = [...ofGroup, { when: { group }, price: rest }, ...ofOthers]
  return cases.length > mostCases
    ? null
    : { method: 'cases', cases, otherwise: kept.method === 'cases' ? kept.otherwise : kept }
}

const jointLate = (
  kept: Definition['latePickUp'],
  joined: Definition['latePickUp'],
  group: string,
): Definition['latePickUp'] | null => {
  if (!kept || !joined) return kept === joined ? kept : null
  if (!isSame({ ...kept, price: noPrice }, { ...joined, price: noPrice })) return null
  const price = jointPrice(kept.price, joined.price, group)
  return price && { ...kept, price }
}

const forGroup = (line: TariffLine, of: string): TariffLine => ({ ...line, when: { ...line.when, group: of } })

/** Each line with the groups that it is for. */
const linesByGroup = (
  kept: readonly TariffLine[],
  joined: readonly TariffLine[],
  group: string,
  keptGroups: readonly string[],
): readonly TariffLine[] => {
  return [
    ...kept.flatMap((line) => (line.when?.group === undefined ? keptGroups.map((one) => forGroup(line, one)) : [line])),
    ...joined.map((line) => forGroup(line, group)),
  ]
}
