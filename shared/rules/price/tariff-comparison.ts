import { day } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { bracketIndex } from './bracket.ts'
import { type HomeRequest, priceHome } from './home-price.ts'
import type { Tariff, TariffVersion } from './tariff.ts'

type Definition = Omit<TariffVersion, 'from'>

type ComparedBracket = {
  /** As the new table prints it; null: no quotient known. */
  readonly label: string | null
  /** A home whose quotient changed in the year counts in each of its tranches. */
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
  /** The home that would pay most more, and most less, in a year. */
  readonly mostUpCents: Cents
  readonly mostDownCents: Cents
  readonly brackets: readonly ComparedBracket[]
  /** Days that one of the two has no price for: they are in neither total. */
  readonly unpricedDays: number
}

/** What the same days would have cost each home under two versions of a tariff, whatever their dates. */
export const comparing = (before: Definition, after: Definition) => {
  const versions = [always(before), always(after)] as const
  const sums = new Map<string | null, { families: Set<number>; beforeCents: Cents; afterCents: Cents }>()
  const whole = { families: 0, beforeCents: 0, afterCents: 0, up: 0, down: 0, same: 0, unpricedDays: 0 }
  let mostUpCents = 0
  let mostDownCents = 0
  return {
    add(familyId: number, home: Omit<HomeRequest, 'earlier'>): void {
      const unpriced = new Set<string>()
      const price = (tariff: Tariff, without: ReadonlySet<string>) =>
        priceHome({
          ...home,
          earlier: [],
          parts: home.parts.map((part) => ({
            ...part,
            tariff,
            days: part.days.filter((one) => !without.has(keyOf(part, one.day))),
          })),
        })
      for (const tariff of versions)
        for (const part of price(tariff, new Set()).parts)
          for (const { days } of part.errors) for (const on of days) unpriced.add(keyOf(part, on))
      const [old, now] = [price(versions[0], unpriced), price(versions[1], unpriced)]
      whole.unpricedDays += unpriced.size
      whole.families += 1
      whole.beforeCents += old.totalCents
      whole.afterCents += now.totalCents
      const change = now.totalCents - old.totalCents
      whole[change > 0 ? 'up' : change < 0 ? 'down' : 'same'] += 1
      mostUpCents = Math.max(mostUpCents, change)
      mostDownCents = Math.min(mostDownCents, change)
      for (const [side, priced] of [
        ['beforeCents', old],
        ['afterCents', now],
      ] as const) {
        for (const { basis, totalCents } of priced.parts.flatMap(({ lines }) => lines)) {
          const label = labelOf(after, basis.familyQuotient)
          const sum = sums.get(label) ?? { families: new Set(), beforeCents: 0, afterCents: 0 }
          sum.families.add(familyId)
          sum[side] += totalCents
          sums.set(label, sum)
        }
      }
    },
    result: (): Comparison => ({
      ...whole,
      mostUpCents,
      mostDownCents,
      brackets: [
        ...after.brackets.map(({ label }) => label),
        ...(after.brackets.length === 0 ? [everyQuotient] : []),
        null,
      ].flatMap((label): ComparedBracket[] => {
        const sum = sums.get(label)
        return sum ? [{ label, ...sum, families: sum.families.size }] : []
      }),
    }),
  }
}

/** What the homes that feel most of it would pay in a year. */
export const sayExtremes = ({ up, down, mostUpCents, mostDownCents }: Comparison): string => {
  const rise = `la plus forte hausse d’une famille est de ${formatEuros(mostUpCents)}`
  const fall = `la plus forte baisse d’une famille est de ${formatEuros(-mostDownCents)}`
  if (up > 0 && down > 0) return `Sur l’année, ${rise}, ${fall.replace(' d’une famille', '')}.`
  if (up > 0) return `Sur l’année, ${rise}\u00a0; aucune ne paie moins.`
  return down > 0
    ? `Sur l’année, ${fall}\u00a0; aucune ne paie plus.`
    : 'Sur l’année, aucune famille ne paie plus ni moins.'
}

const everyQuotient = 'Tous les quotients'

const always = (definition: Definition): Tariff => ({
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
