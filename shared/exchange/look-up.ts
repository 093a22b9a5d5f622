import type { Entry, Position } from './log.ts'

/**
 * What must be read from a side's store before a message can be received or composed. The store reads the
 * `LookUpResult` in the same transaction that writes the outcome.
 */
export type LookUp = {
  /** Numbers of this side's own entries of which number and hash are needed. Entries no longer stored are left out. */
  readonly ownAt: readonly number[]
  /** This side's own entries after a number, in order, at most `limit` of them (null: all). */
  readonly ownAfter: Span | null
  readonly mirrorAt: readonly number[]
  readonly mirrorAfter: Span | null
  /** Ids of entries: the result names those applied already, by an exchange or entered at the counter. */
  readonly ids: readonly string[]
}

export type Span = { readonly number: number; readonly limit: number | null }

export type LookUpResult = {
  readonly own: readonly Position[]
  readonly ownEntries: readonly Entry[]
  readonly mirror: readonly Position[]
  readonly mirrorEntries: readonly Entry[]
  readonly appliedIds: ReadonlySet<string>
}

export const nothingToLookUp: LookUp = { ownAt: [], ownAfter: null, mirrorAt: [], mirrorAfter: null, ids: [] }
