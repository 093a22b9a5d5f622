import { type Act, may, type Role } from '../rules/access/roles.ts'

/**
 * Rights needed to read the label of another person's act, which names people and amounts, by the act's kind or its first
 * word. One of the rights is enough; kinds that are not listed need the right to read the journal.
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

/** Whether these roles may read the label of an act done by another person. */
export const mayHear = (roles: readonly Role[], kind: string): boolean =>
  (rights[kind] ?? rights[kind.split('.')[0] ?? ''] ?? journal).some((right) => may(roles, right))

const journal: readonly Act[] = ['audit']
