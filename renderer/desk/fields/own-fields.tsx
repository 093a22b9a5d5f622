import { Select, TextInput } from '@mantine/core'
import { type GetInputPropsReturnType, useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CustomFieldShown, OwnedValue } from '../../../shared/contract/desk/people/fields.ts'
import { type CustomSubject, customCell } from '../../../shared/rules/people/custom-field.ts'
import { fieldValueText } from '../../../shared/rules/people/fields.ts'
import { listed } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { PlainAction } from '../parts/buttons.tsx'
import { Note, Properties } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'

type Owner =
  | { readonly familyId: number }
  | { readonly guardianId: number }
  | { readonly childId: number }
  | { readonly registrationId: number }

type FieldsAndValues = { readonly fields: readonly CustomFieldShown[]; readonly values: readonly OwnedValue[] }
type Shown = {
  readonly owner: Owner
  /** The name of the record, for a screen reader. */
  readonly name: string
  /** Whether the fields are shown among the record's own lines, without a title. */
  readonly isInline?: boolean
}

/**
 * The custom fields of a home, or of one of its people; renders nothing when there is none that this person may read.
 */
export const OwnFieldsOfHome = ({
  familyId,
  subject,
  id,
  ...shown
}: Omit<Shown, 'owner'> & {
  readonly familyId: number
  readonly subject: Exclude<CustomSubject, 'registration'>
  readonly id: number
}) => {
  const { data } = useQuery(orpc.fields.ofFamily.queryOptions({ input: { familyId } }))
  const owner = { family: { familyId: id }, guardian: { guardianId: id }, child: { childId: id } }[subject]
  return <OwnFields {...shown} owner={owner} found={data && ofOne(data, subject, id)} />
}

export const OwnFieldsOfRegistration = ({
  registrationId,
  ...shown
}: Omit<Shown, 'owner'> & { readonly registrationId: number }) => {
  const { data } = useQuery(orpc.fields.ofRegistration.queryOptions({ input: { registrationId } }))
  return <OwnFields {...shown} owner={{ registrationId }} found={data && ofOne(data, 'registration', registrationId)} />
}

const ofOne = ({ fields, values }: FieldsAndValues, subject: CustomSubject, id: number): FieldsAndValues => {
  const own = fields.filter((field) => field.subject === subject)
  const ids = new Set(own.map((field) => field.id))
  return { fields: own, values: values.filter(({ fieldId, ownerId }) => ids.has(fieldId) && ownerId === id) }
}

const OwnFields = ({ owner, name, isInline = false, found }: Shown & { found: FieldsAndValues | undefined }) => {
  const [isOpen, setIsOpen] = useState(false)
  if (!found || found.fields.length === 0) return null
  const entries = found.fields.flatMap((field) => {
    const text = fieldValueText({ ...field, parents: 'none' }, valueIn(found, field))
    return text === '' ? [] : [[field.label, text] as const]
  })
  const fill = found.fields.some(({ mayEdit }) => mayEdit) ? (
    <PlainAction
      label="Remplir"
      aria={`Remplir les champs de la commune\u00a0: ${name}`}
      onAction={() => setIsOpen(true)}
    />
  ) : undefined
  const content =
    entries.length === 0 ? <p className="small soft">Rien de rempli.</p> : <Properties entries={entries} />
  return (
    <>
      {isInline ? (
        <>
          {entries.length === 0 ? null : content}
          {fill}
        </>
      ) : (
        <Section title="Champs de la commune" action={fill}>
          {content}
        </Section>
      )}
      {isOpen ? <FillDialog owner={owner} name={name} found={found} onClose={() => setIsOpen(false)} /> : null}
    </>
  )
}

const valueIn = ({ values }: FieldsAndValues, { id }: CustomFieldShown): string =>
  values.find(({ fieldId }) => fieldId === id)?.value ?? ''

const FillDialog = ({
  owner,
  name,
  found,
  onClose,
}: Pick<Shown, 'owner' | 'name'> & { found: FieldsAndValues; onClose: () => void }) => {
  const [fields] = useState(() => found.fields.filter(({ mayEdit }) => mayEdit))
  const [initialValues] = useState(() => ({
    values: fields.map((field) => ({ fieldId: field.id, value: customCell(field, valueIn(found, field)) })),
  }))
  const form = useForm({ initialValues })
  const offered = new Set(found.fields.filter(({ mayEdit }) => mayEdit).map(({ id }) => id))
  const gone = fields.filter(({ id }) => !offered.has(id))
  return (
    <FormDialog
      opened
      title={`Champs de la commune\u00a0: ${name}`}
      draft={`champs ${JSON.stringify(owner)}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, { values }) =>
        client.fields.set({
          ...owner,
          values: values.map(({ fieldId, value }, at) => ({
            fieldId,
            value: (offered.has(fieldId) ? value : initialValues.values[at]?.value) ?? '',
          })),
        })
      }
      onClose={onClose}
    >
      {gone.length > 0 ? (
        <Note tone="warn" alert>
          Retiré des fiches pendant votre saisie&nbsp;: {listed(gone.map(({ label }) => `«\u00a0${label}\u00a0»`))}. Le
          reste est gardé.
        </Note>
      ) : null}
      {fields.map((field, at) =>
        offered.has(field.id) ? (
          <ValueField
            key={field.id}
            field={field}
            {...form.getInputProps(`values.${at}.value`)}
            data-autofocus={at === 0 ? true : undefined}
          />
        ) : null,
      )}
    </FormDialog>
  )
}

const ValueField = ({
  field: { kind, label, choices },
  ...props
}: { field: CustomFieldShown } & GetInputPropsReturnType) => {
  if (kind === 'day') return <DayField label={label} {...props} />
  if (kind === 'text') return <TextInput label={label} autoComplete="off" {...props} />
  if (kind === 'number') return <TextInput label={label} inputMode="decimal" autoComplete="off" {...props} />
  const known = kind === 'yesNo' ? ['oui', 'non'] : choices
  const value = String(props['value'] ?? '')
  // A choice that is no longer offered stays in the list of the record that has it.
  const options = value === '' || known.includes(value) ? known : [...known, value]
  return <Select label={label} data={[...options]} placeholder="non rempli" clearable {...props} />
}
