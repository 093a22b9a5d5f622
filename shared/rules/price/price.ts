import { compareTexts } from '../../collections.ts'
import { type Day, isWithin, yearOf } from '../calendar/day.ts'
import { type Cents } from '../money/money.ts'
import { listed } from '../text/french.ts'
import { countDay, isBilled, lateCollectionSlots } from './day-units.ts'
import { familyQuotientOn } from './family-quotient.ts'
import { priceForfaits } from './forfaits/forfait-units.ts'
import { penaltiesOf } from './penalties.ts'
import { chosenPrice, declaredOn } from './price-conditions.ts'
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
import { addDoubts, attendedDays, contextOn, type Pricing, pricingOf, unknownQuotient } from './pricing.ts'
import { type Fiscal, type Membership, type TariffLine, type TariffVersion, versionOn, yearStart } from './tariff.ts'
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
 * The days of one child in one activity, priced before rules on quantity and deductions, which may depend on other
 * activities. Apply the quantities, call `settle`, take the deductions, then call `finish`.
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
  const saved = savedBy(pricing, version, { day, billed, cancelled, presence })
  const priceOf = (slot: ChargeableSlot) =>
    saved.get(slot) ??
    units
      .filter((unit) => unit.day === day && unit.slots.includes(slot))
      .reduce((sum, { group, slots: own }) => sum + group.cents / own.length, 0)
  for (const penalty of penaltiesOf(version, basis, { billed, cancelled, untold }, priceOf))
    units.push({ day, basis, ...penalty, line: null, isUnbooked: false, facts })
}

/** What each place given back late would have cost beside the others, where the tariff asks for a share of it. */
const savedBy = (
  pricing: Pricing,
  version: TariffVersion,
  {
    day,
    billed,
    cancelled,
    presence,
  }: Pick<ChargeableDay, 'day' | 'presence'> & Record<'billed' | 'cancelled', readonly ChargeableSlot[]>,
): ReadonlyMap<ChargeableSlot, Cents> => {
  const saved = new Map<ChargeableSlot, Cents>()
  const ofTariff = cancelled.filter(({ surcharge }) => typeof surcharge === 'object')
  if (ofTariff.length === 0 || !version.beside?.lateCancellation) return saved
  const costOf = (slots: readonly ChargeableSlot[]): Cents => {
    const { facts, basis } = contextOn(pricing, version, day, slots)
    const counted = countDay(version, slots, facts, () => true, presence)
    if ('units' in counted)
      return counted.units.reduce(
        (sum, { line, unit, chosen, isUnbooked }) =>
          sum + unitPrice(chosen.price, unit, basis, line.fiscal, isUnbooked, chosen.condition).cents,
        0,
      )
    pricing.findings.fail('noPrice', day, listed(counted.unpriced))
    return 0
  }
  let kept = billed
  let cost = costOf(kept)
  for (const slot of ofTariff) {
    kept = [...kept, asKept(slot)]
    const next = costOf(kept)
    saved.set(slot, Math.max(0, next - cost))
    cost = next
  }
  return saved
}

/** The place as if it had not been given back. */
const asKept = (slot: ChargeableSlot): ChargeableSlot => ({ ...slot, why: 'booked', attendance: 'present' })

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
    dueOn,
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
      ...(dueOn !== undefined && { dueOn }),
      ...(reduction !== undefined && { reduction }),
      ...(deduction !== undefined && { deduction }),
      ...(lateCancellation && { lateCancellation }),
    },
  }
}

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
  const alone = {
    slots: [],
    group: () => null,
    rank: () => 1,
    children: () => 1,
    weekdays: () => 0,
    counted: () => ({ nth: 0, days: 0 }),
  }
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
