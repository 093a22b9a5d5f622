import type { QueryClient } from '@tanstack/react-query'

/**
 * Sent with a call: its key, which stays the same when the call is resent, and the last audit row that its author had
 * read.
 */
export type CallStamp = { readonly key: string; readonly basis?: number }

/** Shared by the calls of one form: the prefix of their keys, and the last audit row that its author had read. */
export type FormMark = { readonly id: string; basis: number | undefined }

/** Length of the prefix by which the desk recognises the calls of one form. */
const formIdLength = 16

const randomId = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, formIdLength)

let calls = 0

/** Key and basis of a call that is made now, by a form or outside any. */
export const newCallStamp = (form?: FormMark): CallStamp => {
  calls += 1
  const key = `${form?.id ?? randomId()}-${calls.toString(36).padStart(4, '0')}`
  return form?.basis === undefined ? { key } : { key, basis: form.basis }
}

/** The desk's latest audit rows and when this page received each, oldest first. */
const revisions: { readonly at: number; readonly revision: number }[] = []
const maxRevisions = 2000

export const noteRevision = (revision: number): void => {
  if (revisions.at(-1)?.revision === revision) return
  revisions.push({ at: Date.now(), revision })
  if (revisions.length > maxRevisions) revisions.shift()
}

/**
 * The last audit row that everything on screen reflects. Queries that are invalidated but not read again yet count as
 * of their last reading.
 */
const lastRevisionRead = (queries: QueryClient): number | undefined => {
  const out = queries
    .getQueryCache()
    .findAll({ type: 'active', stale: true })
    .flatMap(({ state }) => (state.isInvalidated && state.dataUpdatedAt > 0 ? [state.dataUpdatedAt] : []))
  if (out.length === 0) return revisions.at(-1)?.revision
  const oldest = Math.min(...out)
  return (revisions.findLast(({ at }) => at <= oldest) ?? revisions[0])?.revision
}

/** Begins a form whose basis is what the screen shows now. */
export const newFormMark = (queries: QueryClient): FormMark => ({ id: randomId(), basis: lastRevisionRead(queries) })
