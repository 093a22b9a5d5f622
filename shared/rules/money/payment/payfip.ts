import {
  addDays,
  addMinutes,
  type Day,
  dayAt,
  dayOf,
  type Instant,
  instant,
  instantOf,
  isTimeOfDay,
  timeAt,
  timeOfDay,
} from '../../calendar/day.ts'
import { timeText } from '../../text/french.ts'
import { payfipReference } from '../invoice.ts'
import type { Cents } from '../money.ts'

/**
 * Paying an invoice through PayFiP Régie, the French State's online payment service: its limits, its codes, and the
 * states of a payment attempt. Sources: its guide « Régies – Web service », and working integrations (eopayment,
 * Horanet).
 */

// ---- Requests to PayFiP

/** Values of `saisie`: test with a fake card; activation with a real one, before the town is admitted; production. */
export const payfipEntries = { test: 'T', activation: 'X', production: 'W' } as const
export const payfipModes = ['off', 'test', 'activation', 'production'] as const
export type PayfipMode = (typeof payfipModes)[number]

/** A client number that no régie has, for the example town. */
export const exampleClient = '000000'

/** 1 €. */
const minOnlineCents: Cents = 100
/** One cent less than 100,000 €. */
const maxOnlineCents: Cents = 9_999_999

const maxUrlLength = 250
const maxSubjectLength = 100

/** The fields of PayFiP's call `creerPaiementSecurise`, by PayFiP's own names. */
export type PaymentRequest = {
  /** The year of the debt. */
  readonly exer: string
  /** The payer's e-mail address: PayFiP sends the payment ticket there. */
  readonly mel: string
  /** Cents. */
  readonly montant: string
  /** The régie's number: six digits, possibly with leading zeros. */
  readonly numcli: string
  readonly objet: string
  readonly refdet: string
  readonly saisie: string
  readonly urlnotif: string
  readonly urlredirect: string
}

/** The text of `objet`: letters without accents, digits and spaces. */
export const payfipSubject = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'OE')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .slice(0, maxSubjectLength)
    .trim()

export const paymentRequest = (
  invoice: { readonly number: string; readonly label: string; readonly issuedOn: Day; readonly cents: Cents },
  payer: { readonly email: string },
  town: { readonly client: string; readonly mode: Exclude<PayfipMode, 'off'> },
  addresses: { readonly notified: string; readonly back: string },
): PaymentRequest => ({
  exer: invoice.issuedOn.slice(0, 4),
  mel: payer.email,
  montant: `${invoice.cents}`,
  numcli: town.client,
  objet: payfipSubject(`Facture ${invoice.number} ${invoice.label}`),
  refdet: payfipReference(invoice.number),
  saisie: payfipEntries[town.mode],
  urlnotif: addresses.notified,
  urlredirect: addresses.back,
})

const isUrl = (text: string): boolean => /^https?:\/\/\S+$/.test(text) && text.length <= maxUrlLength

/** Checks of each field with PayFiP's error code, in the order in which PayFiP makes them. */
const checks: readonly (readonly [code: string, isRight: (asked: PaymentRequest) => boolean])[] = [
  ['T1', ({ numcli }) => /^\d{6}$/.test(numcli)],
  ['S1', ({ saisie }) => Object.values<string>(payfipEntries).includes(saisie)],
  ['M1', ({ montant }) => /^\d+$/.test(montant)],
  ['M3', ({ montant }) => Number(montant) >= minOnlineCents],
  ['M5', ({ montant }) => Number(montant) <= maxOnlineCents],
  ['A1', ({ mel }) => mel.length >= 6 && mel.length <= 80],
  ['A2', ({ mel }) => /^[^@\s]+@[^@\s]+$/.test(mel)],
  ['R3', ({ refdet }) => /^[A-Za-z0-9]{6,30}$/.test(refdet)],
  ['N1', ({ urlnotif }) => isUrl(urlnotif)],
  ['D1', ({ urlredirect }) => isUrl(urlredirect)],
  // PayFiP's codes for these two fields are unknown: 999 is its general code for an invalid message.
  ['999', ({ exer }) => /^\d{4}$/.test(exer)],
  ['999', ({ objet }) => objet.length <= maxSubjectLength && /^[A-Za-z0-9 ]*$/.test(objet)],
]

/** The error code with which PayFiP would refuse the request; null when it would accept it. */
export const refusalCode = (asked: PaymentRequest): string | null =>
  checks.find(([, isRight]) => !isRight(asked))?.[0] ?? null

/**
 * Why this amount cannot be paid online, for the parent; null when it can. @param what « Cette facture », « Cette somme
 * »
 */
export const whyNotOnline = (cents: Cents, what = 'Cette facture'): string | null => {
  if (cents <= 0) return `${what} est déjà payée.`
  if (cents < minOnlineCents)
    return 'Le paiement en ligne n’accepte pas moins de 1\u00a0€. Réglez cette somme auprès du service.'
  return cents > maxOnlineCents ? 'Cette somme est trop grande pour le paiement en ligne. Appelez le service.' : null
}

// ---- Replies of PayFiP

/**
 * **P** paid by card · **V** paid by SEPA direct debit, the money arrives later · **A** abandoned · **R** refused ·
 * **Z** direct debit refused.
 */
export const payfipResults = ['P', 'V', 'A', 'R', 'Z'] as const
export type PayfipResult = (typeof payfipResults)[number]

/** PayFiP's reply about a payment attempt: its result, or the code that explains why there is none. */
export type PayfipReply = { readonly result: PayfipResult } | { readonly code: string }

/**
 * The instant of payment from `dattrans` (JJMMAAAA) and `heurtrans` (HHMM), in French time; null when they cannot be
 * read.
 */
export const paidAtOf = (date: string, time: string): Instant | null => {
  const [, dd = '', mm = '', yyyy = ''] = /^(\d{2})(\d{2})(\d{4})$/.exec(date) ?? []
  const clock = `${time.slice(0, 2)}:${time.slice(2)}`
  try {
    return instantOf(dayOf(Number(yyyy), Number(mm), Number(dd)), timeOfDay(isTimeOfDay(clock) ? clock : '12:00'))
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

const callServiceText = 'Payez autrement, ou appelez le service.'
const codeTexts: Readonly<Record<string, string>> = {
  P1: 'PayFiP ne connaît pas ce paiement\u00a0: rien n’a été payé. Vous pouvez recommencer.',
  P3: 'Cette page de paiement a déjà servi. Revenez à votre facture pour recommencer.',
  P4: 'Le temps pour payer est passé\u00a0: rien n’a été payé. Vous pouvez recommencer.',
  P5: 'PayFiP ne sait pas encore si ce paiement a réussi.',
  M3: 'Le paiement en ligne n’accepte pas moins de 1\u00a0€. Réglez cette somme auprès du service.',
  M5: 'Cette somme est trop grande pour le paiement en ligne. Appelez le service.',
  A1: 'PayFiP n’accepte pas votre adresse mail. Demandez au service de la corriger.',
  A2: 'PayFiP n’accepte pas votre adresse mail. Demandez au service de la corriger.',
}

/** What a parent reads when PayFiP refuses to start a payment; the code helps the staff whom the parent calls. */
export const codeText = (code: string): string =>
  codeTexts[code] ??
  (/^[A-Z]\d$/.test(code)
    ? `Le paiement en ligne est mal réglé à la mairie (code ${code})\u00a0: rien n’a été payé. ${callServiceText}`
    : payfipUnreachableText)

/** Shown after a failure of PayFiP. Its guide requires half an hour between two attempts then. */
export const payfipUnreachableText =
  'PayFiP, le service de paiement de l’État, ne répond pas\u00a0: rien n’a été payé. Réessayez dans une demi-heure.'

// ---- States of a payment attempt

/** Minutes during which PayFiP's payment page can be used. */
export const usableMinutes = 15
/**
 * Minutes after which a result is final: a payment at the last moment may take that long, and until then « abandoned »
 * may still become « paid ».
 */
const settlingMinutes = 20
/**
 * Minutes within which PayFiP must return the id of the new payment; after that, the parent cannot have reached its
 * page.
 */
export const startTimeoutMinutes = 2

export type AttemptFacts = {
  readonly recordedAt: Instant
  /** When PayFiP opened the payment page; null until then, and for ever if PayFiP refused. */
  readonly sentAt: Instant | null
  /** The last result received. */
  readonly result: PayfipResult | null
  /** The code of the last reply without a result, or `mismatchCode`. */
  readonly code: string | null
  /** When PayFiP last replied about this attempt. */
  readonly heardAt: Instant | null
  /** When the attempt became final. */
  readonly settledAt: Instant | null
}

/**
 * The code of an attempt whose payment differs from the request. From then on staff settle the attempt, and PayFiP's
 * replies no longer count.
 */
export const mismatchCode = 'differs'

/**
 * The id under which a payment that differs from the request is sent to the desk: the requested payment itself was not
 * made.
 */
export const mismatchName = (attempt: string): string => `${attempt}:${mismatchCode}`

/** The attempt whose mismatch this id names; null for any other id. */
export const attemptOfMismatch = (name: string): string | null =>
  name.endsWith(`:${mismatchCode}`) ? name.slice(0, -mismatchCode.length - 1) : null

/**
 * `made`: recorded, PayFiP called · `sent`: its page can be used · `unknown`: the page has expired and the result is
 * not final · `expired`: never paid · `checked`: staff settled a payment that differs from the request.
 */
export type AttemptState = 'made' | 'sent' | 'unknown' | 'paid' | 'refused' | 'abandoned' | 'expired' | 'checked'

export const isWaiting = (state: AttemptState): boolean => state === 'made' || state === 'sent' || state === 'unknown'

/** Whether the attempt is final and nothing was paid, so that the parent can start again. */
export const canRetry = (state: AttemptState): boolean =>
  state === 'refused' || state === 'abandoned' || state === 'expired'

/** Shown to a parent who returns from PayFiP's page. */
export const queryingPayfipText = 'Un instant\u00a0: nous demandons à PayFiP si votre paiement a réussi.'

export const attemptState = (
  { recordedAt, sentAt, result, code, heardAt, settledAt }: AttemptFacts,
  now: Instant,
): AttemptState => {
  if (result === 'P' || result === 'V') return 'paid'
  if (result === 'R' || result === 'Z') return 'refused'
  if (code === mismatchCode) return settledAt === null ? 'unknown' : 'checked'
  if (sentAt === null)
    return settledAt === null && now < addMinutes(recordedAt, startTimeoutMinutes) ? 'made' : 'expired'
  const isSure = settledAt !== null || (heardAt !== null && heardAt >= addMinutes(sentAt, settlingMinutes))
  if (isSure) return result === 'A' ? 'abandoned' : 'expired'
  return result === null && now < addMinutes(sentAt, usableMinutes) ? 'sent' : 'unknown'
}

/**
 * Whether a reply received at `at` is final. P1 means that PayFiP never knew the payment, or deleted it at night
 * because nobody paid.
 */
export const isFinalReply = (sentAt: Instant, reply: PayfipReply, at: Instant): boolean => {
  if ('result' in reply && reply.result !== 'A') return true
  return at >= addMinutes(sentAt, settlingMinutes) && ('result' in reply || reply.code === 'P1')
}

/** When another attempt may start if no reply arrives before: rounded up to a whole minute, as shown to the parent. */
const blockedUntil = ({ recordedAt, sentAt }: AttemptFacts): Instant =>
  wholeMinute(sentAt === null ? addMinutes(recordedAt, startTimeoutMinutes) : addMinutes(sentAt, settlingMinutes))

/** Rounds up to a whole minute. */
const wholeMinute = (at: Instant): Instant => {
  const minuteStart = instant(`${at.slice(0, 16)}:00.000Z`)
  return minuteStart < at ? addMinutes(minuteStart, 1) : minuteStart
}

/**
 * Whether the parent is offered another attempt: PayFiP is first queried about this one, and knows its result by now.
 */
export const mayStartAnother = (facts: AttemptFacts, now: Instant): boolean =>
  facts.code !== mismatchCode && blockedUntil(facts) <= now

/** Why another attempt on the same invoice must wait; null when it can start. */
export const whyNotStartAnother = (facts: AttemptFacts, now: Instant): string | null => {
  if (!isWaiting(attemptState(facts, now))) return null
  if (facts.code === mismatchCode) return `Un paiement de cette facture est à vérifier. ${mismatchText}`
  const until = blockedUntil(facts)
  return until > now
    ? `Un paiement de cette facture est déjà commencé. Terminez-le, ou recommencez à partir de ${timeText(timeAt(until))}.`
    : 'Un paiement de cette facture est déjà commencé, et PayFiP n’a pas encore dit s’il a réussi. Réessayez dans une demi-heure.'
}

/**
 * The attempt's state in words, for the parent.
 * @param amount formatted: « 141,18 € »
 */
export const attemptText = (facts: AttemptFacts, amount: string, now: Instant): string => {
  const state = attemptState(facts, now)
  const inProgressText = `Votre paiement de ${amount} est en cours sur PayFiP.`
  if (state === 'unknown') return awaitedText(facts, now)
  return {
    made: inProgressText,
    sent: inProgressText,
    paid:
      facts.result === 'V'
        ? `Votre prélèvement de ${amount} est accepté. Merci.`
        : `Votre paiement de ${amount} est reçu. Merci.`,
    refused: 'Le paiement a été refusé\u00a0: rien n’a été payé. Vous pouvez recommencer.',
    abandoned: 'Vous avez quitté le paiement\u00a0: rien n’a été payé. Vous pouvez recommencer.',
    expired: 'Ce paiement n’a pas été fait\u00a0: rien n’a été payé. Vous pouvez recommencer.',
    checked: 'Le service a vérifié ce paiement. Le détail de vos factures dit ce qu’il reste à payer.',
  }[state]
}

const mismatchText =
  'PayFiP répond autre chose que ce qui était demandé\u00a0: le service regarde ce qui a été payé. N’en commencez pas un autre.'

const awaitedText = (facts: AttemptFacts, now: Instant): string => {
  if (facts.code === mismatchCode) return mismatchText
  if (blockedUntil(facts) <= now) {
    return 'PayFiP n’a pas encore dit si ce paiement a réussi. Nous continuons à le lui demander\u00a0: n’en commencez pas un autre.'
  }
  const until = timeText(timeAt(blockedUntil(facts)))
  return facts.result === 'A'
    ? `Vous avez quitté le paiement\u00a0: rien n’est payé pour l’instant. Vous pourrez recommencer à partir de ${until}.`
    : `Nous attendons la réponse de PayFiP. Nous saurons au plus tard à ${until}.`
}

/** Whether a final reply about the attempt is still expected from PayFiP. */
const isAwaited = (facts: AttemptFacts): facts is AttemptFacts & { readonly sentAt: Instant } =>
  facts.sentAt !== null && facts.settledAt === null && facts.code !== mismatchCode

/** Whether to query PayFiP again: every minute for an hour, then every half hour. */
export const isQueryDue = (facts: AttemptFacts, queriedAt: Instant | null, now: Instant): boolean => {
  if (!isAwaited(facts)) return false
  const wait = now < addMinutes(facts.sentAt, 60) ? 1 : 30
  return queriedAt === null || now >= addMinutes(queriedAt, wait)
}

/**
 * Minutes after which a query has been answered or never will be (PayFiP has 20 seconds to reply); then the minutes
 * between two answered queries.
 */
const queryTimeoutMinutes = 25 / 60
const minMinutesBetweenQueries = 4 / 60

/**
 * Whether a notification about the attempt justifies a query: anybody can send one, and a waiting page polls every few
 * seconds. At most one query runs at a time, and none for a final attempt; `isQueryDue` catches up on what is skipped
 * here.
 */
export const isQueryWorthwhile = (facts: AttemptFacts, queriedAt: Instant | null, now: Instant): boolean => {
  if (!isAwaited(facts)) return false
  return (
    queriedAt === null ||
    now >= addMinutes(queriedAt, facts.heardAt === queriedAt ? minMinutesBetweenQueries : queryTimeoutMinutes)
  )
}

/**
 * After this time, a payment of which the portal never reported the end no longer blocks its invoice: the portal was
 * replaced meanwhile, or lost the payment.
 */
export const forgottenMinutes = 30 * 24 * 60

/**
 * When PayFiP deletes an unpaid payment: in the following night. Its guide only says « la nuit »; four o'clock is our
 * choice.
 */
export const purgedAt = (createdAt: Instant): Instant => instantOf(addDays(dayAt(createdAt), 1), timeOfDay('04:00'))
