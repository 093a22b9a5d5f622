import { Button, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Regie, RegieHolder } from '../../../shared/contract/desk/money/regies.ts'
import { holderKindNames } from '../../../shared/rules/money/regie.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { EmptyState } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { Dialog, FormFields } from '../parts/forms/dialogs.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'

/** The holders of a régie, with their days. Once somebody is named, nobody else may take its money. */
export const HoldersDialog = ({ regie, onClose }: { regie: Regie; onClose: () => void }) => {
  const [edited, setEdited] = useState<RegieHolder | 'new'>()
  const remove = useMutation(orpcOutsideForms.regies.removeHolder.mutationOptions())
  const done = () => setEdited(undefined)
  return (
    <Dialog opened title={`Régisseur et suppléants, ${regie.name || 'régie'}`} onClose={onClose}>
      <div className="stack">
        <p className="small soft">
          Dès qu’un nom est écrit, seuls le régisseur et les suppléants du jour encaissent pour cette régie. Sans aucun
          nom, le rôle suffit.
        </p>
        <Table
          label="Régisseur et suppléants"
          items={regie.holders}
          idOf={({ id }) => id}
          onOpen={setEdited}
          flush
          columns={columns(setEdited, (id) => remove.mutate({ id }))}
          empty={
            <EmptyState title="Personne n’est nommé">Le rôle « Régisseur » ou « Agent d’accueil » suffit.</EmptyState>
          }
        />
        {edited ? (
          <HolderFields key={edited === 'new' ? 'new' : edited.id} regieId={regie.id} holder={edited} onDone={done} />
        ) : (
          <div>
            <Button onClick={() => setEdited('new')}>Ajouter une personne</Button>
          </div>
        )}
      </div>
    </Dialog>
  )
}

type HolderValues = {
  readonly staffId: string | null
  readonly kind: RegieHolder['kind']
  readonly from: string
  readonly to: string
}

const HolderFields = ({
  regieId,
  holder,
  onDone,
}: {
  regieId: number
  holder: RegieHolder | 'new'
  onDone: () => void
}) => {
  const { data: staff } = useQuery(orpc.staff.list.queryOptions())
  const form = useForm<HolderValues>({
    mode: 'controlled',
    initialValues:
      holder === 'new'
        ? { staffId: null, kind: 'deputy', from: '', to: '' }
        : { staffId: String(holder.staffId), kind: holder.kind, from: holder.from, to: holder.to ?? '' },
    validate: { staffId: (value) => (value === null ? 'Choisissez un agent.' : null) },
  })
  return (
    <FormFields
      form={form}
      submit="Enregistrer"
      onSubmit={async (client, { staffId, kind, from, to }) => {
        await client.regies.saveHolder({
          ...(holder !== 'new' && { id: holder.id }),
          regieId,
          staffId: Number(staffId),
          kind,
          from,
          to: to === '' ? null : to,
        })
        onDone()
      }}
      onCancel={onDone}
    >
      <div className="form-pair">
        <Select
          label="Agent"
          data={(staff ?? [])
            .filter(({ active }) => active)
            .map(({ id, name }) => ({ value: String(id), label: name }))}
          {...form.getInputProps('staffId')}
        />
        <Select
          label="Nommé"
          data={Object.entries(holderKindNames).map(([value, label]) => ({ value, label }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
      </div>
      <div className="form-pair">
        <DayField label="Du" {...form.getInputProps('from')} />
        <DayField label="Au" description="vide&nbsp;: sans fin" clearable {...form.getInputProps('to')} />
      </div>
    </FormFields>
  )
}

const columns = (
  edit: (holder: RegieHolder) => void,
  remove: (id: number) => void,
): readonly TableColumn<RegieHolder>[] => [
  { id: 'name', title: 'Agent', show: ({ name }) => name },
  { id: 'kind', title: 'Nommé', show: ({ kind }) => holderKindNames[kind] },
  {
    id: 'dates',
    title: 'Dates',
    show: ({ from, to }) => (to === null ? `depuis le ${numericDay(from)}` : `${numericDay(from)} – ${numericDay(to)}`),
  },
  {
    id: 'acts',
    title: <span className="unseen">Actions</span>,
    number: true,
    width: 170,
    show: (holder) => (
      <span className="row row-end">
        <Button variant="subtle" aria-label={`Modifier ${holder.name}`} onClick={() => edit(holder)}>
          Modifier
        </Button>
        <Button variant="subtle" aria-label={`Retirer ${holder.name}`} onClick={() => remove(holder.id)}>
          Retirer
        </Button>
      </span>
    ),
  },
]
