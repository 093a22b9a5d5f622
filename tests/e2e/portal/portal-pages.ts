import type { Page } from 'playwright/test'
import { cellStates, legend } from '../../../shared/rules/cell/cell.ts'
import { child, registrationOf } from './dossiers/portal-documents.ts'

/**
 * Every page of the portal with the words that the parents' guide and product.md, « The portal, page by page », give
 * it: kept word for word, found on the page by `portal-labels.spec.ts`. The four steps behind « M’inscrire » and the
 * papers of a family come with a later issue.
 */
export type PortalPage = {
  readonly name: string
  readonly path: string
  readonly labels: readonly string[]
  /** What a parent touches before all of it is there. */
  readonly open?: (page: Page) => Promise<void>
}

/** On every page of who is logged in. */
export const frameLabels = [
  'Le Portail de la Famille',
  'Bienvenue dans votre espace personnel.',
  'Se déconnecter',
  'Vous êtes ici : Accueil',
  'Mon tableau de bord',
  'Ma famille',
  'Mes coordonnées',
  'Mes inscriptions',
  'Mon compte',
  'Comment utiliser le portail ?',
  'Mentions légales',
  'E-accessibilité',
  'Contactez-nous',
  'Date de dernière mise à jour',
]

const footLabels = ['Mentions légales', 'E-accessibilité', 'Contactez-nous', 'Date de dernière mise à jour']

export const publicPages: readonly PortalPage[] = [
  {
    name: 'Accueil',
    path: '/',
    labels: [
      'Le Portail de la Famille',
      'Inscrivez-vous au portail de la famille !',
      'M’inscrire',
      'Connexion au portail de la famille',
      'Votre identifiant',
      'Votre mot de passe',
      'Connexion',
      'Mot de passe oublié ?',
      'Informations',
      'non conforme',
      ...footLabels,
    ],
  },
  { name: 'Mot de passe oublié', path: '/mot-de-passe-oublie', labels: ['Mot de passe oublié ?', 'Votre identifiant'] },
  { name: 'Activation', path: '/activation', labels: ['Le code de la lettre', 'Votre nouveau mot de passe'] },
  {
    name: 'Aide',
    path: '/aide',
    // What the guide tells of, a heading each.
    labels: [
      'Comment utiliser le portail ?',
      'Réserver des jours',
      'Attention aux délais',
      'Que veulent dire les couleurs ?',
      'Annuler un jour',
      'Une place s’est libérée',
      'Inscrire un enfant à une activité',
      'Voir et payer une facture',
      'Écrire à l’Espace Jeunesse',
      'Mes jours dans mon agenda',
      'Changer mon adresse, mon téléphone',
      'Modifier les informations d’un enfant',
      'Ouvrir mon compte la première fois',
      'Mot de passe oublié ?',
      ...footLabels,
    ],
  },
  {
    name: 'Mentions légales',
    path: '/mentions-legales',
    labels: ['Mentions légales', 'Éditeur', 'Hébergeur', 'Délégué à la protection des données', ...footLabels],
  },
  {
    name: 'E-accessibilité',
    path: '/e-accessibilite',
    labels: ['E-accessibilité', 'État de conformité', 'Défenseur des droits', ...footLabels],
  },
  { name: 'Contactez-nous', path: '/contact', labels: ['Contactez-nous', 'Adresse', 'Téléphone', ...footLabels] },
]

export const chosenPeriod = async (page: Page): Promise<void> => {
  await page.getByLabel('Choix de l’équipement').selectOption({ label: 'CENTRE DE LOISIRS' })
  await page.getByLabel('Choix du type d’activité').selectOption({ label: 'Vacances' })
  await page.getByRole('radio', { name: 'Vacances d’hiver 2027' }).check()
}

const opened = (summary: string) => (page: Page) => page.getByText(summary).click()

const calendars: readonly [name: string, registration: number][] = [
  ['quelques jours par semaine', registrationOf.wednesdays],
  ['cinq jours', registrationOf.evenings],
  ['cinq jours, trois plages', registrationOf.winter],
]

/** Of Claire, in the grown town; `receipt` is the id of one of hers. */
export const parentPages = (receipt: string): readonly PortalPage[] => [
  {
    name: 'Mon tableau de bord',
    path: '/mon-tableau-de-bord',
    labels: [
      'Mon tableau de bord',
      'À faire',
      'demandes à enregistrer',
      'factures à payer',
      'Prochains jours',
      'Solde',
    ],
  },
  {
    name: 'Ma famille',
    path: '/ma-famille',
    labels: [
      'Ma famille',
      'Âge',
      'Né le',
      'Sexe',
      'Modifier mes informations',
      'Inscriptions en cours',
      'Qui peut venir les chercher ?',
      'Les responsables du foyer',
      'Ajouter une personne',
    ],
  },
  { name: 'Modifier mes informations', path: `/ma-famille/${child.noa}`, labels: ['Modifier'] },
  { name: 'Modifier mes informations, un changement proposé', path: `/ma-famille/${child.tao}`, labels: ['Modifier'] },
  { name: 'Santé', path: `/ma-famille/${child.noa}/sante`, labels: ['Lu par la direction.', 'Commencer'] },
  {
    name: 'Ajouter une personne',
    path: '/ma-famille/personnes/ajouter',
    labels: ['Nom et prénom', 'Lien avec l’enfant', 'Téléphone', 'Pour'],
  },
  {
    name: 'Mes coordonnées',
    path: '/mes-coordonnees',
    labels: [
      'Mes coordonnées',
      'Responsable du foyer',
      'Adresse',
      'Email',
      'La modification du mail doit se faire directement à la structure.',
      'Tél domicile',
      'Portable Parent 1',
      'Portable Parent 2',
      'Tél travail parent 1',
      'Tél travail parent 2',
      'Nom de l’allocataire',
      'Régime allocataire',
      'Numéro allocataire',
      'Consulter / Modifier mes coordonnées',
    ],
  },
  { name: 'Modifier mes coordonnées', path: '/mes-coordonnees/modifier', labels: ['Modifier mes coordonnées'] },
  {
    name: 'Mes inscriptions',
    path: '/mes-inscriptions',
    labels: [
      'Mes inscriptions',
      'Équipement',
      'Libellé',
      'Date début',
      'Date fin',
      '?',
      'Mes réservations',
      'Nouvelle inscription',
    ],
  },
  {
    name: 'Nouvelle inscription',
    path: `/nouvelle-inscription?enfant=${child.tao}`,
    labels: [
      'Demander une nouvelle inscription',
      'Choix de l’équipement',
      'Choix du type d’activité',
      'Choix de l’activité',
      'Choix de la période',
      'Date de début',
      'Date de fin',
      'Semaine Type',
      'Enregistrer la demande',
    ],
    open: chosenPeriod,
  },
  ...calendars.map(([name, registration]) => ({
    name: `Mes réservations, ${name}`,
    path: `/mes-reservations/${registration}`,
    labels: [
      'Mes réservations',
      // Holidays have no typical week.
      ...(registration === registrationOf.winter ? [] : ['Appliquer ma semaine type']),
      'Enregistrer mes demandes',
      ...cellStates.map((state) => legend[state].words),
    ],
    open: opened('Que veulent dire les cases ?'),
  })),
  {
    name: 'Mes réservations, pas encore ouvertes',
    path: `/mes-reservations/${registrationOf.spring}`,
    labels: ['Mes réservations'],
  },
  ...[registrationOf.taoWednesdays, registrationOf.taoMornings].map((registration) => ({
    name: `Mes réservations, Tao, ${registration}`,
    path: `/mes-reservations/${registration}`,
    labels: ['Mes réservations'],
  })),
  { name: 'Reçu', path: `/recu/${receipt}`, labels: ['Enregistrée', 'Envoyée', 'R-2026-'] },
  { name: 'Mes demandes', path: '/mes-demandes', labels: ['Mes demandes', 'Enregistrée', 'Envoyée', 'Décidée'] },
  {
    name: 'Mon compte',
    path: '/mon-compte',
    labels: [
      'Mon compte',
      'Solde des factures au',
      'Nombre d’enfants à charge',
      'Les derniers revenus',
      'Quotient familial',
      'Date de mise à jour de revenus',
      'Gestionnaire',
      'Adresse',
      'Contact',
      'Téléphone',
      'Détail financier par facture',
      'Payer cette facture',
      'Modifier mon compte ?',
    ],
  },
  {
    name: 'Prélèvement',
    path: '/mon-compte/prelevement',
    labels: ['Payer par prélèvement', 'Titulaire du compte', 'IBAN', 'Ce que ça change'],
  },
  { name: 'Une facture', path: '/mon-compte/facture/1284', labels: ['Facture', '2026-001284', 'Total'] },
  { name: 'Modifier mon compte', path: '/modifier-mon-compte', labels: ['Modifier mon compte ?', 'Mot de passe'] },
  { name: 'Page introuvable', path: '/nulle-part', labels: ['Page introuvable'] },
]
