import { EventPublisher } from '@orpc/server'
import type { Role } from '../../shared/rules/roles.ts'
import type { Actor } from '../store/acts.ts'
import type { Clock, Store } from '../store/store.ts'

/** What every use case stands on. */
export type Core = {
  readonly store: Store
  readonly clock: Clock
  /** Counts the files that took the place of another: whoever was logged in on the one before is not on this one. */
  readonly fileNumber: number
  /** On the example town: logs in by itself, never locks. */
  readonly isDemo: boolean
  readonly log: (line: string) => void
  /** Domains whose data changed, told as acts close. */
  readonly changes: EventPublisher<{ changed: { domains: string[] } }>
  /** Closes this data folder and opens the example town's in its place. */
  readonly moveToExample: () => Promise<void>
  /** First start only: takes a backup file's content as this service's data. */
  readonly startFromBackup: (bytes: Uint8Array) => Promise<void>
}

/** One connection: a window, a browser. */
export type Session = {
  staffId: number | null
  /** The `fileNumber` on which `staffId` is somebody. */
  fileNumber: number
  locked: boolean
  /** Epoch milliseconds of the last call that somebody made. */
  lastSeen: number
  failures: number
  /** Epoch milliseconds until which a login is refused after too many failures. */
  refusedUntil: number
}

/** Who is at the desk, once the guard has let the call in. */
export type Person = Actor & { readonly roles: readonly Role[] }

/** A rule said no. Nothing was changed; the sentence says what the person can do. */
export class Refused extends Error {
  readonly sentence: string
  readonly field: string | undefined
  constructor(sentence: string, field?: string) {
    super(sentence)
    this.sentence = sentence
    this.field = field
  }
}
