import { EventPublisher } from '@orpc/server'
import type { PasswordCost } from '../../shared/rules/access/password.ts'
import type { Role } from '../../shared/rules/access/roles.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import type { Actor } from '../store/acts/acts.ts'
import { plainSecrets, type Secrets } from '../store/secrets.ts'
import type { Clock, Store } from '../store/store.ts'

export type { Secrets } from '../store/secrets.ts'

/** What every use case of the desk is given: the store, the clock and the program around them. */
export type Core = {
  readonly store: Store
  readonly clock: Clock
  /** Increases each time another database is opened. A session is logged in only for the number it logged in with. */
  readonly fileNumber: number
  /** True on the example town, where sessions are logged in automatically and never lock. */
  readonly isDemo: boolean
  readonly log: (line: string) => void
  readonly exchange: ExchangeHandle
  readonly mails: MailSender
  /** Path of the built portal program that a town installs on its own server. @throws Error when it is not available */
  readonly portalProgram: () => Promise<string>
  /** Publishes the domains whose data changed, each time an act closes. */
  readonly changes: EventPublisher<{ changed: Change }>
  readonly workstations: Workstations
  readonly passwordCost: PasswordCost
  /**
   * Closes this data folder and opens the example town's instead.
   * @param onProgress called with the completed share, from 0 to 1, while the example town is created
   */
  readonly moveToExample: (onProgress?: (done: number) => void) => Promise<void>
  /** Closes the example town and opens the service's own data folder again. */
  readonly leaveExample: () => Promise<void>
  /** Restores a backup file as the service's data. Only before the first-run set-up. */
  readonly startFromBackup: (bytes: Uint8Array, phrase: string) => Promise<void>
}

/** An event for open pages: changed domains, a record whose viewers changed, or a keep-alive for one page. */
type Change = { readonly domains: string[]; readonly record?: string; readonly page?: string }

/** Sessions, open pages and recent answers of all workstations. Kept in memory only. */
export type Workstations = {
  readonly sessions: Map<string, Session>
  /** Open pages by page id, with the record that each page shows. */
  readonly pages: Map<string, { readonly session: Session; record: string | null }>
  /** Answers by idempotency key: a call sent twice gets the first answer. */
  readonly answers: Map<string, Promise<unknown>>
  /** Failed logins from other computers, by the login that was tried. */
  readonly failures: Map<string, { count: number; since: number; refusedUntil: number }>
  /** Set by a host that can serve other computers. */
  sharing: Sharing | null
}

/** Serves other computers of the town's network. */
export type Sharing = {
  state(): SharingState
  /** @throws Refused when this computer cannot serve others */
  open(): Promise<void>
  close(): Promise<void>
  /** Restores the last setting after the service's own data are opened. A failure appears in `state`. */
  resume(): Promise<void>
}

export type SharingState = {
  readonly isOn: boolean
  /** Addresses to type on another computer. */
  readonly addresses: string[]
  /** Code that both screens show at the first connection; empty until a certificate exists. */
  readonly code: string
  /** SHA-256 fingerprint of the certificate, in pairs of digits as browsers show it. */
  readonly fingerprint: string
  /** Why other computers cannot connect although sharing is on; null when they can. */
  readonly problem: string | null
}

/** The origin of a connection: a window of this program, a browser on this computer, or another computer. */
export type Workstation = {
  readonly kind: 'window' | 'browser' | 'network'
  /** Network address; empty for this computer. */
  readonly address: string
  /** Browser and system, from the user agent. */
  readonly program: string
}

/** Control of the exchange with the portal for the database that is open. */
export type ExchangeHandle = {
  readonly secrets: Secrets
  readonly isRunning: boolean
  /** When the next exchange starts automatically; null when no portal is paired. */
  readonly nextAt: Instant | null
  /**
   * Runs an exchange, after the current one if any. Resolves when everything but papers is exchanged, or when the
   * exchange has failed, which its history records. Papers follow in the background.
   */
  now(): Promise<void>
  /** Runs `work`, which replaces the database, while no exchange runs. */
  whileStopped<T>(work: () => Promise<T>): Promise<T>
  /** To be called when the portal, the hour or the mode of exchange was changed. */
  reschedule(): void
}

/** For a core without a portal, such as the one that fills the example town. */
export const noExchange: ExchangeHandle = {
  secrets: plainSecrets,
  isRunning: false,
  nextAt: null,
  now: async () => undefined,
  whileStopped: (work) => work(),
  reschedule: () => undefined,
}

/** The program part that sends the mails and SMS which wait in the open database. */
export type MailSender = {
  /** Why no mail leaves at this moment, as a sentence; null while they leave. */
  readonly problem: string | null
  /** The same problem for SMS. */
  readonly smsProblem: string | null
  /** To be called when mails were queued. */
  wake(): void
  /** Sends at once instead of waiting for the next try: staff have changed the settings that made sending fail. */
  retry(): void
}

export const noMailSender: MailSender = {
  problem: null,
  smsProblem: null,
  wake: () => undefined,
  retry: () => undefined,
}

/** The session of one window or browser. */
export type Session = {
  id: string
  readonly workstation: Workstation
  readonly begunAt: Instant
  /** Whether the session is stored and survives a restart of the desk. */
  readonly isKept: boolean
  /** The stored value of `lastSeen`, in epoch milliseconds. */
  notedAt: number
  staffId: number | null
  /** The `fileNumber` for which `staffId` is valid. */
  fileNumber: number
  locked: boolean
  /** Epoch milliseconds of the last call that a person caused. */
  lastSeen: number
  failures: number
  /** Epoch milliseconds until which a login is refused after too many failures. */
  refusedUntil: number
  /** On the example town: somebody logged out to change user, so no automatic login follows. */
  hasLeft: boolean
  /** Why another workstation ended this session, shown above its login form; null when none did. */
  endedBecause: string | null
}

/** Who makes a call, with their roles. A person without `sites` works for all of them (« partout »). */
export type Person = Actor & { readonly roles: readonly Role[]; readonly sites?: readonly number[] }

/** A rule refused the call and nothing was changed. `sentence` says in French what the person can do. */
export class Refused extends Error {
  readonly sentence: string
  readonly field: string | undefined
  constructor(sentence: string, field?: string) {
    super(sentence)
    this.sentence = sentence
    this.field = field
  }
}
