import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import type { Core, Person } from '../core.ts'
import type { SchoolYear } from './calendar.ts'
import type { PlannedChild, PlannedFamily } from './people.ts'
import type { Activity, Service } from './service.ts'

export type TownHome = {
  readonly planned: PlannedFamily
  readonly id: number
  leftOn: Day | null
}

export type TownChild = {
  readonly planned: PlannedChild
  readonly id: number
  /** One home, or two homes that share the child in alternate weeks. */
  readonly homes: TownHome[]
}

/** A child's registration with its typical week. */
export type TownRegistration = {
  readonly registrationId: number
  readonly child: TownChild
  readonly home: TownHome
  readonly week: readonly { readonly weekday: number; readonly slotId: number }[]
}

export type TownPeriod = {
  readonly periodId: number
  readonly activity: Activity
  readonly from: Day
  readonly to: Day
  /** True for Wednesdays, which fill up because families book a term two months in advance. */
  readonly isBookedEarly: boolean
  readonly registrations: TownRegistration[]
}

/** The state of the town while its years are played. */
export type Town = {
  readonly core: Core
  readonly now: Instant
  readonly today: Day
  readonly years: readonly SchoolYear[]
  readonly townHomes: TownHome[]
  readonly townChildren: TownChild[]
  readonly townPeriods: TownPeriod[]
  readonly staff: Staff
  readonly service: Service
}

export type Staff = {
  /** The user of the demo, with every role. */
  readonly sandrine: Person
  readonly cashier: Person
  readonly receptionist: Person
}
