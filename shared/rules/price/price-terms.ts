import type { Day, DayRange, Month } from '../calendar/day.ts'
import type { LateSurcharge } from '../cell/late-surcharge.ts'
import type { Cents } from '../money/money.ts'
import type { FamilyQuotientRow } from './family-quotient.ts'
import type { RankOn } from './siblings.ts'
import type { Fiscal, Tariff, UnitName } from './tariff.ts'

/** Input and output types of the pricing rules. */

/** The attendance of one slot on the day sheet. `expected`: the day is still to come. */
type SlotAttendance = 'expected' | 'notPointed' | 'present' | 'absent' | 'justifiedInTime' | 'justifiedLate'

/** One slot of one child that may be billed. */
export type ChargeableSlot = {
  /** The slot's code as tariffs name it (`slotCode`). */
  readonly slot: string
  /** The reservation's id; absent in an estimate. */
  readonly cell?: number | undefined
  /** The id of its registration, by which the child is in a group; absent where nothing is registered yet. */
  readonly registration?: number | undefined
  /**
   * Why the slot may be billed. A charged cancellation is billed like a booking; a late cancellation costs its
   * surcharge and nothing else.
   */
  readonly why: 'booked' | 'chargedCancellation' | 'withoutBooking' | 'lateCancellation'
  readonly attendance: SlotAttendance
  /** What a late ask costs more: the amount of the booking or cancelling rule, or what the tariff says. */
  readonly surcharge?: LateSurcharge | undefined
  /** The slot's length, for prices by time. */
  readonly minutes?: number | undefined
  /** The slot's hours, in minutes of the day, for prices by the clock. */
  readonly hours?: { readonly from: number; readonly to: number } | undefined
}

export type ChargeableDay = {
  readonly day: Day
  readonly slots: readonly ChargeableSlot[]
  /** A late pick-up: minutes after the end of the child's last slot, and the reservation on which it was recorded. */
  readonly late?: { readonly minutes: number; readonly cell: number } | undefined
  /** When the child arrived and left, in minutes of the day, where it was noted. */
  readonly presence?: { readonly from: number | null; readonly to: number | null } | undefined
}

/** Whether the family lives in the town, from its dated addresses. */
type ResidenceRow = DayRange & { readonly resident: boolean }

/** What a home and its children declared and a tariff may ask for, beside the quotient and the address. */
export type DeclaredFacts = {
  /** Price categories (« catégories tarifaires ») of the home (null) or of a child, with their days. */
  readonly categories?:
    | readonly (DayRange & { readonly childId: number | null; readonly category: string })[]
    | undefined
  /** The benefit scheme, as it was typed. */
  readonly scheme?: string | undefined
  /** The number of dependent children, the ones of the home that are unknown to the service included. */
  readonly dependentChildren?: number | null | undefined
}

/** An accepted registration of a child in an activity. */
export type PartRegistration = DayRange & {
  /** The days of its period: a school year, a holiday, a stay. */
  readonly period: { readonly from: Day; readonly to: Day }
  readonly week: readonly { readonly weekday: number; readonly slot: string }[]
}

/** What prices with conditions and forfaits need to know of a child in an activity, beyond the days to price. */
export type PartFacts = {
  readonly registrations?: readonly PartRegistration[] | undefined
  /** The days on which the activity is open; absent: not known, and every weekday but Saturday and Sunday counts. */
  readonly openDays?: readonly Day[] | undefined
  /** The other days of the child in the activity, outside the month to price: a week may cross two months. */
  readonly around?: readonly ChargeableDay[] | undefined
  /**
   * The name of the group of the activity in which the child is on a day by that registration, or by the one of that
   * day; null for none. Absent: the same.
   */
  readonly groupOn?: ((day: Day, registration?: number) => string | null) | undefined
}

/** The days of one child in one activity. */
export type HomePart = PartFacts & {
  readonly childId: number
  readonly activityId: number
  /** The activity's name. */
  readonly activity: string
  readonly tariff: Tariff | null
  readonly days: readonly ChargeableDay[]
}

/** The days of one child in one activity, with the facts about the family that pays. */
export type PriceRequest = DeclaredFacts &
  PartFacts & {
    /** The month to price: without it, forfaits are left out. */
    readonly month?: Month | undefined
    /** The child whose price categories count, as those of the home do. Absent: only those of the home. */
    readonly childId?: number | undefined
    /** The activity's name, for messages. */
    readonly activity: string
    /** Null: no tariff was chosen for the activity. */
    readonly tariff: Tariff | null
    readonly familyQuotients: readonly FamilyQuotientRow[]
    readonly residence: readonly ResidenceRow[]
    readonly days: readonly ChargeableDay[]
    /** On a day, the child's rank among the children of the home, or their number; absent for an only child. */
    readonly rankOn?: RankOn | undefined
  }

export type PriceLine = {
  /** « Accueil », « Repas »: the product, without the activity. */
  readonly label: string
  readonly quantity: number
  readonly unit: UnitName
  /** Negative for a deduction. */
  readonly unitCents: Cents
  readonly totalCents: Cents
  readonly fiscal: Fiscal
  /** « QF 727 → tranche 621–1100 → demi-journée 5,50 € » */
  readonly explanation: string
  /** In order; a day is repeated for each unit billed on it. */
  readonly days: readonly Day[]
  /** For each entry of `days`, the ids of the reservations that it bills; empty in an estimate. */
  readonly cellsOfUnits: readonly (readonly number[])[]
  readonly basis: PriceGrounds
}

/** What the unit price is based on, for « Votre prix » on the invoice. */
export type PriceGrounds = {
  /** Null: no quotient known that day. Given even if the price does not depend on it. */
  readonly familyQuotient: number | null
  /** The last day of a quotient that has ended: `familyQuotient` is then the last known one, or null. */
  readonly quotientEndedOn?: Day
  /** The bracket's label; null when the price is not by bracket, or no quotient is known. */
  readonly bracket: string | null
  readonly resident: boolean
  /** Whether the tariff version is an example that the town has not adopted yet. */
  readonly example: boolean
  /** The child's rank, if it reduces the price. */
  readonly rank?: number
  /** What the price was chosen for among those of a line: « 2ᵉ enfant, hors commune ». */
  readonly condition?: string
  /** The last day to pay the deposit or the balance of a forfait. */
  readonly dueOn?: Day
  /** The name of the deduction, on a deduction's line. */
  readonly deduction?: string
  /** The name of the reduction by quantity or of the limit, on its line. */
  readonly reduction?: string
  /** The first day of the year that a membership's line pays for. */
  readonly membership?: Day
  /** Marks the supplement up to the monthly minimum. */
  readonly minimum?: true
  /** Marks the surcharge of late cancellations. */
  readonly lateCancellation?: true
  /** The aid that reduces the price, on its line; and the third party who bears it, unless nobody does. */
  readonly aid?: number
  readonly thirdParty?: number
  /** The free line that staff wrote by hand, on its line. */
  readonly freeLine?: number
  /** Marks a free line that lessens what the home owes. */
  readonly takesOff?: true
  /** Marks the difference of a whole day as one amount, because its units cannot be given back one by one. */
  readonly settlesDay?: true
}

/** A remark about one day: an absence that is not billed, a cancellation that is, a ceiling that is reached. */
export type PriceRemark = {
  readonly day: Day
  readonly slots: readonly string[]
  readonly text: string
  /** The aid that the remark is about: it is printed under the line of what the aid takes. */
  readonly aid?: number
  /** Set where that aid covers every child of the home: no line of one child says it. */
  readonly isOfHome?: true
}

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
  /** A day with an error is in no line: no paper may be issued before it is fixed. */
  readonly errors: readonly PriceError[]
}
