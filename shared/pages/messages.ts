import type { ConversationShown } from '../contract/portal/messages.ts'
import { counted, instantText } from '../rules/text/french.ts'
import type { PageHead, PageLink } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mes messages » */

export const messagesHead: PageHead = {
  title: portalPages.messages.name,
  intro: 'Écrivez à l’Espace Jeunesse, et lisez ses réponses.',
}

export const newMessageHead: PageHead = {
  title: 'Écrire un message',
  parents: [portalPages.messages],
  intro: 'Pour réserver, annuler ou inscrire, servez-vous des pages du portail\u00a0: la réponse est plus rapide.',
}

export const messagesTexts = {
  write: { path: '/nouveau-message', name: newMessageHead.title },
  notices: 'L’Espace Jeunesse vous dit',
  title: 'Mes conversations',
  none: 'Aucune conversation pour le moment.',
}

/** A conversation in the list. */
export const conversationRow = ({
  id,
  subject,
  about,
  unread,
  closed,
  lastAt,
  messages,
}: ConversationShown): {
  readonly link: PageLink
  readonly lastText: string
  readonly when: string
  /** Empty when everything was read. */
  readonly unread: string
  /** Empty while the conversation is open. */
  readonly closed: string
} => ({
  link: {
    path: `${portalPages.messages.path}?sujet=${encodeURIComponent(id)}`,
    name: `${subject}${about === '' ? '' : ` (${about})`}`,
  },
  lastText: messages.at(-1)?.text ?? '',
  when: `${messages.at(-1)?.by === 'service' ? 'Réponse' : 'Écrit'} le ${instantText(lastAt)}`,
  unread: unread > 0 ? counted(unread, 'nouveau', 'nouveaux') : '',
  closed: closed ? 'Terminée' : '',
})

export const conversationHead = ({ subject }: ConversationShown): PageHead => ({
  title: subject,
  parents: [portalPages.messages],
})

/** One whole conversation, oldest message first. */
export const conversationShown = ({ about, closed, messages }: ConversationShown) => ({
  /** Empty for a conversation about nothing in particular. */
  about: about === '' ? '' : `Au sujet de\u00a0: ${about}`,
  listName: 'Messages, du plus ancien au plus récent',
  messages: messages.map(({ id, by, author, at, text, isSent }) => ({
    id,
    by,
    author: by === 'service' ? 'Espace Jeunesse' : author,
    when: `le ${instantText(at)}`,
    text,
    /** Empty once the desk has it. */
    waiting: isSent ? '' : 'Enregistré, part au prochain échange avec la mairie.',
  })),
  /** Empty while the conversation is open. */
  closed: closed ? 'Cette conversation est terminée\u00a0: un message de plus la rouvre.' : '',
  back: { path: portalPages.messages.path, name: 'Revenir à mes messages' } satisfies PageLink,
})
