import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { Core, Person } from '../core.ts'
import type { SchoolYear } from './calendar.ts'
import type { PlannedChild, PlannedFamily } from './people.ts'
import type { Activity, Service } from './service.ts'

export type Household = {
  readonly planned: PlannedFamily
  readonly id: number
  leftOn: Day | null
}

export type Resident = {
  readonly planned: PlannedChild
  readonly id: number
  /** One, or two that share the child week by week. */
  readonly homes: Household[]
}

/** A child's registration with the week it wishes. */
export type Enrolment = {
  readonly registrationId: number
  readonly resident: Resident
  readonly home: Household
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
}

export type Calendar = {
  readonly periodId: number
  readonly activity: Activity
  readonly from: Day
  readonly to: Day
  /** Wednesdays are few and sought after: a term is booked two months ahead. */
  readonly isBookedEarly: boolean
  readonly enrolments: Enrolment[]
}

/** The town as its staff know it while the years pass. */
export type Town = {
  readonly core: Core
  readonly now: Instant
  readonly today: Day
  readonly years: readonly SchoolYear[]
  readonly households: Household[]
  readonly residents: Resident[]
  readonly calendars: Calendar[]
  readonly staff: Staff
  readonly service: Service
}

export type Staff = {
  /** At the demo's desk: every role. */
  readonly sandrine: Person
  readonly cashier: Person
  readonly receptionist: Person
}
