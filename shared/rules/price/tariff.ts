import { type Day, dayOf, monthOf, yearOf } from '../calendar/day.ts'
import type { Cents, Rounding } from '../money/money.ts'
import { type Bracket, refuseBrackets } from './bracket.ts'

/**
 * What the town council voted for one or several activities, as plain data (it is stored and sent as JSON). Each version
 * holds from its day until the next one starts; an invoice keeps the text and figures it was made with.
 */
export type Tariff = { readonly id: string; readonly label: string; readonly versions: readonly TariffVersion[] }

export type TariffVersion = {
  readonly from: Day
  /** « Délibération du 18 juin 2026 ». */
  readonly decision: string | null
  /** Figures that no town voted: every screen and paper then says « tarif d’exemple ». */
  readonly example: boolean
  readonly rounding: Rounding
  /** The tranches that the prices by tranche refer to, in order; empty when there is none. */
  readonly brackets: readonly Bracket[]
  readonly lines: readonly TariffLine[]
  readonly absence: AbsenceRule
  /** Absent: every child of a home pays the same. */
  readonly siblings?: SiblingRule | undefined
  /** In order: each takes from what the ones before leave. */
  readonly deductions?: readonly Deduction[] | undefined
  readonly membership?: Membership | undefined
  readonly minimum?: InvoiceMinimum | undefined
}

/**
 * « Deuxième enfant et suivants : réduction ». The rank is among the children of the home that pays, registered on the
 * day in any activity, the eldest first: it never hangs on what was booked or billed already.
 */
export type SiblingRule = {
  /** Of the second child, the third…; the last one goes on for the next. */
  readonly percents: readonly number[]
  /** `count`: every child of a home of two pays the second percentage, « 2 enfants ». Absent: each by its rank. */
  readonly by?: 'rank' | 'count' | undefined
  /** The lines that it lowers, by their nature: care, usually, and not meals. */
  readonly on: readonly Fiscal[]
}

/** An aid that the invoice takes off: « Aide CAF, 4,00 € par jour ». Never more than what the day, or the meal, costs. */
export type Deduction = {
  readonly label: string
  /** Of each day with care, or of each meal. */
  readonly per: 'day' | 'meal'
  readonly cents: Cents
  /** The highest quotient that has it; null: every home. Who has no known quotient has no aid with a limit. */
  readonly upTo: number | null
  /** What always stays to pay for the care of the day, or for the meal. */
  readonly leaves: Cents
  /** The most that one child has of it in a calendar month, or in a school year. */
  readonly cap: { readonly per: 'month' | 'schoolYear'; readonly cents: Cents } | null
}

/** Billed once a year, with the first day of the year that is billed. */
export type Membership = {
  readonly label: string
  readonly per: 'child' | 'family'
  readonly year: 'school' | 'civil'
  readonly price: UnitPrice
}

/** What a month of this tariff costs a home at least, when it costs anything. */
type InvoiceMinimum = { readonly cents: Cents }

/** For the tax certificate (CGI art. 200 quater B): care of children counts, meals and the rest do not. */
export type Fiscal = 'garde' | 'repas' | 'autre'

/** One product of the tariff, on a line of its own on the invoice. Slots are named by their `slotCode`. */
export type TariffLine = {
  /** « Accueil », « Repas ». */
  readonly label: string
  readonly fiscal: Fiscal
  readonly count: Count
  /** What a slot costs when the child came without a booking; null: as if it had been booked. */
  readonly withoutBooking: { readonly unit: Unit; readonly price: UnitPrice } | null
}

/** What is counted on one day of one child. */
export type Count =
  /** Once, whatever the slots among `slots`. */
  | { readonly per: 'day'; readonly slots: readonly string[]; readonly unit: Unit; readonly price: UnitPrice }
  /** Each slot among `slots`. */
  | { readonly per: 'slot'; readonly slots: readonly string[]; readonly unit: Unit; readonly price: UnitPrice }
  /**
   * The time of the day's slots among `slots`, added up, in started parts of `minutes`: 2 h 10 are five started
   * half-hours. A part of `grace` minutes at most is not begun.
   */
  | {
      readonly per: 'time'
      readonly slots: readonly string[]
      readonly minutes: number
      readonly grace: number
      readonly unit: Unit
      readonly price: UnitPrice
    }
  /** One formula, the one whose combination is exactly the day's slots among all that the formulas name. */
  | { readonly per: 'formula'; readonly formulas: readonly Formula[] }

type Formula = {
  readonly unit: Unit
  /** demi-journée: [['matin'], ['apres-midi']]; journée: [['matin', 'apres-midi']]. */
  readonly combinations: readonly (readonly string[])[]
  readonly price: UnitPrice
}

/** What one counts, in both numbers: « séance », « séances ». */
export type Unit = { readonly one: string; readonly many: string }

export type UnitPrice =
  | { readonly method: 'fixed'; readonly cents: Cents; readonly nonResident: NonResident }
  /** One amount per bracket of the version, in order. */
  | { readonly method: 'bracket'; readonly cents: readonly Cents[]; readonly nonResident: NonResident }
  /** familyQuotient × `percent` %, in euros, between floor and ceiling. `percent` has four decimals at most. */
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
  /** Its own column: one amount per bracket, or a single one for every quotient. */
  | { readonly rule: 'column'; readonly cents: readonly Cents[] }

/** Methods whose price is not known without a quotient: a home that tells none pays the highest. */
export const needsQuotient: Readonly<Record<UnitPrice['method'], boolean>> = {
  fixed: false,
  bracket: true,
  effortRate: true,
}

/** What attendance changes. A slot that nobody pointed is billed, with a warning. */
type AbsenceRule = {
  readonly unjustified: 'billed' | 'notBilled'
  readonly justifiedInTime: 'billed' | 'notBilled'
}

/** Common practice, and the rule of every example: only an absence justified in time is free. */
export const usualAbsence: AbsenceRule = { unjustified: 'billed', justifiedInTime: 'notBilled' }

/** How a tariff names a slot, so that one tariff serves several activities: « Après-midi » is `apres-midi`. */
export const slotCode = (name: string): string => name.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')

/** The slot that nobody books: how long after the end a child was fetched. A line that names it prices it. */
export const lateCollectionSlot = 'retard'

/** The version of `tariff` that holds on `day`. */
export const versionOn = (tariff: Tariff, day: Day): TariffVersion | undefined => {
  let found: TariffVersion | undefined
  for (const version of tariff.versions) {
    if (version.from <= day && (!found || found.from < version.from)) found = version
  }
  return found
}

/** The slots that `count` looks at. Kept per count: a run asks it for every day of every child. */
export const slotsOf = (count: Count): readonly string[] => {
  if (count.per !== 'formula') return count.slots
  const known = formulaSlots.get(count)
  if (known) return known
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

/** Started parts of `minutes` in `length`; a last part of `grace` minutes at most is forgiven. */
export const startedParts = (length: number, minutes: number, grace: number): number =>
  Math.max(0, Math.ceil((length - grace) / minutes))

/** What is taken off the price of the child of that rank, in percent. */
export const siblingPercent = ({ percents }: SiblingRule, rank: number): number =>
  rank < 2 ? 0 : (percents[Math.min(rank - 2, percents.length - 1)] ?? 0)

/** Why this tariff cannot be kept, as one sentence; undefined when it can. */
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
    const twice = line.count.per === 'formula' ? combinationTwice(line.count.formulas) : undefined
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

const isAmount = (amount: Cents, least: Cents): boolean => Number.isSafeInteger(amount) && amount >= least

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
  return rule.percents.every((percent) => percent >= 0 && percent <= 100)
    ? undefined
    : 'Réduction pour la fratrie\u00a0: un pourcentage va de 0 à 100.'
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
  if (price.method === 'effortRate') {
    if (!(price.percent > 0)) return `«\u00a0${label}\u00a0»\u00a0: le taux d’effort doit être supérieur à zéro.`
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

const combinationTwice = (formulas: readonly Formula[]): string | undefined => {
  const seen = new Set<string>()
  for (const combination of formulas.flatMap(({ combinations }) => combinations)) {
    const key = combination.toSorted().join(' + ')
    if (seen.has(key)) return key
    seen.add(key)
  }
  return undefined
}
