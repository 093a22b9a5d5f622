import { randomUUID, timingSafeEqual } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { MailChoiceEntry } from '../../../shared/contract/portal/entries.ts'
import type { MailChoices } from '../../../shared/contract/portal/messages.ts'
import { isMailKind, type MailKind, mailKinds } from '../../../shared/rules/requests/mails.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import { stopPath, stopSignature } from '../mails/mail-link.ts'
import type { Portal } from '../portal.ts'
import { account } from '../store/schema/index.ts'
import type { Login } from './accounts.ts'

/** Whether the URL is that of a link that stops mails of a kind. */
export const isStopLink = ({ pathname }: URL): boolean => pathname.startsWith(stopPath)

type StopLink = { readonly guardianId: number; readonly kind: MailKind; readonly isStopped: boolean }

/** Which mails a link stops; null when the link is not genuine, or the guardian's mail address has changed since. */
export const readStopLink = async ({ store: { db }, keys }: Portal, { pathname }: URL): Promise<StopLink | null> => {
  const [, id, kind = '', proof = ''] = /^(\d{1,9})-([a-z]+)-([\w-]{22})$/.exec(pathname.slice(stopPath.length)) ?? []
  if (id === undefined || !isMailKind(kind)) return null
  const [reader] = await db
    .select({ email: account.email, unwanted: account.unwanted })
    .from(account)
    .where(eq(account.guardianId, Number(id)))
  if (!reader) return null
  const own = stopSignature(keys.privateKey, Number(id), kind, reader.email)
  if (!timingSafeEqual(Buffer.from(own), Buffer.from(proof))) return null
  return { guardianId: Number(id), kind, isStopped: reader.unwanted.includes(kind) }
}

/** Stops mails of this kind; calling it again changes nothing. */
export const stopMails = (portal: Portal, { guardianId, kind }: StopLink): Promise<void> =>
  storeMailChoice(portal, guardianId, kind, false)

/** « Mails que je reçois » */
export const mailChoices = async ({ store: { db } }: Portal, { guardianId }: Login): Promise<MailChoices> => {
  const [own] = await db.select().from(account).where(eq(account.guardianId, guardianId))
  return {
    email: own?.email ?? '',
    isRefused: own !== undefined && own.refusedEmail === own.email,
    kinds: mailKinds.map((kind) => ({ kind, wanted: !own?.unwanted.includes(kind) })),
  }
}

/** Kinds of mail that reach the parent: a page promises no other. */
export const mailKindsReaching = async (portal: Portal, login: Login): Promise<MailKind[]> => {
  const { isRefused, kinds } = await mailChoices(portal, login)
  return isRefused ? [] : kinds.flatMap(({ kind, wanted }) => (wanted ? [kind] : []))
}

export const chooseMails = async (
  portal: Portal,
  login: Login,
  { kind, wanted }: { readonly kind: MailKind; readonly wanted: boolean },
): Promise<MailChoices> => {
  await storeMailChoice(portal, login.guardianId, kind, wanted)
  return mailChoices(portal, login)
}

/** The desk records the choice too: staff see it, and a new portal of the town gets it too. */
const storeMailChoice = (
  { store, clock }: Portal,
  guardianId: number,
  kind: MailKind,
  wanted: boolean,
): Promise<void> =>
  store.db.transaction(async (tx) => {
    // Lock the exchange before the account, in the same order as an exchange does.
    const { side } = await lockedSide(tx)
    const [own] = await tx.select().from(account).where(eq(account.guardianId, guardianId)).for('update')
    if (!own || own.unwanted.includes(kind) !== wanted) return
    const others = own.unwanted.filter((one) => one !== kind)
    const unwanted = wanted ? others : [...others, kind]
    await tx.update(account).set({ unwanted }).where(eq(account.guardianId, guardianId))
    const body: MailChoiceEntry = { guardian: guardianId, unwanted, at: clock() }
    await appendToLog(tx, side, [newEntry(randomUUID(), 'mailChoice', body.at, body)])
  })
