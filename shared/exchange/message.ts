import type { Instant } from '../rules/calendar/day.ts'
import type { Document, DocumentName, Holding } from './documents.ts'
import type { Entry, Lack, Position } from './log.ts'

export type SideName = 'desk' | 'portal'

/**
 * What may have been lost, and cannot be named: entries of one side's log said after a place and before an instant.
 * Families compare their receipts with it, by instant, or by epoch and number when a clock was wrong.
 */
export type Interval = {
  readonly log: SideName
  /** `restored`: that side came back from an older copy. `tooOld`: the other did, from before what this one still keeps. */
  readonly cause: 'restored' | 'tooOld'
  readonly after: { readonly epoch: number; readonly number: number }
  readonly from: Instant | null
  readonly to: Instant
}

/** The last number given in each series of invoices and receipts, such as `F2026` → 412. */
export type Series = Readonly<Record<string, number>>

export type Talk =
  /** Everyday: each sends what the other has not acknowledged. */
  | {
      readonly kind: 'exchange'
      /**
       * The first messages of a new epoch: the request in which both agreed on it. What was acknowledged may go back to
       * what was found then.
       */
      readonly opening: number | null
      /** The place after which `entries` follow: how far the other acknowledged, as the sender knows it. */
      readonly after: Position
      readonly entries: readonly Entry[]
      readonly documents: readonly Document[]
      readonly withdrawn: readonly string[]
      /** Asked by the desk: name the documents held after this id; null asks nothing. */
      readonly list: string | null
      /** The portal's answer to `list`, in the order of ids. */
      readonly listed: Listed | null
      /** Asked by the desk: papers to give back, since it knows them no longer. */
      readonly fetch: readonly string[]
      /** What the portal holds, all documents together; the desk sends none. */
      readonly holding: Holding | null
      readonly series: Series
      /** The portal's: documents that it keeps without being able to read them. An older portal says nothing of it. */
      readonly aside?: Aside | undefined
    }
  /** After a restore, and before anything else is exchanged. */
  | {
      readonly kind: 'compare'
      /** Which sides look restored from here. */
      readonly restored: readonly SideName[]
      /** Places in what the sender keeps of the other's log, newest first. */
      readonly trail: readonly Position[]
      readonly lacks: Lack | null
      readonly returned: { readonly lack: Lack; readonly entries: readonly Entry[] } | null
      /** The end of the other's copy of the sender's log, when the sender's log has it. */
      readonly agrees: Position | null
      readonly lost: readonly Interval[]
      /** Of a desk: this portal takes the place of one that was heard to the end. */
      readonly passes?: boolean | undefined
      readonly series: Series
    }
  /** The portal has taken this request, or a later one, already. */
  | { readonly kind: 'stale' }
  /** No version in common. */
  | { readonly kind: 'unsupported' }

/** How many, and the first of them by name. */
export type Aside = { readonly count: number; readonly names: readonly string[] }

export type Listed = {
  readonly after: string
  /** The last id that the list covers; null when it goes to the end. */
  readonly upTo: string | null
  readonly names: readonly DocumentName[]
}

export type Message = {
  /** What the sender speaks and understands: never changes its place or shape, whatever the version. */
  readonly versions: readonly number[]
  readonly kinds: readonly string[]
  readonly from: SideName
  readonly epoch: number
  /** The request, counted by the desk; in a reply, the request that it answers. */
  readonly turn: number
  /** Desk: the last request whose reply it has committed. Portal: the last request that it has committed. */
  readonly answered: number
  readonly own: { readonly start: Position; readonly end: Position }
  /** How far the sender has committed the other's log: what acknowledges. */
  readonly received: Position
  /** The sender vouches for the last numbers it tells. */
  readonly knowsNumbers: boolean
  readonly talk: Talk
}

export type Exchange = Extract<Talk, { kind: 'exchange' }>
export type Compare = Extract<Talk, { kind: 'compare' }>
