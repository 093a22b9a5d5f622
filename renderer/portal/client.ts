import { createORPCClient, ORPCError, onError } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { homeHeader } from '../../shared/contract/portal/home-header.ts'
import type { contract } from '../../shared/contract/portal/index.ts'
import { lastSeen } from './offline/seen.ts'
import { queries } from './queries.ts'
import { forgetTyped, isTypedKept } from './typed.ts'

type Client = ContractRouterClient<typeof contract>

/** Nobody is logged in any more: the first page says so, asks again, and leads back here. */
export const leaveToLogIn = (): void => {
  const { pathname, search } = window.location
  const end = isTypedKept() ? 'garde' : 'oui'
  window.location.assign(`/?${new URLSearchParams({ suite: pathname + search, fin: end })}`)
}

let isLoggingOut = false

/** What the page still asks meanwhile is refused: nobody is to be told that the session has ended. */
export const logOut = async (): Promise<void> => {
  isLoggingOut = true
  try {
    await client.account.logout()
    forgetTyped()
    window.location.assign('/')
  } catch (error) {
    isLoggingOut = false
    throw error
  }
}

/** Drafts are kept on the portal. */
const leaveAtSessionEnd = (error: unknown) => {
  if (!isLoggingOut && error instanceof ORPCError && error.code === 'LOGIN_NEEDED') leaveToLogIn()
}

/** For whom this page asks: in another one, a parent of two homes may have chosen the other since. */
export const ofHomeShown = (): Record<string, string> => {
  const login = queries.getQueryData(orpc.account.session.queryKey())?.login
  return login ? { [homeHeader]: `${login.family}` } : {}
}

/** The parents' server, over HTTP with the session's cookie. */
export const client: Client = createORPCClient(
  new RPCLink({
    url: new URL('/rpc', window.location.href).href,
    headers: ofHomeShown,
    fetch: (request, init) => fetch(request, { ...init, credentials: 'same-origin' }),
    interceptors: [onError(leaveAtSessionEnd), lastSeen],
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
  }),
)

/** `orpc.home.dashboard.queryOptions()`, `mutationOptions()`, `key()`: every page's way to the server. */
export const orpc = createTanstackQueryUtils(client)
