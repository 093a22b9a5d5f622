import type { Day, DaySpan } from '../calendar/day.ts'
import type { Cents } from '../money/money.ts'
import type { FamilyQuotientRow } from './family-quotient.ts'
import type { Fiscal, Tariff, Unit } from './tariff.ts'

/* What a price is asked of, and what it is told as. */

/** What the day sheet says of one slot. `expected`: the day has not come yet. */
type SlotAttendance = 'expected' | 'notPointed' | 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate'

/** One slot of one child that may cost something. */
export type ChargeableSlot = {
  /** Its name, folded by `slotCode`, as the tariff names it. */
  readonly slot: string
  /** The reservation it comes from; an estimate has none yet. */
  readonly cell?: number | undefined
  /** A late cancellation costs its surcharge and nothing else. */
  readonly why: 'booked' | 'chargedCancellation' | 'withoutBooking' | 'lateCancellation'
  readonly attendance: SlotAttendance
  /** What the booking rule, or the cancelling rule, adds for an ask that came late. */
  readonly surcharge?: Cents | undefined
  /** How long it lasts; a price by time needs it. */
  readonly minutes?: number | undefined
}

export type ChargeableDay = {
  readonly day: Day
  readonly slots: readonly ChargeableSlot[]
  /** Minutes after the end of its last slot at which the child was fetched, and the reservation it was noted on. */
  readonly late?: { readonly minutes: number; readonly cell: number } | undefined
}

/** Whether the family lives in the town, by its dated address. */
type ResidenceRow = DaySpan & { readonly resident: boolean }

/** The days of one child in one activity, and what is true of the family that pays. */
export type PriceRequest = {
  /** The activity's name, for the sentences. */
  readonly activity: string
  /** null: none was chosen for the activity. */
  readonly tariff: Tariff | null
  readonly familyQuotients: readonly FamilyQuotientRow[]
  readonly residence: readonly ResidenceRow[]
  readonly days: readonly ChargeableDay[]
  /** The child's rank among the children of the home (`siblings.ts`); absent: alone. */
  readonly rankOn?: ((on: Day, by: 'rank' | 'count') => number) | undefined
  /** What was taken off for this child under this tariff, on other papers or in other activities: it counts for a cap. */
  readonly deducted?: readonly Deducted[] | undefined
}

export type Deducted = { readonly label: string; readonly day: Day; readonly cents: Cents }

export type PriceLine = {
  /** « Accueil », « Repas »: the product, without the activity. */
  readonly label: string
  readonly quantity: number
  readonly unit: Unit
  /** Negative for a deduction. */
  readonly unitCents: Cents
  readonly totalCents: Cents
  readonly fiscal: Fiscal
  /** « QF 727 → tranche 621–1100 → demi-journée 5,50 € » */
  readonly explanation: string
  /** In order; a day stands once for each unit it counts. */
  readonly days: readonly Day[]
  /** The reservations it bills. */
  readonly cells: readonly number[]
  readonly basis: PriceBasis
}

/** What the unit price was made from, for « Votre prix » on the invoice. */
export type PriceBasis = {
  /** null: none known that day. Told even where the price does not depend on it. */
  readonly familyQuotient: number | null
  /** The bracket as printed; null where the price is not by bracket, or no quotient is known. */
  readonly bracket: string | null
  readonly resident: boolean
  readonly example: boolean
  /** The child's rank, where it lowers the price. */
  readonly rank?: number
  /** The deduction that the line is, by its name. */
  readonly deduction?: string
  /** The year that the membership pays, by its first day. */
  readonly membership?: Day
  /** The line makes up the least that a month costs. */
  readonly minimum?: true
  /** The line is what cancellations cost for having been asked late. */
  readonly lateCancellation?: true
}

/** Something to tell about one day: an absence not counted, a cancellation that is. */
export type PriceRemark = { readonly day: Day; readonly slots: readonly string[]; readonly text: string }

export type PriceWarning = {
  readonly kind: 'noFamilyQuotient' | 'notPointed' | 'noResidence'
  readonly days: readonly Day[]
  readonly text: string
}

export type PriceError = { readonly kind: 'noTariff' | 'noPrice'; readonly days: readonly Day[]; readonly text: string }

export type Priced = {
  readonly lines: readonly PriceLine[]
  readonly totalCents: Cents
  readonly remarks: readonly PriceRemark[]
  readonly warnings: readonly PriceWarning[]
  /** A day with an error is in no line: nothing may be issued before it is put right. */
  readonly errors: readonly PriceError[]
}
