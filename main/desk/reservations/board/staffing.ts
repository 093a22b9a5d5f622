import { addMonths, type Day } from '../../../../shared/rules/calendar/day.ts'
import {
  adultsNeeded,
  type HeadCount,
  supervisionKind,
  supervisionWarning,
} from '../../../../shared/rules/cell/places.ts'
import type { Store } from '../../../store/store.ts'
import type { OpeningRow, PeriodRow, SlotRow } from '../reservations-store.ts'

/** Adults and children on one slot of one day. */
export type Staffing = {
  readonly adults: number
  readonly needed: number
  /** « 2 animateurs pour 24 places : il en faut 3 »; null when they are enough. */
  readonly warning: string | null
}

/** The staffing of a period's days, updated as a plan gives and takes places. */
type StaffingBoard = {
  at(day: Day, slotId: number): Staffing | null
  add(day: Day, slotId: number, underSix: boolean, count: number): void
  /** Why one more child would need more adults than are planned; undefined when it would not. */
  whyNotOneMore(day: Day, slotId: number, underSix: boolean): string | undefined
}

const sixYearsInMonths = 72

/** Whether the child has not turned six by that day. */
export const isUnderSix = (birth: Day, on: Day): boolean => birth > addMonths(on, -sixYearsInMonths)

const key = (day: Day, slotId: number) => `${day} ${slotId}`

/** Returns undefined where no staffing law applies, or where staff entered no number of adults. */
export const readStaffing = (
  store: Store,
  period: PeriodRow,
  slots: readonly SlotRow[],
  openings: readonly OpeningRow[],
): StaffingBoard | undefined => {
  if (period.supervision === 'none') return undefined
  const open = openings.filter(({ closedReason }) => closedReason === null)
  const days = [...new Set(open.map(({ day }) => day))]
  const [from, to] = [days[0], days.at(-1)]
  if (!from || !to) return undefined
  const planned = new Map(
    plannedAdults(store, period.id, from, to).map((row) => [key(row.day, row.slotId), row.adults]),
  )
  if (period.adults === null && planned.size === 0) return undefined
  const heads = new Map<string, HeadCount>(
    childrenByAge(store, period.id, days).map(({ day, slotId, total, underSix }) => [
      key(day, slotId),
      { underSix, fromSix: total - underSix },
    ]),
  )
  const slotById = new Map(slots.map((slot) => [slot.id, slot]))
  const kinds = new Map(
    [...Map.groupBy(open, ({ day }) => day)].map(([day, own]) => [
      day,
      supervisionKind(
        period.supervision,
        own.flatMap(({ slotId }) => slotById.get(slotId) ?? []),
      ),
    ]),
  )
  const childrenOn = (day: Day, slotId: number): HeadCount => heads.get(key(day, slotId)) ?? { underSix: 0, fromSix: 0 }
  const staffingFor = (day: Day, slotId: number, children: HeadCount): Staffing | null => {
    const kind = kinds.get(day)
    const adults = planned.get(key(day, slotId)) ?? period.adults
    if (!kind || adults === null) return null
    return { adults, needed: adultsNeeded(kind, children), warning: supervisionWarning(kind, children, adults) }
  }
  return {
    at: (day, slotId) => staffingFor(day, slotId, childrenOn(day, slotId)),
    add(day, slotId, isYoung, count) {
      heads.set(key(day, slotId), withMore(childrenOn(day, slotId), isYoung, count))
    },
    whyNotOneMore(day, slotId, isYoung) {
      const warning = staffingFor(day, slotId, withMore(childrenOn(day, slotId), isYoung, 1))?.warning
      return warning ? `Encadrement insuffisant (${warning}).` : undefined
    },
  }
}

const withMore = ({ underSix, fromSix }: HeadCount, isYoung: boolean, count: number): HeadCount =>
  isYoung ? { underSix: underSix + count, fromSix } : { underSix, fromSix: fromSix + count }

const plannedAdults = (store: Store, periodId: number, from: Day, to: Day) =>
  store
    .statement('select day, slot_id slotId, adults from staffing where period_id = ? and day between ? and ?')
    .all(periodId, from, to) as { day: Day; slotId: number; adults: number }[]

/** Children whose place is confirmed or offered, by slot, with their age on that day. */
const childrenByAge = (store: Store, periodId: number, days: readonly Day[]) =>
  store
    .statement(
      `select r.day, r.slot_id slotId, count(*) total, sum(c.birth_day > w.value ->> 1) underSix
      from json_each(?) w
      cross join reservation r on r.period_id = ? and r.day = w.value ->> 0
        and (r.held = 'confirmed' or r.offered_until is not null)
      join registration g on g.id = r.registration_id join child c on c.id = g.child_id
      group by r.day, r.slot_id`,
    )
    .all(JSON.stringify(days.map((day) => [day, addMonths(day, -sixYearsInMonths)])), periodId) as {
    day: Day
    slotId: number
    total: number
    underSix: number
  }[]
