import { ActionIcon, Button } from '@mantine/core'
import IconChevronLeft from '@tabler/icons-react/icons/IconChevronLeft'
import IconChevronRight from '@tabler/icons-react/icons/IconChevronRight'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Family } from '../../../shared/contract/desk/families.ts'
import { addMonths, type Day, firstOfMonth, lastOfMonth } from '../../../shared/rules/day.ts'
import { capitalised, monthText } from '../../../shared/rules/french.ts'
import { orpc } from '../../connection/client.ts'
import { Empty, Failure, Loading } from '../parts/telling.tsx'
import { Calendar } from '../reservations/calendar.tsx'
import { useNow } from '../staff/now.ts'

/** The family's own calendar: all its children, all their activities, a month at a time. */
export const BookingsTab = ({ family }: { family: Family }) => {
  const { today } = useNow()
  const [month, setMonth] = useState<Day>(firstOfMonth(today))
  const { data: organisation, error } = useQuery(orpc.settings.organisation.queryOptions())
  if (error) return <Failure error={error} />
  if (!organisation) return <Loading />
  return (
    <>
      <div className="row family-months">
        <ActionIcon
          variant="default"
          size={30}
          aria-label="Mois précédent"
          onClick={() => setMonth(addMonths(month, -1))}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
        <b aria-live="polite">{capitalised(monthText(month))}</b>
        <ActionIcon variant="default" size={30} aria-label="Mois suivant" onClick={() => setMonth(addMonths(month, 1))}>
          <IconChevronRight size={16} />
        </ActionIcon>
        <Button variant="subtle" onClick={() => setMonth(firstOfMonth(today))}>
          Ce mois-ci
        </Button>
      </div>
      <Calendar
        from={month}
        to={lastOfMonth(month)}
        periodIds={null}
        familyId={family.id}
        zoom="month"
        zone={organisation.schoolZone}
        empty={
          <Empty title="Rien ce mois-ci">
            Aucun enfant n’a d’inscription acceptée qui couvre ce mois. Inscrivez-le pour ouvrir son calendrier.
          </Empty>
        }
      />
    </>
  )
}
