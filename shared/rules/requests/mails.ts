import { addDays, type Day } from '../calendar/day.ts'
import { listed } from '../text/french.ts'

/** Mails that a parent may do without. Those about the account itself (way in, password) are always sent. */
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
 * Whether a mail server's answer to `RCPT TO` says that nobody has this address. RFC 3463: a code x.1.y is about the
 * address, x.2.1 about a mailbox that is shut; others (policy, a full mailbox, a relay that refuses the portal itself)
 * are not the parent's.
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
/** Later than that, paper reminders and the treasury take over. */
export const mostReminderDays = 30

/** Days during which a reminder whose day was missed (a portal that was off) is still sent. */
const catchUpDays = 3

/** Which reminder of an invoice due on `dueOn` belongs on this day; null for none. */
export const reminderOn = ({ before, after }: PaymentReminders, dueOn: Day, today: Day): 'before' | 'after' | null => {
  if (after !== null && isIn(addDays(dueOn, after), today)) return 'after'
  if (before !== null && today <= dueOn && isIn(addDays(dueOn, -before), today)) return 'before'
  return null
}

const isIn = (from: Day, today: Day): boolean => today >= from && today < addDays(from, catchUpDays)
