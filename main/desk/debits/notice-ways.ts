import type { Day, Instant } from '../../../shared/rules/calendar/day.ts'
import { lateBefore } from '../../../shared/rules/mails/fate.ts'
import { debitNoticeMail } from '../../../shared/rules/money/debit/debit-notice.ts'
import type { Store } from '../../store/store.ts'
import { type PayerIds, payerKey } from '../invoicing/invoicing.ts'
import { guardiansReached, hasMailServer, type NewMail, type ReachedGuardian } from '../mails/mails.ts'
import { homesOffPortal, noticesMailed } from './debits-store.ts'

/**
 * How a payer is told of a debit: on paper, or by a mail to this guardian. A payer without an entry reads it on the
 * portal.
 */
export type NoticeWay = 'post' | ReachedGuardian

/**
 * How to tell each of these payers, by its key. Third parties and homes that asked for paper get a letter. A home
 * without a portal account gets a mail if the service sends mails and the home has a usable address, else a letter.
 */
export const noticeWays = (store: Store, payers: readonly PayerIds[]): ReadonlyMap<string, NoticeWay> => {
  const homes = new Map(
    homesOffPortal(
      store,
      payers.flatMap(({ familyId }) => familyId ?? []),
    ).map(({ familyId, asksPaper }) => [familyId, asksPaper === 1]),
  )
  const mailable = [...homes].flatMap(([familyId, asksPaper]) => (asksPaper ? [] : [familyId]))
  const reached = hasMailServer(store)
    ? guardiansReached(store, mailable, 'reminder')
    : new Map<number, ReachedGuardian>()
  return new Map(
    payers.flatMap((payer): [string, NoticeWay][] => {
      const { familyId } = payer
      if (familyId === null) return [[payerKey(payer), 'post']]
      return homes.has(familyId) ? [[payerKey(payer), reached.get(familyId) ?? 'post']] : []
    }),
  )
}

/** The mail that tells this guardian of a debit. */
export const noticeMail = (
  { guardianId, name, email }: ReachedGuardian,
  notice: {
    readonly familyId: number | null
    readonly debitId: number
    readonly number: string
    readonly collectOn: Day
    readonly organisation: string
  },
): NewMail => ({
  familyId: notice.familyId,
  guardianId,
  kind: 'reminder',
  name,
  email,
  ...debitNoticeMail({ name, ...notice }),
  paper: { kind: 'debitNotice', id: notice.debitId },
})

/** The debits of a collection whose notice was mailed or soon will be; those whose mail failed are left out. */
export const debitsToldByMail = (store: Store, freezingActId: number, now: Instant): ReadonlySet<number> =>
  new Set(noticesMailed(store, { actId: freezingActId, lateBefore: lateBefore(now) }))
