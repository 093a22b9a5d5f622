import { type Day, isWithin } from '../calendar/day.ts'
import { isBilled } from './day-units.ts'
import { familyQuotientOn } from './family-quotient.ts'
import { type Findings, findingsOf } from './findings.ts'
import { type ForfaitFacts, type OwedCoverage, owedCoverages } from './forfaits/forfait.ts'
import { type ChosenPrice, type ConditionFacts, declaredOn, isInCountingPeriod } from './price-conditions.ts'
import { basisFor, type PricingBasis } from './price-groups.ts'
import { type DayUnit } from './price-quantity.ts'
import type { ChargeableDay, ChargeableSlot, PriceRequest } from './price-terms.ts'
import {
  type CountingPeriod,
  defaultRanking,
  needsQuotient,
  type TariffLine,
  type TariffVersion,
  versionOn,
} from './tariff.ts'

/* What the pricing of one child's days in one activity needs at every step. */

/** What the days of one child in one activity have given so far. */
export type Pricing = {
  readonly request: PriceRequest
  readonly bases: PricingBasis[]
  readonly units: DayUnit[]
  readonly findings: Findings
  /** The forfaits of a line that cover the days to price. */
  readonly coveragesOf: (line: TariffLine) => readonly OwedCoverage[]
}

export const pricingOf = (request: PriceRequest): Pricing => {
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

/** What is known of the home on a day, and the group of prices that it belongs to. */
export const contextOn = (
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
export const addDoubts = (
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

export const daysAround = ({ days, around = [] }: PriceRequest): readonly ChargeableDay[] => [...days, ...around]

export const forfaitFacts = (request: PriceRequest, line: TariffLine): ForfaitFacts => ({
  ...request,
  days: daysAround(request),
  comes: (day, slot) => {
    const version = request.tariff && versionOn(request.tariff, day)
    if (slot.why === 'lateCancellation' || (line.withoutBooking && slot.why === 'withoutBooking')) return false
    return version ? isBilled(version, slot) : false
  },
})

/** The registration of the first of these slots, else of the day: a late pick-up has none of its own. */
const registrationOf = (billed: readonly ChargeableSlot[], slots: readonly string[]): number | undefined =>
  (billed.find(({ slot }) => slots.includes(slot)) ?? billed[0])?.registration ?? billed[0]?.registration

/** What conditions may ask about the child on that day, by the slots of the line. */
const factsOn =
  (request: PriceRequest, version: TariffVersion, day: Day, resident: boolean, billed: readonly ChargeableSlot[]) =>
  (slots: readonly string[], registration?: number): ConditionFacts => {
    const { registrations = [], rankOn, groupOn, childId } = request
    const ranking = version.ranking ?? defaultRanking
    return {
      day,
      resident,
      slots: billed.map(({ slot }) => slot),
      ...declaredOn(request, childId, day),
      group: once(() => groupOn?.(day, registration ?? registrationOf(billed, slots)) ?? null),
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

/** Computes the value at its first use only: each case of a price may need the group. */
const once = <Found>(find: () => Found): (() => Found) => {
  let known: { readonly found: Found } | undefined
  return () => {
    known ??= { found: find() }
    return known.found
  }
}

/** The days of the same week, month or period as `on` on which the child comes to one of the slots, in order. */
export const attendedDays = (
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

/** No quotient at all. */
export const unknownQuotient = { value: null }
