import { compareTexts } from '../../collections.ts'
import { type Day, isWithin, minutesOf, yearOf } from '../calendar/day.ts'
import { type Cents, formatEuros, hundredths, roundedBy } from '../money/money.ts'
import { briefDay, listed } from '../text/french.ts'
import { familyQuotientOn } from './family-quotient.ts'
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
  PriceError,
  PriceGrounds,
  PriceLine,
  PriceRemark,
  PriceRequest,
  PriceWarning,
} from './price-terms.ts'
import {
  allLines,
  type Count,
  type CountingPeriod,
  defaultRanking,
  type Fiscal,
  type Forfait,
  lateCollectionSlot,
  type Membership,
  needsQuotient,
  type Surcharge,
  slotsOf,
  startedParts,
  type TariffLine,
  type TariffVersion,
  type UnitName,
  type UnitPrice,
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
 * The days of one child in one activity, before the quantities and the deductions, whose limits several activities may
 * share.
 */
export type PricedBeforeDeductions = QuantityPart & {
  /** To call once, after the quantities: puts the units into their lines. @returns what aids may be deducted from */
  readonly settle: () => readonly DeductibleDay[]
  /** To call once, after the deductions. */
  readonly finish: () => Priced
}

export const priceBeforeDeductions = (request: PriceRequest): PricedBeforeDeductions => {
  const bases: PricingBasis[] = []
  const units: DayUnit[] = []
  const remarks: PriceRemark[] = []
  const problems = new Map<string, { kind: PriceError['kind']; slots: string; days: Day[] }>()
  const noFamilyQuotient = new Set<Day>()
  const endedQuotient = new Set<Day>()
  const noResidence = new Set<Day>()
  const notPointed = new Set<Day>()
  const fail = (kind: PriceError['kind'], day: Day, slots = '') => {
    const existing = problems.get(kind + slots)
    if (existing) existing.days.push(day)
    else problems.set(kind + slots, { kind, slots, days: [day] })
  }

  const factsOfDay = (version: TariffVersion, day: Day, billed: readonly ChargeableSlot[]) => {
    const residence = request.residence.find((row) => isWithin(row, day))
    const basis = basisFor(
      bases,
      version,
      familyQuotientOn(request.familyQuotients, day) ?? unknownQuotient,
      residence?.resident ?? false,
      version.siblings ? (request.rankOn?.(day, version.siblings.by ?? 'rank', version.ranking) ?? 1) : 1,
    )
    return { residence, basis, facts: factsOn(request, version, day, residence?.resident ?? false, billed) }
  }
  const warnOfFacts = (
    day: Day,
    price: ChosenPrice['price'],
    { basis, residence, asksResidence }: { basis: PricingBasis; residence: object | undefined; asksResidence: boolean },
  ) => {
    const prices = price.method === 'together' ? price.totals : [price]
    if (basis.familyQuotient === null && prices.some(({ method }) => needsQuotient[method]))
      (basis.quotientEndedOn ? endedQuotient : noFamilyQuotient).add(day)
    if (!residence && (asksResidence || prices.some(({ nonResident }) => nonResident.rule !== 'same')))
      noResidence.add(day)
  }
  const forfaitFacts = (line: TariffLine): ForfaitFacts => ({
    ...request,
    days: [...request.days, ...(request.around ?? [])],
    comes: (day, slot) => {
      const version = request.tariff && versionOn(request.tariff, day)
      if (slot.why === 'lateCancellation' || (line.withoutBooking && slot.why === 'withoutBooking')) return false
      return version ? isBilled(version, slot) : false
    },
  })
  const coveragesOfLines = new Map<TariffLine, readonly OwedCoverage[]>()
  /** @param within absent: those that cover the days to price */
  const owedCoveragesOf = (
    line: TariffLine,
    within?: { readonly from: Day; readonly to: Day },
  ): readonly OwedCoverage[] => {
    const { count } = line
    if (count.per !== 'forfait') return []
    if (within) return owedCoverages(count, forfaitFacts(line), within)
    const known = coveragesOfLines.get(line)
    if (known) return known
    const days = request.days.map(({ day }) => day).toSorted()
    const [from] = days
    const to = days.at(-1)
    const found = from && to ? owedCoverages(count, forfaitFacts(line), { from, to }) : []
    coveragesOfLines.set(line, found)
    return found
  }

  for (const { day, slots: bookedSlots, late, presence } of request.days.toSorted((a, b) =>
    compareTexts(a.day, b.day),
  )) {
    const version = request.tariff ? versionOn(request.tariff, day) : undefined
    const slots = version && late ? [...bookedSlots, ...lateCollectionSlots(version, late)] : bookedSlots
    if (!version) {
      if (slots.length > 0) fail('noTariff', day)
      continue
    }
    const attended = slots.filter(({ why }) => why !== 'lateCancellation')
    const billed = attended.filter((slot) => isBilled(version, slot))
    const cancelled = slots.filter(({ why }) => why === 'lateCancellation')
    addRemarks(remarks, day, attended, version)
    if (slots.some(({ attendance, why }) => attendance === 'notPointed' && why === 'booked')) notPointed.add(day)
    const untold = version.beside?.untoldAbsence
      ? attended.filter(({ why, attendance }) => why === 'booked' && attendance === 'absent')
      : []
    if (billed.length === 0 && cancelled.length === 0 && untold.length === 0) continue

    const { residence, facts, basis } = factsOfDay(version, day, billed)
    const counted = countDay(
      version,
      billed,
      facts,
      (line) => owedCoveragesOf(line).some((coverage) => isWithin(coverage, day)),
      presence,
    )
    if ('unpriced' in counted) {
      fail('noPrice', day, listed(counted.unpriced))
      continue
    }
    for (const { key, line, unit, chosen, asksResidence, isUnbooked, slots: unitSlots } of counted.units) {
      warnOfFacts(day, chosen.price, { basis, asksResidence: asksResidence && !residence, residence })
      const group = groupFor(basis, key, () => ({
        line: line.label,
        fiscal: line.fiscal,
        unit,
        ...unitPrice(chosen.price, unit, basis, line.fiscal, isUnbooked, chosen.condition),
        ...(chosen.condition !== null && { condition: chosen.condition }),
      }))
      units.push({ day, basis, group, slots: unitSlots, line, isUnbooked, facts })
    }
    for (const [kind, surcharge, slots] of [
      ['unbooked', version.beside?.unbooked, billed.filter((slot) => owesUnbookedSurcharge(version, slot))],
      ['untoldAbsence', version.beside?.untoldAbsence, untold],
    ] as const) {
      for (const slot of surcharge ? slots : []) {
        const price = units
          .filter((unit) => unit.day === day && unit.slots.includes(slot))
          .reduce((sum, { group, slots: own }) => sum + group.cents / own.length, 0)
        const cents = surcharge ? surchargeOf(surcharge, price, version) : 0
        if (cents === 0) continue
        const group = groupFor(basis, `${kind} ${cents}`, () => ({ ...penalty(cents), ...besideWords[kind](cents) }))
        units.push({ day, basis, group, slots: [slot], line: null, isUnbooked: false, facts })
      }
    }
    for (const slot of [...billed, ...cancelled]) {
      const { surcharge, why } = slot
      const kind = why === 'lateCancellation' ? 'cancellation' : 'booking'
      if (!surcharge) continue
      const group = groupFor(basis, `late ${kind} ${surcharge}`, () => penalties[kind](surcharge))
      units.push({ day, basis, group, slots: [slot], line: null, isUnbooked: false, facts })
    }
  }

  const { month } = request
  for (const version of month ? (request.tariff?.versions ?? []) : []) {
    for (const [index, line] of version.lines.entries()) {
      const { count } = line
      if (count.per !== 'forfait' || !month) continue
      for (const coverage of owedCoveragesOf(line, firstDaysBilledIn(month, count))) {
        const first = firstOwedDay(coverage)
        if (request.tariff && versionOn(request.tariff, first) !== version) continue
        const { residence, facts, basis } = factsOfDay(version, first, [])
        if (line.when && !conditionHolds(line.when, facts(count.slots))) continue
        const chosen = chosenPrice(coverage.step.price, () => facts(count.slots))
        if (!chosen) {
          fail('noPrice', first, line.label)
          continue
        }
        const { unit } = coverage.step
        const whole = unitPrice(chosen.price, unit, basis, line.fiscal, false, chosen.condition)
        const { cents, steps } = owedOf(whole.cents, count, coverage, forfaitFacts(line), version.rounding)
        const instalments = instalmentsOf(cents, count, coverage).filter((instalment) => isBilledIn(month, instalment))
        const covered = request.days.flatMap(({ day, slots }) =>
          isWithin(coverage, day) ? slots.filter(({ slot }) => count.slots.includes(slot)) : [],
        )
        for (const [at, instalment] of instalments.entries()) {
          warnOfFacts(instalment.day, chosen.price, { basis, asksResidence: false, residence })
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
          units.push({
            day: instalment.day,
            basis,
            group,
            slots: at === 0 ? covered : [],
            line,
            isUnbooked: false,
            facts,
          })
        }
      }
    }
  }

  const warnings: PriceWarning[] = []
  const warn = (kind: PriceWarning['kind'], days: ReadonlySet<Day>, text: string) => {
    if (days.size > 0) warnings.push({ kind, days: [...days], text: `${text}\u00a0: ${request.activity}` })
  }
  warn('noFamilyQuotient', noFamilyQuotient, 'Quotient familial inconnu, tarif le plus haut')
  warn('noFamilyQuotient', endedQuotient, 'Quotient familial plus valable, tarif le plus haut')
  warn('noResidence', noResidence, 'Adresse inconnue, tarif hors commune')
  warn('notPointed', notPointed, `Pointage manquant ${theDays([...notPointed])}, facturé comme présent`)
  const errors = [...problems.values()].map(({ kind, slots, days }) => ({
    kind,
    days,
    text:
      kind === 'noTariff'
        ? `Aucun tarif ${theDays(days)}\u00a0: ${request.activity}`
        : `Aucun prix pour ${slots} ${theDays(days)}\u00a0: ${request.activity}`,
  }))
  return {
    childId: request.childId ?? 0,
    units,
    attendedDays: (per, on, slots) => attendedDays(request, per, on, slots),
    settle() {
      for (const { group, day, slots } of this.units) addUnit(group, day, slots)
      return deductibleDays(this.units)
    },
    finish: () => {
      const lines = bases
        .flatMap((basis) => [...basis.groups.values()].map((group) => lineOf(group, basis)))
        .filter(({ quantity }) => quantity > 0)
        .toSorted(byFiscalThenDay)
      return { lines, totalCents: sumOfLines(lines), remarks, warnings, errors }
    },
  }
}

/** The costs of each day that aids may reduce: those of units, less their reductions by quantity. */
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

/** The slot of a late pick-up; none when the tariff has no price for it. */
const lateCollectionSlots = (
  version: TariffVersion,
  { minutes, cell }: NonNullable<ChargeableDay['late']>,
): ChargeableSlot[] =>
  allLines(version).some(({ count }) => slotsOf(count).includes(lateCollectionSlot))
    ? [{ slot: lateCollectionSlot, cell, why: 'booked', attendance: 'present', minutes }]
    : []

type CountedUnit = {
  readonly key: string
  readonly line: TariffLine
  readonly unit: UnitName
  readonly chosen: ChosenPrice
  /** Whether the choice depends on where the home lives. */
  readonly asksResidence: boolean
  readonly isUnbooked: boolean
  readonly slots: readonly ChargeableSlot[]
}

/** Whether a slot is billed, by the tariff's rule of absences. */
export const isBilled = (
  { absence }: Pick<TariffVersion, 'absence'>,
  { why, attendance }: Pick<ChargeableSlot, 'why' | 'attendance'>,
): boolean => {
  if (why !== 'booked') return true
  if (attendance === 'justifiedInTime') return absence.justifiedInTime === 'billed'
  if (attendance === 'absent' || attendance === 'justifiedLate') return absence.unjustified === 'billed'
  return true
}

/**
 * The billed units of one day's slots, one for each list in `slots`. Null when no formula matches the slots, or when a
 * slot of a price by time has no known length.
 */
const unitsOf = (
  count: Exclude<Count, Forfait>,
  together: readonly ChargeableSlot[],
  presence: ChargeableDay['presence'],
): readonly UnitsOfDay[] | null => {
  switch (count.per) {
    case 'day':
      return [{ place: '', unit: count.unit, price: count.price, slots: [together] }]
    case 'slot':
      return [{ place: '', unit: count.unit, price: count.price, slots: together.map((slot) => [slot]) }]
    case 'time': {
      const length = lengthOf(count, together, presence)
      if (Number.isNaN(length)) return null
      const { first } = count
      const isFirstDue = first !== undefined && length > count.grace
      const rest = first ? Math.max(0, length - first.minutes) : length
      const parts = startedParts(rest, count.minutes, count.grace)
      const slots = Array.from({ length: parts }, (_, part) => (part === 0 && !isFirstDue ? together : []))
      return [
        ...(first && isFirstDue ? [{ place: ' first', unit: first.unit, price: first.price, slots: [together] }] : []),
        { place: '', unit: count.unit, price: count.price, slots },
      ]
    }
    case 'formula': {
      const formulaIndex = count.formulas.findIndex(({ combinations }) =>
        combinations.some(
          (combination) =>
            combination.length === together.length && together.every(({ slot }) => combination.includes(slot)),
        ),
      )
      const formula = count.formulas[formulaIndex]
      return formula
        ? [{ place: ` ${formulaIndex}`, unit: formula.unit, price: formula.price, slots: [together] }]
        : null
    }
  }
}

type UnitsOfDay = {
  /** A space and the index of the formula; empty for a line with one price. */
  readonly place: string
  readonly unit: UnitName
  readonly price: UnitPrice
  readonly slots: readonly (readonly ChargeableSlot[])[]
}

/** The minutes to bill of the day's slots; not a number where a slot has no known length. */
const lengthOf = (
  { measured, clock }: Extract<Count, { per: 'time' }>,
  slots: readonly ChargeableSlot[],
  presence: ChargeableDay['presence'],
): number => {
  const from = Math.max(clock?.from ? minutesOf(clock.from) : 0, (measured === 'present' ? presence?.from : null) ?? 0)
  const to = Math.min(
    clock?.to ? minutesOf(clock.to) : Infinity,
    (measured === 'present' ? presence?.to : null) ?? Infinity,
  )
  return slots.reduce((sum, { minutes, hours }) => {
    if (from === 0 && to === Infinity) return sum + (minutes ?? Number.NaN)
    return sum + (hours ? Math.max(0, Math.min(hours.to, to) - Math.max(hours.from, from)) : Number.NaN)
  }, 0)
}

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

/** The days of that span around a day on which the child comes to one of the slots, in order. */
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

/**
 * The billed units of one day; or the slots that no line of the tariff prices, since a slot is never free by oversight.
 */
const countDay = (
  version: TariffVersion,
  billed: readonly ChargeableSlot[],
  factsOf: (slots: readonly string[]) => ConditionFacts,
  isCovered: (line: TariffLine) => boolean,
  presence: ChargeableDay['presence'],
): { readonly units: readonly CountedUnit[] } | { readonly unpriced: readonly string[] } => {
  const units: CountedUnit[] = []
  const unpriced = new Set(billed.map(({ slot }) => slot))
  for (const [index, line] of allLines(version).entries()) {
    const { count, withoutBooking, when } = line
    const named = slotsOf(count)
    const lineSlots = billed.filter(({ slot }) => named.includes(slot))
    if (lineSlots.length === 0) continue
    if (when && !conditionHolds(when, factsOf(named))) continue
    const unitsAt = (
      key: string,
      unit: UnitName,
      price: UnitPrice,
      isUnbooked: boolean,
      slotsOfUnits: readonly (readonly ChargeableSlot[])[],
    ): boolean => {
      const chosen = chosenPrice(price, () => factsOf(named))
      if (!chosen) return false
      const asksResidence = price.method === 'cases' && price.cases.some((one) => one.when.resident !== undefined)
      for (const slots of slotsOfUnits)
        units.push({ key: key + chosen.key, line, unit, chosen, asksResidence, isUnbooked, slots })
      for (const { slot } of slotsOfUnits.flat()) unpriced.delete(slot)
      return true
    }
    const unbookedSlots = withoutBooking ? lineSlots.filter(({ why }) => why === 'withoutBooking') : []
    const countedSlots = withoutBooking ? lineSlots.filter(({ why }) => why !== 'withoutBooking') : lineSlots
    if (withoutBooking && unbookedSlots.length > 0)
      unitsAt(
        `${index} without`,
        withoutBooking.unit,
        withoutBooking.price,
        true,
        unbookedSlots.map((slot) => [slot]),
      )
    if (countedSlots.length === 0) continue
    if (count.per === 'forfait') {
      if (isCovered(line)) for (const { slot } of countedSlots) unpriced.delete(slot)
      continue
    }
    const made = unitsOf(count, countedSlots, presence)
    if (made === null) continue
    // Counted slots may give no unit: a time within the tolerance.
    if (made.every(({ place, unit, price, slots }) => unitsAt(`${index}${place}`, unit, price, false, slots)))
      for (const { slot } of countedSlots) unpriced.delete(slot)
  }
  return unpriced.size > 0 ? { unpriced: [...unpriced] } : { units }
}

/** The label of the surcharge for a late booking. */
export const lateBookingLabel = 'Réservation hors délai'

/** A surcharge is a penalty, so the tax statement never counts it as child care. */
const penalties = {
  booking: (surcharge: Cents) => ({
    ...penalty(surcharge),
    line: lateBookingLabel,
    explanation: `demande après la date limite → majoration ${formatEuros(surcharge)}`,
  }),
  cancellation: (surcharge: Cents) => ({
    ...penalty(surcharge),
    line: 'Annulation tardive',
    explanation: `annulation demandée après la date limite → majoration ${formatEuros(surcharge)}`,
    lateCancellation: true as const,
  }),
}

const besideWords = {
  unbooked: (cents: Cents) => ({
    line: 'Venu sans réserver',
    explanation: `venu sans réservation → majoration ${formatEuros(cents)}`,
  }),
  untoldAbsence: (cents: Cents) => ({
    line: 'Absence non prévenue',
    explanation: `absence que personne n’a signalée → majoration ${formatEuros(cents)}`,
  }),
}

/** A child who came without a booking, to a slot whose lines have no price of their own for that. */
const owesUnbookedSurcharge = ({ lines }: TariffVersion, { slot, why }: ChargeableSlot): boolean =>
  why === 'withoutBooking' &&
  !lines.some(({ count, withoutBooking }) => withoutBooking && slotsOf(count).includes(slot))

const surchargeOf = (surcharge: Surcharge, price: Cents, { rounding }: TariffVersion): Cents =>
  'cents' in surcharge
    ? surcharge.cents
    : roundedBy(rounding, Math.round(price * 100) * hundredths(surcharge.percent), 1_000_000)

const penalty = (cents: Cents) => ({
  fiscal: 'autre' as const,
  unit: { one: 'majoration', many: 'majorations' },
  cents,
  bracket: null,
})

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

const addRemarks = (
  remarks: PriceRemark[],
  day: Day,
  slots: readonly ChargeableSlot[],
  version: TariffVersion,
): void => {
  for (const slot of slots) {
    const said = remarkText(slot, isBilled(version, slot))
    if (!said) continue
    const text = `${briefDay(day)}\u00a0: ${said}`
    const known = remarks.at(-1)
    if (known?.text === text) remarks[remarks.length - 1] = { ...known, slots: [...known.slots, slot.slot] }
    else remarks.push({ day, slots: [slot.slot], text })
  }
}

const remarkText = ({ why, attendance }: ChargeableSlot, billed: boolean): string | undefined => {
  if (why === 'chargedCancellation') return 'annulation facturée'
  if (why === 'withoutBooking') return 'venu sans réservation'
  const effect = billed ? 'facturée' : 'non comptée'
  if (attendance === 'justifiedInTime') return `absence justifiée, ${effect}`
  if (attendance === 'justifiedLate') return `absence justifiée trop tard, ${effect}`
  return attendance === 'absent' ? `absence non justifiée, ${effect}` : undefined
}

/** « le mer. 18 nov. », « les mer. 18 nov. et mer. 25 nov. » */
const theDays = (days: readonly Day[]): string => `${days.length === 1 ? 'le' : 'les'} ${listed(days.map(briefDay))}`
