import { and, eq, lt } from 'drizzle-orm'
import { PublishedHealth } from '../../../shared/contract/portal/health.ts'
import { HealthAnswers, type HealthShown } from '../../../shared/contract/portal/papers.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { type AccountKey, healthAssociatedData, openForAccount, sealForOwnAccount } from '../../crypto/account-key.ts'
import { padded } from '../../crypto/data-key.ts'
import { keyOfSession, type Login } from '../account/account.ts'
import { homeOf, requireChild, requireMayAsk } from '../family/family.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { accountKey, healthDraft } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

/** Unsent answers are kept for this many days. */
const draftDays = 30

/**
 * The part of a child's health record that a guardian is shown. It is decrypted with the secret from the browser, for
 * this call only.
 * @throws Refused for a child whom the guardian may not see in this home
 */
export const healthShown = async (
  { store: { db } }: Portal,
  login: Login,
  secret: string,
  child: number,
): Promise<HealthShown> => {
  requireChild(await homeOf(db, login), child)
  if ((await documentOf(db, 'town'))?.showsHealth !== true) return { state: 'off' }
  const key = await keyOfSession(db, login, secret)
  if (!key) return { state: 'logInAgain' }
  const answers = await keptAnswers(db, login, key, child)
  const published = await documentOf(db, 'health', login.guardianId)
  if (published?.key !== key.publicKey) return { state: 'later', answers }
  const part = published.children.find((one) => one.child === child)
  if (!part) return { state: 'notShown', answers }
  const text = openForAccount(key, Buffer.from(part.sealed, 'base64'), healthAssociatedData(login.guardianId, child))
  return { state: 'shown', known: PublishedHealth.parse(JSON.parse(text)), answers }
}

const isDraft = (guardianId: number, childId: number) =>
  and(eq(healthDraft.guardianId, guardianId), eq(healthDraft.childId, childId))

const draftData = (guardianId: number, childId: number): string => `health answers ${guardianId} ${childId}`

const keptAnswers = async (
  db: Queryable,
  { guardianId }: Login,
  key: AccountKey,
  childId: number,
): Promise<HealthAnswers | 'lost' | null> => {
  const [row] = await db.select().from(healthDraft).where(isDraft(guardianId, childId))
  if (!row) return null
  try {
    const text = openForAccount(key, Buffer.from(row.sealed, 'base64'), draftData(guardianId, childId))
    return HealthAnswers.parse(JSON.parse(text))
  } catch {
    // Nothing is left of answers sealed to a key of before a reset; the next saved answers replace them.
    return 'lost'
  }
}

/**
 * Saves unsent answers so that only this guardian can read them back. Saves nothing when the account has no key.
 * @throws Refused for a child whom the guardian may not see in this home
 */
export const keepHealth = async (
  { store: { db }, clock }: Portal,
  login: Login,
  secret: string,
  { child: childId, answers }: { readonly child: number; readonly answers: HealthAnswers | null },
): Promise<void> => {
  const { guardianId } = login
  const home = await homeOf(db, login)
  requireChild(home, childId)
  if (answers === null) return forgetAnswers(db, guardianId, childId)
  requireMayAsk(home, childId)
  const savedAt = clock()
  await db.transaction(async (tx) => {
    // Locks the key, so that a reset on another device waits: answers must not be stored sealed to a key that is gone.
    await tx.select().from(accountKey).where(eq(accountKey.guardianId, guardianId)).for('update')
    const key = await keyOfSession(tx, login, secret)
    if (!key) return
    const text = padded(JSON.stringify(answers))
    const sealed = sealForOwnAccount(key.publicKey, text, draftData(guardianId, childId)).toString('base64')
    await tx
      .insert(healthDraft)
      .values({ guardianId, childId, sealed, savedAt })
      .onConflictDoUpdate({ target: [healthDraft.guardianId, healthDraft.childId], set: { sealed, savedAt } })
  })
}

export const forgetAnswers = async (db: Queryable, guardianId: number, childId: number): Promise<void> => {
  await db.delete(healthDraft).where(isDraft(guardianId, childId))
}

export const pruneHealthDrafts = async (db: Queryable, now: Instant): Promise<void> => {
  await db.delete(healthDraft).where(lt(healthDraft.savedAt, addMinutes(now, -draftDays * 24 * 60)))
}
