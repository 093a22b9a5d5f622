import type { RecordedTable, TraceName } from '../../../shared/record/tables.ts'
import type { Connection } from '../connection.ts'
import type { TableName } from '../schema/names.ts'

/** The table of the record that an audit row refers to, where the audit row has another name. */
const tracedTables: Readonly<Partial<Record<RecordedTable | TraceName, TableName>>> = {
  // The content of a record is sealed: its trace in the audit has the id of the child.
  health_record: 'child',
  health_consultation: 'child',
  photo_consultation: 'photo',
  paper_consultation: 'received_paper',
  mandate_consultation: 'mandate',
  debit_file_consultation: 'debit_collection',
  quotient_consultation: 'family',
  list_export: 'free_list',
  family_export: 'family',
}

/**
 * Records of the whole service: an act on one sums homes of every site, so only people of all sites see it, as only
 * they may open the record.
 */
const ofWholeService: ReadonlySet<string> = new Set<TableName>([
  'bank_account',
  'bank_line',
  'bank_match',
  'bank_statement',
  'closing',
  'debit',
  'debit_collection',
  'debit_file',
  'deposit_slip',
  'invoice_run',
  'outstanding_file',
  'outstanding_statement',
  'remittance',
  'third_party',
  'till_closing',
])

/** Fields by which a removed row still says which record it belonged to. */
const owners: Readonly<Record<string, TableName>> = {
  siteId: 'site',
  facilityId: 'facility',
  activityId: 'activity',
  periodId: 'period',
  registrationId: 'registration',
  familyId: 'family',
  childId: 'child',
  guardianId: 'guardian',
}

/**
 * Whether a limited store shows all rows that an act wrote. Removed rows are judged by the records that they belonged
 * to. An act is shown whole or not at all, since its label may name any row that it touched.
 * @param limitedTables the tables of which the connection hides rows
 */
export const isActSeen = ({ statement }: Connection, limitedTables: ReadonlySet<string>, actId: number): boolean => {
  const exists = (text: string, ...values: readonly unknown[]) =>
    statement(`select exists (${text})`).pluck().get(values) === 1
  const isHidden = (table: string, id: number) =>
    exists(`select 1 from main.${table} where id = ?`, id) && !exists(`select 1 from ${table} where id = ?`, id)
  const entities = statement('select distinct entity from audit where act_id = ?').pluck().all(actId) as string[]
  return entities.every((entity) => {
    const table = tracedTables[entity as RecordedTable | TraceName] ?? entity
    if (ofWholeService.has(table)) return false
    if (!limitedTables.has(table)) return true
    const hiddenRow = `select 1 from main.${table} own where own.id = wanted.id
      and not exists (select 1 from ${table} shown where shown.id = own.id)`
    return (
      !exists(
        `select 1 from (select entity_id as id from audit where act_id = ? and entity = ? and entity_id is not null) wanted
        where exists (${hiddenRow})`,
        actId,
        entity,
      ) &&
      !exists(
        `select 1 from (select row.value ->> 0 as id from audit, json_each(before, '$.rows') row
          where audit.act_id = ? and entity = ? and operation = 'updateMany') wanted where exists (${hiddenRow})`,
        actId,
        entity,
      ) &&
      !exists(
        `select 1 from audit, json_each(after, '$.ids') span
        join main.${table} own on own.id between span.value ->> 0 and span.value ->> 1
        where audit.act_id = ? and entity = ? and operation = 'insertMany'
          and not exists (select 1 from ${table} shown where shown.id = own.id)`,
        actId,
        entity,
      ) &&
      Object.entries(owners).every(([key, owner]) =>
        (
          statement(
            `select distinct coalesce(after ->> '$.${key}', before ->> '$.${key}') from audit
            where act_id = ? and entity = ? and operation in ('insert', 'update', 'remove')
              and coalesce(after ->> '$.${key}', before ->> '$.${key}') is not null
              and not exists (select 1 from main.${table} own where own.id = entity_id)`,
          )
            .pluck()
            .all(actId, entity) as number[]
        ).every((id) => !isHidden(owner, id)),
      )
    )
  })
}
