import type { ExchangeRun } from '../../../shared/contract/desk/exchange.ts'
import type { AccessState, PortalAccess } from '../../../shared/contract/desk/portal.ts'
import { addDays, type Day, dayAt, type Instant, timeAt } from '../../../shared/rules/calendar/day.ts'
import type { StopCause } from '../../../shared/rules/mails/stop-list.ts'
import { briefDay, counted, listed, shortDay, timeText } from '../../../shared/rules/text/french.ts'
import type { Tone } from '../parts/feedback.tsx'

/** « à 14 h 06 », « hier à 2 h 00 », « mer. 25 nov. à 2 h 00 » */
export const momentText = (at: Instant, today: Day): string => {
  const on = dayAt(at)
  const time = `à ${timeText(timeAt(at))}`
  if (on === today) return time
  if (on === addDays(today, -1)) return `hier ${time}`
  if (on === addDays(today, 1)) return `demain ${time}`
  return `${briefDay(on)} ${time}`
}

/** « Cette nuit à 2 h 00 », for a coming exchange. */
export const comingText = (at: Instant, today: Day): string =>
  timeAt(at) < '06:00' && dayAt(at) === addDays(today, 1)
    ? `Cette nuit à ${timeText(timeAt(at))}`
    : dayAt(at) === today
      ? `Aujourd’hui à ${timeText(timeAt(at))}`
      : `${dayAt(at) === addDays(today, 1) ? 'Demain' : briefDay(dayAt(at))} à ${timeText(timeAt(at))}`

/** « mer. 25 nov. à 2 h 00 » */
export const runMoment = ({ startedAt }: ExchangeRun): string =>
  `${briefDay(dayAt(startedAt))} à ${timeText(timeAt(startedAt))}`

export const causeTexts: Readonly<Record<ExchangeRun['cause'], string>> = {
  night: 'la nuit',
  asked: 'demandé ici',
  continuous: 'au fil de l’eau',
  start: 'à l’ouverture',
  retry: 'nouvel essai',
}

/** « 58 s », « 1 min 12 » */
export const durationText = ({ startedAt, endedAt }: ExchangeRun): string => {
  if (endedAt === null) return ''
  const seconds = Math.max(1, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000))
  if (seconds < 60) return `${seconds}\u00a0s`
  return `${Math.floor(seconds / 60)}\u00a0min\u00a0${String(seconds % 60).padStart(2, '0')}`
}

export const collectedText = ({ collected }: ExchangeRun): string =>
  collected === 0 ? 'rien' : counted(collected, 'envoi de parent', 'envois de parents')

export const publishedText = ({ answers, documents, papers }: ExchangeRun): string =>
  listed([
    ...(answers > 0 ? [counted(answers, 'réponse')] : []),
    ...(documents > 0 ? [counted(documents, 'mise à jour', 'mises à jour')] : []),
    ...(papers > 0 ? [counted(papers, 'papier')] : []),
  ]) || 'rien'

export const outcomeLabels: Readonly<Record<ExchangeRun['outcome'], readonly [words: string, tone: string]>> = {
  running: ['en cours', 'soft'],
  done: ['réussi', 'good'],
  failed: ['interrompu', 'danger'],
}

export const stateLabels: Readonly<Record<AccessState, readonly [one: string, tone: Tone]>> = {
  none: ['sans compte', 'neutral'],
  noEmail: ['sans adresse mail', 'neutral'],
  invited: ['invité', 'accent'],
  expired: ['invitation expirée', 'warn'],
  open: ['ouvert', 'good'],
  blocked: ['bloqué', 'danger'],
}

/** « adresse refusée », by its mail server; « adresse arrêtée », by staff or its owner. Nothing is sent to it. */
export const stopWords = {
  refused: 'adresse refusée',
  staff: 'adresse arrêtée',
  asked: 'adresse arrêtée',
} as const satisfies Record<StopCause, string>

/** « adresse arrêtée le lun. 16 nov. 2026 : aucun mail ne lui est envoyé » */
export const stopText = ({ stop }: PortalAccess): string | null =>
  stop === null ? null : `${stopWords[stop.cause]} le ${shortDay(dayAt(stop.at))}\u00a0: aucun mail ne lui est envoyé`

const isUsed = ({ invitedAt, openedAt }: PortalAccess): boolean =>
  invitedAt !== null && openedAt !== null && openedAt >= invitedAt

/** The last invitation of this account: « lien envoyé le lun. 16 nov. 2026 ». */
export const invitationText = (access: PortalAccess): string => {
  const { state, invitedBy, invitedAt, toSend } = access
  if (invitedAt === null || invitedBy === null) return state === 'none' ? 'aucune invitation' : ''
  const on = shortDay(dayAt(invitedAt))
  if (invitedBy === 'letter') return `lettre imprimée le ${on}`
  return toSend && !isUsed(access) ? 'lien à envoyer au prochain échange' : `lien envoyé le ${on}`
}

/** Like `invitationText`, or the day on which the invitation was used. */
export const accountText = (access: PortalAccess): string =>
  access.openedAt !== null && isUsed(access) ? `ouvert le ${shortDay(dayAt(access.openedAt))}` : invitationText(access)
