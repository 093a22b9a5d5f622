/** What a member of staff is at the desk. One person may hold several. */
export type Role = 'administrator' | 'director' | 'receptionist' | 'cashier' | 'animator' | 'dataProtectionOfficer'

/** What a role may do. The core asks before every act; a screen only hides what would be refused. */
export type Act = keyof typeof table

const administrator = 'administrator'
const director = 'director'
const receptionist = 'receptionist'
const cashier = 'cashier'
const animator = 'animator'
/** Roles that work with families: all but the data protection officer. */
export const serviceRoles = [administrator, director, receptionist, cashier, animator] as const
const dataProtectionOfficer = 'dataProtectionOfficer'

const table = {
  organisation: [administrator],
  staff: [administrator],
  backups: [administrator],
  audit: [administrator, dataProtectionOfficer],
  /** Reading retention periods and what was erased; changing them needs the right `organisation`. */
  'protection.read': [administrator, dataProtectionOfficer],
  activities: [administrator, director],
  // Every screen names activities, periods and slots, the day sheet included.
  'activities.read': serviceRoles,
  'families.read': [administrator, director, receptionist, cashier],
  'families.write': [administrator, director, receptionist],
  decisions: [administrator, director, receptionist],
  imports: [administrator, director, receptionist],
  portal: [administrator, director, receptionist],
  override: [director],
  'tariffs.read': [director, cashier],
  'tariffs.write': [director],
  invoicing: [director, cashier],
  // Whoever takes a payment sees what it pays.
  'invoices.read': [director, receptionist, cashier],
  payments: [receptionist, cashier],
  'payments.cancel': [cashier],
  attendance: [director, receptionist, animator],
  'health.read': [director],
  'health.write': [director],
  'health.daySheet': [director, animator],
  statistics: [administrator, director, cashier],
} as const satisfies Record<string, readonly Role[]>

export const roles: readonly Role[] = [...serviceRoles, dataProtectionOfficer]
export const acts: readonly Act[] = Object.keys(table) as Act[]

export const roleNames: Readonly<Record<Role, string>> = {
  administrator: 'Administrateur',
  director: 'Directeur',
  receptionist: 'Agent d’accueil',
  cashier: 'Régisseur',
  animator: 'Animateur',
  dataProtectionOfficer: 'Délégué à la protection des données',
}

export const may = (held: readonly Role[], act: Act): boolean => {
  const allowed: readonly Role[] = table[act]
  return held.some((role) => allowed.includes(role))
}

/** Why `may` said no, as a sentence: « Cette action demande le rôle Directeur ou Régisseur. » */
export const roleNeeded = (act: Act): string => {
  const names = table[act].map((role) => roleNames[role])
  const last = names.at(-1) ?? ''
  const list = names.length > 1 ? `${names.slice(0, -1).join(', ')} ou ${last}` : last
  return `Cette action demande le rôle ${list}.`
}
