import type { Day, Month } from '../../../shared/rules/calendar/day.ts'
import { type Cents, sumOf } from '../../../shared/rules/money/money.ts'
import type { Store } from '../../store/store.ts'
import type { ChargeableCell } from '../attendance/attendance.ts'
import { currentBook } from '../prices/prices.ts'
import type { PlannedSlot } from '../reservations/reservations.ts'
import { leftToBill } from './forecast.ts'
import { labelOf, paperFacts, sectionsOf } from './papers/paper-facts.ts'
import type { NewLine } from './papers/paper-lines.ts'
import { monthsOf } from './runs/span-drafts.ts'
import { quotedLines } from './runs/span-papers.ts'

/** What runs will ask of a home for some months, line by line as its invoices will. */
export type Quote = {
  readonly sections: readonly {
    readonly month: Month
    /** A child, or « Famille ». */
    readonly title: string
    readonly lines: readonly Pick<NewLine, 'label' | 'quantity' | 'unit' | 'unitCents' | 'totalCents' | 'days'>[]
  }[]
  /** By month, what is given back of what is billed already. */
  readonly givenBack: readonly { readonly month: Month; readonly cents: Cents }[]
  readonly totalCents: Cents
  /** How the prices are found, in sentences for parents. */
  readonly explanations: readonly string[]
  readonly familyQuotients: readonly { readonly value: number | null; readonly from: Day }[]
  /** Days left out because they have no price. */
  readonly unpricedDays: number
}

/**
 * A quote of what a home has booked between two days, by whole months, and of what it plans besides, under today's
 * tariffs. Writes nothing.
 */
export const quoteOfHome = (
  store: Store,
  {
    familyId,
    from,
    to,
    planned = [],
  }: {
    readonly familyId: number
    readonly from: Day
    readonly to: Day
    readonly planned?: readonly PlannedSlot[]
  },
): Quote => {
  const current = currentBook(store)
  const months = monthsOf({ month: null, fromDay: from, toDay: to })
  const { differences, unpricedDays } = leftToBill(store, {
    current,
    months,
    familyIds: [familyId],
    planned: planned.map(asBooked),
  })
  const shares = differences
    .map(({ month: { month }, regieId, difference: { added, givenBack } }) => ({
      month,
      print: { familyId, regieId, from, to, lines: quotedLines(added), remarks: [], corrects: '' },
      givenBackCents: sumOf(givenBack),
    }))
    .toSorted((one, other) => months.indexOf(one.month) - months.indexOf(other.month))
  const facts = paperFacts(
    store,
    current,
    shares.map(({ print }) => print),
  )
  const quotients = facts.flatMap(({ familyQuotients }) => familyQuotients)
  const givenBack = shares
    .map(({ month, givenBackCents: cents }) => ({ month, cents }))
    .filter(({ cents }) => cents > 0)
  const lines = shares.flatMap(({ print }) => print.lines)
  return {
    sections: shares.flatMap(({ month, print }, at) => {
      const { children = [], activities = [] } = facts[at] ?? {}
      const names = new Map(activities.map(({ id, name }) => [id, name]))
      return sectionsOf({ children }, print.lines).map(({ id, name }) => ({
        month,
        title: name,
        lines: print.lines
          .filter(({ childId }) => childId === id)
          .map((line) => ({ ...line, label: labelOf(line, names) })),
      }))
    }),
    givenBack,
    totalCents: lines.reduce((sum, { totalCents }) => sum + totalCents, 0) - sumOf(givenBack),
    explanations: [...new Set(facts.flatMap(({ explanations }) => explanations))],
    familyQuotients: [...new Map(quotients.map((one) => [one.from, one])).values()],
    unpricedDays,
  }
}

/** No reservation has an id below zero. */
const asBooked = (slot: PlannedSlot, index: number): ChargeableCell => ({
  ...slot,
  id: -1 - index,
  why: 'booked',
  attendance: 'expected',
  surcharge: 0,
  billedBy: null,
  leftAt: null,
  arrivedAt: null,
})
