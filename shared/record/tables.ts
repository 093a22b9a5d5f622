/** The French words for a table of the desk's file. */
type TableWords = {
  /** « Inscription » */
  readonly name: string
  /** The ending of « ajouté », « modifié » or « retiré » that agrees with the name. */
  readonly agrees: '' | 'e' | 's' | 'es'
  /** A row in a sentence: « une inscription » */
  readonly row: string
}

const someData = 'une donnée'

/**
 * The tables that acts write, by their stored names. Undo, rights, publication and change notices must be complete for
 * this union; `main/store/acts/recorded.ts` checks it against the schema.
 */
export const tableWords = {
  family: { name: 'Famille', agrees: 'e', row: 'une famille' },
  site_opening: { name: 'Dossier ouvert d’un autre site', agrees: '', row: 'un dossier ouvert' },
  guardian: { name: 'Responsable', agrees: '', row: 'un responsable' },
  child: { name: 'Enfant', agrees: '', row: 'un enfant' },
  family_child: { name: 'Enfant d’une famille', agrees: '', row: 'un enfant' },
  family_guardian: { name: 'Responsable d’une famille', agrees: '', row: 'un responsable' },
  guardian_bond: { name: 'Lien d’un responsable et d’un enfant', agrees: '', row: 'un lien' },
  family_address: { name: 'Adresse', agrees: 'e', row: 'une adresse' },
  price_category: { name: 'Catégorie tarifaire', agrees: 'e', row: 'une catégorie tarifaire' },
  family_quotient: { name: 'Quotient familial', agrees: '', row: 'un quotient familial' },
  quotient_consent: { name: 'Accord pour l’API Particulier', agrees: '', row: 'un accord pour l’API Particulier' },
  schooling: { name: 'Scolarité', agrees: 'e', row: 'une classe' },
  pickup_contact: { name: 'Personne autorisée ou interdite', agrees: 'e', row: 'une personne autorisée' },
  health_record: { name: 'Fiche sanitaire', agrees: 'e', row: 'une fiche sanitaire' },
  registration: { name: 'Inscription', agrees: 'e', row: 'une inscription' },
  reservation: { name: 'Réservation', agrees: 'e', row: 'une réservation' },
  attendance: { name: 'Pointage', agrees: '', row: 'un pointage' },
  invoice_run: { name: 'Série de factures', agrees: 'e', row: someData },
  invoice: { name: 'Facture', agrees: 'e', row: 'une facture' },
  billed_span: { name: 'Mois facturé', agrees: '', row: 'un mois facturé' },
  give_up: { name: 'Abandon d’un prix', agrees: '', row: 'un avoir définitif' },
  kept_price: { name: 'Prix conservé', agrees: '', row: 'un prix conservé' },
  final_span: { name: 'Mois arrêté', agrees: '', row: 'un mois arrêté' },
  repricing: { name: 'Comptes refaits', agrees: 's', row: 'des comptes refaits' },
  free_line_kind: { name: 'Ligne libre usuelle', agrees: 'e', row: 'une ligne libre usuelle' },
  free_line: { name: 'Ligne libre', agrees: 'e', row: 'une ligne libre' },
  third_party: { name: 'Tiers payeur', agrees: '', row: 'un tiers payeur' },
  aid: { name: 'Aide', agrees: 'e', row: 'une aide' },
  payer_part: { name: 'Part d’un tiers payeur', agrees: 'e', row: 'la part d’un tiers payeur' },
  regie: { name: 'Régie', agrees: 'e', row: 'une régie' },
  regie_holder: { name: 'Régisseur ou suppléant', agrees: '', row: 'un régisseur' },
  payment: { name: 'Règlement', agrees: '', row: 'un règlement' },
  remittance: { name: 'Relevé de versement', agrees: '', row: 'un relevé de versement' },
  closing: { name: 'Clôture', agrees: 'e', row: 'une clôture' },
  debt_decision: { name: 'Décision sur une dette', agrees: 'e', row: 'une décision sur une dette' },
  refund: { name: 'Remboursement', agrees: '', row: 'un remboursement' },
  reminder: { name: 'Relance', agrees: 'e', row: 'une relance' },
  outstanding_statement: { name: 'État des restes à recouvrer', agrees: '', row: 'un état des restes' },
  outstanding_file: { name: 'Fichier d’un état des restes', agrees: '', row: 'un fichier' },
  treasury_payment: { name: 'Encaissement de la Trésorerie', agrees: '', row: 'un encaissement' },
  recovery_note: { name: 'Note de recouvrement', agrees: 'e', row: 'une note' },
  payment_plan: { name: 'Échéancier', agrees: '', row: 'un échéancier' },
  allocation: { name: 'Affectation d’un règlement', agrees: 'e', row: 'un règlement' },
  online_check: { name: 'Paiement en ligne à vérifier', agrees: '', row: 'un paiement en ligne' },
  deposit_slip: { name: 'Bordereau de remise', agrees: '', row: someData },
  deposit_slip_line: { name: 'Ligne d’un bordereau', agrees: 'e', row: someData },
  debit_settings: { name: 'Réglage du prélèvement', agrees: '', row: 'le réglage du prélèvement' },
  mandate: { name: 'Mandat de prélèvement', agrees: '', row: 'un mandat de prélèvement' },
  debit_collection: { name: 'Prélèvement', agrees: '', row: 'un prélèvement' },
  debit: { name: 'Ligne d’un prélèvement', agrees: 'e', row: 'une ligne de prélèvement' },
  debit_part: { name: 'Dette prélevée', agrees: 'e', row: 'une dette prélevée' },
  year_plan: { name: 'Mensualisation', agrees: 'e', row: 'une mensualisation' },
  year_part: { name: 'Mensualité', agrees: 'e', row: 'une mensualité' },
  account_request: { name: 'Demande d’IBAN', agrees: 'e', row: 'une demande d’IBAN' },
  debit_file: { name: 'Fichier de prélèvement', agrees: '', row: 'un fichier de prélèvement' },
  bank_account: { name: 'Compte de la régie', agrees: '', row: 'un compte de la régie' },
  bank_statement: { name: 'Relevé bancaire', agrees: '', row: 'un relevé bancaire' },
  bank_line: { name: 'Ligne de relevé', agrees: 'e', row: 'une ligne de relevé' },
  bank_match: { name: 'Rapprochement', agrees: '', row: 'un rapprochement' },
  till_closing: { name: 'Clôture de caisse', agrees: 'e', row: someData },
  tariff: { name: 'Tarif', agrees: '', row: 'un tarif' },
  tariff_version: { name: 'Version d’un tarif', agrees: 'e', row: 'une version de tarif' },
  tariff_revision: { name: 'Révision d’un tarif', agrees: 'e', row: 'une version de tarif' },
  price_book: { name: 'Barème d’un mois', agrees: '', row: someData },
  activity_tariff: { name: 'Tarif d’une activité', agrees: '', row: 'le tarif d’une activité' },
  activity_type: { name: 'Type d’activité', agrees: '', row: 'un type d’activité' },
  activity: { name: 'Activité', agrees: 'e', row: 'une activité' },
  slot: { name: 'Plage', agrees: 'e', row: 'une plage' },
  period: { name: 'Période', agrees: 'e', row: 'une période' },
  opening: { name: 'Jour d’ouverture', agrees: '', row: 'un jour d’ouverture' },
  organisation: { name: 'Structure', agrees: 'e', row: 'la fiche de la structure' },
  site: { name: 'Site', agrees: '', row: 'un site' },
  facility: { name: 'Équipement', agrees: '', row: 'un équipement' },
  school: { name: 'École', agrees: 'e', row: 'une école' },
  catchment: { name: 'Rue d’un secteur scolaire', agrees: 'e', row: 'une rue d’un secteur scolaire' },
  picture: { name: 'Image', agrees: 'e', row: someData },
  custody_rule: { name: 'Règle de garde', agrees: 'e', row: 'une règle de garde' },
  school_holiday: { name: 'Vacances', agrees: 'es', row: 'des vacances' },
  staffing: { name: 'Encadrement', agrees: '', row: 'un encadrement' },
  custody_day: { name: 'Jour de garde', agrees: '', row: 'un jour de garde' },
  reservation_move: { name: 'Histoire d’une case', agrees: 'e', row: someData },
  opening_balance: { name: 'Solde repris', agrees: '', row: 'un solde repris' },
  import_profile: { name: 'Réglage d’import', agrees: '', row: 'un réglage d’import' },
  dismissed_double: { name: 'Doublon écarté', agrees: '', row: someData },
  portal_ask: { name: 'Demande du portail', agrees: 'e', row: 'une demande du portail' },
  proposal: { name: 'Changement proposé', agrees: '', row: 'un changement proposé' },
  conversation: { name: 'Conversation', agrees: 'e', row: someData },
  message: { name: 'Message', agrees: '', row: someData },
  notice: { name: 'Avis aux familles', agrees: '', row: someData },
  mail_settings: { name: 'Serveur de mail', agrees: '', row: 'le serveur de mail' },
  mail: { name: 'Courriel', agrees: '', row: 'un courriel' },
  stopped_address: { name: 'Adresse arrêtée', agrees: 'e', row: 'une adresse arrêtée' },
  sign_up: { name: 'Inscription au portail', agrees: 'e', row: 'une inscription au portail' },
  invoice_line: { name: 'Ligne de facture', agrees: 'e', row: 'une facture' },
  staff_member: { name: 'Agent', agrees: '', row: someData },
  retention: { name: 'Durée de conservation', agrees: 'e', row: someData },
  erasure: { name: 'Effacement', agrees: '', row: someData },
  portal_account: { name: 'Compte du portail', agrees: '', row: 'un compte du portail' },
  portal_settings: { name: 'Réglages du portail', agrees: 's', row: 'un réglage du portail' },
  asked_paper: { name: 'Pièce demandée', agrees: 'e', row: 'une pièce demandée' },
  received_paper: { name: 'Pièce reçue', agrees: 'e', row: 'une pièce reçue' },
} satisfies Record<string, TableWords>

export type RecordedTable = keyof typeof tableWords

/** Traces: audit entries about something else than changed rows, such as a record read, handed over or undone. */
export const traceWords = {
  health_consultation: { name: 'Fiche sanitaire', agrees: 'e' },
  paper_consultation: { name: 'Pièce', agrees: 'e' },
  mandate_consultation: { name: 'Compte bancaire', agrees: '' },
  quotient_consultation: { name: 'Quotient demandé à la CAF ou à la MSA', agrees: '' },
  family_export: { name: 'Données remises à la famille', agrees: 'es' },
  act: { name: 'Annulation', agrees: 'e' },
} satisfies Record<string, Omit<TableWords, 'row'>>

export type TraceName = keyof typeof traceWords
