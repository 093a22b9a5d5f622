import type { QueryClient } from '@tanstack/react-query'
import { type Client, clientWith } from './client.ts'
import { newFormMark } from './sent.ts'

declare const isOfForm: unique symbol

/** Calls the core for one form: each call carries the key and the basis of that form, whatever else is sent meanwhile. */
export type FormClient = Client & { readonly [isOfForm]: true }

/** A form that is filled: its calls begin alike, and stand on what was read as it opened. */
export type FormBegun = {
  /** What the form sends goes through here. */
  readonly client: FormClient
  /** Its author was shown what others changed up to this row of the trail. */
  readonly readUpTo: (revision: number) => void
  /** The last audit row that the author had read; undefined before any was. */
  readonly basis: () => number | undefined
}

export const beginForm = (queries: QueryClient): FormBegun => {
  const mark = newFormMark(queries)
  return {
    client: clientWith(mark) as FormClient,
    readUpTo(revision) {
      mark.basis = revision
    },
    basis: () => mark.basis,
  }
}
