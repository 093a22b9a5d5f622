import type { PapersShown, SentPaperShown } from '../../contract/portal/papers.ts'
import { dayAt } from '../../rules/calendar/day.ts'
import { unnamedPaper } from '../../rules/dossier/required-paper.ts'
import { paperKindRules } from '../../rules/requests/paper.ts'
import { shortDay } from '../../rules/text/french.ts'
import type { PageHead } from '../page.ts'
import { portalPages } from '../portal-pages.ts'
import { numbersText } from '../proposed-numbers.ts'

/** « Mes pièces »; the papers that the service asks for are in `asked-papers.ts`. */

export const papersHead: PageHead = {
  title: portalPages.papers.name,
  intro: 'Vos attestations et justificatifs. Seule la mairie peut les ouvrir.',
}

export const papersClosedText =
  'L’envoi de pièces par le portail n’est pas encore ouvert\u00a0: apportez-les à la structure.'

const states = {
  recorded: { kind: 'warn', text: 'Enregistrée' },
  sent: { kind: 'wait', text: 'Envoyée' },
  accepted: { kind: 'good', text: 'Acceptée' },
  refused: { kind: 'danger', text: 'Refusée' },
} as const

/** « Suivi de mes pièces » */
export const sentPapers = ({ sent }: Pick<PapersShown, 'sent'>) => ({
  title: 'Suivi de mes pièces',
  none: 'Vous n’avez encore rien envoyé.',
  rows: sent.map(sentPaper),
})

const sentPaper = (sent: SentPaperShown) => {
  const numbers = numbersText(sent)
  return {
    id: sent.id,
    title: sent.kind === 'other' && sent.child !== null ? unnamedPaper : paperKindRules[sent.kind].title,
    state: states[sent.state],
    about: `${sent.about}, enregistrée le ${shortDay(dayAt(sent.recordedAt))}`,
    /** The name of the file; empty for health information. */
    file: sent.name,
    /** Sentences, without empty ones. */
    notes: [...(numbers === '' ? [] : [`Demandé, pas encore décidé\u00a0: ${numbers}.`]), sent.reason].filter(
      (text) => text !== '',
    ),
  }
}
