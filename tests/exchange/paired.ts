import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeskOptions } from '../../main/app/desk.ts'
import { createPairingCode } from '../../main/portal/exchange/pairing.ts'
import { appendToLog, lockedSide } from '../../main/portal/log/log.ts'
import { openPortal, type Portal, type PortalOptions } from '../../main/portal/portal.ts'
import { type PortalServing, servePortal } from '../../main/portal/program/server.ts'
import type { PortalStore } from '../../main/portal/store/store.ts'
import type { Instant } from '../../shared/rules/calendar/day.ts'
import {
  aClock,
  aPreparedFolder,
  cheapestPasswords,
  clientOf,
  emptyService,
  openIn,
  password,
} from '../support/desk.ts'
import { freePort } from '../support/machine/free-port.ts'
import { quickStore } from '../support/machine/quick-store.ts'

/** A portal over HTTP, which a test can stop and start again. */
export const aServedPortal = async (
  clock: () => Instant,
  open: () => Promise<PortalStore> = quickStore,
  mail: PortalOptions['mail'] = null,
) => {
  const port = await freePort()
  const lines: string[] = []
  const portal: Portal = await openPortal({
    store: await open(),
    clock,
    log: (line) => lines.push(line),
    address: `http://127.0.0.1:${port}`,
    mail,
    passwordCost: cheapestPasswords,
  })
  const serve = (): Promise<PortalServing> =>
    servePortal(portal, { screens: tmpdir(), port, host: '127.0.0.1', behindProxy: false })
  let serving: PortalServing | null = await serve()
  return {
    portal,
    lines,
    address: portal.address,
    async silence() {
      await serving?.close()
      serving = null
    },
    async speak() {
      serving ??= await serve()
    },
    /** Adds entries as parents would, with contents that no desk can read. */
    says: (count = 1) =>
      portal.store.db.transaction(async (write) => {
        const { side } = await lockedSide(write)
        const said = Array.from({ length: count }, () => ({
          id: randomUUID(),
          kind: 'proposal',
          at: clock(),
          body: '{}',
        }))
        await appendToLog(write, side, said)
      }),
    async close() {
      await serving?.close()
      await portal.close()
    },
  }
}

/** Timers whose time passes only when a test says so. */
export const someTimers = () => {
  let now = 0
  let waiting: { readonly at: number; readonly work: () => void }[] = []
  return {
    after(milliseconds: number, work: () => void) {
      const timer = { at: now + milliseconds, work }
      waiting.push(timer)
      return () => {
        waiting = waiting.filter((other) => other !== timer)
      }
    },
    pass(milliseconds: number) {
      const end = now + milliseconds
      for (;;) {
        const next = waiting.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (!next) break
        waiting = waiting.filter((other) => other !== next)
        now = next.at
        next.work()
      }
      now = end
    },
  }
}

/** An empty service, whose desk is opened and closed over the same folder. */
export const aDeskFolder = async (clock = aClock(), options: Partial<DeskOptions> = {}) => {
  const { folder } = await aPreparedFolder(clock, emptyService)
  const open = async () => {
    const opened = await openIn(folder, clock, options)
    const logged = clientOf(opened)
    await logged.staff.login({ login: 'sandrine', password })
    return { desk: opened, client: logged }
  }
  let { desk, client } = await open()
  return {
    clock,
    dataDir: join(folder, 'data'),
    get desk() {
      return desk
    },
    get client() {
      return client
    },
    get store() {
      return desk.core.store
    },
    /** @param meanwhile what happens to the folder while no desk has it open */
    async reopen(meanwhile: () => void = () => undefined) {
      await desk.close()
      meanwhile()
      ;({ desk, client } = await open())
    },
    async close() {
      await desk.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type DeskFolder = Awaited<ReturnType<typeof aDeskFolder>>
export type ServedPortal = Awaited<ReturnType<typeof aServedPortal>>

export const pairedWith = async (place: DeskFolder, served: ServedPortal) =>
  place.client.exchange.pair({ address: served.address, code: (await createPairingCode(served.portal)).code })
