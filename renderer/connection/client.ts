import { type ClientLink, createORPCClient, ORPCError, onError } from '@orpc/client'
import { RPCLink as HttpLink } from '@orpc/client/fetch'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { SimpleCsrfProtectionLinkPlugin } from '@orpc/client/plugins'
import type { StandardLinkInterceptorOptions } from '@orpc/client/standard'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query'
import type { DeskContract } from '../../shared/contract/desk/index.ts'
import { connectMessage, otherPostQuery, type Shell } from '../../shared/contract/shell.ts'
import { pause, untilCut, useConnection } from './connection-state.ts'
import { type FormMark, newSent, type Sent } from './sent.ts'

declare global {
  interface Window {
    /** What only the system does; absent in a browser. */
    readonly desk?: Shell
  }
}

export type Client = ContractRouterClient<DeskContract>

type Along = { readonly sent?: Sent }

/** A window whose data are at another post, which its shell carries calls to. */
export const isElsewhere: boolean = 'desk' in window && new URLSearchParams(window.location.search).has(otherPostQuery)

const headersOf = ({ context: { sent } }: { readonly context: Along }): Record<string, string> =>
  sent ? { 'x-call': sent.key, ...(sent.basis !== undefined && { 'x-basis': String(sent.basis) }) } : {}

const portLink = () => {
  const { port1, port2 } = new MessageChannel()
  // The preload takes one port, from this very page only. An app:// page has no origin to name here.
  window.postMessage(connectMessage, '*', [port2])
  port1.start()
  return new PortLink<Along>({ port: port1, headers: headersOf, interceptors: [onError(tellSessionEnd)] })
}

const httpLink = () =>
  new HttpLink<Along>({
    url: new URL('/rpc', window.location.href).href,
    headers: headersOf,
    fetch: (request, init) => fetch(request, { ...init, credentials: 'same-origin' }),
    interceptors: [onError(tellSessionEnd), untilAnswered],
    plugins: [new SimpleCsrfProtectionLinkPlugin()],
  })

/** After which a person is told that nobody answers, and chooses. A machine starts again within it. */
const patience = 10 * 60_000

type Asking = StandardLinkInterceptorOptions<Along> & {
  readonly next: (options?: StandardLinkInterceptorOptions<Along>) => Promise<unknown>
}

/**
 * A call whose answer is lost on the way is sent again until it is answered: its key tells the core that it is the same
 * one, which is never done twice. What is typed stays on screen meanwhile.
 */
const untilAnswered = async (asking: Asking): Promise<unknown> => {
  const { next, signal, ...options } = asking
  // It has its own way of going on.
  if (options.path.join('.') === 'staff.changes') return next()
  const until = Date.now() + patience
  for (let failures = 0; ; failures += 1) {
    try {
      const answer = await next({ ...options, signal: untilCut(signal) })
      // Otherwise the stream of changes says it, once it is open again.
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

/** Any call may find that nobody is logged in any more, or that the desk has locked itself. */
export const whenSessionEnds = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const tellSessionEnd = (error: unknown) => {
  if (error instanceof ORPCError && (error.code === 'LOGIN_NEEDED' || error.code === 'LOCKED'))
    for (const listener of listeners) listener()
}

/** Leads to the desk's core: over a port that the Electron preload hands on, else over HTTP with the session's cookie. */
const line: ClientLink<Along> = 'desk' in window && !isElsewhere ? portLink() : httpLink()

/** @param form makes each call of this client; without it each call stands alone */
export const clientWith = (form?: FormMark): Client =>
  createORPCClient({
    // As the call is made, not when it leaves: the basis of its form may be another by then.
    call: (path, input, options) => line.call(path, input, { ...options, context: { sent: newSent(form) } }),
  })

/**
 * For calls that no form makes: what they change is written over whatever others changed meanwhile. A form and a question
 * hand a client of their own (`FormClient`) to what they send; the desk refuses its calls rather than overwrite unseen.
 */
export const clientOutsideForms = clientWith()

export const orpcOutsideForms = createTanstackQueryUtils(clientOutsideForms)

type Reading<Utils> = Utils extends { mutationOptions: unknown }
  ? Omit<Utils, 'mutationOptions' | 'mutationKey' | 'call'>
  : Utils extends (...given: never[]) => unknown
    ? Utils
    : { readonly [Name in keyof Utils]: Reading<Utils[Name]> }

/** `orpc.families.find.queryOptions({ input })`, `key()`: how every screen reads. */
export const orpc: Reading<RouterUtils<Client>> = orpcOutsideForms
