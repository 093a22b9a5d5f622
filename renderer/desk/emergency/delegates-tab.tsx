import { Button, Select } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Delegates } from '../../../shared/contract/desk/people/emergency.ts'
import { delegationText, emergencyReasonNames } from '../../../shared/rules/access/emergency.ts'
import { day } from '../../../shared/rules/calendar/day.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { DayField } from '../parts/forms/day-field.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useNow } from '../staff/now.ts'

type Delegate = Delegates['delegates'][number]

/**
 * « Santé en urgence »: the delegates who may open a child's health record in an emergency, and the records that they
 * opened.
 */
export const DelegatesTab = () => {
  const { data, error, refetch } = useQuery(orpc.emergency.delegates.queryOptions())
  const remove = useMutation(orpcOutsideForms.emergency.removeDelegate.mutationOptions())
  const [opened, setOpened] = useState<Delegate | 'new'>()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const add = (
    <Button disabled={data.candidates.length === 0} onClick={() => setOpened('new')}>
      Nommer un délégué…
    </Button>
  )
  return (
    <div className="settings-page stack stack-wide">
      <Section title="Délégués" action={add}>
        <p className="soft">
          Un délégué ouvre, en urgence, la fiche sanitaire d’un enfant attendu aujourd’hui. Il dit pourquoi, et le
          journal le garde.
        </p>
        <Table
          label="Délégués"
          items={data.delegates}
          idOf={({ id }) => id}
          onOpen={setOpened}
          flush
          columns={[...delegateColumns, actionsColumn(setOpened, ({ id }) => remove.mutate({ id }))]}
          empty={
            <EmptyState title="Aucun délégué">
              {data.candidates.length === 0
                ? 'Un délégué a le rôle Agent d’accueil ou Animateur\u00a0: aucun agent ne l’a ici.'
                : 'Sans délégué, seule la direction lit les fiches sanitaires.'}
            </EmptyState>
          }
        />
      </Section>
      <Section title="Fiches ouvertes en urgence">
        <Table
          label="Fiches ouvertes en urgence"
          items={data.openings}
          idOf={({ id }) => id}
          flush
          columns={openingColumns}
          empty={<EmptyState title="Aucune fiche ouverte en urgence" />}
        />
      </Section>
      {opened === undefined ? null : (
        <DelegateDialog
          delegate={opened === 'new' ? null : opened}
          candidates={data.candidates}
          onClose={() => setOpened(undefined)}
        />
      )}
    </div>
  )
}

const delegateColumns: readonly TableColumn<Delegate>[] = [
  {
    id: 'name',
    title: 'Agent',
    show: ({ name, isNow }) => (
      <>
        {name} {isNow ? <Badge tone="good">en ce moment</Badge> : null}
      </>
    ),
  },
  { id: 'days', title: 'Jours', show: delegationText },
]

const actionsColumn = (edit: (one: Delegate) => void, remove: (one: Delegate) => void): TableColumn<Delegate> => ({
  id: 'act',
  title: <span className="unseen">Actions</span>,
  number: true,
  width: 210,
  show: (one) => (
    <span className="row row-end">
      <Button variant="subtle" aria-label={`Modifier\u00a0: ${one.name}`} onClick={() => edit(one)}>
        Modifier
      </Button>
      <Button variant="subtle" aria-label={`Retirer\u00a0: ${one.name}`} onClick={() => remove(one)}>
        Retirer
      </Button>
    </span>
  ),
})

const openingColumns: readonly TableColumn<Delegates['openings'][number]>[] = [
  { id: 'at', title: 'Quand', width: 240, show: ({ at }) => instantText(at) },
  { id: 'person', title: 'Qui', show: ({ person }) => person },
  { id: 'child', title: 'Enfant', show: ({ child }) => child },
  { id: 'reason', title: 'Pourquoi', show: ({ reason }) => emergencyReasonNames[reason] },
]

const DelegateDialog = ({
  delegate,
  candidates,
  onClose,
}: {
  delegate: Delegate | null
  candidates: Delegates['candidates']
  onClose: () => void
}) => {
  const { today } = useNow()
  const form = useForm<{ staffId: string | null; from: string; to: string }>({
    initialValues: {
      staffId: delegate ? String(delegate.staffId) : null,
      from: delegate?.from ?? today,
      to: delegate?.to ?? '',
    },
  })
  const known =
    delegate && !candidates.some(({ id }) => id === delegate.staffId)
      ? [...candidates, { id: delegate.staffId, name: delegate.name }]
      : candidates
  return (
    <FormDialog
      opened
      title={delegate ? `Délégué\u00a0: ${delegate.name}` : 'Nommer un délégué'}
      width="narrow"
      form={form}
      submit="Enregistrer"
      onClose={onClose}
      onSubmit={(client, { staffId, from, to }) =>
        client.emergency.saveDelegate({
          ...(delegate && { id: delegate.id }),
          staffId: Number(staffId),
          from: day(from),
          to: to === '' ? null : day(to),
        })
      }
    >
      <Select
        label="Agent"
        required
        data-autofocus
        disabled={delegate !== null}
        data={known.map(({ id, name }) => ({ value: String(id), label: name }))}
        {...form.getInputProps('staffId')}
      />
      <div className="form-pair">
        <DayField label="À partir du" required {...form.getInputProps('from')} />
        <DayField label="Jusqu’au" description={'Vide\u00a0: sans fin.'} clearable {...form.getInputProps('to')} />
      </div>
    </FormDialog>
  )
}
