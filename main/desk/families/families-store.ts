import { setImmediate } from 'node:timers/promises'
import { and, asc, desc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { phoneDigits } from '../../../shared/rules/people/names.ts'
import { preparedOnce } from '../../store/connection.ts'
import {
  child,
  custodyDay,
  custodyRule,
  family,
  familyAddress,
  familyChild,
  familyGuardian,
  familyQuotient,
  guardian,
  pickupContact,
  school,
  schooling,
} from '../../store/schema/index.ts'
import { alphabetical, nameQuery, type SearchKind, searchedRow } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

/** What an import under way has written is not there yet for anyone. */
const closed = (actId: { readonly name: string }) => sql`${actId} not in (select id from act where state = 'open')`

/** Ids as SQLite reads them: one JSON text for any number of them, so that a query is written and prepared once. */
const among = (column: SQLiteColumn) => sql`${column} in (select value from json_each(${sql.placeholder('ids')}))`

const ofMany = <Row>(build: (db: Store['db']) => { all(values: { ids: string }): Row[] }) => {
  const query = preparedOnce(build)
  return (store: Store, ids: readonly number[]): Row[] => query(store).all({ ids: JSON.stringify(ids) })
}

export const familyOf = ({ db }: Store, id: number) =>
  db
    .select()
    .from(family)
    .where(and(eq(family.id, id), closed(family.actId)))
    .get()

export const familiesIn = ofMany((db) =>
  db
    .select()
    .from(family)
    .where(and(among(family.id), closed(family.actId)))
    .prepare(),
)

export const addressRow = ({ db }: Store, id: number) =>
  db.select().from(familyAddress).where(eq(familyAddress.id, id)).get()

/** What an act under way wrote is there too: it writes the same day again. */
export const addressOfDay = ({ db }: Store, familyId: number, day: Day) =>
  db
    .select()
    .from(familyAddress)
    .where(and(eq(familyAddress.familyId, familyId), eq(familyAddress.fromDay, day)))
    .get()

/** The same for a class. */
export const schoolingOfDay = ({ db }: Store, childId: number, day: Day) =>
  db
    .select()
    .from(schooling)
    .where(and(eq(schooling.childId, childId), eq(schooling.fromDay, day)))
    .get()

export const quotientRow = ({ db }: Store, id: number) =>
  db.select().from(familyQuotient).where(eq(familyQuotient.id, id)).get()

export const schoolingRow = ({ db }: Store, id: number) => db.select().from(schooling).where(eq(schooling.id, id)).get()

export const pickupRow = ({ db }: Store, id: number) =>
  db.select().from(pickupContact).where(eq(pickupContact.id, id)).get()

/** Those that the act under way wrote among them. */
export const pickupRowsIn = ({ db }: Store, childId: number) =>
  db
    .select()
    .from(pickupContact)
    .where(eq(pickupContact.childId, childId))
    .orderBy(asc(pickupContact.name), asc(pickupContact.id))
    .all()

export const guardianOf = ({ db }: Store, id: number) =>
  db
    .select()
    .from(guardian)
    .where(and(eq(guardian.id, id), closed(guardian.actId)))
    .get()

export const childOf = ({ db }: Store, id: number) =>
  db
    .select()
    .from(child)
    .where(and(eq(child.id, id), closed(child.actId)))
    .get()

export const childrenOf = ofMany((db) =>
  db
    .select()
    .from(child)
    .where(and(among(child.id), closed(child.actId)))
    .prepare(),
)

/** Parent 1 first, family by family. */
export const guardiansIn = ofMany((db) =>
  db
    .select({ familyId: familyGuardian.familyId, rank: familyGuardian.rank, linkId: familyGuardian.id, guardian })
    .from(familyGuardian)
    .innerJoin(guardian, eq(guardian.id, familyGuardian.guardianId))
    .where(and(among(familyGuardian.familyId), closed(familyGuardian.actId)))
    .orderBy(asc(familyGuardian.rank))
    .prepare(),
)

/** Eldest first, family by family. */
export const childrenIn = ofMany((db) =>
  db
    .select({ familyId: familyChild.familyId, child })
    .from(familyChild)
    .innerJoin(child, eq(child.id, familyChild.childId))
    .where(and(among(familyChild.familyId), closed(familyChild.actId)))
    .orderBy(asc(child.birthDay), asc(child.id))
    .prepare(),
)

export const familiesOfChildren = ofMany((db) =>
  db
    .select({ childId: familyChild.childId, id: family.id, name: family.name })
    .from(familyChild)
    .innerJoin(family, eq(family.id, familyChild.familyId))
    .where(and(among(familyChild.childId), closed(familyChild.actId)))
    .orderBy(asc(familyChild.id))
    .prepare(),
)

export const familiesOfGuardians = ofMany((db) =>
  db
    .select({ guardianId: familyGuardian.guardianId, id: family.id, name: family.name })
    .from(familyGuardian)
    .innerJoin(family, eq(family.id, familyGuardian.familyId))
    .where(and(among(familyGuardian.guardianId), closed(familyGuardian.actId)))
    .orderBy(asc(familyGuardian.id))
    .prepare(),
)

/** Latest first. */
export const addressesOf = ofMany((db) =>
  db
    .select()
    .from(familyAddress)
    .where(and(among(familyAddress.familyId), closed(familyAddress.actId)))
    .orderBy(desc(familyAddress.fromDay))
    .prepare(),
)

/** Latest first. */
export const quotientsOf = ofMany((db) =>
  db
    .select()
    .from(familyQuotient)
    .where(and(among(familyQuotient.familyId), closed(familyQuotient.actId)))
    .orderBy(desc(familyQuotient.fromDay))
    .prepare(),
)

/** Latest first. */
export const schoolingsOf = ofMany((db) =>
  db
    .select({
      id: schooling.id,
      childId: schooling.childId,
      fromDay: schooling.fromDay,
      schoolId: schooling.schoolId,
      school: sql<string>`coalesce(${school.name}, '')`,
      level: schooling.level,
      className: schooling.className,
    })
    .from(schooling)
    .leftJoin(school, eq(school.id, schooling.schoolId))
    .where(and(among(schooling.childId), closed(schooling.actId)))
    .orderBy(desc(schooling.fromDay))
    .prepare(),
)

/** Oldest first. What an act under way wrote is there too: it settles the bookings that it concerns. */
export const custodyRulesOf = ofMany((db) =>
  db.select().from(custodyRule).where(among(custodyRule.childId)).orderBy(asc(custodyRule.fromDay)).prepare(),
)

export const custodyDaysOf = ofMany((db) =>
  db.select().from(custodyDay).where(among(custodyDay.childId)).orderBy(asc(custodyDay.day)).prepare(),
)

export const pickupsOf = ({ db }: Store, childIds: readonly number[]) =>
  db
    .select()
    .from(pickupContact)
    .where(and(inArray(pickupContact.childId, [...childIds]), closed(pickupContact.actId)))
    .orderBy(desc(pickupContact.allowed), asc(pickupContact.name))
    .all()

/** The whole town, closed acts only, a thousand rows at a time between which others are served. */
export const everyone = async ({ db }: Store) => ({
  families: await whole((after) => db.select().from(family).where(after(family)).orderBy(family.id).limit(page).all()),
  children: await whole((after) => db.select().from(child).where(after(child)).orderBy(child.id).limit(page).all()),
  guardians: await whole((after) =>
    db.select().from(guardian).where(after(guardian)).orderBy(guardian.id).limit(page).all(),
  ),
  addresses: await whole((after) =>
    db.select().from(familyAddress).where(after(familyAddress)).orderBy(familyAddress.id).limit(page).all(),
  ),
  quotients: await whole((after) =>
    db.select().from(familyQuotient).where(after(familyQuotient)).orderBy(familyQuotient.id).limit(page).all(),
  ),
  schoolings: await whole((after) =>
    db.select().from(schooling).where(after(schooling)).orderBy(schooling.id).limit(page).all(),
  ),
  childLinks: await whole((after) =>
    db.select().from(familyChild).where(after(familyChild)).orderBy(familyChild.id).limit(page).all(),
  ),
  guardianLinks: await whole((after) =>
    db.select().from(familyGuardian).where(after(familyGuardian)).orderBy(familyGuardian.id).limit(page).all(),
  ),
})

const page = 1000
type Paged = { readonly id: SQLiteColumn; readonly actId: SQLiteColumn }

const whole = async <Row extends { readonly id: number }>(
  next: (after: (table: Paged) => SQL | undefined) => Row[],
): Promise<Row[]> => {
  const rows: Row[] = []
  for (let last = 0; ; ) {
    const from = last
    const found = next((table) => and(gt(table.id, from), closed(table.actId)))
    for (const row of found) rows.push(row)
    if (found.length < page) return rows
    last = found.at(-1)?.id ?? last
    await setImmediate()
  }
}

/** Families, guardians and children whose name answers to `query`. */
export const named = (store: Store, query: string, atMost: number): { kind: SearchKind; id: number }[] =>
  query === ''
    ? []
    : (
        store.statement('select rowid from search where search match ? limit ?').pluck().all(query, atMost) as number[]
      ).map(searchedRow)

/** Families and guardians with a phone that begins with `digits`. */
export const phonedFrom = (store: Store, digits: string, atMost: number): { kind: SearchKind; id: number }[] =>
  (
    store
      .statement('select distinct owner from search_phone where digits >= ? and digits < ? order by digits limit ?')
      .pluck()
      .all(digits, `${digits}:`, atMost) as number[]
  ).map(searchedRow)

export const guardiansMailed = ({ db }: Store, email: string) =>
  db
    .select()
    .from(guardian)
    .where(and(eq(guardian.email, email.toLowerCase()), closed(guardian.actId)))
    .limit(10)
    .all()

/** Who else enters the portal with this e-mail, where the guardian has an account too: it tells logins apart. */
export const otherLogin = (store: Store, guardianId: number, email: string): string | undefined =>
  store
    .statement(
      `select first_name || ' ' || last_name from portal_account join guardian on guardian.id = guardian_id
      where email = @email and guardian_id <> @guardianId
        and exists (select 1 from portal_account where guardian_id = @guardianId)`,
    )
    .pluck()
    .get({ email, guardianId }) as string | undefined

export const guardiansWith = ofMany((db) =>
  db
    .select()
    .from(guardian)
    .where(and(among(guardian.id), closed(guardian.actId)))
    .prepare(),
)

export const childrenBornOn = ({ db }: Store, on: Day) =>
  db
    .select()
    .from(child)
    .where(and(eq(child.birthDay, on), closed(child.actId)))
    .all()

/** One page of the families, by name. */
export const familyPage = (
  store: Store,
  { filter, show, from, count }: { filter: string; show: 'present' | 'left' | 'all'; from: number; count: number },
  today: Day,
): { total: number; ids: number[] } => {
  const digits = phoneDigits(filter)
  const byPhone = /^[\d\s.+()-]+$/.test(filter) && digits !== ''
  const conditions = [
    `act_id not in (select id from act where state = 'open')`,
    { present: '(left_on is null or left_on > ?)', left: 'left_on <= ?', all: '? is not null' }[show],
  ]
  const parameters: unknown[] = [today]
  if (byPhone) {
    conditions.push(
      `(id in (${familiesAmong('select owner from search_phone where digits >= ? and digits < ?')}) or id = ?)`,
    )
    parameters.push(digits, `${digits}:`, Number(digits))
  } else if (filter.trim() !== '') {
    const query = nameQuery(filter)
    if (query === '') return { total: 0, ids: [] }
    conditions.push(`id in (${familiesAmong('select rowid from search where search match ?')})`)
    parameters.push(query)
  }
  const where = conditions.join(' and ')
  const total = store
    .statement(`select count(*) from family where ${where}`)
    .pluck()
    .get(...parameters) as number
  const ids = store
    .statement(`select id from family where ${where} order by ${alphabetical('name')}, id limit ? offset ?`)
    .pluck()
    .all(...parameters, count, from) as number[]
  return { total, ids }
}

/** The families to which the rows of the index, keyed by kind, belong. */
const familiesAmong = (keys: string) => `
  with hit(key) as materialized (${keys})
  select key / 4 from hit where key % 4 = 0
  union select family_id from family_guardian where guardian_id in (select key / 4 from hit where key % 4 = 1)
  union select family_id from family_child where child_id in (select key / 4 from hit where key % 4 = 2)`
