import { compareTexts } from '../../../collections.ts'
import { type Day, isWithin, type Month } from '../../calendar/day.ts'
import { formatEuros } from '../../money/money.ts'
import { forfaitPenalty } from '../penalties.ts'
import { chosenPrice, conditionHolds } from '../price-conditions.ts'
import { groupFor } from '../price-groups.ts'
import type { ChargeableSlot } from '../price-terms.ts'
import { addDoubts, contextOn, daysAround, forfaitFacts, type Pricing } from '../pricing.ts'
import { type Forfait, slotsOf, type TariffLine, type TariffVersion, versionOn } from '../tariff.ts'
import { unitPrice } from '../unit-price.ts'
import {
  coverageText,
  firstDaysBilledIn,
  firstOwedDay,
  hasDueDate,
  instalmentsOf,
  isBilledIn,
  type OwedCoverage,
  owedCoverages,
  owedOf,
} from './forfait.ts'

/* What a child owes of forfaits in a month, as units of its days. */

/** Adds the instalments of forfaits that are billed in the month. */
export const priceForfaits = (pricing: Pricing, month: Month): void => {
  const { request } = pricing
  for (const version of request.tariff?.versions ?? []) {
    for (const [index, line] of version.lines.entries()) {
      const { count } = line
      if (count.per !== 'forfait') continue
      for (const coverage of owedCoverages(count, forfaitFacts(request, line), firstDaysBilledIn(month, count))) {
        if (request.tariff && versionOn(request.tariff, firstOwedDay(coverage)) === version)
          priceForfait(pricing, month, version, { index, line, count, coverage })
      }
      if (version.beside?.lateCancellation) priceLostForfaits(pricing, version, line, count)
    }
  }
}

/** The whole price of a forfait, and what sets it; undefined where it has none. */
const wholePriceOf = (pricing: Pricing, version: TariffVersion, line: TariffLine, coverage: OwedCoverage) => {
  const first = firstOwedDay(coverage)
  const slots = slotsOf(line.count)
  const context = contextOn(pricing, version, first, [])
  const { facts, basis } = context
  if (line.when && !conditionHolds(line.when, facts(slots))) return undefined
  const { unit, price } = coverage.step
  const chosen = chosenPrice(price, () => facts(slots))
  if (!chosen) {
    pricing.findings.fail('noPrice', first, line.label)
    return undefined
  }
  const whole = unitPrice(chosen.price, unit, basis, line.fiscal, false, chosen.condition)
  return { context, chosen, whole }
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
  const priced = wholePriceOf(pricing, version, line, coverage)
  if (!priced) return
  const { context, chosen, whole } = priced
  const { facts, basis } = context
  const { unit } = coverage.step
  const { cents, steps } = owedOf(whole.cents, count, coverage, forfaitFacts(request, line), version.rounding)
  const instalments = instalmentsOf(cents, count, coverage).filter((instalment) => isBilledIn(month, instalment))
  const covered = request.days.flatMap(({ day, slots }) =>
    isWithin(coverage, day) ? slots.filter(({ slot }) => count.slots.includes(slot)) : [],
  )
  for (const [at, instalment] of instalments.entries()) {
    addDoubts(findings, instalment.day, chosen.price, context, false)
    const text = coverageText(count, coverage, instalment)
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
      ...(hasDueDate(instalment) && { dueOn: instalment.day }),
    }))
    const slots = at === 0 ? covered : []
    units.push({ day: instalment.day, basis, group, slots, line, isUnbooked: false, facts })
  }
}

/**
 * Adds what remains due of forfaits by booking that are no longer owed, or owed for less, since days were given back.
 */
const priceLostForfaits = (pricing: Pricing, version: TariffVersion, line: TariffLine, count: Forfait): void => {
  const { request, units } = pricing
  const givenBack = daysAround(request)
    .flatMap(({ day, slots }) =>
      slots.flatMap((slot) =>
        slot.why === 'lateCancellation' && typeof slot.surcharge === 'object' && count.slots.includes(slot.slot)
          ? [{ day, slot, notice: slot.surcharge.notice }]
          : [],
      ),
    )
    .toSorted((one, other) => compareTexts(one.day, other.day))
  const [first] = givenBack
  const last = givenBack.at(-1)
  if (!first || !last) return
  const within = { from: first.day, to: last.day }
  const facts = forfaitFacts(request, line)
  const returned = new Set(givenBack.map(({ slot }) => slot))
  const ifKept = { ...facts, comes: (day: Day, slot: ChargeableSlot) => returned.has(slot) || facts.comes(day, slot) }
  const owed = new Map(owedCoverages(count, facts, within).map((coverage) => [coverage.from, coverage]))
  for (const coverage of owedCoverages(count, ifKept, within)) {
    const own = givenBack.filter(({ day }) => isWithin(coverage, day))
    const [begun] = own
    // The month of the first day that was given back owes it.
    const here = own.filter(({ slot }) => request.days.some(({ slots }) => slots.includes(slot)))
    if (!begun || here[0] !== begun || !request.tariff || versionOn(request.tariff, firstOwedDay(coverage)) !== version)
      continue
    const kept = wholePriceOf(pricing, version, line, coverage)
    const still = owed.get(coverage.from)
    const lost =
      (kept?.whole.cents ?? 0) - (still ? (wholePriceOf(pricing, version, line, still)?.whole.cents ?? 0) : 0)
    // Until the last of its days was given back, the child kept the place.
    const notice = Math.min(...own.map((one) => one.notice))
    const group = kept && lost > 0 ? forfaitPenalty(version, kept.context.basis, lost, notice) : undefined
    if (!kept || !group) continue
    const { basis, facts: ofDay } = kept.context
    const slots = here.map(({ slot }) => slot)
    units.push({ day: begun.day, basis, group, slots, line: null, isUnbooked: false, facts: ofDay })
  }
}
