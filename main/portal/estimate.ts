import type { FamilyDocument, PeriodDocument } from '../../shared/contract/portal/documents.ts'
import { cellState, type Facts, holdsPlace } from '../../shared/rules/cell.ts'
import type { Day } from '../../shared/rules/day.ts'
import type { Cents } from '../../shared/rules/money.ts'
import { type ChargeableDay, type Priced, priceDays } from '../../shared/rules/price.ts'

/** One cell that would change: its facts now, and what is wished. */
export type Change = { readonly slotId: number; readonly facts: Facts; readonly wish: 'book' | 'cancel' }

export type Estimate = {
  /** What the month's bill would grow by; negative when days are given up. */
  readonly totalCents: Cents
  readonly days: readonly { readonly day: Day; readonly cents: Cents }[]
  /** « QF 727 → tranche 621–1100 → demi-journée 5,50 € », each once. */
  readonly explanations: readonly string[]
  /** Why the amount is not sure: no quotient known, no tariff for a day. */
  readonly warnings: readonly string[]
}

/**
 * What drafts would cost, by the rules that make the bill: each day is priced with them and without, since a second half
 * day may make a whole one. A day asked for before counts as if it were given.
 */
export const estimate = (
  family: FamilyDocument,
  period: PeriodDocument,
  changes: readonly Change[],
  factsOf: (day: Day, slotId: number) => Facts | null,
): Estimate => {
  const byDay = Map.groupBy(changes, ({ facts }) => facts.day)
  const warnings = new Set<string>()
  const explanations = new Set<string>()
  const price = (days: readonly ChargeableDay[]): Priced =>
    priceDays({
      activity: period.activity.name,
      tariff: period.tariff,
      familyQuotients: family.familyQuotients,
      residence: family.residence,
      days,
    })
  const days = [...byDay].map(([day, changed]) => {
    const wishes = new Map(changed.map((change) => [change.slotId, change]))
    const slots = (wanted: (slotId: number, facts: Facts) => boolean): ChargeableDay[] => [
      {
        day,
        slots: period.slots.flatMap(({ id, code }) => {
          const facts = factsOf(day, id)
          if (!facts || !wanted(id, facts)) return []
          const { bookable } = facts
          const isLate = wishes.get(id)?.wish === 'book' && bookable.answer === 'surcharge'
          return [
            {
              slot: code,
              why: 'booked' as const,
              attendance: 'expected' as const,
              ...(isLate && { surcharge: bookable.surcharge }),
            },
          ]
        }),
      },
    ]
    const before = price(slots((id, facts) => isExpected(facts) && !isLateBooking(wishes.get(id))))
    const after = price(
      slots((id, facts) => (wishes.get(id)?.wish ?? (isExpected(facts) ? 'book' : 'cancel')) === 'book'),
    )
    for (const { explanation } of after.lines) explanations.add(explanation)
    for (const { text } of [...after.warnings, ...after.errors]) warnings.add(text)
    return { day, cents: after.totalCents - before.totalCents }
  })
  return {
    totalCents: days.reduce((sum, { cents }) => sum + cents, 0),
    days: days.toSorted((one, other) => (one.day < other.day ? -1 : 1)),
    explanations: [...explanations],
    warnings: [...warnings],
  }
}

const isLateBooking = (change: Change | undefined): boolean =>
  change?.wish === 'book' && change.facts.bookable.answer === 'surcharge'

/** The place is the child's, or asked for, and nobody gives it up. */
const isExpected = (facts: Facts): boolean => {
  const state = cellState(facts)
  if (state === 'cancelRequested' || state === 'cancelSent') return false
  return holdsPlace(state) || state === 'requested' || state === 'requestSent'
}
