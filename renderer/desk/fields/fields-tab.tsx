import { Button, Checkbox, Select, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { CustomFieldInput, CustomFieldShown } from '../../../shared/contract/desk/people/fields.ts'
import { roleNames } from '../../../shared/rules/access/roles.ts'
import {
  customEditors,
  customKindNames,
  customKinds,
  customReaders,
  customSubjectNames,
  customSubjects,
  isWithdrawn,
  sensitiveWarning,
} from '../../../shared/rules/people/custom-field.ts'
import { counted, listed, longDate } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge, EmptyState, Failure, Loading, Note } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { ConfirmDialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useNow } from '../staff/now.ts'

type Defined = CustomFieldShown & { readonly uses: number; readonly readBy: readonly string[] }
type Edited =
  | { readonly what: 'field'; readonly field: Defined | 'new' }
  | { readonly what: 'withdraw' | 'remove'; readonly field: Defined }

/** « Champs de la commune »: the fields that the town adds to its records. */
export const FieldsTab = () => {
  const { data, error, refetch } = useQuery(orpc.fields.defined.queryOptions())
  const { today } = useNow()
  const [edited, setEdited] = useState<Edited>()
  const close = () => setEdited(undefined)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const add = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setEdited({ what: 'field', field: 'new' })}>
      Nouveau champ
    </Button>
  )
  return (
    <div className="settings-page">
      <Section
        title="Champs de la commune"
        subtitle={data.length > 0 ? counted(data.length, 'champ') : undefined}
        action={data.length > 0 ? add : undefined}
      >
        {data.length === 0 ? (
          <EmptyState title="Aucun champ" action={add}>
            Un champ s’ajoute aux familles, aux responsables, aux enfants ou aux inscriptions&nbsp;: il est sur leurs
            fiches, dans la recherche et dans les listes exportées.
          </EmptyState>
        ) : (
          <Table
            label="Champs de la commune"
            items={data}
            idOf={({ id }) => id}
            onOpen={(field) => setEdited({ what: 'field', field })}
            flush
            columns={columns(today, setEdited)}
          />
        )}
      </Section>
      {edited?.what === 'field' ? <FieldDialog field={edited.field} onClose={close} /> : null}
      {edited?.what === 'withdraw' ? <WithdrawDialog field={edited.field} onClose={close} /> : null}
      {edited?.what === 'remove' ? (
        <ConfirmDialog
          opened
          title={`Supprimer «\u00a0${edited.field.label}\u00a0»\u00a0?`}
          confirm="Supprimer le champ"
          dangerous
          onConfirm={(client) => client.fields.remove({ id: edited.field.id })}
          onClose={close}
        >
          Rien n’y a été saisi.
        </ConfirmDialog>
      ) : null}
    </div>
  )
}

const columns = (
  today: Parameters<typeof isWithdrawn>[1],
  edit: (edited: Edited) => void,
): readonly TableColumn<Defined>[] => [
  {
    id: 'label',
    title: 'Champ',
    show: (field) => (
      <>
        {field.label}{' '}
        {isWithdrawn(field, today) ? (
          <Badge>retiré</Badge>
        ) : field.withdrawnFrom === null ? null : (
          <Badge tone="warn">jusqu’au {longDate(field.withdrawnFrom)}, exclu</Badge>
        )}
      </>
    ),
  },
  { id: 'subject', title: 'Fiche', show: ({ subject }) => customSubjectNames[subject] },
  { id: 'kind', title: 'Type', show: ({ kind }) => customKindNames[kind] },
  { id: 'seenBy', title: 'Vu par', show: ({ seenBy }) => listed(seenBy.map((role) => roleNames[role])) },
  { id: 'readBy', title: 'Sert dans', show: ({ readBy }) => listed(readBy) },
  { id: 'uses', title: 'Fiches remplies', number: true, show: ({ uses }) => uses },
  {
    id: 'act',
    title: <span className="unseen">Actions</span>,
    number: true,
    show: (field) => (
      <span className="row row-end">
        <Button variant="subtle" aria-label={`Modifier ${field.label}`} onClick={() => edit({ what: 'field', field })}>
          Modifier
        </Button>
        <Button
          variant="subtle"
          aria-label={`${field.withdrawnFrom === null ? 'Retirer' : 'Reprendre'} ${field.label}`}
          onClick={() => edit({ what: 'withdraw', field })}
        >
          {field.withdrawnFrom === null ? 'Retirer' : 'Reprendre'}
        </Button>
        {field.uses === 0 && field.readBy.length === 0 ? (
          <Button
            variant="subtle"
            aria-label={`Supprimer ${field.label}`}
            onClick={() => edit({ what: 'remove', field })}
          >
            Supprimer
          </Button>
        ) : null}
      </span>
    ),
  },
]

const newField: CustomFieldInput = {
  subject: 'child',
  kind: 'text',
  label: '',
  choices: [],
  seenBy: ['director', 'receptionist'],
  editedBy: ['director', 'receptionist'],
}

const FieldDialog = ({ field, onClose }: { field: Defined | 'new'; onClose: () => void }) => {
  const isNew = field === 'new'
  const form = useForm({
    initialValues: isNew
      ? newField
      : {
          ...newField,
          subject: field.subject,
          kind: field.kind,
          label: field.label,
          choices: field.choices,
          seenBy: customReaders.filter((role) => field.seenBy.includes(role)),
          editedBy: customEditors.filter((role) => field.editedBy.includes(role)),
        },
  })
  return (
    <FormDialog
      opened
      title={isNew ? 'Nouveau champ de la commune' : `Modifier «\u00a0${field.label}\u00a0»`}
      draft={isNew ? 'nouveau champ' : `champ ${field.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) => client.fields.save({ ...values, ...(!isNew && { id: field.id }) })}
      onClose={onClose}
    >
      <Note tone="warn">{sensitiveWarning}</Note>
      <TextInput label="Nom du champ" data-autofocus {...form.getInputProps('label')} />
      <div className="form-pair">
        <Select
          label="Sur la fiche"
          data={customSubjects.map((value) => ({ value, label: customSubjectNames[value] }))}
          allowDeselect={false}
          disabled={!isNew}
          {...form.getInputProps('subject')}
        />
        <Select
          label="Type"
          description={isNew ? 'Il ne changera plus.' : 'Le type d’un champ ne change pas.'}
          data={customKinds.map((value) => ({ value, label: customKindNames[value] }))}
          allowDeselect={false}
          disabled={!isNew}
          {...form.getInputProps('kind')}
        />
      </div>
      {form.values.kind === 'choice' ? (
        <TagsInput
          label="Choix"
          description="Tapez un choix, puis Entrée. Un choix enlevé reste sur les fiches où il a été fait."
          {...form.getInputProps('choices')}
        />
      ) : null}
      <div className="form-pair">
        <Checkbox.Group label="Vu par" {...form.getInputProps('seenBy')}>
          <div className="stack">
            {customReaders.map((role) => (
              <Checkbox key={role} value={role} label={roleNames[role]} />
            ))}
          </div>
        </Checkbox.Group>
        <Checkbox.Group label="Rempli par" {...form.getInputProps('editedBy')}>
          <div className="stack">
            {customEditors.map((role) => (
              <Checkbox key={role} value={role} label={roleNames[role]} />
            ))}
          </div>
        </Checkbox.Group>
      </div>
    </FormDialog>
  )
}

const WithdrawDialog = ({ field, onClose }: { field: Defined; onClose: () => void }) => {
  const { today } = useNow()
  const form = useForm({ initialValues: { from: today } })
  if (field.withdrawnFrom !== null)
    return (
      <ConfirmDialog
        opened
        title={`Reprendre «\u00a0${field.label}\u00a0»\u00a0?`}
        confirm="Reprendre le champ"
        onConfirm={(client) => client.fields.withdraw({ id: field.id, from: null })}
        onClose={onClose}
      >
        Le champ revient sur les fiches, avec ce qui y avait été saisi.
      </ConfirmDialog>
    )
  return (
    <FormDialog
      opened
      title={`Retirer «\u00a0${field.label}\u00a0»`}
      draft={`retrait ${field.id}`}
      width="narrow"
      form={form}
      submit="Retirer le champ"
      onSubmit={(client, { from }) => client.fields.withdraw({ id: field.id, from })}
      onClose={onClose}
    >
      <p>
        À partir de ce jour, le champ n’est plus sur les fiches ni dans les listes. Ce qui a été saisi reste lisible
        dans l’historique et dans les données remises à une famille.
      </p>
      {field.readBy.length > 0 ? (
        <Note tone="warn">
          Il est lu par {listed(field.readBy)}&nbsp;: à corriger, sinon plus rien ne part de là à partir de ce jour.
        </Note>
      ) : null}
      <DayField label="À partir du" data-autofocus {...form.getInputProps('from')} />
    </FormDialog>
  )
}
