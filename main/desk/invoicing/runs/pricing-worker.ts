import { parentPort, workerData } from 'node:worker_threads'
import type { Instant } from '../../../../shared/rules/calendar/day.ts'
import { readingStore } from '../../../store/reading-store.ts'
import { type CurrentBook, currentBook } from '../../prices/prices.ts'
import type { Question } from './pricing-thread.ts'
import { proposalsFor } from './proposals.ts'

const { path } = workerData as { readonly path: string }

let now: Instant
const store = readingStore(path, () => now)
let book: CurrentBook | undefined

parentPort?.on('message', ({ at, actId, scope, spans }: Question) => {
  now = at
  // One read transaction for all queries: the writer goes on meanwhile.
  const answer = store.sqlite.transaction(() =>
    proposalsFor(store, actId, (book ??= currentBook(store)), scope, spans),
  )()
  parentPort?.postMessage(answer, [])
})
