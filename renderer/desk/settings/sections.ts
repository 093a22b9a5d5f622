import type { Right } from '../../../shared/rules/access/roles.ts'

type Section = {
  readonly id: string
  readonly title: string
  readonly needs: Right
  /** The section contains a list and a panel that scroll separately. */
  readonly fillsScreen?: boolean
  /** Address of a section that is a screen of its own. */
  readonly path?: '/reglages/tarifs' | '/reglages/annee'
}

/** The sections of Réglages, grouped by subject. */
export const sectionGroups = [
  {
    title: 'Accueils',
    sections: [
      { id: 'activites', title: 'Activités et périodes', needs: 'activities.read', fillsScreen: true },
      { id: 'tarifs', title: 'Tarifs', needs: 'tariffs.read', path: '/reglages/tarifs' },
      { id: 'annee', title: 'Année scolaire', needs: 'families.read', path: '/reglages/annee' },
      { id: 'autorisations', title: 'Autorisations', needs: 'consentTexts' },
      { id: 'pieces', title: 'Pièces exigées', needs: 'activities.read' },
      { id: 'lieux', title: 'Équipements et écoles', needs: 'activities' },
    ],
  },
  {
    title: 'Service',
    sections: [
      { id: 'structure', title: 'Structure', needs: 'organisation' },
      { id: 'regies', title: 'Régies', needs: 'regies.read' },
      { id: 'modeles', title: 'Modèles', needs: 'templates' },
      { id: 'champs', title: 'Champs de la commune', needs: 'customFields' },
      { id: 'lignes', title: 'Lignes libres', needs: 'freeLines' },
      { id: 'agents', title: 'Agents', needs: 'staff' },
      { id: 'delegues', title: 'Santé en urgence', needs: 'health.delegates' },
      { id: 'courriels', title: 'Courriels', needs: 'mailServer' },
      { id: 'sms', title: 'SMS', needs: 'mailServer' },
      { id: 'postes', title: 'Postes', needs: 'staff' },
    ],
  },
  {
    title: 'Données',
    sections: [
      { id: 'sauvegardes', title: 'Sauvegardes', needs: 'backups' },
      { id: 'controle', title: 'Contrôle du fichier', needs: 'backups' },
      { id: 'protection', title: 'Protection des données', needs: 'protection.read' },
      { id: 'journal', title: 'Journal', needs: 'audit', fillsScreen: true },
    ],
  },
] as const satisfies readonly { title: string; sections: readonly Section[] }[]

export type SectionId = (typeof sectionGroups)[number]['sections'][number]['id']
