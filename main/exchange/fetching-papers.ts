import { PaperPart } from '../../shared/contract/exchange/paper-parts.ts'
import { awaitedPapers, storedBytes, storePaperPart } from '../desk/papers/papers.ts'
import type { Store } from '../store/store.ts'
import { exchangeActor } from './desk-side.ts'
import { ExchangeFailed, failureTexts } from './failures.ts'
import { callPortal, type PortalConnection } from './portal-connection.ts'

/**
 * When an exchange is stopped, the part being received may still finish for this long: otherwise exchanges in quick
 * succession would interrupt the same download each time, and the paper would never arrive.
 */
const graceMilliseconds = 5_000

const delayedAbort = (signal: AbortSignal): AbortSignal => {
  const late = new AbortController()
  signal.addEventListener('abort', () => void setTimeout(() => late.abort(), graceMilliseconds).unref(), { once: true })
  return late.signal
}

/**
 * Fetches the papers that parents sent, part by part. Each part is stored before the next is requested, so that the
 * next exchange resumes an interrupted download.
 * @returns whether any paper was awaited: the portal must then be sent what arrived
 * @throws ExchangeFailed
 */
export const fetchPapers = async (store: Store, line: PortalConnection, signal: AbortSignal): Promise<boolean> => {
  const awaited = awaitedPapers(store)
  const late = delayedAbort(signal)
  for (const paper of awaited) {
    let tries = 0
    for (let from = storedBytes(store, paper.id); from < paper.size; ) {
      const { body } = await callPortal(line, '/pieces', { id: paper.key, from }, late)
      const part = PaperPart.safeParse(body)
      if (!part.success) throw new ExchangeFailed(failureTexts.damaged, part.error)
      const { bytes } = part.data
      storePaperPart(store, exchangeActor, paper, from, bytes === null ? null : Buffer.from(bytes, 'base64'))
      if (bytes === null || bytes === '') break
      const received = storedBytes(store, paper.id)
      signal.throwIfAborted()
      // The store discarded the bytes, which did not match the announced hash: try once more, then at a later exchange.
      if (received <= from) tries += 1
      if (tries > 1) break
      from = received
    }
  }
  return awaited.length > 0
}
