import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Family } from '../../../shared/contract/desk/families.ts'
import type { StoryEvent } from '../../../shared/contract/desk/home.ts'
import { instantText } from '../../../shared/rules/french.ts'
import { orpc } from '../../connection/client.ts'
import { Table, type TableColumn } from '../parts/table.tsx'
import { Empty, Failure, Loading } from '../parts/telling.tsx'

const events = 500

/** Who did what about this family, latest first. */
export const StoryTab = ({ family }: { family: Family }) => {
  const [chosen, setChosen] = useState<number>()
  const { data, error, refetch } = useQuery(
    orpc.home.story.queryOptions({ input: { familyId: family.id, count: events } }),
  )
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <Table
      label="Historique"
      items={data}
      idOf={({ actId }) => actId}
      columns={columns}
      chosen={chosen}
      onChoose={({ actId }) => setChosen(actId)}
      style={{ flex: 1, paddingInline: 16 }}
      empty={<Empty title="Aucun événement" />}
    />
  )
}

const columns: readonly TableColumn<StoryEvent>[] = [
  { id: 'at', title: 'Quand', width: 220, show: ({ at }) => instantText(at) },
  { id: 'label', title: 'Quoi', show: ({ label }) => label },
  { id: 'who', title: 'Qui', width: 200, show: ({ who }) => who },
]
