/** The domains of the desk, lowest first: each may read those before it, so a change in one concerns all after it. */
const stack: readonly (readonly [domain: string, tables: readonly string[]])[] = [
  ['staff', ['staff_member']],
  ['settings', ['organisation', 'facility', 'school', 'picture']],
  [
    'families',
    [
      'family',
      'family_address',
      'family_quotient',
      'guardian',
      'family_guardian',
      'child',
      'family_child',
      'schooling',
      'pickup_contact',
      'health_record',
    ],
  ],
  ['activities', ['activity_type', 'activity', 'slot', 'period', 'opening']],
  ['registrations', ['registration']],
  ['reservations', ['reservation', 'reservation_move']],
  ['attendance', ['attendance']],
  ['prices', ['tariff', 'tariff_version', 'activity_tariff']],
  ['invoicing', ['invoice_run', 'invoice', 'invoice_line']],
  ['payments', ['payment', 'allocation']],
  ['requests', []],
  ['home', []],
]

/** The domains whose answers may differ after `tables` changed. */
export const domainsOf = (tables: ReadonlySet<string>): string[] => {
  const lowest = stack.findIndex(([, owned]) => tables.has('*') || owned.some((table) => tables.has(table)))
  return lowest < 0 ? [] : stack.slice(lowest).map(([domain]) => domain)
}
