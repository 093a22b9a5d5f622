import { type Day, monthKey } from '../calendar/day.ts'
import type { Fiscal } from '../price/tariff.ts'
import { briefDay, listed } from '../text/french.ts'
import type { Cents } from './money.ts'

/*
 * A credit note by hand: staff choose lines of an issued invoice, and days of each line. The desk's core and its dialog
 * ask the same rule, so that the amount shown is the amount issued.
 */

/** A line of an issued invoice, and what no credit note has taken back of it yet. */
export type CreditableLine = {
  readonly id: number
  /** Null for a free line of the home, and for a line without an activity. */
  readonly childId: number | null
  readonly activityId: number | null
  /** « Accueil » */
  readonly label: string
  readonly fiscal: Fiscal
  /**
   * A monthly minimum, a membership and a free line are amounts: they belong to no day, and are taken back as a whole.
   */
  readonly kind: 'days' | 'minimum' | 'membership' | 'freeLine'
  /** The price of one unit; for an amount, what is left of it. Negative for a deduction. */
  readonly unitCents: Cents
  /** One day for each unit that is left. */
  readonly days: readonly Day[]
  /**
   * Whether this amount can only be taken back together with everything that its invoice bills in the same month: the
   * first version billed a monthly minimum by several lines, of which only the sum is known.
   */
  readonly needsMonth: boolean
}

/** What staff chose to take back of a line. */
export type ChosenLine = {
  readonly lineId: number
  /** All units of these days; null for all that is left of the line. */
  readonly days: readonly Day[] | null
}

/** Units of one line that a credit note takes back. */
export type CreditedPart = {
  readonly line: CreditableLine
  readonly days: readonly Day[]
  /** What a « définitif » credit note gives up of each unit: its price less the deductions of its day. Otherwise 0. */
  readonly givenUpCents: Cents
}

type UnitLeft = { readonly line: CreditableLine; readonly day: Day }

/**
 * What a credit note takes back for the lines chosen. The deductions of a day come along by themselves.
 * @param chosen null for the whole invoice
 * @param isForGood « définitif »: what is taken back is given up, and no run bills it again
 */
export const creditOf = (
  lines: readonly CreditableLine[],
  chosen: readonly ChosenLine[] | null,
  isForGood: boolean,
): { readonly parts: readonly CreditedPart[] } | { readonly refusal: string } => {
  const units = lines.flatMap((line) => line.days.map((day) => ({ line, day })))
  const unknown = chosen && refuseUnknown(lines, chosen)
  if (unknown) return { refusal: unknown }
  const asked = chosen ? units.filter((unit) => chosen.some((one) => asks(one, unit))) : units
  const taken = withDeductions(units, asked)
  const left = units.filter((unit) => !taken.has(unit))
  const incomplete = left.length > 0 ? refuseIncomplete(asked, taken, left) : undefined
  if (incomplete) return { refusal: incomplete }
  // A free unit has nothing to give up.
  const parts = [...taken].filter(({ line }) => !isForGood || line.unitCents !== 0)
  return { parts: partsOf(parts, isForGood) }
}

export const creditedCents = (parts: readonly CreditedPart[]): Cents =>
  parts.reduce((sum, { line, days }) => sum + days.length * line.unitCents, 0)

const asks = ({ lineId, days }: ChosenLine, { line, day }: UnitLeft): boolean =>
  line.id === lineId && (days === null || days.includes(day))

/** Why a line or a day cannot be chosen at all. */
const refuseUnknown = (lines: readonly CreditableLine[], chosen: readonly ChosenLine[]): string | undefined => {
  for (const { lineId, days } of chosen) {
    const line = lines.find(({ id }) => id === lineId)
    if (!line) return 'Une des lignes choisies n’est pas de cette facture.'
    const gone = days?.find((day) => !line.days.includes(day))
    if (line.days.length === 0 || gone)
      return `«\u00a0${line.label}\u00a0»${gone ? `, ${briefDay(gone)}` : ''}\u00a0: il n’y a plus rien à annuler.`
  }
  return undefined
}

/**
 * The chosen units with the deductions of their days. When no other cost is left in the month, the amounts that reduce
 * it are taken back too; when all costs are taken back, so is the whole invoice, free units included.
 */
const withDeductions = (units: readonly UnitLeft[], asked: readonly UnitLeft[]): ReadonlySet<UnitLeft> => {
  const priced = asked.filter(({ line }) => line.unitCents > 0)
  if (units.every((unit) => unit.line.unitCents <= 0 || priced.includes(unit))) return new Set(units)
  const days = new Set(priced.map(dayKey))
  const months = monthsOf(priced)
  const unfinished = monthsOf(units.filter((unit) => unit.line.unitCents > 0 && !priced.includes(unit)))
  return new Set(
    units.filter((unit) => {
      const { line, day } = unit
      if (line.unitCents > 0) return priced.includes(unit)
      if (isLowered(line) && days.has(dayKey(unit))) return true
      return lessensMonth(line) && months.has(monthKey(day)) && !unfinished.has(monthKey(day))
    }),
  )
}

/** Whether deductions and aids may reduce its price, by lines of their own. */
const isLowered = ({ kind }: CreditableLine): boolean => kind !== 'freeLine'

/** Whether an amount below zero may reduce a whole month: a minimum lower than billed before, or a free line. */
const lessensMonth = ({ kind }: CreditableLine): boolean => kind === 'minimum' || kind === 'freeLine'

/** Deductions lower the price of a day, a membership or a minimum within one fiscal category. */
const dayKey = ({ line: { kind, childId, activityId, fiscal }, day }: UnitLeft): string =>
  `${kind} ${childId} ${activityId} ${fiscal} ${day}`

const monthsOf = (units: readonly UnitLeft[]): ReadonlySet<string> => new Set(units.map(({ day }) => monthKey(day)))

/** Why what was chosen cannot be taken back without something else of the invoice. */
const refuseIncomplete = (
  asked: readonly UnitLeft[],
  taken: ReadonlySet<UnitLeft>,
  left: readonly UnitLeft[],
): string | undefined => {
  const deduction = asked.find((unit) => unit.line.unitCents < 0 && !taken.has(unit))
  if (deduction?.line.kind === 'freeLine')
    return `«\u00a0${deduction.line.label}\u00a0» se rend avec toute la facture, ou par une ligne libre du montant contraire.`
  if (deduction)
    return `«\u00a0${deduction.line.label}\u00a0»\u00a0: une réduction se rend avec les jours dont elle baisse le prix. Choisissez ces jours.`
  const unfinished = monthsOf(left.filter(({ line }) => line.unitCents > 0))
  const minimum = asked.find(({ line, day }) => line.needsMonth && unfinished.has(monthKey(day)))
  if (minimum)
    return `«\u00a0${minimum.line.label}\u00a0» ne se rend pas seul sur cette facture\u00a0: choisissez aussi toutes les autres lignes du même mois.`
  for (const ofDay of Map.groupBy(taken, dayKey).values()) {
    const [first] = ofDay
    if (!first || first.line.kind !== 'days' || netOf(ofDay) >= 0) continue
    const others = left.filter((unit) => unit.line.unitCents > 0 && dayKey(unit) === dayKey(first))
    const deductions = ofDay.filter(({ line }) => line.unitCents < 0)
    const prices = ofDay.filter(({ line }) => line.unitCents > 0)
    if (others.length > 0)
      return `${briefDay(first.day)}\u00a0: ${labelsOf(deductions)} dépasse ce que coûte ${labelsOf(prices)}. Choisissez aussi ${labelsOf(others)} pour ce jour.`
  }
  return undefined
}

const labelsOf = (units: readonly UnitLeft[]): string =>
  listed([...new Set(units.map(({ line }) => `«\u00a0${line.label}\u00a0»`))])

const netOf = (units: readonly UnitLeft[]): Cents => units.reduce((sum, { line }) => sum + line.unitCents, 0)

/**
 * The parts in the order of the invoice, one for each line. In a « définitif » note, one for each month of the line,
 * because a give-up belongs to a span, and one for each amount given up.
 */
const partsOf = (units: readonly UnitLeft[], isForGood: boolean): CreditedPart[] => {
  const givenUp = isForGood ? givenUpOf(units) : new Map<UnitLeft, Cents>()
  const keyOf = (unit: UnitLeft) =>
    isForGood ? `${unit.line.id} ${monthKey(unit.day)} ${givenUp.get(unit) ?? 0}` : unit.line.id
  return [...Map.groupBy(units, keyOf).values()].flatMap((same) => {
    const [first] = same
    if (!first) return []
    return [{ line: first.line, days: same.map(({ day }) => day), givenUpCents: givenUp.get(first) ?? 0 }]
  })
}

/** The deductions of a day are taken off its last units, so that the first ones are given up at their full price. */
const givenUpOf = (units: readonly UnitLeft[]): ReadonlyMap<UnitLeft, Cents> => {
  const givenUp = new Map<UnitLeft, Cents>()
  const keyOf = (unit: UnitLeft) => (isLowered(unit.line) ? dayKey(unit) : unit.line.id)
  for (const together of Map.groupBy(units, keyOf).values()) {
    let rest = netOf(together)
    for (const unit of together) {
      const cents = Math.max(0, Math.min(rest, unit.line.unitCents))
      givenUp.set(unit, cents)
      rest -= cents
    }
  }
  return givenUp
}
