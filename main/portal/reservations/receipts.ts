import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { and, desc, eq, inArray } from 'drizzle-orm'
import { ReceiptBody } from '../../../shared/contract/portal/demandes.ts'
import { receiptCountText } from '../../../shared/rules/requests/demande-texts.ts'
import { ofName } from '../../../shared/rules/text/french.ts'
import type { Login } from '../account/account.ts'
import { homeOf } from '../family/family.ts'
import type { Portal, SigningKeys } from '../portal.ts'
import { Refused } from '../refused.ts'
import { receipt } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'

type Signed = { readonly body: string; readonly signature: string }

/** Signs a receipt: staff verify with the portal's public key, even years later, what was recorded and when. */
export const signReceipt = (keys: Pick<SigningKeys, 'privateKey'>, body: string): Signed => ({
  body,
  signature: sign(null, Buffer.from(body), privateKeyIn(keys)).toString('base64url'),
})

/** Parses the private key once: parsing takes longer than signing. */
const privateKeyIn = (keys: Pick<SigningKeys, 'privateKey'>): KeyObject => {
  const key = privateKeys.get(keys) ?? createPrivateKey(keys.privateKey)
  privateKeys.set(keys, key)
  return key
}
const privateKeys = new WeakMap<Pick<SigningKeys, 'privateKey'>, KeyObject>()

/** Whether the portal signed exactly this text. */
export const isGenuine = ({ publicKey }: Pick<SigningKeys, 'publicKey'>, { body, signature }: Signed): boolean =>
  verify(null, Buffer.from(body), createPublicKey(publicKey), Buffer.from(signature, 'base64url'))

type ReceiptRequest = { readonly login: Login; readonly requestId: string }

/**
 * Returns a function that finds the receipt already issued for a repeated call; it throws Refused when the first call
 * was for another home.
 */
export const receiptLookup = async (db: Queryable, requests: readonly ReceiptRequest[]) => {
  const ids = requests.map(({ requestId }) => requestId)
  const found = await db.select().from(receipt).where(inArray(receipt.requestId, ids))
  return ({ login, requestId }: ReceiptRequest) => {
    const existing = found.find((one) => one.guardianId === login.guardianId && one.requestId === requestId)
    if (existing && existing.familyId !== login.familyId)
      throw new Refused('Cette demande a été faite pour un autre foyer.')
    return existing
  }
}

/** « R-2026-004817 », where `count` counts all receipts since the portal was created. */
export const receiptNumber = (year: number, count: number): string => `R-${year}-${String(count).padStart(6, '0')}`

export const receiptRow = (
  portal: Portal,
  login: Login,
  { id, requestId, body }: { id: string; requestId: string; body: ReceiptBody },
): typeof receipt.$inferSelect => ({
  id,
  number: body.number,
  guardianId: login.guardianId,
  familyId: login.familyId,
  requestId,
  recordedAt: body.recordedAt,
  ...signReceipt(portal.keys, JSON.stringify(body)),
})

export const toReceipt = ({ id, body, signature }: Pick<typeof receipt.$inferSelect, 'id' | 'body' | 'signature'>) => ({
  id,
  ...ReceiptBody.parse(JSON.parse(body)),
  text: body,
  signature,
})

/**
 * The receipts of the home. A guardian who may not see all of its children reads only their own receipts, since the
 * others may name those children.
 */
const readableBy = async (db: Queryable, login: Login) => {
  const { unseen } = await homeOf(db, login)
  const ofHome = eq(receipt.familyId, login.familyId)
  return unseen.size === 0 ? ofHome : and(ofHome, eq(receipt.guardianId, login.guardianId))
}

/** @throws Refused, in the same words, for another home's receipt and for a receipt that does not exist */
export const readReceipt = async ({ store: { db } }: Portal, login: Login, id: string) => {
  const [found] = await db
    .select()
    .from(receipt)
    .where(and(eq(receipt.id, id), await readableBy(db, login)))
  if (!found) throw new Refused('Ce reçu n’existe pas.')
  return toReceipt(found)
}

export const listReceipts = async ({ store: { db } }: Portal, login: Login) => {
  const rows = await db
    .select()
    .from(receipt)
    .where(await readableBy(db, login))
    .orderBy(desc(receipt.recordedAt), desc(receipt.number))
    .limit(100)
  return rows.map(({ id, number, recordedAt, body }) => ({
    id,
    number,
    recordedAt,
    about: aboutText(ReceiptBody.parse(JSON.parse(body))),
  }))
}

const aboutText = (of: ReceiptBody): string =>
  of.registration ? `inscription ${ofName(of.registration.child)}, ${of.registration.period}` : receiptCountText(of)
