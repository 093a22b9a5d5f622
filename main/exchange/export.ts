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
import { type ZipEntry, zipped } from '../documents/zip.ts'
import { system } from '../store/acts/acts.ts'
import type { Store } from '../store/store.ts'
import { writeSealed } from './desk-keys.ts'
import { sideRow } from './desk-side.ts'
import { ExchangeFailed } from './failures.ts'
import { fetchPapers } from './fetching-papers.ts'
import { pair, portalAddress } from './pairing.ts'
import { askHealth, lineOf } from './portal-line.ts'
import { townDocument } from './published/town.ts'
import { lastDone } from './runs.ts'

/** The code that lies in the archive. It stays out of the file, as keys do. */
const Exported = z.object({
  address: z.string(),
  code: z.string(),
  until: z.string().transform((at) => at as Instant),
  /** It answers there, while this desk is linked to another: staff say when to pass to it. */
  isReady: z.boolean().default(false),
})

const pathIn = ({ dataDir }: Store): string => join(dataDir, 'portail-exporte')

const kept = (store: Store, secrets: Secrets): z.infer<typeof Exported> | null => {
  try {
    return Exported.parse(JSON.parse(secrets.open(readFileSync(pathIn(store)))))
  } catch {
    return null
  }
}

/** A town has its machine made ready within this; after it, it exports again. */
const codeDays = 30

/**
 * The portal as one archive for a Linux machine: the program that travels with this desk, the town's name, colours and
 * texts, and a code by which that portal and this desk find each other at the first exchange.
 * @param typed as families will type it
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
    kept: { key, expiresAt },
  } = newPairingCode(clock(), codeDays * 24 * 60)
  const own = [
    { name: 'ville.json', text: `${JSON.stringify({ town, pairing: { key, expiresAt } }, null, 2)}\n` },
    { name: 'reglages.env', text: settings(address, town.email) },
  ].map(({ name, text }) => ({ name, content: Buffer.from(text), isSecret: true }))
  const archive = await zipped([...files, ...own], clock())
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

/** The program itself answers at an `http:` address that names a port; a port of `https:` is the proxy's. */
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

const stillValid = ({ store, exchange, clock }: Core) => {
  const exported = kept(store, exchange.secrets)
  if (!exported || exported.until <= clock()) return null
  return isUpdated(store, exported) ? null : exported
}

/** Whether the export was an update of the linked portal, which has answered since: there is nothing to pair. */
const isUpdated = (store: Store, { address, until }: z.infer<typeof Exported>): boolean => {
  const exportedAt = addMinutes(until, -codeDays * 24 * 60)
  const heard = lastDone(store)
  return sideRow(store)?.address === address && heard !== null && heard.startedAt > exportedAt
}

/** What was exported and is not linked yet; null when nothing is awaited. */
export const awaitedPortal = (core: Core): ExchangeState['awaited'] => {
  const exported = stillValid(core)
  if (!exported) return null
  const { address, until, isReady } = exported
  return { address, until, replaces: linkedElsewhere(core, address), isReady }
}

/** The address of the portal that this one would take the place of. */
const linkedElsewhere = ({ store }: Core, address: string): string | null => {
  const linked = sideRow(store)?.address ?? address
  return linked === address ? null : linked
}

/**
 * Pairs with the portal that was exported, once it answers. Of a desk that is linked to another, the link stays as it is:
 * what is noted is that this one is ready. Nothing when none is awaited.
 * @throws Refused while it does not answer
 */
export const pairExported = async (core: Core, person: Person = { ...system, roles: [] }): Promise<void> => {
  const exported = stillValid(core)
  if (!exported) return
  if (linkedElsewhere(core, exported.address) === null) return pairWith(core, person, exported)
  const why = await silenceOf(core, exported.address)
  const isReady = why === null
  if (isReady !== exported.isReady) writeSealed(pathIn(core.store), core.exchange.secrets, { ...exported, isReady })
  if (why !== null) throw new Refused(why)
}

/**
 * From the portal that is linked to the one that was exported, as staff confirmed: what families wrote on the old one is
 * collected first, where it still answers.
 * @throws Refused while the exported one does not answer: the link stays as it is
 */
export const passToExported = async (core: Core, person: Person): Promise<void> => {
  const exported = stillValid(core)
  if (!exported) throw new Refused('Aucun portail exporté n’est attendu.')
  const why = await silenceOf(core, exported.address)
  if (why !== null) throw new Refused(why)
  const since = core.clock()
  await core.exchange.now()
  const last = lastDone(core.store)
  const isAllCollected = last !== null && last.startedAt >= since
  await core.exchange.whileStopped(async () => {
    if (isAllCollected) await fetchLeft(core)
    await pairWith(core, person, exported, isAllCollected)
  })
}

/** What families sent comes after all the rest of an exchange; it would stay there. */
const fetchLeft = async (core: Core): Promise<void> => {
  try {
    await fetchPapers(core.store, lineOf(core, core.exchange.secrets), new AbortController().signal)
  } catch (error) {
    // Staff read of each that it did not come.
    if (!(error instanceof ExchangeFailed)) throw error
  }
}

const pairWith = async (
  core: Core,
  person: Person,
  exported: z.infer<typeof Exported>,
  isAllCollected = false,
): Promise<void> => {
  await pair(core, person, exported, isAllCollected)
  rmSync(pathIn(core.store), { force: true })
}

/** Why nothing is heard from there; null when a portal answers. */
const silenceOf = async ({ store }: Core, address: string): Promise<string | null> => {
  try {
    await askHealth({ address, network: networkOf(store) })
    return null
  } catch (error) {
    if (error instanceof ExchangeFailed) return error.message
    throw error
  }
}
