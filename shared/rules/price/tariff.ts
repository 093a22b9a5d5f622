import { type Day, dayOf, monthOf, yearOf } from '../calendar/day.ts'
import { type Cents, hasAtMostDecimals, type Rounding } from '../money/money.ts'
import { type Bracket, refuseBrackets } from './bracket.ts'

/**
 * A tariff that the town council voted for one or several activities, as plain data (stored and sent as JSON). Each
 * version is in force from its day until the next one starts; an invoice keeps the text and figures it was issued with.
 */
export type Tariff = { readonly id: string; readonly label: string; readonly versions: readonly TariffVersion[] }

export type TariffVersion = {
  readonly from: Day
  /** « Délibération du 18 juin 2026 ». */
  readonly decision: string | null
  /** Example figures that no council voted: every screen and paper then says « tarif d’exemple ». */
  readonly example: boolean
  readonly rounding: Rounding
  /** The tranches that prices by tranche refer to, in order; empty when no price uses them. */
  readonly brackets: readonly Bracket[]
  readonly lines: readonly TariffLine[]
  readonly absence: AbsenceRule
  /** Absent: all children of a home pay the same. */
  readonly siblings?: SiblingRule | undefined
  /** Applied in order, each to what the previous ones leave. */
  readonly deductions?: readonly Deduction[] | undefined
  readonly membership?: Membership | undefined
  readonly minimum?: InvoiceMinimum | undefined
}

/**
 * « Deuxième enfant et suivants : réduction ». Children are ranked within the home that pays, the eldest first, among
 * those registered on the day in any activity: never by what was booked or billed already.
 */
export type SiblingRule = {
  /** Reductions of the second child, the third…; the last one applies to all further children. */
  readonly percents: readonly number[]
  /**
   * `rank` (the default): each child by its own rank. `count`: all children of a home of two get the first percentage,
   * « 2 enfants ».
   */
  readonly by?: 'rank' | 'count' | undefined
  /** The fiscal categories reduced: usually care, and not meals. */
  readonly on: readonly Fiscal[]
}

/**
 * An aid deducted on the invoice: « Aide CAF, 4,00 € par jour ». Never more than the cost of the day, or of the meal.
 */
export type Deduction = {
  readonly label: string
  /** Deducted from each day with care, or from each meal. */
  readonly per: 'day' | 'meal'
  readonly cents: Cents
  /**
   * The highest quotient entitled to the aid, as the town prints it (`isUpTo`); null for all homes. A home without a
   * known quotient gets no aid with a limit.
   */
  readonly upTo: number | null
  /** The minimum that remains to be paid for the care of the day, or for the meal. */
  readonly leaves: Cents
  /** The maximum for one child in a calendar month, or in a school year. */
  readonly cap: { readonly per: 'month' | 'schoolYear'; readonly cents: Cents } | null
}

/** Billed once a year, with the first billed day of that year. */
export type Membership = {
  readonly label: string
  readonly per: 'child' | 'family'
  readonly year: 'school' | 'civil'
  readonly price: UnitPrice
}

/** The minimum that a month of this tariff costs a home, if the month costs anything. */
type InvoiceMinimum = { readonly cents: Cents }

/**
 * Fiscal category, for the tax statement (CGI art. 200 quater B): child care counts, meals and other costs do not.
 */
export type Fiscal = 'garde' | 'repas' | 'autre'

/** One product of the tariff, billed on a line of its own. Slots are named by their `slotCode`. */
export type TariffLine = {
  /** « Accueil », « Repas ». */
  readonly label: string
  readonly fiscal: Fiscal
  readonly count: Count
  /** The price of a slot for a child who came without a booking; null: the same as booked. */
  readonly withoutBooking: { readonly unit: Unit; readonly price: UnitPrice } | null
}

/** What is billed for one child on one day. */
export type Count =
  /** Once per day with any of `slots`. */
  | { readonly per: 'day'; readonly slots: readonly string[]; readonly unit: Unit; readonly price: UnitPrice }
  /** Once per slot among `slots`. */
  | { readonly per: 'slot'; readonly slots: readonly string[]; readonly unit: Unit; readonly price: UnitPrice }
  /**
   * The total time of the day's slots among `slots`, in started parts of `minutes`: 2 h 10 make five started
   * half-hours. A started part of at most `grace` minutes is free.
   */
  | {
      readonly per: 'time'
      readonly slots: readonly string[]
      readonly minutes: number
      readonly grace: number
      readonly unit: Unit
      readonly price: UnitPrice
    }
  /** The one formula with a combination equal to the day's slots, among all slots that the formulas name. */
  | { readonly per: 'formula'; readonly formulas: readonly Formula[] }

type Formula = {
  readonly unit: Unit
  /** demi-journée: [['matin'], ['apres-midi']]; journée: [['matin', 'apres-midi']]. */
  readonly combinations: readonly (readonly string[])[]
  readonly price: UnitPrice
}

/** The unit billed, in singular and plural: « séance », « séances ». */
export type Unit = { readonly one: string; readonly many: string }

export type UnitPrice =
  | { readonly method: 'fixed'; readonly cents: Cents; readonly nonResident: NonResident }
  /** One amount per bracket of the version, in order. */
  | { readonly method: 'bracket'; readonly cents: readonly Cents[]; readonly nonResident: NonResident }
  /** Family quotient × `percent` %, in euros, between floor and ceiling. `percent` has at most four decimals. */
  | {
      readonly method: 'effortRate'
      readonly percent: number
      readonly floor: Cents
      readonly ceiling: Cents
      readonly nonResident: NonResident
    }

export type NonResident =
  | { readonly rule: 'same' }
  /** The resident's price + `percent` % (two decimals at most), rounded per unit. */
  | { readonly rule: 'percent'; readonly percent: number }
  /** A separate column: one amount per bracket, or a single one for all quotients. */
  | { readonly rule: 'column'; readonly cents: readonly Cents[] }

/** Decimals that a percentage of a tariff may have: prices are computed on integers, so that none is rounded silently. */
export const percentDecimals = 2
export const effortRateDecimals = 4

/** Methods whose price depends on the quotient: a home without a known quotient pays the highest price. */
export const needsQuotient: Readonly<Record<UnitPrice['method'], boolean>> = {
  fixed: false,
  bracket: true,
  effortRate: true,
}

/** How absences are billed. A slot without an attendance mark is billed, with a warning. */
type AbsenceRule = {
  readonly unjustified: 'billed' | 'notBilled'
  readonly justifiedInTime: 'billed' | 'notBilled'
}

/** Common practice, used by every example: only an absence justified in time is free. */
export const defaultAbsence: AbsenceRule = { unjustified: 'billed', justifiedInTime: 'notBilled' }

/**
 * The code by which tariffs name a slot, so that one tariff serves several activities: « Après-midi » is `apres-midi`.
 */
export const slotCode = (name: string): string => name.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')

/** The slot code for late pick-ups, which nobody books: a tariff line that names it prices them. */
export const lateCollectionSlot = 'retard'

/** The version of `tariff` in force on `day`. */
export const versionOn = <Version extends { readonly from: Day }>(
  tariff: { readonly versions: readonly Version[] },
  day: Day,
): Version | undefined => {
  let found: Version | undefined
  for (const version of tariff.versions) {
    if (version.from <= day && (!found || found.from < version.from)) found = version
  }
  return found
}

/** The slots that `count` depends on. Cached, since an invoicing run needs them for every day of every child. */
export const slotsOf = (count: Count): readonly string[] => {
  if (count.per !== 'formula') return count.slots
  const cached = formulaSlots.get(count)
  if (cached) return cached
  const found = [...new Set(count.formulas.flatMap(({ combinations }) => combinations.flat()))]
  formulaSlots.set(count, found)
  return found
}

const formulaSlots = new WeakMap<Count, readonly string[]>()

/** The first day of the school year (1 September) or of the civil year of `on`. */
export const yearStart = (year: Membership['year'], on: Day): Day => {
  switch (year) {
    case 'civil':
      return dayOf(yearOf(on), 1, 1)
    case 'school':
      return dayOf(monthOf(on) >= 9 ? yearOf(on) : yearOf(on) - 1, 9, 1)
  }
}

/** Started parts of `minutes` in `length`; a last part of at most `grace` minutes is not counted. */
export const startedParts = (length: number, minutes: number, grace: number): number =>
  Math.max(0, Math.ceil((length - grace) / minutes))

export const hasSiblingRule = ({ versions }: Tariff): boolean => versions.some(({ siblings }) => siblings)

/** The percentage deducted from the price of the child of that rank. */
export const siblingPercent = ({ percents }: SiblingRule, rank: number): number =>
  rank < 2 ? 0 : (percents[Math.min(rank - 2, percents.length - 1)] ?? 0)

/** Why this tariff cannot be saved, as a sentence; undefined when it can. */
export const refuseTariff = (tariff: Tariff): string | undefined => {
  if (tariff.label.trim() === '') return 'Le tarif n’a pas de nom.'
  const starts = new Set<Day>()
  for (const version of tariff.versions) {
    if (starts.has(version.from)) return 'Deux versions du tarif commencent le même jour.'
    starts.add(version.from)
    const refusal = refuseVersion(version)
    if (refusal) return refusal
  }
  return undefined
}

const refuseVersion = (version: TariffVersion): string | undefined => {
  const { brackets, lines } = version
  const badBrackets = brackets.length > 0 ? refuseBrackets(brackets) : undefined
  if (badBrackets) return badBrackets
  if (lines.length === 0) return 'Le tarif n’a aucun prix.'
  for (const line of lines) {
    if (slotsOf(line.count).length === 0) return `«\u00a0${line.label}\u00a0» ne s’applique à aucune plage.`
    const badTime = line.count.per === 'time' ? refuseTime(line.label, line.count) : undefined
    if (badTime) return badTime
    const prices = line.count.per === 'formula' ? line.count.formulas.map(({ price }) => price) : [line.count.price]
    if (line.withoutBooking) prices.push(line.withoutBooking.price)
    for (const price of prices) {
      const refusal = refusePrice(line.label, price, brackets.length)
      if (refusal) return refusal
    }
    const twice = line.count.per === 'formula' ? duplicateCombination(line.count.formulas) : undefined
    if (twice) return `«\u00a0${line.label}\u00a0»\u00a0: deux formules correspondent aux mêmes plages (${twice}).`
  }
  return (
    refuseSiblings(version.siblings) ??
    refuseDeductions(version.deductions ?? []) ??
    refuseMembership(version.membership, brackets.length) ??
    (version.minimum && !isAmount(version.minimum.cents, 1)
      ? 'Le minimum de facturation doit être supérieur à zéro.'
      : undefined)
  )
}

const isAmount = (amount: Cents, minCents: Cents): boolean => Number.isSafeInteger(amount) && amount >= minCents

const refuseTime = (label: string, { minutes, grace }: { minutes: number; grace: number }): string | undefined => {
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 24 * 60)
    return `«\u00a0${label}\u00a0»\u00a0: la durée comptée est un nombre de minutes, par exemple 30.`
  return Number.isInteger(grace) && grace >= 0 && grace < minutes
    ? undefined
    : `«\u00a0${label}\u00a0»\u00a0: la tolérance doit être plus courte que la durée comptée.`
}

const refuseSiblings = (rule: SiblingRule | undefined): string | undefined => {
  if (!rule) return undefined
  if (rule.percents.length === 0 || rule.on.length === 0)
    return 'Réduction pour la fratrie\u00a0: il faut un pourcentage et au moins une nature de prix.'
  if (!rule.percents.every((percent) => percent >= 0 && percent <= 100))
    return 'Réduction pour la fratrie\u00a0: un pourcentage va de 0 à 100.'
  return rule.percents.every((percent) => hasAtMostDecimals(percent, percentDecimals))
    ? undefined
    : 'Réduction pour la fratrie\u00a0: un pourcentage a deux décimales au plus.'
}

const refuseDeductions = (deductions: readonly Deduction[]): string | undefined => {
  const names = new Set<string>()
  for (const { label, cents, upTo, leaves, cap } of deductions) {
    if (label.trim() === '') return 'Une déduction n’a pas de nom.'
    if (names.has(label)) return `Deux déductions s’appellent «\u00a0${label}\u00a0».`
    names.add(label)
    if (!isAmount(cents, 1)) return `«\u00a0${label}\u00a0»\u00a0: le montant doit être supérieur à zéro.`
    if (!isAmount(leaves, 0)) return `«\u00a0${label}\u00a0»\u00a0: le reste à payer ne peut pas être négatif.`
    if (cap && !isAmount(cap.cents, 1)) return `«\u00a0${label}\u00a0»\u00a0: le plafond doit être supérieur à zéro.`
    if (upTo !== null && !(upTo >= 0))
      return `«\u00a0${label}\u00a0»\u00a0: le quotient limite ne peut pas être négatif.`
    if (upTo !== null && !hasAtMostDecimals(upTo, 2))
      return `«\u00a0${label}\u00a0»\u00a0: le quotient limite a deux décimales au plus.`
  }
  return undefined
}

const refuseMembership = (membership: Membership | undefined, bracketCount: number): string | undefined => {
  if (!membership) return undefined
  if (membership.label.trim() === '') return 'L’adhésion n’a pas de nom.'
  return refusePrice(membership.label, membership.price, bracketCount)
}

const refusePrice = (label: string, price: UnitPrice, bracketCount: number): string | undefined => {
  const amounts = [...amountsOf(price), ...(price.nonResident.rule === 'column' ? price.nonResident.cents : [])]
  if (!amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0))
    return `«\u00a0${label}\u00a0»\u00a0: un prix est un nombre entier de centimes, jamais négatif.`
  if (price.method === 'bracket' && (bracketCount === 0 || price.cents.length !== bracketCount)) {
    return `«\u00a0${label}\u00a0»\u00a0: il faut un prix pour chaque tranche.`
  }
  if (price.nonResident.rule === 'column') {
    const { length } = price.nonResident.cents
    if (length !== 1 && (!needsQuotient[price.method] || length !== bracketCount))
      return `«\u00a0${label}\u00a0»\u00a0: il faut un prix hors commune pour chaque tranche, ou un seul pour toutes.`
  }
  if (price.nonResident.rule === 'percent' && !(price.nonResident.percent >= 0))
    return `«\u00a0${label}\u00a0»\u00a0: la majoration hors commune ne peut pas être négative.`
  if (price.nonResident.rule === 'percent' && !hasAtMostDecimals(price.nonResident.percent, percentDecimals))
    return `«\u00a0${label}\u00a0»\u00a0: la majoration hors commune a deux décimales au plus.`
  if (price.method === 'effortRate') {
    if (!(price.percent > 0)) return `«\u00a0${label}\u00a0»\u00a0: le taux d’effort doit être supérieur à zéro.`
    if (!hasAtMostDecimals(price.percent, effortRateDecimals))
      return `«\u00a0${label}\u00a0»\u00a0: le taux d’effort a quatre décimales au plus.`
    if (price.floor > price.ceiling) return `«\u00a0${label}\u00a0»\u00a0: le minimum dépasse le maximum.`
  }
  return undefined
}

const amountsOf = (price: UnitPrice): readonly Cents[] => {
  switch (price.method) {
    case 'fixed':
      return [price.cents]
    case 'bracket':
      return price.cents
    case 'effortRate':
      return [price.floor, price.ceiling]
  }
}

const duplicateCombination = (formulas: readonly Formula[]): string | undefined => {
  const seen = new Set<string>()
  for (const combination of formulas.flatMap(({ combinations }) => combinations)) {
    const key = combination.toSorted().join(' + ')
    if (seen.has(key)) return key
    seen.add(key)
  }
  return undefined
}
