import type { Act } from '../rules/access/roles.ts'
import { addDays, type Day } from '../rules/calendar/day.ts'

/** The screens that list their last acts, as the rail and its addresses name them. */
export const actScreens = [
  'accueil',
  'familles',
  'demandes',
  'messages',
  'inscriptions',
  'calendrier',
  'pointage',
  'facturation',
  'reglements',
  'portail',
  'reglages',
] as const
export type ActScreen = (typeof actScreens)[number]

/** Where an act was done, by the first word of its kind; a kind whole where it was done elsewhere. */
const places: Readonly<Record<string, readonly ActScreen[]>> = {
  families: ['familles'],
  health: ['familles'],
  'health.accept': ['demandes', 'familles'],
  doubles: ['familles'],
  import: ['familles', 'inscriptions'],
  registrations: ['inscriptions', 'familles'],
  reservations: ['calendrier', 'familles'],
  'reservations.decide': ['demandes', 'calendrier'],
  'reservations.custody': ['familles', 'calendrier'],
  'reservations.close': ['calendrier', 'reglages'],
  'requests.signUp': ['demandes', 'familles'],
  attendance: ['pointage'],
  invoicing: ['facturation'],
  payments: ['reglements'],
  portal: ['portail'],
  messages: ['messages', 'familles'],
  exchange: ['portail'],
  prices: ['reglages'],
  activities: ['reglages'],
  settings: ['reglages'],
  staff: ['reglages'],
  protection: ['reglages'],
  year: ['reglages'],
  'year.passUp': ['reglages', 'familles'],
  'year.reenrol': ['reglages', 'inscriptions'],
  'year.close': ['reglages', 'calendrier'],
}

/** Whether a screen lists an act of this kind among its last ones; Accueil lists them all. */
export const isOfScreen = (screen: ActScreen, kind: string): boolean =>
  screen === 'accueil' || (places[kind] ?? places[domainOf(kind)] ?? ['accueil']).includes(screen)

const domainOf = (kind: string): string => kind.split('.')[0] ?? ''

/** What is never taken back as an act, and the right way instead. Accounting corrects; it does not erase. */
const otherWays: Readonly<Record<string, string>> = {
  'invoicing.issue': 'Une facture émise ne s’annule pas\u00a0: faites un avoir.',
  'invoicing.creditNote': 'Un avoir émis ne s’annule pas\u00a0: les jours se facturent de nouveau.',
  'invoicing.run': 'Des brouillons ne s’annulent pas\u00a0: supprimez la série de factures.',
  'invoicing.recalculate': 'Un recalcul ne s’annule pas\u00a0: corrigez ce qui a changé, puis recalculez.',
  'invoicing.replay': 'Un recalcul ne s’annule pas\u00a0: corrigez ce qui a changé, puis recalculez.',
  'invoicing.discard': 'Des brouillons supprimés ne reviennent pas\u00a0: préparez-les de nouveau.',
  'payments.record': 'Un règlement garde sa quittance\u00a0: annulez le règlement, avec son motif.',
  'payments.credit': 'Un règlement garde sa quittance\u00a0: annulez le règlement, avec son motif.',
  'payments.handOver': 'Un bordereau garde son numéro\u00a0: annulez-le, avec son motif.',
  'payments.cancelSlip': 'Un bordereau annulé le reste\u00a0: faites-en un autre.',
  'payments.closeTill': 'Une caisse close se rouvre, avec un motif.',
  'payments.reopenTill': 'Une caisse rouverte se clôt de nouveau.',
  'payments.cancel': 'Un règlement annulé le reste\u00a0: enregistrez-le de nouveau.',
  'health.accept': 'L’ancien contenu d’une fiche sanitaire n’est gardé nulle part\u00a0: corrigez la fiche.',
  'health.change': 'L’ancien contenu d’une fiche sanitaire n’est gardé nulle part\u00a0: corrigez la fiche.',
  'portal.invite': 'Un accès envoyé ne se reprend pas\u00a0: bloquez le compte.',
  'messages.read': 'Rouvrez la conversation pour la marquer non lue.',
  'settings.restore': 'Une sauvegarde reprise ne s’annule pas d’ici\u00a0: reprenez celle qui a été gardée avant elle.',
  'settings.newKey':
    'Une clé perdue ne revient pas par une annulation\u00a0: si sa phrase de secours est retrouvée, tapez-la.',
  'settings.logo': 'Un logo remplacé ne revient pas d’ici\u00a0: choisissez-le de nouveau.',
  'protection.erase': 'Un effacement est définitif\u00a0: rien de ce qu’il a effacé n’est gardé.',
  'staff.start': 'La première ouverture ne s’annule pas.',
  'staff.add': 'Un agent ajouté ne s’efface pas\u00a0: mettez-le hors service.',
  'staff.change': 'Les droits d’un agent se changent sur sa fiche.',
  'staff.password': 'Un mot de passe ne revient pas\u00a0: changez-le.',
  'reservations.undo': 'Une annulation ne s’annule pas\u00a0: refaites le geste.',
  'history.undo': 'Une annulation ne s’annule pas\u00a0: refaites le geste.',
}

const otherWaysOfDomain: Readonly<Record<string, string>> = {
  exchange: 'Ce que le service et le portail se sont dit ne s’annule pas.',
  invoicing: 'Un geste de facturation ne s’annule pas d’ici\u00a0: un avoir corrige ce qui est émis.',
  payments: 'Un geste de caisse ne s’annule pas d’ici\u00a0: annulez le règlement, avec son motif.',
}

/** Those of invoicing and of the cash desk that leave no paper: a draft set aside, a payment that was looked at. */
const withoutPaper: ReadonlySet<string> = new Set(['invoicing.setAside', 'payments.seen'])

/** What a kind of act says against being taken back, whatever it wrote; null when nothing does. */
export const whyNeverUndone = (kind: string): string | null =>
  withoutPaper.has(kind) ? null : (otherWays[kind] ?? otherWaysOfDomain[domainOf(kind)] ?? null)

/** What it takes to write in each table, so to take back what was written there. */
const rightOf: Readonly<Record<string, Act>> = {
  family: 'families.write',
  family_address: 'families.write',
  family_quotient: 'families.write',
  guardian: 'families.write',
  family_guardian: 'families.write',
  child: 'families.write',
  family_child: 'families.write',
  schooling: 'families.write',
  pickup_contact: 'families.write',
  custody_rule: 'families.write',
  custody_day: 'families.write',
  activity_type: 'activities',
  activity: 'activities',
  slot: 'activities',
  period: 'activities',
  opening: 'activities',
  staffing: 'activities',
  facility: 'activities',
  school: 'activities',
  school_holiday: 'activities',
  registration: 'decisions',
  reservation: 'decisions',
  reservation_move: 'decisions',
  proposal: 'decisions',
  asked_paper: 'families.write',
  received_paper: 'families.write',
  portal_ask: 'decisions',
  sign_up: 'decisions',
  attendance: 'attendance',
  tariff: 'tariffs.write',
  tariff_version: 'tariffs.write',
  activity_tariff: 'tariffs.write',
  invoice: 'invoicing',
  opening_balance: 'invoicing',
  allocation: 'invoicing',
  online_check: 'payments',
  organisation: 'organisation',
  retention: 'organisation',
  conversation: 'families.write',
  message: 'families.write',
  notice: 'portal',
  portal_account: 'portal',
  portal_settings: 'portal',
  import_profile: 'imports',
  dismissed_double: 'imports',
}

/** One right for the whole of them: whoever may do it may take it back, whatever it moved on its way. */
const rightOfKind: Readonly<Record<string, Act>> = {
  'doubles.merge': 'imports',
  'attendance.mark': 'attendance',
  'reservations.close': 'activities',
}

/** The rights it takes to take an act back, by the tables it wrote; null when one of them is never taken back. */
export const rightsToUndo = (kind: string, tables: readonly string[]): readonly Act[] | null => {
  const whole = rightOfKind[kind]
  if (whole !== undefined) return [whole]
  const rights = tables.map((table) => rightOf[table])
  return rights.every((right) => right !== undefined) ? [...new Set(rights)] : null
}

/** What it takes to change a record in place. */
export const rightToChange = (table: string): Act | null => rightOf[table] ?? null

const daysOfUndo = 30
/** A list taken in in September is taken back in November, a merge when somebody notices. */
const ageless = ['import', 'doubles']

export const whyTooOld = (kind: string, doneOn: Day, today: Day): string | null =>
  addDays(doneOn, daysOfUndo) < today && !ageless.includes(domainOf(kind))
    ? `Ce geste date de plus de ${daysOfUndo} jours\u00a0: corrigez à la main.`
    : null

/** What a table's row is called in a sentence, with its article. */
const rowNames: Readonly<Record<string, string>> = {
  family: 'une famille',
  family_address: 'une adresse',
  family_quotient: 'un quotient familial',
  guardian: 'un responsable',
  family_guardian: 'un responsable',
  child: 'un enfant',
  family_child: 'un enfant',
  schooling: 'une classe',
  pickup_contact: 'une personne autorisée',
  health_record: 'une fiche sanitaire',
  custody_rule: 'une règle de garde',
  custody_day: 'un jour de garde',
  activity_type: 'un type d’activité',
  activity: 'une activité',
  slot: 'une plage',
  period: 'une période',
  opening: 'un jour d’ouverture',
  staffing: 'un encadrement',
  school_holiday: 'des vacances',
  facility: 'un équipement',
  school: 'une école',
  registration: 'une inscription',
  reservation: 'une réservation',
  attendance: 'un pointage',
  tariff: 'un tarif',
  tariff_version: 'une version de tarif',
  activity_tariff: 'le tarif d’une activité',
  invoice: 'une facture',
  invoice_line: 'une facture',
  payment: 'un règlement',
  allocation: 'un règlement',
  opening_balance: 'un solde repris',
  online_check: 'un paiement en ligne',
  portal_account: 'un compte du portail',
  asked_paper: 'une pièce demandée',
  received_paper: 'une pièce reçue',
  portal_ask: 'une demande du portail',
  proposal: 'un changement proposé',
  sign_up: 'une inscription au portail',
  organisation: 'la fiche de la structure',
  portal_settings: 'un réglage du portail',
  import_profile: 'un réglage d’import',
}

const rowName = (table: string): string => rowNames[table] ?? 'une donnée'

/** What stands in the way of taking an act back. @param leaning the table of what leans on it; empty when a row changed */
export const obstacleText = (table: string, leaning: string): string => {
  if (leaning === 'erasure') return 'Des données de ce geste ont été effacées pour de bon\u00a0: il ne s’annule plus.'
  const name = leaning === '' ? rowName(table) : rowName(leaning)
  const first = name.charAt(0).toLocaleUpperCase('fr') + name.slice(1)
  return leaning === ''
    ? `${first} a changé depuis\u00a0: corrigez à la main.`
    : `${first} en dépend depuis\u00a0: commencez par là.`
}
