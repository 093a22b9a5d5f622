import { type Act, may, type Role } from './roles.ts'

/**
 * What it takes to hear that an act was done, by its kind whole or by the first word of it: its label names people and
 * sums. One right of those named is enough; what is not named here is for whoever reads the journal.
 */
const rights: Readonly<Record<string, readonly Act[]>> = {
  families: ['families.read'],
  health: ['families.read'],
  doubles: ['families.read'],
  import: ['families.read'],
  registrations: ['families.read'],
  reservations: ['families.read'],
  requests: ['families.read'],
  messages: ['families.read'],
  papers: ['families.read'],
  attendance: ['attendance', 'families.read'],
  invoicing: ['invoices.read'],
  payments: ['invoices.read'],
  prices: ['tariffs.read'],
  activities: ['activities.read'],
  'reservations.close': ['activities.read'],
  year: ['activities.read'],
  'year.passUp': ['families.read'],
  'year.reenrol': ['families.read'],
  portal: ['portal'],
  exchange: ['portal'],
  settings: ['organisation'],
  'settings.facility': ['activities.read'],
  'settings.school': ['activities.read'],
  protection: ['organisation'],
  'protection.export': ['families.write'],
  staff: ['staff'],
}

/** Whether somebody who holds these roles may hear of an act that another did. */
export const mayHear = (roles: readonly Role[], kind: string): boolean =>
  (rights[kind] ?? rights[kind.split('.')[0] ?? ''] ?? journal).some((right) => may(roles, right))

const journal: readonly Act[] = ['audit']
