import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Day } from '../../../shared/rules/day.ts'
import { folded, phoneDigits } from '../../../shared/rules/names.ts'
import {
  child,
  family,
  familyAddress,
  familyChild,
  familyGuardian,
  familyQuotient,
  guardian,
  healthRecord,
  pickupContact,
  school,
  schooling,
} from '../../store/schema/index.ts'
import { type SearchKind, searchedRow } from '../../store/search-index.ts'
import type { Store } from '../../store/store.ts'

/** What an import under way has written is not there yet for anyone. */
const closed = (actId: { readonly name: string }) => sql`${actId} not in (select id from act where state = 'open')`

/** Ids as SQLite reads them: one JSON text for any number of them, so that a query is written and prepared once. */
const among = (column: SQLiteColumn) => sql`${column} in (select value from json_each(${sql.placeholder('ids')}))`

/** Writing a query takes drizzle longer than answering it takes SQLite, and a run of invoices asks by the thousand. */
const ofMany = <Row>(build: (db: Store['db']) => { all(values: { ids: string }): Row[] }) => {
  const queries = new WeakMap<Store['db'], { all(values: { ids: string }): Row[] }>()
  return ({ db }: Store, ids: readonly number[]): Row[] => {
    const query = queries.get(db) ?? build(db)
    queries.set(db, query)
    return query.all({ ids: JSON.stringify(ids) })
  }
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

export const quotientRow = ({ db }: Store, id: number) =>
  db.select().from(familyQuotient).where(eq(familyQuotient.id, id)).get()

export const schoolingRow = ({ db }: Store, id: number) => db.select().from(schooling).where(eq(schooling.id, id)).get()

export const pickupRow = ({ db }: Store, id: number) =>
  db.select().from(pickupContact).where(eq(pickupContact.id, id)).get()

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

export const pickupsOf = ({ db }: Store, childIds: readonly number[]) =>
  db
    .select()
    .from(pickupContact)
    .where(and(inArray(pickupContact.childId, [...childIds]), closed(pickupContact.actId)))
    .orderBy(desc(pickupContact.allowed), asc(pickupContact.name))
    .all()

/** Children of whom something of their health is to be known. */
export const withHealthAlert = ({ db }: Store, childIds: readonly number[]): ReadonlySet<number> =>
  new Set(
    db
      .select({ childId: healthRecord.childId })
      .from(healthRecord)
      .where(
        and(
          inArray(healthRecord.childId, [...childIds]),
          sql`${healthRecord.allergies} || ${healthRecord.diet} || ${healthRecord.pai} <> ''`,
        ),
      )
      .all()
      .map((row) => row.childId),
  )

/** The whole town, closed acts only; addresses and classes latest first. */
export const everyone = ({ db }: Store) => ({
  families: db.select().from(family).where(closed(family.actId)).all(),
  children: db.select().from(child).where(closed(child.actId)).all(),
  guardians: db.select().from(guardian).where(closed(guardian.actId)).all(),
  addresses: db
    .select()
    .from(familyAddress)
    .where(closed(familyAddress.actId))
    .orderBy(desc(familyAddress.fromDay))
    .all(),
  schoolings: db.select().from(schooling).where(closed(schooling.actId)).orderBy(desc(schooling.fromDay)).all(),
  childLinks: db.select().from(familyChild).where(closed(familyChild.actId)).all(),
  guardianLinks: db.select().from(familyGuardian).where(closed(familyGuardian.actId)).all(),
})

/** What a search box asks: each word is the beginning of a word of the name, in any order. Empty: no name can answer. */
export const nameQuery = (text: string): string =>
  folded(text)
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => `"${word}"*`)
    .join(' ')

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

const accented = 'àâäçéèêëîïôöùûüÿ'
const plain = 'aaaceeeeiioouuuy'

/** SQLite sorts by bytes: « Élie » would come after « Zola ». */
const alphabetical = (column: string) =>
  Array.from(accented).reduce((text, letter, position) => {
    const letters = [letter, letter.toUpperCase()]
    return letters.reduce((inner, one) => `replace(${inner}, '${one}', '${plain[position]}')`, text)
  }, `lower(${column})`)
