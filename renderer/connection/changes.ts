import type { QueryClient, QueryFilters } from '@tanstack/react-query'
import { create } from 'zustand'
import { noteRevision } from './call-stamp.ts'
import { clientOutsideForms } from './client.ts'
import { cutConnection, pageId, pause, useConnection } from './connection-state.ts'

/** Names of the other people whose page shows the same record. */
export const useOtherViewers = create<{ others: readonly string[] }>()(() => ({ others: [] }))

let shownRecord: string | null = null
let announcing = new AbortController()

/** Tells the desk which record this page shows, such as « family 12 », so that others who open it are told. */
export const announceRecord = (next: string | null): void => {
  shownRecord = next
  useOtherViewers.setState({ others: [] })
  // Aborts the previous call: resent after a lost connection, it would overwrite the newer one.
  announcing.abort()
  announcing = new AbortController()
  clientOutsideForms.staff
    .look({ page: pageId, record: shownRecord }, { signal: announcing.signal })
    .catch(() => undefined)
}

/** The session ended, and with it what the desk knew of this page: it would refuse a call that says so. */
export const forgetRecord = (): void => {
  shownRecord = null
  useOtherViewers.setState({ others: [] })
  announcing.abort()
}

/**
 * The desk sends something at least every ten seconds: after a longer silence the connection is dead, even if nothing
 * closed it.
 */
const maxSilence = 25_000

/**
 * Invalidates the queries of each domain that changes at the desk, for as long as the page lives. Reconnects after
 * failures.
 */
export const followChanges = async (queries: QueryClient, signal: AbortSignal): Promise<void> => {
  for (let failures = 0; !signal.aborted; failures += 1) {
    const silence = new AbortController()
    let alarm = setTimeout(() => silence.abort(), maxSilence)
    const heard = () => {
      clearTimeout(alarm)
      alarm = setTimeout(() => silence.abort(), maxSilence)
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
        if (others) useOtherViewers.setState({ others })
        if (isFirst) {
          isFirst = false
          failures = 0
          if (shownRecord !== null) announceRecord(shownRecord)
          useConnection.setState({ isLost: false, isHeard: true })
          // Changes made before the stream was open, as while a login was typed, were not sent: read everything again.
          readAgain(queries)
        }
        // The first element of every query key is the call's path, which begins with the domain.
        const changed = new Set(domains)
        if (changed.size > 0) {
          readAgain(queries, { predicate: ({ queryKey }) => changed.has(domainOf(queryKey)) })
        }
      }
    } catch {
      if (signal.aborted) return
      if (silence.signal.aborted) cutConnection()
    } finally {
      clearTimeout(alarm)
      useConnection.setState({ isHeard: false })
    }
    // A stream can end for harmless reasons (sleep, restart): only a second failure in a row shows the banner.
    if (failures > 0) useConnection.setState({ isLost: true })
    await pause(Math.min(5000, 250 * 2 ** failures), signal)
  }
}

/**
 * Marks queries as stale, and reads those on screen again. A query that is still being read for the first time, or
 * before its screen opens, is marked again once its answer has come: the desk may have read that answer before the
 * change, and TanStack Query would consider it fresh.
 */
export const readAgain = (queries: QueryClient, filters: QueryFilters = {}): void => {
  const underWay = queries
    .getQueryCache()
    .findAll({ ...filters, fetchStatus: 'fetching' })
    .filter((query) => query.state.data === undefined || !query.isActive())
  void queries.invalidateQueries(filters)
  for (const { promise, queryKey } of underWay) {
    const answered = () => queries.invalidateQueries({ queryKey, exact: true })
    void promise?.then(answered, answered)
  }
}

const domainOf = (queryKey: readonly unknown[]): string => {
  const path = queryKey[0]
  return Array.isArray(path) && typeof path[0] === 'string' ? path[0] : ''
}
