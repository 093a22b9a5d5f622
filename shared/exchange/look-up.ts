import type { Entry, Position } from './log.ts'

/**
 * What the core must know of a store before it can take or compose a message. The store answers with a `Found`, read in
 * the transaction that will write what the core decides.
 */
export type LookUp = {
  /** Own entries of these numbers: number and hash. Numbers that are not kept are left out. */
  readonly ownAt: readonly number[]
  /** Own entries after this number, at most so many, in order. */
  readonly ownAfter: Span | null
  readonly mirrorAt: readonly number[]
  readonly mirrorAfter: Span | null
  /** Which of these ids were acted upon already, however they came. */
  readonly ids: readonly string[]
}

export type Span = { readonly number: number; readonly limit: number | null }

export type Found = {
  readonly own: readonly Position[]
  readonly ownEntries: readonly Entry[]
  readonly mirror: readonly Position[]
  readonly mirrorEntries: readonly Entry[]
  readonly known: ReadonlySet<string>
}

export const nothingToLookUp: LookUp = { ownAt: [], ownAfter: null, mirrorAt: [], mirrorAfter: null, ids: [] }
