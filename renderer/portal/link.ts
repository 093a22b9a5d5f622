import type { ClientContext } from '@orpc/client'
import { RPCLink, type RPCLinkOptions } from '@orpc/client/fetch'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'

/** Creates the oRPC link to the portal's server, over HTTP with the session's cookie. */
export const createLink = (
  options: Required<Pick<RPCLinkOptions<ClientContext>, 'headers' | 'interceptors'>>,
): RPCLink<ClientContext> =>
  new RPCLink({
    ...options,
    url: new URL('/rpc', window.location.href).href,
    fetch: (request, init) => fetch(request, { ...init, credentials: 'same-origin' }),
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
  })
