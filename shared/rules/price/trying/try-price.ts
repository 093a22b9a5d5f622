import { addDays, type Day, day } from '../../calendar/day.ts'
import type { ChargeableDay, DeclaredFacts, PartRegistration } from '../price-terms.ts'
import { byMonth, priceMonths, type SpanPrice } from '../span-price.ts'
import type { Tariff } from '../tariff.ts'

/** A child of a described home, with its days in one activity. */
export type DescribedChild = {
  /** Absent: registered all the time, without a typical week. */
  readonly registrations?: readonly PartRegistration[] | undefined
  readonly openDays?: readonly Day[] | undefined
  /** The group of the activity in which it is every day; absent: none. */
  readonly group?: string | undefined
  readonly days: readonly ChargeableDay[]
}

/** A home that staff describe to try a tariff on it. In `categories`, `childId` is the child's rank. */
export type DescribedHome = DeclaredFacts & {
  /** Null: unknown. */
  readonly quotient: number | null
  readonly resident: boolean
  /** The eldest first. */
  readonly children: readonly DescribedChild[]
}

/**
 * What a tariff asks of a described home, month by month, by the same function as an invoicing run. In the charges,
 * `childId` is the child's rank.
 */
export const tryPrice = (
  tariff: Tariff,
  { quotient, resident, children, ...declared }: DescribedHome,
): readonly SpanPrice[] =>
  priceMonths(
    byMonth({
      ...declared,
      familyQuotients: quotient === null ? [] : [{ from: always, value: quotient, source: '' }],
      residence: [{ from: always, resident }],
      siblings: children.map((_, at) => ({ id: at + 1, birth: birthOf(at), registered: [{ from: always }] })),
      parts: children.map(({ days, registrations, openDays, group }, at) => ({
        childId: at + 1,
        activityId: 1,
        activity: tariff.label,
        tariff,
        days,
        ...(registrations && { registrations }),
        ...(openDays && { openDays }),
        ...(group !== undefined && { groupOn: () => group }),
      })),
    }),
  )

const always: Day = day('1900-01-01')

const birthOf = (at: number): Day => addDays(day('2015-01-01'), at * 365)
