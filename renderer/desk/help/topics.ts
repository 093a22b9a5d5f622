/**
 * All help pages, in the order of the list: file name in `pages/`, then the address and tabs that the page explains, as
 * in `routes.tsx`. A page without an address is reached from other pages.
 */
export const topics = [
  { id: 'reperes' },
  { id: 'etats' },
  { id: 'annuler' },
  { id: 'accueil', path: '/' },
  { id: 'familles', path: '/familles' },
  { id: 'quotients', path: '/familles/quotients' },
  { id: 'dossiers', path: '/familles/dossiers' },
  { id: 'campagne', path: '/familles/campagne' },
  { id: 'dossier-enfant', path: '/familles/$familyId/enfants/$childId' },
  { id: 'famille', path: '/familles/$familyId', tabs: ['foyer', 'inscriptions', 'historique'] },
  { id: 'famille-enfants', path: '/familles/$familyId', tabs: ['enfants'] },
  { id: 'famille-reservations', path: '/familles/$familyId', tabs: ['reservations'] },
  { id: 'famille-argent', path: '/familles/$familyId', tabs: ['argent'] },
  { id: 'famille-pieces', path: '/familles/$familyId', tabs: ['pieces'] },
  { id: 'famille-messages', path: '/familles/$familyId', tabs: ['messages'] },
  { id: 'famille-donnees', path: '/familles/$familyId', tabs: ['donnees'] },
  { id: 'doublons', path: '/doublons' },
  { id: 'importer', path: '/import' },
  { id: 'demandes', path: '/demandes' },
  { id: 'pieces', path: '/demandes/pieces' },
  { id: 'messages', path: '/messages' },
  { id: 'message', path: '/messages/ecrire' },
  { id: 'courrier', path: '/messages/courrier' },
  { id: 'inscriptions', path: '/inscriptions' },
  { id: 'calendrier', path: '/calendrier' },
  { id: 'attente', path: '/calendrier/attente' },
  { id: 'pointage', path: '/pointage' },
  { id: 'listes-du-jour' },
  { id: 'facturation', path: '/facturation' },
  { id: 'aides', path: '/facturation/tiers' },
  { id: 'tiers-payeur', path: '/facturation/tiers/$tiers' },
  { id: 'reglements', path: '/reglements' },
  { id: 'prelevements', path: '/reglements/prelevements' },
  { id: 'releve', path: '/reglements/releve' },
  { id: 'cloture', path: '/reglements/cloture' },
  { id: 'impayes', path: '/reglements/impayes' },
  { id: 'etat-des-restes', path: '/reglements/etat-des-restes' },
  { id: 'chiffres', path: '/chiffres', tabs: ['caf'] },
  {
    id: 'chiffres-tableaux',
    path: '/chiffres',
    tabs: ['frequentation', 'familles', 'recettes', 'impayes', 'prevision', 'maire'],
  },
  { id: 'liste-libre', path: '/chiffres/liste' },
  { id: 'portail', path: '/portail', tabs: ['echanges'] },
  { id: 'portail-comptes', path: '/portail', tabs: ['comptes'] },
  { id: 'portail-textes', path: '/portail', tabs: ['textes'] },
  { id: 'portail-regles', path: '/portail', tabs: ['regles'] },
  { id: 'portail-paiement', path: '/portail', tabs: ['paiement'] },
  { id: 'portail-liaison', path: '/portail', tabs: ['liaison'] },
  { id: 'activites', path: '/reglages', tabs: ['activites'] },
  { id: 'periode', path: '/reglages', tabs: ['periode'] },
  { id: 'tarifs', path: '/reglages/tarifs' },
  { id: 'annee', path: '/reglages/annee' },
  { id: 'autorisations', path: '/reglages', tabs: ['autorisations'] },
  { id: 'pieces-exigees', path: '/reglages', tabs: ['pieces'] },
  { id: 'lieux', path: '/reglages', tabs: ['lieux'] },
  { id: 'structure', path: '/reglages', tabs: ['structure'] },
  { id: 'regies', path: '/reglages', tabs: ['regies'] },
  { id: 'modeles', path: '/reglages', tabs: ['modeles'] },
  { id: 'modele', path: '/reglages/modeles/$modele' },
  { id: 'champs', path: '/reglages', tabs: ['champs'] },
  { id: 'lignes-libres', path: '/reglages', tabs: ['lignes'] },
  { id: 'agents', path: '/reglages', tabs: ['agents'] },
  { id: 'delegues', path: '/reglages', tabs: ['delegues'] },
  { id: 'courriels', path: '/reglages', tabs: ['courriels'] },
  { id: 'sms', path: '/reglages', tabs: ['sms'] },
  { id: 'postes', path: '/reglages', tabs: ['postes'] },
  { id: 'sauvegardes', path: '/reglages', tabs: ['sauvegardes'] },
  { id: 'controle', path: '/reglages', tabs: ['controle'] },
  { id: 'protection', path: '/reglages', tabs: ['protection'] },
  { id: 'journal', path: '/reglages', tabs: ['journal'] },
] as const satisfies readonly { id: string; path?: string; tabs?: readonly string[] }[]

export type TopicId = (typeof topics)[number]['id']

/** The help page of the current screen and tab; without a tab, that of the screen's first tab. */
export const topicAt = (pathname: string, search: { onglet?: unknown; periode?: unknown }): TopicId => {
  const tab = pathname === '/reglages' && search.periode !== undefined ? 'periode' : search.onglet
  const named = topics.filter((topic) => 'path' in topic)
  const own = named.filter(({ path }) => path === pathname)
  const here = own.length > 0 ? own : named.filter(({ path }) => isOf(path, pathname))
  const found = here.find((topic) => 'tabs' in topic && topic.tabs.some((one) => one === tab)) ?? here[0]
  return found?.id ?? 'reperes'
}

/** Whether an address is one of a path of the router, such as `/familles/$familyId`. */
const isOf = (path: string, pathname: string): boolean =>
  new RegExp(`^${path.replaceAll(/\$\w+/g, '[^/]+')}$`).test(pathname)
