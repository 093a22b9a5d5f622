import { eq, sql } from 'drizzle-orm'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { Refused } from '../refused.ts'
import { attempt } from '../store/schema/index.ts'
import { type Database, type Queryable, sha256 } from '../store/store.ts'

type Limit = {
  readonly name: string
  /** Number of failures after which the caller must wait. */
  readonly waitEvery: number
  /** Minutes of the first wait; each later wait doubles it. */
  readonly firstWait: number
  /** Number of failures after which everything is refused until the window ends. */
  readonly max: number
  /** Minutes after which failures no longer count. */
  readonly window: number
}

/**
 * CNIL, délibération 2022-100: a wait of at least a minute after five failures, at most 25 failures in 24 hours. The
 * limits of a network address are higher, since all parents of a school may share one.
 * Written here: libraries for rate limits know no wait that doubles, and the workers share these counts in PostgreSQL.
 */
const limits = {
  account: { name: 'account', waitEvery: 5, firstWait: 1, max: 25, window: 24 * 60 },
  address: { name: 'address', waitEvery: 50, firstWait: 5, max: 400, window: 60 },
  /** Codes that staff type at a desk: nobody guesses their 100 bits, so this limit only saves computing time. */
  pairing: { name: 'pairing', waitEvery: 10, firstWait: 1, max: 60, window: 60 },
  /**
   * Each try mails somebody: three, then a wait. Many families may sign up from one address, for example at a town's
   * fair.
   */
  signUp: { name: 'signUp', waitEvery: 3, firstWait: 10, max: 9, window: 24 * 60 },
  /** Codes that a guardian has mailed to sign a mandate; the wrong ones are counted at each code. */
  signing: { name: 'signing', waitEvery: 5, firstWait: 5, max: 15, window: 24 * 60 },
  signUpCaller: { name: 'signUpCaller', waitEvery: 20, firstWait: 5, max: 100, window: 60 },
} as const satisfies Record<string, Limit>

/** Minutes after which failures no longer count. */
export const failureWindowMinutes = limits.account.window

/** Every try counts as a failure until `succeeded` is called, so that many simultaneous tries gain nothing. */
type Try = {
  /** Failures that remain before a wait. */
  readonly remaining: number
  /** Resets the account's failures, and takes this try off the address's failures. */
  succeeded(): Promise<void>
}

/**
 * Counts a try at an account from a network address, whether or not the account exists.
 * @throws Refused while the account or the address must wait
 */
export const countTry = async (db: Database, now: Instant, email: string, address: string): Promise<Try> => {
  const keys = { account: keyOf('account', email), address: keyOf('address', address) }
  // The address first: a flood of tries from one address does not block the accounts that it names.
  await countFailure(db, keys.address, limits.address, now)
  const failures = await countFailure(db, keys.account, limits.account, now)
  return {
    remaining: limits.account.waitEvery - (failures % limits.account.waitEvery || limits.account.waitEvery),
    async succeeded() {
      await db.delete(attempt).where(eq(attempt.key, keys.account))
      await db
        .update(attempt)
        .set({ failures: sql`greatest(${attempt.failures} - 1, 0)` })
        .where(eq(attempt.key, keys.address))
    },
  }
}

/** Counts a try at pairing a desk from a network address. @throws Refused while the address must wait */
export const countPairingTry = async (db: Database, now: Instant, address: string): Promise<Pick<Try, 'succeeded'>> => {
  const key = keyOf('pairing', address)
  await countFailure(db, key, limits.pairing, now, 'puis recommencez')
  return {
    async succeeded() {
      await db.delete(attempt).where(eq(attempt.key, key))
    },
  }
}

/**
 * Counts a request for a sign-up mail, by mail address and by network address, whether or not the mail address is
 * known.
 * @throws Refused while either must wait
 */
export const countSignUpTry = async (db: Database, now: Instant, email: string, address: string): Promise<void> => {
  await countFailure(db, keyOf('signUpCaller', address), limits.signUpCaller, now, 'puis recommencez')
  await countFailure(db, keyOf('signUp', email), limits.signUp, now, 'puis recommencez')
}

/** Counts a code that a guardian has mailed to sign a mandate. @throws Refused while the guardian must wait */
export const countSigningMail = async (db: Database, now: Instant, guardianId: number): Promise<void> => {
  await countFailure(db, keyOf('signing', `${guardianId}`), limits.signing, now, 'puis recommencez')
}

/**
 * Clears an account's failures: its password was just reset through the guardian's own mailbox, so earlier guesses do
 * not matter.
 */
export const clearFailures = async (db: Queryable, email: string): Promise<void> => {
  await db.delete(attempt).where(eq(attempt.key, keyOf('account', email)))
}

const keyOf = (kind: keyof typeof limits, text: string) => sha256(`${kind} ${text}`)

const resetAdvice = 'ou touchez «\u00a0Mot de passe oublié\u00a0?\u00a0»'

/** Counts a try and returns the failures so far. @param then what the refusal suggests besides waiting, or after it */
const countFailure = (db: Database, key: string, limit: Limit, now: Instant, then = resetAdvice): Promise<number> =>
  db.transaction(async (tx) => {
    // Insert and lock the row in one statement: between two, a concurrent success could delete the row.
    const [row] = await tx
      .insert(attempt)
      .values({ key, failures: 0, since: now })
      .onConflictDoUpdate({ target: attempt.key, set: { failures: sql`${attempt.failures}` } })
      .returning()
    if (!row) throw new Error('a try was not counted')
    if (row.refusedUntil !== null && now < row.refusedUntil) throw tooMany(row.refusedUntil, now, then)
    const isWindowOver = row.since < addMinutes(now, -limit.window)
    const failures = (isWindowOver ? 0 : row.failures) + 1
    const since = isWindowOver ? now : row.since
    const wait = limit.firstWait * 2 ** (failures / limit.waitEvery - 1)
    const refusedUntil =
      failures >= limit.max
        ? addMinutes(since, limit.window)
        : failures % limit.waitEvery === 0
          ? addMinutes(now, wait)
          : null
    await tx.update(attempt).set({ failures, since, refusedUntil }).where(eq(attempt.key, key))
    return failures
  })

const tooMany = (until: Instant, now: Instant, then: string): Refused => {
  const minutes = Math.max(1, Math.ceil((Date.parse(until) - Date.parse(now)) / 60_000))
  const wait = minutes < 120 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'heure')
  return new Refused(`Trop d’essais. Attendez ${wait}, ${then}.`, 'password')
}
