import { ActionIcon, Tooltip } from '@mantine/core'
import IconAlignCenter from '@tabler/icons-react/icons/IconAlignCenter'
import IconAlignLeft from '@tabler/icons-react/icons/IconAlignLeft'
import IconAlignRight from '@tabler/icons-react/icons/IconAlignRight'
import IconArrowBackUp from '@tabler/icons-react/icons/IconArrowBackUp'
import IconArrowForwardUp from '@tabler/icons-react/icons/IconArrowForwardUp'
import IconBold from '@tabler/icons-react/icons/IconBold'
import IconH2 from '@tabler/icons-react/icons/IconH2'
import IconH3 from '@tabler/icons-react/icons/IconH3'
import IconItalic from '@tabler/icons-react/icons/IconItalic'
import IconList from '@tabler/icons-react/icons/IconList'
import IconListNumbers from '@tabler/icons-react/icons/IconListNumbers'
import IconPlus from '@tabler/icons-react/icons/IconPlus'
import IconUnderline from '@tabler/icons-react/icons/IconUnderline'
import type { ChainedCommands, Editor } from '@tiptap/core'
import { type KeyboardEvent, useState } from 'react'
import { keyText } from '../parts/keyboard/key.tsx'

type Tool = {
  readonly name: string
  readonly combo?: string
  readonly icon: typeof IconBold
  /** Absent for a button that acts once and is never « on ». */
  readonly isOn?: (editor: Editor) => boolean
  readonly act: (chain: ChainedCommands) => ChainedCommands
}

const aligned = (align: 'center' | 'right' | null, name: string, icon: Tool['icon']): Tool => ({
  name,
  icon,
  isOn: (editor) => editor.isActive({ textAlign: align }),
  act: (chain) =>
    chain.command(({ commands }) =>
      ['paragraph', 'heading'].map((type) => commands.updateAttributes(type, { textAlign: align })).some(Boolean),
    ),
})

const formats: readonly (readonly Tool[])[] = [
  [
    { name: 'Gras', combo: 'mod+b', icon: IconBold, isOn: on('bold'), act: (chain) => chain.toggleBold() },
    { name: 'Italique', combo: 'mod+i', icon: IconItalic, isOn: on('italic'), act: (chain) => chain.toggleItalic() },
    {
      name: 'Souligné',
      combo: 'mod+u',
      icon: IconUnderline,
      isOn: on('underline'),
      act: (chain) => chain.toggleUnderline(),
    },
  ],
  [
    {
      name: 'Titre',
      combo: 'mod+shift+1',
      icon: IconH2,
      isOn: (editor) => editor.isActive('heading', { level: 2 }),
      act: (chain) => chain.toggleHeading({ level: 2 }),
    },
    {
      name: 'Sous-titre',
      combo: 'mod+shift+2',
      icon: IconH3,
      isOn: (editor) => editor.isActive('heading', { level: 3 }),
      act: (chain) => chain.toggleHeading({ level: 3 }),
    },
  ],
  [
    aligned(null, 'À gauche', IconAlignLeft),
    aligned('center', 'Au centre', IconAlignCenter),
    aligned('right', 'À droite', IconAlignRight),
  ],
]

const always: readonly (readonly Tool[])[] = [
  [
    {
      name: 'Liste à puces',
      combo: 'mod+shift+8',
      icon: IconList,
      isOn: on('bulletList'),
      act: (chain) => chain.toggleBulletList(),
    },
    {
      name: 'Liste numérotée',
      combo: 'mod+shift+7',
      icon: IconListNumbers,
      isOn: on('orderedList'),
      act: (chain) => chain.toggleOrderedList(),
    },
  ],
  [
    { name: 'Annuler', combo: 'mod+z', icon: IconArrowBackUp, act: (chain) => chain.undo() },
    { name: 'Rétablir', combo: 'mod+y', icon: IconArrowForwardUp, act: (chain) => chain.redo() },
  ],
]

function on(type: string) {
  return (editor: Editor): boolean => editor.isActive(type)
}

/** A single Tab stop; arrow keys go from button to button. */
export const EditorToolbar = ({
  editor,
  isPlain,
  onField,
}: {
  editor: Editor
  /** Hides the buttons for what a plain text cannot show. */
  isPlain: boolean
  onField: () => void
}) => {
  const [stop, setStop] = useState('Champ')
  const stopAt = (name: string) => ({ tabIndex: name === stop ? 0 : -1, onFocus: () => setStop(name) })
  return (
    <div
      className="template-tools"
      role="toolbar"
      aria-label="Mise en forme"
      tabIndex={-1}
      onKeyDown={move}
      // Keeps the selection of the text while a button is pressed.
      onMouseDown={(event) => event.preventDefault()}
    >
      <button type="button" className="template-add" aria-haspopup="dialog" {...stopAt('Champ')} onClick={onField}>
        <IconPlus size={14} aria-hidden="true" />
        Champ
      </button>
      {[...(isPlain ? [] : formats), ...always].map((tools) => (
        <span key={tools[0]?.name}>
          {tools.map(({ name, combo, icon: Icon, isOn, act }) => {
            const isPossible = act(editor.can().chain()).run()
            return (
              <Tooltip key={name} label={combo ? `${name} (${keyText(combo)})` : name}>
                <ActionIcon
                  aria-label={name}
                  aria-keyshortcuts={combo?.replace('mod', 'Control').replace('shift', 'Shift')}
                  aria-pressed={isOn?.(editor)}
                  aria-disabled={isPossible ? undefined : true}
                  {...stopAt(name)}
                  onClick={() => {
                    editor.view.focus()
                    act(editor.chain()).run()
                  }}
                >
                  <Icon size={18} aria-hidden="true" />
                </ActionIcon>
              </Tooltip>
            )
          })}
        </span>
      ))}
    </div>
  )
}

const move = (event: KeyboardEvent<HTMLElement>) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  if (step === undefined) return
  event.preventDefault()
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button')]
  const next = buttons.findIndex((button) => button === document.activeElement) + step
  buttons.at(next % buttons.length)?.focus()
}
