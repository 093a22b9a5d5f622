import { and, eq, isNotNull } from 'drizzle-orm'
import type { Interval } from '../../../shared/exchange/message.ts'
import { retentionDays } from '../../../shared/exchange/side.ts'
import { addMinutes, type Instant } from '../../../shared/rules/calendar/day.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import type { Login } from '../account/account.ts'
import { sideOf } from '../log/log.ts'
import { enqueueMails } from '../mails/mail.ts'
import type { Portal } from '../portal.ts'
import { account } from '../store/schema/index.ts'
import type { Transaction } from '../store/store.ts'

/** « entre le … et le … »: when parents recorded things here that may be lost. */
const whenText = ({ from, to }: Interval): string =>
  from === null ? `avant le ${instantText(to)}` : `entre le ${instantText(from)} et le ${instantText(to)}`

const isOfParents = ({ log }: Interval): boolean => log === 'portal'

/**
 * Mails every account about lost intervals. Call this once the repair has ended: before, more would seem lost than is.
 */
export const mailLostIntervals = async (
  portal: Portal,
  tx: Transaction,
  intervals: readonly Interval[],
  at: Instant,
): Promise<void> => {
  const parentsIntervals = intervals.filter(isOfParents)
  if (parentsIntervals.length === 0) return
  const readers = await tx
    .select({ name: account.name, email: account.email })
    .from(account)
    .where(and(eq(account.blocked, false), isNotNull(account.activatedAt)))
  const mails = readers.map(({ name, email }) => ({
    to: email,
    subject: 'Vos reçus du portail sont à vérifier',
    body: `Bonjour ${name},

Le portail a eu une panne. Ce que vous avez enregistré ${parentsIntervals.map(whenText).join(', ou ')} a pu se perdre.

Si vous avez un reçu de ces heures, comparez-le avec vos demandes sur le portail. S’il en manque, montrez votre reçu à l’Espace Jeunesse\u00a0: il prouve l’heure de vos demandes.
${portal.address}

Si vous n’avez rien enregistré à ces heures, vous n’avez rien à faire.
`,
  }))
  for (let first = 0; first < mails.length; first += maxPerInsert) {
    await enqueueMails(tx, mails.slice(first, first + maxPerInsert), at)
  }
}

const maxPerInsert = 1000

/**
 * Warnings in French above a home's receipts, about intervals that may be lost; shown for `retentionDays`.
 */
export const lossNotices = async ({ store: { db }, clock }: Portal, { familyId }: Login): Promise<string[]> => {
  if (familyId === 0) return []
  const { lost } = await sideOf(db)
  const since = addMinutes(clock(), -retentionDays * 24 * 60)
  return lost
    .filter((interval) => isOfParents(interval) && interval.to > since)
    .map(
      (interval) =>
        `Après une panne, ce que vous avez enregistré ${whenText(interval)} a pu se perdre. Comparez vos reçus de ces heures avec vos demandes\u00a0; s’il en manque, montrez votre reçu à l’Espace Jeunesse.`,
    )
}
