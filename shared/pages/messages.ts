import type { ConversationShown } from '../contract/portal/messages.ts'
import type { PageHead } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mes messages » */

export const messagesHead: PageHead = {
  title: portalPages.messages.name,
  intro: 'Écrivez à l’Espace Jeunesse, et lisez ses réponses.',
}

export const conversationHead = ({ subject }: Pick<ConversationShown, 'subject'>): PageHead => ({
  title: subject,
  parents: [portalPages.messages],
})

export const newMessageHead: PageHead = {
  title: 'Écrire un message',
  parents: [portalPages.messages],
  intro: 'Pour réserver, annuler ou inscrire, servez-vous des pages du portail\u00a0: la réponse est plus rapide.',
}
