import type { QueryClient } from '@tanstack/react-query'

/**
 * Sent with a call: its key, which stays the same when the call is resent, and the last audit row that its author had
 * read.
 */
export type Sent = { readonly key: string; readonly basis?: number }

/** Shared by the calls of one form: the prefix of their keys, and the last audit row that its author had read. */
export type FormMark = { readonly id: string; basis: number | undefined }

/** Length of the prefix by which the desk recognises the calls of one form. */
const formSigns = 16

const randomSigns = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, formSigns)

let calls = 0

/** Key and basis of a call that is made now, by a form or outside any. */
export const newSent = (form?: FormMark): Sent => {
  calls += 1
  const key = `${form?.id ?? randomSigns()}-${calls.toString(36).padStart(4, '0')}`
  return form?.basis === undefined ? { key } : { key, basis: form.basis }
}

/** The desk's latest audit rows and when this page received each, oldest first. */
const told: { readonly at: number; readonly revision: number }[] = []
const most = 2000

export const noteRevision = (revision: number): void => {
  if (told.at(-1)?.revision === revision) return
  told.push({ at: Date.now(), revision })
  if (told.length > most) told.shift()
}

/**
 * The last audit row that everything on screen reflects. Queries that are invalidated but not read again yet count as
 * of their last reading.
 */
const readSoFar = (queries: QueryClient): number | undefined => {
  const out = queries
    .getQueryCache()
    .findAll({ type: 'active', stale: true })
    .flatMap(({ state }) => (state.isInvalidated && state.dataUpdatedAt > 0 ? [state.dataUpdatedAt] : []))
  if (out.length === 0) return told.at(-1)?.revision
  const oldest = Math.min(...out)
  return (told.findLast(({ at }) => at <= oldest) ?? told[0])?.revision
}

/** Begins a form whose basis is what the screen shows now. */
export const newFormMark = (queries: QueryClient): FormMark => ({ id: randomSigns(), basis: readSoFar(queries) })
