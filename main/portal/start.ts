import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Instant } from '../../shared/rules/day.ts'
import { openPortal } from './portal.ts'
import { described } from './procedures.ts'
import { remindOfDrafts } from './reminders.ts'
import { servePortal } from './server.ts'
import { FromTheFuture } from './store.ts'
import { tidy } from './tidy.ts'

/**
 * `npm run portal`. Set by the environment, as servers are:
 * PORTAL_DATABASE_URL a PostgreSQL server, else PORTAL_DATA a folder (./portal-data) · PORTAL_PORT 4640 ·
 * PORTAL_HOST 127.0.0.1 · PORTAL_ADDRESS as parents type it · PORTAL_SMTP_URL or a file named by PORTAL_SMTP_URL_FILE ·
 * PORTAL_MAIL_FROM · PORTAL_BEHIND_PROXY=1 when a proxy of the town stands before.
 */
const { env } = process
const port = Number(env['PORTAL_PORT'] ?? 4640)
const host = env['PORTAL_HOST'] ?? '127.0.0.1'
const address = (env['PORTAL_ADDRESS'] ?? `http://${host}:${port}`).replace(/\/+$/, '')
const url = env['PORTAL_DATABASE_URL']
const smtpFile = env['PORTAL_SMTP_URL_FILE']
const smtp = smtpFile === undefined ? env['PORTAL_SMTP_URL'] : readFileSync(smtpFile, 'utf8').trim()
const from = env['PORTAL_MAIL_FROM'] ?? ''

const mailMilliseconds = 30_000
const reminderMilliseconds = 10 * 60 * 1000
const cleaningMilliseconds = 60 * 60 * 1000

const log = (line: string) => console.error(`${new Date().toISOString()} ${line}`)

const start = async (): Promise<void> => {
  if (!URL.canParse(address) || !Number.isInteger(port)) throw new RangeError('PORTAL_ADDRESS, PORTAL_PORT')
  const portal = await openPortal({
    store: url === undefined ? { folder: resolve(env['PORTAL_DATA'] ?? 'portal-data') } : { url },
    clock: () => new Date().toISOString() as Instant,
    log,
    address,
    mail: smtp === undefined ? null : { url: smtp, from },
  })
  const screens = fileURLToPath(new URL('../../out/renderer/portal', import.meta.url))
  const serving = await servePortal(portal, { screens, port, host, behindProxy: env['PORTAL_BEHIND_PROXY'] === '1' })
  const every = (milliseconds: number, work: () => Promise<unknown>) =>
    setInterval(() => {
      work().catch((error: unknown) => log(described(error)))
    }, milliseconds)
  const timers = [
    every(mailMilliseconds, () => portal.post.sendWaiting()),
    every(reminderMilliseconds, () => remindOfDrafts(portal)),
    every(cleaningMilliseconds, () => tidy(portal)),
  ]
  console.log(`Le portail est ouvert\u00a0: ${address}`)
  if (smtp === undefined) console.log('Aucun serveur de mail (PORTAL_SMTP_URL)\u00a0: les mails attendent.')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const timer of timers) clearInterval(timer)
      void serving.close().then(() => portal.close())
    })
  }
}

try {
  await start()
} catch (error) {
  process.exitCode = 1
  if (error instanceof FromTheFuture) {
    console.error('Ces données viennent d’un portail plus récent\u00a0: mettez ce portail à jour.')
  } else if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    console.error(`Le port ${port} est déjà pris. Choisissez-en un autre\u00a0: PORTAL_PORT=4641.`)
  } else throw error
}
