import { type Role, roleNames } from '../rules/access/roles.ts'
import { isDay, isInstant } from '../rules/calendar/day.ts'
import { type BookExport, bookExportText } from '../rules/money/book-export.ts'
import { formatEuros } from '../rules/money/money.ts'
import { type CountedFace, countedFacesText } from '../rules/money/payment/cash-count.ts'
import { type PaymentMeans, paymentMeansNames } from '../rules/money/payment/payment.ts'
import { type OutstandingColumn, outstandingColumnNames } from '../rules/money/recovery/outstanding.ts'
import type { ReminderLevel } from '../rules/money/recovery/reminder-level.ts'
import { type AccountingNature, natureText } from '../rules/money/regie.ts'
import { addressFields, childFields, guardianFields, homeFields, labelsOf } from '../rules/people/fields.ts'
import { type MailKind, staffMailNames } from '../rules/requests/mails.ts'
import { counted, instantText, shortDay, weekdayName, withUnbrokenNumbers } from '../rules/text/french.ts'
import { type NameOf, wholeText } from './record-parts.ts'
import { tableWords, traceWords } from './tables.ts'

const entityWords: Readonly<Record<string, { readonly name: string; readonly agrees: string }>> = {
  ...tableWords,
  ...traceWords,
}

/** The subjects of the audit trail with their French names, for a list to choose from. */
export const entityOptions = Object.entries(entityWords).map(([value, { name }]) => ({ value, label: name }))

/** The French name of a table or a trace; its technical name if a later version wrote it. */
export const entityText = (entity: string): string => entityWords[entity]?.name ?? entity

const changeWords = { added: 'ajouté', changed: 'modifié', removed: 'retiré', consulted: 'consulté' } as const

/** « ajoutée » for a registration, « modifiés » for settings: agrees with `entityText`. */
export const changeText = (entity: string, did: keyof typeof changeWords): string =>
  changeWords[did] + (entityWords[entity]?.agrees ?? '')

/** Technical columns that mean nothing on screen. */
const unshownColumns = [
  'id',
  'actId',
  'passwordHash',
  'bytes',
  'logoId',
  'hash',
  'rowsHash',
  'statement',
  'voucherLines',
  'previousHash',
  'paper',
  'journal',
  'basis',
  'declared',
  'reservationIds',
  'codeHash',
  'invitationId',
  'waitingNumber',
  'position',
  'rank',
  'codeExpiresAt',
  'entryId',
  'receipt',
  'moveId',
  'answerRevision',
  'toldMove',
  'askId',
  'subjectId',
  'body',
  'sealed',
  'key',
  'conversationId',
  'attemptId',
  'mediaType',
  'collected',
  'takenBack',
  'mover',
  'move',
  'askedId',
  'type',
  'size',
  'digest',
  'book',
  'bookId',
  'versionId',
  'quotients',
  'residence',
  'facts',
  'creditLineId',
  'correctsLineId',
  'goesWithId',
  'sealVersion',
  'spanRevision',
  'debitId',
  'messageId',
  'sha256',
  'identity',
] as const
export type UnshownColumn = (typeof unshownColumns)[number]
export const unshownColumnNames: ReadonlySet<string> = new Set(unshownColumns)

/**
 * The French names of the columns of recorded tables; `main/store/acts/recorded.ts` checks that each column is named or
 * unshown.
 */
const columnNames = {
  ...labelsOf(addressFields),
  ...labelsOf(homeFields),
  ...labelsOf(guardianFields),
  ...labelsOf(childFields),
  nightAt: 'Échange chaque nuit à',
  continuous: 'Échange dès qu’un parent enregistre',
  automatic: 'Ce qui passe sans attendre',
  title: 'Titre',
  text: 'Texte',
  untilDay: 'Jusqu’au',
  byMail: 'Aussi par mail',
  months: 'Mois',
  name: 'Nom',
  phone: 'Téléphone',
  address: 'Adresse',
  resident: 'Résident',
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
  closedReason: 'Fermé\u00a0: motif',
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
  tillFloatCents: 'Fond de caisse',
  slipId: 'Bordereau de remise n°',
  handedOn: 'Remis le',
  expectedCents: 'Doit contenir',
  countedCents: 'Compté',
  note: 'Remarque',
  closedAt: 'Close le',
  schoolZone: 'Zone scolaire',
  lockAfterMinutes: 'Verrouillage, minutes',
  held: 'Place',
  mark: 'Pointage',
  amountCents: 'Montant',
  totalCents: 'Total',
  means: 'Moyen',
  receivedOn: 'Reçu le',
  bookedOn: 'Compté le',
  number: 'Numéro',
  childId: 'Enfant',
  familyId: 'Famille',
  periodId: 'Période',
  activityId: 'Activité',
  slotId: 'Plage',
  facilityId: 'Équipement',
  typeId: 'Type',
  guardianId: 'Responsable',
  schoolId: 'École',
  tariffId: 'Tarif',
  homeId: 'Premier foyer',
  otherHomeId: 'Second foyer',
  invoiceId: 'Facture n°',
  paymentId: 'Règlement n°',
  registrationId: 'Inscription',
  reservationId: 'Réservation',
  runId: 'Facturation',
  billedBy: 'Facturé par',
  billedCancellation: 'Facturé comme annulation tardive',
  leftOn: 'Partie le',
  ownAddress: 'Adresse propre',
  relation: 'Lien',
  allowed: 'Peut venir chercher',
  evenWeek: 'Semaines paires',
  oddWeek: 'Semaines impaires',
  evenYears: 'Vacances, années paires',
  oddYears: 'Vacances, années impaires',
  schoolHolidays: 'Vacances scolaires',
  registrationOpensAt: 'Inscriptions ouvertes le',
  registrationClosesAt: 'Inscriptions closes le',
  bookingOpensAt: 'Réservations ouvertes le',
  bookingClosesAt: 'Réservations closes le',
  residentsOpenAt: 'Ouverture aux résidents',
  bookingRule: 'Délai pour réserver',
  cancelRule: 'Délai pour annuler',
  waitingList: 'Liste d’attente',
  promotion: 'Place libérée',
  supervision: 'Encadrement',
  shortName: 'Nom court',
  isMeal: 'Repas',
  definition: 'Barème',
  verdict: 'Contrôle',
  setAside: 'Mise de côté',
  issuedOn: 'Émise le',
  dueOn: 'Échéance',
  payer: 'Payeur',
  reference: 'Référence',
  cancelledAt: 'Annulé le',
  cancelReason: 'Motif de l’annulation',
  receiptNumber: 'Quittance',
  receiptYear: 'Année',
  recordedAt: 'Enregistré le',
  markedAt: 'Pointé le',
  contact: 'Contact',
  blocked: 'Bloqué',
  overbooked: 'Au-delà des places',
  cancelDenied: 'Annulation refusée',
  chargedReason: 'Reste facturé',
  inBackup: 'Dans une sauvegarde',
  surchargeCents: 'Supplément',
  cancelSurchargeCents: 'Supplément d’annulation',
  bookingNotice: 'Réservé hors délai, jours avant',
  cancelNotice: 'Annulé hors délai, jours avant',
  onDay: 'Au',
  kind: 'Genre',
  waysToPay: 'Moyens de paiement',
  complaints: 'Réclamations',
  payfipNumber: 'Numéro PayFiP',
  residentTown: 'Commune des résidents',
  answerWorkingDays: 'Réponse promise, jours ouvrés',
  waitingPriorities: 'Ordre de la liste d’attente',
  offerHours: 'Heures pour répondre',
  staffingBlocks: 'Encadrement exigé',
  adults: 'Adultes présents',
  invitationBy: 'Invitation par',
  invitedAt: 'Invité le',
  activatedAt: 'Compte ouvert le',
  refusedEmail: 'Adresse refusée',
  refusedAt: 'Mail refusé le',
  unwantedMails: 'Mails arrêtés',
  openingHours: 'Horaires',
  information: 'Informations',
  publisher: 'Éditeur',
  director: 'Directeur de la publication',
  host: 'Hébergeur',
  dataProtectionOfficer: 'Délégué à la protection des données',
  conformity: 'Conformité',
  audit: 'Contrôle d’accessibilité',
  accessibilityContact: 'Contact, accessibilité',
  accent: 'Couleur',
  proxy: 'Proxy',
  certificateAuthority: 'Autorité de certification',
  terms: 'Conditions',
  reminders: 'Rappels',
  payfip: 'PayFiP',
  wish: 'Demande',
  settled: 'Décidée',
  settledReason: 'Motif de la décision',
  answer: 'Réponse',
  answerReason: 'Motif de la réponse',
  subject: 'Objet',
  field: 'Champ',
  before: 'Avant',
  after: 'Après',
  replaced: 'Remplacé',
  list: 'Liste',
  columns: 'Colonnes',
  words: 'Mots du fichier',
  oneId: 'Fiche',
  otherId: 'Autre fiche',
  closed: 'Close',
  unread: 'Non lus',
  lastAt: 'Dernier message le',
  by: 'Par',
  author: 'Auteur',
  writtenAt: 'Écrit le',
  label: 'Libellé',
  toDay: 'Jusqu’au',
  activityIds: 'Activités',
  familyIds: 'Familles',
  createdAt: 'Créé le',
  series: 'Série',
  year: 'Année',
  previousBalanceCents: 'Solde précédent',
  correctsId: 'Corrige la facture n°',
  quantity: 'Quantité',
  unit: 'Unité',
  unitCents: 'Prix unitaire',
  fiscal: 'Compte pour les impôts',
  explanation: 'Calcul',
  days: 'Jours',
  creditNoteId: 'Avoir n°',
  openingCreditId: 'Solde repris, en avance',
  openingDebtId: 'Solde repris, dû',
  decisionId: 'Décision',
  refundId: 'Remboursement n°',
  reversesId: 'Annule l’affectation n°',
  organ: 'Décidé par',
  askedOn: 'Demandé le',
  paidOn: 'Rendu le',
  channel: 'Envoi',
  madeOn: 'Faite le',
  payBefore: 'À payer avant le',
  notedOn: 'Noté le',
  reminderLevels: 'Niveaux de relance',
  remindFromCents: 'Relances à partir de',
  allowsPlans: 'Échéanciers permis',
  suspendAboveCents: 'Réservations suspendues au-delà de',
  suspendActivityIds: 'Activités suspendues',
  parts: 'Parts',
  endedOn: 'Terminé le',
  endReason: 'Pourquoi il est terminé',
  transmitFromCents: 'État des restes à partir de',
  outstandingColumns: 'Colonnes de l’état des restes',
  bookExport: 'Écritures pour le logiciel de finances',
  statementId: 'État des restes',
  madeAt: 'Fait le',
  guardianIds: 'Responsables',
  childIds: 'Enfants',
  begunAt: 'Commencé le',
  doneAt: 'Terminé le',
  toldAt: 'Annoncé le',
  priorityReason: 'Motif de la priorité',
  ask: 'Demande',
  waitingSince: 'En attente depuis',
  offeredUntil: 'Proposée jusqu’au',
  leftAt: 'Départ',
  arrivedAt: 'Arrivée',
  category: 'Catégorie',
  zone: 'Zone',
  certain: 'Dates certaines',
  sender: 'Envoyée par',
  pages: 'Pages',
  quotient: 'Quotient lu',
  incomeCents: 'Revenus lus',
  content: 'Fichier',
  month: 'Mois',
  revision: 'Révision',
  product: 'Prestation',
  cause: 'Raison',
  families: 'Foyers',
  upCents: 'En plus',
  downCents: 'En moins',
  billsFrom: 'Facture depuis le',
  zeroInvoices: 'Factures à zéro',
  iban: 'IBAN',
  bic: 'BIC',
  carryBelowCents: 'Reporté en dessous de',
  paysRefunds: 'Recettes et avances',
  maxCashCents: 'Espèces par dette, au plus',
  tillCeilingCents: 'Plafond d’encaisse',
  faces: 'Billets et pièces',
  holdsCheques: 'Garde des chèques',
  voucherRules: 'CESU et chèques-vacances',
  documentNumber: 'Numéro du titre',
  bank: 'Banque',
  issuer: 'Émetteur',
  givenCents: 'Espèces données',
  heldUntil: 'Gardé jusqu’au',
  thirdPartyId: 'Tiers payeur',
  regieId: 'Régie',
  aidId: 'Aide',
  homePaperId: 'Facture de la famille n°',
  contactName: 'Personne à joindre',
  isPublic: 'Organisme public',
  serviceCode: 'Code service',
  orderNumber: 'Référence à porter',
  toTitle: 'À titrer',
  per: 'Donnée par',
  percent: 'Pour cent du reste',
  fiscals: 'Pour',
  ceilingCents: 'Plafond en euros',
  ceilingUnits: 'Plafond en nombre',
  leavesCents: 'Reste à payer, au moins',
  upToQuotient: 'Quotient jusqu’à',
  fromRank: 'À partir de l’enfant de rang',
  scheme: 'Régime',
  decidedOn: 'Décidée le',
  refusedOn: 'Refusée le',
  refusalReason: 'Motif du refus',
  kindId: 'Ligne usuelle n°',
  correctedDay: 'Jour corrigé',
  givenUpCents: 'Abandonné',
  nature: 'Nature comptable',
  productCode: 'Code produit',
  prefix: 'Préfixe',
  natures: 'Natures',
  decision: 'Acte constitutif',
  staffMemberId: 'Agent',
  quotientRule: 'Validité d’un quotient',
  givenOn: 'Accord donné le',
  givenBy: 'Accord donné',
  revokedOn: 'Accord retiré le',
  birthName: 'Nom de naissance',
  firstNames: 'Prénoms',
  civilSex: 'Sexe',
  bornOn: 'Né le',
  birthCountry: 'Pays de naissance',
  birthTown: 'Commune de naissance',
  mandateId: 'Mandat',
  planId: 'Mensualisation',
  yearPartId: 'Mensualité',
  balanceOn: 'Solde le',
  droppedOn: 'Remplacée le',
  returnFeeCents: 'Frais de rejet',
  returnFeeDecision: 'Délibération des frais de rejet',
  dismissedOn: 'Vérifié le',
  dismissReason: 'Ce qui a été vérifié',
  collectionId: 'Prélèvement',
  creditorId: 'Identifiant (ICS)',
  format: 'Format du fichier',
  noticeDays: 'Avis, jours avant',
  fileDays: 'Fichier, jours ouvrés avant',
  leastCents: 'Prélevé à partir de',
  referencePrefix: 'Début des références (RUM)',
  onPortal: 'Mandats signés sur le portail',
  treasuryName: 'Service de la DGFiP',
  treasuryIban: 'IBAN de la DGFiP',
  treasuryBic: 'BIC de la DGFiP',
  treasuryPost: 'Codique',
  treasuryService: 'Identifiant de service',
  signedOn: 'Signé le',
  debtor: 'Titulaire du compte',
  accountStart: 'Début du compte',
  lastFour: 'Fin du compte',
  suspendedOn: 'Suspendu le',
  stoppedOn: 'Arrêté le',
  collectOn: 'Prélevé le',
  frozenAt: 'Gelé le',
  fileName: 'Fichier',
  sequence: 'Séquence',
  endToEndId: 'Référence du prélèvement',
  noticeYear: 'Année de l’avis',
  noticeNumber: 'Avis n°',
  removedOn: 'Retiré le',
  removeReason: 'Motif du retrait',
  cameBack: 'Rejeté',
  cameBackOn: 'Rejeté le',
  returnCode: 'Motif du rejet',
  accountId: 'Compte',
  bankStatementId: 'Relevé',
  lineId: 'Ligne de relevé',
  openingCents: 'Solde avant',
  closingCents: 'Solde après',
  lineCount: 'Lignes',
  creditCents: 'Reçu',
  debitCents: 'Débité',
  setAsideOn: 'À identifier depuis le',
} satisfies Record<string, string>
export type ShownColumn = keyof typeof columnNames

const fieldNames: Readonly<Record<string, string>> = {
  ...columnNames,
  // Fields of a sealed health record: traces name the fields that changed, without their values.
  allergies: 'Allergies',
  diet: 'Régime alimentaire',
  pai: 'PAI',
  doctor: 'Médecin',
  // Replaces values erased for good in the audit trail.
  erased: 'Valeurs effacées',
  // Traces: what an act did besides changing rows.
  undone: 'Annulé',
  drafts: 'Brouillons',
  issued: 'Factures émises',
  restored: 'Sauvegarde reprise',
  restoredFromCopy: 'Copie plus ancienne reprise',
  phrase: 'Phrase de secours, feuille n°',
  portal: 'Portail',
  deskKey: 'Clé du bureau',
  portalKey: 'Clé du portail',
  newDeskKey: 'Nouvelle clé du bureau',
  revokedKey: 'Clé révoquée',
  exportedPortal: 'Portail exporté',
  statement: 'Déclaration',
  last: 'Derniers numéros',
  health: 'Avec les fiches sanitaires',
  accounts: 'Avec les comptes',
}

export const fieldText = (field: string): string => fieldNames[field] ?? field

const valueWords: Readonly<Record<string, string>> = {
  ...paymentMeansNames,
  asked: 'demandée',
  accepted: 'acceptée',
  refused: 'refusée',
  withdrawn: 'retirée',
  ended: 'terminée',
  confirmed: 'validée',
  book: 'réserver',
  cancel: 'annuler',
  leave: 'quitter la liste',
  waitListed: 'mise en liste d’attente',
  expired: 'restée sans réponse',
  moot: 'sans objet',
  waiting: 'en attente',
  credited: 'en avance pour la famille',
  seen: 'vue',
  waitlisted: 'en attente',
  none: 'aucune',
  present: 'présent',
  absent: 'absent',
  justified: 'absence justifiée',
  justifiedInTime: 'absence justifiée à temps',
  justifiedLate: 'absence justifiée tard',
  draft: 'brouillon',
  issued: 'émise',
  invoice: 'facture',
  creditNote: 'avoir',
  ready: 'prête',
  warning: 'à regarder',
  error: 'à corriger',
  stale: 'à recalculer',
  automatic: 'donnée aussitôt',
  proposal: 'proposée',
  without: 'fermées',
  with: 'comprises',
  only: 'seulement',
  awaited: 'attendu',
  here: 'reçu',
  lost: 'perdu',
  open: 'attendue',
  settled: 'reçue',
  dropped: 'plus demandée',
  day: 'jour',
  halfDay: 'demi-journée',
  meal: 'repas',
  hour: 'heure',
  week: 'semaine',
  month: 'mois',
  rest: 'part du reste',
  promised: 'promise',
  titular: 'régisseur',
  deputy: 'suppléant',
  ccas: 'CCAS',
  ase: 'ASE',
  worksCouncil: 'comité d’entreprise',
  caf: 'CAF',
  otherTown: 'autre commune',
  other: 'autre',
  garde: 'garde',
  repas: 'repas',
  autre: 'autre',
  days: 'jours',
  minimum: 'minimum',
  membership: 'adhésion',
  erased: 'personnes effacées',
  transmitted: 'créances transmises',
  town: 'décision de la commune',
}

export const valueText = (value: unknown, key = '', nameOf: NameOf = () => null): string => {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'oui' : 'non'
  if (typeof value === 'number') {
    if (key.endsWith('Cents')) return formatEuros(value)
    return nameOf(key, value) ?? String(value)
  }
  if (typeof value === 'string') {
    if (isInstant(value)) return instantText(value)
    if (/^[ab]{7}$/.test(value)) return custodyWeekText(value)
    if (key === 'certificateAuthority') return 'un certificat'
    return isDay(value) ? shortDay(value) : (valueWords[value] ?? withUnbrokenNumbers(value))
  }
  return structureText(value, key, nameOf)
}

const structureText = (value: unknown, key: string, nameOf: NameOf): string => {
  if (key === 'roles') return (value as readonly Role[]).map((role) => roleNames[role]).join(', ')
  if (key === 'unwantedMails')
    return (value as readonly MailKind[]).map((kind) => staffMailNames[kind]).join(', ') || '–'
  if (key === 'weekdays') return (value as readonly number[]).map(weekdayName).join(', ')
  if (key === 'last')
    return (value as readonly { series: string; year: number; number: number }[])
      .map(({ series, year, number }) => `${series} ${year}\u00a0: ${number}`)
      .join(', ')
  if (key === 'bookExport') return bookExportText(value as BookExport)
  if (key === 'outstandingColumns')
    return (value as readonly OutstandingColumn[]).map((column) => outstandingColumnNames[column]).join(', ')
  if (key === 'reminderLevels')
    return (value as readonly ReminderLevel[])
      .map(({ name, afterDays }) => `${name} (${counted(afterDays, 'jour')})`)
      .join(', ')
  if (key === 'faces') return countedFacesText(value as readonly CountedFace[])
  if (key === 'natures') return naturesText(value as readonly AccountingNature[], nameOf)
  if (key === 'means' && Array.isArray(value))
    return (value as readonly PaymentMeans[]).map((means) => paymentMeansNames[means]).join(', ')
  if (key === 'ownAddress') {
    const { line1, postcode, town } = value as { line1: string; postcode: string; town: string }
    return `${line1}, ${postcode} ${town}`
  }
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ') || '–'
  if (Array.isArray(value) && key.endsWith('Ids')) return namesText(value, key, nameOf)
  return wholeText(key, value, nameOf) ?? 'un autre réglage'
}

/** « 7066 · PERI (Accueil), 7067 » */
const naturesText = (natures: readonly AccountingNature[], nameOf: NameOf): string =>
  natures
    .map(({ account, productCode, activityIds }) => {
      const activities = activityIds ? ` (${namesText(activityIds, 'activityIds', nameOf)})` : ''
      return `${natureText(account, productCode)}${activities}`
    })
    .join(', ') || '–'

/** Up to so many records of a list are shown by name. */
const maxNames = 10

/** « Zoé Duval, Léo Duval »; records that no longer exist have no name and are left out. */
const namesText = (ids: readonly number[], key: string, nameOf: NameOf): string => {
  const names = ids.flatMap((id) => nameOf(key, id) ?? [])
  const others = names.length - maxNames
  return [...names.slice(0, maxNames), ...(others > 0 ? [`et ${counted(others, 'autre')}`] : [])].join(', ') || '–'
}

/** « aaaabbb »: the first home from Monday to Thursday, the second one from Friday to Sunday. */
const custodyWeekText = (week: string): string => {
  const first = week.split('').flatMap((home, at) => (home === 'a' ? [weekdayName(at + 1)] : []))
  if (first.length === 7) return 'premier foyer'
  return first.length === 0 ? 'second foyer' : `premier foyer ${first.join(', ')}`
}
