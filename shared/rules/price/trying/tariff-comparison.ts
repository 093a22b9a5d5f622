import { day, type Month } from '../../calendar/day.ts'
import { type Cents, formatEuros } from '../../money/money.ts'
import { type Bracket, bracketIndex, bracketText } from '../bracket.ts'
import type { HomePart } from '../price-terms.ts'
import type { SpanCharge } from '../span-price.ts'
import type { Tariff, TariffVersion } from '../tariff.ts'
import { type HomeToPrice, type PricedHomeMonth, priceHome } from './home-price.ts'

type Definition = Omit<TariffVersion, 'from'>

/**
 * What is compared: the definition of each tariff before and after; a tariff without one on a side has no price there.
 */
export type Compared = {
  readonly before: ReadonlyMap<Tariff['id'], Definition>
  readonly after: ReadonlyMap<Tariff['id'], Definition>
  /** The brackets by which homes are counted. */
  readonly brackets: readonly Bracket[]
  /** The months that count: a registration may owe a forfait before them or after. */
  readonly months: { readonly from: Month; readonly to: Month }
}

/** Receipts are what homes and third parties pay; what homes pay is apart, because an aid may bear a rise. */
type ComparedAmounts = {
  readonly beforeCents: Cents
  readonly afterCents: Cents
  readonly paidBeforeCents: Cents
  readonly paidAfterCents: Cents
}

/** What a home costs in one activity while its quotient is in one bracket. */
type ComparedPart = ComparedAmounts & {
  readonly activityId: number
  /** Null without a known quotient. */
  readonly bracket: string | null
}

/** What the year of one home costs on both sides. */
export type ComparedHome = {
  readonly familyId: number
  readonly parts: readonly ComparedPart[]
  /** Days that one of the sides cannot price: excluded from both. */
  readonly unpricedDays: number
}

/** A group of homes: `up` and `down` count the homes that pay more or less themselves. */
export type ComparedGroup = ComparedAmounts & {
  readonly families: number
  readonly up: number
  readonly down: number
}

/** Prices the year of a home by each side, whatever the dates of the versions. */
export const createComparer = ({ before, after, brackets, months: { from, to } }: Compared) => {
  const sides = [tariffsAlways(before), tariffsAlways(after)] as const
  const bracketOf = bracketFinder(brackets)
  const isCompared = (tariff: Tariff | null) => tariff !== null && (before.has(tariff.id) || after.has(tariff.id))
  return (familyId: number, home: HomeToPrice): ComparedHome => {
    const compared = new Set(home.parts.flatMap((part) => (isCompared(part.tariff) ? [part.activityId] : [])))
    const otherTariff = ({ tariff }: HomePart) => (home.aids.length > 0 ? tariff : null)
    const price = (tariffOf: (tariff: Tariff) => Tariff, without: ReadonlySet<string>) =>
      priceHome({
        ...home,
        // Days under other tariffs say who is present, and what is left of the ceilings of aids.
        parts: home.parts.map((part) => ({
          ...part,
          tariff: part.tariff && compared.has(part.activityId) ? tariffOf(part.tariff) : otherTariff(part),
          days: part.days.filter((one) => !without.has(keyOf(part, one.day))),
        })),
      }).filter(({ month }) => from <= month && month <= to)
    const amountsOf = (month: PricedHomeMonth) =>
      amountsOfMonth(month).filter(({ activityId }) => compared.has(activityId))
    const whole = sides.map((tariffOf) => price(tariffOf, new Set()))
    const unpriced = new Set(whole.flatMap((months) => errorsOf(months, compared)))
    const [current = [], proposed = []] =
      unpriced.size === 0 ? whole : sides.map((tariffOf) => price(tariffOf, unpriced))
    const parts = new Map<string, ComparedPart>()
    const add = (months: readonly PricedHomeMonth[], sideOf: (amount: Amount) => Partial<ComparedAmounts>) => {
      for (const amount of months.flatMap(amountsOf)) {
        const { activityId, basis } = amount
        const bracket = bracketOf(basis.familyQuotient)
        const key = `${activityId} ${bracket}`
        const part = parts.get(key) ?? { activityId, bracket, ...nothing }
        parts.set(key, { ...part, ...plus(part, sideOf(amount)) })
      }
    }
    add(current, ({ cents, paidCents }) => ({ beforeCents: cents, paidBeforeCents: paidCents }))
    add(proposed, ({ cents, paidCents }) => ({ afterCents: cents, paidAfterCents: paidCents }))
    return { familyId, parts: [...parts.values()], unpricedDays: unpriced.size }
  }
}

type Amount = Pick<SpanCharge, 'activityId' | 'basis'> & {
  /** What the town receives. */
  readonly cents: Cents
  /** What the home pays of it. */
  readonly paidCents: Cents
}

const amountsOfMonth = ({ priced, reductions }: PricedHomeMonth): Amount[] => [
  ...priced.charges.map(({ activityId, basis, totalCents }) => ({
    activityId,
    basis,
    cents: totalCents,
    paidCents: totalCents,
  })),
  // What a third party takes over of a price is received all the same.
  ...reductions.map(({ activityId, basis, cents }) => ({
    activityId,
    basis,
    cents: basis.thirdParty === undefined ? cents : 0,
    paidCents: cents,
  })),
]

const nothing: ComparedAmounts = { beforeCents: 0, afterCents: 0, paidBeforeCents: 0, paidAfterCents: 0 }

const plus = (one: ComparedAmounts, other: Partial<ComparedAmounts>): ComparedAmounts => ({
  beforeCents: one.beforeCents + (other.beforeCents ?? 0),
  afterCents: one.afterCents + (other.afterCents ?? 0),
  paidBeforeCents: one.paidBeforeCents + (other.paidBeforeCents ?? 0),
  paidAfterCents: one.paidAfterCents + (other.paidAfterCents ?? 0),
})

/** Collects the years of homes into groups. */
export const createComparison = () => {
  const homes: (ComparedAmounts & { readonly familyId: number; readonly brackets: (string | null)[] })[] = []
  const byBracket = new Map<string | null, ComparedGroup>()
  const byActivity = new Map<number, ComparedGroup>()
  let total = noHomes
  let unpricedDays = 0
  return {
    add({ familyId, parts, unpricedDays: ofHome }: ComparedHome): void {
      const own = parts.reduce<ComparedAmounts>(plus, nothing)
      total = withHome(total, own)
      unpricedDays += ofHome
      homes.push({ familyId, ...own, brackets: [...new Set(parts.map(({ bracket }) => bracket))] })
      addParts(byBracket, parts, ({ bracket }) => bracket)
      addParts(byActivity, parts, ({ activityId }) => activityId)
    },
    /** `homes`: the greatest rise first. */
    result: ({ brackets }: Pick<Compared, 'brackets'>) => ({
      total,
      unpricedDays,
      brackets: [...labelsOf(brackets), null].flatMap((label) => {
        const group = byBracket.get(label)
        return group ? [{ label, ...group }] : []
      }),
      activities: [...byActivity].map(([activityId, group]) => ({ activityId, ...group })),
      homes: homes.toSorted((one, other) => riseOf(other) - riseOf(one)),
    }),
  }
}

const noHomes: ComparedGroup = { ...nothing, families: 0, up: 0, down: 0 }

const withHome = ({ families, up, down, ...amounts }: ComparedGroup, own: ComparedAmounts): ComparedGroup => {
  const rise = riseOf(own)
  return {
    ...plus(amounts, own),
    families: families + 1,
    up: up + Number(rise > 0),
    down: down + Number(rise < 0),
  }
}

const addParts = <Key>(
  groups: Map<Key, ComparedGroup>,
  parts: readonly ComparedPart[],
  keyOfPart: (part: ComparedPart) => Key,
): void => {
  for (const [key, own] of Map.groupBy(parts, keyOfPart))
    groups.set(key, withHome(groups.get(key) ?? noHomes, own.reduce<ComparedAmounts>(plus, nothing)))
}

/** What homes pay more, themselves; negative for less. */
export const riseOf = ({
  paidBeforeCents,
  paidAfterCents,
}: Pick<ComparedAmounts, 'paidBeforeCents' | 'paidAfterCents'>) => paidAfterCents - paidBeforeCents

/** The greatest rise and fall for one home in a year, as a sentence. @param homes the greatest rise first */
export const extremesText = (homes: readonly Parameters<typeof riseOf>[0][]): string => {
  const rises = homes.map(riseOf)
  const [most = 0, least = 0] = [rises[0], rises.at(-1)]
  const rise = `la plus forte hausse d’une famille est de ${formatEuros(most)}`
  const fall = `la plus forte baisse d’une famille est de ${formatEuros(-least)}`
  if (most > 0 && least < 0) return `Sur l’année, ${rise}, ${fall.replace(' d’une famille', '')}.`
  if (most > 0) return `Sur l’année, ${rise}\u00a0; aucune ne paie moins.`
  return least < 0
    ? `Sur l’année, ${fall}\u00a0; aucune ne paie plus.`
    : 'Sur l’année, aucune famille ne paie plus ni moins.'
}

/** The name of the homes whose quotient is not known. */
export const unknownQuotientText = 'Sans quotient connu'

const everyQuotient = 'Tous les quotients'

const labelsOf = (brackets: readonly Bracket[]): string[] =>
  brackets.length === 0 ? [everyQuotient] : brackets.map(bracketText)

/** @returns the bracket of a quotient, by its label; null without a known quotient */
const bracketFinder = (brackets: readonly Bracket[]): ((familyQuotient: number | null) => string | null) => {
  const labels = labelsOf(brackets)
  return (familyQuotient) => {
    if (familyQuotient === null) return null
    return labels[brackets.length === 0 ? 0 : bracketIndex(brackets, familyQuotient)] ?? null
  }
}

/** Each tariff with its definition on one side. Parts that share a tariff have to share the object. */
const tariffsAlways = (definitions: Compared['before']): ((tariff: Tariff) => Tariff) => {
  const made = new Map<Tariff['id'], Tariff>()
  return ({ id, label }) => {
    const definition = definitions.get(id)
    const tariff = made.get(id) ?? { id, label, versions: definition ? [{ ...definition, from: always }] : [] }
    made.set(id, tariff)
    return tariff
  }
}

const always = day('1900-01-01')

const errorsOf = (months: readonly PricedHomeMonth[], compared: ReadonlySet<number>): string[] =>
  months.flatMap(({ priced }) =>
    priced.errors.flatMap((error) => (compared.has(error.activityId) ? error.days.map((on) => keyOf(error, on)) : [])),
  )

const keyOf = ({ childId, activityId }: { childId: number; activityId: number }, on: string): string =>
  `${childId} ${activityId} ${on}`
