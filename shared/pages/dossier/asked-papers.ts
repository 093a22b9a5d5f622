import type { AskedPaperShown } from '../../contract/portal/papers.ts'
import { dayAt, type Instant } from '../../rules/calendar/day.ts'
import { paperDueText } from '../../rules/requests/paper.ts'
import type { PageLink } from '../page.ts'

/** « Pièces demandées », on several pages: the papers that the service asks for, each with the page that sends it. */

export const askedPapersTitle = 'Pièces demandées'

type AskedPaper = {
  readonly title: string
  /** Null while nothing needs a word. */
  readonly state: { readonly kind: 'wait' | 'danger'; readonly text: string } | null
  readonly about: string
  /** A note from the service; empty without one. */
  readonly note: string
  /** Null once the paper was sent. */
  readonly send: PageLink | null
}

export const askedPaper = (
  { id, kind, name, child, about, note, dueOn, isLate, isSent }: AskedPaperShown,
  now: Instant | undefined,
): AskedPaper => ({
  title: name,
  state: isSent ? { kind: 'wait', text: 'Enregistrée' } : isLate ? { kind: 'danger', text: 'En retard' } : null,
  about: now === undefined || isSent ? about : `${about}, ${paperDueText(dueOn, dayAt(now))}`,
  note,
  send: isSent
    ? null
    : kind === 'health'
      ? { path: `/ma-famille/${child}/sante`, name: 'Répondre' }
      : { path: `/mes-pieces?demande=${id}`, name: 'Envoyer' },
})
