import { randomUUID } from 'node:crypto'
import { and, desc, eq, gt, isNull, ne, sql } from 'drizzle-orm'
import type { ActivatedEntry, EntryKind } from '../../../shared/contract/portal/entries.ts'
import { typedLetterCode } from '../../../shared/rules/access/letter-code.ts'
import { passwordWeakness } from '../../../shared/rules/access/password.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import { enqueueMails } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { account, accountHome, session, token } from '../store/schema/index.ts'
import { type Queryable, sha256, type Transaction } from '../store/store.ts'
import {
  deskHasAnotherKey,
  eraseKeys,
  keyEntry,
  newWithPassword,
  type OpenedKey,
  openWithPassword,
  storeMadeKey,
  storeRewrapped,
  wrappedForSession,
  wrapWithPassword,
} from './account-key.ts'
import { decoyHash, hashPassword, matchesHash } from './password.ts'
import { clearFailures, countTry } from './throttle.ts'
import { newSecret, passwordChangedMail, resetMail } from './tokens.ts'

/** Minutes without a call after which a session ends. */
const idleMinutes = 30
/** Minutes after which a session ends even if it is in use. */
export const maxSessionMinutes = 12 * 60
/** Minimum minutes between two updates of a session's `seenAt`, so that reading a page seldom writes. */
const seenAtMinutes = 1
const resetMinutes = 60

/** The client of a call: its network address, and a description of its device. */
export type Caller = { readonly address: string; readonly device: string }

/** The guardian who is logged in, and `familyId`, the home that they look at. */
export type Login = {
  readonly guardianId: number
  readonly name: string
  readonly email: string
  readonly sessionId: string
  readonly familyId: number
  readonly families: readonly number[]
}

/** The secret to put in the session's cookie: the store has only its hash. */
export type SessionSecret = { readonly secret: string }

const wrongLogin = 'Adresse mail ou mot de passe incorrect.'

/**
 * Logs in. Answers the same, in the same time, whether the account does not exist, is blocked, has no password yet, or
 * the password is wrong.
 * @throws Refused
 */
export const logIn = async (
  portal: Portal,
  caller: Caller,
  typed: { readonly email: string; readonly password: string },
): Promise<SessionSecret> => {
  const { db } = portal.store
  const email = normalizedEmail(typed.email)
  const attempt = await countTry(db, portal.clock(), email, caller.address)
  const [found] = await db.select().from(account).where(eq(account.email, email))
  const right = await matchesHash(typed.password, found?.passwordHash ?? decoyHash(portal.passwordCost))
  if (!found?.passwordHash || !right || found.blocked) {
    const remainingText = attempt.remaining > 0 ? ` Il reste ${counted(attempt.remaining, 'essai')}.` : ''
    throw new Refused(`${wrongLogin} Vérifiez les deux.${remainingText}`, 'password')
  }
  await attempt.succeeded()
  const { guardianId, passwordHash } = found
  const key = await openWithPassword(portal, guardianId, typed.password)
  const isToTell = key !== null && (key.made !== null || (await deskHasAnotherKey(db, guardianId, key.publicKey)))
  return db.transaction(async (tx) => {
    // Lock the exchange's side before any account, in the same order as an exchange does.
    const side = isToTell ? (await lockedSide(tx)).side : null
    if (!(await lockUnchanged(tx, guardianId, passwordHash)))
      throw new Refused(`${wrongLogin} Vérifiez les deux.`, 'password')
    if (key && side) {
      const owner = { guardianId, email }
      const entry = key.made ? await storeMadeKey(tx, owner, key.made) : keyEntry(owner, key.publicKey, portal.clock())
      await appendToLog(tx, side, [entry])
    }
    return openSession(portal, tx, guardianId, caller, key)
  })
}

/**
 * Checking a password takes a while; meanwhile, a new password may have been chosen and every session closed. Checks
 * that the hash is still current, and locks the account until the transaction ends.
 */
const lockUnchanged = async (tx: Transaction, guardianId: number, passwordHash: string): Promise<boolean> => {
  const isThis = and(eq(account.guardianId, guardianId), eq(account.passwordHash, passwordHash))
  const [still] = await tx.select({ id: account.guardianId }).from(account).where(isThis).for('update')
  return still !== undefined
}

/**
 * Chooses a password through the link of an invitation or of « Mot de passe oublié ? ». A link works once; all other
 * sessions are closed.
 */
export const choosePassword = async (
  portal: Portal,
  caller: Caller,
  { secret, password }: { readonly secret: string; readonly password: string },
): Promise<SessionSecret> => {
  const link = await findUsableLink(portal, secret)
  const [owner] = link ? await accountRows(portal, link.guardianId) : []
  refuseWeak(password, owner?.email ?? '')
  return activateAndLogIn(portal, caller, link, password)
}

/**
 * Chooses a first password through the code of a printed letter, typed with the login. Failed tries count like wrong
 * passwords.
 */
export const chooseFirstPassword = async (
  portal: Portal,
  caller: Caller,
  typed: { readonly email: string; readonly code: string; readonly password: string },
): Promise<SessionSecret> => {
  const { db } = portal.store
  const email = normalizedEmail(typed.email)
  refuseWeak(typed.password, email)
  const attempt = await countTry(db, portal.clock(), email, caller.address)
  const code = await findUsableToken(portal, sha256(typedLetterCode(typed.code)))
  const [owner] = code ? await accountRows(portal, code.guardianId) : []
  if (code?.kind !== 'letter' || owner?.email !== email) {
    throw new Refused('Cette adresse mail et ce code ne vont pas ensemble, ou le code a déjà servi.', 'code')
  }
  await attempt.succeeded()
  return activateAndLogIn(portal, caller, code, typed.password)
}

const accountRows = ({ store: { db } }: Portal, guardianId: number) =>
  db.select().from(account).where(eq(account.guardianId, guardianId))

/** Whether a link still works: a page says so before a parent types a password. */
export const isLinkUsable = async (portal: Portal, secret: string): Promise<boolean> =>
  (await findUsableLink(portal, secret)) !== undefined

/** A letter's code is not accepted as a link: it needs its mail address too, and its tries are counted. */
const findUsableLink = async (portal: Portal, secret: string) => {
  const found = await findUsableToken(portal, sha256(secret))
  return found?.kind === 'letter' ? undefined : found
}

const findUsableToken = async ({ store: { db }, clock }: Portal, hash: string) => {
  const [found] = await db
    .select()
    .from(token)
    .where(and(eq(token.hash, hash), isNull(token.usedAt), gt(token.expiresAt, clock())))
  return found
}

const activateAndLogIn = async (
  portal: Portal,
  caller: Caller,
  usedToken: typeof token.$inferSelect | undefined,
  password: string,
): Promise<SessionSecret> => {
  if (!usedToken) throw expiredLink()
  const passwordHash = await hashPassword(password, portal.passwordCost)
  // The earlier password is not known here, so the earlier key cannot be unwrapped: what was sealed to it is lost.
  const key = await newWithPassword(portal, usedToken.guardianId, password)
  return portal.store.db.transaction(async (tx) => {
    const at = portal.clock()
    // Lock the exchange's side before any account, in the same order as an exchange does.
    const { side } = await lockedSide(tx)
    const used = await tx
      .update(token)
      .set({ usedAt: at })
      .where(and(eq(token.hash, usedToken.hash), isNull(token.usedAt), gt(token.expiresAt, at)))
      .returning()
    const [owner] = await tx.select().from(account).where(eq(account.guardianId, usedToken.guardianId))
    if (used.length === 0 || !owner || owner.blocked) throw expiredLink()
    await setPassword(portal, tx, owner, passwordHash, null)
    if (!key?.made) await eraseKeys(tx, [owner.guardianId])
    await appendToLog(tx, side, [
      ...(owner.activatedAt === null ? [activatedEntry(owner.guardianId, at)] : []),
      ...(key?.made ? [await storeMadeKey(tx, owner, key.made)] : []),
    ])
    return openSession(portal, tx, owner.guardianId, caller, key)
  })
}

const activatedEntry = (guardian: number, at: Instant) => {
  const kind: EntryKind = 'activated'
  const body: ActivatedEntry = { guardian, at }
  return { id: randomUUID(), kind, at, body: JSON.stringify(body) }
}

const expiredLink = () =>
  new Refused(
    'Ce lien a déjà servi ou n’est plus valable. Demandez-en un autre avec «\u00a0Mot de passe oublié\u00a0?\u00a0».',
  )

/**
 * « Mot de passe oublié ? »: answers the same at once for every address, and mails afterwards. An account that was
 * never opened gets a link too: its mailbox is the one that staff invited.
 */
export const forgotPassword = async (portal: Portal, caller: Caller, typed: string): Promise<void> => {
  const { db } = portal.store
  const email = normalizedEmail(typed)
  // A key of its own: requests for mails must not block the account's logins.
  await countTry(db, portal.clock(), `reset ${email}`, caller.address)
  portal.afterResponse(async () => {
    const [owner] = await db.select().from(account).where(eq(account.email, email))
    if (!owner || owner.blocked) return
    const at = portal.clock()
    const { secret, hash } = newSecret()
    const until = addMinutes(at, resetMinutes)
    await db.transaction(async (tx) => {
      // Delete the previous link: only the last mail works.
      await tx.delete(token).where(and(eq(token.guardianId, owner.guardianId), eq(token.kind, 'reset')))
      await tx.insert(token).values({
        hash,
        guardianId: owner.guardianId,
        kind: 'reset',
        expiresAt: until,
      })
      await enqueueMails(tx, [resetMail(portal.address, { name: owner.name, email, secret, until })], at)
    })
    await portal.mails.sendWaiting()
  })
}

/** « Modifier mon compte ? » */
export const changePassword = async (
  portal: Portal,
  caller: Caller,
  login: Login,
  typed: { readonly current: string; readonly next: string },
): Promise<SessionSecret> => {
  const { db } = portal.store
  const attempt = await countTry(db, portal.clock(), login.email, caller.address)
  const [owner] = await db.select().from(account).where(eq(account.guardianId, login.guardianId))
  const right = await matchesHash(typed.current, owner?.passwordHash ?? decoyHash(portal.passwordCost))
  if (!owner?.passwordHash || !right) throw new Refused(notCurrentMessage, 'current')
  await attempt.succeeded()
  refuseWeak(typed.next, login.email, 'next')
  const { guardianId, passwordHash: before } = owner
  const passwordHash = await hashPassword(typed.next, portal.passwordCost)
  const key = await openWithPassword(portal, guardianId, typed.current)
  const wrapped = key && (await wrapWithPassword(portal, guardianId, key, typed.next))
  const { secret, hash } = newSecret()
  await db.transaction(async (tx) => {
    const side = key?.made ? (await lockedSide(tx)).side : null
    if (!(await lockUnchanged(tx, guardianId, before))) throw new Refused(notCurrentMessage, 'current')
    await setPassword(portal, tx, owner, passwordHash, login.sessionId)
    if (wrapped && side) await appendToLog(tx, side, [await storeMadeKey(tx, owner, wrapped)])
    else if (wrapped) await storeRewrapped(tx, wrapped)
    const wrappedKey = await wrappedForSession(tx, guardianId, key, secret)
    await tx.update(session).set({ hash, wrappedKey }).where(eq(session.id, login.sessionId))
  })
  return { secret }
}

const notCurrentMessage = 'Votre mot de passe actuel n’est pas celui-là.'

const setPassword = async (
  portal: Portal,
  tx: Transaction,
  owner: typeof account.$inferSelect,
  passwordHash: string,
  remainingSession: string | null,
): Promise<void> => {
  const { guardianId, name, email } = owner
  const at = portal.clock()
  await tx
    .update(account)
    .set({ passwordHash, activatedAt: owner.activatedAt ?? at })
    .where(eq(account.guardianId, guardianId))
  await tx.delete(token).where(and(eq(token.guardianId, guardianId), isNull(token.usedAt)))
  await tx
    .delete(session)
    .where(
      and(eq(session.guardianId, guardianId), ...(remainingSession === null ? [] : [ne(session.id, remainingSession)])),
    )
  if (owner.passwordHash !== null) await enqueueMails(tx, [passwordChangedMail({ name, email })], at)
  await clearFailures(tx, email)
}

const refuseWeak = (password: string, email: string, field = 'password'): void => {
  const weak = passwordWeakness(password, email)
  if (weak !== null) throw new Refused(weak, field)
}

// ---- sessions -------------------------------------------------------------------------------------------------------

const openSession = async (
  portal: Portal,
  db: Queryable,
  guardianId: number,
  caller: Caller,
  key: OpenedKey | null,
): Promise<SessionSecret> => {
  const homes = await homesOf(db, guardianId)
  const [familyId] = homes
  if (familyId === undefined) throw new Refused(wrongLogin, 'password')
  const { secret, hash } = newSecret()
  const at = portal.clock()
  await db.insert(session).values({
    hash,
    id: randomUUID(),
    guardianId,
    familyId,
    device: caller.device,
    wrappedKey: await wrappedForSession(db, guardianId, key, secret),
    createdAt: at,
    seenAt: at,
  })
  return { secret }
}

/** The login that a session cookie's secret opens; null when there is none any more. */
export const loginOf = async ({ store: { db }, clock }: Portal, secret: string): Promise<Login | null> => {
  const now = clock()
  const hash = sha256(secret)
  const [row] = await db
    .select({
      session,
      name: account.name,
      email: account.email,
      blocked: account.blocked,
      families: sql<number[]>`array(select family_id from account_home
        where account_home.guardian_id = ${account.guardianId} order by family_id)`,
    })
    .from(session)
    .innerJoin(account, eq(account.guardianId, session.guardianId))
    .where(eq(session.hash, hash))
  if (!row || row.blocked) return null
  const { guardianId, familyId, id: sessionId, createdAt, seenAt } = row.session
  if (now >= addMinutes(seenAt, idleMinutes) || now >= addMinutes(createdAt, maxSessionMinutes)) {
    await db.delete(session).where(eq(session.hash, hash))
    return null
  }
  if (now >= addMinutes(seenAt, seenAtMinutes)) {
    await db.update(session).set({ seenAt: now }).where(eq(session.hash, hash))
  }
  const { name, email, families } = row
  if (!families.includes(familyId)) return null
  return { guardianId, name, email, sessionId, familyId, families }
}

const homesOf = async (db: Queryable, guardianId: number): Promise<number[]> => {
  const rows = await db
    .select({ familyId: accountHome.familyId })
    .from(accountHome)
    .where(eq(accountHome.guardianId, guardianId))
    .orderBy(accountHome.familyId)
  return rows.map(({ familyId }) => familyId)
}

export const logOut = async ({ store: { db } }: Portal, { sessionId }: Login): Promise<void> => {
  await db.delete(session).where(eq(session.id, sessionId))
}

/** Shows another home of the guardian. @throws Refused for a home that is not theirs */
export const chooseHome = async ({ store: { db } }: Portal, login: Login, familyId: number): Promise<Login> => {
  if (!login.families.includes(familyId)) throw new Refused('Ce foyer n’existe pas.')
  await db.update(session).set({ familyId }).where(eq(session.id, login.sessionId))
  return { ...login, familyId }
}

type SessionShown = {
  readonly id: string
  readonly device: string
  readonly createdAt: Instant
  readonly seenAt: Instant
  readonly current: boolean
}

export const sessionsOf = async ({ store: { db }, clock }: Portal, login: Login): Promise<SessionShown[]> => {
  const now = clock()
  const rows = await db
    .select()
    .from(session)
    .where(
      and(
        eq(session.guardianId, login.guardianId),
        gt(session.seenAt, addMinutes(now, -idleMinutes)),
        gt(session.createdAt, addMinutes(now, -maxSessionMinutes)),
      ),
    )
    .orderBy(desc(session.seenAt))
  return rows.map(({ id, device, createdAt, seenAt }) => ({
    id,
    device,
    createdAt,
    seenAt,
    current: id === login.sessionId,
  }))
}

/** Closes one of the guardian's sessions. @throws Refused for any other id, as if it did not exist */
export const revokeSession = async ({ store: { db } }: Portal, login: Login, id: string): Promise<void> => {
  const closed = await db
    .delete(session)
    .where(and(eq(session.id, id), eq(session.guardianId, login.guardianId)))
    .returning()
  if (closed.length === 0) throw new Refused('Cet appareil n’est plus connecté.')
}

/** The form in which mail addresses are compared and stored. PostgreSQL texts cannot hold NUL. */
export const normalizedEmail = (typed: string): string => typed.replaceAll('\0', '').trim().toLowerCase()
