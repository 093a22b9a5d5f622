import { EventPublisher } from '@orpc/server'
import { defaultPasswordCost, type PasswordCost } from '../../shared/rules/access/password.ts'
import { type Core, Refused, type Secrets, type Session, type Workstation } from '../desk/core.ts'
import { startSenders } from '../desk/mails/mails.ts'
import { repeatErasures } from '../desk/protection/protection.ts'
import { debtsSuspendBookings } from '../desk/regies/regies.ts'
import { endExpiredOffersEachMinute } from '../desk/reservations/reservations.ts'
import { sendPlansEachMinute } from '../desk/sendings/sendings.ts'
import type { Context } from '../desk/staff/procedures.ts'
import { answerLostPassword } from '../desk/staff/recovery.ts'
import {
  beginSession,
  deleteStoredSessions,
  endSession,
  renewSession,
  resumeSession,
  saveSession,
} from '../desk/staff/sessions.ts'
import { organisationOf } from '../desk/staff/staff-store.ts'
import { noWorkstations } from '../desk/staff/workstations.ts'
import { type Exchange, realTimers, startExchange, type Timers } from '../exchange/schedule.ts'
import { backUpEachDay, restoreFromBytes } from '../store/backups/backup.ts'
import { errorTrace, PhraseRefused } from '../store/failures.ts'
import { plainSecrets } from '../store/secrets.ts'
import { CannotOpen, type Clock, openStore, type Store } from '../store/store.ts'
import { domainsOf } from './domains.ts'
import { mailPapers } from './mail-papers.ts'
import { router } from './router.ts'

export type DeskOptions = {
  /** Folder of the service's own data. */
  readonly dataDir: string
  /** Folder of the example town; never the service's data. */
  readonly exampleDir: string
  /** Opens the example town instead of the service's data. */
  readonly demo?: boolean
  readonly clock?: Clock
  readonly log?: (line: string) => void
  /** Protects the desk's keys of data and exchange. By default, files that only this system account may read. */
  readonly secrets?: Secrets
  readonly timers?: Timers
  /** Cost of hashing a new password; tests lower it, since they protect nobody's account. */
  readonly passwordCost?: PasswordCost
  /** Gives the path of the built portal program. */
  readonly portalProgram?: Core['portalProgram']
  /** Called with the completed share, from 0 to 1, while the example town is created. */
  readonly onProgress?: (done: number) => void
}

export type Desk = {
  readonly router: typeof router
  /** Begins a session; the returned context is passed to each call of that connection. */
  connect(workstation?: Workstation): Context
  /** Begins the session of a browser with this cookie token; stored at once, or only when somebody logs in. */
  letIn(token: string, workstation: Workstation, isKeptAtOnce: boolean): Context
  /** The session with this token, also one from before a restart of the desk; undefined when unknown. */
  resume(token: string): Context | undefined
  /** Gives the session a new token; the previous one is no longer valid. */
  renew(context: Context, token: string): void
  /** Ends the session. */
  leave(context: Context): void
  readonly core: Core
  close(): Promise<void>
}

const thisWindow: Workstation = { kind: 'window', address: '', program: '' }

const noProgram = () => Promise.reject(new Refused('Ce poste ne porte pas le portail.'))

const systemClock: Clock = () => new Date().toISOString() as ReturnType<Clock>

/** Opens the desk's core. @throws CannotOpen with a French sentence when the data cannot be opened */
export const openDesk = async (options: DeskOptions): Promise<Desk> => {
  const clock = options.clock ?? systemClock
  const changes: Core['changes'] = new EventPublisher()
  const log = options.log ?? (() => undefined)
  const backupFailed = (error: unknown) => log(`sauvegarde du jour\u00a0: ${errorTrace(error)}`)
  const secrets = options.secrets ?? plainSecrets
  // The example town is created, and must open, without the system's keyring.
  const secretsOf = (demo: boolean): Secrets => (demo ? plainSecrets : secrets)
  const open = async (
    demo: boolean,
    onProgress = options.onProgress,
  ): Promise<{ store: Store; isDemo: boolean; close(): void }> => {
    if (demo) {
      // Imported only when the example town is used.
      const { readyExampleTown } = await import('../desk/example/example.ts')
      await readyExampleTown({ dataDir: options.exampleDir, clock, onProgress })
    }
    const store = openStore(demo ? options.exampleDir : options.dataDir, clock, secretsOf(demo))
    store.onChange((tables) => {
      if (tables.has('*')) {
        fileNumber += 1
        deleteStoredSessions({ store })
        exchange?.follow()
        redoErasures()
      }
      changes.publish('changed', { domains: domainsOf(tables, debtsSuspendBookings(store)) })
      if (tables.has('mail') || tables.has('*')) mails?.wake()
    })
    const stopBackups = demo ? () => undefined : backUpEachDay(store, backupFailed)
    return {
      store,
      isDemo: demo,
      close() {
        stopBackups()
        store.close()
      },
    }
  }
  let fileNumber = 0
  let exchange: Exchange | undefined
  let current = await open(options.demo ?? false)
  const core: Core = {
    get store() {
      return current.store
    },
    get fileNumber() {
      return fileNumber
    },
    get isDemo() {
      return current.isDemo
    },
    clock,
    portalProgram: options.portalProgram ?? noProgram,
    changes,
    workstations: noWorkstations(),
    passwordCost: options.passwordCost ?? defaultPasswordCost,
    log,
    get exchange() {
      return opened
    },
    get mails() {
      return mails
    },
    async moveToExample(onProgress) {
      if (organisationOf(current.store)) throw new Refused('Cette structure existe déjà\u00a0: connectez-vous.')
      await moveTo(true, onProgress)
    },
    async leaveExample() {
      if (!current.isDemo) throw new Refused('Vous êtes déjà dans votre structure.')
      await moveTo(false)
      await core.workstations.sharing?.resume()
    },
    async startFromBackup(bytes, phrase) {
      if (organisationOf(current.store)) throw new Refused('Cette structure existe déjà\u00a0: connectez-vous.')
      try {
        await opened.whileStopped(() => restoreFromBytes(current.store, bytes, phrase))
      } catch (error) {
        if (error instanceof PhraseRefused) throw new Refused(error.message, 'phrase')
        throw error instanceof CannotOpen ? new Refused(error.message, 'file') : error
      }
    },
  }
  const moveTo = (demo: boolean, onProgress?: (done: number) => void) =>
    opened.whileStopped(async () => {
      const next = await open(demo, onProgress)
      current.close()
      current = next
      fileNumber += 1
      opened.follow()
    })
  const redoErasures = () =>
    void repeatErasures(core).catch((error: unknown) =>
      log(`effacement à refaire après une reprise\u00a0: ${errorTrace(error)}`),
    )
  /** The secrets for the database that is open now. */
  const currentSecrets: Secrets = {
    seal: (text) => secretsOf(current.isDemo).seal(text),
    open: (sealed) => secretsOf(current.isDemo).open(sealed),
  }
  const timers = options.timers ?? realTimers
  const opened = startExchange(core, currentSecrets, timers)
  const mails = startSenders(core, timers, mailPapers)
  exchange = opened
  redoErasures()
  if (!current.isDemo) await answerLostPassword(core)
  const stopSweeping = endExpiredOffersEachMinute(core, timers)
  const stopPlans = sendPlansEachMinute(core, timers)
  return {
    router,
    core,
    connect: (workstation = thisWindow): { core: Core; session: Session } => ({
      core,
      session: beginSession(core, workstation),
    }),
    letIn(token, workstation, isKeptAtOnce) {
      const session = beginSession(core, workstation, token)
      if (isKeptAtOnce) saveSession(core, session)
      return { core, session }
    },
    resume(token) {
      const session = resumeSession(core, token)
      return session && { core, session }
    },
    renew: ({ session }, token) => renewSession(core, session, token),
    leave: ({ session }) => endSession(core, session),
    async close() {
      stopSweeping()
      stopPlans()
      await mails.stop()
      await opened.stop()
      current.close()
    },
  }
}
