import { compareTexts } from '../../collections.ts'
import type { Day } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { monthText } from '../text/french.ts'
import { membershipLine, priceDays } from './price.ts'
import type { ChargeableDay, Deducted, PriceBasis, Priced, PriceLine, PriceRequest } from './price-terms.ts'
import { rankAmong, type Sibling } from './siblings.ts'
import { type Membership, type Tariff, type TariffVersion, versionOn, yearStart } from './tariff.ts'
import { capNames, membershipPerNames } from './tariff-words.ts'

/** The days of one child in one activity. */
export type HomePart = {
  readonly childId: number
  readonly activityId: number
  /** The activity's name. */
  readonly activity: string
  readonly tariff: Tariff | null
  readonly days: readonly ChargeableDay[]
}

export type HomeRequest = Pick<PriceRequest, 'familyQuotients' | 'residence'> & {
  /** Every child of the home, billed or not. */
  readonly siblings: readonly Sibling[]
  readonly parts: readonly HomePart[]
  /** What issued papers say of the home already: for what is due once a year, or up to a sum. Credit notes negative. */
  readonly earlier: readonly EarlierLine[]
}

export type EarlierLine = {
  readonly childId: number
  /** The tariff of its activity. */
  readonly tariffId: string
  readonly unitCents: Cents
  /** Negative on a credit note. */
  readonly quantity: number
  readonly days: readonly Day[]
  readonly basis: Pick<PriceBasis, 'deduction' | 'membership' | 'minimum' | 'lateCancellation'>
}

type PricedPart = Priced & { readonly childId: number; readonly activityId: number }

/** Whether `earlier` matters to these tariffs: else nobody need read it. */
export const looksBack = (tariff: Tariff): boolean =>
  tariff.versions.some(
    ({ membership, minimum, deductions }) => membership || minimum || deductions?.some(({ cap }) => cap !== null),
  )

export const hasSiblingRule = (tariff: Tariff): boolean => tariff.versions.some(({ siblings }) => siblings)

/** What the price of days alone leaves out of this version, a sentence each: told beside an estimate. */
export const leftOut = ({ membership, minimum, deductions }: TariffVersion): string[] => [
  ...(membership
    ? [
        `«\u00a0${membership.label}\u00a0» s’ajoute une fois par an, par ${membershipPerNames[membership.per]}\u00a0: ce n’est pas compté ici.`,
      ]
    : []),
  ...(minimum ? [`Un mois facturé coûte au moins ${formatEuros(minimum.cents)}.`] : []),
  ...(deductions ?? []).flatMap(({ label, cap }) =>
    cap
      ? [
          `«\u00a0${label}\u00a0» s’arrête à ${formatEuros(cap.cents)} par ${capNames[cap.per]}\u00a0: ce plafond n’est pas compté ici.`,
        ]
      : [],
  ),
]

/**
 * Prices what a home owes, its children together: each part by `priceDays`, then what no part knows alone, the
 * membership of the year, the ceilings of deductions across activities and the least that a month costs. Children the
 * eldest first, activities by name, whatever the order they come in.
 */
export const priceHome = (
  request: HomeRequest,
): { readonly parts: readonly PricedPart[]; readonly totalCents: Cents } => {
  const births = new Map(request.siblings.map(({ id, birth }) => [id, birth]))
  const birthOf = (childId: number) => births.get(childId) ?? ''
  const asked = request.parts.toSorted(
    (a, b) =>
      compareTexts(birthOf(a.childId), birthOf(b.childId)) ||
      a.childId - b.childId ||
      a.activity.localeCompare(b.activity, 'fr') ||
      a.activityId - b.activityId,
  )
  const deducted = new Map<string, Deducted[]>()
  const parts = asked.map((part): Draft => {
    const { childId, activityId, activity, tariff, days } = part
    const seen = tariff && looksBack(tariff) ? deductedOf(request.earlier, tariff.id, childId, deducted) : undefined
    const priced = priceDays({
      activity,
      tariff,
      familyQuotients: request.familyQuotients,
      residence: request.residence,
      days,
      ...(tariff && hasSiblingRule(tariff) && { rankOn: rankAmong(request.siblings, childId) }),
      ...(seen && { deducted: seen }),
    })
    if (seen) seen.push(...priced.lines.flatMap(asDeducted))
    return { childId, activityId, tariff, priced, added: [] }
  })
  for (const [tariff, own] of Map.groupBy(parts, (part) => part.tariff)) {
    if (!tariff || !looksBack(tariff)) continue
    addMemberships(request, tariff, own)
    addMinimum(request, tariff, own)
  }
  const made = parts.map(({ childId, activityId, priced, added }): PricedPart => {
    const extra = added.reduce((sum, { totalCents }) => sum + totalCents, 0)
    return { ...priced, childId, activityId, lines: [...priced.lines, ...added], totalCents: priced.totalCents + extra }
  })
  return { parts: made, totalCents: made.reduce((sum, { totalCents }) => sum + totalCents, 0) }
}

type Draft = {
  readonly childId: number
  readonly activityId: number
  readonly tariff: Tariff | null
  readonly priced: Priced
  readonly added: PriceLine[]
}

const deductedOf = (
  earlier: readonly EarlierLine[],
  tariffId: string,
  childId: number,
  known: Map<string, Deducted[]>,
): Deducted[] => {
  const key = `${tariffId} ${childId}`
  const found =
    known.get(key) ??
    earlier.filter((line) => line.tariffId === tariffId && line.childId === childId).flatMap(asDeducted)
  known.set(key, found)
  return found
}

const asDeducted = ({
  basis,
  days,
  unitCents,
  quantity,
}: Pick<EarlierLine, 'basis' | 'days' | 'unitCents' | 'quantity'>) =>
  basis.deduction === undefined
    ? []
    : days.map((day): Deducted => ({ label: basis.deduction ?? '', day, cents: -unitCents * Math.sign(quantity) }))

/** The child that owes it; empty where it is the home, once for all its children. */
const owedBy = ({ per }: Membership, childId: number): number | '' => {
  switch (per) {
    case 'child':
      return childId
    case 'family':
      return ''
  }
}

/** Once for each child, or for the home, in each year that has a billed day. */
const addMemberships = (request: HomeRequest, tariff: Tariff, parts: readonly Draft[]): void => {
  const firsts = new Map<string, { on: Day; part: Draft; version: TariffVersion }>()
  for (const part of parts) {
    for (const on of part.priced.lines.flatMap((line) => (line.basis.lateCancellation ? [] : line.days))) {
      const version = versionOn(tariff, on)
      if (!version?.membership) continue
      const key = `${yearStart(version.membership.year, on)} ${owedBy(version.membership, part.childId)}`
      const known = firsts.get(key)
      if (!known || on < known.on) firsts.set(key, { on, part, version })
    }
  }
  for (const { on, part, version } of firsts.values()) {
    const { membership } = version
    if (!membership) continue
    const start = yearStart(membership.year, on)
    const paid = request.earlier.reduce(
      (sum, line) =>
        line.tariffId === tariff.id &&
        line.basis.membership === start &&
        owedBy(membership, line.childId) === owedBy(membership, part.childId)
          ? sum + line.quantity
          : sum,
      0,
    )
    if (paid <= 0) part.added.push(membershipLine(version, membership, request, on))
  }
}

/**
 * For each month, over all the children of the home, what earlier papers billed of that month counted in. What one of them
 * made up is given back as far as the month costs more by now: billed at once or in parts, it costs the same.
 */
const addMinimum = (request: HomeRequest, tariff: Tariff, parts: readonly Draft[]): void => {
  const months = new Map<string, { cents: Cents; last: Day; isAttended: boolean }>()
  for (const { unitCents, days, basis } of parts.flatMap(({ priced, added }) => [...priced.lines, ...added])) {
    for (const on of days) {
      const month = on.slice(0, 7)
      const known = months.get(month)
      months.set(month, {
        cents: (known?.cents ?? 0) + unitCents,
        last: known && known.last > on ? known.last : on,
        isAttended: known?.isAttended === true || !basis.lateCancellation,
      })
    }
  }
  for (const [month, { cents, last, isAttended }] of months) {
    const version = versionOn(tariff, last)
    const [first] = parts
    if (!version?.minimum || !first || cents <= 0) continue
    const earlier = request.earlier.filter(({ tariffId }) => tariffId === tariff.id)
    const before = billedIn(month, earlier)
    const madeUp = billedIn(
      month,
      earlier.filter(({ basis }) => basis.minimum),
    )
    // Days that were all cancelled ask for no minimum: late cancellations only count in one that is due.
    if (!isAttended && madeUp === 0) continue
    const missing = version.minimum.cents - before - cents
    const due = missing > 0 ? missing : 0 - Math.max(0, Math.min(madeUp, 0 - missing))
    if (due === 0) continue
    const part = parts.find(({ priced }) => priced.lines.some(({ days }) => days.includes(last))) ?? first
    const like = part.priced.lines[0]?.basis
    part.added.push({
      ...minimumLine(last, {
        familyQuotient: like?.familyQuotient ?? null,
        resident: like?.resident ?? false,
        example: version.example,
      }),
      quantity: 1,
      unitCents: due,
      totalCents: due,
      explanation:
        due > 0
          ? `${limitText(last, version.minimum.cents)} → complément ${formatEuros(due)}`
          : `${monthText(last)} dépasse le minimum de ${formatEuros(version.minimum.cents)} → complément rendu ${formatEuros(due)}`,
    })
  }
}

const minimumLine = (on: Day, basis: Pick<PriceBasis, 'familyQuotient' | 'resident' | 'example'>) => ({
  label: 'Minimum de facturation',
  unit: { one: 'complément', many: 'compléments' },
  fiscal: 'autre' as const,
  days: [on],
  cells: [],
  basis: { ...basis, bracket: null, minimum: true as const },
})

/** One credit note that is to be made, by the sums that its minimums may change. */
export type MinimumBearer = {
  /** What its days give back, above zero. */
  readonly creditCents: Cents
  /** Of the invoice it corrects, once its days are given back; below zero where that is more than the invoice asks. */
  readonly leftCents: Cents
}

/**
 * The minimum is for what a home pays in the end: a month of which a day stays billed costs it still, so that credit notes
 * give back less (`cents` above zero); of a month of which none stays, what was made up goes back (below zero).
 * @param billed of the tariff: what was issued, and what the notes give back, their minimums left out
 */
export const minimumAfterCredit = (
  tariff: Tariff,
  month: string,
  billed: readonly EarlierLine[],
): { readonly cents: Cents; readonly leastCents: Cents | null } => {
  const left = new Map<Day, number>()
  for (const { days, quantity, unitCents, basis } of billed) {
    const isDay = unitCents > 0 && !basis.minimum && !basis.membership && !basis.lateCancellation
    for (const on of isDay ? days : [])
      if (on.startsWith(month)) left.set(on, (left.get(on) ?? 0) + Math.sign(quantity))
  }
  const last = [...left]
    .flatMap(([on, count]) => (count > 0 ? [on] : []))
    .toSorted()
    .at(-1)
  const madeUp = billedIn(
    month,
    billed.filter(({ basis }) => basis.minimum),
  )
  const cents = billedIn(month, billed) - madeUp
  if (last === undefined || cents <= 0) return { cents: 0 - madeUp, leastCents: null }
  const leastCents = versionOn(tariff, last)?.minimum?.cents ?? 0
  return { cents: Math.max(0, leastCents - cents - madeUp), leastCents }
}

/**
 * What each credit note takes of it: none asks for more than it gives back, none gives back more than its invoice asks.
 * In their order.
 */
export const spreadMinimum = (cents: Cents, bearers: readonly MinimumBearer[]): Cents[] => {
  const forced = bearers.map(({ leftCents }) => Math.max(0, 0 - leftCents))
  let rest = forced.reduce((sum, one) => sum - one, cents)
  return bearers.map(({ creditCents, leftCents }, index) => {
    const own = forced[index] ?? 0
    const more =
      rest > 0 ? Math.min(rest, Math.max(0, creditCents - own)) : 0 - Math.min(0 - rest, Math.max(0, leftCents))
    rest -= more
    return own + more
  })
}

/** The line of a credit note that carries it; `leastCents` null: no day of the month stays billed. */
export const creditedMinimumLine = (
  on: Day,
  cents: Cents,
  leastCents: Cents | null,
  like: Pick<PriceBasis, 'familyQuotient' | 'resident' | 'example'>,
): PriceLine => ({
  ...minimumLine(on, like),
  quantity: Math.sign(cents),
  unitCents: Math.abs(cents),
  totalCents: cents,
  explanation:
    cents < 0
      ? `${monthText(on)} → complément rendu ${formatEuros(0 - cents)}`
      : leastCents === null
        ? `${monthText(on)} → complément rendu déjà ${formatEuros(cents)}`
        : `${limitText(on, leastCents)} → avoir diminué de ${formatEuros(cents)}`,
})

/** « minimum de 20,00 € pour novembre 2026 » */
export const limitText = (on: Day, leastCents: Cents): string =>
  `minimum de ${formatEuros(leastCents)} pour ${monthText(on)}`

const billedIn = (month: string, lines: readonly EarlierLine[]): Cents =>
  lines.reduce(
    (sum, { days, unitCents, quantity }) =>
      sum + days.filter((on) => on.startsWith(month)).length * unitCents * Math.sign(quantity),
    0,
  )
