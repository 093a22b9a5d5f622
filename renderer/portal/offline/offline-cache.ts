import { ORPCError } from '@orpc/client'
import { create } from 'zustand'
import type { PortalSession } from '../../../shared/contract/portal/account.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { queries } from '../queries.ts'

/**
 * The last answers of the portal, cached on this device so that pages can be read without a network. The cache belongs
 * to one account in one home, lasts no longer than a session, and is erased as soon as the session is known to have
 * ended.
 */
type OfflineCache = {
  /** Version of the pages that wrote the cache: another version may not be able to read it. */
  readonly version: string
  readonly owner: string
  readonly readings: Readonly<Record<string, CachedOutput>>
}
type CachedOutput = { readonly at: Instant; readonly output: unknown }

type Call = {
  readonly path: readonly string[]
  readonly input: unknown
  readonly signal?: AbortSignal | undefined
  next(): Promise<unknown>
}

const session = 'account.session'
const drafts = 'demandes.drafts'
const displayedCalls = [
  'home.dashboard',
  'home.registrations',
  'home.calendar',
  'home.account',
  'home.family',
  'home.details',
  'demandes.list',
  'demandes.receipts',
]
const cachedCalls = [session, drafts, ...displayedCalls]
/** Maximum number of cached answers: each month of a calendar is one. */
const maxReadings = 16
/** Same as the session's lifetime in main/portal/account/accounts.ts. */
const maxAgeMilliseconds = 12 * 60 * 60 * 1000

/** For each page path, when the cached data on that page was received; empty while the portal answers. */
export const useCachedPages = create<Readonly<Record<string, Instant>>>()(() => ({}))

/** Interceptor of every call: caches each answer, and serves the cached answer when the portal does not answer. */
export const cacheForOffline = async (call: Call): Promise<unknown> => {
  const path = call.path.join('.')
  // Erases the cache even if the logout call never reaches the portal.
  if (path === 'account.logout') await clearCache()
  const key = `${path} ${JSON.stringify(call.input ?? null)}`
  try {
    const output = await call.next()
    if (cachedCalls.includes(path)) markOnline()
    cacheOutput(path, key, output)
    return output
  } catch (error) {
    if (error instanceof ORPCError && error.code === 'LOGIN_NEEDED') await clearCache()
    if (!isNoAnswer(error) || call.signal?.aborted || !cachedCalls.includes(path)) throw error
    // Never serves a cached draft after the first live answer: recording relies on what the portal itself says of the
    // draft.
    if (path === drafts && hasAnsweredDrafts) throw error
    const found = (await read())?.readings[key]
    if (!found) throw error
    if (displayedCalls.includes(path)) {
      useCachedPages.setState({ [window.location.pathname]: found.at })
      retryLater()
    }
    return found.output
  }
}

/** Caches the data embedded in the page, as if the page had requested them. */
export const cachePageData = (path: string, output: unknown): void => cacheOutput(path, `${path} null`, output)

/** A gateway error counts as no answer: the proxy replies, but the portal behind it is down. */
const isNoAnswer = (error: unknown): boolean =>
  error instanceof ORPCError ? [502, 503, 504].includes(error.status) : true

const markOnline = (): void => {
  wait = firstWait
  if (Object.keys(useCachedPages.getState()).length === 0) return
  useCachedPages.setState({}, true)
  void queries.invalidateQueries()
}

const [firstWait, maxWait] = [5_000, 60_000]
let wait = firstWait
let again: ReturnType<typeof setTimeout> | undefined
/**
 * Retries with growing delays, since a network often recovers shortly after an error. While the browser is offline, the
 * `online` event triggers the retry instead.
 */
const retryLater = (): void => {
  again ??= setTimeout(() => {
    again = undefined
    wait = Math.min(2 * wait, maxWait)
    if (navigator.onLine) void queries.invalidateQueries()
  }, wait)
}

let hasAnsweredDrafts = false
let resolveOwnerKnown: () => void
/** Answers that arrive before the session wait here until the cache's owner is known. */
const whenOwnerKnown = new Promise<void>((resolve) => {
  resolveOwnerKnown = resolve
})

const cacheOutput = (path: string, key: string, output: unknown): void => {
  if (path === drafts) hasAnsweredDrafts = true
  const reading = { at: new Date().toISOString() as Instant, output }
  if (path === session || path === 'account.chooseHome') {
    const { login } = output as PortalSession
    resolveOwnerKnown()
    change((seen) => {
      if (!login) return null
      const owner = `${login.email} ${login.family}`
      const cached = seen?.owner === owner ? seen.readings : {}
      return { version, owner, readings: { ...cached, [`${session} null`]: reading } }
    })
  } else if (cachedCalls.includes(path)) {
    void whenOwnerKnown.then(() =>
      // The cache is empty when the session ended meanwhile: nothing is added to it.
      change((seen) => seen && { ...seen, readings: newest({ ...seen.readings, [key]: reading }) }),
    )
  }
}

const newest = (all: OfflineCache['readings']): OfflineCache['readings'] =>
  Object.fromEntries(
    Object.entries(all)
      .toSorted(([, one], [, other]) => (one.at < other.at ? 1 : -1))
      .slice(0, maxReadings),
  )

// ---- Cache Storage --------------------------------------------------------------------------------------------------

/**
 * Cache Storage, because the service worker can erase it too (the worker deletes every cache except that of built
 * files). Undefined on an insecure address.
 */
const cacheStorage = () => (window.isSecureContext ? caches : undefined)
const cacheName = 'vu'
const cacheKey = '/vu'
/** The address of the page's script, which contains a hash of its content. */
const version = document.querySelector<HTMLScriptElement>('script[type=module]')?.src ?? ''

const read = async (): Promise<OfflineCache | null> => {
  try {
    const found = await (await cacheStorage()?.open(cacheName))?.match(cacheKey)
    const seen = found && ((await found.json()) as OfflineCache)
    if (!seen || seen.version !== version) return null
    const last = Object.values(seen.readings).reduce((latest, { at }) => (at > latest ? at : latest), '')
    if (Date.now() - Date.parse(last) <= maxAgeMilliseconds) return seen
    await cacheStorage()?.delete(cacheName)
    return null
  } catch {
    // A browser may refuse all storage.
    return null
  }
}

let changing: Promise<unknown> = Promise.resolve()

/** Applies changes one after another, each to the result of the previous one. */
const change = (next: (seen: OfflineCache | null) => OfflineCache | null): void => {
  changing = changing
    .then(async () => {
      const seen = next(await read())
      if (!seen) return cacheStorage()?.delete(cacheName)
      return (await cacheStorage()?.open(cacheName))?.put(cacheKey, new Response(JSON.stringify(seen)))
    })
    .catch(() => undefined)
}

const clearCache = async (): Promise<void> => {
  change(() => null)
  await changing
}

window.addEventListener('online', () => void queries.invalidateQueries())
