import { eq, sql } from 'drizzle-orm'
import { addMinutes, type Instant } from '../../shared/rules/day.ts'
import { counted } from '../../shared/rules/french.ts'
import { Refused } from './refused.ts'
import { attempt } from './schema.ts'
import { type Database, sha256, type Work } from './store.ts'

type Limit = {
  readonly name: string
  /** After as many failures, a wait. */
  readonly every: number
  /** Minutes of the first wait, doubled by each one after. */
  readonly wait: number
  /** After as many, nothing more until the window ends. */
  readonly most: number
  /** Minutes after which failures are forgotten. */
  readonly window: number
}

/**
 * CNIL, délibération 2022-100: a wait of a minute or more after five failures, at most 25 in 24 hours. A whole school's
 * parents may share an address: it takes more to stop one.
 */
const limits = {
  account: { name: 'account', every: 5, wait: 1, most: 25, window: 24 * 60 },
  address: { name: 'address', every: 50, wait: 5, most: 400, window: 60 },
} as const satisfies Record<string, Limit>

/** After which failures count no more. */
export const failuresMinutes = limits.account.window

/** A try that is counted as a failure until it is `kept` otherwise: floods of tries at once get no more than others. */
export type Try = {
  /** How many failures are left before a wait. */
  readonly left: number
  /** It was the right one: the account starts afresh, the address is given this try back. */
  succeeded(): Promise<void>
}

/**
 * Counts a try at an account from an address, whether or not the account exists.
 * @throws Refused while one of the two has to wait
 */
export const tried = async (db: Database, now: Instant, email: string, address: string): Promise<Try> => {
  const keys = { account: keyOf('account', email), address: keyOf('address', address) }
  // The address first: a flood from one place does not shut the accounts it names.
  await count(db, keys.address, limits.address, now)
  const failures = await count(db, keys.account, limits.account, now)
  return {
    left: limits.account.every - (failures % limits.account.every || limits.account.every),
    async succeeded() {
      await db.delete(attempt).where(eq(attempt.key, keys.account))
      await db
        .update(attempt)
        .set({ failures: sql`greatest(${attempt.failures} - 1, 0)` })
        .where(eq(attempt.key, keys.address))
    },
  }
}

/** A new password was set through the guardian's own mailbox: whoever was guessing starts from nothing. */
export const forgetFailures = async (db: Work, email: string): Promise<void> => {
  await db.delete(attempt).where(eq(attempt.key, keyOf('account', email)))
}

const keyOf = (kind: keyof typeof limits, text: string) => sha256(`${kind} ${text}`)

const count = (db: Database, key: string, limit: Limit, now: Instant): Promise<number> =>
  db.transaction(async (write) => {
    await write.insert(attempt).values({ key, failures: 0, since: now }).onConflictDoNothing()
    const [known] = await write.select().from(attempt).where(eq(attempt.key, key)).for('update')
    if (!known) throw new Error('a try just counted is gone')
    if (known.refusedUntil !== null && now < known.refusedUntil) throw tooMany(known.refusedUntil, now)
    const isOld = known.since < addMinutes(now, -limit.window)
    const failures = (isOld ? 0 : known.failures) + 1
    const since = isOld ? now : known.since
    const wait = limit.wait * 2 ** (failures / limit.every - 1)
    const refusedUntil =
      failures >= limit.most
        ? addMinutes(since, limit.window)
        : failures % limit.every === 0
          ? addMinutes(now, wait)
          : null
    await write.update(attempt).set({ failures, since, refusedUntil }).where(eq(attempt.key, key))
    return failures
  })

const tooMany = (until: Instant, now: Instant): Refused => {
  const minutes = Math.max(1, Math.ceil((Date.parse(until) - Date.parse(now)) / 60_000))
  const wait = minutes < 120 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'heure')
  return new Refused(`Trop d’essais. Attendez ${wait}, ou touchez « Mot de passe oublié ? ».`, 'password')
}
