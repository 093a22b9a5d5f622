import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { PresentSlot } from '../../../shared/rules/cell/presence.ts'
import { committedSql } from '../../store/acts/committed.ts'
import type { Store } from '../../store/store.ts'

export type ChildOfHome = { readonly familyId: number; readonly childId: number }
export type Span = { readonly from: Day; readonly to: Day }

/** Slots of one home in which a child was marked present. */
export const presentSlots = (store: Store, { familyId, childId, from, to }: ChildOfHome & Span) =>
  store
    .statement(
      `select r.day, s.name, s.start, s.end, a.arrived_at as arrivedAt, a.left_at as leftAt, p.name as period
      from registration g join reservation r on r.registration_id = g.id and r.day between ? and ?
      join attendance a on a.reservation_id = r.id and a.mark = 'present'
      join slot s on s.id = r.slot_id join period p on p.id = r.period_id
      where g.child_id = ? and g.family_id = ? and ${committedSql('r.act_id')}
      order by r.day, s.start`,
    )
    .all(from, to, childId, familyId) as (PresentSlot & { readonly period: string })[]

/** Registrations of a child by one home that cover a part of these days, by first day. */
export const registrationsWithin = (store: Store, { familyId, childId, from, to }: ChildOfHome & Span) =>
  store
    .statement(
      `select g.start_day as "from", g.end_day as "to", period.name as period,
        (select json_group_array(json_object('weekday', week.value ->> 'weekday', 'slot', slot.name) order by slot.start)
          from json_each(g.typical_week) week join slot on slot.id = week.value ->> 'slotId') as week
      from registration g join period on period.id = g.period_id
      where g.child_id = ? and g.family_id = ? and g.state in ('accepted', 'ended')
        and g.start_day <= ? and g.end_day >= ? and ${committedSql('g.act_id')}
      order by g.start_day, g.id`,
    )
    .all(childId, familyId, to, from)
    .map((row) => {
      const { week, ...rest } = row as { from: Day; to: Day; period: string; week: string }
      return { ...rest, week: JSON.parse(week) as { weekday: number; slot: string }[] }
    })
