import { ActionIcon, Button } from '@mantine/core'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'

/** What is shown, and the way before and after it. */
export const Steps = ({
  shown,
  isShownElsewhere = false,
  onStep,
  onToday,
}: {
  shown: string
  /** The text is visible elsewhere: only screen readers get it here. */
  isShownElsewhere?: boolean
  onStep: (by: 1 | -1) => void
  onToday: () => void
}) => (
  <>
    <span className={isShownElsewhere ? 'unseen' : 'nowrap'} aria-live="polite">
      {shown}
    </span>
    <ActionIcon variant="default" size={30} aria-label="Précédent (P)" title="Précédent (P)" onClick={() => onStep(-1)}>
      <IconChevronLeft size={16} />
    </ActionIcon>
    <Button title="Aujourd’hui (T)" onClick={onToday}>
      Aujourd’hui
    </Button>
    <ActionIcon variant="default" size={30} aria-label="Suivant (S)" title="Suivant (S)" onClick={() => onStep(1)}>
      <IconChevronRight size={16} />
    </ActionIcon>
  </>
)
