import { useQuery } from '@tanstack/react-query'
import type { Family } from '../../../shared/contract/desk/families.ts'
import { instantText } from '../../../shared/rules/french.ts'
import { orpc } from '../../connection/client.ts'
import { Empty, Failure, Loading, Story } from '../parts/telling.tsx'

const events = 200

/** Who did what about this family, latest first. */
export const StoryTab = ({ family }: { family: Family }) => {
  const { data, error, refetch } = useQuery(
    orpc.home.story.queryOptions({ input: { familyId: family.id, count: events } }),
  )
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="family-alone">
      {data.length === 0 ? (
        <Empty title="Aucun événement" />
      ) : (
        <Story
          events={data.map(({ actId, at, who, label }) => ({
            id: actId,
            what: label,
            when: `${instantText(at)}, ${who}`,
          }))}
        />
      )}
    </div>
  )
}
