import IconHelp from '@tabler/icons-react/icons/IconHelp'
import { showHelp } from './showing.ts'

/** In the head of every screen, and F1: its page of the help, beside the work. */
export const HelpButton = () => (
  <button
    type="button"
    className="help-button"
    title="Aide de cet écran (F1)"
    aria-label="Aide de cet écran"
    onClick={() => showHelp()}
  >
    <IconHelp size={18} aria-hidden="true" />
  </button>
)
