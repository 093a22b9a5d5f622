/** What a member of staff is at the desk. One person may hold several. */
export type Role = 'administrator' | 'director' | 'receptionist' | 'cashier' | 'animator'

/** What a role may do. The core asks before every act; a screen only hides what would be refused. */
export type Act = keyof typeof table

const administrator = 'administrator'
const director = 'director'
const receptionist = 'receptionist'
const cashier = 'cashier'
const animator = 'animator'
const everyone = [administrator, director, receptionist, cashier, animator] as const

const table = {
  organisation: [administrator],
  staff: [administrator],
  backups: [administrator],
  audit: [administrator],
  activities: [administrator, director],
  // Every screen names activities, periods and slots, the day sheet included.
  'activities.read': everyone,
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

export const roles: readonly Role[] = everyone
export const acts: readonly Act[] = Object.keys(table) as Act[]

export const roleNames: Readonly<Record<Role, string>> = {
  administrator: 'Administrateur',
  director: 'Directeur',
  receptionist: 'Agent d’accueil',
  cashier: 'Régisseur',
  animator: 'Animateur',
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
