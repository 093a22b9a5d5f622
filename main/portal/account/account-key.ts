import { randomBytes, randomUUID } from 'node:crypto'
import { and, eq, inArray } from 'drizzle-orm'
import type { AccountKeyEntry, EntryKind } from '../../../shared/contract/portal/entries.ts'
import type { NewEntry } from '../../../shared/exchange/log.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import {
  type AccountKey,
  newAccountKey,
  sessionKey,
  unwrapAccountKey,
  wrapAccountKey,
} from '../../crypto/account-key.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { eraseDocuments } from '../published/stored-documents.ts'
import { accountKey, healthDraft, session } from '../store/schema/index.ts'
import type { Queryable, Transaction } from '../store/store.ts'
import { stretchedKey } from './password.ts'

/*
 * The key of an account, to which the desk seals what only this guardian may read. It is unwrapped with the guardian's
 * password, and during a session with the secret in the session's cookie; the portal stores neither.
 */

type WrappedRow = typeof accountKey.$inferSelect
type Owner = { readonly guardianId: number; readonly email: string }

/**
 * The key that a login or a change of password uses. `made`: the row of a new key, which must still be stored and
 * reported to the desk; null for an existing key.
 */
export type OpenedKey = AccountKey & { readonly made: WrappedRow | null }

/** Keys are only made when the town shows health records on the portal. */
const isWanted = async (db: Queryable): Promise<boolean> => (await documentOf(db, 'town'))?.showsHealth === true

const rowOf = async (db: Queryable, guardianId: number): Promise<WrappedRow | undefined> =>
  (await db.select().from(accountKey).where(eq(accountKey.guardianId, guardianId)))[0]

/**
 * Unwraps the account's key with the password, or makes a key when there is none. Null in a town that shows no health
 * records.
 */
export const openWithPassword = async (
  portal: Portal,
  guardianId: number,
  password: string,
): Promise<OpenedKey | null> => {
  const { db } = portal.store
  if (!(await isWanted(db))) return null
  const row = await rowOf(db, guardianId)
  const key = row && unwrapAccountKey(await stretchedKey(password, row.salt, row), guardianId, row.wrapped)
  // A key wrapped with an earlier password cannot be unwrapped any more: the account gets a new one.
  return key ? { ...key, made: null } : makeKey(portal, guardianId, password)
}

/** Makes a new key, whatever the account had. Null in a town that shows no health records. */
export const newWithPassword = async (
  portal: Portal,
  guardianId: number,
  password: string,
): Promise<OpenedKey | null> => ((await isWanted(portal.store.db)) ? makeKey(portal, guardianId, password) : null)

const makeKey = async (portal: Portal, guardianId: number, password: string): Promise<OpenedKey> => {
  const key = newAccountKey()
  return { ...key, made: await wrapWithPassword(portal, guardianId, key, password) }
}

/**
 * The row that stores a key wrapped with a password. Its salt is its own, so that the stored hash of the password does
 * not help to unwrap the key.
 */
export const wrapWithPassword = async (
  portal: Portal,
  guardianId: number,
  key: AccountKey,
  password: string,
): Promise<WrappedRow> => {
  const salt = randomBytes(16).toString('base64')
  const { kibibytes, passes } = portal.passwordCost
  const wrapped = wrapAccountKey(await stretchedKey(password, salt, portal.passwordCost), guardianId, key)
  return { guardianId, publicKey: key.publicKey, wrapped, salt, kibibytes, passes, madeAt: portal.clock() }
}

/** Stores the same key, wrapped with another password. */
export const storeRewrapped = async (tx: Transaction, row: WrappedRow): Promise<void> => {
  const { wrapped, salt, kibibytes, passes } = row
  await tx
    .update(accountKey)
    .set({ wrapped, salt, kibibytes, passes })
    .where(and(eq(accountKey.guardianId, row.guardianId), eq(accountKey.publicKey, row.publicKey)))
}

/**
 * Erases the accounts' keys, what the desk sealed to them, and unsent answers. Open sessions can then unseal nothing.
 * Call after `lockedSide`.
 */
export const eraseKeys = async (tx: Transaction, guardianIds: readonly number[]): Promise<void> => {
  if (guardianIds.length === 0) return
  await tx.delete(accountKey).where(inArray(accountKey.guardianId, [...guardianIds]))
  await tx
    .update(session)
    .set({ wrappedKey: null })
    .where(inArray(session.guardianId, [...guardianIds]))
  await eraseDocuments(
    tx,
    guardianIds.map((id) => `health/${id}`),
  )
}

/**
 * Stores a new key in place of any earlier one. Of unsent answers, it stays known that there were some: their row has
 * nothing sealed. Call after `lockedSide`.
 * @returns the log entry that reports it to the desk
 */
export const storeMadeKey = async (tx: Transaction, owner: Owner, made: WrappedRow): Promise<NewEntry> => {
  const begun = await tx.select().from(healthDraft).where(eq(healthDraft.guardianId, owner.guardianId))
  await eraseKeys(tx, [owner.guardianId])
  await tx.insert(accountKey).values(made)
  if (begun.length > 0) await tx.insert(healthDraft).values(begun.map((draft) => ({ ...draft, sealed: '' })))
  return keyEntry(owner, made.publicKey, made.madeAt)
}

export const keyEntry = ({ guardianId, email }: Owner, publicKey: string, at: Instant): NewEntry => {
  const kind: EntryKind = 'accountKey'
  const body: AccountKeyEntry = { guardian: guardianId, email, publicKey, at }
  return { id: randomUUID(), kind, at, body: JSON.stringify(body) }
}

/** The public keys of these accounts; accounts without a key are left out. */
export const publicKeysOf = async (
  db: Queryable,
  guardianIds: readonly number[],
): Promise<ReadonlyMap<number, string>> => {
  if (guardianIds.length === 0) return new Map()
  const rows = await db
    .select({ guardianId: accountKey.guardianId, publicKey: accountKey.publicKey })
    .from(accountKey)
    .where(inArray(accountKey.guardianId, [...guardianIds]))
  return new Map(rows.map(({ guardianId, publicKey }) => [guardianId, publicKey]))
}

/**
 * Whether the desk seals to another key than the account's present one, which happens when desk or portal was restored
 * from an older copy.
 */
export const deskHasAnotherKey = async (db: Queryable, guardianId: number, publicKey: string): Promise<boolean> => {
  const published = await documentOf(db, 'health', guardianId)
  return published !== undefined && published.key !== publicKey
}

/**
 * The account's key wrapped with the secret of a session's cookie; null when there is none, or when the account has
 * another key by now.
 */
export const wrappedForSession = async (
  db: Queryable,
  guardianId: number,
  key: AccountKey | null,
  secret: string,
): Promise<string | null> => {
  const row = key && (await rowOf(db, guardianId))
  return key && row?.publicKey === key.publicKey ? wrapAccountKey(sessionKey(secret), guardianId, key) : null
}

/** The account's key, unwrapped by the session; null when the guardian must log in again. */
export const keyOfSession = async (
  db: Queryable,
  { guardianId, sessionId }: { readonly guardianId: number; readonly sessionId: string },
  secret: string,
): Promise<AccountKey | null> => {
  const [row] = await db
    .select({ wrapped: session.wrappedKey, publicKey: accountKey.publicKey })
    .from(session)
    .innerJoin(accountKey, eq(accountKey.guardianId, session.guardianId))
    .where(and(eq(session.id, sessionId), eq(session.guardianId, guardianId)))
  const key = row?.wrapped ? unwrapAccountKey(sessionKey(secret), guardianId, row.wrapped) : null
  return key?.publicKey === row?.publicKey ? key : null
}
