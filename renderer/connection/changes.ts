import type { QueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import { clientOutsideForms } from './client.ts'
import { cutLine, pageId, pause, useConnection } from './connection-state.ts'
import { noteRevision } from './sent.ts'

/** By name, who else has the record of this page before them. */
export const useOthers = create<{ others: readonly string[] }>()(() => ({ others: [] }))

let record: string | null = null
let telling = new AbortController()

/** What this page shows, such as « family 12 »: told to whoever shows the same. */
export const lookAt = (next: string | null): void => {
  record = next
  useOthers.setState({ others: [] })
  // Sent again after a cut, an older word must not follow a newer one.
  telling.abort()
  telling = new AbortController()
  clientOutsideForms.staff.look({ page: pageId, record }, { signal: telling.signal }).catch(() => undefined)
}

/** The core speaks every ten seconds at least: silent for longer, the line is dead though nobody closed it. */
const longestSilence = 25_000

/** Reads again what is on screen as soon as the data behind it changes, for as long as the page lives. */
export const followChanges = async (queries: QueryClient, signal: AbortSignal): Promise<void> => {
  let wasHeard = false
  for (let failures = 0; !signal.aborted; failures += 1) {
    const silence = new AbortController()
    let alarm = setTimeout(() => silence.abort(), longestSilence)
    const heard = () => {
      clearTimeout(alarm)
      alarm = setTimeout(() => silence.abort(), longestSilence)
    }
    try {
      const changes = await clientOutsideForms.staff.changes(
        { page: pageId },
        { signal: AbortSignal.any([signal, silence.signal]) },
      )
      let isFirst = true
      for await (const { domains, revision, others } of changes) {
        heard()
        if (revision !== null) noteRevision(revision)
        if (others) useOthers.setState({ others })
        if (isFirst) {
          isFirst = false
          failures = 0
          if (record !== null) lookAt(record)
          useConnection.setState({ isLost: false, isHeard: true })
          // What changed meanwhile was not told.
          if (wasHeard) void queries.invalidateQueries()
          wasHeard = true
        }
        // The first element of every key is the call's path, the domain first.
        const changed = new Set(domains)
        if (changed.size > 0) {
          void queries.invalidateQueries({ predicate: ({ queryKey }) => changed.has(domainOf(queryKey)) })
        }
      }
    } catch {
      if (signal.aborted) return
      if (silence.signal.aborted) cutLine()
    } finally {
      clearTimeout(alarm)
      useConnection.setState({ isHeard: false })
    }
    // One stream may end by itself (a sleep, a restart): only a second failure is worth a banner.
    if (failures > 0) useConnection.setState({ isLost: true })
    await pause(Math.min(5000, 250 * 2 ** failures), signal)
  }
}

const domainOf = (queryKey: readonly unknown[]): string => {
  const path = queryKey[0]
  return Array.isArray(path) && typeof path[0] === 'string' ? path[0] : ''
}
