import { and, eq, isNull } from 'drizzle-orm'
import { KeyRevoked, KeyRotated, keyOverlapDays } from '../../../shared/contract/exchange/keys.ts'
import type { Replacement, ReplacementNotice } from '../../../shared/contract/exchange/replaced.ts'
import type { Entry } from '../../../shared/exchange/log.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import {
  answerOffer,
  isPublicKey,
  type KeyRing,
  keyFinder,
  keyIdOf,
  newPairingCode,
  newRing,
  type PairingAnswer,
  type PairingCode,
  type PairingOffer,
  withNewKey,
  withRevokedKey,
} from '../../crypto/keys.ts'
import { countPairingTry } from '../account/account.ts'
import type { Portal } from '../portal.ts'
import { Refused } from '../refused.ts'
import { errorText } from '../store/error-text.ts'
import { pairing } from '../store/schema/index.ts'
import type { Queryable, Transaction } from '../store/store.ts'

/**
 * All keys of the desk that this portal ever knew, empty until a desk is paired; and the portal that replaced this one.
 */
export const pairedDesk = async (db: Queryable): Promise<{ ring: KeyRing; replaced: Replacement | null }> => {
  const [row] = await db.select().from(pairing)
  return { ring: row?.ring ?? [], replaced: row?.replaced ?? null }
}

/**
 * Records that the desk left for another portal: no more exchanges until a desk is paired again. The first call is the
 * one that counts.
 */
export const recordReplacement = async (
  { store: { db }, clock }: Portal,
  { by }: ReplacementNotice,
): Promise<Replacement> => {
  const replacement: Replacement = { replacedBy: by, at: clock() }
  await db
    .update(pairing)
    .set({ replaced: replacement })
    .where(and(eq(pairing.id, 1), isNull(pairing.replaced)))
  return (await pairedDesk(db)).replaced ?? replacement
}

const cacheMilliseconds = 1000

/** The address of the portal that the desk moved to, if any. Every page asks, so the answer is cached for a second. */
export const createReplacementLookup = ({ store: { db } }: Portal): (() => Promise<string | null>) => {
  let cached: { readonly until: number; readonly by: Promise<string | null> } | undefined
  return () => {
    const now = performance.now()
    if (cached && now < cached.until) return cached.by
    const by = pairedDesk(db).then(({ replaced }) => replaced?.replacedBy ?? null)
    cached = { until: now + cacheMilliseconds, by }
    return by
  }
}

/** Whether a paired desk may exchange, and until when a pairing code is usable. */
export const pairingState = async (db: Queryable): Promise<{ isPaired: boolean; codeUntil: Instant | null }> => {
  const [row] = await db.select().from(pairing)
  const code = row?.code
  return {
    isPaired: (row?.ring ?? []).some(({ until, revokedAt }) => until === null && revokedAt === null),
    codeUntil: code && code.usedAt === null ? code.expiresAt : null,
  }
}

/** Creates a one-time code, to be typed at the desk within 15 minutes. It replaces the previous code. */
export const createPairingCode = async ({
  store: { db },
  clock,
}: Portal): Promise<{ code: string; until: Instant }> => {
  const { code, stored } = newPairingCode(clock())
  await db
    .insert(pairing)
    .values({ id: 1, code: stored })
    .onConflictDoUpdate({ target: pairing.id, set: { code: stored } })
  return { code, until: stored.expiresAt }
}

/** Installs the pairing code that a desk put in the folder it exported, unless this portal already has a code. */
export const installPairingCode = async (
  { store: { db } }: Portal,
  exported: Omit<PairingCode, 'usedAt'>,
): Promise<void> => {
  await db
    .insert(pairing)
    .values({ id: 1, code: { ...exported, usedAt: null } })
    .onConflictDoNothing()
}

const newCodeMessage = 'Demandez un nouveau code au portail.'
const refusalSentence = (refused: string, { address }: Portal): string => {
  switch (refused) {
    case 'used':
      return `Ce code a déjà servi. ${newCodeMessage}`
    case 'expired':
      return `Ce code n’est plus valable. ${newCodeMessage}`
    case 'otherAddress':
      return `L’adresse de ce portail est ${address}. Écrivez-la ainsi.`
    case 'wrongCode':
      return 'Ce code n’est pas le bon. Vérifiez les 20\u00a0signes.'
    case 'revokedKey':
      return 'Cette clé n’est plus acceptée ici. Faites-en une nouvelle, puis recommencez.'
    default:
      return 'Cet envoi est incomplet ou abîmé. Recommencez.'
  }
}

/** A pairing that was refused, and why, for the desk. */
export class NotPaired extends Refused {
  readonly refused: string
  constructor(refused: string, sentence: string) {
    super(sentence)
    this.refused = refused
  }
}

/**
 * Pairs the desk whose offer proves that it knows the code. A desk paired before is replaced: its keys are revoked, and
 * the exchange compares its log with the new desk's.
 * @throws NotPaired
 */
export const pair = async (portal: Portal, caller: string, offer: PairingOffer): Promise<PairingAnswer> => {
  const { db } = portal.store
  const attempt = await countPairingTry(db, portal.clock(), caller).catch((error: unknown) => {
    throw error instanceof Refused ? new NotPaired('tooMany', error.sentence) : error
  })
  const answer = await db.transaction(async (tx) => {
    const [row] = await tx.select().from(pairing).where(eq(pairing.id, 1)).for('update')
    const now = portal.clock()
    const { address, keys } = portal
    const answered = row?.code
      ? answerOffer(row.code, offer, { address, publicKey: keys.publicKey, now })
      : { refused: 'expired' as const }
    if ('refused' in answered) throw new NotPaired(answered.refused, refusalSentence(answered.refused, portal))
    const ring = ringWith(row?.ring ?? [], offer.publicKey, now)
    if (ring === null) throw new NotPaired('revokedKey', refusalSentence('revokedKey', portal))
    await tx.update(pairing).set({ code: answered.stored, ring, replaced: null }).where(eq(pairing.id, 1))
    return answered.answer
  })
  await attempt.succeeded()
  return answer
}

const ringWith = (ring: KeyRing, publicKey: string, now: Instant): KeyRing | null => {
  const keyid = keyIdOf(publicKey)
  const existing = ring.find((key) => key.keyid === keyid)
  if (existing && (existing.until !== null || existing.revokedAt !== null)) return null
  const others = ring.filter((key) => key !== existing)
  const revokedOthers = others.reduce<KeyRing>((remaining, key) => withRevokedKey(remaining, key.keyid, now), others)
  return [...(existing ? [existing] : newRing(publicKey)), ...revokedOthers]
}

/**
 * Applies the desk's key rotations and revocations, in the transaction of its message. An entry that cannot be applied
 * is logged and skipped.
 */
export const applyKeyEntries = async (portal: Portal, tx: Transaction, entries: readonly Entry[]): Promise<void> => {
  const keyEntries = entries.filter(({ kind }) => kind === 'keyRotated' || kind === 'keyRevoked')
  if (keyEntries.length === 0) return
  const [row] = await tx.select().from(pairing).where(eq(pairing.id, 1)).for('update')
  let ring = row?.ring ?? []
  for (const entry of keyEntries) ring = ringAfter(portal, ring, entry) ?? ring
  await tx.update(pairing).set({ ring }).where(eq(pairing.id, 1))
}

const ringAfter = ({ clock, log }: Portal, ring: KeyRing, { id, kind, body }: Entry): KeyRing | null => {
  const now = clock()
  try {
    const content: unknown = JSON.parse(body)
    if (kind === 'keyRevoked') return withRevokedKey(ring, KeyRevoked.parse(content).keyid, now)
    const { publicKey, replaces } = KeyRotated.parse(content)
    if (!isPublicKey(publicKey)) throw new RangeError('not a public key')
    if ('refused' in keyFinder(ring, now)(replaces)) throw new RangeError('it replaces a key that is not taken here')
    return withNewKey(ring, publicKey, addMinutes(now, keyOverlapDays * 24 * 60))
  } catch (error) {
    log(`ignoré, ${id}\u00a0: ${errorText(error)}`)
    return null
  }
}
