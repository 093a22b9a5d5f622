import type { RecordedTable } from '../../shared/record/tables.ts'

/** Domains of the desk, lowest first. A domain may read those before it, so a change in one affects all after it. */
const order = [
  'staff',
  'settings',
  'families',
  'activities',
  'registrations',
  'reservations',
  'attendance',
  'prices',
  'invoicing',
  'payments',
  'statements',
  'papers',
  'portal',
  'messages',
  'exchange',
  'requests',
  'imports',
  'doubles',
  'year',
  'protection',
  'history',
  'home',
] as const

/** The lowest domain that shows the data of each table. */
const domainOf = {
  staff_member: 'staff',
  organisation: 'settings',
  facility: 'settings',
  school: 'settings',
  picture: 'settings',
  school_holiday: 'settings',
  family: 'families',
  family_address: 'families',
  family_quotient: 'families',
  guardian: 'families',
  family_guardian: 'families',
  child: 'families',
  family_child: 'families',
  schooling: 'families',
  custody_rule: 'families',
  custody_day: 'families',
  pickup_contact: 'families',
  health_record: 'families',
  activity_type: 'activities',
  activity: 'activities',
  slot: 'activities',
  period: 'activities',
  opening: 'activities',
  staffing: 'activities',
  registration: 'registrations',
  reservation: 'reservations',
  reservation_move: 'reservations',
  attendance: 'attendance',
  tariff: 'prices',
  tariff_version: 'prices',
  activity_tariff: 'prices',
  invoice_run: 'invoicing',
  invoice: 'invoicing',
  invoice_line: 'invoicing',
  opening_balance: 'invoicing',
  payment: 'payments',
  allocation: 'payments',
  online_check: 'payments',
  deposit_slip: 'payments',
  deposit_slip_line: 'payments',
  till_closing: 'payments',
  asked_paper: 'papers',
  received_paper: 'papers',
  portal_account: 'portal',
  portal_settings: 'portal',
  conversation: 'messages',
  message: 'messages',
  notice: 'messages',
  portal_ask: 'requests',
  proposal: 'requests',
  sign_up: 'requests',
  import_profile: 'imports',
  dismissed_double: 'doubles',
  retention: 'protection',
  erasure: 'protection',
} satisfies Record<RecordedTable, (typeof order)[number]>

/** Folders of `main/desk`, lowest first. `example` uses all of them; the exchange is in `main/exchange`. */
export const domains: readonly string[] = [...order.filter((domain) => domain !== 'exchange'), 'example']

/** Domains whose answers may differ after `tables` changed; `*` means that another database was opened. */
export const domainsOf = (tables: ReadonlySet<string>): string[] => {
  const owners = new Map<string, (typeof order)[number]>(Object.entries(domainOf))
  const changed = [...tables].flatMap((table) => owners.get(table) ?? (table === '*' ? order[0] : []))
  return changed.length === 0 ? [] : order.slice(Math.min(...changed.map((domain) => order.indexOf(domain))))
}
