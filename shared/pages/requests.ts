import type { DemandeShown } from '../contract/portal/demandes.ts'
import type { Day, Instant } from '../rules/calendar/day.ts'
import { offerText } from '../rules/cell/waiting.ts'
import { answerText, answerTitle } from '../rules/requests/answer.ts'
import { briefDay, capitalised, instantText, longDay } from '../rules/text/french.ts'
import type { PageHead, PageLink } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mes demandes », and the three steps of each. */

export const requestsHead: PageHead = {
  title: portalPages.requests.name,
  intro: 'Une demande est enregistrée, puis envoyée à la mairie, puis décidée.',
}

export const requestsTexts = {
  none: 'Vous n’avez encore rien demandé.',
  reservations: { path: '/mes-reservations', name: 'Mes réservations' },
  openTitle: (count: number): string => `En attente de réponse (${count})`,
  allAnswered: 'Tout a reçu sa réponse.',
  endedTitle: 'Décidées',
  receiptsTitle: 'Mes reçus',
  stepsTitle: 'Les étapes',
}

/** The demandes without an answer, and the decided ones that no later demande replaces. */
export const byOutcome = (
  demandes: readonly DemandeShown[],
): { readonly open: readonly DemandeShown[]; readonly ended: readonly DemandeShown[] } => ({
  open: demandes.filter((one) => outcomeText(one) === null),
  ended: demandes.filter((one) => outcomeText(one) !== null && !one.isOvertaken),
})

export const receiptLine = ({
  id,
  number,
  recordedAt,
  about,
}: {
  readonly id: string
  readonly number: string
  readonly recordedAt: Instant
  readonly about: string
}): { readonly link: PageLink; readonly about: string } => ({
  link: { path: `/recu/${id}`, name: number },
  about: `${instantText(recordedAt)}, ${about}`,
})

type BadgeKind = 'good' | 'warn' | 'danger' | 'list' | 'wait'

export const demandeShown = (demande: DemandeShown) => {
  const { child, title, day, slot, receipt, registration } = demande
  const outcome = outcomeText(demande)
  return {
    /** The day in full, for a screen reader. */
    name: `${child}, ${day === null ? title : `${longDay(day)}, ${slot}`}`,
    title: `${child}, ${day === null ? 'inscription' : `${briefDay(day)}, ${slot.toLowerCase()}`}`,
    state: stateOf(demande),
    about: `${wishText(demande)} · ${title}`,
    outcome,
    decided:
      outcome === null ? null : `${demande.answeredAt ? `Le ${instantText(demande.answeredAt)}. ` : ''}${outcome}`,
    canWithdraw: outcome === null && demande.takenBackAt === null,
    calendar:
      registration === null || day === null
        ? null
        : { path: `/mes-reservations/${registration}?mois=${day.slice(0, 7)}`, name: 'Voir dans le calendrier' },
    /** Null for a demande whose receipt was only mailed. */
    receipt: receipt === '' ? null : { path: `/recu/${receipt}`, name: 'Voir le reçu' },
  }
}

export const mailedReceiptText = 'Votre reçu est dans vos mails.'

const wishText = ({ wish, kind, takesOffer }: DemandeShown): string => {
  if (takesOffer) return 'Vous prenez la place proposée'
  if (kind === 'registration') return 'Demande d’inscription'
  if (wish === 'cancel') return 'Demande d’annulation'
  return wish === 'leave' ? 'Liste d’attente à quitter' : 'Demande de réservation'
}

const stateOf = ({
  answer,
  withdrawnAt,
  takenBackAt,
  collectedAt,
  offeredUntil,
}: DemandeShown): { readonly kind?: BadgeKind; readonly word: string } => {
  if (offeredUntil !== null) return { kind: 'wait', word: 'Place proposée' }
  switch (answer) {
    case 'accepted':
      return { kind: 'good', word: 'Acceptée' }
    case 'waitListed':
      return { kind: 'list', word: 'Liste d’attente' }
    case 'refused':
      return { kind: 'danger', word: 'Refusée' }
    case 'withdrawn':
      return { word: 'Retirée' }
    case 'expired':
      return { word: 'Sans réponse' }
    case 'moot':
      return { word: 'Déjà réglée' }
    case null:
      break
  }
  if (withdrawnAt !== null) return { word: 'Retirée' }
  if (takenBackAt !== null) return { kind: 'wait', word: 'Retrait demandé' }
  return { kind: 'wait', word: collectedAt === null ? 'Enregistrée' : 'Envoyée' }
}

/** The outcome of a demande, worded for the family; null while it waits. */
export const outcomeText = ({
  answer,
  answerReason,
  wish,
  child,
  withdrawnAt,
  offeredUntil,
  isOvertaken,
}: DemandeShown): string | null => {
  if (withdrawnAt !== null && answer === null) return 'Retirée par vous.'
  if (answer === null) return null
  if (isOvertaken)
    return `${capitalised(answerTitle(answer, wish))}. Vous avez fait depuis une autre demande pour ce jour.`
  if (offeredUntil !== null) return `${capitalised(offerText(offeredUntil))}.`
  // Gives no rank, since the rank in the answer may have changed since.
  if (answer === 'waitListed' && wish !== null) return `C’est complet\u00a0: ${child} est sur la liste d’attente.`
  if (answerReason) return answerReason
  return wish === null ? capitalised(answerTitle(answer, wish)) : answerText(answer, { wish, child })
}

export type StepsOf = {
  readonly recordedAt: Instant
  readonly collectedAt: Instant | null
  readonly isDecided: boolean
  readonly answerDueOn: Day
  readonly isMany: boolean
  readonly canWithdraw: boolean
  /** Whether a mail will tell this parent the answer. */
  readonly isMailed: boolean
}

type Step = {
  readonly title: string
  /** Empty once the demandes are decided: the page then says the answers. */
  readonly text: string
  readonly isDone: boolean
  readonly isCurrent: boolean
}

/** « Enregistrée → envoyée à la mairie → décidée », each with its date; the last with the date by which it is due. */
export const stepsShown = ({
  recordedAt,
  collectedAt,
  isDecided,
  answerDueOn,
  isMany,
  canWithdraw,
  isMailed,
}: StepsOf): readonly [recorded: Step, sent: Step, decided: Step] => {
  const ending = isMany ? 's' : ''
  const now = isDecided ? 2 : collectedAt !== null ? 1 : 0
  const step = (at: number, title: string, text: string): Step => ({
    title,
    text,
    isDone: at <= now,
    isCurrent: at === now,
  })
  return [
    step(
      0,
      `Enregistrée${ending}`,
      `Le ${instantText(recordedAt)}.${
        canWithdraw && now === 0
          ? ` Vous pouvez ${isMany ? 'les' : 'la'} retirer tant que la mairie n’a pas répondu.`
          : ''
      }`,
    ),
    step(
      1,
      `Envoyée${ending} à la mairie`,
      collectedAt !== null
        ? `Le ${instantText(collectedAt)}.`
        : `${isMany ? 'Elles partent' : 'Elle part'} à la mairie au plus tard cette nuit.`,
    ),
    step(
      2,
      `Décidée${ending}`,
      isDecided ? '' : `Réponse au plus tard le ${longDay(answerDueOn)}.${isMailed ? ' Vous recevrez un mail.' : ''}`,
    ),
  ]
}
