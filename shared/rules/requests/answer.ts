import { addDays, type Day, dayAt, type Instant } from '../calendar/day.ts'
import { isWorkingDay } from '../calendar/public-holidays.ts'
import type { Wish } from '../cell/cell.ts'
import type { Answer } from '../cell/cell-actions.ts'
import { type LateSurcharge, surchargeText } from '../cell/late-surcharge.ts'
import { briefDay, counted, listed, ofName, ordinal, withFullStop } from '../text/french.ts'

/** Demandes answered in one act, so that one undo reverts them: so many at most. */
export const maxDecisions = 1000

/** Common reasons of refusal, suggested to staff; the family reads the sentence chosen. */
export const commonRefusals = {
  cells: [
    'Il n’y a plus de place ce jour-là.',
    'La demande est arrivée après le délai.',
    'L’activité est annulée ce jour-là.',
    'Le dossier de l’enfant est incomplet.',
  ],
  registration: [
    'Il n’y a plus de place sur cette période.',
    'L’enfant n’a pas l’âge de cette activité.',
    'Cette activité est réservée aux familles de la commune.',
    'Le dossier de l’enfant est incomplet.',
  ],
  proposals: ['Un justificatif est nécessaire.', 'Le justificatif reçu dit autre chose.'],
} as const satisfies Record<string, readonly string[]>

/**
 * The last day on which a demande is answered in time: the town promises an answer within so many working days (« J+2
 * »).
 */
export const answerDueOn = (recordedAt: Instant, workingDays: number): Day => {
  let due = dayAt(recordedAt)
  for (let remaining = workingDays; remaining > 0; ) {
    due = addDays(due, 1)
    if (isWorkingDay(due)) remaining -= 1
  }
  return due
}

/** The answer to a demande, as the family reads it. */
export const answerText = (
  answer: Answer,
  {
    wish,
    child,
    rank = null,
    reason = '',
    charged = false,
    surcharge = 0,
  }: {
    readonly wish: Wish
    /** First name. */
    readonly child: string
    readonly rank?: number | null
    readonly reason?: string
    readonly charged?: boolean
    /** The surcharge of a late cancellation. */
    readonly surcharge?: LateSurcharge
  },
): string => {
  const why = reason === '' ? '' : ` ${withFullStop(reason)}`
  switch (answer) {
    case 'accepted':
      if (wish === 'book') return `C’est d’accord\u00a0: la place ${ofName(child)} est réservée.`
      if (wish === 'leave') return `${child} n’est plus sur la liste d’attente.`
      if (charged) return `L’annulation est acceptée, mais elle reste facturée.${why}`
      return surcharge === 0
        ? 'L’annulation est acceptée.'
        : `L’annulation est acceptée, avec la ${surchargeText(surcharge)}.`
    case 'waitListed':
      return `C’est complet. ${child} a la ${ordinal(rank ?? 1)} place de la liste d’attente. Vous serez prévenus si une place se libère.`
    case 'refused':
      return wish === 'book'
        ? `La demande n’est pas acceptée.${why}`
        : `Annulation non validée\u00a0: votre enfant est toujours inscrit.${why}`
    case 'withdrawn':
      return 'Votre demande est retirée, comme vous l’avez souhaité.'
    case 'expired':
      return 'Le jour est venu avant notre réponse\u00a0: la demande est classée.'
    case 'moot':
      break
  }
  return 'Le service avait déjà réglé ce jour avec vous.'
}

/** The part of an answer's sentence that its title does not already say, shown next to the title. */
export const withoutTitle = (sentence: string, answer: Answer, wish: Wish | null): string => {
  const alone = answer === 'refused' && wish !== null ? answerText(answer, { wish, child: '' }) : ''
  return sentence.startsWith(alone) ? sentence.slice(alone.length).trim() : sentence
}

/** The answer in a few words, for a list; `wish` is null for a registration. */
export const answerTitle = (answer: Answer, wish: Wish | null): string =>
  `${titles[wish ?? 'register'][answer].one}${answer === 'refused' && wish === 'cancel' ? ', votre enfant est toujours inscrit' : ''}`

/** Title of a group of equal answers: « 3 réservations validées », « annulation non validée ». */
export const answersTitle = (count: number, answer: Answer, wish: Wish | null): string => {
  const { one, many } = titles[wish ?? 'register'][answer]
  return count === 1 ? one : `${count}\u00a0${many}`
}

const sameForAll = {
  withdrawn: { one: 'demande retirée', many: 'demandes retirées' },
  expired: { one: 'sans réponse avant le jour', many: 'demandes sans réponse avant le jour' },
  moot: { one: 'déjà réglé par le service', many: 'demandes déjà réglées par le service' },
}
const titles: Readonly<
  Record<Wish | 'register', Readonly<Record<Answer, { readonly one: string; readonly many: string }>>>
> = {
  book: {
    ...sameForAll,
    accepted: { one: 'réservation validée', many: 'réservations validées' },
    waitListed: { one: 'plus de place, en liste d’attente', many: 'demandes en liste d’attente' },
    refused: { one: 'réservation refusée', many: 'réservations refusées' },
  },
  cancel: {
    ...sameForAll,
    accepted: { one: 'annulation validée', many: 'annulations validées' },
    waitListed: { one: 'annulation en attente', many: 'annulations en attente' },
    refused: { one: 'annulation non validée', many: 'annulations non validées' },
  },
  leave: {
    ...sameForAll,
    accepted: { one: 'sortie de la liste d’attente', many: 'sorties de la liste d’attente' },
    waitListed: { one: 'toujours en liste d’attente', many: 'demandes toujours en liste d’attente' },
    refused: { one: 'toujours en liste d’attente', many: 'demandes toujours en liste d’attente' },
  },
  register: {
    ...sameForAll,
    accepted: { one: 'inscription acceptée', many: 'inscriptions acceptées' },
    waitListed: { one: 'inscription en attente', many: 'inscriptions en attente' },
    refused: { one: 'inscription refusée', many: 'inscriptions refusées' },
  },
}

/** The decision on a registration, as the family reads it. */
export const registrationAnswerText = ({
  accepted,
  child,
  period,
  days = 0,
  waiting = [],
  late = [],
  reason = '',
}: {
  readonly accepted: boolean
  /** First name. */
  readonly child: string
  readonly period: string
  /** How many days were booked with the registration. */
  readonly days?: number
  /** Days put on the waiting list with the registration. */
  readonly waiting?: readonly Day[]
  /** Days asked for, whose deadline had passed. */
  readonly late?: readonly Day[]
  readonly reason?: string
}): string => {
  const what = `L’inscription ${ofName(child)} à «\u00a0${period}\u00a0»`
  if (accepted) {
    const booked = listed([
      ...(days > 0 ? [counted(days, 'jour réservé', 'jours réservés')] : []),
      ...(waiting.length > 0
        ? [`${counted(waiting.length, 'jour en liste d’attente', 'jours en liste d’attente')}${whichText(waiting)}`]
        : []),
    ])
    return `${withFullStop(`${what} est acceptée${booked === '' ? '' : `, avec ${booked}`}`)}${lateText(late)}`
  }
  return `${what} n’est pas acceptée.${reason === '' ? '' : ` ${withFullStop(reason)}`}`
}

/** At most this many days are listed one by one; for more, the count with the first and the last. */
const maxNamedDays = 6

const lateText = (late: readonly Day[]): string =>
  late.length === 0
    ? ''
    : withFullStop(` Il était trop tard pour réserver ${counted(late.length, 'jour')}${whichText(late)}`)

const whichText = (days: readonly Day[]): string => {
  const [first] = days
  const last = days.at(-1)
  if (first === undefined || last === undefined) return ''
  return days.length > maxNamedDays
    ? `, du ${briefDay(first)} au ${briefDay(last)}`
    : `\u00a0: ${listed(days.map(briefDay))}`
}

/** The decision on a proposed change, as the family reads it. */
export const proposalAnswerText = (answer: Answer, reason = ''): string => {
  if (answer === 'accepted') return 'Votre changement est enregistré.'
  if (answer === 'withdrawn') return 'Votre changement est retiré, comme vous l’avez souhaité.'
  return `Votre changement n’est pas accepté.${reason === '' ? '' : ` ${withFullStop(reason)}`}`
}
