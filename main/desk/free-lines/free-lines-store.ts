import type { Day, Month } from '../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { freeLine, freeLineKind } from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import { shownWith } from '../activities/activities.ts'

export const freeLineKindRows = (store: Store) =>
  store.db
    .select()
    .from(freeLineKind)
    .all()
    .toSorted(
      (one, other) => Number(one.archived) - Number(other.archived) || one.label.localeCompare(other.label, 'fr'),
    )

export type FreeLineRow = typeof freeLine.$inferSelect & { readonly child: string; readonly activity: string }

/** The free lines of a home, newest first. */
export const rowsOfHome = (store: Store, familyId: number): FreeLineRow[] =>
  store
    .statement(
      `select line.id, line.family_id as familyId, line.kind_id as kindId, line.child_id as childId,
        line.activity_id as activityId, line.regie_id as regieId, line.day, line.corrected_day as correctedDay, line.label,
        line.quantity, line.unit_cents as unitCents, line.fiscal, line.reason, line.given_up_cents as givenUpCents,
        line.act_id as actId, coalesce(child.first_name || ' ' || child.last_name, '') as child,
        coalesce(activity.name, '') as activity
      from free_line line left join child on child.id = line.child_id left join activity on activity.id = line.activity_id
      where line.family_id = ? order by line.day desc, line.id desc`,
    )
    .all(familyId) as FreeLineRow[]

/** By free line, what issued papers of a home bill of it, less credit notes; lines never billed are absent. */
export const billedOfHome = (store: Store, familyId: number): ReadonlyMap<number, Cents> => {
  const rows = store
    .statement(
      `select line.basis ->> '$.freeLine' as id, sum(line.total_cents) as cents from invoice paper
      join invoice_line line on line.invoice_id = paper.id and line.basis like '%"freeLine":%'
      where paper.family_id = ? and paper.state = 'issued' group by 1`,
    )
    .all(familyId) as { id: number; cents: Cents }[]
  return new Map(rows.map(({ id, cents }) => [id, cents]))
}

export type FeeRow = {
  readonly familyId: number
  readonly regieId: number
  /** « Frais de relance du 21/10/2026 » */
  readonly label: string
  readonly cents: Cents
}

/** Fees that the service added automatically and that no issued paper bills yet, oldest first. */
export const feesToBill = (store: Store, familyIds: readonly number[]): FeeRow[] =>
  store
    .statement(
      `select * from (
        select line.family_id as familyId, line.regie_id as regieId, line.label, line.unit_cents - line.given_up_cents - (
          select coalesce(sum(billed.total_cents), 0) from invoice paper
          join invoice_line billed on billed.invoice_id = paper.id
          where paper.family_id = line.family_id and paper.state = 'issued' and billed.basis ->> '$.freeLine' = line.id
        ) as cents
        from json_each(?) wanted cross join free_line line on line.family_id = wanted.value
        where line.fee is not null
        order by line.id
      ) where cents > 0`,
    )
    .all(JSON.stringify(familyIds)) as FeeRow[]

/** Whether the month of a home is final at a régie, so that no run bills it there. */
export const isFinalSpan = (
  store: Store,
  { familyId, month, regieId }: { readonly familyId: number; readonly month: Month; readonly regieId: number },
): boolean =>
  store
    .statement(
      `select exists (select 1 from final_span where family_id = ? and month = ? and (regie_id is null or regie_id = ?))`,
    )
    .pluck()
    .get(familyId, month, regieId) === 1

export type NamedHome = { readonly familyId: number; readonly name: string }

/** These homes by name; ids that no longer exist are left out. */
export const homesById = (store: Store, familyIds: readonly number[]): NamedHome[] =>
  store
    .statement(
      `select family.id as familyId, name from json_each(?) wanted join family on family.id = wanted.value
      order by ${alphabeticalSql('family.name')}, family.id`,
    )
    .all(JSON.stringify([...new Set(familyIds)])) as NamedHome[]

/** The homes with a child registered that day in an activity, or in one shown as one with it, with these children. */
export const registeredOn = (store: Store, activityId: number, on: Day): (NamedHome & { readonly childId: number })[] =>
  store
    .statement(
      `select distinct family.id as familyId, family.name, registration.child_id as childId from period
      join registration on registration.period_id = period.id and registration.state in ('accepted', 'ended')
        and :on between registration.start_day and registration.end_day
      join family on family.id = registration.family_id
      where period.activity_id in (select value from json_each(:activityIds))
      order by ${alphabeticalSql('family.name')}, family.id, childId`,
    )
    .all({ activityIds: JSON.stringify(shownWith(store, [activityId])), on }) as (NamedHome & {
    readonly childId: number
  })[]

export const isActivity = (store: Store, id: number): boolean =>
  store.statement('select exists (select 1 from activity where id = ?)').pluck().get(id) === 1

export const freeLineRow = (store: Store, id: number): FreeLineRow | undefined => {
  const familyId = store.statement('select family_id from free_line where id = ?').pluck().get(id)
  return typeof familyId === 'number' ? rowsOfHome(store, familyId).find((row) => row.id === id) : undefined
}
