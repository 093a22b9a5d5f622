import type { PageHead } from './page.ts'
import { portalPages } from './portal-pages.ts'

/** « Mes inscriptions », and « Mes réservations » in each of them. */

export const registrationsHead: PageHead = {
  title: portalPages.registrations.name,
  intro: 'Une inscription par activité et par an. Ensuite, réservez vos jours dedans.',
}

export const newRegistrationHead: PageHead = {
  title: 'Demander une nouvelle inscription',
  parents: [portalPages.registrations],
}

export const reservationsHead: PageHead = { title: 'Mes réservations', parents: [portalPages.registrations] }
