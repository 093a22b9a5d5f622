import { Button, Checkbox, Menu, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import IconUsers from '@tabler/icons-react/icons/IconUsers'
import { useState } from 'react'
import type { SavedList } from '../../../shared/contract/desk/figures/free-lists.ts'
import type { ListQuery } from '../../../shared/rules/lists/list-query.ts'
import { ConfirmDialog, FormDialog } from '../parts/forms/dialogs.tsx'
import { useMay } from '../staff/may.ts'

/** « Mes listes »: the person's own lists and the shared ones. A list that they may not read says why. */
export const SavedLists = ({
  lists,
  opened,
  onOpen,
  onNew,
}: {
  lists: readonly SavedList[]
  opened: SavedList | undefined
  onOpen: (list: SavedList) => void
  onNew: () => void
}) => {
  const may = useMay()
  const [removed, setRemoved] = useState<SavedList>()
  return (
    <>
      <Menu position="bottom-end" width={320}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden="true" />}>
            Mes listes {lists.length > 0 ? `(${lists.length})` : ''}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {lists.map((list) => (
            <Menu.Item
              key={list.id}
              disabled={list.why !== null}
              leftSection={list.isShared ? <IconUsers size={14} aria-label="partagée" /> : null}
              onClick={() => onOpen(list)}
            >
              <span>{list.name}</span>
              {list.isMine ? null : <span className="soft small"> de {list.by}</span>}
              {list.why === null ? null : <span className="list-why small">{list.why}</span>}
            </Menu.Item>
          ))}
          {lists.length > 0 ? <Menu.Divider /> : null}
          <Menu.Item onClick={onNew}>Nouvelle liste</Menu.Item>
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
          title={`Supprimer la liste «\u00a0${removed.name}\u00a0»\u00a0?`}
          confirm="Supprimer la liste"
          dangerous
          onConfirm={async (client) => {
            await client.freeLists.remove({ id: removed.id })
            onNew()
          }}
          onClose={() => setRemoved(undefined)}
        >
          {removed.isShared ? <p>Elle est partagée&nbsp;: les autres ne l’auront plus.</p> : null}
        </ConfirmDialog>
      ) : null}
    </>
  )
}

/** Saves a list under a name: over the open one, or as another. */
export const SaveDialog = ({
  query,
  list,
  onSaved,
  onClose,
}: {
  query: ListQuery
  /** The open list, when the person may change it. */
  list: SavedList | undefined
  onSaved: (id: number) => void
  onClose: () => void
}) => {
  const may = useMay()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: list?.name ?? '', isShared: list?.isShared ?? false, isAnother: false },
  })
  return (
    <FormDialog
      opened
      title="Enregistrer la liste"
      width="narrow"
      form={form}
      submit="Enregistrer"
      onSubmit={async (client, { name, isShared, isAnother }) => {
        const { id } = await client.freeLists.save({
          name,
          isShared,
          query,
          ...(list && !isAnother && { id: list.id }),
        })
        onSaved(id)
      }}
      onClose={onClose}
    >
      <TextInput label="Nom" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
      {may('sharedLists') ? (
        <Checkbox
          label="Partagée avec l’équipe"
          description="Chacun l’ouvre avec ses droits et ses sites."
          key={form.key('isShared')}
          {...form.getInputProps('isShared', { type: 'checkbox' })}
        />
      ) : null}
      {list ? (
        <Checkbox
          label="En faire une autre liste"
          key={form.key('isAnother')}
          {...form.getInputProps('isAnother', { type: 'checkbox' })}
        />
      ) : null}
    </FormDialog>
  )
}
