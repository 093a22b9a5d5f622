import { Button, Checkbox, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ComponentProps, type ReactNode, useState } from 'react'
import type { Site } from '../../../shared/contract/desk/settings.ts'
import { counted } from '../../../shared/rules/text/french.ts'
import { orpc, orpcOutsideForms } from '../../connection/client.ts'
import { Failure, Loading } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'

/** The sites of the service; empty while there is only one, since screens then do not mention sites. */
export const useSites = (): readonly Site[] => {
  const { data = [] } = useQuery(orpc.settings.sites.queryOptions())
  return data.length > 1 ? data : []
}

/** Names a site by its id; empty while the service has only one. */
export const useSiteName = (): ((id: number) => string) => {
  const sites = useSites()
  return (id) => sites.find((one) => one.id === id)?.name ?? ''
}

/** The sites of the service, for an administrator. */
export const SitesSection = () => {
  const { data, error, refetch } = useQuery(orpc.settings.sites.queryOptions())
  const [edited, setEdited] = useState<Site | 'new'>()
  const remove = useMutation(orpcOutsideForms.settings.removeSite.mutationOptions())
  const add = (
    <Button leftSection={<IconPlus size={14} />} onClick={() => setEdited('new')}>
      Nouveau site
    </Button>
  )
  return (
    <Section title="Sites" subtitle={data && data.length > 1 ? counted(data.length, 'site') : undefined} action={add}>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
      {data?.length === 1 ? (
        <p className="soft small">
          Un seul site&nbsp;: chaque agent voit tous les accueils. Avec un second, chaque équipement est d’un site, et
          un agent peut être limité aux siens.
        </p>
      ) : null}
      {data && data.length > 1 ? (
        <Table
          label="Sites"
          items={data}
          idOf={({ id }) => id}
          onOpen={setEdited}
          flush
          columns={siteColumns(setEdited, (id) => remove.mutate({ id }))}
        />
      ) : null}
      {data || error ? null : <Loading />}
      {edited ? <SiteDialog site={edited} onClose={() => setEdited(undefined)} /> : null}
    </Section>
  )
}

const SiteDialog = ({ site, onClose }: { site: Site | 'new'; onClose: () => void }) => {
  const form = useForm({ mode: 'uncontrolled', initialValues: { name: site === 'new' ? '' : site.name } })
  return (
    <FormDialog
      opened
      title={site === 'new' ? 'Nouveau site' : 'Modifier le site'}
      draft={site === 'new' ? 'nouveau site' : `site ${site.id}`}
      width="narrow"
      form={form}
      submit="Enregistrer"
      onSubmit={(client, { name }) => client.settings.saveSite({ name, ...(site !== 'new' && { id: site.id }) })}
      onClose={onClose}
    >
      <TextInput label="Nom" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
    </FormDialog>
  )
}

/**
 * The sites of a member of staff, null for one who works everywhere; renders nothing while the service has only one.
 */
export const SitesField = ({
  defaultValue = null,
  onChange,
  error,
}: {
  readonly defaultValue?: number[] | null
  readonly onChange: (siteIds: number[] | null) => void
  readonly error?: ReactNode
}) => {
  const sites = useSites()
  const [chosen, setChosen] = useState(defaultValue)
  const choose = (siteIds: number[] | null) => {
    setChosen(siteIds)
    onChange(siteIds)
  }
  if (sites.length === 0) return null
  return (
    <fieldset className="held stack">
      <legend>Sites</legend>
      <Checkbox
        label="Partout&nbsp;: tous les sites, et ce qui touche le service entier"
        checked={chosen === null}
        onChange={({ currentTarget }) => choose(currentTarget.checked ? null : [])}
      />
      {chosen === null ? null : (
        <Checkbox.Group
          aria-label="Sites de l’agent"
          error={error}
          value={chosen.map(String)}
          onChange={(ids) => choose(ids.map(Number))}
        >
          <div className="stack">
            {sites.map(({ id, name }) => (
              <Checkbox key={id} value={String(id)} label={name} />
            ))}
          </div>
        </Checkbox.Group>
      )}
    </fieldset>
  )
}

/** The site of a facility; renders nothing while the service has only one. */
export const SiteSelect = (
  props: Omit<ComponentProps<typeof Select>, 'data' | 'label' | 'value' | 'onChange'> & {
    readonly value?: number
    readonly onChange: (id: number) => void
  },
) => {
  const sites = useSites()
  const { value, onChange, ...others } = props
  if (sites.length === 0) return null
  return (
    <Select
      label="Site"
      data={sites.map(({ id, name }) => ({ value: String(id), label: name }))}
      value={value === undefined ? null : String(value)}
      onChange={(id) => onChange(Number(id))}
      allowDeselect={false}
      {...others}
    />
  )
}

const siteColumns = (edit: (site: Site) => void, remove: (id: number) => void): readonly TableColumn<Site>[] => [
  { id: 'name', title: 'Site', show: ({ name }) => name },
  {
    id: 'act',
    title: <span className="unseen">Actions</span>,
    number: true,
    width: 170,
    show: (site) => (
      <span className="row row-end">
        <Button variant="subtle" aria-label={`Modifier ${site.name}`} onClick={() => edit(site)}>
          Modifier
        </Button>
        <Button variant="subtle" aria-label={`Retirer ${site.name}`} onClick={() => remove(site.id)}>
          Retirer
        </Button>
      </span>
    ),
  },
]
