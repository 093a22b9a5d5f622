import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import { ReceiptBody } from '../../shared/contract/portal/demandes.ts'
import type { Login } from './accounts.ts'
import type { Portal, SigningKeys } from './portal.ts'
import { Refused } from './refused.ts'
import { exchangeSide, receipt } from './schema.ts'
import type { Work } from './store.ts'

export type Signed = { readonly body: string; readonly signature: string }

/** The proof of what was recorded and when: staff verify it with the portal's public key, years later too. */
export const signed = ({ privateKey }: Pick<SigningKeys, 'privateKey'>, body: string): Signed => ({
  body,
  signature: sign(null, Buffer.from(body), createPrivateKey(privateKey)).toString('base64url'),
})

/** Whether the portal signed this very text. */
export const isGenuine = ({ publicKey }: Pick<SigningKeys, 'publicKey'>, { body, signature }: Signed): boolean =>
  verify(null, Buffer.from(body), createPublicKey(publicKey), Buffer.from(signature, 'base64url'))

/** The receipt that a request of this guardian already brought. @throws Refused when it was for another home */
export const receiptOfRequest = async (work: Work, login: Login, requestId: string) => {
  const [known] = await work
    .select()
    .from(receipt)
    .where(and(eq(receipt.guardianId, login.guardianId), eq(receipt.requestId, requestId)))
  if (known && known.familyId !== login.familyId) throw new Refused('Cette demande a été faite pour un autre foyer.')
  return known
}

/** « R-2026-004817 », counted since the portal began. */
export const receiptNumber = (year: number, count: number): string => `R-${year}-${String(count).padStart(6, '0')}`

export const keepReceipt = async (
  portal: Portal,
  write: Work,
  login: Login,
  { id, requestId, body, count }: { id: string; requestId: string; body: ReceiptBody; count: number },
): Promise<typeof receipt.$inferSelect> => {
  const row = {
    id,
    number: body.number,
    guardianId: login.guardianId,
    familyId: login.familyId,
    requestId,
    recordedAt: body.recordedAt,
    ...signed(portal.keys, JSON.stringify(body)),
  }
  await write.insert(receipt).values(row)
  await write.update(exchangeSide).set({ receipts: count }).where(eq(exchangeSide.id, 1))
  return row
}

export const shownReceipt = ({
  id,
  body,
  signature,
}: Pick<typeof receipt.$inferSelect, 'id' | 'body' | 'signature'>) => ({
  id,
  ...ReceiptBody.parse(JSON.parse(body)),
  text: body,
  signature,
})

/** @throws Refused for another home's receipt as for one that does not exist */
export const receiptShown = async ({ store: { db } }: Portal, login: Login, id: string) => {
  const [found] = await db
    .select()
    .from(receipt)
    .where(and(eq(receipt.id, id), eq(receipt.familyId, login.familyId)))
  if (!found) throw new Refused('Ce reçu n’existe pas.')
  return shownReceipt(found)
}

export const receiptsShown = async ({ store: { db } }: Portal, login: Login) => {
  const rows = await db
    .select()
    .from(receipt)
    .where(eq(receipt.familyId, login.familyId))
    .orderBy(desc(receipt.recordedAt))
    .limit(100)
  return rows.map(({ id, number, recordedAt, body }) => ({
    id,
    number,
    recordedAt,
    count: ReceiptBody.parse(JSON.parse(body)).items.length,
  }))
}
