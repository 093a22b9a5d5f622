import { EventPublisher } from '@orpc/server'
import { backUpEachDay, restoreFromBytes } from '../store/backup.ts'
import { CannotOpen, type Clock, openStore, type Store } from '../store/store.ts'
import { type Core, Refused, type Session } from './core.ts'
import { domainsOf } from './domains.ts'
import type { Context } from './procedures.ts'
import { router } from './router.ts'
import { newSession } from './staff/staff.ts'
import { organisationOf } from './staff/staff-store.ts'

export type DeskOptions = {
  /** The service's own data. */
  readonly dataDir: string
  /** Where the example town lives, never the service's data. */
  readonly exampleDir: string
  /** Open on the example town at once. */
  readonly demo?: boolean
  readonly clock?: Clock
  readonly log?: (line: string) => void
  /** Told while the example town is made: 0 to 1. */
  readonly onProgress?: (done: number) => void
}

export type Desk = {
  readonly router: typeof router
  /** What a connection (window, browser, test) hands to each call. */
  connect(): Context
  readonly core: Core
  close(): Promise<void>
}

const systemClock: Clock = () => new Date().toISOString() as ReturnType<Clock>

/** Opens the desk's core. @throws CannotOpen with a French sentence when the data cannot be opened */
export const openDesk = async (options: DeskOptions): Promise<Desk> => {
  const clock = options.clock ?? systemClock
  const changes: Core['changes'] = new EventPublisher()
  const log = options.log ?? (() => undefined)
  const backupFailed = (error: unknown) =>
    log(`daily backup: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  const open = async (demo: boolean): Promise<{ store: Store; isDemo: boolean; close(): void }> => {
    if (demo) {
      // Loaded by those who look at it only.
      const { readyExampleTown } = await import('./example/example-town.ts')
      await readyExampleTown({ dataDir: options.exampleDir, clock, onProgress: options.onProgress })
    }
    const store = openStore(demo ? options.exampleDir : options.dataDir, clock)
    store.onChange((tables) => {
      if (tables.has('*')) fileNumber += 1
      changes.publish('changed', { domains: domainsOf(tables) })
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
    changes,
    log,
    async moveToExample() {
      if (organisationOf(current.store)) throw new Refused('Cette structure existe déjà : connectez-vous.')
      const next = await open(true)
      current.close()
      current = next
      fileNumber += 1
    },
    async startFromBackup(bytes) {
      if (organisationOf(current.store)) throw new Refused('Cette structure existe déjà : connectez-vous.')
      try {
        await restoreFromBytes(current.store, bytes)
      } catch (error) {
        throw error instanceof CannotOpen ? new Refused(error.message, 'file') : error
      }
    },
  }
  return {
    router,
    core,
    connect: (): { core: Core; session: Session } => ({ core, session: newSession() }),
    async close() {
      current.close()
    },
  }
}
