import type { PortalSession } from '../contract/portal/account.ts'
import { dayAt, type Instant } from '../rules/calendar/day.ts'
import { shortDay } from '../rules/text/french.ts'
import type { PageLink } from './page.ts'

/** What surrounds every page of the portal. */

export const skipText = 'Aller au contenu'
export const welcomeText = 'Bienvenue dans votre espace personnel.'
export const logOutText = 'Se déconnecter'
/** Leads to the list of all pages at the end of the page. */
export const menuText = 'Menu'
export const breadcrumbStart = { path: '/mon-tableau-de-bord', name: 'Accueil' }

/** The names of the navigations. */
export const navigationNames = {
  pages: 'Pages du portail',
  breadcrumb: 'Vous êtes ici',
  all: 'Toutes les pages',
  legal: 'Informations légales',
  main: 'Pages principales',
}

export const accessibilityLink: PageLink = { path: '/e-accessibilite', name: 'E-accessibilité' }
export const legalLinks: readonly PageLink[] = [
  { path: '/mentions-legales', name: 'Mentions légales' },
  accessibilityLink,
  { path: '/contact', name: 'Contactez-nous' },
]

/** « Espace Jeunesse – 02 61 91 12 34. Date de dernière mise à jour : mer. 25 nov. 2026. » */
export const legalNote = (
  service: { readonly name: string; readonly phone: string } | undefined,
  publishedAt: Instant | null | undefined,
): string =>
  [
    ...(service ? [`${[service.name, service.phone].filter((text) => text !== '').join(' – ')}.`] : []),
    ...(publishedAt ? [`Date de dernière mise à jour\u00a0: ${shortDay(dayAt(publishedAt))}.`] : []),
  ].join(' ')

/** The home that the pages show, as « Mme et M. Aubry ». */
export const homeTitle = (login: PortalSession['login'] | undefined): string =>
  login?.families.find(({ id }) => id === login.family)?.title ?? ''
