import type { Day } from '../../../shared/rules/calendar/day.ts'
import { type HolidaysOn, withoutBridge } from '../../../shared/rules/calendar/school-holidays.ts'
import {
  type Custody,
  type CustodyChange,
  type CustodyRule,
  type Holidays,
  type Home,
  homeOf,
} from '../../../shared/rules/people/custody.ts'
import type { Write } from '../../store/acts/acts.ts'
import { custodyFrom, custodyRowOf } from '../../store/custody-rows.ts'
import { custodyDay, custodyRule } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { schoolHolidaysByDay } from '../settings/settings.ts'
import { custodyDaysOf, custodyRulesOf, familiesOfChildren } from './families-store.ts'

/* Custody: in which of its two homes a child wakes up on a day. */

/** Custody by child id. A child without any rule is left out: its days belong to both homes. */
export const custodiesOf = (store: Store, childIds: readonly number[]): ReadonlyMap<number, Custody> => {
  const days = Map.groupBy(custodyDaysOf(store, childIds), ({ childId }) => childId)
  const rules = Map.groupBy(custodyRulesOf(store, childIds), ({ childId }) => childId)
  return new Map(
    [...new Set([...rules.keys(), ...days.keys()])].map((childId) => [
      childId,
      custodyFrom(rules.get(childId) ?? [], days.get(childId) ?? []),
    ]),
  )
}

/** School holidays of the town's zone whose halves homes share; the Ascension bridge is not one. */
export const holidaysOfTown = (store: Store, holidays: HolidaysOn = schoolHolidaysByDay(store)): Holidays =>
  withoutBridge(holidays)

/** Whether a child's day belongs to this home, or to both homes. */
type IsDayOfHome = (childId: number, familyId: Home, on: Day) => boolean

export const dayOfHomeTest = (store: Store, childIds: readonly number[]): IsDayOfHome => {
  const custodies = custodiesOf(store, childIds)
  if (custodies.size === 0) return () => true
  const holidays = holidaysOfTown(store)
  return (childId, familyId, on) => {
    const custody = custodies.get(childId)
    const home = custody ? homeOf(custody, on, holidays) : null
    return home === null || home === familyId
  }
}

/**
 * Writes a change of custody within the caller's act, which also adapts the bookings (`reservations/custody.ts`).
 * @throws Refused for a child with one home, or a home that is not the child's
 */
export const writeCustody = (store: Store, write: Write, childId: number, change: CustodyChange): void => {
  if (change.kind === 'asItIs') return
  const [home, otherHome] = familiesOfChildren(store, [childId]).map(({ id }) => id)
  if (home === undefined || otherHome === undefined) {
    throw new Refused('Cet enfant n’a qu’un foyer\u00a0: rattachez-le d’abord au second.')
  }
  const homes = [home, otherHome] as const
  if (change.kind === 'days') {
    requireHomesOfChild(homes, change.home === null ? [] : [change.home])
    writeDays(store, write, childId, change.days, change.home)
    return
  }
  const from = change.kind === 'rule' ? change.rule.from : change.from
  const replacedRule = custodyRulesOf(store, [childId]).find(({ fromDay }) => fromDay === from)
  if (replacedRule) write.remove(custodyRule, replacedRule.id)
  else if (change.kind === 'removeRule') throw new Refused('Cette règle n’existe plus.')
  if (change.kind === 'rule') {
    requireHomesOfChild(homes, homesIn(change.rule))
    write.insert(custodyRule, { childId, ...custodyRowOf(change.rule, homes) })
  }
}

const writeDays = (store: Store, write: Write, childId: number, days: readonly Day[], home: Home | null): void => {
  const existingDays = new Map(custodyDaysOf(store, [childId]).map((row) => [row.day, row]))
  for (const on of new Set(days)) {
    const existing = existingDays.get(on)
    if (existing?.familyId === home) continue
    if (existing) write.remove(custodyDay, existing.id)
    if (home !== null) write.insert(custodyDay, { childId, day: on, familyId: home })
  }
}

const homesIn = ({ evenWeek, oddWeek, holidays }: CustodyRule): Home[] => [
  ...evenWeek,
  ...oddWeek,
  ...(holidays ? [...holidays.evenYears, ...holidays.oddYears] : []),
]

const requireHomesOfChild = (homes: readonly Home[], chosen: readonly Home[]): void => {
  if (chosen.some((home) => !homes.includes(home))) throw new Refused('Ce foyer n’est pas l’un de ceux de l’enfant.')
}
