import { ascending } from '../../../shared/collections.ts'
import type { FamilyDocument, PeriodDocument } from '../../../shared/contract/portal/documents.ts'
import { type Day, minutesOf } from '../../../shared/rules/calendar/day.ts'
import { cellState, type Facts, holdsPlace, takesPlace } from '../../../shared/rules/cell/cell.ts'
import { type LateSurcharge, surchargeParts } from '../../../shared/rules/cell/late-surcharge.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { withEndedDays } from '../../../shared/rules/price/family-quotient.ts'
import { priceDays } from '../../../shared/rules/price/price.ts'
import type { ChargeableDay, PartRegistration, Priced } from '../../../shared/rules/price/price-terms.ts'
import { rankAmong, type Sibling } from '../../../shared/rules/price/siblings.ts'
import { versionOn } from '../../../shared/rules/price/tariff.ts'
import { notIncludedTexts } from '../../../shared/rules/price/tariff-words.ts'
import { aidsToTake } from './estimated-aids.ts'

/** A cell to change: its facts now, and what the parent wants. */
export type Change = {
  readonly slotId: number
  readonly facts: Facts
  readonly wish: 'book' | 'cancel'
  /** The slot is full: the demande goes to the waiting list, and costs nothing unless a place becomes free. */
  readonly isWaiting: boolean
}

type Estimate = {
  /** Increase of the month's invoice, negative when days are cancelled; without places on the waiting list. */
  readonly totalCents: Cents
  /** Additional cost if all places on the waiting list become free. */
  readonly waitingCents: Cents
  readonly days: readonly { readonly day: Day; readonly cents: Cents }[]
  /** « QF 727 → tranche 621–1100 → demi-journée 5,50 € », without duplicates. */
  readonly explanations: readonly string[]
  /**
   * Why the amount is uncertain: unknown quotient, no tariff for a day, or parts of an invoice that days alone do not
   * determine (a membership, a monthly minimum, the ceiling of an aid), or an aid that has given all.
   */
  readonly warnings: readonly string[]
}

/**
 * What drafts would cost, by the rules of invoices. Prices each day with and without the changes, since a second half
 * day may cost as a whole day. Open demandes count as if they were accepted.
 */
export const estimate = (
  family: FamilyDocument,
  { child, period }: { readonly child: { readonly id: number }; readonly period: PeriodDocument },
  changes: readonly Change[],
  factsOf: (day: Day, slotId: number) => Facts | null,
): Estimate => {
  const byDay = Map.groupBy(changes, ({ facts }) => facts.day)
  const warnings = new Set<string>()
  const { dependentChildren, benefitScheme, priceCategories = [] } = family
  const rankOn = rankAmong(siblingsOf(family), child.id, { activityId: period.activity.id, dependentChildren })
  const explanations = new Set<string>()
  const familyQuotients = withEndedDays(family.familyQuotients)
  const price = (days: readonly ChargeableDay[]): Priced =>
    priceDays({
      activity: period.activity.name,
      tariff: period.tariff,
      childId: child.id,
      categories: priceCategories.map(({ child: of = null, ...one }) => ({ ...one, childId: of })),
      scheme: benefitScheme,
      dependentChildren,
      familyQuotients,
      residence: family.residence,
      days,
      rankOn,
      registrations: registrationsOf(family, child.id, period),
    })
  const { dayOf, asItIs, minutesOf: lengthOf } = chargeableDays(period, factsOf)
  const priced = [...byDay].map(([day, changed]) => {
    const wishes = new Map(changed.map((change) => [change.slotId, change]))
    const wishOf = (id: number) => wishes.get(id)?.wish
    const wanted = (id: number, facts: Facts) => (wishOf(id) ?? (isExpected(facts) ? 'book' : 'cancel')) === 'book'
    const withChanges = price([dayOf(day, wishOf, (id, facts) => wanted(id, facts) && !wishes.get(id)?.isWaiting)])
    const isWaiting = changed.some((change) => change.isWaiting)
    return {
      day,
      withoutChanges: price([asItIs(day)]),
      withChanges,
      withPlaces: isWaiting ? price([dayOf(day, wishOf, wanted)]) : withChanges,
    }
  })
  for (const { day, withChanges, withPlaces } of priced) {
    for (const { explanation } of [...withChanges.lines, ...withPlaces.lines]) explanations.add(explanation)
    for (const { text } of [...withPlaces.warnings, ...withPlaces.errors]) warnings.add(text)
    const version = period.tariff ? versionOn(period.tariff, day) : undefined
    if (version && withPlaces.lines.length > 0) for (const text of notIncludedTexts(version)) warnings.add(text)
  }
  const aids = aidsToTake(
    family,
    { childId: child.id, activityId: period.activity.id },
    { rankOn: (_, on) => rankOn(on), minutesOf: lengthOf },
    [...byDay.keys()],
  )
  const unchanged = price(aids.daysBefore(period).map(asItIs)).lines
  const takenBy = (scenario: 'withoutChanges' | 'withChanges' | 'withPlaces') =>
    aids.takenOf([...unchanged, ...priced.flatMap((one) => one[scenario].lines)])
  const [without, withChanges, withPlaces] = [takenBy('withoutChanges'), takenBy('withChanges'), takenBy('withPlaces')]
  for (const text of [...withChanges.explanations, ...withPlaces.explanations]) explanations.add(text)
  for (const text of withPlaces.warnings) warnings.add(text)
  const days = priced.map(({ day, ...of }) => {
    const [before, after] = [
      of.withoutChanges.totalCents + without.on(day),
      of.withChanges.totalCents + withChanges.on(day),
    ]
    return { day, cents: after - before, waitingCents: of.withPlaces.totalCents + withPlaces.on(day) - after }
  })
  return {
    totalCents: days.reduce((sum, { cents }) => sum + cents, 0),
    waitingCents: days.reduce((sum, { waitingCents }) => sum + waitingCents, 0),
    days: days.map(({ day, cents }) => ({ day, cents })).toSorted(ascending(({ day }) => day)),
    explanations: [...explanations],
    warnings: [...warnings],
  }
}

/** The days of a child in a period, as they are or as changes would make them. A slot's id stands for its reservation. */
const chargeableDays = ({ slots }: PeriodDocument, factsOf: (day: Day, slotId: number) => Facts | null) => {
  const lengths = new Map(slots.map(({ id, start, end }) => [id, minutesOf(end) - minutesOf(start)]))
  const lengthOf = (slotId: number): number => lengths.get(slotId) ?? 0
  const dayOf = (
    day: Day,
    wishOf: (slotId: number) => Change['wish'] | undefined,
    isBooked: (slotId: number, facts: Facts) => boolean,
  ): ChargeableDay => ({
    day,
    slots: slots.flatMap(({ id, code }) => {
      const facts = factsOf(day, id)
      if (!facts) return []
      const wish = wishOf(id)
      const surcharge = (wish && surchargeOf(facts, wish)) ?? undefined
      const isGivenUp = wish === 'cancel' && surcharge !== undefined
      if (!isBooked(id, facts) && !isGivenUp) return []
      const why = isGivenUp ? ('lateCancellation' as const) : ('booked' as const)
      return [{ slot: code, cell: id, why, attendance: 'expected' as const, minutes: lengthOf(id), surcharge }]
    }),
  })
  const asItIs = (day: Day): ChargeableDay =>
    dayOf(
      day,
      () => undefined,
      (_, facts) => isExpected(facts),
    )
  return { dayOf, asItIs, minutesOf: lengthOf }
}

/** The child's registrations in the period, by which prices of spans (« forfaits ») and of regular days go. */
const registrationsOf = (
  { registrations }: FamilyDocument,
  childId: number,
  { id, from, to, slots }: PeriodDocument,
): PartRegistration[] => {
  const codes = new Map(slots.map((slot) => [slot.id, slot.code]))
  return registrations
    .filter((own) => own.child === childId && own.period === id && (own.state === 'accepted' || own.state === 'ended'))
    .map((own) => ({
      from: own.from,
      to: own.to,
      period: { from, to },
      week: own.week.flatMap(({ weekday, slot }) => {
        const code = codes.get(slot)
        return code === undefined ? [] : [{ weekday, slot: code }]
      }),
    }))
}

const siblingsOf = ({ children, registrations }: FamilyDocument): Sibling[] =>
  children.map(({ id, birth }) => ({
    id,
    birth,
    registered: registrations
      .filter((own) => own.child === id && (own.state === 'accepted' || own.state === 'ended'))
      .map(({ from, to, activity }) => ({ from, to, activityId: activity })),
  }))

/** The surcharge for acting now; null when it is in time. */
export const surchargeOf = ({ held, bookable, cancellable }: Facts, wish: 'book' | 'cancel'): LateSurcharge | null => {
  // An offered place costs what it would have cost in time, and leaving the waiting list is free.
  if (wish === 'book' ? takesPlace(held) : held.kind !== 'confirmed') return null
  const answer = wish === 'book' ? bookable : cancellable
  return answer.answer === 'surcharge' ? answer.surcharge : null
}

/** What the parent accepts to pay, as the desk is told: 0 for what the tariff adds. */
export const acceptedCents = (surcharge: LateSurcharge | null): Cents | null =>
  surcharge === null ? null : surchargeParts(surcharge).cents

/** Whether the child has the place or a parent requested it, without a cancellation under way. */
const isExpected = (facts: Facts): boolean => {
  const state = cellState(facts)
  if (state === 'cancelRequested' || state === 'cancelSent') return false
  return holdsPlace(state) || state === 'requested' || state === 'requestSent'
}
