import { type Day, dayOf, monthOf, type TimeOfDay, yearOf } from '../calendar/day.ts'
import type { Cents, Rounding } from '../money/money.ts'
import type { Bracket } from './bracket.ts'

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
  /** The brackets that prices by bracket refer to, in order; empty when no price uses them. */
  readonly brackets: readonly Bracket[]
  readonly lines: readonly TariffLine[]
  readonly absence: AbsenceRule
  /** How the rank and the number of children are counted, for `siblings` and for the conditions of prices. */
  readonly ranking?: Ranking | undefined
  /** Absent: all children of a home pay the same, but for prices with a condition on the rank. */
  readonly siblings?: SiblingRule | undefined
  /**
   * Among the reductions by week, by month or by period, the one with the largest number of days applies that the child
   * has reached.
   */
  readonly reductions?: readonly QuantityReduction[] | undefined
  readonly limits?: readonly PriceLimit[] | undefined
  /** What children cost who are fetched after their last slot; absent: what a line that names `retard` says. */
  readonly latePickUp?: LatePickUp | undefined
  readonly beside?: AttendanceSurcharges | undefined
  /** Applied in order, each to what the previous ones leave. */
  readonly deductions?: readonly Deduction[] | undefined
  readonly membership?: Membership | undefined
  readonly minimum?: InvoiceMinimum | undefined
}

/** Which children of the home that pays are ranked, the eldest first, and counted. */
export type Ranking = {
  /**
   * The children counted: those registered on the day (whatever was booked or billed), those who come on that day, or
   * all those that the home declared as dependent.
   */
  readonly among: 'registered' | 'present' | 'dependent'
  /** In any activity, or in that of the price; dependent children are those of the home in any case. */
  readonly over: 'home' | 'activity'
}

export const defaultRanking: Ranking = { among: 'registered', over: 'home' }

/** « Deuxième enfant et suivants : réduction ». A price is reduced in one of the three ways. */
export type SiblingRule = {
  /** Reductions of the second child, the third…; the last one applies to all further children. */
  readonly percents: readonly number[]
  /** In euros instead, per unit. */
  readonly cents?: readonly Cents[] | undefined
  /** The price of a lower bracket instead: of that many brackets lower. */
  readonly bracketsDown?: readonly number[] | undefined
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

/** Numbers from one to another, both included; `to` null: and more. */
export type Range = { readonly from: number; readonly to: number | null }

/** The days over which days of presence are counted. A period is that of the activity: a school year, a holiday. */
export type CountingPeriod = 'week' | 'month' | 'period'

/** Days that a child comes to an activity, counted over a span. */
type DaysCounted = Range & { readonly per: CountingPeriod }

/** Which homes, children and days a price is for. What is absent does not matter; all that is present must hold. */
export type PriceCondition = {
  readonly resident?: boolean | undefined
  /** A price category (« catégorie tarifaire ») that the child or its home has on that day. */
  readonly category?: string | undefined
  /** Staff wrote « catégorie Petits »: no group of that name is meant. */
  readonly isCategory?: true | undefined
  /** A word of the home's benefit scheme: « CAF », « MSA ». */
  readonly scheme?: string | undefined
  /**
   * The name of a group of the activity (« groupe d’accueil ») in which the child is that day, as `groupCode` reads it.
   */
  readonly group?: string | undefined
  /** The child's rank among those of its home, as the version's `ranking` says. */
  readonly rank?: Range | undefined
  /** How many children `ranking` counts. */
  readonly children?: Range | undefined
  /** How many days a week the child is registered for, by its typical week. */
  readonly weekdays?: Range | undefined
  /** The child comes to all these slots that day: « matin + après-midi ». */
  readonly slots?: readonly string[] | undefined
  /** « La semaine du 6 juillet », « la sortie du 14 ». */
  readonly dates?: { readonly from: Day; readonly to: Day } | undefined
  /** The day is the child's nth of the week, month or period: « à partir du 3ᵉ jour ». */
  readonly nth?: DaysCounted | undefined
  /** How many days the child comes in the week, month or period: the price then holds for all of them. */
  readonly days?: DaysCounted | undefined
}

/**
 * A reduction by number of days, « 5 jours dans la semaine : − 15 € », for one child in one activity. It is given once,
 * in equal parts of these days.
 */
export type QuantityReduction = {
  readonly per: CountingPeriod
  /** The number of days from which it is given. */
  readonly from: number
  readonly cents: Cents
  /** The fiscal categories whose days count and whose price is reduced. */
  readonly on: readonly Fiscal[]
}

/** « Retard » : minutes after the end of the child's last slot, in started parts or for the whole evening. */
export type LatePickUp = {
  readonly label: string
  readonly fiscal: Fiscal
  /** Minutes that cost nothing; those after them count. */
  readonly free: number
  /** The minutes of a started part; null: one price for the evening. */
  readonly part: number | null
  /** A home with several children fetched late pays once an evening, for the one that costs most. */
  readonly per: 'child' | 'home'
  readonly unit: UnitName
  readonly price: UnitPrice
}

/** Surcharges for attendance that differs from the booking. */
export type AttendanceSurcharges = {
  /** For each slot of a child who came without a booking, where the line has no price of its own for that. */
  readonly unbooked?: Surcharge | undefined
  /**
   * For each booked slot of a child whose absence nobody told; the absence rule says whether the slot is billed too.
   */
  readonly untoldAbsence?: Surcharge | undefined
  /** For each slot asked for after the deadline, where the booking rule leaves that to the tariff. */
  readonly lateBooking?: Surcharge | undefined
  /**
   * What remains due of each slot, or of each forfait, given back after the deadline, where the cancelling rule leaves
   * that to the tariff. The steps go from the longest notice to none.
   */
  readonly lateCancellation?: readonly CancellationStep[] | undefined
}

/** From so many days of notice on; `percent` is of what the cancellation saves. */
export type CancellationStep = { readonly notice: number; readonly surcharge: Surcharge }

export type Surcharge = { readonly cents: Cents } | { readonly percent: number }

/**
 * The least and the most that a day or a month costs under this tariff, before deductions and aids; surcharges come on
 * top.
 */
export type PriceLimit = {
  readonly per: 'day' | 'month'
  readonly of: 'child' | 'home'
  /** Holds only for a day or month that costs something. */
  readonly least: Cents | null
  readonly most: Cents | null
}

/** One product of the tariff, billed on a line of its own. Slots are named by their `slotCode`. */
export type TariffLine = {
  /** « Accueil », « Repas ». */
  readonly label: string
  readonly fiscal: Fiscal
  readonly count: Count
  /** The price of a slot for a child who came without a booking; null: the same as booked. */
  readonly withoutBooking: { readonly unit: UnitName; readonly price: UnitPrice } | null
  /** Absent: for everybody. Where it does not hold, another line has to price the slots. */
  readonly when?: PriceCondition | undefined
  /** From so many units in a month on, one price for all of them: « 50 € à partir de 20 présences ». */
  readonly bundle?: Bundle | undefined
}

export type Bundle = { readonly from: number; readonly unit: UnitName; readonly price: UnitPrice }

/** What is billed for one child on one day. */
export type Count =
  /** Once per day with any of `slots`. */
  | { readonly per: 'day'; readonly slots: readonly string[]; readonly unit: UnitName; readonly price: UnitPrice }
  /** Once per slot among `slots`. */
  | { readonly per: 'slot'; readonly slots: readonly string[]; readonly unit: UnitName; readonly price: UnitPrice }
  /**
   * The total time of the day's slots among `slots`, in started parts of `minutes`: 2 h 10 make five started
   * half-hours. A started part of at most `grace` minutes is free.
   */
  | {
      readonly per: 'time'
      readonly slots: readonly string[]
      readonly minutes: number
      readonly grace: number
      readonly unit: UnitName
      readonly price: UnitPrice
      /**
       * The time that the child was there, from its arrival and departure where they were noted; absent: the booked
       * time.
       */
      readonly measured?: 'present' | undefined
      /** Only the time between these hours counts: « compté à partir de 18 h 00 ». */
      readonly clock?: { readonly from: TimeOfDay | null; readonly to: TimeOfDay | null } | undefined
      /** A first part that is due whole: « première heure indivisible ». */
      readonly first?: { readonly minutes: number; readonly unit: UnitName; readonly price: UnitPrice } | undefined
      /** The least and the most that the line costs a child in a day. */
      readonly least?: Cents | undefined
      readonly most?: Cents | undefined
    }
  /** A price for a span (« forfait »), whatever was booked in it, or by how much was. */
  | Forfait
  /** The one formula with a combination equal to the day's slots, among all slots that the formulas name. */
  | { readonly per: 'formula'; readonly formulas: readonly Formula[] }

/**
 * One price for all that is booked in a week, month, term, school year or period (its coverage). What `by` counts
 * chooses the step.
 */
export type Forfait = {
  readonly per: 'forfait'
  readonly span: ForfaitCoverage
  /** The slots that the price covers. */
  readonly slots: readonly string[]
  readonly by: ForfaitBy
  /** Each price holds from its count up to the next one's, lowest first; below the first count nothing is owed. */
  readonly steps: readonly { readonly from: number; readonly unit: UnitName; readonly price: UnitPrice }[]
  /** What a child owes who is registered for a part of the coverage only. */
  readonly partial: 'whole' | 'openDays' | 'startedWeeks'
  /**
   * When a child has at least `from` justified days of absence in the coverage, each of them takes off `cents`, or its
   * share of the price when `cents` is null.
   */
  readonly absence: { readonly from: number; readonly cents: Cents | null } | null
  /** Which day of the coverage it is billed with; a week is always billed with its Monday. */
  readonly billed: 'start' | 'end'
  /** Paid in so many equal parts, one a month from the first on. */
  readonly instalments?: number | undefined
  /** A part that is due some days before the coverage begins; the rest is billed as `billed` says. */
  readonly deposit?: { readonly cents: Cents; readonly daysBefore: number } | undefined
}

/** A term begins in September, January and April; a school year in September; a period is that of the activity. */
export type ForfaitCoverage = 'week' | 'month' | 'term' | 'schoolYear' | 'period'

/**
 * Who owes a forfait, and what chooses its step. Owed by a child who is registered: `registration` (always the first
 * step), `weekdays` or `sessions` (the weekdays, or the slots, of its typical week). Owed by a child who has booked:
 * `booking` (always the first step), `days` or `slots` (those booked; slots of one name count once).
 */
export type ForfaitBy = 'registration' | 'weekdays' | 'sessions' | 'booking' | 'days' | 'slots'

/** Whether a child owes the forfait without having booked. */
export const isOwedByRegistration = (by: ForfaitBy): boolean => {
  switch (by) {
    case 'registration':
    case 'weekdays':
    case 'sessions':
      return true
    case 'booking':
    case 'days':
    case 'slots':
      return false
  }
}

/** Whether the price of the forfait depends on how many days, sessions or slots were counted. */
export const countsSteps = (by: ForfaitBy): boolean => by !== 'registration' && by !== 'booking'

export type Formula = {
  readonly unit: UnitName
  /** demi-journée: [['matin'], ['apres-midi']]; journée: [['matin', 'apres-midi']]. */
  readonly combinations: readonly (readonly string[])[]
  readonly price: UnitPrice
}

/** The unit billed, in singular and plural: « séance », « séances ». */
export type UnitName = { readonly one: string; readonly many: string }

export type UnitPrice =
  | BasePrice
  /** The first case whose condition holds; else the price for everybody else. */
  | {
      readonly method: 'cases'
      readonly cases: readonly { readonly when: PriceCondition; readonly price: BasePrice }[]
      /** Null: there is no price for anybody else. */
      readonly otherwise: BasePrice | null
    }
  /**
   * One price for the children of a home together: for one, for two, for three; the last one is for any further number.
   * The eldest pays the price of one child, the second what two cost more, and so on.
   */
  | { readonly method: 'together'; readonly totals: readonly BasePrice[] }

/** A price that depends on the home's quotient and town alone. */
export type BasePrice =
  | { readonly method: 'fixed'; readonly cents: Cents; readonly nonResident: NonResident }
  /** One amount per bracket, in order: of the version, or of the price's own brackets. */
  | {
      readonly method: 'bracket'
      readonly cents: readonly Cents[]
      readonly nonResident: NonResident
      readonly brackets?: readonly Bracket[] | undefined
    }
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
  /** The resident's price + an amount. */
  | { readonly rule: 'amount'; readonly cents: Cents }
  /** A separate column: one amount per bracket, or a single one for all quotients. */
  | { readonly rule: 'column'; readonly cents: readonly Cents[] }

/** The prices that a price is made of, in the order of the grid. */
export const basePricesOf = (price: UnitPrice): readonly BasePrice[] => {
  switch (price.method) {
    case 'cases':
      return [...price.cases.map((one) => one.price), ...(price.otherwise ? [price.otherwise] : [])]
    case 'together':
      return price.totals
    case 'fixed':
    case 'bracket':
    case 'effortRate':
      return [price]
  }
}

/** The price with each price that it is made of changed. */
export const withBasePrices = (price: UnitPrice, change: (base: BasePrice) => BasePrice): UnitPrice => {
  switch (price.method) {
    case 'cases':
      return {
        ...price,
        cases: price.cases.map((one) => ({ ...one, price: change(one.price) })),
        otherwise: price.otherwise && change(price.otherwise),
      }
    case 'together':
      return { ...price, totals: price.totals.map(change) }
    case 'fixed':
    case 'bracket':
    case 'effortRate':
      return change(price)
  }
}

/**
 * Decimals that a percentage of a tariff may have: prices are computed on integers, so that none is rounded silently.
 */
export const percentDecimals = 2
export const effortRateDecimals = 4

/** Methods whose price depends on the quotient: a home without a known quotient pays the highest price. */
export const needsQuotient: Readonly<Record<BasePrice['method'], boolean>> = {
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

/**
 * The code by which tariffs name a group of an activity: capitals, accents, kinds of dash and spaces do not matter, nor
 * commas, which separate the conditions of a price.
 */
export const groupCode = (name: string): string => {
  const code = groupCodes.get(name) ?? plainGroupCode(name)
  if (groupCodes.size > mostGroupCodes) groupCodes.clear()
  groupCodes.set(name, code)
  return code
}

const plainGroupCode = (name: string): string =>
  slotCode(name.normalize('NFKC'))
    .replaceAll(/[\s,]+/g, ' ')
    .replaceAll(/ ?[-\u2010-\u2015] ?/gu, '-')
    .trim()

/** A run asks for the codes of a few groups once per booking. */
const groupCodes = new Map<string, string>()
const mostGroupCodes = 1000

/** The slot code for late pick-ups, which nobody books: a tariff line that names it prices them. */
export const lateCollectionSlot = 'retard'

/** The lines of a version, with one for its rule for late pick-ups. */
export const allLines = (version: TariffVersion): readonly TariffLine[] => {
  if (!version.latePickUp) return version.lines
  const cached = linesWithLate.get(version)
  if (cached) return cached
  const { label, fiscal, free, part, unit, price } = version.latePickUp
  const count = {
    per: 'time' as const,
    slots: [lateCollectionSlot],
    minutes: part ?? minutesOfDay,
    grace: free,
    unit,
    price,
  }
  const all = [...version.lines, { label, fiscal, count, withoutBooking: null }]
  linesWithLate.set(version, all)
  return all
}

const minutesOfDay = 24 * 60
const linesWithLate = new WeakMap<TariffVersion, readonly TariffLine[]>()

/** Turns a line that prices the slot `retard` into the rule for late pick-ups. Prices stay the same. */
export const withExplicitLate = <Definition extends Omit<TariffVersion, 'from'>>(
  definition: Definition,
): Definition => {
  if (definition.latePickUp) return definition
  const line = definition.lines.find(
    ({ count, when, bundle, withoutBooking }) =>
      count.per === 'time' && count.slots.join() === lateCollectionSlot && !when && !bundle && !withoutBooking,
  )
  if (line?.count.per !== 'time' || definition.lines.length === 1) return definition
  const { count, label, fiscal } = line
  return {
    ...definition,
    lines: definition.lines.filter((one) => one !== line),
    latePickUp: {
      label,
      fiscal,
      free: count.grace,
      part: count.minutes,
      per: 'child',
      unit: count.unit,
      price: count.price,
    },
  }
}

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

/** Whether a price of the tariff depends on the other children of the home. */
export const hasSiblingRule = ({ versions }: Tariff): boolean =>
  versions.some(
    (version) => version.siblings !== undefined || conditionsOf(version).some(asksRank) || pricesTogether(version),
  )

const asksRank = ({ rank, children }: PriceCondition): boolean => rank !== undefined || children !== undefined

const pricesTogether = (version: TariffVersion): boolean =>
  pricesOf(version).some(({ price }) => price.method === 'together')

/** Every price of a version, with the line's name. */
export const pricesOf = (
  version: Pick<TariffVersion, 'lines' | 'membership' | 'latePickUp'>,
): { label: string; price: UnitPrice }[] => [
  ...version.lines.flatMap(({ label, count, withoutBooking, bundle }) =>
    [...pricesOfCount(count), ...(withoutBooking ? [withoutBooking.price] : []), ...(bundle ? [bundle.price] : [])].map(
      (price) => ({ label, price }),
    ),
  ),
  ...(version.latePickUp ? [{ label: version.latePickUp.label, price: version.latePickUp.price }] : []),
  ...(version.membership ? [{ label: version.membership.label, price: version.membership.price }] : []),
]

const pricesOfCount = (count: Count): UnitPrice[] => {
  switch (count.per) {
    case 'formula':
      return count.formulas.map(({ price }) => price)
    case 'forfait':
      return count.steps.map(({ price }) => price)
    case 'time':
      return [count.price, ...(count.first ? [count.first.price] : [])]
    case 'day':
    case 'slot':
      return [count.price]
  }
}

/** The count with each of its prices changed. */
export const withPricesOfCount = (count: Count, change: (price: UnitPrice) => UnitPrice): Count => {
  switch (count.per) {
    case 'formula':
      return { ...count, formulas: count.formulas.map((one) => ({ ...one, price: change(one.price) })) }
    case 'forfait':
      return { ...count, steps: count.steps.map((one) => ({ ...one, price: change(one.price) })) }
    case 'time':
      return {
        ...count,
        price: change(count.price),
        ...(count.first && { first: { ...count.first, price: change(count.first.price) } }),
      }
    case 'day':
    case 'slot':
      return { ...count, price: change(count.price) }
  }
}

/**
 * How many months around a month may change its price: 1 where a week of two months counts whole, 11 where a period or
 * a year does.
 */
export const monthsAround = ({ versions }: Tariff): 0 | 1 | 11 => {
  const spans = versions.flatMap((version): (ForfaitCoverage | CountingPeriod)[] => [
    ...version.lines.flatMap(({ count }) => (count.per === 'forfait' ? [count.span] : [])),
    ...conditionsOf(version).flatMap(({ nth, days }) =>
      [nth, days].flatMap((counted) => (counted ? [counted.per] : [])),
    ),
    ...(version.reductions ?? []).map(({ per }) => per),
  ])
  if (spans.some((span) => span !== 'week' && span !== 'month')) return 11
  return spans.includes('week') ? 1 : 0
}

/** Whether the price of a day may depend on other days, or on who else comes. */
export const asksOtherDays = (tariff: Tariff): boolean =>
  monthsAround(tariff) > 0 ||
  tariff.versions.some(
    (version) =>
      version.minimum ||
      version.limits ||
      version.reductions ||
      version.ranking?.among === 'present' ||
      version.deductions?.some(({ cap }) => cap) ||
      version.lines.some(({ count, bundle }) => bundle || count.per === 'forfait') ||
      conditionsOf(version).some(({ nth, days }) => nth || days),
  )

/** Whether prices ask when a child is registered, and for which days. */
export const asksRegistrations = ({ versions }: Tariff): boolean =>
  versions.some(
    (version) =>
      version.lines.some(({ count }) => count.per === 'forfait') ||
      version.reductions?.some(({ per }) => per === 'period') ||
      conditionsOf(version).some(
        ({ group, weekdays, nth, days }) =>
          group !== undefined || weekdays || nth?.per === 'period' || days?.per === 'period',
      ),
  )

/** The names of the groups for which a version has a price of their own, as they were typed. */
export const groupsAsked = (version: Pick<TariffVersion, 'lines' | 'membership' | 'latePickUp'>): string[] => [
  ...new Set(conditionsOf(version).flatMap(({ group }) => group ?? [])),
]

/** Whether a child may owe something for a month in which it has booked nothing. */
export const hasForfaits = ({ versions }: Tariff): boolean =>
  versions.some(({ lines }) =>
    lines.some(
      ({ count }) =>
        count.per === 'forfait' &&
        (isOwedByRegistration(count.by) || count.span !== 'month' || count.deposit !== undefined),
    ),
  )

/** Every condition that a price or a line of the version has. */
export const conditionsOf = (version: Pick<TariffVersion, 'lines' | 'membership' | 'latePickUp'>): PriceCondition[] => [
  ...version.lines.flatMap(({ when }) => when ?? []),
  ...pricesOf(version).flatMap(({ price }) => (price.method === 'cases' ? price.cases.map(({ when }) => when) : [])),
]

/** What a sibling rule gives the child of that rank; `none` for the first. */
export const siblingStep = <Step>(steps: readonly Step[], rank: number, none: Step): Step =>
  rank < 2 ? none : (steps[Math.min(rank - 2, steps.length - 1)] ?? none)
