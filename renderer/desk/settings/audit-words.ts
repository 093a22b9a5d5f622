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

export const valueText = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'oui' : 'non'
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)
}
