import { eq } from 'drizzle-orm'
import { site } from '../../../store/schema/index.ts'
import type { Store } from '../../../store/store.ts'
import { Refused } from '../../core.ts'

/**
 * The rows behind a figure are listed up to this many: nobody reads more on screen, and the full list can be exported
 * from its own screen.
 */
export const maxBehind = 500

/** The name of a site; empty for all sites. @throws Refused for a site that the person does not see */
export const siteText = (store: Store, siteId: number | null): string => {
  if (siteId === null) return ''
  const row = store.db.select().from(site).where(eq(site.id, siteId)).get()
  if (!row) throw new Refused('Ce site n’existe pas.', 'siteId')
  return row.name
}

/** The children of homes, by the key of the home as a payer, which tell apart homes of one name. */
export const childrenOfPayers = (store: Store, payers: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    store
      .statement(
        `select 'family ' || family_id, group_concat(first_name, ', ') from (
          select own.family_id, child.first_name from family_child own join child on child.id = own.child_id
          where 'family ' || own.family_id in (select value from json_each(?)) order by child.birth_day, child.id)
        group by family_id`,
      )
      .raw()
      .all(JSON.stringify(payers)) as [string, string][],
  )

/** The names of homes and third parties by their key: « family 12 » or « third party 3 ». */
export const payersNamed = (store: Store, payers: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    store
      .statement(
        `select payer, name from (select 'family ' || id payer, name from family
          union all select 'third party ' || id, name from third_party) where payer in (select value from json_each(?))`,
      )
      .raw()
      .all(JSON.stringify(payers)) as [string, string][],
  )
