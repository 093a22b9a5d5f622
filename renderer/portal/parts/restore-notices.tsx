import { useQuery } from '@tanstack/react-query'
import { orpc } from '../client.ts'
import { Notice } from './notice.tsx'

/**
 * After the town restored an older copy of its data: the hours whose demandes may be lost, so that families can check
 * their receipts.
 */
export const RestoreNotices = () => {
  const { data: notices = [] } = useQuery(orpc.home.notices.queryOptions())
  return notices.map((sentence) => (
    <Notice key={sentence} kind="warn">
      <p>{sentence}</p>
    </Notice>
  ))
}
