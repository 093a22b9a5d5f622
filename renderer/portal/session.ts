import { useQuery } from '@tanstack/react-query'
import type { PortalSession } from '../../shared/contract/portal/account.ts'
import { orpc } from './client.ts'

/** Who is logged in, the homes, the service and the server's clock; undefined until it is known. */
export const useSession = (): PortalSession | undefined => useQuery(orpc.account.session.queryOptions()).data
