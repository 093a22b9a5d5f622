import { addDays, type Day } from '../calendar/day.ts'
import { listed } from '../text/french.ts'

/**
 * Kinds of mail that a parent may unsubscribe from. Mails about the account itself (login, password) are always sent.
 */
export const mailKinds = [
  'receipt',
  'decision',
  'place',
  'invoice',
  'reminder',
  'paper',
  'draft',
  'message',
  'notice',
] as const
export type MailKind = (typeof mailKinds)[number]

export const isMailKind = (text: string): text is MailKind => mailKinds.some((kind) => kind === text)

export const mailNames: Readonly<Record<MailKind, string>> = {
  receipt: 'Les reçus de ce que j’enregistre',
  decision: 'Les réponses à mes demandes',
  place: 'Une place qui se libère',
  invoice: 'Une nouvelle facture',
  reminder: 'Une facture à payer bientôt, ou en retard',
  paper: 'Une pièce qui m’est demandée',
  draft: 'Des jours cochés que je n’ai pas enregistrés',
  message: 'Une réponse à mes messages',
  notice: 'Les avis de l’Espace Jeunesse',
}

/** The same kinds in the words shown to staff. */
export const staffMailNames: Readonly<Record<MailKind, string>> = {
  receipt: 'reçus',
  decision: 'réponses aux demandes',
  place: 'places qui se libèrent',
  invoice: 'nouvelles factures',
  reminder: 'rappels de facture',
  paper: 'pièces demandées',
  draft: 'jours cochés non enregistrés',
  message: 'réponses aux messages',
  notice: 'avis',
}

/** « ne reçoit plus les mails : nouvelles factures et avis »; null for a parent who receives all of them. */
export const stoppedMailsText = (unwanted: readonly MailKind[]): string | null => {
  const stopped = mailKinds.filter((kind) => unwanted.includes(kind))
  if (stopped.length === 0) return null
  if (stopped.length === mailKinds.length) return 'ne reçoit plus aucun mail'
  return `ne reçoit plus les mails\u00a0: ${listed(stopped.map((kind) => staffMailNames[kind]))}`
}

/**
 * Whether a mail server's reply to `RCPT TO` means that the address does not exist. RFC 3463: a code x.1.y is about the
 * address, x.2.1 about a disabled mailbox; others (policy, a full mailbox, the portal itself refused) are no fault of
 * the address.
 */
export const isAddressRefused = (code: number, answer: string): boolean => {
  if (code < 500 || code > 599) return false
  const enhanced = /^\d{3}[ -](\d)\.(\d{1,3})\.(\d{1,3})\b/.exec(answer.trim())
  if (!enhanced) return code === 550 || code === 551 || code === 553
  const [, level, subject, detail] = enhanced
  return level === '5' && (subject === '1' || (subject === '2' && detail === '1'))
}

/** Days before and after an invoice's due day at which parents are reminded of it; null for never. */
export type PaymentReminders = { readonly before: number | null; readonly after: number | null }

export const noReminders: PaymentReminders = { before: null, after: null }
/** Days. Later reminders are on paper, then by the treasury. */
export const maxReminderDays = 30

/** Days during which a missed reminder (the portal was off) is still sent. */
const catchUpDays = 3

/** The reminder to send today for an invoice due on `dueOn`; null for none. */
export const reminderOn = ({ before, after }: PaymentReminders, dueOn: Day, today: Day): 'before' | 'after' | null => {
  if (after !== null && isWithinCatchUp(addDays(dueOn, after), today)) return 'after'
  if (before !== null && today <= dueOn && isWithinCatchUp(addDays(dueOn, -before), today)) return 'before'
  return null
}

const isWithinCatchUp = (from: Day, today: Day): boolean => today >= from && today < addDays(from, catchUpDays)
