import { useQuery } from '@tanstack/react-query'
import { orpc } from '../client.ts'
import { Notice } from './notice.tsx'

/** After a restore: the hours of which nobody may have what was recorded, for families to compare their receipts. */
export const LostNotices = () => {
  const { data: notices = [] } = useQuery(orpc.home.notices.queryOptions())
  return notices.map((sentence) => (
    <Notice key={sentence} kind="warn">
      <p>{sentence}</p>
    </Notice>
  ))
}
