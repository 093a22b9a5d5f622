import IconHistory from '@tabler/icons-react/icons/IconHistory'
import { keyText } from '../parts/keyboard/key.tsx'
import { useShortcut, useShortcuts } from '../parts/keyboard/shortcuts.ts'
import { useActScreen } from './act-screen.ts'
import { showHistory, undoLast } from './undoing.tsx'

/**
 * Button for the last acts of the screen, and Ctrl Z. On screens that define Ctrl Z themselves, only the button
 * remains.
 */
export const LastActsButton = () => {
  const screen = useActScreen()
  const open = () => showHistory({ what: 'lastActs', screen })
  const hasOwn = useShortcuts(({ shortcuts }) =>
    shortcuts.some(({ combo, where }) => combo === 'mod+z' && where === 'screen'),
  )
  useShortcut('mod+z', 'annuler mon dernier geste', () => void undoLast(screen), { where: 'desk', enabled: !hasOwn })
  useShortcut('shift+h', 'voir les derniers gestes', open, { where: 'desk' })
  return (
    <button type="button" className="last-acts" title={`Derniers gestes (${keyText('shift+h')})`} onClick={open}>
      <IconHistory size={16} aria-hidden="true" />
      <span>Derniers gestes</span>
    </button>
  )
}
