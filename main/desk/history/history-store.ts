import type { RecordKind } from '../../../shared/contract/desk/history.ts'
import type { RecordedTable } from '../../../shared/record/tables.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import type { ColumnOf } from '../../store/schema/names.ts'
import type { Store } from '../../store/store.ts'

export type ActRow = {
  readonly actId: number
  readonly kind: string
  readonly label: string
  readonly actor: 'staff' | 'rule' | 'system' | 'guardian'
  readonly staffId: number | null
  readonly who: string
  readonly at: Instant
}

const actColumns = `act.id actId, act.kind, act.label, act.actor, act.staff_id staffId, act.actor_name who, act.started_at at`

export const actOf = (store: Store, actId: number): ActRow | undefined =>
  store.statement(`select ${actColumns} from act where id = ? and state = 'closed'`).get(actId) as ActRow | undefined

/** Who took an act back, and when; nothing while it stands. */
export const markOf = (store: Store, actId: number): { who: string; at: Instant } | undefined =>
  store
    .statement(
      `select undoing.actor_name who, undoing.closed_at at from audit mark join act undoing on undoing.id = mark.act_id
      where mark.entity = 'act' and mark.entity_id = ? and undoing.state = 'closed' limit 1`,
    )
    .get(actId) as { who: string; at: Instant } | undefined

/** The tables an act wrote. */
export const tablesWritten = (store: Store, actId: number): string[] =>
  store
    .statement(`select distinct entity from audit where act_id = ? and operation <> 'consult' order by entity`)
    .pluck()
    .all(actId) as string[]

export const rowsWritten = (store: Store, actId: number): number =>
  store
    .statement(
      `select coalesce(sum(case operation
          when 'insertMany' then (select sum(value ->> 1 - value ->> 0 + 1) from json_each(after, '$.ids'))
          when 'updateMany' then json_array_length(before, '$.rows')
          else 1 end), 0)
      from audit where act_id = ? and operation <> 'consult'`,
    )
    .pluck()
    .get(actId) as number

/** Children whose shared custody an act changed. */
export const childrenOfCustody = (store: Store, actId: number): number[] =>
  store
    .statement(
      `select distinct coalesce(before ->> '$.childId', after ->> '$.childId') from audit
      where act_id = ? and entity in ('custody_rule', 'custody_day') and operation in ('insert', 'remove')`,
    )
    .pluck()
    .all(actId) as number[]

/** Acts of staff before one, newest first. */
export const actsBefore = (store: Store, before: number, since: Instant, count: number): ActRow[] =>
  store
    .statement(
      `select ${actColumns} from act
      where id < ? and state = 'closed' and actor = 'staff' and started_at >= ? order by id desc limit ?`,
    )
    .all(before, since, count) as ActRow[]

// ---- The rows of a record

/** Rows by table: what hangs on a record, those that were removed included. */
export type Scope = ReadonlyMap<string, ReadonlySet<number>>

type Hanging = { readonly table: RecordedTable; readonly key: string; readonly of: RecordedTable }
const hangs = <Table extends RecordedTable>(table: Table, key: ColumnOf<Table>, of: RecordedTable): Hanging => ({
  table,
  key,
  of,
})

/** What hangs on each record: a row of `table` whose `key` is one of the rows of `of` found so far. */
const hanging: Readonly<Record<RecordKind, readonly Hanging[]>> = {
  family: [
    hangs('family_address', 'familyId', 'family'),
    hangs('family_quotient', 'familyId', 'family'),
    hangs('family_guardian', 'familyId', 'family'),
    hangs('family_child', 'familyId', 'family'),
    hangs('registration', 'familyId', 'family'),
    hangs('reservation', 'registrationId', 'registration'),
    hangs('opening_balance', 'familyId', 'family'),
    hangs('invoice', 'familyId', 'family'),
    hangs('payment', 'familyId', 'family'),
  ],
  child: [
    hangs('schooling', 'childId', 'child'),
    hangs('pickup_contact', 'childId', 'child'),
    hangs('family_child', 'childId', 'child'),
    hangs('custody_rule', 'childId', 'child'),
    hangs('custody_day', 'childId', 'child'),
    hangs('registration', 'childId', 'child'),
    hangs('reservation', 'registrationId', 'registration'),
  ],
  guardian: [hangs('family_guardian', 'guardianId', 'guardian'), hangs('portal_account', 'guardianId', 'guardian')],
  registration: [hangs('reservation', 'registrationId', 'registration')],
  activity: [hangs('slot', 'activityId', 'activity'), hangs('activity_tariff', 'activityId', 'activity')],
  period: [hangs('opening', 'periodId', 'period')],
  tariff: [hangs('tariff_version', 'tariffId', 'tariff'), hangs('activity_tariff', 'tariffId', 'tariff')],
  invoice: [hangs('allocation', 'invoiceId', 'invoice')],
  payment: [hangs('allocation', 'paymentId', 'payment'), hangs('deposit_slip_line', 'paymentId', 'payment')],
  staff_member: [],
  facility: [],
  school: [],
  organisation: [],
}

/** Those whose people are the record's too: a family's children and guardians, with what hangs on them. */
const throughLinks = [
  { link: 'family_child', column: 'child_id', table: 'child' },
  { link: 'family_guardian', column: 'guardian_id', table: 'guardian' },
] as const

const snake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

export const scopeOf = (store: Store, entity: RecordKind, id: number): Scope => {
  const scope = new Map<string, Set<number>>([[entity, new Set([id])]])
  const add = (table: string, ids: readonly number[]) =>
    scope.set(table, new Set([...(scope.get(table) ?? []), ...ids]))
  const follow = (all: readonly Hanging[]) => {
    for (const { table, key, of } of all) add(table, rowsOf(store, table, key, [...(scope.get(of) ?? [])]))
  }
  follow(hanging[entity])
  if (entity === 'family') {
    for (const { link, column, table } of throughLinks)
      add(table, store.statement(`select ${column} from ${link} where family_id = ?`).pluck().all(id) as number[])
    follow(hanging.child.filter(({ table }) => ['schooling', 'pickup_contact'].includes(table)))
  }
  const children = scope.get('child')
  if (children) {
    // Not the record itself: reading or changing it leaves the child's id, never what it says.
    scope.set('health_record', children)
    if (entity === 'child') scope.set('health_consultation', children)
  }
  return scope
}

/** Rows that are there, and those that were removed, as their last words tell. */
const rowsOf = (store: Store, table: string, key: string, owners: readonly number[]): number[] =>
  store
    .statement(
      `select id from ${table} where ${snake(key)} in (select value from json_each(?1))
      union
      select entity_id from audit where entity = '${table}' and operation = 'remove'
        and before ->> '$.${key}' in (select value from json_each(?1))`,
    )
    .pluck()
    .all({ 1: JSON.stringify(owners) }) as number[]

/** The acts that wrote a row of the scope, newest first, each once. A row's number may have served before: from its last making on. */
export const actsOn = (store: Store, scope: Scope, before: number, count: number): number[] => {
  const found = new Set<number>()
  for (const [table, ids] of scope)
    for (const actId of store
      .statement(
        `select distinct audit.act_id from json_each(?1) wanted
        cross join audit on audit.entity = ?2 and audit.entity_id = wanted.value
        join act on act.id = audit.act_id
        where act.state = 'closed' and act.id < ?3 ${sinceMade} and not ${isBilling}
        union
        select audit.act_id from audit join act on act.id = audit.act_id
        where audit.entity = ?2 and audit.entity_id is null and act.state = 'closed' and act.id < ?3
          and not ${isBilling} and ${touchesAny}`,
      )
      .pluck()
      .all({ 1: JSON.stringify([...ids]), 2: table, 3: before }) as number[])
      found.add(actId)
  return [...found].toSorted((one, other) => other - one).slice(0, count)
}

const sinceMade = `and audit.id >= coalesce((
  select max(made.id) from audit made join act making on making.id = made.act_id
  where made.entity = ?2 and made.entity_id = wanted.value and made.operation = 'insert' and making.state = 'closed'
    and making.kind <> 'history.undo'), 0)`

/** Which invoice bills a cell is no story of the cell: the invoice tells it, to those who may read invoices. */
const isBilling = `(audit.entity = 'reservation' and audit.operation in ('update', 'updateMany')
  and json_type(audit.after, '$.billedBy') is not null)`

const touchesAny = `(
  (audit.operation = 'insertMany' and exists (select 1 from json_each(audit.after, '$.ids') span, json_each(?1) wanted
    where wanted.value between span.value ->> 0 and span.value ->> 1))
  or (audit.operation = 'updateMany' and exists (select 1 from json_each(audit.before, '$.rows') row
    where row.value ->> 0 in (select value from json_each(?1)))))`

export type ChangeRow = {
  readonly auditId: number
  readonly entity: string
  readonly id: number | null
  readonly operation: 'insert' | 'insertMany' | 'update' | 'updateMany' | 'remove' | 'consult'
  readonly before: Readonly<Record<string, unknown>> | null
  readonly after: Readonly<Record<string, unknown>> | null
}

/** What an act wrote, as it wrote it; `scope` narrows to the rows of a record. */
export const changesIn = (store: Store, actId: number, scope: Scope | null): ChangeRow[] => {
  const rows = store
    .statement(
      `select id auditId, entity, entity_id id, operation, before, after from audit
      where act_id = ? and entity not in ('act', 'reservation_move')
        ${scope === null ? '' : `and not ${isBilling}`} order by id limit 2000`,
    )
    .all(actId) as (Omit<ChangeRow, 'before' | 'after'> & { before: string | null; after: string | null })[]
  return rows.flatMap(({ before, after, ...row }): ChangeRow[] => {
    const change = { ...row, before: parsed(before), after: parsed(after) }
    if (row.operation === 'updateMany') return each(change, scope)
    if (row.operation === 'insertMany') return made(change, scope)
    return scope === null || (row.id !== null && scope.get(row.entity)?.has(row.id)) ? [change] : []
  })
}

const parsed = (text: string | null) => (text === null ? null : (JSON.parse(text) as Record<string, unknown>))

/** Of a batch, one change a row. */
const each = (change: ChangeRow, scope: Scope | null): ChangeRow[] =>
  ((change.before?.['rows'] ?? []) as [number, Record<string, unknown>][]).flatMap(([id, before]) =>
    scope === null || scope.get(change.entity)?.has(id)
      ? [
          {
            ...change,
            id,
            before,
            after: Object.fromEntries(Object.keys(before).map((key) => [key, change.after?.[key]])),
          },
        ]
      : [],
  )

const made = (change: ChangeRow, scope: Scope | null): ChangeRow[] => {
  const spans = (change.after?.['ids'] ?? []) as [number, number][]
  const own = scope?.get(change.entity)
  const ids = own
    ? [...own].filter((id) => spans.some(([from, to]) => from <= id && id <= to))
    : spans.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at))
  return scope !== null && !own ? [] : ids.map((id) => ({ ...change, id, before: null, after: null }))
}

export const changeOfAudit = (store: Store, auditId: number): (ChangeRow & { readonly state: string }) | undefined => {
  const row = store
    .statement(
      `select audit.id auditId, entity, entity_id id, operation, before, after, state
      from audit join act on act.id = audit.act_id where audit.id = ?`,
    )
    .get(auditId) as
    | (Omit<ChangeRow, 'before' | 'after'> & { before: string | null; after: string | null; state: string })
    | undefined
  return row && { ...row, before: parsed(row.before), after: parsed(row.after) }
}
