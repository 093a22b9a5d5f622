import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RequiredPaper } from '../../../shared/contract/desk/people/dossiers.ts'
import {
  type DossierScope,
  hasOwnRule,
  isConfirmable,
  isWithdrawn,
  ownValidityText,
  type PaperValidity,
  paperValidities,
  type RequiredKind,
  requiredKinds,
  requiredKindTitle,
  scopesOfKind,
  validityText,
} from '../../../shared/rules/dossier/required-paper.ts'
import { counted, numericDay } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { activityOptions, shownActivities } from '../activities/activity-options.ts'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { useNow } from '../staff/now.ts'

/** « Pièces exigées »: what the dossier of a child or a home asks for. */
export const RequiredTab = () => {
  const may = useMay()
  const { today } = useNow()
  const { data, error, refetch } = useQuery(orpc.dossiers.required.queryOptions())
  const withdraw = useMutation(orpcOutsideForms.dossiers.withdrawRequired.mutationOptions())
  const [opened, setOpened] = useState<RequiredPaper | 'new'>()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const mayWrite = may('activities')
  const add = mayWrite ? <Button onClick={() => setOpened('new')}>Nouvelle pièce…</Button> : undefined
  return (
    <div className="settings-page">
      <Section
        title="Pièces exigées"
        subtitle={counted(data.filter((one) => !isWithdrawn(one, today)).length, 'pièce')}
        action={add}
      >
        <Table
          label="Pièces exigées"
          items={data}
          idOf={({ id }) => id}
          {...(mayWrite && { onOpen: setOpened })}
          flush
          columns={
            mayWrite
              ? [
                  ...columns,
                  actionsColumn(setOpened, (one) =>
                    withdraw.mutate({ id: one.id, on: one.withdrawnOn === null ? today : null }),
                  ),
                ]
              : columns
          }
          empty={
            <EmptyState title="Rien n’est exigé" action={add}>
              Assurance, fiche sanitaire, règlement accepté&nbsp;: ce que le dossier d’un enfant doit contenir.
            </EmptyState>
          }
        />
      </Section>
      {opened === undefined ? null : (
        <RequiredDialog required={opened === 'new' ? null : opened} onClose={() => setOpened(undefined)} />
      )}
    </div>
  )
}

const columns: readonly TableColumn<RequiredPaper>[] = [
  {
    id: 'name',
    title: 'Pièce',
    show: ({ name, withdrawnOn }) => (
      <>
        {name} {withdrawnOn === null ? null : <Badge>plus demandée depuis le {numericDay(withdrawnOn)}</Badge>}
      </>
    ),
  },
  { id: 'scope', title: 'Pour', width: 140, show: ({ scope }) => scopeNames[scope] },
  { id: 'activity', title: 'Exigée par', show: ({ activity }) => activity ?? 'toutes les activités' },
  { id: 'validity', title: 'Valable', show: validityText },
]

const actionsColumn = (
  edit: (one: RequiredPaper) => void,
  toggle: (one: RequiredPaper) => void,
): TableColumn<RequiredPaper> => ({
  id: 'act',
  title: <span className="unseen">Actions</span>,
  number: true,
  width: 210,
  show: (one) => (
    <span className="row row-end">
      <Button variant="subtle" aria-label={`Modifier ${one.name}`} onClick={() => edit(one)}>
        Modifier
      </Button>
      <Button
        variant="subtle"
        aria-label={`${one.withdrawnOn === null ? 'Ne plus demander' : 'Demander de nouveau'}\u00a0: ${one.name}`}
        onClick={() => toggle(one)}
      >
        {one.withdrawnOn === null ? 'Ne plus demander' : 'Demander'}
      </Button>
    </span>
  ),
})

const scopeNames: Readonly<Record<DossierScope, string>> = { child: 'chaque enfant', home: 'le foyer' }
const validityNames: Readonly<Record<PaperValidity, string>> = {
  schoolYear: 'L’année scolaire',
  months: 'Des mois',
  date: 'Jusqu’à la date de la pièce',
}

type Values = {
  kind: RequiredKind
  name: string
  scope: DossierScope
  activityId: string | null
  validity: PaperValidity
  months: number | string
}

const RequiredDialog = ({ required, onClose }: { required: RequiredPaper | null; onClose: () => void }) => {
  const { data: activities = [] } = useQuery(orpc.activities.list.queryOptions())
  const form = useForm<Values>({
    initialValues: {
      kind: required?.kind ?? 'insurance',
      name: required?.name ?? requiredKindTitle('insurance'),
      scope: required?.scope ?? 'child',
      activityId: required?.activityId == null ? null : String(required.activityId),
      validity: required?.validity ?? 'schoolYear',
      months: required?.months ?? 12,
    },
  })
  const { kind, validity } = form.values
  const scopes = scopesOfKind(kind)
  const isUsed = required?.isUsed ?? false
  return (
    <FormDialog
      opened
      title={required ? `Modifier «\u00a0${required.name}\u00a0»` : 'Nouvelle pièce exigée'}
      draft={required ? `pièce exigée ${required.id}` : 'nouvelle pièce exigée'}
      width="narrow"
      form={form}
      submit="Enregistrer"
      onClose={onClose}
      onSubmit={(client, { name, scope, activityId, months }) =>
        client.dossiers.saveRequired({
          ...(required && { id: required.id }),
          kind,
          name,
          scope,
          activityId: activityId === null ? null : Number(activityId),
          validity: hasOwnRule(kind) ? null : validity,
          months: !hasOwnRule(kind) && validity === 'months' ? Number(months) : null,
        })
      }
    >
      <Select
        label="Sorte de pièce"
        data={requiredKinds.map((value) => ({ value, label: requiredKindTitle(value) }))}
        allowDeselect={false}
        disabled={isUsed}
        {...form.getInputProps('kind')}
        onChange={(value) => {
          if (value === null) return
          const next = value as RequiredKind
          form.setValues({ kind: next, name: requiredKindTitle(next), scope: scopesOfKind(next)[0] })
        }}
      />
      <TextInput label="Nom, tel que les familles le lisent" {...form.getInputProps('name')} />
      {scopes.length > 1 ? (
        <Select
          label="Pour"
          data={scopes.map((value) => ({ value, label: scopeNames[value] }))}
          allowDeselect={false}
          disabled={isUsed}
          {...form.getInputProps('scope')}
        />
      ) : null}
      <Select
        label="Exigée par"
        placeholder="Toutes les activités"
        clearable
        searchable
        data={activityOptions(
          shownActivities(activities).filter(({ archived, id }) => !archived || id === required?.activityId),
        )}
        {...form.getInputProps('activityId')}
      />
      {hasOwnRule(kind) ? (
        <p className="soft small">{ownValidityText(kind)}</p>
      ) : (
        <Select
          label="Valable"
          data={paperValidities
            .filter((value) => value !== 'date' || !isConfirmable(kind))
            .map((value) => ({ value, label: validityNames[value] }))}
          allowDeselect={false}
          {...form.getInputProps('validity')}
        />
      )}
      {!hasOwnRule(kind) && validity === 'months' ? (
        <NumberInput label="Mois" min={1} max={120} {...form.getInputProps('months')} />
      ) : null}
    </FormDialog>
  )
}
