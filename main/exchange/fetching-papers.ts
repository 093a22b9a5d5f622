import { PaperPart } from '../../shared/contract/exchange/paper-parts.ts'
import { awaitedPapers, heldBytes, keepPaperPart } from '../desk/papers/papers.ts'
import type { Store } from '../store/store.ts'
import { exchanging } from './desk-side.ts'
import { ExchangeFailed, sentences } from './failures.ts'
import { ask, type Line } from './portal-line.ts'

/**
 * A part under way is let come in: exchanges that follow each other closely would otherwise cut each other's off, and
 * none would ever be whole.
 */
const graceMilliseconds = 5_000

const sometimeAfter = (signal: AbortSignal): AbortSignal => {
  const late = new AbortController()
  signal.addEventListener('abort', () => void setTimeout(() => late.abort(), graceMilliseconds).unref(), { once: true })
  return late.signal
}

/**
 * Fetches what parents sent, part by part, each kept before the next is asked: cut off anywhere, the next exchange goes
 * on from there. @returns whether anything came, which the portal is to be told
 * @throws ExchangeFailed
 */
export const fetchPapers = async (store: Store, line: Line, signal: AbortSignal): Promise<boolean> => {
  const awaited = awaitedPapers(store)
  const late = sometimeAfter(signal)
  for (const paper of awaited) {
    let tries = 0
    for (let from = heldBytes(store, paper.id); from < paper.size; ) {
      const { body } = await ask(line, '/pieces', { id: paper.key, from }, late)
      const part = PaperPart.safeParse(body)
      if (!part.success) throw new ExchangeFailed(sentences.damaged, part.error)
      const { bytes } = part.data
      keepPaperPart(store, exchanging, paper, from, bytes === null ? null : Buffer.from(bytes, 'base64'))
      if (bytes === null || bytes === '') break
      const held = heldBytes(store, paper.id)
      signal.throwIfAborted()
      // Thrown away, since it was not what was announced: once more, then another day.
      if (held <= from) tries += 1
      if (tries > 1) break
      from = held
    }
  }
  return awaited.length > 0
}
