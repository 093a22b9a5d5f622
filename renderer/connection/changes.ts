import type { QueryClient } from '@tanstack/react-query'
import { create } from 'zustand'
import { client } from './client.ts'

/** Whether the core answers. Screens stay as they are while it does not, and say so. */
export const useConnection = create<{ isLost: boolean }>()(() => ({ isLost: false }))

/** Reads again what is on screen as soon as the data behind it changes, for as long as the page lives. */
export const followChanges = async (queries: QueryClient, signal: AbortSignal): Promise<void> => {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const changes = await client.staff.changes(undefined, { signal })
      if (useConnection.getState().isLost) {
        useConnection.setState({ isLost: false })
        // What changed meanwhile was not told.
        void queries.invalidateQueries()
      }
      failures = 0
      for await (const { domains } of changes) {
        // The first element of every key is the call's path, the domain first.
        const changed = new Set(domains)
        void queries.invalidateQueries({ predicate: ({ queryKey }) => changed.has(domainOf(queryKey)) })
      }
    } catch {
      if (signal.aborted) return
    }
    // One stream may end by itself (a sleep, a restart): only a second failure is worth a banner.
    if (failures > 0) useConnection.setState({ isLost: true })
    await pause(Math.min(10_000, 500 * 2 ** failures), signal)
  }
}

const domainOf = (queryKey: readonly unknown[]): string => {
  const path = queryKey[0]
  return Array.isArray(path) && typeof path[0] === 'string' ? path[0] : ''
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
