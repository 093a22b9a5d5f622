import { addMinutes, type Instant } from '../calendar/day.ts'
import type { Channel } from '../messages/channel.ts'

/**
 * What became of a mail of the desk's queue, for its one recipient. `sending` is written before the mail server is
 * called, so a mail found so at start was cut by a crash: nobody knows whether the server took it.
 */
export const mailFates = [
  'waiting',
  'sending',
  'sent',
  'refused',
  'rejected',
  'unknown',
  'stopped',
  'withdrawn',
  'delivered',
  'undelivered',
  'toCall',
] as const
export type MailFate = (typeof mailFates)[number]

/**
 * As staff see it: `late` is a mail that waited too long to be sent without a person, `called` a person of whom a
 * member of staff said that they were telephoned.
 */
export type ShownFate = MailFate | 'late' | 'called'

export const fateNames: Readonly<Record<ShownFate, string>> = {
  waiting: 'en attente',
  sending: 'en cours d’envoi',
  sent: 'remis au serveur',
  refused: 'adresse refusée',
  rejected: 'refusé par le serveur',
  unknown: 'sort inconnu',
  late: 'pas parti à temps',
  stopped: 'non envoyé, adresse arrêtée',
  withdrawn: 'retiré',
  delivered: 'reçu',
  undelivered: 'non reçu',
  toCall: 'à appeler',
  called: 'prévenu par téléphone',
}

/** What one call of the mail server did to a mail. */
export type SendOutcome =
  /** The server answered that it has the mail. */
  | 'sent'
  /** The address does not exist. */
  | 'refused'
  /** The server will never take this mail; the address is not to blame. */
  | 'rejected'
  /** The server asked for another try of this mail (RFC 5321 4.2.1: a reply 4xx). */
  | 'deferred'
  /** Nothing of the mail left: no connection, no TLS, no login. No mail is to blame. */
  | 'notBegun'
  /** The connection was lost after the first byte of the mail, before the server's answer. */
  | 'cut'

/** Minutes before the next try, by the number of tries already made; the last value repeats. */
export const retryMinutes = [1, 5, 15, 60] as const

/** @param tries how many were already made */
export const minutesBeforeRetry = (tries: number): number =>
  retryMinutes[Math.min(tries, retryMinutes.length - 1)] ?? 60

/** The state of a mail in the queue. */
export type QueuedMail = {
  readonly fate: MailFate
  /** How many times the server deferred it. */
  readonly tries: number
  readonly nextTryAt: Instant
}

/** Where a mail stands after one call of the server, which ended at `at`. */
export const afterSending = ({ tries, nextTryAt }: QueuedMail, outcome: SendOutcome, at: Instant): QueuedMail => {
  if (outcome === 'notBegun') return { fate: 'waiting', tries, nextTryAt }
  if (outcome === 'deferred')
    return { fate: 'waiting', tries: tries + 1, nextTryAt: addMinutes(at, minutesBeforeRetry(tries)) }
  return { fate: outcome === 'cut' ? 'unknown' : outcome, tries, nextTryAt }
}

/** What a crash of the desk leaves: a call that it cut may have succeeded. */
export const fateAfterCrash = (fate: MailFate): MailFate => (fate === 'sending' ? 'unknown' : fate)

/** What an older copy of the file shows: its waiting mails may have been sent since. */
export const fateInOlderCopy = (fate: MailFate): MailFate =>
  fate === 'waiting' || fate === 'sending' ? 'unknown' : fate

/** Hours after which a waiting mail is no longer sent automatically: the desk was off, or the server unreachable. */
export const waitingHours = 24

/** The instant of queueing before which mails are too late at `now`. */
export const lateBefore = (now: Instant): Instant => addMinutes(now, -waitingHours * 60)

export const shownFate = (fate: MailFate, queuedAt: Instant, now: Instant): ShownFate =>
  fate === 'waiting' && queuedAt < lateBefore(now) ? 'late' : fate

/**
 * How a fate is called where its channel changes the word: a provider, not a server, takes SMS.
 * @param channel null: of a message that went by several
 */
export const fateText = (fate: ShownFate, channel: Channel | null): string =>
  (channel === 'sms' ? smsFateNames[fate] : channel === null ? mixedFateNames[fate] : undefined) ?? fateNames[fate]

/** The same of several people: « 81 partis ». */
export const manyFatesText = (fate: ShownFate, count: number): string =>
  (count < 2 ? undefined : manyFateNames[fate]) ?? fateText(fate, null)

const manyFateNames: Readonly<Partial<Record<ShownFate, string>>> = {
  sent: 'partis',
  refused: 'adresses refusées',
  rejected: 'refusés à l’envoi',
  late: 'pas partis à temps',
  stopped: 'non envoyés, adresses ou numéros arrêtés',
  withdrawn: 'retirés',
  delivered: 'reçus',
  undelivered: 'non reçus',
  called: 'prévenus par téléphone',
}

const mixedFateNames: Readonly<Partial<Record<ShownFate, string>>> = {
  sent: 'parti',
  rejected: 'refusé à l’envoi',
  stopped: 'non envoyé, adresse ou numéro arrêté',
}

const smsFateNames: Readonly<Partial<Record<ShownFate, string>>> = {
  sent: 'envoyé, sans accusé',
  rejected: 'refusé par le prestataire',
  stopped: 'non envoyé, numéro arrêté',
}

/** Whether the desk sends the mail without asking anybody. */
export const isSentByItself = ({ fate, nextTryAt }: QueuedMail, queuedAt: Instant, now: Instant): boolean =>
  shownFate(fate, queuedAt, now) === 'waiting' && nextTryAt <= now

/** A person decides whether such a mail is sent once more. A mail already sent never is: it is written again. */
export const mayResend = (fate: ShownFate): boolean => fatesToDecide.includes(fate)

/** Fates that wait for a person: to send once more, or to leave it. */
export const fatesToDecide: readonly ShownFate[] = [
  'unknown',
  'late',
  'rejected',
  'refused',
  'stopped',
  'undelivered',
  'toCall',
]

/** Whether a person may still take the mail out of the queue. */
export const mayWithdraw = (fate: ShownFate): boolean => fate === 'waiting' || fate === 'late'

/** How many mails leave in a minute; mail servers refuse whoever sends too many at once. */
export const usualPerMinute = 30
export const leastPerMinute = 5
export const mostPerMinute = 600

/** Milliseconds from the beginning of one sending to that of the next. */
export const pauseMilliseconds = (perMinute: number): number => Math.ceil(60_000 / perMinute)
