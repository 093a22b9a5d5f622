import type { QueryClient } from '@tanstack/react-query'

/** What goes along with a call: its key, the same each time it is sent, and what its author had read. */
export type Sent = { readonly key: string; readonly basis?: number }

/** What the calls of one form have in common: how their keys begin, and the last audit row that its author had read. */
export type FormMark = { readonly id: string; basis: number | undefined }

/** As many signs as the core reads of a key to know a form by. */
const formSigns = 16

const randomSigns = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, formSigns)

let calls = 0

/** For a call that is made now, by a form or outside any. */
export const newSent = (form?: FormMark): Sent => {
  calls += 1
  const key = `${form?.id ?? randomSigns()}-${calls.toString(36).padStart(4, '0')}`
  return form?.basis === undefined ? { key } : { key, basis: form.basis }
}

/** How far the core's trail went, by this page's own clock, oldest first. */
const told: { readonly at: number; readonly revision: number }[] = []
const most = 2000

export const noteRevision = (revision: number): void => {
  if (told.at(-1)?.revision === revision) return
  told.push({ at: Date.now(), revision })
  if (told.length > most) told.shift()
}

/**
 * The last row of the trail that all that is on screen had read: what was told to be out of date, and is still being
 * read again, counts as of when it was last read.
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

/** A form that begins now stands on what is on screen now. */
export const newFormMark = (queries: QueryClient): FormMark => ({ id: randomSigns(), basis: readSoFar(queries) })
