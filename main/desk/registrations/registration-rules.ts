import type { Day } from '../../../shared/rules/calendar/day.ts'
import {
  type Candidate,
  type Conditions,
  type UnmetCondition,
  unmetConditions,
  whyNotRegister,
} from '../../../shared/rules/people/conditions.ts'
import { isActive } from '../../../shared/rules/people/registration.ts'
import { classDay } from '../../../shared/rules/people/schooling.ts'
import type { Store } from '../../store/store.ts'
import {
  activityOf,
  conditionsOf,
  type NamedPeriod,
  periodOf,
  type SlotRow,
  slotsOf,
} from '../activities/activities.ts'
import { Refused } from '../core.ts'
import { childrenOnDay, familiesOfChildren, homeHistories, homeOn } from '../families/families.ts'
import { memoized } from '../memoized.ts'
import { allRegistrationsOfChildren } from './registrations-store.ts'

/* Checks requested registrations against the rules: one from a form, or thousands from an imported list. */

export type RequestedRegistration = {
  readonly childId: number
  readonly familyId: number
  readonly periodId: number
  readonly startDay: Day
  readonly endDay: Day
}
export type TypicalWeek = readonly { readonly weekday: number; readonly slotId: number }[]

type Obstacle = { readonly sentence: string; readonly field: string }

export type RegistrationRules = {
  /** An obstacle that no reason can override, and the id of a live registration that blocks this one. */
  readonly obstacle: (
    requested: RequestedRegistration,
    exceptId?: number,
  ) => { obstacle: Obstacle | null; liveId: number | null }
  /** Checks the activity's conditions on the registration's first day. @throws Refused for an unknown child */
  readonly conditions: (requested: RequestedRegistration) => {
    readonly candidate: Candidate
    readonly conditions: Conditions
    readonly unmet: readonly UnmetCondition[]
  }
  /** @throws Refused when a day or a slot of the week is not in the period */
  readonly refuseUnknownSlots: (periodId: number, week: TypicalWeek) => void
}

/** Reads the data to check these registrations in a fixed number of queries, however many they are. */
export const registrationRulesFor = (store: Store, wishes: readonly RequestedRegistration[]): RegistrationRules => {
  const childIds = [...new Set(wishes.map(({ childId }) => childId))]
  const homes = new Set(familiesOfChildren(store, childIds).map(({ childId, id }) => `${childId} ${id}`))
  const histories = homeHistories(store, [...new Set(wishes.map(({ familyId }) => familyId))])
  const registered = Map.groupBy(allRegistrationsOfChildren(store, childIds), keyOf)
  const classes = memoized((on: Day) => childrenOnDay(store, childIds, on))
  const periods = memoized((id: number): PeriodContext => {
    const period = periodOf(store, id)
    return {
      period,
      slots: slotsOf(store, period.activityId),
      conditions: conditionsOf(store, id, activityOf(store, period.activityId)),
    }
  })
  return {
    obstacle: (requested, exceptId) => {
      const { childId, familyId, startDay, endDay } = requested
      if (!homes.has(`${childId} ${familyId}`))
        return { obstacle: { sentence: 'Cet enfant n’est pas de cette famille.', field: 'childId' }, liveId: null }
      const { period } = periods(requested.periodId)
      const others = (registered.get(keyOf(requested)) ?? []).filter(({ id }) => id !== exceptId)
      const liveId = others.find(({ state }) => isActive(state))?.id ?? null
      const sentence = whyNotRegister({
        span: { from: startDay, to: endDay },
        period: { name: period.name, from: period.startDay, to: period.endDay },
        others: others.map((other) => ({ state: other.state, span: { from: other.startDay, to: other.endDay } })),
      })
      if (sentence === null) return { obstacle: null, liveId }
      const isLate = startDay >= period.startDay && startDay <= period.endDay
      return { obstacle: { sentence, field: liveId !== null ? 'periodId' : isLate ? 'endDay' : 'startDay' }, liveId }
    },
    conditions: ({ childId, familyId, periodId, startDay }) => {
      const child = classes(classDay(startDay)).get(childId)
      if (!child) throw new Refused('Cet enfant n’existe plus.')
      const home = histories.get(familyId)
      const candidate = {
        birth: child.birthDay,
        school: child.school || null,
        schoolClass: child.level || null,
        resident: home ? homeOn(home, startDay).resident : false,
      }
      const { conditions } = periods(periodId)
      return { candidate, conditions, unmet: unmetConditions(conditions, candidate, startDay) }
    },
    refuseUnknownSlots: (periodId, week) => {
      const { period, slots } = periods(periodId)
      const isKnown = ({ slotId, weekday }: TypicalWeek[number]) =>
        slots.some(({ id }) => id === slotId) && period.weekdays.includes(weekday)
      if (!week.every(isKnown))
        throw new Refused('La semaine type sort des jours et des plages de la période.', 'typicalWeek')
    },
  }
}

type PeriodContext = {
  readonly period: NamedPeriod
  readonly slots: readonly SlotRow[]
  readonly conditions: Conditions
}

const keyOf = ({
  childId,
  familyId,
  periodId,
}: Pick<RequestedRegistration, 'childId' | 'familyId' | 'periodId'>): string => `${childId} ${familyId} ${periodId}`
