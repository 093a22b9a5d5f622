import { type ClientLink, createORPCClient, ORPCError, onError } from '@orpc/client'
import { RPCLink as HttpLink } from '@orpc/client/fetch'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { StandardLinkInterceptorOptions } from '@orpc/client/standard'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query'
import type { DeskContract } from '../../shared/contract/desk/index.ts'
import { connectMessage, otherWorkstationQuery, type Shell } from '../../shared/contract/shell.ts'
import { type CallStamp, type FormMark, newCallStamp } from './call-stamp.ts'
import { pause, useConnection, withConnectionSignal } from './connection-state.ts'

declare global {
  interface Window {
    /** System functions that Electron's preload provides; absent in a browser. */
    readonly desk?: Shell
  }
}

export type Client = ContractRouterClient<DeskContract>

type CallContext = { readonly sent?: CallStamp }

/** True in a desktop window whose data are at another workstation: its shell forwards calls to that workstation. */
export const isElsewhere: boolean =
  'desk' in window && new URLSearchParams(window.location.search).has(otherWorkstationQuery)

const headersOf = ({ context: { sent } }: { readonly context: CallContext }): Record<string, string> =>
  sent ? { 'x-call': sent.key, ...(sent.basis !== undefined && { 'x-basis': String(sent.basis) }) } : {}

const portLink = () => {
  const { port1, port2 } = new MessageChannel()
  // The preload accepts one port, from this page only. '*' is required, because an app:// page has no origin.
  window.postMessage(connectMessage, '*', [port2])
  port1.start()
  return new PortLink<CallContext>({ port: port1, headers: headersOf, interceptors: [onError(notifySessionEnd)] })
}

const httpLink = () =>
  new HttpLink<CallContext>({
    url: new URL('/rpc', window.location.href).href,
    headers: headersOf,
    fetch: (request, init) => fetch(request, { ...init, credentials: 'same-origin' }),
    interceptors: [onError(notifySessionEnd), retryUntilAnswered],
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
  })

/** How long a call is retried before the person is told that nobody answers. A computer restarts in less. */
const maxRetryMilliseconds = 10 * 60_000

type CallOptions = StandardLinkInterceptorOptions<CallContext> & {
  readonly next: (options?: StandardLinkInterceptorOptions<CallContext>) => Promise<unknown>
}

/**
 * Sends a call again until it is answered. The call's key lets the desk recognise a repeated call, which it never
 * executes twice. The screen keeps what was typed meanwhile.
 */
const retryUntilAnswered = async (asking: CallOptions): Promise<unknown> => {
  const { next, signal, ...options } = asking
  // `followChanges` reconnects this stream itself.
  if (options.path.join('.') === 'staff.changes') return next()
  const until = Date.now() + maxRetryMilliseconds
  for (let failures = 0; ; failures += 1) {
    try {
      const answer = await next({ ...options, signal: withConnectionSignal(signal) })
      // While the stream of changes is down, `followChanges` clears the banner once the stream is open again.
      if (failures > 0 && useConnection.getState().isHeard) useConnection.setState({ isLost: false })
      return answer
    } catch (error) {
      if (error instanceof ORPCError || signal?.aborted || Date.now() > until) throw error
      if (failures > 0) useConnection.setState({ isLost: true })
      await pause(Math.min(5000, 250 * 2 ** failures), signal)
      if (signal?.aborted) throw error
    }
  }
}

const listeners = new Set<() => void>()

/** Registers a listener for the end of the session, or the locking of the desk, which any call may find. */
export const onSessionEnd = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const notifySessionEnd = (error: unknown) => {
  if (error instanceof ORPCError && (error.code === 'LOGIN_NEEDED' || error.code === 'LOCKED'))
    for (const listener of listeners) listener()
}

/**
 * Connects to the desk: over a message port that Electron's preload hands over, else over HTTP with the session's
 * cookie.
 */
const connection: ClientLink<CallContext> = 'desk' in window && !isElsewhere ? portLink() : httpLink()

/** @param form the form that makes every call of this client; without it, each call is independent */
export const clientWith = (form?: FormMark): Client =>
  createORPCClient({
    // Fixes key and basis when the call is made, not when it is sent: the form's basis may have changed by then.
    call: (path, input, options) => connection.call(path, input, { ...options, context: { sent: newCallStamp(form) } }),
  })

/**
 * For calls outside any form, which overwrite what others changed meanwhile. Forms and questions use a client of their
 * own (`FormClient`), whose calls the desk refuses when they would overwrite a change that their author has not seen.
 */
export const clientOutsideForms = clientWith()

export const orpcOutsideForms = createTanstackQueryUtils(clientOutsideForms)

type QueryUtils<Utils> = Utils extends { mutationOptions: unknown }
  ? Omit<Utils, 'mutationOptions' | 'mutationKey' | 'call'>
  : Utils extends (...given: never[]) => unknown
    ? Utils
    : { readonly [Name in keyof Utils]: QueryUtils<Utils[Name]> }

/** `orpc.families.find.queryOptions({ input })`, `key()`: how every screen reads. */
export const orpc: QueryUtils<RouterUtils<Client>> = orpcOutsideForms
