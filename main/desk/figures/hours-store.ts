import type { Day, Month, TimeOfDay } from '../../../shared/rules/calendar/day.ts'
import { committedSql, openActIdsSql } from '../../store/acts/committed.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { leadSql } from '../activities/activities.ts'

/*
 * SQL counts the days of a child that share a pattern; only `shared/rules/figures/hours-rule.ts` says how much time a
 * pattern counts. A pattern lists the slots of a day by id, each followed by a letter that encodes its `SlotFacts`: «
 * 12d 13d 14b ».
 */

/** What is known of a slot of a child's day. */
export type SlotFacts = {
  readonly slotId: number
  readonly isBooked: boolean
  readonly isDone: boolean
  readonly isBilled: boolean
  /** Booked on a past day, and nobody marked whether the child came. */
  readonly isUnmarked: boolean
}

const letters = 'abcdefghijklmnop'

const patternSql = `group_concat(cell.slot_id || substr('${letters}', 1
    + (cell.held = 'confirmed') + 2 * (mark.mark is 'present') + 4 * (cell.billed_by is not null and cell.billed_cancellation = 0)
    + 8 * (cell.held = 'confirmed' and mark.mark is null and cell.day < :today), 1), ' ')`

export const slotsOfPattern = (pattern: string): SlotFacts[] =>
  pattern.split(' ').map((part) => {
    const code = letters.indexOf(part.slice(-1))
    return {
      slotId: Number(part.slice(0, -1)),
      isBooked: (code & 1) > 0,
      isDone: (code & 2) > 0,
      isBilled: (code & 4) > 0,
      isUnmarked: (code & 8) > 0,
    }
  })

/** SQL: one row for each registration and day with something booked, done or billed, in the order of registrations. */
const daysSql = (
  whose: string,
) => `select own.id registration_id, own.child_id, own.family_id, own.period_id, cell.day, ${patternSql} pattern
  from registration own
  cross join reservation cell on cell.registration_id = own.id and cell.day between :from and :to
  left join attendance mark on mark.reservation_id = cell.id
  where ${whose} and (cell.held = 'confirmed' or mark.mark is 'present' or cell.billed_by is not null)
    and ${committedSql('cell.act_id')}
  group by own.id, cell.day`

export type DaysAsked = { readonly from: Day; readonly to: Day; readonly today: Day }
/** Registrations with ids from `first` to `last`. */
export type RegistrationRange = { readonly first: number; readonly last: number }

/** The days of a month on which a child has the same pattern and the same age. */
export type PatternRow = {
  readonly activityId: number
  readonly childId: number
  /** The home that registered the child: the hours are counted under its benefit scheme. */
  readonly familyId: number
  readonly birth: Day
  /** The benefit scheme as staff typed it for the home. */
  readonly scheme: string
  readonly month: Month
  /** The first of these days. */
  readonly day: Day
  readonly pattern: string
  readonly days: number
}

// Rows are grouped so that a birthday splits a month: all days of a row then have the same age, whatever the rule on
// ages. A site keeps the hours of a child that has moved to another site: so this reads `main.child`, all children, and
// not the view limited to the person's sites.
export const patternRows = (store: Store, asked: DaysAsked & RegistrationRange): PatternRow[] =>
  store
    .statement(
      `select period.activity_id activityId, days.child_id childId, days.family_id familyId, child.birth_day birth,
        home.benefit_scheme scheme, substr(days.day, 1, 7) month, min(days.day) day, days.pattern, count(*) days
      from (${daysSql('own.id between :first and :last')}) days join main.child child on child.id = days.child_id
      join main.family home on home.id = days.family_id join period on period.id = days.period_id
      group by days.registration_id, month, substr(days.day, 9) >= substr(child.birth_day, 9), days.pattern`,
    )
    .all(asked) as PatternRow[]

/** One day of a child. */
export type ChildDayRow = Omit<PatternRow, 'days' | 'month'> & {
  readonly lastName: string
  readonly firstName: string
  /**
   * Whether the person may see the child's name: a child that has moved to another site is counted without being named.
   */
  readonly isSeen: 0 | 1
}

/** SQL: whether the person may see this row of `main.child child`. */
export const isSeenSql = 'exists (select 1 from child seen where seen.id = child.id)'

/**
 * The same for some activities, with one row per day. Not sorted by name: SQL would compute the sort key once for each
 * day of a child.
 */
export const childDayRows = (store: Store, activityIds: readonly number[], asked: DaysAsked): ChildDayRow[] =>
  store
    .statement(
      `select period.activity_id activityId, days.child_id childId, child.birth_day birth, home.benefit_scheme scheme,
        days.day, days.pattern, days.family_id familyId, child.last_name lastName, child.first_name firstName, ${isSeenSql} isSeen
      from (${daysSql('own.period_id in (select value from json_each(:periodIds))')}) days
      join main.child child on child.id = days.child_id join main.family home on home.id = days.family_id
      join period on period.id = days.period_id
      order by child.id, days.day`,
    )
    .all({ ...asked, periodIds: JSON.stringify(periodIdsOf(store, activityIds, asked)) }) as ChildDayRow[]

const periodIdsOf = (store: Store, activityIds: readonly number[], { from, to }: Pick<DaysAsked, 'from' | 'to'>) =>
  store
    .statement(
      `select id from period where activity_id in (select value from json_each(?)) and start_day <= ? and end_day >= ?`,
    )
    .pluck()
    .all(JSON.stringify(activityIds), to, from) as number[]

/**
 * Ranges of registration ids, of at most so many registrations each, for the periods that have days between these two.
 */
export const registrationRanges = (
  store: Store,
  { from, to }: { readonly from: Day; readonly to: Day },
  most: number,
): RegistrationRange[] =>
  store
    .statement(
      `select min(id) first, max(id) last from (
        select registration.id, (row_number() over (order by registration.id) - 1) / cast(? as integer) chunk
        from registration join period on period.id = period_id where period.start_day <= ? and period.end_day >= ?)
      group by chunk order by first`,
    )
    .all(most, to, from) as RegistrationRange[]

export type AccueilSlot = {
  readonly id: number
  readonly name: string
  readonly start: TimeOfDay
  readonly end: TimeOfDay
  readonly isMeal: boolean
}

export type AccueilActivity = {
  readonly id: number
  /** The activity under which it is shown and declared: itself, or the one that it was joined to. */
  readonly leadId: number
  readonly name: string
  readonly supervision: 'extracurricular' | 'periscolaire' | 'periscolairePedt' | 'none'
  readonly siteId: number
  readonly archived: boolean
}

/** Activities by name, with the site of each. */
export const accueilActivities = (store: Store): AccueilActivity[] =>
  (
    store
      .statement(
        `select activity.id, ${leadSql('activity')} leadId, activity.name, supervision, facility.site_id siteId, activity.archived
        from activity join facility on facility.id = facility_id order by ${alphabeticalSql('activity.name')}`,
      )
      .all() as (Omit<AccueilActivity, 'archived'> & { readonly archived: 0 | 1 })[]
  ).map((row) => ({ ...row, archived: row.archived === 1 }))

/** By id of an activity, the name of the one under which it is shown. */
export const shownNames = (store: Store): ReadonlyMap<number, string> => {
  const activities = accueilActivities(store)
  const names = new Map(activities.map(({ id, name }) => [id, name]))
  return new Map(activities.map(({ id, leadId, name }) => [id, names.get(leadId) ?? name]))
}

export const allSlots = (store: Store): ReadonlyMap<number, AccueilSlot> =>
  new Map(
    (
      store.statement('select id, name, start, "end", is_meal isMeal from slot').all() as (Omit<
        AccueilSlot,
        'isMeal'
      > & {
        readonly isMeal: 0 | 1
      })[]
    ).map((row) => [row.id, { ...row, isMeal: row.isMeal === 1 }]),
  )

/** Children among these who have the same name and birth date as another of them. */
export const namesakesWithHours = (store: Store, childIds: readonly number[]): { childId: number; name: string }[] =>
  store
    .statement(
      `with wanted as (select child.id, first_name || ' ' || last_name name,
          count(*) over (partition by birth_day, lower(last_name), lower(first_name)) alike
        from json_each(?) wanted join child on child.id = wanted.value)
      select id childId, name from wanted where alike > 1 order by name, id`,
    )
    .all(JSON.stringify(childIds)) as { childId: number; name: string }[]

/** A child, and the home that registered it. */
export type ChildOfHome = Pick<PatternRow, 'childId' | 'familyId'>

/** Some children by name, each with its home where the person sees it. */
export const childrenNamed = (
  store: Store,
  children: readonly ChildOfHome[],
  most: number,
): { readonly childId: number; readonly familyId: number | null; readonly name: string }[] =>
  store
    .statement(
      `select child.id childId, last_name || ' ' || first_name name,
        (select id from family where id = wanted.value ->> '$.familyId') familyId
      from json_each(?) wanted join child on child.id = wanted.value ->> '$.childId'
      order by ${alphabeticalSql('last_name')}, ${alphabeticalSql('first_name')}, child.id limit ?`,
    )
    .all(JSON.stringify(children), most) as { childId: number; familyId: number | null; name: string }[]

/** The id of the last act, and the acts that are still open. */
export const actsNow = (store: Store): { readonly lastId: number; readonly open: readonly number[] } => ({
  lastId: store.statement('select coalesce(max(id), 0) from act').pluck().get() as number,
  open: store.statement(openActIdsSql).pluck().all() as number[],
})

/** The acts that began since then, and those that were open then. */
export const actsSince = (store: Store, { lastId, open }: ReturnType<typeof actsNow>): number[] =>
  store
    .statement('select id from act where id > ? union select value from json_each(?)')
    .pluck()
    .all(lastId, JSON.stringify(open)) as number[]

/**
 * The months in which these acts wrote cells or marks, at any site. Null when any month may have changed, and when they
 * wrote more than `most` rows.
 */
export const monthsWritten = (store: Store, actIds: readonly number[], most: number): ReadonlySet<Month> | null => {
  const rows = store
    .statement(
      `select substr(coalesce(cell.day, marked.day), 1, 7) from (
        select * from audit where act_id in (select value from json_each(?)) and entity in ('reservation', 'attendance')
        limit ?) written
      left join main.reservation cell on entity = 'reservation' and cell.id = entity_id
      left join main.attendance mark on entity = 'attendance' and mark.id = entity_id
      left join main.reservation marked on entity = 'attendance'
        and marked.id = coalesce(written.before ->> '$.reservationId', mark.reservation_id)`,
    )
    .pluck()
    .all(JSON.stringify(actIds), most + 1) as (Month | null)[]
  if (rows.length > most) return null
  const found = rows.flatMap((month) => month ?? [])
  return found.length === rows.length ? new Set(found) : null
}
