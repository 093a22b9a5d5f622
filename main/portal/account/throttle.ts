import { eq, sql } from 'drizzle-orm'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { Refused } from '../refused.ts'
import { attempt } from '../store/schema/index.ts'
import { type Database, type Queryable, sha256 } from '../store/store.ts'

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
  /** Codes typed at a desk: 100 bits that nobody guesses, so this only spares the machine. */
  pairing: { name: 'pairing', every: 10, wait: 1, most: 60, window: 60 },
  /** Each try mails a stranger: three, then a wait; a family fair at one address has room. */
  signUp: { name: 'signUp', every: 3, wait: 10, most: 9, window: 24 * 60 },
  signUpCaller: { name: 'signUpCaller', every: 20, wait: 5, most: 100, window: 60 },
} as const satisfies Record<string, Limit>

/** After which failures count no more. */
export const failuresMinutes = limits.account.window

/** A try that is counted as a failure until it is `kept` otherwise: floods of tries at once get no more than others. */
type Try = {
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

/**
 * Counts a try at pairing a desk from an address.
 * @throws Refused while it has to wait
 */
export const triedPairing = async (db: Database, now: Instant, address: string): Promise<Pick<Try, 'succeeded'>> => {
  const key = keyOf('pairing', address)
  await count(db, key, limits.pairing, now, 'puis recommencez')
  return {
    async succeeded() {
      await db.delete(attempt).where(eq(attempt.key, key))
    },
  }
}

/**
 * Counts a mail that a newcomer asks for, to an address and from another, whether or not the first is known.
 * @throws Refused while one of the two has to wait
 */
export const triedSignUp = async (db: Database, now: Instant, email: string, address: string): Promise<void> => {
  await count(db, keyOf('signUpCaller', address), limits.signUpCaller, now, 'puis recommencez')
  await count(db, keyOf('signUp', email), limits.signUp, now, 'puis recommencez')
}

/** A new password was set through the guardian's own mailbox: whoever was guessing starts from nothing. */
export const forgetFailures = async (db: Queryable, email: string): Promise<void> => {
  await db.delete(attempt).where(eq(attempt.key, keyOf('account', email)))
}

const keyOf = (kind: keyof typeof limits, text: string) => sha256(`${kind} ${text}`)

const forgotten = 'ou touchez «\u00a0Mot de passe oublié\u00a0?\u00a0»'

/** @param then what one may do besides waiting, or after it */
const count = (db: Database, key: string, limit: Limit, now: Instant, then = forgotten): Promise<number> =>
  db.transaction(async (tx) => {
    // One statement finds or makes the row and holds it: between two, another's success could take it away.
    const [known] = await tx
      .insert(attempt)
      .values({ key, failures: 0, since: now })
      .onConflictDoUpdate({ target: attempt.key, set: { failures: sql`${attempt.failures}` } })
      .returning()
    if (!known) throw new Error('a try was not counted')
    if (known.refusedUntil !== null && now < known.refusedUntil) throw tooMany(known.refusedUntil, now, then)
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
    await tx.update(attempt).set({ failures, since, refusedUntil }).where(eq(attempt.key, key))
    return failures
  })

const tooMany = (until: Instant, now: Instant, then: string): Refused => {
  const minutes = Math.max(1, Math.ceil((Date.parse(until) - Date.parse(now)) / 60_000))
  const wait = minutes < 120 ? counted(minutes, 'minute') : counted(Math.ceil(minutes / 60), 'heure')
  return new Refused(`Trop d’essais. Attendez ${wait}, ${then}.`, 'password')
}
