import * as z from 'zod'
import type { Day, Instant } from '../../rules/calendar/day.ts'
import { paymentMeans } from '../../rules/money/payment/payment.ts'
import { thirdPartyKinds } from '../../rules/money/third-party.ts'
import { Id, Line, procedure } from '../procedure.ts'
import { RequestCounts } from './requests.ts'

const DayOut = z.custom<Day>((value) => typeof value === 'string')
const InstantOut = z.custom<Instant>((value) => typeof value === 'string')
const FamilyName = z.object({ id: Id, name: z.string() })
/** Who pays: exactly one is set. */
const PayerName = { family: FamilyName.nullable(), thirdParty: z.object({ id: Id, name: z.string() }).nullable() }

const PeopleFound = z.object({
  families: z.array(
    z.object({
      id: Id,
      name: z.string(),
      guardians: z.string(),
      children: z.string(),
      /** Empty when no address is known. */
      town: z.string(),
      leftOn: DayOut.nullable(),
      /** Negative when the family has a credit. Null for people who may not see invoices. */
      balanceCents: z.int().nullable(),
    }),
  ),
  children: z.array(
    z.object({
      id: Id,
      name: z.string(),
      age: z.string(),
      /** Empty when no class is known today. */
      level: z.string(),
      /** Activities in which the child is registered today. */
      activities: z.array(z.string()),
      families: z.array(FamilyName),
    }),
  ),
  guardians: z.array(z.object({ id: Id, name: z.string(), phone: z.string(), families: z.array(FamilyName) })),
})

/**
 * Search results by kind. In each, names that contain the typed words whole come before names that only begin with
 * them.
 */
export const SearchAnswer = PeopleFound.extend({
  /** People whose name is one typing error away from the typed words; exact matches are not repeated. */
  near: PeopleFound,
  periods: z.array(z.object({ id: Id, name: z.string(), activity: z.string(), startDay: DayOut, endDay: DayOut })),
  invoices: z.array(
    z.object({
      id: Id,
      number: z.string(),
      kind: z.enum(['invoice', 'creditNote']),
      ...PayerName,
      totalCents: z.int(),
      issuedOn: DayOut,
    }),
  ),
  receipts: z.array(z.object({ id: Id, number: z.string(), ...PayerName, amountCents: z.int(), receivedOn: DayOut })),
  /** Payments found by their reference, such as the number of a cheque or transfer. */
  payments: z.array(
    z.object({
      id: Id,
      means: z.enum(paymentMeans),
      reference: z.string(),
      ...PayerName,
      amountCents: z.int(),
      receivedOn: DayOut,
      isCancelled: z.boolean(),
    }),
  ),
  /** Empty for people who may not read aids. */
  thirdParties: z.array(z.object({ id: Id, name: z.string(), kind: z.enum(thirdPartyKinds) })),
  /** The child whose name and birth date were typed, when it is known at another site only. */
  elsewhere: z.object({ name: z.string(), birthDay: DayOut }).nullable(),
  /** Empty for people who may not manage staff. */
  staff: z.array(z.object({ id: Id, name: z.string(), login: z.string() })),
})
export type SearchAnswer = z.infer<typeof SearchAnswer>

const StoryEvent = z.object({ actId: Id, at: InstantOut, who: z.string(), label: z.string() })
type StoryEvent = z.infer<typeof StoryEvent>

const Cents = z.int()

const ActivityToday = z.object({
  activityId: Id,
  activity: z.string(),
  start: z.string(),
  end: z.string(),
  expected: z.int(),
  /** Places held in the fullest slot; `capacity` is that slot's total. */
  held: z.int(),
  capacity: z.int(),
  present: z.int(),
  toMark: z.int(),
})

/** What a service must set up before its first invoice, in this order. */
export const beginningSteps = ['facility', 'activity', 'period', 'tariff', 'family'] as const
export type BeginningStep = (typeof beginningSteps)[number]

/** Today's tasks of the service. A part is null for people without the right to see it. */
export const Today = z.object({
  day: DayOut,
  /** The steps that a new service has completed; null once all are done, and in the example town. */
  beginning: z
    .object({
      done: z.array(z.enum(beginningSteps)),
      /** The last activity created, for which the next step proposes a period. */
      activityId: Id.nullable(),
    })
    .nullable(),
  /** Each child counted once, whatever the number of activities. */
  children: z.object({ expected: z.int(), present: z.int() }).nullable(),
  activities: z.array(ActivityToday).nullable(),
  /** Activities that would be open today, had staff not closed the day; null like `activities`. */
  closed: z.array(z.object({ activityId: Id, activity: z.string(), reason: z.string() })).nullable(),
  /** The next open day; null when something is open today. */
  next: z.object({ day: DayOut, activities: z.array(ActivityToday) }).nullable(),
  /** Waiting lists where a place is free, soonest first; at most ten of the `freeing` in all. */
  promotable: z
    .array(
      z.object({
        registrationId: Id,
        day: DayOut,
        slotId: Id,
        periodId: Id,
        period: z.string(),
        slot: z.string(),
        name: z.string(),
        age: z.string(),
        free: z.int(),
        /**
         * Why the child cannot take the place: another day of a week that must be booked whole is not available; null
         * when the child can.
         */
        stopped: z.string().nullable(),
      }),
    )
    .nullable(),
  freeing: z.int(),
  /** Registration and booking windows that open or close within a week. */
  windows: z.array(
    z.object({
      on: DayOut,
      at: InstantOut,
      what: z.enum(['registrations', 'bookings']),
      does: z.enum(['opens', 'opensToResidents', 'closes']),
      period: z.string(),
    }),
  ),
  /** The same counts as in the main menu. */
  requests: RequestCounts.nullable(),
  /** Papers that families sent and that this person has to read. */
  papers: z.int().nullable(),
  money: z
    .object({
      /** Unbilled cells of the last month and this one, if any; null for people without the right to invoice. */
      toBill: z.array(z.object({ month: DayOut, cells: z.int() })).nullable(),
      owedCents: Cents,
      owingFamilies: z.int(),
      overdueCents: Cents,
      overdueFamilies: z.int(),
      /** Payment plans with a part that was not paid by its day. */
      brokenPlans: z.int(),
      /** Money received for debts that the Treasury collects, and not handed over yet. */
      toForwardCents: Cents,
      receivedCents: Cents,
      payments: z.int(),
      /** Régies whose cash in the till has reached the ceiling that their founding decision sets. */
      fullTills: z.array(z.object({ regieId: Id, regie: z.string(), cashCents: Cents })),
    })
    .nullable(),
  /** Aids at which staff should look: nine tenths of a ceiling are used, or it ends within a month. */
  aids: z.object({ nearlyUsed: z.int(), endingSoon: z.int() }).nullable(),
  files: z.object({ withoutGuardian: z.int(), withoutQuotient: z.int(), withoutAddress: z.int() }).nullable(),
  lastBackup: z.object({ at: InstantOut, verified: z.boolean() }).nullable(),
})
export type Today = z.infer<typeof Today>

/** The steps of the guided first day in the example town, in this order. */
export const firstDaySteps = [
  'family',
  'registration',
  'booking',
  'request',
  'waiting',
  'attendance',
  'run',
  'issue',
  'payment',
  'undo',
] as const
export type FirstDayStep = (typeof firstDaySteps)[number]

export const home = {
  today: procedure('loggedIn').output(Today),
  search: procedure('families.read')
    .input(z.object({ text: Line }))
    .output(SearchAnswer),
  /** The steps completed since the example town was created; null outside the example town. */
  firstDay: procedure('loggedIn').output(z.object({ done: z.array(z.enum(firstDaySteps)) }).nullable()),
  /** The acts about a family, its people and its money, latest first. */
  story: procedure('families.read')
    .input(z.object({ familyId: Id, count: z.int().min(1).max(500) }))
    .output(z.array(StoryEvent)),
}
