import { EventPublisher } from '@orpc/server'
import type { PasswordCost } from '../../shared/rules/access/password.ts'
import type { Role } from '../../shared/rules/access/roles.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import type { Actor } from '../store/acts/acts.ts'
import { plainSecrets, type Secrets } from '../store/secrets.ts'
import type { Clock, Store } from '../store/store.ts'

export type { Secrets } from '../store/secrets.ts'

/** What every use case stands on. */
export type Core = {
  readonly store: Store
  readonly clock: Clock
  /** Counts the files that took the place of another: whoever was logged in on the one before is not on this one. */
  readonly fileNumber: number
  /** On the example town: logs in by itself, never locks. */
  readonly isDemo: boolean
  readonly log: (line: string) => void
  readonly exchange: ExchangeHandle
  /** The folder of the portal that a town takes to its own machine, built. @throws Error where it cannot be had */
  readonly portalProgram: () => Promise<string>
  /** Domains whose data changed, told as acts close. */
  readonly changes: EventPublisher<{ changed: Change }>
  readonly posts: Posts
  readonly passwordCost: PasswordCost
  /**
   * Closes this data folder and opens the example town's in its place.
   * @param onProgress called while the example town is made, with the share that is done, from 0 to 1
   */
  readonly moveToExample: (onProgress?: (done: number) => void) => Promise<void>
  /** Back from it to this data folder, where one's own service begins. */
  readonly leaveExample: () => Promise<void>
  /** First start only: takes a backup file's content as this service's data. */
  readonly startFromBackup: (bytes: Uint8Array, phrase: string) => Promise<void>
}

/** Domains whose data changed; or a record that other people now look at; or a beat for one page. */
type Change = { readonly domains: string[]; readonly record?: string; readonly page?: string }

/** Who works at the desk now, and what keeps them from undoing each other's work. In memory: all of it ends with the process. */
export type Posts = {
  readonly sessions: Map<string, Session>
  /** Open pages by an id of their own, with the record that each has before it. */
  readonly pages: Map<string, { readonly session: Session; record: string | null }>
  /** By the key of their call: what is asked again is answered again. */
  readonly answers: Map<string, Promise<unknown>>
  /** Wrong passwords from the network, by the name they tried. */
  readonly failures: Map<string, { count: number; since: number; refusedUntil: number }>
  /** Set by a host that can let other machines in. */
  sharing: Sharing | null
}

/** The door for other machines of the town's network. */
export type Sharing = {
  state(): SharingState
  /** @throws Refused when this machine cannot */
  open(): Promise<void>
  close(): Promise<void>
  /** As it was left, once the service's own data are open; why it cannot is told by `state`. */
  resume(): Promise<void>
}

export type SharingState = {
  readonly isOn: boolean
  /** What to type on another machine. */
  readonly addresses: string[]
  /** What both screens show the first time; empty until a certificate was made. */
  readonly code: string
  /** The same as browsers write it: SHA-256, in pairs. */
  readonly fingerprint: string
  /** Why it is on and yet nobody can come in. */
  readonly problem: string | null
}

/** Where a connection comes from: a window of this program, a browser of this machine, another machine. */
export type Post = {
  readonly kind: 'window' | 'browser' | 'network'
  /** Empty for this machine. */
  readonly address: string
  /** What browser or system, as it says itself. */
  readonly program: string
}

/** The exchange with the portal, over the file that is open. */
export type ExchangeHandle = {
  readonly secrets: Secrets
  readonly isRunning: boolean
  /** When the next one begins by itself; null when no portal is paired. */
  readonly nextAt: Instant | null
  /**
   * One exchange, after the one under way. Ends once all but papers has travelled, or once it failed: the history tells
   * why. Papers follow in the background.
   */
  now(): Promise<void>
  /** Nothing is exchanged while `work` puts another file in the place of this one. */
  whileStopped<T>(work: () => Promise<T>): Promise<T>
  /** The portal, the hour or the manner was changed. */
  reschedule(): void
}

/** Of a core that meets no portal, such as the one that fills the example town. */
export const noExchange: ExchangeHandle = {
  secrets: plainSecrets,
  isRunning: false,
  nextAt: null,
  now: async () => undefined,
  whileStopped: (work) => work(),
  reschedule: () => undefined,
}

/** One connection: a window, a browser. */
export type Session = {
  id: string
  readonly post: Post
  readonly begunAt: Instant
  /** Whether a cookie leads back to it after the desk was started again. */
  readonly isKept: boolean
  /** Epoch milliseconds of `lastSeen` as the file has it. */
  notedAt: number
  staffId: number | null
  /** The `fileNumber` on which `staffId` is somebody. */
  fileNumber: number
  locked: boolean
  /** Epoch milliseconds of the last call that somebody made. */
  lastSeen: number
  failures: number
  /** Epoch milliseconds until which a login is refused after too many failures. */
  refusedUntil: number
  /** On the example town, which otherwise logs in by itself: somebody asked for another's place. */
  hasLeft: boolean
  /** Why another post ended this session, shown above its login form; null when none did. */
  endedBecause: string | null
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
