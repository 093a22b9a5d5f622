import { timingSafeEqual } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { MailChoices } from '../../shared/contract/portal/messages.ts'
import { isMailKind, type MailKind, mailKinds } from '../../shared/rules/mails.ts'
import type { Login } from './accounts.ts'
import { proofOf, stopPath } from './mail-link.ts'
import type { Portal } from './portal.ts'
import { account } from './schema/index.ts'
import type { Work } from './store.ts'

/** Whether the page asked for is that of such a link. */
export const isStop = ({ pathname }: URL): boolean => pathname.startsWith(stopPath)

type Stop = { readonly guardianId: number; readonly kind: MailKind; readonly isStopped: boolean }

/** What a link stops; null for one that this portal did not write, or whose mailbox changed. */
export const stopOf = async ({ store: { db }, keys }: Portal, { pathname }: URL): Promise<Stop | null> => {
  const [, id, kind = '', proof = ''] = /^(\d{1,9})-([a-z]+)-([\w-]{22})$/.exec(pathname.slice(stopPath.length)) ?? []
  if (id === undefined || !isMailKind(kind)) return null
  const [reader] = await db
    .select({ email: account.email, unwanted: account.unwanted })
    .from(account)
    .where(eq(account.guardianId, Number(id)))
  if (!reader) return null
  const own = proofOf(keys.privateKey, Number(id), kind, reader.email)
  if (!timingSafeEqual(Buffer.from(own), Buffer.from(proof))) return null
  return { guardianId: Number(id), kind, isStopped: reader.unwanted.includes(kind) }
}

/** The same twice is the same as once. */
export const stop = ({ store: { db } }: Portal, { guardianId, kind }: Stop): Promise<void> =>
  db.transaction((write) => choose(write, guardianId, kind, false))

/** « Mails que je reçois » */
export const mailChoices = async ({ store: { db } }: Portal, { guardianId }: Login): Promise<MailChoices> => {
  const [own] = await db.select().from(account).where(eq(account.guardianId, guardianId))
  return {
    email: own?.email ?? '',
    isRefused: own !== undefined && own.refusedEmail === own.email,
    kinds: mailKinds.map((kind) => ({ kind, wanted: !own?.unwanted.includes(kind) })),
  }
}

export const chooseMails = async (
  portal: Portal,
  login: Login,
  { kind, wanted }: { readonly kind: MailKind; readonly wanted: boolean },
): Promise<MailChoices> => {
  await portal.store.db.transaction((write) => choose(write, login.guardianId, kind, wanted))
  return mailChoices(portal, login)
}

const choose = async (write: Work, guardianId: number, kind: MailKind, wanted: boolean): Promise<void> => {
  const [own] = await write.select().from(account).where(eq(account.guardianId, guardianId)).for('update')
  if (!own) return
  const others = own.unwanted.filter((one) => one !== kind)
  await write
    .update(account)
    .set({ unwanted: wanted ? others : [...others, kind] })
    .where(eq(account.guardianId, guardianId))
}
