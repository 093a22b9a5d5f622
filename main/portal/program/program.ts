import { join, sep } from 'node:path'
import { parseArgs } from 'node:util'
import { readableKeyId } from '../../../shared/rules/access/fingerprint.ts'
import { type Instant, timeAt } from '../../../shared/rules/calendar/day.ts'
import { timeText } from '../../../shared/rules/text/french.ts'
import { keyIdOf } from '../../crypto/keys.ts'
import { createPairingCode, installPairingCode, pairedDesk, pairingState } from '../exchange/pairing.ts'
import { askDue } from '../payment/payment.ts'
import { openPortal, type Portal } from '../portal.ts'
import { isExported } from '../runtime-file.ts'
import { errorText } from '../store/error-text.ts'
import { FolderInUse } from '../store/folder.ts'
import { holdsData, moveToServer, refuseMovedData, refuseUnmovedData } from './moving.ts'
import { prunePortal } from './prune.ts'
import { remindOfDrafts, remindOnTheDay } from './reminders.ts'
import { listenAt, serveAt } from './server.ts'
import { readSettings, type Settings, storeAddress, WrongSetting } from './settings.ts'
import { readTownFile, townFileName } from './town-file.ts'
import { whyNotStarted } from './why-not-started.ts'

/**
 * The portal's server, configured by environment variables (`settings.ts`).
 * `--code` only prints a new code that pairs a desk. While no desk is paired, a running portal prints one
 * automatically, and another on SIGUSR2, since an embedded store can be opened by one process only.
 * `--move` copies the store embedded in PORTAL_DATA to the PostgreSQL server of PORTAL_DATABASE_URL, while no portal
 * runs.
 */

/** The built pages: next to an exported program, or where the build of the sources puts them. */
const pagesFolder = join(import.meta.dirname, isExported ? 'pages' : '../../../out/renderer/portal')

/** Parents who requested a link by mail wait for it. */
const mailMilliseconds = 5_000
const reminderMilliseconds = 10 * 60 * 1000
const cleaningMilliseconds = 60 * 60 * 1000
const codeMilliseconds = 30_000
/** The maximum wait for a payment whose notification was lost. */
const settlingMilliseconds = 60_000

const log = (line: string) => console.error(`${new Date().toISOString()} ${line}`)

const clock = () => new Date().toISOString() as Instant

const openFromSettings = async (settings: Settings): Promise<Portal> => {
  const { address, mail } = settings
  refuseMovedData(settings)
  const portal = await openPortal({ store: storeAddress(settings), clock, log, address, mail })
  await refuseUnmovedData(settings, portal.store.db)
  return portal
}

const printCode = async (portal: Portal): Promise<void> => {
  const { code, until } = await createPairingCode(portal)
  console.log(
    `Code de liaison : ${code} (jusqu’à ${timeText(timeAt(until))}). À taper au bureau, avec l’adresse ${portal.address}`,
  )
}

/** Prints the keys' fingerprints, to be compared by telephone with those that the desk shows in « Liaison ». */
const printKeys = async ({ store, keys }: Portal): Promise<void> => {
  const { ring } = await pairedDesk(store.db)
  const desk = ring.find(({ until, revokedAt }) => until === null && revokedAt === null)
  console.log(`Clé du portail\u00a0: ${readableKeyId(keyIdOf(keys.publicKey))}`)
  if (desk) console.log(`Clé du bureau\u00a0: ${readableKeyId(desk.keyid)}`)
}

/** Prints a new code when no desk is paired and the previous code has expired. */
const printCodeWhenNeeded = async (portal: Portal): Promise<void> => {
  const { isPaired, codeUntil } = await pairingState(portal.store.db)
  if (!isPaired && (codeUntil === null || codeUntil <= portal.clock())) await printCode(portal)
}

const printNewCode = async (settings: Settings): Promise<void> => {
  const portal = await openFromSettings(settings).catch((error: unknown) => {
    if (!(error instanceof FolderInUse)) throw error
    throw new WrongSetting('Le portail tourne\u00a0: envoyez-lui le signal SIGUSR2, il affichera un nouveau code.')
  })
  await printCode(portal)
  await portal.close()
}

const move = async (settings: Settings): Promise<void> => {
  for (const sentence of await moveToServer(settings, clock)) console.log(sentence)
}

/**
 * The default data folder. Next to an exported program, not in it: updates replace the program's folder, and container
 * images contain it.
 */
const defaultFolder = (): string =>
  // Earlier versions used `portal-data`: keep using it when it exists.
  isExported && !holdsData('portal-data') ? `${import.meta.dirname}-donnees` : 'portal-data'

const warnOfDataInside = ({ folder }: Settings): void => {
  if (!isExported || !folder.startsWith(import.meta.dirname + sep)) return
  console.log(
    `Attention\u00a0: les données sont dans le dossier du programme (${folder}), qu’une mise à jour remplace. Portail arrêté, déplacez-les, et nommez leur nouveau dossier dans PORTAL_DATA.`,
  )
}

/** systemd provides the town's file in its credentials folder, which only the service's account can read. */
const townFolder = process.env['CREDENTIALS_DIRECTORY'] ?? import.meta.dirname

const start = async (settings: Settings): Promise<void> => {
  const town = readTownFile(join(townFolder, townFileName))
  warnOfDataInside(settings)
  const listening = await listenAt(settings)
  const portal = await openFromSettings(settings)
  if (town) await installPairingCode(portal, town.pairing)
  const { behindProxy, metricsToken } = settings
  const serving = await serveAt(listening, portal, {
    screens: pagesFolder,
    behindProxy,
    metricsToken,
    fallbackTown: town?.town,
  })
  portal.afterResponse(() => askDue(portal))
  const repeat = (milliseconds: number, what: string, work: () => Promise<unknown>) =>
    setInterval(() => {
      work().catch((error: unknown) => portal.logFailure(what, error))
    }, milliseconds)
  const timers = [
    repeat(mailMilliseconds, 'mails\u00a0:', () => portal.mails.sendWaiting()),
    repeat(reminderMilliseconds, 'brouillons\u00a0:', () => remindOfDrafts(portal)),
    repeat(reminderMilliseconds, 'rappels du jour\u00a0:', () => remindOnTheDay(portal)),
    repeat(cleaningMilliseconds, 'nettoyage\u00a0:', () => prunePortal(portal)),
    repeat(settlingMilliseconds, 'PayFiP\u00a0:', () => askDue(portal)),
    repeat(codeMilliseconds, 'code\u00a0:', () => printCodeWhenNeeded(portal)),
  ]
  let isStopping = false
  const stop = () => {
    if (isStopping) return
    isStopping = true
    for (const timer of timers) clearInterval(timer)
    void serving
      .close()
      .then(() => portal.close())
      // An open IPC channel would keep the process alive while its parent waits for it to end.
      .finally(() => process.connected && process.disconnect())
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  console.log(`Le portail est ouvert\u00a0: ${portal.address}`)
  if (settings.mail === null) console.log('Aucun serveur de mail (PORTAL_SMTP_URL)\u00a0: les mails attendent.')
  const { isPaired } = await pairingState(portal.store.db)
  if (town) await printCodeWhenNeeded(portal)
  else if (!isPaired) await printCode(portal)
  await printKeys(portal)
  // Windows has no SIGUSR2: there, stop the portal and use `--code`.
  if (process.platform !== 'win32') process.on('SIGUSR2', () => void printCode(portal))
  // A demonstration's portal ends with the process that started it, even if that process has already ended.
  if (process.send) {
    if (process.connected) process.once('disconnect', stop)
    else stop()
  }
}

/**
 * Logs why the program ends, and ends it. Node would print the whole error, with a failed query's parameters; and open
 * handles would keep the process alive, so that no supervisor would restart it.
 */
const endWith = (error: unknown, settings: Settings | null): never => {
  const sentence = whyNotStarted(error, settings)
  if (sentence === null) log(errorText(error))
  else console.error(sentence)
  process.exit(1)
}

const usage = 'Usage\u00a0: npm run portal -- [--code | --move]'

const run = async (): Promise<void> => {
  // Files written by the portal are readable by its account only.
  process.umask(0o077)
  process.on('uncaughtException', (error) => endWith(error, null))
  let settings: Settings | null = null
  try {
    const options = parseOptions(process.argv.slice(2))
    settings = readSettings(process.env, defaultFolder())
    if (options.move) await move(settings)
    else await (options.code ? printNewCode(settings) : start(settings))
  } catch (error) {
    endWith(error, settings)
  }
}

const parseOptions = (args: string[]): { code: boolean; move: boolean } => {
  const option = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ args, options: { code: option, move: option } }).values
  } catch {
    throw new WrongSetting(usage)
  }
}

await run()
