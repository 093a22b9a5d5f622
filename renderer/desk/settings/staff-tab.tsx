import { Button, Checkbox, PasswordInput, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import IconKey from '@tabler/icons-react/icons/IconKey'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Site } from '../../../shared/contract/desk/settings.ts'
import type { StaffMember } from '../../../shared/contract/desk/staff.ts'
import { type Role, roleNames, roles } from '../../../shared/rules/access/roles.ts'
import { counted, ofName } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { HistoryButton } from '../history/history-button.tsx'
import { Badge, Failure, Loading } from '../parts/feedback.tsx'
import { FormDialog } from '../parts/forms/dialogs.tsx'
import { Section } from '../parts/screen.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { OwnPasswordFields } from '../staff/own-password-fields.tsx'
import { ownPasswordForm, passwordProps } from '../staff/password-fields.ts'
import { useSession } from '../staff/session.ts'
import { SitesField, useSites } from './sites.tsx'

type Opened = { readonly kind: 'add' } | { readonly kind: 'change' | 'password'; readonly member: StaffMember }

/** Staff accounts, and the roles of each. */
export const StaffTab = () => {
  const { data, error, refetch } = useQuery(orpc.staff.list.queryOptions())
  const [opened, setOpened] = useState<Opened>()
  const sites = useSites()
  const close = () => setOpened(undefined)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="settings-page">
      <Section
        title="Agents"
        subtitle={counted(data.filter(({ active }) => active).length, 'agent en service', 'agents en service')}
        action={
          <span className="row">
            <OwnPassword />
            <Button leftSection={<IconPlus size={14} />} onClick={() => setOpened({ kind: 'add' })}>
              Nouvel agent
            </Button>
          </span>
        }
      >
        <Table
          label="Agents"
          items={data}
          idOf={({ id }) => id}
          onOpen={(member) => setOpened({ kind: 'change', member })}
          flush
          columns={memberColumns(setOpened, sites)}
        />
      </Section>
      {opened?.kind === 'add' ? <AddDialog onClose={close} /> : null}
      {opened?.kind === 'change' ? <ChangeDialog member={opened.member} onClose={close} /> : null}
      {opened?.kind === 'password' ? <ResetDialog member={opened.member} onClose={close} /> : null}
    </div>
  )
}

const RoleBoxes = () => (
  <div className="stack" style={{ marginBlockStart: 8 }}>
    {roles.map((role) => (
      <Checkbox key={role} value={role} label={roleNames[role]} />
    ))}
  </div>
)

const AddDialog = ({ onClose }: { onClose: () => void }) => {
  const isExample = useSession().data?.isDemo === true
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      name: '',
      login: '',
      password: '',
      roles: ['receptionist'] as Role[],
      siteIds: null as number[] | null,
    },
  })
  const field = (path: string) => ({ key: form.key(path), ...form.getInputProps(path) })
  return (
    <FormDialog
      opened
      title="Nouvel agent"
      form={form}
      submit="Ajouter"
      onSubmit={(client, values) => client.staff.add(values)}
      onClose={onClose}
    >
      <TextInput label="Prénom et nom" data-autofocus {...field('name')} />
      <TextInput label="Identifiant" autoComplete="off" {...field('login')} />
      <PasswordInput label="Premier mot de passe" {...passwordProps} {...field('password')} />
      <p className="small soft">
        {isExample
          ? 'Dans la ville d’exemple, l’agent garde ce mot de passe.'
          : 'L’agent choisit le sien à sa première connexion.'}
      </p>
      <Checkbox.Group label="Rôles" {...field('roles')}>
        <RoleBoxes />
      </Checkbox.Group>
      <SitesField {...field('siteIds')} />
    </FormDialog>
  )
}

const ChangeDialog = ({ member, onClose }: { member: StaffMember; onClose: () => void }) => {
  const { id, name, roles: held, siteIds, active } = member
  const form = useForm({ mode: 'uncontrolled', initialValues: { name, roles: held, siteIds, active } })
  return (
    <FormDialog
      opened
      title={`Modifier ${name}`}
      form={form}
      submit="Enregistrer"
      onSubmit={(client, values) => client.staff.change({ id, ...values })}
      onClose={onClose}
    >
      <TextInput label="Prénom et nom" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
      <Checkbox.Group label="Rôles" key={form.key('roles')} {...form.getInputProps('roles')}>
        <RoleBoxes />
      </Checkbox.Group>
      <SitesField key={form.key('siteIds')} {...form.getInputProps('siteIds')} />
      <Switch
        label="En service&nbsp;: peut se connecter"
        key={form.key('active')}
        {...form.getInputProps('active', { type: 'checkbox' })}
      />
    </FormDialog>
  )
}

const ResetDialog = ({ member, onClose }: { member: StaffMember; onClose: () => void }) => {
  const form = useForm({ mode: 'uncontrolled', initialValues: { password: '' } })
  return (
    <FormDialog
      opened
      title={`Nouveau mot de passe ${ofName(member.name)}`}
      width="narrow"
      form={form}
      submit="Remplacer le mot de passe"
      onSubmit={async (client, { password }) => {
        await client.staff.resetPassword({ id: member.id, password })
        notifications.show({ message: `Le mot de passe ${ofName(member.name)} est remplacé.` })
      }}
      onClose={onClose}
    >
      <PasswordInput
        label="Nouveau mot de passe"
        {...passwordProps}
        data-autofocus
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <p className="small soft">
        Ce qui est ouvert sous son nom se ferme aussitôt, et l’agent choisit le sien à la prochaine connexion.
      </p>
    </FormDialog>
  )
}

const OwnPassword = () => {
  const [opened, setOpened] = useState(false)
  const form = useForm({ mode: 'uncontrolled', ...ownPasswordForm })
  return (
    <>
      <Button leftSection={<IconKey size={14} />} onClick={() => setOpened(true)}>
        Mon mot de passe
      </Button>
      <FormDialog
        opened={opened}
        title="Changer mon mot de passe"
        width="narrow"
        form={form}
        submit="Changer"
        onSubmit={async (client, values) => {
          await client.staff.changePassword(values)
          form.reset()
          notifications.show({ message: 'Votre mot de passe est changé.' })
        }}
        onClose={() => setOpened(false)}
      >
        <OwnPasswordFields form={form} labels={['Mot de passe actuel', 'Nouveau mot de passe']} />
      </FormDialog>
    </>
  )
}

const sitesColumn = (sites: readonly Site[]): TableColumn<StaffMember> => ({
  id: 'sites',
  title: 'Sites',
  show: ({ siteIds }) =>
    siteIds === null
      ? 'partout'
      : sites
          .filter(({ id }) => siteIds.includes(id))
          .map(({ name }) => name)
          .join(', '),
})

const memberColumns = (open: (opened: Opened) => void, sites: readonly Site[]): readonly TableColumn<StaffMember>[] => [
  {
    id: 'name',
    title: 'Nom',
    show: ({ name, active }) => (
      <>
        {name} {active ? null : <Badge>parti</Badge>}
      </>
    ),
  },
  { id: 'login', title: 'Identifiant', show: ({ login }) => login },
  {
    id: 'roles',
    title: 'Rôles',
    show: (member) => <span className="settings-roles">{member.roles.map((role) => roleNames[role]).join(', ')}</span>,
  },
  ...(sites.length === 0 ? [] : [sitesColumn(sites)]),
  {
    id: 'acts',
    title: <span className="unseen">Actions</span>,
    width: 340,
    show: (member) => (
      <span className="row">
        <HistoryButton entity="staff_member" id={member.id} title={member.name} />
        <Button
          variant="subtle"
          aria-label={`Modifier ${member.name}`}
          onClick={() => open({ kind: 'change', member })}
        >
          Modifier
        </Button>
        <Button
          variant="subtle"
          aria-label={`Mot de passe ${ofName(member.name)}`}
          onClick={() => open({ kind: 'password', member })}
        >
          Mot de passe
        </Button>
      </span>
    ),
  },
]
