import type { Day, Instant, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import type { BookingRule } from '../../../shared/rules/calendar/deadline.ts'
import type { Wish } from '../../../shared/rules/cell/cell.ts'
import type { Answer } from '../../../shared/rules/cell/cell-actions.ts'
import { type LateSurcharge, surchargeFrom, surchargeParts } from '../../../shared/rules/cell/late-surcharge.ts'
import type { Supervision } from '../../../shared/rules/cell/places.ts'
import type { Priority } from '../../../shared/rules/cell/waiting.ts'
import type { DossierDemand } from '../../../shared/rules/dossier/required-paper.ts'
import type { GroupPlaces } from '../../../shared/rules/groups/groups.ts'
import type { RegistrationState } from '../../../shared/rules/people/registration.ts'
import type { WeekRule } from '../../../shared/rules/requests/week-rule.ts'
import { committedOrBySql, committedSql, openActIdsSql } from '../../store/acts/committed.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { leadSql, shownNameSql } from '../activities/activities.ts'
import { type ChildGroups, childGroupsIn } from '../registrations/registrations.ts'

/** A non-empty cell, as stored. */
export type CellRow = {
  readonly id: number
  readonly registrationId: number
  readonly periodId: number
  readonly day: Day
  readonly slotId: number
  readonly held: 'none' | 'waitlisted' | 'confirmed'
  readonly cancelDenied: 0 | 1
  readonly ask: 'book' | 'cancel' | 'leave' | null
  readonly recordedAt: Instant | null
  readonly collected: 0 | 1
  readonly takenBack: 0 | 1
  readonly waitingSince: Instant | null
  readonly waitingNumber: number | null
  /** Until when a freed place is kept for this waiting child. */
  readonly offeredUntil: Instant | null
  readonly overbooked: 0 | 1
  readonly surchargeCents: number
  /** Accepted with a late cancellation: due once the cancellation frees the place. */
  readonly cancelSurchargeCents: number
  /** The days of notice of a late booking, or cancellation, that the tariff prices; null where it prices none. */
  readonly bookingNotice: number | null
  readonly cancelNotice: number | null
  readonly chargedReason: string | null
  readonly billedBy: number | null
  readonly actId: number
}

export const bookingSurchargeOf = ({
  surchargeCents,
  bookingNotice,
}: Pick<CellRow, 'surchargeCents' | 'bookingNotice'>): LateSurcharge => surchargeFrom(surchargeCents, bookingNotice)

export const cancelSurchargeOf = ({
  cancelSurchargeCents,
  cancelNotice,
}: Pick<CellRow, 'cancelSurchargeCents' | 'cancelNotice'>): LateSurcharge =>
  surchargeFrom(cancelSurchargeCents, cancelNotice)

export const withBookingSurcharge = (surcharge: LateSurcharge) => {
  const { cents, notice } = surchargeParts(surcharge)
  return { surchargeCents: cents, bookingNotice: notice }
}

export const withCancelSurcharge = (surcharge: LateSurcharge) => {
  const { cents, notice } = surchargeParts(surcharge)
  return { cancelSurchargeCents: cents, cancelNotice: notice }
}

const cellColumns = `r.id, r.registration_id registrationId, r.period_id periodId, r.day, r.slot_id slotId, r.held, r.cancel_denied cancelDenied,
  r.ask, r.recorded_at recordedAt, r.collected, r.taken_back takenBack, r.waiting_since waitingSince,
  r.waiting_number waitingNumber, r.offered_until offeredUntil, r.overbooked, r.surcharge_cents surchargeCents,
  r.cancel_surcharge_cents cancelSurchargeCents, r.booking_notice bookingNotice, r.cancel_notice cancelNotice,
  r.charged_reason chargedReason, r.billed_by billedBy, r.act_id actId`

export type PeriodRow = {
  readonly id: number
  readonly name: string
  readonly activityId: number
  readonly activity: string
  /** The activity under which it is shown. */
  readonly leadId: number
  readonly startDay: Day
  readonly bookingOpensAt: Instant | null
  readonly bookingClosesAt: Instant | null
  readonly residentsOpenAt: Instant | null
  readonly bookingRule: BookingRule
  readonly cancelRule: BookingRule
  readonly waitingList: boolean
  readonly dossier: DossierDemand
  readonly promotion: 'automatic' | 'offer' | 'proposal'
  readonly offerHours: number
  /** Order of waiting children: the activity's priorities, else the service's. */
  readonly priorities: readonly Priority[]
  readonly supervision: Supervision
  readonly staffingBlocks: boolean
  /** Adults planned on each slot by default; null when staff entered none. */
  readonly adults: number | null
  readonly minAge: number | null
  readonly maxAge: number | null
  readonly levels: readonly string[]
  /** Names of the schools whose children it takes; none for all. */
  readonly schools: readonly string[]
  readonly residentsOnly: boolean
  /** What a child's week must be; null: families book each day by itself. */
  readonly weekRule: WeekRule | null
}

export const periodRow = (store: Store, id: number): PeriodRow | null => {
  const row = store
    .statement(
      `select p.id, p.name, p.activity_id activityId, ${shownNameSql('a')} activity, ${leadSql('a')} leadId, p.start_day startDay,
        p.booking_opens_at bookingOpensAt, p.booking_closes_at bookingClosesAt, p.residents_open_at residentsOpenAt,
        coalesce(p.booking_rule, a.booking_rule) bookingRule, coalesce(p.cancel_rule, a.cancel_rule) cancelRule,
        p.waiting_list waitingList, p.dossier, p.promotion, p.week_rule weekRule, p.adults, a.offer_hours offerHours,
        a.supervision,
        a.staffing_blocks staffingBlocks,
        coalesce(a.waiting_priorities, (select waiting_priorities from organisation), '[]') priorities,
        a.minimum_age minAge, a.maximum_age maxAge, a.levels,
        (select json_group_array(school.name) from json_each(a.school_ids) wanted join school on school.id = wanted.value) schools,
        a.residents_only residentsOnly
      from period p join activity a on a.id = p.activity_id where p.id = ?`,
    )
    .get(id) as (Record<keyof PeriodRow, never> & Record<string, unknown>) | undefined
  if (!row) return null
  return {
    ...row,
    bookingRule: JSON.parse(String(row['bookingRule'])) as BookingRule,
    cancelRule: JSON.parse(String(row['cancelRule'])) as BookingRule,
    levels: row['levels'] === null ? [] : (JSON.parse(String(row['levels'])) as string[]),
    schools: JSON.parse(String(row['schools'])) as string[],
    priorities: JSON.parse(String(row['priorities'])) as Priority[],
    waitingList: row['waitingList'] === 1,
    weekRule: row['weekRule'] === null ? null : (JSON.parse(String(row['weekRule'])) as WeekRule),
    staffingBlocks: row['staffingBlocks'] === 1,
    residentsOnly: row['residentsOnly'] === 1,
  }
}

/** Periods with at least one opening between two days, by activity then start. */
export const periodsOpenBetween = (store: Store, from: Day, to: Day): number[] =>
  (
    store
      .statement(
        `select p.id from period p join activity a on a.id = p.activity_id
        where p.start_day <= ? and p.end_day >= ? and not p.archived
          and exists (select 1 from opening o where o.period_id = p.id and o.day between ? and ?)
        order by ${alphabeticalSql('a.name')}, p.start_day`,
      )
      .all(to, from, from, to) as { id: number }[]
  ).map(({ id }) => id)

export type SlotRow = {
  readonly id: number
  readonly name: string
  readonly shortName: string
  readonly start: TimeOfDay
  readonly end: TimeOfDay
}

/** The activity's slots, in their order within the day. */
export const slotsOpenIn = (store: Store, activityId: number): SlotRow[] =>
  store
    .statement(
      `select id, name, short_name shortName, start, end from slot where activity_id = ? order by position, start`,
    )
    .all(activityId) as SlotRow[]

export type OpeningRow = {
  readonly day: Day
  readonly slotId: number
  readonly capacity: number
  /** The places of each group; null where they share the capacity. */
  readonly groupPlaces: GroupPlaces | null
  readonly closedReason: string | null
}

export const openingsBetween = (store: Store, periodId: number, from: Day, to: Day): OpeningRow[] =>
  (
    store
      .statement(
        `select day, slot_id slotId, capacity, group_places groupPlaces, closed_reason closedReason from opening
        where period_id = ? and day between ? and ? order by day`,
      )
      .all(periodId, from, to) as (Omit<OpeningRow, 'groupPlaces'> & { groupPlaces: string | null })[]
  ).map((row) => ({
    ...row,
    groupPlaces: row.groupPlaces === null ? null : (JSON.parse(row.groupPlaces) as GroupPlaces),
  }))

/** Places taken and children waiting, by day and slot. Includes rows of acts still open. */
export const countsBetween = (store: Store, periodId: number, from: Day, to: Day) =>
  store
    .statement(
      `select day, slot_id slotId, held, count(*) count from reservation
      where period_id = ? and day between ? and ? and held <> 'none' group by day, slot_id, held`,
    )
    .all(periodId, from, to) as { day: Day; slotId: number; held: 'waitlisted' | 'confirmed'; count: number }[]

/**
 * Places that children of each group take, booked or offered, and children who wait. Includes rows of acts still open.
 */
export const countsByGroup = (store: Store, spans: ChildGroups['spans']) =>
  store
    .statement(
      `select w.value ->> 3 groupId, r.day, r.slot_id slotId, sum(r.held = 'waitlisted') waiting,
        sum(r.held = 'confirmed' or r.offered_until is not null) held,
        sum((r.held = 'confirmed' or r.offered_until is not null) and w.value ->> 4) underSix
      from json_each(?) w cross join reservation r on r.registration_id = w.value ->> 0
        and r.day between w.value ->> 1 and w.value ->> 2 and r.held <> 'none'
      group by w.value ->> 3, r.day, r.slot_id`,
    )
    .all(
      JSON.stringify(
        spans.map(({ registrationId, from, to, groupId, isUnderSix }) => [
          registrationId,
          from,
          to,
          groupId,
          isUnderSix,
        ]),
      ),
    ) as {
    groupId: number | null
    day: Day
    slotId: number
    waiting: number
    held: number
    underSix: number
  }[]

/** The groups that staff put the child of a registration in, soonest first. */
export const putRowsOf = (store: Store, registrationId: number) =>
  store
    .statement(
      `select id, from_day fromDay, group_id groupId, reason from registration_group
      where registration_id = ? order by from_day`,
    )
    .all(registrationId) as { id: number; fromDay: Day; groupId: number | null; reason: string }[]

/** The same of one period, by day and slot, for the children who are in a group. */
export const groupCountsIn = (
  store: Store,
  periodId: number,
  from: Day,
  to: Day,
): ((day: Day, slotId: number) => { groupId: number; held: number; waiting: number }[]) => {
  const groups = childGroupsIn(store, periodId, from, to)
  const counts = Map.groupBy(groups ? countsByGroup(store, groups.spans) : [], ({ day, slotId }) => `${day} ${slotId}`)
  return (day, slotId) =>
    (counts.get(`${day} ${slotId}`) ?? []).flatMap(({ groupId, held, waiting }) =>
      groupId === null ? [] : [{ groupId, held, waiting }],
    )
}

export type RegistrationRow = {
  readonly id: number
  readonly childId: number
  readonly familyId: number
  readonly state: RegistrationState
  readonly startDay: Day
  readonly endDay: Day
  readonly overrideReason: string
  /** Why the child comes first on waiting lists; empty when nothing says so. */
  readonly priorityReason: string
  readonly lastName: string
  readonly firstName: string
  readonly birthDay: Day
}

const registrationColumns = `g.id, g.child_id childId, g.family_id familyId, g.state, g.start_day startDay,
  g.end_day endDay, g.override_reason overrideReason, g.priority_reason priorityReason, c.last_name lastName, c.first_name firstName, c.birth_day birthDay`

/** Rows of a period's calendar: registrations current, ended, or still undecided. */
export const registrationsIn = (store: Store, periodId: number, familyId: number | null): RegistrationRow[] =>
  store
    .statement(
      `select ${registrationColumns} from registration g join child c on c.id = g.child_id
      where g.period_id = ? and g.state in ('asked', 'accepted', 'ended') and (? is null or g.family_id = ?)
      order by c.last_name, c.first_name, g.id`,
    )
    .all(periodId, familyId, familyId) as RegistrationRow[]

/** The rows of `registrationsIn` that have the given ids. */
export const registrationsAmong = (store: Store, periodId: number, ids: readonly number[]): RegistrationRow[] =>
  store
    .statement(
      `select ${registrationColumns} from json_each(?) wanted cross join registration g on g.id = wanted.value
      join child c on c.id = g.child_id
      where g.period_id = ? and g.state in ('asked', 'accepted', 'ended')`,
    )
    .all(jsonIds(ids), periodId) as RegistrationRow[]

export const registrationRow = (store: Store, id: number) =>
  store
    .statement(
      `select ${registrationColumns}, g.period_id periodId from registration g join child c on c.id = g.child_id
      where g.id = ?`,
    )
    .get(id) as (RegistrationRow & { periodId: number }) | undefined

/** The typical week asked with each registration. */
export const typicalWeeksOf = (
  store: Store,
  ids: readonly number[],
): ReadonlyMap<number, readonly { readonly weekday: number; readonly slotId: number }[]> =>
  new Map(
    (
      store
        .statement('select g.id, typical_week week from json_each(?) wanted join registration g on g.id = wanted.value')
        .all(jsonIds(ids)) as { id: number; week: string }[]
    ).map(({ id, week }) => [id, JSON.parse(week) as { weekday: number; slotId: number }[]]),
  )

/** Every registration of a child in a period, in all of the child's homes. */
export const registrationsOfChildIn = (store: Store, childId: number, periodId: number): RegistrationRow[] =>
  store
    .statement(
      `select ${registrationColumns} from registration g join child c on c.id = g.child_id
      where g.child_id = ? and g.period_id = ? order by g.id`,
    )
    .all(childId, periodId) as RegistrationRow[]

/**
 * A child's places and ranks from a day on, in all homes, soonest first. `isKept`: staff once left it knowingly on a
 * day of the other home.
 */
export const cellsHeldByChild = (store: Store, childId: number, from: Day) =>
  store
    .statement(
      `select r.id, g.family_id familyId, ${shownNameSql('a')} activity, p.name period, s.name slot,
        exists (select 1 from reservation_move m where m.reservation_id = r.id and m.move = 'kept') isKept
      from registration g
      cross join reservation r on r.registration_id = g.id and r.day >= ? and r.held <> 'none'
      join slot s on s.id = r.slot_id
      join period p on p.id = g.period_id join activity a on a.id = p.activity_id
      where g.child_id = ? order by r.day, s.start, r.id`,
    )
    .all(from, childId) as {
    id: number
    familyId: number
    activity: string
    period: string
    slot: string
    isKept: 0 | 1
  }[]

/** Unanswered bookings asked by a child's homes from a day on, soonest first. */
export const unansweredBookingsOfChild = (store: Store, childId: number, from: Day) =>
  store
    .statement(
      `select r.id reservationId, r.day, g.family_id familyId, ${shownNameSql('a')} activity, s.name slot
      from registration g
      cross join reservation r on r.registration_id = g.id and r.day >= ? and r.held = 'none' and r.ask = 'book'
      join slot s on s.id = r.slot_id
      join period p on p.id = g.period_id join activity a on a.id = p.activity_id
      where g.child_id = ? order by r.day, s.start, r.id`,
    )
    .all(from, childId) as { reservationId: number; day: Day; familyId: number; activity: string; slot: string }[]

/** Number of a child's places in each home, by day. */
export const bookedByHome = (store: Store, childId: number, from: Day, to: Day) =>
  store
    .statement(
      `select r.day, g.family_id familyId, count(*) count
      from registration g
      cross join reservation r on r.registration_id = g.id and r.day between ? and ? and r.held = 'confirmed'
      where g.child_id = ? group by r.day, g.family_id order by r.day`,
    )
    .all(from, to, childId) as { day: Day; familyId: number; count: number }[]

/** Ids as one JSON text: a single SQL parameter for any number of ids. */
const jsonIds = (ids: readonly number[]) => JSON.stringify(ids)

export const cellsBetween = (store: Store, registrationIds: readonly number[], from: Day, to: Day): CellRow[] =>
  store
    .statement(
      `select ${cellColumns} from json_each(?) wanted
      join reservation r on r.registration_id = wanted.value and r.day between ? and ?`,
    )
    .all(jsonIds(registrationIds), from, to) as CellRow[]

/** The places, ranks and demandes of the children who attend a school on days that are open. */
export const cellsOfSchool = (store: Store, schoolId: number, from: Day, to: Day): CellRow[] =>
  store
    .statement(
      `select ${cellColumns} from opening o
      join reservation r on r.period_id = o.period_id and r.day = o.day and r.slot_id = o.slot_id
        and (r.held <> 'none' or r.ask is not null)
      join registration own on own.id = r.registration_id
      where o.day between :from and :to and o.closed_reason is null and ${committedSql('r.act_id')}
        and :schoolId = (select school_id from schooling where child_id = own.child_id and from_day <= r.day
          order by from_day desc limit 1)`,
    )
    .all({ schoolId, from, to }) as CellRow[]

/** The cells of these with an attendance mark. */
export const cellsMarked = (store: Store, cells: readonly Pick<CellRow, 'id'>[]): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        'select a.reservation_id from json_each(?) wanted join attendance a on a.reservation_id = wanted.value',
      )
      .pluck()
      .all(jsonIds(cells.map(({ id }) => id))) as number[],
  )

/** Numbers in the portal's log of the demandes of these registrations. */
export const askLogNumbers = (store: Store, registrationIds: readonly number[], from: Day, to: Day) =>
  store
    .statement(
      `select a.registration_id registrationId, a.day, a.slot_id slotId, a.recorded_at recordedAt, a.number
      from json_each(?) wanted
      join portal_ask a on a.registration_id = wanted.value and a.day between ? and ?
      where a.kind = 'demande'`,
    )
    .all(jsonIds(registrationIds), from, to) as {
    registrationId: number
    day: Day
    slotId: number
    recordedAt: Instant
    number: number
  }[]

/**
 * Collected asks that wait for the desk's decision, in the order they were recorded.
 * @param ownAct the open act that reads, which sees its own rows
 */
export const collectedAsks = (store: Store, ownAct: number): AskedRow[] =>
  store
    .statement(
      `select ${cellColumns} from reservation r
      where r.ask is not null and r.collected and ${committedOrBySql('?', 'r.act_id')}
      order by r.recorded_at, r.id`,
    )
    .all(ownAct) as AskedRow[]

/** Cells whose day has begun while the family still waits: a waiting-list rank, or an unanswered ask. */
export const cellsToExpire = (store: Store, today: Day): CellRow[] =>
  store
    .statement(
      `select ${cellColumns} from reservation r where r.day <= ? and r.held = 'waitlisted'
      union all
      select ${cellColumns} from reservation r where r.day <= ? and r.ask is not null and r.collected and r.held = 'none'`,
    )
    .all(today, today) as CellRow[]

export type AskedRow = CellRow & { readonly ask: NonNullable<CellRow['ask']>; readonly recordedAt: Instant }

/** The demandes that the cells of `collectedAsks` form: cells of one registration asked at the same moment. */
export const collectedRequests = (
  store: Store,
): { familyId: number; ask: 'book' | 'cancel' | 'leave'; recordedAt: Instant }[] =>
  store
    .statement(
      `select distinct registration_id, ask, recorded_at recordedAt, family_id familyId
      from reservation r join registration g on g.id = registration_id
      where ask is not null and collected and ${committedSql('r.act_id')}`,
    )
    .all() as { familyId: number; ask: 'book' | 'cancel' | 'leave'; recordedAt: Instant }[]

export const cellRow = (store: Store, id: number) =>
  store.statement(`select ${cellColumns} from reservation r where r.id = ?`).get(id) as CellRow | undefined

/** Schools and classes of children by date, newest first. */
export const schoolingRows = (store: Store, childIds: readonly number[]) =>
  store
    .statement(
      `select s.child_id childId, s.from_day fromDay, s.level, school.name school from json_each(?) wanted
      join schooling s on s.child_id = wanted.value left join school on school.id = s.school_id order by s.from_day desc`,
    )
    .all(jsonIds(childIds)) as { childId: number; fromDay: Day; level: string; school: string | null }[]

export const residencesOf = (store: Store, familyIds: readonly number[]) =>
  store
    .statement(
      `select a.family_id familyId, a.from_day fromDay, a.resident from json_each(?) wanted
      join family_address a on a.family_id = wanted.value order by a.from_day desc`,
    )
    .all(jsonIds(familyIds)) as { familyId: number; fromDay: Day; resident: 0 | 1 }[]

/**
 * Confirmed bookings of these children in other activities, in slots whose hours overlap this activity's. `cross join`
 * forces the join order child → homes → registrations → days: SQLite's planner would scan every reservation.
 */
export const bookingsElsewhere = (store: Store, activityId: number, childIds: readonly number[], from: Day, to: Day) =>
  store
    .statement(
      `select g.child_id childId, r.registration_id registrationId, r.day, a.id activityId, ${shownNameSql('a')} activity, s.name slot, s.start, s.end
      from json_each(?) wanted
      cross join main.family_child f on f.child_id = wanted.value
      cross join main.registration g on g.family_id = f.family_id and g.child_id = f.child_id
      cross join main.period p on p.id = g.period_id and p.start_day <= ? and p.end_day >= ?
      cross join main.slot s on s.activity_id = p.activity_id
        and exists (select 1 from main.slot own where own.activity_id = ? and own.start < s.end and s.start < own.end)
      cross join main.reservation r on r.registration_id = g.id and r.day between ? and ? and r.slot_id = s.id and r.held = 'confirmed'
      join main.activity a on a.id = p.activity_id`,
    )
    .all(jsonIds(childIds), to, from, activityId, from, to) as {
    childId: number
    registrationId: number
    day: Day
    activityId: number
    activity: string
    slot: string
    start: TimeOfDay
    end: TimeOfDay
  }[]

export const openActs = (store: Store): ReadonlySet<number> =>
  new Set((store.statement(openActIdsSql).all() as { id: number }[]).map(({ id }) => id))

export type MoveRow = {
  readonly id: number
  readonly reservationId: number
  readonly move: string
  readonly mover: 'staff' | 'rule' | 'parent' | 'exchange'
  readonly answer: Answer | null
  readonly reason: string
  readonly before: string | null
  readonly at: Instant
  readonly who: string
}

const moveColumns = `m.id, m.reservation_id reservationId, m.move, m.mover, m.answer, m.reason, m.before,
  t.started_at at, t.actor_name who`

/** The history of a cell, newest first. */
export const movesOf = (store: Store, reservationId: number): MoveRow[] =>
  store
    .statement(
      `select ${moveColumns} from reservation_move m join act t on t.id = m.act_id
      where m.reservation_id = ? and t.state = 'closed' order by m.id desc`,
    )
    .all(reservationId) as MoveRow[]

/** The cells of one registration that were asked for at one moment. */
export type AskedCells = { readonly registrationId: number; readonly wish: Wish; readonly recordedAt: Instant }

export const countUnanswered = (store: Store, { registrationId, wish, recordedAt }: AskedCells): number =>
  store
    .statement(`select count(*) from reservation where registration_id = ? and ask = ? and recorded_at = ?`)
    .pluck()
    .get(registrationId, wish, recordedAt) as number

/** The last move that answered one of these cells. */
export const lastAnswer = (store: Store, { registrationId, wish, recordedAt }: AskedCells): MoveRow | undefined =>
  store
    .statement(
      `select ${moveColumns} from reservation r join reservation_move m on m.reservation_id = r.id
      join act t on t.id = m.act_id
      where r.registration_id = ? and m.answer is not null and t.state = 'closed'
        and m.before ->> '$.ask' = ? and m.before ->> '$.recordedAt' = ?
      order by m.id desc limit 1`,
    )
    .get(registrationId, wish, recordedAt) as MoveRow | undefined

/** Histories of many cells, oldest first, including the moves of the open act that reads. */
export const cellHistories = (store: Store, cellIds: readonly number[], ownAct: number) =>
  store
    .statement(
      `select m.id, m.reservation_id reservationId, m.move, m.answer, m.reason,
        m.move = 'collect' and coalesce(json_extract(m.before, '$.collected'), 0) = 1 isJoined from json_each(?) wanted
      join reservation_move m on m.reservation_id = wanted.value
      join act t on t.id = m.act_id and (t.state = 'closed' or t.id = ?)
      order by m.id`,
    )
    .all(jsonIds(cellIds), ownAct) as (Pick<MoveRow, 'id' | 'reservationId' | 'move' | 'answer' | 'reason'> & {
    /** The demande joined one that already waited: one decision answers both. */
    readonly isJoined: 0 | 1
  })[]

/** Asks that parents recorded on the portal for a cell, with their receipt. */
export const portalAsksOfCell = (store: Store, cellId: number) =>
  store
    .statement(
      `select a.move_id moveId, a.recorded_at at, a.receipt, coalesce(g.first_name || ' ' || g.last_name, '') who
      from reservation r
      join portal_ask a on a.registration_id = r.registration_id and a.day = r.day and a.slot_id = r.slot_id
      left join guardian g on g.id = a.guardian_id
      where r.id = ? and a.move_id is not null`,
    )
    .all(cellId) as { moveId: number; at: Instant; receipt: string; who: string }[]

/**
 * The moves of one act, newest first, with the registration of each cell. Found by the id spans in the act's audit
 * rows: the table of moves, kept for years, is too large to scan.
 */
export const movesOfAct = (store: Store, actId: number) =>
  store
    .statement(
      `select ${moveColumns}, r.registration_id registrationId, r.day
      from audit u cross join json_each(u.after, '$.ids') span
      cross join reservation_move m on m.id between span.value ->> 0 and span.value ->> 1
      join act t on t.id = m.act_id left join reservation r on r.id = m.reservation_id
      where u.act_id = ? and u.entity = 'reservation_move' and u.operation = 'insertMany' and t.state = 'closed'
      order by m.id desc`,
    )
    .all(actId) as (MoveRow & { readonly registrationId: number | null; readonly day: Day | null })[]

/** Whether another child has got a place on this slot since this move of the cell. */
export const isPlaceGivenSince = (store: Store, { id, periodId, day, slotId }: CellRow, moveId: number): boolean =>
  store
    .statement(
      `select exists (select 1 from reservation r
        cross join reservation_move m on m.id =
          (select min(id) from reservation_move where reservation_id = r.id and id > ?)
        where r.period_id = ? and r.day = ? and r.slot_id = ? and r.id <> ?
        and (r.held = 'confirmed' or r.offered_until is not null)
        and coalesce(m.before ->> '$.held', 'none') <> 'confirmed' and m.before ->> '$.offeredUntil' is null)`,
    )
    .pluck()
    .get(moveId, periodId, day, slotId, id) === 1

/** Whether one of these cells has a place or a rank on a day outside its registration. */
export const isOutsideRegistration = (store: Store, cellIds: readonly number[]): boolean =>
  store
    .statement(
      `select exists (select 1 from json_each(?) wanted cross join reservation r on r.id = wanted.value
        join registration g on g.id = r.registration_id
        where r.held <> 'none'
        and (r.day not between g.start_day and g.end_day or g.state not in ('accepted', 'ended')))`,
    )
    .pluck()
    .get(jsonIds(cellIds)) === 1

export const nextMoveId = (store: Store): number =>
  (store.statement('select coalesce(max(id), 0) + 1 next from reservation_move').get() as { next: number }).next

/** How many children of each list hold a place of a period, by day and slot; one with two homes counts once. */
export const heldByList = (store: Store, periodId: number, from: Day, to: Day) =>
  store
    .statement(
      `select cell.day, cell.slot_id slotId, list.id sublistId, count(distinct own.child_id) children
      from registration own join registration_sublist listed on listed.registration_id = own.id
      join sublist list on list.id = listed.sublist_id
      join reservation cell on cell.registration_id = own.id and cell.held = 'confirmed'
        and cell.day between max(listed.from_day, :from) and min(coalesce(listed.until_day, :to), :to)
        and (list.ended_from is null or cell.day < list.ended_from)
      where own.period_id = :periodId group by cell.day, cell.slot_id, list.id`,
    )
    .all({ periodId, from, to }) as { day: Day; slotId: number; sublistId: number; children: number }[]
