import { and, isNotNull, lt } from 'drizzle-orm'
import { addMinutes } from '../../shared/rules/day.ts'
import { longestMinutes } from './accounts.ts'
import type { Portal } from './portal.ts'
import { attempt, mail, session, token } from './schema.ts'
import { failuresMinutes } from './throttle.ts'

const dayMinutes = 24 * 60
/** Kept so long past their use, to answer a parent who says that nothing came. */
const tokenDays = 7
const mailDays = 30

/** Erases what nobody needs any more: the portal holds only what parents need. */
export const tidy = async ({ store: { db }, clock }: Portal): Promise<void> => {
  const now = clock()
  const ago = (minutes: number) => addMinutes(now, -minutes)
  await db.delete(attempt).where(lt(attempt.since, ago(failuresMinutes)))
  await db.delete(session).where(lt(session.createdAt, ago(longestMinutes)))
  await db.delete(token).where(lt(token.expiresAt, ago(tokenDays * dayMinutes)))
  await db.delete(mail).where(and(isNotNull(mail.sentAt), lt(mail.sentAt, ago(mailDays * dayMinutes))))
}
