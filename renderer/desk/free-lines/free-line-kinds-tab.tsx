import { Button, Checkbox } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FreeLineKind } from '../../../shared/contract/desk/money/free-lines.ts'
import { formatEuros } from '../../../shared/rules/money/money.ts'
import { firstRegieId } from '../../../shared/rules/money/regie.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge, Failure, Loading } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { fiscalNames, LineFields, lineInput, refuseAmount, typedLine } from './free-line-fields.tsx'

/** The town's list of usual free lines. */
export const FreeLineKindsTab = () => {
  const { data, error, refetch } = useQuery(orpc.freeLines.kinds.queryOptions())
  const [opened, setOpened] = useState<FreeLineKind | 'new'>()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="settings-page">
      <Section
        title="Lignes libres usuelles"
        subtitle={counted(data.length, 'ligne')}
        action={<Button onClick={() => setOpened('new')}>Nouvelle ligne…</Button>}
      >
        <Table
          label="Lignes libres usuelles"
          items={data}
          idOf={({ id }) => id}
          onOpen={setOpened}
          flush
          columns={columns}
        />
      </Section>
      {opened === undefined ? null : (
        <KindDialog kind={opened === 'new' ? null : opened} onClose={() => setOpened(undefined)} />
      )}
    </div>
  )
}

const columns: readonly TableColumn<FreeLineKind>[] = [
  {
    id: 'label',
    title: 'Ligne',
    show: ({ label, archived }) => (
      <>
        {label} {archived ? <Badge>archivée</Badge> : null}
      </>
    ),
  },
  { id: 'fiscal', title: 'Catégorie fiscale', show: ({ fiscal }) => fiscalNames[fiscal] },
  { id: 'amount', title: 'Montant habituel', show: ({ unitCents }) => formatEuros(unitCents) },
]

const KindDialog = ({ kind, onClose }: { kind: FreeLineKind | null; onClose: () => void }) => {
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      ...typedLine(kind ?? { label: '', unitCents: 0, regieId: firstRegieId, fiscal: 'autre' }),
      archived: kind?.archived ?? false,
    },
    validate: { unitCents: refuseAmount },
  })
  return (
    <FormDialog
      opened
      title={kind ? `Modifier «\u00a0${kind.label}\u00a0»` : 'Nouvelle ligne libre usuelle'}
      draft={kind ? `ligne libre ${kind.id}` : 'nouvelle ligne libre'}
      form={form}
      submit="Enregistrer"
      onClose={onClose}
      onSubmit={(client, values) =>
        client.freeLines.saveKind({ ...lineInput(values), archived: values.archived, ...(kind && { id: kind.id }) })
      }
    >
      <LineFields form={form} />
      {kind ? <Checkbox label="Archivée" {...form.getInputProps('archived', { type: 'checkbox' })} /> : null}
    </FormDialog>
  )
}
