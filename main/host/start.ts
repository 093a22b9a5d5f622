import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { type Desk, openDesk } from '../desk/desk.ts'
import { CannotOpen, storeSentence } from '../store/failures.ts'
import { build, exportFolder, NotBuilt, screensFolder, shellFolder, stale } from './build.ts'
import { type DemoPortal, openDemoPortal } from './demo-portal.ts'
import { type Folders, folders } from './folders.ts'
import { PortTaken, serveDesk } from './http.ts'
import { logTo } from './log.ts'
import { offerSharing } from './sharing.ts'
import { windowHere } from './window.ts'

const usage = 'Usage\u00a0: npm start -- [--demo] [--data DOSSIER] [--browser] [--port NUMÉRO]'

type Asked = { demo: boolean; browser: boolean; data?: string; port?: number }

const asked = (): Asked | null => {
  try {
    const { demo, browser, data, port } = parseArgs({
      options: {
        demo: { type: 'boolean', default: false },
        browser: { type: 'boolean', default: false },
        data: { type: 'string' },
        port: { type: 'string' },
      },
    }).values
    const number = Number(port ?? 0)
    if (!Number.isInteger(number) || number < 0 || number > 65_535 || data === '') return null
    return { demo, browser, ...(data !== undefined && { data }), ...(port !== undefined && { port: number }) }
  } catch {
    return null
  }
}

const say = (line: string) => console.log(line)

const built = async (wanted: Parameters<typeof stale>[0]) => {
  const missing = stale(wanted)
  if (missing.length === 0) return
  say('Préparation des écrans, quelques secondes…')
  await build(missing)
}

/** @returns the code that the window ended with */
const openWindow = (binary: string, { demo, data }: Asked) =>
  new Promise<number>((done, failed) => {
    const options = [...(demo ? ['--demo'] : []), ...(data === undefined ? [] : [`--data=${data}`])]
    const window = spawn(binary, [shellFolder, ...options], { stdio: 'inherit' })
    window.on('error', failed)
    window.on('exit', (code) => done(code ?? 1))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => window.kill(signal))
  })

const portalProgram = async (): Promise<string> => {
  await build(stale(['portal', 'export']))
  return exportFolder
}

const serve = async ({ demo, data, port }: Asked): Promise<void> => {
  const where = folders(data)
  const log = logTo(where.dataDir)
  const building = built(demo ? ['screens', 'portal'] : ['screens'])
  // Said when it is waited for, below; until then a failure is not « unhandled ».
  building.catch(() => undefined)
  try {
    const desk = await openDesk({
      ...where,
      demo,
      log,
      portalProgram,
      onProgress: progressOf('Préparation de la ville d’exemple'),
    })
    const close = async () => {
      await serving?.close()
      await sharing?.close()
      await desk.close()
      await portal?.close()
    }
    let serving: Awaited<ReturnType<typeof serveDesk>> | undefined
    let sharing: Awaited<ReturnType<typeof offerSharing>> | undefined
    let portal: DemoPortal | undefined
    let closing = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (closing) process.exit(1)
        closing = true
        void close().then(() => process.exit(0))
      })
    }
    try {
      await building
      serving = await serveDesk(desk, { screens: screensFolder, log, ...(port !== undefined && { port }) })
      const { secrets } = desk.core.exchange
      sharing = await offerSharing(desk, { dataDir: where.dataDir, secrets, screens: screensFolder, log })
    } catch (error) {
      await close()
      throw error
    }
    say(`Espace Jeunesse est ouvert${demo ? ' sur la ville d’exemple' : ''}\u00a0: ${serving.address}`)
    if (demo) portal = await demoPortal(desk, where.exampleDir)
    say('Pour le fermer\u00a0: Ctrl + C.')
  } catch (error) {
    tell(error, demo ? where.exampleDir : where.dataDir)
  }
}

/**
 * The portal that a window finds beside the example town: the desk is opened here long enough to pair them, then is the
 * window's alone.
 */
const portalForWindow = async (where: Folders): Promise<DemoPortal | undefined> => {
  const log = logTo(where.dataDir)
  let desk: Desk
  try {
    desk = await openDesk({ ...where, demo: true, log, onProgress: progressOf('Préparation de la ville d’exemple') })
  } catch (error) {
    // The window says it better; a desk that is open already comes forward.
    log(String(error instanceof Error ? error.stack : error))
    return undefined
  }
  try {
    return await demoPortal(desk, where.exampleDir)
  } finally {
    await desk.close()
  }
}

/** Without its portal the example town is a desk all the same. */
const demoPortal = async ({ core }: Desk, folder: string): Promise<DemoPortal | undefined> => {
  try {
    const portal = await openDemoPortal(core, folder)
    const { address, mails, parent } = portal
    say(`Portail des familles, relié à ce bureau\u00a0: ${address}`)
    say(`Pour y entrer comme parent\u00a0: ${parent.email}, mot de passe ${parent.password}`)
    say(`Les mails que le portail envoie se lisent dans ${mails}`)
    return portal
  } catch (error) {
    console.error('Le portail de démonstration n’a pas pu s’ouvrir.')
    core.log(String(error instanceof Error ? error.stack : error))
    return undefined
  }
}

/** Why there is no desk, in a sentence; what nobody foresaw goes up. */
const tell = (error: unknown, dataDir?: string): void => {
  if (error instanceof NotBuilt) console.error(error.message)
  const sentence =
    error instanceof NotBuilt
      ? 'Les écrans n’ont pas pu être préparés. Lancez «\u00a0npm ci\u00a0», puis recommencez.'
      : error instanceof PortTaken
        ? error.message
        : storeSentence(error)
  if (sentence === null) throw error
  console.error(sentence)
  if (error instanceof CannotOpen && dataDir !== undefined) console.error(`Dossier des données\u00a0: ${dataDir}`)
  process.exitCode = 1
}

/** One line that counts up on a terminal; elsewhere it is said once. */
const progressOf = (what: string) => {
  let shown: number | undefined
  return (done: number) => {
    const percent = Math.floor(done * 100)
    if (percent === shown) return
    if (process.stdout.isTTY) process.stdout.write(`\r${what}\u00a0: ${percent}\u00a0%${percent === 100 ? '\n' : ''}`)
    else if (shown === undefined) say(`${what}…`)
    shown = percent
  }
}

const start = async (): Promise<void> => {
  const options = asked()
  if (!options) {
    console.error(usage)
    process.exitCode = 2
    return
  }
  const here = options.browser ? { reason: null } : windowHere()
  if ('binary' in here) {
    let portal: DemoPortal | undefined
    try {
      await built(options.demo ? ['screens', 'shell', 'portal'] : ['screens', 'shell'])
      if (options.demo) portal = await portalForWindow(folders(options.data))
      process.exitCode = await openWindow(here.binary, options)
    } catch (error) {
      tell(error)
    } finally {
      await portal?.close()
    }
    return
  }
  if (here.reason !== null) say(`Ouverture dans le navigateur\u00a0: ${here.reason}.`)
  await serve(options)
}

await start()
