import { useQuery } from '@tanstack/react-query'
import { orpc } from '../../connection/client.ts'
import { useMay } from '../staff/may.ts'

/** How many conversations nobody has read, beside their screen's name in the rail. */
export const MessagesCount = () => {
  const may = useMay()
  const { data } = useQuery({ ...orpc.messages.unread.queryOptions(), enabled: may('families.read') })
  if (!data || data.unread === 0) return null
  return (
    <b className="rail-count">
      {data.unread}
      <span className="unseen"> à lire</span>
    </b>
  )
}
