import { Button } from '@mantine/core'
import IconCalendarOff from '@tabler/icons-react/icons/IconCalendarOff'
import { useQuery } from '@tanstack/react-query'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { briefDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { EmptyState } from './feedback.tsx'

/** Shown for a day without any open activity, with links to the nearest open days. */
export const NothingOpen = ({ day, today, onGo }: { day: Day; today: Day; onGo: (day: Day) => void }) => {
  const { data } = useQuery(orpc.activities.nearestOpenDays.queryOptions({ input: { day } }))
  return (
    <EmptyState
      icon={IconCalendarOff}
      title={`Rien n’est ouvert ${day === today ? 'aujourd’hui' : `le ${briefDay(day)}`}`}
      action={
        <div className="row">
          {data?.before ? <GoTo day={data.before} word="Dernier jour ouvert" onGo={onGo} /> : null}
          {data?.after ? <GoTo day={data.after} word="Prochain jour ouvert" onGo={onGo} /> : null}
        </div>
      }
    >
      Les activités ouvertes ce jour-là viennent ici, avec leurs enfants attendus.
    </EmptyState>
  )
}

const GoTo = ({ day, word, onGo }: { day: Day; word: string; onGo: (day: Day) => void }) => (
  <Button onClick={() => onGo(day)}>
    {word}&nbsp;: {briefDay(day)}
  </Button>
)
