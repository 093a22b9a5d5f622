import { Button, Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Facility, School } from '../../../shared/contract/desk/settings.ts'
import {
  type CatchmentRow,
  type CatchmentSide,
  catchmentSideNames,
  catchmentSides,
  pastedStreets,
} from '../../../shared/rules/people/catchment.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Badge, EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { RowsEdit } from '../parts/forms/rows-edit.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { useMay } from '../staff/may.ts'
import { SiteSelect, SitesSection, useSiteName } from './sites.tsx'

export const PlacesTab = () => {
  const may = useMay()
  return (
    <div className="settings-two">
      <Facilities />
      <Schools />
      {may('organisation') ? <SitesSection /> : null}
    </div>
  )
}

const Facilities = () => {
  const { data, error, refetch } = useQuery(orpc.settings.facilities.queryOptions())
  const { nouveau } = useSearch({ from: '/desk/reglages' })
  const [edited, setEdited] = useState<Facility | 'new' | undefined>(nouveau ? 'new' : undefined)
  const siteName = useSiteName()
  const add = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setEdited('new')}>
      Nouvel équipement
    </Button>
  )
  return (
    <Section title="Équipements" subtitle={data ? counted(data.length, 'équipement') : undefined} action={add}>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <Table
          label="Équipements"
          items={data}
          idOf={({ id }) => id}
          onOpen={setEdited}
          flush
          columns={facilityColumns(setEdited, siteName)}
          empty={
            <EmptyState title="Aucun équipement" action={add}>
              Centre de loisirs, restaurant scolaire, école&nbsp;: là où se passent les activités.
            </EmptyState>
          }
        />
      ) : error ? null : (
        <Loading />
      )}
      {edited ? <FacilityDialog facility={edited} onClose={() => setEdited(undefined)} /> : null}
    </Section>
  )
}

const EditButton = ({ name, onEdit }: { name: string; onEdit: () => void }) => (
  <Button variant="subtle" onClick={onEdit} aria-label={`Modifier ${name}`}>
    Modifier
  </Button>
)

const FacilityDialog = ({ facility, onClose }: { facility: Facility | 'new'; onClose: () => void }) => {
  const initialValues =
    facility === 'new'
      ? { name: '', address: '', contact: '', phone: '', archived: false, siteId: undefined as number | undefined }
      : facility
  const form = useForm({ initialValues })
  const may = useMay()
  const field = (path: string) => ({ key: form.key(path), ...form.getInputProps(path) })
  return (
    <FormDialog
      opened
      title={facility === 'new' ? 'Nouvel équipement' : 'Modifier l’équipement'}
      draft={facility === 'new' ? 'nouvel équipement' : `équipement ${facility.id}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) => client.settings.saveFacility(values)}
      onClose={onClose}
    >
      <TextInput label="Nom" data-autofocus {...field('name')} />
      <TextInput label="Adresse" {...field('address')} />
      <TextInput label="Contact" {...field('contact')} />
      <TextInput label="Téléphone" {...field('phone')} />
      {facility === 'new' || may('organisation') ? <SiteSelect {...form.getInputProps('siteId')} /> : null}
      {facility === 'new' ? null : (
        <Checkbox
          label="Fermé&nbsp;: ne se propose plus"
          key={form.key('archived')}
          {...form.getInputProps('archived', { type: 'checkbox' })}
        />
      )}
    </FormDialog>
  )
}

const Schools = () => {
  const { data, error, refetch } = useQuery(orpc.settings.schools.queryOptions())
  const [edited, setEdited] = useState<School | 'new'>()
  const remove = useMutation(orpcOutsideForms.settings.removeSchool.mutationOptions())
  const add = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setEdited('new')}>
      Nouvelle école
    </Button>
  )
  return (
    <Section title="Écoles" subtitle={data ? counted(data.length, 'école') : undefined} action={add}>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <Table
          label="Écoles"
          items={data}
          idOf={({ id }) => id}
          onOpen={setEdited}
          flush
          columns={schoolColumns(setEdited, (id) => remove.mutate({ id }))}
          empty={
            <EmptyState title="Aucune école" action={add}>
              L’import des listes de classe les crée aussi.
            </EmptyState>
          }
        />
      ) : error ? null : (
        <Loading />
      )}
      {edited ? <SchoolDialog school={edited} onClose={() => setEdited(undefined)} /> : null}
    </Section>
  )
}

type StreetFields = {
  key: string
  street: string
  fromNumber: number | string
  toNumber: number | string
  side: CatchmentSide
}

const emptyStreet = { street: '', fromNumber: '', toNumber: '', side: 'both' as const }

const numberOrNone = (typed: number | string) => (typed === '' ? null : Number(typed))

const streetFields = (row: CatchmentRow): StreetFields => ({
  ...row,
  fromNumber: row.fromNumber ?? '',
  toNumber: row.toNumber ?? '',
  key: crypto.randomUUID(),
})

/** Rows of a spreadsheet, added to the others: they are checked with them when the school is saved. */
const PastedStreets = ({ onRead }: { onRead: (rows: CatchmentRow[]) => void }) => {
  const [text, setText] = useState<string>()
  const [refusal, setRefusal] = useState<string | null>(null)
  if (text === undefined) return <Button onClick={() => setText('')}>Coller des lignes…</Button>
  const read = () => {
    const pasted = pastedStreets(text)
    setRefusal(pasted.refusal)
    if (pasted.refusal !== null) return
    onRead(pasted.rows)
    setText(undefined)
  }
  return (
    <div className="stack">
      <Textarea
        label="Lignes d’un tableur"
        description={
          'Une rue par ligne\u00a0: rue, premier numéro, dernier numéro, pairs ou impairs. Rien\u00a0: toute la rue.'
        }
        autosize
        minRows={4}
        maxRows={12}
        value={text}
        error={refusal}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <div>
        <Button onClick={read}>Ajouter ces rues</Button>
      </div>
    </div>
  )
}

const SchoolDialog = ({ school, onClose }: { school: School | 'new'; onClose: () => void }) => {
  const form = useForm({
    mode: 'controlled',
    initialValues: {
      name: school === 'new' ? '' : school.name,
      catchment: (school === 'new' ? [] : school.catchment).map(streetFields),
    },
  })
  return (
    <FormDialog
      opened
      title={school === 'new' ? 'Nouvelle école' : 'Modifier l’école'}
      draft={school === 'new' ? 'nouvelle école' : `école ${school.id}`}
      width="wide"
      form={form}
      submit="Enregistrer"
      onSubmit={(client, { name, catchment }) =>
        client.settings.saveSchool({
          name,
          catchment: catchment.map(({ street, fromNumber, toNumber, side }) => ({
            street,
            fromNumber: numberOrNone(fromNumber),
            toNumber: numberOrNone(toNumber),
            side,
          })),
          ...(school !== 'new' && { id: school.id }),
        })
      }
      onClose={onClose}
    >
      <div className="settings-form">
        <fieldset>
          <legend>École</legend>
          <TextInput label="Nom" data-autofocus {...form.getInputProps('name')} />
        </fieldset>
        <fieldset style={{ display: 'block' }}>
          <legend>Secteur</legend>
          <p className="soft small">
            Les rues dont les enfants viennent dans cette école&nbsp;: un enfant nouveau se la voit proposer.
          </p>
          {form.values.catchment.length > 0 ? (
            <RowsEdit
              heads={['Rue', 'Du', 'Au', 'Côté']}
              rows={form.values.catchment}
              renderCells={(_, row) => (
                <>
                  <td>
                    <TextInput aria-label={`Rue ${row + 1}`} {...form.getInputProps(`catchment.${row}.street`)} />
                  </td>
                  <td>
                    <NumberInput
                      aria-label={`Premier numéro, rue ${row + 1}`}
                      placeholder="début"
                      allowDecimal={false}
                      hideControls
                      w={84}
                      {...form.getInputProps(`catchment.${row}.fromNumber`)}
                    />
                  </td>
                  <td>
                    <NumberInput
                      aria-label={`Dernier numéro, rue ${row + 1}`}
                      placeholder="fin"
                      allowDecimal={false}
                      hideControls
                      w={84}
                      {...form.getInputProps(`catchment.${row}.toNumber`)}
                    />
                  </td>
                  <td>
                    <Select
                      aria-label={`Côté, rue ${row + 1}`}
                      data={catchmentSides.map((side) => ({ value: side, label: catchmentSideNames[side] }))}
                      allowDeselect={false}
                      w={160}
                      {...form.getInputProps(`catchment.${row}.side`)}
                    />
                  </td>
                </>
              )}
              removeLabel={({ street }, row) => `Retirer ${street || `la rue ${row + 1}`}`}
              onRemove={(row) => form.removeListItem('catchment', row)}
            />
          ) : null}
          <div>
            <Button
              leftSection={<IconPlus size={14} />}
              onClick={() => form.insertListItem('catchment', { ...emptyStreet, key: crypto.randomUUID() })}
            >
              Ajouter une rue
            </Button>
          </div>
          <PastedStreets
            onRead={(rows) =>
              form.setFieldValue('catchment', [...form.getValues().catchment, ...rows.map(streetFields)])
            }
          />
        </fieldset>
      </div>
    </FormDialog>
  )
}

const facilityColumns = (
  edit: (facility: Facility) => void,
  siteName: (id: number) => string,
): readonly TableColumn<Facility>[] => [
  {
    id: 'name',
    title: 'Équipement',
    show: ({ name, archived, siteId }) => (
      <div className="settings-roles">
        {name} {archived ? <Badge>fermé</Badge> : null}
        {siteName(siteId) === '' ? null : <div className="small soft">{siteName(siteId)}</div>}
      </div>
    ),
  },
  {
    id: 'contact',
    title: 'Contact',
    show: ({ contact, phone }) => (
      <div className="settings-roles">
        {contact}
        {phone === '' ? null : <div className="small soft nowrap">{phone}</div>}
      </div>
    ),
  },
  {
    id: 'act',
    title: <span className="unseen">Modifier</span>,
    number: true,
    width: 90,
    show: (facility) => <EditButton name={facility.name} onEdit={() => edit(facility)} />,
  },
]

const schoolColumns = (
  edit: (school: School) => void,
  remove: (id: number) => void,
): readonly TableColumn<School>[] => [
  { id: 'name', title: 'École', show: ({ name }) => name },
  { id: 'children', title: 'Enfants, anciens compris', number: true, width: 190, show: ({ children }) => children },
  {
    id: 'act',
    title: <span className="unseen">Actions</span>,
    number: true,
    width: 170,
    show: (school) => (
      <span className="row row-end">
        <EditButton name={school.name} onEdit={() => edit(school)} />
        {school.children === 0 ? (
          <Button variant="subtle" aria-label={`Retirer ${school.name}`} onClick={() => remove(school.id)}>
            Retirer
          </Button>
        ) : null}
      </span>
    ),
  },
]
