/*
 * The balance of each home at each régie, computed by triggers: a list of thousands of homes can be filtered by balance
 * without adding up years of papers, and no writer can forget to update it. The check of the file computes all balances
 * again.
 */

type Row = 'new' | 'old'
type Trigger = { readonly name: string; readonly sql: string }

/** The amount in cents that a row adds to the balance of its home, and the columns on which that amount depends. */
const addends = [
  {
    table: 'invoice',
    cents: (row: Row) => `iif(${row}.state = 'issued', ${row}.total_cents, 0)`,
    of: ['state', 'total_cents'],
  },
  {
    table: 'payment',
    cents: (row: Row) => `iif(${row}.cancelled_at is null, -${row}.amount_cents, 0)`,
    of: ['cancelled_at', 'amount_cents'],
  },
  { table: 'opening_balance', cents: (row: Row) => `${row}.amount_cents`, of: ['amount_cents'] },
  {
    table: 'refund',
    cents: (row: Row) => `iif(${row}.paid_on is null or ${row}.means = 'treasury', 0, ${row}.amount_cents)`,
    of: ['paid_on', 'amount_cents', 'means'],
  },
] as const

const add = (familyId: string, regieId: string, cents: string, from = ''): string =>
  `insert into home_balance (family_id, regie_id, cents) select ${familyId}, ${regieId}, ${cents} ${from}
    where ${familyId} is not null and (${cents}) <> 0
    on conflict (family_id, regie_id) do update set cents = cents + excluded.cents`

const trigger = (name: string, event: string, ...statements: readonly string[]): Trigger => ({
  name: `balance_${name}`,
  sql: `create trigger balance_${name} after ${event} begin ${statements.join('; ')}; end`,
})

/** The amount that a decision takes off a debt. */
const decided = (row: Row, sign: '' | '-'): string =>
  add(
    'decision.family_id',
    'decision.regie_id',
    `${sign}${row}.amount_cents`,
    `from (select family_id, regie_id from debt_decision where id = ${row}.decision_id) decision`,
  )

/** The part of a payment that is kept for the Treasury. */
const kept = (row: Row, sign: '' | '-'): string =>
  add(
    'kept.family_id',
    'kept.regie_id',
    `${sign}${row}.amount_cents`,
    `from (select family_id, regie_id from refund where id = ${row}.refund_id and means = 'treasury') kept`,
  )

export const balanceTriggers: readonly Trigger[] = [
  ...addends.flatMap(({ table, cents, of: columns }) => {
    const added = add('new.family_id', 'new.regie_id', cents('new'))
    const taken = add('old.family_id', 'old.regie_id', `-(${cents('old')})`)
    return [
      trigger(`${table}_insert`, `insert on ${table}`, added),
      trigger(
        `${table}_update`,
        `update of ${[...columns, 'family_id', 'regie_id'].join(', ')} on ${table}`,
        taken,
        added,
      ),
      trigger(`${table}_delete`, `delete on ${table}`, taken),
    ]
  }),
  trigger('decision_insert', 'insert on allocation when new.decision_id is not null', decided('new', '-')),
  trigger('decision_delete', 'delete on allocation when old.decision_id is not null', decided('old', '')),
  trigger('kept_insert', 'insert on allocation when new.refund_id is not null', kept('new', '')),
  trigger('kept_delete', 'delete on allocation when old.refund_id is not null', kept('old', '-')),
  // A home with a balance of zero has no row.
  trigger('settled', 'update on home_balance when new.cents = 0', 'delete from home_balance where id = new.id'),
  trigger('home_delete', 'delete on family', 'delete from home_balance where family_id = old.id'),
]
