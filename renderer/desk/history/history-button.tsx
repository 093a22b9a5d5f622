import { Button } from '@mantine/core'
import IconHistory from '@tabler/icons-react/icons/IconHistory'
import type { RecordKind } from '../../../shared/contract/desk/history.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { showHistory } from './undoing.tsx'

/** Opens a record's history. `main` is for the screen's own record, and adds the H key. */
export const HistoryButton = ({
  entity,
  id,
  title,
  main = false,
  fullWidth = false,
}: {
  entity: RecordKind
  id: number
  /** « Famille Marchand », « Zoé Duval » */
  title: string
  main?: boolean
  fullWidth?: boolean
}) => {
  const open = () => showHistory({ what: 'record', entity, id, title })
  const icon = <IconHistory size={14} aria-hidden="true" />
  return main ? (
    <ActionButton combo="h" label="Historique" icon={icon} fullWidth={fullWidth} onAction={open} />
  ) : (
    <Button
      variant="subtle"
      leftSection={icon}
      fullWidth={fullWidth}
      aria-label={`Historique\u00a0: ${title}`}
      onClick={open}
    >
      Historique
    </Button>
  )
}
