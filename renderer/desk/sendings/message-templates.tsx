import { Button, Menu } from '@mantine/core'
import IconChevronDown from '@tabler/icons-react/icons/IconChevronDown'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { orpc } from '../../connection/client.ts'
import { ConfirmDialog } from '../parts/forms/dialogs.tsx'

type Words = { readonly subject: string; readonly text: string }

/** Begins a message with the text of a template; staff confirm before it replaces what they wrote. */
export const MessageTemplates = ({ written, onChoose }: { written: Words; onChoose: (words: Words) => void }) => {
  const { data: templates = [] } = useQuery(orpc.templates.messages.queryOptions())
  const [asked, setAsked] = useState<Words>()
  const isWritten = written.text.trim() !== '' && !templates.some(({ text }) => text === written.text)
  if (templates.length === 0) return null
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button rightSection={<IconChevronDown size={14} />}>Partir d’un modèle</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {templates.map(({ key, name, subject, text }) => (
            <Menu.Item
              key={key}
              onClick={() => (isWritten ? setAsked({ subject, text }) : onChoose({ subject, text }))}
            >
              {name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asked !== undefined}
        title="Remplacer ce qui est écrit&nbsp;?"
        confirm="Remplacer"
        onConfirm={async () => {
          if (asked) onChoose(asked)
        }}
        onClose={() => setAsked(undefined)}
      >
        L’objet et le texte du modèle prennent la place des vôtres.
      </ConfirmDialog>
    </>
  )
}
