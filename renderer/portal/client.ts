import { type ClientContext, type ClientLink, createORPCClient, ORPCError, onError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { homeHeader } from '../../shared/contract/portal/home-header.ts'
import type { contract } from '../../shared/contract/portal/index.ts'
import { cacheForOffline } from './offline/offline-cache.ts'
import { queries } from './queries.ts'
import { discardUnsavedInput, hasUnsavedInput, staysAtSessionEnd } from './unsaved-input.ts'

type Client = ContractRouterClient<typeof contract>

/**
 * Goes to the login page once the session has ended. That page says why, and leads back to this address after the
 * login.
 */
export const leaveToLogIn = (): void => {
  const { pathname, search } = window.location
  const end = hasUnsavedInput() ? 'garde' : 'oui'
  window.location.assign(`/?${new URLSearchParams({ suite: pathname + search, fin: end })}`)
}

let isLoggingOut = false

/**
 * Calls still in flight during a logout fail with `LOGIN_NEEDED`: `isLoggingOut` keeps them from announcing that the
 * session has ended.
 */
export const logOut = async (): Promise<void> => {
  isLoggingOut = true
  try {
    await client.account.logout()
    discardUnsavedInput()
    window.location.assign('/')
  } catch (error) {
    isLoggingOut = false
    throw error
  }
}

/** Drafts are stored on the portal, so leaving the page loses none. */
const leaveAtSessionEnd = (error: unknown) => {
  const isEnded = !isLoggingOut && error instanceof ORPCError && error.code === 'LOGIN_NEEDED'
  if (isEnded && !staysAtSessionEnd()) leaveToLogIn()
}

/**
 * Names the home on screen in each call: in another tab, a parent of two homes may have switched the session to the
 * other home.
 */
export const homeHeaders = (): Record<string, string> => {
  const login = queries.getQueryData(orpc.account.session.queryKey())?.login
  return login ? { [homeHeader]: `${login.family}` } : {}
}

/** Loads the RPC link as a separate script. The first page does not wait for it: its data came with the HTML. */
const loadLink = async () => {
  const { createLink: openLink } = await import('./link.ts')
  return openLink({ headers: homeHeaders, interceptors: [onError(leaveAtSessionEnd), cacheForOffline] })
}
let loadedLink = loadLink()
// A later call that finds the script missing loads it again and reports a second failure; this handler only keeps the
// first failure from counting as unhandled.
loadedLink.catch(() => undefined)

const link: ClientLink<ClientContext> = {
  async call(path, input, options) {
    const way = await loadedLink.catch(() => (loadedLink = loadLink()))
    return way.call(path, input, options)
  },
}

export const client: Client = createORPCClient(link)

/** `orpc.home.dashboard.queryOptions()`, `mutationOptions()`, `key()`: how every page calls the portal's server. */
export const orpc = createTanstackQueryUtils(client)
