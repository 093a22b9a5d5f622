import IconHelp from '@tabler/icons-react/icons/IconHelp'
import { showHelp } from './side-panel-state.ts'

/** Button in every screen's head that opens the screen's help page, like F1. */
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
