import { minutesOf } from '../calendar/day.ts'
import { type ChosenPrice, type ConditionFacts, chosenPrice, conditionHolds } from './price-conditions.ts'
import type { ChargeableDay, ChargeableSlot } from './price-terms.ts'
import {
  allLines,
  type Count,
  type Forfait,
  lateCollectionSlot,
  slotsOf,
  startedParts,
  type TariffLine,
  type TariffVersion,
  type UnitName,
  type UnitPrice,
} from './tariff.ts'

/* Which units one day of a child is billed as: each line of the tariff counts its slots in its own way. */

/** The slot of a late pick-up; none when the tariff has no price for it. */
export const lateCollectionSlots = (
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
  /**
   * Ends the key of the line, so that two prices of a tariff line never share one: a space and the index of the
   * formula, or « first ». Empty for its main price.
   */
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

/**
 * The billed units of one day; or the slots that no line of the tariff prices, since a slot is never free by oversight.
 */
export const countDay = (
  version: TariffVersion,
  billed: readonly ChargeableSlot[],
  factsOf: (slots: readonly string[], registration?: number) => ConditionFacts,
  isCovered: (line: TariffLine) => boolean,
  presence: ChargeableDay['presence'],
): { readonly units: readonly CountedUnit[] } | { readonly unpriced: readonly string[] } => {
  const units: CountedUnit[] = []
  const unpriced = new Set(billed.map(({ slot }) => slot))
  for (const [index, line] of allLines(version).entries()) {
    const { count, withoutBooking, when } = line
    const named = slotsOf(count)
    // Two registrations of one day may be in two groups.
    const lineSlots = billed.filter(
      ({ slot, registration }) => named.includes(slot) && (!when || conditionHolds(when, factsOf(named, registration))),
    )
    if (lineSlots.length === 0) continue
    const unitsAt = (
      key: string,
      unit: UnitName,
      price: UnitPrice,
      isUnbooked: boolean,
      slotsOfUnits: readonly (readonly ChargeableSlot[])[],
    ): boolean => {
      const known = new Map<number | undefined, ChosenPrice | null>()
      const chosenFor = (registration: number | undefined): ChosenPrice | null => {
        if (!known.has(registration))
          known.set(
            registration,
            chosenPrice(price, () => factsOf(named, registration)),
          )
        return known.get(registration) ?? null
      }
      const asksResidence = price.method === 'cases' && price.cases.some((one) => one.when.resident !== undefined)
      const priced: CountedUnit[] = []
      for (const slots of slotsOfUnits) {
        const chosen = chosenFor((slots[0] ?? lineSlots[0])?.registration)
        if (!chosen) return false
        priced.push({ key: key + chosen.key, line, unit, chosen, asksResidence, isUnbooked, slots })
      }
      units.push(...priced)
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
