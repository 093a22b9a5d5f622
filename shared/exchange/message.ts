import type { Instant } from '../rules/calendar/day.ts'
import type { Document, DocumentName, Holding } from './documents.ts'
import type { Entry, MissingEntries, Position } from './log.ts'

export type SideName = 'desk' | 'portal'

/**
 * A stretch of one side's log in which entries may be lost without a trace: those after a position and before an
 * instant. The portal compares each family's receipts with it, by instant, or by epoch and number if a clock was wrong.
 */
export type Interval = {
  readonly log: SideName
  /**
   * `restored`: the side `log` was restored from an older copy. `tooOld`: the other side was, to a state from before
   * the entries that `log` still stores.
   */
  readonly cause: 'restored' | 'tooOld'
  readonly after: { readonly epoch: number; readonly number: number }
  readonly from: Instant | null
  readonly to: Instant
}

/** The last number issued in each series of invoices and receipts, such as `F2026` → 412. */
export type Series = Readonly<Record<string, number>>

export type Talk =
  /** The normal exchange: each side sends the entries that the other has not acknowledged. */
  | {
      readonly kind: 'exchange'
      /**
       * Set only in the first messages of a new epoch: the number of the request in which both sides agreed on it. Only
       * then may the acknowledged position move backwards, to the position found by comparing.
       */
      readonly opening: number | null
      /** The position that `entries` follow: the last one that the other side is known to have acknowledged. */
      readonly after: Position
      readonly entries: readonly Entry[]
      readonly documents: readonly Document[]
      readonly withdrawn: readonly string[]
      /** From the desk: « list the documents whose id comes after this one »; null requests no list. */
      readonly list: string | null
      /** The portal's reply to `list`, in the order of ids. */
      readonly listed: DocumentList | null
      /** From the desk: ids of papers to send back, because the desk lost them. */
      readonly fetch: readonly string[]
      /** From the portal: the digest of all its documents. The desk sends null. */
      readonly holding: Holding | null
      readonly series: Series
      /** From the portal: documents that its version stores but cannot read. Absent from an older portal. */
      readonly aside?: UnreadableDocuments | undefined
    }
  /** Sent after a restore until both logs agree; the normal exchange waits meanwhile. */
  | {
      readonly kind: 'compare'
      /** The sides that the sender believes restored. */
      readonly restored: readonly SideName[]
      /** Sampled positions of the sender's copy of the receiver's log, newest first. */
      readonly trail: readonly Position[]
      readonly lacks: MissingEntries | null
      readonly returned: { readonly lack: MissingEntries; readonly entries: readonly Entry[] } | null
      /** The end of the receiver's copy of the sender's log, if the sender's own log has that entry. */
      readonly agrees: Position | null
      readonly lost: readonly Interval[]
      /** From the desk: this portal replaces another one, from which the desk had received everything. */
      readonly passes?: boolean | undefined
      readonly series: Series
    }
  /** The portal has already processed this request, or a later one. */
  | { readonly kind: 'stale' }
  /** The two sides have no protocol version in common. */
  | { readonly kind: 'unsupported' }

/** The count of unreadable documents, and the ids of the first ones. */
export type UnreadableDocuments = { readonly count: number; readonly names: readonly string[] }

export type DocumentList = {
  readonly after: string
  /** The last id that the list covers; null if the list reaches the last document. */
  readonly upTo: string | null
  readonly names: readonly DocumentName[]
}

export type Message = {
  /**
   * The sender's protocol versions. This field never moves or changes shape, in any version, so that every version can
   * read it.
   */
  readonly versions: readonly number[]
  readonly kinds: readonly string[]
  readonly from: SideName
  readonly epoch: number
  /** The desk's request number; in a reply, the number of the request that the portal replies to. */
  readonly turn: number
  /**
   * From the desk: the last request whose reply it has committed. From the portal: the last request it has committed.
   */
  readonly answered: number
  readonly own: { readonly start: Position; readonly end: Position }
  /** The last entry of the receiver's log that the sender has committed: this acknowledges all entries up to it. */
  readonly received: Position
  /** Whether the sender is sure of the last issued numbers in `series`. */
  readonly knowsNumbers: boolean
  readonly talk: Talk
}

export type Exchange = Extract<Talk, { kind: 'exchange' }>
export type Compare = Extract<Talk, { kind: 'compare' }>
