import { compareTexts } from '../../collections.ts'
import type { Day } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { monthText } from '../text/french.ts'
import { membershipLine, priceDays } from './price.ts'
import type { ChargeableDay, Deducted, Priced, PriceGrounds, PriceLine, PriceRequest } from './price-terms.ts'
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
  /** All children of the home, billed or not. */
  readonly siblings: readonly Sibling[]
  readonly parts: readonly HomePart[]
  /**
   * Lines of the home's issued papers, to know what was already charged of a yearly membership or deducted towards a
   * cap. Negative on credit notes.
   */
  readonly earlier: readonly EarlierLine[]
}

export type EarlierLine = {
  readonly childId: number
  /** The id of the tariff of the activity. */
  readonly tariffId: string
  readonly unitCents: Cents
  /** Negative on a credit note. */
  readonly quantity: number
  readonly days: readonly Day[]
  readonly basis: Pick<PriceGrounds, 'deduction' | 'membership' | 'minimum' | 'lateCancellation'>
}

type PricedPart = Priced & { readonly childId: number; readonly activityId: number }

/** Whether the tariff needs `earlier`; if not, these lines need not be read. */
export const needsEarlierLines = (tariff: Tariff): boolean =>
  tariff.versions.some(
    ({ membership, minimum, deductions }) => membership || minimum || deductions?.some(({ cap }) => cap !== null),
  )

export const hasSiblingRule = (tariff: Tariff): boolean => tariff.versions.some(({ siblings }) => siblings)

/**
 * Texts about costs that an estimate by days does not include under this version, one sentence each, shown next to the
 * estimate.
 */
export const notIncludedTexts = ({ membership, minimum, deductions }: TariffVersion): string[] => [
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
 * Prices the days of all children of a home: each part by `priceDays`, then what depends on several parts: the yearly
 * membership, deduction caps across activities, and the monthly minimum. Parts are ordered by child, the eldest first,
 * then by activity name, so that the input order does not matter.
 */
export const priceHome = (
  request: HomeRequest,
): { readonly parts: readonly PricedPart[]; readonly totalCents: Cents } => {
  const births = new Map(request.siblings.map(({ id, birth }) => [id, birth]))
  const birthOf = (childId: number) => births.get(childId) ?? ''
  const sortedParts = request.parts.toSorted(
    (a, b) =>
      compareTexts(birthOf(a.childId), birthOf(b.childId)) ||
      a.childId - b.childId ||
      a.activity.localeCompare(b.activity, 'fr') ||
      a.activityId - b.activityId,
  )
  const deducted = new Map<string, Deducted[]>()
  const parts = sortedParts.map((part): Draft => {
    const { childId, activityId, activity, tariff, days } = part
    const deductedSoFar =
      tariff && needsEarlierLines(tariff) ? deductedBefore(request.earlier, tariff.id, childId, deducted) : undefined
    const priced = priceDays({
      activity,
      tariff,
      familyQuotients: request.familyQuotients,
      residence: request.residence,
      days,
      ...(tariff && hasSiblingRule(tariff) && { rankOn: rankAmong(request.siblings, childId) }),
      ...(deductedSoFar && { deducted: deductedSoFar }),
    })
    if (deductedSoFar) deductedSoFar.push(...priced.lines.flatMap(deductedByLine))
    return { childId, activityId, tariff, priced, added: [] }
  })
  for (const [tariff, tariffParts] of Map.groupBy(parts, (part) => part.tariff)) {
    if (!tariff || !needsEarlierLines(tariff)) continue
    addMemberships(request, tariff, tariffParts)
    addMinimum(request, tariff, tariffParts)
  }
  const pricedParts = parts.map(({ childId, activityId, priced, added }): PricedPart => {
    const addedCents = added.reduce((sum, { totalCents }) => sum + totalCents, 0)
    return {
      ...priced,
      childId,
      activityId,
      lines: [...priced.lines, ...added],
      totalCents: priced.totalCents + addedCents,
    }
  })
  return { parts: pricedParts, totalCents: pricedParts.reduce((sum, { totalCents }) => sum + totalCents, 0) }
}

type Draft = {
  readonly childId: number
  readonly activityId: number
  readonly tariff: Tariff | null
  readonly priced: Priced
  readonly added: PriceLine[]
}

const deductedBefore = (
  earlier: readonly EarlierLine[],
  tariffId: string,
  childId: number,
  cache: Map<string, Deducted[]>,
): Deducted[] => {
  const key = `${tariffId} ${childId}`
  const found =
    cache.get(key) ??
    earlier.filter((line) => line.tariffId === tariffId && line.childId === childId).flatMap(deductedByLine)
  cache.set(key, found)
  return found
}

const deductedByLine = ({
  basis,
  days,
  unitCents,
  quantity,
}: Pick<EarlierLine, 'basis' | 'days' | 'unitCents' | 'quantity'>) =>
  basis.deduction === undefined
    ? []
    : days.map((day): Deducted => ({ label: basis.deduction ?? '', day, cents: -unitCents * Math.sign(quantity) }))

/** The child that owes the membership; empty when the home owes it once for all its children. */
const owedBy = ({ per }: Membership, childId: number): number | '' => {
  switch (per) {
    case 'child':
      return childId
    case 'family':
      return ''
  }
}

/** Adds the membership once per child, or per home, for each year with a billed day. */
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
 * Adds the supplement up to the monthly minimum, over all children of the home and including earlier papers of the
 * month. A supplement billed before is returned as far as the month now costs more: billed at once or in parts, a month
 * costs the same.
 */
const addMinimum = (request: HomeRequest, tariff: Tariff, parts: readonly Draft[]): void => {
  const months = new Map<string, { cents: Cents; last: Day; isAttended: boolean }>()
  for (const { unitCents, days, basis } of parts.flatMap(({ priced, added }) => [...priced.lines, ...added])) {
    for (const on of days) {
      const month = on.slice(0, 7)
      const existing = months.get(month)
      months.set(month, {
        cents: (existing?.cents ?? 0) + unitCents,
        last: existing && existing.last > on ? existing.last : on,
        isAttended: existing?.isAttended === true || !basis.lateCancellation,
      })
    }
  }
  for (const [month, { cents, last, isAttended }] of months) {
    const version = versionOn(tariff, last)
    const [first] = parts
    if (!version?.minimum || !first || cents <= 0) continue
    const earlier = request.earlier.filter(({ tariffId }) => tariffId === tariff.id)
    const billedBefore = billedIn(month, earlier)
    const madeUp = billedIn(
      month,
      earlier.filter(({ basis }) => basis.minimum),
    )
    // A month with late cancellations only has no minimum; they count towards the minimum of a month with attendance.
    if (!isAttended && madeUp === 0) continue
    const missing = version.minimum.cents - billedBefore - cents
    const due = missing > 0 ? missing : 0 - Math.max(0, Math.min(madeUp, 0 - missing))
    if (due === 0) continue
    const part = parts.find(({ priced }) => priced.lines.some(({ days }) => days.includes(last))) ?? first
    const basis = part.priced.lines[0]?.basis
    part.added.push({
      ...minimumLine(last, {
        familyQuotient: basis?.familyQuotient ?? null,
        resident: basis?.resident ?? false,
        example: version.example,
      }),
      quantity: 1,
      unitCents: due,
      totalCents: due,
      explanation:
        due > 0
          ? `${minimumText(last, version.minimum.cents)} → complément ${formatEuros(due)}`
          : `${monthText(last)} dépasse le minimum de ${formatEuros(version.minimum.cents)} → complément rendu ${formatEuros(due)}`,
    })
  }
}

const minimumLine = (on: Day, basis: Pick<PriceGrounds, 'familyQuotient' | 'resident' | 'example'>) => ({
  label: 'Minimum de facturation',
  unit: { one: 'complément', many: 'compléments' },
  fiscal: 'autre' as const,
  days: [on],
  cells: [],
  basis: { ...basis, bracket: null, minimum: true as const },
})

/** The sums of a credit note in preparation that limit its share of the minimum. */
export type CreditNoteSums = {
  /** The amount that the days of the note return, positive. */
  readonly creditCents: Cents
  /**
   * The amount of the corrected invoice that remains after its days are returned; negative if they exceed the invoice.
   */
  readonly leftCents: Cents
}

/**
 * How credit notes change the monthly minimum. A month with a day that stays billed still costs the minimum, so the
 * notes return less (`cents` positive); for a month without any, the supplement is returned (`cents` negative).
 * @param billed lines of the tariff: those issued, and those of the notes without their minimums
 */
export const minimumAfterCredit = (
  tariff: Tariff,
  month: string,
  billed: readonly EarlierLine[],
): { readonly cents: Cents; readonly leastCents: Cents | null } => {
  const unitsByDay = new Map<Day, number>()
  for (const { days, quantity, unitCents, basis } of billed) {
    const isDay = unitCents > 0 && !basis.minimum && !basis.membership && !basis.lateCancellation
    for (const on of isDay ? days : [])
      if (on.startsWith(month)) unitsByDay.set(on, (unitsByDay.get(on) ?? 0) + Math.sign(quantity))
  }
  const last = [...unitsByDay]
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
 * Shares the change of the minimum among the credit notes, in order: no note charges more than it returns, and none
 * returns more than its invoice.
 */
export const spreadMinimum = (cents: Cents, creditNotes: readonly CreditNoteSums[]): Cents[] => {
  const minimumShares = creditNotes.map(({ leftCents }) => Math.max(0, 0 - leftCents))
  let rest = minimumShares.reduce((sum, one) => sum - one, cents)
  return creditNotes.map(({ creditCents, leftCents }, index) => {
    const share = minimumShares[index] ?? 0
    const more =
      rest > 0 ? Math.min(rest, Math.max(0, creditCents - share)) : 0 - Math.min(0 - rest, Math.max(0, leftCents))
    rest -= more
    return share + more
  })
}

/**
 * The line of a credit note for its share of the minimum; `leastCents` is null when no day of the month stays billed.
 */
export const creditedMinimumLine = (
  on: Day,
  cents: Cents,
  leastCents: Cents | null,
  like: Pick<PriceGrounds, 'familyQuotient' | 'resident' | 'example'>,
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
        : `${minimumText(on, leastCents)} → avoir diminué de ${formatEuros(cents)}`,
})

/** « minimum de 20,00 € pour novembre 2026 » */
export const minimumText = (on: Day, leastCents: Cents): string =>
  `minimum de ${formatEuros(leastCents)} pour ${monthText(on)}`

const billedIn = (month: string, lines: readonly EarlierLine[]): Cents =>
  lines.reduce(
    (sum, { days, unitCents, quantity }) =>
      sum + days.filter((on) => on.startsWith(month)).length * unitCents * Math.sign(quantity),
    0,
  )
