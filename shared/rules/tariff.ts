import { type Bracket, refuseBrackets } from './bracket.ts'
import type { Day } from './day.ts'
import type { Cents, Rounding } from './money.ts'

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
}

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
  /** One formula, the one whose combination is exactly the day's slots among all that the formulas name. */
  | { readonly per: 'formula'; readonly formulas: readonly Formula[] }

export type Formula = {
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

/** What attendance changes. A slot that nobody pointed is billed, with a warning. */
export type AbsenceRule = {
  readonly unjustified: 'billed' | 'notBilled'
  readonly justifiedInTime: 'billed' | 'notBilled'
}

/** Common practice, and the rule of every example: only an absence justified in time is free. */
export const usualAbsence: AbsenceRule = { unjustified: 'billed', justifiedInTime: 'notBilled' }

/** How a tariff names a slot, so that one tariff serves several activities: « Après-midi » is `apres-midi`. */
export const slotCode = (name: string): string => name.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')

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

const refuseVersion = ({ brackets, lines }: TariffVersion): string | undefined => {
  const badBrackets = brackets.length > 0 ? refuseBrackets(brackets) : undefined
  if (badBrackets) return badBrackets
  if (lines.length === 0) return 'Le tarif n’a aucun prix.'
  for (const line of lines) {
    if (slotsOf(line.count).length === 0) return `« ${line.label} » ne s’applique à aucune plage.`
    const prices = line.count.per === 'formula' ? line.count.formulas.map(({ price }) => price) : [line.count.price]
    if (line.withoutBooking) prices.push(line.withoutBooking.price)
    for (const price of prices) {
      const refusal = refusePrice(line.label, price, brackets.length)
      if (refusal) return refusal
    }
    const twice = line.count.per === 'formula' ? combinationTwice(line.count.formulas) : undefined
    if (twice) return `« ${line.label} » : deux formules correspondent aux mêmes plages (${twice}).`
  }
  return undefined
}

const refusePrice = (label: string, price: UnitPrice, bracketCount: number): string | undefined => {
  const amounts = [...amountsOf(price), ...(price.nonResident.rule === 'column' ? price.nonResident.cents : [])]
  if (!amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0))
    return `« ${label} » : un prix est un nombre entier de centimes, jamais négatif.`
  if (price.method === 'bracket' && (bracketCount === 0 || price.cents.length !== bracketCount)) {
    return `« ${label} » : il faut un prix pour chaque tranche.`
  }
  if (price.nonResident.rule === 'column') {
    const { length } = price.nonResident.cents
    if (length !== 1 && (price.method === 'fixed' || length !== bracketCount))
      return `« ${label} » : il faut un prix hors commune pour chaque tranche, ou un seul pour toutes.`
  }
  if (price.nonResident.rule === 'percent' && !(price.nonResident.percent >= 0))
    return `« ${label} » : la majoration hors commune ne peut pas être négative.`
  if (price.method === 'effortRate') {
    if (!(price.percent > 0)) return `« ${label} » : le taux d’effort doit être supérieur à zéro.`
    if (price.floor > price.ceiling) return `« ${label} » : le minimum dépasse le maximum.`
  }
  return undefined
}

const amountsOf = (price: UnitPrice): readonly Cents[] => {
  if (price.method === 'effortRate') return [price.floor, price.ceiling]
  return price.method === 'bracket' ? price.cents : [price.cents]
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
