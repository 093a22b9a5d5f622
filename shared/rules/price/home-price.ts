import type { Day } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { monthText } from '../text/french.ts'
import { membershipLine, sumOfLines } from './price.ts'
import { ceilingKey } from './price-deductions.ts'
import type { Priced, PriceGrounds, PriceLine } from './price-terms.ts'
import {
  firstDaysOfYears,
  groundsOf,
  minimumLine,
  minimumText,
  type PartDraft,
  pricedParts,
  type SpanRequest,
} from './span-price.ts'
import { type Tariff, versionOn } from './tariff.ts'

/*
 * Prices some days of a home beside those that issued papers bill already. Runs that bill by difference price whole
 * months by `priceSpan` instead, and need none of this.
 */

export type HomeRequest = Pick<SpanRequest, 'familyQuotients' | 'residence' | 'siblings' | 'parts'> & {
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

/**
 * Prices the days of all children of a home: each part, then what depends on several parts: deduction caps across
 * activities, the yearly membership, and the monthly minimum.
 */
export const priceHome = (
  request: HomeRequest,
): { readonly parts: readonly PricedPart[]; readonly totalCents: Cents } => {
  const parts = pricedParts(request, (tariff, childId, deductAfter) => {
    deductAfter(
      deductedBefore(request.earlier.filter((line) => line.tariffId === tariff.id && line.childId === childId)),
    )
  })
  for (const [tariff, tariffParts] of Map.groupBy(parts, (part) => part.tariff)) {
    if (!tariff || !needsEarlierLines(tariff)) continue
    addMemberships(request, tariff, tariffParts)
    addMinimum(request, tariff, tariffParts)
  }
  const finished = parts.map(({ childId, activityId, priced, added }): PricedPart => {
    const lines = [...priced.lines, ...added]
    return { ...priced, childId, activityId, lines, totalCents: sumOfLines(lines) }
  })
  return { parts: finished, totalCents: sumOfLines(finished) }
}

/** What earlier papers deducted from each ceiling. */
const deductedBefore = (lines: readonly EarlierLine[]): ReadonlyMap<string, Cents> => {
  const sums = new Map<string, Cents>()
  for (const { basis, days, unitCents, quantity } of lines) {
    const { deduction } = basis
    if (deduction === undefined) continue
    for (const on of days)
      for (const per of ['month', 'schoolYear'] as const) {
        const key = ceilingKey(deduction, per, on)
        sums.set(key, (sums.get(key) ?? 0) - unitCents * Math.sign(quantity))
      }
  }
  return sums
}

/** Adds the membership once per child, or per home, for each year with a billed day. */
const addMemberships = (request: HomeRequest, tariff: Tariff, parts: readonly PartDraft[]): void => {
  for (const { on, part, version, membership, start } of firstDaysOfYears(tariff, parts)) {
    const paid = request.earlier.reduce(
      (sum, line) =>
        line.tariffId === tariff.id &&
        line.basis.membership === start &&
        (membership.per === 'family' || line.childId === part.childId)
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
const addMinimum = (request: HomeRequest, tariff: Tariff, parts: readonly PartDraft[]): void => {
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
    part.added.push({
      ...minimumLine(last, groundsOf(part, version)),
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

const billedIn = (month: string, lines: readonly EarlierLine[]): Cents =>
  lines.reduce(
    (sum, { days, unitCents, quantity }) =>
      sum + days.filter((on) => on.startsWith(month)).length * unitCents * Math.sign(quantity),
    0,
  )
