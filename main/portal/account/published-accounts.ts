import { and, eq, inArray, notInArray, or, sql } from 'drizzle-orm'
import type { AccountDocument } from '../../../shared/contract/portal/documents.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { isMailKind } from '../../../shared/rules/requests/mails.ts'
import { enqueueMails, type OutgoingMail } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { account, accountHome, session, token } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'
import { eraseKeys } from './account-key.ts'
import { normalizedEmail } from './accounts.ts'
import { activationMail, newSecret } from './tokens.ts'

/** Creates, updates and closes accounts from the account documents that the desk publishes. */
export const applyAccounts = async (
  portal: Portal,
  tx: Transaction,
  accounts: readonly AccountDocument[],
  at: Instant,
): Promise<void> => {
  if (accounts.length === 0) return
  const ids = accounts.map(({ guardian }) => guardian)
  const previous = await tx.select().from(account).where(inArray(account.guardianId, ids))
  const previousById = new Map(previous.map((row) => [row.guardianId, row]))
  const rows = accounts.map(
    ({ guardian: guardianId, email, name, blocked, invitation, unwantedMails = [], stopped = false }) => ({
      guardianId,
      email: normalizedEmail(email),
      name,
      blocked,
      invitation: invitation?.id ?? null,
      // Only inserted, never updated: the parent may have chosen since, and the desk not have received it yet.
      unwanted: unwantedMails.filter(isMailKind),
      // An address that a mail server refused, as known here but not by the desk yet, is overwritten: the next mail to
      // it will be refused again.
      refusedEmail: stopped ? normalizedEmail(email) : null,
    }),
  )
  const moved = rows.flatMap(({ guardianId, email }) => {
    const old = previousById.get(guardianId)
    return old && old.email !== email ? [guardianId] : []
  })
  // Two guardians may swap addresses, in one message or two: addresses about to be reused get a placeholder meanwhile.
  const displaced = await tx
    .update(account)
    .set({ email: sql`'guardian ' || ${account.guardianId}` })
    .where(
      or(
        inArray(account.guardianId, moved),
        and(
          inArray(
            account.email,
            rows.map(({ email }) => email),
          ),
          notInArray(account.guardianId, ids),
        ),
      ),
    )
    .returning({ guardianId: account.guardianId })
  const displacedIds = displaced.map(({ guardianId }) => guardianId)
  await tx
    .insert(account)
    .values(rows)
    .onConflictDoUpdate({
      target: account.guardianId,
      set: {
        email: sql`excluded.email`,
        name: sql`excluded.name`,
        blocked: sql`excluded.blocked`,
        invitation: sql`excluded.invitation`,
        refusedEmail: sql`excluded.refused_email`,
      },
    })
  // A new mail address counts as another person, who must not read what was sealed for the previous one.
  await eraseKeys(tx, displacedIds)
  await tx.delete(accountHome).where(inArray(accountHome.guardianId, ids))
  await tx
    .insert(accountHome)
    .values(
      accounts.flatMap(({ guardian: guardianId, families }) =>
        [...new Set(families)].map((familyId) => ({ guardianId, familyId })),
      ),
    )
  await endRevokedSessions(tx, rows, displacedIds)
  await invite(
    portal,
    tx,
    accounts.filter(
      ({ guardian, invitation, blocked }) =>
        invitation && !blocked && invitation.id !== previousById.get(guardian)?.invitation,
    ),
    at,
  )
}

/**
 * Ends the sessions of guardians whose mail address changed, who are blocked, or who left the home that they look at;
 * for the first two, also revokes the links already sent.
 */
const endRevokedSessions = async (
  tx: Transaction,
  rows: readonly { readonly guardianId: number; readonly blocked: boolean }[],
  moved: readonly number[],
): Promise<void> => {
  const ids = rows.map(({ guardianId }) => guardianId)
  const revokedIds = [...moved, ...rows.flatMap(({ guardianId, blocked }) => (blocked ? [guardianId] : []))]
  if (revokedIds.length > 0) {
    await tx.delete(session).where(inArray(session.guardianId, revokedIds))
    await tx.delete(token).where(inArray(token.guardianId, revokedIds))
  }
  const home = tx
    .select({ familyId: accountHome.familyId })
    .from(accountHome)
    .where(eq(accountHome.guardianId, session.guardianId))
  await tx.delete(session).where(and(inArray(session.guardianId, ids), notInArray(session.familyId, home)))
}

/** A new invitation replaces the previous one. */
const invite = async (
  portal: Portal,
  tx: Transaction,
  invited: readonly AccountDocument[],
  at: Instant,
): Promise<void> => {
  if (invited.length === 0) return
  const tokens: (typeof token.$inferInsert)[] = []
  const mails: OutgoingMail[] = []
  const until = addMinutes(at, 48 * 60)
  for (const { guardian: guardianId, name, email, invitation } of invited) {
    if (invitation?.by === 'letter') {
      tokens.push({ hash: invitation.codeHash, guardianId, kind: 'letter', expiresAt: invitation.expiresAt })
    } else {
      const { secret, hash } = newSecret()
      tokens.push({ hash, guardianId, kind: 'activation', expiresAt: until })
      mails.push(activationMail(portal.address, { name, email: normalizedEmail(email), secret, until }))
    }
  }
  const ids = invited.map(({ guardian }) => guardian)
  await tx.delete(token).where(inArray(token.guardianId, ids))
  await tx.insert(token).values(tokens)
  await enqueueMails(tx, mails, at)
}
