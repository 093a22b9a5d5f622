import { FileButton, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import IconFileText from '@tabler/icons-react/icons/IconFileText'
import IconUpload from '@tabler/icons-react/icons/IconUpload'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportProfile, ImportReport, PastImport } from '../../../shared/contract/desk/imports.ts'
import { lists } from '../../../shared/formats/lists.ts'
import { instantText } from '../../../shared/rules/text/french.ts'
import { clientOutsideForms, orpc, orpcOutsideForms } from '../../connection/client.ts'
import { savePaper } from '../../connection/paper.ts'
import { undoAct } from '../history/undoing.tsx'
import { ActionButton, PlainAction } from '../parts/buttons.tsx'
import { Badge, EmptyState } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Screen, ScreenBody, ScreenHead, Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { notifyRefusal } from '../queries.ts'
import { Checking } from './checking.tsx'
import './import.css'
import { ExportButton } from './export-button.tsx'
import { Report } from './report.tsx'

/** Imports a list: choose a file, assign its columns, check every line, then import all of it or nothing. */
export const ImportScreen = () => {
  const [file, setFile] = useState<File>()
  const [report, setReport] = useState<ImportReport>()
  const start = (chosen: File | null) => {
    if (!chosen) return
    setReport(undefined)
    setFile(chosen)
  }
  return (
    <Screen title="Importer une liste">
      {report ? (
        <Report report={report}>
          <ChooseFile onChoose={start} label="Importer un autre fichier" />
        </Report>
      ) : file ? (
        <Checking
          key={`${file.name} ${file.lastModified} ${file.size}`}
          file={file}
          onDone={setReport}
          onCancel={() => setFile(undefined)}
          chooseAnother={<ChooseFile onChoose={start} label="Choisir un autre fichier" />}
        />
      ) : (
        <>
          <ScreenHead title="Importer une liste" />
          <ScreenBody>
            <div className="stack stack-wide import-start">
              <EmptyState
                icon={IconFileText}
                title="Un classeur ou un fichier CSV, sans rien recopier"
                action={<ChooseFile onChoose={start} />}
              >
                Familles et enfants, élèves puis responsables d’ONDE, quotients familiaux, inscriptions, jours
                d’ouverture, soldes de départ. D’un ancien logiciel aussi&nbsp;: réservations de l’année, factures
                restant dues, chiffres des années passées. Rien n’est écrit avant que vous ayez tout relu.
              </EmptyState>
              <div className="row import-choices">
                <span className="soft small">Modèles à télécharger&nbsp;:</span>
                <ExportButton label="Familles et enfants" what={{ list: 'families', filter: '', show: 'present' }} />
                <ExportButton label="Quotients familiaux" what={{ list: 'quotients' }} />
                <ExportButton label="Inscriptions" what={{ list: 'registrations', periodId: null }} />
              </div>
              <PastImports />
              <Profiles />
            </div>
          </ScreenBody>
        </>
      )}
    </Screen>
  )
}

const ChooseFile = ({
  onChoose,
  label = 'Choisir un fichier',
}: {
  onChoose: (file: File | null) => void
  label?: string
}) => (
  <FileButton onChange={onChoose} accept=".csv,.txt,.xlsx,text/csv">
    {({ onClick }) => <ActionButton main combo="o" label={label} icon={<IconUpload size={14} />} onAction={onClick} />}
  </FileButton>
)

const PastImports = () => {
  const { data: past = [] } = useQuery(orpc.imports.history.queryOptions({ refetchOnMount: 'always' }))
  if (past.length === 0) return null
  return (
    <Section title="Derniers imports">
      <Table label="Derniers imports" items={past} idOf={({ actId }) => actId} columns={pastColumns} />
    </Section>
  )
}

const pastColumns: readonly TableColumn<PastImport>[] = [
  { id: 'at', title: 'Quand', width: 210, show: ({ at }) => instantText(at) },
  { id: 'label', title: 'Import', show: ({ label }) => label },
  { id: 'who', title: 'Par', width: 160, show: ({ who }) => who },
  {
    id: 'undo',
    title: <span className="cell-text">Annuler</span>,
    width: 110,
    show: (one) =>
      one.isUndone ? (
        <Badge>annulé</Badge>
      ) : (
        <PlainAction
          label="Annuler"
          aria={`Annuler\u00a0: ${one.label}`}
          onAction={() => void undoAct(clientOutsideForms, one.actId)}
        />
      ),
  },
]

/** Saved column assignments: a file whose columns match a profile is read with that profile. */
const Profiles = () => {
  const queries = useQueryClient()
  const { data: kept = [] } = useQuery(orpc.imports.profiles.queryOptions({ refetchOnMount: 'always' }))
  const remove = useMutation(
    orpcOutsideForms.imports.removeProfile.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: orpc.imports.profiles.key() }),
      onError: notifyRefusal,
    }),
  )
  const save = useMutation({
    mutationFn: async (id: number) => savePaper(await clientOutsideForms.imports.profileFile({ id })),
    onError: notifyRefusal,
  })
  const read = useMutation(
    orpcOutsideForms.imports.readProfile.mutationOptions({
      onSuccess: ({ name }) => {
        notifications.show({ message: `Réglage «\u00a0${name}\u00a0» enregistré.` })
        return queries.invalidateQueries({ queryKey: orpc.imports.profiles.key() })
      },
      onError: notifyRefusal,
    }),
  )
  const [renamed, setRenamed] = useState<ImportProfile>()
  return (
    <Section
      title="Réglages enregistrés"
      action={
        <FileButton onChange={(file) => file && read.mutate({ file })} accept=".json,application/json">
          {({ onClick }) => <PlainAction label="Prendre un réglage dans un fichier" onAction={onClick} />}
        </FileButton>
      }
    >
      {kept.length === 0 ? null : (
        <Table
          label="Réglages enregistrés"
          items={kept}
          idOf={({ id }) => id}
          columns={profileColumns({
            onRename: setRenamed,
            onSave: (id) => save.mutate(id),
            onRemove: (id) => remove.mutate({ id }),
          })}
        />
      )}
      {renamed ? <RenameDialog key={renamed.id} profile={renamed} onClose={() => setRenamed(undefined)} /> : null}
    </Section>
  )
}

const RenameDialog = ({ profile, onClose }: { profile: ImportProfile; onClose: () => void }) => {
  const queries = useQueryClient()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: profile.name },
    validate: { name: (name) => (name.trim() === '' ? 'Donnez un nom à ce réglage.' : null) },
  })
  return (
    <FormDialog
      opened
      title="Renommer ce réglage"
      width="narrow"
      form={form}
      submit="Renommer"
      onSubmit={async (client, { name }) => {
        await client.imports.renameProfile({ id: profile.id, name })
        await queries.invalidateQueries({ queryKey: orpc.imports.profiles.key() })
      }}
      onClose={onClose}
    >
      <TextInput label="Nom du réglage" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
    </FormDialog>
  )
}

const profileColumns = ({
  onRename,
  onSave,
  onRemove,
}: {
  onRename: (profile: ImportProfile) => void
  onSave: (id: number) => void
  onRemove: (id: number) => void
}): readonly TableColumn<ImportProfile>[] => [
  { id: 'name', title: 'Nom', width: 210, show: ({ name }) => name },
  { id: 'list', title: 'Liste', width: 200, show: ({ list }) => lists[list].title },
  {
    id: 'heads',
    title: 'Colonnes reconnues',
    show: ({ heads }) => <span title={heads.join(', ')}>{heads.join(', ')}</span>,
  },
  {
    id: 'acts',
    title: <span className="cell-text">Changer</span>,
    width: 240,
    show: (one) => (
      <span className="row">
        <PlainAction label="Renommer" aria={`Renommer\u00a0: ${one.name}`} onAction={() => onRename(one)} />
        <PlainAction label="Fichier" aria={`Fichier\u00a0: ${one.name}`} onAction={() => onSave(one.id)} />
        <PlainAction label="Supprimer" aria={`Supprimer\u00a0: ${one.name}`} onAction={() => onRemove(one.id)} />
      </span>
    ),
  },
]
