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
   * determine (a membership, a monthly minimum, the ceiling of an aid).
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
  const rankOn = rankAmong(siblingsOf(family), child.id)
  const explanations = new Set<string>()
  const familyQuotients = withEndedDays(family.familyQuotients)
  const price = (days: readonly ChargeableDay[]): Priced =>
    priceDays({
      activity: period.activity.name,
      tariff: period.tariff,
      familyQuotients,
      residence: family.residence,
      days,
      rankOn,
      registrations: registrationsOf(family, child.id, period),
    })
  const days = [...byDay].map(([day, changed]) => {
    const wishes = new Map(changed.map((change) => [change.slotId, change]))
    const slots = (isAfter: boolean, isBooked: (slotId: number, facts: Facts) => boolean): ChargeableDay[] => [
      {
        day,
        slots: period.slots.flatMap(({ id, code, start, end }) => {
          const facts = factsOf(day, id)
          if (!facts) return []
          const wish = isAfter ? wishes.get(id)?.wish : undefined
          const surcharge = (wish && surchargeOf(facts, wish)) ?? undefined
          const isGivenUp = wish === 'cancel' && surcharge !== undefined
          if (!isBooked(id, facts) && !isGivenUp) return []
          return [
            {
              slot: code,
              why: isGivenUp ? ('lateCancellation' as const) : ('booked' as const),
              attendance: 'expected' as const,
              minutes: minutesOf(end) - minutesOf(start),
              surcharge,
            },
          ]
        }),
      },
    ]
    const withoutChanges = price(slots(false, (_, facts) => isExpected(facts)))
    const wanted = (id: number, facts: Facts) =>
      (wishes.get(id)?.wish ?? (isExpected(facts) ? 'book' : 'cancel')) === 'book'
    const withChanges = price(slots(true, (id, facts) => wanted(id, facts) && !wishes.get(id)?.isWaiting))
    const isWaiting = changed.some((change) => change.isWaiting)
    const withPlaces = isWaiting ? price(slots(true, wanted)) : withChanges
    for (const { explanation } of [...withChanges.lines, ...withPlaces.lines]) explanations.add(explanation)
    for (const { text } of [...withPlaces.warnings, ...withPlaces.errors]) warnings.add(text)
    const version = period.tariff ? versionOn(period.tariff, day) : undefined
    if (version && withPlaces.lines.length > 0) for (const text of notIncludedTexts(version)) warnings.add(text)
    return {
      day,
      cents: withChanges.totalCents - withoutChanges.totalCents,
      waitingCents: withPlaces.totalCents - withChanges.totalCents,
    }
  })
  return {
    totalCents: days.reduce((sum, { cents }) => sum + cents, 0),
    waitingCents: days.reduce((sum, { waitingCents }) => sum + waitingCents, 0),
    days: days.map(({ day, cents }) => ({ day, cents })).toSorted(ascending(({ day }) => day)),
    explanations: [...explanations],
    warnings: [...warnings],
  }
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
    registered: registrations.filter((own) => own.child === id && (own.state === 'accepted' || own.state === 'ended')),
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
