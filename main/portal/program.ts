import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { type Instant, timeAt } from '../../shared/rules/day.ts'
import { timeText } from '../../shared/rules/french.ts'
import { isExported } from './beside.ts'
import { described } from './described.ts'
import { newCode, pairingState, takeCode } from './pairing.ts'
import { settleDue } from './payment/settling.ts'
import { openPortal, type Portal } from './portal.ts'
import { remindOfDrafts, remindOnTheDay } from './reminders.ts'
import { servePortal } from './server.ts'
import { FromTheFuture } from './store.ts'
import { tidy } from './tidy.ts'
import { readTownFile, townFileName } from './town-file.ts'

/**
 * The portal's server. Set by the environment, as servers are:
 * PORTAL_DATABASE_URL a PostgreSQL server, else PORTAL_DATA a folder (./portal-data), where a worker on PostgreSQL keeps
 * but its witness of restores · PORTAL_PORT 4640 ·
 * PORTAL_HOST 127.0.0.1 · PORTAL_ADDRESS as parents type it · PORTAL_SMTP_URL or a file named by PORTAL_SMTP_URL_FILE ·
 * PORTAL_MAIL_FROM, or PORTAL_MAIL_FOLDER where mails become files, for a demonstration · PORTAL_BEHIND_PROXY=1 when a
 * proxy of the town stands before.
 *
 * `--code` only prints a new code that pairs a desk. A portal that no desk is paired with prints one by itself, and
 * another at SIGUSR2: an embedded store is open to one process only.
 */
const { env } = process
const port = Number(env['PORTAL_PORT'] ?? 4640)
const host = env['PORTAL_HOST'] ?? '127.0.0.1'
const address = (env['PORTAL_ADDRESS'] ?? `http://${host}:${port}`).replace(/\/+$/, '')
const url = env['PORTAL_DATABASE_URL']
const folder = resolve(env['PORTAL_DATA'] ?? 'portal-data')
const smtpFile = env['PORTAL_SMTP_URL_FILE']
const smtp = smtpFile === undefined ? env['PORTAL_SMTP_URL'] : readFileSync(smtpFile, 'utf8').trim()
const from = env['PORTAL_MAIL_FROM'] ?? ''
const mailFolder = env['PORTAL_MAIL_FOLDER']

/** Beside the program where it was exported, where they are built from sources. */
const pagesFolder = join(import.meta.dirname, isExported ? 'pages' : '../../out/renderer/portal')

/** Who asked for a link looks for it at once. */
const mailMilliseconds = 5_000
const reminderMilliseconds = 10 * 60 * 1000
const cleaningMilliseconds = 60 * 60 * 1000
const codeMilliseconds = 30_000
/** A parent whose payment's notification was lost does not wait longer. */
const settlingMilliseconds = 60_000

const log = (line: string) => console.error(`${new Date().toISOString()} ${line}`)

const opened = (): Promise<Portal> => {
  if (!URL.canParse(address) || !Number.isInteger(port)) throw new RangeError('PORTAL_ADDRESS, PORTAL_PORT')
  return openPortal({
    store: url === undefined ? { folder } : { url, witness: join(folder, 'temoin.json') },
    clock: () => new Date().toISOString() as Instant,
    log,
    address,
    mail: smtp !== undefined ? { url: smtp, from } : mailFolder !== undefined ? { folder: resolve(mailFolder) } : null,
  })
}

const printCode = async (portal: Portal): Promise<void> => {
  const { code, until } = await newCode(portal)
  console.log(
    `Code de liaison : ${code} (jusqu’à ${timeText(timeAt(until))}). À taper au bureau, avec l’adresse ${address}`,
  )
}

/** Until a desk is paired, there is always a code that lets it in. */
const printCodeWhenNeeded = async (portal: Portal): Promise<void> => {
  const { isPaired, codeUntil } = await pairingState(portal.store.db)
  if (!isPaired && (codeUntil === null || codeUntil <= portal.clock())) await printCode(portal)
}

const code = async (): Promise<void> => {
  if (url === undefined && (await isRunning())) {
    console.error('Le portail tourne : envoyez-lui le signal SIGUSR2, il affichera un nouveau code.')
    process.exitCode = 1
    return
  }
  const portal = await opened()
  await printCode(portal)
  await portal.close()
}

/** Whether somebody answers on the portal's port. */
const isRunning = (): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, host)
    socket.once('connect', () => done(true)).once('error', () => done(false))
    socket.unref()
  })

const every = (milliseconds: number, work: () => Promise<unknown>) =>
  setInterval(() => {
    work().catch((error: unknown) => log(described(error)))
  }, milliseconds)

const start = async (): Promise<void> => {
  const town = readTownFile(join(import.meta.dirname, townFileName))
  const portal = await opened()
  if (town) await takeCode(portal, town.pairing)
  const serving = await servePortal(portal, {
    screens: pagesFolder,
    port,
    host,
    behindProxy: env['PORTAL_BEHIND_PROXY'] === '1',
    firstTown: town?.town,
  })
  portal.afterwards(() => settleDue(portal))
  const timers = [
    every(mailMilliseconds, () => portal.post.sendWaiting()),
    every(reminderMilliseconds, () => remindOfDrafts(portal)),
    every(reminderMilliseconds, () => remindOnTheDay(portal)),
    every(cleaningMilliseconds, () => tidy(portal)),
    every(settlingMilliseconds, () => settleDue(portal)),
    every(codeMilliseconds, () => printCodeWhenNeeded(portal)),
  ]
  console.log(`Le portail est ouvert\u00a0: ${address}`)
  if (smtp === undefined && mailFolder === undefined) {
    console.log('Aucun serveur de mail (PORTAL_SMTP_URL)\u00a0: les mails attendent.')
  }
  const { isPaired } = await pairingState(portal.store.db)
  if (town) await printCodeWhenNeeded(portal)
  else if (!isPaired) await printCode(portal)
  // Windows has no such signal: there, stop the portal and use `--code`.
  if (process.platform !== 'win32') process.on('SIGUSR2', () => void printCode(portal))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const timer of timers) clearInterval(timer)
      void serving.close().then(() => portal.close())
    })
  }
}

try {
  await (process.argv.includes('--code') ? code() : start())
} catch (error) {
  process.exitCode = 1
  if (error instanceof FromTheFuture) {
    console.error('Ces données viennent d’un portail plus récent\u00a0: mettez ce portail à jour.')
  } else if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    console.error(`Le port ${port} est déjà pris. Choisissez-en un autre\u00a0: PORTAL_PORT=4641.`)
  } else throw error
}
