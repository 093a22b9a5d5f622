import { randomUUID } from 'node:crypto'
import type { FamilyDocument } from '../../../shared/contract/portal/documents.ts'
import { ChannelChoiceEntry } from '../../../shared/contract/portal/entries.ts'
import type { DetailsShown } from '../../../shared/contract/portal/home.ts'
import type { ChannelChoice } from '../../../shared/rules/messages/channel.ts'
import { mobileOf } from '../../../shared/rules/messages/mobile.ts'
import type { Login } from '../account/account.ts'
import { newEntry } from '../log/entries.ts'
import { appendToLog, lockedSide } from '../log/log.ts'
import { waitingEntries } from '../log/waiting.ts'
import type { Portal } from '../portal.ts'
import { documentOf } from '../published/documents.ts'
import { Refused } from '../refused.ts'
import type { Queryable } from '../store/store.ts'
import { homeOf, lockHome } from './homes.ts'

/* « Comment vous prévenir ? »: the channel by which a guardian wants to get messages about their children. */

/** The number of choices that a guardian may record between two exchanges: far more than a parent needs. */
const maxWaiting = 20

const ownWaiting = async (db: Queryable, { guardianId }: Login): Promise<ChannelChoiceEntry[]> =>
  (await waitingEntries(db, 'channelChoice', ChannelChoiceEntry)).filter(({ guardian }) => guardian === guardianId)

/** The channel that the guardian chose, including choices since the last exchange. */
export const channelOf = async (
  db: Queryable,
  login: Login,
  family: FamilyDocument,
): Promise<DetailsShown['channel']> => {
  const own = family.guardians.find(({ id }) => id === login.guardianId)
  const last = (await ownWaiting(db, login)).at(-1)
  return {
    choice: last ? last.choice : (own?.messageChoice ?? null),
    hasSms: (await documentOf(db, 'town'))?.sms === true,
    mobile: own?.mobilePhone ?? '',
  }
}

/** @throws Refused for SMS when the service sends none, or when the guardian has no mobile number */
export const chooseChannel = (
  portal: Portal,
  login: Login,
  { choice }: { readonly choice: ChannelChoice | null },
): Promise<void> =>
  portal.store.db.transaction(async (tx) => {
    await lockHome(tx, login.familyId)
    const { family } = await homeOf(tx, login)
    const { choice: former, hasSms, mobile } = await channelOf(tx, login, family)
    if (choice === former) return
    if (choice === 'sms' && !hasSms) throw new Refused('Le service n’envoie pas de SMS.', 'choice')
    if (choice === 'sms' && mobileOf(mobile) === null)
      throw new Refused('Donnez d’abord votre numéro de portable, dans vos coordonnées.', 'choice')
    if ((await ownWaiting(tx, login)).length >= maxWaiting)
      throw new Refused('Votre choix a beaucoup changé aujourd’hui\u00a0: la suite demain.')
    const { side } = await lockedSide(tx)
    const recordedAt = portal.clock()
    const body: ChannelChoiceEntry = { guardian: login.guardianId, family: login.familyId, recordedAt, choice }
    await appendToLog(tx, side, [newEntry(randomUUID(), 'channelChoice', recordedAt, body)])
  })
