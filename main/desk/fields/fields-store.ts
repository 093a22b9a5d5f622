import { toSnakeCase } from 'drizzle-orm/casing'
import { type CustomField, type CustomSubject, customName } from '../../../shared/rules/people/custom-field.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { committedSql, isCommitted } from '../../store/acts/committed.ts'
import { customField, type customValue } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'

export const customFields = ({ db }: Store): CustomField[] =>
  db
    .select()
    .from(customField)
    .where(isCommitted(customField.actId))
    .orderBy(customField.id)
    .all()
    .map(({ actId: _act, ...field }) => ({ ...field, parents: 'none' }))

export type CustomValueRow = Pick<typeof customValue.$inferSelect, 'id' | 'fieldId' | 'value'> & {
  readonly ownerId: number
}

/** The column of `custom_value` that names the owner, by subject. */
export const ownerKeys = {
  family: 'familyId',
  guardian: 'guardianId',
  child: 'childId',
  registration: 'registrationId',
} as const satisfies Readonly<Record<CustomSubject, keyof typeof customValue.$inferSelect>>

/** Values of these records, whatever the rights of the reader. */
export const valuesOf = (store: Store, subject: CustomSubject, ownerIds: readonly number[]): CustomValueRow[] => {
  const owner = toSnakeCase(ownerKeys[subject])
  return store
    .statement(
      `select id, field_id as fieldId, ${owner} as ownerId, value from custom_value
      where ${owner} in (select value from json_each(?)) order by field_id`,
    )
    .all(JSON.stringify(ownerIds)) as CustomValueRow[]
}

/** Values of all records of a subject, for a list. */
export const allValuesOf = (store: Store, subject: CustomSubject): CustomValueRow[] => {
  const owner = toSnakeCase(ownerKeys[subject])
  return store
    .statement(
      `select id, field_id as fieldId, ${owner} as ownerId, value from custom_value where ${owner} is not null`,
    )
    .all() as CustomValueRow[]
}

/** The number of values in each field; fields without any are left out. */
export const usesOfFields = (store: Store): ReadonlyMap<number, number> =>
  new Map(
    store.statement('select field_id, count(*) from custom_value group by field_id').raw().all() as [number, number][],
  )

/** Names what is shared, and counts what is a person's own: `''` among the names. */
const kept = (found: readonly string[], one: string, unnamed: (count: number) => string): string[] => {
  const own = found.filter((name) => name === '').length
  return [
    ...found.flatMap((name) => (name === '' ? [] : [`${one} «\u00a0${name}\u00a0»`])),
    ...(own > 0 ? [unnamed(own)] : []),
  ]
}

/** What reads a field, in words: « le modèle « Bienvenue » ». A list or choice that is not shared is not named. */
export const readersOf = (store: Store, { id, subject }: Pick<CustomField, 'id' | 'subject'>): string[] => {
  const names = (sql: string) =>
    store
      .statement(sql)
      .pluck()
      .all({ id: `"${subject === 'family' ? 'home' : subject}.${customName({ id })}"` }) as string[]
  const ofKept = (table: string, json: string) =>
    names(`select iif(is_shared, name, '') from ${table}
    where instr(${json}, :id) > 0 and ${committedSql('act_id')} order by name`)
  return [
    ...kept(
      names(`select name from template where ${committedSql('template.act_id')} and exists (
        select 1 from template_version own where own.template_id = template.id and instr(own.document, :id) > 0
          and ${committedSql('own.act_id')} and own.version = (
            select max(version) from template_version last where last.template_id = template.id
              and ${committedSql('last.act_id')})) order by name`),
      'le modèle',
      () => '',
    ),
    ...kept(ofKept('free_list', 'query'), 'la liste', (count) =>
      counted(count, 'liste personnelle', 'listes personnelles'),
    ),
    ...kept(ofKept('saved_audience', 'whom'), 'le choix de destinataires', (count) =>
      counted(count, 'choix de destinataires personnel', 'choix de destinataires personnels'),
    ),
  ]
}

/** Whether anything was ever typed in a field, even if it was cleared since. */
export const isFieldUsed = (store: Store, fieldId: number): boolean =>
  store
    .statement(
      `select exists (select 1 from custom_value where field_id = ?1) or exists (
        select 1 from audit where entity = 'custom_value' and operation = 'remove' and before ->> '$.fieldId' = ?1)`,
    )
    .pluck()
    .get({ 1: fieldId }) === 1

export const peopleOfHome = (store: Store, familyId: number) => {
  const ids = (sql: string) => store.statement(sql).pluck().all(familyId) as number[]
  return {
    family: [familyId],
    guardian: ids('select guardian_id from family_guardian where family_id = ?'),
    child: ids('select child_id from family_child where family_id = ?'),
    registration: [],
  } as const satisfies Readonly<Record<CustomSubject, readonly number[]>>
}

export const registrationsOfHome = (store: Store, familyId: number): number[] =>
  store.statement('select id from registration where family_id = ? order by id').pluck().all(familyId) as number[]

/** The fields whose values an act wrote. */
export const fieldsWrittenBy = (store: Store, actId: number): number[] =>
  store
    .statement(
      `select distinct coalesce(before ->> '$.fieldId', after ->> '$.fieldId',
        (select field_id from custom_value where custom_value.id = entity_id),
        (select later.before ->> '$.fieldId' from audit later where later.entity = 'custom_value'
          and later.operation = 'remove' and later.entity_id = audit.entity_id and later.id > audit.id limit 1)) as field
      from audit where act_id = ? and entity = 'custom_value' and field is not null`,
    )
    .pluck()
    .all(actId) as number[]

/** The field of a value, by the id of the value's row, whether or not the row still exists; null when unknown. */
export const fieldOfValueRow = (store: Store, id: number): number | null =>
  (store
    .statement(
      `select field_id from custom_value where id = ?1
      union all select before ->> '$.fieldId' from audit
        where entity = 'custom_value' and operation = 'remove' and entity_id = ?1 limit 1`,
    )
    .pluck()
    .get({ 1: id }) as number | undefined) ?? null

/** The name of a record for the label of an act. */
export const ownerName = (store: Store, subject: CustomSubject, id: number): string | undefined =>
  store
    .statement(
      {
        family: `select 'famille ' || name from family where id = ?`,
        guardian: `select first_name || ' ' || last_name from guardian where id = ?`,
        child: `select first_name || ' ' || last_name from child where id = ?`,
        registration: `select child.first_name || ' ' || child.last_name || ', ' || period.name from registration
          join child on child.id = child_id join period on period.id = period_id where registration.id = ?`,
      }[subject],
    )
    .pluck()
    .get(id) as string | undefined
