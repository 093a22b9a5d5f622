import { Button, Checkbox, Menu, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { type ReactNode, useState } from 'react'
import type { FormClient } from '../../connection/form.ts'
import { useMay } from '../staff/may.ts'
import { Note } from './feedback.tsx'
import { ConfirmDialog, FormDialog } from './forms/dialogs.tsx'

/** What a person saves under a name and may share: a list, or a choice of recipients. */
export type Kept = {
  readonly id: number
  readonly name: string
  readonly isShared: boolean
  readonly isMine: boolean
  readonly by: string
  /** Why this person cannot open it; null when they can. */
  readonly why: string | null
}

/** A menu of the person's own saved ones and the shared ones; one that the person may not use shows why. */
export const KeptMenu = <One extends Kept>({
  label,
  kept,
  opened,
  removing,
  onOpen,
  onRemove,
  children,
}: {
  /** « Mes listes » */
  label: string
  kept: readonly One[]
  /** The one that is open, which can be deleted. */
  opened: One | undefined
  /** « la liste » */
  removing: string
  onOpen: (one: One) => void
  onRemove: (client: FormClient, one: One) => Promise<unknown>
  /** Other commands of the menu. */
  children: ReactNode
}) => {
  const may = useMay()
  const [removed, setRemoved] = useState<One>()
  return (
    <>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden="true" />}>
            {label} {kept.length > 0 ? `(${kept.length})` : ''}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {kept.map((one) => (
            <Menu.Item
              key={one.id}
              disabled={one.why !== null}
              leftSection={one.isShared ? <IconUsers size={14} aria-label="pour l’équipe" /> : null}
              onClick={() => onOpen(one)}
            >
              <span>{one.name}</span>
              {one.isMine ? null : <span className="soft small"> de {one.by}</span>}
              {one.why === null ? null : <span className="kept-why small">{one.why}</span>}
            </Menu.Item>
          ))}
          {kept.length > 0 ? <Menu.Divider /> : null}
          {children}
          {opened && (opened.isMine || may('sharedLists')) ? (
            <Menu.Item color="red" onClick={() => setRemoved(opened)}>
              Supprimer «&nbsp;{opened.name}&nbsp;»…
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {removed ? (
        <ConfirmDialog
          opened
          title={`Supprimer ${removing} «\u00a0${removed.name}\u00a0»\u00a0?`}
          confirm={`Supprimer ${removing}`}
          dangerous
          onConfirm={(client) => onRemove(client, removed)}
          onClose={() => setRemoved(undefined)}
        >
          {removed.isShared ? <p>Les autres ne l’auront plus&nbsp;: l’équipe s’en sert.</p> : null}
        </ConfirmDialog>
      ) : null}
    </>
  )
}

/** Saves what is open under a name: replaces the one that was opened, or adds another. */
export const KeepDialog = ({
  title,
  another,
  opened,
  whyNotShared = null,
  onKeep,
  onClose,
}: {
  title: string
  /** « En faire une autre liste » */
  another: string
  /** The one that is open, when the person may change it. */
  opened: Kept | undefined
  /** Why it cannot be shared; null when it can. */
  whyNotShared?: string | null
  onKeep: (client: FormClient, as: { id?: number; name: string; isShared: boolean }) => Promise<void>
  onClose: () => void
}) => {
  const may = useMay()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: {
      name: opened?.name ?? '',
      isShared: whyNotShared === null && (opened?.isShared ?? false),
      isAnother: false,
    },
  })
  return (
    <FormDialog
      opened
      title={title}
      width="narrow"
      form={form}
      submit="Enregistrer"
      onSubmit={(client, { name, isShared, isAnother }) =>
        onKeep(client, { name, isShared, ...(opened && !isAnother && { id: opened.id }) })
      }
      onClose={onClose}
    >
      <TextInput label="Nom" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
      {may('sharedLists') && whyNotShared !== null ? <Note>{whyNotShared}</Note> : null}
      {may('sharedLists') && whyNotShared === null ? (
        <Checkbox
          label="Partager avec l’équipe"
          description="Chacun s’en sert avec ses droits et ses sites."
          key={form.key('isShared')}
          {...form.getInputProps('isShared', { type: 'checkbox' })}
        />
      ) : null}
      {opened ? (
        <Checkbox
          label={another}
          key={form.key('isAnother')}
          {...form.getInputProps('isAnother', { type: 'checkbox' })}
        />
      ) : null}
    </FormDialog>
  )
}
