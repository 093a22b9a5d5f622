import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { TemplateKindShown, TemplateRow } from '../../../shared/contract/desk/messages/templates.ts'
import { isLetterKind, type TemplateKind } from '../../../shared/rules/templates/template-kinds.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { Badge, Failure, Loading, Note } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'

/** Réglages › Modèles: the templates of letters, reminders, attestations and messages. */
export const TemplatesTab = () => {
  const list = useQuery(orpc.templates.list.queryOptions())
  const kinds = useQuery(orpc.templates.kinds.queryOptions())
  const navigate = useNavigate()
  const [isAdding, setIsAdding] = useState(false)
  const error = list.error ?? kinds.error
  const open = ({ key }: { readonly key: string }) =>
    void navigate({ to: '/reglages/modeles/$modele', params: { modele: key } })
  if (error) {
    return (
      <Failure
        error={error}
        onRetry={() => {
          void list.refetch()
          void kinds.refetch()
        }}
      />
    )
  }
  if (!list.data || !kinds.data) return <Loading />
  const kindNames = new Map(kinds.data.map(({ kind, name }) => [kind, name]))
  const wrong = list.data.filter(({ problem, archived }) => problem !== null && !archived)
  return (
    <div className="settings-page">
      <Section
        title="Modèles"
        subtitle="ce que disent les courriers, les relances, les attestations et les messages"
        action={
          <Button leftSection={<IconPlus size={14} />} onClick={() => setIsAdding(true)}>
            Nouveau modèle
          </Button>
        }
      >
        {wrong.map(({ key, name, problem }) => (
          <Note key={key} tone="danger">
            <b>{name}</b>
            {'\u00a0'}: {problem} Ce modèle ne sert pas tant qu’il n’est pas corrigé.
          </Note>
        ))}
        <Table
          label="Modèles"
          items={list.data}
          idOf={({ key }) => key}
          groupOf={({ kind, archived }) => (archived ? 'Retirés' : shelfOf(kind))}
          onOpen={open}
          flush
          keepsWidths
          columns={columns(kindNames, open)}
        />
      </Section>
      {isAdding ? (
        <NewTemplateDialog kinds={kinds.data} source={null} onMade={open} onClose={() => setIsAdding(false)} />
      ) : null}
    </div>
  )
}

/** The section of each kind, in the order of `templateKinds`. */
const shelfOf = (kind: TemplateKind): string =>
  isLetterKind(kind)
    ? 'Courriers'
    : kind === 'message'
      ? 'Messages'
      : kind === 'reminder' || kind === 'recoveryMail'
        ? 'Relances'
        : 'Attestations et devis'

const columns = (
  kindNames: ReadonlyMap<TemplateKind, string>,
  open: (row: TemplateRow) => void,
): readonly TableColumn<TemplateRow>[] => [
  {
    id: 'name',
    title: 'Modèle',
    show: ({ name, problem }) => (
      <>
        {name} {problem === null ? null : <Badge tone="danger">à corriger</Badge>}
      </>
    ),
  },
  { id: 'kind', title: 'Genre', width: '20%', show: ({ kind }) => kindNames.get(kind) },
  { id: 'state', title: 'Texte', width: '24%', show: (row) => originText(row) },
  {
    id: 'saved',
    title: 'Enregistré',
    width: '24%',
    show: ({ savedAt, by }) => {
      const text = savedAt === null ? '–' : `${instantText(savedAt)}, ${by}`
      return <span title={text}>{text}</span>
    },
  },
  {
    id: 'act',
    title: <span className="unseen">Actions</span>,
    number: true,
    width: 80,
    show: (row) => (
      <Button variant="subtle" aria-label={`Ouvrir ${row.name}`} onClick={() => open(row)}>
        Ouvrir
      </Button>
    ),
  },
]

/** « livré », « livré, changé par la commune », « de la commune » */
export const originText = ({ isDelivered, version }: Pick<TemplateRow, 'isDelivered' | 'version'>): string =>
  isDelivered ? (version === 0 ? 'livré' : 'livré, changé par la commune') : 'de la commune'

/** Creates a template of the town from another one, or from the delivered one of its kind. */
export const NewTemplateDialog = ({
  kinds,
  source,
  onMade,
  onClose,
}: {
  kinds: readonly TemplateKindShown[]
  source: { readonly key: string; readonly kind: TemplateKind; readonly name: string } | null
  onMade: (made: { readonly key: string }) => void
  onClose: () => void
}) => {
  const offered = kinds.filter(({ mayAdd }) => mayAdd)
  const first = source?.kind ?? offered[0]?.kind ?? 'letter'
  const form = useForm({ initialValues: { kind: first, name: source ? `${source.name} (copie)` : '' } })
  const chosen = kinds.find(({ kind }) => kind === form.values.kind)
  return (
    <FormDialog
      opened
      title={source ? `Copier «\u00a0${source.name}\u00a0»` : 'Nouveau modèle'}
      width="narrow"
      form={form}
      submit={source ? 'Copier' : 'Créer le modèle'}
      onSubmit={async (client, { kind, name }) => {
        // The delivered template of a kind has the kind as its key.
        const { subject, document } = await client.templates.read({ key: source?.key ?? kind })
        onMade(await client.templates.add({ kind, name, subject, document }))
      }}
      onClose={onClose}
    >
      {source ? null : (
        <Select
          label="Genre"
          description={chosen?.use}
          data={offered.map(({ kind, name }) => ({ value: kind, label: name }))}
          {...form.getInputProps('kind')}
        />
      )}
      <TextInput label="Nom" data-autofocus placeholder="Convocation à la commission" {...form.getInputProps('name')} />
    </FormDialog>
  )
}
