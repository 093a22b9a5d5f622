import { createORPCClient, ORPCError, onError } from '@orpc/client'
import { RPCLink as HttpLink } from '@orpc/client/fetch'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import type { DeskContract } from '../../shared/contract/desk/index.ts'
import { connectMessage, type Shell } from '../../shared/contract/shell.ts'

declare global {
  interface Window {
    /** What only the system does; absent in a browser. */
    readonly desk?: Shell
  }
}

export type Client = ContractRouterClient<DeskContract>

/** The desk's core: over a port that the Electron preload hands on, else over HTTP with the session's cookie. */
const connect = (): Client => createORPCClient('desk' in window ? portLink() : httpLink())

const portLink = () => {
  const { port1, port2 } = new MessageChannel()
  // The preload takes one port, from this very page only. An app:// page has no origin to name here.
  window.postMessage(connectMessage, '*', [port2])
  port1.start()
  return new PortLink({ port: port1, interceptors: [onError(tellSessionEnd)] })
}

const httpLink = () =>
  new HttpLink({
    url: new URL('/rpc', window.location.href).href,
    fetch: (request, init) => fetch(request, { ...init, credentials: 'same-origin' }),
    interceptors: [onError(tellSessionEnd)],
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
  })

const listeners = new Set<() => void>()

/** Any call may find that nobody is logged in any more, or that the desk has locked itself. */
export const whenSessionEnds = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const tellSessionEnd = (error: unknown) => {
  if (error instanceof ORPCError && (error.code === 'LOGIN_NEEDED' || error.code === 'LOCKED'))
    for (const listener of listeners) listener()
}

export const client = connect()

/** `orpc.families.find.queryOptions({ input })`, `mutationOptions()`, `key()`: every screen's way to the core. */
export const orpc = createTanstackQueryUtils(client)
