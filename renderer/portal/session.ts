import { useQuery } from '@tanstack/react-query'
import type { PortalSession } from '../../shared/contract/portal/account.ts'
import { orpc } from './client.ts'

/** The login, its homes, the service and the server's clock; undefined until the session has loaded. */
export const useSession = (): PortalSession | undefined => useQuery(orpc.account.session.queryOptions()).data
