import type { QueryClient } from '@tanstack/react-query'
import { newFormMark } from './call-stamp.ts'
import { type Client, clientWith } from './client.ts'

declare const isOfForm: unique symbol

/**
 * A client of the desk for one form: each call carries the form's key and basis, whatever else the page sends
 * meanwhile.
 */
export type FormClient = Client & { readonly [isOfForm]: true }

/** An open form: its calls share a key prefix and the basis that was current when it opened. */
export type OpenForm = {
  /** Client for everything that the form sends. */
  readonly client: FormClient
  /** Records that the author has now seen the changes of others up to this audit row. */
  readonly readUpTo: (revision: number) => void
  /** The last audit row that the author had read; undefined before any was read. */
  readonly basis: () => number | undefined
}

export const beginForm = (queries: QueryClient): OpenForm => {
  const mark = newFormMark(queries)
  return {
    client: clientWith(mark) as FormClient,
    readUpTo(revision) {
      mark.basis = revision
    },
    basis: () => mark.basis,
  }
}
