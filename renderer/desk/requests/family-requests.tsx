import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { orpc } from '../../connection/client.ts'

/** In a family's head: the number of its waiting demandes, with a link. */
export const FamilyRequests = ({ familyId }: { familyId: number }) => {
  const { data } = useQuery(orpc.requests.countOfFamily.queryOptions({ input: { familyId } }))
  if (!data) return null
  return (
    <div>
      <dt>Demandes</dt>
      {data.waiting === 0 ? (
        <dd>Aucune</dd>
      ) : (
        <>
          <dd>{data.waiting} à décider</dd>
          <dd>
            {data.late > 0 ? <span className="danger">{data.late} en retard · </span> : null}
            <Link to="/demandes" search={{ famille: familyId }}>
              Ouvrir
            </Link>
          </dd>
        </>
      )}
    </div>
  )
}
