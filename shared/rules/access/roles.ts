/** A role of a staff member. One person may have several. */
export type Role = 'administrator' | 'director' | 'receptionist' | 'cashier' | 'animator' | 'dataProtectionOfficer'

/** A right that roles grant. The desk checks it before every call; a screen only hides what would be refused. */
export type Right = keyof typeof rolesByRight

const administrator = 'administrator'
const director = 'director'
const receptionist = 'receptionist'
const cashier = 'cashier'
const animator = 'animator'
/** Roles that work with families: all but the data protection officer. */
export const serviceRoles = [administrator, director, receptionist, cashier, animator] as const
const dataProtectionOfficer = 'dataProtectionOfficer'

const rolesByRight = {
  organisation: [administrator],
  staff: [administrator],
  backups: [administrator],
  /** Natures, means, holders and rules of the régies; changing them needs the right `organisation`. */
  'regies.read': [administrator, director, cashier],
  audit: [administrator, dataProtectionOfficer],
  /** Reading retention periods and what was erased; changing them needs the right `organisation`. */
  'protection.read': [administrator, dataProtectionOfficer],
  activities: [administrator, director],
  // Every screen shows activities, periods and slots, including the day sheet.
  'activities.read': serviceRoles,
  'families.read': [administrator, director, receptionist, cashier],
  'families.write': [administrator, director, receptionist],
  /** The dossiers of homes: reading them, noting papers as seen, requesting missing papers from families. */
  dossiers: [director, receptionist],
  /** What guardians answered to the questions of the service (« autorisations »). */
  consents: [director, receptionist],
  /** The questions and their texts. */
  consentTexts: [administrator, director],
  /** Writing to one home, and answering it. */
  messages: [director, receptionist, cashier],
  decisions: [administrator, director, receptionist],
  imports: [administrator, director, receptionist],
  portal: [administrator, director, receptionist],
  /** The mail server and its sender. */
  mailServer: [administrator, director],
  /** Mails to families, what became of them, and the stop list. */
  mails: [director, receptionist, cashier],
  /**
   * Messages to families by mail, SMS and notices on the portal. A cashier may write to one family, or to those with
   * debts at one of the cashier's régies.
   */
  sendings: [director, receptionist, cashier],
  /** To any audience. */
  'sendings.audience': [director, receptionist],
  override: [director],
  'tariffs.read': [director, cashier],
  'tariffs.write': [director],
  invoicing: [director, cashier],
  /** Third parties, and the aids promised to children and homes: only these roles read them. */
  aids: [director, cashier],
  /** Writing free lines by hand; those that take something off need the second right too. */
  freeLines: [director, cashier],
  'freeLines.negative': [cashier],
  // Staff who record a payment must see the invoices it pays.
  'invoices.read': [director, receptionist, cashier],
  /** Reminders of what is unpaid, and notes of calls; whoever reads invoices reads them. */
  reminders: [director, cashier],
  payments: [receptionist, cashier],
  'payments.cancel': [cashier],
  /** Mandates of direct debit, with the end of their accounts. */
  mandates: [receptionist, cashier],
  /** Whole accounts, collections and debits that came back. */
  debits: [cashier],
  /** Bank statements, and what becomes of their lines. */
  bank: [cashier],
  closing: [cashier],
  /** Giving money back. */
  refunds: [cashier],
  /** What takes debts off a payer without money: remissions, write-offs, and the list handed to the Treasury. */
  debtDecisions: [cashier],
  attendance: [director, receptionist, animator],
  'health.read': [director],
  'health.write': [director],
  'health.daySheet': [director, animator],
  /** Opening the record of a booked child in an emergency: of these, only whom a director named as a delegate. */
  'health.emergency': [receptionist, animator],
  /** Naming them. */
  'health.delegates': [director],
  /** Custom fields: their definitions, and who may see them. */
  customFields: [administrator, director],
  /** What letters, reminders, attestations and messages say. */
  templates: [administrator, director],
  /** Notes, within who may see each; those about a home or a child are written with the right to write families. */
  notes: serviceRoles,
  /** « Chiffres », within the other rights of who reads them. */
  figures: [administrator, director, receptionist, cashier],
  /** Sharing a free list with the others, and changing one that is shared. */
  sharedLists: [administrator, director],
  /** Photos of children and of adults who fetch them, where the service keeps any. */
  photos: [director, receptionist],
  /** Photos of today's children, at Pointage. */
  'photos.day': [director, receptionist, animator],
} as const satisfies Record<string, readonly Role[]>

export const roles: readonly Role[] = [...serviceRoles, dataProtectionOfficer]
export const rights: readonly Right[] = Object.keys(rolesByRight) as Right[]

export const roleNames: Readonly<Record<Role, string>> = {
  administrator: 'Administrateur',
  director: 'Directeur',
  receptionist: 'Agent d’accueil',
  cashier: 'Régisseur',
  animator: 'Animateur',
  dataProtectionOfficer: 'Délégué à la protection des données',
}

export const may = (granted: readonly Role[], right: Right): boolean => {
  const allowed: readonly Role[] = rolesByRight[right]
  return granted.some((role) => allowed.includes(role))
}

/** Why `may` refused, as a sentence: « Cette action demande le rôle Directeur ou Régisseur. » */
export const roleNeeded = (right: Right): string => {
  const names = rolesByRight[right].map((role) => roleNames[role])
  const last = names.at(-1) ?? ''
  const list = names.length > 1 ? `${names.slice(0, -1).join(', ')} ou ${last}` : last
  return `Cette action demande le rôle ${list}.`
}
