import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { readableKeyId } from '../../../shared/rules/access/fingerprint.ts'
import { roles } from '../../../shared/rules/access/roles.ts'
import { exampleClient } from '../../../shared/rules/money/payment/payfip.ts'
import type { KeyRing } from '../../crypto/keys.ts'
import type { Core, Person } from '../../desk/core.ts'
import { savePayfip } from '../../desk/portal/portal.ts'
import { organisationOf } from '../../desk/settings/settings.ts'
import { findSideRow } from '../../exchange/desk-side.ts'
import { pair } from '../../exchange/pairing.ts'
import { type PayfipSimulator, startPayfipSimulator } from '../../payfip/simulator.ts'
import { systemActor } from '../../store/acts/acts.ts'
import { organisation } from '../../store/schema/index.ts'
import { type DemoParent, type DemoSite, welcomeParents } from './demo-parents.ts'

/** A portal for the example town, in a process and a store of its own, as on another computer. */
export type DemoPortal = DemoSite & {
  readonly parent: DemoParent
  close(): Promise<void>
}

const entry = join(import.meta.dirname, '../../portal/start.ts')
const defaultPort = 4640
const demonstrator: Person = { ...systemActor, roles }

/**
 * The desk is paired with another portal: pairing it with the demo portal would redirect that portal's families here.
 */
export class LinkedElsewhere extends Error {
  constructor(address: string, folder: string) {
    super(
      `Ce bureau est relié à un autre portail, ${address}\u00a0: celui de démonstration reste fermé. ` +
        `Pour le retrouver, effacez le dossier ${folder}\u00a0: la ville d’exemple y sera refaite.`,
    )
  }
}

/**
 * Starts the demo portal and pairs it with the desk if needed. The first time, opens one parent's account through the
 * mailed link, and parents send demandes for the desk to answer.
 *
 * @param wanted the port to try, 0 for any; absent: that of the last time, at first the usual one
 * @throws LinkedElsewhere
 */
export const openDemoPortal = async (core: Core, folder: string, wanted?: number): Promise<DemoPortal> => {
  const { payfipNumber } = organisationOf(core.store)
  const mails = join(folder, 'mails')
  const side = findSideRow(core.store)
  const first = wanted ?? (side ? Number(new URL(side.address).port) : defaultPort)
  const { address, portal, shown, key } = await startOnFreePort(
    { PORTAL_DATA: join(folder, 'portail'), PORTAL_MAIL_FOLDER: mails },
    side?.address,
    first,
  )
  let payfip: PayfipSimulator | undefined
  const close = async () => {
    await payfip?.close()
    await stopPortal(portal)
  }
  // Stop the portal on any failure: while it runs, it keeps this process from ending.
  try {
    if (side && !isKnown(side.ring, key)) throw new LinkedElsewhere(side.address, folder)
    if (first !== 0 && new URL(address).port !== `${first}`) {
      console.log(`Le port ${first} est déjà pris\u00a0: le portail de démonstration est à ${address}.`)
    }
    payfip = await startPayfipSimulator({ clock: core.clock, clients: [payfipNumber || exampleClient] })
    useSimulator(core, payfip)
    if (shown !== null) await pair(core, demonstrator, { address, code: shown })
    // Collect what parents did before an interrupted start.
    else await core.exchange.now()
    const parent = await welcomeParents(core, demonstrator, { address, mails })
    return { address, mails, parent, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Portals are compared by key: one that moved to another port is still the same. */
const isKnown = (ring: KeyRing, key: string | undefined): boolean =>
  ring.some(({ keyid, until, revokedAt }) => until === null && revokedAt === null && readableKeyId(keyid) === key)

const stopPortal = async (portal: ChildProcess): Promise<void> => {
  if (portal.exitCode !== null || portal.signalCode !== null) return
  portal.kill()
  await once(portal, 'exit')
}

/**
 * Starts the portal on a free port. Another program may take the port before the portal listens: then tries another.
 */
const startOnFreePort = async (
  set: Environment & { readonly PORTAL_DATA: string },
  known: string | undefined,
  wanted: number,
) => {
  const tries = [wanted, 0, 0]
  for (const [at, first] of tries.entries()) {
    const port = await freePort(first)
    const address = `http://127.0.0.1:${port}`
    const environment = { ...process.env, ...set, PORTAL_PORT: `${port}` }
    try {
      // A portal that may already be paired, by a start that was interrupted, prints no code: ask it for one first.
      const mayBePaired = known === undefined ? existsSync(set.PORTAL_DATA) : known !== address
      const early = mayBePaired ? await readPairingCode(environment) : null
      const { portal, code, key } = await startPortal(environment)
      // A code that it prints all the same has replaced the first one.
      return { address, portal, shown: code ?? early, key }
    } catch (error) {
      if (at === tries.length - 1) throw error
    }
  }
  throw new RangeError('no try was made')
}

/** Makes online payments work through a PayFiP simulator, while the demonstration lasts. No money moves. */
const useSimulator = (core: Core, { address }: PayfipSimulator): void => {
  const { id, payfipNumber } = organisationOf(core.store)
  if (payfipNumber === '') {
    core.store.act(demonstrator, 'settings.organisation', 'Numéro client PayFiP de démonstration', (write) =>
      write.update(organisation, id, { payfipNumber: exampleClient }),
    )
  }
  savePayfip(core, demonstrator, { mode: 'production', tryEmail: '', address })
}

const freePort = async (first: number): Promise<number> => {
  for (const port of [first, 0]) {
    const server = createServer()
    const bound = await new Promise<number | null>((done) => {
      server.once('error', () => done(null))
      server.listen(port, '127.0.0.1', () => {
        const taken = server.address()
        server.close(() => done(taken && typeof taken === 'object' ? taken.port : null))
      })
    })
    if (bound !== null) return bound
  }
  throw new Error('no port is free on this machine')
}

type Environment = Record<string, string | undefined>

const run = (environment: Environment, ...options: string[]): ChildProcess => {
  // When this process ends in any way, the IPC channel closes and the portal ends too.
  const portal = spawn(process.execPath, [entry, ...options], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  // Do not show the portal's own message when its port was taken meanwhile: another port is chosen and shown here.
  if (portal.stderr)
    createInterface(portal.stderr).on('line', (line) => {
      if (!line.startsWith('Le port ')) console.error(line)
    })
  return portal
}

const readPairingCode = async (environment: Environment): Promise<string | null> => {
  const asked = run(environment, '--code')
  return (await readUntil(asked, (line) => codeIn(line) !== null)).map(codeIn).find((found) => found !== null) ?? null
}

/** Starts the portal and reads its output up to its key, which follows its pairing code when it is not paired. */
const startPortal = async (environment: Environment) => {
  const portal = run(environment)
  const lines = await readUntil(portal, (line) => keyIn(line) !== undefined)
  return {
    portal,
    code: lines.map(codeIn).find((code) => code !== null) ?? null,
    key: lines.map(keyIn).find((key) => key !== undefined),
  }
}

const codeIn = (line: string): string | null => /([\dA-Z]{4}(?:-[\dA-Z]{4}){4})/.exec(line)?.[1] ?? null

const keyIn = (line: string): string | undefined => /^Clé du portail\u00a0: (.+)$/.exec(line)?.[1]

/** @throws Error when the portal's process ends before the last line */
const readUntil = (child: ChildProcess, isLast: (line: string) => boolean): Promise<string[]> =>
  new Promise((done, failed) => {
    const lines: string[] = []
    child.once('error', failed)
    child.once('exit', () => failed(new Error(`the portal ended: ${lines.join(' ')}`)))
    if (!child.stdout) return
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line)
      if (isLast(line)) done(lines)
    })
  })
