/**
 * The service worker, which lets the parents' pages open without a network. It caches built files and one empty page,
 * never personal data: `offline-cache.ts` caches that in the page, and this worker erases it when the first page shows
 * that nobody is logged in any more. Calls under `/rpc` bypass this worker. It imports nothing, because it is a single
 * file at the root of the site (`renderer/portal.vite.config.ts`).
 */

/** Values that the build injects. */
export type Built = {
  readonly version: string
  /** The script that the empty page loads. */
  readonly entry: string
  /** Files that every page needs. */
  readonly first: readonly string[]
  /** Files that the dashboard and the calendar need. */
  readonly next: readonly string[]
}
declare const built: Built

type ExtendableEventLike = Event & { waitUntil(done: Promise<unknown>): void }
type FetchEventLike = ExtendableEventLike & { readonly request: Request; respondWith(answer: Promise<Response>): void }

declare const self: {
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEventLike) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEventLike) => void): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  readonly location: { readonly origin: string }
  readonly navigator: { readonly connection?: { readonly saveData?: boolean } }
}

const filesPrefix = 'fichiers '
const cacheName = `${filesPrefix}${built.version}`
/** A page without personal data, the same for everybody. */
const emptyPage = '/index.html'
/** Files whose name contains no hash of their content: fetched again whenever there is a network. */
const unhashedFiles = ['/lettres.woff2', '/marque.svg']

/** Caches all files or none: the older worker stays active until this version is complete. */
const install = async (): Promise<void> => {
  const cache = await caches.open(cacheName)
  const page = await fetch(emptyPage)
  const text = await page.clone().text()
  if (!page.ok || !text.includes(built.entry)) throw new Error('the portal is being renewed')
  await cache.addAll([...built.first, ...unhashedFiles])
  // On a metered connection (`saveData`), caches only the files that were loaded anyway.
  if (!self.navigator.connection?.saveData) await cache.addAll(built.next)
  await cache.put(emptyPage, page)
  await self.skipWaiting()
}

const activate = async (): Promise<void> => {
  const names = await caches.keys()
  const older = names.filter((name) => name.startsWith(filesPrefix) && name !== cacheName)
  await Promise.all(older.map((name) => caches.delete(name)))
  await self.clients.claim()
}

const clearOfflineCache = async (): Promise<void> => {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => !name.startsWith(filesPrefix)).map((name) => caches.delete(name)))
}

// Uses `caches.match` and not `caches.open`: `open` would create this version's cache again while the next version
// deletes it.
const cachedIn = (request: Request | string) => caches.match(request, { cacheName, ignoreVary: true })

/** A proxy answers 502 or 504 when the portal behind it is down. */
const isUpstreamDown = ({ status }: Response) => status === 502 || status === 504

/** Network first, whatever the status: the waiting-room page (503) must reach the visitor too. */
const page = async (request: Request, pathname: string): Promise<Response> => {
  let answer: Response
  try {
    answer = await fetch(request)
  } catch {
    return (await cachedIn(emptyPage)) ?? Response.error()
  }
  // The portal redirects a logged-in visitor from the first page: status 200 means that nobody is logged in.
  if (pathname === '/' && answer.status === 200) await clearOfflineCache()
  return isUpstreamDown(answer) ? ((await cachedIn(emptyPage)) ?? answer) : answer
}

/** The file's name contains a hash of its content: a cached copy is always valid. */
const file = async (request: Request): Promise<Response> => {
  const cached = await cachedIn(request)
  if (cached) return cached
  const answer = await fetch(request)
  if (answer.ok && (await caches.has(cacheName))) await (await caches.open(cacheName)).put(request, answer.clone())
  return answer
}

const unhashedFile = async (request: Request): Promise<Response> => {
  try {
    return await fetch(request)
  } catch {
    return (await cachedIn(request)) ?? Response.error()
  }
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  // The logout form of pages without scripts.
  if (request.method === 'POST' && pathname === '/deconnexion') event.waitUntil(clearOfflineCache())
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (!pathname.includes('.')) event.respondWith(page(request, pathname))
  } else if (pathname.startsWith('/assets/')) event.respondWith(file(request))
  else if (unhashedFiles.includes(pathname)) event.respondWith(unhashedFile(request))
})
