import { ORPCError } from '@orpc/client'
import { create } from 'zustand'
import type { PortalSession } from '../../../shared/contract/portal/account.ts'
import type { Instant } from '../../../shared/rules/calendar/day.ts'
import { queries } from '../queries.ts'

/**
 * What was seen last, kept on this device so that it can be read again without a network: of one account in one home,
 * for as long as a session lasts at most, and erased as soon as the session is known to have ended.
 */
type Seen = {
  /** Of the pages that wrote it: others may not know how to read it. */
  readonly version: string
  readonly owner: string
  readonly readings: Readonly<Record<string, Reading>>
}
type Reading = { readonly at: Instant; readonly output: unknown }

type Call = {
  readonly path: readonly string[]
  readonly input: unknown
  readonly signal?: AbortSignal | undefined
  next(): Promise<unknown>
}

const session = 'account.session'
const drafts = 'demandes.drafts'
const shown = [
  'home.dashboard',
  'home.registrations',
  'home.calendar',
  'home.account',
  'home.family',
  'home.details',
  'demandes.list',
  'demandes.receipts',
]
const readings = [session, drafts, ...shown]
/** Of calendars, months are many. */
const mostReadings = 16
/** As `longestMinutes` of main/portal/account/accounts.ts. */
const longestMilliseconds = 12 * 60 * 60 * 1000

/** When what is on a page was seen, by its path, while the portal does not answer. */
export const useLastSeen = create<Readonly<Record<string, Instant>>>()(() => ({}))

/** Around every call: what is read is kept; what cannot be read is shown as it was seen last. */
export const lastSeen = async (call: Call): Promise<unknown> => {
  const path = call.path.join('.')
  // Even where the portal does not hear of it.
  if (path === 'account.logout') await forgetSeen()
  const key = `${path} ${JSON.stringify(call.input ?? null)}`
  try {
    const output = await call.next()
    if (readings.includes(path)) answered()
    keepSeen(path, key, output)
    return output
  } catch (error) {
    if (error instanceof ORPCError && error.code === 'LOGIN_NEEDED') await forgetSeen()
    if (!isNoAnswer(error) || call.signal?.aborted || !readings.includes(path)) throw error
    // Recording counts on what the portal itself says of the brouillon.
    if (path === drafts && hasAnsweredDrafts) throw error
    const found = (await read())?.readings[key]
    if (!found) throw error
    if (shown.includes(path)) {
      useLastSeen.setState({ [window.location.pathname]: found.at })
      askAgainLater()
    }
    return found.output
  }
}

/** What came with the page is seen as if it had been asked for. */
export const keepGiven = (path: string, output: unknown): void => keepSeen(path, `${path} null`, output)

/** A proxy whose portal is down answers, but says nothing. */
const isNoAnswer = (error: unknown): boolean =>
  error instanceof ORPCError ? [502, 503, 504].includes(error.status) : true

const answered = (): void => {
  wait = firstWait
  if (Object.keys(useLastSeen.getState()).length === 0) return
  useLastSeen.setState({}, true)
  void queries.invalidateQueries()
}

const [firstWait, longestWait] = [5_000, 60_000]
let wait = firstWait
let again: ReturnType<typeof setTimeout> | undefined
/** A network that is said to be back often answers a moment later. Without one, its coming back is told. */
const askAgainLater = (): void => {
  again ??= setTimeout(() => {
    again = undefined
    wait = Math.min(2 * wait, longestWait)
    if (navigator.onLine) void queries.invalidateQueries()
  }, wait)
}

let hasAnsweredDrafts = false
let whoIsKnown: () => void
/** What is read before the session says whose it is waits for it. */
const ownerKnown = new Promise<void>((known) => {
  whoIsKnown = known
})

const keepSeen = (path: string, key: string, output: unknown): void => {
  if (path === drafts) hasAnsweredDrafts = true
  const reading = { at: new Date().toISOString() as Instant, output }
  if (path === session || path === 'account.chooseHome') {
    const { login } = output as PortalSession
    whoIsKnown()
    change((seen) => {
      if (!login) return null
      const owner = `${login.email} ${login.family}`
      const kept = seen?.owner === owner ? seen.readings : {}
      return { version, owner, readings: { ...kept, [`${session} null`]: reading } }
    })
  } else if (readings.includes(path)) {
    void ownerKnown.then(() =>
      // Nothing there: the session ended meanwhile.
      change((seen) => seen && { ...seen, readings: newest({ ...seen.readings, [key]: reading }) }),
    )
  }
}

const newest = (all: Seen['readings']): Seen['readings'] =>
  Object.fromEntries(
    Object.entries(all)
      .toSorted(([, one], [, other]) => (one.at < other.at ? 1 : -1))
      .slice(0, mostReadings),
  )

// ---- on the device --------------------------------------------------------------------------------------------------

/** Where the worker too finds it, to erase it: of everything but built files. None without a secure address. */
const store = () => (window.isSecureContext ? caches : undefined)
const cacheName = 'vu'
const place = '/vu'
/** The script of a version has a name of its own. */
const version = document.querySelector<HTMLScriptElement>('script[type=module]')?.src ?? ''

const read = async (): Promise<Seen | null> => {
  try {
    const found = await (await store()?.open(cacheName))?.match(place)
    const seen = found && ((await found.json()) as Seen)
    if (!seen || seen.version !== version) return null
    const last = Object.values(seen.readings).reduce((latest, { at }) => (at > latest ? at : latest), '')
    if (Date.now() - Date.parse(last) <= longestMilliseconds) return seen
    await store()?.delete(cacheName)
    return null
  } catch {
    // A browser may refuse to keep anything.
    return null
  }
}

let changing: Promise<unknown> = Promise.resolve()

/** One after another, each on what the one before left. */
const change = (next: (seen: Seen | null) => Seen | null): void => {
  changing = changing
    .then(async () => {
      const seen = next(await read())
      if (!seen) return store()?.delete(cacheName)
      return (await store()?.open(cacheName))?.put(place, new Response(JSON.stringify(seen)))
    })
    .catch(() => undefined)
}

const forgetSeen = async (): Promise<void> => {
  change(() => null)
  await changing
}

window.addEventListener('online', () => void queries.invalidateQueries())
