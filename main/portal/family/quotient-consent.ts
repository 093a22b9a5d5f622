import { randomUUID } from 'node:crypto'
import { and, asc, eq, gt } from 'drizzle-orm'
import type { FamilyDocument } from '../../../shared/contract/portal/documents.ts'
import { QuotientConsentEntry } from '../../../shared/contract/portal/entries.ts'
import { type Day, dayAt } from '../../../shared/rules/calendar/day.ts'
import { type CivilStatus, civilStatusErrors } from '../../../shared/rules/quotient/consent.ts'
import type { Login } from '../account/account.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide, sideOf } from '../log/log.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import { logEntry } from '../store/schema/index.ts'
import type { Queryable } from '../store/store.ts'
import { homeOf, lockHome } from './homes.ts'

/**
 * Whether the home consents to its quotient being asked from the fund, including what its parents answered since the
 * last exchange.
 */
export const consentOf = async (
  db: Queryable,
  { id, quotientConsent }: Pick<FamilyDocument, 'id' | 'quotientConsent'>,
): Promise<{ readonly isOffered: boolean; readonly givenOn: Day | null }> => {
  const { acknowledged } = await sideOf(db)
  const waiting = await db
    .select({ body: logEntry.body })
    .from(logEntry)
    .where(and(gt(logEntry.number, acknowledged.number), eq(logEntry.kind, 'quotientConsent')))
    .orderBy(asc(logEntry.number))
  const last = waiting
    .map(({ body }) => QuotientConsentEntry.parse(JSON.parse(body)))
    .findLast(({ family }) => family === id)
  return {
    isOffered: (await documentOf(db, 'town'))?.quotientApi === true,
    givenOn: last ? last.civilStatus && dayAt(last.recordedAt) : (quotientConsent?.givenOn ?? null),
  }
}

/**
 * Records the consent of a guardian, in their own name, or withdraws the consent of the home when `civilStatus` is
 * null.
 * @throws Refused with the field to correct
 */
export const sayConsent = (portal: Portal, login: Login, civilStatus: CivilStatus | null): Promise<void> =>
  portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const { family } = await homeOf(tx, login)
    const { isOffered, givenOn } = await consentOf(tx, family)
    const { side } = await lockedSide(tx)
    const at = portal.clock()
    if (civilStatus === null && givenOn === null) throw new Refused('Cet accord est déjà retiré.')
    if (civilStatus !== null) {
      if (!isOffered) throw new Refused('Le service ne demande pas de quotient à la CAF ni à la MSA.')
      if (givenOn !== null) throw new Refused('Votre foyer a déjà donné son accord.')
      const [wrong] = Object.entries(civilStatusErrors(civilStatus, dayAt(at)))
      if (wrong) throw new Refused(wrong[1], wrong[0])
    }
    const body: QuotientConsentEntry = {
      guardian: login.guardianId,
      family: login.familyId,
      recordedAt: at,
      civilStatus,
    }
    await appendToLog(tx, side, [newEntry(randomUUID(), 'quotientConsent', at, body)])
  })
