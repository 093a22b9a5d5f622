import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { account, accountHome, toldOnce } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

/** The guardians who may log in and reach one of these homes, each once; `all` for every home. */
export const readersOf = async (db: Queryable, familyIds: 'all' | readonly number[]) => {
  const { guardianId, name, email } = account
  return db
    .selectDistinct({ guardianId, name, email })
    .from(account)
    .innerJoin(accountHome, eq(accountHome.guardianId, account.guardianId))
    .where(isReader(familyIds))
}

/** The guardians who may log in and reach one of these homes, each with the homes among these that they reach. */
export const readersWithHomes = async (db: Queryable, familyIds: readonly number[]) => {
  const { guardianId, name, email } = account
  const rows = await db
    .select({ guardianId, name, email, familyId: accountHome.familyId })
    .from(account)
    .innerJoin(accountHome, eq(accountHome.guardianId, account.guardianId))
    .where(isReader(familyIds))
  return [...Map.groupBy(rows, (row) => row.guardianId).values()].flatMap((homes) => {
    const [reader] = homes
    return reader ? [{ ...reader, homes: homes.map(({ familyId }) => familyId) }] : []
  })
}

const isReader = (familyIds: 'all' | readonly number[]) =>
  and(
    familyIds === 'all' ? undefined : inArray(accountHome.familyId, [...familyIds]),
    eq(account.blocked, false),
    isNotNull(account.activatedAt),
  )

/**
 * Claims these keys of `told_once`, so that one worker sends what they name, once.
 * @returns the keys that nobody had claimed
 */
export const claimKeys = async (db: Queryable, all: readonly string[], at: Instant): Promise<ReadonlySet<string>> => {
  if (all.length === 0) return new Set()
  const rows = all.map((what) => ({ what, at }))
  const claimed = await db.insert(toldOnce).values(rows).onConflictDoNothing().returning()
  return new Set(claimed.map(({ what }) => what))
}

export const claimKey = async (db: Queryable, what: string, at: Instant): Promise<boolean> =>
  (await claimKeys(db, [what], at)).has(what)
