import { compareTexts } from '../../collections.ts'
import { addDays, addMonths, type Day, daysOfMonth, firstOfMonth, type Month, monthKey } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { monthText } from '../text/french.ts'
import { membershipLine, priceBeforeDeductions, sumOfLines } from './price.ts'
import { ceilingKey, deductInOrder } from './price-deductions.ts'
import { applyQuantities } from './price-quantity.ts'
import type {
  ChargeableSlot,
  DeclaredFacts,
  HomePart,
  Priced,
  PriceError,
  PriceGrounds,
  PriceLine,
  PriceRemark,
  PriceRequest,
  PriceWarning,
} from './price-terms.ts'
import { type RankFacts, rankAmong, type Sibling } from './siblings.ts'
import {
  hasForfaits,
  hasSiblingRule,
  type Membership,
  monthsAround,
  type Tariff,
  type TariffVersion,
  versionOn,
  yearStart,
} from './tariff.ts'

/** A span: all that a home owes for the days of one month, whatever the tariff, the child and the activity. */
export type SpanRequest = Pick<PriceRequest, 'familyQuotients' | 'residence'> &
  DeclaredFacts & {
    readonly month: Month
    /** All children of the home, billed or not. */
    readonly siblings: readonly Sibling[]
    /** All days of the month, of every child and activity. */
    readonly parts: readonly HomePart[]
    /** What the earlier months took of year accounts. */
    readonly taken: YearTakes
    /**
     * Monthly minimums that papers of the program's first version billed, by tariff: they replace that of the tariff
     * version.
     */
    readonly keptMinimums?: ReadonlyMap<Tariff['id'], Cents> | undefined
  }

/**
 * What months take of year accounts, by name: cents of a deduction's yearly ceiling or of a free line below zero, cents
 * and units of an aid's ceiling, 1 of a membership. A month that finds nothing left takes 0, so that it is priced again
 * once an earlier month takes less.
 */
export type YearTakes = Readonly<Record<string, number>>

/**
 * Names the year account of the year that begins on `start`. A membership that the home owes once for all has no child.
 */
export const yearAccount = (
  account:
    | { readonly kind: 'membership'; readonly tariffId: Tariff['id']; readonly childId: number | null }
    | { readonly kind: 'cap'; readonly tariffId: Tariff['id']; readonly childId: number; readonly label: string },
  start: Day,
): string => {
  switch (account.kind) {
    case 'membership':
      return `membership ${account.tariffId} ${account.childId ?? 0} ${start}`
    case 'cap':
      return `cap ${account.tariffId} ${account.childId} ${account.label} ${start}`
  }
}

/** Whether `yearAccount` named the account of a membership. */
export const isMembership = (account: string): boolean => account.startsWith('membership ')

export const addTakes = (taken: YearTakes, takes: YearTakes): YearTakes => {
  const sums = { ...taken }
  for (const [account, take] of Object.entries(takes)) sums[account] = (sums[account] ?? 0) + take
  return sums
}

type OfPart = { readonly childId: number; readonly activityId: number }

export type SpanCharge = PriceLine & OfPart & { readonly tariffId: Tariff['id'] }

export type SpanPrice = {
  /** By child, the eldest first, then by activity name. Only deductions are negative. */
  readonly charges: readonly SpanCharge[]
  readonly totalCents: Cents
  readonly takes: YearTakes
  readonly remarks: readonly (PriceRemark & OfPart)[]
  readonly warnings: readonly (PriceWarning & OfPart)[]
  /** A day with an error is in no charge: nothing of the span may be issued before it is fixed. */
  readonly errors: readonly (PriceError & OfPart)[]
}

/**
 * Prices a month of a home: the days of each child in each activity; then deductions, in order of day over all
 * activities of the tariff; then the memberships of the year that no earlier month took; then the monthly minimum.
 */
export const priceSpan = (request: SpanRequest): SpanPrice => {
  const { month, taken } = request
  const { from } = daysOfMonth(month)
  const takes: Record<string, number> = {}
  const parts = pricedParts(request, (tariff, childId, deductAfter) => {
    const accounts = yearlyCeilings(tariff).map((label) => ({
      key: ceilingKey(label, 'schoolYear', from),
      account: yearAccount({ kind: 'cap', tariffId: tariff.id, childId, label }, yearStart('school', from)),
    }))
    const here = deductAfter(new Map(accounts.map(({ key, account }) => [key, taken[account] ?? 0])))
    for (const { key, account } of accounts) {
      const take = here.get(key)
      if (take !== undefined) takes[account] = take
    }
  })
  for (const [tariff, tariffParts] of Map.groupBy(parts, ({ tariff: ofPart }) => ofPart)) {
    if (!tariff) continue
    addMemberships(request, tariff, tariffParts, (account) => {
      const isOwed = (taken[account] ?? 0) === 0
      takes[account] = isOwed ? 1 : 0
      return isOwed
    })
    addMinimum(request, tariff, tariffParts)
  }
  const charges = parts.flatMap(({ childId, activityId, tariff, priced, added }) =>
    tariff ? [...priced.lines, ...added].map((line) => ({ ...line, childId, activityId, tariffId: tariff.id })) : [],
  )
  const ofEach = <Item>(itemsOf: (priced: Priced) => readonly Item[]): (Item & OfPart)[] =>
    parts.flatMap(({ childId, activityId, priced }) =>
      itemsOf(priced).map((item) => ({ ...item, childId, activityId })),
    )
  return {
    charges,
    totalCents: sumOfLines(charges),
    takes,
    remarks: ofEach(({ remarks }) => remarks),
    warnings: ofEach(({ warnings }) => warnings),
    errors: ofEach(({ errors }) => errors),
  }
}

/**
 * Prices months of one home in their order: each is given what those before it took of year accounts.
 * @param taken what the months before the first one took
 */
export const priceMonths = (months: readonly Omit<SpanRequest, 'taken'>[], taken: YearTakes = {}): SpanPrice[] => {
  let sums = taken
  return months.map((month) => {
    const priced = priceSpan({ ...month, taken: sums })
    sums = addTakes(sums, priced.takes)
    return priced
  })
}

/**
 * The days of a home by month, in order, for `priceMonths`; and the months in which a registered child owes a forfait.
 */
export const byMonth = ({ parts, ...home }: Omit<SpanRequest, 'month' | 'taken'>): Omit<SpanRequest, 'taken'>[] => {
  const months = new Set(
    parts.flatMap((part) => [...part.days.map((one) => monthKey(one.day)), ...forfaitMonths(part)]),
  )
  return [...months].toSorted(compareTexts).map((month) => ({
    ...home,
    month,
    parts: parts.flatMap((part) => {
      const [days, others] = [
        part.days.filter((one) => monthKey(one.day) === month),
        part.days.filter((one) => monthKey(one.day) !== month),
      ]
      const isAsked = part.tariff !== null && monthsAround(part.tariff) > 0
      if (days.length === 0 && !forfaitMonths(part).includes(month)) return []
      return [{ ...part, days, ...(isAsked && { around: [...(part.around ?? []), ...others] }) }]
    }),
  }))
}

/** The months that may owe a forfait of the child's registrations or booked days. */
const forfaitMonths = ({ tariff, registrations = [], days }: HomePart): Month[] => {
  if (!tariff || !hasForfaits(tariff)) return []
  const booked = days.map((one) => ({ from: one.day, to: one.day }))
  const last = days
    .map((one) => one.day)
    .toSorted(compareTexts)
    .at(-1)
  return [...registrations, ...booked].flatMap(({ from, to = last ?? from }) => {
    const months: Month[] = []
    const first = firstOfMonth(addDays(from, -daysBeforeForfait(tariff)))
    for (let on = first; on <= to; on = addMonths(on, 1)) months.push(monthKey(on))
    return months
  })
}

/**
 * How long before a registration, or a booked day, a forfait of it may be billed: a week is billed with its Monday, a
 * deposit some days before.
 */
export const daysBeforeForfait = ({ versions }: Tariff): number =>
  Math.max(
    0,
    ...versions.flatMap(({ lines }) =>
      lines.flatMap(({ count }) =>
        count.per === 'forfait' ? (count.span === 'week' ? 6 : 0) + (count.deposit?.daysBefore ?? 0) : 0,
      ),
    ),
  )

/** Whether the price of a month under this tariff depends on what earlier months of the year took. */
export const hasYearAccounts = (tariff: Tariff): boolean =>
  yearlyCeilings(tariff).length > 0 || tariff.versions.some(({ membership }) => membership)

/** The labels of the tariff's aids with a yearly ceiling, in any of its versions. */
const yearlyCeilings = ({ versions }: Tariff): string[] => [
  ...new Set(
    versions.flatMap(({ deductions = [] }) =>
      deductions.flatMap(({ label, cap }) => (cap?.per === 'schoolYear' ? [label] : [])),
    ),
  ),
]

type PartDraft = OfPart & {
  readonly tariff: Tariff | null
  readonly priced: Priced
  /** Lines that depend on several parts: memberships, the minimum. */
  readonly added: PriceLine[]
}

/**
 * Prices the days of each part, ordered by child, the eldest first, then by activity name, so that the order in which
 * they come does not matter.
 * @param deductUnder called once for each tariff and child, with what deducts from all their days
 */
const pricedParts = (
  { siblings, parts, taken: _taken, keptMinimums: _kept, ...home }: SpanRequest,
  deductUnder: (
    tariff: Tariff,
    childId: number,
    deductAfter: (before: ReadonlyMap<string, Cents>) => ReadonlyMap<string, Cents>,
  ) => void,
): PartDraft[] => {
  const presentOn = presentChildren(parts)
  const births = new Map(siblings.map(({ id, birth }) => [id, birth]))
  const birthOf = (childId: number) => births.get(childId) ?? ''
  const begun = parts
    .toSorted(
      (a, b) =>
        compareTexts(birthOf(a.childId), birthOf(b.childId)) ||
        a.childId - b.childId ||
        a.activity.localeCompare(b.activity, 'fr') ||
        a.activityId - b.activityId,
    )
    .map(({ activityId, tariff, ...part }) => ({
      childId: part.childId,
      activityId,
      tariff,
      begun: priceBeforeDeductions({
        ...home,
        ...part,
        tariff,
        ...(tariff &&
          hasSiblingRule(tariff) && {
            rankOn: rankAmong(siblings, part.childId, {
              activityId,
              presentOn,
              dependentChildren: home.dependentChildren,
            }),
          }),
      }),
    }))
  for (const [tariff, ofTariff] of Map.groupBy(begun, (part) => part.tariff)) {
    applyQuantities(ofTariff.map((part) => part.begun))
    const deductible = new Map(ofTariff.map((part) => [part, part.begun.settle()]))
    if (!tariff?.versions.some(({ deductions }) => deductions)) continue
    for (const [childId, ofChild] of Map.groupBy(ofTariff, (part) => part.childId))
      deductUnder(tariff, childId, (before) =>
        deductInOrder(
          ofChild.flatMap((part) => deductible.get(part) ?? []),
          before,
        ),
      )
  }
  return begun.map(({ begun: part, ...ofPart }) => ({ ...ofPart, priced: part.finish(), added: [] }))
}

/** The children who come on a day: booked and not marked absent, or come without a booking. */
const presentChildren = (parts: readonly HomePart[]): NonNullable<RankFacts['presentOn']> => {
  const found = new Map<string, Set<number>>()
  let isRead = false
  const add = (key: string, childId: number) => found.set(key, (found.get(key) ?? new Set()).add(childId))
  const read = () => {
    for (const { childId, activityId, days } of parts) {
      for (const { day, slots } of days) {
        if (!slots.some(isPresent)) continue
        add(`${day} `, childId)
        add(`${day} ${activityId}`, childId)
      }
    }
  }
  return (on, activityId) => {
    // Few tariffs ask who is present.
    if (!isRead) read()
    isRead = true
    return found.get(`${on} ${activityId ?? ''}`) ?? new Set()
  }
}

const isPresent = ({ why, attendance }: ChargeableSlot): boolean =>
  (why === 'booked' || why === 'withoutBooking') &&
  (attendance === 'present' || attendance === 'expected' || attendance === 'notPointed')

/**
 * Adds each membership of the tariff that the home owes, to the first attended day of its year.
 * @param takesOne whether the account still has its membership to give
 */
const addMemberships = (
  request: SpanRequest,
  tariff: Tariff,
  parts: readonly PartDraft[],
  takesOne: (account: string) => boolean,
): void => {
  if (!tariff.versions.some(({ membership }) => membership)) return
  for (const { on, part, version, membership, start } of firstDaysOfYears(tariff, parts)) {
    const childId = owesAlone(membership) ? part.childId : null
    if (takesOne(yearAccount({ kind: 'membership', tariffId: tariff.id, childId }, start)))
      part.added.push(membershipLine(version, membership, request, on, part.childId))
  }
}

/** Whether each child owes the membership, and not the home once for all its children. */
const owesAlone = ({ per }: Membership): boolean => {
  switch (per) {
    case 'child':
      return true
    case 'family':
      return false
  }
}

type FirstDay = {
  readonly on: Day
  readonly part: PartDraft
  readonly version: TariffVersion
  readonly membership: Membership
  /** The first day of the membership's year. */
  readonly start: Day
}

/** The first attended day of each child, or home, in each year of a membership. */
const firstDaysOfYears = (tariff: Tariff, parts: readonly PartDraft[]): FirstDay[] => {
  const firsts = new Map<string, FirstDay>()
  for (const part of parts) {
    for (const on of part.priced.lines.flatMap((line) => (line.basis.lateCancellation ? [] : line.days))) {
      const version = versionOn(tariff, on)
      const membership = version?.membership
      if (!membership) continue
      const start = yearStart(membership.year, on)
      const key = `${start} ${owesAlone(membership) ? part.childId : ''}`
      const known = firsts.get(key)
      if (!known || on < known.on) firsts.set(key, { on, part, version, membership, start })
    }
  }
  return [...firsts.values()]
}

/**
 * Adds what is missing to the least that the month costs under this tariff, over all children of the home. A month with
 * late cancellations only has no minimum; they count towards the minimum of a month with attendance.
 */
const addMinimum = ({ keptMinimums }: SpanRequest, tariff: Tariff, parts: readonly PartDraft[]): void => {
  const lines = parts.flatMap(({ priced, added }) => [...priced.lines, ...added])
  const last = lastDay(lines)
  if (last === undefined || lines.every(({ basis }) => basis.lateCancellation)) return
  const version = versionOn(tariff, last)
  const leastCents = keptMinimums?.get(tariff.id) ?? version?.minimum?.cents ?? 0
  const cents = sumOfLines(lines)
  const part = parts.find(({ priced }) => priced.lines.some(({ days }) => days.includes(last)))
  if (!part || !version || cents <= 0 || cents >= leastCents) return
  const missingCents = leastCents - cents
  part.added.push({
    ...minimumLine(last, groundsOf(part, version)),
    quantity: 1,
    unitCents: missingCents,
    totalCents: missingCents,
    explanation: `${minimumText(last, leastCents)} → complément ${formatEuros(missingCents)}`,
  })
}

const lastDay = (lines: readonly PriceLine[]): Day | undefined => {
  let last: Day | undefined
  for (const on of lines.flatMap(({ days }) => days)) if (last === undefined || last < on) last = on
  return last
}

type MinimumGrounds = Pick<PriceGrounds, 'familyQuotient' | 'resident' | 'example'>

const groundsOf = ({ priced }: PartDraft, { example }: TariffVersion): MinimumGrounds => {
  const basis = priced.lines[0]?.basis
  return { familyQuotient: basis?.familyQuotient ?? null, resident: basis?.resident ?? false, example }
}

const minimumLine = (on: Day, grounds: MinimumGrounds) => ({
  label: 'Minimum de facturation',
  unit: { one: 'complément', many: 'compléments' },
  fiscal: 'autre' as const,
  days: [on],
  cellsOfUnits: [[]],
  basis: { ...grounds, bracket: null, minimum: true as const },
})

/** « minimum de 20,00 € pour novembre 2026 » */
const minimumText = (on: Day, leastCents: Cents): string =>
  `minimum de ${formatEuros(leastCents)} pour ${monthText(on)}`
