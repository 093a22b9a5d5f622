import { type ClientContext, type ClientLink, createORPCClient, ORPCError, onError } from '@orpc/client'
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

/** Loads the RPC link as a separate script. The first page does not wait for it: its data came with the HTML. */
const opening = async () => {
  const { openLink } = await import('./link.ts')
  return openLink({ headers: ofHomeShown, interceptors: [onError(leaveAtSessionEnd), lastSeen] })
}
let opened = opening()
// A call that finds it failed loads it again, and reports a second failure; here it must only not count as unhandled.
opened.catch(() => undefined)

const link: ClientLink<ClientContext> = {
  async call(path, input, options) {
    const way = await opened.catch(() => (opened = opening()))
    return way.call(path, input, options)
  },
}

export const client: Client = createORPCClient(link)

/** `orpc.home.dashboard.queryOptions()`, `mutationOptions()`, `key()`: every page's way to the server. */
export const orpc = createTanstackQueryUtils(client)
