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
import { custodyFrom, rowOfCustody } from '../../store/custody-rows.ts'
import { custodyDay, custodyRule } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { Refused } from '../core.ts'
import { schoolHolidaysOf } from '../settings/settings.ts'
import { custodyDaysOf, custodyRulesOf, familiesOfChildren } from './families-store.ts'

/* In which of its two homes a child wakes up. */

/** By child; one without any rule is left out: its days are both homes'. */
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

/** The school holidays of the town's zone that homes share out by halves. */
export const holidaysOfTown = (store: Store, of: HolidaysOn = schoolHolidaysOf(store)): Holidays => withoutBridge(of)

/** Whether a day of a child is not another home's. */
type OwnDays = (childId: number, familyId: Home, on: Day) => boolean

export const ownDaysOf = (store: Store, childIds: readonly number[]): OwnDays => {
  const custodies = custodiesOf(store, childIds)
  if (custodies.size === 0) return () => true
  const holidays = holidaysOfTown(store)
  return (childId, familyId, on) => {
    const custody = custodies.get(childId)
    const home = custody ? homeOf(custody, on, holidays) : null
    return home === null || home === familyId
  }
}

/** Part of an act that also settles the bookings concerned: see `reservations`. @throws Refused when it cannot be */
export const writeCustody = (store: Store, write: Write, childId: number, change: CustodyChange): void => {
  if (change.kind === 'asItIs') return
  const [home, otherHome] = familiesOfChildren(store, [childId]).map(({ id }) => id)
  if (home === undefined || otherHome === undefined) {
    throw new Refused('Cet enfant n’a qu’un foyer\u00a0: rattachez-le d’abord au second.')
  }
  const homes = [home, otherHome] as const
  if (change.kind === 'days') {
    refuseStranger(homes, change.home === null ? [] : [change.home])
    writeDays(store, write, childId, change.days, change.home)
    return
  }
  const from = change.kind === 'rule' ? change.rule.from : change.from
  const before = custodyRulesOf(store, [childId]).find(({ fromDay }) => fromDay === from)
  if (before) write.remove(custodyRule, before.id)
  else if (change.kind === 'removeRule') throw new Refused('Cette règle n’existe plus.')
  if (change.kind === 'rule') {
    refuseStranger(homes, homesIn(change.rule))
    write.insert(custodyRule, { childId, ...rowOfCustody(change.rule, homes) })
  }
}

const writeDays = (store: Store, write: Write, childId: number, days: readonly Day[], home: Home | null): void => {
  const known = new Map(custodyDaysOf(store, [childId]).map((row) => [row.day, row]))
  for (const on of new Set(days)) {
    const before = known.get(on)
    if (before?.familyId === home) continue
    if (before) write.remove(custodyDay, before.id)
    if (home !== null) write.insert(custodyDay, { childId, day: on, familyId: home })
  }
}

const homesIn = ({ evenWeek, oddWeek, holidays }: CustodyRule): Home[] => [
  ...evenWeek,
  ...oddWeek,
  ...(holidays ? [...holidays.evenYears, ...holidays.oddYears] : []),
]

const refuseStranger = (homes: readonly Home[], named: readonly Home[]): void => {
  if (named.some((home) => !homes.includes(home))) throw new Refused('Ce foyer n’est pas l’un de ceux de l’enfant.')
}
