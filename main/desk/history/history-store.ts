import { toSnakeCase } from 'drizzle-orm/casing'
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

/** Who undid an act, and when; undefined if nobody did. */
export const undoneBy = (store: Store, actId: number): { who: string; at: Instant } | undefined =>
  store
    .statement(
      `select undoing.actor_name who, undoing.closed_at at from audit mark join act undoing on undoing.id = mark.act_id
      where mark.entity = 'act' and mark.entity_id = ? and undoing.state = 'closed' limit 1`,
    )
    .get(actId) as { who: string; at: Instant } | undefined

/** Names of the tables that an act wrote. */
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

/** Acts of staff with an id below `before`, newest first. */
export const actsBefore = (store: Store, before: number, since: Instant, count: number): ActRow[] =>
  store
    .statement(
      `select ${actColumns} from act
      where id < ? and state = 'closed' and actor = 'staff' and started_at >= ? order by id desc limit ?`,
    )
    .all(before, since, count) as ActRow[]

// ---- The rows of a record

/** Row ids by table: a record and the rows that belong to it, including removed rows. */
export type RecordRows = ReadonlyMap<string, ReadonlySet<number>>

type Dependent = { readonly table: RecordedTable; readonly key: string; readonly of: RecordedTable }
const dependent = <Table extends RecordedTable>(table: Table, key: ColumnOf<Table>, of: RecordedTable): Dependent => ({
  table,
  key,
  of,
})

/** Rows that belong to each kind of record: rows of `table` whose column `key` refers to a row of `of` found so far. */
const dependents: Readonly<Record<RecordKind, readonly Dependent[]>> = {
  family: [
    dependent('family_address', 'familyId', 'family'),
    dependent('family_quotient', 'familyId', 'family'),
    dependent('quotient_consent', 'familyId', 'family'),
    dependent('price_category', 'familyId', 'family'),
    dependent('custom_value', 'familyId', 'family'),
    dependent('note', 'familyId', 'family'),
    dependent('family_guardian', 'familyId', 'family'),
    dependent('family_child', 'familyId', 'family'),
    dependent('registration', 'familyId', 'family'),
    dependent('reservation', 'registrationId', 'registration'),
    dependent('opening_balance', 'familyId', 'family'),
    dependent('invoice', 'familyId', 'family'),
    dependent('payment', 'familyId', 'family'),
    dependent('debt_decision', 'familyId', 'family'),
    dependent('treasury_payment', 'decisionId', 'debt_decision'),
    dependent('refund', 'familyId', 'family'),
    dependent('reminder', 'familyId', 'family'),
    dependent('recovery_note', 'familyId', 'family'),
    dependent('payment_plan', 'familyId', 'family'),
    dependent('repricing', 'familyId', 'family'),
    dependent('give_up', 'familyId', 'family'),
    dependent('free_line', 'familyId', 'family'),
    dependent('final_span', 'familyId', 'family'),
    dependent('mandate', 'familyId', 'family'),
    dependent('year_plan', 'familyId', 'family'),
    dependent('account_request', 'familyId', 'family'),
    dependent('confirmation', 'familyId', 'family'),
  ],
  child: [
    dependent('schooling', 'childId', 'child'),
    dependent('guardian_bond', 'childId', 'child'),
    dependent('paper_fact', 'childId', 'child'),
    dependent('confirmation', 'childId', 'child'),
    dependent('consent_answer', 'childId', 'child'),
    dependent('pickup_contact', 'childId', 'child'),
    dependent('photo', 'childId', 'child'),
    dependent('photo', 'pickupContactId', 'pickup_contact'),
    dependent('custom_value', 'childId', 'child'),
    dependent('note', 'childId', 'child'),
    dependent('family_child', 'childId', 'child'),
    dependent('custody_rule', 'childId', 'child'),
    dependent('custody_day', 'childId', 'child'),
    dependent('registration', 'childId', 'child'),
    dependent('registration_group', 'registrationId', 'registration'),
    dependent('registration_sublist', 'registrationId', 'registration'),
    dependent('reservation', 'registrationId', 'registration'),
  ],
  guardian: [
    dependent('family_guardian', 'guardianId', 'guardian'),
    dependent('guardian_bond', 'guardianId', 'guardian'),
    dependent('photo', 'guardianId', 'guardian'),
    dependent('consent_answer', 'guardianId', 'guardian'),
    dependent('custom_value', 'guardianId', 'guardian'),
    dependent('portal_account', 'guardianId', 'guardian'),
    dependent('message_choice', 'guardianId', 'guardian'),
  ],
  registration: [
    dependent('custom_value', 'registrationId', 'registration'),
    dependent('registration_group', 'registrationId', 'registration'),
    dependent('registration_sublist', 'registrationId', 'registration'),
    dependent('reservation', 'registrationId', 'registration'),
  ],
  activity: [
    dependent('slot', 'activityId', 'activity'),
    dependent('activity_group', 'activityId', 'activity'),
    dependent('sublist', 'activityId', 'activity'),
    dependent('required_paper', 'activityId', 'activity'),
    dependent('hours_rule', 'activityId', 'activity'),
    dependent('activity_tariff', 'activityId', 'activity'),
  ],
  period: [dependent('opening', 'periodId', 'period')],
  tariff: [
    dependent('tariff_version', 'tariffId', 'tariff'),
    dependent('activity_tariff', 'tariffId', 'tariff'),
    dependent('repricing', 'tariffId', 'tariff'),
  ],
  invoice: [dependent('allocation', 'invoiceId', 'invoice')],
  payment: [dependent('allocation', 'paymentId', 'payment'), dependent('deposit_slip_line', 'paymentId', 'payment')],
  staff_member: [],
  facility: [],
  school: [],
  organisation: [],
  regie: [dependent('regie_holder', 'regieId', 'regie')],
}

/** Link tables through which a family's children and guardians belong to its history. */
const linkedPeople = [
  { link: 'family_child', column: 'child_id', table: 'child' },
  { link: 'family_guardian', column: 'guardian_id', table: 'guardian' },
] as const

export const rowsOfRecord = (store: Store, entity: RecordKind, id: number): RecordRows => {
  const scope = new Map<string, Set<number>>([[entity, new Set([id])]])
  const add = (table: string, ids: readonly number[]) =>
    scope.set(table, new Set([...(scope.get(table) ?? []), ...ids]))
  const follow = (all: readonly Dependent[]) => {
    for (const { table, key, of } of all) add(table, rowsOf(store, table, key, [...(scope.get(of) ?? [])]))
  }
  follow(dependents[entity])
  if (entity === 'family') {
    for (const { link, column, table } of linkedPeople)
      add(table, store.statement(`select ${column} from ${link} where family_id = ?`).pluck().all(id) as number[])
    follow(
      dependents.child.filter(({ table }) =>
        ['schooling', 'guardian_bond', 'consent_answer', 'pickup_contact', 'photo', 'custom_value', 'note'].includes(
          table,
        ),
      ),
    )
  }
  const children = scope.get('child')
  if (children) {
    // Audit rows on health records carry the child's id and no content.
    scope.set('health_record', children)
    if (entity === 'child') scope.set('health_consultation', children)
  }
  return scope
}

/** Ids of existing rows of these owners, and of removed ones, found by their last audited values. */
const rowsOf = (store: Store, table: string, key: string, owners: readonly number[]): number[] =>
  store
    .statement(
      `select id from ${table} where ${toSnakeCase(key)} in (select value from json_each(?1))
      union
      select entity_id from audit where entity = '${table}' and operation = 'remove'
        and before ->> '$.${key}' in (select value from json_each(?1))`,
    )
    .pluck()
    .all({ 1: JSON.stringify(owners) }) as number[]

/**
 * Ids of acts that wrote a row of the scope, newest first, without repetition. SQLite may use the id of a removed row
 * again, so only acts since the row's last insert count.
 */
export const actsOn = (store: Store, scope: RecordRows, before: number): number[] => {
  const found = new Set<number>()
  for (const [table, ids] of scope)
    for (const actId of store
      .statement(
        `select distinct audit.act_id from json_each(?1) wanted
        cross join audit on audit.entity = ?2 and audit.entity_id = wanted.value
        join act on act.id = audit.act_id
        where act.state = 'closed' and act.id < ?3 ${sinceInsert} and not ${isBilling}
        union
        select audit.act_id from audit join act on act.id = audit.act_id
        where audit.entity = ?2 and audit.entity_id is null and act.state = 'closed' and act.id < ?3
          and not ${isBilling} and ${touchesAny}`,
      )
      .pluck()
      .all({ 1: JSON.stringify([...ids]), 2: table, 3: before }) as number[])
      found.add(actId)
  return [...found].toSorted((one, other) => other - one)
}

const sinceInsert = `and audit.id >= coalesce((
  select max(made.id) from audit made join act making on making.id = made.act_id
  where made.entity = ?2 and made.entity_id = wanted.value and made.operation = 'insert' and making.state = 'closed'
    and making.kind <> 'history.undo'), 0)`

/**
 * SQL: the audit row only marks a cell as billed. The invoice's history shows that, to people who may read invoices.
 */
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

/** Audit rows of an act, at most 2,000, one per changed row. @param scope limits them to the rows of a record */
export const changesIn = (store: Store, actId: number, scope: RecordRows | null): ChangeRow[] => {
  const rows = store
    .statement(
      `select id auditId, entity, entity_id id, operation, before, after from audit
      where act_id = ? and entity not in ('act', 'reservation_move')
        ${scope === null ? '' : `and not ${isBilling}`} order by id limit 2000`,
    )
    .all(actId) as (Omit<ChangeRow, 'before' | 'after'> & { before: string | null; after: string | null })[]
  return rows.flatMap(({ before, after, ...row }): ChangeRow[] => {
    const change = { ...row, before: parsed(before), after: parsed(after) }
    if (row.operation === 'updateMany') return changesPerRow(change, scope)
    if (row.operation === 'insertMany') return insertedRows(change, scope)
    return scope === null || (row.id !== null && scope.get(row.entity)?.has(row.id)) ? [change] : []
  })
}

const parsed = (text: string | null) => (text === null ? null : (JSON.parse(text) as Record<string, unknown>))

/** Splits an `updateMany` into one change per row. */
const changesPerRow = (change: ChangeRow, scope: RecordRows | null): ChangeRow[] =>
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

const insertedRows = (change: ChangeRow, scope: RecordRows | null): ChangeRow[] => {
  const spans = (change.after?.['ids'] ?? []) as [number, number][]
  const wantedIds = scope?.get(change.entity)
  const ids = wantedIds
    ? [...wantedIds].filter((id) => spans.some(([from, to]) => from <= id && id <= to))
    : spans.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, at) => from + at))
  return scope !== null && !wantedIds ? [] : ids.map((id) => ({ ...change, id, before: null, after: null }))
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
