import { hashKey, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { type Client, orpc } from '../../connection/client.ts'

export type Session = Awaited<ReturnType<Client['staff']['session']>>

/** The session: the logged-in person, and whether the desk is open, locked or logged out. */
export const useSession = () =>
  useQuery(orpc.staff.session.queryOptions({ staleTime: 60_000, refetchInterval: 300_000 }))

/**
 * Sets the session. When the person changes, drops cached data, so that nobody sees what the previous person had read.
 */
export const useSetSession = () => {
  const queries = useQueryClient()
  return useCallback(
    (session: Session) => {
      const key = orpc.staff.session.queryKey()
      const before = queries.getQueryData(key)?.member?.id
      queries.setQueryData(key, session)
      const others = { predicate: ({ queryHash }: { queryHash: string }) => queryHash !== hashKey(key) }
      if (session.state === 'open' && session.member?.id === before) void queries.invalidateQueries(others)
      else if (session.state !== 'locked') queries.removeQueries(others)
    },
    [queries],
  )
}
