import type { PageHead } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mes pièces » */

export const papersHead: PageHead = {
  title: portalPages.papers.name,
  intro: 'Vos attestations et justificatifs. Seule la mairie peut les ouvrir.',
}
