import type { Wish } from './cell.ts'
import type { Answer } from './cell-moves.ts'
import { addDays, type Day, dayAt, type Instant } from './day.ts'
import { counted, ordinal, stopped } from './french.ts'
import { isWorkingDay } from './public-holidays.ts'

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
  }: {
    readonly wish: Wish
    /** First name. */
    readonly child: string
    readonly rank?: number | null
    readonly reason?: string
    readonly charged?: boolean
  },
): string => {
  const why = reason === '' ? '' : ` ${stopped(reason)}`
  switch (answer) {
    case 'accepted':
      if (wish === 'book') return `C’est d’accord\u00a0: la place de ${child} est réservée.`
      if (wish === 'leave') return `${child} n’est plus sur la liste d’attente.`
      return charged ? `L’annulation est acceptée, mais elle reste facturée.${why}` : 'L’annulation est acceptée.'
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

/** What the family reads of a registration once decided. */
export const registrationAnswerText = ({
  accepted,
  child,
  period,
  days = 0,
  reason = '',
}: {
  readonly accepted: boolean
  /** First name. */
  readonly child: string
  readonly period: string
  /** Booked with it. */
  readonly days?: number
  readonly reason?: string
}): string => {
  const what = `L’inscription de ${child} à «\u00a0${period}\u00a0»`
  if (accepted)
    return days === 0
      ? `${what} est acceptée.`
      : `${what} est acceptée, avec ${counted(days, 'jour réservé', 'jours réservés')}.`
  return `${what} n’est pas acceptée.${reason === '' ? '' : ` ${stopped(reason)}`}`
}
