import { and, asc, eq } from 'drizzle-orm'
import type { Role } from '../../../shared/rules/access/roles.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { MealsOffered } from '../../../shared/rules/money/recovery/suspension.ts'
import type { HolderKind } from '../../../shared/rules/money/regie.ts'
import { preparedOnce } from '../../store/connection.ts'
import { regie, regieHolder, staffMember } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

const regieQuery = preparedOnce((db) => db.select().from(regie).orderBy(asc(regie.id)).prepare())

/** All régies, the first one first. The query is prepared once, since every payment and paper reads these rows. */
export const regieRows = (store: Store) => regieQuery(store).all()

export type HolderRow = {
  readonly id: number
  readonly regieId: number
  readonly staffId: number
  readonly name: string
  readonly kind: HolderKind
  readonly from: Day
  readonly to: Day | null
}

/** Holders of all régies, by their first day. */
export const holderRows = (store: Store): HolderRow[] =>
  store
    .statement(
      `select holder.id, holder.regie_id as regieId, holder.staff_member_id as staffId, staff.name, holder.kind,
        holder.from_day as "from", holder.to_day as "to"
      from regie_holder holder join staff_member staff on staff.id = holder.staff_member_id
      order by holder.from_day, holder.id`,
    )
    .all() as HolderRow[]

export const holderRow = (store: Store, id: number) =>
  store.db.select().from(regieHolder).where(eq(regieHolder.id, id)).get()

/** Régies with at least one numbered paper, payment receipt or deposit slip. */
export const numberedRegies = (store: Store): ReadonlySet<number> =>
  new Set(
    store
      .statement(
        `select id from regie
        where exists (select 1 from invoice where regie_id = regie.id and number is not null)
        or exists (select 1 from payment where regie_id = regie.id)
        or exists (select 1 from deposit_slip where regie_id = regie.id)`,
      )
      .pluck()
      .all() as number[],
  )

/** The id of the régie that collects for each activity, by the id of the activity. */
export const regieByActivity = (store: Store): ReadonlyMap<number, number> =>
  new Map(store.statement('select id, regie_id from activity').raw().all() as [number, number][])

type ActivityWithMeals = MealsOffered & { readonly id: number; readonly name: string; readonly regieId: number }

/** Activities with the facts that tell whether they are school canteens. @param id one activity; null for all */
export const activitiesWithMeals = (store: Store, id: number | null = null): ActivityWithMeals[] =>
  (
    store
      .statement(
        `select id, name, regie_id as regieId,
          (select json_group_array(is_meal) from slot where activity_id = activity.id and ended_from is null) as meals,
          (select json_group_array(json_object('weekdays', json(weekdays), 'schoolHolidays', school_holidays))
            from period where activity_id = activity.id and not archived) as periods
        from activity where ?1 is null or id = ?1`,
      )
      .all({ 1: id }) as (Omit<ActivityWithMeals, 'meals' | 'periods'> & { meals: string; periods: string })[]
  ).map(({ meals, periods, ...row }) => ({
    ...row,
    meals: (JSON.parse(meals) as number[]).map((is) => is === 1),
    periods: JSON.parse(periods) as MealsOffered['periods'],
  }))

/** How many activities each régie collects for. A régie without activities is not in the map. */
export const activityCounts = (store: Store): ReadonlyMap<number, number> =>
  new Map(
    store.statement('select regie_id, count(*) from activity group by regie_id').raw().all() as [number, number][],
  )

/** The roles of a staff member; null once the person has left. */
export const rolesOfActiveStaff = (store: Store, id: number): readonly Role[] | null =>
  store.db
    .select({ roles: staffMember.roles })
    .from(staffMember)
    .where(and(eq(staffMember.id, id), eq(staffMember.active, true)))
    .get()?.roles ?? null

/** Counts drafts too. */
export const hasInvoices = (store: Store, id: number): boolean =>
  store.statement('select 1 from invoice where regie_id = ?').get(id) !== undefined

export const lastClosedDay = (store: Store, regieId: number): Day | null =>
  store
    .statement(`select max(to_day) from closing where regie_id = ? and kind = 'month'`)
    .pluck()
    .get(regieId) as Day | null
