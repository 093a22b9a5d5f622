import { addDays, type Day, dayAt, type Instant } from '../calendar/day.ts'
import { isWorkingDay } from '../calendar/public-holidays.ts'
import type { Wish } from '../cell/cell.ts'
import type { Answer } from '../cell/cell-actions.ts'
import { type Cents, formatEuros } from '../money/money.ts'
import { briefDay, counted, listed, ofName, ordinal, stopped } from '../text/french.ts'

/** Demandes answered in one act, which one undo takes back. */
export const mostDecisions = 1000

/** Usual reasons of refusals, proposed to staff: each is a sentence that the family reads. */
export const usualRefusals = {
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

/** The town promises its answer by « J+2 »: the last day on which a demande recorded then is answered in time. */
export const answerDueOn = (recordedAt: Instant, workingDays: number): Day => {
  let due = dayAt(recordedAt)
  for (let left = workingDays; left > 0; ) {
    due = addDays(due, 1)
    if (isWorkingDay(due)) left -= 1
  }
  return due
}

/** What the family reads of its demande once decided. */
export const answerText = (
  answer: Answer,
  {
    wish,
    child,
    rank = null,
    reason = '',
    charged = false,
    surchargeCents = 0,
  }: {
    readonly wish: Wish
    /** First name. */
    readonly child: string
    readonly rank?: number | null
    readonly reason?: string
    readonly charged?: boolean
    /** Due for a cancellation that was asked late. */
    readonly surchargeCents?: Cents
  },
): string => {
  const why = reason === '' ? '' : ` ${stopped(reason)}`
  switch (answer) {
    case 'accepted':
      if (wish === 'book') return `C’est d’accord\u00a0: la place ${ofName(child)} est réservée.`
      if (wish === 'leave') return `${child} n’est plus sur la liste d’attente.`
      if (charged) return `L’annulation est acceptée, mais elle reste facturée.${why}`
      return surchargeCents > 0
        ? `L’annulation est acceptée, avec la majoration de ${formatEuros(surchargeCents)}.`
        : 'L’annulation est acceptée.'
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

/** What such a sentence tells that the title of the answer does not, for beside it. */
export const beyondTitle = (sentence: string, answer: Answer, wish: Wish | null): string => {
  const alone = answer === 'refused' && wish !== null ? answerText(answer, { wish, child: '' }) : ''
  return sentence.startsWith(alone) ? sentence.slice(alone.length).trim() : sentence
}

/** The same in a few words, on a list; `wish` null is of a registration asked for. */
export const answerTitle = (answer: Answer, wish: Wish | null): string =>
  `${titles[wish ?? 'register'][answer].one}${answer === 'refused' && wish === 'cancel' ? ', votre enfant est toujours inscrit' : ''}`

/** Title of a group of equal answers: « 3 réservations validées », « annulation non validée ». */
export const answersTitle = (count: number, answer: Answer, wish: Wish | null): string => {
  const { one, many } = titles[wish ?? 'register'][answer]
  return count === 1 ? one : `${count}\u00a0${many}`
}

const alike = {
  withdrawn: { one: 'demande retirée', many: 'demandes retirées' },
  expired: { one: 'sans réponse avant le jour', many: 'demandes sans réponse avant le jour' },
  moot: { one: 'déjà réglé par le service', many: 'demandes déjà réglées par le service' },
}
const titles: Readonly<
  Record<Wish | 'register', Readonly<Record<Answer, { readonly one: string; readonly many: string }>>>
> = {
  book: {
    ...alike,
    accepted: { one: 'réservation validée', many: 'réservations validées' },
    waitListed: { one: 'plus de place, en liste d’attente', many: 'demandes en liste d’attente' },
    refused: { one: 'réservation refusée', many: 'réservations refusées' },
  },
  cancel: {
    ...alike,
    accepted: { one: 'annulation validée', many: 'annulations validées' },
    waitListed: { one: 'annulation en attente', many: 'annulations en attente' },
    refused: { one: 'annulation non validée', many: 'annulations non validées' },
  },
  leave: {
    ...alike,
    accepted: { one: 'sortie de la liste d’attente', many: 'sorties de la liste d’attente' },
    waitListed: { one: 'toujours en liste d’attente', many: 'demandes toujours en liste d’attente' },
    refused: { one: 'toujours en liste d’attente', many: 'demandes toujours en liste d’attente' },
  },
  register: {
    ...alike,
    accepted: { one: 'inscription acceptée', many: 'inscriptions acceptées' },
    waitListed: { one: 'inscription en attente', many: 'inscriptions en attente' },
    refused: { one: 'inscription refusée', many: 'inscriptions refusées' },
  },
}

/** What the family reads of a registration once decided. */
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
  /** Booked with it. */
  readonly days?: number
  /** On the waiting list with it. */
  readonly waiting?: readonly Day[]
  /** Wished, and already too late. */
  readonly late?: readonly Day[]
  readonly reason?: string
}): string => {
  const what = `L’inscription ${ofName(child)} à «\u00a0${period}\u00a0»`
  if (accepted) {
    const given = listed([
      ...(days > 0 ? [counted(days, 'jour réservé', 'jours réservés')] : []),
      ...(waiting.length > 0
        ? [`${counted(waiting.length, 'jour en liste d’attente', 'jours en liste d’attente')}${whichText(waiting)}`]
        : []),
    ])
    return `${stopped(`${what} est acceptée${given === '' ? '' : `, avec ${given}`}`)}${lateText(late)}`
  }
  return `${what} n’est pas acceptée.${reason === '' ? '' : ` ${stopped(reason)}`}`
}

/** Days named one by one; of more, how many and between which. */
const mostNamed = 6

const lateText = (late: readonly Day[]): string =>
  late.length === 0
    ? ''
    : stopped(` Il était trop tard pour réserver ${counted(late.length, 'jour')}${whichText(late)}`)

const whichText = (days: readonly Day[]): string => {
  const [first] = days
  const last = days.at(-1)
  if (first === undefined || last === undefined) return ''
  return days.length > mostNamed
    ? `, du ${briefDay(first)} au ${briefDay(last)}`
    : `\u00a0: ${listed(days.map(briefDay))}`
}

/** What the family reads of a change it proposed once decided. */
export const proposalAnswerText = (answer: Answer, reason = ''): string => {
  if (answer === 'accepted') return 'Votre changement est enregistré.'
  if (answer === 'withdrawn') return 'Votre changement est retiré, comme vous l’avez souhaité.'
  return `Votre changement n’est pas accepté.${reason === '' ? '' : ` ${stopped(reason)}`}`
}
