/**
 * The service worker: what lets the parents' pages open without a network. It keeps built files and one empty page,
 * nothing that anybody read: what was seen is kept by the page (`seen.ts`), and erased from here when the first page
 * says that nobody is logged in any more. Calls under `/rpc` never pass here.
 *
 * It imports nothing: it is one file, at the root of the site (`renderer/portal.vite.config.ts`).
 */

/** What the build says of itself. */
export type Built = {
  readonly version: string
  /** The script that the empty page begins with. */
  readonly entry: string
  /** What every page needs. */
  readonly first: readonly string[]
  /** What the dashboard and the calendar need. */
  readonly next: readonly string[]
}
declare const built: Built

type Lasting = Event & { waitUntil(done: Promise<unknown>): void }
type Asking = Lasting & { readonly request: Request; respondWith(answer: Promise<Response>): void }

declare const self: {
  addEventListener(type: 'install' | 'activate', listener: (event: Lasting) => void): void
  addEventListener(type: 'fetch', listener: (event: Asking) => void): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
  readonly location: { readonly origin: string }
  readonly navigator: { readonly connection?: { readonly saveData?: boolean } }
}

const filesPrefix = 'fichiers '
const ours = `${filesPrefix}${built.version}`
/** Without facts: the same for everybody. */
const emptyPage = '/index.html'
/** Not named after their content: asked for again when there is a network. */
const unnamed = ['/lettres.woff2', '/marque.svg']

/** All or nothing: an older version stays in place until this one is whole. */
const install = async (): Promise<void> => {
  const cache = await caches.open(ours)
  const page = await fetch(emptyPage)
  const text = await page.clone().text()
  if (!page.ok || !text.includes(built.entry)) throw new Error('the portal is being renewed')
  await cache.addAll([...built.first, ...unnamed])
  // Who pays for each megabyte has only what was loaded anyway.
  if (!self.navigator.connection?.saveData) await cache.addAll(built.next)
  await cache.put(emptyPage, page)
  await self.skipWaiting()
}

const activate = async (): Promise<void> => {
  const names = await caches.keys()
  const older = names.filter((name) => name.startsWith(filesPrefix) && name !== ours)
  await Promise.all(older.map((name) => caches.delete(name)))
  await self.clients.claim()
}

const forgetSeen = async (): Promise<void> => {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => !name.startsWith(filesPrefix)).map((name) => caches.delete(name)))
}

// Never by `open`, which would make the files of a version anew while the next one erases them.
const keptIn = (request: Request | string) => caches.match(request, { cacheName: ours, ignoreVary: true })

/** What a proxy says when the portal behind it is down. */
const isAway = ({ status }: Response) => status === 502 || status === 504

/** The network first, whatever it says: a line to wait in is waited in. */
const page = async (request: Request, pathname: string): Promise<Response> => {
  let answer: Response
  try {
    answer = await fetch(request)
  } catch {
    return (await keptIn(emptyPage)) ?? Response.error()
  }
  // Who is logged in is sent on from the first page.
  if (pathname === '/' && answer.status === 200) await forgetSeen()
  return isAway(answer) ? ((await keptIn(emptyPage)) ?? answer) : answer
}

/** Named after its content: what is here is right. */
const file = async (request: Request): Promise<Response> => {
  const kept = await keptIn(request)
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok && (await caches.has(ours))) await (await caches.open(ours)).put(request, answer.clone())
  return answer
}

const unnamedFile = async (request: Request): Promise<Response> => {
  try {
    return await fetch(request)
  } catch {
    return (await keptIn(request)) ?? Response.error()
  }
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  // By the form of a page without scripts.
  if (request.method === 'POST' && pathname === '/deconnexion') event.waitUntil(forgetSeen())
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (!pathname.includes('.')) event.respondWith(page(request, pathname))
  } else if (pathname.startsWith('/assets/')) event.respondWith(file(request))
  else if (unnamed.includes(pathname)) event.respondWith(unnamedFile(request))
})
