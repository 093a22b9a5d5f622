import { day } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { bracketIndex } from './bracket.ts'
import { sumOfLines } from './price.ts'
import { byMonth, priceMonths, type SpanRequest } from './span-price.ts'
import type { Tariff, TariffVersion } from './tariff.ts'

type Definition = Omit<TariffVersion, 'from'>

type ComparedBracket = {
  /** The bracket's label in the new table; null for homes without a known quotient. */
  readonly label: string | null
  /** Homes; one whose quotient changed during the year counts in each of its brackets. */
  readonly families: number
  readonly beforeCents: Cents
  readonly afterCents: Cents
}

export type Comparison = {
  readonly families: number
  readonly beforeCents: Cents
  readonly afterCents: Cents
  readonly up: number
  readonly down: number
  readonly same: number
  /** The greatest rise and the greatest fall for one home in a year. */
  readonly mostUpCents: Cents
  readonly mostDownCents: Cents
  readonly brackets: readonly ComparedBracket[]
  /** Days that one of the two versions cannot price: excluded from both totals. */
  readonly unpricedDays: number
}

/** Compares what the same days would cost each home under two versions of a tariff, whatever their dates. */
export const createComparison = (current: Definition, proposed: Definition) => {
  const versions = [tariffAlways(current), tariffAlways(proposed)] as const
  const sums = new Map<string | null, { families: Set<number>; beforeCents: Cents; afterCents: Cents }>()
  const totals = { families: 0, beforeCents: 0, afterCents: 0, up: 0, down: 0, same: 0, unpricedDays: 0 }
  let mostUpCents = 0
  let mostDownCents = 0
  return {
    add(familyId: number, home: Omit<SpanRequest, 'month' | 'taken'>): void {
      const unpriced = new Set<string>()
      const price = (tariff: Tariff, without: ReadonlySet<string>) =>
        priceMonths(
          byMonth({
            ...home,
            parts: home.parts.map((part) => ({
              ...part,
              tariff,
              days: part.days.filter((one) => !without.has(keyOf(part, one.day))),
            })),
          }),
        )
      const whole = versions.map((tariff) => price(tariff, new Set()))
      for (const error of whole.flat().flatMap(({ errors }) => errors))
        for (const on of error.days) unpriced.add(keyOf(error, on))
      const [currentPrice = [], proposedPrice = []] =
        unpriced.size === 0 ? whole : versions.map((tariff) => price(tariff, unpriced))
      totals.unpricedDays += unpriced.size
      totals.families += 1
      const [beforeCents, afterCents] = [sumOfLines(currentPrice), sumOfLines(proposedPrice)]
      totals.beforeCents += beforeCents
      totals.afterCents += afterCents
      const change = afterCents - beforeCents
      totals[change > 0 ? 'up' : change < 0 ? 'down' : 'same'] += 1
      mostUpCents = Math.max(mostUpCents, change)
      mostDownCents = Math.min(mostDownCents, change)
      for (const [side, priced] of [
        ['beforeCents', currentPrice],
        ['afterCents', proposedPrice],
      ] as const) {
        for (const { basis, totalCents } of priced.flatMap(({ charges }) => charges)) {
          const label = labelOf(proposed, basis.familyQuotient)
          const sum = sums.get(label) ?? { families: new Set(), beforeCents: 0, afterCents: 0 }
          sum.families.add(familyId)
          sum[side] += totalCents
          sums.set(label, sum)
        }
      }
    },
    result: (): Comparison => ({
      ...totals,
      mostUpCents,
      mostDownCents,
      brackets: [
        ...proposed.brackets.map(({ label }) => label),
        ...(proposed.brackets.length === 0 ? [everyQuotient] : []),
        null,
      ].flatMap((label): ComparedBracket[] => {
        const sum = sums.get(label)
        return sum ? [{ label, ...sum, families: sum.families.size }] : []
      }),
    }),
  }
}

/** The greatest rise and fall for one home in a year, as a sentence. */
export const extremesText = ({ up, down, mostUpCents, mostDownCents }: Comparison): string => {
  const rise = `la plus forte hausse d’une famille est de ${formatEuros(mostUpCents)}`
  const fall = `la plus forte baisse d’une famille est de ${formatEuros(-mostDownCents)}`
  if (up > 0 && down > 0) return `Sur l’année, ${rise}, ${fall.replace(' d’une famille', '')}.`
  if (up > 0) return `Sur l’année, ${rise}\u00a0; aucune ne paie moins.`
  return down > 0
    ? `Sur l’année, ${fall}\u00a0; aucune ne paie plus.`
    : 'Sur l’année, aucune famille ne paie plus ni moins.'
}

const everyQuotient = 'Tous les quotients'

const tariffAlways = (definition: Definition): Tariff => ({
  id: 'compared',
  label: '',
  versions: [{ ...definition, from: day('1900-01-01') }],
})

const labelOf = ({ brackets }: Definition, familyQuotient: number | null): string | null => {
  if (familyQuotient === null) return null
  return brackets.length === 0 ? everyQuotient : (brackets[bracketIndex(brackets, familyQuotient)]?.label ?? null)
}

const keyOf = ({ childId, activityId }: { childId: number; activityId: number }, on: string): string =>
  `${childId} ${activityId} ${on}`
