import { readFileSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import * as z from 'zod'
import type { ExchangeState } from '../../shared/contract/desk/exchange.ts'
import { addMinutes, type Instant } from '../../shared/rules/calendar/day.ts'
import { folded } from '../../shared/rules/people/names.ts'
import { newPairingCode } from '../crypto/keys.ts'
import { type Core, type Person, Refused, type Secrets } from '../desk/core.ts'
import { networkOf } from '../desk/portal/portal.ts'
import { type ZipEntry, zip } from '../documents/zip.ts'
import { systemActor } from '../store/acts/acts.ts'
import { writeSealed } from '../store/secrets.ts'
import type { Store } from '../store/store.ts'
import { findSideRow } from './desk-side.ts'
import { ExchangeFailed } from './failures.ts'
import { fetchPapers } from './fetching-papers.ts'
import { pair, portalAddress } from './pairing.ts'
import { checkPortalHealth, portalConnection } from './portal-connection.ts'
import { townDocument } from './published/town.ts'
import { lastSuccessfulRun } from './runs.ts'

/** The pairing code of the exported archive. Stored next to the desk's file, not in it, as keys are. */
const PortalExport = z.object({
  address: z.string(),
  code: z.string(),
  until: z.string().transform((at) => at as Instant),
  /** The exported portal answers, but the desk is still linked to another: staff decide when to pass to it. */
  isReady: z.boolean().default(false),
})

const pathIn = ({ dataDir }: Store): string => join(dataDir, 'portail-exporte')

const readExport = (store: Store, secrets: Secrets): z.infer<typeof PortalExport> | null => {
  try {
    return PortalExport.parse(JSON.parse(secrets.open(readFileSync(pathIn(store)))))
  } catch {
    return null
  }
}

/** Validity of the code: a town installs the portal within this time, or exports again. */
const codeDays = 30

/**
 * Exports the portal as one archive for a Linux computer: the program that ships with this desk, the town's name,
 * colours and texts, and a code by which that portal and this desk pair at the first exchange.
 * @param typed the portal's address, as families will type it
 * @throws Refused
 */
export const exportPortal = async (core: Core, person: Person, typed: string): Promise<File> => {
  const { store, clock } = core
  const address = portalAddress(typed)
  const town = townDocument(store)
  if (!town) throw new Refused('Nommez d’abord votre structure.')
  const files = await filesIn(await core.portalProgram())
  const {
    code,
    stored: { key, expiresAt },
  } = newPairingCode(clock(), codeDays * 24 * 60)
  const townFiles = [
    { name: 'ville.json', text: `${JSON.stringify({ town, pairing: { key, expiresAt } }, null, 2)}\n` },
    { name: 'reglages.env', text: settings(address, town.email) },
  ].map(({ name, text }) => ({ name, content: Buffer.from(text), isSecret: true }))
  const archive = await zip([...files, ...townFiles], clock())
  writeSealed(pathIn(store), core.exchange.secrets, { address, code, until: expiresAt, isReady: false })
  store.act(person, 'exchange.export', `Portail exporté pour ${address}`, (write) => {
    write.trace('organisation', 1, { exportedPortal: address })
  })
  core.exchange.reschedule()
  const name = folded(town.town).replaceAll(' ', '-') || 'ville'
  return new File([archive], `portail-${name}.zip`, { type: 'application/zip' })
}

const filesIn = async (folder: string): Promise<ZipEntry[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return Promise.all(
    paths.map(async (path) => ({
      name: relative(folder, path).split(sep).join('/'),
      content: await readFile(path),
    })),
  )
}

/** The portal's program listens itself on the port of an `http:` address; the port of an `https:` one is a proxy's. */
const portOf = (address: string): string => {
  const { protocol, port } = new URL(address)
  return protocol === 'http:' && port !== '' ? `PORTAL_PORT=${port}\n` : ''
}

const settings = (
  address: string,
  email: string,
): string => `# Lu par Docker, systemd et le shell : pas d’espace autour du signe égal.
PORTAL_ADDRESS=${address}
PORTAL_BEHIND_PROXY=1
${portOf(address)}# Sans base nommée, les données vivent dans PORTAL_DATA, hors du dossier du programme.
#PORTAL_DATA=/var/lib/portail/base
#PORTAL_DATABASE_URL=postgresql://portail:motdepasse@127.0.0.1/portail
#PORTAL_SMTP_URL=smtp://utilisateur:motdepasse@mail.exemple.fr:587
PORTAL_MAIL_FROM=${email}
`

const pendingExport = ({ store, exchange, clock }: Core) => {
  const exported = readExport(store, exchange.secrets)
  if (!exported || exported.until <= clock()) return null
  return wasUpdate(store, exported) ? null : exported
}

/** Whether the export was an update of the linked portal, which has answered since: no pairing is needed. */
const wasUpdate = (store: Store, { address, until }: z.infer<typeof PortalExport>): boolean => {
  const exportedAt = addMinutes(until, -codeDays * 24 * 60)
  const heard = lastSuccessfulRun(store)
  return findSideRow(store)?.address === address && heard !== null && heard.startedAt > exportedAt
}

/** The portal that was exported and is not linked yet; null when there is none. */
export const awaitedPortal = (core: Core): ExchangeState['awaited'] => {
  const exported = pendingExport(core)
  if (!exported) return null
  const { address, until, isReady } = exported
  return { address, until, replaces: otherLinkedPortal(core, address), isReady }
}

/** Address of the linked portal that the portal at `address` would replace; null when none would be replaced. */
const otherLinkedPortal = ({ store }: Core, address: string): string | null => {
  const linked = findSideRow(store)?.address ?? address
  return linked === address ? null : linked
}

/**
 * Pairs with the exported portal, if there is one. A desk linked to another portal keeps its link, and only records
 * that the exported portal is ready.
 * @throws Refused while the exported portal does not answer
 */
export const pairExportedPortal = async (core: Core, person: Person = { ...systemActor, roles: [] }): Promise<void> => {
  const exported = pendingExport(core)
  if (!exported) return
  if (otherLinkedPortal(core, exported.address) === null) return pairWith(core, person, exported)
  const why = await whyUnreachable(core, exported.address)
  const isReady = why === null
  if (isReady !== exported.isReady) writeSealed(pathIn(core.store), core.exchange.secrets, { ...exported, isReady })
  if (why !== null) throw new Refused(why)
}

/**
 * Passes from the linked portal to the exported one, as staff confirmed. If the linked portal still answers, the desk
 * first collects what families wrote there.
 * @throws Refused while the exported portal does not answer: the link stays as it is
 */
export const switchToExportedPortal = async (core: Core, person: Person): Promise<void> => {
  const exported = pendingExport(core)
  if (!exported) throw new Refused('Aucun portail exporté n’est attendu.')
  const why = await whyUnreachable(core, exported.address)
  if (why !== null) throw new Refused(why)
  const since = core.clock()
  await core.exchange.now()
  const last = lastSuccessfulRun(core.store)
  const isAllCollected = last !== null && last.startedAt >= since
  await core.exchange.whileStopped(async () => {
    if (isAllCollected) await fetchRemainingPapers(core)
    await pairWith(core, person, exported, isAllCollected)
  })
}

/** Fetches the papers that families sent to the old portal: an exchange fetches them last, so some may remain there. */
const fetchRemainingPapers = async (core: Core): Promise<void> => {
  try {
    await fetchPapers(core.store, portalConnection(core, core.exchange.secrets), new AbortController().signal)
  } catch (error) {
    // Papers that did not arrive are listed for staff; passing to the new portal goes on.
    if (!(error instanceof ExchangeFailed)) throw error
  }
}

const pairWith = async (
  core: Core,
  person: Person,
  exported: z.infer<typeof PortalExport>,
  isAllCollected = false,
): Promise<void> => {
  await pair(core, person, exported, isAllCollected)
  rmSync(pathIn(core.store), { force: true })
}

/** Message why the portal at `address` does not answer; null when it does. */
const whyUnreachable = async ({ store }: Core, address: string): Promise<string | null> => {
  try {
    await checkPortalHealth({ address, network: networkOf(store) })
    return null
  } catch (error) {
    if (error instanceof ExchangeFailed) return error.message
    throw error
  }
}
