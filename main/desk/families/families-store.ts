import { setImmediate } from 'node:timers/promises'
import { and, asc, desc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { BalanceFilter } from '../../../shared/contract/desk/people/families.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { phoneDigits } from '../../../shared/rules/people/names.ts'
import { committedSql, isCommitted } from '../../store/acts/committed.ts'
import { among, queryByIds } from '../../store/connection.ts'
import { seenHitsSql } from '../../store/limited/limited-store.ts'
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
  guardianBond,
  pickupContact,
  priceCategory,
  school,
  schooling,
} from '../../store/schema/index.ts'
import { alphabeticalSql, isNameKeySql, nameQuery, rowOfSearchKey, type SearchKind } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

export const familyOf = ({ db }: Store, id: number) =>
  db
    .select()
    .from(family)
    .where(and(eq(family.id, id), isCommitted(family.actId)))
    .get()

export const familiesIn = queryByIds((db) =>
  db
    .select()
    .from(family)
    .where(and(among(family.id), isCommitted(family.actId)))
    .prepare(),
)

export const addressRow = ({ db }: Store, id: number) =>
  db.select().from(familyAddress).where(eq(familyAddress.id, id)).get()

/** Includes rows of the open act: an act may write the same day twice. */
export const addressOfDay = ({ db }: Store, familyId: number, day: Day) =>
  db
    .select()
    .from(familyAddress)
    .where(and(eq(familyAddress.familyId, familyId), eq(familyAddress.fromDay, day)))
    .get()

/** A child's class from that day, including rows of the open act. */
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

/** Whether a received paper is a court decision about this child that staff accepted. */
export const isDecisionAbout = (store: Store, paperId: number, childId: number): boolean =>
  store
    .statement(
      `select 1 from received_paper where id = ? and child_id = ? and kind = 'courtDecision' and state = 'accepted'`,
    )
    .get(paperId, childId) !== undefined

/** Pick-up people of a child, including rows of the open act. */
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
    .where(and(eq(guardian.id, id), isCommitted(guardian.actId)))
    .get()

export const childOf = ({ db }: Store, id: number) =>
  db
    .select()
    .from(child)
    .where(and(eq(child.id, id), isCommitted(child.actId)))
    .get()

export const childrenOf = queryByIds((db) =>
  db
    .select()
    .from(child)
    .where(and(among(child.id), isCommitted(child.actId)))
    .prepare(),
)

/** Guardians of each family, parent 1 first. */
export const guardiansIn = queryByIds((db) =>
  db
    .select({ familyId: familyGuardian.familyId, rank: familyGuardian.rank, linkId: familyGuardian.id, guardian })
    .from(familyGuardian)
    .innerJoin(guardian, eq(guardian.id, familyGuardian.guardianId))
    .where(and(among(familyGuardian.familyId), isCommitted(familyGuardian.actId)))
    .orderBy(asc(familyGuardian.rank))
    .prepare(),
)

/** Children of each family, eldest first. */
export const childrenIn = queryByIds((db) =>
  db
    .select({ familyId: familyChild.familyId, child })
    .from(familyChild)
    .innerJoin(child, eq(child.id, familyChild.childId))
    .where(and(among(familyChild.familyId), isCommitted(familyChild.actId)))
    .orderBy(asc(child.birthDay), asc(child.id))
    .prepare(),
)

/** The first names of the children of each family, by its id, eldest first. */
export const childNamesIn = (store: Store, familyIds: readonly number[]): ReadonlyMap<number, readonly string[]> => {
  const rows = store
    .statement(
      `select link.family_id as familyId, first_name as firstName
      from json_each(?) wanted cross join family_child link on link.family_id = wanted.value
      join child on child.id = link.child_id
      where ${committedSql('link.act_id')} order by birth_day, child.id`,
    )
    .all(JSON.stringify(familyIds)) as { readonly familyId: number; readonly firstName: string }[]
  return new Map(
    [...Map.groupBy(rows, ({ familyId }) => familyId)].map(([id, own]) => [id, own.map(({ firstName }) => firstName)]),
  )
}

export const familiesOfChildren = queryByIds((db) =>
  db
    .select({ childId: familyChild.childId, id: family.id, name: family.name })
    .from(familyChild)
    .innerJoin(family, eq(family.id, familyChild.familyId))
    .where(and(among(familyChild.childId), isCommitted(familyChild.actId)))
    .orderBy(asc(familyChild.id))
    .prepare(),
)

export const familiesOfGuardians = queryByIds((db) =>
  db
    .select({ guardianId: familyGuardian.guardianId, id: family.id, name: family.name })
    .from(familyGuardian)
    .innerJoin(family, eq(family.id, familyGuardian.familyId))
    .where(and(among(familyGuardian.guardianId), isCommitted(familyGuardian.actId)))
    .orderBy(asc(familyGuardian.id))
    .prepare(),
)

/** The recorded bonds of these children, including rows of the open act. */
export const bondRowsOf = queryByIds((db) =>
  db.select().from(guardianBond).where(among(guardianBond.childId)).orderBy(asc(guardianBond.id)).prepare(),
)

export const pairIsOfOneHome = (store: Store, guardianId: number, childId: number): boolean =>
  store
    .statement(
      `select 1 from family_guardian one join family_child other on other.family_id = one.family_id
      where one.guardian_id = ? and other.child_id = ?`,
    )
    .get(guardianId, childId) !== undefined

/** Latest first. */
export const addressesOf = queryByIds((db) =>
  db
    .select()
    .from(familyAddress)
    .where(and(among(familyAddress.familyId), isCommitted(familyAddress.actId)))
    .orderBy(desc(familyAddress.fromDay))
    .prepare(),
)

/** The price categories of homes and of the children linked to them, latest first, each with the requested home. */
export const categoriesOf = (
  store: Store,
  familyIds: readonly number[],
): (typeof priceCategory.$inferSelect & { readonly homeId: number })[] =>
  store
    .statement(
      `select wanted.value as homeId, own.id, own.family_id as familyId, own.child_id as childId, own.category,
        own.from_day as fromDay, own.to_day as toDay, own.act_id as actId
      from json_each(?) wanted cross join price_category own
        on own.family_id = wanted.value
        or own.child_id in (select child_id from family_child where family_id = wanted.value)
      where ${committedSql('own.act_id')}
      order by own.child_id is not null, own.child_id, own.from_day desc, own.id`,
    )
    .all(JSON.stringify(familyIds)) as (typeof priceCategory.$inferSelect & { readonly homeId: number })[]

export const categoryRow = (store: Store, id: number) =>
  store.db.select().from(priceCategory).where(eq(priceCategory.id, id)).get()

export const usedCategories = (store: Store): string[] =>
  store.statement('select distinct category from price_category order by category').pluck().all() as string[]

/** Latest first. */
export const quotientsOf = queryByIds((db) =>
  db
    .select()
    .from(familyQuotient)
    .where(and(among(familyQuotient.familyId), isCommitted(familyQuotient.actId)))
    .orderBy(desc(familyQuotient.fromDay))
    .prepare(),
)

/** Latest first. */
export const schoolingsOf = queryByIds((db) =>
  db
    .select({
      id: schooling.id,
      childId: schooling.childId,
      fromDay: schooling.fromDay,
      schoolId: schooling.schoolId,
      school: sql<string>`coalesce(${school.name}, '')`,
      level: schooling.level,
      className: schooling.className,
      exemption: schooling.exemption,
    })
    .from(schooling)
    .leftJoin(school, eq(school.id, schooling.schoolId))
    .where(and(among(schooling.childId), isCommitted(schooling.actId)))
    .orderBy(desc(schooling.fromDay))
    .prepare(),
)

/** The school of a child on a day, and the addresses of its homes in this town. */
export type SchoolAndStreets = {
  readonly childId: number
  readonly schoolId: number | null
  readonly school: string
  readonly level: string
  readonly exemption: string
  readonly lines: readonly string[]
}

/**
 * One query for all children, because « Dossiers » needs the schools of all of them. A home's first address also counts
 * for the days before it.
 */
export const schoolsAndStreets = (store: Store, childIds: readonly number[], on: Day): SchoolAndStreets[] =>
  (
    store
      .statement(
        `select class.child_id childId, class.school_id schoolId, coalesce(school.name, '') school, class.level,
          class.exemption, (select json_group_array(address.line1) from family_child link join family_address address
            on address.id = (select own.id from family_address own where own.family_id = link.family_id
              and ${committedSql('own.act_id')}
              order by own.from_day > :on, iif(own.from_day > :on, own.from_day, ''), own.from_day desc limit 1)
            where link.child_id = class.child_id and address.resident and ${committedSql('link.act_id')}) lines
        from json_each(:ids) wanted cross join schooling class on class.id = (select own.id from schooling own
          where own.child_id = wanted.value and own.from_day <= :on and ${committedSql('own.act_id')}
          order by own.from_day desc limit 1)
        left join school on school.id = class.school_id`,
      )
      .all({ ids: JSON.stringify(childIds), on }) as (Omit<SchoolAndStreets, 'lines'> & { readonly lines: string })[]
  ).map(({ lines, ...row }) => ({ ...row, lines: JSON.parse(lines) as string[] }))

/** Custody rules, oldest first, including rows of the open act: the act that changes custody also adapts bookings. */
export const custodyRulesOf = queryByIds((db) =>
  db.select().from(custodyRule).where(among(custodyRule.childId)).orderBy(asc(custodyRule.fromDay)).prepare(),
)

export const custodyDaysOf = queryByIds((db) =>
  db.select().from(custodyDay).where(among(custodyDay.childId)).orderBy(asc(custodyDay.day)).prepare(),
)

export const pickupsOf = ({ db }: Store, childIds: readonly number[]) =>
  db
    .select()
    .from(pickupContact)
    .where(and(inArray(pickupContact.childId, [...childIds]), isCommitted(pickupContact.actId)))
    .orderBy(desc(pickupContact.allowed), asc(pickupContact.name))
    .all()

/**
 * All people of the town, without rows of open acts. Read by pages, so that the event loop serves others in between.
 */
export const readAllRows = async ({ db }: Store) => ({
  families: await readAllPages((after) =>
    db.select().from(family).where(after(family)).orderBy(family.id).limit(pageSize).all(),
  ),
  children: await readAllPages((after) =>
    db.select().from(child).where(after(child)).orderBy(child.id).limit(pageSize).all(),
  ),
  guardians: await readAllPages((after) =>
    db.select().from(guardian).where(after(guardian)).orderBy(guardian.id).limit(pageSize).all(),
  ),
  addresses: await readAllPages((after) =>
    db.select().from(familyAddress).where(after(familyAddress)).orderBy(familyAddress.id).limit(pageSize).all(),
  ),
  quotients: await readAllPages((after) =>
    db.select().from(familyQuotient).where(after(familyQuotient)).orderBy(familyQuotient.id).limit(pageSize).all(),
  ),
  schoolings: await readAllPages((after) =>
    db.select().from(schooling).where(after(schooling)).orderBy(schooling.id).limit(pageSize).all(),
  ),
  childLinks: await readAllPages((after) =>
    db.select().from(familyChild).where(after(familyChild)).orderBy(familyChild.id).limit(pageSize).all(),
  ),
  guardianLinks: await readAllPages((after) =>
    db.select().from(familyGuardian).where(after(familyGuardian)).orderBy(familyGuardian.id).limit(pageSize).all(),
  ),
})

const pageSize = 1000
type Paged = { readonly id: SQLiteColumn; readonly actId: SQLiteColumn }

const readAllPages = async <Row extends { readonly id: number }>(
  next: (after: (table: Paged) => SQL | undefined) => Row[],
): Promise<Row[]> => {
  const rows: Row[] = []
  for (let last = 0; ; ) {
    const from = last
    const found = next((table) => and(gt(table.id, from), isCommitted(table.actId)))
    for (const row of found) rows.push(row)
    if (found.length < pageSize) return rows
    last = found.at(-1)?.id ?? last
    await setImmediate()
  }
}

/** Families, guardians and children whose name matches `query`, an expression of SQLite's full-text search. */
export const searchByName = (store: Store, query: string, limit: number): { kind: SearchKind; id: number }[] =>
  query === ''
    ? []
    : (
        store
          .statement(`select rowid from search where search match ? and ${isNameKeySql} ${seenHitsSql(store)} limit ?`)
          .pluck()
          .all(query, limit) as number[]
      ).map(rowOfSearchKey)

/** Families and guardians with a phone that begins with `digits`. */
export const searchByPhone = (store: Store, digits: string, limit: number): { kind: SearchKind; id: number }[] =>
  (
    store
      .statement('select distinct owner from search_phone where digits >= ? and digits < ? order by digits limit ?')
      .pluck()
      .all(digits, `${digits}:`, limit) as number[]
  ).map(rowOfSearchKey)

export const guardiansByEmail = ({ db }: Store, email: string) =>
  db
    .select()
    .from(guardian)
    .where(and(eq(guardian.email, email.toLowerCase()), isCommitted(guardian.actId)))
    .limit(10)
    .all()

/**
 * Name of another guardian whose portal account uses this e-mail, when this guardian has an account too. The e-mail is
 * the login, so two accounts cannot share it.
 */
export const otherAccountWithEmail = (store: Store, guardianId: number, email: string): string | undefined =>
  store
    .statement(
      `select first_name || ' ' || last_name from portal_account join guardian on guardian.id = guardian_id
      where email = @email and guardian_id <> @guardianId
        and exists (select 1 from portal_account where guardian_id = @guardianId)`,
    )
    .pluck()
    .get({ email, guardianId }) as string | undefined

export const guardiansByIds = queryByIds((db) =>
  db
    .select()
    .from(guardian)
    .where(and(among(guardian.id), isCommitted(guardian.actId)))
    .prepare(),
)

export const childrenBornOn = ({ db }: Store, on: Day) =>
  db
    .select()
    .from(child)
    .where(and(eq(child.birthDay, on), isCommitted(child.actId)))
    .all()

export type FamilyFilter = {
  /** A name, a phone or a family number. */
  readonly filter: string
  readonly show: 'present' | 'left' | 'all'
  /** Only the homes that this act made. */
  readonly madeBy?: number | null
  /** Absent: any. */
  readonly balance?: BalanceFilter
  readonly fromCents?: number
}

/**
 * SQL: homes with the balance by which lists are filtered and sorted. A credit at one régie cannot pay a debt at
 * another.
 */
const byBalance = {
  owing: 'select family_id, sum(cents) as cents from home_balance where cents > 0 group by family_id',
  ahead: 'select family_id, -sum(cents) as cents from home_balance group by family_id having max(cents) < 0',
}

/** One page of the list of families: by name, or the largest balance first. */
export const familyPage = (
  store: Store,
  {
    filter,
    show,
    madeBy = null,
    balance = 'any',
    fromCents = 0,
    from,
    count,
  }: FamilyFilter & { from: number; count: number },
  today: Day,
): { total: number; ids: number[] } => {
  const digits = phoneDigits(filter)
  const byPhone = /^[\d\s.+()-]+$/.test(filter) && digits !== ''
  const conditions = [
    committedSql('act_id'),
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
  if (madeBy !== null) {
    conditions.push('act_id = ?')
    parameters.push(madeBy)
  }
  if (balance !== 'any') {
    conditions.push('balance.cents >= ?')
    parameters.push(fromCents)
  }
  const where = conditions.join(' and ')
  const [source, largest] =
    balance === 'any'
      ? ['family', '']
      : [`(${byBalance[balance]}) balance join family on family.id = family_id`, 'balance.cents desc, ']
  const total = store
    .statement(`select count(*) from ${source} where ${where}`)
    .pluck()
    .get(...parameters) as number
  const ids = store
    .statement(
      `select id from ${source} where ${where} order by ${largest}${alphabeticalSql('name')}, id limit ? offset ?`,
    )
    .pluck()
    .all(...parameters, count, from) as number[]
  return { total, ids }
}

/**
 * SQL on the balances of a home: the sum of its debts at its régies; for a home without debts, its credit as a negative
 * amount.
 */
export const owedSql = 'iif(max(cents) > 0, sum(max(cents, 0)), sum(cents))'

/** The balances of these homes; negative for a credit. Homes at zero are left out. */
export const listedBalances = (store: Store, ids: readonly number[]): ReadonlyMap<number, number> =>
  new Map(
    store
      .statement(
        `select family_id, ${owedSql} from home_balance
        where family_id in (select value from json_each(?)) group by family_id`,
      )
      .raw()
      .all(JSON.stringify(ids)) as [number, number][],
  )

/**
 * SQL: ids of the families of the people found in the search index.
 * @param keys a query of index keys: 4 × id, plus 0 for a family, 1 for a guardian, 2 for a child
 */
const familiesAmong = (keys: string) => `
  with hit(key) as materialized (${keys})
  select key / 4 from hit where key % 4 = 0
  union select family_id from family_guardian where guardian_id in (select key / 4 from hit where key % 4 = 1)
  union select family_id from family_child where child_id in (select key / 4 from hit where key % 4 = 2)`
