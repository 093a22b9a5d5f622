import { useQuery } from '@tanstack/react-query'
import { orpc } from '../../connection/client.ts'
import { useMay } from '../staff/may.ts'

/** The number of unread conversations, next to the screen's name in the main menu. */
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
