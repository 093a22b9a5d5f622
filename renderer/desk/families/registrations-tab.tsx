import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Family } from '../../../shared/contract/desk/people/families.ts'
import type { Registration } from '../../../shared/contract/desk/registrations.ts'
import type { Day } from '../../../shared/rules/calendar/day.ts'
import { numericDay } from '../../../shared/rules/text/french.ts'
import { orpc } from '../../connection/client.ts'
import { ActionButton } from '../parts/buttons.tsx'
import { EmptyState, Failure, Loading } from '../parts/feedback.tsx'
import { Table, type TableColumn } from '../parts/table.tsx'
import { StateBadge } from '../registrations/state-badge.tsx'
import { useMay } from '../staff/may.ts'

/** Present and past registrations of the family's children. */
export const RegistrationsTab = ({ family, onRegister }: { family: Family; onRegister: () => void }) => {
  const { data, error, refetch } = useQuery(
    orpc.registrations.ofFamily.queryOptions({ input: { familyId: family.id } }),
  )
  const navigate = useNavigate()
  const may = useMay()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <Table
      label="Inscriptions"
      items={[...Map.groupBy(data, ({ childId }) => childId).values()].flat()}
      idOf={({ id }) => id}
      columns={columns}
      groupOf={({ firstName }) => firstName}
      onOpen={({ id, periodId }) =>
        void navigate({ to: '/inscriptions', search: { periode: periodId, inscription: id } })
      }
      style={{ flex: 1, paddingInline: 16 }}
      empty={
        <EmptyState
          title="Aucune inscription"
          action={may('decisions') ? <ActionButton label="Inscrire" onAction={onRegister} /> : undefined}
        >
          Une inscription ouvre le calendrier d’un enfant pour une période.
        </EmptyState>
      }
    />
  )
}

/** Whether a registration is requested or accepted, and its last day has not passed. */
export const isCurrent = ({ state, endDay }: Registration, today: Day): boolean =>
  (state === 'asked' || state === 'accepted') && endDay >= today

const columns: readonly TableColumn<Registration>[] = [
  { id: 'period', title: 'Période', show: ({ period }) => period },
  { id: 'activity', title: 'Activité', show: ({ activity }) => activity },
  { id: 'facility', title: 'Équipement', show: ({ facility }) => facility },
  { id: 'from', title: 'Du', width: 110, show: ({ startDay }) => numericDay(startDay) },
  { id: 'to', title: 'Au', width: 110, show: ({ endDay }) => numericDay(endDay) },
  { id: 'state', title: 'État', width: 140, show: (registration) => <StateBadge registration={registration} /> },
]
