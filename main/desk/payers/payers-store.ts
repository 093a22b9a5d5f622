import { asc, eq } from 'drizzle-orm'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import type { Cents } from '../../../shared/rules/money/money.ts'
import { committedSql } from '../../store/acts/committed.ts'
import { aid, payerPart, thirdParty } from '../../store/schema/index.ts'
import { alphabeticalSql } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'
import type { AidRow } from '../prices/prices.ts'

export type ThirdPartyRow = typeof thirdParty.$inferSelect
export type PartRow = typeof payerPart.$inferSelect

/** Third parties by name; archived ones come last. */
export const allThirdParties = (store: Store): ThirdPartyRow[] => {
  const order = store
    .statement(`select id from third_party order by archived, ${alphabeticalSql('name')}, id`)
    .pluck()
    .all() as number[]
  const rows = new Map(
    store.db
      .select()
      .from(thirdParty)
      .all()
      .map((row) => [row.id, row]),
  )
  return order.flatMap((id) => rows.get(id) ?? [])
}

export const thirdPartyRow = (store: Store, id: number): ThirdPartyRow | undefined =>
  store.db.select().from(thirdParty).where(eq(thirdParty.id, id)).get()

export const aidRow = (store: Store, id: number): AidRow | undefined =>
  store.db.select().from(aid).where(eq(aid.id, id)).get()

/** Aids of one home, of one child or of one third party. */
export type AidsOf = { readonly familyId: number } | { readonly childId: number } | { readonly thirdPartyId: number }

/** The aids, in the order in which they apply in each home. */
export const aidRows = (store: Store, of: AidsOf): AidRow[] =>
  store.db
    .select()
    .from(aid)
    .where(
      'familyId' in of
        ? eq(aid.familyId, of.familyId)
        : 'childId' in of
          ? eq(aid.childId, of.childId)
          : eq(aid.thirdPartyId, of.thirdPartyId),
    )
    .orderBy(asc(aid.position), asc(aid.id))
    .all()

export const allAids = (store: Store): AidRow[] => store.db.select().from(aid).orderBy(asc(aid.id)).all()

/** The position after the last aid of a home. */
export const nextPosition = (store: Store, familyId: number): number =>
  Number(store.statement('select coalesce(max(position), 0) + 1 from aid where family_id = ?').pluck().get(familyId))

/** Names by id. */
export const namesOf = (store: Store, table: 'family' | 'child' | 'activity' | 'third_party', ids: readonly number[]) =>
  new Map(
    store
      .statement(
        `select id, ${table === 'child' ? `first_name || ' ' || last_name` : 'name'} from ${table}
        where id in (select value from json_each(?))`,
      )
      .raw()
      .all(JSON.stringify(ids)) as [number, string][],
  )

type GivenPart = { readonly aidId: number; readonly childId: number; readonly day: Day; readonly cents: Cents }

/**
 * What these aids took off each child's days on issued papers: for a third party's aid, what was left to the third
 * party; for a reduction that nobody bears, the lines of the home's papers.
 */
export const givenParts = (store: Store, aidIds: readonly number[]): GivenPart[] =>
  store
    .statement(
      `select part.aid_id as aidId, part.child_id as childId, given.value as day, part.unit_cents as cents
      from json_each(:ids) wanted cross join payer_part part on part.aid_id = wanted.value, json_each(part.days) given
      where ${committedSql('part.act_id')}
      union all
      select line.basis ->> '$.aid', line.child_id, given.value, -line.unit_cents * sign(line.quantity)
      from json_each(:ids) wanted join aid on aid.id = wanted.value and aid.third_party_id is null
      cross join invoice on invoice.family_id = aid.family_id and invoice.state = 'issued'
      join invoice_line line on line.invoice_id = invoice.id and line.basis ->> '$.aid' = aid.id,
        json_each(line.days) given`,
    )
    .all({ ids: JSON.stringify(aidIds) }) as GivenPart[]

/** Every amount that was left to a third party. */
export const partsOfThirdParty = (store: Store, thirdPartyId: number): PartRow[] => {
  const committed = new Set(
    store
      .statement(`select id from payer_part where third_party_id = ? and ${committedSql('act_id')}`)
      .pluck()
      .all(thirdPartyId) as number[],
  )
  return store.db
    .select()
    .from(payerPart)
    .where(eq(payerPart.thirdPartyId, thirdPartyId))
    .orderBy(asc(payerPart.id))
    .all()
    .filter(({ id }) => committed.has(id))
}

/** By third party, the sum of what is not billed yet. */
export const unbilledSums = (store: Store): ReadonlyMap<number, Cents> =>
  new Map(
    store
      .statement(
        `select third_party_id, sum(unit_cents * json_array_length(days)) from payer_part
        where billed_by is null and ${committedSql('act_id')} group by third_party_id`,
      )
      .raw()
      .all() as [number, Cents][],
  )
