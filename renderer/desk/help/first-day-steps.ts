import type { NavigateOptions } from '@tanstack/react-router'
import type { FirstDayStep } from '../../../shared/contract/desk/home.ts'

/** For each step of the guided first day: what to do, and where in the desk. */
export const firstDay: Readonly<Record<FirstDayStep, { title: string; how: string; way: NavigateOptions }>> = {
  family: {
    title: 'Accueillir une nouvelle famille',
    how: 'Une mère est au comptoir. Dans Familles, touche N\u00a0: son nom, son adresse, son quotient familial et un enfant.',
    way: { to: '/familles', search: { nouvelle: true } },
  },
  registration: {
    title: 'Inscrire l’enfant aux mercredis',
    how: 'Touche N dans Inscriptions\u00a0: choisissez la famille, l’enfant, la période «\u00a0ALSH mercredi\u00a0», et cochez sa semaine type.',
    way: { to: '/inscriptions', search: { nouvelle: true } },
  },
  booking: {
    title: 'Réserver un jour au calendrier',
    how: 'Cliquez une case vide d’un mercredi à venir, puis touche Espace. La jauge en tête de colonne compte les places.',
    way: { to: '/calendrier' },
  },
  request: {
    title: 'Répondre à une demande',
    how: 'Les parents ont demandé des jours. Lisez la proposition du bureau et sa raison, puis touche Entrée pour la suivre.',
    way: { to: '/demandes' },
  },
  waiting: {
    title: 'Donner une place qui se libère',
    how: 'Un jour plein, des enfants attendent. Choisissez la liste, lisez pourquoi chacun a son rang, puis donnez ou proposez la place.',
    way: { to: '/calendrier/attente' },
  },
  attendance: {
    title: 'Pointer les présents',
    how: 'Choisissez un jour ouvert, puis un enfant\u00a0: touche P s’il est là, A s’il est absent.',
    way: { to: '/pointage' },
  },
  run: {
    title: 'Préparer les factures du mois',
    how: 'Dites le mois et les activités, puis «\u00a0Préparer les brouillons\u00a0»\u00a0: une facture par famille, à relire.',
    way: { to: '/facturation' },
  },
  issue: {
    title: 'Émettre les factures',
    how: 'Ouvrez les brouillons, regardez les anomalies, puis émettez\u00a0: chaque facture prend son numéro, pour toujours.',
    way: { to: '/facturation' },
  },
  payment: {
    title: 'Encaisser un chèque',
    how: 'Tapez le nom de la famille, le montant, le numéro du chèque\u00a0: la quittance s’imprime.',
    way: { to: '/reglements' },
  },
  undo: {
    title: 'Se tromper, et annuler',
    how: 'Réservez un jour par erreur, puis Ctrl Z. «\u00a0Derniers gestes\u00a0», en haut, annule aussi ce qui est plus ancien.',
    way: { to: '/calendrier' },
  },
}
