import type { CustomFieldInput, CustomFieldShown, OwnedValue } from '../../../shared/contract/desk/people/fields.ts'
import { type Role, roleNames } from '../../../shared/rules/access/roles.ts'
import { type Day, today } from '../../../shared/rules/calendar/day.ts'
import {
  type CustomField,
  type CustomSubject,
  customCell,
  customSubjects,
  editsField,
  isWithdrawn,
  customValue as readCustomValue,
  seesField,
  whySensitive,
  withdrawnText,
} from '../../../shared/rules/people/custom-field.ts'
import {
  childFields,
  fieldValueText,
  guardianFields,
  homeFields,
  labelsOf,
} from '../../../shared/rules/people/fields.ts'
import { sameLabel } from '../../../shared/rules/people/names.ts'
import { listed, longDate } from '../../../shared/rules/text/french.ts'
import type { Write } from '../../store/acts/acts.ts'
import { customField, customValue } from '../../store/schema/index.ts'
import type { Store } from '../../store/store.ts'
import { type Core, type Person, Refused } from '../core.ts'
import {
  type CustomValueRow,
  customFields,
  fieldOfValueRow,
  fieldsWrittenBy,
  isFieldUsed,
  ownerKeys,
  ownerName,
  peopleOfHome,
  readersOf,
  registrationsOfHome,
  usesOfFields,
  valuesOf,
} from './fields-store.ts'

export { allValuesOf, type CustomValueRow, customFields, valuesOf } from './fields-store.ts'

// ---- Fields

/** The fields in use that these roles may read, oldest first. */
export const fieldsSeenBy = (store: Store, roles: readonly Role[], on: Day): CustomField[] =>
  customFields(store).filter((field) => seesField(roles, field) && !isWithdrawn(field, on))

/** The fields in use that these roles may read and edit. */
export const fieldsEditedBy = (store: Store, roles: readonly Role[], on: Day): CustomField[] =>
  fieldsSeenBy(store, roles, on).filter((field) => editsField(roles, field))

export const listFields = ({ store, clock }: Core, { roles }: Person): CustomFieldShown[] =>
  fieldsSeenBy(store, roles, today(clock)).map((field) => shown(field, roles))

export const definedFields = ({ store, clock }: Core, { roles }: Person) => {
  const uses = usesOfFields(store)
  const on = today(clock)
  return customFields(store)
    .map((field) => ({ ...shown(field, roles), uses: uses.get(field.id) ?? 0, readBy: readersOf(store, field) }))
    .toSorted((one, other) => Number(isWithdrawn(one, on)) - Number(isWithdrawn(other, on)))
}

const shown = (
  { id, subject, kind, label, choices, seenBy, editedBy, withdrawnFrom }: CustomField,
  roles: readonly Role[],
): CustomFieldShown => ({
  id,
  subject,
  kind,
  label,
  choices: [...choices],
  seenBy: [...seenBy],
  editedBy: [...editedBy],
  withdrawnFrom,
  mayEdit: editsField(roles, { editedBy }),
})

const builtInLabels: Readonly<Record<CustomSubject, readonly string[]>> = {
  family: Object.values(labelsOf(homeFields)),
  guardian: Object.values(labelsOf(guardianFields)),
  child: Object.values(labelsOf(childFields)),
  registration: [],
}

export const saveField = (
  { store, clock }: Core,
  person: Person,
  { id, ...values }: CustomFieldInput,
): { id: number } => {
  refuseDeclaration(values)
  return store.act(person, 'fields.define', `Champ de la commune\u00a0: ${values.label}`, (write) => {
    const all = customFields(store)
    const on = today(clock)
    const same = all.find(
      (one) =>
        one.id !== id && one.subject === values.subject && sameLabel(one.label, values.label) && !isWithdrawn(one, on),
    )
    if (same || builtInLabels[values.subject].some((label) => sameLabel(label, values.label)))
      throw new Refused(`Un champ s’appelle déjà «\u00a0${values.label}\u00a0».`, 'label')
    if (id === undefined) return { id: write.insert(customField, values).id }
    const { subject, kind } = requireField(all, id)
    if (kind !== values.kind || subject !== values.subject)
      throw new Refused(
        'Le type d’un champ ne change pas\u00a0: retirez ce champ, puis faites-en un autre.',
        kind === values.kind ? 'subject' : 'kind',
      )
    write.update(customField, id, values)
    return { id }
  })
}

/** @throws Refused for a declaration that the rules forbid, or that no role could read */
const refuseDeclaration = ({ kind, label, choices, seenBy, editedBy }: Omit<CustomFieldInput, 'id'>): void => {
  const sensitive = whySensitive(label)
  if (sensitive !== null) throw new Refused(sensitive, 'label')
  for (const choice of choices) {
    const why = whySensitive(choice)
    if (why !== null) throw new Refused(why, 'choices')
  }
  if (kind === 'choice' && choices.length < 2) throw new Refused('Il faut au moins deux choix.', 'choices')
  if (kind !== 'choice' && choices.length > 0) throw new Refused('Seul un champ à choix a des choix.', 'choices')
  if (choices.some((choice, at) => choices.findIndex((one) => sameLabel(one, choice)) !== at))
    throw new Refused('Deux choix portent le même nom.', 'choices')
  const blind = editedBy.filter((role) => !seenBy.includes(role))
  if (blind.length > 0)
    throw new Refused(
      `${listed(blind.map((role) => roleNames[role]))} remplirait ce champ sans le voir\u00a0: ajoutez ce rôle à ceux qui le voient.`,
      'editedBy',
    )
}

const requireField = (all: readonly CustomField[], id: number): CustomField => {
  const field = all.find((one) => one.id === id)
  if (!field) throw new Refused('Ce champ n’existe plus\u00a0: rien n’a été enregistré.')
  return field
}

export const withdrawField = (
  { store }: Core,
  person: Person,
  { id, from }: { readonly id: number; readonly from: Day | null },
): void => {
  const { label } = requireField(customFields(store), id)
  const what = from === null ? 'repris' : `retiré à partir du ${longDate(from)}`
  store.act(person, 'fields.define', `Champ de la commune ${what}\u00a0: ${label}`, (write) =>
    write.update(customField, id, { withdrawnFrom: from }),
  )
}

export const removeField = ({ store }: Core, person: Person, id: number): void => {
  const field = requireField(customFields(store), id)
  store.act(person, 'fields.define', `Champ de la commune supprimé\u00a0: ${field.label}`, (write) => {
    const readers = readersOf(store, field)
    if (readers.length > 0)
      throw new Refused(
        `Ce champ est lu par ${listed(readers)}\u00a0: enlevez-le d’abord de là, ou retirez-le à partir d’un jour.`,
      )
    if (isFieldUsed(store, id))
      throw new Refused('Ce champ a servi\u00a0: retirez-le à partir d’un jour, ce qui a été saisi reste lisible.')
    write.remove(customField, id)
  })
}

// ---- Values

type FieldsAndValues = { fields: CustomFieldShown[]; values: OwnedValue[] }

/** The fields that this person may read, with their values for these records. */
const valuesSeen = (
  { store, clock }: Core,
  { roles }: Person,
  owners: Readonly<Record<CustomSubject, readonly number[]>>,
): FieldsAndValues => {
  const fields = fieldsSeenBy(store, roles, today(clock)).filter(({ subject }) => owners[subject].length > 0)
  const seen = new Set(fields.map(({ id }) => id))
  return {
    fields: fields.map((field) => shown(field, roles)),
    values: customSubjects.flatMap((subject) =>
      owners[subject].length === 0
        ? []
        : valuesOf(store, subject, owners[subject])
            .filter(({ fieldId }) => seen.has(fieldId))
            .map(({ fieldId, ownerId, value }) => ({ fieldId, ownerId, value })),
    ),
  }
}

export const fieldsOfFamily = (core: Core, person: Person, familyId: number): FieldsAndValues =>
  valuesSeen(core, person, peopleOfHome(core.store, familyId))

export const fieldsOfRegistration = (core: Core, person: Person, registrationId: number): FieldsAndValues =>
  valuesSeen(core, person, { family: [], guardian: [], child: [], registration: [registrationId] })

type TypedValues = {
  readonly familyId?: number | undefined
  readonly guardianId?: number | undefined
  readonly childId?: number | undefined
  readonly registrationId?: number | undefined
  readonly values: readonly { readonly fieldId: number; readonly value: string }[]
}

export const setValues = (core: Core, person: Person, { values, ...owner }: TypedValues): void => {
  const { store } = core
  const subject = customSubjects.find((one) => owner[ownerKeys[one]] !== undefined)
  const ownerId = (subject && owner[ownerKeys[subject]]) ?? 0
  const name = subject && ownerName(store, subject, ownerId)
  if (!subject || name === undefined) throw new Refused('Cette fiche n’existe plus.')
  store.act(person, `fields.${subject}`, `Champs de la commune\u00a0: ${name}`, (write) =>
    writeTyped(core, person, write, subject, ownerId, values),
  )
}

/** Writes typed values of one record within the caller's act. @throws Refused with the form field of the wrong value */
export const writeTyped = (
  { store, clock }: Core,
  person: Person,
  write: Write,
  subject: CustomSubject,
  ownerId: number,
  values: TypedValues['values'],
): void => {
  const all = customFields(store)
  const stored = new Map(valuesOf(store, subject, [ownerId]).map((row) => [row.fieldId, row.value]))
  const read = values.flatMap(({ fieldId, value }, at) => {
    const field = requireField(all, fieldId)
    // A value that the form sends back unchanged is not written, even if it is a choice no longer offered.
    if (value === customCell(field, stored.get(fieldId) ?? '')) return []
    if (field.subject !== subject) throw new Refused('Ce champ n’est pas de cette fiche.', `values.${at}.value`)
    refuseEditing(person, field, today(clock))
    const found = readCustomValue(field, value)
    if ('sentence' in found) throw new Refused(`${field.label}\u00a0: ${found.sentence}`, `values.${at}.value`)
    return [{ fieldId, value: found.value }]
  })
  writeValues(store, write, subject, ownerId, read)
}

/** @throws Refused for a field that this person may not edit, or no longer */
export const refuseTyping = ({ store, clock }: Core, person: Person, id: number): void =>
  refuseEditing(person, requireField(customFields(store), id), today(clock))

/** @throws Refused for a withdrawn field, or one that this person may not edit */
const refuseEditing = ({ roles }: Person, field: CustomField, on: Day): void => {
  if (field.withdrawnFrom !== null && isWithdrawn(field, on))
    throw new Refused(withdrawnText(field.label, field.withdrawnFrom))
  if (!seesField(roles, field)) throw new Refused('Ce champ n’existe plus\u00a0: rien n’a été enregistré.')
  if (!editsField(roles, field)) throw new Refused(notEditedText(field))
}

const notEditedText = ({ label, editedBy }: CustomField): string =>
  editedBy.length === 0
    ? `Personne ne remplit plus le champ «\u00a0${label}\u00a0».`
    : `Le champ «\u00a0${label}\u00a0» est rempli par\u00a0: ${listed(editedBy.map((role) => roleNames[role]))}.`

/** Writes stored values of one record within the caller's act; `''` clears one. */
const writeValues = (
  store: Store,
  write: Write,
  subject: CustomSubject,
  ownerId: number,
  values: readonly { readonly fieldId: number; readonly value: string }[],
): void => {
  const rows = new Map(valuesOf(store, subject, [ownerId]).map((row) => [row.fieldId, row]))
  for (const { fieldId, value } of values) {
    const row = rows.get(fieldId)
    if (row && value === '') write.remove(customValue, row.id)
    else if (row) write.update(customValue, row.id, { value })
    else if (value !== '') write.insert(customValue, { fieldId, [ownerKeys[subject]]: ownerId, value })
  }
}

// ---- What others ask

/**
 * The values typed for a home, its people and its registrations, in fields that these roles may read, including
 * withdrawn ones.
 */
export const typedOfHome = (store: Store, { roles }: Pick<Person, 'roles'>, familyId: number) => {
  const owners = {
    ...peopleOfHome(store, familyId),
    registration: registrationsOfHome(store, familyId),
  } satisfies Readonly<Record<CustomSubject, readonly number[]>>
  const fields = new Map(customFields(store).map((field) => [field.id, field]))
  return customSubjects.flatMap((subject) =>
    valuesOf(store, subject, owners[subject]).flatMap(({ fieldId, ownerId, value }) => {
      const field = fields.get(fieldId)
      return field && seesField(roles, field)
        ? [
            {
              record: ownerName(store, subject, ownerId) ?? '',
              label: field.label,
              value: fieldValueText(field, value),
            },
          ]
        : []
    }),
  )
}

/** Why this person may not undo an act on values: it wrote a field that they may not edit. Null when they may. */
export const whyNotUndoValues = (store: Store, { roles }: Person, actId: number): string | null => {
  const written = new Set(fieldsWrittenBy(store, actId))
  const other = customFields(store).find((field) => written.has(field.id) && !editsField(roles, field))
  if (!other) return null
  return seesField(roles, other) ? notEditedText(other) : 'Ce geste touche un champ qui n’est pas le vôtre.'
}

/** Whether a history may show a row of values to this person. */
export const seesValueRow = (store: Store, { roles }: Pick<Person, 'roles'>, id: number | null): boolean => {
  const fieldId = id === null ? null : fieldOfValueRow(store, id)
  const field = customFields(store).find((one) => one.id === fieldId)
  return field !== undefined && seesField(roles, field)
}

/** For a merge: the fields in which both records have a value, with both values. */
export const valuesToMerge = (store: Store, subject: CustomSubject, keptId: number, goneId: number) => {
  const kept = new Map(valuesOf(store, subject, [keptId]).map((row) => [row.fieldId, row]))
  const gone = new Map(valuesOf(store, subject, [goneId]).map((row) => [row.fieldId, row]))
  return customFields(store)
    .filter((field) => field.subject === subject)
    .map((field): { field: CustomField; kept: CustomValueRow | null; gone: CustomValueRow | null } => ({
      field,
      kept: kept.get(field.id) ?? null,
      gone: gone.get(field.id) ?? null,
    }))
}

/**
 * Within a merge: in fields where both records have a value, one of the two is removed. The other values move with the
 * record.
 * @param take the fields whose kept value is that of the record that goes
 */
export const mergeValues = (
  store: Store,
  write: Write,
  subject: CustomSubject,
  {
    keptId,
    goneId,
    take = [],
  }: { readonly keptId: number; readonly goneId: number; readonly take?: readonly number[] },
): void => {
  for (const { field, kept, gone } of valuesToMerge(store, subject, keptId, goneId))
    if (kept && gone) write.remove(customValue, take.includes(field.id) ? kept.id : gone.id)
}
