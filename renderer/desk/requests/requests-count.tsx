import { useQuery } from '@tanstack/react-query'
import { orpc } from '../../connection/client.ts'
import { useMay } from '../staff/may.ts'

/** The number of waiting demandes, next to the screen's name in the rail. */
export const RequestsCount = () => {
  const may = useMay()
  const { data } = useQuery({ ...orpc.requests.count.queryOptions(), enabled: may('families.read') })
  if (!data || data.waiting === 0) return null
  return (
    <b className="rail-count">
      {data.waiting}
      <span className="unseen"> à décider</span>
    </b>
  )
}
