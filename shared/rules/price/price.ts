import { compareTexts } from '../../collections.ts'
import { type Day, isWithin, type Month, yearOf } from '../calendar/day.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { listed } from '../text/french.ts'
import { countDay, isBilled, lateCollectionSlots } from './day-units.ts'
import { familyQuotientOn } from './family-quotient.ts'
import { type Findings, findingsOf } from './findings.ts'
import {
  coverageText,
  type ForfaitFacts,
  firstDaysBilledIn,
  firstOwedDay,
  instalmentsOf,
  isBilledIn,
  type OwedCoverage,
  owedCoverages,
  owedOf,
} from './forfait.ts'
import { penaltiesOf } from './penalties.ts'
import {
  type ChosenPrice,
  type ConditionFacts,
  chosenPrice,
  conditionHolds,
  declaredOn,
  isInCountingPeriod,
} from './price-conditions.ts'
import { type Cost, type DeductibleDay, deductInOrder } from './price-deductions.ts'
import { addUnit, basisFor, groupFor, type LineGroup, type PricingBasis } from './price-groups.ts'
import { applyQuantities, type DayUnit, type QuantityPart } from './price-quantity.ts'
import type {
  ChargeableDay,
  ChargeableSlot,
  DeclaredFacts,
  Priced,
  PriceGrounds,
  PriceLine,
  PriceRequest,
} from './price-terms.ts'
import {
  type CountingPeriod,
  defaultRanking,
  type Fiscal,
  type Forfait,
  type Membership,
  needsQuotient,
  type TariffLine,
  type TariffVersion,
  versionOn,
  yearStart,
} from './tariff.ts'
import { unitPrice } from './unit-price.ts'

/**
 * Prices the days of one child in one activity: for the cost shown before a demande, and the calendar's panel. Each day
 * is priced with the tariff, quotient and residence of that day. The unit price is rounded first, then multiplied.
 */
export const priceDays = (request: PriceRequest): Priced => {
  const priced = priceBeforeDeductions(request)
  applyQuantities([priced])
  deductInOrder(priced.settle())
  return priced.finish()
}

/**
 * The days of one child in one activity, priced but for the rules on quantity and the deductions, which may depend on
 * several activities: these come before `settle` and `finish`.
 */
export type PricedBeforeDeductions = QuantityPart & {
  /**
   * Puts the units into their lines; to call once, after `applyQuantities`.
   * @returns the costs from which deductions are taken
   */
  readonly settle: () => readonly DeductibleDay[]
  /** To call once, after `settle` and the deductions. */
  readonly finish: () => Priced
}

export const priceBeforeDeductions = (request: PriceRequest): PricedBeforeDeductions => {
  const pricing = pricingOf(request)
  for (const day of request.days.toSorted((a, b) => compareTexts(a.day, b.day))) priceDay(pricing, day)
  if (request.month) priceForfaits(pricing, request.month)
  return {
    childId: request.childId ?? 0,
    units: pricing.units,
    attendedDays: (per, on, slots) => attendedDays(request, per, on, slots),
    settle() {
      for (const { group, day, slots } of this.units) addUnit(group, day, slots)
      return deductibleDays(this.units)
    },
    finish: () => {
      const lines = pricing.bases
        .flatMap((basis) => [...basis.groups.values()].map((group) => lineOf(group, basis)))
        .filter(({ quantity }) => quantity > 0)
        .toSorted(byFiscalThenDay)
      return { lines, totalCents: sumOfLines(lines), ...pricing.findings.all() }
    },
  }
}

/** What the days of one child in one activity have given so far. */
type Pricing = {
  readonly request: PriceRequest
  readonly bases: PricingBasis[]
  readonly units: DayUnit[]
  readonly findings: Findings
  /** The forfaits of a line that cover the days to price. */
  readonly coveragesOf: (line: TariffLine) => readonly OwedCoverage[]
}

const pricingOf = (request: PriceRequest): Pricing => {
  const days = request.days.map(({ day }) => day).toSorted()
  const [from] = days
  const to = days.at(-1)
  const known = new Map<TariffLine, readonly OwedCoverage[]>()
  return {
    request,
    bases: [],
    units: [],
    findings: findingsOf(request.activity),
    coveragesOf: (line) => {
      const found =
        known.get(line) ??
        (line.count.per === 'forfait' && from && to
          ? owedCoverages(line.count, forfaitFacts(request, line), { from, to })
          : [])
      known.set(line, found)
      return found
    },
  }
}

const priceDay = (pricing: Pricing, { day, slots: bookedSlots, late, presence }: ChargeableDay): void => {
  const { request, units, findings, coveragesOf } = pricing
  const version = request.tariff ? versionOn(request.tariff, day) : undefined
  const slots = version && late ? [...bookedSlots, ...lateCollectionSlots(version, late)] : bookedSlots
  if (!version) {
    if (slots.length > 0) findings.fail('noTariff', day)
    return
  }
  const attended = slots.filter(({ why }) => why !== 'lateCancellation')
  const billed = attended.filter((slot) => isBilled(version, slot))
  const cancelled = slots.filter(({ why }) => why === 'lateCancellation')
  findings.remark(day, attended, version)
  if (slots.some(({ attendance, why }) => attendance === 'notPointed' && why === 'booked'))
    findings.doubt('notPointed', day)
  const untold = version.beside?.untoldAbsence
    ? attended.filter(({ why, attendance }) => why === 'booked' && attendance === 'absent')
    : []
  if (billed.length === 0 && cancelled.length === 0 && untold.length === 0) return

  const context = contextOn(pricing, version, day, billed)
  const { facts, basis } = context
  const isCovered = (line: TariffLine) => coveragesOf(line).some((coverage) => isWithin(coverage, day))
  const counted = countDay(version, billed, facts, isCovered, presence)
  if ('unpriced' in counted) {
    findings.fail('noPrice', day, listed(counted.unpriced))
    return
  }
  for (const { key, line, unit, chosen, asksResidence, isUnbooked, slots: unitSlots } of counted.units) {
    addDoubts(findings, day, chosen.price, context, asksResidence)
    const group = groupFor(basis, key, () => ({
      line: line.label,
      fiscal: line.fiscal,
      unit,
      ...unitPrice(chosen.price, unit, basis, line.fiscal, isUnbooked, chosen.condition),
      ...(chosen.condition !== null && { condition: chosen.condition }),
    }))
    units.push({ day, basis, group, slots: unitSlots, line, isUnbooked, facts })
  }
  const priceOf = (slot: ChargeableSlot) =>
    units
      .filter((unit) => unit.day === day && unit.slots.includes(slot))
      .reduce((sum, { group, slots: own }) => sum + group.cents / own.length, 0)
  for (const penalty of penaltiesOf(version, basis, { billed, cancelled, untold }, priceOf))
    units.push({ day, basis, ...penalty, line: null, isUnbooked: false, facts })
}

/** What is known of the home on a day, and the group of prices that it belongs to. */
const contextOn = (
  { request, bases }: Pricing,
  version: TariffVersion,
  day: Day,
  billed: readonly ChargeableSlot[],
) => {
  const residence = request.residence.find((row) => isWithin(row, day))
  const resident = residence?.resident ?? false
  const basis = basisFor(
    bases,
    version,
    familyQuotientOn(request.familyQuotients, day) ?? unknownQuotient,
    resident,
    version.siblings ? (request.rankOn?.(day, version.siblings.by ?? 'rank', version.ranking) ?? 1) : 1,
  )
  return { isResidenceKnown: residence !== undefined, basis, facts: factsOn(request, version, day, resident, billed) }
}

/** @param asksResidence whether the choice of the price depends on where the home lives */
const addDoubts = (
  findings: Findings,
  day: Day,
  price: ChosenPrice['price'],
  { basis, isResidenceKnown }: Pick<ReturnType<typeof contextOn>, 'basis' | 'isResidenceKnown'>,
  asksResidence: boolean,
): void => {
  const prices = price.method === 'together' ? price.totals : [price]
  if (basis.familyQuotient === null && prices.some(({ method }) => needsQuotient[method]))
    findings.doubt(basis.quotientEndedOn ? 'endedQuotient' : 'quotient', day)
  if (!isResidenceKnown && (asksResidence || prices.some(({ nonResident }) => nonResident.rule !== 'same')))
    findings.doubt('residence', day)
}

const forfaitFacts = (request: PriceRequest, line: TariffLine): ForfaitFacts => ({
  ...request,
  days: [...request.days, ...(request.around ?? [])],
  comes: (day, slot) => {
    const version = request.tariff && versionOn(request.tariff, day)
    if (slot.why === 'lateCancellation' || (line.withoutBooking && slot.why === 'withoutBooking')) return false
    return version ? isBilled(version, slot) : false
  },
})

/** Adds the instalments of forfaits that are billed in the month. */
const priceForfaits = (pricing: Pricing, month: Month): void => {
  const { request } = pricing
  for (const version of request.tariff?.versions ?? []) {
    for (const [index, line] of version.lines.entries()) {
      const { count } = line
      if (count.per !== 'forfait') continue
      for (const coverage of owedCoverages(count, forfaitFacts(request, line), firstDaysBilledIn(month, count))) {
        if (request.tariff && versionOn(request.tariff, firstOwedDay(coverage)) === version)
          priceForfait(pricing, month, version, { index, line, count, coverage })
      }
    }
  }
}

const priceForfait = (
  pricing: Pricing,
  month: Month,
  version: TariffVersion,
  {
    index,
    line,
    count,
    coverage,
  }: {
    readonly index: number
    readonly line: TariffLine
    readonly count: Forfait
    readonly coverage: OwedCoverage
  },
): void => {
  const { request, units, findings } = pricing
  const first = firstOwedDay(coverage)
  const context = contextOn(pricing, version, first, [])
  const { facts, basis } = context
  if (line.when && !conditionHolds(line.when, facts(count.slots))) return
  const { unit, price } = coverage.step
  const chosen = chosenPrice(price, () => facts(count.slots))
  if (!chosen) {
    findings.fail('noPrice', first, line.label)
    return
  }
  const whole = unitPrice(chosen.price, unit, basis, line.fiscal, false, chosen.condition)
  const { cents, steps } = owedOf(whole.cents, count, coverage, forfaitFacts(request, line), version.rounding)
  const instalments = instalmentsOf(cents, count, coverage).filter((instalment) => isBilledIn(month, instalment))
  const covered = request.days.flatMap(({ day, slots }) =>
    isWithin(coverage, day) ? slots.filter(({ slot }) => count.slots.includes(slot)) : [],
  )
  for (const [at, instalment] of instalments.entries()) {
    addDoubts(findings, instalment.day, chosen.price, context, false)
    const text = coverageText(count, coverage, instalment.name)
    const all = [
      whole.explanation,
      ...steps,
      ...(instalment.cents === whole.cents ? [] : [formatEuros(instalment.cents)]),
    ]
    const group = groupFor(basis, `forfait ${index} ${text} ${instalment.cents} ${all.join()}`, () => ({
      line: line.label,
      fiscal: line.fiscal,
      unit,
      ...whole,
      cents: instalment.cents,
      explanation: [text, ...all].join(' → '),
      condition: text,
    }))
    const slots = at === 0 ? covered : []
    units.push({ day: instalment.day, basis, group, slots, line, isUnbooked: false, facts })
  }
}

/** The costs of each day that deductions may reduce: those of its units, less their reductions by quantity. */
const deductibleDays = (units: readonly DayUnit[]): DeductibleDay[] => {
  const aided = units.filter(({ basis }) => basis.version.deductions)
  return [...Map.groupBy(aided, ({ day }) => day)].flatMap(([day, ofDay]) => {
    const [first] = ofDay
    if (!first) return []
    const costs: Cost[] = ofDay.flatMap(({ line, group, slots }) =>
      line && group.cents >= 0 && group.reduction === undefined
        ? [{ fiscal: group.fiscal, cents: group.cents, slots }]
        : [],
    )
    const reduced = ofDay.reduce((rest, { group }) => (group.reduction === undefined ? rest : less(rest, group)), costs)
    return [{ day, basis: first.basis, costs: reduced }]
  })
}

/** Takes a reduction off the costs of its fiscal category, the first ones first. */
const less = (costs: readonly Cost[], { fiscal, cents }: Pick<LineGroup, 'fiscal' | 'cents'>): Cost[] => {
  let rest = 0 - cents
  return costs.map((cost) => {
    const taken = cost.fiscal === fiscal ? Math.min(rest, cost.cents) : 0
    rest -= taken
    return { ...cost, cents: cost.cents - taken }
  })
}

export const sumOfLines = (lines: readonly Pick<PriceLine, 'totalCents'>[]): Cents =>
  lines.reduce((sum, { totalCents }) => sum + totalCents, 0)

/** What conditions may ask about the child on that day, by the slots of the line. */
const factsOn =
  (request: PriceRequest, version: TariffVersion, day: Day, resident: boolean, billed: readonly ChargeableSlot[]) =>
  (slots: readonly string[]): ConditionFacts => {
    const { registrations = [], rankOn, childId } = request
    const ranking = version.ranking ?? defaultRanking
    return {
      day,
      resident,
      slots: billed.map(({ slot }) => slot),
      ...declaredOn(request, childId, day),
      rank: () => rankOn?.(day, 'rank', ranking) ?? 1,
      children: () => rankOn?.(day, 'count', ranking) ?? 1,
      weekdays: () =>
        new Set(
          registrations
            .filter((one) => isWithin(one, day))
            .flatMap(({ week }) => week.flatMap(({ weekday, slot }) => (slots.includes(slot) ? [weekday] : []))),
        ).size,
      counted: (per) => {
        const days = attendedDays(request, per, day, slots)
        return { nth: days.filter((other) => other <= day).length, days: days.length }
      },
    }
  }

/** The days of the same week, month or period as `on` on which the child comes to one of the slots, in order. */
const attendedDays = (
  { days, around = [], registrations = [], tariff }: PriceRequest,
  per: CountingPeriod,
  on: Day,
  slots: readonly string[],
): Day[] => {
  const isIn = isInCountingPeriod(per, registrations, on)
  const comes = (other: ChargeableDay): boolean => {
    const version = tariff && versionOn(tariff, other.day)
    return other.slots.some(
      (slot) => slots.includes(slot.slot) && slot.why !== 'lateCancellation' && version && isBilled(version, slot),
    )
  }
  const coming = [...days, ...around].flatMap((other) => (isIn(other.day) && comes(other) ? [other.day] : []))
  return [...new Set(coming)].toSorted()
}

const lineOf = (group: LineGroup, basis: PricingBasis): PriceLine => {
  const {
    line,
    unit,
    cents,
    fiscal,
    explanation,
    bracket,
    days,
    cellsOfUnits,
    deduction,
    isReduced,
    condition,
    reduction,
    lateCancellation,
  } = group
  return {
    label: line,
    quantity: days.length,
    unit,
    unitCents: cents,
    totalCents: cents * days.length,
    fiscal,
    explanation,
    days,
    cellsOfUnits,
    basis: {
      ...priceBasis(basis, bracket),
      ...(isReduced && { rank: basis.rank }),
      ...(condition !== undefined && { condition }),
      ...(reduction !== undefined && { reduction }),
      ...(deduction !== undefined && { deduction }),
      ...(lateCancellation && { lateCancellation }),
    },
  }
}

const unknownQuotient = { value: null }

const priceBasis = (
  { familyQuotient, quotientEndedOn, resident, version }: PricingBasis,
  bracket: string | null,
): PriceGrounds => ({
  familyQuotient,
  ...(quotientEndedOn && { quotientEndedOn }),
  bracket,
  resident,
  example: version.example,
})

/** The invoice line of a membership, priced on that day. */
export const membershipLine = (
  version: TariffVersion,
  membership: Membership,
  { familyQuotients, residence, ...declared }: Pick<PriceRequest, 'familyQuotients' | 'residence'> & DeclaredFacts,
  on: Day,
  childId: number,
): PriceLine => {
  const basis = basisFor(
    [],
    version,
    familyQuotientOn(familyQuotients, on) ?? unknownQuotient,
    residence.find((row) => isWithin(row, on))?.resident ?? false,
    1,
  )
  const start = yearStart(membership.year, on)
  const unit = { one: 'adhésion', many: 'adhésions' }
  const alone = { slots: [], rank: () => 1, children: () => 1, weekdays: () => 0, counted: () => ({ nth: 0, days: 0 }) }
  const chosen = chosenPrice(membership.price, () => ({
    ...alone,
    day: on,
    resident: basis.resident,
    ...declaredOn(declared, childId, on),
  }))
  if (!chosen) throw new RangeError('a membership has a price for everybody')
  const { price, condition } = chosen
  const { cents, explanation, bracket } = unitPrice(price, unit, basis, null, false, condition)
  return {
    label: membership.label,
    quantity: 1,
    unit,
    unitCents: cents,
    totalCents: cents,
    fiscal: 'autre',
    explanation: `${explanation}, une fois pour ${membership.year === 'civil' ? yearOf(start) : `${yearOf(start)}-${yearOf(start) + 1}`}`,
    days: [on],
    cellsOfUnits: [[]],
    basis: { ...priceBasis(basis, bracket), membership: start },
  }
}

const fiscalOrder: readonly Fiscal[] = ['garde', 'repas', 'autre']

type LineToSort = Pick<PriceLine, 'fiscal' | 'unitCents' | 'days'>

/** The order of lines: care, meals, then the rest; within each, deductions last, then by first day. */
export const byFiscalThenDay = (a: LineToSort, b: LineToSort): number =>
  fiscalOrder.indexOf(a.fiscal) - fiscalOrder.indexOf(b.fiscal) ||
  Number(a.unitCents < 0) - Number(b.unitCents < 0) ||
  compareTexts(a.days[0] ?? '', b.days[0] ?? '')
