import IconCalendarOff from '@tabler/icons-react/icons/IconCalendarOff'
import IconCalendarRepeat from '@tabler/icons-react/icons/IconCalendarRepeat'
import IconCash from '@tabler/icons-react/icons/IconCash'
import IconChecklist from '@tabler/icons-react/icons/IconChecklist'
import IconClipboardPlus from '@tabler/icons-react/icons/IconClipboardPlus'
import IconDatabaseImport from '@tabler/icons-react/icons/IconDatabaseImport'
import IconFileDescription from '@tabler/icons-react/icons/IconFileDescription'
import IconFileInvoice from '@tabler/icons-react/icons/IconFileInvoice'
import IconHourglass from '@tabler/icons-react/icons/IconHourglass'
import IconMailbox from '@tabler/icons-react/icons/IconMailbox'
import IconMailExclamation from '@tabler/icons-react/icons/IconMailExclamation'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import IconSend from '@tabler/icons-react/icons/IconSend'
import IconSettings from '@tabler/icons-react/icons/IconSettings'
import IconUpload from '@tabler/icons-react/icons/IconUpload'
import IconUserPlus from '@tabler/icons-react/icons/IconUserPlus'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import type { NavigateOptions } from '@tanstack/react-router'
import type { Right } from '../../../shared/rules/access/roles.ts'
import { screens, sitesOf } from '../screens.ts'
import { sectionGroups } from '../settings/sections.ts'

type Action = {
  readonly id: string
  readonly title: string
  /** Texts that staff type to find the action. */
  readonly words: readonly string[]
  /** The right that the action needs; null: none. */
  readonly right: Right | null
  /** Whether only people who are everywhere do it. */
  readonly sites?: 'everywhere' | undefined
  readonly icon: typeof IconCash
  readonly target: NavigateOptions
}

/** Entries of the search palette: actions, then screens, then sections of Réglages. */
export const actions: readonly Action[] = [
  {
    id: 'new-family',
    title: 'Nouvelle famille',
    words: ['nouvelle famille', 'ajouter une famille', 'créer un foyer'],
    right: 'families.write',
    icon: IconUserPlus,
    target: { to: '/familles', search: { nouvelle: true } },
  },
  {
    id: 'send',
    title: 'Écrire à des familles',
    words: ['écrire à des familles', 'envoyer un SMS', 'message aux familles', 'envoyer un mail'],
    right: 'sendings',
    icon: IconSend,
    target: { to: '/messages/ecrire' },
  },
  {
    id: 'letters',
    title: 'Courrier à des familles',
    words: ['courrier à des familles', 'publipostage', 'lettre aux familles', 'imprimer des lettres'],
    right: 'sendings',
    icon: IconMailbox,
    target: { to: '/messages/courrier' },
  },
  {
    id: 'register',
    title: 'Inscrire un enfant',
    words: ['inscrire un enfant', 'nouvelle inscription'],
    right: 'decisions',
    icon: IconClipboardPlus,
    target: { to: '/inscriptions', search: { nouvelle: true } },
  },
  {
    id: 'pay',
    title: 'Encaisser un règlement',
    words: ['encaisser un règlement', 'nouveau paiement', 'payer une facture'],
    right: 'payments',
    icon: IconCash,
    target: { to: '/reglements' },
  },
  {
    id: 'unpaid',
    title: 'Relancer les impayés',
    words: ['relancer les impayés', 'relances', 'dettes', 'qui est en retard'],
    right: 'invoices.read',
    icon: IconMailExclamation,
    target: { to: '/reglements/impayes' },
  },
  {
    id: 'bank',
    title: 'Lire un relevé bancaire',
    words: ['lire un relevé bancaire', 'virements', 'rapprochement', 'ligne à identifier'],
    right: 'bank',
    icon: IconDatabaseImport,
    target: { to: '/reglements/releve' },
  },
  {
    id: 'mark',
    title: 'Pointer les présences',
    words: ['pointer les présences', 'feuille de jour', 'qui est là'],
    right: 'attendance',
    icon: IconChecklist,
    target: { to: '/pointage' },
  },
  {
    id: 'bill',
    title: 'Facturer le mois',
    words: ['facturer le mois', 'émettre les factures'],
    right: 'invoicing',
    sites: 'everywhere',
    icon: IconFileInvoice,
    target: { to: '/facturation' },
  },
  {
    id: 'import',
    title: 'Importer une liste',
    words: ['importer une liste', 'listes d’ONDE', 'élèves', 'classes', 'école', 'csv', 'excel', 'quotients', 'caf'],
    right: 'imports',
    icon: IconUpload,
    target: { to: '/import' },
  },
  {
    id: 'doubles',
    title: 'Chercher les doublons',
    words: ['chercher les doublons', 'fusionner deux fiches', 'même enfant', 'même famille'],
    right: 'imports',
    icon: IconUsers,
    target: { to: '/doublons' },
  },
  {
    id: 'year',
    title: 'Préparer l’année scolaire',
    words: [
      'préparer l’année scolaire',
      'rentrée',
      'copier les périodes',
      'classe supérieure',
      'réinscrire',
      'vacances',
    ],
    right: 'families.read',
    icon: IconCalendarRepeat,
    target: { to: '/reglages/annee' },
  },
  {
    id: 'close-days',
    title: 'Fermer un jour pour tous',
    words: ['fermer un jour', 'fermeture', 'grève', 'neige', 'pont'],
    right: 'activities',
    icon: IconCalendarOff,
    target: { to: '/reglages/annee', search: { etape: 'fermetures' } },
  },
  {
    id: 'credit',
    title: 'Faire un avoir, depuis une facture émise',
    words: ['faire un avoir', 'corriger une facture', 'annuler une facture'],
    right: 'invoicing',
    sites: 'everywhere',
    icon: IconFileInvoice,
    target: { to: '/facturation' },
  },
  {
    id: 'print-day',
    title: 'Imprimer la feuille et les listes du jour',
    words: ['imprimer la feuille de jour', 'imprimer les listes', 'cuisine', 'sortie'],
    right: 'attendance',
    icon: IconPrinter,
    target: { to: '/pointage' },
  },
  {
    id: 'waiting-lists',
    title: 'Liste d’attente',
    words: ['listes d’attente', 'liste d’attente', 'qui attend une place'],
    right: 'families.read',
    icon: IconHourglass,
    target: { to: '/calendrier/attente' },
  },
  {
    id: 'papers',
    title: 'Pièces reçues et en retard',
    words: ['pièces reçues et en retard', 'pièces en retard', 'papiers qui manquent', 'justificatifs'],
    right: 'families.read',
    icon: IconFileDescription,
    target: { to: '/demandes/pieces' },
  },
  {
    id: 'print-calendar',
    title: 'Imprimer le calendrier',
    words: ['imprimer le calendrier', 'imprimer la semaine', 'imprimer le mois'],
    right: 'families.read',
    icon: IconPrinter,
    target: { to: '/calendrier' },
  },
  {
    id: 'print-invoices',
    title: 'Imprimer des factures',
    words: ['imprimer des factures', 'pdf'],
    right: 'invoices.read',
    sites: 'everywhere',
    icon: IconPrinter,
    target: { to: '/facturation' },
  },
  ...screens.map((screen) => ({
    id: screen.path,
    title: screen.title,
    words: [screen.title],
    right: screen.right,
    sites: sitesOf(screen),
    icon: screen.icon,
    target: { to: screen.path },
  })),
  ...sectionGroups.flatMap(({ sections }) =>
    sections.map((section) => ({
      id: `section-${section.id}`,
      title: `Réglages\u00a0: ${section.title}`,
      words: [section.title],
      right: section.needs,
      icon: IconSettings,
      target: 'path' in section ? { to: section.path } : ({ to: '/reglages', search: { onglet: section.id } } as const),
    })),
  ),
]
