import { ActionIcon, Button } from '@mantine/core'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'

/** The name of the shown days, with buttons for the previous days, today and the next days. */
export const Pager = ({
  shown,
  isShownElsewhere = false,
  onStep,
  onToday,
}: {
  shown: string
  /** The text is visible elsewhere: here it is for screen readers only. */
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
