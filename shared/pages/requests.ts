import type { PageHead } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mes demandes », and the receipt of those that were recorded together. */

export const requestsHead: PageHead = {
  title: portalPages.requests.name,
  intro: 'Une demande est enregistrée, puis envoyée à la mairie, puis décidée.',
}

/** @param isNew the demandes were recorded a moment ago */
export const receiptHead = (number: string | undefined, isNew = false): PageHead => ({
  title: isNew ? 'C’est enregistré' : `Reçu ${number ?? ''}`.trim(),
  parents: [portalPages.requests],
})
