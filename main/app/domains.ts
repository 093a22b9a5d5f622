/** The domains of the desk, lowest first: each may read those before it, so a change in one concerns all after it. */
const stack: readonly (readonly [domain: string, tables: readonly string[]])[] = [
  ['staff', ['staff_member']],
  ['settings', ['organisation', 'facility', 'school', 'picture', 'school_holiday']],
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
      'custody_rule',
      'custody_day',
      'pickup_contact',
      'health_record',
    ],
  ],
  ['activities', ['activity_type', 'activity', 'slot', 'period', 'opening', 'staffing']],
  ['registrations', ['registration']],
  ['reservations', ['reservation', 'reservation_move']],
  ['attendance', ['attendance']],
  ['prices', ['tariff', 'tariff_version', 'activity_tariff']],
  ['invoicing', ['invoice_run', 'invoice', 'invoice_line', 'opening_balance']],
  ['payments', ['payment', 'allocation', 'online_check', 'deposit_slip', 'deposit_slip_line', 'till_closing']],
  ['statements', []],
  ['papers', ['asked_paper', 'received_paper']],
  ['portal', ['portal_account', 'portal_settings']],
  ['messages', ['conversation', 'message', 'notice']],
  ['exchange', []],
  ['requests', ['portal_ask', 'proposal', 'sign_up']],
  ['imports', ['import_profile']],
  ['doubles', ['dismissed_double']],
  ['year', []],
  ['protection', ['retention', 'erasure']],
  ['history', []],
  ['home', []],
]

/** Folders of `main/desk`, lowest first. The example town stands on all of them; the exchange has a room of its own. */
export const domains: readonly string[] = [
  ...stack.map(([domain]) => domain).filter((domain) => domain !== 'exchange'),
  'example',
]

/** The domains whose answers may differ after `tables` changed. */
export const domainsOf = (tables: ReadonlySet<string>): string[] => {
  const lowest = stack.findIndex(([, owned]) => tables.has('*') || owned.some((table) => tables.has(table)))
  return lowest < 0 ? [] : stack.slice(lowest).map(([domain]) => domain)
}
