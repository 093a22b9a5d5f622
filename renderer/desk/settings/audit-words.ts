import { isDay, isInstant } from '../../../shared/rules/day.ts'
import { instantText, shortDay } from '../../../shared/rules/french.ts'

/** What the tables of the file are called on screen. */
export const entityNames: Readonly<Record<string, string>> = {
  family: 'Famille',
  guardian: 'Responsable',
  child: 'Enfant',
  family_child: 'Enfant d’une famille',
  family_guardian: 'Responsable d’une famille',
  family_address: 'Adresse',
  family_quotient: 'Quotient familial',
  schooling: 'Scolarité',
  pickup_contact: 'Personne autorisée ou interdite',
  health_record: 'Fiche sanitaire',
  registration: 'Inscription',
  reservation: 'Réservation',
  attendance: 'Pointage',
  invoice_run: 'Série de factures',
  invoice: 'Facture',
  payment: 'Règlement',
  allocation: 'Affectation d’un règlement',
  tariff: 'Tarif',
  tariff_version: 'Version d’un tarif',
  activity_tariff: 'Tarif d’une activité',
  activity_type: 'Type d’activité',
  activity: 'Activité',
  slot: 'Plage',
  period: 'Période',
  opening: 'Jour d’ouverture',
  organisation: 'Structure',
  facility: 'Équipement',
  school: 'École',
  picture: 'Image',
  staff_member: 'Agent',
}

export const entityText = (entity: string): string => entityNames[entity] ?? entity

/** Keys of the file itself, that mean nothing on screen. */
export const unshown: ReadonlySet<string> = new Set(['id', 'actId'])

const fieldNames: Readonly<Record<string, string>> = {
  name: 'Nom',
  lastName: 'Nom',
  firstName: 'Prénom',
  birthDay: 'Né(e) le',
  sex: 'Sexe',
  civility: 'Civilité',
  email: 'E-mail',
  phone: 'Téléphone',
  homePhone: 'Tél domicile',
  mobilePhone: 'Portable',
  workPhone: 'Tél travail',
  address: 'Adresse',
  line1: 'Adresse',
  line2: 'Complément',
  postcode: 'Code postal',
  town: 'Commune',
  resident: 'Résident',
  notes: 'Notes',
  fromDay: 'À partir du',
  value: 'Valeur',
  source: 'Source',
  updatedOn: 'Mis à jour le',
  level: 'Niveau',
  className: 'Classe',
  state: 'État',
  reason: 'Motif',
  overrideReason: 'Motif pour passer outre',
  startDay: 'Du',
  endDay: 'Au',
  askedAt: 'Demandée le',
  decidedAt: 'Décidée le',
  typicalWeek: 'Semaine type',
  day: 'Jour',
  capacity: 'Places',
  closedReason: 'Fermé : motif',
  archived: 'Archivé',
  weekdays: 'Jours d’accueil',
  places: 'Plages et places',
  start: 'De',
  end: 'À',
  endedFrom: 'Arrêtée au',
  minimumAge: 'Âge le plus bas',
  maximumAge: 'Âge le plus haut',
  levels: 'Classes',
  residentsOnly: 'Résidents seulement',
  roles: 'Rôles',
  login: 'Identifiant',
  active: 'En service',
  authority: 'Au nom de',
  siret: 'SIRET',
  regie: 'Régie',
  cashier: 'Régisseur',
  dueDays: 'Délai de paiement',
  schoolZone: 'Zone scolaire',
  lockAfterMinutes: 'Verrouillage, minutes',
  held: 'Place',
  mark: 'Pointage',
  amountCents: 'Montant, centimes',
  totalCents: 'Total, centimes',
  means: 'Moyen',
  receivedOn: 'Reçu le',
  number: 'Numéro',
  childId: 'Enfant n°',
  familyId: 'Famille n°',
  periodId: 'Période n°',
  activityId: 'Activité n°',
  slotId: 'Plage n°',
  facilityId: 'Équipement n°',
  typeId: 'Type n°',
}

export const fieldText = (field: string): string => fieldNames[field] ?? field

const words: Readonly<Record<string, string>> = {
  asked: 'demandée',
  accepted: 'acceptée',
  refused: 'refusée',
  withdrawn: 'retirée',
  ended: 'terminée',
  confirmed: 'validée',
  waitlisted: 'en attente',
  none: 'aucune',
  present: 'présent',
  absent: 'absent',
  justified: 'absence justifiée',
  draft: 'brouillon',
  issued: 'émise',
}

export const valueText = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'oui' : 'non'
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return JSON.stringify(value)
  if (isInstant(value)) return instantText(value)
  return isDay(value) ? shortDay(value) : (words[value] ?? value)
}
