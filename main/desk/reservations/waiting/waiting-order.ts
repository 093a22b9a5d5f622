import type { Day, Instant } from '../../../../shared/rules/calendar/day.ts'
import { type Held, nothingHeld } from '../../../../shared/rules/cell/cell.ts'
import { inRankOrder } from '../../../../shared/rules/cell/places.ts'
import { type Priority, type PriorityClaims, prioritiesMet } from '../../../../shared/rules/cell/waiting.ts'
import { quotientStateOn } from '../../../../shared/rules/quotient/validity.ts'
import type { Store } from '../../../store/store.ts'
import { childGroupsIn } from '../../registrations/registrations.ts'
import { quotientRuleOf } from '../../settings/settings.ts'

/** A child on a waiting list, with all that decides its rank. */
export type Waiting = {
  readonly id: number
  readonly registrationId: number
  readonly periodId: number
  readonly day: Day
  readonly slotId: number
  readonly recordedAt: Instant
  readonly logNumber: number
  readonly offeredUntil: Instant | null
  /** Which of the list's priorities the child meets. */
  readonly met: readonly boolean[]
  readonly markedFor: string
  /** The child's group, where groups have places of their own: each of them has its list. */
  readonly groupId: number | null
}

/** A slot of a day. */
export type WaitedSlot = Omit<WaitingListKey, 'groupId'>

/** Identifies a waiting list: one slot of one day, and one group where groups have places of their own. */
export type WaitingListKey = {
  readonly periodId: number
  readonly day: Day
  readonly slotId: number
  readonly groupId: number | null
}

const waitingListKey = ({ periodId, day, slotId, groupId }: WaitingListKey): string =>
  `${periodId} ${day} ${slotId} ${groupId ?? ''}`

type Row = Omit<Waiting, 'met' | 'markedFor' | 'groupId'> & {
  readonly activityId: number
  readonly priorities: string
  readonly hasGroupPlaces: 0 | 1
}

const columns = `r.id, r.registration_id registrationId, r.period_id periodId, r.day, r.slot_id slotId,
  r.waiting_since recordedAt, coalesce(r.waiting_number, 0) logNumber, r.offered_until offeredUntil,
  p.activity_id activityId, exists (select 1 from opening o where o.period_id = r.period_id and o.day = r.day
    and o.slot_id = r.slot_id and o.group_places is not null) hasGroupPlaces,
  coalesce(a.waiting_priorities, (select waiting_priorities from organisation), '[]') priorities`
const joined = 'join period p on p.id = r.period_id join activity a on a.id = p.activity_id'

/** The waiting lists of a period between two days, each in rank order, by `waitingListKey`. */
export const waitingBetween = (store: Store, periodId: number, from: Day, to: Day): ReadonlyMap<string, Waiting[]> =>
  inLists(
    store,
    store
      .statement(
        `select ${columns} from reservation r ${joined}
        where r.period_id = ? and r.day between ? and ? and r.held = 'waitlisted'`,
      )
      .all(periodId, from, to) as Row[],
  )

/** Every waiting list of the days after `day`. */
export const waitingAfter = (store: Store, day: Day): ReadonlyMap<string, Waiting[]> =>
  inLists(
    store,
    store
      .statement(`select ${columns} from reservation r ${joined} where r.held = 'waitlisted' and r.day > ?`)
      .all(day) as Row[],
  )

/** The positions of waiting cells on their lists, by the id of the cell. */
export const waitingPositions = (
  store: Store,
  cellIds: readonly number[],
): ReadonlyMap<number, Extract<Held, { kind: 'waitlisted' }>> => {
  const wanted = new Set(cellIds)
  return new Map(
    [...waitingWith(store, cellIds).values()].flatMap((list) =>
      list.flatMap(({ id }) => (wanted.has(id) ? [[id, waitingPosition(list, id)] as const] : [])),
    ),
  )
}

/** The whole waiting lists that contain these cells. */
const waitingWith = (store: Store, cellIds: readonly number[]): ReadonlyMap<string, Waiting[]> =>
  inLists(
    store,
    store
      .statement(
        `with place as (select distinct c.period_id, c.day, c.slot_id from json_each(?) wanted
          cross join reservation c on c.id = wanted.value where c.held = 'waitlisted')
        select ${columns} from place cross join reservation r on r.period_id = place.period_id and r.day = place.day
          and r.slot_id = place.slot_id and r.held = 'waitlisted' ${joined}`,
      )
      .all(JSON.stringify(cellIds)) as Row[],
  )

const inLists = (store: Store, rows: readonly Row[]): ReadonlyMap<string, Waiting[]> => {
  const claimsOf = priorityClaimsFor(
    store,
    rows.filter(({ priorities }) => priorities !== '[]'),
  )
  const groupOf = groupsOfWaiting(
    store,
    rows.filter(({ hasGroupPlaces }) => hasGroupPlaces === 1),
  )
  const waiting = rows.map(({ priorities, hasGroupPlaces, activityId: _activityId, ...row }): Waiting => {
    const claims = priorities === '[]' ? undefined : claimsOf(row.registrationId, row.day)
    return {
      ...row,
      met: claims ? prioritiesMet(JSON.parse(priorities) as Priority[], claims) : [],
      markedFor: claims?.markedFor ?? '',
      groupId: hasGroupPlaces === 1 ? groupOf(row) : null,
    }
  })
  return new Map([...Map.groupBy(waiting, waitingListKey)].map(([key, list]) => [key, inRankOrder(list)]))
}

/** The group of each waiting child on the day it waits for. */
const groupsOfWaiting = (store: Store, rows: readonly Row[]): ((row: Pick<Row, 'id'>) => number | null) => {
  const found = new Map<number, number | null>()
  for (const [periodId, own] of Map.groupBy(rows, (row) => row.periodId)) {
    const days = own.map(({ day }) => day).toSorted()
    const [from, to] = [days[0], days.at(-1)]
    if (!from || !to) continue
    const ids = [...new Set(own.map(({ registrationId }) => registrationId))]
    const groups = childGroupsIn(store, periodId, from, to, ids)
    for (const { id, registrationId, day } of own) found.set(id, groups?.of(registrationId, day) ?? null)
  }
  return ({ id }) => found.get(id) ?? null
}

/** Facts for priorities: each child's home and siblings as they are on the day it waits for. */
export const priorityClaimsFor = (
  store: Store,
  wanted: readonly { readonly registrationId: number; readonly day: Day }[],
): ((registrationId: number, day: Day) => PriorityClaims | undefined) => {
  if (wanted.length === 0) return () => undefined
  const rows = store
    .statement(
      `select w.value ->> 0 registrationId, w.value ->> 1 day, g.priority_reason markedFor,
        coalesce((select resident from family_address where family_id = g.family_id and from_day <= w.value ->> 1
          order by from_day desc limit 1), 0) resident,
        exists (select 1 from registration o where o.family_id = g.family_id and o.period_id = g.period_id
          and o.child_id <> g.child_id and o.state in ('accepted', 'ended')
          and w.value ->> 1 between o.start_day and o.end_day) sibling,
        q.value quotient, q.from_day fromDay, q.to_day toDay
      from json_each(?) w cross join registration g on g.id = w.value ->> 0
      left join family_quotient q on q.family_id = g.family_id and q.from_day = (select max(from_day)
        from family_quotient where family_id = g.family_id and from_day <= w.value ->> 1)`,
    )
    .all(JSON.stringify(wanted.map(({ registrationId, day }) => [registrationId, day]))) as (Pick<
    PriorityClaims,
    'markedFor' | 'quotient'
  > & {
    registrationId: number
    day: Day
    resident: 0 | 1
    sibling: 0 | 1
    fromDay: Day | null
    toDay: Day | null
  })[]
  const rule = quotientRuleOf(store)
  const found = new Map(
    rows.map(({ registrationId, day, markedFor, resident, sibling, quotient, fromDay, toDay }) => {
      const hasEnded = fromDay === null || quotientStateOn(rule, { fromDay, toDay }, day) === 'ended'
      return [
        `${registrationId} ${day}`,
        { markedFor, resident: resident === 1, sibling: sibling === 1, quotient: hasEnded ? null : quotient },
      ]
    }),
  )
  return (registrationId, day) => found.get(`${registrationId} ${day}`)
}

/** A child's position on a waiting list: its rank, and how many children without an offer come before it. */
export const waitingPosition = (list: readonly Waiting[], id: number): Extract<Held, { kind: 'waitlisted' }> => {
  const at = list.findIndex((one) => one.id === id)
  const own = list[at]
  const ahead = list.slice(0, Math.max(0, at)).filter(({ offeredUntil }) => offeredUntil === null).length
  return {
    kind: 'waitlisted',
    rank: at + 1,
    ...(ahead !== at && { before: ahead }),
    ...(own?.offeredUntil && { offeredUntil: own.offeredUntil }),
  }
}

/** Reads the held side of each cell from the desk's file; cells without a row are empty. */
export const readHeld = (
  store: Store,
  cells: readonly { readonly registrationId: number; readonly day: Day; readonly slotId: number }[],
): Held[] => {
  const find = store.statement(
    `select id, held, cancel_denied cancelDenied from reservation
    where registration_id = ? and day = ? and slot_id = ?`,
  )
  const found = cells.map(
    ({ registrationId, day, slotId }) =>
      find.get(registrationId, day, slotId) as
        | { id: number; held: 'none' | 'waitlisted' | 'confirmed'; cancelDenied: 0 | 1 }
        | undefined,
  )
  const positions = waitingPositions(
    store,
    found.flatMap((cell) => (cell?.held === 'waitlisted' ? [cell.id] : [])),
  )
  return found.map((cell): Held => {
    if (!cell || cell.held === 'none') return nothingHeld
    if (cell.held === 'confirmed') return { kind: 'confirmed', cancelDenied: cell.cancelDenied === 1 }
    const { rank = 1, offeredUntil } = positions.get(cell.id) ?? {}
    return { kind: 'waitlisted', rank, ...(offeredUntil && { offeredUntil }) }
  })
}
