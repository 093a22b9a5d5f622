import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { Desk, DeskOptions } from '../app/desk.ts'
import { build, exportFolder, NotBuilt, screensFolder, shellFolder, stale } from '../build.ts'
import { CannotOpen, errorTrace, storeSentence } from '../store/failures.ts'
import type { DemoPortal } from './demo/demo-portal.ts'
import { type Folders, folders } from './folders.ts'
import { type OpenPort, openPort, PortTaken, serveDesk } from './http.ts'
import { logTo } from './log.ts'
import { type Preparation, showPreparation } from './preparing.ts'
import { offerSharing } from './sharing.ts'
import { windowHere } from './window.ts'

const usage = 'Usage\u00a0: npm start -- [--demo] [--data DOSSIER] [--browser] [--port NUMÉRO]'

const isPort = (number: number): boolean => Number.isInteger(number) && number >= 0 && number <= 65_535

type StartOptions = { demo: boolean; browser: boolean; data?: string; port?: number }

const parseOptions = (): StartOptions | null => {
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
    if (!isPort(number) || data === '') return null
    return { demo, browser, ...(data !== undefined && { data }), ...(port !== undefined && { port: number }) }
  } catch {
    return null
  }
}

const print = (line: string) => console.log(line)

const buildStale = async (missing: ReturnType<typeof stale>) => {
  if (missing.length === 0) return
  print('Préparation des écrans, quelques secondes…')
  await build(missing)
}

/** @returns the exit code of the window */
const openWindow = (binary: string, { demo, data }: StartOptions) =>
  new Promise<number>((done, failed) => {
    const options = [...(demo ? ['--demo'] : []), ...(data === undefined ? [] : [`--data=${data}`])]
    const window = spawn(binary, [shellFolder, ...options], { stdio: 'inherit' })
    window.on('error', failed)
    window.on('exit', (code) => done(code ?? 1))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => window.kill(signal))
  })

/** Imported lazily: the desk's modules take a second to load, and the first page must be shown before. */
const openDesk = async (options: DeskOptions): Promise<Desk> => (await import('../app/desk.ts')).openDesk(options)

const portalProgram = async (): Promise<string> => {
  await build(stale(['portal', 'export']))
  return exportFolder
}

const serve = async ({ demo, data, port: requestedPort }: StartOptions): Promise<void> => {
  const where = folders(data)
  const log = logTo(where.dataDir)
  let port: OpenPort | undefined
  let preparation: Preparation | undefined
  try {
    port = await openPort(requestedPort)
    preparation = showPreparation(port)
    const { address } = port
    let isShown = false
    const showEarly = () => {
      if (!isShown) print(`Espace Jeunesse se prépare, la page continue toute seule\u00a0: ${address}`)
      isShown = true
    }
    const missing = stale(['screens'])
    if (missing.length > 0) showEarly()
    const building = buildStale(missing)
    // The failure is reported where the promise is awaited below; until then it must not count as unhandled.
    building.catch(() => undefined)
    const counted = progressOf('Préparation de la ville d’exemple')
    const { show } = preparation
    const desk = await openDesk({
      ...where,
      demo,
      log,
      portalProgram,
      onProgress(done) {
        showEarly()
        counted(done)
        show('La ville d’exemple se prépare…', done)
      },
    })
    const close = async () => {
      await port?.close()
      await sharing?.close()
      await desk.close()
      await portal?.close()
    }
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
      show('Les écrans se préparent…')
      await building
      await serveDesk(desk, { screens: screensFolder, log, port, page: preparation.page })
      const { secrets } = desk.core.exchange
      sharing = await offerSharing(desk, { dataDir: where.dataDir, secrets, screens: screensFolder, log })
    } catch (error) {
      await sharing?.close()
      await desk.close()
      throw error
    }
    print(`Espace Jeunesse est ouvert${demo ? ' sur la ville d’exemple' : ''}\u00a0: ${address}`)
    if (demo) portal = await tryDemoPortal(desk, where.exampleDir)
    print('Pour le fermer\u00a0: Ctrl + C.')
  } catch (error) {
    const sentence = reportFailure(error, demo ? where.exampleDir : where.dataDir)
    await preparation?.fail(sentence)
    await port?.close()
  }
}

/**
 * Starts the portal for a window on the example town: opens the desk in this process just long enough to pair them,
 * then closes it for the window to open.
 */
const portalForWindow = async (where: Folders): Promise<DemoPortal | undefined> => {
  const log = logTo(where.dataDir)
  let desk: Desk
  try {
    desk = await openDesk({ ...where, demo: true, log, onProgress: progressOf('Préparation de la ville d’exemple') })
  } catch (error) {
    // The window shows the error better; if the desk is already open there, its window comes to the front.
    log(errorTrace(error))
    return undefined
  }
  try {
    return await tryDemoPortal(desk, where.exampleDir)
  } finally {
    await desk.close()
  }
}

/** The port that PORTAL_PORT asks for; absent where it says none, or no port. */
const portalPort = (): number | undefined => {
  const typed = process.env['PORTAL_PORT']?.trim() ?? ''
  if (typed === '') return undefined
  if (isPort(Number(typed))) return Number(typed)
  console.error(`PORTAL_PORT n’est pas un numéro de port\u00a0: «\u00a0${typed}\u00a0».`)
  return undefined
}

/** The example town works without its portal: a failure is only reported. */
const tryDemoPortal = async ({ core }: Desk, folder: string): Promise<DemoPortal | undefined> => {
  const { LinkedElsewhere, openDemoPortal } = await import('./demo/demo-portal.ts')
  try {
    const portal = await openDemoPortal(core, folder, portalPort())
    const { address, mails, parent } = portal
    print(`Portail des familles, relié à ce bureau\u00a0: ${address}`)
    print(`Pour y entrer comme parent\u00a0: ${parent.email}, mot de passe ${parent.password}`)
    print(`Les mails que le portail envoie se lisent dans ${mails}`)
    return portal
  } catch (error) {
    if (error instanceof LinkedElsewhere) {
      print(error.message)
      return undefined
    }
    console.error('Le portail de démonstration n’a pas pu s’ouvrir.')
    core.log(errorTrace(error))
    return undefined
  }
}

/** Prints why the desk cannot open. @returns the printed sentence. @throws an unforeseen error again */
const reportFailure = (error: unknown, dataDir?: string): string => {
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
  return sentence
}

/** Shows a percentage that updates on one terminal line; without a terminal, prints one line only. */
const progressOf = (what: string) => {
  let shown: number | undefined
  return (done: number) => {
    const percent = Math.floor(done * 100)
    if (percent === shown) return
    if (process.stdout.isTTY) process.stdout.write(`\r${what}\u00a0: ${percent}\u00a0%${percent === 100 ? '\n' : ''}`)
    else if (shown === undefined) print(`${what}…`)
    shown = percent
  }
}

const start = async (): Promise<void> => {
  const options = parseOptions()
  if (!options) {
    console.error(usage)
    process.exitCode = 2
    return
  }
  const here = options.browser ? { reason: null } : windowHere()
  if ('binary' in here) {
    let portal: DemoPortal | undefined
    try {
      await buildStale(stale(options.demo ? ['screens', 'shell', 'portal'] : ['screens', 'shell']))
      if (options.demo) portal = await portalForWindow(folders(options.data))
      process.exitCode = await openWindow(here.binary, options)
    } catch (error) {
      reportFailure(error)
    } finally {
      await portal?.close()
    }
    return
  }
  if (here.reason !== null) print(`Ouverture dans le navigateur\u00a0: ${here.reason}.`)
  await serve(options)
}

await start()
