import { ActionIcon } from '@mantine/core'
import IconPrinter from '@tabler/icons-react/icons/IconPrinter'
import { useMutation } from '@tanstack/react-query'
import type { CalendarPart } from '../../../shared/contract/desk/reservations/reservations.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { clientOutsideForms } from '../../connection/client.ts'
import { printPaper } from '../../connection/paper.ts'
import { keyText } from '../parts/keyboard/key.tsx'
import { useShortcut } from '../parts/keyboard/shortcuts.ts'
import { notifyRefusal } from '../queries.ts'

/** Prints the days shown on screen. */
export const PrintCalendar = ({
  shown,
}: {
  shown: {
    readonly from: Day
    readonly to: Day
    readonly periodIds: number[] | null
    readonly familyId: number | null
    readonly part?: CalendarPart | null
  }
}) => {
  const print = useMutation({
    mutationFn: async () => printPaper(await clientOutsideForms.reservations.calendarPdf(shown)),
    onError: notifyRefusal,
  })
  const act = () => {
    if (!print.isPending) print.mutate()
  }
  useShortcut('mod+p', 'imprimer ce calendrier', act)
  const words = `Imprimer (${keyText('mod+p')})`
  return (
    <ActionIcon variant="default" size={30} aria-label={words} title={words} loading={print.isPending} onClick={act}>
      <IconPrinter size={16} />
    </ActionIcon>
  )
}
