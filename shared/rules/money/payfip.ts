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
} from '../calendar/day.ts'
import { timeText } from '../text/french.ts'
import { payfipReference } from './invoice.ts'
import type { Cents } from './money.ts'

/**
 * Paying an invoice through PayFiP Régie, the State's own service: its limits, its codes, and what becomes of one attempt.
 * From its guide « Régies – Web service » and from the integrations that work (eopayment, Horanet).
 */

// ---- What it is asked

/** `saisie`: with a false card, with a real one before the town is let in, for good. */
export const payfipEntries = { test: 'T', activation: 'X', production: 'W' } as const
export const payfipModes = ['off', 'test', 'activation', 'production'] as const
export type PayfipMode = (typeof payfipModes)[number]

/** Six figures that no régie has: those of the example town. */
export const exampleClient = '000000'

/** 1 €. */
const leastOnline: Cents = 100
/** Under 100,000 €. */
const mostOnline: Cents = 9_999_999

const mostAddress = 250
const mostSubject = 100

/** The fields of `creerPaiementSecurise`, named as it names them. */
export type PaymentAsked = {
  /** The year of the debt. */
  readonly exer: string
  /** Who pays: PayFiP sends them its ticket. */
  readonly mel: string
  /** Cents. */
  readonly montant: string
  /** The régie: six digits, those in front may be zeros. */
  readonly numcli: string
  readonly objet: string
  readonly refdet: string
  readonly saisie: string
  readonly urlnotif: string
  readonly urlredirect: string
}

/** `objet` takes letters without accents, figures and spaces. */
export const payfipSubject = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('Œ', 'OE')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .slice(0, mostSubject)
    .trim()

export const paymentAsked = (
  invoice: { readonly number: string; readonly label: string; readonly issuedOn: Day; readonly cents: Cents },
  payer: { readonly email: string },
  town: { readonly client: string; readonly mode: Exclude<PayfipMode, 'off'> },
  addresses: { readonly notified: string; readonly back: string },
): PaymentAsked => ({
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

const isAddress = (text: string): boolean => /^https?:\/\/\S+$/.test(text) && text.length <= mostAddress

/** Each field with the codes that answer it, in the order in which they are looked at. */
const checks: readonly (readonly [code: string, isRight: (asked: PaymentAsked) => boolean])[] = [
  ['T1', ({ numcli }) => /^\d{6}$/.test(numcli)],
  ['S1', ({ saisie }) => Object.values<string>(payfipEntries).includes(saisie)],
  ['M1', ({ montant }) => /^\d+$/.test(montant)],
  ['M3', ({ montant }) => Number(montant) >= leastOnline],
  ['M5', ({ montant }) => Number(montant) <= mostOnline],
  ['A1', ({ mel }) => mel.length >= 6 && mel.length <= 80],
  ['A2', ({ mel }) => /^[^@\s]+@[^@\s]+$/.test(mel)],
  ['R3', ({ refdet }) => /^[A-Za-z0-9]{6,30}$/.test(refdet)],
  ['N1', ({ urlnotif }) => isAddress(urlnotif)],
  ['D1', ({ urlredirect }) => isAddress(urlredirect)],
  // The codes of these two are not known to us: the service answers them as a wrong message.
  ['999', ({ exer }) => /^\d{4}$/.test(exer)],
  ['999', ({ objet }) => objet.length <= mostSubject && /^[A-Za-z0-9 ]*$/.test(objet)],
]

/** The code by which PayFiP refuses this; null when it takes it. */
export const refusalCode = (asked: PaymentAsked): string | null =>
  checks.find(([, isRight]) => !isRight(asked))?.[0] ?? null

/** Why this amount is not paid online, for the parent; null when it can be. */
export const whyNotOnline = (cents: Cents): string | null => {
  if (cents <= 0) return 'Cette facture est déjà payée.'
  if (cents < leastOnline)
    return 'Le paiement en ligne n’accepte pas moins de 1\u00a0€. Réglez cette somme auprès du service.'
  return cents > mostOnline ? 'Cette somme est trop grande pour le paiement en ligne. Appelez le service.' : null
}

// ---- What it answers

/**
 * **P** paid by card · **V** paid by SEPA debit, the funds come later · **A** abandoned · **R** refused · **Z** debit
 * refused.
 */
export const payfipResults = ['P', 'V', 'A', 'R', 'Z'] as const
export type PayfipResult = (typeof payfipResults)[number]

/** What the service says of one attempt. `code`: one that says why there is no result. */
export type PayfipSaid = { readonly result: PayfipResult } | { readonly code: string }

/** When it was paid, of `dattrans` JJMMAAAA and `heurtrans` HHMM, town's time; null when they say nothing that can be read. */
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

const callTheService = 'Payez autrement, ou appelez le service.'
const sentences: Readonly<Record<string, string>> = {
  P1: 'PayFiP ne connaît pas ce paiement\u00a0: rien n’a été payé. Vous pouvez recommencer.',
  P3: 'Cette page de paiement a déjà servi. Revenez à votre facture pour recommencer.',
  P4: 'Le temps pour payer est passé\u00a0: rien n’a été payé. Vous pouvez recommencer.',
  P5: 'PayFiP ne sait pas encore si ce paiement a réussi.',
  M3: 'Le paiement en ligne n’accepte pas moins de 1\u00a0€. Réglez cette somme auprès du service.',
  M5: 'Cette somme est trop grande pour le paiement en ligne. Appelez le service.',
  A1: 'PayFiP n’accepte pas votre adresse mail. Demandez au service de la corriger.',
  A2: 'PayFiP n’accepte pas votre adresse mail. Demandez au service de la corriger.',
}

/** What a parent reads where PayFiP refused to begin a payment; the code is for whom they call. */
export const codeSentence = (code: string): string =>
  sentences[code] ??
  (/^[A-Z]\d$/.test(code)
    ? `Le paiement en ligne est mal réglé à la mairie (code ${code})\u00a0: rien n’a été payé. ${callTheService}`
    : unreachable)

/** The guide asks for half an hour between two tries after a fault of the service. */
export const unreachable =
  'PayFiP, le service de paiement de l’État, ne répond pas\u00a0: rien n’a été payé. Réessayez dans une demi-heure.'

// ---- What becomes of an attempt

/** Minutes during which its page can be used. */
export const usableMinutes = 15
/** Minutes until what is paid at the last moment is told for sure; an « abandoned » before that may still be paid. */
const settlingMinutes = 20
/** Minutes for PayFiP to say by which name it knows the attempt: later, nobody was ever sent there. */
export const beginningMinutes = 2

export type AttemptFacts = {
  readonly recordedAt: Instant
  /** Since when PayFiP has a page for it; null before, and for good when it refused to make one. */
  readonly sentAt: Instant | null
  /** The last one told. */
  readonly result: PayfipResult | null
  /** Of its last answer without a result, or `toldOtherwise`. */
  readonly code: string | null
  /** When PayFiP last said anything of it. */
  readonly heardAt: Instant | null
  /** Since when nothing more is awaited. */
  readonly settledAt: Instant | null
}

/** The code of an attempt for which money came otherwise than asked: from then on staff say what became of it, not PayFiP. */
export const toldOtherwise = 'differs'

/** The name under which such money is told to the desk: it is not the payment that was asked for. */
export const otherwiseNamed = (attempt: string): string => `${attempt}:${toldOtherwise}`

/** The attempt that it is the name of; null for another name. */
export const attemptToldOtherwise = (name: string): string | null =>
  name.endsWith(`:${toldOtherwise}`) ? name.slice(0, -toldOtherwise.length - 1) : null

/**
 * `made`: recorded, PayFiP asked · `sent`: its page can be used, or used again · `unknown`: the page can no longer be used and
 * nothing is sure yet · `expired`: never paid · `checked`: staff settled what PayFiP told otherwise than asked.
 */
export type AttemptState = 'made' | 'sent' | 'unknown' | 'paid' | 'refused' | 'abandoned' | 'expired' | 'checked'

export const isWaiting = (state: AttemptState): boolean => state === 'made' || state === 'sent' || state === 'unknown'

/** Nothing was paid, and nothing more is awaited. */
export const canBeginAgain = (state: AttemptState): boolean =>
  state === 'refused' || state === 'abandoned' || state === 'expired'

/** To who comes back from PayFiP. */
export const askingPayfip = 'Un instant\u00a0: nous demandons à PayFiP si votre paiement a réussi.'

export const attemptState = (
  { recordedAt, sentAt, result, code, heardAt, settledAt }: AttemptFacts,
  now: Instant,
): AttemptState => {
  if (result === 'P' || result === 'V') return 'paid'
  if (result === 'R' || result === 'Z') return 'refused'
  if (code === toldOtherwise) return settledAt === null ? 'unknown' : 'checked'
  if (sentAt === null) return settledAt === null && now < addMinutes(recordedAt, beginningMinutes) ? 'made' : 'expired'
  const isSure = settledAt !== null || (heardAt !== null && heardAt >= addMinutes(sentAt, settlingMinutes))
  if (isSure) return result === 'A' ? 'abandoned' : 'expired'
  return result === null && now < addMinutes(sentAt, usableMinutes) ? 'sent' : 'unknown'
}

/** Whether what PayFiP said at `at` is its last word. P1: it never knew it, or forgot in the night what nobody paid. */
export const isSettledBy = (sentAt: Instant, said: PayfipSaid, at: Instant): boolean => {
  if ('result' in said && said.result !== 'A') return true
  return at >= addMinutes(sentAt, settlingMinutes) && ('result' in said || said.code === 'P1')
}

/** Until when no other attempt may begin, if nothing is heard before: a whole minute, as it is told. */
const blocksUntil = ({ recordedAt, sentAt }: AttemptFacts): Instant =>
  wholeMinute(sentAt === null ? addMinutes(recordedAt, beginningMinutes) : addMinutes(sentAt, settlingMinutes))

/** The first that is not earlier. */
const wholeMinute = (at: Instant): Instant => {
  const begun = instant(`${at.slice(0, 16)}:00.000Z`)
  return begun < at ? addMinutes(begun, 1) : begun
}

/** Whether another attempt is worth a press: PayFiP is asked first what became of this one, and knows it by now. */
export const mayTryAgain = (facts: AttemptFacts, now: Instant): boolean =>
  facts.code !== toldOtherwise && blocksUntil(facts) <= now

/** Why another attempt on the same invoice must wait; null when it need not. */
export const whyNotAgain = (facts: AttemptFacts, now: Instant): string | null => {
  if (!isWaiting(attemptState(facts, now))) return null
  if (facts.code === toldOtherwise) return `Un paiement de cette facture est à vérifier. ${otherwise}`
  const until = blocksUntil(facts)
  return until > now
    ? `Un paiement de cette facture est déjà commencé. Terminez-le, ou recommencez à partir de ${timeText(timeAt(until))}.`
    : 'Un paiement de cette facture est déjà commencé, et PayFiP n’a pas encore dit s’il a réussi. Réessayez dans une demi-heure.'
}

/** What became of it, for the parent. `amount` as it is written: « 141,18 € ». */
export const attemptSentence = (facts: AttemptFacts, amount: string, now: Instant): string => {
  const state = attemptState(facts, now)
  const underWay = `Votre paiement de ${amount} est en cours sur PayFiP.`
  if (state === 'unknown') return waitingSentence(facts, now)
  return {
    made: underWay,
    sent: underWay,
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

const otherwise =
  'PayFiP répond autre chose que ce qui était demandé\u00a0: le service regarde ce qui a été payé. N’en commencez pas un autre.'

const waitingSentence = (facts: AttemptFacts, now: Instant): string => {
  if (facts.code === toldOtherwise) return otherwise
  if (blocksUntil(facts) <= now) {
    return 'PayFiP n’a pas encore dit si ce paiement a réussi. Nous continuons à le lui demander\u00a0: n’en commencez pas un autre.'
  }
  const until = timeText(timeAt(blocksUntil(facts)))
  return facts.result === 'A'
    ? `Vous avez quitté le paiement\u00a0: rien n’est payé pour l’instant. Vous pourrez recommencer à partir de ${until}.`
    : `Nous attendons la réponse de PayFiP. Nous saurons au plus tard à ${until}.`
}

/** Whether PayFiP has a page for it and has not said its last word. */
const isAwaited = (facts: AttemptFacts): facts is AttemptFacts & { readonly sentAt: Instant } =>
  facts.sentAt !== null && facts.settledAt === null && facts.code !== toldOtherwise

/** Whether PayFiP should be asked again: often while a parent waits, then every half hour. */
export const isToAsk = (facts: AttemptFacts, askedAt: Instant | null, now: Instant): boolean => {
  if (!isAwaited(facts)) return false
  const wait = now < addMinutes(facts.sentAt, 60) ? 1 : 30
  return askedAt === null || now >= addMinutes(askedAt, wait)
}

/** Minutes after which a question has its answer or none, PayFiP being given 20 seconds; then, those between two answered. */
const answerMinutes = 25 / 60
const leastBetween = 4 / 60

/**
 * Whether a sign that something became of it is worth a question: anybody can send one, and a page that waits looks every
 * few seconds. One question at a time, and none where nothing more is awaited; `isToAsk` finds what this lets pass.
 */
export const isWorthAsking = (facts: AttemptFacts, askedAt: Instant | null, now: Instant): boolean => {
  if (!isAwaited(facts)) return false
  return askedAt === null || now >= addMinutes(askedAt, facts.heardAt === askedAt ? leastBetween : answerMinutes)
}

/** When what nobody paid is forgotten: in the night that follows. The hour is ours, the guide says « la nuit ». */
export const purgedAt = (createdAt: Instant): Instant => instantOf(addDays(dayAt(createdAt), 1), timeOfDay('04:00'))
